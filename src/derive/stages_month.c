/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Monthly lines: fees, volumes, service credits (semantics 18, 21). */
#include "derive/working.h"

#include <stdlib.h>
#include <string.h>

struct maker {
    pbr_workings *all;
    pbr_working *w;
};

static pbr_stage *formula(struct maker *m, const char *field, const char *title, pbr_unit unit,
                          const char *of)
{
    return pbr_stage_formula(m->all, m->w, field, title, unit, of);
}

static void price(struct maker *m, const char *field, const char *title, pbr_unit unit,
                  const char *column, const char *path)
{
    pbr_stage *step = pbr_stage_add(m->w, field, title, unit, PBR_STAGE_PRICE, column);
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, path));
}

static void engine(struct maker *m, const char *field, const char *title, pbr_unit unit,
                   const char *note)
{
    pbr_stage_add(m->w, field, title, unit, PBR_STAGE_ENGINE, field)->note = note;
}

/* The price of the contract year, less its discount, indexed. */
static void add_annual_price(struct maker *m)
{
    const pbr_line *line = m->w->line;
    const char *text = "price";
    price(m, "price", "Annual price as tabled", PBR_UNIT_POUNDS, line->price, "price");
    if (line->discount) {
        price(m, "discount", "Discount", PBR_UNIT_PERCENT, line->discount, "discount");
        text = "price * (hundred - discount) / hundred";
    }
    if (line->index) {
        pbr_stage_add(m->w, "index_now", "Index of the year", PBR_UNIT_NUMBER, PBR_STAGE_INDEX,
                      "now");
        pbr_stage_add(m->w, "index_base", "Index of the base year", PBR_UNIT_NUMBER,
                      PBR_STAGE_INDEX, "base")
            ->per_line = true;
        text = pbr_arena_printf(m->all->arena, "%s * index_now / index_base", text);
    }
    pbr_stage *step = formula(m, "annual_price", "Annual price", PBR_UNIT_POUNDS, text);
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "price"));
    engine(m, "span_months", "Months under these terms", PBR_UNIT_COUNT,
           "months of the contract year on whose first day this version is in force");
}

static const char *rounded(struct maker *m, const char *text)
{
    static const char *const ROUNDINGS[] = {[PBR_HALF_EVEN] = "half_even(steady(%s, pence_steady))",
                                            [PBR_HALF_UP] = "half_up(steady(%s, pence_steady))",
                                            [PBR_FLOOR] = "floor(steady(%s, pence_steady))"};
    return pbr_arena_printf(m->all->arena, ROUNDINGS[m->w->rules->terms->rounding.mode], text);
}

static void add_fee(struct maker *m)
{
    engine(m, "takes_residue", "Takes the residue", PBR_UNIT_WORD,
           "is it the month that the terms name for what flooring leaves?");
    formula(m, "units", "Units", PBR_UNIT_EVENTS, "one / months");
    formula(m, "unit_price", "Price of a unit", PBR_UNIT_POUNDS, "annual_price");
    formula(m, "span_exact", "Price of these months before rounding", PBR_UNIT_EXACT_PENCE,
            "annual_price * span_months / months * pence");
    pbr_stage *step =
        formula(m, "span_pence", "Price of these months", PBR_UNIT_PENCE, rounded(m, "span_exact"));
    pbr_stage_cite(step, "rounding.mode");
    formula(m, "instalment_exact", "Instalment before rounding", PBR_UNIT_EXACT_PENCE,
            "annual_price / months * pence");
    formula(m, "instalment_pence", "Instalment", PBR_UNIT_PENCE,
            "floor(steady(instalment_exact, pence_steady))");
    step = formula(m, "computed_pence", "Computed", PBR_UNIT_PENCE,
                   "if(takes_residue = yes, span_pence - instalment_pence * (span_months - one), "
                   "instalment_pence)");
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "residue"));
}

static void add_rounding(struct maker *m)
{
    pbr_stage *step =
        formula(m, "computed_pence", "Computed", PBR_UNIT_PENCE, rounded(m, "amount_pence"));
    pbr_stage_cite(step, "rounding.mode");
}

/* Starts under each weight, and their weighted sum. */
static void add_actual(struct maker *m)
{
    pbr_arena *arena = m->all->arena;
    const char *sum = "";
    for (unsigned i = 1; i <= m->w->line->weights_count; i++) {
        const pbr_weight *weight = &m->w->line->weights[i - 1];
        const char *starts = pbr_arena_printf(arena, "starts_%u", i);
        const char *worth = pbr_arena_printf(arena, "weight_%u", i);
        const char *path = pbr_arena_printf(arena, "weights.%u.weight", i);
        pbr_stage_add(m->w, starts,
                      pbr_arena_printf(arena, "Starts: %s, %s", weight->type, weight->band),
                      PBR_UNIT_COUNT, PBR_STAGE_VOLUME, pbr_arena_printf(arena, "%u", i));
        pbr_stages_need_term(m->all, m->w, worth,
                             pbr_arena_printf(arena, "Weight: %s, %s", weight->type, weight->band),
                             PBR_UNIT_NUMBER, path);
        sum = pbr_arena_printf(arena, "%s%s%s * %s", sum, *sum ? " + " : "", starts, worth);
    }
    formula(m, "actual", "Weighted starts", PBR_UNIT_NUMBER, sum);
}

