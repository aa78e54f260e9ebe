/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/again.h"

#include <string.h>

const char *pbr_first_error(const pbr_diag *diag, pbr_arena *arena)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    for (size_t i = 0; i < count; i++) {
        if (findings[i].severity != PBR_ERROR || !findings[i].kept) continue;
        const char *message = findings[i].problems[0].message;
        return pbr_arena_text(arena, message, strlen(message));
    }
    return NULL;
}

pbr_settlement *pbr_settled_again(const pbr_settled *settled, const pbr_contract *contract,
                                  const pbr_measures *measures, const char **why)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_settlement *again = pbr_settlement_make(contract, measures, settled->options, diag);
    *why = again ? NULL : pbr_first_error(diag, settled->arena);
    pbr_diag_free(diag);
    return again;
}

size_t pbr_verdicts_changed(const pbr_settlement *a, const pbr_settlement *b, size_t area,
                            size_t cohort)
{
    size_t count = 0,
           shared = a->results_count < b->results_count ? a->results_count : b->results_count;
    for (size_t i = 0; i < shared; i++) {
        const pbr_result *result = &a->results[i];
        bool here = area == PBR_NONE || (result->area == area && result->cohort == cohort);
        count += here && result->verdict != b->results[i].verdict;
    }
    return count;
}
