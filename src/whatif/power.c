/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/power.h"

#include "settle/test.h"
#include "whatif/candidates.h"
#include "whatif/detect.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 15 };

/* Sizes of a curve: preferred numbers (ISO 3, R10), as even on a logarithmic axis as round numbers
 * can be. */
static const int64_t SIZES[] = {50,    63,    80,    100,   125,   160,   200,  250,
                                315,   400,   500,   630,   800,   1000,  1250, 1600,
                                2000,  2500,  3150,  4000,  5000,  6300,  8000, 10000,
                                12500, 16000, 20000, 25000, 31500, 40000, 50000};
enum { SIZES_COUNT = sizeof SIZES / sizeof *SIZES };

/* A fall that cannot be: of the first result, and of how many. */
struct refusal {
    const char *path, *fall, *why;
    const pbr_result *result;
    size_t count;
};

struct maker {
    const pbr_settlement *settlement;
    const pbr_scenario *scenario;
    pbr_power *power;
    size_t rows_room, curves_room, notes_room;
    struct refusal *refusals;
    size_t refusals_count, refusals_room;
    pbr_diag *diag;
};

/* --- the falls that a metric is asked about --- */

struct falls {
    char *const *texts;
    unsigned count;
    const char *path;
};

static struct falls falls_of(const struct maker *m, const pbr_metric *metric)
{
    const pbr_scenario_power *asked = m->scenario->power;
    if (metric->kind == PBR_RATE)
        return (struct falls){asked->rate_falls, asked->rate_falls_count, "power.rate-falls"};
    if (metric->kind == PBR_EVENTS_PER_REOFFENDER)
        return (struct falls){asked->frequency_falls, asked->frequency_falls_count,
                              "power.frequency-falls"};
    return (struct falls){NULL, 0, ""};
}

/* The scenario was read with its decimals checked. */
static double number(const char *text)
{
    mpq_t value;
    mpq_init(value);
    pbr_decimal_parse(value, text, strlen(text), DECIMALS_MAX);
    double out = mpq_get_d(value);
    mpq_clear(value);
    return out;
}

static void impossible_fall(struct maker *m, const pbr_result *r, const struct falls *falls,
                            unsigned fall, const char *why)
{
    for (size_t i = 0; i < m->refusals_count; i++)
        if (m->refusals[i].fall == falls->texts[fall]) {
            m->refusals[i].count++;
            return;
        }
    m->refusals =
        pbr_grow(m->refusals, &m->refusals_room, m->refusals_count + 1, sizeof *m->refusals);
    m->refusals[m->refusals_count++] = (struct refusal){falls->path, falls->texts[fall], why, r, 1};
}

/* Once for all results of a fall: they are all mended by the same smaller one. */
static void tell_refusals(const struct maker *m)
{
    const pbr_contract *contract = m->settlement->contract;
    for (size_t i = 0; i < m->refusals_count; i++) {
        char rate[PBR_RATIO_TEXT], more[60] = "";
        const struct refusal *f = &m->refusals[i];
        const pbr_result *r = f->result;
        if (f->count > 1) snprintf(more, sizeof more, " (and %zu more)", f->count - 1);
        pbr_error(m->diag, "impossible-effect", pbr_scenario_place(m->scenario, "%s", f->path),
                  "a fall of \"%s\" from %s, which area %s, cohort %s%s is compared with, cannot "
                  "be: %s: ask for a smaller one",
                  f->fall, pbr_ratio_text(rate, r->baseline->rate, 4),
                  contract->areas[r->area].code, contract->cohorts[r->cohort].name, more, f->why);
    }
}

/* --- rows --- */

/* With the hurdle as it stands, is better paid? */
static bool is_paid(const pbr_result *result)
{
    pbr_result better = *result; /* its numbers are not touched */
    better.verdict = PBR_BETTER;
    return result->line->better && !pbr_result_is_gated(&better);
}

static void add_row(struct maker *m, pbr_detector *d, const char *fall)
{
    pbr_power *power = m->power;
    power->rows = pbr_grow(power->rows, &m->rows_room, power->rows_count + 1, sizeof *power->rows);
    pbr_power_row *row = &power->rows[power->rows_count++];
    *row = (pbr_power_row){.result = d->of, .fall = fall, .how = d->how};
    row->chance = pbr_detector_better(d, d->of->cases);
    row->chance_worse = pbr_detector_worse(d, d->of->cases);
    row->needed = pbr_detector_size(d, power->wanted);
    row->needed_normal = pbr_detector_size_normal(d, power->wanted);
    row->paid = is_paid(d->of) ? row->chance : 0;
}

static void add_rows_of(struct maker *m, const pbr_result *result)
{
    struct falls falls = falls_of(m, result->metric);
    for (unsigned i = 0; i < falls.count; i++) {
        pbr_detector detector;
        const char *why = pbr_detector_open(&detector, result, number(falls.texts[i]));
        if (why)
            impossible_fall(m, result, &falls, i, why);
        else
            add_row(m, &detector, falls.texts[i]);
        pbr_detector_close(&detector);
    }
}

