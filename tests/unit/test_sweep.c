/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Each point of a grid, and each move of a tornado, against a settlement of a contract changed for
 * it alone. */
#include "settle_support.h"

#include "whatif/fit.h"
#include "whatif/sweep.h"
#include "whatif/tornado.h"

/* A settlement of three areas, and a scenario that varies terms of it. */
struct asked {
    struct world w;
    pbr_settlement *s;
    pbr_settled side;
    pbr_settle_options options;
    pbr_scenario_sweep sweep;
    pbr_scenario scenario;
};

static const size_t chosen[] = {Q4, Q1, YEAR};

static struct asked *ask(pbr_scenario_vary *vary, unsigned count_of_vary)
{
    struct asked *a = pbr_alloc(1, sizeof *a);
    a->w = new_world();
    a->w.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE; /* as the file says, so that it fits */
    for (size_t area = 0; area < 3; area++) {
        count(&a->w, area, Q4, 1000, 430 + 40 * (int64_t)area, 1200);
        count(&a->w, area, Q1, 900, 400 + 50 * (int64_t)area, 1500);
        count(&a->w, area, YEAR, 1900, 830 + 90 * (int64_t)area, 2700);
    }
    for (size_t i = 0; i < a->w.measures->measures_count; i++) {
        pbr_measure *m = &a->w.measures->measures[i];
        m->ripe = m->complete = m->has_ogrs_sum = true;
        mpq_set_si(m->ogrs_sum, 42 * (long)m->measurable, 1);
    }
    pbr_measures_sort(a->w.measures);
    a->options = (pbr_settle_options){.id = "2018-01-31",
                                      .as_at = day("2018-01-31"),
                                      .cohorts = chosen,
                                      .cohorts_count = COUNT(chosen)};
    a->s = pbr_settlement_make(a->w.contract, a->w.measures, &a->options, a->w.diag);
    assert_no_errors(a->w.diag);
    a->side = (pbr_settled){a->s, a->w.measures, &a->options, a->s->arena};
    a->sweep = (pbr_scenario_sweep){vary, count_of_vary};
    a->scenario = (pbr_scenario){.sweep = &a->sweep, .path = "scenario.yaml"};
    return a;
}

static void end_asked(struct asked *a)
{
    pbr_settlement_free(a->s);
    end_world(&a->w);
    free(a);
}

static pbr_sweep *sweep_on(struct asked *a, size_t most, unsigned threads)
{
    return pbr_sweep_make(&a->side, &a->scenario, most, threads, NULL, a->w.diag);
}

#define VALUES(...)                                                                                \
    .values = (char *[]){__VA_ARGS__},                                                             \
    .values_count = sizeof((char *[]){__VA_ARGS__}) / sizeof(char *)

/* --- a point by itself --- */

static void assert_same(const pbr_sweep *sweep, const pbr_totals *told, const pbr_settlement *s)
{
    assert_int_equal(told->total_pence, s->due_pence);
    int64_t areas[3] = {0}, terminate = 0, verdicts[PBR_NO_RESULT + 1] = {0};
    for (size_t i = 0; i < s->payments_count; i++)
        areas[s->payments[i].area] += s->payments[i].due_pence;
    for (size_t i = 0; i < 3; i++) assert_int_equal(told->area_pence[i], areas[i]);
    for (size_t i = 0; i < sweep->payees.count; i++)
        assert_int_equal(told->payee_pence[i], pbr_settlement_due_to(s, sweep->payees.names[i]));
    for (size_t i = 0; i < s->results_count; i++) {
        verdicts[s->results[i].verdict]++;
        terminate += s->results[i].terminate;
    }
    for (int i = 0; i <= PBR_NO_RESULT; i++) assert_int_equal(told->verdicts[i], verdicts[i]);
    assert_int_equal(told->terminate, terminate);
}

/* With a copy of its own, changed by each axis in turn. */
static void check_point(struct asked *a, const pbr_sweep *sweep, size_t point)
{
    pbr_contract *copy = pbr_contract_copy(a->w.contract);
    const char *why = NULL;
    for (size_t i = 0; i < sweep->axes_count; i++)
        assert_true(pbr_selection_apply(&sweep->axes[i].selection, copy, sweep->axes[i].how,
                                        pbr_sweep_value(sweep, point, i), PBR_NOWHERE, a->w.diag));
    const char *misfit = pbr_misfit(copy, copy->arena);
    if (misfit) {
        assert_non_null(sweep->points[point].not_told);
        assert_string_equal(sweep->points[point].not_told, misfit);
    } else {
        pbr_settlement *s = pbr_settled_again(&a->side, copy, a->w.measures, &why);
        assert_non_null(s);
        assert_null(sweep->points[point].not_told);
        assert_same(sweep, &sweep->points[point].totals, s);
        pbr_settlement_free(s);
    }
    pbr_contract_free(copy);
}

