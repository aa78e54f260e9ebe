/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated verdicts against what probability theory says of them: exact binomial sums, and how
 * often an interval holds the truth. */
#include "simulation_support.h"

#include "whatif/chances.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>

static char word_four[] = "4";

static double share(const pbr_simulation *s, size_t effect, const char *line, pbr_verdict verdict)
{
    return (double)line_row(s, effect, line)->verdicts[verdict] / s->replicates;
}

static void assert_share(double got, double wanted, unsigned replicates)
{
    assert_near(got, wanted, SURE * sqrt(wanted * (1 - wanted) / replicates) + 1.0 / replicates);
}

/* --- rejection rates --- */

#define ONE_SAMPLE                                                                                 \
    (pbr_test)                                                                                     \
    {                                                                                              \
        .kind = PBR_TEST_ONE_SAMPLE_Z, .level = word_level, .sides = 2, .round_rate = word_none,   \
        .round_thresholds = word_four                                                              \
    }

static double four_decimals(double value)
{
    return nearbyint(value * 10000) / 10000;
}

/* The sum of the binomial chances of every count below the lower limit, by hand. */
static double chance_of_better(unsigned n, double base, double p)
{
    double z = gsl_cdf_ugaussian_Pinv(0.975), b = base / 100, sum = 0;
    double lower = four_decimals(base - 100 * z * sqrt(b * (1 - b) / n));
    for (unsigned k = 0; k <= n; k++)
        if (100.0 * k / n < lower - 1e-9) sum += gsl_ran_binomial_pdf(k, p, n);
    return sum;
}

static double chance_of_worse(unsigned n, double base, double p)
{
    double z = gsl_cdf_ugaussian_Pinv(0.975), b = base / 100, sum = 0;
    double upper = four_decimals(base + 100 * z * sqrt(b * (1 - b) / n));
    for (unsigned k = 0; k <= n; k++)
        if (100.0 * k / n > upper + 1e-9) sum += gsl_ran_binomial_pdf(k, p, n);
    return sum;
}

static void check_rejection(unsigned n, double base)
{
    enum { REPLICATES = 20000 };
    struct made m = begin(&ONE_SAMPLE, NULL);
    char fall[] = "2.5";
    char name[] = "fall";
    pbr_scenario_effect effects[] = {{.name = name}, {.name = name, .rate_fall = fall}};
    leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", base, 1000);
    count_plain(&m.world, 0, Q4, n, n / 3);
    m.world.measures->measures[0].ripe = m.world.measures->measures[0].complete = true;
    settle_quarter(&m);
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = REPLICATES, .seed = n, .effects = effects, .effects_count = 2});
    for (size_t e = 0; e < 2; e++) {
        double p = (base - (e ? 2.5 : 0)) / 100;
        assert_share(share(m.simulation, e, "binary", PBR_BETTER), chance_of_better(n, base, p),
                     REPLICATES);
        assert_share(share(m.simulation, e, "binary", PBR_WORSE), chance_of_worse(n, base, p),
                     REPLICATES);
    }
    end(&m);
}

static void test_fifty_sizes_and_rates(void **state)
{
    (void)state;
    static const unsigned sizes[] = {23, 100, 487, 1200, 5000};
    static const double rates[] = {7.25, 21.3, 38.4, 50, 61.111};
    for (size_t i = 0; i < COUNT(sizes); i++)
        for (size_t k = 0; k < COUNT(rates); k++)
            check_rejection(sizes[i], rates[k]); /* with and without a fall: 50 in all */
}

/* A baseline that is an estimate itself, of equal size: better by chance 8% of the time, not 2.5%
 * (a double sum over both counts). */
static void test_a_sampled_baseline_pays_more_chance(void **state)
{
    (void)state;
    enum { REPLICATES = 60000, SIZE = 1000 };
    struct made m = begin(&ONE_SAMPLE, NULL);
    double wanted = 0;
    leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", 50, SIZE);
    count_plain(&m.world, 0, Q4, SIZE, 500);
    m.world.measures->measures[0].ripe = m.world.measures->measures[0].complete = true;
    settle_quarter(&m);
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = REPLICATES, .seed = 7, .baseline = PBR_BASELINE_BOTH});
    for (unsigned k = 350; k <= 650; k++)
        wanted += gsl_ran_binomial_pdf(k, 0.5, SIZE) * chance_of_better(SIZE, k / 10.0, 0.5);
    assert_true(wanted > 0.08 && wanted < 0.09);
    assert_share(share(m.simulation, 0, "binary", PBR_BETTER), chance_of_better(SIZE, 50, 0.5),
                 REPLICATES);
    assert_share(share(m.simulation, 1, "binary", PBR_BETTER), wanted, REPLICATES);
    end(&m);
}

/* --- coverage --- */

