/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Power against sums of exact binomial terms over settlements of every count, against every size
 * tried, and against closed forms worked by hand. */
#include "settle_support.h"

#include "whatif/detect.h"

#include <math.h>

enum { PERSONS = 60, UNPOOLED = 5 };

static char word_level[] = "0.95", word_none[] = "none", word_four[] = "4";

struct test_case {
    const char *name;
    pbr_test test;
};

#define TEST(...)                                                                                  \
    {                                                                                              \
        .level = word_level, .sides = 2, .round_rate = word_none, __VA_ARGS__                      \
    }
#define EXACT_LIMITS .round_thresholds = word_none

static const struct test_case rates[] = {
    {"given", TEST(.kind = PBR_TEST_GIVEN, EXACT_LIMITS)},
    {"one-sample-z", TEST(.kind = PBR_TEST_ONE_SAMPLE_Z, EXACT_LIMITS)},
    {"rounded", TEST(.kind = PBR_TEST_ONE_SAMPLE_Z, .round_thresholds = word_four)},
    {"residual", TEST(.kind = PBR_TEST_ONE_SAMPLE_Z, .variance = PBR_RESIDUAL, EXACT_LIMITS)},
    {"two-sample-z", TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_POOLED, EXACT_LIMITS)},
    {"unpooled", TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_UNPOOLED, EXACT_LIMITS)},
    {"wilson", TEST(.kind = PBR_TEST_WILSON, EXACT_LIMITS)},
    {"wilson, cohort", TEST(.kind = PBR_TEST_WILSON, .around = PBR_AROUND_COHORT, EXACT_LIMITS)},
    {"clopper-pearson",
     TEST(.kind = PBR_TEST_CLOPPER_PEARSON, .around = PBR_AROUND_COHORT, EXACT_LIMITS)},
};

static struct world one_area(const pbr_test *test, int line)
{
    struct world w = new_world();
    only_first_area(&w);
    w.terms->lines[FREQUENCY].gate = NULL;
    w.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    w.terms->lines[line].test = *test;
    return w;
}

/* The mean score is 42, 2 above its baseline; sums of scores are those of the persons, whoever
 * reoffends. */
static pbr_settlement *settle_with(struct world *w, int64_t persons, int64_t reoffenders)
{
    static const size_t cohort = Q4;
    const pbr_settle_options options = {
        .id = "2018-01-31", .as_at = day("2018-01-31"), .cohorts = &cohort, .cohorts_count = 1};
    count_plain(w, 0, Q4, persons, reoffenders);
    pbr_measure *m = &w->measures->measures[0];
    m->ripe = m->complete = m->has_ogrs_sum = true;
    m->has_ogrs_squares = m->has_ogrs_sum_reoffenders = true;
    mpq_set_si(m->ogrs_sum, 42 * (long)persons, 1);
    mpq_set_si(m->ogrs_squares, 42 * 50 * (long)persons, 1);
    mpq_set_si(m->ogrs_sum_reoffenders, 22 * (long)persons, 1);
    pbr_settlement *s = pbr_settlement_make(w->contract, w->measures, &options, w->diag);
    assert_no_errors(w->diag);
    return s;
}

static pbr_verdict verdict_at(struct world *w, int64_t persons, int64_t reoffenders)
{
    pbr_settlement *s = settle_with(w, persons, reoffenders);
    pbr_verdict verdict = s->results[BINARY].verdict;
    pbr_settlement_free(s);
    return verdict;
}

/* C(n, k) p^k (1-p)^(n-k) for p = percent / 100, exactly. */
static void exact_term(mpq_t term, unsigned long n, unsigned long k, unsigned long percent)
{
    mpz_t part;
    mpz_init(part);
    mpz_bin_uiui(mpq_numref(term), n, k);
    mpz_ui_pow_ui(part, percent, k);
    mpz_mul(mpq_numref(term), mpq_numref(term), part);
    mpz_ui_pow_ui(part, 100 - percent, n - k);
    mpz_mul(mpq_numref(term), mpq_numref(term), part);
    mpz_ui_pow_ui(mpq_denref(term), 100, n);
    mpq_canonicalize(term);
    mpz_clear(part);
}

/* The chance of a verdict, summed over settlements. */
static double summed(struct world *w, int64_t persons, unsigned long percent, pbr_verdict verdict)
{
    mpq_t sum, term;
    mpq_inits(sum, term, NULL);
    for (int64_t k = 0; k <= persons; k++) {
        if (verdict_at(w, persons, k) != verdict) continue;
        exact_term(term, (unsigned long)persons, (unsigned long)k, percent);
        mpq_add(sum, sum, term);
    }
    double out = mpq_get_d(sum);
    mpq_clears(sum, term, NULL);
    return out;
}

