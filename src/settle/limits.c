/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/limits.h"

#include "base/must.h"
#include "settle/bootstrap.h"

#include <gsl/gsl_cdf.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

double pbr_z(double level, unsigned sides)
{
    return gsl_cdf_ugaussian_Pinv(sides == 2 ? (1 + level) / 2 : level);
}

/* A variance below zero, where an adjusted rate lies outside 0 to 1, counts as none. */
static double root_of(double variance)
{
    return variance > 0 ? sqrt(variance) : 0;
}

/* Standard error of a proportion: Snedecor and Cochran, Statistical Methods, ch. 7. */
double pbr_half_width_one_sample(double z, double p0, double n)
{
    return z * root_of(p0 * (1 - p0) / n);
}

/* Pooled: both samples share the proportion that their events over their sizes give. */
double pbr_half_width_two_sample(double z, pbr_variance variance, double p0, double n0, double p1,
                                 double n1)
{
    double pooled = (p0 * n0 + p1 * n1) / (n0 + n1);
    double spread = variance == PBR_POOLED ? pooled * (1 - pooled) * (1 / n0 + 1 / n1)
                                           : p0 * (1 - p0) / n0 + p1 * (1 - p1) / n1;
    return z * root_of(spread);
}

double pbr_residual_variance(double n, double reoffenders, double scores, double scores_reoffenders,
                             double squares)
{
    double mean = (reoffenders - scores) / n;
    double variance = (reoffenders - 2 * scores_reoffenders + squares) / n - mean * mean;
    return variance > 0 ? variance : 0;
}

void pbr_wilson(double z, double p, double n, double *lower, double *upper)
{
    double shrink = 1 + z * z / n, centre = (p + z * z / (2 * n)) / shrink;
    double spread = p * (1 - p) / n + z * z / (4 * n * n);
    double half = z * sqrt(spread > 0 ? spread : 0) / shrink;
    *lower = centre - half;
    *upper = centre + half;
}

void pbr_clopper_pearson(double level, unsigned sides, double p, double n, double *lower,
                         double *upper)
{
    double tail = sides == 2 ? (1 - level) / 2 : 1 - level, x = n * p;
    *lower = x <= 0 ? 0 : gsl_cdf_beta_Pinv(tail, x, n - x + 1);
    *upper = x >= n ? 1 : gsl_cdf_beta_Qinv(tail, x + 1, n - x);
}

double pbr_half_width_mean(double z, double sd, double n)
{
    return z * sd / sqrt(n);
}

double pbr_sample_sd(double n, double sum, double squares)
{
    return root_of((squares - sum * sum / n) / (n - 1));
}

static double residual_width(const pbr_result *result, double z)
{
    const pbr_measure *m = result->measure;
    double n = (double)m->measurable;
    double variance = pbr_residual_variance(n, (double)m->reoffenders, mpq_get_d(m->ogrs_sum) / 100,
                                            mpq_get_d(m->ogrs_sum_reoffenders) / 100,
                                            mpq_get_d(m->ogrs_squares) / 10000);
    return z * sqrt(variance / n);
}

static double half_width_of_rate(const pbr_result *result, double z)
{
    const pbr_baseline *baseline = result->baseline;
    const pbr_test *test = &result->line->test;
    double p0 = mpq_get_d(baseline->rate) / 100, n = (double)result->cases, width;
    if (test->kind == PBR_TEST_TWO_SAMPLE_Z)
        width = pbr_half_width_two_sample(z, test->variance, p0, (double)baseline->cases,
                                          mpq_get_d(result->adjusted) / 100, n);
    else if (test->variance == PBR_RESIDUAL)
        width = residual_width(result, z);
    else
        width = pbr_half_width_one_sample(z, p0, n);
    return width * 100;
}

static double half_width_of_mean(const pbr_result *result, double z)
{
    double n = (double)result->cases, sd = mpq_get_d(result->baseline->sd);
    if (result->line->test.sd == PBR_SD_COHORT)
        sd = pbr_sample_sd(n, (double)result->measure->reoffences,
                           mpq_get_d(result->measure->reoffences_squared));
    return pbr_half_width_mean(z, sd, n);
}

