/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Units, prices, rounding, gates and caps, each worked by hand on the sample contract: binary
 * limits 45 and 55 around 50 (Q4), frequency 2.5 and 3.5 around 3, GBP 4,000 and GBP 1,000 a unit,
 * pot GBP 900,000 - 800,000 = 100,000. */
#include "settle_support.h"

#define RUN "2018-01-26-a"
#define LARGE_POT "9000000.00"

static struct world one_area(void)
{
    struct world w = new_world();
    only_first_area(&w);
    return w;
}

static struct world without_cap(void)
{
    struct world w = one_area();
    set_price(&w, 0, "2015/16", "maximum", LARGE_POT);
    return w;
}

/* 1,000 persons: 440 reoffenders are 60 fewer than 500, 560 are 60 more; measured from the
 * thresholds 10 fewer than 450 and 10 more than 550. 440 reoffenders with 1,000 reoffences are 320
 * fewer than 1,320. */
static void units_are_counted_from_baseline_or_threshold(void **state)
{
    (void)state;
    static const struct {
        int64_t reoffenders;
        pbr_measured_from from;
        long units;
        int64_t pence;
    } cases[] = {
        {440, PBR_FROM_BASELINE, 60, 24000000},   {440, PBR_FROM_THRESHOLD, 10, 4000000},
        {560, PBR_FROM_BASELINE, -60, -24000000}, {560, PBR_FROM_THRESHOLD, -10, -4000000},
        {500, PBR_FROM_BASELINE, 0, 0},           {450, PBR_FROM_THRESHOLD, 0, 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = without_cap();
        count_plain(&w, 0, Q4, 1000, cases[i].reoffenders);
        w.terms->lines[BINARY].better->measured_from = cases[i].from;
        w.terms->lines[BINARY].worse->measured_from = cases[i].from;
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        assert_ratio(payment(s, 0, Q4, "binary")->units, cases[i].units, 1);
        assert_int_equal(payment(s, 0, Q4, "binary")->computed_pence, cases[i].pence);
        assert_int_equal(payment(s, 0, Q4, "binary")->payable_pence, cases[i].pence);
        assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, 0);
        pbr_settlement_free(s);
        end_world(&w);
    }
    struct world w = without_cap();
    count(&w, 0, Q4, 1000, 440, 1000);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_ratio(payment(s, 0, Q4, "frequency")->units, 320, 1);
    assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, 32000000);
    assert_int_equal(s->due_pence, 56000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* 333 persons, 146 reoffenders: 20.5 fewer than 166.5; 187 are 20.5 more. At 1p a unit that is half
 * a penny to round; rounded to whole units first, it is the units that decide. */
static void each_mode_rounds_once(void **state)
{
    (void)state;
    static const struct {
        pbr_rounding mode;
        int64_t better, worse;
    } cases[] = {{PBR_HALF_EVEN, 20, -20}, {PBR_HALF_UP, 21, -21}, {PBR_FLOOR, 20, -20}};
    for (size_t i = 0; i < COUNT(cases); i++)
        for (int units = PBR_UNITS_EXACT; units <= PBR_UNITS_INTEGER; units++) {
            struct world w = without_cap();
            w.terms->rounding.mode = cases[i].mode;
            w.terms->rounding.units = (pbr_units_rounding)units;
            set_price(&w, 0, "2015/16", "binary_price", "0.01");
            count_plain(&w, 0, Q4, 333, 146);
            count_plain(&w, 0, Q1, 333, 197); /* 59.2% against 52 and 57: 23.84 more */
            pbr_settlement *s = SETTLE(&w, RUN, Q4, Q1);
            assert_int_equal(payment(s, 0, Q4, "binary")->computed_pence, cases[i].better);
            int64_t later = cases[i].mode == PBR_FLOOR ? -23 : -24;
            assert_int_equal(payment(s, 0, Q1, "binary")->computed_pence, later);
            pbr_settlement_free(s);
            count_plain(&w, 0, Q4, 333, 187);
            s = SETTLE(&w, RUN, Q4);
            assert_int_equal(payment(s, 0, Q4, "binary")->computed_pence, cases[i].worse);
            pbr_settlement_free(s);
            end_world(&w);
        }
}

/* What a side of a line does not state is neither paid nor deducted. */
static void a_side_without_a_payoff_is_nothing(void **state)
{
    (void)state;
    struct world w = without_cap();
    w.terms->lines[BINARY].worse = NULL;
    count_plain(&w, 0, Q4, 1000, 560);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_int_equal(payment(s, 0, Q4, "binary")->computed_pence, 0);
    pbr_settlement_free(s);
    w.terms->lines[BINARY].better = NULL;
    s = SETTLE(&w, RUN, Q4);
    assert_null(payment_to(s, 0, Q4, "binary", NULL));
    assert_int_equal(s->results_count, 2);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Semantics 17 in full: the hurdle's verdict, the side the gate is on, the line's own verdict. */
static void the_gate_stops_what_it_says(void **state)
{
    (void)state;
    static const int64_t reoffenders[] = {440, 500, 560}; /* better, neither, worse */
    static const int64_t reoffences[] = {-400, 0, 400};   /* away from 3 a reoffender */
    for (int side = PBR_GATE_PAY; side <= PBR_GATE_BOTH; side++)
        for (int hurdle = PBR_BETTER; hurdle <= PBR_WORSE; hurdle++)
            for (int own = PBR_BETTER; own <= PBR_WORSE; own++) {
                struct world w = without_cap();
                int64_t r = reoffenders[hurdle];
                w.terms->lines[FREQUENCY].gate->applies_to = (pbr_gate_side)side;
                count(&w, 0, Q4, 1000, r, 3 * r + reoffences[own]);
                pbr_settlement *s = SETTLE(&w, RUN, Q4);
                bool stops = (own == PBR_BETTER && side != PBR_GATE_DEDUCT) ||
                             (own == PBR_WORSE && side != PBR_GATE_PAY);
                bool gated = stops && hurdle != PBR_BETTER;
                int64_t pence = gated || own == PBR_NEITHER ? 0 : -reoffences[own] * 100000;
                assert_int_equal(s->results[1].verdict, own);
                assert_int_equal(s->results[1].gated, gated);
                assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, pence);
                if (gated) assert_string_equal(payment(s, 0, Q4, "frequency")->reason, "gate");
                pbr_settlement_free(s);
                end_world(&w);
            }
}

/* A hurdle that says "not worse" lets neither through; a hurdle without a result lets nothing. */
static void a_gate_may_accept_several_results(void **state)
{
    (void)state;
    pbr_verdict accepted[] = {PBR_BETTER, PBR_NEITHER};
    struct world w = without_cap();
    w.terms->lines[FREQUENCY].gate->results = accepted;
    w.terms->lines[FREQUENCY].gate->results_count = 2;
    count(&w, 0, Q4, 1000, 500, 1000);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, 50000000);
    pbr_settlement_free(s);
    w.terms->lines[BINARY].test.minimum_cohort = 1001;
    s = SETTLE(&w, RUN, Q4);
    assert_int_equal(s->results[0].verdict, PBR_NO_RESULT);
    assert_true(s->results[1].gated);
    assert_int_equal(payment(s, 0, Q4, "frequency")->computed_pence, 0);
    pbr_settlement_free(s);
    end_world(&w);
}

