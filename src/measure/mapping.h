/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where a scheme's extracts use other names, codes or units (scheme.yaml, extract). */
#ifndef PBR_MEASURE_MAPPING_H
#define PBR_MEASURE_MAPPING_H

#include "contract/contract.h"
#include "input/table.h"
#include "measure/ids.h"

/* Opens an extract under its own column names. */
pbr_table *pbr_extract_open(const char *path, const pbr_schema *schema,
                            const pbr_contract *contract, pbr_diag *diag);
/* A cell in pbrcalc's words. */
pbr_slice pbr_extract_code(const pbr_contract *contract, const char *column, pbr_slice cell);

/* Reads a score cell as millionths of a percent point, scaled as the scheme says. False, reported,
 * if it is no score from 0 to 100. */
bool pbr_extract_score(const pbr_contract *contract, pbr_table *table, size_t column,
                       uint32_t *millionths);

/* Reads a day of an extract. False, reported, if it is no date or after the extract's snapshot. */
void pbr_extract_late_day(pbr_table *table, size_t column); /* reports it */
static inline bool pbr_extract_day(pbr_table *table, size_t column, pbr_date snapshot,
                                   pbr_date *day)
{
    if (!pbr_table_date(table, column, day)) return false;
    if (*day <= snapshot) return true;
    pbr_extract_late_day(table, column);
    return false;
}

/* Reads a person id. False, reported, if it is not 1 to 64 printable characters. */
bool pbr_extract_odd_person(pbr_table *table, size_t column, pbr_slice id); /* not packed */
static inline bool pbr_extract_person(pbr_table *table, size_t column, pbr_id *id)
{
    pbr_id_set(id, pbr_table_cell(table, column));
    return (id->packed && id->text.length) || pbr_extract_odd_person(table, column, id->text);
}

/* The number of the area that `code` names, which is what the cell says or means. False, reported,
 * if the contract has no such area. */
bool pbr_extract_area(const pbr_contract *contract, pbr_table *table, size_t column, pbr_slice code,
                      size_t *area);

/* How messages call an input. */
const char *pbr_extract_name(const char *path);

#endif
