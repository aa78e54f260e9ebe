/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CSV file as rows of text under a key, so that two of them can be told apart row by row. Cells
 * are compared as they are written. */
#ifndef PBR_COMPARE_KEYED_H
#define PBR_COMPARE_KEYED_H

#include "base/mem.h"
#include "input/source.h"

typedef struct {
    const char *key;          /* the cells of the key, joined by "/" */
    const char *const *cells; /* in the order of the columns */
    size_t number;            /* of the row in its file, from 0 */
} pbr_keyed_row;

/* Everything belongs to the arena it was read with. */
typedef struct {
    const char **columns; /* in byte order of their names */
    size_t columns_count;
    pbr_keyed_row *items; /* by key, then as they stand in the file */
    size_t count, room;
} pbr_keyed;

/* Adds the rows of a file to rows, which are empty or have the same columns. key: names of columns
 * joined by ","; those that the file lacks are passed over. False, with the problem in diag, if the
 * file is not a table. */
bool pbr_keyed_read(pbr_keyed *rows, pbr_source *source, const char *key, pbr_arena *arena,
                    pbr_diag *diag);
/* Puts the rows in order; after the last read. */
void pbr_keyed_sort(pbr_keyed *rows);
void pbr_keyed_free(pbr_keyed *rows);

/* The column's place, or columns_count. */
size_t pbr_keyed_column(const pbr_keyed *rows, const char *name);
/* The cell of a row in a named column; "" where there is no such column. */
const char *pbr_keyed_cell(const pbr_keyed *rows, const pbr_keyed_row *row, const char *name);

/* Visits, in order of the key, what differs: old is NULL for a row that was added, now for one that
 * was removed. Rows that are the same in every cell are matched first, whatever their number. */
typedef void pbr_keyed_visitor(void *context, const pbr_keyed_row *old, const pbr_keyed_row *now);
void pbr_keyed_compare(const pbr_keyed *old, const pbr_keyed *now, pbr_keyed_visitor *visit,
                       void *context);

#endif
