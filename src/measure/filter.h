/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The contract's conditions on columns, bound to the columns of an open table. */
#ifndef PBR_MEASURE_FILTER_H
#define PBR_MEASURE_FILTER_H

#include "contract/contract.h"
#include "input/table.h"
#include "measure/window.h"

typedef struct {
    const pbr_contract *contract; /* whose scheme says what the extract's codes mean */
    const pbr_filter *filter;
    size_t column;
    enum { PBR_DAY_LITERAL, PBR_DAY_START, PBR_DAY_FOLLOW_UP_END, PBR_DAY_PROOF_END } anchor;
    pbr_date day; /* the literal day */
} pbr_bound_filter;

/* Adds the filters' columns to a schema under construction: text, or a date where the filter
 * compares with a day; a cell may be blank. columns must have room; returns the new count. */
size_t pbr_filter_columns(pbr_column *columns, size_t count, const pbr_filter *filters,
                          unsigned filters_count);

void pbr_filter_bind(pbr_bound_filter *bound, const pbr_contract *contract,
                     const pbr_filter *filter, const pbr_schema *schema);

/* The number (from 1) of the first filter that holds for the table's row, or 0. Date cells that are
 * no dates are reported to the table's diag. */
unsigned pbr_filter_first(const pbr_bound_filter *filters, unsigned count, pbr_table *table,
                          const pbr_window *window);

/* False, reported, if a cell differs by nothing but case from a word that one of the filters
 * compares it with: nobody means two codes by that, and the filter would not see the row. */
bool pbr_filter_words_sound(const pbr_bound_filter *filters, unsigned count, pbr_table *table);

#endif
