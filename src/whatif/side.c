/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/side.h"

#include "compare/terms.h"
#include "contract/consistency.h"
#include "whatif/select.h"

#include <string.h>

struct changer {
    pbr_side *side;
    const pbr_scenario *scenario;
    const pbr_scenario_side *asked;
    const char *name; /* "base" or "instead" */
    pbr_arena *arena;
    pbr_diag *diag;
};

static pbr_place place_of(const struct changer *c, const char *list, unsigned number)
{
    return pbr_scenario_place(c->scenario, "%s.%s.%u", c->name, list, number);
}

static void note_change(struct changer *c, const pbr_selection *selection)
{
    c->side->changes[c->side->changes_count++] = (pbr_term_change){
        .file = selection->file,
        .term = selection->path,
        .old = selection->was,
        .now = pbr_selection_text(selection, c->side->contract, c->arena),
        .clause = selection->clause,
        .source = selection->source,
        .status = pbr_status_text(selection->status),
    };
    if (selection->rules_count) c->side->counting |= pbr_term_is_of_counting(selection->path);
}

static void change_term(struct changer *c, const pbr_scenario_change *change, pbr_place place)
{
    pbr_selection selection;
    pbr_operation how = change->set ? PBR_SET : change->times ? PBR_TIMES : PBR_PLUS;
    const char *value = change->set ? change->set : change->times ? change->times : change->plus;
    if (!pbr_select(c->side->contract, change->term, change->rules, place, c->arena, &selection,
                    c->diag))
        return;
    if (pbr_selection_apply(&selection, c->side->contract, how, value, place, c->diag))
        note_change(c, &selection);
}

/* --- does it hold together --- */

/* The limits of a row are checked when its table is read. */
static void check_limits(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (row->has_lower && row->has_upper && mpq_cmp(row->lower, row->upper) > 0)
            pbr_error(diag, "bad-range",
                      ((pbr_place){pbr_contract_path(contract, "baselines.csv"), row->line, 1}),
                      "the lower threshold is above the upper one");
    }
}

static const char *file_in(const pbr_contract *contract, const char *path)
{
    size_t length = strlen(contract->folder);
    bool inside = strncmp(path, contract->folder, length) == 0 && path[length] == '/';
    return inside ? path + length + 1 : path;
}

/* What is found is told where the scenario asked for it. */
static void pass_misfits(struct changer *c, const pbr_diag *found)
{
    const pbr_finding *findings;
    pbr_place place = pbr_scenario_place(c->scenario, "%s", c->name);
    size_t count = pbr_diag_findings(found, &findings);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; findings[i].severity == PBR_ERROR && k < findings[i].kept; k++) {
            const struct pbr_problem *problem = &findings[i].problems[k];
            pbr_error(c->diag, "bad-term", place,
                      "with these changes the terms do not fit each other: %s, line %ld: %s",
                      problem->file ? file_in(c->side->contract, problem->file) : "contract",
                      problem->line, problem->message);
        }
}

static void check_fit(struct changer *c)
{
    const pbr_contract *contract = c->side->contract;
    pbr_diag *found = pbr_diag_new();
    for (size_t i = 0; i < contract->rules_count; i++)
        pbr_check_rules(contract, &contract->rules[i], found);
    pbr_check_tables(contract, found);
    check_limits(contract, found);
    pass_misfits(c, found);
    pbr_diag_free(found);
}

bool pbr_side_change(pbr_side *side, const pbr_settled *base, const pbr_scenario *scenario,
                     bool instead, pbr_arena *arena, pbr_diag *diag)
{
    const pbr_scenario_side *asked = instead ? scenario->instead : &scenario->base;
    struct changer c = {side, scenario, asked, instead ? "instead" : "base", arena, diag};
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    *side = (pbr_side){.settled = *base};
    if (!asked || !asked->change_count) return true;
    side->contract = pbr_contract_copy(base->settlement->contract);
    side->changes = pbr_arena_alloc(arena, asked->change_count * sizeof *side->changes);
    for (unsigned i = 0; i < asked->change_count; i++)
        change_term(&c, &asked->change[i], place_of(&c, "change", i + 1));
    if (pbr_diag_count(diag, PBR_ERROR) == before) check_fit(&c);
    return pbr_diag_count(diag, PBR_ERROR) == before;
}

bool pbr_side_settle(pbr_side *side, const pbr_settled *base, const pbr_measures *measures,
                     pbr_diag *diag)
{
    const pbr_contract *contract = side->contract ? side->contract : base->settlement->contract;
    if (!side->contract && measures == base->measures) return true;
    side->own = pbr_settlement_make(contract, measures, base->options, diag);
    side->settled.settlement = side->own;
    side->settled.measures = measures;
    return side->own != NULL;
}

void pbr_side_free(pbr_side *side)
{
    pbr_settlement_free(side->own);
    pbr_measures_free(side->measures);
    if (side->contract) pbr_contract_free(side->contract);
    *side = (pbr_side){0};
}
