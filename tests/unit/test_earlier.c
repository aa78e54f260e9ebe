/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Runs that follow others: differences, restatement, and caps over a year settled in parts. */
#include "settle_support.h"

static struct world one_area(void)
{
    struct world w = new_world();
    only_first_area(&w);
    count_plain(&w, 0, Q4, 1000, 440); /* 60 fewer: 240,000, capped at 100,000 */
    count_plain(&w, 0, Q1, 1000, 520); /* at the baseline: nothing */
    count_plain(&w, 0, Q2, 1000, 440); /* 2016/17: 287,000, capped at 90,000 */
    return w;
}

static void assert_row(const pbr_settlement *s, size_t cohort, const char *line, int64_t computed,
                       int64_t payable, int64_t previous, const char *reason)
{
    const pbr_payment *p = payment(s, 0, cohort, line);
    assert_int_equal(p->computed_pence, computed);
    assert_int_equal(p->payable_pence, payable);
    assert_int_equal(p->previous_pence, previous);
    assert_int_equal(p->due_pence, payable - previous);
    assert_string_equal(p->reason, reason);
}

static void the_same_again_pays_nothing(void **state)
{
    (void)state;
    struct world w = one_area();
    pbr_settlement *first = SETTLE(&w, "2018-01-26-a", Q4, Q1, Q2);
    assert_int_equal(first->due_pence, 19000000);
    remember(&w, first);
    pbr_settlement *again = SETTLE(&w, "2018-01-26-b", Q4, Q1, Q2);
    assert_int_equal(again->due_pence, 0);
    assert_int_equal(again->payments_count, 0); /* a line that is as it was is not told again */
    pbr_settlement_free(first);
    pbr_settlement_free(again);
    end_world(&w);
}

/* 440 reoffenders become 442: 58 fewer, 232,000, still over the cap; then 490, neither. */
static void a_restatement_pays_the_difference(void **state)
{
    (void)state;
    struct world w = one_area();
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q4);
    assert_row(s, Q4, "binary", 24000000, 10000000, 0, "cap");
    remember(&w, s);
    pbr_settlement_free(s);
    count_plain(&w, 0, Q4, 1000, 442);
    s = SETTLE(&w, "2018-04-26-b", Q4);
    assert_row(s, Q4, "binary", 23200000, 10000000, 10000000, "data");
    remember(&w, s);
    pbr_settlement_free(s);
    count_plain(&w, 0, Q4, 1000, 490);
    s = SETTLE(&w, "2018-07-26-c", Q4);
    assert_row(s, Q4, "binary", 0, 0, 10000000, "data");
    assert_int_equal(s->due_pence, -10000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Q4 took the whole pot; Q1, in a later run, finds none. Another year has its own. */
static void a_cap_remembers_earlier_runs(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q1, 1000, 440);
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q4);
    remember(&w, s);
    pbr_settlement_free(s);
    s = SETTLE(&w, "2018-04-26-b", Q1, Q2);
    assert_row(s, Q1, "binary", 32000000, 0, 0, "cap");
    assert_row(s, Q2, "binary", 28700000, 9000000, 0, "cap");
    assert_null(payment_to(s, 0, Q4, "binary", NULL));
    assert_int_equal(s->caps[0].computed_pence, 24000000 + 32000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* 300,000 over the life of the contract, of which Q4 took 240,000 in a run of its own: no cap of a
 * year binds it to the next year's Q2, which is left what remains. */
static void a_cap_for_life_remembers_other_years(void **state)
{
    (void)state;
    const struct change changes[] = {
        {"rules/first.yaml", "per: year-of-formation", "per: life"},
        {"prices.csv", "A1,2015/16",
         "A1,life,4100,1010,2020,300001.00,1,c,sample,illustrative\nA1,2015/16"}};
    struct world w = new_world_with(changes, COUNT(changes));
    only_first_area(&w);
    count_plain(&w, 0, Q4, 1000, 440);
    count_plain(&w, 0, Q2, 1000, 440);
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q4);
    remember(&w, s);
    pbr_settlement_free(s);
    s = SETTLE(&w, "2018-04-26-b", Q2);
    assert_row(s, Q2, "binary", 28700000, 6000000, 0, "cap");
    pbr_settlement_free(s);
    end_world(&w);
}

