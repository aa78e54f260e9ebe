/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of one line and cohort: each area's adjusted rate against its limits and baseline, drawn
 * from the Results sheet, whose rows stand by cohort, line and area. */
#ifndef PBR_REPORT_CHART_H
#define PBR_REPORT_CHART_H

#include "report/book.h"
#include "report/scope.h"

struct lxw_chart;

typedef struct {
    pbr_sheet sheet;     /* without a table */
    size_t first, count; /* of scope->results */
    const char *alt;     /* the chart in words */
} pbr_chart;

/* One chart for each line and cohort with rates of two areas or more, of the latest cohorts where
 * there are many; owned by the scope's arena. */
size_t pbr_charts(const pbr_scope *scope, const pbr_chart **charts);
/* Adds the chart's sheet; results is the Results sheet of the same workbook. */
void pbr_chart_add(pbr_book *book, const pbr_scope *scope, const pbr_chart *chart,
                   const pbr_sheet *results);

/* Puts a drawing of libxlsxwriter on a sheet that was added to the book, below its sentences; alt
 * is the chart in words. */
void pbr_chart_insert(pbr_book *book, struct lxw_worksheet *worksheet, const pbr_sheet *sheet,
                      struct lxw_chart *drawing, const char *alt);

#endif
