/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reoffences that are matched as they are read, where all rows of an offence stand together.
 * Whether they do is told by a bit for each person who has one start, and who is met once if so;
 * for others, whose rows may stand by start, by a fingerprint of each offence, which come without
 * equals. If not, nothing is known, and all is to be read again and kept. */
#ifndef PBR_MEASURE_OFFENCE_RUNS_H
#define PBR_MEASURE_OFFENCE_RUNS_H

#include "measure/fingerprints.h"
#include "measure/offence_rows.h"

#include <stdatomic.h>

typedef struct {
    const pbr_population *population;
    _Atomic uint32_t *met; /* a bit for each start of a person who has no other */
    pbr_secret secret;
    pbr_fingerprints *fingerprints; /* by thread */
    size_t threads;
    atomic_bool came_back; /* somebody has, so that nothing that was counted holds */

    /* the part before: its last run, which the next part may go on with */
    pbr_offence_run last;
    pbr_offence *rows;
    size_t rows_room;
    pbr_asides ids;

    int64_t unmatched; /* rows of persons who have no start */
} pbr_offence_runs;

pbr_offence_runs *pbr_offence_runs_new(const pbr_population *population, size_t threads);
void pbr_offence_runs_free(pbr_offence_runs *runs);

/* One thread's. */
typedef struct {
    pbr_offence_runs *runs;
    pbr_matcher *matcher;
    pbr_fingerprints *fingerprints;
} pbr_run_matcher;
pbr_run_matcher pbr_run_matcher_of(pbr_offence_runs *runs, pbr_matcher *matcher, size_t thread);

/* Matches the runs of a part, but for the first and the last one; by any number of threads. Gives
 * the number of rows that are not matched. */
int64_t pbr_offence_runs_match(const pbr_run_matcher *m, pbr_offence_rows *rows);
/* Matches what that left, part by part in the order of the file; then the last run of all. */
void pbr_offence_runs_take(const pbr_run_matcher *m, const pbr_offence_rows *rows,
                           int64_t unmatched);
/* After the last part. False if rows of an offence, or rows alike, did not stand together. */
bool pbr_offence_runs_end(const pbr_run_matcher *m);

#endif
