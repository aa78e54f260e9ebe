/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Limits and verdicts against figures from outside: quantiles computed with mpmath at 30 digits as
 * sqrt(2) erfinv(2p - 1), sums that can be done on paper, and identities. */
#include "sample_contract.h"

#include "settle/limits.h"
#include "settle/test.h"

#include <math.h>

static const double QUANTILE_TOLERANCE = 1e-12;
static const double RELATIVE_TOLERANCE = 1e-14;
static const double Z95 = 1.95996398454005424; /* two sides at 0.95 */

static void assert_close(double value, double wanted, double tolerance)
{
    if (fabs(value - wanted) <= tolerance) return;
    fail_msg("%.17g is not %.17g", value, wanted);
}

static void assert_same(double value, double wanted)
{
    assert_close(value, wanted, RELATIVE_TOLERANCE * fabs(wanted));
}

static void quantiles_are_the_tabled_ones(void **state)
{
    (void)state;
    static const struct {
        double level;
        unsigned sides;
        double z;
    } cases[] = {
        {0.5, 1, 0},
        {0.6, 1, 0.253347103135799799},
        {0.75, 1, 0.674489750196081743},
        {0.9, 1, 1.28155156554460047},
        {0.95, 1, 1.64485362695147271},
        {0.975, 1, 1.95996398454005424},
        {0.99, 1, 2.3263478740408411},
        {0.5, 2, 0.674489750196081743},
        {0.8, 2, 1.28155156554460047},
        {0.9, 2, 1.64485362695147271},
        {0.95, 2, 1.95996398454005424},
        {0.98, 2, 2.3263478740408411},
        {0.99, 2, 2.57582930354890076},
        {0.999, 2, 3.29052673149189479},
        {0.9999998, 2, 5.19933758219281693},
    };
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_close(pbr_z(cases[i].level, cases[i].sides), cases[i].z,
                     cases[i].level > 0.9999 ? 1e-9 : QUANTILE_TOLERANCE);
}

static void two_sides_are_one_side_at_half_the_rest(void **state)
{
    (void)state;
    for (int i = 500; i < 1000; i++) {
        double level = i / 1000.0;
        assert_close(pbr_z(level, 2), pbr_z((1 + level) / 2, 1), QUANTILE_TOLERANCE);
        /* the distribution function of the quantile is the level */
        double z = pbr_z(level, 1);
        assert_close(0.5 * erfc(-z / sqrt(2)), level, QUANTILE_TOLERANCE);
        if (i > 500) assert_true(pbr_z(level, 2) > pbr_z((i - 1) / 1000.0, 2));
    }
}

/* GSL's own handler would end the program; the edges must come back as numbers. */
static void the_edges_do_not_end_the_program(void **state)
{
    (void)state;
    assert_true(isinf(pbr_z(1, 1)) && pbr_z(1, 1) > 0);
    assert_true(isinf(pbr_z(0, 1)) && pbr_z(0, 1) < 0);
    assert_true(isinf(pbr_z(1, 2)));
    assert_close(pbr_z(0, 2), 0, QUANTILE_TOLERANCE);
}

/* p0 = 1/2, n = 100: sqrt(1/4 / 100) = 1/20. p0 = 1/5, n = 400: sqrt(4/25 / 400) = 1/50. */
static void one_sample_by_hand(void **state)
{
    (void)state;
    assert_same(pbr_half_width_one_sample(1, 0.5, 100), 0.05);
    assert_same(pbr_half_width_one_sample(2, 0.2, 400), 0.04);
    assert_same(pbr_half_width_one_sample(2, 0.8, 400), 0.04);
    assert_close(pbr_half_width_one_sample(Z95, 0.5, 100), 0.097998199227002712, 1e-15);
    assert_true(pbr_half_width_one_sample(Z95, 0, 100) == 0);
    assert_true(pbr_half_width_one_sample(Z95, 1, 100) == 0);
}

/* 120 of 200 and 120 of 300: pooled 240 of 500 = 0.48, 0.48 * 0.52 * (1/200 + 1/300) = 0.00208;
 * unpooled 0.24/200 + 0.24/300 = 0.002. */
