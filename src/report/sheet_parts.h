/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the makers of table sheets share: columns that several sheets have, and their cells. */
#ifndef PBR_REPORT_SHEET_PARTS_H
#define PBR_REPORT_SHEET_PARTS_H

#include "report/sheets.h"

#define PBR_BLANKS "A blank cell means not applicable or not known."

#define PBR_COLUMN(header, width, style)                                                           \
    {                                                                                              \
        header, width, PBR_STYLE_##style, false, false                                             \
    }
#define PBR_SUMMED(header, width, style)                                                           \
    {                                                                                              \
        header, width, PBR_STYLE_##style, true, false                                              \
    }
#define PBR_INPUT(header, width, style)                                                            \
    {                                                                                              \
        header, width, PBR_STYLE_##style, false, true                                              \
    }
#define PBR_AREA_COLUMNS PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), PBR_COLUMN("Area", 18.5, TEXT)
#define PBR_PLACE_COLUMNS PBR_AREA_COLUMNS, PBR_COLUMN("Cohort", 8, TEXT)

/* A column of a sheet that is made of parts, and what fills its cells. */
typedef struct {
    pbr_book_column column;
    bool (*needed)(const pbr_scope *scope); /* NULL: always */
    /* NULL: the part before, which is needed as this one is, fills this column too */
    void (*fill)(pbr_row *row, const pbr_scope *scope, const void *item);
} pbr_part;

/* A table's columns and how many there are, as two arguments. */
#define PBR_COLUMNS(array) (array), sizeof(array) / sizeof *(array)

/* A plan with the scope as context and its source line; filtered, landscape. */
pbr_sheet pbr_sheet_plan(const pbr_scope *scope, const char *name, const char *table,
                         const char *title, const char *about, const pbr_book_column *columns,
                         size_t columns_count, size_t rows_count,
                         void (*fill)(pbr_row *, const void *, size_t));

/* A sheet with a row for each item and a column for each part that the scope needs. */
pbr_sheet pbr_sheet_of_parts(const pbr_scope *scope, const char *name, const char *table,
                             const char *title, const char *about, const pbr_part *parts,
                             size_t parts_count, const pbr_list *items);

/* What is due on some payments, blank where there are none. */
typedef struct {
    int64_t pence;
    bool any, too_large;
    struct pbr_money_part *parts, **end;
} pbr_money_sum;

void pbr_money_add(pbr_money_sum *sum, const pbr_scope *scope, const pbr_payment *payment);
/* Sums the payments in the sheet Payment workings. */
void pbr_cell_money_sum(pbr_row *row, const pbr_scope *scope, const pbr_money_sum *sum);
/* The sum of cells that hold pounds: "E7:P7". */
void pbr_cell_row_sum(pbr_row *row, const pbr_scope *scope, const char *cells, int64_t pence);

/* The place of a line among scope->lines, or their number. */
size_t pbr_line_number(const pbr_scope *scope, const char *id);

/* Predicates of parts. */
bool pbr_needs_month(const pbr_scope *scope);    /* are there monthly lines? */
bool pbr_needs_no_month(const pbr_scope *scope); /* or none? */

void pbr_cells_area(pbr_row *row, const pbr_scope *scope, size_t area); /* PBR_AREA_COLUMNS */
void pbr_cells_place(pbr_row *row, const pbr_scope *scope, size_t area, size_t cohort);
const char *pbr_line_title(const pbr_line *line); /* its title or id; NULL for no line */

#endif
