/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which term matters most, and how far each result lies from each limit. */
#include "report/whatif_sheets.h"
#include "report/words.h"

#include <math.h>

enum { BARS_MOST = 20 }; /* of a chart that can be read; the table has them all */

/* --- tornado --- */

enum { TERM, FILE_NAME, VALUE, LOW_VALUE, HIGH_VALUE, UNCHANGED, LOW, LOW_CHANGE, HIGH };

static const pbr_book_column TORNADO[] = {
    PBR_COLUMN("Term", 42, LABEL),
    PBR_COLUMN("File", 24, TEXT),
    PBR_COLUMN("Value", 18, VALUE),
    PBR_COLUMN("Moved down to", 13, TEXT),
    PBR_COLUMN("Moved up to", 13, TEXT),
    PBR_COLUMN("As settled (£)", 17, MONEY),
    PBR_COLUMN("Due if moved down (£)", 17, MONEY),
    PBR_COLUMN("Change if moved down (£)", 17, MONEY),
    PBR_COLUMN("Due if moved up (£)", 17, MONEY),
    PBR_COLUMN("Change if moved up (£)", 17, MONEY),
    PBR_COLUMN("Span (£)", 17, MONEY),
    PBR_COLUMN("Why there is no figure", 30, TEXT),
};
enum { HIGH_CHANGE = HIGH + 1 };

/* "=ROUND(G7-F7,2)" */
static void change_cell(pbr_row *row, const pbr_whatif_pages *pages, bool told, size_t from,
                        int64_t pence)
{
    char after[PBR_CELL_TEXT], before[PBR_CELL_TEXT];
    unsigned at = pbr_row_number(row) + 1;
    if (!told) {
        pbr_cell_blank(row);
        return;
    }
    const char *formula =
        pbr_arena_printf(pages->scope->arena, "=ROUND(%s%u-%s%u,2)", pbr_column_name(after, from),
                         at, pbr_column_name(before, UNCHANGED), at);
    pbr_cell_money_formula(row, formula, pence);
}

static void fill_tornado(pbr_row *row, const void *context, size_t index)
{
    const pbr_whatif_pages *pages = context;
    const pbr_tornado *tornado = pages->whatif->tornado;
    const pbr_tornado_bar *bar = &tornado->bars[index];
    pbr_cell_text(row, bar->term);
    pbr_cell_text(row, bar->file);
    pbr_cell_as_written(row, bar->was);
    pbr_cell_text(row, bar->low_value);
    pbr_cell_text(row, bar->high_value);
    pbr_cell_money(row, tornado->unchanged_pence);
    pbr_cell_money_if(row, !bar->low_not_told, bar->low_pence);
    change_cell(row, pages, !bar->low_not_told, LOW, bar->low_pence - tornado->unchanged_pence);
    pbr_cell_money_if(row, !bar->high_not_told, bar->high_pence);
    change_cell(row, pages, !bar->high_not_told, HIGH, bar->high_pence - tornado->unchanged_pence);
    pbr_cell_money(row, bar->span_pence);
    pbr_cell_text(row, bar->low_not_told ? bar->low_not_told : bar->high_not_told);
}

static void add_tornado_chart(pbr_whatif_pages *pages, const pbr_sheet *table)
{
    const pbr_tornado *tornado = pages->whatif->tornado;
    pbr_arena *arena = pages->scope->arena;
    size_t count = tornado->count < BARS_MOST ? tornado->count : BARS_MOST;
    while (count > 1 && !tornado->bars[count - 1].span_pence) count--; /* nothing to see */
    pbr_money_axis money =
        pbr_money_axis_of(pages, "Change in what is due", (double)tornado->bars[0].span_pence);
    pbr_series *series = pbr_arena_alloc(arena, 2 * sizeof *series);
    series[0] = (pbr_series){.name = "Moved down",
                             .table = table,
                             .x = TERM,
                             .y = LOW_CHANGE,
                             .count = count,
                             .look = PBR_LOOK_BARS_HATCHED};
    series[1] = series[0];
    series[1].name = "Moved up";
    series[1].y = HIGH_CHANGE;
    series[1].look = PBR_LOOK_BARS;
    pbr_drawing drawing = {
        .kind = PBR_DRAW_BARS,
        .alt = pbr_arena_printf(arena,
                                "Change in what is due as each of %zu terms is moved by %s per "
                                "cent either way. The widest is %s. The figures are on the sheet "
                                "Tornado.",
                                count, tornado->by, tornado->bars[0].term),
        .x_name = "Term",
        .y_name = money.words,
        .y_format = money.format,
        .series = series,
        .count = 2,
    };
    pbr_pages_chart(
        pages, "tornado",
        pbr_arena_printf(arena, "Which term matters most: each moved by %s per cent", tornado->by),
        tornado->count > count
            ? pbr_arena_printf(arena, "The widest %zu of %zu.", count, tornado->count)
            : "The widest first.",
        &drawing);
}

