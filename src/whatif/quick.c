/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/quick.h"

#include "settle/limits.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* A dozen operations leave an error of about as many units of 2^-53 of the largest number in them;
 * two thousand such units are too near to decide. Rates are taken as if they were of 100, so that
 * what cancels out in a difference does not hide the error of its parts. */
static const double DOUBT = 0x1p-42, LARGEST_RATE = 100;
static const double PENCE_MAX = 0x1p50; /* beyond it halves of pence begin to be lost */

/* --- what stays the same --- */

static double power_of(const char *decimals)
{
    int places = pbr_decimals(decimals);
    return places < 0 ? 0 : pow(10, places);
}

static bool is_known_test(const pbr_test *test, const pbr_baseline *baseline, bool per_reoffender)
{
    switch (test->kind) {
    case PBR_TEST_NONE:
        return true;
    case PBR_TEST_GIVEN:
        return baseline->has_lower && baseline->has_upper;
    case PBR_TEST_ONE_SAMPLE_Z:
        return !per_reoffender && test->variance == PBR_BINOMIAL;
    case PBR_TEST_TWO_SAMPLE_Z:
        return !per_reoffender && baseline->has_cases;
    case PBR_TEST_NORMAL_MEAN:
        return per_reoffender && (test->sd == PBR_SD_COHORT || baseline->has_sd);
    default:
        return false;
    }
}

/* False for a kind of payoff that only the engine knows, or a price that is missing. */
static bool set_payoff(pbr_quick_payoff *quick, const pbr_result *result, const pbr_payoff *payoff,
                       const pbr_contract *contract)
{
    const pbr_rounding_terms *rounding = &result->rules->terms->rounding;
    const char *year = contract->cohorts[result->cohort].contract_year;
    if (!payoff) return true;
    if (!payoff->price ||
        (payoff->kind != PBR_PER_UNIT && payoff->kind != PBR_FIXED && payoff->kind != PBR_REFUND))
        return false;
    mpq_srcptr amount = pbr_contract_amount(contract, result->area, year, payoff->price);
    if (!amount) return false;
    mpq_t price;
    mpq_init(price);
    mpq_set(price, amount);
    bool known = true;
    quick->per_unit = payoff->kind == PBR_PER_UNIT;
    quick->from_threshold = payoff->measured_from == PBR_FROM_THRESHOLD;
    quick->price_pence = mpq_get_d(price) * 100;
    if (quick->per_unit)
        known &= rounding->units == PBR_UNITS_EXACT;
    else
        known &= pbr_ratio_pence(&quick->pence, price, rounding->mode);
    if (payoff->kind == PBR_REFUND) {
        mpq_neg(price, price);
        known &= pbr_ratio_pence(&quick->pence, price, rounding->mode);
    }
    mpq_clear(price);
    return known;
}

void pbr_quick_make(pbr_quick *quick, const pbr_result *result, const pbr_contract *contract,
                    bool priced)
{
    const pbr_line *line = result->line;
    const pbr_baseline *baseline = result->baseline;
    pbr_metric_kind kind = result->metric->kind;
    *quick = (pbr_quick){.test = &line->test};
    bool rate = kind == PBR_RATE, mean = kind == PBR_EVENTS_PER_REOFFENDER;
    /* without a rate of its own the result does not tell the adjustment */
    if ((!rate && !mean) || result->metric->compare_with != PBR_WITH_BASELINE ||
        !result->has_rate || !is_known_test(&line->test, baseline, mean))
        return;
    quick->per_reoffender = mean;
    quick->relative = line->change == PBR_CHANGE_RELATIVE;
    quick->persons = (double)result->measure->measurable;
    quick->adjustment = mpq_get_d(result->adjustment);
    if (line->test.level) quick->z = pbr_z(strtod(line->test.level, NULL), line->test.sides);
    quick->sd = mpq_get_d(baseline->sd);
    quick->baseline_cases = (double)baseline->cases;
    quick->lower = mpq_get_d(baseline->lower);
    quick->upper = mpq_get_d(baseline->upper);
    quick->has_terminate = baseline->has_terminate;
    quick->terminate = mpq_get_d(baseline->terminate);
    quick->threshold_power = power_of(line->test.round_thresholds);
    quick->rate_power = power_of(line->test.round_rate);
    quick->mode = result->rules->terms->rounding.mode;
    const pbr_payoff *payoffs[] = {
        [PBR_BETTER] = line->better, [PBR_NEITHER] = line->neither, [PBR_WORSE] = line->worse};
    quick->usable = true;
    for (pbr_verdict v = PBR_BETTER; priced && v < PBR_NO_RESULT; v++)
        quick->usable &= set_payoff(&quick->payoffs[v], result, payoffs[v], contract);
}

