/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A planned settlement on drawn counts against the settlement itself on the same counts: random
 * contracts with every kind of line, gate, top-up, cap, payee and rounding, random counts and
 * baselines; each verdict and each penny. */
#include "mechanism_world.h"

#include "contract/load.h"
#include "measure/metrics_csv.h"
#include "settle/claim.h"
#include "whatif/rerun.h"

enum { WORLDS = 1500, DRAWS = 12, DRAWS_OF_SAMPLES = 200, MOST_BY_ONE = 5000 };

/* --- worlds of the kinds that doubles judge --- */

static void plain_payoff(struct world *w, pbr_payoff *payoff, bool worse)
{
    if (!payoff) return;
    payoff->kind = !one_in(w, 4) ? PBR_PER_UNIT : worse ? PBR_REFUND : PBR_FIXED;
    payoff->price = word("unit");
}

static void plain_test(struct world *w, pbr_test *test, bool mean)
{
    static const pbr_test_kind rates[] = {PBR_TEST_NONE, PBR_TEST_GIVEN, PBR_TEST_ONE_SAMPLE_Z,
                                          PBR_TEST_TWO_SAMPLE_Z};
    static const pbr_test_kind means[] = {PBR_TEST_NONE, PBR_TEST_GIVEN, PBR_TEST_NORMAL_MEAN};
    static const char *const decimals[] = {"none", "0", "1", "2", "4", "10"};
    test->kind = mean ? means[below(&w->random, 3)] : rates[below(&w->random, 4)];
    test->variance = test->kind == PBR_TEST_ONE_SAMPLE_Z ? PBR_BINOMIAL
                     : one_in(w, 2)                      ? PBR_POOLED
                                                         : PBR_UNPOOLED;
    test->level = word(one_in(w, 2) ? "0.95" : "0.5");
    test->round_thresholds = word(decimals[below(&w->random, COUNT(decimals))]);
    test->round_rate = word(decimals[below(&w->random, COUNT(decimals))]);
}

static void make_plain(struct world *w)
{
    static const int lines[] = {RATE, MEAN, RATE_YEAR};
    for (int version = 0; version < VERSIONS; version++) {
        w->terms[version].rounding.units = PBR_UNITS_EXACT;
        for (size_t i = 0; i < COUNT(lines); i++) {
            pbr_line *line = &w->lines[version][lines[i]];
            plain_payoff(w, line->better, false);
            plain_payoff(w, line->neither, false);
            plain_payoff(w, line->worse, true);
            plain_test(w, &line->test, lines[i] == MEAN);
        }
    }
    w->metrics[METRIC_RATE].adjust = one_in(w, 2) ? PBR_SCORE_DIFFERENCE : PBR_NO_ADJUSTMENT;
    for (size_t i = 0; i < w->contract.baselines_count; i++) {
        w->baselines[i].has_ogrs_mean = true;
        pbr_ratio_set(w->baselines[i].ogrs_mean, between(&w->random, 300000, 310000), 10000);
    }
    for (size_t i = 0; i < w->measures->measures_count; i++) {
        pbr_measure *m = &w->measures->measures[i];
        m->has_ogrs_sum = true;
        pbr_ratio_set(m->ogrs_sum, m->measurable * between(&w->random, 29000, 32000), 1000);
    }
}

/* --- draws --- */

struct seen {
    int64_t lines, asked, stopped, capped, paid, deducted, terminated, verdicts[PBR_NO_RESULT + 1];
};

/* Usually near what was counted, sometimes anything, and often just where a limit may lie. */
static void draw_cell(struct world *w, pbr_drawn *drawn, const pbr_measure *settled)
{
    int64_t n = settled->measurable, r = settled->reoffenders;
    int64_t near_by = r + between(&w->random, -n / 8, n / 8);
    drawn->reoffenders = one_in(w, 6)  ? below(&w->random, n + 1)
                         : near_by < 0 ? 0
                         : near_by > n ? n
                                       : near_by;
    drawn->reoffences = 0;
    drawn->squares = 0;
    for (int64_t i = 0; i < drawn->reoffenders && n <= MOST_BY_ONE; i++) {
        int64_t k = one_in(w, 3) ? between(&w->random, 1, 11) : between(&w->random, 2, 4);
        drawn->reoffences += k;
        drawn->squares += k * k;
    }
    if (n <= MOST_BY_ONE) return;
    drawn->reoffences = drawn->reoffenders * between(&w->random, 10, 40) / 10;
    drawn->squares = drawn->reoffences * between(&w->random, 2, 9);
}

