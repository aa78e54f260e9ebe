/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Simulated payments against what probability theory says of them: means, and variances worked by
 * hand. */
#include "simulation_support.h"

#include "whatif/model.h"

/* A price of 4,000 a reoffender and 1,000 a reoffence, in pence. */
static const double PERSON = 400000, EVENT = 100000;

struct moments {
    double mean, variance;
};

enum { MANY = 40000 };

/* Mean, standard deviation and error of a line without a test: units x price, either way. */
static void assert_money(const pbr_simulated *row, double mean, double sd, unsigned replicates)
{
    assert_near(row->mean_pence, mean, SURE * sd / sqrt(replicates) + 0.5);
    /* of a standard deviation: sd / sqrt(2 n) for near to normal amounts */
    assert_near(row->sd_pence, sd, SURE * sd / sqrt(2.0 * replicates) + 0.5);
    assert_near(row->error_pence, row->sd_pence / sqrt(replicates), 1e-6 * sd);
}

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

/* Quarters that this run does not settle are drawn around baselines of their own, not the year's.
 */
static void test_quarters_of_other_settlements(void **state)
{
    (void)state;
    static const size_t year[] = {YEAR};
    struct made m = begin(&NO_TEST, NULL);
    m.world.terms->lines[BINARY_YEAR].test = NO_TEST;
    leave_out_frequency(&m);
    set_baseline(&m, "Q4", "binary", 50, 1000);
    set_baseline(&m, "Q1", "binary", 56, 3000);
    count_year(&m);
    settle_cohorts(&m, year, COUNT(year));
    simulate(&m, (pbr_scenario_simulate){.replicates = MANY, .seed = 13});
    double drawn = 1000 * 0.5 + 1000 * 0.56, wanted = 2000 * 0.51, year_price = PERSON / 2;
    assert_money(line_row(m.simulation, 0, "binary-year"), year_price * (wanted - drawn),
                 year_price * sqrt(1000 * 0.5 * 0.5 + 1000 * 0.56 * 0.44), MANY);
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_parametric_money),
        cmocka_unit_test(test_bootstrap_money),
        cmocka_unit_test(test_negative_binomial_money),
        cmocka_unit_test(test_an_uncertain_effect),
        cmocka_unit_test(test_sampled_money),
        cmocka_unit_test(test_case_mix),
        cmocka_unit_test(test_control_groups),
        cmocka_unit_test(test_the_year_moves_with_its_quarters),
        cmocka_unit_test(test_quarters_of_other_settlements),
        cmocka_unit_test(test_rows_are_the_same_in_the_engine),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
