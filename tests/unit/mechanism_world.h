/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A random contract and random measures, built in memory: one contract year of quarters, months,
 * named cohorts and their pool, and the first quarter of the next. What an area has depends on the
 * seed and its name alone, so that the order of the areas can be changed. */
#ifndef TESTS_UNIT_MECHANISM_WORLD_H
#define TESTS_UNIT_MECHANISM_WORLD_H

#include "support.h"

#include "contract/index.h"
#include "settle/settlement.h"

enum { AREAS_MAX = 3, VERSIONS = 2, AGREEMENTS_MAX = 3, LEVELS = 3, BANDS = 2, NAMED = 3 };
enum { MONTHS = 13, QUARTERS = 5, COHORTS = MONTHS + QUARTERS + 2 + NAMED + 1 };
enum { FEE, CREDIT, VOLUME, RATE, MEAN, RATE_YEAR, NAMED_EVENTS, POOL_EVENTS, LINES };
enum { METRIC_RATE, METRIC_MEAN, METRIC_EVENTS, METRICS };
enum { STEPS_ROWS = 3, STEPS_COUNT = 2 * STEPS_ROWS };
enum {
    P_FEE,
    P_DISCOUNT,
    P_LOW,
    P_HIGH,
    P_PREDICTED,
    P_MARGINAL,
    P_UNIT,
    P_YEAR,
    P_SHARE,
    P_MINUS,
    P_LINE_LIMIT,
    P_COHORT_LIMIT,
    P_YEAR_LIMIT,
    P_LIFE_LIMIT,
    COLUMNS
};

static const char *const line_ids[LINES] = {"fee",  "credit",    "volume", "rate",
                                            "mean", "rate-year", "named",  "pool"};
static const pbr_period line_periods[LINES] = {PBR_MONTH,   PBR_MONTH, PBR_MONTH, PBR_QUARTER,
                                               PBR_QUARTER, PBR_YEAR,  PBR_NAMED, PBR_POOL};
static const char *const column_names[COLUMNS] = {
    "fee",  "discount", "low",   "high", "predicted", "marginal",   "unit",
    "year", "share",    "minus", "line", "cohort-",   "year-limit", "life"};
static const char *const level_columns[PBR_CAP_LEVELS] = {"line", "cohort-", "year-limit", "life"};
static const char *const area_names[AREAS_MAX] = {"A1", "A2", "A3"};
static const char *const payees[] = {"Ash", "Beech", "Cedar"};
static const char *const price_years[] = {"2015/16", "2016/17", "life"};

struct world {
    pbr_contract contract;
    pbr_area areas[AREAS_MAX];
    pbr_rules rules[VERSIONS];
    pbr_terms terms[VERSIONS];
    pbr_metric metrics[METRICS];
    pbr_line lines[VERSIONS][LINES];
    pbr_payoff payoffs[VERSIONS][LINES][3];
    pbr_gate gates[VERSIONS][2];
    pbr_verdict gate_results[VERSIONS][2];
    pbr_cap caps[PBR_CAP_LEVELS];
    char *over[PBR_CAP_LEVELS][LINES];
    char *net_of[2];
    pbr_period periods[PBR_PERIODS];
    pbr_weight weights[BANDS];
    pbr_credit_step scale[2];
    pbr_agreement agreements[AREAS_MAX * AGREEMENTS_MAX];
    pbr_baseline baselines[AREAS_MAX * COHORTS * METRICS];
    pbr_price prices[AREAS_MAX * 3];
    mpq_t amounts[AREAS_MAX * 3][COLUMNS];
    pbr_step steps[STEPS_COUNT];
    pbr_index indices[2];
    pbr_cohort cohorts[COHORTS];
    pbr_measures *measures;
    pbr_volume volumes[AREAS_MAX * MONTHS * BANDS];
    pbr_level levels[AREAS_MAX * MONTHS];
    size_t chosen[COHORTS];
    pbr_settle_options options;
    uint64_t random;
};

static inline bool one_in(struct world *w, int64_t count)
{
    return below(&w->random, count) == 0;
}

static inline char *word(const char *text)
{
    return (char *)(uintptr_t)text;
}

/* --- cohorts, in the contract's order: by last day, then first day descending --- */

