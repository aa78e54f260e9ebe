/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which numbers, terms and agreements of a contract a settlement rests on: those that it names and
 * none beside. Area A1 is settled for 2015Q4 alone, and A2 not at all. */
#include "settle_support.h"

#include "settle/used.h"

#define RUN "2018-01-26-a"

static struct world q4_of_one_area(void)
{
    struct world w = new_world();
    only_first_area(&w);
    count_plain(&w, 0, Q4, 1000, 440);
    return w;
}

static void numbers_are_used_where_a_line_names_them(void **state)
{
    (void)state;
    static const struct {
        pbr_number number;
        bool used;
    } cases[] = {
        {{.table = "prices.csv", .column = "binary_price", .year = "2015/16", .area = 0}, true},
        {{.table = "prices.csv", .column = "frequency_price", .year = "2015/16", .area = 0}, true},
        {{.table = "prices.csv", .column = "maximum", .year = "2015/16", .area = 0}, true},
        {{.table = "prices.csv", .column = "fee", .year = "2015/16", .area = 0}, true},
        {{.table = "prices.csv", .column = "year_price", .year = "2015/16", .area = 0}, false},
        {{.table = "prices.csv", .column = "binary_price", .year = "2016/17", .area = 0}, false},
        {{.table = "prices.csv", .column = "maximum", .year = "2016/17", .area = 0}, false},
        {{.table = "prices.csv", .column = "maximum", .year = "life", .area = 0}, false},
        {{.table = "prices.csv", .column = "binary_price", .year = "2015/16", .area = 1}, false},
        {{.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "Q4", .area = 0},
         true},
        {{.table = "baselines.csv", .key = "frequency", .year = "2011", .cohort = "Q4", .area = 0},
         true},
        {{.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "Q1", .area = 0},
         false},
        {{.table = "baselines.csv", .key = "binary", .year = "2012", .cohort = "Q4", .area = 0},
         false},
        {{.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "annual", .area = 0},
         false},
        {{.table = "baselines.csv", .key = "other", .year = "2011", .cohort = "Q4", .area = 0},
         false},
        {{.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "Q4", .area = 1},
         false},
        {{.table = "steps.csv", .key = "binary", .area = PBR_NONE}, false},
        {{.table = "indices.csv", .key = "cpi", .year = "2015/16", .area = PBR_NONE}, false},
        {{.table = "areas.csv", .key = "A1", .area = 0}, false},
    };
    struct world w = q4_of_one_area();
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    for (size_t i = 0; i < COUNT(cases); i++)
        if (pbr_used_number(s, &cases[i].number) != cases[i].used)
            fail_msg("case %zu, of %s", i, cases[i].number.table);
    pbr_settlement_free(s);
    end_world(&w);
}

/* A cap over the life of the contract has a row of its own, and needs none of the year's. */
static void a_cap_for_life_uses_the_row_for_life(void **state)
{
    (void)state;
    pbr_number life = {.table = "prices.csv", .column = "maximum", .year = "life", .area = 0};
    pbr_number year = {.table = "prices.csv", .column = "maximum", .year = "2015/16", .area = 0};
    struct world w = q4_of_one_area();
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_true(pbr_used_number(s, &year) && !pbr_used_number(s, &life));
    w.terms->caps[0].per = PBR_CAP_LIFE;
    assert_true(pbr_used_number(s, &life) && !pbr_used_number(s, &year));
    pbr_settlement_free(s);
    end_world(&w);
}

/* The row whose mean score an adjusted metric refers to is used beside its own. */
static void the_row_of_the_reference_is_used(void **state)
{
    (void)state;
    pbr_number rows[] = {
        {.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "annual", .area = 0},
        {.table = "baselines.csv", .key = "binary", .year = "2011", .cohort = "Q1", .area = 0},
    };
    struct world w = q4_of_one_area();
    pbr_metric *metric = &w.terms->metrics[0];
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    metric->adjust = PBR_SCORE_DIFFERENCE;
    metric->reference = PBR_SAME_ROW;
    assert_false(pbr_used_number(s, &rows[0]) || pbr_used_number(s, &rows[1]));
    metric->reference = PBR_ANNUAL_ROW;
    assert_true(pbr_used_number(s, &rows[0]) && !pbr_used_number(s, &rows[1]));
    metric->reference = PBR_POOLED_ROWS;
    assert_true(!pbr_used_number(s, &rows[0]) && pbr_used_number(s, &rows[1]));
    metric->adjust = PBR_NO_ADJUSTMENT;
    assert_false(pbr_used_number(s, &rows[0]) || pbr_used_number(s, &rows[1]));
    pbr_settlement_free(s);
    end_world(&w);
}