static void round_limits(pbr_result *result)
{
    int places = pbr_decimals(result->line->test.round_thresholds);
    if (places < 0) return;
    pbr_ratio_round(result->lower, places, PBR_HALF_EVEN);
    pbr_ratio_round(result->upper, places, PBR_HALF_EVEN);
}

static void set_around_baseline(pbr_result *result, double half_width)
{
    double centre = mpq_get_d(result->baseline->rate);
    mpq_set_d(result->lower, centre - half_width);
    mpq_set_d(result->upper, centre + half_width);
}

static void set_given(pbr_result *result)
{
    mpq_set(result->lower, result->baseline->lower);
    mpq_set(result->upper, result->baseline->upper);
}

static void set_none(pbr_result *result)
{
    mpq_set(result->lower, result->baseline->rate);
    mpq_set(result->upper, result->baseline->rate);
}

/* The rate that a stated change leads to; the baseline itself where none is stated. */
static void set_changed_rate(mpq_t limit, const pbr_result *result, const char *change, int sign)
{
    mpq_t size, percent;
    mpq_set(limit, result->baseline->rate);
    if (strcmp(change, "none") == 0) return;
    mpq_inits(size, percent, NULL);
    pbr_decimal_parse(size, change, strlen(change), PBR_TERM_DECIMALS);
    pbr_ratio_set(percent, sign, result->line->change == PBR_CHANGE_RELATIVE ? 100 : 1);
    mpq_mul(size, size, percent);
    if (result->line->change == PBR_CHANGE_RELATIVE) mpq_mul(size, size, limit);
    mpq_add(limit, limit, size);
    mpq_clears(size, percent, NULL);
}

/* Intervals of a proportion, around the baseline or the cohort; clamped to what a proportion can
 * be. */
static void set_interval(pbr_result *result, double z)
{
    const pbr_test *test = &result->line->test;
    double lower, upper, n = (double)result->cases;
    result->around_cohort = test->around == PBR_AROUND_COHORT;
    double p = mpq_get_d(result->around_cohort ? result->adjusted : result->baseline->rate) / 100;
    p = p < 0 ? 0 : p > 1 ? 1 : p;
    if (test->kind == PBR_TEST_WILSON)
        pbr_wilson(z, p, n, &lower, &upper);
    else {
        pbr_must(test->level);
        pbr_clopper_pearson(strtod(test->level, NULL), test->sides, p, n, &lower, &upper);
    }
    mpq_set_d(result->lower, lower * 100);
    mpq_set_d(result->upper, upper * 100);
}

static bool no_result(pbr_result *result, const char *why)
{
    result->why_no_result = why;
    return false;
}

bool pbr_limits_set(pbr_result *result)
{
    const pbr_test *test = &result->line->test;
    bool cohort_sd = test->kind == PBR_TEST_NORMAL_MEAN && test->sd == PBR_SD_COHORT;
    double z = test->level ? pbr_z(strtod(test->level, NULL), test->sides) : 0;
    if ((cohort_sd || test->kind == PBR_TEST_BOOTSTRAP) && result->cases < 2)
        return no_result(result, "a standard deviation needs two reoffenders");
    if (test->kind == PBR_TEST_NORMAL_MEAN && !cohort_sd && !result->baseline->has_sd)
        return no_result(result, "what it is compared with has no standard deviation");
    switch (test->kind) {
    case PBR_TEST_GIVEN:
        set_given(result);
        break;
    case PBR_TEST_NONE:
        set_none(result);
        break;
    case PBR_TEST_CHANGE:
        set_changed_rate(result->lower, result, test->better_at, -1);
        set_changed_rate(result->upper, result, test->worse_at, 1);
        break;
    case PBR_TEST_NORMAL_MEAN:
        set_around_baseline(result, half_width_of_mean(result, z));
        break;
    case PBR_TEST_WILSON:
    case PBR_TEST_CLOPPER_PEARSON:
        set_interval(result, z);
        break;
    case PBR_TEST_BOOTSTRAP:
        pbr_bootstrap_limits(result);
        break;
    case PBR_TEST_ONE_SAMPLE_Z:
    case PBR_TEST_TWO_SAMPLE_Z:
        set_around_baseline(result, half_width_of_rate(result, z));
        break;
    }
    round_limits(result);
    return true;
}
