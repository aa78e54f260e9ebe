/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits of each test against what defines them: sums of binomial probabilities, variances
 * person by person, the analytic standard error of a mean, and each other. */
#include "mechanism_world.h"

#include "settle/bootstrap.h"
#include "settle/limits.h"
#include "settle/test.h"

#include <gsl/gsl_randist.h>
#include <gsl/gsl_statistics_double.h>
#include <math.h>

enum { TRIES = 2000, PERSONS_MAX = 400, SEEDS = 60 };

static void assert_near(double found, double expected, double tolerance)
{
    if (fabs(found - expected) > tolerance)
        fail_msg("%.12g is not within %g of %.12g", found, tolerance, expected);
}

/* --- the normal quantile --- */

static void test_quantiles(void **state)
{
    (void)state;
    assert_near(pbr_z(0.95, 2), 1.959963984540054, 1e-12);
    assert_near(pbr_z(0.95, 1), 1.644853626951472, 1e-12);
    assert_near(pbr_z(0.99, 2), 2.575829303548900, 1e-12);
    assert_near(pbr_z(0.9, 2), pbr_z(0.95, 1), 1e-12);
}

/* --- Wilson: each limit is the proportion whose own z interval just reaches what was seen --- */

static void test_wilson(void **state)
{
    (void)state;
    uint64_t random = 1;
    for (int i = 0; i < TRIES; i++) {
        double n = (double)between(&random, 1, 5000), p = (double)below(&random, 1001) / 1000;
        double z = (double)between(&random, 5, 35) / 10, limits[2];
        pbr_wilson(z, p, n, &limits[0], &limits[1]);
        for (int side = 0; side < 2; side++) {
            double variance = limits[side] * (1 - limits[side]);
            assert_near(fabs(p - limits[side]), z * sqrt(fmax(variance, 0) / n), 1e-7);
        }
        assert_true(limits[0] <= p + 1e-12 && p <= limits[1] + 1e-12);
    }
}

/* A published example: 81 of 263 at 95% (Newcombe, Statistics in Medicine 17, 1998, table I). */
static void test_wilson_example(void **state)
{
    (void)state;
    double lower, upper;
    pbr_wilson(pbr_z(0.95, 2), 81.0 / 263, 263, &lower, &upper);
    assert_near(lower, 0.2553, 0.00005);
    assert_near(upper, 0.3662, 0.00005);
}

/* --- Clopper and Pearson: at whole counts, tails of exactly the size asked for --- */

static double binomial_sum(unsigned from, unsigned to, double p, unsigned n)
{
    double sum = 0;
    for (unsigned k = from; k <= to; k++) sum += gsl_ran_binomial_pdf(k, p, n);
    return sum;
}

static void test_clopper_pearson(void **state)
{
    (void)state;
    uint64_t random = 2;
    for (int i = 0; i < TRIES; i++) {
        unsigned n = (unsigned)between(&random, 1, 300), sides = (unsigned)between(&random, 1, 2);
        unsigned x = (unsigned)below(&random, n + 1);
        double level = (double)between(&random, 50, 999) / 1000, lower, upper;
        double tail = sides == 2 ? (1 - level) / 2 : 1 - level;
        pbr_clopper_pearson(level, sides, (double)x / n, n, &lower, &upper);
        if (x == 0)
            assert_true(lower == 0);
        else
            assert_near(binomial_sum(x, n, lower, n), tail, 1e-9);
        if (x == n)
            assert_true(upper == 1);
        else
            assert_near(binomial_sum(0, x, upper, n), tail, 1e-9);
    }
}

/* The same published example, exact: 0.2527 to 0.3676. */
static void test_clopper_pearson_example(void **state)
{
    (void)state;
    double lower, upper;
    pbr_clopper_pearson(0.95, 2, 81.0 / 263, 263, &lower, &upper);
    assert_near(lower, 0.2527, 0.00005);
    assert_near(upper, 0.3676, 0.00005);
}