static void assert_same_points(const pbr_sweep *a, const pbr_sweep *b, size_t areas)
{
    assert_int_equal(a->points_count, b->points_count);
    assert_int_equal(a->payees.count, b->payees.count);
    for (size_t i = 0; i < a->points_count; i++) {
        const pbr_totals *x = &a->points[i].totals, *y = &b->points[i].totals;
        assert_int_equal(x->total_pence, y->total_pence);
        assert_memory_equal(x->area_pence, y->area_pence, areas * sizeof *x->area_pence);
        assert_memory_equal(x->payee_pence, y->payee_pence,
                            a->payees.count * sizeof *x->payee_pence);
        assert_int_equal(!a->points[i].not_told, !b->points[i].not_told);
    }
}

/* How many points there are, what cannot be told, and which is the settlement itself. */
static void check_grid(pbr_scenario_vary *vary, unsigned axes, size_t points, size_t not_told,
                       size_t unchanged)
{
    struct asked *a = ask(vary, axes);
    pbr_sweep *sweep = sweep_on(a, 0, 2), *alone = sweep_on(a, points, 1),
              *many = sweep_on(a, 0, 7);
    assert_no_errors(a->w.diag);
    assert_int_equal(sweep->points_count, points);
    for (size_t i = 0; i < points; i++) {
        check_point(a, sweep, i);
        not_told -= sweep->points[i].not_told != NULL;
    }
    assert_int_equal(not_told, 0);
    assert_int_equal(sweep->unchanged, unchanged);
    if (unchanged != PBR_NONE) assert_same(sweep, &sweep->points[unchanged].totals, a->s);
    assert_same_points(sweep, alone, 3);
    assert_same_points(sweep, many, 3);
    pbr_sweep_free(sweep);
    pbr_sweep_free(alone);
    pbr_sweep_free(many);
    end_asked(a);
}

/* --- grids --- */

static void test_numbers(void **state)
{
    (void)state;
    pbr_scenario_vary vary[] = {
        {.term = "prices[*].binary_price",
         .how = PBR_TIMES,
         .from = "0.5",
         .to = "1.5",
         .step = "0.25"},
        {.term = "baselines[A2,Q4,binary].rate", .how = PBR_PLUS, VALUES("-3", "1.5", "0", "3")},
        {.term = "prices[A1].maximum", .how = PBR_SET, VALUES("810000", "900000", "1200000.50")},
    };
    check_grid(vary, COUNT(vary), 5 * 4 * 3, 0, 2 * 12 + 2 * 3 + 1);
}

/* The rate goes over 100%, and the limits of the first cross: at some corners of the grid. */
static void test_misfits_of_numbers(void **state)
{
    (void)state;
    pbr_scenario_vary vary[] = {
        {.term = "baselines[A1,Q4,binary].lower",
         .how = PBR_PLUS,
         .from = "0",
         .to = "15",
         .step = "5"},
        {.term = "baselines[A3,Q4,binary].rate", .how = PBR_TIMES, VALUES("1", "2", "2.1", "0.5")},
    };
    check_grid(vary, COUNT(vary), 16, 4 + 3, 0);
}

/* Decimals and words of rules. A level of 2 is none, and a computed limit must be rounded. */
static void test_terms(void **state)
{
    (void)state;
    pbr_scenario_vary vary[] = {
        {.term = "lines.binary-year.test.level", VALUES("0.8", "0.950", "2", "0.99")},
        {.term = "rounding.mode", VALUES("floor", "half-even")},
        {.term = "lines.binary-year.test.round-thresholds", VALUES("4", "none", "1")},
        {.term = "prices[A2].year_price", .how = PBR_TIMES, VALUES("1", "1.00013")},
    };
    check_grid(vary, COUNT(vary), 4 * 2 * 3 * 2, 12 + 12, 12 + 6);
}

/* Both ends fit, and what lies between has more decimals than a level may have. */
static void test_misfit_inside(void **state)
{
    (void)state;
    pbr_scenario_vary vary[] = {
        {.term = "lines.binary-year.test.level", VALUES("0.9", "0.912345678901", "0.95")},
        {.term = "prices[A2].year_price", .how = PBR_TIMES, VALUES("1", "2")},
    };
    check_grid(vary, COUNT(vary), 6, 2, 4);
}

