/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chance would pay: each effect in all, each line's chances, every amount. */
#include "report/whatif_sheets.h"
#include "report/whatif_words.h"
#include "report/words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { P05 = 1, MEDIAN = 3, P95 = 5 }; /* of pbr_quantiles */

static const pbr_simulation *simulation_of(const pbr_whatif_pages *pages)
{
    return pages->whatif->simulation;
}

/* The first row of an effect is that of all lines together. */
static const pbr_simulated *total_of(const pbr_simulated_effect *effect)
{
    return &effect->rows[0];
}

static void share_cell(pbr_row *row, double count, double of)
{
    if (of > 0)
        pbr_cell_double(row, count / of);
    else
        pbr_cell_blank(row);
}

static double replicates(const pbr_whatif_pages *pages)
{
    return simulation_of(pages)->replicates;
}

/* No effect is a fall of 0, and so is an effect that leaves one metric alone. */
static void fall_cells(pbr_row *row, const pbr_scenario_effect *effect)
{
    const char *rate = effect ? effect->rate_fall : NULL;
    const char *frequency = effect ? effect->frequency_fall : NULL;
    pbr_cell_as_written(row, rate ? rate : "0");
    pbr_cell_as_written(row, frequency ? frequency : "0");
}

#define EFFECT_COLUMNS                                                                             \
    PBR_COLUMN("Effect", 24, LABEL), PBR_COLUMN("Fall of rates", 9, VALUE),                        \
        PBR_COLUMN("Fall of frequencies", 12, VALUE), PBR_COLUMN("Baseline", 10, TEXT)

static void effect_cells(pbr_row *row, const pbr_simulated_effect *effect)
{
    pbr_cell_text(row, pbr_effect_name(effect->effect));
    fall_cells(row, effect->effect);
    pbr_cell_text(row, pbr_baseline_text(effect->baseline));
}

/* --- effects: the total of each --- */

struct effects {
    const pbr_whatif_pages *pages;
    const pbr_simulated_effect **items; /* by baseline, then by fall: as they are drawn */
    size_t count;
};

enum { NAME, RATE_FALL, FREQUENCY_FALL, BASELINE, MEAN, PAID, DEDUCTED, ERROR, LOW, MIDDLE, HIGH };

static const pbr_book_column EFFECTS[] = {
    EFFECT_COLUMNS,
    PBR_COLUMN("Mean (£)", 17, MONEY),
    PBR_COLUMN("Of it from amounts above 0 (£)", 17, MONEY),
    PBR_COLUMN("Of it from amounts below 0 (£)", 17, MONEY),
    PBR_COLUMN("Monte Carlo error of the mean (£)", 14, MONEY),
    PBR_COLUMN("5th percentile (£)", 17, MONEY),
    PBR_COLUMN("Median (£)", 17, MONEY),
    PBR_COLUMN("95th percentile (£)", 17, MONEY),
    PBR_COLUMN("Chance that something is paid", 11, SHARE),
    PBR_COLUMN("Chance that something is deducted", 11, SHARE),
};

static void fill_effect(pbr_row *row, const void *context, size_t index)
{
    const struct effects *effects = context;
    const pbr_simulated *total = total_of(effects->items[index]);
    effect_cells(row, effects->items[index]);
    pbr_cell_pounds(row, total->mean_pence);
    pbr_cell_pounds(row, total->paid_pence);
    pbr_cell_pounds(row, total->deducted_pence);
    pbr_cell_pounds(row, total->error_pence);
    pbr_cell_pounds(row, total->quantile_pence[P05]);
    pbr_cell_pounds(row, total->quantile_pence[MEDIAN]);
    pbr_cell_pounds(row, total->quantile_pence[P95]);
    share_cell(row, (double)total->paid, replicates(effects->pages));
    share_cell(row, (double)total->deducted, replicates(effects->pages));
}