static void two_samples_by_hand(void **state)
{
    (void)state;
    assert_same(pbr_half_width_two_sample(1, PBR_POOLED, 0.6, 200, 0.4, 300), sqrt(0.00208));
    assert_same(pbr_half_width_two_sample(1, PBR_UNPOOLED, 0.6, 200, 0.4, 300), sqrt(0.002));
    assert_same(pbr_half_width_two_sample(1, PBR_POOLED, 0.5, 100, 0.5, 100), sqrt(0.005));
    assert_same(pbr_half_width_two_sample(1, PBR_UNPOOLED, 0.5, 100, 0.5, 100), sqrt(0.005));
}

/* An adjusted rate may lie outside 0 to 1: the width stays a number. */
static void an_adjusted_rate_may_be_absurd(void **state)
{
    (void)state;
    static const double rates[] = {-3, -0.2, 1.2, 40};
    for (size_t i = 0; i < COUNT(rates); i++)
        for (int variance = PBR_POOLED; variance <= PBR_UNPOOLED; variance++) {
            double width =
                pbr_half_width_two_sample(Z95, (pbr_variance)variance, 0.5, 1000, rates[i], 1000);
            assert_true(isfinite(width) && width >= 0);
        }
    assert_true(isfinite(pbr_half_width_one_sample(Z95, 1.2, 1000)));
}

/* With a baseline as large as can be it is known: unpooled, the cohort's own variance is left;
 * pooled, the baseline's. */
static void a_large_baseline_is_a_known_one(void **state)
{
    (void)state;
    double last = INFINITY;
    for (double n0 = 1e3; n0 < 1e13; n0 *= 10) {
        double pooled = pbr_half_width_two_sample(Z95, PBR_POOLED, 0.52, n0, 0.47, 1350);
        double away = fabs(pooled - pbr_half_width_one_sample(Z95, 0.52, 1350));
        assert_true(away < last);
        last = away;
    }
    assert_close(pbr_half_width_two_sample(Z95, PBR_POOLED, 0.52, 1e13, 0.47, 1350),
                 pbr_half_width_one_sample(Z95, 0.52, 1350), 1e-10);
    assert_close(pbr_half_width_two_sample(Z95, PBR_UNPOOLED, 0.52, 1e13, 0.47, 1350),
                 pbr_half_width_one_sample(Z95, 0.47, 1350), 1e-7);
}

static void widths_shrink_with_the_root_of_the_size(void **state)
{
    (void)state;
    uint64_t seed = 9;
    for (int i = 0; i < 1000; i++) {
        double p0 = (double)between(&seed, 1, 99) / 100, p1 = (double)between(&seed, 1, 99) / 100;
        double n0 = (double)between(&seed, 10, 9999), n1 = (double)between(&seed, 10, 9999);
        for (int variance = PBR_POOLED; variance <= PBR_UNPOOLED; variance++) {
            pbr_variance v = (pbr_variance)variance;
            double width = pbr_half_width_two_sample(1.5, v, p0, n0, p1, n1);
            assert_close(pbr_half_width_two_sample(1.5, v, p0, 4 * n0, p1, 4 * n1), width / 2,
                         1e-13);
            assert_close(pbr_half_width_two_sample(3, v, p0, n0, p1, n1), 2 * width, 1e-13);
            assert_close(pbr_half_width_two_sample(1.5, v, p1, n1, p0, n0), width, 1e-13);
        }
        assert_close(pbr_half_width_one_sample(1.5, p0, 9 * n0),
                     pbr_half_width_one_sample(1.5, p0, n0) / 3, 1e-13);
        assert_close(pbr_half_width_mean(1.5, p0, 9 * n0), pbr_half_width_mean(1.5, p0, n0) / 3,
                     1e-13);
    }
}

/* 1, 2, 3, 4: sum 10, squares 30, variance (30 - 25) / 3. */
static void the_sample_deviation_divides_by_one_less(void **state)
{
    (void)state;
    assert_same(pbr_sample_sd(4, 10, 30), sqrt(5.0 / 3));
    assert_same(pbr_sample_sd(2, 3, 5), sqrt(0.5));
    assert_true(pbr_sample_sd(5, 15, 45) == 0);
    assert_same(pbr_half_width_mean(1, 2, 400), 0.1);
}

