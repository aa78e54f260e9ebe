/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many starts each area and cohort gets, and how they fare against the contract's baselines. */
#ifndef PBR_SYNTH_PLAN_H
#define PBR_SYNTH_PLAN_H

#include "contract/contract.h"
#include "synth/shape.h"
#include "synth/synth.h"

#include <gsl/gsl_rng.h>

typedef struct {
    const pbr_cohort *cohort;
    const pbr_area *area;
    const pbr_terms *terms; /* NULL: no agreement, so nobody starts here */
    int64_t starts;         /* rows to make */
    double weight;          /* rows that the baseline's cases suggest */
    double score;           /* expected mean score, a fraction of 1 */
    double rate;            /* expected share that reoffend */
    double frequency;       /* expected reoffences of a reoffender */
} pbr_cell;

/* Cells by cohort in the contract's order, then by area: cell = cohort * areas + area. */
typedef struct {
    pbr_cell *cells;
    size_t count, areas;
    int64_t starts;
} pbr_plan;

/* Chooses the cohorts that the options name (see synth.h) and shares the starts out. Area effects
 * are drawn first, so they depend on the seed alone. Free it with pbr_plan_free; the contract must
 * outlive it. count or starts is 0 if there is nothing to make. */
pbr_plan pbr_plan_make(const pbr_synth_options *options, const pbr_shape *shape, gsl_rng *rng);
void pbr_plan_free(pbr_plan *plan);

/* True if the options ask for a cohort, or for the year that it is part of. */
bool pbr_plan_wants(const pbr_synth_options *options, const pbr_cohort *cohort);

/* The first cell of the cohort that holds a day, looking from cell `from` onwards; or PBR_NONE. */
size_t pbr_plan_cell_on(const pbr_plan *plan, size_t from, pbr_date day);

#endif
