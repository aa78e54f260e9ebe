/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated verdicts and payments against what probability theory says of them: exact binomial
 * sums, coverage of intervals, variances worked by hand. Tolerances are four and a half Monte Carlo
 * errors; the seeds are fixed, so nothing here fails by chance on another day. */
#include "settle_support.h"

#include "settle/limits.h"
#include "whatif/model.h"
#include "whatif/simulation.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <sys/resource.h>

static const double SURE = 4.5; /* standard errors */
static char word_level[] = "0.95", word_none[] = "none", word_four[] = "4";

/* --- worlds and questions --- */

struct made {
    struct world world;
    pbr_settlement *settlement;
    pbr_settled side;
    pbr_settle_options options;
    pbr_simulation *simulation;
};

/* Tests of the quarterly lines; payments either way, neither gate nor cap. */
static struct made begin(const pbr_test *binary, const pbr_test *frequency)
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
static void leave_out_frequency(struct made *m)
{
    m->world.terms->lines[FREQUENCY].period = PBR_NAMED;
}

static void set_baseline(struct made *m, const char *cohort, const char *metric, double rate,
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
static void set_persons(struct made *m, size_t cohort, int64_t persons, const int64_t *with,
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

static void settle_cohorts(struct made *m, const size_t *cohorts, size_t cohorts_count)
{
    m->options = (pbr_settle_options){
        .id = "2018-01-31", .as_at = 17562, .cohorts = cohorts, .cohorts_count = cohorts_count};
    m->settlement =
        pbr_settlement_make(m->world.contract, m->world.measures, &m->options, m->world.diag);
    assert_no_errors(m->world.diag);
    m->side = (pbr_settled){m->settlement, m->world.measures, &m->options, m->settlement->arena};
}

static void settle_quarter(struct made *m)
{
    static const size_t quarter[] = {Q4};
    settle_cohorts(m, quarter, 1);
}

static void simulate_on(struct made *m, pbr_scenario_simulate *terms, unsigned threads)
{
    pbr_scenario scenario = {.path = "scenario.yaml", .simulate = terms};
    m->simulation = pbr_simulation_make(&m->side, &scenario, threads, NULL, m->world.diag);
}

static void simulate(struct made *m, pbr_scenario_simulate terms)
{
    simulate_on(m, &terms, 1);
    assert_no_errors(m->world.diag);
    assert_non_null(m->simulation);
}

static void end(struct made *m)
{
    pbr_simulation_free(m->simulation);
    pbr_settlement_free(m->settlement);
    end_world(&m->world);
}

static const pbr_simulated *line_row(const pbr_simulation *s, size_t effect, const char *line)
{
    for (size_t i = 0; i < s->effects[effect].count; i++) {
        const pbr_simulated *row = &s->effects[effect].rows[i];
        if (row->of == PBR_OF_LINE && strcmp(row->result->line->id, line) == 0) return row;
    }
    fail();
    return NULL;
}

static double share(const pbr_simulation *s, size_t effect, const char *line, pbr_verdict verdict)
{
    return (double)line_row(s, effect, line)->verdicts[verdict] / s->replicates;
}

static void assert_near(double got, double wanted, double error)
{
    if (fabs(got - wanted) <= error) return;
    fail_msg("%.9g is not %.9g within %.3g", got, wanted, error);
}

static void assert_share(double got, double wanted, unsigned replicates)
{
    assert_near(got, wanted, SURE * sqrt(wanted * (1 - wanted) / replicates) + 1.0 / replicates);
}

/* 1,000 persons of whom half reoffend, as often as people do. */
static const int64_t LIFE[] = {190, 98, 70, 45, 31, 22, 14, 10, 7, 5, 3, 2, 1, 1, 0, 0, 0, 0, 0, 1};

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

#define TEST(...)                                                                                  \
    (pbr_test)                                                                                     \
    {                                                                                              \
        .level = word_level, .round_rate = word_none, .round_thresholds = word_none, .sides = 2,   \
        __VA_ARGS__                                                                                \
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

/* --- money --- */

#define NO_TEST TEST(.kind = PBR_TEST_NONE)

/* Mean, standard deviation and error of a line without a test: units x price, either way. */
static void assert_money(const pbr_simulated *row, double mean, double sd, unsigned replicates)
{
    assert_near(row->mean_pence, mean, SURE * sd / sqrt(replicates) + 0.5);
    /* of a standard deviation: sd / sqrt(2 n) for near to normal amounts */
    assert_near(row->sd_pence, sd, SURE * sd / sqrt(2.0 * replicates) + 0.5);
    assert_near(row->error_pence, row->sd_pence / sqrt(replicates), 1e-6 * sd);
}

/* A price of 4,000 a reoffender and 1,000 a reoffence, in pence. */
static const double PERSON = 400000, EVENT = 100000;

struct moments {
    double mean, variance;
};

/* Of one reoffender's reoffences under chances that theta tilts. */
static struct moments moments_of(const int64_t *with, size_t size, double theta)
{
    double sum = 0, first = 0, second = 0;
    for (size_t i = 0; i < size; i++) {
        double k = (double)i + 1, weight = (double)with[i] * exp(theta * k);
        sum += weight, first += weight * k, second += weight * k * k;
    }
    return (struct moments){first / sum, second / sum - first / sum * (first / sum)};
}

/* The tilt by bisection, slowly. */
static struct moments tilted_to(double mean)
{
    double low = -3, high = 3;
    for (int i = 0; i < 200; i++) {
        double middle = (low + high) / 2;
        if (moments_of(LIFE, COUNT(LIFE), middle).mean < mean)
            low = middle;
        else
            high = middle;
    }
    return moments_of(LIFE, COUNT(LIFE), low);
}

/* Frequency money is price x sum over reoffenders of (f0 - k): a random number of random amounts.
 */
static double sd_of_frequency(double n, double p, struct moments one, double base)
{
    double gain = base - one.mean;
    return EVENT * sqrt(n * p * one.variance + n * p * (1 - p) * gain * gain);
}

enum { MANY = 40000 };

static void begin_with_money(struct made *m)
{
    *m = begin(&NO_TEST, &NO_TEST);
    set_baseline(m, "Q4", "binary", 48, 1000);
    set_baseline(m, "Q4", "frequency", 3, 500);
    set_persons(m, Q4, 1000, LIFE, COUNT(LIFE));
    settle_quarter(m);
}

static void test_parametric_money(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    char name[] = "fall", two[] = "2", quarter[] = "0.25";
    pbr_scenario_effect effects[] = {{.name = name},
                                     {.name = name, .rate_fall = two, .frequency_fall = quarter}};
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = MANY, .seed = 1, .effects = effects, .effects_count = 2});
    for (size_t e = 0; e < 2; e++) {
        double p = e ? 0.46 : 0.48;
        struct moments one = tilted_to(e ? 2.75 : 3);
        assert_money(line_row(m.simulation, e, "binary"), PERSON * (e ? 20 : 0),
                     PERSON * sqrt(1000 * p * (1 - p)), MANY);
        assert_money(line_row(m.simulation, e, "frequency"), EVENT * 1000 * p * (3 - one.mean),
                     sd_of_frequency(1000, p, one, 3), MANY);
    }
    end(&m);
}

/* The bootstrap's standard errors are those of the counts themselves. */
static void test_bootstrap_money(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    struct moments own = moments_of(LIFE, COUNT(LIFE), 0);
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = MANY, .seed = 2, .method = PBR_SIMULATE_BOOTSTRAP});
    assert_money(line_row(m.simulation, 0, "binary"), PERSON * (480 - 500),
                 PERSON * sqrt(1000 * 0.5 * 0.5), MANY);
    assert_money(line_row(m.simulation, 0, "frequency"), EVENT * 500 * (3 - own.mean),
                 sd_of_frequency(1000, 0.5, own, 3), MANY);
    end(&m);
}

