/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/limits.h"

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

double pbr_half_width_mean(double z, double sd, double n)
{
    return z * sd / sqrt(n);
}

double pbr_sample_sd(double n, double sum, double squares)
{
    return root_of((squares - sum * sum / n) / (n - 1));
}

static double half_width_of_rate(const pbr_result *result, double z)
{
    const pbr_baseline *baseline = result->baseline;
    double p0 = mpq_get_d(baseline->rate) / 100, n = (double)result->cases;
    double width =
        result->line->test.kind == PBR_TEST_ONE_SAMPLE_Z
            ? pbr_half_width_one_sample(z, p0, n)
            : pbr_half_width_two_sample(z, result->line->test.variance, p0, (double)baseline->cases,
                                        mpq_get_d(result->adjusted) / 100, n);
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

/* 0 to 10 decimals, or -1 for none. */
static int decimals_of(const char *text)
{
    return strcmp(text, "none") == 0 ? -1 : atoi(text);
}

static void round_limits(pbr_result *result)
{
    int places = decimals_of(result->line->test.round_thresholds);
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

bool pbr_limits_set(pbr_result *result)
{
    const pbr_test *test = &result->line->test;
    bool cohort_sd = test->kind == PBR_TEST_NORMAL_MEAN && test->sd == PBR_SD_COHORT;
    double z = test->level ? pbr_z(strtod(test->level, NULL), test->sides) : 0;
    if (cohort_sd && result->cases < 2) {
        result->why_no_result = "a standard deviation needs two reoffenders";
        return false;
    }
    if (test->kind == PBR_TEST_GIVEN)
        set_given(result);
    else if (test->kind == PBR_TEST_NONE)
        set_none(result);
    else if (test->kind == PBR_TEST_NORMAL_MEAN)
        set_around_baseline(result, half_width_of_mean(result, z));
    else
        set_around_baseline(result, half_width_of_rate(result, z));
    round_limits(result);
    return true;
}
