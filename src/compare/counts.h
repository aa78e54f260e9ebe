/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How measures differ, sum by sum, for saying in words what a cause changed. */
#ifndef PBR_COMPARE_COUNTS_H
#define PBR_COMPARE_COUNTS_H

#include "compare/attribution.h"
#include "compare/substitute.h"

typedef struct {
    const char *area, *cohort; /* code and name */
    bool control;
    pbr_cause cause;
    const char *what;      /* "reoffenders" */
    const char *old, *now; /* numbers; "" where there is no such measure, or it is not known */
} pbr_count_change;

typedef struct {
    pbr_count_change *items; /* cause by cause, then by area and cohort of the later contract */
    size_t count, room;
    pbr_arena *arena; /* of the texts; not freed with the list */
} pbr_count_changes;

/* Notes every sum that differs. Names are those of the contracts, which must outlive the list. */
void pbr_counts_compare(pbr_count_changes *changes, pbr_cause cause, const pbr_measured *old,
                        const pbr_measured *now);

#endif
