/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The grid of a sweep: a row a point, a column for each term that is varied. */
#include "report/whatif_sheets.h"
#include "report/whatif_words.h"
#include "report/words.h"

#include <math.h>
#include <string.h>
#include <strings.h>

enum { SERIES_MOST = 6, CHART_AXES_MOST = 2, POINTS_MIN = 2, WIDTH_LEAST = 12, WIDTH_MOST = 40 };

static const pbr_book_column POINT = PBR_COLUMN("Point", 8, INTEGER);
static const pbr_book_column OUTCOME[] = {
    PBR_COLUMN("Due (£)", 17, MONEY),     PBR_COLUMN("Less as settled (£)", 17, MONEY),
    PBR_COLUMN("Better", 8, INTEGER),     PBR_COLUMN("Neither", 8, INTEGER),
    PBR_COLUMN("Worse", 8, INTEGER),      PBR_COLUMN("No result", 8, INTEGER),
    PBR_COLUMN("Terminate", 10, INTEGER),
};
static const pbr_book_column WHY = PBR_COLUMN("Why there is no figure", 40, TEXT);
enum { DUE, CHANGE, VERDICTS, OUTCOMES = sizeof OUTCOME / sizeof *OUTCOME };

typedef struct {
    const pbr_whatif_pages *pages;
    const pbr_sweep *sweep;
    pbr_book_column *columns;
    size_t columns_count, rows, parts; /* parts: payees or areas that have a column */
    bool why;                          /* has a point no figure? */
} sweep_sheet;

static size_t rows_of(const pbr_sweep *sweep)
{
    return sweep->points_count < PBR_SHEET_ROWS_MOST ? sweep->points_count : PBR_SHEET_ROWS_MOST;
}

/* Headers of a table must differ, in capitals too. */
static const char *unique(const sweep_sheet *s, const char *header)
{
    for (size_t i = 0; i < s->columns_count; i++)
        if (strcasecmp(s->columns[i].header, header) == 0)
            return pbr_arena_printf(s->pages->scope->arena, "%s (%zu)", header, s->columns_count);
    return header;
}

static void add_column(sweep_sheet *s, pbr_book_column column)
{
    column.header = unique(s, column.header);
    s->columns[s->columns_count++] = column;
}

static sweep_sheet *begin_sheet(const pbr_whatif_pages *pages)
{
    const pbr_sweep *sweep = pages->whatif->sweep;
    sweep_sheet *s = pbr_arena_alloc(pages->scope->arena, sizeof *s);
    *s = (sweep_sheet){.pages = pages, .sweep = sweep, .rows = rows_of(sweep)};
    for (size_t i = 0; i < s->rows; i++) s->why |= sweep->points[i].not_told != NULL;
    size_t room = 1 + sweep->axes_count + OUTCOMES + PBR_COLUMNS_MAX;
    s->columns = pbr_arena_alloc(pages->scope->arena, room * sizeof *s->columns);
    add_column(s, POINT);
    for (size_t i = 0; i < sweep->axes_count; i++) {
        const char *name = pbr_axis_name(pages->whatif, i, pages->scope->arena);
        double width = fmin(fmax((double)strlen(name) + 2, WIDTH_LEAST), WIDTH_MOST);
        add_column(s, (pbr_book_column)PBR_COLUMN(name, width, VALUE));
    }
    return s;
}

/* A column of money for each of count names, as many as a table takes. */
static void add_parts(sweep_sheet *s, size_t count,
                      const char *(*name)(const sweep_sheet *, size_t))
{
    for (size_t i = 0; i < count && s->columns_count + 1 < PBR_COLUMNS_MAX; i++) {
        const char *header = pbr_arena_printf(s->pages->scope->arena, "%s (£)", name(s, i));
        add_column(s, (pbr_book_column)PBR_COLUMN(header, 16, MONEY));
        s->parts++;
    }
}

static const char *payee_name(const sweep_sheet *s, size_t payee)
{
    return s->sweep->payees.names[payee];
}

static const char *area_name(const sweep_sheet *s, size_t area)
{
    return pbr_pages_contract(s->pages)->areas[area].code;
}

static void point_cells(pbr_row *row, const sweep_sheet *s, size_t index)
{
    pbr_cell_int(row, (int64_t)index + 1);
    for (size_t i = 0; i < s->sweep->axes_count; i++)
        pbr_cell_as_written(row, pbr_sweep_value(s->sweep, index, i));
}

static void part_cells(pbr_row *row, const sweep_sheet *s, const pbr_point *point,
                       const int64_t *pence)
{
    for (size_t i = 0; i < s->parts; i++)
        pbr_cell_money_if(row, !point->not_told, point->not_told ? 0 : pence[i]);
}

static void fill_sweep(pbr_row *row, const void *context, size_t index)
{
    const sweep_sheet *s = context;
    const pbr_point *point = &s->sweep->points[index];
    const pbr_totals *totals = &point->totals;
    bool told = !point->not_told;
    point_cells(row, s, index);
    pbr_cell_money_if(row, told, totals->total_pence);
    pbr_cell_money_if(row, told,
                      totals->total_pence - s->pages->whatif->asked.settlement->due_pence);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        if (told)
            pbr_cell_int(row, (int64_t)totals->verdicts[verdict]);
        else
            pbr_cell_blank(row);
    if (told)
        pbr_cell_int(row, (int64_t)totals->terminate);
    else
        pbr_cell_blank(row);
    part_cells(row, s, point, totals->payee_pence);
    if (s->why) pbr_cell_text(row, point->not_told);
}

