/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chance would pay: how often each verdict is a false or a true one, and who gets what. */
#include "report/sheet_parts.h"
#include "report/whatif_html_effects.h"
#include "report/whatif_words.h"

#include <math.h>
#include <string.h>

/* --- tables --- */

static const pbr_html_column MONEY_COLUMNS[] = {
    {"Whom", false},    {"Paid", true},   {"Nothing", true},
    {"Deducted", true}, {"Mean", true},   {"Error of the mean", true},
    {"5%", true},       {"Median", true}, {"95%", true},
};

static void money_cells(pbr_whatif_page *w, const pbr_simulated *row)
{
    pbr_html *page = &w->page;
    double all = w->whatif->simulation->replicates;
    double paid = (double)row->paid / all, deducted = (double)row->deducted / all;
    pbr_html_cell(page, pbr_html_percent(page, paid));
    pbr_html_cell(page, pbr_html_percent(page, fmax(0, 1 - paid - deducted)));
    pbr_html_cell(page, pbr_html_percent(page, deducted));
    pbr_html_cell(page, pbr_html_pounds(page, row->mean_pence));
    pbr_html_cell(page, pbr_html_pounds(page, row->error_pence));
    pbr_html_cell(page, pbr_html_pounds(page, row->quantile_pence[PBR_P5]));
    pbr_html_cell(page, pbr_html_pounds(page, row->quantile_pence[PBR_P50]));
    pbr_html_cell(page, pbr_html_pounds(page, row->quantile_pence[PBR_P95]));
}

static const char *effect_title(const pbr_html *page, const pbr_simulated_effect *effect)
{
    return pbr_arena_printf(page->arena, "%s, baseline %s", pbr_effect_name(effect->effect),
                            pbr_baseline_text(effect->baseline));
}

static pbr_html_table table_of(const char *caption, const pbr_html_column *columns, size_t count,
                               size_t rows)
{
    return (pbr_html_table){
        .caption = caption, .columns = columns, .columns_count = count, .rows = rows};
}
#define TABLE(caption, columns, rows)                                                              \
    table_of(caption, columns, sizeof(columns) / sizeof *(columns), rows)

static void put_totals(pbr_whatif_page *w)
{
    const pbr_simulation *sim = w->whatif->simulation;
    pbr_html_column columns[sizeof MONEY_COLUMNS / sizeof *MONEY_COLUMNS];
    memcpy(columns, MONEY_COLUMNS, sizeof columns);
    columns[0].header = "Effect and baseline";
    pbr_html_table table = TABLE("Total over all areas, by effect", columns, sim->effects_count);
    pbr_html_table_begin(&w->page, &table);
    for (size_t i = 0; i < sim->effects_count; i++) {
        pbr_html_row(&w->page, false);
        pbr_html_cell(&w->page, effect_title(&w->page, &sim->effects[i]));
        money_cells(w, pbr_whatif_total(&sim->effects[i]));
    }
    pbr_html_table_end(&w->page);
}

static const char *whom(pbr_whatif_page *w, const pbr_simulated *row)
{
    const pbr_simulation *sim = w->whatif->simulation;
    const pbr_contract *contract = w->whatif->asked.settlement->contract;
    if (row->of == PBR_OF_PAYEE) return sim->payees.names[row->payee];
    if (row->of == PBR_OF_TOTAL) return "Total";
    const pbr_area *area = &contract->areas[row->area];
    return pbr_arena_printf(w->page.arena, "%s %s", area->code, area->name);
}

/* Payees, or areas. */
static void put_whom(pbr_whatif_page *w, const pbr_simulated_effect *effect, pbr_simulated_of of,
                     const char *what)
{
    size_t rows = 1;
    for (size_t i = 0; i < effect->count; i++) rows += effect->rows[i].of == of;
    pbr_html_table table =
        TABLE(pbr_arena_printf(w->page.arena, "%s: %s", what, effect_title(&w->page, effect)),
              MONEY_COLUMNS, rows);
    table.open = true;
    pbr_html_table_begin(&w->page, &table);
    for (size_t i = 0; i < effect->count; i++) {
        if (effect->rows[i].of != of) continue;
        pbr_html_row(&w->page, false);
        pbr_html_cell(&w->page, whom(w, &effect->rows[i]));
        money_cells(w, &effect->rows[i]);
    }
    pbr_html_row(&w->page, true);
    pbr_html_cell(&w->page, whom(w, pbr_whatif_total(effect)));
    money_cells(w, pbr_whatif_total(effect));
    pbr_html_table_end(&w->page);
}

static void put_everybody(pbr_whatif_page *w)
{
    const pbr_simulation *sim = w->whatif->simulation;
    fputs("<details><summary>Each provider and each area, by effect</summary>\n", w->page.out);
    for (size_t i = 0; i < sim->effects_count; i++) {
        put_whom(w, &sim->effects[i], PBR_OF_PAYEE, "By provider");
        put_whom(w, &sim->effects[i], PBR_OF_AREA, "By area");
    }
    fputs("</details>\n", w->page.out);
}

