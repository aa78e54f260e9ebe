/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the extracts of reoffences. */
#ifndef PBR_MEASURE_OFFENCE_READER_H
#define PBR_MEASURE_OFFENCE_READER_H

#include "input/schema.h"
#include "measure/offences.h"

/* Reads one extract, by so many threads. Rows dated after the snapshot are problems. digest may be
 * NULL. */
void pbr_offences_read(pbr_offences *offences, const char *path, pbr_date snapshot, size_t threads,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag);

/* The schema of reoffences.csv with the columns that the contract's rules name; owned by its arena.
 */
const pbr_schema *pbr_reoffences_schema(const pbr_contract *contract);

#endif
