/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/scope_prices.h"

#include "report/result_words.h"
#include "report/scope_workings.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* What the payments of a price row take one of its columns for. */
struct use {
    const char *words, *unit;
};

static const char PERCENT[] = "percent", STARTS[] = "weighted starts";

/* --- prices --- */

/* The words for a column, where it is named; earlier words stay before them. */
static void use_column(pbr_scope *scope, struct use *uses, const char *name, const char *words,
                       const char *unit)
{
    size_t column = name ? pbr_contract_money_column(scope->contract, name) : PBR_NONE;
    if (column == PBR_NONE) return;
    const char *before = uses[column].words;
    if (before && strstr(before, words)) return;
    if (before) words = pbr_arena_printf(scope->arena, "%s; %s", before, words);
    uses[column] = (struct use){words, unit};
}

static void use_payoff(pbr_scope *scope, struct use *uses, const pbr_rules *rules,
                       const pbr_line *line, const pbr_payoff *payoff)
{
    if (!payoff) return;
    bool counted = payoff->kind == PBR_PER_UNIT || payoff->kind == PBR_SLICES;
    const pbr_metric *metric = pbr_terms_metric(rules->terms, line->metric);
    const char *words =
        pbr_arena_printf(scope->arena, "one %s: %s",
                         counted ? pbr_payment_unit(metric->kind) : "payment", line->title);
    use_column(scope, uses, payoff->price, words, pbr_currency_words(scope));
    use_column(scope, uses, payoff->share,
               pbr_arena_printf(scope->arena, "share of the price: %s", line->title), PERCENT);
}

static void use_monthly(pbr_scope *scope, struct use *uses, const pbr_line *line)
{
    const struct {
        const char *name, *words, *unit;
    } columns[] = {
        {line->price, "price of the contract year", pbr_currency_words(scope)},
        {line->discount, "discount", PERCENT},
        {line->band_low, "lower end of the band", STARTS},
        {line->band_high, "upper end of the band", STARTS},
        {line->predicted, "predicted volume", STARTS},
        {line->marginal, "marginal percentage", PERCENT},
    };
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        use_column(scope, uses, columns[i].name,
                   pbr_arena_printf(scope->arena, "%s: %s", columns[i].words, line->title),
                   columns[i].unit);
}

static void use_caps(pbr_scope *scope, struct use *uses, const pbr_rules *rules,
                     const pbr_line *line, bool for_life)
{
    for (pbr_cap_level level = 0; level < PBR_CAP_LEVELS; level++) {
        const pbr_cap *cap = pbr_terms_cap(rules->terms, line->id, level);
        if (!cap || (level == PBR_CAP_LIFE) != for_life) continue;
        use_column(scope, uses, cap->column,
                   pbr_arena_printf(scope->arena, "limit of the cap %s", cap->id),
                   pbr_currency_words(scope));
        use_column(scope, uses, cap->minus,
                   pbr_arena_printf(scope->arena, "taken off the limit of the cap %s", cap->id),
                   pbr_currency_words(scope));
    }
}

static void use_line(pbr_scope *scope, struct use *uses, const pbr_payment *payment)
{
    const pbr_line *line = payment->line;
    use_payoff(scope, uses, payment->rules, line, line->better);
    use_payoff(scope, uses, payment->rules, line, line->neither);
    use_payoff(scope, uses, payment->rules, line, line->worse);
    use_monthly(scope, uses, line);
    use_caps(scope, uses, payment->rules, line, false);
}

/* One payment of each line whose prices stand in the row: of its area and contract year. */
static void collect_lines(const pbr_scope *scope, const pbr_price *price, bool life, pbr_list *some)
{
    pbr_list lines = {0};
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        const pbr_cohort *cohort = &scope->contract->cohorts[payment->cohort];
        if (payment->area != price->area) continue;
        if (!life && strcmp(cohort->contract_year, price->contract_year) != 0) continue;
        size_t before = lines.count;
        pbr_list_add_once(&lines, payment->line);
        if (lines.count > before) pbr_list_add(some, payment);
    }
    pbr_list_free(&lines);
}