/* Q1 is settled before Q4, out of order: when Q4 comes it is first in the cap, and what Q1 was paid
 * is taken back on a line of its own. */
static void a_cohort_that_comes_late_takes_its_place_in_the_cap(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q1, 1000, 440);
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q1);
    assert_row(s, Q1, "binary", 32000000, 10000000, 0, "cap");
    remember(&w, s);
    pbr_settlement_free(s);
    s = SETTLE(&w, "2018-04-26-b", Q4);
    assert_row(s, Q4, "binary", 24000000, 10000000, 0, "cap");
    assert_row(s, Q1, "binary", 32000000, 0, 10000000, "cap");
    assert_null(payment(s, 0, Q1, "binary")->result);
    assert_int_equal(s->due_pence, 0);
    remember(&w, s);
    pbr_settlement_free(s);
    s = SETTLE(&w, "2018-07-26-c", Q4, Q1);
    assert_int_equal(s->due_pence, 0);
    pbr_settlement_free(s);
    end_world(&w);
}

/* Q4 was paid 100,000; now it is deducted instead, and net headroom lets Q1 have its 320,000. */
static void what_a_restatement_frees_goes_to_others(void **state)
{
    (void)state;
    struct world w = one_area();
    count_plain(&w, 0, Q1, 1000, 440);
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q4, Q1);
    remember(&w, s);
    pbr_settlement_free(s);
    count_plain(&w, 0, Q4, 1000, 560);
    s = SETTLE(&w, "2018-04-26-b", Q4);
    assert_row(s, Q4, "binary", -24000000, -24000000, 10000000, "data");
    assert_row(s, Q1, "binary", 32000000, 32000000, 0, "cap");
    pbr_settlement_free(s);
    end_world(&w);
}

/* The payee has changed since: the new one is owed the difference. */
static void a_difference_goes_to_the_payee_of_now(void **state)
{
    (void)state;
    struct world w = new_world();
    for (size_t area = 0; area < 3; area++) count_plain(&w, area, Q4, 1000, 440);
    pbr_settlement *s = SETTLE(&w, "2016-02-14-a", Q4);
    assert_string_equal(payment(s, 1, Q4, "binary")->payee, "Birch Limited");
    remember(&w, s);
    pbr_settlement_free(s);
    count_plain(&w, 1, Q4, 1000, 560);
    s = SETTLE(&w, "2018-01-26-b", Q4);
    const pbr_payment *p = payment(s, 1, Q4, "binary");
    assert_string_equal(p->payee, "Cedar Limited");
    assert_int_equal(p->previous_pence, 10000000);
    assert_int_equal(p->due_pence, -34000000);
    pbr_settlement_free(s);
    end_world(&w);
}

/* --- why a line comes out differently --- */

/* Q4 was paid 240,000 at 4,000 a unit; at 4,001 it is 240,060. Which data were there then, and
 * under which terms and program, is for the caller to change. */
static struct world settled_before(void)
{
    struct world w = one_area();
    set_price(&w, 0, "2015/16", "maximum", "9000000.00");
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q4);
    remember(&w, s);
    pbr_settlement_free(s);
    set_price(&w, 0, "2015/16", "binary_price", "4001.00");
    return w;
}

static void assert_reason(struct world *w, const char *reason)
{
    pbr_settlement *s = SETTLE(w, "2018-04-26-b", Q4);
    assert_row(s, Q4, "binary", 24006000, 24006000, 24000000, reason);
    pbr_settlement_free(s);
}

