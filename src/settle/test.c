/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/test.h"

#include "settle/limits.h"

#include <stdlib.h>
#include <string.h>

void pbr_result_init(pbr_result *result)
{
    *result = (pbr_result){.verdict = PBR_NO_RESULT};
    mpq_inits(result->rate, result->adjusted, result->adjustment, result->lower, result->upper,
              NULL);
}

void pbr_result_clear(pbr_result *result)
{
    mpq_clears(result->rate, result->adjusted, result->adjustment, result->lower, result->upper,
               NULL);
}

/* Semantics 10. Binary: percent of the measurable. Frequency: reoffences per reoffender. */
static void set_rate(pbr_result *result)
{
    const pbr_measure *m = result->measure;
    bool binary = result->metric->kind == PBR_RATE;
    result->cases = binary ? m->measurable : m->reoffenders;
    result->has_rate = result->cases > 0;
    if (!result->has_rate) return;
    pbr_ratio_set(result->rate, binary ? m->reoffenders * 100 : m->reoffences, result->cases);
    mpq_set(result->adjusted, result->rate);
}

static void missing_sum(const pbr_result *result, const pbr_contract *contract, const char *column,
                        const char *why, pbr_diag *diag)
{
    pbr_error(diag, "missing-sum", result->measure->place,
              "area %s, cohort %s: %s is blank or not known: line \"%s\" needs it for %s",
              contract->areas[result->area].code, contract->cohorts[result->cohort].name, column,
              result->line->id, why);
}

/* Semantics 11: adjusted = rate + (reference mean - cohort mean), in percentage points. */
static void adjust(pbr_result *result, const pbr_contract *contract, pbr_diag *diag)
{
    if (result->metric->adjust == PBR_NO_ADJUSTMENT) return;
    if (!result->measure->has_ogrs_sum) {
        missing_sum(result, contract, "ogrs_sum", "the case-mix adjustment", diag);
        return;
    }
    mpq_t mean;
    mpq_init(mean);
    pbr_ratio_set(mean, 1, result->measure->measurable);
    mpq_mul(mean, mean, result->measure->ogrs_sum);
    pbr_contract_reference(contract, result->area, &contract->cohorts[result->cohort],
                           result->metric, result->adjustment);
    mpq_sub(result->adjustment, result->adjustment, mean);
    mpq_add(result->adjusted, result->rate, result->adjustment);
    mpq_clear(mean);
}

static bool sums_are_there(const pbr_result *result, const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_test *test = &result->line->test;
    bool needed = test->kind == PBR_TEST_NORMAL_MEAN && test->sd == PBR_SD_COHORT;
    if (!needed || result->measure->has_squared) return true;
    missing_sum(result, contract, "reoffences_squared", "the cohort's standard deviation", diag);
    return false;
}

/* Semantics 13: a rate equal to a limit is neither; the rate is rounded only if the contract says.
 */
static void compare(pbr_result *result)
{
    const char *decimals = result->line->test.round_rate;
    mpq_t rate;
    mpq_init(rate);
    mpq_set(rate, result->adjusted);
    if (strcmp(decimals, "none") != 0) pbr_ratio_round(rate, atoi(decimals), PBR_HALF_EVEN);
    result->verdict = mpq_cmp(rate, result->lower) < 0   ? PBR_BETTER
                      : mpq_cmp(rate, result->upper) > 0 ? PBR_WORSE
                                                         : PBR_NEITHER;
    result->terminate =
        result->baseline->has_terminate && mpq_cmp(rate, result->baseline->terminate) > 0;
    mpq_clear(rate);
}

/* A contract that loads has the row; nothing is tested against a row that is not there. */
static bool baseline_is_there(const pbr_result *result, const pbr_contract *contract,
                              pbr_diag *diag)
{
    if (result->baseline) return true;
    pbr_error(diag, "missing-baseline", PBR_NOWHERE,
              "area %s, cohort %s: line \"%s\" has no baseline: add a row to baselines.csv",
              contract->areas[result->area].code, contract->cohorts[result->cohort].name,
              result->line->id);
    return false;
}

void pbr_result_test(pbr_result *result, const pbr_contract *contract, pbr_diag *diag)
{
    result->metric = pbr_terms_metric(result->rules->terms, result->line->metric);
    result->baseline = pbr_contract_baseline(
        contract, result->area, contract->cohorts[result->cohort].baseline, result->metric);
    result->interim = !result->measure->ripe || !result->measure->complete;
    if (!baseline_is_there(result, contract, diag)) return;
    set_rate(result);
    if (!result->has_rate) {
        result->why_no_result =
            result->metric->kind == PBR_RATE ? "nobody is measurable" : "nobody reoffended";
        return;
    }
    adjust(result, contract, diag);
    if (!sums_are_there(result, contract, diag) || !pbr_limits_set(result)) return;
    if (result->cases < (int64_t)result->line->test.minimum_cohort) {
        result->why_no_result = "the cohort is smaller than the minimum";
        return;
    }
    compare(result);
}