/* Between whole counts the limits lie between those of the neighbours. */
static void test_clopper_pearson_between(void **state)
{
    (void)state;
    uint64_t random = 3;
    for (int i = 0; i < TRIES; i++) {
        double n = (double)between(&random, 2, 300), x = (double)below(&random, (int64_t)n);
        double part = (double)between(&random, 1, 99) / 100, low[3], high[3];
        pbr_clopper_pearson(0.95, 2, x / n, n, &low[0], &high[0]);
        pbr_clopper_pearson(0.95, 2, (x + part) / n, n, &low[1], &high[1]);
        pbr_clopper_pearson(0.95, 2, (x + 1) / n, n, &low[2], &high[2]);
        assert_true(low[0] <= low[1] && low[1] <= low[2]);
        assert_true(high[0] <= high[1] && high[1] <= high[2]);
    }
}

/* --- variances, person by person --- */

struct person {
    double score, reoffended;
};

static double mean_of(const struct person *persons, int n, double power)
{
    double sum = 0;
    for (int i = 0; i < n; i++) sum += pow(persons[i].reoffended - persons[i].score, power);
    return sum / n;
}

static void test_residual_variance(void **state)
{
    (void)state;
    uint64_t random = 4;
    struct person persons[PERSONS_MAX];
    for (int i = 0; i < TRIES; i++) {
        int n = (int)between(&random, 2, PERSONS_MAX);
        double reoffenders = 0, scores = 0, of_reoffenders = 0, squares = 0;
        for (int k = 0; k < n; k++) {
            struct person *p = &persons[k];
            p->score = (double)below(&random, 1001) / 1000;
            p->reoffended = (double)below(&random, 1000) / 1000 < p->score;
            reoffenders += p->reoffended;
            scores += p->score;
            of_reoffenders += p->score * p->reoffended;
            squares += p->score * p->score;
        }
        double mean = mean_of(persons, n, 1), expected = mean_of(persons, n, 2) - mean * mean;
        assert_near(pbr_residual_variance(n, reoffenders, scores, of_reoffenders, squares),
                    expected, 1e-10);
    }
}

/* At a score standard deviation of a quarter the residual variance is 0.75 of the binomial one
 * where scores mean what they say (semantics 12): p(1 - p) - sd^2 at p = 1/2. */
static void test_residual_against_binomial(void **state)
{
    (void)state;
    double n = 1000, reoffenders = 500, scores = 500;
    double squares = n * (0.25 + 0.0625), of_reoffenders = squares; /* scores that predict */
    double residual = pbr_residual_variance(n, reoffenders, scores, of_reoffenders, squares);
    assert_near(residual / 0.25, 0.75, 1e-12);
}

static void test_sample_sd(void **state)
{
    (void)state;
    uint64_t random = 5;
    double counts[PERSONS_MAX];
    for (int i = 0; i < TRIES; i++) {
        size_t n = (size_t)between(&random, 2, PERSONS_MAX);
        double sum = 0, squares = 0;
        for (size_t k = 0; k < n; k++) {
            counts[k] = (double)between(&random, 1, 40);
            sum += counts[k];
            squares += counts[k] * counts[k];
        }
        assert_near(pbr_sample_sd((double)n, sum, squares), gsl_stats_sd(counts, 1, n), 1e-9);
    }
}

/* Pooled and unpooled agree where both samples have one rate. */
static void test_two_samples(void **state)
{
    (void)state;
    assert_near(pbr_half_width_two_sample(2, PBR_POOLED, 0.4, 300, 0.4, 500),
                pbr_half_width_two_sample(2, PBR_UNPOOLED, 0.4, 300, 0.4, 500), 1e-12);
    assert_near(pbr_half_width_two_sample(1, PBR_UNPOOLED, 0.5, 100, 0.2, 400),
                sqrt(0.25 / 100 + 0.16 / 400), 1e-12);
    assert_near(pbr_half_width_two_sample(1, PBR_POOLED, 0.5, 100, 0.2, 400),
                sqrt(0.26 * 0.74 * (1.0 / 100 + 1.0 / 400)), 1e-12);
    /* A second sample without end leaves the one-sample test. */
    assert_near(pbr_half_width_two_sample(1.96, PBR_UNPOOLED, 0.4, 1e15, 0.4, 500),
                pbr_half_width_one_sample(1.96, 0.4, 500), 1e-9);
}

