/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A simulation as a whole: the same bytes for any number of threads, sums that add up, memory that
 * does not grow with replicates, and what is refused. */
#include "simulation_support.h"

#include <sys/resource.h>

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

/* What one replicate more came to: it is all that two simulations differ by. */
static void assert_one_more(const pbr_simulated *few, const pbr_simulated *more, double replicates)
{
    double last = more->mean_pence * (replicates + 1) - few->mean_pence * replicates;
    assert_true(last > (double)more->least_pence - 1 && last < (double)more->most_pence + 1);
    assert_in_range(more->paid - few->paid, 0, 1);
    assert_in_range(more->deducted - few->deducted, 0, 1);
    for (int v = 0; v <= PBR_NO_RESULT; v++)
        assert_in_range(more->verdicts[v] - few->verdicts[v], 0, 1);
}

/* Within a block of replicates, and where another begins. */
static void test_the_first_replicates_are_the_same(void **state)
{
    (void)state;
    static const unsigned counts[] = {1, 100, 255, 256, 511, 512};
    for (size_t i = 0; i < COUNT(counts); i++) {
        struct made few, more;
        begin_with_money(&few);
        begin_with_money(&more);
        simulate(&few, (pbr_scenario_simulate){.replicates = counts[i], .seed = 14});
        simulate(&more, (pbr_scenario_simulate){.replicates = counts[i] + 1, .seed = 14});
        const pbr_simulated *rows = few.simulation->effects[0].rows;
        for (size_t k = 0; k < few.simulation->effects[0].count; k++)
            assert_one_more(&rows[k], &more.simulation->effects[0].rows[k], counts[i]);
        end(&few);
        end(&more);
    }
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

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_threads_change_nothing),
        cmocka_unit_test(test_the_first_replicates_are_the_same),
        cmocka_unit_test(test_means_add_up),
        cmocka_unit_test(test_memory_does_not_grow),
        cmocka_unit_test(test_refusals),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