/* --- a draw --- */

static bool is_near(double a, double b)
{
    return fabs(a - b) <= DOUBT * (fabs(a) + fabs(b) + LARGEST_RATE);
}

/* To the nearest of so many decimals; false where that could be either of two. */
static bool round_by(double power, double *value)
{
    if (power == 0) return true;
    double scaled = *value * power, whole = nearbyint(scaled);
    *value = whole / power;
    return fabs(fabs(scaled - whole) - 0.5) > DOUBT * (fabs(scaled) + LARGEST_RATE * power);
}

/* By the formulas of settle/limits.h. False: the test has nothing to rest on. */
static bool set_limits(const pbr_quick *q, const pbr_drawn *drawn, double baseline, double adjusted,
                       double *lower, double *upper)
{
    double half = 0, reoffenders = (double)drawn->reoffenders, sd = q->sd;
    switch (q->test->kind) {
    case PBR_TEST_GIVEN:
        *lower = q->lower;
        *upper = q->upper;
        return true;
    case PBR_TEST_ONE_SAMPLE_Z:
        half = 100 * pbr_half_width_one_sample(q->z, baseline / 100, q->persons);
        break;
    case PBR_TEST_TWO_SAMPLE_Z:
        half = 100 * pbr_half_width_two_sample(q->z, q->test->variance, baseline / 100,
                                               q->baseline_cases, adjusted / 100, q->persons);
        break;
    case PBR_TEST_NORMAL_MEAN:
        if (q->test->sd == PBR_SD_COHORT) {
            if (drawn->reoffenders < 2) return false;
            sd = pbr_sample_sd(reoffenders, (double)drawn->reoffences, (double)drawn->squares);
        }
        half = pbr_half_width_mean(q->z, sd, reoffenders);
        break;
    default:
        break;
    }
    *lower = baseline - half;
    *upper = baseline + half;
    return true;
}

/* Whole pence of an amount whose error is at most the doubt; false where they could be two. */
static bool round_pence(double amount, double doubt, pbr_rounding mode, int64_t *pence)
{
    double whole = nearbyint(amount), rest = fabs(amount - whole);
    if (fabs(amount) > PENCE_MAX) return false;
    if (mode == PBR_FLOOR ? rest <= doubt : fabs(rest - 0.5) <= doubt) return false;
    *pence = (int64_t)(mode == PBR_FLOOR ? trunc(amount) : whole);
    return true;
}

static bool set_amount(const pbr_quick *q, double cases, double from, double adjusted,
                       const pbr_quick_payoff *payoff, pbr_judged *judged)
{
    judged->pence = payoff->pence;
    if (!payoff->per_unit) return true;
    double scale = (q->per_reoffender ? cases : cases / 100) * payoff->price_pence;
    double doubt = DOUBT * (fabs(from) + fabs(adjusted) + LARGEST_RATE) * fabs(scale);
    return round_pence((from - adjusted) * scale, doubt, q->mode, &judged->pence);
}

bool pbr_quick_judge(const pbr_quick *q, const pbr_drawn *drawn, double baseline,
                     pbr_judged *judged)
{
    double reoffenders = (double)drawn->reoffenders, lower, upper;
    double cases = q->per_reoffender ? reoffenders : q->persons;
    *judged = (pbr_judged){.verdict = PBR_NO_RESULT};
    if (q->relative && baseline <= 0) return false;
    if (cases < 1) return true;
    double adjusted = q->adjustment + (q->per_reoffender ? (double)drawn->reoffences / reoffenders
                                                         : 100 * reoffenders / q->persons);
    if (!set_limits(q, drawn, baseline, adjusted, &lower, &upper)) return true;
    if (cases < q->test->minimum_cohort) return true;
    double rate = adjusted;
    if (!round_by(q->threshold_power, &lower) || !round_by(q->threshold_power, &upper) ||
        !round_by(q->rate_power, &rate) || is_near(rate, lower) || is_near(rate, upper) ||
        (q->has_terminate && is_near(rate, q->terminate)))
        return false;
    judged->verdict = rate < lower ? PBR_BETTER : rate > upper ? PBR_WORSE : PBR_NEITHER;
    judged->terminate = q->has_terminate && rate > q->terminate;
    const pbr_quick_payoff *payoff = &q->payoffs[judged->verdict];
    double from = !payoff->from_threshold         ? baseline
                  : judged->verdict == PBR_BETTER ? lower
                                                  : upper;
    return set_amount(q, cases, from, adjusted, payoff, judged);
}
