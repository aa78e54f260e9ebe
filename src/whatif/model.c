/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/model.h"

#include "settle/limits.h"

#include <limits.h>
#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What cannot be drawn of one fall of an effect: in the first cell, and in how many. */
struct refusal {
    const char *key, *what, *why;
    const pbr_model_cell *cell;
    double value;
    size_t count;
};

struct modelling {
    pbr_model *model;
    const pbr_compiled *compiled;
    const pbr_contract *contract;
    const pbr_scenario *scenario;
    pbr_diag *diag;
    int64_t *all; /* over all cells: reoffenders by number of reoffences */
    size_t all_size;
    double all_reoffenders, all_reoffences;
    struct refusal rate, frequency; /* of the effect at hand */
};

/* --- notes --- */

void pbr_model_note(pbr_model *model, const char *format, ...)
{
    va_list arguments;
    char text[600];
    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    for (size_t i = 0; i < model->notes_count; i++)
        if (strcmp(model->notes[i], text) == 0) return;
    model->notes =
        pbr_grow(model->notes, &model->notes_room, model->notes_count + 1, sizeof *model->notes);
    model->notes[model->notes_count++] = pbr_arena_text(model->arena, text, strlen(text));
}

/* --- what a cohort meets --- */

static const pbr_measure *measure_of(const struct modelling *m, const pbr_model_cell *cell)
{
    return m->compiled->cells[cell->cell].measure;
}

static bool is_in(const pbr_compiled_cell *whole, size_t cell)
{
    for (size_t i = 0; i < whole->parts_count; i++)
        if (whole->parts[i] == cell) return true;
    return false;
}

/* The first line that compares the cohort by such a metric; else one that compares a whole that it
 * is a part of. */
static const pbr_compiled_test *met(const struct modelling *m, size_t cell, pbr_metric_kind kind)
{
    const pbr_compiled *compiled = m->compiled;
    const pbr_compiled_test *of_whole = NULL;
    for (size_t i = 0; i < compiled->tests_count; i++) {
        const pbr_compiled_test *test = &compiled->tests[i];
        if (!test->result->baseline || test->result->metric->kind != kind) continue;
        if (test->cell == cell) return test;
        if (!of_whole && is_in(&compiled->cells[test->cell], cell)) of_whole = test;
    }
    return of_whole;
}

static const pbr_model_cell *model_cell(const struct modelling *m, size_t cell)
{
    for (size_t i = 0; i < m->model->cells_count; i++)
        if (m->model->cells[i].cell == cell) return &m->model->cells[i];
    return NULL;
}

static double own_chance(const pbr_measure *measure)
{
    return (double)measure->reoffenders / (double)measure->measurable;
}

/* Reoffences of a reoffender; of all cohorts where nobody reoffended. */
static double own_mean(const struct modelling *m, const pbr_measure *measure)
{
    if (measure->reoffenders) return (double)measure->reoffences / (double)measure->reoffenders;
    return m->all_reoffenders > 0 ? m->all_reoffences / m->all_reoffenders : 1;
}

/* fall in points. An earlier cohort may itself be compared with one before it; depth ends a circle.
 */
static double chance_of(const struct modelling *m, const pbr_model_cell *cell, double fall,
                        size_t depth)
{
    const pbr_measure *measure = measure_of(m, cell);
    const pbr_compiled_test *test = met(m, cell->cell, PBR_RATE);
    const pbr_model_cell *other;
    if (!cell->falls || depth > m->model->cells_count) return own_chance(measure);
    if (m->model->terms->method == PBR_SIMULATE_BOOTSTRAP) return own_chance(measure) - fall / 100;
    if (!test) test = met(m, cell->cell, PBR_EXPECTED_RATIO);
    if (!test) test = met(m, cell->cell, PBR_EVENTS_PER_100);
    if (!test) return own_chance(measure) - fall / 100;
    double rate = mpq_get_d(test->result->baseline->rate);
    double down = (mpq_get_d(test->result->adjustment) + fall) / 100;
    other = test->comparator == PBR_NONE ? NULL : model_cell(m, test->comparator);
    if (other) return chance_of(m, other, fall, depth + 1) - down;
    switch (test->result->metric->kind) {
    case PBR_EXPECTED_RATIO: /* reoffenders over those expected */
        return rate * mpq_get_d(measure->expected) / (double)measure->measurable - down;
    case PBR_EVENTS_PER_100: /* of as many events each as were counted */
        return rate / 100 / own_mean(m, measure) - down;
    default:
        return rate / 100 - down;
    }
}

