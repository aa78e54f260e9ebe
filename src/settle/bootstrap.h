/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Percentile bootstrap of a mean count (Efron, 1979). */
#ifndef PBR_SETTLE_BOOTSTRAP_H
#define PBR_SETTLE_BOOTSTRAP_H

#include "settle/settlement.h"

/* Sets the limits of reoffences per reoffender around the cohort's own, by resampling its
 * distribution; their Monte Carlo errors; and whether the baseline lies within two of those errors
 * of a limit. The line's test gives level, sides, replicates and seed; the generator is MT19937,
 * the quantiles linear between order statistics. The stream starts anew for each result, so that
 * what else is settled cannot matter. The measure's histogram must be known and hold at least two
 * reoffenders. */
void pbr_bootstrap_limits(pbr_result *result);

#endif