static void assert_near(const char *name, double value, double wanted, double error)
{
    if (fabs(value - wanted) <= error) return;
    fail_msg("%s: %.12g is not %.12g", name, value, wanted);
}

/* Falls of 0, 2, 10 and 20 points; the baseline is 50% and the adjustment -2 points, so that the
 * unadjusted chance is 52% less the fall. */
static void check_chances(const struct test_case *c)
{
    static const unsigned long falls[] = {0, 2, 10, 20};
    struct world w = one_area(&c->test, BINARY);
    for (size_t i = 0; i < COUNT(falls); i++) {
        unsigned long percent = 52 - falls[i];
        double all[PBR_NO_RESULT + 1], sum = 0;
        pbr_settlement *s = settle_with(&w, PERSONS, 29);
        pbr_detector d;
        assert_null(pbr_detector_open(&d, &s->results[BINARY], (double)falls[i]));
        assert_near(c->name, d.chance, (double)percent / 100, 1e-15);
        assert_near(c->name, pbr_detector_better(&d, PERSONS),
                    summed(&w, PERSONS, percent, PBR_BETTER), 1e-11);
        assert_near(c->name, pbr_detector_worse(&d, PERSONS),
                    summed(&w, PERSONS, percent, PBR_WORSE), 1e-11);
        assert_near(c->name, pbr_detector_better(&d, 2 * PERSONS + 7),
                    summed(&w, 2 * PERSONS + 7, percent, PBR_BETTER), 1e-11);
        pbr_settlement_free(settle_with(&w, PERSONS, 29));
        pbr_verdict_chances(&s->results[BINARY], d.chance, all);
        for (int k = 0; k <= PBR_NO_RESULT; k++) sum += all[k];
        assert_near(c->name, sum, 1, 1e-11);
        assert_near(c->name, all[PBR_BETTER], pbr_detector_better(&d, PERSONS), 1e-11);
        assert_near(c->name, all[PBR_WORSE], pbr_detector_worse(&d, PERSONS), 1e-11);
        pbr_detector_close(&d);
        pbr_settlement_free(s);
    }
    end_world(&w);
}

static void test_chances(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(rates); i++) check_chances(&rates[i]);
}

/* The first size of which every larger one, up to three times it, has the chance. */
static int64_t by_trying(pbr_detector *d, double wanted, int64_t found)
{
    int64_t size = 3 * found;
    while (size > 1 && pbr_detector_better(d, size - 1) >= wanted) size--;
    return size;
}

static void check_size(const struct test_case *c, int line, double fall, double wanted)
{
    struct world w = one_area(&c->test, line);
    pbr_settlement *s = settle_with(&w, 400, 200);
    pbr_detector d;
    assert_null(pbr_detector_open(&d, &s->results[line], fall));
    int64_t size = pbr_detector_size(&d, wanted);
    assert_true(size > 0);
    if (by_trying(&d, wanted, size) != size)
        fail_msg("%s, fall %g: %lld, not %lld", c->name, fall, (long long)size,
                 (long long)by_trying(&d, wanted, size));
    pbr_detector_close(&d);
    pbr_settlement_free(s);
    end_world(&w);
}

static void test_sizes(void **state)
{
    (void)state;
    const struct test_case mean = {"normal-mean", TEST(.kind = PBR_TEST_NORMAL_MEAN, EXACT_LIMITS)};
    for (size_t i = 0; i < COUNT(rates); i++) {
        check_size(&rates[i], BINARY, 8, 0.8);
        check_size(&rates[i], BINARY, 15, 0.9);
    }
    check_size(&rates[1], BINARY, 3, 0.5);
    check_size(&mean, FREQUENCY, 0.25, 0.8);
    check_size(&mean, FREQUENCY, 0.1, 0.3);
}

/* No size shows a fall that does not reach the limit, and a minimum cohort is one. */
static void test_no_size(void **state)
{
    (void)state;
    pbr_detector d;
    struct world w = one_area(&rates[0].test, BINARY);
    pbr_settlement *s = settle_with(&w, 400, 200);
    assert_null(pbr_detector_open(&d, &s->results[BINARY], 4.5)); /* limit: 5 below */
    assert_int_equal(pbr_detector_size(&d, 0.8), 0);
    assert_true(pbr_detector_size_normal(&d, 0.8) == 0);
    pbr_detector_close(&d);
    w.terms->lines[BINARY].test.minimum_cohort = 5000;
    assert_null(pbr_detector_open(&d, &s->results[BINARY], 20));
    assert_int_equal(pbr_detector_size(&d, 0.8), 5000);
    assert_true(pbr_detector_better(&d, 4999) == 0);
    assert_true(pbr_detector_worse(&d, 4999) == 0);
    pbr_detector_close(&d);
    pbr_settlement_free(s);
    end_world(&w);
}

