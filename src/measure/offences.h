/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reoffences, matched to starts by person over the whole nation (semantics 7 to 9). */
#ifndef PBR_MEASURE_OFFENCES_H
#define PBR_MEASURE_OFFENCES_H

#include "measure/population.h"

typedef struct {
    int64_t rows;
    int64_t unmatched; /* person in no cohort row */
    int64_t counted;   /* offences that counted for at least one start */
    int64_t
        repeats; /* counted rows that repeat an earlier row in every cell, without an offence id */
} pbr_offence_counts;

/* A row that proves an offence under some version of the rules. */
typedef struct {
    uint64_t key;  /* with an id its code, else a number that only rows alike in their words have */
    uint32_t line; /* through all files */
    uint32_t versions; /* bit v: proves an offence under rules version v */
    pbr_date committed, proved;
    bool has_id;
} pbr_offence;

typedef struct pbr_offences {
    pbr_population *population;
    struct pbr_offence_bucket *buckets; /* rows of some thousand starts' persons each */
    size_t buckets_count;
    struct pbr_offence_slab *slabs; /* of memory for the rows */
    pbr_asides ids;                 /* offence ids that are not packed */
    pbr_idmap *words;               /* what rows without one say besides person and days */
    pbr_lines files;
    pbr_offence_counts counts;
} pbr_offences;

/* Counts go to the population; all its starts must have been read. */
pbr_offences *pbr_offences_new(pbr_population *population);
void pbr_offences_free(pbr_offences *offences);
void pbr_offences_add(pbr_offences *offences, uint32_t person, const pbr_offence *row);
/* Settles what needs all the rows: offences with several outcomes, repeated rows. Call once, last.
 */
pbr_offence_counts pbr_offences_finish(pbr_offences *offences, size_t threads, pbr_diag *diag);

#endif