/* Reoffences of a reoffender. */
static double mean_of(const struct modelling *m, const pbr_model_cell *cell, double fall,
                      size_t depth)
{
    const pbr_compiled_test *test = met(m, cell->cell, PBR_EVENTS_PER_REOFFENDER);
    const pbr_measure *measure = measure_of(m, cell);
    double own = own_mean(m, measure);
    if (!cell->falls || depth > m->model->cells_count) return own;
    if (m->model->terms->method == PBR_SIMULATE_BOOTSTRAP) return own - fall;
    if (!test) {
        test = met(m, cell->cell, PBR_EVENTS_PER_100);
        if (!test || test->comparator == PBR_NONE) return own - fall;
    }
    const pbr_model_cell *other =
        test->comparator == PBR_NONE ? NULL : model_cell(m, test->comparator);
    double base =
        other ? mean_of(m, other, fall, depth + 1) : mpq_get_d(test->result->baseline->rate);
    bool per_reoffender = test->result->metric->kind == PBR_EVENTS_PER_REOFFENDER;
    return base - fall - (per_reoffender ? mpq_get_d(test->result->adjustment) : 0);
}

/* --- how many reoffences --- */

static void add_to_all(struct modelling *m, const pbr_measure *measure)
{
    m->all_reoffenders += (double)measure->reoffenders;
    m->all_reoffences += (double)measure->reoffences;
    if (measure->histogram_size > m->all_size)
        m->all = pbr_grow(m->all, &m->all_size, measure->histogram_size, sizeof *m->all);
    for (size_t k = 0; k < measure->histogram_size; k++) m->all[k] += measure->histogram[k];
}

static void not_known(const struct modelling *m, const pbr_measure *measure, const char *what,
                      const char *remedy)
{
    pbr_error(m->diag, "counts-not-known", pbr_scenario_place(m->scenario, "simulate.counts"),
              "area %s, cohort %s: %s: %s", m->contract->areas[measure->area].code,
              m->contract->cohorts[measure->cohort].name, what, remedy);
}

static void take_all(const struct modelling *m, pbr_model_cell *cell)
{
    const pbr_measure *measure = measure_of(m, cell);
    pbr_chances_of_histogram(&cell->own, m->all, m->all_size, m->model->arena);
    pbr_model_note(m->model,
                   "area %s, cohort %s: reoffences are drawn as all cohorts together had them; its "
                   "own have not the mean that is asked for",
                   m->contract->areas[measure->area].code,
                   m->contract->cohorts[measure->cohort].name);
}

/* By the moments of what was counted: variance = mean + mean^2 / size of what goes beyond the first
 * reoffence. */
static void set_size(const struct modelling *m, pbr_model_cell *cell)
{
    const pbr_measure *measure = measure_of(m, cell);
    double n = (double)measure->reoffenders, events = (double)measure->reoffences;
    if (!measure->has_squared && measure->reoffenders > 1)
        not_known(m, measure, "how reoffences vary is not known",
                  "give reoffences_squared in metrics.csv, or counts.csv");
    if (measure->reoffenders < 2) return;
    double sd = pbr_sample_sd(n, events, mpq_get_d(measure->reoffences_squared));
    double further = events / n - 1, excess = sd * sd - further;
    if (excess > 0 && further > 0) cell->size = further * further / excess;
}

