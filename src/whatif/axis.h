/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The values that one term of a sweep takes. */
#ifndef PBR_WHATIF_AXIS_H
#define PBR_WHATIF_AXIS_H

#include "whatif/sweep.h"

/* Reads the values of the scenario's index-th term, lists and ranges alike, or says in *count how
 * many a range has and makes no more than most of them. False, reported, for an empty range. */
bool pbr_axis_read(pbr_axis *axis, size_t *count, size_t most, const pbr_scenario *scenario,
                   unsigned index, pbr_arena *arena, pbr_diag *diag);
/* Finds what it varies, and tries each value in a copy of the contract, which is as it was
 * afterwards. False, reported, where one is of the wrong kind. */
bool pbr_axis_try(pbr_axis *axis, pbr_contract *copy, const pbr_scenario *scenario, unsigned index,
                  pbr_arena *arena, pbr_diag *diag);
/* Do two axes vary a term or number in common? */
bool pbr_axes_meet(const pbr_axis *a, const pbr_axis *b);

/* An axis in a copy of the contract, whose values can be set again and again. */
typedef struct {
    const pbr_axis *axis;
    pbr_term_handle **terms; /* of a term, by version */
    pbr_number *numbers;     /* those that are varied */
    mpq_t *originals;
    size_t value; /* that is set; PBR_NONE: none yet */
} pbr_dial;

void pbr_dial_init(pbr_dial *dial, const pbr_axis *axis, pbr_contract *copy);
void pbr_dial_clear(pbr_dial *dial);
/* From the original value each time, so that nothing drifts. */
void pbr_dial_set(pbr_dial *dial, size_t value);

#endif
