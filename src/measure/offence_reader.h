/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the extracts of reoffences and counts them for the starts of a population. */
#ifndef PBR_MEASURE_OFFENCE_READER_H
#define PBR_MEASURE_OFFENCE_READER_H

#include "base/sha256.h"
#include "measure/matching.h"

typedef struct {
    const char *const *paths; /* or "-" */
    size_t count;
    pbr_date snapshot; /* of the extracts: rows dated after it are problems */
    size_t threads;
    size_t part_bytes;                /* of the pieces that threads take; 0: as is best */
    char (*digests)[PBR_SHA256_TEXT]; /* filled in; NULL: not wanted */
} pbr_offence_extracts;

typedef struct {
    int64_t rows;
    int64_t unmatched; /* person in no cohort row */
    pbr_matched matched;
} pbr_offence_counts;

/* Counts go to the population, all of whose starts must have been read; problems to diag. */
pbr_offence_counts pbr_offences_read(pbr_population *population,
                                     const pbr_offence_extracts *extracts, pbr_diag *diag);

/* The two ways in which that is done, of which the second is always right. The first gives false,
 * and has done and reported nothing, if rows that belong together do not stand together, in one
 * file that can be read again. */
bool pbr_offences_read_at_once(pbr_population *population, const pbr_offence_extracts *extracts,
                               pbr_offence_counts *counts, pbr_diag *diag);
pbr_offence_counts pbr_offences_read_and_keep(pbr_population *population,
                                              const pbr_offence_extracts *extracts, pbr_diag *diag);

#endif