static void add_note(struct maker *m, const char *text)
{
    pbr_power *power = m->power;
    for (size_t i = 0; i < power->notes_count; i++)
        if (strcmp(power->notes[i], text) == 0) return;
    power->notes =
        pbr_grow(power->notes, &m->notes_room, power->notes_count + 1, sizeof *power->notes);
    power->notes[power->notes_count++] = text;
}

/* Why nothing is told of a result, of a line as a whole where it is its metric. */
static void note_lack(struct maker *m, const pbr_result *r, const char *lack)
{
    const pbr_contract *contract = m->settlement->contract;
    pbr_arena *arena = m->power->arena;
    if (r->metric->kind != PBR_RATE && r->metric->kind != PBR_EVENTS_PER_REOFFENDER)
        add_note(m, pbr_arena_printf(arena, "Line %s: %s.", r->line->id, lack));
    else if (falls_of(m, r->metric).count)
        add_note(m, pbr_arena_printf(arena, "%s, %s, line %s: %s.", contract->areas[r->area].code,
                                     contract->cohorts[r->cohort].name, r->line->id, lack));
}

static void add_rows(struct maker *m)
{
    const pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        const char *lack = pbr_detector_lacks(&s->results[i]);
        if (lack)
            note_lack(m, &s->results[i], lack);
        else
            add_rows_of(m, &s->results[i]);
    }
    tell_refusals(m);
    free(m->refusals);
}

/* --- curves --- */

static int by_value(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

/* Median size of a metric's cohorts of a kind; of an even number, the lower of the middle two. */
static int64_t median_size(const pbr_settlement *s, const pbr_metric *metric, pbr_period kind)
{
    size_t count = 0;
    int64_t *sizes = pbr_alloc(s->results_count + 1, sizeof *sizes);
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *r = &s->results[i];
        if (strcmp(r->metric->id, metric->id) == 0 && s->contract->cohorts[r->cohort].kind == kind)
            sizes[count++] = r->cases;
    }
    qsort(sizes, count, sizeof *sizes, by_value);
    int64_t median = count ? sizes[(count - 1) / 2] : 0;
    free(sizes);
    return median;
}

static bool is_on_curve(const pbr_result *r, const pbr_result *first)
{
    return r->line == first->line && !pbr_detector_lacks(r);
}

static int by_size(const void *left, const void *right)
{
    const pbr_result *a = *(const pbr_result *const *)left, *b = *(const pbr_result *const *)right;
    if (a->cases != b->cases) return a->cases < b->cases ? -1 : 1;
    return a < b ? -1 : a > b;
}

static const pbr_result *of_median_size(const pbr_settlement *s, const pbr_result *first)
{
    size_t count = 0;
    const pbr_result **all = pbr_alloc(s->results_count, sizeof *all);
    for (size_t i = 0; i < s->results_count; i++)
        if (is_on_curve(&s->results[i], first)) all[count++] = &s->results[i];
    qsort(all, count, sizeof *all, by_size);
    const pbr_result *median = all[(count - 1) / 2];
    free(all);
    return median;
}

/* A result that meets the mean of what its line's results meet. */
struct typical {
    pbr_probe probe;
    pbr_baseline baseline;
};

static void add_to_mean(struct typical *t, const pbr_result *r)
{
    const pbr_baseline *from = r->baseline;
    mpq_add(t->baseline.rate, t->baseline.rate, from->rate);
    mpq_add(t->baseline.sd, t->baseline.sd, from->sd);
    mpq_add(t->baseline.lower, t->baseline.lower, from->lower);
    mpq_add(t->baseline.upper, t->baseline.upper, from->upper);
    mpq_add(t->probe.result.adjustment, t->probe.result.adjustment, r->adjustment);
    t->baseline.cases += from->cases;
}

static void divide(struct typical *t, int64_t count)
{
    mpq_ptr const sums[] = {t->baseline.rate, t->baseline.sd, t->baseline.lower, t->baseline.upper,
                            t->probe.result.adjustment};
    mpq_t part;
    mpq_init(part);
    pbr_ratio_set(part, 1, count);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++) mpq_mul(sums[i], sums[i], part);
    t->baseline.cases /= count;
    mpq_clear(part);
}

static void typical_open(struct typical *t, const pbr_settlement *s, const pbr_result *first)
{
    int64_t count = 0;
    const pbr_result *median = of_median_size(s, first);
    pbr_probe_open(&t->probe, median);
    t->baseline = *median->baseline;
    t->baseline.cases = 0;
    mpq_inits(t->baseline.rate, t->baseline.sd, t->baseline.lower, t->baseline.upper, NULL);
    mpq_set_ui(t->probe.result.adjustment, 0, 1);
    for (size_t i = 0; i < s->results_count; i++) {
        if (!is_on_curve(&s->results[i], first)) continue;
        add_to_mean(t, &s->results[i]);
        count++;
    }
    divide(t, count);
    t->probe.result.baseline = &t->baseline;
    pbr_probe_move(&t->probe, 0);
}