/* --- results ------------------------------------------------------------------------------------
 */

struct tested {
    pbr_contract *contract;
    pbr_terms *terms;
    pbr_measures *measures;
    pbr_result result;
    pbr_diag *diag;
};

/* The sample's quarterly line number `line` for A1 in 2015Q4 and a cohort without a case-mix
 * difference: 800 measurable, 386 reoffenders (48.25%), 1150 reoffences, squares 5000. */
static struct tested begin(unsigned line)
{
    struct tested t = {
        .contract = load_sample(NULL, 0), .measures = pbr_measures_new(), .diag = pbr_diag_new()};
    t.terms = t.contract->rules[0].terms;
    t.terms->metrics[0].adjust = PBR_NO_ADJUSTMENT;
    pbr_measure *m = pbr_measures_add(t.measures);
    m->measurable = m->eligible = m->starts = 800;
    m->reoffenders = 386;
    m->reoffences = 1150;
    mpq_set_ui(m->reoffences_squared, 5000, 1);
    m->has_squared = true;
    pbr_result_init(&t.result);
    t.result.rules = &t.contract->rules[0];
    t.result.line = &t.terms->lines[line];
    t.result.measure = m;
    return t;
}

static pbr_test *test_of(struct tested *t)
{
    return &t->terms->lines[t->result.line - t->terms->lines].test;
}

static pbr_baseline *baseline_of(struct tested *t)
{
    const pbr_metric *metric = pbr_terms_metric(t->terms, t->result.line->metric);
    return (pbr_baseline *)(uintptr_t)pbr_contract_baseline(t->contract, 0, "Q4", metric);
}

static void run(struct tested *t)
{
    pbr_settlement settlement = {.contract = t->contract};
    pbr_result_test(&t->result, &settlement, t->measures, t->diag);
}

static void end(struct tested *t)
{
    pbr_result_clear(&t->result);
    pbr_measures_free(t->measures);
    pbr_contract_free(t->contract);
    pbr_diag_free(t->diag);
}

static void assert_limits(const struct tested *t, const char *lower, const char *upper)
{
    char text[PBR_RATIO_TEXT];
    assert_no_errors(t->diag);
    assert_string_equal(pbr_decimal_text(text, t->result.lower, 20), lower);
    assert_string_equal(pbr_decimal_text(text, t->result.upper, 20), upper);
}

/* By mpmath: 52 -+ 1.95996... * 100 * sqrt(0.52 * 0.48 / 1350) = 49.3349614392, 54.6650385608;
 * 50% of 1000 against 48.25% of 800: pooled 45.3520996983, 54.6479003017, unpooled 45.3531192955,
 * 54.6468807045. */
