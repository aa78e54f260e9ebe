/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line is compared with where no table says it: an earlier cohort, or a control group. And
 * the sums that a metric cannot be without. Worked by hand on the sample contract, area A1. */
#include "settle_support.h"

#include "settle/comparator.h"

#define RUN "2018-01-26-a"

#define RULES "rules/first.yaml"
#define FREQUENCY_IS(kind) "{id: frequency, kind: " kind ", compare-with: "
#define BY_TABLE                                                                                   \
    "baseline, baseline: \"2011\",\n     adjust: score-difference, reference: same-row, score: "   \
    "invented}\n"
#define OUTCOME_OF(metric, test)                                                                   \
    "    metric: " metric "\n    period: quarter\n    test: {kind: " test ", round-rate: none, "   \
    "minimum-cohort: 0}\n"
#define GIVEN "given, round-thresholds: none"

/* The quarters' binary line: a fall of 2 is paid, a rise costs nothing. */
static const struct change a_fall_of_2 = {
    RULES, OUTCOME_OF("binary", GIVEN),
    OUTCOME_OF("binary", "change, better-at: 2, worse-at: none, round-thresholds: none")};

static struct world one_area(const struct change *changes, size_t count)
{
    struct world w = new_world_with(changes, count);
    only_first_area(&w);
    set_price(&w, 0, "2015/16", "maximum", "9000000.00");
    return w;
}

/* The binary metric compared in another way, its line by a fall of 2. */
static struct world compared_with(const char *way)
{
    const struct change changes[] = {a_fall_of_2, {RULES, BY_TABLE, way}};
    return one_area(changes, COUNT(changes));
}

/* The frequency metric as another kind. */
static struct world with_kind(const char *metric)
{
    const struct change change = {RULES, FREQUENCY_IS("events-per-person-with-event"), metric};
    return one_area(&change, 1);
}

/* 47.0% against 2015Q4's 50.1%: 31 of 1,000 persons fewer, at 4,000. The table's 52 for this
 * quarter would be 50 fewer. */
