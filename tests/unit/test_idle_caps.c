/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which caps are told to pay nothing or never to bind, and at what amounts: the room of the
 * sample's cap is 100,000 pounds in 2015/16 and 90,000 in 2016/17, in each of three areas. */
#include "sample_contract.h"

#define RULES "rules/first.yaml"
#define BY_UNITS(price) "kind: per-unit, from: baseline, price: " price
#define BETTER(price) "better: {" BY_UNITS(price)
#define FIXED(price)                                                                               \
    {                                                                                              \
        RULES, BY_UNITS(price), "kind: fixed, price: " price                                       \
    }
/* 2 x (4,000 + 1,000) + 2,000 pounds in 2015/16, and 4,100 + 1,010 + 2,020 in 2016/17 */
#define ALL_FIXED FIXED("binary_price"), FIXED("frequency_price"), FIXED("year_price")

#define STEPS                                                                                      \
    "table,at_least,value,clause,source,status\n"                                                  \
    "own,5,30000,c,sample,illustrative\nown,10,10000,c,sample,illustrative\n"                      \
    "other,5,90000,c,sample,illustrative\n"

/* The cap is over monthly lines alone, of six months in 2015/16 and three in 2016/17. */
#define MONTHLY(lines)                                                                             \
    {"scheme.yaml", "year-starts", "first-month: 2015-10\nlast-month: 2016-06\nyear-starts"},      \
        {RULES, "periods: [quarter, year]", "periods: [month, quarter, year]"},                    \
        {RULES, "over: [binary, frequency, binary-year]", "over: [monthly]"},                      \
        {RULES, "maximum, minus: fee", "maximum"},                                                 \
    {                                                                                              \
        RULES, "caps:\n", lines "caps:\n"                                                          \
    }
#define FEE                                                                                        \
    "  - {id: monthly, title: M, kind: fee, period: month, price: fee, residue: last-instalment"

static const struct idle {
    const char *why;
    struct change changes[8];
    int64_t count;
    const char *said;
} cases[] = {
    {"units have no most", {{0}}, 0, NULL},
    {"fixed",
     {ALL_FIXED},
     6,
     "its limit is GBP 100,000.00, and its lines come to at most GBP 12,000.00"},
    {"fixed, of the other year",
     {ALL_FIXED},
     6,
     "is GBP 90,000.00, and its lines come to at most GBP 7,130.00"},
    {"the limit is reached to the penny",
     {ALL_FIXED, {"prices.csv", "900000.00,800000.00", "812000.00,800000.00"}},
     3,
     "contract year 2016/17"},
    {"a penny more than that",
     {ALL_FIXED, {"prices.csv", "900000.00,800000.00", "812000.01,800000.00"}},
     6,
     "its limit is GBP 12,000.01"},
    {"a worse result may pay more, if it is fixed",
     {ALL_FIXED,
      {RULES, "worse: {kind: fixed, price: binary_price", "worse: {kind: fixed, price: fee"}},
     0,
     NULL},
    {"a worse result by units pays nothing",
     {{RULES, BETTER("binary_price"), "better: {kind: fixed, price: binary_price"},
      {RULES, BETTER("frequency_price"), "better: {kind: fixed, price: frequency_price"},
      {RULES, BETTER("year_price"), "better: {kind: fixed, price: year_price"}},
     6,
     "at most GBP 12,000.00"},
    {"the highest step of its own table",
     {{RULES, BETTER("binary_price"), "better: {kind: steps, table: own"}, ALL_FIXED},
     6,
     "at most GBP 64,000.00"},
    {"a share of the price",
     {{RULES, BETTER("frequency_price"),
       "better: {kind: share, price: binary_price, share: fee, most: \"62.5\""},
      ALL_FIXED},
     6,
     "at most GBP 15,000.00"},
    {"in proportion up to the price",
     {{RULES, BETTER("binary_price"),
       "better: {kind: linear, price: binary_price, least: \"5\", full: \"20\""},
      ALL_FIXED},
     6,
     "at most GBP 12,000.00"},
    {"a refund is no payment",
     {{RULES, BETTER("year_price"),
       "neither: {kind: refund, price: fee}\n    better: {kind: fixed, price: year_price"},
      ALL_FIXED},
     6,
     "at most GBP 12,000.00"},
    {"slices have no most",
     {{RULES, BETTER("binary_price"), "better: {kind: slices, table: own, price: binary_price"},
      ALL_FIXED},
     0,
     NULL},
    {"six instalments and their residue",
     {MONTHLY(FEE "}\n")},
     6,
     "its limit is GBP 900,000.00, and its lines come to at most GBP 400,000.72"},
    {"nobody knows an index", {MONTHLY(FEE ", index: cpi, index-base: 2015/16}\n")}, 0, NULL},
    {"a credit only deducts",
     {MONTHLY("  - {id: monthly, title: M, kind: credit, period: month, price: fee, measure: m,\n"
              "     target: \"95\", scale: [{below: \"95\", deduct: \"1\"}]}\n")},
     6,
     "at most GBP 0.00"},
    {"volumes have no most",
     {MONTHLY("  - {id: monthly, title: M, kind: volume, period: month, price: fee,\n"
              "     weights: [{type: order, band: any, weight: \"1\"}], band-low: binary_price,\n"
              "     band-high: binary_price, predicted: binary_price, marginal: binary_price,\n"
              "     divisor: edge}\n")},
     0,
     NULL},
    {"nothing is left of the limit",
     {{"prices.csv", "900000.00,800000.00", "800000.00,800000.00"}},
     3,
     "pays nothing in area A1, contract year 2015/16: its limit is GBP 0.00"},
    {"less than nothing is left, and that all lines are fixed is no matter",
     {ALL_FIXED, {"prices.csv", "900000.00,8", "700000.00,8"}},
     6,
     "pays nothing in area A1, contract year 2016/17: its limit is GBP -110,000.00"},
    {"per line: for one result",
     {{RULES, "per: year-of-formation", "per: line"},
      {RULES, "maximum, minus: fee", "year_price"},
      ALL_FIXED},
     0,
     NULL},
};

