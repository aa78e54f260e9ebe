/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a result is compared with: a tabled baseline, a control group, or an earlier cohort. */
#ifndef PBR_SETTLE_COMPARATOR_H
#define PBR_SETTLE_COMPARATOR_H

#include "settle/settlement.h"

/* The metric of a measure as an exact ratio, and its denominator. False where nobody is to divide
 * by or a sum that the metric needs is not known (then *missing names its column). */
bool pbr_metric_rate(const pbr_metric *metric, const pbr_measure *measure, mpq_t rate,
                     int64_t *cases, const char **missing);

/* Fills in cases, rate, sd and mean score of a row whose numbers are there, as the measure has
 * them. False where the measure has no rate. */
bool pbr_baseline_of_measure(pbr_baseline *row, const pbr_metric *metric,
                             const pbr_measure *measure);

/* The row to compare with. A row made from measures is owned by the settlement (its numbers are
 * freed with pbr_comparators_free). NULL, reported, where there is none. */
const pbr_baseline *pbr_comparator_find(pbr_settlement *settlement, const pbr_measures *measures,
                                        const pbr_result *result, pbr_diag *diag);
void pbr_comparators_free(pbr_settlement *settlement);

#endif