static inline void add_cohort(struct world *w, const char *name, pbr_period kind, int from, int to,
                              const char *baseline)
{
    pbr_contract *c = &w->contract;
    int april = 2015 * 12 + 3;
    pbr_date first = pbr_date_make(from / 12, from % 12 + 1, 1);
    w->cohorts[c->cohorts_count++] =
        (pbr_cohort){.name = name,
                     .kind = kind,
                     .from = first,
                     .to = pbr_date_make(to / 12, to % 12 + 1, 1),
                     .contract_year = from < april + 12 ? "2015/16" : "2016/17",
                     .baseline = baseline,
                     .members = kind == PBR_POOL ? "n1;n2;n3" : NULL};
}

static inline void add_cohorts(struct world *w)
{
    static const char *const months[MONTHS] = {
        "2015-04", "2015-05", "2015-06", "2015-07", "2015-08", "2015-09", "2015-10",
        "2015-11", "2015-12", "2016-01", "2016-02", "2016-03", "2016-04"};
    static const char *const quarters[QUARTERS][2] = {
        {"2015Q2", "Q2"}, {"2015Q3", "Q3"}, {"2015Q4", "Q4"}, {"2016Q1", "Q1"}, {"2016Q2", "Q2"}};
    static const char *const named[NAMED] = {"n1", "n2", "n3"};
    int april = 2015 * 12 + 3;
    w->contract.cohorts = w->cohorts;
    for (int m = 0; m < MONTHS; m++) {
        add_cohort(w, months[m], PBR_MONTH, april + m, april + m + 1, "");
        if (m % 3 == 2)
            add_cohort(w, quarters[m / 3][0], PBR_QUARTER, april + m - 2, april + m + 1,
                       quarters[m / 3][1]);
        if (m % 4 == 3)
            add_cohort(w, named[m / 4], PBR_NAMED, april + m - 3, april + m + 1, named[m / 4]);
        if (m != 11) continue;
        add_cohort(w, "all", PBR_POOL, april, april + 12, "all");
        add_cohort(w, "2015/16", PBR_YEAR, april, april + 12, "annual");
    }
    add_cohort(w, "2016Q2", PBR_QUARTER, april + 12, april + 15, "Q2");
    add_cohort(w, "2016/17", PBR_YEAR, april + 12, april + 15, "annual");
}

/* --- terms --- */

static inline pbr_payoff *any_payoff(struct world *w, int version, int line, pbr_verdict side)
{
    static const pbr_payoff_kind better[] = {PBR_PER_UNIT, PBR_FIXED,  PBR_STEPS,
                                             PBR_LINEAR,   PBR_SLICES, PBR_SHARE};
    pbr_payoff *p = &w->payoffs[version][line][side];
    *p = (pbr_payoff){.kind = better[below(&w->random, 6)],
                      .price = word(line == RATE_YEAR ? "year" : "unit"),
                      .measured_from = one_in(w, 4) ? PBR_FROM_THRESHOLD : PBR_FROM_BASELINE,
                      .least = word("0.5"),
                      .full = word("4.25"),
                      .share = word("share"),
                      .most = word("40")};
    if (side == PBR_WORSE && one_in(w, 4)) p->kind = PBR_REFUND;
    if (p->kind == PBR_STEPS) p->price = NULL;
    p->table = word(p->kind == PBR_STEPS ? "a" : "b");
    return p;
}

static inline void any_test(struct world *w, pbr_test *test, int metric)
{
    static const pbr_test_kind rates[] = {PBR_TEST_NONE,   PBR_TEST_GIVEN,
                                          PBR_TEST_CHANGE, PBR_TEST_ONE_SAMPLE_Z,
                                          PBR_TEST_WILSON, PBR_TEST_CLOPPER_PEARSON};
    static const pbr_test_kind means[] = {PBR_TEST_NONE, PBR_TEST_GIVEN, PBR_TEST_CHANGE,
                                          PBR_TEST_NORMAL_MEAN};
    bool rate = metric == METRIC_RATE;
    *test = (pbr_test){.kind = rate ? rates[below(&w->random, one_in(w, 4) ? 6 : 4)]
                                    : means[below(&w->random, metric == METRIC_MEAN ? 4 : 3)],
                       .sides = one_in(w, 2) ? 1 : 2,
                       .around = PBR_AROUND_BASELINE,
                       .sd = one_in(w, 2) ? PBR_SD_COHORT : PBR_SD_BASELINE,
                       .better_at = word(one_in(w, 4) ? "none" : "1"),
                       .worse_at = word(one_in(w, 4) ? "none" : "1.5"),
                       .round_thresholds = word("4"),
                       .round_rate = word(one_in(w, 4) ? "2" : "none"),
                       .minimum_cohort = one_in(w, 8) ? 300 : 0};
    if (test->kind >= PBR_TEST_ONE_SAMPLE_Z && test->kind != PBR_TEST_CHANGE)
        test->level = word(one_in(w, 2) ? "0.95" : "0.8");
}