static void set_own(const struct modelling *m, pbr_model_cell *cell)
{
    const pbr_measure *measure = measure_of(m, cell);
    if (m->model->terms->counts == PBR_COUNTS_NEGATIVE_BINOMIAL)
        set_size(m, cell);
    else if (measure->histogram)
        pbr_chances_of_histogram(&cell->own, measure->histogram, measure->histogram_size,
                                 m->model->arena);
    else if (measure->reoffenders)
        not_known(m, measure, "how many reoffences each reoffender had is not known",
                  "give counts.csv, or state counts: negative-binomial");
}

/* --- cells --- */

static bool is_judged(const struct modelling *m, size_t cell)
{
    for (size_t i = 0; i < m->compiled->tests_count; i++) {
        const pbr_compiled_test *test = &m->compiled->tests[i];
        if (test->judged && (test->cell == cell || is_in(&m->compiled->cells[test->cell], cell)))
            return true;
    }
    return false;
}

/* Weighted persons vary as fewer would: (sum of weights) squared over the sum of their squares
 * (Kish, Survey Sampling, 1965). */
static void set_persons(const struct modelling *m, pbr_model_cell *cell)
{
    const pbr_measure *measure = measure_of(m, cell);
    double persons = (double)measure->measurable, drawn = persons;
    if (measure->has_weight_squares && mpq_sgn(measure->weight_squares) > 0)
        drawn = fmin(persons, floor(persons * persons / mpq_get_d(measure->weight_squares)));
    if (persons > UINT_MAX)
        pbr_error(m->diag, "too-many-to-draw", pbr_scenario_place(m->scenario, "simulate"),
                  "area %s, cohort %s: %.0f persons are more than can be drawn: at most %u",
                  m->contract->areas[measure->area].code,
                  m->contract->cohorts[measure->cohort].name, persons, UINT_MAX);
    cell->persons = persons > UINT_MAX ? 0 : (unsigned)drawn;
    cell->weight = drawn > 0 ? persons / drawn : 1;
    if (drawn < persons)
        pbr_model_note(m->model,
                       "area %s, cohort %s: the persons compared with are weighted: %.0f of them "
                       "are drawn as %.0f",
                       m->contract->areas[measure->area].code,
                       m->contract->cohorts[measure->cohort].name, persons, drawn);
}

static void note_whole(const struct modelling *m, const pbr_measure *measure)
{
    pbr_period kind = m->contract->cohorts[measure->cohort].kind;
    if (kind == PBR_YEAR || kind == PBR_POOL)
        pbr_model_note(m->model,
                       "%s is drawn by itself, not with the cohorts in it: each person counts once "
                       "in it, or they were not measured",
                       m->contract->cohorts[measure->cohort].name);
}

static void add_cells(struct modelling *m)
{
    pbr_model *model = m->model;
    const pbr_compiled *compiled = m->compiled;
    int64_t persons = 0;
    model->cells =
        pbr_arena_alloc(model->arena, (compiled->cells_count + 1) * sizeof *model->cells);
    for (size_t i = 0; i < compiled->cells_count; i++) {
        const pbr_measure *measure = compiled->cells[i].measure;
        if (compiled->cells[i].parts_count) continue;
        pbr_model_cell *cell = &model->cells[model->cells_count++];
        *cell = (pbr_model_cell){.cell = i, .falls = !measure->control && is_judged(m, i)};
        set_persons(m, cell);
        note_whole(m, measure);
        if (cell->falls) persons += measure->measurable;
        if (!compiled->wants_reoffences) continue;
        set_own(m, cell);
        add_to_all(m, measure);
    }
    if (!persons)
        pbr_error(m->diag, "nobody-to-draw", pbr_scenario_place(m->scenario, "simulate"),
                  "nobody is measurable in what is settled: there is nobody to draw");
}

/* --- effects --- */

static double number(const char *text)
{
    return text ? strtod(text, NULL) : 0;
}

static const char *name_of(const pbr_scenario_effect *effect)
{
    return effect ? effect->name : "none";
}

