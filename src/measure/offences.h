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

typedef struct pbr_offences pbr_offences;

/* Counts go to the population's views; all its starts must have been read. */
pbr_offences *pbr_offences_new(pbr_population *population);
void pbr_offences_free(pbr_offences *offences);

/* Reads one extract. Rows dated after the snapshot are problems. digest may be NULL. */
void pbr_offences_read(pbr_offences *offences, const char *path, pbr_date snapshot,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag);
/* Settles what needs all the rows: offences with several outcomes, repeated rows. Call once, last.
 */
pbr_offence_counts pbr_offences_finish(pbr_offences *offences, pbr_diag *diag);

/* The schema of reoffences.csv with the columns that the contract's rules name; owned by its arena.
 */
const pbr_schema *pbr_reoffences_schema(const pbr_contract *contract);

#endif