struct line_sum {
    const pbr_line *line;
    int64_t verdicts[PBR_NO_RESULT + 1], terminated, draws;
};

static struct line_sum *line_in(struct line_sum *sums, size_t *count, const pbr_line *line)
{
    for (size_t i = 0; i < *count; i++)
        if (strcmp(sums[i].line->id, line->id) == 0) return &sums[i];
    sums[*count].line = line;
    return &sums[(*count)++];
}

/* The verdicts of each line over all areas and cohorts. */
static size_t sum_lines(const pbr_simulated_effect *effect, int64_t replicates,
                        struct line_sum *sums)
{
    size_t count = 0;
    for (size_t i = 0; i < effect->count; i++) {
        const pbr_simulated *row = &effect->rows[i];
        if (row->of != PBR_OF_LINE) continue;
        struct line_sum *sum = line_in(sums, &count, row->result->line);
        for (size_t v = 0; v <= PBR_NO_RESULT; v++) sum->verdicts[v] += row->verdicts[v];
        sum->terminated += row->terminated;
        sum->draws += replicates;
    }
    return count;
}

static void put_effect_verdicts(pbr_whatif_page *w, const pbr_simulated_effect *effect,
                                struct line_sum *sums)
{
    pbr_html *page = &w->page;
    memset(sums, 0, effect->count * sizeof *sums);
    size_t count = sum_lines(effect, w->whatif->simulation->replicates, sums);
    for (size_t i = 0; i < count; i++) {
        double all = (double)sums[i].draws;
        pbr_html_row(page, false);
        pbr_html_cell(page, effect_title(page, effect));
        pbr_html_cell(page, pbr_line_title(sums[i].line));
        for (size_t v = 0; v <= PBR_NO_RESULT; v++)
            pbr_html_cell(page, pbr_html_percent(page, (double)sums[i].verdicts[v] / all));
        pbr_html_cell(page, pbr_html_percent(page, (double)sums[i].terminated / all));
    }
}

static const char *const VERDICTS_TELL[] = {
    [PBR_SIMULATE_PARAMETRIC] =
        "Where an effect does not move what a line measures, better and worse are false alarms: "
        "money moved by chance alone. Where it does, neither and worse are improvements that the "
        "test misses.",
    [PBR_SIMULATE_BOOTSTRAP] =
        "Cohorts are drawn at their own rates: how often a verdict comes out again says how firm "
        "it is, not how often chance alone would bring it about.",
};

static void put_verdicts(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {{"Effect and baseline", false},
                                              {"Line", false},
                                              {"Better", true},
                                              {"Neither", true},
                                              {"Worse", true},
                                              {"No result", true},
                                              {"Terminated", true}};
    const pbr_simulation *sim = w->whatif->simulation;
    size_t most = sim->effects[0].count;
    struct line_sum *sums = pbr_arena_alloc(w->page.arena, most * sizeof *sums);
    pbr_html_table table =
        TABLE("How often each line's test says what, over all areas and cohorts", columns,
              sim->effects_count * sum_lines(&sim->effects[0], 0, sums));
    table.open = true;
    pbr_html_table_begin(&w->page, &table);
    for (size_t i = 0; i < sim->effects_count; i++) put_effect_verdicts(w, &sim->effects[i], sums);
    pbr_html_table_end(&w->page);
    pbr_html_say(&w->page, VERDICTS_TELL[sim->method]);
}

/* --- the section --- */

static void say_model(pbr_whatif_page *w)
{
    const pbr_simulation *sim = w->whatif->simulation;
    const char *method = sim->method == PBR_SIMULATE_BOOTSTRAP
                             ? "persons drawn at the cohorts' own rates (bootstrap)"
                             : "persons drawn at the baselines' rates less the effect (parametric)";
    const char *counts = sim->counts == PBR_COUNTS_NEGATIVE_BINOMIAL
                             ? "negative binomial"
                             : "resampled from each cohort's own distribution";
    pbr_html_say(
        &w->page,
        pbr_arena_printf(
            w->page.arena,
            "%s draws, seed %u: %s; reoffences of each reoffender %s. Each draw is settled "
            "under the terms; money is what would be payable after gates and caps. A "
            "\"fixed\" baseline is taken as known; a \"sampled\" one is drawn from its "
            "own cases, for a baseline is an estimate too.",
            pbr_html_count(&w->page, sim->replicates), sim->seed, method, counts));
}

void pbr_whatif_tell_simulation(pbr_whatif_page *w)
{
    const pbr_simulation *sim = w->whatif->simulation;
    if (!sim || !sim->effects_count) return;
    pbr_html_heading(&w->page, "simulation", "What chance would pay");
    say_model(w);
    for (size_t i = 0; i < sim->notes_count; i++) pbr_html_say(&w->page, sim->notes[i]);
    pbr_whatif_tell_effects(w);
    put_totals(w);
    put_verdicts(w);
    pbr_whatif_tell_spreads(w);
    put_everybody(w);
    pbr_html_section_end(&w->page);
}
