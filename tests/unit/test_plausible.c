/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures that can hardly be right are told where something is settled by them, and only there.
 * The thresholds are tried by tests/checks/readiness.py. */
#include "settle_support.h"

#include "settle/plausible.h"

/* Cases of one check in a cohort, of A1. */
static int64_t told(const struct world *w, pbr_check check, size_t cohort)
{
    int64_t found = 0;
    pbr_cases *cases = pbr_cases_new(w->contract);
    pbr_plausible(cases, w->contract, w->measures, day("2018-01-26"), NULL, 0);
    for (size_t i = 0; i < cases->count; i++) {
        assert_int_equal(cases->items[i].area, 0);
        assert_int_equal(cases->items[i].count, 1);
        found += cases->items[i].check == check && cases->items[i].cohort == cohort;
    }
    pbr_cases_free(cases);
    return found;
}

static struct world one_area(void)
{
    struct world w = new_world();
    only_first_area(&w);
    return w;
}

/* Nobody of 51 reoffended, in a quarter and in its year. */
static void reoffences_are_looked_at_where_they_are_paid_for(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 51, 0);
    count_plain(&w, 0, YEAR, 51, 0);
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 1);
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, YEAR), 1);
    w.terms->lines_count = BINARY_YEAR; /* no line of the year any more */
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 1);
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, YEAR), 0);
    w.terms->metrics[0].kind = PBR_DAYS_PER_PERSON; /* the binary line's; frequency counts on */
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 1);
    w.terms->metrics[1].kind = PBR_DAYS_PER_PERSON;
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 0);
    w.terms->metrics[1].kind = PBR_RATE;
    w.terms->lines[FREQUENCY].metric = NULL;
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 0);
    end_world(&w);
}

/* 100 scores of 29, 10 above or below: 11 and 13 from the baselines, whose
 * threshold is 10 standard errors of 1.005. */
static void scores_are_looked_at_where_a_line_is_adjusted(void **state)
{
    (void)state;
    static const size_t cohorts[] = {Q4, YEAR};
    struct world w = one_area();
    w.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    for (size_t i = 0; i < COUNT(cohorts); i++) {
        count_plain(&w, 0, cohorts[i], 100, 50);
        pbr_measure *m = &w.measures->measures[i];
        mpq_set_ui(m->ogrs_sum, 100 * 29, 1);
        mpq_set_ui(m->ogrs_squares, 50 * 19 * 19 + 50 * 39 * 39, 1);
        m->has_ogrs_sum = m->has_ogrs_squares = true;
    }
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, Q4), 1);
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, YEAR), 1);
    w.terms->lines_count = BINARY_YEAR;
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, Q4), 1);
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, YEAR), 0);
    w.measures->measures[0].has_ogrs_squares = false; /* not known how far they scatter */
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, Q4), 0);
    w.measures->measures[0].has_ogrs_squares = true;
    w.terms->metrics[0].adjust = PBR_NO_ADJUSTMENT;
    assert_int_equal(told(&w, PBR_CHECK_SCORE_MEAN, Q4), 0);
    end_world(&w);
}

/* 400 persons, then 100, in cohorts of so many days: told where the longer one is longer by a tenth
 * at most. */
static void a_cohort_is_compared_with_one_about_as_long(void **state)
{
    (void)state;
    static const struct {
        pbr_date before, now;
        bool compared;
    } cases[] = {
        {100, 100, true}, {110, 100, true}, {111, 100, false}, {100, 110, true}, {100, 111, false}};
    struct world w = one_area();
    count_plain(&w, 0, Q4, 400, 200);
    count_plain(&w, 0, Q1, 100, 50);
    pbr_cohort *cohorts = (pbr_cohort *)(uintptr_t)w.contract->cohorts;
    for (size_t i = 0; i < COUNT(cases); i++) {
        cohorts[Q4].from = cohorts[Q4].to - cases[i].before;
        cohorts[Q1].to = cohorts[Q1].from + cases[i].now;
        assert_int_equal(told(&w, PBR_CHECK_COHORT_SIZE, Q1), cases[i].compared);
    }
    end_world(&w);
}

/* Of an unripe or incomplete cohort it is too early to say. */
static void what_is_not_whole_is_not_looked_at(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 51, 0);
    pbr_measure *m = &w.measures->measures[0];
    m->ripe = false;
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 0);
    m->ripe = true;
    m->complete = false;
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 0);
    m->complete = true;
    assert_int_equal(told(&w, PBR_CHECK_REOFFENDER_SHARE, Q4), 1);
    end_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reoffences_are_looked_at_where_they_are_paid_for),
        cmocka_unit_test(scores_are_looked_at_where_a_line_is_adjusted),
        cmocka_unit_test(a_cohort_is_compared_with_one_about_as_long),
        cmocka_unit_test(what_is_not_whole_is_not_looked_at),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
