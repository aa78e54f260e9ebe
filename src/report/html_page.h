/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of a page that is read on a screen: headings, sentences, tables that scroll in themselves,
 * charts drawn once for a wide and once for a narrow screen. Texts are escaped here. */
#ifndef PBR_REPORT_HTML_PAGE_H
#define PBR_REPORT_HTML_PAGE_H

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
    const struct pbr_html_table *table; /* being written */
} pbr_html;

typedef struct {
    const char *header;
    bool number;
} pbr_html_column;

/* Columns, the first of which names the row; rows: how many there will be. */
typedef struct pbr_html_table {
    const char *caption;
    const pbr_html_column *columns;
    size_t columns_count, rows;
    bool open; /* though it is long */
} pbr_html_table;

void pbr_html_element(pbr_html *page, const char *element, const char *class, const char *text);
void pbr_html_heading(pbr_html *page, const char *id, const char *text); /* begins a section */
void pbr_html_section_end(pbr_html *page);
void pbr_html_say(pbr_html *page, const char *text); /* a paragraph */

/* Cells go into rows in the order of the columns; a row of a total stands apart. */
void pbr_html_table_begin(pbr_html *page, const pbr_html_table *table);
void pbr_html_row(pbr_html *page, bool total);
void pbr_html_cell(pbr_html *page, const char *text);
void pbr_html_table_end(pbr_html *page);

/* A figure: what draw draws of data, given a plan whose id and width are set and which says the
 * rest. */
typedef void (*pbr_html_draw)(const pbr_html *page, const void *data, pbr_svg_plan *plan);
void pbr_html_chart(pbr_html *page, const char *title, const char *description, const char *caption,
                    pbr_html_draw draw, const void *data);

/* "-£1,234.56"; the same with a plus sign, for differences; whole pounds, for what is simulated. */
const char *pbr_html_money(const pbr_html *page, int64_t pence);
const char *pbr_html_difference(const pbr_html *page, int64_t pence);
const char *pbr_html_pounds(const pbr_html *page, double pence);
const char *pbr_html_number(const pbr_html *page, double value, int decimals);
const char *pbr_html_count(const pbr_html *page, int64_t count);
const char *pbr_html_percent(const pbr_html *page, double share); /* "12.3%" of 0.123 */

extern const char pbr_html_style[];

#endif
