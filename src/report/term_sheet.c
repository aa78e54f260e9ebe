/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/term_sheet.h"

#include "contract/check_idle.h"
#include "report/term_sheet_parts.h"

#include <string.h>

/* Has the area a cohort in the year of the row for which the version may hold? */
static bool is_priced(const pbr_contract *contract, const pbr_rules *rules, const pbr_price *row)
{
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (strcmp(contract->cohorts[i].contract_year, row->contract_year) == 0 &&
            pbr_terms_has_period(rules->terms, contract->cohorts[i].kind) &&
            pbr_rules_may_hold(contract, row->area, i, rules))
            return true;
    return false;
}

static const bool *priced_rows(pbr_teller *t, const pbr_rules *rules)
{
    bool *rows = pbr_arena_alloc(t->arena, t->contract->prices_count + 1);
    for (size_t i = 0; i < t->contract->prices_count; i++)
        rows[i] = is_priced(t->contract, rules, &t->contract->prices[i]);
    return rows;
}

static void tell_version(pbr_teller *t, const pbr_rules *rules)
{
    t->rules = rules;
    t->priced = priced_rows(t, rules);
    pbr_tell_heading(t, PBR_HEADING_SECTION,
                     pbr_arena_printf(t->arena, "Rules %s: %s", rules->name, rules->terms->title));
    pbr_tell_people(t);
    pbr_tell_metrics(t);
    pbr_tell_lines(t);
    pbr_tell_caps(t);
    pbr_tell_money(t);
    t->rules = NULL;
}

void pbr_term_sheet_print(const pbr_contract *contract, FILE *out)
{
    pbr_teller t = {.contract = contract, .out = out, .arena = pbr_arena_new()};
    pbr_tell_cover(&t);
    for (size_t i = 0; i < contract->rules_count; i++) tell_version(&t, &contract->rules[i]);
    pbr_tell_illustrative(&t);
    pbr_tell_clauses(&t);
    fputc('\n', out);
    pbr_arena_free(t.arena);
}
