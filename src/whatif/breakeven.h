/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far each result lies from each limit, in persons or events: found with the engine itself, on
 * counts that differ by whole persons, all else the same. */
#ifndef PBR_WHATIF_BREAKEVEN_H
#define PBR_WHATIF_BREAKEVEN_H

#include "settle/again.h"

#define PBR_NEVER INT64_MAX /* no number of them would do */

/* Distances are in events of the metric: reoffenders for a rate, reoffences (reoffenders staying as
 * they are) for a frequency or events per person, days for days. 0: it is so already. All are
 * PBR_NEVER for a result that is none. */
typedef struct {
    const pbr_result *result;
    const char *unit;          /* "reoffenders", "reoffences", "days" */
    int64_t events;            /* now */
    int64_t fewer_for_better;  /* fewest fewer for the verdict better */
    int64_t fewer_for_neither; /* of a worse one: out of worse */
    int64_t more_for_worse;    /* fewest more for worse */
    int64_t more_for_terminate;
    int64_t computed_pence;  /* what the line comes to now, before caps */
    int64_t at_better_pence; /* at the first count that is better; before caps */
    int64_t at_worse_pence;
    bool hurdle_stops; /* its gate would stop the payment as things stand */
} pbr_break_even;

typedef struct {
    pbr_break_even *rows; /* in the order of the settlement's results */
    size_t count;
    pbr_arena *arena;
} pbr_break_evens;

pbr_break_evens *pbr_break_evens_make(const pbr_settled *side);
void pbr_break_evens_free(pbr_break_evens *all);

#endif