/* 1 + negative binomial: its variance is that of the cohort where the mean is the cohort's. */
static void test_negative_binomial_money(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    struct moments own = moments_of(LIFE, COUNT(LIFE), 0);
    own.variance *= 500.0 / 499; /* the sample's own, as the model takes it */
    simulate(&m, (pbr_scenario_simulate){.replicates = MANY,
                                         .seed = 3,
                                         .method = PBR_SIMULATE_BOOTSTRAP,
                                         .counts = PBR_COUNTS_NEGATIVE_BINOMIAL});
    assert_money(line_row(m.simulation, 0, "frequency"), EVENT * 500 * (3 - own.mean),
                 sd_of_frequency(1000, 0.5, own, 3), MANY);
    end(&m);
}

/* A fall that is itself not sure: one draw a replicate adds its own variance. */
static void test_an_uncertain_effect(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    char name[] = "unsure", two[] = "2", three[] = "3";
    pbr_scenario_effect effect = {.name = name, .rate_fall = two, .rate_sd = three};
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = MANY, .seed = 4, .effects = &effect, .effects_count = 1});
    double within = 1000 * (0.46 * 0.54 - 0.03 * 0.03), between_draws = 30 * 30;
    assert_money(line_row(m.simulation, 0, "binary"), PERSON * 20,
                 PERSON * sqrt(within + between_draws), MANY);
    end(&m);
}