static void impossible(struct refusal *refusal, const pbr_model_cell *cell, const char *what,
                       double value, const char *why)
{
    if (!refusal->count++) *refusal = (struct refusal){refusal->key, what, why, cell, value, 1};
}

/* Once for all areas and cohorts: they are all mended by the same smaller effect. */
static void tell_refusal(const struct modelling *m, size_t effect, const struct refusal *refusal)
{
    char more[60] = "";
    if (!refusal->count) return;
    const pbr_measure *measure = measure_of(m, refusal->cell);
    pbr_place place =
        m->model->effects[effect].effect
            ? pbr_scenario_place(m->scenario, "simulate.effects.%zu.%s", effect + 1, refusal->key)
            : pbr_scenario_place(m->scenario, "simulate");
    if (refusal->count > 1) snprintf(more, sizeof more, " (and %zu more)", refusal->count - 1);
    pbr_error(m->diag, "impossible-effect", place,
              "effect \"%s\": area %s, cohort %s%s: %s would be %.6g%s: state a smaller effect",
              name_of(m->model->effects[effect].effect), m->contract->areas[measure->area].code,
              m->contract->cohorts[measure->cohort].name, more, refusal->what, refusal->value,
              refusal->why);
}

static void load_chances(const struct modelling *m, pbr_model_chance *out,
                         const pbr_model_cell *cell)
{
    size_t size = cell->own.size;
    out->chances = (pbr_chances){
        .values = pbr_arena_alloc(m->model->arena, size * sizeof *out->chances.values),
        .chances = pbr_arena_alloc(m->model->arena, size * sizeof *out->chances.chances),
        .given = pbr_arena_alloc(m->model->arena, size * sizeof *out->chances.given),
    };
    pbr_chances_apply(&cell->own, pbr_chances_tilt(&cell->own, out->mean, 0), &out->chances);
    pbr_chances_order(&out->chances);
}

static void set_counts(struct modelling *m, pbr_model_chance *out, pbr_model_cell *cell)
{
    bool negative_binomial = m->model->terms->counts == PBR_COUNTS_NEGATIVE_BINOMIAL;
    bool too_many = negative_binomial && out->mean > pbr_model_mean_most(cell);
    bool possible = negative_binomial ? out->mean >= 1 : pbr_chances_reach(&cell->own, out->mean);
    if (!possible && !negative_binomial) {
        take_all(m, cell);
        possible = pbr_chances_reach(&cell->own, out->mean);
    }
    if (!possible || too_many)
        impossible(&m->frequency, cell, "reoffences of a reoffender", out->mean,
                   too_many ? ", more than can be drawn"
                            : ", which no reoffender's own number allows");
    else if (!negative_binomial)
        load_chances(m, out, cell);
    else if (m->model->as_table)
        pbr_chances_of_negative_binomial(&out->chances, out->mean, cell->size, m->model->arena);
    for (size_t i = 0; i < out->chances.size; i++)
        if (out->chances.values[i] > m->model->most) m->model->most = out->chances.values[i];
}

static void set_chance(struct modelling *m, size_t effect, size_t index)
{
    pbr_model_effect *e = &m->model->effects[effect];
    pbr_model_cell *cell = &m->model->cells[index];
    pbr_model_chance *out = &e->cells[index];
    const pbr_scenario_effect *stated = e->effect;
    double rate_fall = stated ? number(stated->rate_fall) : 0;
    double frequency_fall = stated ? number(stated->frequency_fall) : 0;
    if (!cell->persons) return;
    out->chance = chance_of(m, cell, rate_fall, 0);
    if (e->rate_sd == 0 && (out->chance < 0 || out->chance > 1))
        impossible(&m->rate, cell, "the chance of reoffending", out->chance,
                   ", which is no chance");
    if (!m->compiled->wants_reoffences) return;
    out->mean = mean_of(m, cell, frequency_fall, 0);
    set_counts(m, out, cell);
}