/* Is this said of any of the caps? */
static bool is_said(const pbr_finding *finding, const char *words)
{
    for (size_t i = 0; finding && i < finding->kept; i++)
        if (strstr(finding->problems[i].message, words)) return true;
    return false;
}

static void expect(const char *why, const char *folder, int64_t count, const char *said)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = pbr_contract_load(folder, diag);
    const pbr_finding *idle = finding_of(diag, "idle-cap");
    assert_no_errors(diag);
    if (reported(diag, "idle-cap") != count || (said && !is_said(idle, said)))
        fail_msg("%s: %d caps are idle, the first: %s", why, (int)reported(diag, "idle-cap"),
                 idle ? idle->problems[0].message : "");
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}

static void idle_caps_are_told(void **state)
{
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        char *folder = new_folder();
        size_t count = 0;
        while (count < COUNT(cases[i].changes) && cases[i].changes[count].file) count++;
        write_sample(folder, cases[i].changes, count);
        free(write_in(folder, "steps.csv", STEPS));
        free(write_in(folder, "indices.csv",
                      "series,contract_year,value,clause,source,status\n"
                      "cpi,2015/16,100,c,sample,illustrative\n"
                      "cpi,2016/17,200,c,sample,illustrative\n"));
        expect(cases[i].why, folder, cases[i].count, cases[i].said);
        remove_folder(folder);
    }
}

/* A cap over the life of a contract has a row of its own; whether it can bind is not judged. */
static void caps_for_life_may_pay_nothing(void **state)
{
    (void)state;
    for (int nothing = 0; nothing < 2; nothing++) {
        char *folder = new_folder();
        const struct change changes[] = {
            ALL_FIXED,
            {RULES, "per: year-of-formation", "per: life"},
            {"prices.csv", "A1,2015/16",
             nothing ? "A1,life,0,0,0,800000.00,800000.00,c,sample,illustrative\nA1,2015/16"
                     : "A1,life,0,0,0,900000.00,800000.00,c,sample,illustrative\nA1,2015/16"}};
        write_sample(folder, changes, COUNT(changes));
        expect("for life", folder, nothing,
               nothing ? "contract year life: its limit is GBP 0.00" : NULL);
        remove_folder(folder);
    }
}

/* In area A2 another version begins with 2016Q1: in 2015/16 both fill the same pot. It is told once
 * that the pot is empty, and not judged whether it can be reached. */
static void versions_share_a_pot(void **state)
{
    (void)state;
    for (int empty = 0; empty < 2; empty++) {
        char *folder = new_folder();
        const char *limit = empty ? "800000.00,800000.00" : "900000.00,800000.00";
        const struct change changes[] = {
            {"prices.csv", "900000.00,800000.00", limit},
            ALL_FIXED,
            {"agreements.csv", "2016-02-15,first", "2016-01-01,first"},
            {"agreements.csv", "2016-02-15,,first", "2016-01-01,,second"}};
        write_sample(folder, changes, COUNT(changes));
        char *first = path_in(folder, RULES), *second = path_in(folder, "rules/second.yaml");
        assert_int_equal(link(first, second), 0);
        expect(empty ? "an empty pot" : "a shared pot", folder, empty ? 6 : 5, NULL);
        free(first);
        free(second);
        remove_folder(folder);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(idle_caps_are_told),
        cmocka_unit_test(caps_for_life_may_pay_nothing),
        cmocka_unit_test(versions_share_a_pot),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
