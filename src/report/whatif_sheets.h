/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets of whatif.xlsx. What they allocate belongs to the scope's arena. */
#ifndef PBR_REPORT_WHATIF_SHEETS_H
#define PBR_REPORT_WHATIF_SHEETS_H

#include "report/sheet_parts.h"
#include "report/whatif_charts.h"
#include "whatif/whatif.h"

enum {
    PBR_PAGES_MAX = 96,
    PBR_SHEET_ROWS_MOST = 20000 /* of a grid: more is for sweep.csv; a sheet holds 1,048,576 */
};

/* Pages are planned in order, and keep their places, since charts point at tables. */
typedef struct {
    const pbr_scope *scope; /* of the base: words, currency, arena */
    const pbr_whatif *whatif;
    bool two_sides;
    pbr_book_page pages[PBR_PAGES_MAX];
    size_t count;
} pbr_whatif_pages;

/* Adds a table; more pages than there is room for are left out. */
pbr_sheet *pbr_pages_table(pbr_whatif_pages *pages, const char *name, const char *table,
                           const char *title, const char *about, const pbr_book_column *columns,
                           size_t columns_count, size_t rows_count,
                           void (*fill)(pbr_row *, const void *, size_t), const void *context);
/* Adds a chart; the drawing is copied, its series are not. Its sheet is named "Chart NAME". */
void pbr_pages_chart(pbr_whatif_pages *pages, const char *name, const char *title,
                     const char *about, const pbr_drawing *drawing);

/* Each adds what was asked for: tables and the charts of them. */
void pbr_pages_compared(pbr_whatif_pages *pages); /* lines, payees, areas, terms, results */
void pbr_pages_funnel(pbr_whatif_pages *pages);   /* rates against limits by size */
void pbr_pages_sweep(pbr_whatif_pages *pages);
void pbr_pages_distances(pbr_whatif_pages *pages);  /* tornado, break-even */
void pbr_pages_simulation(pbr_whatif_pages *pages); /* effects, chances, every amount */
void pbr_pages_distribution(pbr_whatif_pages *pages);
void pbr_pages_power(pbr_whatif_pages *pages);

/* --- what they share --- */

/* Instead less base, of the two cells to the left: "=ROUND(C7-B7,2)". */
void pbr_cell_change(pbr_row *row, const pbr_whatif_pages *pages, size_t column, int64_t pence);
void pbr_cell_money_if(pbr_row *row, bool told, int64_t pence);
void pbr_cell_pounds(pbr_row *row, double pence); /* a simulated amount */
/* A decimal as it was written, else its text; NULL: blank. */
void pbr_cell_as_written(pbr_row *row, const char *text);
/* The cells of PBR_AREA_COLUMNS, cohort and line. */
void pbr_cells_result(pbr_row *row, const pbr_whatif_pages *pages, const pbr_result *result);
/* Number format and words of an axis of money that reaches so far: "£ million". */
typedef struct {
    const char *format, *words;
} pbr_money_axis;
pbr_money_axis pbr_money_axis_of(const pbr_whatif_pages *pages, const char *what, double pence);
const pbr_contract *pbr_pages_contract(const pbr_whatif_pages *pages); /* of the side asked */

#endif