static void draw_rows(struct world *w, pbr_rerun *r)
{
    r->sampled = one_in(w, 2);
    for (size_t i = 0; i < r->compiled->rows_count; i++) {
        const pbr_compiled_row *row = &r->compiled->rows[i];
        double tabled = mpq_get_d(row->baseline->rate);
        int64_t cases = row->baseline->cases;
        if (!cases) r->sampled = false; /* as the model refuses it */
        r->rows[i].events = (int64_t)(tabled / 100 * (double)cases) + between(&w->random, -20, 20);
        r->rows[i].rate = row->metric->kind == PBR_RATE
                              ? 100 * (double)r->rows[i].events / (double)cases
                              : tabled * (double)between(&w->random, 90, 110) / 100;
        double moved = 0, all = 0;
        for (unsigned q = 0; q < row->parts_count; q++) {
            const pbr_baseline *quarter = r->compiled->rows[row->parts[q]].baseline;
            all += (double)quarter->cases;
            moved +=
                (double)quarter->cases * (r->rows[row->parts[q]].rate - mpq_get_d(quarter->rate));
        }
        if (row->parts_count) r->rows[i].rate = tabled + moved / all;
    }
}

static void compare_results(const pbr_rerun *r, const pbr_settlement *s, struct seen *seen)
{
    for (size_t i = 0; i < s->results_count; i++) {
        assert_int_equal(r->tests[i].verdict, s->results[i].verdict);
        assert_int_equal(r->tests[i].terminate, s->results[i].terminate);
        assert_int_equal(r->gated[i], s->results[i].gated);
        seen->verdicts[s->results[i].verdict]++;
        seen->terminated += s->results[i].terminate;
        seen->stopped += s->results[i].gated;
    }
}

static void compare_claims(const pbr_rerun *r, const pbr_settlement *s, struct seen *seen)
{
    assert_int_equal(r->compiled->claims_count, s->claims->count);
    for (size_t i = 0; i < s->claims->count; i++) {
        const pbr_claim *claim = &s->claims->items[i];
        assert_int_equal(r->computed[i], claim->computed_pence);
        assert_int_equal(r->capped[i], claim->capped_pence);
        seen->capped += claim->capped_pence != claim->computed_pence;
        seen->paid += claim->capped_pence > 0;
        seen->deducted += claim->capped_pence < 0;
    }
}

static void compare_shares(const pbr_rerun *r, const pbr_settlement *s)
{
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *payment = &s->payments[i];
        const pbr_compiled_claim *claim = &r->compiled->claims[payment->claim];
        int64_t parts[64];
        size_t k = 0;
        if (!payment->result) continue;
        pbr_rerun_split(r, payment->claim, parts);
        while (k < claim->payees_count &&
               strcmp(r->compiled->payees[claim->payees[k]], payment->payee) != 0)
            k++;
        assert_true(k < claim->payees_count);
        assert_int_equal(parts[k], payment->capped_pence);
    }
}

static void compare(struct world *w, pbr_rerun *r, struct seen *seen)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_rerun_write_out(r);
    pbr_settlement *s = pbr_settlement_make(r->contract, r->measures, &w->options, diag);
    assert_non_null(s);
    compare_results(r, s, seen);
    compare_claims(r, s, seen);
    compare_shares(r, s);
    pbr_settlement_free(s);
    pbr_diag_free(diag);
}

static void draw_and_compare(struct world *w, const pbr_settled *side, int draws, struct seen *seen)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_compiled *compiled = pbr_compiled_make(side, diag);
    assert_non_null(compiled);
    pbr_rerun *r = pbr_rerun_new(compiled, diag);
    pbr_rerun_settle(r); /* as it was settled */
    compare(w, r, seen);
    for (int draw = 0; draw < draws; draw++) {
        for (size_t i = 0; i < compiled->cells_count; i++)
            if (!compiled->cells[i].parts_count)
                draw_cell(w, &r->cells[i], compiled->cells[i].measure);
        draw_rows(w, r);
        pbr_rerun_settle(r);
        compare(w, r, seen);
    }
    seen->lines += r->judged;
    seen->asked += r->asked;
    assert_false(pbr_diag_failed(diag));
    pbr_rerun_free(r);
    pbr_compiled_free(compiled);
    pbr_diag_free(diag);
}