static void add_tornado(pbr_whatif_pages *pages)
{
    const pbr_tornado *tornado = pages->whatif->tornado;
    const char *about = pbr_arena_printf(
        pages->scope->arena,
        "Each number by itself is moved by %s per cent down and up, all else as it is; rows of a "
        "table that say the same of many areas move together. The span is between the least and "
        "the most of what is due then and as settled. " PBR_BLANKS,
        tornado->by);
    const pbr_sheet *table =
        pbr_pages_table(pages, "Tornado", "tornado", "Which term matters most", about,
                        PBR_COLUMNS(TORNADO), tornado->count, fill_tornado, pages);
    if (tornado->count && tornado->bars[0].span_pence) add_tornado_chart(pages, table);
}

/* --- break-even --- */

static const pbr_book_column BREAK_EVEN[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("Result", 11, TEXT),
    PBR_COLUMN("Counted in", 13, TEXT),
    PBR_COLUMN("Now", 10, INTEGER),
    PBR_COLUMN("Fewer, to be better", 10, INTEGER),
    PBR_COLUMN("Fewer, to be no longer worse", 10, INTEGER),
    PBR_COLUMN("More, to be worse", 10, INTEGER),
    PBR_COLUMN("More, to pass the termination point", 12, INTEGER),
    PBR_COLUMN("Comes to now (£)", 16, MONEY),
    PBR_COLUMN("At the first better (£)", 16, MONEY),
    PBR_COLUMN("At the first worse (£)", 16, MONEY),
    PBR_COLUMN("Hurdle stops payment", 10, TEXT),
};

static void distance_cell(pbr_row *row, int64_t events)
{
    if (events == PBR_NEVER)
        pbr_cell_styled(row, PBR_STYLE_INTEGER, "never");
    else
        pbr_cell_int(row, events);
}

static void fill_break_even(pbr_row *row, const void *context, size_t index)
{
    const pbr_whatif_pages *pages = context;
    const pbr_break_even *even = &pages->whatif->break_evens->rows[index];
    pbr_cells_result(row, pages, even->result);
    pbr_cell_text(row, pbr_verdict_text(even->result->verdict));
    pbr_cell_text(row, even->unit);
    pbr_cell_int(row, even->events);
    distance_cell(row, even->fewer_for_better);
    distance_cell(row, even->fewer_for_neither);
    distance_cell(row, even->more_for_worse);
    distance_cell(row, even->more_for_terminate);
    pbr_cell_money(row, even->computed_pence);
    pbr_cell_money_if(row, even->fewer_for_better != PBR_NEVER, even->at_better_pence);
    pbr_cell_money_if(row, even->more_for_worse != PBR_NEVER, even->at_worse_pence);
    pbr_cell_text(row, even->hurdle_stops ? "yes" : NULL);
}

static void add_break_even(pbr_whatif_pages *pages)
{
    pbr_pages_table(
        pages, "Break-even", "break_even", "How far each result lies from each limit",
        "In whole persons or events, all else as it is. 0: it is so already; never: no number of "
        "them would do. Amounts are those of the line before caps. " PBR_BLANKS,
        PBR_COLUMNS(BREAK_EVEN), pages->whatif->break_evens->count, fill_break_even, pages);
}

void pbr_pages_distances(pbr_whatif_pages *pages)
{
    if (pages->whatif->tornado) add_tornado(pages);
    if (pages->whatif->break_evens) add_break_even(pages);
}