/* A table of steps, a share, and a series of an index, where a line or payoff names them. */
static void what_only_a_payoff_names_is_used(void **state)
{
    (void)state;
    pbr_number step = {.table = "steps.csv", .key = "scale", .area = PBR_NONE};
    pbr_number share = {.table = "prices.csv", .column = "part", .year = "2015/16", .area = 0};
    pbr_number values[] = {
        {.table = "indices.csv", .key = "cpi", .year = "2014/15", .area = PBR_NONE}, /* its base */
        {.table = "indices.csv", .key = "cpi", .year = "2015/16", .area = PBR_NONE},
        {.table = "indices.csv", .key = "cpi", .year = "2016/17", .area = PBR_NONE},
        {.table = "indices.csv", .key = "rpi", .year = "2015/16", .area = PBR_NONE},
    };
    struct world w = q4_of_one_area();
    pbr_line *line = &w.terms->lines[BINARY];
    pbr_payoff other = *line->better, *payoffs[] = {line->better, line->worse};
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_false(pbr_used_number(s, &step) || pbr_used_number(s, &share));
    for (size_t i = 0; i < 3; i++) {
        pbr_payoff *payoff = i < 2 ? payoffs[i] : &other, before = *payoff;
        if (i == 2) line->neither = &other;
        payoff->table = (char *)"scale";
        payoff->share = (char *)"part";
        assert_true(pbr_used_number(s, &step) && pbr_used_number(s, &share));
        *payoff = before;
    }
    line->neither = NULL;
    line->index = (char *)"cpi";
    line->index_base = (char *)"2014/15";
    for (size_t i = 0; i < COUNT(values); i++)
        assert_int_equal(pbr_used_number(s, &values[i]), i < 2);
    line->index = line->index_base = NULL;
    pbr_settlement_free(s);
    end_world(&w);
}

static void terms_are_used_where_their_line_is_settled(void **state)
{
    (void)state;
    static const struct {
        const char *path;
        bool used;
    } cases[] = {
        {"lines.binary.test.level", true},
        {"lines.frequency.better.price", true},
        {"lines.binary-year.test.level", false},
        {"lines.bin.test.level", false},
        {"metrics.binary.adjust", true},
        {"metrics.frequency.adjust", true},
        {"metrics.binar.adjust", false},
        {"caps.pot.limit", true},
        {"caps.pots.limit", false},
        {"follow-up.months", true},
    };
    struct world w = q4_of_one_area();
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    pbr_rules others = w.contract->rules[0];
    for (size_t i = 0; i < COUNT(cases); i++)
        if (pbr_used_term(s, &w.contract->rules[0], cases[i].path) != cases[i].used)
            fail_msg("%s", cases[i].path);
    assert_false(pbr_used_term(s, &others, "lines.binary.test.level"));
    assert_false(pbr_used_term(s, &others, "metrics.binary.adjust"));
    assert_false(pbr_used_term(s, &others, "caps.pot.limit"));
    assert_true(pbr_used_rules(s, &w.contract->rules[0]));
    assert_false(pbr_used_rules(s, &others));
    pbr_settlement_free(s);
    end_world(&w);
}

static void assert_uses_both(const pbr_settlement *s, bool used)
{
    const pbr_rules *rules = &s->contract->rules[0];
    assert_int_equal(pbr_used_term(s, rules, "lines.binary.test.kind"), used);
    assert_int_equal(pbr_used_term(s, rules, "lines.frequency.test.kind"), used);
}

/* A line that was tested and not paid is used: so is one that only an earlier run settled. */
static void a_line_without_a_payment_is_used(void **state)
{
    (void)state;
    struct world w = q4_of_one_area();
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    size_t results = s->results_count, payments = s->payments_count;
    assert_true(results && payments);
    s->payments_count = 0;
    assert_uses_both(s, true);
    s->payments_count = payments;
    s->results_count = 0;
    assert_uses_both(s, true);
    s->payments_count = 0;
    assert_uses_both(s, false);
    s->payments_count = payments;
    s->results_count = results;
    pbr_settlement_free(s);
    end_world(&w);
}

static void agreements_are_used_from_their_first_day(void **state)
{
    (void)state;
    struct world w = q4_of_one_area();
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    pbr_agreement here = {.area = 0, .from = s->as_at}, later = {.area = 0, .from = s->as_at + 1};
    pbr_agreement elsewhere = {.area = 1, .from = s->as_at};
    assert_true(pbr_used_agreement(s, &here));
    assert_false(pbr_used_agreement(s, &later));
    assert_false(pbr_used_agreement(s, &elsewhere));
    pbr_settlement_free(s);
    end_world(&w);
}

static void terms_that_decide_amounts_are_known_by_their_last_word(void **state)
{
    (void)state;
    static const char *const amounts[] = {"level", "lines.a.test.better-at",
                                          "lines.a.scale.1.below", "lines.a.better.most"};
    static const char *const others[] = {"lines.level.test.kind", "follow-up.months", "levels"};
    for (size_t i = 0; i < COUNT(amounts); i++) assert_true(pbr_is_amount_term(amounts[i]));
    for (size_t i = 0; i < COUNT(others); i++) assert_false(pbr_is_amount_term(others[i]));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_used_where_a_line_names_them),
        cmocka_unit_test(a_cap_for_life_uses_the_row_for_life),
        cmocka_unit_test(the_row_of_the_reference_is_used),
        cmocka_unit_test(what_only_a_payoff_names_is_used),
        cmocka_unit_test(terms_are_used_where_their_line_is_settled),
        cmocka_unit_test(a_line_without_a_payment_is_used),
        cmocka_unit_test(agreements_are_used_from_their_first_day),
        cmocka_unit_test(terms_that_decide_amounts_are_known_by_their_last_word),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
