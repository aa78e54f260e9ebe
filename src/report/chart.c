/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/chart.h"

#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <math.h>
#include <string.h>
#include <xlsxwriter.h>

enum { SHEET_NAME_BYTES = 31, WIDTH_PIXELS = 1100, HEIGHT_PIXELS = 620 };
enum { DEFAULT_WIDTH_PIXELS = 480, DEFAULT_HEIGHT_PIXELS = 288 };
enum { AREAS_MIN = 2 };    /* one area's rate needs no picture */
enum { CHARTS_MOST = 24 }; /* of the latest cohorts; more would bury the other sheets */

static const pbr_result *result_at(const pbr_scope *scope, size_t index)
{
    return scope->results.at[index];
}

/* --- which charts --- */

static bool same_group(const pbr_result *a, const pbr_result *b)
{
    return a->cohort == b->cohort && strcmp(a->line->id, b->line->id) == 0;
}

static size_t group_end(const pbr_scope *scope, size_t first)
{
    size_t end = first + 1;
    while (end < scope->results.count && same_group(result_at(scope, first), result_at(scope, end)))
        end++;
    return end;
}

static bool worth_drawing(const pbr_scope *scope, size_t first, size_t end)
{
    size_t rates = 0;
    for (size_t i = first; i < end; i++) rates += result_at(scope, i)->has_rate;
    return rates >= AREAS_MIN;
}

/* Sheet names are short and lack some characters; the number keeps them apart. */
static const char *sheet_name(const pbr_scope *scope, const pbr_result *result, size_t number)
{
    char *name = pbr_arena_printf(scope->arena, "Chart %zu %s %s", number, result->line->id,
                                  scope->contract->cohorts[result->cohort].name);
    for (char *at = name; *at; at++)
        if (strchr("[]:*?/\\'", *at)) *at = '-';
    if (strlen(name) > SHEET_NAME_BYTES) {
        size_t end = SHEET_NAME_BYTES;
        while (((unsigned char)name[end] & 0xC0) == 0x80) end--;
        name[end] = '\0';
    }
    return name;
}

static const char *alt_text(const pbr_scope *scope, size_t first, size_t end)
{
    int counts[PBR_NO_RESULT + 1] = {0};
    for (size_t i = first; i < end; i++) counts[result_at(scope, i)->verdict]++;
    bool limits = pbr_result_has_limits(result_at(scope, first));
    return pbr_arena_printf(scope->arena,
                            "For each of %zu areas, the adjusted rate%s, with the baseline. %d "
                            "better, %d neither, %d worse, %d without result. The figures are on "
                            "the sheet Results.",
                            end - first, limits ? " and its lower and upper limits" : "",
                            counts[PBR_BETTER], counts[PBR_NEITHER], counts[PBR_WORSE],
                            counts[PBR_NO_RESULT]);
}

/* How a picture is read depends on where the limits stand. */
static const char *reading(const pbr_result *result)
{
    if (!pbr_result_has_limits(result))
        return "An area's round marker below the line of baselines is a fall, one above it a rise; "
               "between two areas the line means nothing. Whether the change is enough is on the "
               "sheet Results. The scale need not begin at nought.";
    if (result->around_cohort)
        return "Limits stand around each area's own rate: a baseline above both is a better "
               "result, one below both a worse, one between them neither; between two areas the "
               "lines mean nothing. The scale need not begin at nought. The figures are on the "
               "sheet Results.";
    return "An area's round marker below the line of lower limits is a better result, one above "
           "the line of upper limits a worse, one between them neither; between two areas the "
           "lines mean nothing. The scale need not begin at nought. The figures are on the sheet "
           "Results.";
}

static pbr_chart make_chart(const pbr_scope *scope, size_t first, size_t end, size_t number)
{
    const pbr_result *result = result_at(scope, first);
    /* a chart's title that began with "=" would be a formula, so it begins with our own words */
    bool adjusts = result->metric->adjust != PBR_NO_ADJUSTMENT;
    const char *title = pbr_arena_printf(scope->arena, "%s against its %s: %s, %s",
                                         adjusts ? "Adjusted rate" : "Rate",
                                         pbr_result_has_limits(result) ? "limits" : "baseline",
                                         pbr_or(result->line->title, result->line->id),
                                         scope->contract->cohorts[result->cohort].name);
    pbr_chart chart = {.first = first, .count = end - first, .alt = alt_text(scope, first, end)};
    chart.sheet = pbr_sheet_plan(scope, sheet_name(scope, result, number), NULL, title,
                                 reading(result), NULL, 0, 0, NULL);
    return chart;
}