static void typical_close(struct typical *t)
{
    mpq_clears(t->baseline.rate, t->baseline.sd, t->baseline.lower, t->baseline.upper, NULL);
    pbr_probe_close(&t->probe);
}

static void add_curve(struct maker *m, pbr_detector *d, const char *fall)
{
    pbr_power *power = m->power;
    const pbr_metric *metric = d->of->metric;
    power->curves =
        pbr_grow(power->curves, &m->curves_room, power->curves_count + 1, sizeof *power->curves);
    pbr_power_curve *curve = &power->curves[power->curves_count++];
    *curve = (pbr_power_curve){.line = d->of->line, .rules = d->of->rules, .fall = fall};
    curve->sizes = pbr_arena_alloc(power->arena, sizeof SIZES);
    curve->chances = pbr_arena_alloc(power->arena, SIZES_COUNT * sizeof *curve->chances);
    curve->count = SIZES_COUNT;
    memcpy(curve->sizes, SIZES, sizeof SIZES);
    for (size_t i = 0; i < SIZES_COUNT; i++) curve->chances[i] = pbr_detector_better(d, SIZES[i]);
    curve->quarter = median_size(m->settlement, metric, PBR_QUARTER);
    curve->year = median_size(m->settlement, metric, PBR_YEAR);
    curve->quarter_chance = pbr_detector_better(d, curve->quarter);
    curve->year_chance = pbr_detector_better(d, curve->year);
}

static void add_curves_of(struct maker *m, const pbr_result *first)
{
    struct typical typical;
    struct falls falls = falls_of(m, first->metric);
    typical_open(&typical, m->settlement, first);
    for (unsigned i = 0; i < falls.count; i++) {
        pbr_detector detector;
        if (!pbr_detector_open(&detector, &typical.probe.result, number(falls.texts[i])))
            add_curve(m, &detector, falls.texts[i]);
        pbr_detector_close(&detector);
    }
    typical_close(&typical);
}

/* One a line, in the order of the first result of each. */
static void add_curves(struct maker *m)
{
    const pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *first = &s->results[i];
        bool seen = pbr_detector_lacks(first) != NULL;
        for (size_t k = 0; k < i && !seen; k++) seen = is_on_curve(&s->results[k], first);
        if (!seen) add_curves_of(m, first);
    }
}

/* --- the whole --- */

static void check(struct maker *m)
{
    if (m->power->wanted <= 0 || m->power->wanted >= 1)
        pbr_error(m->diag, "out-of-range", pbr_scenario_place(m->scenario, "power.chance"),
                  "power.chance \"%s\" is not between 0 and 1: write the chance of seeing the "
                  "fall, such as 0.8",
                  m->scenario->power->chance);
}

/* "rate-falls (binary, binary-year)": the lines that a key of power could ask of; "" if there are
 * none. */
static const char *could_ask(const struct maker *m, pbr_metric_kind kind, const char *key)
{
    const pbr_settlement *s = m->settlement;
    pbr_candidates lines = {.arena = m->power->arena};
    for (size_t i = 0; i < s->results_count; i++)
        if (s->results[i].metric->kind == kind && !pbr_detector_lacks(&s->results[i]))
            pbr_candidates_add(&lines, pbr_slice_of(s->results[i].line->id));
    if (!lines.count) return "";
    return pbr_arena_printf(m->power->arena, "%s (%s)", key, pbr_candidates_text(&lines));
}

static void check_rows(struct maker *m)
{
    if (m->power->rows_count) return;
    const char *rates = could_ask(m, PBR_RATE, "rate-falls");
    const char *frequencies = could_ask(m, PBR_EVENTS_PER_REOFFENDER, "frequency-falls");
    const char *joint = *rates && *frequencies ? " or " : "";
    pbr_place place = pbr_scenario_place(m->scenario, "power");
    if (*rates || *frequencies)
        pbr_error(m->diag, "nothing-to-detect", place,
                  "no result of the settlement can show such a fall: ask for %s%s%s", rates, joint,
                  frequencies);
    else
        pbr_error(m->diag, "nothing-to-detect", place,
                  "no result of the settlement can show a fall: power is told of rates, and of "
                  "reoffences of each reoffender, that have limits: leave `power` out");
}

pbr_power *pbr_power_make(const pbr_settled *side, const pbr_scenario *scenario, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_power *power = pbr_alloc(1, sizeof *power);
    struct maker m = {
        .settlement = side->settlement, .scenario = scenario, .power = power, .diag = diag};
    power->arena = pbr_arena_new();
    power->wanted = number(scenario->power->chance);
    check(&m);
    if (pbr_diag_count(diag, PBR_ERROR) == before) add_rows(&m);
    if (pbr_diag_count(diag, PBR_ERROR) == before) check_rows(&m);
    if (pbr_diag_count(diag, PBR_ERROR) == before) {
        add_curves(&m);
        return power;
    }
    pbr_power_free(power);
    return NULL;
}

void pbr_power_free(pbr_power *power)
{
    if (!power) return;
    free(power->rows);
    free(power->curves);
    free(power->notes);
    pbr_arena_free(power->arena);
    free(power);
}