static inline void any_gate(struct world *w, int version, pbr_line *line, int index,
                            const char *other)
{
    pbr_gate *gate = &w->gates[version][index];
    w->gate_results[version][index] = one_in(w, 2) ? PBR_BETTER : PBR_NEITHER;
    *gate = (pbr_gate){.line = word(other),
                       .results = &w->gate_results[version][index],
                       .results_count = 1,
                       .applies_to = (pbr_gate_side)below(&w->random, 3),
                       .over = index ? PBR_GATE_EVERY_MEMBER : PBR_GATE_SAME_COHORT};
    line->gate = gate;
}

static inline void any_outcome(struct world *w, int version, int index, pbr_line *line)
{
    static const int metric_of[LINES] = {
        0, 0, 0, METRIC_RATE, METRIC_MEAN, METRIC_RATE, METRIC_EVENTS, METRIC_EVENTS};
    int metric = metric_of[index];
    line->kind = PBR_OUTCOME;
    line->metric = w->metrics[metric].id;
    line->change = one_in(w, 2) ? PBR_CHANGE_UNITS : PBR_CHANGE_RELATIVE;
    any_test(w, &line->test, metric);
    line->better = any_payoff(w, version, index, PBR_BETTER);
    if (one_in(w, 4)) line->neither = any_payoff(w, version, index, PBR_NEITHER);
    if (!one_in(w, 4)) line->worse = any_payoff(w, version, index, PBR_WORSE);
    if (index == MEAN && one_in(w, 2)) any_gate(w, version, line, 0, "rate");
    if (index == POOL_EVENTS && one_in(w, 3)) any_gate(w, version, line, 1, "named");
    if (index == RATE_YEAR || index == POOL_EVENTS) {
        line->net_of = &w->net_of[index == POOL_EVENTS];
        line->net_of_count = one_in(w, 2);
    }
}

static inline void any_monthly(struct world *w, int index, pbr_line *line)
{
    line->kind = index == FEE ? PBR_FEE : index == CREDIT ? PBR_CREDIT : PBR_VOLUME;
    line->price = word("fee");
    line->residue = one_in(w, 2) ? PBR_RESIDUE_FIRST : PBR_RESIDUE_LAST;
    line->discount = word(one_in(w, 2) ? "discount" : NULL);
    if (one_in(w, 2)) line->index = word("cpi"), line->index_base = word("2015/16");
    line->weights = w->weights;
    line->weights_count = BANDS;
    line->band_low = word("low"), line->band_high = word("high");
    line->predicted = word("predicted"), line->marginal = word("marginal");
    line->divisor = one_in(w, 2) ? PBR_OF_EDGE : PBR_OF_PREDICTED;
    line->measure = word("plans"), line->target = word("90");
    line->scale = w->scale;
    line->scale_count = 2;
}

static inline void add_caps(struct world *w)
{
    for (int level = 0; level < PBR_CAP_LEVELS; level++) {
        pbr_cap *cap = &w->caps[w->terms[0].caps_count];
        if (one_in(w, 3)) continue;
        *cap = (pbr_cap){.id = word(level_columns[level]),
                         .over = w->over[level],
                         .per = (pbr_cap_level)level,
                         .column = word(level_columns[level]),
                         .minus = level == PBR_CAP_YEAR && one_in(w, 2) ? word("minus") : NULL,
                         .headroom = one_in(w, 2) ? PBR_HEADROOM_NET : PBR_HEADROOM_GROSS};
        for (int line = 0; line < LINES; line++)
            if (!one_in(w, 3)) w->over[level][cap->over_count++] = word(line_ids[line]);
        w->terms[0].caps_count++;
        w->terms[1].caps_count++;
    }
}

