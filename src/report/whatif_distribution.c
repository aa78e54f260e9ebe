/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How the total of all lines is distributed over the replicates. */
#include "report/whatif_sheets.h"
#include "report/whatif_words.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

enum { BINS_MOST = 48, LOOKS_MOST = PBR_LOOK_LAST - PBR_LOOK_FIRST + 1 };

/* Common bins of all effects: the bins of a spread are as wide as a power of two, so those of twice
 * the width take them whole. */
struct distribution {
    const pbr_whatif_pages *pages;
    int64_t width, first;
    size_t bins, effects;
    int64_t *counts; /* [effect * bins + bin] */
    pbr_book_column *columns;
};

static int64_t floor_divide(int64_t value, int64_t by)
{
    return value / by - (value % by < 0);
}

static int64_t last_edge(const pbr_spread *spread)
{
    return (spread->first + (int64_t)spread->count - 1) * spread->width_pence;
}

static void choose_bins(struct distribution *d, const pbr_simulation *simulation)
{
    int64_t least = INT64_MAX, most = INT64_MIN;
    d->width = 1;
    for (size_t i = 0; i < simulation->effects_count; i++) {
        const pbr_spread *spread = &simulation->effects[i].rows[0].spread;
        if (!spread->count) continue;
        int64_t from = spread->first * spread->width_pence, to = last_edge(spread);
        least = from < least ? from : least;
        most = to > most ? to : most;
        d->width = spread->width_pence > d->width ? spread->width_pence : d->width;
    }
    if (least > most) return;
    while (floor_divide(most, d->width) - floor_divide(least, d->width) >= BINS_MOST) d->width *= 2;
    d->first = floor_divide(least, d->width);
    d->bins = (size_t)(floor_divide(most, d->width) - d->first + 1);
}

static void count_bins(struct distribution *d, const pbr_simulation *simulation)
{
    for (size_t i = 0; i < simulation->effects_count; i++) {
        const pbr_spread *spread = &simulation->effects[i].rows[0].spread;
        for (size_t k = 0; k < spread->count; k++) {
            int64_t from = (spread->first + (int64_t)k) * spread->width_pence;
            size_t bin = (size_t)(floor_divide(from, d->width) - d->first);
            d->counts[i * d->bins + bin] += spread->bins[k];
        }
    }
}

static const pbr_book_column EDGES[] = {
    PBR_COLUMN("From (£)", 18, MONEY),
    PBR_COLUMN("To below (£)", 18, MONEY),
};
enum { EDGES_COUNT = sizeof EDGES / sizeof *EDGES };

static void fill_distribution(pbr_row *row, const void *context, size_t index)
{
    const struct distribution *d = context;
    int64_t from = (d->first + (int64_t)index) * d->width;
    pbr_cell_money(row, from);
    pbr_cell_money(row, from + d->width);
    for (size_t i = 0; i < d->effects; i++)
        pbr_cell_double(row, (double)d->counts[i * d->bins + index] /
                                 d->pages->whatif->simulation->replicates);
}

static const char *effect_words(const pbr_whatif_pages *pages, size_t effect)
{
    const pbr_simulated_effect *told = &pages->whatif->simulation->effects[effect];
    return pbr_arena_printf(pages->scope->arena, "Effect %zu: %s, baseline %s", effect + 1,
                            pbr_effect_name(told->effect), pbr_baseline_text(told->baseline));
}

static struct distribution *make_distribution(const pbr_whatif_pages *pages)
{
    const pbr_simulation *simulation = pages->whatif->simulation;
    pbr_arena *arena = pages->scope->arena;
    struct distribution *d = pbr_arena_alloc(arena, sizeof *d);
    *d = (struct distribution){.pages = pages, .effects = simulation->effects_count};
    if (d->effects > PBR_COLUMNS_MAX - EDGES_COUNT) d->effects = PBR_COLUMNS_MAX - EDGES_COUNT;
    choose_bins(d, simulation);
    d->counts =
        pbr_arena_alloc(arena, (simulation->effects_count * d->bins + 1) * sizeof *d->counts);
    if (d->bins) count_bins(d, simulation);
    d->columns = pbr_arena_alloc(arena, (EDGES_COUNT + d->effects) * sizeof *d->columns);
    memcpy(d->columns, EDGES, sizeof EDGES);
    for (size_t i = 0; i < d->effects; i++)
        d->columns[EDGES_COUNT + i] = (pbr_book_column){
            .header = effect_words(pages, i), .width = 16, .style = PBR_STYLE_SHARE};
    return d;
}

static void add_distribution_chart(pbr_whatif_pages *pages, const struct distribution *d,
                                   const pbr_sheet *table)
{
    enum { COLUMNS_MOST = 2 }; /* more would be too thin: then lines */
    pbr_arena *arena = pages->scope->arena;
    size_t count = d->effects < LOOKS_MOST ? d->effects : LOOKS_MOST;
    bool columns = count <= COLUMNS_MOST;
    pbr_series *series = pbr_arena_alloc(arena, LOOKS_MOST * sizeof *series);
    for (size_t i = 0; i < count; i++) {
        int look = columns ? (i ? PBR_LOOK_BARS_HATCHED : PBR_LOOK_BARS) : PBR_LOOK_FIRST + (int)i;
        series[i] = (pbr_series){.name = table->columns[EDGES_COUNT + i].header,
                                 .table = table,
                                 .x = 0,
                                 .y = EDGES_COUNT + i,
                                 .count = d->bins,
                                 .look = (pbr_look)look};
    }
    double most = fmax(fabs((double)d->first), fabs((double)d->first + (double)d->bins));
    pbr_money_axis money =
        pbr_money_axis_of(pages, "Payment in all, from", most * (double)d->width);
    pbr_drawing drawing = {
        .kind = columns ? PBR_DRAW_COLUMNS : PBR_DRAW_LINES,
        .alt = pbr_arena_printf(arena,
                                "Share of the replicates by what they pay in all, of %zu effects "
                                "and treatments of the baseline. The figures are on the sheet "
                                "Distribution.",
                                count),
        .x_name = money.words,
        .x_format = money.format,
        .y_name = "Share of the replicates",
        .y_format = "0.00",
        .series = series,
        .count = count,
    };
    pbr_pages_chart(pages, "distribution", "What the replicates pay in all",
                    count < d->effects ? "The first of the effects; the table has them all."
                                       : "Each mark or column is a range of amounts.",
                    &drawing);
}

void pbr_pages_distribution(pbr_whatif_pages *pages)
{
    const struct distribution *d = make_distribution(pages);
    const pbr_sheet *table = pbr_pages_table(
        pages, "Distribution", "distribution", "What the replicates pay in all",
        "Share of the replicates whose amount lies in each range. Ranges are as wide as a power of "
        "two pence; narrower ones, and those of each payee, are in distribution.csv.",
        d->columns, EDGES_COUNT + d->effects, d->bins, fill_distribution, d);
    if (d->bins > 1) add_distribution_chart(pages, d, table);
}
