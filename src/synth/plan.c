/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/plan.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

/* What sets an area apart, one number an area. */
typedef struct {
    double *effect, *drift, *frequency;
} characters;

/* Evenly spaced quantiles of a normal distribution, dealt to the areas at random: every seed has
 * the same spread, and only who gets what differs. */
static double *deal(gsl_rng *rng, size_t areas, double mean, double sd)
{
    double *values = pbr_alloc(areas, sizeof *values);
    for (size_t i = 0; i < areas; i++)
        values[i] = mean + sd * gsl_cdf_ugaussian_Pinv(((double)i + 0.5) / (double)areas);
    gsl_ran_shuffle(rng, values, areas, sizeof *values);
    return values;
}

static double *deal_effects(gsl_rng *rng, size_t areas, const pbr_shape *shape)
{
    double *values = pbr_alloc(areas, sizeof *values);
    double reach = shape->effect.groups[0].share;
    for (size_t i = 0, group = 0; i < areas; i++) {
        while (((double)i + 0.5) / (double)areas > reach && group + 1 < PBR_EFFECT_GROUPS)
            reach += shape->effect.groups[++group].share;
        values[i] = shape->effect.groups[group].errors;
    }
    gsl_ran_shuffle(rng, values, areas, sizeof *values);
    return values;
}

static const pbr_metric *metric_of(const pbr_terms *terms, pbr_metric_kind kind)
{
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (terms->metrics[i].kind == kind) return &terms->metrics[i];
    return NULL;
}

static const pbr_baseline *baseline_of(const pbr_contract *contract, const pbr_cell *cell,
                                       pbr_metric_kind kind)
{
    const pbr_metric *metric = metric_of(cell->terms, kind);
    size_t area = (size_t)(cell->area - contract->areas);
    return metric ? pbr_contract_baseline(contract, area, cell->cohort->baseline, metric) : NULL;
}

static double clamp(double value, double low, double high)
{
    return value < low ? low : value > high ? high : value;
}

/* The rate is set so that the adjusted rate, rate + (reference score - score), lies `effect`
 * standard errors from the baseline. */
static void fill_rate(pbr_cell *cell, const pbr_baseline *row, double effect, double drift,
                      const pbr_shape *shape)
{
    double cases = row && row->has_cases ? (double)row->cases : shape->size.cases;
    double base = row ? clamp(mpq_get_d(row->rate) / 100, 0.02, 0.98) : shape->size.rate;
    double reference = row && row->has_ogrs_mean ? mpq_get_d(row->ogrs_mean) / 100 : base;
    double error = cases > 0 ? sqrt(base * (1 - base) / cases) : 0;
    cell->weight = cases * shape->size.rows_per_case;
    cell->score = clamp(reference + drift, 0.02, 0.98);
    cell->rate = clamp(base + effect * error + cell->score - reference, 0.02, 0.98);
}

static void fill_frequency(pbr_cell *cell, const pbr_baseline *row, double change,
                           const pbr_shape *shape)
{
    double base = row ? mpq_get_d(row->rate) : shape->size.frequency;
    cell->frequency = clamp(base * (1 + change), 1.05, 30);
}

static void fill_cell(pbr_cell *cell, const pbr_contract *contract, const characters *is, int age,
                      const pbr_shape *shape)
{
    size_t area = (size_t)(cell->area - contract->areas);
    size_t cohort = (size_t)(cell->cohort - contract->cohorts);
    const pbr_rules *rules = pbr_contract_rules(contract, area, cohort, cell->cohort->to);
    if (!rules) return;
    cell->terms = rules->terms;
    fill_rate(cell, baseline_of(contract, cell, PBR_RATE),
              is->effect[area] + age * shape->effect.by_quarter, is->drift[area], shape);
    fill_frequency(cell, baseline_of(contract, cell, PBR_EVENTS_PER_REOFFENDER),
                   is->frequency[area], shape);
}

/* Years and pools are made of other cohorts; months are of fees. */
static bool holds_starts(const pbr_cohort *cohort)
{
    return cohort->kind == PBR_QUARTER || cohort->kind == PBR_NAMED;
}

/* A year is made of its quarters, so a cohort is made if it lies within one that was asked for. */
bool pbr_plan_wants(const pbr_synth_options *options, const pbr_cohort *cohort)
{
    const pbr_cohort *all = options->contract->cohorts;
    if (!holds_starts(cohort)) return false;
    for (size_t i = 0; i < options->cohorts_count; i++) {
        const pbr_cohort *asked = &all[options->cohorts[i]];
        if (cohort == asked) return true;
        if (asked->kind == PBR_YEAR && cohort->from >= asked->from && cohort->to <= asked->to)
            return true;
    }
    return options->cohorts_count == 0;
}

static void add_cohort(pbr_plan *plan, const pbr_contract *contract, const pbr_cohort *cohort,
                       const characters *is, int age, const pbr_shape *shape)
{
    for (size_t i = 0; i < plan->areas; i++) {
        pbr_cell *cell = &plan->cells[plan->count++];
        *cell = (pbr_cell){.cohort = cohort, .area = &contract->areas[i]};
        fill_cell(cell, contract, is, age, shape);
    }
}

/* Rounds the running total, not each share, so that the shares add up to the whole. */
static void share_out(pbr_plan *plan, int64_t starts)
{
    double whole = 0, so_far = 0;
    for (size_t i = 0; i < plan->count; i++) whole += plan->cells[i].weight;
    if (whole <= 0) return;
    double scale = starts ? (double)starts / whole : 1;
    for (size_t i = 0; i < plan->count; i++) {
        so_far += plan->cells[i].weight * scale;
        plan->cells[i].starts = llround(so_far) - plan->starts;
        plan->starts += plan->cells[i].starts;
    }
}

pbr_plan pbr_plan_make(const pbr_synth_options *options, const pbr_shape *shape, gsl_rng *rng)
{
    const pbr_contract *contract = options->contract;
    pbr_plan plan = {.areas = contract->areas_count};
    characters is = {.effect = deal_effects(rng, plan.areas, shape)};
    is.drift = deal(rng, plan.areas, shape->drift.mean, shape->drift.sd);
    is.frequency = deal(rng, plan.areas, shape->frequency.mean, shape->frequency.sd);
    plan.cells = pbr_alloc(contract->cohorts_count * plan.areas, sizeof *plan.cells);
    int age = 0;
    for (size_t i = 0; i < contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &contract->cohorts[i];
        if (pbr_plan_wants(options, cohort)) add_cohort(&plan, contract, cohort, &is, age, shape);
        age += holds_starts(cohort);
    }
    share_out(&plan, options->starts);
    free(is.effect);
    free(is.drift);
    free(is.frequency);
    return plan;
}

void pbr_plan_free(pbr_plan *plan)
{
    free(plan->cells);
}

size_t pbr_plan_cell_on(const pbr_plan *plan, size_t from, pbr_date day)
{
    for (size_t i = from - from % plan->areas; i < plan->count; i += plan->areas) {
        const pbr_cohort *cohort = plan->cells[i].cohort;
        if (day >= cohort->from && day < cohort->to) return i;
    }
    return PBR_NONE;
}