static void an_earlier_cohort_by_its_name(void **state)
{
    (void)state;
    struct world w = compared_with("cohort, cohort: 2015Q4, adjust: none}\n");
    count_plain(&w, 0, Q1, 1000, 470);
    count_plain(&w, 0, Q4, 2000, 1002);
    pbr_settlement *s = SETTLE(&w, RUN, Q1);
    const pbr_payment *p = payment(s, 0, Q1, "binary");
    assert_ratio(p->result->baseline->rate, 501, 10);
    assert_int_equal(p->result->baseline->cases, 2000);
    assert_string_equal(p->result->baseline->cohort, "2015Q4");
    assert_ratio(p->result->change, 31, 10);
    assert_int_equal(p->result->verdict, PBR_BETTER);
    assert_ratio(p->units, 31, 1);
    assert_int_equal(p->computed_pence, 12400000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Those treated are no control group, and an area's own cohort is not another's. */
static void what_is_not_in_the_data_is_missed(void **state)
{
    (void)state;
    static const char *const ways[] = {"cohort, cohort: 2015Q4, adjust: none}\n",
                                       "control, adjust: none}\n"};
    static const char *const named[] = {"2015Q4", "control group"};
    for (size_t i = 0; i < COUNT(ways); i++) {
        struct world w = compared_with(ways[i]);
        count_plain(&w, 0, Q1, 1000, 470);
        count_plain(&w, 1, Q4, 1000, 500);
        assert_null(try_settle(&w, RUN, (const size_t[]){Q1}, 1));
        assert_only_error(w.diag, "missing-comparator");
        const char *message = finding_of(w.diag, "missing-comparator")->problems[0].message;
        assert_non_null(strstr(message, named[i]));
        assert_non_null(strstr(message, "area A1, cohort 2016Q1"));
        end_world(&w);
    }
}

static pbr_measure *add_control(struct world *w, int64_t reoffenders, int64_t reoffences,
                                unsigned long squares)
{
    pbr_measure *m = pbr_measures_add(w->measures);
    m->area = 0;
    m->cohort = Q4;
    m->control = true;
    m->starts = m->eligible = m->measurable = 500;
    m->reoffenders = reoffenders;
    m->reoffences = reoffences;
    mpq_set_ui(m->reoffences_squared, squares, 1);
    m->has_squared = true;
    return m;
}

static struct world against_control(void)
{
    static const struct change changes[] = {
        {RULES, "compare-with: baseline, baseline: \"2011\", adjust: none}",
         "compare-with: control, adjust: none}"},
        {RULES, OUTCOME_OF("frequency", GIVEN),
         OUTCOME_OF("frequency", "normal-mean, sd: baseline, level: 0.95, sides: 2, "
                                 "round-thresholds: 4")},
    };
    struct world w = one_area(changes, COUNT(changes));
    w.terms->lines[FREQUENCY].gate = NULL;
    return w;
}

/* A control group of three reoffenders with 1, 3 and 5 reoffences: the mean is 3, the sum of
 * squares 35, the variance (35 - 27) / 2 = 4. 100 reoffenders: 3 -+ 1.959964 x 2 / 10. Of 260
 * reoffences, 2.6 each, 40 are fewer than 300; at 1,000 each. */
static void a_control_group_brings_its_standard_deviation(void **state)
{
    (void)state;
    struct world w = against_control();
    count(&w, 0, Q4, 1000, 100, 260);
    add_control(&w, 3, 9, 35);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    const pbr_payment *p = payment(s, 0, Q4, "frequency");
    assert_ratio(p->result->baseline->rate, 3, 1);
    assert_ratio(p->result->baseline->sd, 2, 1);
    assert_int_equal(p->result->baseline->cases, 3);
    assert_ratio(p->result->lower, 26080, 10000);
    assert_ratio(p->result->upper, 33920, 10000);
    assert_int_equal(p->result->verdict, PBR_BETTER);
    assert_int_equal(p->computed_pence, 4000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* One reoffender has no deviation, nor have two whose squares nobody summed; two have. */
static void a_deviation_needs_two_and_their_squares(void **state)
{
    (void)state;
    static const struct {
        int64_t reoffenders;
        bool squared, known;
    } cases[] = {{1, true, false}, {2, false, false}, {2, true, true}};
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = against_control();
        count(&w, 0, Q4, 1000, 100, 290);
        pbr_measure *m = add_control(&w, cases[i].reoffenders, 3 * cases[i].reoffenders, 26);
        m->has_squared = cases[i].squared;
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        const pbr_result *result = payment(s, 0, Q4, "frequency")->result;
        assert_int_equal(result->baseline->has_sd, cases[i].known);
        assert_int_equal(result->verdict, cases[i].known ? PBR_NEITHER : PBR_NO_RESULT);
        assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, 0);
        pbr_settlement_free(s);
        end_world(&w);
    }
}

/* Days and expected persons are sums of their own: without them there is no rate, and the message
 * names the column. With nobody expected, or nobody measurable, there is no result. */
static void a_metric_without_its_sum(void **state)
{
    (void)state;
    static const struct {
        const char *metric, *column;
    } kinds[] = {{FREQUENCY_IS("days-per-person"), "days"},
                 {FREQUENCY_IS("expected-ratio"), "expected"}};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct world w = with_kind(kinds[i].metric);
        count_plain(&w, 0, Q4, 1000, 440);
        assert_null(try_settle(&w, RUN, (const size_t[]){Q4}, 1));
        assert_only_error(w.diag, "missing-sum");
        char *named = pbr_sprintf("cohort 2015Q4: %s is blank", kinds[i].column);
        assert_non_null(strstr(finding_of(w.diag, "missing-sum")->problems[0].message, named));
        free(named);
        end_world(&w);
    }
}

/* 12,345 days of 1,000 persons are 12.345 each; 440 reoffenders of 880 expected are a half. */
static void a_metric_with_its_sum(void **state)
{
    (void)state;
    static const struct {
        const char *metric;
        long over;
        unsigned long under;
    } kinds[] = {{FREQUENCY_IS("days-per-person"), 12345, 1000},
                 {FREQUENCY_IS("expected-ratio"), 1, 2}};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct world w = with_kind(kinds[i].metric);
        count_plain(&w, 0, Q4, 1000, 440);
        pbr_measure *m = &w.measures->measures[0];
        mpq_set_ui(m->days, 12345, 1);
        mpq_set_ui(m->expected, 880, 1);
        m->has_days = m->has_expected = true;
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        assert_ratio(s->results[1].rate, kinds[i].over, kinds[i].under);
        pbr_settlement_free(s);
        if (i) {
            mpq_set_ui(m->expected, 0, 1);
            s = SETTLE(&w, RUN, Q4);
            assert_int_equal(s->results[1].verdict, PBR_NO_RESULT);
            assert_string_equal(s->results[1].why_no_result,
                                "nobody was expected to have an event");
            pbr_settlement_free(s);
        }
        end_world(&w);
    }
}

/* Nobody measurable, of whom five were expected to have an event: a ratio of nought, without a mean
 * score to adjust by. */
static void nobody_has_no_mean_score(void **state)
{
    (void)state;
    pbr_metric metric = {.kind = PBR_EXPECTED_RATIO};
    pbr_baseline row = {0};
    pbr_measures *measures = pbr_measures_new();
    pbr_measure *m = pbr_measures_add(measures);
    mpq_inits(row.rate, row.sd, row.ogrs_mean, NULL);
    mpq_set_ui(m->expected, 5, 1);
    m->has_expected = m->has_ogrs_sum = true;
    assert_true(pbr_baseline_of_measure(&row, &metric, m));
    assert_ratio(row.rate, 0, 1);
    assert_int_equal(row.cases, 0);
    assert_false(row.has_ogrs_mean);
    mpq_clears(row.rate, row.sd, row.ogrs_mean, NULL);
    pbr_measures_free(measures);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(an_earlier_cohort_by_its_name),
        cmocka_unit_test(what_is_not_in_the_data_is_missed),
        cmocka_unit_test(a_control_group_brings_its_standard_deviation),
        cmocka_unit_test(a_deviation_needs_two_and_their_squares),
        cmocka_unit_test(a_metric_without_its_sum),
        cmocka_unit_test(a_metric_with_its_sum),
        cmocka_unit_test(nobody_has_no_mean_score),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
