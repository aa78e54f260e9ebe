/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Terms that go by the day of settlement: A1's change on 2017-10-01, and until the day before the
 * former ones hold, in every place that reads terms. */
#include "settle_support.h"

#define BEFORE "2017-09-30"
#define FROM "2017-10-01"
#define MEMBERS_PERSONS 1000

/* From the second version on a quarter needs one person more than it has, and outcomes are awaited
 * twice as long. */
struct versions {
    struct world w;
    pbr_terms second;
    pbr_line lines[BINARY_YEAR + 1];
    pbr_agreement agreements[2];
    pbr_gate gate;
    pbr_verdict accepted;
};

static struct versions *begin(void)
{
    struct versions *v = pbr_alloc(1, sizeof *v);
    v->w = new_world();
    struct world *w = &v->w;
    pbr_rules *rules = pbr_arena_alloc(w->contract->arena, 2 * sizeof *rules);
    only_first_area(w);
    w->terms->versions.rules_at = PBR_SETTLEMENT;
    v->second = *w->terms;
    assert_int_equal(w->terms->lines_count, COUNT(v->lines));
    memcpy(v->lines, w->terms->lines, sizeof v->lines);
    v->second.lines = v->lines;
    v->lines[BINARY].test.minimum_cohort = MEMBERS_PERSONS + 1;
    v->second.follow_up.months = 24;
    rules[0] = rules[1] = w->contract->rules[0];
    rules[1].terms = &v->second;
    w->contract->rules = rules;
    w->contract->rules_count = 2;
    for (unsigned i = 0; i < 2; i++)
        v->agreements[i] = (pbr_agreement){.rules = i,
                                           .from = day(i ? FROM : "2015-02-01"),
                                           .to = i ? PBR_NO_DATE : day(FROM),
                                           .provider = "Alder",
                                           .payee = "Alder Limited"};
    w->contract->agreements = v->agreements;
    w->contract->agreements_count = 2;
    count_plain(w, 0, Q4, MEMBERS_PERSONS, 440);
    count_plain(w, 0, Q1, MEMBERS_PERSONS, 440);
    count_plain(w, 0, YEAR, 2 * MEMBERS_PERSONS, 880);
    return v;
}

static void end(struct versions *v)
{
    end_world(&v->w);
    free(v);
}

static pbr_settlement *settle_on(struct versions *v, const char *as_at, size_t cohort)
{
    pbr_settle_options options = {.id = as_at,
                                  .as_at = day(as_at),
                                  .cohorts = &cohort,
                                  .cohorts_count = 1,
                                  .earlier = v->w.earlier,
                                  .earlier_count = v->w.earlier_count,
                                  .runs = v->w.runs,
                                  .runs_count = v->w.runs_count};
    return pbr_settlement_make(v->w.contract, v->w.measures, &options, v->w.diag);
}

static void a_cohort_is_tested_by_them(void **state)
{
    (void)state;
    static const char *const days[] = {BEFORE, FROM};
    static const pbr_verdict verdicts[] = {PBR_BETTER, PBR_NO_RESULT};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct versions *v = begin();
        pbr_settlement *s = settle_on(v, days[i], Q4);
        assert_no_errors(v->w.diag);
        assert_ptr_equal(s->results[BINARY].rules, &v->w.contract->rules[i]);
        assert_int_equal(s->results[BINARY].verdict, verdicts[i]);
        pbr_settlement_free(s);
        end(v);
    }
}

/* The year's line pays where each of its quarters is better; they are not settled in this run. */
static void a_hurdle_is_judged_by_them(void **state)
{
    (void)state;
    static const char *const days[] = {BEFORE, FROM};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct versions *v = begin();
        v->accepted = PBR_BETTER;
        v->gate = (pbr_gate){.line = (char *)"binary",
                             .results = &v->accepted,
                             .results_count = 1,
                             .applies_to = PBR_GATE_PAY,
                             .over = PBR_GATE_EVERY_MEMBER};
        v->w.terms->lines[BINARY_YEAR].gate = v->lines[BINARY_YEAR].gate = &v->gate;
        pbr_settlement *s = settle_on(v, days[i], YEAR);
        assert_no_errors(v->w.diag);
        assert_int_equal(s->results_count, 1);
        assert_int_equal(s->results[0].verdict, PBR_BETTER);
        assert_int_equal(s->results[0].hurdle_met, i == 0);
        assert_int_equal(payment(s, 0, YEAR, "binary-year")->computed_pence > 0, i == 0);
        pbr_settlement_free(s);
        end(v);
    }
}

/* 2015Q4 ends on 2015-12-31: ripe after 12 + 6 months, or 24 + 6. */
static void they_say_when_a_cohort_is_ripe(void **state)
{
    (void)state;
    static const char *const days[] = {BEFORE, FROM};
    static const char *const ripe[] = {"is ripe on 2017-06-30", "is ripe on 2018-06-30"};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct versions *v = begin();
        v->w.measures->measures[0].ripe = false;
        v->w.measures->measures[0].snapshot = day("2017-05-31");
        assert_null(settle_on(v, days[i], Q4));
        assert_only_error(v->w.diag, "not-ripe");
        assert_non_null(strstr(finding_of(v->w.diag, "not-ripe")->problems[0].message, ripe[i]));
        end(v);
    }
}

/* Q1 took the pot; Q4 comes before it, so that Q1's line is settled again, by what then holds. */
static void a_line_of_an_earlier_run_is_taken_up_by_them(void **state)
{
    (void)state;
    static const char *const days[] = {BEFORE, FROM};
    for (size_t i = 0; i < COUNT(days); i++) {
        struct versions *v = begin();
        v->lines[BINARY].test.minimum_cohort = 0;
        pbr_settlement *s = settle_on(v, "2017-08-01", Q1);
        assert_no_errors(v->w.diag);
        remember(&v->w, s);
        pbr_settlement_free(s);
        s = settle_on(v, days[i], Q4);
        assert_no_errors(v->w.diag);
        assert_ptr_equal(payment(s, 0, Q1, "binary")->rules, &v->w.contract->rules[i]);
        pbr_settlement_free(s);
        end(v);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(a_cohort_is_tested_by_them),
        cmocka_unit_test(a_hurdle_is_judged_by_them),
        cmocka_unit_test(they_say_when_a_cohort_is_ripe),
        cmocka_unit_test(a_line_of_an_earlier_run_is_taken_up_by_them),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
