/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cohorts of one area that are judged together, and whether a figure of theirs is too small to be
 * published. */
#ifndef PBR_REPORT_COHORT_SET_H
#define PBR_REPORT_COHORT_SET_H

#include "measure/metrics.h"

/* Borrowed; all of the same area and group. */
typedef struct {
    const pbr_contract *contract;
    const pbr_measure **at;
    size_t count;
} pbr_cohort_set;

/* Is one of the values, by cohort of the set, below the least count that the contract publishes? Or
 * what a cohort has beyond its parts, which a reader can take off it? */
bool pbr_set_any_small(const pbr_cohort_set *set, const int64_t *values);
/* The same of a figure of each measure. */
bool pbr_set_has_small(const pbr_cohort_set *set, int64_t (*figure)(const pbr_measure *));
/* Sets marks[area * cohorts + cohort] of each. */
void pbr_set_mark(const pbr_cohort_set *set, bool *marks);

#endif
