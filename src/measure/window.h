/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The days on which a reoffence counts for a start (semantics 7). */
#ifndef PBR_MEASURE_WINDOW_H
#define PBR_MEASURE_WINDOW_H

#include "contract/terms.h"

typedef struct {
    pbr_date start;         /* first day of follow-up */
    pbr_date follow_up_end; /* first day after it */
    pbr_date proof_end;     /* first day on which a proof is too late; one addition to the start */
} pbr_window;

static inline pbr_window pbr_window_of(const pbr_follow_up_terms *terms, pbr_date start)
{
    int months = (int)terms->months;
    return (pbr_window){
        .start = start,
        .follow_up_end = pbr_date_add_months(start, months),
        .proof_end = pbr_date_add_months(start, months + (int)terms->waiting_months),
    };
}

/* Without branches: these are asked of every row. */
static inline bool pbr_window_follows(const pbr_window *window, pbr_date offence)
{
    return (offence >= window->start) & (offence < window->follow_up_end);
}

static inline bool pbr_window_holds(const pbr_window *window, pbr_date offence, pbr_date outcome)
{
    return pbr_window_follows(window, offence) & (outcome >= offence) &
           (outcome < window->proof_end);
}

/* Would it count, had it been proved before the waiting period was over? */
static inline bool pbr_window_is_late(const pbr_window *window, pbr_date offence, pbr_date outcome)
{
    return pbr_window_follows(window, offence) & (outcome >= window->proof_end);
}

#endif
