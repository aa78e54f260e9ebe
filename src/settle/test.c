/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/test.h"

#include "settle/comparator.h"
#include "settle/limits.h"

#include <string.h>

void pbr_result_init(pbr_result *result)
{
    *result = (pbr_result){.verdict = PBR_NO_RESULT};
    mpq_inits(result->rate, result->adjusted, result->adjustment, result->lower, result->upper,
              result->change, NULL);
}

void pbr_result_empty(pbr_result *result)
{
#define NUMBERS(of)                                                                                \
    {(of)->rate, (of)->adjusted, (of)->adjustment, (of)->lower, (of)->upper, (of)->change}
    pbr_result empty = {.verdict = PBR_NO_RESULT};
    mpq_ptr const kept[] = NUMBERS(&empty), old[] = NUMBERS(result);
#undef NUMBERS
    for (size_t i = 0; i < sizeof old / sizeof *old; i++) {
        mpq_set_ui(old[i], 0, 1);
        *kept[i] = *old[i];
    }
    *result = empty;
}

void pbr_result_clear(pbr_result *result)
{
    mpq_clears(result->rate, result->adjusted, result->adjustment, result->lower, result->upper,
               result->change, NULL);
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
    if (result->metric->compare_with != PBR_WITH_BASELINE) {
        if (!result->baseline->has_ogrs_mean)
            missing_sum(result, contract, "ogrs_sum of what it is compared with",
                        "the case-mix adjustment", diag);
        mpq_set(result->adjustment, result->baseline->ogrs_mean);
    } else
        pbr_contract_reference(contract, result->area, &contract->cohorts[result->cohort],
                               result->metric, result->adjustment);
    mpq_ptr mean = result->adjusted; /* of the cohort, on the way to its adjusted rate */
    mpq_set(mean, result->measure->ogrs_sum);
    pbr_ratio_scale(mean, 1, result->measure->measurable);
    mpq_sub(result->adjustment, result->adjustment, mean);
    mpq_add(result->adjusted, result->rate, result->adjustment);
}

/* Semantics 10: no rate where nobody is to divide by. */
static bool set_rate(pbr_result *result, const pbr_contract *contract, pbr_diag *diag)
{
    static const char *const nobody[] = {
        [PBR_RATE] = "nobody is measurable",
        [PBR_EVENTS_PER_REOFFENDER] = "nobody reoffended",
        [PBR_EVENTS_PER_100] = "nobody is measurable",
        [PBR_DAYS_PER_PERSON] = "nobody is measurable",
        [PBR_EXPECTED_RATIO] = "nobody was expected to have an event",
    };
    const char *missing;
    result->has_rate =
        pbr_metric_rate(result->metric, result->measure, result->rate, &result->cases, &missing);
    if (result->has_rate)
        mpq_set(result->adjusted, result->rate);
    else if (missing)
        missing_sum(result, contract, missing, "the metric", diag);
    else
        result->why_no_result = nobody[result->metric->kind];
    return result->has_rate;
}

/* The sums that a test rests on, beside those of its metric. */
static bool sums_are_there(const pbr_result *result, const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_test *test = &result->line->test;
    const pbr_measure *m = result->measure;
    bool squares = test->kind == PBR_TEST_NORMAL_MEAN && test->sd == PBR_SD_COHORT;
    bool scores = test->kind == PBR_TEST_ONE_SAMPLE_Z && test->variance == PBR_RESIDUAL;
    if (squares && !m->has_squared)
        missing_sum(result, contract, "reoffences_squared", "the cohort's standard deviation",
                    diag);
    else if (scores && !(m->has_ogrs_sum && m->has_ogrs_squares && m->has_ogrs_sum_reoffenders))
        missing_sum(result, contract, "ogrs_squares or ogrs_sum_reoffenders",
                    "the residual variance", diag);
    else if (test->kind == PBR_TEST_BOOTSTRAP && !m->histogram)
        missing_sum(result, contract, "counts.csv", "the bootstrap", diag);
    else
        return true;
    return false;
}

/* baseline - adjusted, in units of the metric or in percent of the baseline: positive is a fall.
 * False where there is nothing to be a percentage of. */
