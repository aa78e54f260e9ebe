/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements of the sample contract from measures made in memory. Case-mix adjustment is off, so
 * that a verdict can be read off the counts. */
#ifndef TESTS_UNIT_SETTLE_SUPPORT_H
#define TESTS_UNIT_SETTLE_SUPPORT_H

#include "sample_contract.h"

#include "derive/working.h"

enum { Q4, Q1, YEAR, Q2, NEXT_YEAR }; /* the sample's cohorts in the contract's order */
enum { BINARY, FREQUENCY, BINARY_YEAR };

struct world {
    pbr_contract *contract;
    pbr_terms *terms;
    pbr_measures *measures;
    pbr_diag *diag;
    pbr_earlier *earlier;
    pbr_earlier_run *runs; /* by id: none of one day was built on another */
    size_t earlier_count, earlier_room, runs_count, runs_room;
};

static inline struct world new_world_with(const struct change *changes, size_t count)
{
    struct world w = {.contract = load_sample(changes, count),
                      .measures = pbr_measures_new(),
                      .diag = pbr_diag_new()};
    w.terms = w.contract->rules[0].terms;
    w.terms->metrics[0].adjust = PBR_NO_ADJUSTMENT;
    return w;
}

static inline struct world new_world(void)
{
    return new_world_with(NULL, 0);
}

/* No earlier runs any more. */
static inline void forget(struct world *w)
{
    for (size_t i = 0; i < w->runs_count; i++) pbr_measures_free(w->runs[i].measures);
    w->runs_count = w->earlier_count = 0;
}

static inline void end_world(struct world *w)
{
    forget(w);
    free(w->runs);
    pbr_measures_free(w->measures);
    pbr_contract_free(w->contract);
    pbr_diag_free(w->diag);
    free(w->earlier);
}

/* Sets or changes a measure; persons are measurable. */
static inline void count(struct world *w, size_t area, size_t cohort, int64_t persons,
                         int64_t reoffenders, int64_t reoffences)
{
    pbr_measure *m = NULL;
    for (size_t i = 0; i < w->measures->measures_count; i++)
        if (w->measures->measures[i].area == area && w->measures->measures[i].cohort == cohort)
            m = &w->measures->measures[i];
    if (!m) m = pbr_measures_add(w->measures);
    m->area = area;
    m->cohort = cohort;
    m->starts = m->eligible = m->measurable = persons;
    m->reoffenders = reoffenders;
    m->reoffences = reoffences;
}

/* The same where reoffences are 3 a reoffender: frequency at its baseline, neither. */
static inline void count_plain(struct world *w, size_t area, size_t cohort, int64_t persons,
                               int64_t reoffenders)
{
    count(w, area, cohort, persons, reoffenders, 3 * reoffenders);
}

/* Every area but the first has no agreement any more, so that only A1 is settled. */
static inline void only_first_area(struct world *w)
{
    w->contract->areas_count = 1;
}

static inline pbr_settlement *try_settle(struct world *w, const char *id, const size_t *cohorts,
                                         size_t cohorts_count)
{
    pbr_date as_at = 0;
    assert_true(pbr_date_parse(id, 10, &as_at));
    pbr_settle_options options = {
        .id = id,
        .as_at = as_at,
        .cohorts = cohorts,
        .cohorts_count = cohorts_count,
        .earlier = w->earlier,
        .earlier_count = w->earlier_count,
        .runs = w->runs,
        .runs_count = w->runs_count,
    };
    pbr_settlement *s = pbr_settlement_make(w->contract, w->measures, &options, w->diag);
    if (s) pbr_workings_free(pbr_workings_make(s, w->measures, &options, w->diag));
    return s;
}

static inline pbr_settlement *settle(struct world *w, const char *id, const size_t *cohorts,
                                     size_t cohorts_count)
{
    pbr_settlement *s = try_settle(w, id, cohorts, cohorts_count);
    assert_no_errors(w->diag);
    assert_non_null(s);
    return s;
}