/* --- bootstrap --- */

struct sample {
    pbr_line line;
    pbr_measure measure;
    pbr_baseline baseline;
    pbr_result result;
    int64_t histogram[32];
};

static struct sample *new_sample(uint64_t seed, unsigned replicates)
{
    struct sample *s = pbr_alloc(1, sizeof *s);
    s->line.test = (pbr_test){.kind = PBR_TEST_BOOTSTRAP,
                              .level = word("0.95"),
                              .sides = 2,
                              .replicates = replicates,
                              .seed = 7};
    s->measure.histogram = s->histogram;
    s->measure.histogram_size = COUNT(s->histogram);
    uint64_t random = seed;
    for (size_t k = 1; k < COUNT(s->histogram); k++) {
        s->histogram[k] = below(&random, (int64_t)(400 / k));
        s->measure.reoffenders += s->histogram[k];
        s->measure.reoffences += (int64_t)k * s->histogram[k];
    }
    mpq_init(s->baseline.rate);
    pbr_result_init(&s->result);
    s->result.line = &s->line;
    s->result.measure = &s->measure;
    s->result.baseline = &s->baseline;
    s->result.cases = s->measure.reoffenders;
    return s;
}

static void free_sample(struct sample *s)
{
    mpq_clear(s->baseline.rate);
    pbr_result_clear(&s->result);
    free(s);
}

static double standard_error(const struct sample *s)
{
    double n = (double)s->measure.reoffenders, mean = (double)s->measure.reoffences / n, sum = 0;
    for (size_t k = 0; k < COUNT(s->histogram); k++)
        sum += (double)s->histogram[k] * pow((double)k - mean, 2);
    return sqrt(sum / n / n);
}

static void test_bootstrap(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 5; seed++) {
        struct sample *s = new_sample(seed, 20000);
        double mean = (double)s->measure.reoffences / (double)s->measure.reoffenders;
        double error = standard_error(s), z = pbr_z(0.95, 2);
        pbr_bootstrap_limits(&s->result);
        assert_near(mpq_get_d(s->result.lower), mean - z * error, 0.1 * error);
        assert_near(mpq_get_d(s->result.upper), mean + z * error, 0.1 * error);
        assert_true(s->result.lower_error > 0 && s->result.lower_error < 0.1 * error);
        assert_true(s->result.around_cohort && !s->result.close_call);
        free_sample(s);
    }
}

static void test_bootstrap_repeats(void **state)
{
    (void)state;
    struct sample *a = new_sample(9, 1000), *b = new_sample(9, 1000);
    pbr_bootstrap_limits(&a->result);
    struct sample *between_them = new_sample(10, 500);
    pbr_bootstrap_limits(&between_them->result);
    pbr_bootstrap_limits(&b->result);
    assert_true(mpq_equal(a->result.lower, b->result.lower));
    assert_true(mpq_equal(a->result.upper, b->result.upper));
    b->line.test.seed = 8;
    pbr_bootstrap_limits(&b->result);
    assert_false(mpq_equal(a->result.lower, b->result.lower) &&
                 mpq_equal(a->result.upper, b->result.upper));
    free_sample(a);
    free_sample(b);
    free_sample(between_them);
}

/* The Monte Carlo error told beside each limit is how much the limit varies from seed to seed. */
static void test_bootstrap_error(void **state)
{
    (void)state;
    struct sample *s = new_sample(11, 1000);
    double lower[SEEDS], upper[SEEDS], lower_told = 0, upper_told = 0;
    for (unsigned seed = 0; seed < SEEDS; seed++) {
        s->line.test.seed = seed + 1;
        pbr_bootstrap_limits(&s->result);
        lower[seed] = mpq_get_d(s->result.lower);
        upper[seed] = mpq_get_d(s->result.upper);
        lower_told += s->result.lower_error / SEEDS;
        upper_told += s->result.upper_error / SEEDS;
    }
    double lower_seen = gsl_stats_sd(lower, 1, SEEDS), upper_seen = gsl_stats_sd(upper, 1, SEEDS);
    assert_true(lower_told > 0.7 * lower_seen && lower_told < 1.4 * lower_seen);
    assert_true(upper_told > 0.7 * upper_seen && upper_told < 1.4 * upper_seen);
    free_sample(s);
}