/* A sampled baseline adds its own variance: of the rate, and of the mean. */
static void test_sampled_money(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = MANY, .seed = 5, .baseline = PBR_BASELINE_SAMPLED});
    double p = 0.48, own = 1000 * p * (1 - p);
    struct moments one = tilted_to(3);
    assert_money(line_row(m.simulation, 0, "binary"), 0, PERSON * sqrt(own + own), MANY);
    /* reoffenders x (f' - 3) + sum of (3 - k): sd of f' is 2 / sqrt(500) */
    double reoffenders = 480 * 480 + own, shift = reoffenders * 4 / 500;
    double sd = EVENT * sqrt(480 * one.variance + shift);
    assert_money(line_row(m.simulation, 0, "frequency"), 0, sd, MANY);
    end(&m);
}

/* Scores two points above the baseline's: more reoffend, and the adjustment takes it off again. */
static void test_case_mix(void **state)
{
    (void)state;
    struct made m = begin(&NO_TEST, NULL);
    m.world.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE;
    leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", 48, 1000);
    set_persons(&m, Q4, 1000, LIFE, COUNT(LIFE));
    m.world.measures->measures[0].has_ogrs_sum = true;
    mpq_set_ui(m.world.measures->measures[0].ogrs_sum, 42000, 1);
    settle_quarter(&m);
    simulate(&m, (pbr_scenario_simulate){.replicates = MANY, .seed = 8});
    assert_money(line_row(m.simulation, 0, "binary"), 0, PERSON * sqrt(1000 * 0.5 * 0.5), MANY);
    end(&m);
}

/* A control group is drawn around its own rate, as many as its weights are worth, and the fall is
 * that of those treated alone. */
static void check_control(long weight_squares, double persons)
{
    struct made m = begin(&NO_TEST, NULL);
    char name[] = "fall", two[] = "2";
    pbr_scenario_effect effect = {.name = name, .rate_fall = two};
    m.world.terms->metrics[0].compare_with = PBR_WITH_CONTROL;
    leave_out_frequency(&m);
    set_persons(&m, Q4, 1000, LIFE, COUNT(LIFE));
    pbr_measure *control = pbr_measures_add(m.world.measures);
    control->cohort = Q4;
    control->control = control->ripe = control->complete = true;
    control->starts = control->eligible = control->measurable = 4000;
    control->reoffenders = 1800;
    control->has_weight_squares = weight_squares > 0;
    mpq_set_si(control->weight_squares, weight_squares, 1);
    pbr_measures_sort(m.world.measures);
    settle_quarter(&m);
    simulate(&m, (pbr_scenario_simulate){
                     .replicates = MANY, .seed = 12, .effects = &effect, .effects_count = 1});
    double treated = 1000 * 0.43 * 0.57, other = 1e6 * 0.45 * 0.55 / persons;
    assert_money(line_row(m.simulation, 0, "binary"), PERSON * 20, PERSON * sqrt(treated + other),
                 MANY);
    end(&m);
}

static void test_control_groups(void **state)
{
    (void)state;
    check_control(0, 4000);
    check_control(16000, 1000); /* 4000 squared over 16000 */
}

/* --- the year --- */

static void count_year(struct made *m)
{
    set_persons(m, Q4, 1000, LIFE, COUNT(LIFE));
    set_persons(m, Q1, 1000, LIFE, COUNT(LIFE));
    set_persons(m, YEAR, 2000, LIFE, 0);
    pbr_measure *year = NULL;
    for (size_t i = 0; i < m->world.measures->measures_count; i++)
        if (m->world.measures->measures[i].cohort == YEAR) year = &m->world.measures->measures[i];
    year->reoffenders = 1000;
    pbr_measures_sort(m->world.measures);
}

