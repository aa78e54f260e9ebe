/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every combination of the values of several terms, settled: the full grid. */
#ifndef PBR_WHATIF_SWEEP_H
#define PBR_WHATIF_SWEEP_H

#include "whatif/progress.h"
#include "whatif/select.h"
#include "whatif/side.h"
#include "whatif/totals.h"

/* Without --yes-really no grid has more points. */
enum { PBR_GRID_MAX = 10000 };

typedef struct {
    pbr_selection selection;
    pbr_operation how;
    const char **values; /* decimals or words, as they are applied */
    size_t count;
    const char **texts; /* of a term: what it becomes, by value, then version; NULL: of numbers */
    bool of_words;      /* of a term that is no number */
    size_t unchanged;   /* the value that leaves all as it is, or PBR_NONE */
    size_t ends[2];     /* of numbers: the least and the most value */
} pbr_axis;

typedef struct {
    const char *not_told; /* why the terms of this point do not fit each other; NULL: settled */
    pbr_totals totals;
} pbr_point;

typedef struct {
    pbr_axis *axes;
    size_t axes_count;
    pbr_point *points; /* the last axis moves fastest */
    size_t points_count;
    size_t unchanged; /* the point that is the side itself, or PBR_NONE */
    pbr_payees payees;
    pbr_arena *arena;
} pbr_sweep;

/* Settles the grid on so many threads; the result does not depend on them. NULL, reported at the
 * places of the scenario file, for an empty range, a term that is not there or is varied twice, a
 * value of the wrong kind or a grid of more than most points (0: any). progress may be NULL. Free
 * with pbr_sweep_free. */
pbr_sweep *pbr_sweep_make(const pbr_settled *side, const pbr_scenario *scenario, size_t most,
                          unsigned threads, pbr_progress *progress, pbr_diag *diag);
void pbr_sweep_free(pbr_sweep *sweep);
/* The value of an axis at a point. */
const char *pbr_sweep_value(const pbr_sweep *sweep, size_t point, size_t axis);

#endif