static inline void add_version(struct world *w, int version)
{
    pbr_terms *t = &w->terms[version];
    w->rules[version] = (pbr_rules){.name = version ? "v2" : "v1", .terms = t};
    t->metrics = w->metrics, t->metrics_count = METRICS;
    t->caps = w->caps;
    t->cohort.periods = w->periods, t->cohort.periods_count = PBR_PERIODS;
    t->rounding.mode = (pbr_rounding)below(&w->random, 3);
    t->rounding.units = one_in(w, 4) ? PBR_UNITS_INTEGER : PBR_UNITS_EXACT;
    t->versions.rules_at = (pbr_version_day)below(&w->random, 3);
    t->payee.rule = (pbr_payee_rule)below(&w->random, 3);
    t->payee.formation_day = one_in(w, 2) ? PBR_FIRST_DAY : PBR_LAST_DAY;
    t->due.days_after_settlement = 30;
    t->negative_total.treatment = (pbr_negative_total)below(&w->random, 3);
    t->lines = w->lines[version];
    for (int i = 0; i < LINES; i++) {
        pbr_line *line = &t->lines[t->lines_count++];
        *line = (pbr_line){.id = word(line_ids[i]), .period = line_periods[i]};
        if (i <= VOLUME)
            any_monthly(w, i, line);
        else
            any_outcome(w, version, i, line);
    }
}

/* --- tables --- */

static inline void add_baseline(struct world *w, size_t area, const char *cohort, int metric)
{
    static const int64_t centre[METRICS] = {4000, 350, 14000}; /* hundredths */
    pbr_baseline *row = &w->baselines[w->contract.baselines_count++];
    *row = (pbr_baseline){.area = area,
                          .cohort = cohort,
                          .metric = w->metrics[metric].id,
                          .year = "2011",
                          .cases = 400,
                          .has_cases = true,
                          .has_sd = true,
                          .has_lower = true,
                          .has_upper = true,
                          .has_terminate = one_in(w, 2)};
    mpq_inits(row->rate, row->sd, row->ogrs_mean, row->lower, row->upper, row->terminate, NULL);
    int64_t rate = centre[metric] + between(&w->random, -centre[metric] / 10, centre[metric] / 10);
    int64_t margin = between(&w->random, 0, rate / 20);
    pbr_ratio_set(row->rate, rate, 100);
    pbr_ratio_set(row->sd, between(&w->random, 50, 400), 100);
    pbr_ratio_set(row->lower, rate - margin, 100);
    pbr_ratio_set(row->upper, rate + margin, 100);
    pbr_ratio_set(row->terminate, rate + 2 * margin, 100);
}

static inline void add_baselines(struct world *w, size_t area)
{
    static const char *const rates[] = {"Q1", "Q2", "Q3", "Q4", "annual"};
    static const char *const events[] = {"n1", "n2", "n3", "all"};
    for (size_t i = 0; i < COUNT(rates); i++)
        for (int metric = METRIC_RATE; metric <= METRIC_MEAN; metric++)
            add_baseline(w, area, rates[i], metric);
    for (size_t i = 0; i < COUNT(events); i++) add_baseline(w, area, events[i], METRIC_EVENTS);
}

/* Hundredths of a pound, a percent or a start, from least to most. */
static const int64_t column_ranges[COLUMNS][2] = {
    {100, 999999999}, {0, 1500},      {50000, 90000}, {90000, 130000}, {60000, 120000},
    {0, 10000},       {1, 400000},    {1, 100000},    {0, 6000},       {0, 5000000},
    {0, 2000000},     {0, 100000000}, {0, 150000000}, {0, 250000000}};

static inline void add_prices(struct world *w, size_t area)
{
    for (size_t y = 0; y < COUNT(price_years); y++) {
        size_t row = w->contract.prices_count++;
        w->prices[row] =
            (pbr_price){.area = area, .contract_year = price_years[y], .amounts = w->amounts[row]};
        for (int c = 0; c < COLUMNS; c++) {
            mpq_init(w->amounts[row][c]);
            pbr_ratio_set(w->amounts[row][c],
                          between(&w->random, column_ranges[c][0], column_ranges[c][1]), 100);
        }
    }
}

/* Steps from 0 upwards; their amounts rise with them. */
static inline void add_steps(struct world *w)
{
    for (int i = 0; i < STEPS_COUNT; i++) {
        pbr_step *step = &w->steps[i];
        bool slices = i >= STEPS_ROWS;
        *step = (pbr_step){.table = slices ? "b" : "a"};
        mpq_inits(step->at_least, step->value, NULL);
        pbr_ratio_set(step->at_least, i % STEPS_ROWS * 100 + below(&w->random, 100), 100);
        pbr_ratio_set(step->value,
                      slices ? between(&w->random, 0, 100)
                             : i % STEPS_ROWS * 500000 + below(&w->random, 500000),
                      slices ? 1 : 100);
    }
    w->contract.steps = w->steps, w->contract.steps_count = STEPS_COUNT;
}

