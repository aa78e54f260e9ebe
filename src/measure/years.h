/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohorts that are the sum of others: a year of its quarters (semantics 5), a pool of its members.
 * And ripeness (semantics 2). */
#ifndef PBR_MEASURE_YEARS_H
#define PBR_MEASURE_YEARS_H

#include "measure/metrics.h"

/* Adds a year's measures for every area with a quarter in it, where the contract says that a year
 * is the sum of its quarters. A year that is already there must agree with that sum: problems go to
 * diag. Sorts the measures. */
void pbr_years_add(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at,
                   pbr_diag *diag);

/* Is the cohort the sum of others in the area, rather than measured itself? */
bool pbr_is_sum(const pbr_contract *contract, size_t area, size_t cohort, pbr_date as_at);

/* The first snapshot at which a cohort is ripe: its last day + follow-up + waiting months. */
pbr_date pbr_ripe_on(const pbr_cohort *cohort, const pbr_follow_up_terms *terms);

/* Marks each measure ripe or not by its own snapshot; one without a snapshot stays ripe. */
void pbr_ripeness_mark(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at);

#endif
