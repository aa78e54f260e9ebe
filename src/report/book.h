/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A workbook as a list of sheets, each one table: a thin layer over libxlsxwriter. A sheet is a
 * plan (title, sentences, columns, a function that fills a row); the layer lays it out, so that the
 * place of every cell is known before anything is written and formulas can point at it.
 *
 * Layout of a sheet, from row 1 in column A: title, warning if any, what it is, source, then one
 * table with one header row. A total row is the table's last row: its formulas are plain sums of
 * ranges, since structured references are not understood by every program that recalculates.
 *
 * The same plans and facts give the same bytes: the creation time is the day of the settlement. */
#ifndef PBR_REPORT_BOOK_H
#define PBR_REPORT_BOOK_H

#include "base/date.h"
#include "base/diag.h"
#include "base/ratio.h"

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

struct lxw_workbook;
struct lxw_worksheet;

/* How a sheet looks and behaves. A settlement is worked with: fills, filters, frozen headers,
 * locked cells, page footers. A publication is read, also aloud: larger type, none of those, and
 * each sentence above the table in one cell, so that a screen reader does not break it. */
typedef enum { PBR_HOUSE_SETTLEMENT, PBR_HOUSE_PUBLICATION, PBR_HOUSES } pbr_house;

/* Formats by name. Numbers are shown by their style and never rounded in the cell. */
typedef enum {
    PBR_STYLE_TITLE,
    PBR_STYLE_WARNING, /* a sentence nobody may overlook */
    PBR_STYLE_NOTE,    /* sentences above a table */
    PBR_STYLE_HEADER,
    PBR_STYLE_HEADER_RIGHT, /* over numbers */
    PBR_STYLE_TEXT,
    PBR_STYLE_LABEL, /* text that names a row */
    PBR_STYLE_LINK,
    PBR_STYLE_MARK,  /* illustrative or otherwise to be noticed; the words say it too */
    PBR_STYLE_CHECK, /* the outcome of a check, in words */
    PBR_STYLE_INTEGER,
    PBR_STYLE_PENCE,
    PBR_STYLE_MONEY,  /* pounds and pence, or another currency */
    PBR_STYLE_TOTAL,  /* the one large figure of a cover, to the left */
    PBR_STYLE_FIGURE, /* money to the left, among the texts of a cover */
    PBR_STYLE_PERCENT,
    PBR_STYLE_FREQUENCY,
    PBR_STYLE_UNITS,
    PBR_STYLE_SCORE,
    PBR_STYLE_SHARE,
    PBR_STYLE_DATE,
    PBR_STYLE_FILL,  /* left for a person to fill in: not locked */
    PBR_STYLE_VALUE, /* of any kind, to the left: a column of words and numbers */
    PBR_STYLES
} pbr_style;

typedef struct {
    const char *header;
    double width; /* characters */
    pbr_style style;
    bool total; /* summed in the total row; an integer or money column */
    bool input; /* what somebody may change to see what follows: styled as input, not locked */
} pbr_book_column;

enum { PBR_COLUMNS_MAX = 128, PBR_CELL_TEXT = 64 };

typedef struct pbr_row pbr_row; /* the row being filled */

/* Everything is borrowed until the sheet is added. */
typedef struct {
    const char *name;  /* of the sheet: at most 31 characters, unique, none of []:*?/\ */
    const char *table; /* name of the table, unique */
    const char *title;
    const char *warning; /* or NULL */
    const char *about;   /* what it is, units, meaning of blank cells */
    const char *source;
    const pbr_book_column *columns; /* none: a sheet without a table, for a chart */
    size_t columns_count, rows_count;
    void (*fill)(pbr_row *row, const void *context, size_t index);
    const void *context;
    bool total, filter, landscape;
    pbr_house house;
} pbr_sheet;

/* Rows of a sheet, counted from 0; last includes only data. total = last + 1 where there is one.
 * A table without rows has one that says "None". */
typedef struct {
    uint32_t header, first, last, total;
} pbr_span;

typedef struct {
    const char *title, *subject, *author, *status;
    const char *currency; /* symbol or code before an amount; NULL: pounds */
    const char *footer;   /* in the middle of each printed page; or NULL */
    pbr_date date;        /* stands for the time of creation */
} pbr_book_facts;

typedef struct pbr_book pbr_book;

/* A new workbook, written to path when it is closed. */
pbr_book *pbr_book_new(const char *path, const pbr_book_facts *facts);
/* Writes and frees it. The first problem since pbr_book_new goes to diag; false if there was any.
 */
bool pbr_book_close(pbr_book *book, pbr_diag *diag);

/* Adds and fills a sheet. NULL after a problem, which the book remembers. */
struct lxw_worksheet *pbr_book_add(pbr_book *book, const pbr_sheet *sheet);
struct lxw_workbook *pbr_book_inside(pbr_book *book);
/* Where the decimals of a pound stand ("Constants!$B$9"), which totals of money are rounded to;
 * borrowed. A workbook without such a cell has the number in its formulas. */
void pbr_book_round_totals(pbr_book *book, const char *places);
/* Remembers a problem, in lower case, unless there was one before. */
void pbr_book_fail(pbr_book *book, const char *sheet, const char *problem);

pbr_span pbr_sheet_span(const pbr_sheet *sheet);
/* "Schedule!$L$20", quoted where it must be; row from 0, column from 0. */
char *pbr_sheet_cell(char out[PBR_CELL_TEXT], const pbr_sheet *sheet, uint32_t row, size_t column);
/* "AB" */
char *pbr_column_name(char out[PBR_CELL_TEXT], size_t column);
/* Index of the column with this header, or columns_count. */
size_t pbr_sheet_column(const pbr_sheet *sheet, const char *header);

/* The next cell of the row. Text is always text, also when it begins with "="; NULL leaves it
 * blank. */
void pbr_cell_text(pbr_row *row, const char *text);
void pbr_cell_styled(pbr_row *row, pbr_style style, const char *text);
void pbr_cell_link(pbr_row *row, const char *sheet, const char *text); /* to A1 of a sheet */
void pbr_cell_blank(pbr_row *row);
void pbr_cell_int(pbr_row *row, int64_t value);
void pbr_cell_money(pbr_row *row, int64_t pence); /* pounds in the cell */
void pbr_cell_money_styled(pbr_row *row, pbr_style style, int64_t pence);
void pbr_cell_ratio(pbr_row *row, const mpq_t value);
void pbr_cell_ratio_styled(pbr_row *row, pbr_style style, const mpq_t value);
void pbr_cell_ratio_if(pbr_row *row, bool has, const mpq_t value);
void pbr_cell_double(pbr_row *row, double value); /* a statistic */
void pbr_cell_date(pbr_row *row, pbr_date date);
/* A formula ("=...") with the engine's own result stored beside it. */
void pbr_cell_formula(pbr_row *row, pbr_style style, const char *formula, double result);
void pbr_cell_formula_text(pbr_row *row, pbr_style style, const char *formula, const char *result);
/* A formula that comes to pounds, in the column's style. */
void pbr_cell_money_formula(pbr_row *row, const char *formula, int64_t pence);
/* What the program gives where no formula of the workbook does, marked as such. */
void pbr_cell_given(pbr_row *row, pbr_style style, double value);
void pbr_cell_given_text(pbr_row *row, const char *text);
uint32_t
pbr_row_number(const pbr_row *row); /* from 0, for formulas that point into their own row */
/* Remembers a problem of the row, as pbr_book_fail does. */
void pbr_row_fail(pbr_row *row, const char *problem);

#endif
