/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What people did after a start: reoffences that count, and rows that must not, on both sides of
 * every edge of the window. */
#ifndef PBR_SYNTH_OFFENCES_H
#define PBR_SYNTH_OFFENCES_H

#include "synth/people.h"

#include <gsl/gsl_randist.h>

typedef struct {
    gsl_rng *rng;
    pbr_rows *rows;
    const pbr_names *names;
    const pbr_shape *shape;
    uint64_t offences;          /* offence_id given last */
    gsl_ran_discrete_t *counts; /* reoffences of a reoffender, less one; of the current cell */
} pbr_offending;

/* Sets the distribution of counts for the starts of a cell. */
void pbr_offending_enter(pbr_offending *offending, const pbr_cell *cell);
void pbr_offending_free(pbr_offending *offending);

/* Writes what the person does after a start. Offences on days that an earlier start has covered are
 * not made twice. */
void pbr_offences_write(pbr_offending *offending, const pbr_start *start);

/* Writes a few offences of somebody who is in no cohort, around the time of a start. */
void pbr_stranger_write(pbr_offending *offending, const pbr_start *near, uint32_t number);

#endif
