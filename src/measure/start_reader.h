/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reads the extracts of starts into a population. */
#ifndef PBR_MEASURE_START_READER_H
#define PBR_MEASURE_START_READER_H

#include "measure/population.h"

/* Reads one cohort extract, by so many threads. Rows dated after the snapshot are problems. digest
 * may be NULL. */
void pbr_starts_read(pbr_population *population, const char *path, pbr_date snapshot,
                     size_t threads, char digest[PBR_SHA256_TEXT], pbr_diag *diag);

#endif
