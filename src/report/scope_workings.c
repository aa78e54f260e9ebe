/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/scope_workings.h"

#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* --- places --- */

static void show(pbr_scope *scope, size_t area, size_t cohort)
{
    scope->shown[area * scope->contract->cohorts_count + cohort] = true;
}

/* What a top-up is net of must be seen too. */
static void show_parts(pbr_scope *scope)
{
    const pbr_working *net = &scope->workings->net;
    const pbr_claims *claims = scope->settlement->claims;
    for (size_t i = 0; i < net->rows_count; i++) {
        if (!pbr_scope_shows(scope, net->rows[i].area, net->rows[i].cohort)) continue;
        for (size_t k = 0; k < claims->count; k++)
            if (pbr_claim_is_net_of(net->rows[i].claim, &claims->items[k], scope->contract))
                show(scope, claims->items[k].area, claims->items[k].cohort);
    }
}

void pbr_scope_show(pbr_scope *scope, const bool *areas)
{
    const pbr_settlement *s = scope->settlement;
    const pbr_contract *contract = scope->contract;
    memcpy(scope->shown, scope->covered, contract->areas_count * contract->cohorts_count);
    for (size_t i = 0; i < s->cap_steps_count; i++) {
        const pbr_claim *claim = &s->claims->items[s->cap_steps[i].claim];
        if (!scope->payee || areas[claim->area]) show(scope, claim->area, claim->cohort);
    }
    if (scope->workings) show_parts(scope);
}

/* --- each row of workings that is shown --- */

typedef void visit_row(void *context, const pbr_working *working, const pbr_working_row *row);

static void each_row(const pbr_scope *scope, visit_row *visit, void *context)
{
    for (size_t i = 0; scope->workings && i < scope->workings->count; i++) {
        const pbr_working *working = &scope->workings->workings[i];
        for (size_t k = 0; k < working->rows_count; k++)
            if (pbr_scope_shows(scope, working->rows[k].area, working->rows[k].cohort))
                visit(context, working, &working->rows[k]);
    }
}

/* --- baselines --- */

struct marks {
    const pbr_scope *scope;
    bool *used;
};

static void mark_baselines(void *context, const pbr_working *working, const pbr_working_row *row)
{
    const struct marks *marks = context;
    for (size_t i = 0; row->result && i < working->stages_count; i++) {
        if (working->stages[i].origin != PBR_STAGE_BASELINE) continue;
        const pbr_baseline *found =
            pbr_ingredient_baseline(marks->scope->workings, row, &working->stages[i]);
        if (found && found->line) marks->used[found - marks->scope->contract->baselines] = true;
    }
}

void pbr_scope_mark_baselines(const pbr_scope *scope, bool *used)
{
    struct marks marks = {scope, used};
    each_row(scope, mark_baselines, &marks);
}

/* --- versions --- */

static void add_rules(void *context, const pbr_working *working, const pbr_working_row *row)
{
    (void)row;
    pbr_list_add_once(context, working->rules);
}

const pbr_rules *pbr_scope_rules_of_cap(const pbr_scope *scope, const pbr_cap *cap)
{
    for (size_t i = 0; i < scope->contract->rules_count; i++) {
        const pbr_terms *terms = scope->contract->rules[i].terms;
        if (cap >= terms->caps && cap < terms->caps + terms->caps_count)
            return &scope->contract->rules[i];
    }
    return NULL;
}

void pbr_scope_add_rules(const pbr_scope *scope, pbr_list *used)
{
    each_row(scope, add_rules, used);
    for (size_t i = 0; i < scope->caps.count; i++)
        pbr_list_add_once(
            used, pbr_scope_rules_of_cap(scope, ((const pbr_cap_use *)scope->caps.at[i])->cap));
}

/* --- prices --- */

struct prices {
    pbr_scope *scope;
    bool *listed; /* [price * money_columns_count + column] */
};

static size_t slot(const pbr_contract *contract, const pbr_price *price, size_t column)
{
    return (size_t)(price - contract->prices) * contract->money_columns_count + column;
}