static void check_world(uint64_t seed, bool plain, struct seen *seen)
{
    struct world *w = new_world(seed, false);
    if (plain) make_plain(w);
    pbr_diag *diag = pbr_diag_new();
    pbr_settlement *settlement = pbr_settlement_make(&w->contract, w->measures, &w->options, diag);
    if (settlement) {
        pbr_settled side = {settlement, w->measures, &w->options, settlement->arena};
        draw_and_compare(w, &side, DRAWS, seen);
    }
    pbr_settlement_free(settlement);
    pbr_diag_free(diag);
    free_world(w);
}

static struct seen check_worlds(bool plain)
{
    struct seen seen = {0};
    for (uint64_t seed = 1; seed <= WORLDS; seed++) check_world(seed, plain, &seen);
    assert_true(seen.stopped && seen.capped && seen.paid && seen.deducted && seen.terminated);
    for (int v = PBR_BETTER; v <= PBR_NO_RESULT; v++) assert_true(seen.verdicts[v] > 1000);
    return seen;
}

static void test_every_penny_of_any_contract(void **state)
{
    (void)state;
    struct seen seen = check_worlds(false);
    assert_true(seen.asked > seen.lines / 2);
}

/* Doubles judge most lines themselves, and leave to the engine what they are not sure of. */
static void test_every_penny_judged_in_doubles(void **state)
{
    (void)state;
    struct seen seen = check_worlds(true);
    assert_true(seen.asked > 1000 && seen.asked < seen.lines / 3);
}

/* --- the contracts that come with the program --- */

static const struct sample {
    const char *folder, *cohorts[8], *as_at;
} samples[] = {
    {"contracts/cms-hrrp", {"FY 2016"}, "2015-10-01"},
    {"contracts/custody-pathfinder", {"Year 1", "Year 2"}, "2013-12-15"},
    {"contracts/hmp-doncaster", {"Cohort 1", "Cohort 2"}, "2015-07-30"},
    {"contracts/hmp-peterborough", {"Cohort 1", "Cohort 2", "Pool"}, "2017-07-27"},
    {"contracts/local-justice-reinvestment", {"Year 1"}, "2012-10-31"},
    {"contracts/rikers-able", {"Entrants 2013"}, "2015-07-02"},
    {"contracts/straw-man-2013", {"2014Q2", "2014Q3", "2014Q4", "2015Q1", "2014/15"}, "2017-03-31"},
};

static void check_sample(const struct sample *sample, struct seen *seen)
{
    struct world *w = pbr_alloc(1, sizeof *w);
    size_t cohorts[COUNT(sample->cohorts)], count = 0;
    pbr_diag *diag = pbr_diag_new();
    char *path = path_in(sample->folder, "worked/metrics.csv");
    pbr_date as_at = 0;
    assert_true(pbr_date_parse(sample->as_at, 10, &as_at));
    pbr_contract *contract = pbr_contract_load(sample->folder, diag);
    assert_no_errors(diag);
    pbr_measures *measures = pbr_metrics_read(path, contract, PBR_NO_DATE, as_at, NULL, diag);
    while (count < COUNT(cohorts) && sample->cohorts[count]) {
        cohorts[count] = pbr_contract_cohort(contract, sample->cohorts[count]);
        count++;
    }
    w->options = (pbr_settle_options){
        .id = "2018-01-31-a", .as_at = as_at, .cohorts = cohorts, .cohorts_count = count};
    w->random = count;
    pbr_settlement *settlement = pbr_settlement_make(contract, measures, &w->options, diag);
    assert_no_errors(diag);
    pbr_settled side = {settlement, measures, &w->options, settlement->arena};
    draw_and_compare(w, &side, DRAWS_OF_SAMPLES, seen);
    pbr_settlement_free(settlement);
    pbr_measures_free(measures);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    free(path);
    free(w);
}

static void test_every_penny_of_the_samples(void **state)
{
    (void)state;
    int64_t money = 0;
    for (size_t i = 0; i < COUNT(samples); i++) {
        struct seen seen = {0};
        check_sample(&samples[i], &seen);
        assert_true(seen.lines >= DRAWS_OF_SAMPLES && seen.verdicts[PBR_NO_RESULT] < seen.lines);
        money += seen.paid + seen.deducted; /* that of days stands as it was, perhaps at nothing */
    }
    assert_true(money > (int64_t)COUNT(samples) * DRAWS_OF_SAMPLES);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_penny_of_any_contract),
        cmocka_unit_test(test_every_penny_judged_in_doubles),
        cmocka_unit_test(test_every_penny_of_the_samples),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
