/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a workbook as its file stores them (SpreadsheetML, ECMA-376 part 1, 18.3), whichever
 * program saved it. */
#ifndef PBR_INPUT_STORED_BOOK_H
#define PBR_INPUT_STORED_BOOK_H

#include "base/mem.h"

#include <stdbool.h>

/* A cell with neither value nor formula is not there. */
typedef struct {
    long row, column;    /* from 1 */
    const char *value;   /* text, or a number as the file spells it; "" where only a formula is */
    const char *formula; /* without its =; NULL: none */
    bool is_number;
} pbr_stored_cell;

typedef struct {
    const char *name;
    pbr_stored_cell *cells; /* by row, then column */
    size_t count;
} pbr_stored_sheet;

/* Owned by the arena it was read with. */
typedef struct {
    pbr_stored_sheet *sheets;
    size_t count;
    const char
        *damaged; /* what could not be read: a part of the file, or "the file"; NULL: nothing */
} pbr_stored_book;

/* Reads every sheet; false, with what is damaged, if any cannot be read. */
bool pbr_stored_book_read(pbr_stored_book *book, const char *path, pbr_arena *arena);

/* "F12"; owned by arena. */
const char *pbr_cell_name(long row, long column, pbr_arena *arena);

#endif