static void fill_areas(pbr_row *row, const void *context, size_t index)
{
    const sweep_sheet *s = context;
    point_cells(row, s, index);
    part_cells(row, s, &s->sweep->points[index], s->sweep->points[index].totals.area_pence);
}

static const char *about_words(const sweep_sheet *s)
{
    pbr_arena *arena = s->pages->scope->arena;
    const char *words = "Every combination of the values; the last term moves fastest. Money is "
                        "what is due in all, and to each payee. " PBR_BLANKS;
    if (s->sweep->unchanged != PBR_NONE)
        words = pbr_arena_printf(arena, "%s Point %zu changes nothing.", words,
                                 s->sweep->unchanged + 1);
    if (s->rows < s->sweep->points_count)
        words = pbr_arena_printf(arena,
                                 "%s The first %zu of %zu points are shown; all of them are in "
                                 "sweep.csv.",
                                 words, s->rows, s->sweep->points_count);
    return words;
}

/* --- the chart --- */

static bool is_number(const char *text)
{
    enum { DECIMALS = 15 };
    mpq_t value;
    mpq_init(value);
    bool number = pbr_decimal_parse(value, text, strlen(text), DECIMALS);
    mpq_clear(value);
    return number;
}

static bool has_numbers(const pbr_axis *axis)
{
    for (size_t i = 0; i < axis->count; i++)
        if (!is_number(axis->values[i])) return false;
    return true;
}

/* A line for each value of the first of two terms, whose rows stand together. */
static size_t make_series(const sweep_sheet *s, const pbr_sheet *table, pbr_series *series)
{
    const pbr_sweep *sweep = s->sweep;
    size_t last = sweep->axes_count - 1, along = sweep->axes[last].count;
    size_t count = last ? sweep->axes[0].count : 1;
    for (size_t i = 0; i < count; i++)
        series[i] = (pbr_series){.name = last ? pbr_arena_printf(s->pages->scope->arena, "at %s",
                                                                 sweep->axes[0].values[i])
                                              : "Due in all",
                                 .table = table,
                                 .x = 1 + last,
                                 .y = 1 + sweep->axes_count + DUE,
                                 .first = i * along,
                                 .count = along,
                                 .look = (pbr_look)(PBR_LOOK_FIRST + (int)i)};
    return count;
}

static double largest_total(const pbr_sweep *sweep)
{
    double most = 0;
    for (size_t i = 0; i < sweep->points_count; i++) {
        double total = fabs((double)sweep->points[i].totals.total_pence);
        if (!sweep->points[i].not_told && total > most) most = total;
    }
    return most;
}

static bool worth_drawing(const sweep_sheet *s)
{
    const pbr_sweep *sweep = s->sweep;
    if (!sweep->axes_count || sweep->axes_count > CHART_AXES_MOST) return false;
    if (sweep->axes_count == CHART_AXES_MOST && sweep->axes[0].count > SERIES_MOST) return false;
    return sweep->axes[sweep->axes_count - 1].count >= POINTS_MIN && s->rows == sweep->points_count;
}

static void add_chart(pbr_whatif_pages *pages, const sweep_sheet *s, const pbr_sheet *table)
{
    if (!worth_drawing(s)) return;
    const pbr_sweep *sweep = s->sweep;
    pbr_arena *arena = pages->scope->arena;
    size_t last = sweep->axes_count - 1;
    pbr_series *series = pbr_arena_alloc(arena, SERIES_MOST * sizeof *series);
    pbr_money_axis money = pbr_money_axis_of(pages, "Due in all", largest_total(sweep));
    const char *term = pbr_axis_name(pages->whatif, last, arena);
    pbr_drawing drawing = {
        .kind = has_numbers(&sweep->axes[last]) ? PBR_DRAW_POINTS : PBR_DRAW_LINES,
        .alt = pbr_arena_printf(arena,
                                "What is due in all as %s moves. The figures are on the "
                                "sheet Sweep.",
                                term),
        .x_name = term,
        .y_name = money.words,
        .y_format = money.format,
        .series = series,
        .count = make_series(s, table, series),
    };
    pbr_pages_chart(pages, "sweep",
                    last ? pbr_arena_printf(arena, "What is due, by %s and %s",
                                            pbr_axis_name(pages->whatif, 0, arena), term)
                         : pbr_arena_printf(arena, "What is due, by %s", term),
                    last ? pbr_arena_printf(arena, "A line for each value of %s.",
                                            pbr_axis_name(pages->whatif, 0, arena))
                         : "Each mark is a settlement of its own.",
                    &drawing);
}

void pbr_pages_sweep(pbr_whatif_pages *pages)
{
    sweep_sheet *totals = begin_sheet(pages), *areas = begin_sheet(pages);
    for (size_t i = 0; i < OUTCOMES; i++) add_column(totals, OUTCOME[i]);
    add_parts(totals, totals->sweep->payees.count, payee_name);
    if (totals->why) add_column(totals, WHY);
    add_parts(areas, pbr_pages_contract(pages)->areas_count, area_name);
    const pbr_sheet *table = pbr_pages_table(
        pages, "Sweep", "sweep", "What is due at each point of the grid", about_words(totals),
        totals->columns, totals->columns_count, totals->rows, fill_sweep, totals);
    add_chart(pages, totals, table);
    pbr_pages_table(pages, "Sweep by area", "sweep_by_area",
                    "What is due for each area at each point of the grid",
                    "Points as on the sheet Sweep. " PBR_BLANKS, areas->columns,
                    areas->columns_count, areas->rows, fill_areas, areas);
}
