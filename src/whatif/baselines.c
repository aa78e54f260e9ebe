/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/baselines.h"

#include "settle/comparator.h"

#include <string.h>

static bool is_of(const pbr_baseline *row, const char *metric, const char *year)
{
    return strcmp(row->metric, metric) == 0 && strcmp(row->year, year) == 0;
}

static bool is_alike(const pbr_baseline *a, const pbr_baseline *b)
{
    return is_of(a, b->metric, b->year) && strcmp(a->cohort, b->cohort) == 0;
}

/* --- one for all areas --- */

/* What the rows for one cohort come to together. */
struct pool {
    mpq_t cases, rate, score; /* sums, the latter two weighted by cases */
    bool scored;              /* every row has a mean score */
};

static void add_weighted(mpq_t sum, const mpq_t value, const mpq_t cases)
{
    mpq_t part;
    mpq_init(part);
    mpq_mul(part, value, cases);
    mpq_add(sum, sum, part);
    mpq_clear(part);
}

static void add_row(struct pool *pool, const pbr_baseline *row)
{
    mpq_t cases;
    mpq_init(cases);
    pbr_ratio_set(cases, row->cases, 1);
    add_weighted(pool->rate, row->rate, cases);
    if (row->has_ogrs_mean) add_weighted(pool->score, row->ogrs_mean, cases);
    mpq_add(pool->cases, pool->cases, cases);
    pool->scored &= row->has_ogrs_mean;
    mpq_clear(cases);
}

/* value + weight x (mean - value) */
static void move_towards(mpq_t value, const mpq_t mean, const mpq_t weight)
{
    mpq_t step;
    mpq_init(step);
    mpq_sub(step, mean, value);
    mpq_mul(step, step, weight);
    mpq_add(value, value, step);
    mpq_clear(step);
}

static void shrink_row(pbr_baseline *row, const struct pool *pool, const mpq_t weight)
{
    mpq_t mean;
    mpq_init(mean);
    mpq_div(mean, pool->rate, pool->cases);
    move_towards(row->rate, mean, weight);
    mpq_div(mean, pool->score, pool->cases);
    if (pool->scored) move_towards(row->ogrs_mean, mean, weight);
    mpq_clear(mean);
}

static bool is_first_alike(const pbr_contract *contract, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (is_alike(&contract->baselines[i], &contract->baselines[index])) return false;
    return true;
}

static void shrink_alike(pbr_contract *copy, const pbr_baseline *first, const mpq_t weight)
{
    struct pool pool = {.scored = true};
    mpq_inits(pool.cases, pool.rate, pool.score, NULL);
    for (size_t i = 0; i < copy->baselines_count; i++)
        if (is_alike(&copy->baselines[i], first)) add_row(&pool, &copy->baselines[i]);
    for (size_t i = 0; i < copy->baselines_count; i++)
        if (is_alike(&copy->baselines[i], first)) shrink_row(&copy->baselines[i], &pool, weight);
    mpq_clears(pool.cases, pool.rate, pool.score, NULL);
}

static bool have_cases(const pbr_contract *contract, const char *metric, const char *year,
                       pbr_place place, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (!is_of(row, metric, year) || (row->has_cases && row->cases > 0)) continue;
        pbr_error(diag, "missing-baseline", place,
                  "a mean over areas is weighted by cases, which baselines.csv, line %ld (area %s, "
                  "cohort %s, metric %s, year %s) does not have",
                  row->line, contract->areas[row->area].code, row->cohort, metric, year);
        return false;
    }
    return true;
}

bool pbr_baselines_shrink(pbr_contract *copy, const char *metric, const char *year,
                          const mpq_t weight, pbr_place place, pbr_diag *diag)
{
    if (!have_cases(copy, metric, year, place, diag)) return false;
    for (size_t i = 0; i < copy->baselines_count; i++)
        if (is_of(&copy->baselines[i], metric, year) && is_first_alike(copy, i))
            shrink_alike(copy, &copy->baselines[i], weight);
    return true;
}

/* --- from a settlement --- */

/* Cohorts stand in the order of their last days. */
static const pbr_measure *last_measure(const pbr_settled *from, const char *code,
                                       const char *baseline)
{
    const pbr_contract *contract = from->settlement->contract;
    const pbr_settle_options *options = from->options;
    size_t area = pbr_contract_area(contract, code, strlen(code));
    const pbr_measure *last = NULL;
    for (size_t i = 0; area != PBR_NONE && i < options->cohorts_count; i++) {
        const pbr_cohort *cohort = &contract->cohorts[options->cohorts[i]];
        if (cohort->kind == PBR_MONTH || strcmp(cohort->baseline, baseline) != 0) continue;
        const pbr_measure *found =
            pbr_measures_find(from->measures, area, options->cohorts[i], false);
        if (found) last = found;
    }
    return last;
}

static const pbr_metric *metric_of(const pbr_contract *contract, const char *id)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_metric *metric = pbr_terms_metric(contract->rules[i].terms, id);
        if (metric) return metric;
    }
    return NULL;
}

/* The row keeps the columns that it has: those that the measure knows take its values. */
static bool take_measure(pbr_baseline *row, const pbr_metric *metric, const pbr_measure *m)
{
    pbr_baseline made = {0};
    mpq_inits(made.rate, made.sd, made.ogrs_mean, NULL);
    bool known = pbr_baseline_of_measure(&made, metric, m);
    if (known) mpq_set(row->rate, made.rate);
    if (known && row->has_cases) row->cases = made.cases;
    if (known && row->has_sd && made.has_sd) mpq_set(row->sd, made.sd);
    if (known && row->has_ogrs_mean && made.has_ogrs_mean) mpq_set(row->ogrs_mean, made.ogrs_mean);
    mpq_clears(made.rate, made.sd, made.ogrs_mean, NULL);
    return known;
}

bool pbr_baselines_measured(pbr_contract *copy, const char *metric, const char *year,
                            const pbr_settled *from, pbr_place place, pbr_diag *diag)
{
    size_t found = 0;
    const pbr_metric *how = metric_of(copy, metric);
    for (size_t i = 0; how && i < copy->baselines_count; i++) {
        pbr_baseline *row = &copy->baselines[i];
        if (!is_of(row, metric, year)) continue;
        const pbr_measure *m = last_measure(from, copy->areas[row->area].code, row->cohort);
        found += m && take_measure(row, how, m);
    }
    if (!found)
        pbr_error(
            diag, "missing-baseline", place,
            "settlement %s has settled no area and cohort that meets a baseline of metric %s, "
            "year %s",
            from->settlement->id, metric, year);
    return found > 0;
}
