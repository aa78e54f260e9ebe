/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The charts of whatif.xlsx, as plans: what is drawn is in cells of the workbook's tables. */
#ifndef PBR_REPORT_WHATIF_CHARTS_H
#define PBR_REPORT_WHATIF_CHARTS_H

#include "report/book.h"

/* How a series looks: shape, colour and dash tell it apart. */
typedef enum {
    PBR_LOOK_BETTER, /* marks alone */
    PBR_LOOK_NEITHER,
    PBR_LOOK_WORSE,
    PBR_LOOK_LIMIT_LOW, /* lines alone */
    PBR_LOOK_LIMIT_HIGH,
    PBR_LOOK_FIRST, /* lines with marks, one after the other */
    PBR_LOOK_LAST = PBR_LOOK_FIRST + 5,
    PBR_LOOK_PLAIN, /* lines without marks, in the same colours and dashes */
    PBR_LOOK_PLAIN_LAST = PBR_LOOK_PLAIN + 5,
    PBR_LOOK_BAND, /* a thin line that belongs to the one before it */
    PBR_LOOK_BAND_DOTTED,
    PBR_LOOK_BARS, /* filled */
    PBR_LOOK_BARS_HATCHED,
    PBR_LOOKS
} pbr_look;

enum { PBR_SERIES_MOST = 24 };

/* Cells of one column: rows from the table's first. */
typedef struct {
    const char *name; /* may not begin with "=" */
    const pbr_sheet *table;
    size_t x, y; /* columns */
    size_t first, count;
    pbr_look look;
    bool unnamed; /* not in the legend: another of the same look is */
} pbr_series;

typedef enum { PBR_DRAW_POINTS, PBR_DRAW_LINES, PBR_DRAW_BARS, PBR_DRAW_COLUMNS } pbr_draw;

typedef struct {
    pbr_draw kind;
    const char *alt;             /* the chart in words */
    const char *x_name, *y_name; /* of bars: x are the words, y the amounts */
    const char *x_format, *y_format;
    bool x_from_nought, y_share; /* y_share: from 0 to 1 */
    double x_log_from;           /* a power of ten from which x is logarithmic; 0: it is not */
    const pbr_series *series;
    size_t count;
} pbr_drawing;

/* A sheet of the workbook: a table, or a chart alone. Charts come after what they are drawn from.
 */
typedef struct {
    pbr_sheet sheet;
    const pbr_drawing *drawing; /* NULL: a table */
} pbr_book_page;

void pbr_book_page_add(pbr_book *book, const pbr_book_page *page);

#endif