/* The year is the sum of the same draws, so that its money is that of its quarters; its baseline
 * moves as theirs do. */
static void test_the_year_moves_with_its_quarters(void **state)
{
    (void)state;
    static const size_t cohorts[] = {Q4, Q1, YEAR};
    struct made m = begin(&NO_TEST, NULL);
    m.world.terms->lines[BINARY_YEAR].test = NO_TEST;
    leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", 50, 1000);
    set_baseline(&m, "Q1", "binary", 52, 3000);
    count_year(&m);
    settle_cohorts(&m, cohorts, 3);
    simulate(&m,
             (pbr_scenario_simulate){.replicates = MANY, .seed = 6, .baseline = PBR_BASELINE_BOTH});
    double q4 = 1000 * 0.5 * 0.5, q1 = 1000 * 0.52 * 0.48, year_price = PERSON / 2;
    assert_money(line_row(m.simulation, 0, "binary-year"), 0, year_price * sqrt(q4 + q1), MANY);
    /* b' of the year: sum of cases (b' - b) / 10,000, each binomial over its own cases */
    double cases[] = {1000, 3000, 2000, 4000}, rates[] = {0.5, 0.52, 0.51, 0.51}, moved = 0;
    for (int q = 0; q < 4; q++) moved += cases[q] * rates[q] * (1 - rates[q]) / 1e8;
    assert_money(line_row(m.simulation, 1, "binary-year"), 0,
                 year_price * sqrt(q4 + q1 + 2000.0 * 2000 * moved), MANY);
    end(&m);
}

static void test_rows_are_the_same_in_the_engine(void **state)
{
    (void)state;
    static const size_t cohorts[] = {Q4, Q1, YEAR};
    struct made m = begin(NULL, NULL);
    leave_out_frequency(&m);
    count_year(&m);
    settle_cohorts(&m, cohorts, 3);
    pbr_arena *arena = pbr_arena_new();
    pbr_scenario_simulate terms = {.replicates = 1, .baseline = PBR_BASELINE_SAMPLED};
    pbr_scenario scenario = {.path = "scenario.yaml", .simulate = &terms};
    pbr_compiled *compiled = pbr_compiled_make(&m.side, m.world.diag);
    pbr_model *model = pbr_model_make(compiled, &scenario, arena, m.world.diag);
    assert_non_null(model);
    pbr_rerun *rerun = pbr_rerun_new(compiled, m.world.diag);
    pbr_dice dice;
    pbr_dice_init(&dice);
    pbr_dice_begin(&dice, 1, 0);
    rerun->sampled = true;
    assert_int_equal(model->moved_rows_count, 1);
    assert_int_equal(model->drawn_rows_count, 4);
    for (int i = 0; i < 200; i++) {
        pbr_model_draw_rows(model, &dice, rerun);
        pbr_rerun_write_out(rerun);
        for (size_t k = 0; k < compiled->rows_count; k++) {
            size_t at = (size_t)(compiled->rows[k].baseline - m.world.contract->baselines);
            double exact = mpq_get_d(rerun->contract->baselines[at].rate);
            assert_near(rerun->rows[k].rate, exact, 1e-12);
            assert_true(i || exact != rerun->tabled[k]);
        }
    }
    pbr_dice_free(&dice);
    pbr_rerun_free(rerun);
    pbr_model_free(model);
    pbr_compiled_free(compiled);
    pbr_arena_free(arena);
    end(&m);
}

/* --- the same bytes --- */

static void assert_same(const pbr_simulation *a, const pbr_simulation *b)
{
    assert_int_equal(a->effects_count, b->effects_count);
    for (size_t e = 0; e < a->effects_count; e++) {
        assert_int_equal(a->effects[e].count, b->effects[e].count);
        for (size_t i = 0; i < a->effects[e].count; i++) {
            const pbr_simulated *x = &a->effects[e].rows[i], *y = &b->effects[e].rows[i];
            assert_memory_equal(x->verdicts, y->verdicts, sizeof x->verdicts);
            assert_int_equal(x->paid, y->paid);
            assert_true(x->mean_pence == y->mean_pence && x->sd_pence == y->sd_pence);
            assert_memory_equal(x->quantile_pence, y->quantile_pence, sizeof x->quantile_pence);
            assert_int_equal(x->spread.first, y->spread.first);
            assert_int_equal(x->spread.width_pence, y->spread.width_pence);
            assert_int_equal(x->spread.count, y->spread.count);
            assert_memory_equal(x->spread.bins, y->spread.bins,
                                x->spread.count * sizeof *x->spread.bins);
        }
    }
}

