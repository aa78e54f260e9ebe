/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_charts.h"

#include "report/chart.h"

#include <string.h>
#include <xlsxwriter.h>

static const struct {
    lxw_color_t colour;
    uint8_t marker, size, dash;
    bool line;
    float width;
} LOOKS[PBR_LOOKS] = {
    [PBR_LOOK_BETTER] = {0x1F6F3D, LXW_CHART_MARKER_DIAMOND, 8, 0, false, 0},
    [PBR_LOOK_NEITHER] = {0x5F5F5F, LXW_CHART_MARKER_CIRCLE, 7, 0, false, 0},
    [PBR_LOOK_WORSE] = {0xA33B00, LXW_CHART_MARKER_SQUARE, 7, 0, false, 0},
    [PBR_LOOK_LIMIT_LOW] = {0x1F6F3D, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_DASH, true,
                            1.5F},
    [PBR_LOOK_LIMIT_HIGH] = {0xA33B00, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_SOLID, true,
                             1.5F},
    [PBR_LOOK_FIRST] = {0x1F4E79, LXW_CHART_MARKER_CIRCLE, 7, LXW_CHART_LINE_DASH_SOLID, true, 2},
    {0xA33B00, LXW_CHART_MARKER_SQUARE, 7, LXW_CHART_LINE_DASH_DASH, true, 2},
    {0x1F6F3D, LXW_CHART_MARKER_DIAMOND, 8, LXW_CHART_LINE_DASH_ROUND_DOT, true, 2},
    {0x6A3D9A, LXW_CHART_MARKER_TRIANGLE, 8, LXW_CHART_LINE_DASH_LONG_DASH, true, 2},
    {0x5F5F5F, LXW_CHART_MARKER_X, 8, LXW_CHART_LINE_DASH_DASH_DOT, true, 2},
    {0x8C6D00, LXW_CHART_MARKER_STAR, 8, LXW_CHART_LINE_DASH_LONG_DASH_DOT, true, 2},
    [PBR_LOOK_PLAIN] = {0x1F4E79, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_SOLID, true, 2},
    {0xA33B00, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_DASH, true, 2},
    {0x1F6F3D, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_ROUND_DOT, true, 2},
    {0x6A3D9A, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_LONG_DASH, true, 2},
    {0x5F5F5F, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_DASH_DOT, true, 2},
    {0x8C6D00, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_LONG_DASH_DOT, true, 2},
    [PBR_LOOK_BAND] = {0x1F4E79, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_DASH, true, 1.25F},
    [PBR_LOOK_BAND_DOTTED] = {0xA33B00, LXW_CHART_MARKER_NONE, 0, LXW_CHART_LINE_DASH_ROUND_DOT,
                              true, 1.25F},
    [PBR_LOOK_BARS] = {0x1F4E79, LXW_CHART_MARKER_NONE, 0, 0, false, 0},
    [PBR_LOOK_BARS_HATCHED] = {0xC55A11, LXW_CHART_MARKER_NONE, 0, 0, false, 0},
};

static const struct {
    uint8_t type;
    bool filled;
} KINDS[] = {
    [PBR_DRAW_POINTS] = {LXW_CHART_SCATTER_STRAIGHT_WITH_MARKERS, false},
    [PBR_DRAW_LINES] = {LXW_CHART_LINE, false},
    [PBR_DRAW_BARS] = {LXW_CHART_BAR, true},
    [PBR_DRAW_COLUMNS] = {LXW_CHART_COLUMN, true},
};

enum { BAR_OVERLAP = 100, BAR_GAP = 40, COLUMN_OVERLAP = 0, COLUMN_GAP = 20, TITLE_SIZE = 12 };

static void set_values(lxw_chart_series *series, const pbr_series *from)
{
    uint32_t first = pbr_sheet_span(from->table).first + (uint32_t)from->first;
    uint32_t last = first + (uint32_t)from->count - 1;
    chart_series_set_categories(series, from->table->name, first, (lxw_col_t)from->x, last,
                                (lxw_col_t)from->x);
    chart_series_set_values(series, from->table->name, first, (lxw_col_t)from->y, last,
                            (lxw_col_t)from->y);
}

static void set_fill(lxw_chart_series *series, pbr_look look)
{
    lxw_chart_fill fill = {.color = LOOKS[look].colour};
    lxw_chart_line edge = {.color = LOOKS[look].colour, .width = 1};
    lxw_chart_pattern pattern = {.fg_color = LOOKS[look].colour,
                                 .bg_color = LXW_COLOR_WHITE,
                                 .type = LXW_CHART_PATTERN_WIDE_UPWARD_DIAGONAL};
    chart_series_set_line(series, &edge);
    if (look == PBR_LOOK_BARS_HATCHED)
        chart_series_set_pattern(series, &pattern);
    else
        chart_series_set_fill(series, &fill);
}

