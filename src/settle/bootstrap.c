/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/bootstrap.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_rng.h>
#include <gsl/gsl_sort.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>
#include <stdlib.h>

/* Draws the number of persons of each count, as one multinomial draw a replicate. */
static void draw_means(double *means, const pbr_measure *m, const pbr_test *test)
{
    size_t size = m->histogram_size;
    double *weights = pbr_alloc(size, sizeof *weights);
    unsigned *drawn = pbr_alloc(size, sizeof *drawn);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, test->seed);
    for (size_t k = 0; k < size; k++) weights[k] = (double)m->histogram[k];
    for (unsigned i = 0; i < test->replicates; i++) {
        double sum = 0;
        gsl_ran_multinomial(rng, size, (unsigned)m->reoffenders, weights, drawn);
        for (size_t k = 0; k < size; k++) sum += (double)k * drawn[k];
        means[i] = sum / (double)m->reoffenders;
    }
    gsl_sort(means, 1, test->replicates);
    gsl_rng_free(rng);
    free(drawn);
    free(weights);
}

/* Standard error of a quantile from the spread of the order statistics around it: half the distance
 * between the quantiles one standard error of the proportion to either side. */
static double quantile_error(const double *sorted, unsigned count, double q)
{
    double step = sqrt(q * (1 - q) / count);
    double low = q - step < 0 ? 0 : q - step, high = q + step > 1 ? 1 : q + step;
    return (gsl_stats_quantile_from_sorted_data(sorted, 1, count, high) -
            gsl_stats_quantile_from_sorted_data(sorted, 1, count, low)) /
           2;
}

static bool is_near(const pbr_result *result, double limit, double error)
{
    return fabs(mpq_get_d(result->baseline->rate) - limit) <= 2 * error;
}

void pbr_bootstrap_limits(pbr_result *result)
{
    const pbr_test *test = &result->line->test;
    double level = strtod(test->level, NULL);
    double tail = test->sides == 2 ? (1 - level) / 2 : 1 - level;
    double *means = pbr_alloc(test->replicates, sizeof *means);
    draw_means(means, result->measure, test);
    double lower = gsl_stats_quantile_from_sorted_data(means, 1, test->replicates, tail);
    double upper = gsl_stats_quantile_from_sorted_data(means, 1, test->replicates, 1 - tail);
    result->around_cohort = true;
    result->lower_error = quantile_error(means, test->replicates, tail);
    result->upper_error = quantile_error(means, test->replicates, 1 - tail);
    result->close_call =
        is_near(result, lower, result->lower_error) || is_near(result, upper, result->upper_error);
    mpq_set_d(result->lower, lower);
    mpq_set_d(result->upper, upper);
    free(means);
}
