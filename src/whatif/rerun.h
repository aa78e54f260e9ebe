/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A planned settlement settled again on drawn counts. One rerun is one thread's. */
#ifndef PBR_WHATIF_RERUN_H
#define PBR_WHATIF_RERUN_H

#include "whatif/compiled.h"

/* A baseline as it was drawn. */
typedef struct {
    double rate;
    int64_t events; /* of a rate's row that is drawn itself: reoffenders among its cases */
} pbr_drawn_row;

typedef struct {
    const pbr_compiled *compiled;

    /* what is drawn: set these, then settle */
    pbr_drawn *cells;    /* of its cells; those with parts are summed */
    bool sampled;        /* the rows are the drawn ones, not as tabled */
    pbr_drawn_row *rows; /* of its rows */

    /* what follows */
    pbr_judged *tests; /* of its tests: verdict, and amount before the gate */
    bool *gated;       /* of its tests */
    int64_t *computed; /* of its claims, in pence: after the gate, … */
    int64_t *capped;   /* … net of others and after the caps */

    int64_t judged, asked;         /* lines judged so far; of these, by the exact engine */
    double *tabled;                /* of its rows: rates as they stand */
    struct pbr_remembered **known; /* of its tests: by number of reoffenders */
    pbr_contract *contract;        /* copies whose baselines and counts the engine is asked with */
    pbr_measures *measures;
    pbr_settlement made;
    unsigned made_count;
    pbr_diag *diag; /* borrowed: what the engine reported */
} pbr_rerun;

/* Problems of later settling go to diag. Free with pbr_rerun_free. */
pbr_rerun *pbr_rerun_new(const pbr_compiled *compiled, pbr_diag *diag);
void pbr_rerun_free(pbr_rerun *rerun);

/* Makes room in the histograms, where any are asked for, up to so many reoffences. */
void pbr_rerun_make_room(pbr_rerun *rerun, int64_t most);
/* Empties the cells' counts. */
void pbr_rerun_empty(pbr_rerun *rerun);
/* Settles what is drawn. */
void pbr_rerun_settle(pbr_rerun *rerun);
/* A claim's capped amount as its payees share it: parts[i] to its payees[i]. */
void pbr_rerun_split(const pbr_rerun *rerun, size_t claim, int64_t *parts);

/* Writes everything that is drawn into rerun->measures and rerun->contract, on which
 * pbr_settlement_make then settles the same. */
void pbr_rerun_write_out(pbr_rerun *rerun);

#endif
