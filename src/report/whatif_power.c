/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a cohort must be before a fall is seen: by area, and by size for each line. */
#include "report/whatif_sheets.h"
#include "report/whatif_words.h"
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

/* --- by area --- */

static const pbr_book_column POWER[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("True fall", 8, VALUE),
    PBR_COLUMN("Cases", 10, INTEGER),
    PBR_COLUMN("Chance of better", 9, SHARE),
    PBR_COLUMN("Chance of worse", 9, SHARE),
    PBR_COLUMN("Chance of a payment", 9, SHARE),
    PBR_COLUMN("Cases needed", 10, INTEGER),
    PBR_COLUMN("Cases needed, by the closed form", 13, UNITS),
    PBR_COLUMN("How", 10, TEXT),
};

static void chance_cell(pbr_row *row, double chance)
{
    if (chance >= 0 && chance <= 1)
        pbr_cell_double(row, chance);
    else
        pbr_cell_blank(row);
}

static void fill_power(pbr_row *row, const void *context, size_t index)
{
    const pbr_whatif_pages *pages = context;
    const pbr_power_row *power = &pages->whatif->power->rows[index];
    pbr_cells_result(row, pages, power->result);
    pbr_cell_as_written(row, power->fall);
    pbr_cell_int(row, power->result->cases);
    chance_cell(row, power->chance);
    chance_cell(row, power->chance_worse);
    chance_cell(row, power->paid);
    if (power->needed)
        pbr_cell_int(row, power->needed);
    else
        pbr_cell_styled(row, PBR_STYLE_INTEGER, "none found");
    if (power->needed_normal > 0)
        pbr_cell_double(row, power->needed_normal);
    else
        pbr_cell_blank(row);
    pbr_cell_text(row, pbr_power_how_text(power->how));
}

static const char *about_words(const pbr_whatif_pages *pages)
{
    const pbr_power *power = pages->whatif->power;
    const char *words = pbr_arena_printf(
        pages->scope->arena,
        "The chance that the contract's own test calls a cohort better, if its true rate lies so "
        "far below the baseline; and the smallest size from which on every size has a chance of %g "
        "or more. " PBR_BLANKS,
        power->wanted);
    for (size_t i = 0; i < power->notes_count; i++)
        words = pbr_arena_printf(pages->scope->arena, "%s %s", words, power->notes[i]);
    return words;
}

/* --- by size --- */

enum { LINE, RULES, FALL, SIZE, CHANCE, QUARTER, YEAR };

static const pbr_book_column CURVES[] = {
    PBR_COLUMN("Line", 27, LABEL),
    PBR_COLUMN("Rules", 16, TEXT),
    PBR_COLUMN("True fall", 9, VALUE),
    PBR_COLUMN("Cases", 10, INTEGER),
    PBR_COLUMN("Chance of better", 10, SHARE),
    PBR_COLUMN("At the median quarter", 10, SHARE),
    PBR_COLUMN("At the median year", 10, SHARE),
};

/* A row of the sheet: a size of a curve, or one of the two marks after its sizes. */
struct curve_row {
    const pbr_power_curve *curve;
    int64_t size;
    double chance;
    int column; /* that holds the chance */
};

struct curves {
    struct curve_row *rows;
    size_t count;
};

static void fill_curve(pbr_row *row, const void *context, size_t index)
{
    const struct curve_row *item = &((const struct curves *)context)->rows[index];
    pbr_cell_text(row, pbr_line_title(item->curve->line));
    pbr_cell_text(row, item->curve->rules->name);
    pbr_cell_as_written(row, item->curve->fall);
    pbr_cell_int(row, item->size);
    for (int column = CHANCE; column <= YEAR; column++)
        if (column == item->column)
            chance_cell(row, item->chance);
        else
            pbr_cell_blank(row);
}

static size_t rows_of(const pbr_power_curve *curve)
{
    return curve->count + (curve->quarter > 0) + (curve->year > 0);
}

static struct curves *list_rows(const pbr_whatif_pages *pages)
{
    const pbr_power *power = pages->whatif->power;
    struct curves *curves = pbr_arena_alloc(pages->scope->arena, sizeof *curves);
    size_t room = 1;
    for (size_t i = 0; i < power->curves_count; i++) room += rows_of(&power->curves[i]);
    curves->rows = pbr_arena_alloc(pages->scope->arena, room * sizeof *curves->rows);
    for (size_t i = 0; i < power->curves_count; i++) {
        const pbr_power_curve *c = &power->curves[i];
        for (size_t k = 0; k < c->count; k++)
            curves->rows[curves->count++] =
                (struct curve_row){c, c->sizes[k], c->chances[k], CHANCE};
        if (c->quarter)
            curves->rows[curves->count++] =
                (struct curve_row){c, c->quarter, c->quarter_chance, QUARTER};
        if (c->year)
            curves->rows[curves->count++] = (struct curve_row){c, c->year, c->year_chance, YEAR};
    }
    return curves;
}

/* --- charts, one a line and version of the rules --- */

enum { FALLS_MOST = 6, SERIES_MOST = 3 * FALLS_MOST };
_Static_assert((int)SERIES_MOST <= (int)PBR_SERIES_MOST, "a chart has room for its series");

static bool same_chart(const pbr_power_curve *a, const pbr_power_curve *b)
{
    return strcmp(a->line->id, b->line->id) == 0 && strcmp(a->rules->name, b->rules->name) == 0;
}