static void test_threads_change_nothing(void **state)
{
    (void)state;
    char name[] = "unsure", two[] = "2", half[] = "0.5";
    pbr_scenario_effect effects[] = {
        {.name = name}, {.name = name, .rate_fall = two, .rate_sd = half, .frequency_sd = half}};
    pbr_scenario_simulate terms = {.replicates = 2000, /* not whole blocks */
                                   .seed = 9,
                                   .baseline = PBR_BASELINE_BOTH,
                                   .effects = effects,
                                   .effects_count = 2};
    struct made first;
    begin_with_money(&first);
    simulate_on(&first, &terms, 1);
    for (unsigned threads = 2; threads <= 9; threads++) {
        struct made other;
        begin_with_money(&other);
        simulate_on(&other, &terms, threads);
        assert_same(first.simulation, other.simulation);
        end(&other);
    }
    terms.seed = 10;
    struct made other;
    begin_with_money(&other);
    simulate_on(&other, &terms, 1);
    assert_true(other.simulation->effects[0].rows[0].mean_pence !=
                first.simulation->effects[0].rows[0].mean_pence);
    end(&other);
    end(&first);
}

/* Lines add up to areas and payees, and these to the whole. */
static void test_means_add_up(void **state)
{
    (void)state;
    struct made m;
    begin_with_money(&m);
    simulate(&m, (pbr_scenario_simulate){.replicates = 1000, .seed = 1});
    double sums[PBR_OF_LINE + 1] = {0};
    for (size_t i = 0; i < m.simulation->effects[0].count; i++) {
        const pbr_simulated *row = &m.simulation->effects[0].rows[i];
        sums[row->of] += row->mean_pence;
    }
    for (int of = PBR_OF_PAYEE; of <= PBR_OF_LINE; of++)
        assert_near(sums[of], sums[PBR_OF_TOTAL], 1e-6 * fabs(sums[PBR_OF_TOTAL]));
    end(&m);
}

