/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a scheme's extracts use other names, codes or units (scheme.yaml, extract). */
#ifndef PBR_MEASURE_MAPPING_H
#define PBR_MEASURE_MAPPING_H

#include "contract/contract.h"
#include "input/table.h"

/* Opens an extract under its own column names. */
pbr_table *pbr_extract_open(const char *path, const pbr_schema *schema,
                            const pbr_contract *contract, pbr_diag *diag);
/* A cell in pbrcalc's words. */
pbr_slice pbr_extract_code(const pbr_contract *contract, const char *column, pbr_slice cell);

/* Reads a score cell as millionths of a percent point, scaled as the scheme says. False, reported,
 * if it is no score from 0 to 100. */
bool pbr_extract_score(const pbr_contract *contract, pbr_table *table, size_t column,
                       uint32_t *millionths);

#endif
