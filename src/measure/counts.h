/* SPDX-License-Identifier: GPL-3.0-or-later */
/* counts.csv: how many reoffenders had how many reoffences, which bootstrap and simulation
 * resample. */
#ifndef PBR_MEASURE_COUNTS_H
#define PBR_MEASURE_COUNTS_H

#include "base/out.h"
#include "input/schema.h"
#include "measure/metrics.h"

extern const pbr_schema pbr_counts_schema;

/* Adds the distribution to measures, which must agree with it in reoffenders and reoffences.
 * Problems go to diag. digest may be NULL. */
void pbr_counts_read(const char *path, const pbr_contract *contract, pbr_measures *measures,
                     char digest[PBR_SHA256_TEXT], pbr_diag *diag);
/* Writes the distributions of the cohorts chosen (all of them if chosen is NULL). */
void pbr_counts_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                      const size_t *chosen, size_t chosen_count);

#endif
