/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers rows by what stands in some of their columns: rows alike in these have one number. What
 * the rules say of such cells is then worked out once for each number and not for each row. */
#ifndef PBR_MEASURE_ROW_KINDS_H
#define PBR_MEASURE_ROW_KINDS_H

#include "base/idmap.h"
#include "input/table.h"

typedef struct {
    size_t *positions; /* of the cells in the file's rows */
    size_t count;
    pbr_idmap *known;
    char *key; /* of the latest row: the cells, each behind its length, then the mark */
    size_t key_length, room;
    char *last; /* the key of the row before, and its number: rows come in runs */
    size_t last_length, last_room;
    uint32_t last_number;
} pbr_row_kinds;

/* By the columns that are marked. Free with pbr_row_kinds_end. */
void pbr_row_kinds_begin(pbr_row_kinds *kinds, const pbr_table *table, const bool *marked,
                         size_t columns);
void pbr_row_kinds_end(pbr_row_kinds *kinds);
/* The number of the row's kind; rows with another mark are of another kind. PBR_NO_ID for a kind
 * that comes after so many. */
enum { PBR_ROW_KINDS = 16384 };
uint32_t pbr_row_kind(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark);

#endif
