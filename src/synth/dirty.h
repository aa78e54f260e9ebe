/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bad rows of every kind, and the key that says where each of them is. */
#ifndef PBR_SYNTH_DIRTY_H
#define PBR_SYNTH_DIRTY_H

#include "synth/people.h"

typedef struct pbr_dirty pbr_dirty;

/* Rows are modelled on a sound start in `cell`; `late` is a day that no snapshot has reached. Free
 * it with pbr_dirty_free. */
pbr_dirty *pbr_dirty_new(const pbr_names *names, const pbr_cell *cell, pbr_date late);
void pbr_dirty_free(pbr_dirty *dirty);

/* Writes the next bad row into the extract where it belongs, about a person with an unused number.
 * False once every kind has been written. */
bool pbr_dirty_next(pbr_dirty *dirty, pbr_rows *cohort, pbr_rows *reoffences, uint32_t number);

/* Bad rows written so far into each extract. */
typedef struct {
    int64_t cohort, reoffences;
} pbr_bad_rows;

pbr_bad_rows pbr_dirty_count(const pbr_dirty *dirty);

/* Writes problems.csv (file,line,check,column,value), by file and line. False, with trouble in
 * diag, if it cannot be written. */
bool pbr_dirty_key(const pbr_dirty *dirty, const char *folder, pbr_diag *diag);

#endif