/* The pot of 100,000 pays the first line of the first cohort, and nothing is left for the next. */
static void the_cap_pays_in_order(void **state)
{
    (void)state;
    struct world w = one_area();
    count(&w, 0, Q4, 1000, 440, 1000);
    count_plain(&w, 0, Q1, 1000, 440);
    pbr_settlement *s = SETTLE(&w, RUN, Q4, Q1);
    assert_int_equal(payment(s, 0, Q4, "binary")->capped_pence, 10000000);
    assert_int_equal(payment(s, 0, Q4, "frequency")->capped_pence, 0);
    assert_int_equal(payment(s, 0, Q1, "binary")->capped_pence, 0);
    assert_string_equal(payment(s, 0, Q1, "binary")->reason, "cap");
    assert_int_equal(s->caps_count, 1);
    assert_int_equal(s->caps[0].limit_pence, 10000000);
    assert_int_equal(s->caps[0].computed_pence, 24000000 + 32000000 + 32000000);
    assert_int_equal(s->caps[0].payable_pence, 10000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Q4: 60 too many, -240,000. Q1: 80 too few of 520, 320,000. Net: the room is 340,000 and all is
 * paid. Gross: the room stays 100,000. */
static void deductions_restore_headroom_or_not(void **state)
{
    (void)state;
    static const int64_t paid[] = {[PBR_HEADROOM_NET] = 32000000, [PBR_HEADROOM_GROSS] = 10000000};
    for (int headroom = PBR_HEADROOM_NET; headroom <= PBR_HEADROOM_GROSS; headroom++) {
        struct world w = one_area();
        w.terms->caps[0].headroom = (pbr_headroom)headroom;
        count_plain(&w, 0, Q4, 1000, 560);
        count_plain(&w, 0, Q1, 1000, 440);
        pbr_settlement *s = SETTLE(&w, RUN, Q4, Q1);
        assert_int_equal(payment(s, 0, Q4, "binary")->capped_pence, -24000000);
        assert_int_equal(payment(s, 0, Q1, "binary")->capped_pence, paid[headroom]);
        pbr_settlement_free(s);
        end_world(&w);
    }
}

/* A later deduction does not reach back: Q4 is paid 100,000 of 240,000, then Q1 is deducted, and
 * only the year's own line, which comes after, may use the room. */
static void headroom_is_only_for_what_follows(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 1000, 440);
    count_plain(&w, 0, Q1, 1000, 600);
    count_plain(&w, 0, YEAR, 2000, 900); /* 45% against 51 +- 2.19: 120 fewer, at 2,000 */
    pbr_settlement *s = SETTLE(&w, RUN, Q4, Q1, YEAR);
    assert_int_equal(payment(s, 0, Q4, "binary")->capped_pence, 10000000);
    assert_int_equal(payment(s, 0, Q1, "binary")->capped_pence, -32000000);
    assert_int_equal(payment(s, 0, YEAR, "binary-year")->capped_pence, 24000000);
    pbr_settlement_free(s);
    end_world(&w);
}

static void a_cap_is_by_area_and_year(void **state)
{
    (void)state;
    struct world w = new_world();
    for (size_t area = 0; area < 3; area++) {
        count_plain(&w, area, Q4, 1000, 440);
        count_plain(&w, area, Q2, 1000, 440);
    }
    pbr_settlement *s = SETTLE(&w, RUN, Q4, Q2);
    assert_int_equal(s->caps_count, 6);
    for (size_t area = 0; area < 3; area++) {
        assert_int_equal(payment(s, area, Q4, "binary")->capped_pence, 10000000);
        /* 2016/17: 900,000 - 810,000; 70 fewer than 510 at 4,100 is 287,000 */
        assert_int_equal(payment(s, area, Q2, "binary")->computed_pence, 28700000);
        assert_int_equal(payment(s, area, Q2, "binary")->capped_pence, 9000000);
    }
    pbr_settlement_free(s);
    end_world(&w);
}

/* A cap over each line and cohort: each has 100,000 of its own, also where two names differ by one
 * letter. Binary is worth 240,000 in Q4 and 320,000 in Q1, frequency 320,000 in each. */
static void a_cap_over_each_line(void **state)
{
    (void)state;
    struct world w = one_area();
    pbr_cap *cap = &w.terms->caps[0];
    cap->per = PBR_CAP_LINE;
    cap->over[FREQUENCY] = w.terms->lines[FREQUENCY].id = (char *)"binarx";
    count(&w, 0, Q4, 1000, 440, 1000);
    count(&w, 0, Q1, 1000, 440, 1000);
    pbr_settlement *s = SETTLE(&w, RUN, Q4, Q1);
    assert_int_equal(s->caps_count, 4);
    for (size_t cohort = Q4; cohort <= Q1; cohort++) {
        assert_int_equal(payment(s, 0, cohort, "binary")->capped_pence, 10000000);
        assert_int_equal(payment(s, 0, cohort, "binarx")->computed_pence, 32000000);
        assert_int_equal(payment(s, 0, cohort, "binarx")->capped_pence, 10000000);
    }
    pbr_settlement_free(s);
    end_world(&w);
}

static void a_pot_may_be_empty(void **state)
{
    (void)state;
    static const char *const maxima[] = {"800000.00", "799999.99", "0.00"};
    for (size_t i = 0; i < COUNT(maxima); i++) {
        struct world w = one_area();
        set_price(&w, 0, "2015/16", "maximum", maxima[i]);
        count_plain(&w, 0, Q4, 1000, 440);
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        assert_int_equal(payment(s, 0, Q4, "binary")->capped_pence, 0);
        assert_true(s->caps[0].limit_pence <= 0);
        pbr_settlement_free(s);
        end_world(&w);
    }
}

/* Lines that no cap names are paid whatever the pot. */
static void a_line_without_a_cap(void **state)
{
    (void)state;
    struct world w = one_area();
    w.terms->caps[0].over[0] = (char *)"binary-year";
    count_plain(&w, 0, Q4, 1000, 440);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_int_equal(payment(s, 0, Q4, "binary")->capped_pence, 24000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Amounts that fit one by one and not together, of either sign, end in a message. */
static void amounts_that_do_not_fit(void **state)
{
    (void)state;
    static const struct {
        const char *price;
        int64_t q4, q1;
    } cases[] = {
        {"99999999999999999.00", 440, 520}, /* 60 units: one line too large */
        {"1200000000000000.00", 440, 440},  /* 60 and 80 units: the sum is too large */
        {"1200000000000000.00", 560, 600},  /* and as deductions */
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = one_area();
        set_price(&w, 0, "2015/16", "maximum", "92233720368547758.07");
        set_price(&w, 0, "2015/16", "fee", "0.00");
        set_price(&w, 0, "2015/16", "binary_price", cases[i].price);
        count_plain(&w, 0, Q4, 1000, cases[i].q4);
        count_plain(&w, 0, Q1, 1000, cases[i].q1);
        assert_null(try_settle(&w, RUN, (const size_t[]){Q4, Q1}, 2));
        assert_only_error(w.diag, "amount-too-large");
        end_world(&w);
    }
}

static void cohorts_that_cannot_be_priced(void **state)
{
    (void)state;
    struct world w = one_area();
    assert_null(try_settle(&w, RUN, (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "missing-cohort");
    end_world(&w);
    w = one_area();
    w.terms->metrics[0].adjust = PBR_SCORE_DIFFERENCE; /* what is not tested lacks no sum either */
    count_plain(&w, 0, Q4, 1000, 440);
    w.measures->measures[0].snapshot = day("2017-06-29");
    w.measures->measures[0].ripe = false;
    assert_null(try_settle(&w, RUN, (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "not-ripe");
    end_world(&w);
    w = one_area();
    count_plain(&w, 0, YEAR, 1000, 440);
    w.measures->measures[0].complete = false;
    assert_null(try_settle(&w, RUN, (const size_t[]){YEAR}, 1));
    assert_only_error(w.diag, "missing-cohort");
    end_world(&w);
}

/* Reported without a price. */
static void an_interim_cohort_is_not_priced(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 1000, 440);
    w.measures->measures[0].ripe = false;
    pbr_settle_options options = {.id = RUN,
                                  .as_at = day("2018-01-26"),
                                  .cohorts = (const size_t[]){Q4},
                                  .cohorts_count = 1,
                                  .interim = true};
    pbr_settlement *s = pbr_settlement_make(w.contract, w.measures, &options, w.diag);
    assert_no_errors(w.diag);
    assert_int_equal(s->results[0].verdict, PBR_BETTER);
    assert_true(s->results[0].interim);
    assert_int_equal(s->payments_count, 0);
    assert_int_equal(s->due_pence, 0);
    pbr_settlement_free(s);
    end_world(&w);
}

enum rests_on { NOTHING, A_TERM, ITS_BASELINE, ANOTHER_BASELINE, A_PRICE, RESTS };

/* Of the contract's figures this one alone is illustrative, the others are published. */
static void make_illustrative(pbr_contract *c, enum rests_on place)
{
    pbr_rules *rules = &c->rules[0];
    pbr_term *list = pbr_arena_alloc(c->arena, rules->list_count * sizeof *list);
    for (size_t i = 0; i < rules->list_count; i++) {
        bool last = i + 1 == rules->list_count;
        list[i] = rules->list[i];
        list[i].status = place == A_TERM && last ? PBR_ILLUSTRATIVE : PBR_PUBLISHED;
    }
    rules->list = list;
    for (size_t i = 0; i < c->prices_count; i++) {
        bool last = i + 1 == c->prices_count;
        c->prices[i].source.status = place == A_PRICE && last ? PBR_ILLUSTRATIVE : PBR_PUBLISHED;
    }
    for (size_t i = 0; i < c->baselines_count; i++) {
        pbr_baseline *row = &c->baselines[i];
        bool used = row->area == 0 && strcmp(row->cohort, "Q4") == 0;
        bool chosen = place == (used ? ITS_BASELINE : ANOTHER_BASELINE);
        row->source.status = chosen ? PBR_ILLUSTRATIVE : PBR_PUBLISHED;
    }
}

/* One term of the rules, the baseline of a line that is settled, or any price. */
static void one_illustrative_figure_is_enough(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 1000, 440);
    for (enum rests_on place = NOTHING; place < RESTS; place++) {
        make_illustrative(w.contract, place);
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        assert_int_equal(pbr_settlement_illustrative(s),
                         place != NOTHING && place != ANOTHER_BASELINE);
        pbr_settlement_free(s);
    }
    end_world(&w);
}

static void a_settlement_says_what_it_rests_on(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q4, 1000, 440);
    pbr_settlement *s = SETTLE(&w, RUN, Q4);
    assert_true(pbr_settlement_illustrative(s));
    assert_int_equal(pbr_settlement_due_to(s, "Alder Limited"), s->due_pence);
    assert_int_equal(pbr_settlement_due_to(s, "Nobody"), 0);
    pbr_settlement_free(s);
    pbr_settlement_free(NULL);
    end_world(&w);
}

/* A cap without its limit, or without what is taken off it, is not a cap of nothing. */
static void a_cap_needs_its_prices(void **state)
{
    (void)state;
    for (int lacking = 0; lacking < 2; lacking++) {
        struct world w = one_area();
        pbr_cap *cap = &w.terms->caps[0];
        char **column = lacking ? &cap->minus : &cap->column, *known = *column;
        assert_non_null(known);
        *column = (char *)"no_such_column";
        count_plain(&w, 0, Q4, 1000, 440);
        assert_null(try_settle(&w, RUN, (const size_t[]){Q4}, 1));
        assert_only_error(w.diag, "missing-price");
        *column = known;
        end_world(&w);
    }
}

/* Better than the threshold and yet above the baseline: the change counts as none, which a step
 * from nothing on pays, and slices do not. */
static void a_change_the_other_way_counts_as_none(void **state)
{
    (void)state;
    static const pbr_payoff_kind kinds[] = {PBR_STEPS, PBR_SLICES};
    static const int64_t pence[] = {70000, 0};
    for (size_t i = 0; i < COUNT(kinds); i++) {
        struct world w = without_cap();
        pbr_payoff *payoff = w.terms->lines[BINARY].better, before = *payoff;
        pbr_step rows[2] = {{.table = (char *)"scale"}, {.table = (char *)"scale"}};
        for (size_t k = 0; k < COUNT(rows); k++) {
            mpq_inits(rows[k].at_least, rows[k].value, NULL);
            mpq_set_ui(rows[k].at_least, 10 * (unsigned long)k, 1);
            mpq_set_ui(rows[k].value, k ? 900 : 700, 1);
        }
        w.contract->steps = rows;
        w.contract->steps_count = COUNT(rows);
        for (size_t k = 0; k < w.contract->baselines_count; k++)
            if (mpq_cmp_ui(w.contract->baselines[k].rate, 50, 1) == 0)
                mpq_set_ui(w.contract->baselines[k].rate, 40, 1);
        payoff->kind = kinds[i];
        payoff->table = (char *)"scale";
        count_plain(&w, 0, Q4, 1000, 440);
        pbr_settlement *s = SETTLE(&w, RUN, Q4);
        assert_int_equal(payment(s, 0, Q4, "binary")->result->verdict, PBR_BETTER);
        assert_int_equal(payment(s, 0, Q4, "binary")->computed_pence, pence[i]);
        pbr_settlement_free(s);
        *payoff = before;
        w.contract->steps = NULL;
        w.contract->steps_count = 0;
        for (size_t k = 0; k < COUNT(rows); k++) mpq_clears(rows[k].at_least, rows[k].value, NULL);
        end_world(&w);
    }
}

/* 500 persons with a score of 20%, of whom 50 reoffended, and 500 of 60%, of whom 350 did: the
 * squared distances of outcomes from scores are 32 + 18 and 56 + 54, 0.16 a person, and their mean
 * is 0. 1.959964 x the root of 0.16 / 1,000 is 2.4792 points around 51. */
static void residual_limits_come_from_the_sums_of_scores(void **state)
{
    (void)state;
    struct world w = one_area();
    w.terms->lines[BINARY_YEAR].test.variance = PBR_RESIDUAL;
    count_plain(&w, 0, YEAR, 1000, 400);
    pbr_measure *m = &w.measures->measures[0];
    mpq_set_ui(m->ogrs_sum, 500 * 20 + 500 * 60, 1);
    mpq_set_ui(m->ogrs_sum_reoffenders, 50 * 20 + 350 * 60, 1);
    mpq_set_ui(m->ogrs_squares, 500 * 20 * 20 + 500 * 60 * 60, 1);
    m->has_ogrs_sum = m->has_ogrs_sum_reoffenders = m->has_ogrs_squares = true;
    pbr_settle_options options = {.id = RUN, .cohorts = (const size_t[]){YEAR}, .cohorts_count = 1};
    assert_true(pbr_date_parse(RUN, 10, &options.as_at));
    pbr_settlement *s = pbr_settlement_make(w.contract, w.measures, &options, w.diag);
    assert_no_errors(w.diag);
    assert_int_equal(s->results_count, 1);
    assert_ratio(s->results[0].lower, 485208, 10000);
    assert_ratio(s->results[0].upper, 534792, 10000);
    pbr_settlement_free(s);
    end_world(&w);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(units_are_counted_from_baseline_or_threshold),
        cmocka_unit_test(each_mode_rounds_once),
        cmocka_unit_test(a_side_without_a_payoff_is_nothing),
        cmocka_unit_test(the_gate_stops_what_it_says),
        cmocka_unit_test(a_gate_may_accept_several_results),
        cmocka_unit_test(the_cap_pays_in_order),
        cmocka_unit_test(deductions_restore_headroom_or_not),
        cmocka_unit_test(headroom_is_only_for_what_follows),
        cmocka_unit_test(a_cap_is_by_area_and_year),
        cmocka_unit_test(a_cap_over_each_line),
        cmocka_unit_test(a_pot_may_be_empty),
        cmocka_unit_test(a_line_without_a_cap),
        cmocka_unit_test(amounts_that_do_not_fit),
        cmocka_unit_test(cohorts_that_cannot_be_priced),
        cmocka_unit_test(an_interim_cohort_is_not_priced),
        cmocka_unit_test(one_illustrative_figure_is_enough),
        cmocka_unit_test(a_settlement_says_what_it_rests_on),
        cmocka_unit_test(a_cap_needs_its_prices),
        cmocka_unit_test(residual_limits_come_from_the_sums_of_scores),
        cmocka_unit_test(a_change_the_other_way_counts_as_none),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