static void add_effects(struct modelling *m)
{
    pbr_model *model = m->model;
    unsigned stated = model->terms->effects_count;
    model->effects_count = stated ? stated : 1;
    model->effects = pbr_arena_alloc(model->arena, model->effects_count * sizeof *model->effects);
    for (size_t e = 0; e < model->effects_count; e++) {
        const pbr_scenario_effect *effect = stated ? &model->terms->effects[e] : NULL;
        pbr_model_effect *out = &model->effects[e];
        out->effect = effect;
        out->rate_sd = effect ? number(effect->rate_sd) : 0;
        out->frequency_sd = effect ? number(effect->frequency_sd) : 0;
        out->cells = pbr_arena_alloc(model->arena, (model->cells_count + 1) * sizeof *out->cells);
        m->rate = (struct refusal){.key = "rate-fall"};
        m->frequency = (struct refusal){.key = "frequency-fall"};
        for (size_t i = 0; i < model->cells_count; i++) set_chance(m, e, i);
        tell_refusal(m, e, &m->rate);
        tell_refusal(m, e, &m->frequency);
    }
}

/* --- baselines --- */

static void cannot_be_sampled(const struct modelling *m, const pbr_baseline *row, const char *what)
{
    pbr_error(m->diag, "baseline-not-sampled",
              ((pbr_place){pbr_contract_path(m->contract, "baselines.csv"), row->line, 0}),
              "area %s, %s, metric %s: the baseline cannot be sampled without %s: add it, or state "
              "simulate.baseline: fixed",
              m->contract->areas[row->area].code, row->cohort, row->metric, what);
}

static void check_row(const struct modelling *m, const pbr_compiled_row *row)
{
    const pbr_baseline *baseline = row->baseline;
    bool rate = row->metric->kind == PBR_RATE;
    double value = mpq_get_d(baseline->rate);
    if (!baseline->has_cases || baseline->cases < 1)
        cannot_be_sampled(m, baseline, "cases");
    else if (!rate && !baseline->has_sd)
        cannot_be_sampled(m, baseline, "sd");
    else if (baseline->cases > UINT_MAX)
        cannot_be_sampled(m, baseline, "cases below 4,294,967,296");
    else if (rate && (value < 0 || value > 100))
        cannot_be_sampled(m, baseline, "a rate of 0 to 100");
}

static void need_row(bool *needed, const pbr_compiled *compiled, size_t row)
{
    needed[row] = true;
    for (unsigned q = 0; q < compiled->rows[row].parts_count; q++)
        needed[compiled->rows[row].parts[q]] = true;
}

static void choose_row(struct modelling *m, size_t index)
{
    const pbr_compiled_row *row = &m->compiled->rows[index];
    pbr_model *model = m->model;
    pbr_metric_kind kind = row->metric->kind;
    if (row->parts_count)
        model->moved_rows[model->moved_rows_count++] = index;
    else if (kind == PBR_RATE || kind == PBR_EVENTS_PER_REOFFENDER) {
        check_row(m, row);
        model->drawn_rows[model->drawn_rows_count++] = index;
    } else
        pbr_model_note(model,
                       "baselines of metric %s stand as tabled: only rates of persons and "
                       "reoffences of a reoffender are sampled",
                       row->metric->id);
}

/* Rows that a verdict rests on. One without a kind to draw stays as it is. */
static void choose_rows(struct modelling *m)
{
    const pbr_compiled *compiled = m->compiled;
    pbr_model *model = m->model;
    size_t bytes = (compiled->rows_count + 1) * sizeof(size_t);
    bool *needed = pbr_alloc(compiled->rows_count + 1, sizeof *needed);
    model->drawn_rows = pbr_arena_alloc(model->arena, bytes);
    model->moved_rows = pbr_arena_alloc(model->arena, bytes);
    for (size_t i = 0; i < compiled->tests_count; i++)
        if (compiled->tests[i].judged && compiled->tests[i].row != PBR_NONE)
            need_row(needed, compiled, compiled->tests[i].row);
    for (size_t i = 0; i < compiled->rows_count; i++)
        if (needed[i]) choose_row(m, i);
    free(needed);
}