/* What each column of a price row is used for. The row for life holds the limits of its caps. */
static void use_row(pbr_scope *scope, struct use *uses, const pbr_price *price)
{
    bool life = strcmp(price->contract_year, "life") == 0;
    pbr_list payments = {0};
    memset(uses, 0, scope->contract->money_columns_count * sizeof *uses);
    collect_lines(scope, price, life, &payments);
    for (size_t i = 0; i < payments.count; i++) {
        const pbr_payment *payment = payments.at[i];
        if (life)
            use_caps(scope, uses, payment->rules, payment->line, true);
        else
            use_line(scope, uses, payment);
    }
    pbr_list_free(&payments);
}

static bool add_price(pbr_scope *scope, const pbr_price *price, size_t column, struct use use)
{
    if (!use.words) return false;
    pbr_price_used *item = pbr_arena_alloc(scope->arena, sizeof *item);
    *item = (pbr_price_used){price, column, use.words, use.unit};
    pbr_list_add(&scope->prices, item);
    return true;
}

static void take_prices(pbr_scope *scope)
{
    const pbr_contract *contract = scope->contract;
    struct use *uses = pbr_alloc(contract->money_columns_count, sizeof *uses);
    for (size_t i = 0; i < contract->prices_count; i++) {
        const pbr_price *price = &contract->prices[i];
        bool any = false;
        use_row(scope, uses, price);
        for (size_t column = 0; column < contract->money_columns_count; column++)
            any |= add_price(scope, price, column, uses[column]);
        scope->illustrative_prices += any && price->source.status == PBR_ILLUSTRATIVE;
    }
    free(uses);
}

/* --- steps and index values --- */

static bool names_table(const pbr_payoff *payoff, const char *table)
{
    return payoff && payoff->table && strcmp(payoff->table, table) == 0;
}

static bool line_uses_table(const pbr_line *line, const char *table)
{
    return names_table(line->better, table) || names_table(line->neither, table) ||
           names_table(line->worse, table);
}

static bool is_settled_year(const pbr_scope *scope, const char *year)
{
    const pbr_contract *contract = scope->contract;
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < contract->cohorts_count; i++)
            if (pbr_scope_shows(scope, area, i) &&
                strcmp(contract->cohorts[i].contract_year, year) == 0)
                return true;
    return false;
}

/* Index values are of the years settled here and of the base year. */
static bool line_uses_index(const pbr_scope *scope, const pbr_line *line, const pbr_index *index)
{
    return line->index && strcmp(line->index, index->series) == 0 &&
           (strcmp(line->index_base, index->contract_year) == 0 ||
            is_settled_year(scope, index->contract_year));
}

/* Does a line of the versions used rest on the table, or on the index value? */
static bool is_used(const pbr_scope *scope, const char *table, const pbr_index *index)
{
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_terms *terms = ((const pbr_rules *)scope->rules.at[i])->terms;
        for (unsigned k = 0; k < terms->lines_count; k++)
            if ((table && line_uses_table(&terms->lines[k], table)) ||
                (index && line_uses_index(scope, &terms->lines[k], index)))
                return true;
    }
    return false;
}

static void take_steps(pbr_scope *scope)
{
    for (size_t i = 0; i < scope->contract->steps_count; i++) {
        const pbr_step *step = &scope->contract->steps[i];
        if (!is_used(scope, step->table, NULL)) continue;
        pbr_list_add(&scope->steps, step);
        scope->illustrative_rows += step->source.status == PBR_ILLUSTRATIVE;
    }
}

static void take_indices(pbr_scope *scope)
{
    for (size_t i = 0; i < scope->contract->indices_count; i++) {
        const pbr_index *index = &scope->contract->indices[i];
        if (!is_used(scope, NULL, index)) continue;
        pbr_list_add(&scope->indices, index);
        scope->illustrative_rows += index->source.status == PBR_ILLUSTRATIVE;
    }
}

void pbr_scope_take_prices(pbr_scope *scope)
{
    take_prices(scope);
    pbr_scope_add_prices(scope);
    take_steps(scope);
    take_indices(scope);
}