static inline void add_indices(struct world *w)
{
    for (int i = 0; i < 2; i++) {
        w->indices[i] = (pbr_index){.series = "cpi", .contract_year = price_years[i]};
        mpq_init(w->indices[i].value);
        pbr_ratio_set(w->indices[i].value, between(&w->random, 900, 1200), 10);
    }
    w->contract.indices = w->indices, w->contract.indices_count = 2;
}

/* One to three agreements that follow each other; the last may have ended. */
static inline void add_agreements(struct world *w, size_t area)
{
    pbr_date from = pbr_date_make(2015, 1, 1);
    int64_t count = between(&w->random, 1, AGREEMENTS_MAX);
    for (int64_t i = 0; i < count; i++) {
        bool last = i + 1 == count;
        pbr_date to = last ? PBR_NO_DATE
                           : pbr_date_make(2015, (int)(4 * i + between(&w->random, 4, 7)),
                                           (int)between(&w->random, 1, 28));
        if (last && one_in(w, 3)) to = pbr_date_make(2017, 2, 1);
        const char *payee = payees[below(&w->random, (int64_t)COUNT(payees))];
        w->agreements[w->contract.agreements_count++] = (pbr_agreement){.area = area,
                                                                        .rules = one_in(w, 2),
                                                                        .from = from,
                                                                        .to = to,
                                                                        .provider = payee,
                                                                        .payee = payee,
                                                                        .insolvent = one_in(w, 12)};
        from = to;
    }
}

/* --- what happened --- */

static inline pbr_measure *add_measure(struct world *w, size_t area, size_t cohort)
{
    pbr_measure *m = pbr_measures_add(w->measures);
    m->area = area, m->cohort = cohort;
    m->measurable = between(&w->random, 1, 600);
    m->reoffenders = m->measurable * between(&w->random, 25, 55) / 100;
    m->reoffences = m->reoffenders * between(&w->random, 25, 45) / 10;
    m->starts = m->eligible = m->measurable;
    mpq_set_si(m->reoffences_squared, (long)(m->reoffences * between(&w->random, 5, 9)), 1);
    m->has_squared = true;
    m->ripe = m->complete = true;
    return m;
}

/* The whole is the sum of its parts. */
static inline void add_sum(struct world *w, size_t area, size_t whole)
{
    pbr_measure *sum = add_measure(w, area, whole);
    sum->measurable = sum->reoffenders = sum->reoffences = 0;
    mpq_set_ui(sum->reoffences_squared, 0, 1);
    for (size_t i = 0; i < w->measures->measures_count; i++) {
        const pbr_measure *part = &w->measures->measures[i];
        if (part->area != area || !pbr_contract_is_part(&w->contract, part->cohort, whole))
            continue;
        sum->measurable += part->measurable;
        sum->reoffenders += part->reoffenders;
        sum->reoffences += part->reoffences;
        mpq_add(sum->reoffences_squared, sum->reoffences_squared, part->reoffences_squared);
    }
    sum->starts = sum->eligible = sum->measurable;
}

static inline void add_measures(struct world *w, size_t area)
{
    for (size_t i = 0; i < COHORTS; i++) {
        pbr_period kind = w->cohorts[i].kind;
        if (kind == PBR_QUARTER || kind == PBR_NAMED) add_measure(w, area, i);
    }
    for (size_t i = 0; i < COHORTS; i++) {
        pbr_period kind = w->cohorts[i].kind;
        if (kind == PBR_YEAR || kind == PBR_POOL) add_sum(w, area, i);
    }
}

static inline void add_months(struct world *w, size_t area)
{
    static const char *const bands[BANDS] = {"short", "long"};
    for (size_t i = 0; i < COHORTS; i++) {
        if (w->cohorts[i].kind != PBR_MONTH) continue;
        w->levels[w->options.levels_count++] =
            (pbr_level){.area = area,
                        .month = i,
                        .measure = "plans",
                        .numerator = between(&w->random, 70, 100),
                        .denominator = 100};
        for (int band = 0; band < BANDS; band++)
            w->volumes[w->options.volumes_count++] = (pbr_volume){.area = area,
                                                                  .month = i,
                                                                  .type = "order",
                                                                  .band = bands[band],
                                                                  .starts = below(&w->random, 100)};
    }
}

/* --- the whole --- */

