/* SPDX-License-Identifier: GPL-3.0-or-later */
/* metrics.csv: measures as a table, written by `measure` and `settle` and read by `settle
 * --metrics`. */
#ifndef PBR_MEASURE_METRICS_CSV_H
#define PBR_MEASURE_METRICS_CSV_H

#include "base/out.h"
#include "input/schema.h"
#include "measure/metrics.h"

extern const pbr_schema pbr_metrics_schema;

/* Reads a table of measures; a row without a snapshot has the default one (which may be
 * PBR_NO_DATE). Problems go to diag; NULL if there was any error. digest may be NULL. */
pbr_measures *pbr_metrics_read(const char *path, const pbr_contract *contract, pbr_date snapshot,
                               pbr_date as_at, char digest[PBR_SHA256_TEXT], pbr_diag *diag);

/* Writes the measures of the cohorts chosen (all of them if chosen is NULL). */
void pbr_metrics_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                       const size_t *chosen, size_t chosen_count);

#endif
