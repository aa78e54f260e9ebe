/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The funnel: how far each rate lies from its baseline, against the size of its cohort, between the
 * limits that it would have to pass. */
#include "report/result_words.h"
#include "report/whatif_sheets.h"
#include "report/words.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_MIN = 3 }; /* fewer are seen in the table */

struct funnel {
    const pbr_whatif_pages *pages;
    const pbr_result **results; /* by line as first met, then size, area, cohort */
    size_t count;
};

enum { AREA, AREA_NAME, COHORT, LINE, UNIT, CASES, BETTER, NEITHER, WORSE, LOWER, UPPER };

static const pbr_book_column FUNNEL[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("Rate in", 25, TEXT),
    PBR_COLUMN("Cases", 10, INTEGER),
    PBR_COLUMN("Better: rate less baseline", 13, PERCENT),
    PBR_COLUMN("Neither: rate less baseline", 13, PERCENT),
    PBR_COLUMN("Worse: rate less baseline", 13, PERCENT),
    PBR_COLUMN("Lower limit less baseline", 13, PERCENT),
    PBR_COLUMN("Upper limit less baseline", 13, PERCENT),
};

static void difference_cell(pbr_row *row, const mpq_t a, const mpq_t b)
{
    mpq_t difference;
    mpq_init(difference);
    mpq_sub(difference, a, b);
    pbr_cell_ratio(row, difference);
    mpq_clear(difference);
}

/* Where limits stand around the cohort's own rate, the baseline must lie outside of them: seen from
 * the baseline, the rate must be as far away as the limit on that side is from the rate. */
static void limit_cells(pbr_row *row, const pbr_result *result)
{
    if (result->around_cohort) {
        difference_cell(row, result->adjusted, result->upper);
        difference_cell(row, result->adjusted, result->lower);
    } else {
        difference_cell(row, result->lower, result->baseline->rate);
        difference_cell(row, result->upper, result->baseline->rate);
    }
}

static void fill_funnel(pbr_row *row, const void *context, size_t index)
{
    const struct funnel *funnel = context;
    const pbr_result *result = funnel->results[index];
    pbr_cells_result(row, funnel->pages, result);
    pbr_cell_text(row, pbr_rate_unit(result->metric->kind));
    pbr_cell_int(row, result->cases);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_WORSE; verdict++)
        if (result->verdict == verdict)
            difference_cell(row, result->adjusted, result->baseline->rate);
        else
            pbr_cell_blank(row);
    limit_cells(row, result);
}

/* --- which results --- */

static bool is_drawn(const pbr_result *result)
{
    return result->has_rate && result->has_limits && result->baseline &&
           result->verdict != PBR_NO_RESULT && pbr_result_has_limits(result);
}

/* Sorted by line, and then by size, where the settlement has them by area and cohort. */
struct keyed {
    const pbr_result *result;
    size_t line, place;
};

static int by_line_and_size(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    if (x->line != y->line) return x->line < y->line ? -1 : 1;
    if (x->result->cases != y->result->cases) return x->result->cases < y->result->cases ? -1 : 1;
    return x->place < y->place ? -1 : x->place > y->place;
}

static bool same_line(const pbr_result *a, const pbr_result *b)
{
    return strcmp(a->line->id, b->line->id) == 0;
}

static size_t line_of(const struct keyed *keyed, size_t count, const pbr_result *result,
                      size_t *lines)
{
    for (size_t i = 0; i < count; i++)
        if (same_line(keyed[i].result, result)) return keyed[i].line;
    return (*lines)++;
}

static struct funnel *make_funnel(const pbr_whatif_pages *pages)
{
    const pbr_settlement *settlement = pages->whatif->asked.settlement;
    pbr_arena *arena = pages->scope->arena;
    struct funnel *funnel = pbr_arena_alloc(arena, sizeof *funnel);
    struct keyed *keyed = pbr_alloc(settlement->results_count + 1, sizeof *keyed);
    size_t count = 0, lines = 0;
    for (size_t i = 0; i < settlement->results_count; i++) {
        const pbr_result *result = &settlement->results[i];
        if (!is_drawn(result)) continue;
        keyed[count] = (struct keyed){result, line_of(keyed, count, result, &lines), i};
        count++;
    }
    qsort(keyed, count, sizeof *keyed, by_line_and_size);
    *funnel = (struct funnel){.pages = pages, .count = count};
    funnel->results = pbr_arena_alloc(arena, (count + 1) * sizeof *funnel->results);
    for (size_t i = 0; i < count; i++) funnel->results[i] = keyed[i].result;
    free(keyed);
    return funnel;
}

