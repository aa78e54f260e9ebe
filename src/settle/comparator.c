/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/comparator.h"

#include "settle/limits.h"

#include <string.h>

static bool need(bool known, const char *column, const char **missing)
{
    if (!known) *missing = column;
    return known;
}

static bool events_over(mpq_t rate, int64_t events, int64_t scale, int64_t cases)
{
    if (cases > 0) pbr_ratio_set(rate, events * scale, cases);
    return cases > 0;
}

static bool days_per_person(mpq_t rate, const pbr_measure *m, const char **missing)
{
    if (!need(m->has_days, "days", missing) || m->measurable < 1) return false;
    pbr_ratio_set(rate, 1, m->measurable);
    mpq_mul(rate, rate, m->days);
    return true;
}

static bool over_expected(mpq_t rate, const pbr_measure *m, const char **missing)
{
    if (!need(m->has_expected, "expected", missing) || mpq_sgn(m->expected) <= 0) return false;
    pbr_ratio_set(rate, m->reoffenders, 1);
    mpq_div(rate, rate, m->expected);
    return true;
}

bool pbr_metric_rate(const pbr_metric *metric, const pbr_measure *m, mpq_t rate, int64_t *cases,
                     const char **missing)
{
    *missing = NULL;
    *cases = metric->kind == PBR_EVENTS_PER_REOFFENDER ? m->reoffenders : m->measurable;
    switch (metric->kind) {
    case PBR_RATE:
        return events_over(rate, m->reoffenders, 100, *cases);
    case PBR_EVENTS_PER_REOFFENDER:
        return events_over(rate, m->reoffences, 1, *cases);
    case PBR_EVENTS_PER_100:
        return events_over(rate, m->reoffences, 100, *cases);
    case PBR_DAYS_PER_PERSON:
        return days_per_person(rate, m, missing);
    case PBR_EXPECTED_RATIO:
        break;
    }
    return over_expected(rate, m, missing);
}

/* Persons that a weighted group is worth: (sum of weights) squared over the sum of their squares
 * (Kish, Survey Sampling, 1965). */
static int64_t effective_cases(const pbr_measure *m, int64_t cases)
{
    if (!m->has_weight_squares || mpq_sgn(m->weight_squares) <= 0) return cases;
    mpq_t size;
    mpq_init(size);
    pbr_ratio_set(size, cases, 1);
    mpq_mul(size, size, size);
    mpq_div(size, size, m->weight_squares);
    int64_t whole = pbr_ratio_floor(size);
    mpq_clear(size);
    return whole;
}

static void set_mean_score(pbr_baseline *row, const pbr_measure *m)
{
    row->has_ogrs_mean = m->has_ogrs_sum && m->measurable > 0;
    if (!row->has_ogrs_mean) return;
    pbr_ratio_set(row->ogrs_mean, 1, m->measurable);
    mpq_mul(row->ogrs_mean, row->ogrs_mean, m->ogrs_sum);
}

static void set_sd(pbr_baseline *row, const pbr_metric *metric, const pbr_measure *m)
{
    bool mean = metric->kind == PBR_EVENTS_PER_REOFFENDER;
    row->has_sd = mean && m->has_squared && m->reoffenders > 1;
    if (row->has_sd)
        mpq_set_d(row->sd, pbr_sample_sd((double)m->reoffenders, (double)m->reoffences,
                                         mpq_get_d(m->reoffences_squared)));
}

bool pbr_baseline_of_measure(pbr_baseline *row, const pbr_metric *metric, const pbr_measure *m)
{
    const char *missing;
    int64_t cases;
    if (!pbr_metric_rate(metric, m, row->rate, &cases, &missing)) return false;
    row->cases = effective_cases(m, cases);
    row->has_cases = true;
    set_mean_score(row, m);
    set_sd(row, metric, m);
    return true;
}

static pbr_baseline *make_row(pbr_settlement *settlement, const pbr_metric *metric,
                              const pbr_measure *m, const char *cohort)
{
    struct pbr_made *made = pbr_arena_alloc(settlement->arena, sizeof *made);
    pbr_baseline *row = &made->row;
    *row = (pbr_baseline){.area = m->area, .cohort = cohort, .metric = metric->id, .year = ""};
    mpq_inits(row->rate, row->sd, row->ogrs_mean, row->lower, row->upper, row->terminate, NULL);
    made->next = settlement->made;
    settlement->made = made;
    row->source = metric->from;
    return pbr_baseline_of_measure(row, metric, m) ? row : NULL;
}

void pbr_comparators_free(pbr_settlement *settlement)
{
    for (struct pbr_made *made = settlement->made; made; made = made->next)
        mpq_clears(made->row.rate, made->row.sd, made->row.ogrs_mean, made->row.lower,
                   made->row.upper, made->row.terminate, NULL);
}

static const pbr_baseline *from_measure(pbr_settlement *settlement, const pbr_result *result,
                                        const pbr_measure *m, const char *what, pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    const pbr_baseline *row =
        m ? make_row(settlement, result->metric, m, contract->cohorts[m->cohort].name) : NULL;
    if (!row)
        pbr_error(diag, "missing-comparator", result->measure->place,
                  "area %s, cohort %s: metric \"%s\" is compared with %s, which is not in the data "
                  "or has nobody to measure",
                  contract->areas[result->area].code, contract->cohorts[result->cohort].name,
                  result->metric->id, what);
    return row;
}

static const pbr_baseline *tabled(const pbr_contract *contract, const pbr_result *result,
                                  pbr_diag *diag)
{
    const pbr_cohort *cohort = &contract->cohorts[result->cohort];
    const pbr_baseline *row =
        pbr_contract_baseline(contract, result->area, cohort->baseline, result->metric);
    if (!row)
        pbr_error(
            diag, "missing-baseline", result->measure->place,
            "area %s, cohort %s: there is no baseline for metric \"%s\", year %s: add a row to "
            "baselines.csv",
            contract->areas[result->area].code, cohort->name, result->metric->id,
            result->metric->baseline);
    return row;
}

const pbr_baseline *pbr_comparator_find(pbr_settlement *settlement, const pbr_measures *measures,
                                        const pbr_result *result, pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    const pbr_metric *metric = result->metric;
    if (metric->compare_with == PBR_WITH_BASELINE) return tabled(contract, result, diag);
    if (metric->compare_with == PBR_WITH_CONTROL)
        return from_measure(settlement, result,
                            pbr_measures_find(measures, result->area, result->cohort, true),
                            "its control group", diag);
    size_t earlier = pbr_contract_cohort(contract, metric->cohort);
    const pbr_measure *m =
        earlier == PBR_NONE ? NULL : pbr_measures_find(measures, result->area, earlier, false);
    return from_measure(settlement, result, m, metric->cohort, diag);
}