static void test_bootstrap_close_call(void **state)
{
    (void)state;
    struct sample *s = new_sample(12, 1000);
    pbr_bootstrap_limits(&s->result);
    double limit = mpq_get_d(s->result.lower), error = s->result.lower_error;
    mpq_set_d(s->baseline.rate, limit + 1.9 * error);
    pbr_bootstrap_limits(&s->result);
    assert_true(s->result.close_call);
    mpq_set_d(s->baseline.rate, limit + 2.1 * error);
    pbr_bootstrap_limits(&s->result);
    assert_false(s->result.close_call);
    free_sample(s);
}

/* --- verdicts --- */

static pbr_verdict verdict_with(struct world *w, const pbr_measure *m, pbr_test_kind kind,
                                pbr_around around, unsigned sides, double *nearest)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_settlement settlement = {.contract = &w->contract};
    pbr_line line = w->lines[0][RATE];
    line.test = (pbr_test){.kind = kind,
                           .around = around,
                           .level = word("0.9"),
                           .sides = sides,
                           .variance = PBR_BINOMIAL,
                           .round_thresholds = word("10"),
                           .round_rate = word("none")};
    pbr_result result;
    pbr_result_init(&result);
    result.area = m->area, result.cohort = m->cohort;
    result.rules = &w->rules[0], result.line = &line, result.measure = m;
    pbr_result_test(&result, &settlement, w->measures, diag);
    assert_no_errors(diag);
    double rate = mpq_get_d(result.rate);
    *nearest = fmin(fabs(rate - mpq_get_d(result.lower)), fabs(rate - mpq_get_d(result.upper)));
    pbr_verdict verdict = result.verdict;
    pbr_result_clear(&result);
    pbr_diag_free(diag);
    return verdict;
}

/* Semantics 12: Wilson around the cohort gives the verdicts of one-sample-z around the baseline. */
static void test_wilson_gives_one_sample_verdicts(void **state)
{
    (void)state;
    int64_t seen[PBR_NO_RESULT + 1] = {0};
    for (uint64_t seed = 1; seed <= TRIES; seed++) {
        struct world *w = new_world(seed, false);
        for (size_t i = 0; i < w->measures->measures_count; i++) {
            const pbr_measure *m = &w->measures->measures[i];
            double nearest, unused;
            unsigned sides = 1 + seed % 2;
            if (w->cohorts[m->cohort].kind != PBR_QUARTER) continue;
            pbr_verdict z =
                verdict_with(w, m, PBR_TEST_ONE_SAMPLE_Z, PBR_AROUND_BASELINE, sides, &nearest);
            pbr_verdict wilson =
                verdict_with(w, m, PBR_TEST_WILSON, PBR_AROUND_COHORT, sides, &unused);
            if (nearest > 1e-7) assert_int_equal(z, wilson);
            seen[z]++;
        }
        free_world(w);
    }
    assert_true(seen[PBR_BETTER] > 100 && seen[PBR_NEITHER] > 100 && seen[PBR_WORSE] > 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_wilson),
        cmocka_unit_test(test_wilson_example),
        cmocka_unit_test(test_clopper_pearson),
        cmocka_unit_test(test_clopper_pearson_example),
        cmocka_unit_test(test_clopper_pearson_between),
        cmocka_unit_test(test_residual_variance),
        cmocka_unit_test(test_residual_against_binomial),
        cmocka_unit_test(test_sample_sd),
        cmocka_unit_test(test_two_samples),
        cmocka_unit_test(test_bootstrap),
        cmocka_unit_test(test_bootstrap_repeats),
        cmocka_unit_test(test_bootstrap_error),
        cmocka_unit_test(test_bootstrap_close_call),
        cmocka_unit_test(test_wilson_gives_one_sample_verdicts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
