/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Distances to each limit against settling at every count there can be. */
#include "settle_support.h"

#include "settle/claim.h"
#include "whatif/breakeven.h"
#include "whatif/probe.h"

enum { PERSONS = 70 };

static char word_level[] = "0.95", word_none[] = "none", word_zero[] = "0", word_two[] = "2",
            word_five[] = "5", word_beyond[] = "2.5";

/* A test of the binary or frequency line. */
struct test_case {
    const char *name;
    int line;
    pbr_test test;
};

#define TEST(...)                                                                                  \
    {                                                                                              \
        .level = word_level, .sides = 2, .round_thresholds = word_none, __VA_ARGS__                \
    }

static const struct test_case cases[] = {
    {"given", BINARY, TEST(.kind = PBR_TEST_GIVEN)},
    {"given, rounded", BINARY, TEST(.kind = PBR_TEST_GIVEN, .round_rate = word_zero)},
    {"none", BINARY, TEST(.kind = PBR_TEST_NONE)},
    {"change", BINARY, TEST(.kind = PBR_TEST_CHANGE, .better_at = word_five, .worse_at = word_two)},
    {"never worse", BINARY,
     TEST(.kind = PBR_TEST_CHANGE, .better_at = word_five, .worse_at = word_none)},
    {"one-sample-z", BINARY, TEST(.kind = PBR_TEST_ONE_SAMPLE_Z)},
    {"residual", BINARY, TEST(.kind = PBR_TEST_ONE_SAMPLE_Z, .variance = PBR_RESIDUAL)},
    {"two-sample-z", BINARY, TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_POOLED)},
    {"unpooled", BINARY, TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_UNPOOLED)},
    {"wilson", BINARY, TEST(.kind = PBR_TEST_WILSON)},
    {"wilson, cohort", BINARY, TEST(.kind = PBR_TEST_WILSON, .around = PBR_AROUND_COHORT)},
    {"clopper-pearson", BINARY,
     TEST(.kind = PBR_TEST_CLOPPER_PEARSON, .around = PBR_AROUND_COHORT)},
    {"two-sample-z, whole limits",
     BINARY,
     {.kind = PBR_TEST_TWO_SAMPLE_Z,
      .variance = PBR_POOLED,
      .level = word_level,
      .sides = 2,
      .round_thresholds = word_zero}},
    {"given frequency", FREQUENCY, TEST(.kind = PBR_TEST_GIVEN)},
    {"a fall to less than one each", FREQUENCY,
     TEST(.kind = PBR_TEST_CHANGE, .better_at = word_beyond, .worse_at = word_none)},
    {"normal-mean", FREQUENCY, TEST(.kind = PBR_TEST_NORMAL_MEAN)},
    {"cohort's sd", FREQUENCY, TEST(.kind = PBR_TEST_NORMAL_MEAN, .sd = PBR_SD_COHORT)},
};

/* At one count: what was found by settling. */
struct found {
    pbr_verdict verdict;
    bool terminate;
    int64_t pence;
};

static struct world one_area(void)
{
    struct world w = new_world();
    only_first_area(&w);
    w.terms->lines[FREQUENCY].gate = NULL;
    w.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    return w;
}

/* Reoffences a head grow evenly: their squares less the square of the sum over R stay the same. */
static void set_sums(struct world *w, int64_t reoffenders, int64_t reoffences)
{
    const int64_t first = 3 * reoffenders, spread = 4 * reoffenders;
    pbr_measure *m = &w->measures->measures[0];
    m->has_squared = m->has_ogrs_sum = m->has_ogrs_squares = m->has_ogrs_sum_reoffenders = true;
    pbr_ratio_set(m->reoffences_squared,
                  first * first + spread * reoffenders + reoffences * reoffences - first * first,
                  reoffenders);
    pbr_ratio_set(m->ogrs_sum, 50 * PERSONS, 1);
    pbr_ratio_set(m->ogrs_squares, 2900 * PERSONS, 1);
    pbr_ratio_set(m->ogrs_sum_reoffenders, 1900, 1);
}

static void set_counts(struct world *w, int64_t reoffenders, int64_t reoffences)
{
    count(w, 0, Q4, PERSONS, reoffenders, reoffences);
    w->measures->measures[0].ripe = w->measures->measures[0].complete = true;
    set_sums(w, reoffenders ? reoffenders : 1, reoffences);
}