static void test_words(void **state)
{
    (void)state;
    pbr_scenario_vary vary[] = {
        {.term = "payee.rule",
         VALUES("pro-rata-days", "provider-at-formation", "provider-at-settlement")},
        {.term = "lines.binary-year.test.kind", VALUES("given", "one-sample-z")},
        {.term = "lines.frequency.gate.applies-to", VALUES("both", "deduct")},
    };
    check_grid(vary, COUNT(vary), 12, 6, PBR_NONE);
}

/* --- ranges --- */

static void test_ranges(void **state)
{
    (void)state;
    static const struct {
        char *from, *to, *step;
        size_t count;
        const char *last;
    } ranges[] = {
        {"0.1", "0.3", "0.1", 3, "0.3"}, {"0.5", "2", "0.4", 4, "1.7"},  {"1", "1", "5", 1, "1"},
        {"-2", "-1", "0.25", 5, "-1"},   {"0", "0.29", "0.1", 3, "0.2"},
    };
    for (size_t i = 0; i < COUNT(ranges); i++) {
        pbr_scenario_vary vary = {.term = "baselines[A1,Q4,binary].rate",
                                  .how = PBR_PLUS,
                                  .from = ranges[i].from,
                                  .to = ranges[i].to,
                                  .step = ranges[i].step};
        struct asked *a = ask(&vary, 1);
        pbr_sweep *sweep = sweep_on(a, 0, 1);
        assert_no_errors(a->w.diag);
        assert_int_equal(sweep->points_count, ranges[i].count);
        assert_string_equal(pbr_sweep_value(sweep, 0, 0), ranges[i].from);
        assert_string_equal(pbr_sweep_value(sweep, sweep->points_count - 1, 0), ranges[i].last);
        pbr_sweep_free(sweep);
        end_asked(a);
    }
}

static void test_refused(void **state)
{
    (void)state;
    pbr_scenario_vary price = {
        .term = "prices[*].binary_price", .how = PBR_TIMES, VALUES("1", "2", "3")};
    pbr_scenario_vary one = {.term = "prices[A2].binary_price", .how = PBR_TIMES, VALUES("1", "2")};
    const struct {
        pbr_scenario_vary vary[2];
        const char *id;
    } bad[] = {
        {{price, {.term = "rounding.mode", .from = "3", .to = "2", .step = "1"}}, "empty-range"},
        {{price, {.term = "rounding.mode", .from = "1", .to = "2", .step = "0"}}, "empty-range"},
        {{price, {.term = "rounding.mode", .from = "1", .to = "two", .step = "1"}}, "bad-decimal"},
        {{price, {.term = "rounding.mood", VALUES("floor")}}, "unknown-term"},
        {{price, {.term = "rounding.mode", VALUES("floor", "upwards")}}, "wrong-kind"},
        {{price, {.term = "prices[A1].fee", .how = PBR_PLUS, VALUES("0", "-900000")}},
         "wrong-kind"},
        {{price, one}, "varied-twice"},
        {{price, {.term = "prices[A1].fee", .from = "1", .to = "5", .step = "1"}},
         "grid-too-large"},
        {{price,
          {.term = "prices[A1].fee", .from = "0", .to = "9000000000000", .step = "0.0000000001"}},
         "grid-too-large"},
    };
    for (size_t i = 0; i < COUNT(bad); i++) {
        pbr_scenario_vary vary[] = {bad[i].vary[0], bad[i].vary[1]};
        struct asked *a = ask(vary, 2);
        assert_null(sweep_on(a, 14, 2));
        assert_only_error(a->w.diag, bad[i].id);
        end_asked(a);
    }
}

/* --- tornado --- */

static pbr_tornado *tornado_of(struct asked *a, char *by, char **terms, unsigned terms_count,
                               unsigned threads)
{
    pbr_scenario_tornado tornado = {by, terms, terms_count};
    a->scenario.tornado = &tornado;
    return pbr_tornado_make(&a->side, &a->scenario, threads, NULL, a->w.diag);
}

static const pbr_tornado_bar *bar_of(const pbr_tornado *tornado, const char *term)
{
    for (size_t i = 0; i < tornado->count; i++)
        if (strcmp(tornado->bars[i].term, term) == 0) return &tornado->bars[i];
    fail_msg("no bar of \"%s\"", term);
    return NULL;
}

/* The total with a money column times a number of percent. */
static int64_t with_prices(struct asked *a, const char *column, int percent)
{
    const char *why;
    pbr_contract *copy = pbr_contract_copy(a->w.contract);
    mpq_t factor;
    mpq_init(factor);
    pbr_ratio_set(factor, percent, 100);
    size_t at = pbr_contract_money_column(copy, column);
    for (size_t i = 0; i < copy->prices_count; i++)
        mpq_mul(copy->prices[i].amounts[at], copy->prices[i].amounts[at], factor);
    pbr_settlement *s = pbr_settled_again(&a->side, copy, a->w.measures, &why);
    assert_non_null(s);
    int64_t due = s->due_pence;
    pbr_settlement_free(s);
    pbr_contract_free(copy);
    mpq_clear(factor);
    return due;
}