static double fall_of(const pbr_scenario_effect *effect, size_t column)
{
    const char *text = !effect               ? NULL
                       : column == RATE_FALL ? effect->rate_fall
                                             : effect->frequency_fall;
    return text ? strtod(text, NULL) : 0;
}

static int compare_falls(const pbr_scenario_effect *a, const pbr_scenario_effect *b, size_t column)
{
    double x = fall_of(a, column), y = fall_of(b, column);
    return x < y ? -1 : x > y;
}

static int by_baseline_and_fall(const void *a, const void *b)
{
    const pbr_simulated_effect *x = *(const pbr_simulated_effect *const *)a,
                               *y = *(const pbr_simulated_effect *const *)b;
    if (x->baseline != y->baseline) return x->baseline < y->baseline ? -1 : 1;
    int order = compare_falls(x->effect, y->effect, RATE_FALL);
    if (!order) order = compare_falls(x->effect, y->effect, FREQUENCY_FALL);
    return order ? order : x < y ? -1 : x > y; /* both stand in the simulation's own list */
}

static struct effects *sort_effects(const pbr_whatif_pages *pages)
{
    const pbr_simulation *simulation = simulation_of(pages);
    struct effects *effects = pbr_arena_alloc(pages->scope->arena, sizeof *effects);
    *effects = (struct effects){.pages = pages, .count = simulation->effects_count};
    effects->items =
        pbr_arena_alloc(pages->scope->arena, (effects->count + 1) * sizeof *effects->items);
    for (size_t i = 0; i < effects->count; i++) effects->items[i] = &simulation->effects[i];
    qsort(effects->items, effects->count, sizeof *effects->items, by_baseline_and_fall);
    return effects;
}

/* The fall that effects differ by: of rates, where any two do. */
static size_t fall_that_moves(const struct effects *effects)
{
    for (size_t column = RATE_FALL; column <= FREQUENCY_FALL; column++)
        for (size_t i = 1; i < effects->count; i++)
            if (compare_falls(effects->items[0]->effect, effects->items[i]->effect, column))
                return column;
    return 0;
}

static double largest(const struct effects *effects)
{
    double most = 0;
    for (size_t i = 0; i < effects->count; i++) {
        const pbr_simulated *total = total_of(effects->items[i]);
        most = fmax(most, fmax(fabs(total->quantile_pence[P05]), fabs(total->quantile_pence[P95])));
    }
    return most;
}

/* Of one treatment of the baseline: the mean, and the band that nine in ten replicates lie in. */
static size_t add_band(const struct effects *effects, const pbr_sheet *table, size_t x,
                       size_t first, size_t count, pbr_series *series)
{
    pbr_arena *arena = effects->pages->scope->arena;
    const char *baseline = pbr_baseline_text(effects->items[first]->baseline);
    pbr_look look = first ? PBR_LOOK_FIRST + 1 : PBR_LOOK_FIRST;
    const struct {
        const char *words;
        size_t y;
        pbr_look look;
    } parts[] = {{"mean", MEAN, look},
                 {"5th percentile", LOW, PBR_LOOK_BAND},
                 {"95th percentile", HIGH, PBR_LOOK_BAND}};
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++)
        series[i] = (pbr_series){
            .name = pbr_arena_printf(arena, "baseline %s: %s", baseline, parts[i].words),
            .table = table,
            .x = x,
            .y = parts[i].y,
            .first = first,
            .count = count,
            .look = first && parts[i].look == PBR_LOOK_BAND ? PBR_LOOK_BAND_DOTTED : parts[i].look};
    return sizeof parts / sizeof *parts;
}