/* Other data explain it before other terms do, and other terms before another program. */
static void a_difference_has_one_reason(void **state)
{
    (void)state;
    static const struct {
        bool same_data, same_terms, same_program;
        const char *reason;
    } cases[] = {
        {true, true, true, "data"},    {true, true, false, "error"},  {true, false, true, "terms"},
        {true, false, false, "terms"}, {false, false, false, "data"}, {false, true, false, "data"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = settled_before();
        w.runs[0].same_terms = cases[i].same_terms;
        w.runs[0].same_program = cases[i].same_program;
        w.runs[0].measures->measures[0].starts += !cases[i].same_data;
        assert_reason(&w, cases[i].reason);
        end_world(&w);
    }
}

enum { SUM, KNOWN };
#define SUM_OF(sum, known)                                                                         \
    {                                                                                              \
        offsetof(pbr_measure, sum), offsetof(pbr_measure, known)                                   \
    }

static mpq_ptr sum_at(pbr_measure *m, size_t offset)
{
    return *(mpq_t *)(void *)((char *)m + offset);
}

static bool *known_at(pbr_measure *m, size_t offset)
{
    return (bool *)(void *)((char *)m + offset);
}

/* Any count or sum that is another, or known only then or only now, is other data. */
static void every_count_and_sum_is_data(void **state)
{
    (void)state;
    static const size_t counts[] = {
        offsetof(pbr_measure, starts), offsetof(pbr_measure, measurable),
        offsetof(pbr_measure, reoffenders), offsetof(pbr_measure, reoffences)};
    static const size_t sums[][2] = {SUM_OF(reoffences_squared, has_squared),
                                     SUM_OF(ogrs_sum, has_ogrs_sum),
                                     SUM_OF(ogrs_squares, has_ogrs_squares),
                                     SUM_OF(days, has_days),
                                     SUM_OF(ogrs_sum_reoffenders, has_ogrs_sum_reoffenders),
                                     SUM_OF(days_squared, has_days_squared),
                                     SUM_OF(expected, has_expected),
                                     SUM_OF(weight_squares, has_weight_squares)};
    struct world w = settled_before();
    w.runs[0].same_terms = false;
    pbr_measure *then = &w.runs[0].measures->measures[0], *now = &w.measures->measures[0];
    assert_reason(&w, "terms");
    for (size_t i = 0; i < COUNT(counts); i++) {
        int64_t *count = (int64_t *)(void *)((char *)then + counts[i]);
        ++*count;
        assert_reason(&w, "data");
        --*count;
    }
    for (size_t i = 0; i < COUNT(sums); i++) {
        mpq_set_ui(sum_at(then, sums[i][SUM]), 7, 1);
        assert_reason(&w, "terms"); /* known neither then nor now */
        *known_at(then, sums[i][KNOWN]) = true;
        assert_reason(&w, "data");
        *known_at(now, sums[i][KNOWN]) = true;
        assert_reason(&w, "data");
        mpq_set_ui(sum_at(now, sums[i][SUM]), 7, 1);
        assert_reason(&w, "terms");
    }
    end_world(&w);
}

static void the_control_group_is_data(void **state)
{
    (void)state;
    struct world w = settled_before();
    w.runs[0].same_terms = false;
    pbr_measure *then = pbr_measures_add(w.runs[0].measures);
    then->cohort = Q4;
    then->control = true;
    assert_reason(&w, "data"); /* there was one, and is none */
    then->cohort = Q1;
    assert_reason(&w, "terms");
    end_world(&w);
}

static void add_row(struct world *w, size_t cohort, const char *line, const char *id,
                    int64_t computed, int64_t due)
{
    size_t run = run_of(w, id, NULL);
    w->earlier = pbr_grow(w->earlier, &w->earlier_room, w->earlier_count + 1, sizeof *w->earlier);
    w->earlier[w->earlier_count++] = (pbr_earlier){
        .area = 0,
        .cohort = cohort,
        .line = line,
        .provider = "Alder",
        .payee = "Alder Limited",
        .disposition = "apply",
        .run = run,
        .computed_pence = computed,
        .due_pence = due,
    };
}

static void a_line_that_the_contract_no_longer_has(void **state)
{
    (void)state;
    struct world w = one_area();
    add_row(&w, Q1, "top-up", "2018-01-26-a", 5, 5);
    assert_null(try_settle(&w, "2018-04-26-b", (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "unknown-line");
    end_world(&w);
    w = one_area();
    add_row(&w, Q2, "top-up", "2018-01-26-a", 5, 5); /* of a year that is not settled now */
    pbr_settlement *s = SETTLE(&w, "2018-04-26-b", Q4);
    pbr_settlement_free(s);
    end_world(&w);
}

/* A line's amount is the latest run's, whatever the order of the rows; of one day, the one with the
 * last id. */
static void the_latest_run_counts(void **state)
{
    (void)state;
    struct world w = one_area();
    add_row(&w, Q1, "binary", "2018-04-26-0", 3000000, -2000000);
    add_row(&w, Q1, "binary", "2018-01-26-f", 5000000, 5000000);
    set_price(&w, 0, "2015/16", "maximum", "9000000.00");
    pbr_settlement *s = SETTLE(&w, "2018-07-26-c", Q4);
    assert_null(payment_to(s, 0, Q1, "binary", NULL));
    assert_int_equal(s->caps[0].computed_pence, 24000000 + 3000000);
    pbr_settlement_free(s);
    add_row(&w, Q1, "binary", "2018-04-26-9", 3500000, 500000);
    add_row(&w, Q1, "binary", "2018-04-26-5", 4000000, 0);
    s = SETTLE(&w, "2018-07-26-c", Q4);
    assert_null(payment_to(s, 0, Q1, "binary", NULL));
    assert_int_equal(s->caps[0].computed_pence, 24000000 + 3500000);
    pbr_settlement_free(s);
    add_row(&w, Q1, "binary", "2018-04-26-a", 4500000, 0);
    s = SETTLE(&w, "2018-07-26-c", Q4);
    assert_row(s, Q1, "binary", 4500000, 4500000, 3500000, "cap");
    assert_int_equal(s->caps[0].computed_pence, 24000000 + 4500000);
    pbr_settlement_free(s);
    end_world(&w);
    w = one_area();
    add_row(&w, Q4, "binary", "2018-04-26-0", 3000000, 3000000);
    add_row(&w, Q4, "binary", "2018-04-26-9", 4000000, 1000000);
    s = SETTLE(&w, "2018-07-26-c", Q4); /* settled again: what runs came to no longer matters */
    assert_row(s, Q4, "binary", 24000000, 10000000, 4000000, "data");
    pbr_settlement_free(s);
    end_world(&w);
}

/* The rows of a line settled to two payees are one amount. */
static void amounts_of_a_run_are_summed_over_its_payees(void **state)
{
    (void)state;
    struct world w = new_world();
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    for (size_t area = 0; area < 3; area++) {
        count_plain(&w, area, Q4, 1000, 560);
        count_plain(&w, area, Q1, 1000, 440);
    }
    pbr_settlement *s = SETTLE(&w, "2018-01-26-a", Q1);
    remember(&w, s);
    pbr_settlement_free(s);
    s = SETTLE(&w, "2018-04-26-b", Q4);
    /* the deduction of Q4 frees 240,000: Q1 gets 320,000 instead of 100,000, each payee its part */
    int64_t birch = payment_to(s, 1, Q1, "binary", "Birch Limited")->due_pence;
    int64_t cedar = payment_to(s, 1, Q1, "binary", "Cedar Limited")->due_pence;
    assert_int_equal(birch + cedar, 22000000);
    assert_int_equal(birch, 15824175 - 4945054);
    pbr_settlement_free(s);
    end_world(&w);
}

/* What somebody without a share was paid before counts against the share that takes the residue: of
 * 100,000 Birch has 45/91 and Cedar, the payee of now, the rest; 7,000 went to a third. */
static void what_a_stranger_was_paid_counts_against_the_residue(void **state)
{
    (void)state;
    struct world w = new_world();
    w.terms->payee.rule = PBR_PRO_RATA_DAYS;
    for (size_t area = 0; area < 3; area++) count_plain(&w, area, Q1, 1000, 440);
    add_row(&w, Q1, "binary", "2018-01-26-a", 700000, 700000);
    w.earlier[0].area = 1;
    pbr_settlement *s = SETTLE(&w, "2018-04-26-b", Q1);
    assert_int_equal(payment_to(s, 1, Q1, "binary", "Birch Limited")->due_pence, 4945054);
    assert_int_equal(payment_to(s, 1, Q1, "binary", "Cedar Limited")->previous_pence, 700000);
    assert_int_equal(payment_to(s, 1, Q1, "binary", "Cedar Limited")->due_pence, 5054946 - 700000);
    pbr_settlement_free(s);
    end_world(&w);
}

static void histories_that_do_not_fit(void **state)
{
    (void)state;
    static const int64_t huge = INT64_MAX - 5;
    struct world w = one_area();
    add_row(&w, Q4, "binary", "2018-01-26-a", huge, huge);
    add_row(&w, Q4, "binary", "2018-02-26-a", huge, huge);
    assert_null(try_settle(&w, "2018-04-26-b", (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "amount-too-large");
    end_world(&w);
    w = one_area();
    add_row(&w, Q4, "binary", "2018-01-26-a", -huge, -huge);
    assert_null(try_settle(&w, "2018-04-26-b", (const size_t[]){Q4}, 1));
    assert_only_error(w.diag, "amount-too-large");
    end_world(&w);
    w = one_area(); /* under one cap with a line that is not in this run */
    set_price(&w, 0, "2015/16", "maximum", "92233720368547758.07");
    set_price(&w, 0, "2015/16", "fee", "0.00");
    add_row(&w, Q4, "binary", "2018-01-26-a", huge, huge);
    count_plain(&w, 0, Q1, 1000, 440);
    assert_null(try_settle(&w, "2018-04-26-b", (const size_t[]){Q1}, 1));
    assert_only_error(w.diag, "amount-too-large");
    end_world(&w);
}

/* Other money of one payee, and what was carried forward, of either sign: each fits, and the sums
 * do not. */
static void totals_of_a_payee_that_do_not_fit(void **state)
{
    (void)state;
    static const int64_t huge = INT64_MAX - 5;
    static const struct {
        int64_t amounts[2], settled, carried;
        bool fits;
    } cases[] = {
        {{huge - 10000000, 0}, 0, 0, true}, {{huge, 1}, 0, 0, false},
        {{huge, huge}, 0, 0, false},        {{-huge, -huge}, 0, 0, false},
        {{huge, 0}, -6, 0, false},          {{-huge, 0}, 0, -huge, false},
        {{0, 0}, 0, -huge, true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = one_area();
        const pbr_other_line others[] = {
            {.id = "R1", .payee = "Alder Limited", .amount_pence = cases[i].amounts[0]},
            {.id = "R2", .payee = "Alder Limited", .amount_pence = cases[i].amounts[1]},
        };
        const pbr_earlier_other settled = {"R1", cases[i].settled};
        const pbr_carried carried = {"Alder Limited", cases[i].carried};
        pbr_settle_options options = {.id = "2018-01-26-a",
                                      .as_at = day("2018-01-26"),
                                      .cohorts = (const size_t[]){Q4},
                                      .cohorts_count = 1,
                                      .others = others,
                                      .others_count = COUNT(others),
                                      .earlier_others = &settled,
                                      .earlier_others_count = 1,
                                      .carried = &carried,
                                      .carried_count = 1};
        pbr_settlement *s = pbr_settlement_make(w.contract, w.measures, &options, w.diag);
        if ((s != NULL) != cases[i].fits) fail_msg("case %zu", i);
        if (!s) assert_only_error(w.diag, "amount-too-large");
        pbr_settlement_free(s);
        end_world(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_same_again_pays_nothing),
        cmocka_unit_test(a_restatement_pays_the_difference),
        cmocka_unit_test(a_cap_remembers_earlier_runs),
        cmocka_unit_test(a_cap_for_life_remembers_other_years),
        cmocka_unit_test(a_cohort_that_comes_late_takes_its_place_in_the_cap),
        cmocka_unit_test(what_a_restatement_frees_goes_to_others),
        cmocka_unit_test(a_difference_goes_to_the_payee_of_now),
        cmocka_unit_test(a_difference_has_one_reason),
        cmocka_unit_test(every_count_and_sum_is_data),
        cmocka_unit_test(the_control_group_is_data),
        cmocka_unit_test(a_line_that_the_contract_no_longer_has),
        cmocka_unit_test(the_latest_run_counts),
        cmocka_unit_test(amounts_of_a_run_are_summed_over_its_payees),
        cmocka_unit_test(what_a_stranger_was_paid_counts_against_the_residue),
        cmocka_unit_test(histories_that_do_not_fit),
        cmocka_unit_test(totals_of_a_payee_that_do_not_fit),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
