/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/rows.h"

#include "base/digits.h"

#include <limits.h>
#include <xlsxwriter.h>

/* The library keeps rows, and the cells of a row, in trees: what comes before a node is under its
 * left, what comes after it under its right. */
#define LEFT(node) RB_LEFT((node), tree_pointers)
#define RIGHT(node) RB_RIGHT((node), tree_pointers)

enum { SPAN_ROWS = 16 /* that have one "spans" */, LETTERS = 26 };

/* The first and last columns that have cells in a block of rows. */
struct span {
    unsigned block;
    lxw_col_t first, last;
};

struct rows {
    pbr_bytes *out;
    const lxw_worksheet *sheet;
    struct span span;          /* of the rows about the one that is being written */
    char row[PBR_DIGITS_TEXT]; /* the number of the row that is being written */
    size_t row_length;
};

/* --- text --- */

#define PUT(out, literal) pbr_bytes_put((out), "" literal, sizeof(literal) - 1)

static void put_number(pbr_bytes *out, double value)
{
    out->count += pbr_double_digits(pbr_bytes_room(out, PBR_DIGITS_TEXT), value);
}

static void put_whole(pbr_bytes *out, uint64_t value)
{
    out->count += pbr_whole_digits(pbr_bytes_room(out, PBR_DIGITS_TEXT), value);
}

static void put_escaped(pbr_bytes *out, const char *text)
{
    for (size_t plain; plain = strcspn(text, "&<>"), text[plain]; text += plain + 1) {
        pbr_bytes_put(out, text, plain);
        pbr_bytes_text(out, text[plain] == '&' ? "&amp;" : text[plain] == '<' ? "&lt;" : "&gt;");
    }
    pbr_bytes_text(out, text);
}

/* A to Z, AA to ZZ, AAA to XFD. */
static void put_letters(pbr_bytes *out, unsigned column)
{
    char letters[4], *at = letters + sizeof letters;
    for (unsigned left = column + 1; left; left = (left - 1) / LETTERS)
        *--at = (char)('A' + (left - 1) % LETTERS);
    pbr_bytes_put(out, at, (size_t)(letters + sizeof letters - at));
}

/* --- cells --- */

/* <c r="B7" s="3", and what is said of the kind of cell. */
static void begin_cell(const struct rows *rows, const lxw_cell *cell, const char *kind)
{
    pbr_bytes *out = rows->out;
    int32_t style = cell->format ? lxw_format_get_xf_index(cell->format) : 0;
    PUT(out, "<c r=\"");
    put_letters(out, cell->col_num);
    pbr_bytes_put(out, rows->row, rows->row_length);
    PUT(out, "\"");
    if (style) {
        PUT(out, " s=\"");
        put_whole(out, (uint64_t)style);
        PUT(out, "\"");
    }
    pbr_bytes_text(out, kind);
}

/* With its result: a text, if there is one, or a number. */
static void put_formula(const struct rows *rows, const lxw_cell *cell)
{
    pbr_bytes *out = rows->out;
    begin_cell(rows, cell, cell->user_data2 ? " t=\"str\"><f>" : "><f>");
    put_escaped(out, cell->u.string);
    PUT(out, "</f><v>");
    if (cell->user_data2)
        put_escaped(out, cell->user_data2);
    else
        put_number(out, cell->formula_result);
    PUT(out, "</v></c>");
}

static bool put_cell(const struct rows *rows, const lxw_cell *cell)
{
    pbr_bytes *out = rows->out;
    switch (cell->type) {
    case NUMBER_CELL:
        begin_cell(rows, cell, "><v>");
        put_number(out, cell->u.number);
        PUT(out, "</v></c>");
        return true;
    case STRING_CELL:
        begin_cell(rows, cell, " t=\"s\"><v>");
        put_whole(out, (uint64_t)cell->u.string_id);
        PUT(out, "</v></c>");
        return true;
    case FORMULA_CELL:
        put_formula(rows, cell);
        return true;
    case BLANK_CELL:
        begin_cell(rows, cell, "/>");
        return cell->format != NULL; /* without one it keeps the place of a comment */
    default:
        return false;
    }
}