static void add_price(const struct prices *p, size_t area, const char *year, const char *column,
                      const char *use, const char *unit)
{
    const pbr_contract *contract = p->scope->contract;
    const pbr_price *price = pbr_contract_price(contract, area, year);
    size_t number = column ? pbr_contract_money_column(contract, column) : PBR_NONE;
    if (!price || number >= contract->money_columns_count) return;
    bool *listed = &p->listed[slot(contract, price, number)];
    if (*listed) return;
    *listed = true;
    pbr_price_used *item = pbr_arena_alloc(p->scope->arena, sizeof *item);
    *item = (pbr_price_used){price, number, use, unit};
    pbr_list_add(&p->scope->prices, item);
}

static void add_prices(void *context, const pbr_working *working, const pbr_working_row *row)
{
    const struct prices *p = context;
    const char *year = p->scope->contract->cohorts[row->cohort].contract_year;
    for (size_t i = 0; i < working->stages_count; i++) {
        const pbr_stage *stage = &working->stages[i];
        if (stage->origin != PBR_STAGE_PRICE || row->values[i]->kind == PBR_VALUE_NONE) continue;
        const char *unit = stage->unit == PBR_UNIT_POUNDS    ? pbr_currency_words(p->scope)
                           : stage->unit == PBR_UNIT_PERCENT ? "percent"
                                                             : "weighted starts";
        add_price(p, row->area, year, stage->key, stage->title, unit);
    }
}

static int by_place(const void *left, const void *right)
{
    const pbr_price_used *a = *(const pbr_price_used *const *)left;
    const pbr_price_used *b = *(const pbr_price_used *const *)right;
    if (a->price != b->price) return a->price < b->price ? -1 : 1;
    return a->column < b->column ? -1 : a->column > b->column;
}

void pbr_scope_add_prices(pbr_scope *scope)
{
    const pbr_contract *contract = scope->contract;
    size_t count = contract->prices_count * contract->money_columns_count;
    struct prices p = {scope, pbr_alloc(count, sizeof *p.listed)};
    for (size_t i = 0; i < scope->prices.count; i++) {
        const pbr_price_used *used = scope->prices.at[i];
        p.listed[slot(contract, used->price, used->column)] = true;
    }
    each_row(scope, add_prices, &p);
    for (size_t i = 0; i < scope->caps.count; i++) {
        const pbr_cap_use *use = scope->caps.at[i];
        const char *unit = pbr_currency_words(scope);
        add_price(&p, use->area, use->contract_year, use->cap->column, "limit of a cap", unit);
        add_price(&p, use->area, use->contract_year, use->cap->minus,
                  "taken off the limit of a cap", unit);
    }
    if (scope->prices.count)
        qsort(scope->prices.at, scope->prices.count, sizeof *scope->prices.at, by_place);
    free(p.listed);
}

/* --- measures --- */

static void add_measures(void *context, const pbr_working *working, const pbr_working_row *row)
{
    pbr_scope *scope = context;
    for (size_t i = 0; row->result && i < working->stages_count; i++) {
        if (working->stages[i].origin != PBR_STAGE_COUNT) continue;
        const pbr_measure *measure =
            pbr_ingredient_measure(scope->workings, row, &working->stages[i]);
        if (measure) pbr_list_add_once(&scope->measured, measure);
    }
}

static int by_address(const void *left, const void *right)
{
    const pbr_measure *a = *(const pbr_measure *const *)left;
    const pbr_measure *b = *(const pbr_measure *const *)right;
    return a < b ? -1 : a > b;
}

void pbr_scope_take_measures(pbr_scope *scope)
{
    if (scope->payee) {
        each_row(scope, add_measures, scope);
        if (scope->measured.count)
            qsort(scope->measured.at, scope->measured.count, sizeof *scope->measured.at,
                  by_address);
        return;
    }
    for (size_t i = 0; i < scope->measures->measures_count; i++)
        pbr_list_add(&scope->measured, &scope->measures->measures[i]);
}
