/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which term matters most: each number moved by itself, either way, by the same percentage. Rows of
 * tables that say the same for many areas, cohorts and years move together. Words, rounding and
 * what decides who counts are not moved. */
#ifndef PBR_WHATIF_TORNADO_H
#define PBR_WHATIF_TORNADO_H

#include "whatif/progress.h"
#include "whatif/select.h"
#include "whatif/side.h"

typedef struct {
    const char *term, *file, *was;            /* path; "prices.csv"; its value or range */
    const char *low_value, *high_value;       /* "x 0.9", or the value itself */
    const char *low_not_told, *high_not_told; /* why there is no figure; NULL: there is */
    int64_t low_pence, high_pence;            /* total due */
    int64_t span_pence; /* between the least and the most of low, high and unchanged */
} pbr_tornado_bar;

typedef struct {
    int64_t unchanged_pence;
    const char *by;        /* percent */
    pbr_tornado_bar *bars; /* the widest first, then by file and term */
    size_t count;
    pbr_arena *arena;
} pbr_tornado;

/* Settles each move on so many threads; the result does not depend on them. NULL, reported at the
 * places of the scenario file, for a term that is not there. progress may be NULL. Free with
 * pbr_tornado_free. */
pbr_tornado *pbr_tornado_make(const pbr_settled *side, const pbr_scenario *scenario,
                              unsigned threads, pbr_progress *progress, pbr_diag *diag);
void pbr_tornado_free(pbr_tornado *tornado);

#endif