static void add_effects_chart(pbr_whatif_pages *pages, const struct effects *effects,
                              const pbr_sheet *table)
{
    enum { SERIES_MOST = 6 };
    size_t x = fall_that_moves(effects), count = 0;
    if (!x) return;
    pbr_arena *arena = pages->scope->arena;
    pbr_series *series = pbr_arena_alloc(arena, SERIES_MOST * sizeof *series);
    for (size_t first = 0, end; first < effects->count; first = end) {
        end = first + 1;
        while (end < effects->count &&
               effects->items[end]->baseline == effects->items[first]->baseline)
            end++;
        count += add_band(effects, table, x, first, end - first, series + count);
    }
    pbr_money_axis money = pbr_money_axis_of(pages, "Payment in all", largest(effects));
    pbr_drawing drawing = {
        .kind = PBR_DRAW_POINTS,
        .alt = "Mean payment in all by the true fall, with the 5th and 95th percentiles over the "
               "replicates. The figures are on the sheet Effects.",
        .x_name = x == RATE_FALL ? "True fall of rates" : "True fall of frequencies",
        .y_name = money.words,
        .y_format = money.format,
        .series = series,
        .count = count,
    };
    pbr_pages_chart(pages, "effects", "Payment as the true effect grows",
                    "Nine in ten replicates lie between the lines of the 5th and the 95th "
                    "percentile. At a fall of 0 everything that is paid is paid by chance.",
                    &drawing);
}

static void add_effects(pbr_whatif_pages *pages)
{
    const pbr_simulation *simulation = simulation_of(pages);
    struct effects *effects = sort_effects(pages);
    const char *about = pbr_arena_printf(
        pages->scope->arena,
        "Payable after gates and caps, all lines together, over %u replicates (%s, counts %s, "
        "seed %u). Under no effect everything that is paid is paid by chance. Percentiles are told "
        "to the width of a bin of distribution.csv. " PBR_BLANKS,
        simulation->replicates, pbr_method_text(simulation->method),
        pbr_counts_text(simulation->counts), simulation->seed);
    for (size_t i = 0; i < simulation->notes_count; i++)
        about = pbr_arena_printf(pages->scope->arena, "%s %s", about, simulation->notes[i]);
    const pbr_sheet *table =
        pbr_pages_table(pages, "Effects", "effects", "What chance and effects would pay in all",
                        about, PBR_COLUMNS(EFFECTS), effects->count, fill_effect, effects);
    add_effects_chart(pages, effects, table);
}

/* --- chances of each line --- */

struct chance {
    const pbr_simulated_effect *effect;
    const pbr_line *line;
    double results, verdicts[PBR_NO_RESULT + 1], terminated, paid, deducted, mean_pence;
    double paid_pence, deducted_pence; /* of the mean */
};

struct chances {
    const pbr_whatif_pages *pages;
    struct chance *items;
    size_t count;
};

static const pbr_book_column CHANCES[] = {
    EFFECT_COLUMNS,
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("Areas and cohorts", 10, INTEGER),
    PBR_COLUMN("Better", 9, SHARE),
    PBR_COLUMN("Neither", 9, SHARE),
    PBR_COLUMN("Worse", 9, SHARE),
    PBR_COLUMN("No result", 9, SHARE),
    PBR_COLUMN("Terminate", 10, SHARE),
    PBR_COLUMN("Paid", 9, SHARE),
    PBR_COLUMN("Deducted", 9, SHARE),
    PBR_COLUMN("Mean, all together (£)", 17, MONEY),
    PBR_COLUMN("Of it payments (£)", 17, MONEY),
    PBR_COLUMN("Of it deductions (£)", 17, MONEY),
};

static void fill_chance(pbr_row *row, const void *context, size_t index)
{
    const struct chances *chances = context;
    const struct chance *chance = &chances->items[index];
    double all = chance->results * replicates(chances->pages);
    effect_cells(row, chance->effect);
    pbr_cell_text(row, pbr_line_title(chance->line));
    pbr_cell_int(row, (int64_t)chance->results);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        share_cell(row, chance->verdicts[verdict], all);
    share_cell(row, chance->terminated, all);
    share_cell(row, chance->paid, all);
    share_cell(row, chance->deducted, all);
    pbr_cell_pounds(row, chance->mean_pence);
    pbr_cell_pounds(row, chance->paid_pence);
    pbr_cell_pounds(row, chance->deducted_pence);
}

