/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is within what, for lines that are net of others: days at the edges of cohorts decide. */
#include "support.h"

#include "settle/claim.h"

enum { NAMED, SHORT, POOL, QUARTER, YEAR, JULY, AUGUST, APRIL, LATE, COHORTS };

static pbr_date day(const char *text)
{
    pbr_date out = 0;
    assert_true(pbr_date_parse(text, strlen(text), &out));
    return out;
}

static pbr_cohort cohort(pbr_period kind, const char *name, const char *from, const char *to,
                         const char *contract_year)
{
    return (pbr_cohort){.kind = kind,
                        .name = (char *)name,
                        .from = day(from),
                        .to = day(to),
                        .contract_year = (char *)contract_year};
}

static void months_lie_within_what_holds_them_whole(void **state)
{
    (void)state;
    pbr_cohort all[COHORTS] = {
        [NAMED] = cohort(PBR_NAMED, "Whole", "2015-07-01", "2015-09-01", "2015/16"),
        [SHORT] = cohort(PBR_NAMED, "Short", "2015-07-02", "2015-08-31", "2015/16"),
        [POOL] = cohort(PBR_POOL, "Pool", "2015-07-01", "2015-09-01", "2015/16"),
        [QUARTER] = cohort(PBR_QUARTER, "2015Q3", "2015-07-01", "2015-10-01", "2015/16"),
        [YEAR] = cohort(PBR_YEAR, "2015/16", "2015-04-01", "2016-04-01", "2015/16"),
        [JULY] = cohort(PBR_MONTH, "2015-07", "2015-07-01", "2015-08-01", "2015/16"),
        [AUGUST] = cohort(PBR_MONTH, "2015-08", "2015-08-01", "2015-09-01", "2015/16"),
        [APRIL] = cohort(PBR_MONTH, "2016-04", "2016-04-01", "2016-05-01", "2016/17"),
        [LATE] = cohort(PBR_QUARTER, "2016Q2", "2016-04-01", "2016-07-01", "2016/17"),
    };
    all[POOL].members = (char *)"Whole;Other";
    static const struct {
        size_t part, whole;
        bool within;
    } cases[] = {
        {JULY, JULY, true},     {JULY, AUGUST, false}, {JULY, NAMED, true},
        {AUGUST, NAMED, true},  {JULY, SHORT, false},  {AUGUST, SHORT, false},
        {JULY, QUARTER, true},  {AUGUST, POOL, true},  {JULY, YEAR, true},
        {APRIL, YEAR, false},   {APRIL, LATE, true},   {APRIL, QUARTER, false},
        {QUARTER, YEAR, true},  {LATE, YEAR, false},   {YEAR, QUARTER, false},
        {QUARTER, JULY, false}, {NAMED, POOL, true},   {SHORT, POOL, false},
        {POOL, NAMED, false},   {NAMED, SHORT, false}, {SHORT, NAMED, false},
    };
    pbr_contract contract = {.cohorts = all, .cohorts_count = COHORTS};
    for (size_t i = 0; i < COUNT(cases); i++)
        if (pbr_claim_is_within(&contract, cases[i].part, cases[i].whole) != cases[i].within)
            fail_msg("%s within %s", all[cases[i].part].name, all[cases[i].whole].name);
}

/* 500 are claimed net of 200: 300 are left, whichever of the two claims is first. */
static void the_first_claim_may_be_net_of_a_later_one(void **state)
{
    (void)state;
    pbr_cohort all[] = {cohort(PBR_QUARTER, "2015Q3", "2015-07-01", "2015-10-01", "2015/16")};
    const pbr_contract contract = {.cohorts = all, .cohorts_count = COUNT(all)};
    char *others[] = {(char *)"plain"};
    const pbr_line plain = {.id = (char *)"plain"};
    const pbr_line top_up = {.id = (char *)"top-up", .net_of = others, .net_of_count = 1};
    for (size_t first = 0; first < 2; first++) {
        pbr_claim items[2] = {0};
        items[first] = (pbr_claim){.line = &top_up, .computed_pence = 500, .capped_pence = 500};
        items[!first] = (pbr_claim){.line = &plain, .computed_pence = 200, .capped_pence = 200};
        pbr_claims claims = {.items = items, .count = COUNT(items)};
        pbr_claims_net(&claims, &contract);
        assert_int_equal(items[first].capped_pence, 300);
        assert_int_equal(items[first].net_pence, 300);
        assert_int_equal(items[!first].capped_pence, 200);
        assert_int_equal(items[!first].net_pence, 200);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(months_lie_within_what_holds_them_whole),
        cmocka_unit_test(the_first_claim_may_be_net_of_a_later_one),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