static void limits_of_rates(void **state)
{
    (void)state;
    static const struct {
        pbr_test_kind kind;
        pbr_variance variance;
        int64_t persons, reoffenders;
        long rate;
        const char *places, *lower, *upper;
    } cases[] = {
        {PBR_TEST_ONE_SAMPLE_Z, PBR_BINOMIAL, 1350, 600, 52, "4", "49.335", "54.665"},
        {PBR_TEST_ONE_SAMPLE_Z, PBR_BINOMIAL, 1350, 600, 52, "8", "49.33496144", "54.66503856"},
        {PBR_TEST_ONE_SAMPLE_Z, PBR_BINOMIAL, 1350, 600, 52, "0", "49", "55"},
        {PBR_TEST_TWO_SAMPLE_Z, PBR_POOLED, 800, 386, 50, "8", "45.3520997", "54.6479003"},
        {PBR_TEST_TWO_SAMPLE_Z, PBR_UNPOOLED, 800, 386, 50, "8", "45.3531193", "54.6468807"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tested t = begin(0);
        pbr_measure *m = &t.measures->measures[0];
        test_of(&t)->kind = cases[i].kind;
        test_of(&t)->variance = cases[i].variance;
        test_of(&t)->level = (char *)"0.95";
        test_of(&t)->sides = 2;
        test_of(&t)->round_thresholds = (char *)(uintptr_t)cases[i].places;
        m->measurable = cases[i].persons;
        m->reoffenders = cases[i].reoffenders;
        mpq_set_si(baseline_of(&t)->rate, cases[i].rate, 1);
        run(&t);
        assert_limits(&t, cases[i].lower, cases[i].upper);
        end(&t);
    }
}

/* By mpmath, 386 reoffenders replaced by 400: 3 -+ 1.64485... * 2 / 20
 * = 2.8355146373, 3.1644853627; with the cohort's own deviation 2.06033673671846 = sqrt((5000 -
 * 1150^2 / 400) / 399): 2.83055238229, 3.16944761771. */
static void limits_of_means(void **state)
{
    (void)state;
    static const char *const wanted[2][2] = {{"2.83551464", "3.16448536"},
                                             {"2.83055238", "3.16944762"}};
    for (int sd = PBR_SD_BASELINE; sd <= PBR_SD_COHORT; sd++) {
        struct tested t = begin(1);
        test_of(&t)->kind = PBR_TEST_NORMAL_MEAN;
        test_of(&t)->sd = (pbr_sd)sd;
        test_of(&t)->level = (char *)"0.9";
        test_of(&t)->sides = 2;
        test_of(&t)->round_thresholds = (char *)"8";
        t.measures->measures[0].reoffenders = 400;
        run(&t);
        assert_limits(&t, wanted[sd][0], wanted[sd][1]);
        end(&t);
    }
}

static void given_limits_and_none(void **state)
{
    (void)state;
    struct tested t = begin(0);
    run(&t);
    assert_limits(&t, "45", "55");
    end(&t);
    t = begin(0);
    test_of(&t)->kind = PBR_TEST_NONE;
    run(&t);
    assert_limits(&t, "50", "50");
    assert_int_equal(t.result.verdict, PBR_BETTER);
    end(&t);
}

/* Given limits 45 and 55, termination at 70; 800 persons: 360 are exactly 45%, 440 exactly 55%. */
static void a_rate_equal_to_a_limit_is_neither(void **state)
{
    (void)state;
    static const struct {
        int64_t reoffenders;
        pbr_verdict verdict;
        bool terminate;
    } cases[] = {
        {0, PBR_BETTER, false},    {359, PBR_BETTER, false}, {360, PBR_NEITHER, false},
        {440, PBR_NEITHER, false}, {441, PBR_WORSE, false},  {560, PBR_WORSE, false},
        {561, PBR_WORSE, true},    {800, PBR_WORSE, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tested t = begin(0);
        t.measures->measures[0].reoffenders = cases[i].reoffenders;
        run(&t);
        assert_int_equal(t.result.verdict, cases[i].verdict);
        assert_int_equal(t.result.terminate, cases[i].terminate);
        assert_ratio(t.result.rate, (long)cases[i].reoffenders, 8);
        end(&t);
    }
}

/* 359 of 800 is 44.875: better than 45 as it is, and equal to it when rounded to whole points. A
 * rate of 44.5 goes to 44, the even side. */
static void a_rate_is_rounded_only_if_the_contract_says(void **state)
{
    (void)state;
    static const struct {
        const char *decimals;
        int64_t reoffenders;
        pbr_verdict verdict;
    } cases[] = {
        {"none", 359, PBR_BETTER}, {"3", 359, PBR_BETTER}, {"0", 359, PBR_NEITHER},
        {"0", 356, PBR_BETTER},    {"0", 444, PBR_WORSE},  {"0", 443, PBR_NEITHER},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct tested t = begin(0);
        t.measures->measures[0].reoffenders = cases[i].reoffenders;
        test_of(&t)->round_rate = (char *)(uintptr_t)cases[i].decimals;
        run(&t);
        if (t.result.verdict != cases[i].verdict) fail_msg("case %zu", i);
        end(&t);
    }
}

/* Reference mean 40, cohort mean 45.5: the rate is adjusted by -5.5 points, from 48.25 to 42.75. */
static void rates_are_adjusted_for_case_mix(void **state)
{
    (void)state;
    struct tested t = begin(0);
    t.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    pbr_ratio_set(t.measures->measures[0].ogrs_sum, 36400, 1);
    t.measures->measures[0].has_ogrs_sum = true;
    run(&t);
    assert_ratio(t.result.adjustment, -11, 2);
    assert_ratio(t.result.adjusted, 4275, 100);
    assert_ratio(t.result.rate, 4825, 100);
    assert_int_equal(t.result.verdict, PBR_BETTER);
    end(&t);
    t = begin(0);
    t.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    run(&t);
    assert_only_error(t.diag, "missing-sum");
    end(&t);
}

static void where_there_is_no_result(void **state)
{
    (void)state;
    struct tested t = begin(0);
    t.measures->measures[0].measurable = t.measures->measures[0].reoffenders = 0;
    run(&t);
    assert_int_equal(t.result.verdict, PBR_NO_RESULT);
    assert_non_null(t.result.why_no_result);
    assert_false(t.result.has_rate);
    end(&t);
    t = begin(1);
    t.measures->measures[0].reoffenders = t.measures->measures[0].reoffences = 0;
    run(&t);
    assert_int_equal(t.result.verdict, PBR_NO_RESULT);
    assert_false(t.result.terminate);
    end(&t);
    for (unsigned least = 799; least <= 801; least++) {
        t = begin(0);
        test_of(&t)->minimum_cohort = least;
        run(&t);
        assert_int_equal(t.result.verdict == PBR_NO_RESULT, least == 801);
        assert_false(t.result.terminate);
        end(&t);
    }
    t = begin(1);
    test_of(&t)->kind = PBR_TEST_NORMAL_MEAN;
    test_of(&t)->sd = PBR_SD_COHORT;
    test_of(&t)->level = (char *)"0.95";
    test_of(&t)->sides = 2;
    t.measures->measures[0].reoffenders = 1;
    run(&t);
    assert_int_equal(t.result.verdict, PBR_NO_RESULT);
    end(&t);
}

static void a_blank_sum_that_the_test_needs(void **state)
{
    (void)state;
    struct tested t = begin(1);
    test_of(&t)->kind = PBR_TEST_NORMAL_MEAN;
    test_of(&t)->sd = PBR_SD_COHORT;
    test_of(&t)->level = (char *)"0.95";
    test_of(&t)->sides = 2;
    t.measures->measures[0].has_squared = false;
    run(&t);
    assert_only_error(t.diag, "missing-sum");
    assert_int_equal(t.result.verdict, PBR_NO_RESULT);
    end(&t);
    t = begin(1);
    test_of(&t)->kind = PBR_TEST_BOOTSTRAP;
    test_of(&t)->level = (char *)"0.95";
    test_of(&t)->sides = 2;
    run(&t);
    assert_only_error(t.diag, "missing-sum");
    assert_int_equal(t.result.verdict, PBR_NO_RESULT);
    end(&t);
}

/* A contract that loads always has the row; the settlement says so rather than crash if not. */
static void a_baseline_that_is_not_there(void **state)
{
    (void)state;
    struct tested t = begin(0);
    t.terms->metrics[0].baseline = (char *)"1999";
    run(&t);
    assert_only_error(t.diag, "missing-baseline");
    end(&t);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(quantiles_are_the_tabled_ones),
        cmocka_unit_test(two_sides_are_one_side_at_half_the_rest),
        cmocka_unit_test(the_edges_do_not_end_the_program),
        cmocka_unit_test(one_sample_by_hand),
        cmocka_unit_test(two_samples_by_hand),
        cmocka_unit_test(an_adjusted_rate_may_be_absurd),
        cmocka_unit_test(a_large_baseline_is_a_known_one),
        cmocka_unit_test(widths_shrink_with_the_root_of_the_size),
        cmocka_unit_test(the_sample_deviation_divides_by_one_less),
        cmocka_unit_test(limits_of_rates),
        cmocka_unit_test(limits_of_means),
        cmocka_unit_test(given_limits_and_none),
        cmocka_unit_test(a_rate_equal_to_a_limit_is_neither),
        cmocka_unit_test(a_rate_is_rounded_only_if_the_contract_says),
        cmocka_unit_test(rates_are_adjusted_for_case_mix),
        cmocka_unit_test(where_there_is_no_result),
        cmocka_unit_test(a_blank_sum_that_the_test_needs),
        cmocka_unit_test(a_baseline_that_is_not_there),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