static void set_line(lxw_chart_series *series, pbr_look look)
{
    lxw_chart_line edge = {.color = LOOKS[look].colour};
    lxw_chart_fill fill = {.color = LOOKS[look].colour};
    lxw_chart_line line = {.none = !LOOKS[look].line,
                           .color = LOOKS[look].colour,
                           .width = LOOKS[look].width,
                           .dash_type = LOOKS[look].dash};
    chart_series_set_line(series, &line);
    chart_series_set_marker_type(series, LOOKS[look].marker);
    if (LOOKS[look].marker == LXW_CHART_MARKER_NONE) return;
    chart_series_set_marker_size(series, LOOKS[look].size);
    chart_series_set_marker_line(series, &edge);
    chart_series_set_marker_fill(series, &fill);
}

static void add_series(lxw_chart *chart, const pbr_series *from, bool filled)
{
    lxw_chart_series *series = chart_add_series(chart, NULL, NULL);
    set_values(series, from);
    chart_series_set_name(series, from->name);
    if (filled)
        set_fill(series, from->look);
    else
        set_line(series, from->look);
}

static void set_axis(lxw_chart_axis *axis, const char *name, const char *format)
{
    lxw_chart_line grid = {.color = 0xD9D9D9, .width = 0.5F};
    chart_axis_set_name(axis, name);
    if (format) chart_axis_set_num_format(axis, format);
    chart_axis_major_gridlines_set_visible(axis, LXW_TRUE);
    chart_axis_major_gridlines_set_line(axis, &grid);
    /* beside the plot, also where nought lies inside it */
    chart_axis_set_label_position(axis, LXW_CHART_AXIS_LABEL_POSITION_LOW);
}

static void set_axes(lxw_chart *chart, const pbr_drawing *drawing)
{
    bool bars = drawing->kind == PBR_DRAW_BARS; /* their words stand on the upright axis */
    set_axis(chart->x_axis, bars ? drawing->y_name : drawing->x_name,
             bars ? drawing->y_format : drawing->x_format);
    set_axis(chart->y_axis, bars ? drawing->x_name : drawing->y_name,
             bars ? drawing->x_format : drawing->y_format);
    if (bars) {
        chart_axis_set_reverse(chart->y_axis); /* the first row on top, the amounts below */
        chart_axis_set_crossing_max(chart->y_axis);
        chart_axis_set_label_position(chart->x_axis, LXW_CHART_AXIS_LABEL_POSITION_NEXT_TO);
        chart_axis_major_gridlines_set_visible(chart->y_axis, LXW_FALSE);
        chart_set_series_overlap(chart, BAR_OVERLAP);
        chart_set_series_gap(chart, BAR_GAP);
    } else if (drawing->kind == PBR_DRAW_COLUMNS) {
        chart_set_series_overlap(chart, COLUMN_OVERLAP);
        chart_set_series_gap(chart, COLUMN_GAP);
    }
    if (drawing->x_from_nought) chart_axis_set_min(chart->x_axis, 0);
    if (drawing->x_log_from > 0) {
        chart_axis_set_log_base(chart->x_axis, 10);
        chart_axis_set_min(chart->x_axis, drawing->x_log_from);
    }
    if (!drawing->y_share) return;
    chart_axis_set_min(chart->y_axis, 0);
    chart_axis_set_max(chart->y_axis, 1);
}

static void set_legend(lxw_chart *chart, const pbr_drawing *drawing)
{
    int16_t left_out[PBR_SERIES_MOST + 1];
    size_t count = 0;
    for (size_t i = 0; i < drawing->count && i < PBR_SERIES_MOST; i++)
        if (drawing->series[i].unnamed) left_out[count++] = (int16_t)i;
    left_out[count] = -1;
    if (count) chart_legend_delete_series(chart, left_out);
    chart_legend_set_position(chart,
                              drawing->count > 1 ? LXW_CHART_LEGEND_BOTTOM : LXW_CHART_LEGEND_NONE);
}

static lxw_chart *draw(pbr_book *book, const pbr_book_page *page)
{
    const pbr_drawing *drawing = page->drawing;
    lxw_chart *chart = workbook_add_chart(pbr_book_inside(book), KINDS[drawing->kind].type);
    lxw_chart_font font = {.size = TITLE_SIZE, .bold = LXW_TRUE};
    for (size_t i = 0; i < drawing->count; i++)
        add_series(chart, &drawing->series[i], KINDS[drawing->kind].filled);
    set_axes(chart, drawing);
    chart_title_set_name(chart, page->sheet.title);
    chart_title_set_name_font(chart, &font);
    set_legend(chart, drawing);
    return chart;
}

void pbr_book_page_add(pbr_book *book, const pbr_book_page *page)
{
    lxw_worksheet *worksheet = pbr_book_add(book, &page->sheet);
    if (worksheet && page->drawing)
        pbr_chart_insert(book, worksheet, &page->sheet, draw(book, page), page->drawing->alt);
}
