/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workings: every line worked out again from its terms. That they come to what the engine settled
 * is also held by every settlement of the property tests (settle_support.h). */
#include "settle_support.h"

static const pbr_value *value_of(const pbr_workings *all, size_t cohort, const char *line,
                                 const char *field)
{
    const pbr_working *working;
    const pbr_working_row *row = pbr_workings_row(all, 0, cohort, line, &working);
    assert_non_null(row);
    size_t stage = pbr_working_stage(working, field);
    assert_true(stage < working->stages_count);
    return row->values[stage];
}

static void is_ratio(const pbr_value *value, long top, unsigned long bottom)
{
    assert_int_equal(value->kind, PBR_VALUE_EXACT);
    assert_int_equal(mpq_cmp_si(value->exact, top, bottom), 0);
}

struct office {
    struct world w;
    pbr_settle_options options;
    pbr_settlement *settlement;
};

static const size_t only_q4[] = {Q4};

/* A1 alone: 440 of 1,000 where the baseline is 50 and better is below 45; 4,000 pounds a
 * reoffender. */
static void open_office(struct office *office)
{
    *office = (struct office){.w = new_world()};
    only_first_area(&office->w);
    count_plain(&office->w, 0, Q4, 1000, 440);
    set_price(&office->w, 0, "2015/16", "maximum", "9000000.00");
    office->options = (pbr_settle_options){
        .id = "2018-01-26-a", .as_at = day("2018-01-26"), .cohorts = only_q4, .cohorts_count = 1};
    office->settlement = pbr_settlement_make(office->w.contract, office->w.measures,
                                             &office->options, office->w.diag);
    assert_non_null(office->settlement);
}

static void close_office(struct office *office)
{
    pbr_settlement_free(office->settlement);
    end_world(&office->w);
}

static pbr_workings *work(struct office *office)
{
    return pbr_workings_make(office->settlement, office->w.measures, &office->options,
                             office->w.diag);
}

static void stages_come_to_what_the_hand_gets(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    pbr_workings *all = work(&office);
    assert_no_errors(office.w.diag);
    is_ratio(value_of(all, Q4, "binary", "rate"), 44, 1);
    is_ratio(value_of(all, Q4, "binary", "adjusted_rate"), 44, 1);
    assert_true(pbr_value_is(value_of(all, Q4, "binary", "result"), "better"));
    is_ratio(value_of(all, Q4, "binary", "units"), 60, 1);
    is_ratio(value_of(all, Q4, "binary", "amount_pence"), 24000000, 1);
    is_ratio(value_of(all, Q4, "binary", "computed_pence"), 24000000, 1);
    const pbr_working *payments = &all->payments;
    size_t due = pbr_working_stage(payments, "due_pence");
    is_ratio(payments->rows[0].values[due], 24000000, 1);
    pbr_workings_free(all);
    close_office(&office);
}

/* A penny more than the terms give: the workings refuse, and say which figure. */
static void a_figure_that_does_not_follow_is_told(void **state)
{
    (void)state;
    struct office office;
    open_office(&office);
    office.settlement->claims->items[0].computed_pence++;
    pbr_workings_free(work(&office));
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(office.w.diag, &findings);
    assert_true(pbr_diag_failed(office.w.diag));
    assert_true(count > 0);
    assert_string_equal(findings[0].id, "derivation-differs");
    close_office(&office);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(stages_come_to_what_the_hand_gets),
        cmocka_unit_test(a_figure_that_does_not_follow_is_told),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