/* What the settlement rests on: each in one bar, whatever it moves. Of the baselines that is not
 * what only other tests would need: cases, sd, and limits of the annual row. */
static void test_tornado(void **state)
{
    (void)state;
    struct asked *a = ask(NULL, 0);
    pbr_tornado *tornado = tornado_of(a, "10", NULL, 0, 2);
    assert_no_errors(a->w.diag);
    assert_int_equal(tornado->unchanged_pence, a->s->due_pence);
    const struct {
        const char *term, *column;
    } prices[] = {{"prices[*].binary_price", "binary_price"},
                  {"prices[*].frequency_price", "frequency_price"},
                  {"prices[*].year_price", "year_price"},
                  {"prices[*].maximum", "maximum"}};
    for (size_t i = 0; i < COUNT(prices); i++) {
        const pbr_tornado_bar *bar = bar_of(tornado, prices[i].term);
        assert_string_equal(bar->file, "prices.csv");
        assert_string_equal(bar->low_value, "x 0.9");
        assert_int_equal(bar->low_pence, with_prices(a, prices[i].column, 90));
        assert_int_equal(bar->high_pence, with_prices(a, prices[i].column, 110));
    }
    assert_true(bar_of(tornado, "prices[*].binary_price")->span_pence > 0);
    const pbr_tornado_bar *level = bar_of(tornado, "lines.binary-year.test.level");
    assert_string_equal(level->was, "0.95");
    assert_string_equal(level->low_value, "0.855");
    assert_string_equal(level->high_value, "1.045");
    assert_null(level->low_not_told);
    assert_non_null(level->high_not_told);
    assert_non_null(bar_of(tornado, "baselines[*,*,binary,2011].rate"));
    assert_non_null(bar_of(tornado, "baselines[*,*,frequency,2011].lower"));
    for (size_t i = 0; i < tornado->count; i++) {
        const pbr_tornado_bar *bar = &tornado->bars[i];
        assert_true(!i || bar[-1].span_pence >= bar->span_pence);
        int64_t low = bar->low_not_told ? tornado->unchanged_pence : bar->low_pence;
        int64_t high = bar->high_not_told ? tornado->unchanged_pence : bar->high_pence;
        int64_t ends[] = {tornado->unchanged_pence, low, high}, least = low, most = low;
        for (int k = 0; k < 3; k++) {
            if (ends[k] < least) least = ends[k];
            if (ends[k] > most) most = ends[k];
        }
        assert_int_equal(bar->span_pence, most - least);
    }
    pbr_tornado_free(tornado);
    end_asked(a);
}

static void test_tornado_of_some(void **state)
{
    (void)state;
    struct asked *a = ask(NULL, 0);
    char *terms[] = {"prices[A2].year_price", "prices[*].maximum", "prices[A2].year_price"};
    pbr_tornado *one = tornado_of(a, "2.5", terms, 3, 1), *many = tornado_of(a, "2.5", terms, 3, 9);
    assert_no_errors(a->w.diag);
    assert_int_equal(one->count, 2);
    assert_string_equal(bar_of(one, terms[0])->high_value, "x 1.025"); /* two years */
    for (size_t i = 0; i < one->count; i++) {
        assert_string_equal(one->bars[i].term, many->bars[i].term);
        assert_int_equal(one->bars[i].low_pence, many->bars[i].low_pence);
        assert_int_equal(one->bars[i].high_pence, many->bars[i].high_pence);
    }
    pbr_tornado_free(one);
    pbr_tornado_free(many);
    end_asked(a);
}

static void test_tornado_refused(void **state)
{
    (void)state;
    char *terms[] = {"prices[*].bonus"};
    struct asked *a = ask(NULL, 0);
    assert_null(tornado_of(a, "10", terms, 1, 1));
    assert_only_error(a->w.diag, "unknown-term");
    end_asked(a);
    a = ask(NULL, 0);
    assert_null(tornado_of(a, "0", NULL, 0, 1));
    assert_only_error(a->w.diag, "out-of-range");
    end_asked(a);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_numbers),         cmocka_unit_test(test_misfits_of_numbers),
        cmocka_unit_test(test_terms),           cmocka_unit_test(test_misfit_inside),
        cmocka_unit_test(test_words),           cmocka_unit_test(test_ranges),
        cmocka_unit_test(test_tornado),         cmocka_unit_test(test_tornado_of_some),
        cmocka_unit_test(test_tornado_refused), cmocka_unit_test(test_refused),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
