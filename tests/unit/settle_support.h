/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements of the sample contract from measures made in memory. Case-mix adjustment is off, so
 * that a verdict can be read off the counts. */
#ifndef TESTS_UNIT_SETTLE_SUPPORT_H
#define TESTS_UNIT_SETTLE_SUPPORT_H

#include "sample_contract.h"

#include "settle/settlement.h"

enum { Q4, Q1, YEAR, Q2, NEXT_YEAR }; /* the sample's cohorts in the contract's order */
enum { BINARY, FREQUENCY, BINARY_YEAR };

struct world {
    pbr_contract *contract;
    pbr_terms *terms;
    pbr_measures *measures;
    pbr_diag *diag;
    pbr_earlier *earlier;
    size_t earlier_count, earlier_room;
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

static inline void end_world(struct world *w)
{
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
    pbr_date as_at;
    assert_true(pbr_date_parse(id, 10, &as_at));
    pbr_settle_options options = {
        .id = id,
        .as_at = as_at,
        .cohorts = cohorts,
        .cohorts_count = cohorts_count,
        .earlier = w->earlier,
        .earlier_count = w->earlier_count,
    };
    return pbr_settlement_make(w->contract, w->measures, &options, w->diag);
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

/* What payments.csv of a settlement would hand to a later run. */
static inline void remember(struct world *w, const pbr_settlement *s)
{
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        pbr_arena *arena = w->contract->arena;
        w->earlier =
            pbr_grow(w->earlier, &w->earlier_room, w->earlier_count + 1, sizeof *w->earlier);
        w->earlier[w->earlier_count++] = (pbr_earlier){
            .area = p->area,
            .cohort = p->cohort,
            .line = p->line->id,
            .provider = p->provider,
            .payee = p->payee,
            .settlement = pbr_arena_text(arena, s->id, strlen(s->id)),
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
