/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement compiled for being settled again and again on other counts of the same persons:
 * which counts each result rests on, which verdict opens which gate, what a line is net of, who
 * shares which cap, who is paid. Verdicts and amounts are the engine's own (see quick.h). */
#ifndef PBR_WHATIF_COMPILED_H
#define PBR_WHATIF_COMPILED_H

#include "settle/again.h"
#include "settle/claim.h"
#include "whatif/quick.h"

/* An area and cohort (treated, or its control group) whose counts change. */
typedef struct {
    const pbr_measure *measure; /* as settled */
    size_t *parts, parts_count; /* cells before it that it is the sum of; none: it stands alone */
} pbr_compiled_cell;

/* A tabled baseline that results are compared with, and whose rate may change. */
typedef struct {
    const pbr_baseline *baseline;
    const pbr_metric *metric;
    const pbr_rules *rules;
    size_t parts[4];      /* rows of its quarters, where it moves with them */
    unsigned parts_count; /* 4 or 0 */
} pbr_compiled_row;

/* A result that is judged again. */
typedef struct {
    const pbr_result *result; /* as settled; not of the settlement where it only serves a gate or
                                 tells what a cell meets */
    size_t cell, comparator;  /* comparator: cell, or PBR_NONE where a row is compared with */
    size_t row;               /* or PBR_NONE */
    size_t claim;             /* or PBR_NONE: not priced */
    bool judged;              /* false: nothing asks for its verdict */
    size_t *hurdles, hurdles_count;  /* tests that its gate looks at; PBR_NONE: without a result */
    bool opens[PBR_NO_RESULT + 1];   /* verdicts of those with which the hurdle is met */
    bool stopped[PBR_NO_RESULT + 1]; /* by a hurdle that is not met, with this verdict */
    bool by_reoffenders; /* all follows from the number of reoffenders, if the baseline stands */
    pbr_quick quick;
} pbr_compiled_test;

/* A line that money may follow from. Monthly lines and those that only earlier runs settled do not
 * change, but stand in the way of others. */
typedef struct {
    const pbr_claim *claim;
    size_t test; /* or PBR_NONE: its amount stands */
    size_t *net_of,
        net_of_count; /* claims whose amounts are taken off; none unless it is a top-up */
    size_t *payees;   /* that share it, of compiled->payees, … */
    int64_t *days;    /* … by so many days; a single one has it all */
    size_t payees_count, residue; /* residue: whose share takes what is left */
} pbr_compiled_claim;

/* Claims that share the room under a cap, in their order. */
typedef struct {
    int64_t limit_pence;
    pbr_headroom headroom;
    size_t *claims, count;
} pbr_compiled_room;

typedef struct {
    const pbr_settled *side;
    pbr_compiled_cell *cells; /* parts before their sums */
    pbr_compiled_row *rows;   /* quarters before their year */
    pbr_compiled_test *tests; /* the settlement's results in their order, then others */
    pbr_compiled_claim *claims;
    pbr_compiled_room *rooms; /* in the order of the caps */
    size_t cells_count, rows_count, tests_count, claims_count, rooms_count;
    size_t cells_room, rows_room, tests_room;
    const char **payees; /* in byte order; borrowed from the contract */
    size_t payees_count;
    bool wants_reoffences, wants_squares, wants_histogram; /* what some test rests on */
    pbr_settlement made; /* owns what tests outside the settlement were compared with */
    pbr_arena *arena;
} pbr_compiled;

/* side must outlive it. Problems go to diag; NULL if there was an error. */
pbr_compiled *pbr_compiled_make(const pbr_settled *side, pbr_diag *diag);
void pbr_compiled_free(pbr_compiled *compiled);

/* The result of an area, cohort and line among the tests, or PBR_NONE. */
size_t pbr_compiled_find(const pbr_compiled *compiled, size_t area, size_t cohort,
                         const char *line);

#endif