/* By hand: z of 0.975 is 1.959964, of 0.8 is 0.841621.
 * Rate from 50% to 40%, adjustment -2 points: the unadjusted rate is 42%;
 * ((1.959964 x 0.5 + 0.841621 x 0.493559) / 0.1)^2 = 194.706.
 * Mean 3 to 2.75, sd 2: ((1.959964 + 0.841621) x 2 / 0.25)^2 = 502.328.
 * Limits given at 45%, 50% to 40%: (0.841621 x 0.493559 / 0.05)^2 = 69.019. */
static void test_closed_forms(void **state)
{
    (void)state;
    const struct test_case mean = {"normal-mean", TEST(.kind = PBR_TEST_NORMAL_MEAN, EXACT_LIMITS)};
    const struct {
        const struct test_case *test;
        int line;
        double fall, size;
    } forms[] = {{&rates[1], BINARY, 10, 194.706},
                 {&mean, FREQUENCY, 0.25, 502.328},
                 {&rates[0], BINARY, 10, 69.019}};
    for (size_t i = 0; i < COUNT(forms); i++) {
        pbr_detector d;
        struct world w = one_area(&forms[i].test->test, forms[i].line);
        pbr_settlement *s = settle_with(&w, 400, 200);
        assert_null(pbr_detector_open(&d, &s->results[forms[i].line], forms[i].fall));
        assert_near(forms[i].test->name, pbr_detector_size_normal(&d, 0.8), forms[i].size, 0.002);
        pbr_detector_close(&d);
        pbr_settlement_free(s);
        end_world(&w);
    }
}

/* Two samples, 1000 in the baseline: what comes out solves fall = z_a se0 + z_b se1, the standard
 * errors of the difference and of the cohort's rate. */
static void test_two_samples(void **state)
{
    (void)state;
    pbr_detector d;
    struct world w = one_area(&rates[UNPOOLED].test, BINARY);
    pbr_settlement *s = settle_with(&w, 400, 200);
    assert_null(pbr_detector_open(&d, &s->results[BINARY], 10));
    double n = pbr_detector_size_normal(&d, 0.8);
    double right =
        1.959964 * sqrt(0.5 * 0.5 / 1000 + 0.4 * 0.6 / n) + 0.841621 * sqrt(0.42 * 0.58 / n);
    assert_near("two samples", right, 0.1, 1e-6);
    pbr_detector_close(&d);
    pbr_settlement_free(s);
    end_world(&w);
}

/* --- as a scenario asks for it --- */

static pbr_power *power_of(struct world *w, pbr_settlement *s, const char *chance,
                           const char *rate_fall, const char *frequency_fall)
{
    char *rate[] = {(char *)rate_fall}, *frequency[] = {(char *)frequency_fall};
    pbr_scenario_power asked = {
        .chance = (char *)chance,
        .rate_falls = rate,
        .frequency_falls = frequency,
        .rate_falls_count = rate_fall != NULL,
        .frequency_falls_count = frequency_fall != NULL,
    };
    const pbr_scenario scenario = {.power = &asked, .path = "scenario.yaml"};
    const pbr_settled settled = {.settlement = s, .measures = w->measures, .arena = s->arena};
    return pbr_power_make(&settled, &scenario, w->diag);
}

static void test_rows_and_curves(void **state)
{
    (void)state;
    struct world w = new_world();
    only_first_area(&w);
    pbr_settlement *s = settle_with(&w, 400, 200);
    w.measures->measures[0].has_squared = false;
    pbr_power *power = power_of(&w, s, "0.8", "8", NULL);
    assert_no_errors(w.diag);
    assert_int_equal(power->rows_count, 1);
    assert_ptr_equal(power->rows[0].result, &s->results[BINARY]);
    assert_string_equal(power->rows[0].fall, "8");
    assert_true(power->rows[0].paid == power->rows[0].chance);
    assert_int_equal(power->curves_count, 1);
    const pbr_power_curve *curve = &power->curves[0];
    assert_int_equal(curve->quarter, 400);
    assert_int_equal(curve->year, 0);
    assert_true(curve->year_chance == 0);
    /* one area: its baseline is the mean */
    assert_true(curve->quarter_chance == power->rows[0].chance);
    for (size_t i = 0; i < curve->count; i++)
        if (curve->sizes[i] == 400) assert_true(curve->chances[i] == power->rows[0].chance);
    pbr_power_free(power);
    pbr_settlement_free(s);
    end_world(&w);
}