/* Begins of the groups worth drawing, in order. */
static size_t find_groups(const pbr_scope *scope, size_t *firsts)
{
    size_t count = 0;
    for (size_t first = 0, end; first < scope->results.count; first = end) {
        end = group_end(scope, first);
        if (worth_drawing(scope, first, end)) firsts[count++] = first;
    }
    return count;
}

size_t pbr_charts(const pbr_scope *scope, const pbr_chart **charts)
{
    size_t *firsts = pbr_arena_alloc(scope->arena, (scope->results.count + 1) * sizeof *firsts);
    size_t found = find_groups(scope, firsts);
    size_t count = found > CHARTS_MOST ? CHARTS_MOST : found;
    pbr_chart *list = pbr_arena_alloc(scope->arena, (count + 1) * sizeof *list);
    for (size_t i = 0; i < count; i++) {
        size_t first = firsts[found - count + i];
        list[i] = make_chart(scope, first, group_end(scope, first), i + 1);
    }
    *charts = list;
    return count;
}

/* --- drawing --- */

/* Shape, colour, dash and header tell the series apart. A line leads the eye along each limit; it
 * means nothing between two areas, as the sheet says. Spreadsheet programs differ in the bars they
 * draw between series, but all of them draw lines and markers. */
static const struct {
    const char *header;
    uint8_t marker, size, dash;
    lxw_color_t colour;
    bool line, limit;
} SERIES[] = {
    {PBR_HEADER_UPPER, LXW_CHART_MARKER_SQUARE, 5, LXW_CHART_LINE_DASH_SOLID, 0xC55A11, true, true},
    {PBR_HEADER_BASELINE, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_DASH, 0x7F7F7F, true,
     false},
    {PBR_HEADER_LOWER, LXW_CHART_MARKER_TRIANGLE, 6, LXW_CHART_LINE_DASH_SOLID, 0x548235, true,
     true},
    {PBR_HEADER_ADJUSTED, LXW_CHART_MARKER_CIRCLE, 9, LXW_CHART_LINE_DASH_SOLID, 0x1F4E79, false,
     false},
};

/* The rates' axis by kind of metric. */
static const struct {
    const char *name, *format;
    double step;
} AXES[] = {
    [PBR_RATE] = {"Persons who reoffended, percent", "0", 5},
    [PBR_EVENTS_PER_REOFFENDER] = {"Reoffences per reoffender", "0.0", 0.5},
    [PBR_EVENTS_PER_100] = {"Events per 100 persons", "0", 10},
    [PBR_DAYS_PER_PERSON] = {"Days per person", "0", 5},
    [PBR_EXPECTED_RATIO] = {"Persons with an event over those expected", "0.0", 0.1},
};

static const char *column_range(const pbr_scope *scope, const pbr_chart *chart,
                                const pbr_sheet *results, const char *header)
{
    char first[PBR_CELL_TEXT], last[PBR_CELL_TEXT];
    size_t column = pbr_sheet_column(results, header);
    uint32_t row = pbr_sheet_span(results).first + (uint32_t)chart->first;
    pbr_sheet_cell(first, results, row, column);
    pbr_sheet_cell(last, results, row + (uint32_t)chart->count - 1, column);
    return pbr_arena_printf(scope->arena, "=%s:%s", first, strchr(last, '!') + 1);
}

