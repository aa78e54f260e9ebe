/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/fit.h"

#include "contract/consistency.h"
#include "settle/again.h"

#include <string.h>

static pbr_place row_of(const pbr_contract *contract, const char *table, long line)
{
    return (pbr_place){pbr_contract_path(contract, table), line, 1};
}

static void check_limits(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (row->has_lower && row->has_upper && mpq_cmp(row->lower, row->upper) > 0)
            pbr_error(diag, "bad-range", row_of(contract, "baselines.csv", row->line),
                      "the lower threshold is above the upper one");
    }
}

/* Steps are gone through in the order in which they were read. */
static void check_steps(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 1; i < contract->steps_count; i++) {
        const pbr_step *before = &contract->steps[i - 1], *step = &contract->steps[i];
        if (strcmp(before->table, step->table) == 0 &&
            mpq_cmp(before->at_least, step->at_least) >= 0)
            pbr_error(diag, "bad-range", row_of(contract, "steps.csv", step->line),
                      "the step of table \"%s\" is not above the one before it", step->table);
    }
}

/* Places of terms are texts of the contract's arena: one of the check's own can be freed. */
static pbr_contract view_of(const pbr_contract *contract)
{
    pbr_contract view = *contract;
    view.arena = pbr_arena_new();
    return view;
}

void pbr_check_fit(const pbr_contract *copy, pbr_diag *diag)
{
    pbr_contract view = view_of(copy);
    for (size_t i = 0; i < view.rules_count; i++) pbr_check_rules(&view, &view.rules[i], diag);
    pbr_check_tables(&view, diag);
    check_limits(&view, diag);
    check_steps(&view, diag);
    pbr_arena_free(view.arena);
}

static const char *in_words(pbr_diag *diag, pbr_arena *arena)
{
    const char *error = pbr_first_error(diag, arena);
    pbr_diag_free(diag);
    return error ? pbr_arena_printf(arena, "does not fit the other terms: %s", error) : NULL;
}

const char *pbr_misfit(const pbr_contract *copy, pbr_arena *arena)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_check_fit(copy, diag);
    return in_words(diag, arena);
}

const char *pbr_misfit_of_rules(const pbr_contract *copy, const size_t *rules, size_t count,
                                pbr_arena *arena)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_contract view = view_of(copy);
    for (size_t i = 0; i < count; i++) pbr_check_rules(&view, &view.rules[rules[i]], diag);
    pbr_arena_free(view.arena);
    return in_words(diag, arena);
}