static struct chance *chance_of(struct chances *chances, const pbr_simulated_effect *effect,
                                const pbr_line *line)
{
    for (size_t i = 0; i < chances->count; i++)
        if (chances->items[i].effect == effect && strcmp(chances->items[i].line->id, line->id) == 0)
            return &chances->items[i];
    chances->items[chances->count] = (struct chance){.effect = effect, .line = line};
    return &chances->items[chances->count++];
}

static void add_chance(struct chance *chance, const pbr_simulated *row)
{
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        chance->verdicts[verdict] += (double)row->verdicts[verdict];
    chance->terminated += (double)row->terminated;
    chance->paid += (double)row->paid;
    chance->deducted += (double)row->deducted;
    chance->mean_pence += row->mean_pence;
    chance->paid_pence += row->paid_pence;
    chance->deducted_pence += row->deducted_pence;
    chance->results++;
}

static void add_chances(pbr_whatif_pages *pages)
{
    const pbr_simulation *simulation = simulation_of(pages);
    struct chances *chances = pbr_arena_alloc(pages->scope->arena, sizeof *chances);
    size_t room = 1;
    for (size_t i = 0; i < simulation->effects_count; i++) room += simulation->effects[i].count;
    *chances = (struct chances){.pages = pages};
    chances->items = pbr_arena_alloc(pages->scope->arena, room * sizeof *chances->items);
    for (size_t i = 0; i < simulation->effects_count; i++) {
        const pbr_simulated_effect *effect = &simulation->effects[i];
        for (size_t k = 0; k < effect->count; k++)
            if (effect->rows[k].result)
                add_chance(chance_of(chances, effect, effect->rows[k].result->line),
                           &effect->rows[k]);
    }
    pbr_pages_table(
        pages, "Chances", "chances", "Chances of each line",
        "Shares of all replicates of all areas and cohorts of the line. Under no effect "
        "what is paid is a false payment; under an effect, what is not paid is a "
        "missed one. Fixed: the baseline is taken to be known; sampled: it is drawn "
        "from its own cases. " PBR_BLANKS,
        PBR_COLUMNS(CHANCES), chances->count, fill_chance, chances);
}

/* --- every amount --- */

struct simulated {
    const pbr_whatif_pages *pages;
    struct {
        const pbr_simulated_effect *effect;
        const pbr_simulated *row;
    } * items;
    size_t count;
};

static const pbr_book_column SIMULATED[] = {
    EFFECT_COLUMNS,
    PBR_COLUMN("Of", 9, TEXT),
    PBR_COLUMN("Name", 32, TEXT),
    PBR_COLUMN("Cohort", 9, TEXT),
    PBR_COLUMN("Line", 27, TEXT),
    PBR_COLUMN("Better", 9, SHARE),
    PBR_COLUMN("Neither", 9, SHARE),
    PBR_COLUMN("Worse", 9, SHARE),
    PBR_COLUMN("No result", 9, SHARE),
    PBR_COLUMN("Terminate", 10, SHARE),
    PBR_COLUMN("Paid", 9, SHARE),
    PBR_COLUMN("Deducted", 9, SHARE),
    PBR_COLUMN("Mean (£)", 17, MONEY),
    PBR_COLUMN("Of it from amounts above 0 (£)", 17, MONEY),
    PBR_COLUMN("Of it from amounts below 0 (£)", 17, MONEY),
    PBR_COLUMN("Standard deviation (£)", 17, MONEY),
    PBR_COLUMN("Monte Carlo error of the mean (£)", 14, MONEY),
    PBR_COLUMN("Least (£)", 17, MONEY),
    PBR_COLUMN("1st percentile (£)", 17, MONEY),
    PBR_COLUMN("5th percentile (£)", 17, MONEY),
    PBR_COLUMN("25th percentile (£)", 17, MONEY),
    PBR_COLUMN("Median (£)", 17, MONEY),
    PBR_COLUMN("75th percentile (£)", 17, MONEY),
    PBR_COLUMN("95th percentile (£)", 17, MONEY),
    PBR_COLUMN("99th percentile (£)", 17, MONEY),
    PBR_COLUMN("Most (£)", 17, MONEY),
};