/* Without workings: those read the words of the file, and tests are set in memory here. */
static pbr_settlement *settled_now(struct world *w)
{
    static const size_t cohort = Q4;
    const pbr_settle_options options = {
        .id = "2018-01-31", .as_at = day("2018-01-31"), .cohorts = &cohort, .cohorts_count = 1};
    pbr_settlement *s = pbr_settlement_make(w->contract, w->measures, &options, w->diag);
    assert_no_errors(w->diag);
    assert_non_null(s);
    return s;
}

static pbr_settlement *settle_with(struct world *w, int64_t reoffenders, int64_t reoffences)
{
    set_counts(w, reoffenders, reoffences);
    return settled_now(w);
}

static void set_test(struct world *w, const struct test_case *c)
{
    pbr_test *test = &w->terms->lines[c->line].test;
    *test = c->test;
    if (!test->round_rate) test->round_rate = word_none;
}

static const pbr_result *result_of(const pbr_settlement *s, int line)
{
    assert_int_equal(s->results_count, 2);
    return &s->results[line];
}

static struct found at(struct world *w, int line, int64_t reoffenders, int64_t reoffences)
{
    pbr_settlement *s = settle_with(w, reoffenders, reoffences);
    const pbr_result *r = result_of(s, line);
    struct found found = {r->verdict, r->terminate, s->claims->items[line].computed_pence};
    pbr_settlement_free(s);
    return found;
}

static int64_t first_with(const struct found *all, int64_t now, int sign, int64_t least,
                          int64_t most, bool (*holds)(const struct found *found))
{
    for (int64_t i = now; i >= least && i <= most; i += sign)
        if (holds(&all[i])) return i > now ? i - now : now - i;
    return PBR_NEVER;
}

static bool better(const struct found *f)
{
    return f->verdict == PBR_BETTER;
}

static bool not_worse(const struct found *f)
{
    return f->verdict != PBR_WORSE;
}

static bool worse(const struct found *f)
{
    return f->verdict == PBR_WORSE;
}

static bool terminated(const struct found *f)
{
    return f->terminate;
}

static void check_row(const struct test_case *c, const pbr_break_even *row, const struct found *all,
                      int64_t least, int64_t most)
{
    int64_t now = row->events;
    const int64_t wanted[] = {first_with(all, now, -1, least, most, better),
                              first_with(all, now, -1, least, most, not_worse),
                              first_with(all, now, 1, least, most, worse),
                              first_with(all, now, 1, least, most, terminated)};
    const int64_t told[] = {row->fewer_for_better, row->fewer_for_neither, row->more_for_worse,
                            row->more_for_terminate};
    for (size_t i = 0; i < COUNT(wanted); i++)
        if (wanted[i] != told[i])
            fail_msg("%s, distance %zu of %lld events: %lld, not %lld", c->name, i, (long long)now,
                     (long long)told[i], (long long)wanted[i]);
    assert_int_equal(row->computed_pence, all[now].pence);
    if (wanted[0] != PBR_NEVER) assert_int_equal(row->at_better_pence, all[now - wanted[0]].pence);
    if (wanted[2] != PBR_NEVER) assert_int_equal(row->at_worse_pence, all[now + wanted[2]].pence);
}

/* The baseline of the quarter; few cases, so that two samples' limits depend on the cohort's. */
static void set_baseline(struct world *w, int64_t rate)
{
    pbr_baseline *row = &w->contract->baselines[0];
    assert_string_equal(row->cohort, "Q4");
    mpq_set_si(row->rate, (long)rate, 1);
    row->cases = PERSONS;
}

/* Every number of reoffenders. */
static void check_rate(const struct test_case *c, int64_t rate)
{
    struct world w = one_area();
    struct found all[PERSONS + 1];
    set_test(&w, c);
    set_baseline(&w, rate);
    for (int64_t i = 0; i <= PERSONS; i++) all[i] = at(&w, BINARY, i, 3 * i);
    for (int64_t i = 0; i <= PERSONS; i++) {
        pbr_settlement *s = settle_with(&w, i, 3 * i);
        pbr_settled settled = {.settlement = s, .measures = w.measures, .arena = s->arena};
        pbr_break_evens *told = pbr_break_evens_make(&settled);
        assert_int_equal(told->rows[BINARY].events, i);
        assert_string_equal(told->rows[BINARY].unit, "reoffenders");
        check_row(c, &told->rows[BINARY], all, 0, PERSONS);
        pbr_break_evens_free(told);
        pbr_settlement_free(s);
    }
    end_world(&w);
}