static void add_series(lxw_chart *drawing, const pbr_scope *scope, const pbr_chart *chart,
                       const pbr_sheet *results, size_t index)
{
    lxw_chart_line edge = {.color = SERIES[index].colour};
    lxw_chart_line line = {.none = !SERIES[index].line,
                           .color = SERIES[index].colour,
                           .width = 1,
                           .dash_type = SERIES[index].dash};
    lxw_chart_fill fill = {.color = SERIES[index].colour};
    lxw_chart_series *series =
        chart_add_series(drawing, column_range(scope, chart, results, PBR_HEADER_AREA_CODE),
                         column_range(scope, chart, results, SERIES[index].header));
    chart_series_set_name(series, SERIES[index].header);
    chart_series_set_line(series, &line);
    chart_series_set_marker_type(series, SERIES[index].marker);
    chart_series_set_marker_size(series, SERIES[index].size);
    chart_series_set_marker_line(series, &edge);
    chart_series_set_marker_fill(series, &fill);
}

static void widen(double *low, double *high, double value)
{
    if (value < *low) *low = value;
    if (value > *high) *high = value;
}

static void set_axes(lxw_chart *drawing, const pbr_scope *scope, const pbr_chart *chart)
{
    double low = INFINITY, high = 0;
    for (size_t i = chart->first; i < chart->first + chart->count; i++) {
        const pbr_result *result = result_at(scope, i);
        if (result->has_rate) widen(&low, &high, pbr_ratio_double(result->adjusted));
        if (result->baseline) widen(&low, &high, pbr_ratio_double(result->baseline->rate));
        if (result->verdict == PBR_NO_RESULT) continue;
        widen(&low, &high, pbr_ratio_double(result->lower));
        widen(&low, &high, pbr_ratio_double(result->upper));
    }
    pbr_metric_kind kind = result_at(scope, chart->first)->metric->kind;
    double step = AXES[kind].step; /* the axis begins and ends on a whole step */
    chart_axis_set_min(drawing->y_axis, floor((low - step / 10) / step) * step);
    chart_axis_set_max(drawing->y_axis, ceil((high + step / 10) / step) * step);
    lxw_chart_line grid = {.color = 0xD9D9D9, .width = 0.5F};
    chart_axis_major_gridlines_set_line(drawing->y_axis, &grid);
    chart_axis_set_num_format(drawing->y_axis, AXES[kind].format);
    chart_axis_set_name(drawing->y_axis, AXES[kind].name);
    chart_axis_major_gridlines_set_visible(drawing->x_axis, LXW_TRUE);
    chart_axis_major_gridlines_set_line(drawing->x_axis, &grid);
    chart_axis_set_name(drawing->x_axis, "Area code");
}

static lxw_chart *draw(pbr_book *book, const pbr_scope *scope, const pbr_chart *chart,
                       const pbr_sheet *results)
{
    lxw_chart *drawing = workbook_add_chart(pbr_book_inside(book), LXW_CHART_LINE);
    bool limits = pbr_result_has_limits(result_at(scope, chart->first));
    for (size_t i = 0; i < sizeof SERIES / sizeof *SERIES; i++)
        if (limits || !SERIES[i].limit) add_series(drawing, scope, chart, results, i);
    set_axes(drawing, scope, chart);
    lxw_chart_font font = {.size = 12, .bold = LXW_TRUE};
    chart_title_set_name(drawing, chart->sheet.title);
    chart_title_set_name_font(drawing, &font);
    chart_legend_set_position(drawing, LXW_CHART_LEGEND_BOTTOM);
    return drawing;
}

void pbr_chart_insert(pbr_book *book, lxw_worksheet *worksheet, const pbr_sheet *sheet,
                      lxw_chart *drawing, const char *alt)
{
    lxw_chart_options options = {
        .x_scale = (double)WIDTH_PIXELS / DEFAULT_WIDTH_PIXELS,
        .y_scale = (double)HEIGHT_PIXELS / DEFAULT_HEIGHT_PIXELS,
        .description = (char *)alt,
    };
    if (worksheet_insert_chart_opt(worksheet, pbr_sheet_span(sheet).first, 0, drawing, &options) !=
        LXW_NO_ERROR)
        pbr_book_fail(book, sheet->name, "the chart cannot be inserted");
}

void pbr_chart_add(pbr_book *book, const pbr_scope *scope, const pbr_chart *chart,
                   const pbr_sheet *results)
{
    lxw_worksheet *worksheet = pbr_book_add(book, &chart->sheet);
    if (worksheet)
        pbr_chart_insert(book, worksheet, &chart->sheet, draw(book, scope, chart, results),
                         chart->alt);
}