/* How often the interval holds the truth, under no effect. */
static double coverage(const pbr_test *binary, const pbr_test *frequency, unsigned replicates,
                       pbr_simulate_baseline baseline)
{
    struct made m = begin(binary, frequency);
    if (!frequency) leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", 50, 1000);
    set_persons(&m, Q4, 1000, LIFE, COUNT(LIFE));
    settle_quarter(&m);
    simulate(&m,
             (pbr_scenario_simulate){.replicates = replicates, .seed = 11, .baseline = baseline});
    double neither = share(m.simulation, 0, frequency ? "frequency" : "binary", PBR_NEITHER);
    end(&m);
    return neither;
}

static void test_coverage_of_rates(void **state)
{
    (void)state;
    enum { REPLICATES = 40000 };
    const double exact_z = 1 - chance_of_better(1000, 50, 0.5) - chance_of_worse(1000, 50, 0.5);
    const struct {
        pbr_test test;
        pbr_simulate_baseline baseline;
        double least, most;
    } rates[] = {
        {TEST(.kind = PBR_TEST_ONE_SAMPLE_Z), PBR_BASELINE_FIXED, exact_z, exact_z},
        /* around the cohort Wilson's interval gives the very verdicts of z */
        {TEST(.kind = PBR_TEST_WILSON, .around = PBR_AROUND_COHORT), PBR_BASELINE_FIXED, exact_z,
         exact_z},
        {TEST(.kind = PBR_TEST_WILSON), PBR_BASELINE_FIXED, 0.940, 0.960},
        {TEST(.kind = PBR_TEST_CLOPPER_PEARSON, .around = PBR_AROUND_COHORT), PBR_BASELINE_FIXED,
         0.950, 0.965},
        {TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_POOLED), PBR_BASELINE_SAMPLED, 0.945,
         0.955},
        {TEST(.kind = PBR_TEST_TWO_SAMPLE_Z, .variance = PBR_UNPOOLED), PBR_BASELINE_SAMPLED, 0.944,
         0.955},
        {TEST(.kind = PBR_TEST_GIVEN), PBR_BASELINE_FIXED, 0.998, 0.9995}, /* 45 to 55: 3.2 sd */
    };
    for (size_t i = 0; i < COUNT(rates); i++) {
        double got = coverage(&rates[i].test, NULL, REPLICATES, rates[i].baseline);
        double error = SURE * sqrt(0.05 * 0.95 / REPLICATES) * (rates[i].least < 0.99);
        if (got < rates[i].least - error || got > rates[i].most + error)
            fail_msg("test %zu covers %.4f, not %.4f to %.4f", i, got, rates[i].least,
                     rates[i].most);
    }
}

/* One side alone: a level of 95% calls 5% better, and 5% worse too. */
static void test_one_sided(void **state)
{
    (void)state;
    pbr_test one = TEST(.kind = PBR_TEST_NORMAL_MEAN, .sd = PBR_SD_COHORT);
    one.sides = 1;
    assert_near(coverage(NULL, &one, 20000, PBR_BASELINE_FIXED), 0.90, 0.012);
}

/* LIFE, tilted from its mean of 2.836 to the baseline's 3, has a standard deviation of about 2.6:
 * the baseline's 2 is too small and covers too little; its own sd covers nearly what it says. */
static void test_coverage_of_means(void **state)
{
    (void)state;
    const pbr_test own = TEST(.kind = PBR_TEST_NORMAL_MEAN, .sd = PBR_SD_COHORT);
    const pbr_test tabled = TEST(.kind = PBR_TEST_NORMAL_MEAN, .sd = PBR_SD_BASELINE);
    const pbr_test bootstrap = TEST(.kind = PBR_TEST_BOOTSTRAP, .replicates = 400, .seed = 3);
    assert_near(coverage(NULL, &own, 20000, PBR_BASELINE_FIXED), 0.946, 0.01);
    assert_near(coverage(NULL, &bootstrap, 1000, PBR_BASELINE_FIXED), 0.94, 0.03);
    int64_t reoffenders = 0;
    pbr_chances life, tilted;
    pbr_arena *arena = pbr_arena_new();
    int64_t histogram[COUNT(LIFE) + 1] = {0};
    for (size_t i = 0; i < COUNT(LIFE); i++) reoffenders += histogram[i + 1] = LIFE[i];
    assert_int_equal(reoffenders, 500);
    pbr_chances_of_histogram(&life, histogram, COUNT(histogram), arena);
    pbr_chances_of_histogram(&tilted, histogram, COUNT(histogram), arena);
    pbr_chances_apply(&life, pbr_chances_tilt(&life, 3, 0), &tilted);
    double variance = 0;
    for (size_t i = 0; i < tilted.size; i++)
        variance += tilted.chances[i] * pow((double)tilted.values[i] - 3, 2);
    double inside = 1 - 2 * gsl_cdf_ugaussian_Q(1.959964 * 2 / sqrt(variance));
    assert_true(inside < 0.88);
    assert_near(coverage(NULL, &tabled, 40000, PBR_BASELINE_FIXED), inside, 0.008);
    pbr_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_fifty_sizes_and_rates),
        cmocka_unit_test(test_a_sampled_baseline_pays_more_chance),
        cmocka_unit_test(test_coverage_of_rates),
        cmocka_unit_test(test_one_sided),
        cmocka_unit_test(test_coverage_of_means),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