static const char *name_words(const pbr_whatif_pages *pages, const pbr_simulated *row)
{
    if (row->area == PBR_NONE || row->of == PBR_OF_PAYEE || row->of == PBR_OF_TOTAL)
        return pbr_simulated_name(pages->whatif, row);
    const pbr_area *area = &pbr_pages_contract(pages)->areas[row->area];
    return pbr_arena_printf(pages->scope->arena, "%s %s", area->code, area->name);
}

static void verdict_cells(pbr_row *row, const pbr_whatif_pages *pages, const pbr_simulated *item)
{
    double all = item->result ? replicates(pages) : 0;
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        share_cell(row, (double)item->verdicts[verdict], all);
    share_cell(row, (double)item->terminated, all);
}

static void fill_simulated(pbr_row *row, const void *context, size_t index)
{
    const struct simulated *simulated = context;
    const pbr_whatif_pages *pages = simulated->pages;
    const pbr_simulated *item = simulated->items[index].row;
    const pbr_result *result = item->result;
    effect_cells(row, simulated->items[index].effect);
    pbr_cell_text(row, pbr_of_text(item->of));
    pbr_cell_text(row, name_words(pages, item));
    pbr_cell_text(row, result ? pbr_pages_contract(pages)->cohorts[result->cohort].name : NULL);
    pbr_cell_text(row, result ? pbr_line_title(result->line) : NULL);
    verdict_cells(row, pages, item);
    share_cell(row, (double)item->paid, replicates(pages));
    share_cell(row, (double)item->deducted, replicates(pages));
    pbr_cell_pounds(row, item->mean_pence);
    pbr_cell_pounds(row, item->paid_pence);
    pbr_cell_pounds(row, item->deducted_pence);
    pbr_cell_pounds(row, item->sd_pence);
    pbr_cell_pounds(row, item->error_pence);
    pbr_cell_money(row, item->least_pence);
    for (size_t i = 0; i < PBR_QUANTILES; i++) pbr_cell_pounds(row, item->quantile_pence[i]);
    pbr_cell_money(row, item->most_pence);
}

static void add_simulated(pbr_whatif_pages *pages)
{
    const pbr_simulation *simulation = simulation_of(pages);
    struct simulated *all = pbr_arena_alloc(pages->scope->arena, sizeof *all);
    size_t room = 1;
    for (size_t i = 0; i < simulation->effects_count; i++) room += simulation->effects[i].count;
    *all = (struct simulated){.pages = pages};
    all->items = pbr_arena_alloc(pages->scope->arena, room * sizeof *all->items);
    for (size_t i = 0; i < simulation->effects_count; i++)
        for (size_t k = 0; k < simulation->effects[i].count; k++) {
            all->items[all->count].effect = &simulation->effects[i];
            all->items[all->count++].row = &simulation->effects[i].rows[k];
        }
    size_t rows = all->count < PBR_SHEET_ROWS_MOST ? all->count : PBR_SHEET_ROWS_MOST;
    pbr_pages_table(
        pages, "Simulation", "simulation", "Every amount over the replicates",
        rows < all->count
            ? "The first rows of simulation.csv, which has them all. " PBR_BLANKS
            : "Payable after gates and caps: in all, by payee, area and line. " PBR_BLANKS,
        PBR_COLUMNS(SIMULATED), rows, fill_simulated, all);
}

void pbr_pages_simulation(pbr_whatif_pages *pages)
{
    add_effects(pages);
    add_chances(pages);
    add_simulated(pages);
    pbr_pages_distribution(pages);
}