/* The marks of all curves look alike, and those of the first are named. */
static size_t add_mark(pbr_series *series, const pbr_sheet *table, const pbr_power_curve *curve,
                       size_t row, bool year, bool unnamed)
{
    int64_t size = year ? curve->year : curve->quarter;
    if (!size) return 0;
    *series = (pbr_series){
        .name = year ? "Median year" : "Median quarter",
        .table = table,
        .x = SIZE,
        .y = year ? YEAR : QUARTER,
        .first = row,
        .count = 1,
        .look = year ? PBR_LOOK_WORSE : PBR_LOOK_BETTER,
        .unnamed = unnamed,
    };
    return 1;
}

static size_t add_curve(pbr_series *series, const pbr_whatif_pages *pages, const pbr_sheet *table,
                        const pbr_power_curve *curve, size_t row, size_t number)
{
    size_t count = 1;
    series[0] = (pbr_series){
        .name = pbr_arena_printf(pages->scope->arena, "Fall of %s", curve->fall),
        .table = table,
        .x = SIZE,
        .y = CHANCE,
        .first = row,
        .count = curve->count,
        .look = (pbr_look)(PBR_LOOK_PLAIN + (int)number),
    };
    count += add_mark(series + count, table, curve, row + curve->count, false, number > 0);
    count += add_mark(series + count, table, curve, row + curve->count + (curve->quarter > 0), true,
                      number > 0);
    return count;
}

static const char *size_words(const pbr_whatif_pages *pages, const pbr_power_curve *curve)
{
    const char *words = "At the mean of the areas' baselines.";
    if (curve->quarter)
        words = pbr_arena_printf(pages->scope->arena,
                                 "%s A diamond marks the median quarter, %" PRId64 " cases.", words,
                                 curve->quarter);
    if (curve->year)
        words = pbr_arena_printf(pages->scope->arena,
                                 "%s A square marks the median year, %" PRId64 " cases.", words,
                                 curve->year);
    return words;
}

/* The largest power of ten that no size of a chart lies below. */
static double axis_from(const pbr_power_curve *curves, size_t first, size_t end)
{
    int64_t least = INT64_MAX;
    double power = 1;
    for (size_t i = first; i < end; i++) {
        const int64_t sizes[] = {curves[i].count ? curves[i].sizes[0] : 0, curves[i].quarter,
                                 curves[i].year};
        for (size_t k = 0; k < sizeof sizes / sizeof *sizes; k++)
            if (sizes[k] > 0 && sizes[k] < least) least = sizes[k];
    }
    while (power * 10 <= (double)least) power *= 10;
    return power;
}

static void add_chart(pbr_whatif_pages *pages, const pbr_sheet *table, size_t first, size_t end,
                      size_t row)
{
    const pbr_power_curve *curves = pages->whatif->power->curves;
    pbr_arena *arena = pages->scope->arena;
    pbr_series *series = pbr_arena_alloc(arena, SERIES_MOST * sizeof *series);
    size_t count = 0;
    for (size_t i = first; i < end && i - first < FALLS_MOST; i++) {
        if (!curves[i].count) continue;
        count += add_curve(series + count, pages, table, &curves[i], row, i - first);
        row += rows_of(&curves[i]);
    }
    const char *title = pbr_line_title(curves[first].line);
    pbr_drawing drawing = {
        .kind = PBR_DRAW_POINTS,
        .alt = pbr_arena_printf(arena,
                                "Chance that the test calls a cohort better, by its size, for %zu "
                                "true falls of %s. The figures are on the sheet Power by size.",
                                end - first, title),
        .x_name = "Cases in the cohort, logarithmic",
        .x_format = "#,##0",
        .y_name = "Chance of better",
        .y_format = "0.0",
        .x_log_from = axis_from(curves, first, end),
        .y_share = true,
        .series = series,
        .count = count,
    };
    pbr_pages_chart(pages, pbr_arena_printf(arena, "power %s", curves[first].line->id),
                    pbr_arena_printf(arena, "Chance that a fall is seen, by size: %s, %s", title,
                                     curves[first].rules->name),
                    size_words(pages, &curves[first]), &drawing);
}

static void add_charts(pbr_whatif_pages *pages, const pbr_sheet *table)
{
    const pbr_power *power = pages->whatif->power;
    for (size_t first = 0, row = 0, end; first < power->curves_count; first = end) {
        size_t rows = 0;
        for (end = first;
             end < power->curves_count && same_chart(&power->curves[first], &power->curves[end]);
             end++)
            rows += rows_of(&power->curves[end]);
        add_chart(pages, table, first, end, row);
        row += rows;
    }
}

void pbr_pages_power(pbr_whatif_pages *pages)
{
    pbr_pages_table(pages, "Power", "power", "Chance that a true fall is seen", about_words(pages),
                    PBR_COLUMNS(POWER), pages->whatif->power->rows_count, fill_power, pages);
    const struct curves *curves = list_rows(pages);
    if (!curves->count) return;
    const pbr_sheet *table = pbr_pages_table(
        pages, "Power by size", "power_by_size", "Chance that a true fall is seen, by size",
        "At the mean of the areas' baselines. After the sizes of a curve stand the median sizes of "
        "the cohorts settled. " PBR_BLANKS,
        PBR_COLUMNS(CURVES), curves->count, fill_curve, curves);
    add_charts(pages, table);
}