/* --- the charts --- */

static const char *alt_text(const struct funnel *funnel, size_t first, size_t end)
{
    size_t counts[PBR_NO_RESULT + 1] = {0};
    for (size_t i = first; i < end; i++) counts[funnel->results[i]->verdict]++;
    return pbr_arena_printf(
        funnel->pages->scope->arena,
        "Adjusted rate less baseline against the size of the cohort, %" PRId64 " to %" PRId64
        " cases, between the lower and the upper limit. %zu better, %zu neither, %zu worse. The "
        "figures are on the sheet Funnel.",
        funnel->results[first]->cases, funnel->results[end - 1]->cases, counts[PBR_BETTER],
        counts[PBR_NEITHER], counts[PBR_WORSE]);
}

static const pbr_series SERIES[] = {
    {.name = "Upper limit", .x = CASES, .y = UPPER, .look = PBR_LOOK_LIMIT_HIGH},
    {.name = "Lower limit", .x = CASES, .y = LOWER, .look = PBR_LOOK_LIMIT_LOW},
    {.name = "Better", .x = CASES, .y = BETTER, .look = PBR_LOOK_BETTER},
    {.name = "Neither", .x = CASES, .y = NEITHER, .look = PBR_LOOK_NEITHER},
    {.name = "Worse", .x = CASES, .y = WORSE, .look = PBR_LOOK_WORSE},
};
enum { SERIES_COUNT = sizeof SERIES / sizeof *SERIES };

static bool any_of(const struct funnel *funnel, size_t first, size_t end, pbr_verdict verdict)
{
    for (size_t i = first; i < end; i++)
        if (funnel->results[i]->verdict == verdict) return true;
    return false;
}

static size_t make_series(const struct funnel *funnel, const pbr_sheet *table, size_t first,
                          size_t end, pbr_series *series)
{
    size_t count = 0;
    for (size_t i = 0; i < SERIES_COUNT; i++) {
        bool marks = SERIES[i].y <= WORSE;
        if (marks && !any_of(funnel, first, end, (pbr_verdict)(SERIES[i].y - BETTER))) continue;
        series[count] = SERIES[i];
        series[count].table = table;
        series[count].first = first;
        series[count++].count = end - first;
    }
    return count;
}

static void add_chart(pbr_whatif_pages *pages, const struct funnel *funnel, const pbr_sheet *table,
                      size_t first, size_t end)
{
    const pbr_result *result = funnel->results[first];
    pbr_arena *arena = pages->scope->arena;
    pbr_series *series = pbr_arena_alloc(arena, sizeof SERIES);
    bool points = result->metric->kind == PBR_RATE; /* a difference of percentages */
    const char *unit = points ? "percentage points" : pbr_rate_unit(result->metric->kind);
    pbr_drawing drawing = {
        .kind = PBR_DRAW_POINTS,
        .alt = alt_text(funnel, first, end),
        .x_name = "Cases in the cohort",
        .x_format = "#,##0",
        .y_name = pbr_arena_printf(arena, "Rate less baseline, %s", unit),
        .y_format = "0.0",
        .x_from_nought = true,
        .series = series,
        .count = make_series(funnel, table, first, end, series),
    };
    pbr_pages_chart(
        pages, pbr_arena_printf(arena, "funnel %s", result->line->id),
        pbr_arena_printf(arena, "Rates against limits by size: %s", pbr_line_title(result->line)),
        "A mark below the line of lower limits is a better result, one above the line of upper "
        "limits a worse, one between them neither. Each area and cohort has its own limits, which "
        "the lines join by size: they close in as cohorts grow.",
        &drawing);
}

void pbr_pages_funnel(pbr_whatif_pages *pages)
{
    const struct funnel *funnel = make_funnel(pages);
    if (!funnel->count) return;
    const pbr_sheet *table = pbr_pages_table(
        pages, "Funnel", "funnel", "Rates less their baselines, with limits, by size of the cohort",
        pages->two_sides ? "Of the second side, by line and size. " PBR_BLANKS
                         : "By line and size. " PBR_BLANKS,
        PBR_COLUMNS(FUNNEL), funnel->count, fill_funnel, funnel);
    for (size_t first = 0, end; first < funnel->count; first = end) {
        end = first + 1;
        while (end < funnel->count && same_line(funnel->results[first], funnel->results[end]))
            end++;
        if (end - first >= POINTS_MIN) add_chart(pages, funnel, table, first, end);
    }
}