#define SETTLE(world, id, ...)                                                                     \
    settle(world, id, (const size_t[]){__VA_ARGS__},                                               \
           sizeof((const size_t[]){__VA_ARGS__}) / sizeof(size_t))

/* What metrics.csv of a settlement would hand to a later run: the sums that the sample needs. */
static inline pbr_measures *copy_of(const pbr_measures *measures)
{
    pbr_measures *copy = pbr_measures_new();
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *from = &measures->measures[i];
        pbr_measure *m = pbr_measures_add(copy);
        m->area = from->area;
        m->cohort = from->cohort;
        m->starts = from->starts;
        m->eligible = from->eligible;
        m->measurable = from->measurable;
        m->reoffenders = from->reoffenders;
        m->reoffences = from->reoffences;
        mpq_set(m->ogrs_sum, from->ogrs_sum);
        mpq_set(m->reoffences_squared, from->reoffences_squared);
        m->has_ogrs_sum = from->has_ogrs_sum;
        m->has_squared = from->has_squared;
    }
    return copy;
}

/* The index of the run with an id, which takes its place among the others if it is new; measures
 * become its own, NULL being none. */
static inline size_t run_of(struct world *w, const char *id, pbr_measures *measures)
{
    size_t at = 0;
    while (at < w->runs_count && strcmp(w->runs[at].id, id) < 0) at++;
    if (at < w->runs_count && strcmp(w->runs[at].id, id) == 0) return at;
    w->runs = pbr_grow(w->runs, &w->runs_room, w->runs_count + 1, sizeof *w->runs);
    memmove(&w->runs[at + 1], &w->runs[at], (w->runs_count++ - at) * sizeof *w->runs);
    for (size_t i = 0; i < w->earlier_count; i++) w->earlier[i].run += w->earlier[i].run >= at;
    w->runs[at] = (pbr_earlier_run){.id = pbr_arena_text(w->contract->arena, id, strlen(id)),
                                    .same_terms = true,
                                    .same_program = true,
                                    .measures = measures ? measures : pbr_measures_new()};
    return at;
}

/* What a settlement's folder would hand to a later run. */
static inline void remember(struct world *w, const pbr_settlement *s)
{
    size_t run = run_of(w, s->id, copy_of(w->measures));
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        w->earlier =
            pbr_grow(w->earlier, &w->earlier_room, w->earlier_count + 1, sizeof *w->earlier);
        w->earlier[w->earlier_count++] = (pbr_earlier){
            .area = p->area,
            .cohort = p->cohort,
            .line = p->line->id,
            .provider = p->provider,
            .payee = p->payee,
            .disposition = p->disposition,
            .run = run,
            .adopted = !p->result && mpq_sgn(p->price) == 0,
            .computed_pence = p->computed_pence,
            .due_pence = p->due_pence,
        };
    }
}

/* One payee's payment on a line; any payee if NULL. */
static inline const pbr_payment *payment_to(const pbr_settlement *s, size_t area, size_t cohort,
                                            const char *line, const char *payee)
{
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        if (p->area == area && p->cohort == cohort && strcmp(p->line->id, line) == 0 &&
            (!payee || strcmp(p->payee, payee) == 0))
            return p;
    }
    return NULL;
}

static inline const pbr_payment *payment(const pbr_settlement *s, size_t area, size_t cohort,
                                         const char *line)
{
    const pbr_payment *p = payment_to(s, area, cohort, line, NULL);
    assert_non_null(p);
    return p;
}

/* A money column of an area and contract year. */
static inline void set_price(struct world *w, size_t area, const char *year, const char *column,
                             const char *pounds)
{
    const pbr_price *row = pbr_contract_price(w->contract, area, year);
    size_t at = pbr_contract_money_column(w->contract, column);
    assert_true(row && at != PBR_NONE);
    assert_true(pbr_decimal_parse(row->amounts[at], pounds, strlen(pounds), 2));
}

#endif
