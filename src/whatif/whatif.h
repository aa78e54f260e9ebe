/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is told of a scenario. */
#ifndef PBR_WHATIF_WHATIF_H
#define PBR_WHATIF_WHATIF_H

#include "whatif/breakeven.h"
#include "whatif/power.h"
#include "whatif/side.h"
#include "whatif/simulation.h"
#include "whatif/sweep.h"
#include "whatif/tornado.h"

/* The same area, cohort and line on either side. */
typedef struct {
    const char *area, *cohort, *line;  /* codes and ids */
    const pbr_result *before, *after;  /* NULL: that side does not have it */
    int64_t before_pence, after_pence; /* due */
} pbr_compared_line;

typedef struct {
    pbr_simulated_of of; /* total, payee or area */
    const char *name;    /* payee, or area code; "" for the total */
    int64_t before_pence, after_pence;
} pbr_compared_sum;

/* Sweep, tornado, break-even, simulation and power are asked of the second side, or of the base
 * where there is none. */
typedef struct {
    const pbr_scenario *scenario;
    char sha256[PBR_SHA256_TEXT];         /* of the scenario file */
    pbr_settled base, asked;              /* both sides; the same where there is no second */
    const char *base_words, *asked_words; /* "settlement 2018-01-26-…", "the same with 2 changes" */
    const pbr_term_change *changes;       /* between them, a readable difference of terms */
    size_t changes_count;
    const char *notes[8]; /* sentences on how to read it */
    size_t notes_count;
    pbr_compared_line *lines; /* by area, cohort, line */
    size_t lines_count;
    pbr_compared_sum *sums; /* total, payees, areas */
    size_t sums_count;
    pbr_sweep *sweep;
    pbr_tornado *tornado;
    pbr_break_evens *break_evens;
    pbr_simulation *simulation;
    pbr_power *power;
} pbr_whatif;

/* Fills in lines and sums of a record whose sides are set; owned by the arena. */
void pbr_whatif_compare(pbr_whatif *whatif, pbr_arena *arena);

#endif