static inline void add_fixed_terms(struct world *w)
{
    static const char *const ids[METRICS] = {"rate", "mean", "events"};
    static const pbr_metric_kind kinds[METRICS] = {PBR_RATE, PBR_EVENTS_PER_REOFFENDER,
                                                   PBR_EVENTS_PER_100};
    for (int i = 0; i < METRICS; i++)
        w->metrics[i] =
            (pbr_metric){.id = word(ids[i]), .kind = kinds[i], .baseline = word("2011")};
    for (int i = 0; i < PBR_PERIODS; i++) w->periods[i] = (pbr_period)i;
    w->weights[0] = (pbr_weight){word("order"), word("short"), word("0.75")};
    w->weights[1] = (pbr_weight){word("order"), word("long"), word("1.4")};
    w->scale[0] = (pbr_credit_step){word("90"), word("2.5")};
    w->scale[1] = (pbr_credit_step){word("80"), word("7.5")};
    w->net_of[0] = word("rate");
    w->net_of[1] = word("named");
}

static inline void connect(struct world *w, size_t areas)
{
    pbr_contract *c = &w->contract;
    c->arena = pbr_arena_new();
    c->areas = w->areas, c->areas_count = areas;
    c->rules = w->rules, c->rules_count = VERSIONS;
    c->agreements = w->agreements, c->baselines = w->baselines, c->prices = w->prices;
    c->money_columns = (const char **)(uintptr_t)column_names;
    c->money_columns_count = COLUMNS;
    w->options.id = "2018-01-26-aaaaaaaaaaaa";
    w->options.as_at = pbr_date_make(2018, 1, 26);
    w->options.cohorts = w->chosen;
    w->options.volumes = w->volumes;
    w->options.levels = w->levels;
}

/* Quarters and their year always; months, named cohorts with their pool, and the quarter of the
 * next year in some worlds. */
static inline void choose_cohorts(struct world *w)
{
    bool wanted[PBR_PERIODS] = {[PBR_QUARTER] = true, [PBR_YEAR] = true};
    wanted[PBR_MONTH] = one_in(w, 14);
    wanted[PBR_NAMED] = wanted[PBR_POOL] = one_in(w, 8);
    bool next_year = one_in(w, 4);
    for (size_t i = 0; i < COHORTS; i++) {
        const pbr_cohort *cohort = &w->cohorts[i];
        bool is_next = cohort->kind != PBR_MONTH && strcmp(cohort->contract_year, "2016/17") == 0;
        if (wanted[cohort->kind] && (next_year || !is_next))
            w->chosen[w->options.cohorts_count++] = i;
    }
}

/* reversed: the areas stand in the other order; nothing else is different. */
static inline struct world *new_world(uint64_t seed, bool reversed)
{
    struct world *w = pbr_alloc(1, sizeof *w);
    w->random = seed;
    size_t areas = one_in(w, 12) ? (size_t)between(&w->random, 2, AREAS_MAX) : 1;
    w->measures = pbr_measures_new();
    connect(w, areas);
    add_fixed_terms(w);
    add_cohorts(w);
    choose_cohorts(w);
    for (int version = 0; version < VERSIONS; version++) add_version(w, version);
    add_caps(w);
    add_steps(w);
    add_indices(w);
    for (size_t area = 0; area < areas; area++) {
        size_t name = reversed ? areas - 1 - area : area;
        w->areas[area] = (pbr_area){area_names[name], area_names[name]};
        w->random = seed * AREAS_MAX + name;
        add_agreements(w, area);
        add_baselines(w, area);
        add_prices(w, area);
        add_measures(w, area);
        add_months(w, area);
    }
    pbr_measures_sort(w->measures);
    pbr_contract_index(&w->contract);
    return w;
}

static inline void free_world(struct world *w)
{
    for (size_t i = 0; i < w->contract.baselines_count; i++) {
        pbr_baseline *row = &w->baselines[i];
        mpq_clears(row->rate, row->sd, row->ogrs_mean, row->lower, row->upper, row->terminate,
                   NULL);
    }
    for (size_t i = 0; i < w->contract.prices_count; i++)
        for (int c = 0; c < COLUMNS; c++) mpq_clear(w->amounts[i][c]);
    for (int i = 0; i < STEPS_COUNT; i++) mpq_clears(w->steps[i].at_least, w->steps[i].value, NULL);
    for (int i = 0; i < 2; i++) mpq_clear(w->indices[i].value);
    pbr_measures_free(w->measures);
    pbr_arena_free(w->contract.arena);
    free(w);
}

#endif