static void add_volume(struct maker *m)
{
    const pbr_line *line = m->w->line;
    add_actual(m);
    price(m, "band_low", "Low edge of the band, a year", PBR_UNIT_NUMBER, line->band_low,
          "band-low");
    price(m, "band_high", "High edge of the band, a year", PBR_UNIT_NUMBER, line->band_high,
          "band-high");
    price(m, "predicted", "Predicted volume, a year", PBR_UNIT_NUMBER, line->predicted,
          "predicted");
    price(m, "marginal", "Marginal percentage", PBR_UNIT_PERCENT, line->marginal, "marginal");
    formula(m, "low", "Low edge of these months", PBR_UNIT_NUMBER,
            "band_low * span_months / months");
    formula(m, "high", "High edge of these months", PBR_UNIT_NUMBER,
            "band_high * span_months / months");
    formula(m, "units", "Weighted starts outside the band", PBR_UNIT_EVENTS,
            "if(actual > high, actual - high, if(actual < low, actual - low, zero))");
    formula(m, "unit_price", "Price of a unit", PBR_UNIT_POUNDS, "annual_price");
    pbr_stage *step = formula(m, "divisor", "Divisor", PBR_UNIT_NUMBER,
                              line->divisor == PBR_OF_EDGE ? "if(actual < low, low, high)"
                                                           : "predicted * span_months / months");
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "divisor"));
    formula(m, "amount_pence", "Amount before rounding", PBR_UNIT_EXACT_PENCE,
            "if(units = zero, zero, annual_price * span_months / months * marginal / hundred * "
            "units / divisor * pence)");
    add_rounding(m);
}

static int by_below(const void *left, const void *right, void *scale)
{
    const pbr_credit_step *steps = scale;
    double a = strtod(steps[*(const unsigned *)left].below, NULL);
    double b = strtod(steps[*(const unsigned *)right].below, NULL);
    return (a > b) - (a < b);
}

/* The deepest step that the performance falls below. */
static const char *deduction_formula(struct maker *m)
{
    const pbr_line *line = m->w->line;
    pbr_arena *arena = m->all->arena;
    const char *text = "zero";
    unsigned *order = pbr_arena_alloc(arena, (line->scale_count + 1u) * sizeof *order);
    for (unsigned i = 0; i < line->scale_count; i++) order[i] = i;
    qsort_r(order, line->scale_count, sizeof *order, by_below, line->scale);
    for (unsigned i = line->scale_count; i-- > 0;) {
        unsigned number = order[i] + 1;
        const char *below = pbr_arena_printf(arena, "below_%u", number);
        const char *deduct = pbr_arena_printf(arena, "deduct_%u", number);
        pbr_stages_need_term(m->all, m->w, below, pbr_arena_printf(arena, "Below, step %u", number),
                             PBR_UNIT_PERCENT, pbr_arena_printf(arena, "scale.%u.below", number));
        pbr_stages_need_term(m->all, m->w, deduct,
                             pbr_arena_printf(arena, "Deduct, step %u", number), PBR_UNIT_PERCENT,
                             pbr_arena_printf(arena, "scale.%u.deduct", number));
        text = pbr_arena_printf(arena, "if(steady(performance - %s, rate_steady) < zero, %s, %s)",
                                below, deduct, text);
    }
    return text;
}

static void add_credit(struct maker *m)
{
    const char *deduction = deduction_formula(m);
    pbr_stage_add(m->w, "numerator", "Met", PBR_UNIT_COUNT, PBR_STAGE_LEVEL, "numerator");
    pbr_stage_add(m->w, "denominator", "Of", PBR_UNIT_COUNT, PBR_STAGE_LEVEL, "denominator");
    formula(m, "performance", "Performance", PBR_UNIT_PERCENT, "numerator * hundred / denominator");
    pbr_stage *step =
        formula(m, "deduction", "Deduction, percent of the month's price", PBR_UNIT_PERCENT,
                m->w->line->scale_count
                    ? pbr_arena_printf(m->all->arena, "if(denominator = zero, zero, %s)", deduction)
                    : "zero");
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "target"));
    formula(m, "units", "Units", PBR_UNIT_EVENTS, "-deduction / hundred");
    formula(m, "unit_price", "Price of a unit: the month's price", PBR_UNIT_POUNDS,
            "annual_price / months");
    formula(m, "amount_pence", "Amount before rounding", PBR_UNIT_EXACT_PENCE,
            "units * unit_price * pence");
    add_rounding(m);
}

void pbr_stages_month(pbr_workings *all, pbr_working *working)
{
    static void (*const KINDS[])(struct maker *) = {
        [PBR_FEE] = add_fee, [PBR_VOLUME] = add_volume, [PBR_CREDIT] = add_credit};
    struct maker m = {all, working};
    add_annual_price(&m);
    KINDS[working->line->kind](&m);
}
