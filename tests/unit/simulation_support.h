/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements of one area and a quarter that are simulated. Tolerances are four and a half Monte
 * Carlo errors; the seeds are fixed, so that nothing fails by chance on another day. */
#ifndef TESTS_UNIT_SIMULATION_SUPPORT_H
#define TESTS_UNIT_SIMULATION_SUPPORT_H

#include "settle_support.h"

#include "whatif/simulation.h"

#include <math.h>

static const double SURE = 4.5; /* standard errors */
static char word_level[] = "0.95", word_none[] = "none";

#define TEST(...)                                                                                  \
    (pbr_test)                                                                                     \
    {                                                                                              \
        .level = word_level, .round_rate = word_none, .round_thresholds = word_none, .sides = 2,   \
        __VA_ARGS__                                                                                \
    }

#define NO_TEST TEST(.kind = PBR_TEST_NONE)

/* 1,000 persons of whom half reoffend, as often as people do. */
static const int64_t LIFE[] = {190, 98, 70, 45, 31, 22, 14, 10, 7, 5, 3, 2, 1, 1, 0, 0, 0, 0, 0, 1};

struct made {
    struct world world;
    pbr_settlement *settlement;
    pbr_settled side;
    pbr_settle_options options;
    pbr_simulation *simulation;
};

/* Tests of the quarterly lines; payments either way, neither gate nor cap. */
static inline struct made begin(const pbr_test *binary, const pbr_test *frequency)
{
    struct made m = {.world = new_world()};
    only_first_area(&m.world);
    m.world.terms->caps_count = 0;
    m.world.terms->lines[FREQUENCY].gate = NULL;
    if (binary) m.world.terms->lines[BINARY].test = *binary;
    if (frequency) m.world.terms->lines[FREQUENCY].test = *frequency;
    return m;
}

/* Binary alone is settled: no line asks for reoffences. */
static inline void leave_out_frequency(struct made *m)
{
    m->world.terms->lines[FREQUENCY].period = PBR_NAMED;
}

static inline void set_baseline(struct made *m, const char *cohort, const char *metric, double rate,
                                int64_t cases)
{
    pbr_contract *c = m->world.contract;
    for (size_t i = 0; i < c->baselines_count; i++) {
        pbr_baseline *row = &c->baselines[i];
        if (strcmp(row->cohort, cohort) != 0 || strcmp(row->metric, metric) != 0) continue;
        mpq_set_d(row->rate, rate);
        pbr_ratio_round(row->rate, 6, PBR_HALF_EVEN);
        row->cases = cases;
        row->has_terminate = false;
    }
}

/* Persons of a cohort, and among them so many with 1, 2, 3 … reoffences. */
static inline void set_persons(struct made *m, size_t cohort, int64_t persons, const int64_t *with,
                               size_t size)
{
    int64_t reoffenders = 0, reoffences = 0, squares = 0;
    for (size_t i = 0; i < size; i++) {
        int64_t k = (int64_t)i + 1;
        reoffenders += with[i];
        reoffences += with[i] * k;
        squares += with[i] * k * k;
    }
    count(&m->world, 0, cohort, persons, reoffenders, reoffences);
    pbr_measure *measure = NULL;
    for (size_t i = 0; i < m->world.measures->measures_count; i++)
        if (m->world.measures->measures[i].cohort == cohort)
            measure = &m->world.measures->measures[i];
    measure->ripe = measure->complete = measure->has_squared = true;
    mpq_set_si(measure->reoffences_squared, squares, 1);
    for (size_t i = 0; i < size; i++) pbr_histogram_add(measure, i + 1, with[i]);
}

static inline void settle_cohorts(struct made *m, const size_t *cohorts, size_t cohorts_count)
{
    m->options = (pbr_settle_options){
        .id = "2018-01-31", .as_at = 17562, .cohorts = cohorts, .cohorts_count = cohorts_count};
    m->settlement =
        pbr_settlement_make(m->world.contract, m->world.measures, &m->options, m->world.diag);
    assert_no_errors(m->world.diag);
    m->side = (pbr_settled){m->settlement, m->world.measures, &m->options, m->settlement->arena};
}

static inline void settle_quarter(struct made *m)
{
    static const size_t quarter[] = {Q4};
    settle_cohorts(m, quarter, 1);
}

static inline void begin_with_money(struct made *m)
{
    *m = begin(&NO_TEST, &NO_TEST);
    set_baseline(m, "Q4", "binary", 48, 1000);
    set_baseline(m, "Q4", "frequency", 3, 500);
    set_persons(m, Q4, 1000, LIFE, COUNT(LIFE));
    settle_quarter(m);
}

static inline void simulate_on(struct made *m, pbr_scenario_simulate *terms, unsigned threads)
{
    pbr_scenario scenario = {.path = "scenario.yaml", .simulate = terms};
    m->simulation = pbr_simulation_make(&m->side, &scenario, threads, NULL, m->world.diag);
}

static inline void simulate(struct made *m, pbr_scenario_simulate terms)
{
    simulate_on(m, &terms, 1);
    assert_no_errors(m->world.diag);
    assert_non_null(m->simulation);
}

static inline void end(struct made *m)
{
    pbr_simulation_free(m->simulation);
    pbr_settlement_free(m->settlement);
    end_world(&m->world);
}

static inline const pbr_simulated *line_row(const pbr_simulation *s, size_t effect,
                                            const char *line)
{
    for (size_t i = 0; i < s->effects[effect].count; i++) {
        const pbr_simulated *row = &s->effects[effect].rows[i];
        if (row->of == PBR_OF_LINE && strcmp(row->result->line->id, line) == 0) return row;
    }
    fail();
    return NULL;
}

static inline void assert_near(double got, double wanted, double error)
{
    if (fabs(got - wanted) <= error) return;
    fail_msg("%.9g is not %.9g within %.3g", got, wanted, error);
}

#endif
