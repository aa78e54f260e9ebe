/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Two settlements of the same lines: how many verdicts differ, and why one could not be made. */
#include "settle_support.h"

#include "settle/again.h"

#define RUN "2018-01-26-a"

/* Better, worse and neither in four areas and cohorts; the other settlement differs in three. */
static void verdicts_are_compared_line_by_line(void **state)
{
    (void)state;
    pbr_result before[] = {
        {.area = 0, .cohort = Q4, .verdict = PBR_BETTER},
        {.area = 0, .cohort = Q4, .verdict = PBR_NEITHER},
        {.area = 0, .cohort = Q1, .verdict = PBR_BETTER},
        {.area = 1, .cohort = Q4, .verdict = PBR_WORSE},
        {.area = 1, .cohort = Q1, .verdict = PBR_WORSE},
    };
    pbr_result after[COUNT(before)];
    memcpy(after, before, sizeof before);
    after[0].verdict = PBR_NEITHER;
    after[1].verdict = PBR_WORSE;
    after[4].verdict = PBR_NO_RESULT;
    const pbr_settlement a = {.results = before, .results_count = COUNT(before)};
    pbr_settlement b = {.results = after, .results_count = COUNT(after)};
    assert_int_equal(pbr_verdicts_changed(&a, &a, PBR_NONE, PBR_NONE), 0);
    assert_int_equal(pbr_verdicts_changed(&a, &b, PBR_NONE, PBR_NONE), 3);
    assert_int_equal(pbr_verdicts_changed(&a, &b, 0, Q4), 2);
    assert_int_equal(pbr_verdicts_changed(&a, &b, 0, Q1), 0);
    assert_int_equal(pbr_verdicts_changed(&a, &b, 1, Q4), 0);
    assert_int_equal(pbr_verdicts_changed(&a, &b, 1, Q1), 1);
    b.results_count = 4; /* what only one of them has is no change */
    assert_int_equal(pbr_verdicts_changed(&a, &b, PBR_NONE, PBR_NONE), 2);
    assert_int_equal(pbr_verdicts_changed(&b, &a, PBR_NONE, PBR_NONE), 2);
}

static void what_cannot_be_settled_again_says_why(void **state)
{
    (void)state;
    struct world w = new_world();
    only_first_area(&w);
    count_plain(&w, 0, Q4, 1000, 440);
    pbr_settle_options options = {
        .id = RUN, .as_at = day("2018-01-26"), .cohorts = (const size_t[]){Q4}, .cohorts_count = 1};
    const pbr_settled settled = {.options = &options, .arena = w.contract->arena};
    const char *why = "";
    pbr_settlement *s = pbr_settled_again(&settled, w.contract, w.measures, &why);
    assert_non_null(s);
    assert_null(why);
    pbr_settlement_free(s);
    options.cohorts = (const size_t[]){Q1};
    assert_null(pbr_settled_again(&settled, w.contract, w.measures, &why));
    assert_non_null(strstr(why, "area A1 has no starts in cohort 2016Q1"));
    end_world(&w);
}

/* Warnings, and errors too many to be kept, are not what stopped it. */
static void the_first_error_says_why(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_arena *arena = pbr_arena_new();
    assert_null(pbr_first_error(diag, arena));
    pbr_warn(diag, "a-warning", PBR_NOWHERE, "told first");
    assert_null(pbr_first_error(diag, arena));
    pbr_error(diag, "an-error", PBR_NOWHERE, "told next");
    pbr_error(diag, "another", PBR_NOWHERE, "told last");
    assert_string_equal(pbr_first_error(diag, arena), "told next");
    pbr_arena_free(arena);
    pbr_diag_free(diag);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(verdicts_are_compared_line_by_line),
        cmocka_unit_test(what_cannot_be_settled_again_says_why),
        cmocka_unit_test(the_first_error_says_why),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