/* Every number of reoffences of 20 reoffenders, from one each to six each, and beyond. */
static void check_frequency(const struct test_case *c)
{
    enum { REOFFENDERS = 20, MOST = 6 * REOFFENDERS };
    struct world w = one_area();
    struct found all[MOST + 1];
    set_test(&w, c);
    for (int64_t i = REOFFENDERS; i <= MOST; i++) all[i] = at(&w, FREQUENCY, REOFFENDERS, i);
    for (int64_t i = REOFFENDERS; i <= MOST; i++) {
        pbr_settlement *s = settle_with(&w, REOFFENDERS, i);
        pbr_settled settled = {.settlement = s, .measures = w.measures, .arena = s->arena};
        pbr_break_evens *told = pbr_break_evens_make(&settled);
        pbr_break_even row = told->rows[FREQUENCY];
        assert_string_equal(row.unit, "reoffences");
        assert_int_equal(row.more_for_terminate, PBR_NEVER);
        check_row(c, &row, all, REOFFENDERS, MOST);
        pbr_break_evens_free(told);
        pbr_settlement_free(s);
    }
    end_world(&w);
}

static void test_every_count(void **state)
{
    (void)state;
    static const int64_t rates[] = {3, 8, 18, 33, 50, 67, 73, 83, 92};
    for (size_t i = 0; i < COUNT(cases); i++) {
        if (cases[i].line == FREQUENCY) check_frequency(&cases[i]);
        for (size_t k = 0; k < COUNT(rates) && cases[i].line == BINARY; k++)
            check_rate(&cases[i], rates[k]);
    }
}

/* Where everybody has one reoffence more, the engine draws again and comes to what the probe moves
 * its limits to. */
static void test_bootstrap_moves(void **state)
{
    (void)state;
    enum { REOFFENDERS = 21, EACH = 3 };
    struct world w = one_area();
    const struct test_case c = {"bootstrap", FREQUENCY,
                                TEST(.kind = PBR_TEST_BOOTSTRAP, .replicates = 200, .seed = 7)};
    set_counts(&w, REOFFENDERS, EACH * REOFFENDERS);
    set_test(&w, &c);
    pbr_measure *m = &w.measures->measures[0];
    for (size_t k = EACH - 1; k <= EACH + 1; k++) pbr_histogram_add(m, k, REOFFENDERS / 3);
    pbr_settlement *s = settled_now(&w);
    pbr_probe probe;
    pbr_probe_open(&probe, result_of(s, FREQUENCY));
    for (int each = -1; each <= 2; each++) {
        memset(m->histogram, 0, m->histogram_size * sizeof *m->histogram);
        for (int k = EACH - 1; k <= EACH + 1; k++)
            pbr_histogram_add(m, (size_t)(k + each), REOFFENDERS / 3);
        m->reoffences = (EACH + each) * REOFFENDERS;
        pbr_settlement *drawn = settled_now(&w);
        m->reoffences = EACH * REOFFENDERS;
        pbr_probe_move(&probe, each * REOFFENDERS);
        const pbr_result *wanted = result_of(drawn, FREQUENCY);
        assert_int_equal(probe.result.verdict, wanted->verdict);
        assert_true(mpq_equal(probe.result.adjusted, wanted->adjusted));
        double lower = mpq_get_d(probe.result.lower) - mpq_get_d(wanted->lower);
        double upper = mpq_get_d(probe.result.upper) - mpq_get_d(wanted->upper);
        assert_true(lower < 1e-9 && lower > -1e-9 && upper < 1e-9 && upper > -1e-9);
        pbr_settlement_free(drawn);
    }
    pbr_probe_close(&probe);
    pbr_settlement_free(s);
    end_world(&w);
}

/* A shut hurdle stops the payment, and the price behind it is told all the same. */
static void test_hurdle(void **state)
{
    (void)state;
    struct world w = new_world();
    only_first_area(&w);
    pbr_settlement *s = settle_with(&w, 35, 70);
    pbr_settled settled = {.settlement = s, .measures = w.measures, .arena = s->arena};
    pbr_break_evens *told = pbr_break_evens_make(&settled);
    const pbr_break_even *row = &told->rows[FREQUENCY];
    assert_int_equal(row->result->verdict, PBR_BETTER);
    assert_true(row->hurdle_stops);
    assert_false(told->rows[BINARY].hurdle_stops);
    assert_int_equal(row->computed_pence, 0);
    assert_int_equal(row->fewer_for_better, 0);
    assert_int_equal(row->at_better_pence, 35 * 1000 * 100); /* one reoffence each under 3 */
    pbr_break_evens_free(told);
    pbr_settlement_free(s);
    end_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_count),
        cmocka_unit_test(test_bootstrap_moves),
        cmocka_unit_test(test_hurdle),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
