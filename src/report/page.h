/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a page that is read on a screen: headings, sentences, tables that scroll in themselves,
 * charts drawn once for a wide and once for a narrow screen. Texts are escaped here. */
#ifndef PBR_REPORT_PAGE_H
#define PBR_REPORT_PAGE_H

#include "base/mem.h"
#include "report/svg.h"

#include <stdint.h>
#include <stdio.h>

enum { PBR_ROWS_OPEN = 26 }; /* a table of more rows is folded */

typedef struct {
    FILE *out;
    pbr_arena *arena;
    const char *symbol; /* of the currency */
    unsigned tables, charts, column;
    const struct pbr_page_table *table; /* being written */
} pbr_page;

typedef struct {
    const char *header;
    bool number;
} pbr_page_column;

/* Columns, the first of which names the row; rows: how many there will be. */
typedef struct pbr_page_table {
    const char *caption;
    const pbr_page_column *columns;
    size_t columns_count, rows;
    bool open; /* though it is long */
} pbr_page_table;

void pbr_page_element(pbr_page *page, const char *element, const char *class, const char *text);
void pbr_page_heading(pbr_page *page, const char *id, const char *text); /* begins a section */
void pbr_page_section_end(pbr_page *page);
void pbr_page_say(pbr_page *page, const char *text); /* a paragraph */

/* Cells go into rows in the order of the columns; a row of a total stands apart. */
void pbr_page_table_begin(pbr_page *page, const pbr_page_table *table);
void pbr_page_row(pbr_page *page, bool total);
void pbr_page_cell(pbr_page *page, const char *text);
void pbr_page_table_end(pbr_page *page);

/* A figure: what draw draws of data, given a plan whose id and width are set and which says the
 * rest. */
typedef void (*pbr_page_draw)(const pbr_page *page, const void *data, pbr_svg_plan *plan);
void pbr_page_chart(pbr_page *page, const char *title, const char *description, const char *caption,
                    pbr_page_draw draw, const void *data);

/* "-£1,234.56"; the same with a plus sign, for differences; whole pounds, for what is simulated. */
const char *pbr_page_money(const pbr_page *page, int64_t pence);
const char *pbr_page_difference(const pbr_page *page, int64_t pence);
const char *pbr_page_pounds(const pbr_page *page, double pence);
const char *pbr_page_number(const pbr_page *page, double value, int decimals);
const char *pbr_page_count(const pbr_page *page, int64_t count);
const char *pbr_page_percent(const pbr_page *page, double share); /* "12.3%" of 0.123 */

extern const char pbr_page_style[];

#endif
