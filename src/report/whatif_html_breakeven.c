/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far each result lies from each limit, the nearest first. */
#include "report/whatif_html_parts.h"

#include "report/sheet_parts.h"

enum { NEAREST = 10 };

/* --- the nearest --- */

/* The smallest move that would turn a verdict: so many events more or fewer, and to what. */
struct move {
    const pbr_break_even *row;
    int64_t events;
    const char *which; /* "fewer", "more" */
    const char *verdict;
};

static void consider(struct move *move, int64_t events, const char *which, const char *verdict)
{
    if (events == 0 || events == PBR_NEVER || (move->events && events >= move->events)) return;
    move->events = events;
    move->which = which;
    move->verdict = verdict;
}

static struct move smallest_move(const pbr_break_even *row)
{
    struct move move = {.row = row};
    consider(&move, row->fewer_for_better, "fewer", "better");
    consider(&move, row->fewer_for_neither, "fewer", "neither");
    consider(&move, row->more_for_worse, "more", "worse");
    consider(&move, row->more_for_terminate, "more", "terminate");
    return move;
}

/* As a share of what there is, so that large areas and small ones can be compared. */
static bool is_nearer(const struct move *a, const struct move *b)
{
    if (!b->row) return true;
    return (double)a->events * (double)b->row->events < (double)b->events * (double)a->row->events;
}

/* Into a short list that is kept in order. */
static void insert(struct move nearest[NEAREST], struct move move)
{
    for (size_t i = 0; i < NEAREST; i++)
        if (is_nearer(&move, &nearest[i])) {
            struct move passed = nearest[i];
            nearest[i] = move;
            move = passed;
            if (!move.row) return;
        }
}

static void put_nearest(pbr_whatif_page *w, const struct move *nearest, size_t count)
{
    static const pbr_html_column columns[] = {
        {"Area", false},    {"Cohort", false}, {"Line", false},  {"Verdict", false},
        {"It takes", true}, {"", false},       {"to be", false}, {"of", true}};
    pbr_html *page = &w->page;
    pbr_html_table table = {.caption = "The nearest to another verdict, for their size",
                            .columns = columns,
                            .columns_count = sizeof columns / sizeof *columns,
                            .rows = count};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < count; i++) {
        const struct move *move = &nearest[i];
        const pbr_result *result = move->row->result;
        pbr_html_row(page, false);
        pbr_html_cell(page, pbr_whatif_area_code(w, result));
        pbr_html_cell(page, pbr_whatif_cohort(w, result));
        pbr_html_cell(page, pbr_line_title(result->line));
        pbr_html_cell(page, pbr_verdict_title(result));
        pbr_html_cell(page, pbr_html_count(page, move->events));
        pbr_html_cell(page, pbr_arena_printf(page->arena, "%s %s", move->which, move->row->unit));
        pbr_html_cell(page, move->verdict);
        pbr_html_cell(page, pbr_html_count(page, move->row->events));
    }
    pbr_html_table_end(page);
}

static void tell_nearest(pbr_whatif_page *w)
{
    struct move nearest[NEAREST] = {{0}};
    size_t count = 0;
    for (size_t i = 0; i < w->whatif->break_evens->count; i++) {
        struct move move = smallest_move(&w->whatif->break_evens->rows[i]);
        if (move.events && move.row->events) insert(nearest, move);
    }
    while (count < NEAREST && nearest[count].row) count++;
    if (count) put_nearest(w, nearest, count);
}

/* --- every result --- */

static void put_distance(pbr_html *page, int64_t events)
{
    if (events == PBR_NEVER)
        pbr_html_cell(page, "never");
    else
        pbr_html_cell(page, events ? pbr_html_count(page, events) : "is so");
}

static void put_amount(pbr_html *page, int64_t events, int64_t pence)
{
    pbr_html_cell(page, events == PBR_NEVER ? "" : pbr_html_money(page, pence));
}

void pbr_whatif_tell_break_evens(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {{"Area", false},
                                              {"Cohort", false},
                                              {"Line", false},
                                              {"Verdict", false},
                                              {"Now", true},
                                              {"Counted in", false},
                                              {"Fewer for better", true},
                                              {"Fewer for neither", true},
                                              {"More for worse", true},
                                              {"More to terminate", true},
                                              {"Amount now", true},
                                              {"Amount at better", true},
                                              {"Amount at worse", true},
                                              {"Hurdle", false}};
    pbr_html *page = &w->page;
    const pbr_break_evens *all = w->whatif->break_evens;
    if (!all) return;
    pbr_html_heading(page, "break-even", "How far from each limit");
    pbr_html_say(page, "How many fewer, or more, would turn each verdict, all else the same. "
                       "Amounts are what the line comes to by itself, before caps.");
    tell_nearest(w);
    pbr_html_table table = {.caption = "Distance to each limit",
                            .columns = columns,
                            .columns_count = sizeof columns / sizeof *columns,
                            .rows = all->count};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < all->count; i++) {
        const pbr_break_even *row = &all->rows[i];
        pbr_html_row(page, false);
        pbr_html_cell(page, pbr_whatif_area_code(w, row->result));
        pbr_html_cell(page, pbr_whatif_cohort(w, row->result));
        pbr_html_cell(page, pbr_line_title(row->result->line));
        pbr_html_cell(page, pbr_verdict_title(row->result));
        pbr_html_cell(page, pbr_html_count(page, row->events));
        pbr_html_cell(page, row->unit);
        put_distance(page, row->fewer_for_better);
        put_distance(page, row->fewer_for_neither);
        put_distance(page, row->more_for_worse);
        put_distance(page, row->more_for_terminate);
        pbr_html_cell(page, pbr_html_money(page, row->computed_pence));
        put_amount(page, row->fewer_for_better, row->at_better_pence);
        put_amount(page, row->more_for_worse, row->at_worse_pence);
        pbr_html_cell(page, row->hurdle_stops ? "stops it" : "");
    }
    pbr_html_table_end(page);
    pbr_html_section_end(page);
}
