/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_tables.h"

#include "report/whatif_words.h"

#include <errno.h>
#include <string.h>

enum { RATE_PLACES = 10 };

/* Name columns in their order, where a table has the columns of its schema and no others. */
enum { NAMES_MAX = 40 };

static void begin(pbr_tidy *rows, const pbr_schema *schema, const char *names[NAMES_MAX])
{
    for (size_t i = 0; i < schema->count; i++) names[i] = schema->columns[i].name;
    pbr_tidy_begin(rows, names, schema->count);
}

static const char *yes(bool holds)
{
    return holds ? "yes" : "no";
}

static const pbr_contract *contract_of(const pbr_whatif *whatif)
{
    return whatif->asked.settlement->contract;
}

static void line_cells(pbr_tidy *rows, const pbr_whatif *whatif, const pbr_result *result)
{
    const pbr_contract *contract = contract_of(whatif);
    pbr_tidy_text(rows, contract->areas[result->area].code);
    pbr_tidy_text(rows, contract->cohorts[result->cohort].name);
    pbr_tidy_text(rows, result->line->id);
}

/* --- terms --- */

static void write_terms(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_term_schema, names);
    for (size_t i = 0; i < whatif->changes_count; i++) {
        const pbr_term_change *change = &whatif->changes[i];
        pbr_tidy_text(rows, change->file);
        pbr_tidy_text(rows, change->term);
        pbr_tidy_words(rows, change->old);
        pbr_tidy_words(rows, change->now);
        pbr_tidy_words(rows, change->clause);
        pbr_tidy_words(rows, change->source);
        pbr_tidy_text(rows, change->status);
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

/* --- lines --- */

static void side_cells(pbr_tidy *rows, const pbr_result *result, int64_t pence)
{
    static const pbr_result none = {0};
    const pbr_result *told = result ? result : &none;
    bool rate = told->has_rate, limits = told->has_limits;
    pbr_tidy_int_if(rows, result, told->cases);
    pbr_tidy_ratio_if(rows, rate, told->adjusted, RATE_PLACES);
    if (told->baseline)
        pbr_tidy_ratio_if(rows, true, told->baseline->rate, RATE_PLACES);
    else
        pbr_tidy_text(rows, NULL);
    pbr_tidy_ratio_if(rows, limits, told->lower, RATE_PLACES);
    pbr_tidy_ratio_if(rows, limits, told->upper, RATE_PLACES);
    pbr_tidy_text(rows, result ? pbr_verdict_text(told->verdict) : NULL);
    pbr_tidy_text(rows, result ? yes(told->terminate) : NULL);
    pbr_tidy_text(rows, result ? yes(told->gated) : NULL);
    pbr_tidy_int(rows, pence);
}

static void write_lines(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_line_schema, names);
    for (size_t i = 0; i < whatif->lines_count; i++) {
        const pbr_compared_line *line = &whatif->lines[i];
        pbr_tidy_text(rows, line->area);
        pbr_tidy_text(rows, line->cohort);
        pbr_tidy_text(rows, line->line);
        side_cells(rows, line->before, line->before_pence);
        side_cells(rows, line->after, line->after_pence);
        pbr_tidy_int(rows, line->after_pence - line->before_pence);
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

/* --- sums --- */

static void write_sums(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_sum_schema, names);
    for (size_t i = 0; i < whatif->sums_count; i++) {
        const pbr_compared_sum *sum = &whatif->sums[i];
        pbr_tidy_text(rows, pbr_of_text(sum->of));
        pbr_tidy_text(rows, sum->name);
        pbr_tidy_int(rows, sum->before_pence);
        pbr_tidy_int(rows, sum->after_pence);
        pbr_tidy_int(rows, sum->after_pence - sum->before_pence);
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

/* --- sweep --- */

static void write_point(pbr_tidy *rows, const pbr_sweep *sweep, size_t index)
{
    const pbr_point *point = &sweep->points[index];
    bool told = !point->not_told;
    pbr_tidy_int(rows, (int64_t)index + 1);
    for (size_t i = 0; i < sweep->axes_count; i++)
        pbr_tidy_words(rows, pbr_sweep_value(sweep, index, i));
    pbr_tidy_text(rows, yes(index == sweep->unchanged));
    pbr_tidy_int_if(rows, told, point->totals.total_pence);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        pbr_tidy_int_if(rows, told, (int64_t)point->totals.verdicts[verdict]);
    pbr_tidy_int_if(rows, told, (int64_t)point->totals.terminate);
    pbr_tidy_words(rows, point->not_told);
    pbr_tidy_end_row(rows);
}

/* After the number of the point, a column for each term that is varied. */
static void write_sweep(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const pbr_sweep *sweep = whatif->sweep;
    pbr_arena *arena = pbr_arena_new();
    size_t count = 0;
    const char **names =
        pbr_arena_alloc(arena, (sweep->axes_count + pbr_whatif_sweep_schema.count) * sizeof *names);
    names[count++] = pbr_whatif_sweep_schema.columns[0].name;
    for (size_t i = 0; i < sweep->axes_count; i++) names[count++] = pbr_axis_name(whatif, i, arena);
    for (size_t i = 1; i < pbr_whatif_sweep_schema.count; i++)
        names[count++] = pbr_whatif_sweep_schema.columns[i].name;
    pbr_tidy_begin(rows, names, count);
    for (size_t i = 0; i < sweep->points_count; i++) write_point(rows, sweep, i);
    pbr_tidy_end(rows);
    pbr_arena_free(arena);
}

static void write_point_sum(pbr_tidy *rows, size_t point, pbr_simulated_of of, const char *name,
                            int64_t pence)
{
    pbr_tidy_int(rows, (int64_t)point + 1);
    pbr_tidy_text(rows, pbr_of_text(of));
    pbr_tidy_text(rows, name);
    pbr_tidy_int(rows, pence);
    pbr_tidy_end_row(rows);
}

static void write_sweep_sums(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    const pbr_sweep *sweep = whatif->sweep;
    const pbr_contract *contract = contract_of(whatif);
    begin(rows, &pbr_whatif_sweep_sum_schema, names);
    for (size_t i = 0; i < sweep->points_count; i++) {
        const pbr_point *point = &sweep->points[i];
        if (point->not_told) continue;
        for (size_t k = 0; k < sweep->payees.count; k++)
            write_point_sum(rows, i, PBR_OF_PAYEE, sweep->payees.names[k],
                            point->totals.payee_pence[k]);
        for (size_t k = 0; k < contract->areas_count; k++)
            write_point_sum(rows, i, PBR_OF_AREA, contract->areas[k].code,
                            point->totals.area_pence[k]);
    }
    pbr_tidy_end(rows);
}

/* --- tornado --- */

static void write_tornado(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_tornado_schema, names);
    for (size_t i = 0; i < whatif->tornado->count; i++) {
        const pbr_tornado_bar *bar = &whatif->tornado->bars[i];
        pbr_tidy_int(rows, (int64_t)i + 1);
        pbr_tidy_text(rows, bar->file);
        pbr_tidy_text(rows, bar->term);
        pbr_tidy_words(rows, bar->was);
        pbr_tidy_words(rows, bar->low_value);
        pbr_tidy_int_if(rows, !bar->low_not_told, bar->low_pence);
        pbr_tidy_words(rows, bar->high_value);
        pbr_tidy_int_if(rows, !bar->high_not_told, bar->high_pence);
        pbr_tidy_int(rows, whatif->tornado->unchanged_pence);
        pbr_tidy_int(rows, bar->span_pence);
        pbr_tidy_words(rows, bar->low_not_told);
        pbr_tidy_words(rows, bar->high_not_told);
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

/* --- break-even --- */

static void distance_cell(pbr_tidy *rows, int64_t events)
{
    pbr_tidy_int_if(rows, events != PBR_NEVER, events);
}

static void write_break_even(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_break_even_schema, names);
    for (size_t i = 0; i < whatif->break_evens->count; i++) {
        const pbr_break_even *even = &whatif->break_evens->rows[i];
        line_cells(rows, whatif, even->result);
        pbr_tidy_text(rows, pbr_verdict_text(even->result->verdict));
        pbr_tidy_text(rows, even->unit);
        pbr_tidy_int(rows, even->events);
        distance_cell(rows, even->fewer_for_better);
        distance_cell(rows, even->fewer_for_neither);
        distance_cell(rows, even->more_for_worse);
        distance_cell(rows, even->more_for_terminate);
        pbr_tidy_int(rows, even->computed_pence);
        pbr_tidy_int_if(rows, even->fewer_for_better != PBR_NEVER, even->at_better_pence);
        pbr_tidy_int_if(rows, even->more_for_worse != PBR_NEVER, even->at_worse_pence);
        pbr_tidy_text(rows, yes(even->hurdle_stops));
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

/* --- simulation --- */

static void effect_cells(pbr_tidy *rows, const pbr_simulated_effect *effect)
{
    pbr_tidy_words(rows, pbr_effect_name(effect->effect));
    pbr_tidy_text(rows, pbr_baseline_text(effect->baseline));
}

static void falls_cells(pbr_tidy *rows, const pbr_scenario_effect *effect)
{
    static const pbr_scenario_effect none = {0};
    const pbr_scenario_effect *told = effect ? effect : &none;
    pbr_tidy_number(rows, told->rate_fall);
    pbr_tidy_number(rows, told->rate_sd);
    pbr_tidy_number(rows, told->frequency_fall);
    pbr_tidy_number(rows, told->frequency_sd);
}

static void simulated_line_cells(pbr_tidy *rows, const pbr_whatif *whatif, const pbr_simulated *row)
{
    const pbr_result *result = row->result;
    pbr_tidy_text(rows, result ? contract_of(whatif)->cohorts[result->cohort].name : NULL);
    pbr_tidy_text(rows, result ? result->line->id : NULL);
    pbr_tidy_int(rows, whatif->simulation->replicates);
    for (pbr_verdict verdict = PBR_BETTER; verdict <= PBR_NO_RESULT; verdict++)
        pbr_tidy_int_if(rows, result, row->verdicts[verdict]);
    pbr_tidy_int_if(rows, result, row->terminated);
}

static void write_simulated(pbr_tidy *rows, const pbr_whatif *whatif,
                            const pbr_simulated_effect *effect, const pbr_simulated *row)
{
    effect_cells(rows, effect);
    falls_cells(rows, effect->effect);
    pbr_tidy_text(rows, pbr_of_text(row->of));
    pbr_tidy_text(rows, pbr_simulated_name(whatif, row));
    simulated_line_cells(rows, whatif, row);
    pbr_tidy_int(rows, row->paid);
    pbr_tidy_int(rows, row->deducted);
    pbr_tidy_double(rows, row->mean_pence);
    pbr_tidy_double(rows, row->paid_pence);
    pbr_tidy_double(rows, row->deducted_pence);
    pbr_tidy_double(rows, row->sd_pence);
    pbr_tidy_double(rows, row->error_pence);
    pbr_tidy_int(rows, row->least_pence);
    for (size_t i = 0; i < PBR_QUANTILES; i++) pbr_tidy_double(rows, row->quantile_pence[i]);
    pbr_tidy_int(rows, row->most_pence);
    pbr_tidy_end_row(rows);
}

static void write_simulation(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_simulation_schema, names);
    for (size_t i = 0; i < whatif->simulation->effects_count; i++) {
        const pbr_simulated_effect *effect = &whatif->simulation->effects[i];
        for (size_t k = 0; k < effect->count; k++)
            write_simulated(rows, whatif, effect, &effect->rows[k]);
    }
    pbr_tidy_end(rows);
}

static void write_bins(pbr_tidy *rows, const pbr_whatif *whatif, const pbr_simulated_effect *effect,
                       const pbr_simulated *row)
{
    const pbr_spread *spread = &row->spread;
    for (size_t i = 0; i < spread->count; i++) {
        int64_t from = (spread->first + (int64_t)i) * spread->width_pence;
        if (!spread->bins[i]) continue;
        effect_cells(rows, effect);
        pbr_tidy_text(rows, pbr_of_text(row->of));
        pbr_tidy_text(rows, pbr_simulated_name(whatif, row));
        pbr_tidy_int(rows, from);
        pbr_tidy_int(rows, from + spread->width_pence);
        pbr_tidy_int(rows, spread->bins[i]);
        pbr_tidy_end_row(rows);
    }
}

static void write_distribution(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_distribution_schema, names);
    for (size_t i = 0; i < whatif->simulation->effects_count; i++) {
        const pbr_simulated_effect *effect = &whatif->simulation->effects[i];
        for (size_t k = 0; k < effect->count; k++)
            if (effect->rows[k].of == PBR_OF_TOTAL || effect->rows[k].of == PBR_OF_PAYEE)
                write_bins(rows, whatif, effect, &effect->rows[k]);
    }
    pbr_tidy_end(rows);
}

/* --- power --- */

static void write_power(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_power_schema, names);
    for (size_t i = 0; i < whatif->power->rows_count; i++) {
        const pbr_power_row *row = &whatif->power->rows[i];
        line_cells(rows, whatif, row->result);
        pbr_tidy_number(rows, row->fall);
        pbr_tidy_int(rows, row->result->cases);
        pbr_tidy_double(rows, row->chance);
        pbr_tidy_double(rows, row->chance_worse);
        pbr_tidy_double(rows, row->paid);
        pbr_tidy_text(rows, pbr_power_how_text(row->how));
        pbr_tidy_double(rows, whatif->power->wanted);
        pbr_tidy_int_if(rows, row->needed > 0, row->needed);
        pbr_tidy_double(rows, row->needed_normal);
        pbr_tidy_end_row(rows);
    }
    pbr_tidy_end(rows);
}

static void curve_row(pbr_tidy *rows, const pbr_power_curve *curve, const char *at, int64_t size,
                      double chance)
{
    pbr_tidy_text(rows, curve->line->id);
    pbr_tidy_text(rows, curve->rules->name);
    pbr_tidy_number(rows, curve->fall);
    pbr_tidy_text(rows, at);
    pbr_tidy_int(rows, size);
    pbr_tidy_double(rows, chance);
    pbr_tidy_end_row(rows);
}

static void write_curves(pbr_tidy *rows, const pbr_whatif *whatif)
{
    const char *names[NAMES_MAX];
    begin(rows, &pbr_whatif_curve_schema, names);
    for (size_t i = 0; i < whatif->power->curves_count; i++) {
        const pbr_power_curve *curve = &whatif->power->curves[i];
        for (size_t k = 0; k < curve->count; k++)
            curve_row(rows, curve, "size", curve->sizes[k], curve->chances[k]);
        if (curve->quarter)
            curve_row(rows, curve, "quarter", curve->quarter, curve->quarter_chance);
        if (curve->year) curve_row(rows, curve, "year", curve->year, curve->year_chance);
    }
    pbr_tidy_end(rows);
}

/* --- all of them --- */

static bool has_sweep(const pbr_whatif *whatif)
{
    return whatif->sweep;
}

static bool has_tornado(const pbr_whatif *whatif)
{
    return whatif->tornado;
}

static bool has_break_even(const pbr_whatif *whatif)
{
    return whatif->break_evens;
}

static bool has_simulation(const pbr_whatif *whatif)
{
    return whatif->simulation;
}

static bool has_power(const pbr_whatif *whatif)
{
    return whatif->power;
}

const pbr_whatif_table pbr_whatif_tables[PBR_WHATIF_TABLES] = {
    {"terms", &pbr_whatif_term_schema, NULL, write_terms},
    {"lines", &pbr_whatif_line_schema, NULL, write_lines},
    {"sums", &pbr_whatif_sum_schema, NULL, write_sums},
    {"sweep", &pbr_whatif_sweep_schema, has_sweep, write_sweep},
    {"sweep_sums", &pbr_whatif_sweep_sum_schema, has_sweep, write_sweep_sums},
    {"tornado", &pbr_whatif_tornado_schema, has_tornado, write_tornado},
    {"break_even", &pbr_whatif_break_even_schema, has_break_even, write_break_even},
    {"simulation", &pbr_whatif_simulation_schema, has_simulation, write_simulation},
    {"distribution", &pbr_whatif_distribution_schema, has_simulation, write_distribution},
    {"power", &pbr_whatif_power_schema, has_power, write_power},
    {"power_curve", &pbr_whatif_curve_schema, has_power, write_curves},
};

static bool write_table(const char *path, const pbr_whatif_table *table, const pbr_whatif *whatif)
{
    pbr_tidy rows = {.csv = pbr_out_open(path)};
    if (!rows.csv) return false;
    table->write(&rows, whatif);
    return pbr_out_close(rows.csv);
}

bool pbr_whatif_write_csv(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag)
{
    for (size_t i = 0; i < PBR_WHATIF_TABLES; i++) {
        const pbr_whatif_table *table = &pbr_whatif_tables[i];
        if (table->has && !table->has(whatif)) continue;
        if (write_table(pbr_staged_path(staged, table->schema->file), table, whatif)) continue;
        pbr_error(diag, "unwritable-file", ((pbr_place){table->schema->file, 0, 0}),
                  "cannot be written: %s; is there room on the disk?", strerror(errno));
        return false;
    }
    return true;
}