static bool put_cells(const struct rows *rows, const lxw_cell *cell)
{
    return !cell ||
           (put_cells(rows, LEFT(cell)) && put_cell(rows, cell) && put_cells(rows, RIGHT(cell)));
}

/* --- rows --- */

static void widen_to(struct span *span, const lxw_row *row)
{
    const lxw_cell *first = RB_ROOT(row->cells), *last = first;
    if (!first) return;
    while (LEFT(first)) first = LEFT(first);
    while (RIGHT(last)) last = RIGHT(last);
    if (first->col_num < span->first) span->first = first->col_num;
    if (last->col_num > span->last) span->last = last->col_num;
}

/* To all rows of its block. */
static void widen(struct span *span, const lxw_row *row)
{
    if (!row) return;
    unsigned block = row->row_num / SPAN_ROWS;
    if (block >= span->block) widen(span, LEFT(row));
    if (block == span->block) widen_to(span, row);
    if (block <= span->block) widen(span, RIGHT(row));
}

static void begin_row(const struct rows *rows, const lxw_row *row, const struct span *span)
{
    pbr_bytes *out = rows->out;
    double height = row->height_changed ? row->height : rows->sheet->default_row_height;
    PUT(out, "<row r=\"");
    pbr_bytes_put(out, rows->row, rows->row_length);
    if (span) {
        PUT(out, "\" spans=\"");
        put_whole(out, span->first + 1U);
        PUT(out, ":");
        put_whole(out, span->last + 1U);
    }
    if (height != LXW_DEF_ROW_HEIGHT) {
        PUT(out, "\" ht=\"");
        put_number(out, height);
        PUT(out, "\" customHeight=\"1");
    }
    PUT(out, "\"");
}

/* A height and cells, or a height. */
static bool is_plain(const lxw_row *row)
{
    return !row->format && !row->hidden && !row->level && !row->collapsed &&
           row->data_changed == !RB_EMPTY(row->cells);
}

static bool put_row(struct rows *rows, const lxw_row *row)
{
    unsigned block = row->row_num / SPAN_ROWS;
    if (!is_plain(row)) return false;
    rows->row_length = pbr_whole_digits(rows->row, row->row_num + UINT64_C(1));
    if (!row->data_changed) {
        begin_row(rows, row, NULL);
        PUT(rows->out, "/>");
        return true;
    }
    if (block != rows->span.block) {
        rows->span = (struct span){block, LXW_COL_MAX, 0};
        widen(&rows->span, RB_ROOT(rows->sheet->table));
    }
    begin_row(rows, row, &rows->span);
    PUT(rows->out, ">");
    bool known = put_cells(rows, RB_ROOT(row->cells));
    PUT(rows->out, "</row>");
    return known;
}

static bool put_rows(struct rows *rows, const lxw_row *row)
{
    return !row || (put_rows(rows, LEFT(row)) && put_row(rows, row) && put_rows(rows, RIGHT(row)));
}

/* Columns that have a format lend it to their cells; a default height and the manners of 2010 show
 * in every row. */
static bool is_usual(const lxw_worksheet *sheet)
{
    enum { EXCEL_2010 = 2010 };
    bool usual = !sheet->default_row_set && sheet->excel_version != EXCEL_2010;
    for (unsigned i = 0; i < sheet->col_formats_max; i++) usual &= !sheet->col_formats[i];
    return usual;
}

bool pbr_rows_put(pbr_bytes *out, lxw_worksheet *sheet)
{
    struct rows rows = {.out = out, .sheet = sheet, .span.block = UINT_MAX};
    return is_usual(sheet) && put_rows(&rows, RB_ROOT(sheet->table));
}
