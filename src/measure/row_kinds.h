/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers rows by what stands in some of their columns: rows alike in these have one number. What
 * the rules say of such cells is then worked out once for each number and not for each row. */
#ifndef PBR_MEASURE_ROW_KINDS_H
#define PBR_MEASURE_ROW_KINDS_H

#include "base/hash.h"
#include "base/idmap.h"
#include "input/table.h"

typedef struct {
    size_t *positions; /* of the cells in the file's rows */
    size_t count;
    pbr_idmap *known;
    char *key;
    size_t room;
    /* The same cells as the file has them: neighbours are one piece of text. */
    struct pbr_row_piece {
        size_t first, last;
    } * pieces;
    size_t pieces_count;
    struct pbr_row_seen *seen; /* rows by their pieces */
    pbr_secret secret;
} pbr_row_kinds;

/* By the columns that are marked. Free with pbr_row_kinds_end. */
void pbr_row_kinds_begin(pbr_row_kinds *kinds, const pbr_table *table, const bool *marked,
                         size_t columns);
void pbr_row_kinds_end(pbr_row_kinds *kinds);
/* The number of the row's kind; rows with another mark are of another kind. PBR_NO_ID for a kind
 * that comes after so many. */
enum { PBR_ROW_KINDS = 16384 };
uint32_t pbr_row_kind(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark);
/* What makes the row's kind: the cells, each behind its length, in the order of the schema, then
 * the mark. Valid until the next call of either. */
pbr_slice pbr_row_kind_key(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark);

#endif
