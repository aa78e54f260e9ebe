/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits that a rate must pass to be better or worse (semantics 12). The only floating point on
 * the way to money: a limit is rounded to the contract's decimals before anything is compared with
 * it. */
#ifndef PBR_SETTLE_LIMITS_H
#define PBR_SETTLE_LIMITS_H

#include "settle/settlement.h"

/* Quantile of the standard normal for a confidence level and one or two sides. */
double pbr_z(double level, unsigned sides);

/* Each gives the half width of the interval around the baseline; rates as fractions, not percent.
 */
double pbr_half_width_one_sample(double z, double p0, double n);
double pbr_half_width_two_sample(double z, pbr_variance variance, double p0, double n0, double p1,
                                 double n1);
/* Residual variance of an adjusted rate, per person: (R - 2 S1 + S2)/N - ((R - S)/N)^2, scores as
 * fractions: S over all, S1 over reoffenders, S2 of squares (semantics 12). */
double pbr_residual_variance(double n, double reoffenders, double scores, double scores_reoffenders,
                             double squares);
/* Wilson (1927): limits of a proportion p seen in n. Clopper and Pearson (1934): by beta quantiles
 * with x = n p, which need not be whole. */
void pbr_wilson(double z, double p, double n, double *lower, double *upper);
void pbr_clopper_pearson(double level, unsigned sides, double p, double n, double *lower,
                         double *upper);
double pbr_half_width_mean(double z, double sd, double n);

/* Sample standard deviation (divisor n - 1) from a count, sum and sum of squares; n >= 2. */
double pbr_sample_sd(double n, double sum, double squares);

/* Sets result->lower and upper from the line's test. False, with result->why_no_result set, where
 * the test has nothing to rest on. result->rate and adjusted must be set. */
bool pbr_limits_set(pbr_result *result);

#endif