/* --- what is left as it is --- */

/* A tabled number of reoffences per 100 persons is not met where a rate of the same persons is. */
static bool misses_its_baseline(const struct modelling *m, const pbr_compiled_test *test)
{
    return test->result->metric->kind == PBR_EVENTS_PER_100 && test->comparator == PBR_NONE &&
           m->model->terms->method == PBR_SIMULATE_PARAMETRIC &&
           (met(m, test->cell, PBR_RATE) || met(m, test->cell, PBR_EXPECTED_RATIO));
}

static void note_tests(struct modelling *m)
{
    bool sampled = m->model->terms->baseline != PBR_BASELINE_FIXED;
    for (size_t i = 0; i < m->compiled->tests_count; i++) {
        const pbr_compiled_test *test = &m->compiled->tests[i];
        const pbr_line *line = test->result->line;
        if (!test->judged) continue;
        if (test->result->metric->kind == PBR_DAYS_PER_PERSON)
            pbr_model_note(m->model,
                           "line %s counts days, which are not drawn: they stand as "
                           "measured",
                           line->id);
        if (misses_its_baseline(m, test))
            pbr_model_note(m->model,
                           "line %s: persons are drawn around the baseline of another line, with "
                           "the cohort's own reoffences of each, and not around its own baseline: "
                           "no effect may look like one in it",
                           line->id);
        if (line->test.kind == PBR_TEST_ONE_SAMPLE_Z && line->test.variance == PBR_RESIDUAL)
            pbr_model_note(m->model, "line %s: the scores of reoffenders go with their number",
                           line->id);
        if (sampled && line->test.kind == PBR_TEST_GIVEN)
            pbr_model_note(m->model,
                           "line %s: its limits are terms of the table and stand where "
                           "the baseline is sampled",
                           line->id);
    }
}

static void note_claims(struct modelling *m)
{
    const pbr_settlement *s = m->compiled->side->settlement;
    for (size_t i = 0; i < m->compiled->claims_count; i++)
        if (m->compiled->claims[i].test == PBR_NONE)
            pbr_model_note(m->model,
                           "fees, volumes, credits and lines that only earlier settlements "
                           "computed are not in these sums; they take their room under caps");
    for (size_t i = 0; i < s->payments_count; i++)
        if (s->payments[i].result &&
            strcmp(s->payments[i].disposition, pbr_disposition_text(PBR_APPLY)) != 0)
            pbr_model_note(m->model, "decisions to waive, reinvest, cancel or hold a line are not "
                                     "applied to what is drawn");
}

/* --- the whole --- */

pbr_model *pbr_model_make(const pbr_compiled *compiled, const pbr_scenario *scenario,
                          pbr_arena *arena, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_model *model = pbr_arena_alloc(arena, sizeof *model);
    model->compiled = compiled;
    model->terms = scenario->simulate;
    model->arena = arena;
    model->as_table =
        compiled->wants_reoffences && (model->terms->counts == PBR_COUNTS_RESAMPLED ||
                                       compiled->wants_squares || compiled->wants_histogram);
    struct modelling m = {
        .model = model,
        .compiled = compiled,
        .contract = compiled->side->settlement->contract,
        .scenario = scenario,
        .diag = diag,
    };
    add_cells(&m);
    if (pbr_diag_count(diag, PBR_ERROR) == before) add_effects(&m);
    if (model->terms->baseline != PBR_BASELINE_FIXED) choose_rows(&m);
    note_tests(&m);
    note_claims(&m);
    free(m.all);
    if (pbr_diag_count(diag, PBR_ERROR) == before) return model;
    pbr_model_free(model);
    return NULL;
}

void pbr_model_free(pbr_model *model)
{
    if (model) free(model->notes);
}