static void meets(struct world *w, size_t area, const char *metric, int64_t percent, int64_t cases)
{
    for (size_t i = 0; i < w->contract->baselines_count; i++) {
        pbr_baseline *row = &w->contract->baselines[i];
        if (row->area != area || strcmp(row->cohort, "Q4") || strcmp(row->metric, metric)) continue;
        pbr_ratio_set(row->rate, percent, strcmp(metric, "binary") == 0 ? 1 : 100);
        row->cases = cases;
    }
}

static pbr_settlement *three_areas(struct world *w)
{
    static const int64_t persons[] = {500, 400, 300}, cases[] = {500, 1000, 1500},
                         rate[] = {47, 54, 61}, frequency[] = {250, 350, 300};
    static const size_t cohort = Q4;
    const pbr_settle_options options = {
        .id = "2018-01-31", .as_at = day("2018-01-31"), .cohorts = &cohort, .cohorts_count = 1};
    for (size_t area = 0; area < 3; area++) {
        count_plain(w, area, Q4, persons[area], persons[area] / 2);
        w->measures->measures[area].ripe = w->measures->measures[area].complete = true;
        meets(w, area, "binary", rate[area], cases[area]);
        meets(w, area, "frequency", frequency[area], cases[area]);
    }
    pbr_settlement *s = pbr_settlement_make(w->contract, w->measures, &options, w->diag);
    assert_no_errors(w->diag);
    return s;
}

/* The area of median size meets the mean rate, 54%, from a baseline of as many cases as the mean.
 * Of frequency it meets another, but what is detected of a mean hangs on the fall alone. */
static void test_mean_of_areas(void **state)
{
    (void)state;
    struct world w = new_world();
    w.terms->lines[BINARY].test = rates[UNPOOLED].test;
    w.terms->lines[FREQUENCY].test = (pbr_test)TEST(.kind = PBR_TEST_NORMAL_MEAN, EXACT_LIMITS);
    pbr_settlement *s = three_areas(&w);
    pbr_power *power = power_of(&w, s, "0.8", "8", "0.4");
    assert_no_errors(w.diag);
    assert_int_equal(power->rows_count, 6);
    assert_int_equal(power->curves_count, 2);
    assert_int_equal(power->curves[0].quarter, 400);
    assert_near("median", power->curves[0].quarter_chance, power->rows[2].chance, 1e-12);
    assert_true(fabs(power->rows[0].chance - power->rows[2].chance) > 1e-3);
    assert_int_equal(power->curves[1].quarter, 200);
    assert_near("median", power->curves[1].quarter_chance, power->rows[3].chance, 1e-9);
    pbr_power_free(power);
    pbr_settlement_free(s);
    end_world(&w);
}

/* The hurdle is shut in this settlement: binary is neither. */
static void test_hurdle(void **state)
{
    (void)state;
    struct world w = new_world();
    only_first_area(&w);
    pbr_settlement *s = settle_with(&w, 400, 200);
    pbr_power *power = power_of(&w, s, "0.8", NULL, "0.4");
    assert_no_errors(w.diag);
    assert_int_equal(power->rows_count, 1);
    assert_int_equal(power->rows[0].how, PBR_POWER_NORMAL);
    assert_true(power->rows[0].chance > 0 && power->rows[0].paid == 0);
    pbr_power_free(power);
    pbr_settlement_free(s);
    end_world(&w);
}

static void test_refused(void **state)
{
    (void)state;
    static const struct {
        const char *chance, *rate, *frequency, *id;
    } bad[] = {{"0", "1", NULL, "out-of-range"},
               {"1", "1", NULL, "out-of-range"},
               {"0.8", "50.01", NULL, "impossible-effect"},
               {"0.8", NULL, "2.01", "impossible-effect"},
               {"0.8", NULL, NULL, "nothing-to-detect"}};
    for (size_t i = 0; i < COUNT(bad); i++) {
        struct world w = new_world();
        only_first_area(&w);
        pbr_settlement *s = settle_with(&w, 400, 200);
        assert_null(power_of(&w, s, bad[i].chance, bad[i].rate, bad[i].frequency));
        assert_only_error(w.diag, bad[i].id);
        pbr_settlement_free(s);
        end_world(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_chances),       cmocka_unit_test(test_sizes),
        cmocka_unit_test(test_no_size),       cmocka_unit_test(test_closed_forms),
        cmocka_unit_test(test_two_samples),   cmocka_unit_test(test_rows_and_curves),
        cmocka_unit_test(test_mean_of_areas), cmocka_unit_test(test_hurdle),
        cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