static bool set_change(pbr_result *result)
{
    mpq_sub(result->change, result->baseline->rate, result->adjusted);
    if (result->line->change != PBR_CHANGE_RELATIVE) return true;
    if (mpq_sgn(result->baseline->rate) == 0) {
        mpq_set_ui(result->change, 0, 1);
        result->why_no_result = "a relative change needs a baseline above 0";
        return false;
    }
    mpq_div(result->change, result->change, result->baseline->rate);
    pbr_ratio_scale(result->change, 100, 1);
    return true;
}

static void round_as(mpq_t value, const char *decimals)
{
    int places = pbr_decimals(decimals);
    if (places >= 0) pbr_ratio_round(value, places, PBR_HALF_EVEN);
}

static bool reaches(const mpq_t change, const char *limit, int sign)
{
    mpq_t least, size;
    if (strcmp(limit, "none") == 0) return false;
    mpq_inits(least, size, NULL);
    pbr_decimal_parse(least, limit, strlen(limit), PBR_TERM_DECIMALS);
    mpq_set(size, change);
    if (sign < 0) mpq_neg(size, size);
    bool reached = mpq_cmp(size, least) >= 0;
    mpq_clears(least, size, NULL);
    return reached;
}

/* A stated change, reached or not; a change equal to it is reached. */
static pbr_verdict judge_change(const pbr_result *result)
{
    mpq_t change;
    mpq_init(change);
    mpq_set(change, result->change);
    round_as(change, result->line->test.round_rate);
    bool better = reaches(change, result->line->test.better_at, 1);
    bool worse = reaches(change, result->line->test.worse_at, -1);
    mpq_clear(change);
    return better ? PBR_BETTER : worse ? PBR_WORSE : PBR_NEITHER;
}

static pbr_verdict judge(const mpq_t value, const mpq_t lower, const mpq_t upper)
{
    if (mpq_cmp(value, lower) < 0) return PBR_BETTER;
    return mpq_cmp(value, upper) > 0 ? PBR_WORSE : PBR_NEITHER;
}

/* Limits around the cohort: a baseline above them all means that the cohort is better. */
static pbr_verdict judge_around_cohort(const pbr_result *result)
{
    pbr_verdict mirrored = judge(result->baseline->rate, result->lower, result->upper);
    if (mirrored == PBR_NEITHER) return PBR_NEITHER;
    return mirrored == PBR_BETTER ? PBR_WORSE : PBR_BETTER;
}

static void judge_at(pbr_result *result, const mpq_t rate)
{
    if (result->line->test.kind == PBR_TEST_CHANGE)
        result->verdict = judge_change(result);
    else if (result->around_cohort)
        result->verdict = judge_around_cohort(result);
    else
        result->verdict = judge(rate, result->lower, result->upper);
    result->terminate =
        result->baseline->has_terminate && mpq_cmp(rate, result->baseline->terminate) > 0;
}

void pbr_result_compare(pbr_result *result)
{
    const char *decimals = result->line->test.round_rate;
    if (strcmp(decimals, "none") == 0) {
        judge_at(result, result->adjusted);
        return;
    }
    mpq_t rounded;
    mpq_init(rounded);
    mpq_set(rounded, result->adjusted);
    round_as(rounded, decimals);
    judge_at(result, rounded);
    mpq_clear(rounded);
}

void pbr_result_judge(pbr_result *result)
{
    result->verdict = PBR_NO_RESULT;
    result->terminate = false;
    if (!set_change(result)) return;
    result->has_limits = pbr_limits_set(result);
    if (!result->has_limits) return;
    if (result->cases < (int64_t)result->line->test.minimum_cohort) {
        result->why_no_result = "the cohort is smaller than the minimum";
        return;
    }
    pbr_result_compare(result);
}

void pbr_result_test(pbr_result *result, pbr_settlement *settlement, const pbr_measures *measures,
                     pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    result->metric = pbr_terms_metric(result->rules->terms, result->line->metric);
    result->interim = !result->measure->ripe || !result->measure->complete;
    result->baseline = pbr_comparator_find(settlement, measures, result, diag);
    if (!result->baseline || !set_rate(result, contract, diag)) return;
    adjust(result, contract, diag);
    if (sums_are_there(result, contract, diag)) pbr_result_judge(result);
}