static long peak_kib(void)
{
    struct rusage usage;
    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

static void test_memory_does_not_grow(void **state)
{
    (void)state;
    enum { REPLICATES = 500000, SLACK_KIB = 512 };
    struct made m = begin(&NO_TEST, NULL);
    leave_out_frequency(&m);
    count_plain(&m.world, 0, Q4, 1000, 500);
    m.world.measures->measures[0].ripe = m.world.measures->measures[0].complete = true;
    settle_quarter(&m);
    simulate(&m, (pbr_scenario_simulate){.replicates = 1000});
    pbr_simulation_free(m.simulation);
    long before = peak_kib();
    simulate(&m, (pbr_scenario_simulate){.replicates = REPLICATES});
    assert_true(peak_kib() - before <= SLACK_KIB);
    end(&m);
}

/* --- what is refused --- */

static void refuse(struct made *m, pbr_scenario_simulate terms, const char *id)
{
    simulate_on(m, &terms, 1);
    assert_null(m->simulation);
    assert_only_error(m->world.diag, id);
    end(m);
}

static void test_refusals(void **state)
{
    (void)state;
    char name[] = "huge", much[] = "48.5", rise[] = "-53", events[] = "2.01", end_of[] = "-18";
    const pbr_scenario_effect effects[] = {
        {.name = name, .rate_fall = much},        /* 48% less 48.5 */
        {.name = name, .rate_fall = rise},        /* 101% */
        {.name = name, .frequency_fall = events}, /* 0.99 reoffences each */
        {.name = name, .frequency_fall = end_of}, /* nobody has 21 */
    };
    for (size_t i = 0; i < COUNT(effects); i++) {
        struct made m;
        begin_with_money(&m);
        pbr_scenario_effect effect = effects[i];
        refuse(&m, (pbr_scenario_simulate){.replicates = 1, .effects = &effect, .effects_count = 1},
               "impossible-effect");
    }
    struct made m;
    begin_with_money(&m);
    free(m.world.measures->measures[0].histogram);
    m.world.measures->measures[0].histogram = NULL;
    m.world.measures->measures[0].histogram_size = 0;
    refuse(&m, (pbr_scenario_simulate){.replicates = 1}, "counts-not-known");
    begin_with_money(&m);
    for (size_t i = 0; i < m.world.contract->baselines_count; i++)
        m.world.contract->baselines[i].has_cases = false;
    refuse(&m, (pbr_scenario_simulate){.replicates = 1, .baseline = PBR_BASELINE_SAMPLED},
           "baseline-not-sampled");
    m = begin(&NO_TEST, NULL);
    leave_out_frequency(&m);
    count_plain(&m.world, 0, Q4, 0, 0);
    m.world.measures->measures[0].ripe = m.world.measures->measures[0].complete = true;
    settle_quarter(&m);
    refuse(&m, (pbr_scenario_simulate){.replicates = 1}, "nobody-to-draw");
}

/* --- counts of reoffences --- */

static void test_tilts(void **state)
{
    (void)state;
    pbr_arena *arena = pbr_arena_new();
    int64_t histogram[COUNT(LIFE) + 1] = {0};
    pbr_chances life, out;
    for (size_t i = 0; i < COUNT(LIFE); i++) histogram[i + 1] = LIFE[i];
    pbr_chances_of_histogram(&life, histogram, COUNT(histogram), arena);
    pbr_chances_of_histogram(&out, histogram, COUNT(histogram), arena);
    for (double mean = 1.001; mean < 20; mean += 0.0437) {
        assert_true(pbr_chances_reach(&life, mean));
        pbr_chances_apply(&life, pbr_chances_tilt(&life, mean, 0), &out);
        assert_near(pbr_chances_mean(&out), mean, 1e-11);
        double rest = 1; /* what is given says the same as the chances */
        for (size_t i = 0; i < out.size; i++) {
            assert_near(rest * out.given[i], out.chances[i], 1e-12);
            rest *= 1 - out.given[i];
        }
    }
    assert_false(pbr_chances_reach(&life, 1));
    assert_false(pbr_chances_reach(&life, 20));
    pbr_arena_free(arena);
}

/* Drawn value by value, numbers are as often as their chances; sums and squares belong to them. */
static void test_draws_of_counts(void **state)
{
    (void)state;
    enum { ROUNDS = 4000, PERSONS = 37 };
    pbr_arena *arena = pbr_arena_new();
    pbr_chances chances;
    pbr_chances_of_negative_binomial(&chances, 2.5, 0.8, arena);
    assert_near(pbr_chances_mean(&chances), 2.5, 1e-12);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double mean = 0, squares = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t histogram[2000] = {0}, persons = 0, events = 0, second = 0;
        pbr_drawn drawn = {.reoffenders = PERSONS, .histogram = histogram};
        pbr_chances_draw(&chances, rng, &drawn);
        for (int64_t k = 0; k < 2000; k++) {
            persons += histogram[k];
            events += histogram[k] * k;
            second += histogram[k] * k * k;
        }
        assert_int_equal(persons, PERSONS);
        assert_int_equal(events, drawn.reoffences);
        assert_int_equal(second, drawn.squares);
        mean += (double)events / ROUNDS;
        squares += (double)events * (double)events / ROUNDS;
    }
    double variance = PERSONS * (1.5 + 1.5 * 1.5 / 0.8); /* of the negative binomial */
    assert_near(mean, PERSONS * 2.5, SURE * sqrt(variance / ROUNDS));
    assert_near(squares - mean * mean, variance, SURE * variance * sqrt(2.2 / ROUNDS));
    gsl_rng_free(rng);
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
        cmocka_unit_test(test_parametric_money),
        cmocka_unit_test(test_bootstrap_money),
        cmocka_unit_test(test_negative_binomial_money),
        cmocka_unit_test(test_an_uncertain_effect),
        cmocka_unit_test(test_sampled_money),
        cmocka_unit_test(test_case_mix),
        cmocka_unit_test(test_control_groups),
        cmocka_unit_test(test_the_year_moves_with_its_quarters),
        cmocka_unit_test(test_rows_are_the_same_in_the_engine),
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_means_add_up),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test(test_refusals),
        cmocka_unit_test(test_tilts),
        cmocka_unit_test(test_draws_of_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
