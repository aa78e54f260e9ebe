/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "qa/qa.h"

#include "contract/vary.h"

pbr_qa *pbr_qa_make(const pbr_settlement *settlement, const pbr_measures *measures,
                    const pbr_settle_options *options)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_qa *qa = pbr_arena_alloc(arena, sizeof *qa);
    qa->settled = (pbr_settled){settlement, measures, options, arena};
    qa->unchanged.change = "nothing changed";
    pbr_contract *copy = pbr_contract_copy(settlement->contract);
    pbr_trial_settle(&qa->unchanged, &qa->settled, copy, measures);
    pbr_contract_free(copy);
    pbr_qa_restore(qa);
    pbr_qa_split(qa);
    pbr_qa_avoid(qa);
    pbr_qa_assume(qa);
    return qa;
}

void pbr_qa_free(pbr_qa *qa)
{
    if (!qa) return;
    for (size_t i = 0; i < qa->avoided_count; i++)
        mpq_clears(qa->avoided[i].expected, qa->avoided[i].avoided,
                   qa->avoided[i].fewer_reoffenders, qa->avoided[i].fewer_each, NULL);
    pbr_settlement_free(qa->unadjusted);
    pbr_contract_free(qa->unadjusted_contract);
    pbr_arena_free(qa->settled.arena);
}

const char *pbr_assumed_text(pbr_assumed kind)
{
    static const char *const words[] = {
        [PBR_ASSUMED_NUMBER] = "number", [PBR_ASSUMED_CHOICE] = "choice",
        [PBR_ASSUMED_RULE] = "rule",     [PBR_ASSUMED_MEASURED] = "measured",
        [PBR_ASSUMED_NAME] = "name",
    };
    return words[kind];
}
