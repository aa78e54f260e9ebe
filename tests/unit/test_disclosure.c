/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What publication.xlsx withholds, case by case: counts are written down, and what must not be told
 * of them. The least count is 10, a count of nobody is shown, unless a case says otherwise. */
#include "sample_contract.h"

#include "report/disclosure.h"

#define SCHEME "scheme.yaml"
#define RULES "rules/first.yaml"

struct world {
    pbr_contract *contract;
    pbr_measures *measures;
    pbr_disclosure *disclosure;
};

static struct world new_world(const struct change *changes, size_t count)
{
    return (struct world){.contract = load_sample(changes, count), .measures = pbr_measures_new()};
}

static void end(struct world *w)
{
    pbr_disclosure_free(w->disclosure);
    pbr_measures_free(w->measures);
    pbr_contract_free(w->contract);
}

static pbr_measure *add(struct world *w, const char *cohort, int64_t starts, int64_t eligible,
                        int64_t measurable, int64_t reoffenders)
{
    pbr_measure *m = pbr_measures_add(w->measures);
    m->cohort = pbr_contract_cohort(w->contract, cohort);
    m->starts = starts;
    m->eligible = eligible;
    m->measurable = measurable;
    m->reoffenders = reoffenders;
    return m;
}

/* A cohort of which everything may be told: 40 excluded, 40 unmeasurable. */
static void add_large(struct world *w, const char *cohort, int64_t measurable, int64_t reoffenders)
{
    add(w, cohort, measurable + 80, measurable + 40, measurable, reoffenders);
}

/* Starts of one cohort that ended for a reason. */
static void end_for(struct world *w, const char *cohort, const char *stage, const char *reason,
                    int64_t starts)
{
    pbr_attrition *row = pbr_attrition_add(w->measures);
    row->cohort = pbr_contract_cohort(w->contract, cohort);
    row->stage = stage;
    row->reason = reason;
    row->starts = starts;
    row->sequence = w->measures->attrition_count;
}

static void decide(struct world *w)
{
    w->disclosure = pbr_disclosure_new(w->contract, w->measures, NULL, 0);
}

static size_t at(const struct world *w, const char *cohort)
{
    return pbr_contract_cohort(w->contract, cohort); /* of the first area */
}

static bool outcome(const struct world *w, const char *cohort)
{
    return pbr_withholds_outcome(w->disclosure, 0, at(w, cohort));
}

/* "e" for eligible, "s" for starts, "p" for persons: what is withheld of a cohort's counts; then
 * the reasons of the ledger that are. */
static void assert_counts(const struct world *w, const char *cohort, const char *expected)
{
    char told[64] = "";
    size_t i = at(w, cohort);
    if (w->disclosure->persons[i]) strcat(told, "p");
    if (w->disclosure->eligible[i]) strcat(told, "e");
    if (w->disclosure->starts[i]) strcat(told, "s");
    for (size_t k = 0; k < w->measures->attrition_count; k++)
        if (w->measures->attrition[k].cohort == i && w->disclosure->reasons[k]) {
            strcat(told, " ");
            strcat(told, w->measures->attrition[k].reason);
        }
    assert_string_equal(told, expected);
}

/* --- outcomes --- */

static void large_counts_are_shown(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add_large(&w, "2015Q4", 20, 10);
    decide(&w);
    assert_false(outcome(&w, "2015Q4"));
    assert_counts(&w, "2015Q4", "");
    assert_true(outcome(&w, "2016Q1")); /* nobody knows how large it is */
    assert_true(pbr_withholds_outcome(w.disclosure, 1, at(&w, "2015Q4")));
    end(&w);
}

static void one_small_quarter_hides_its_year(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add_large(&w, "2015Q4", 800, 400);
    add_large(&w, "2016Q1", 800, 9);
    add_large(&w, "2015/16", 1600, 409);
    add_large(&w, "2016Q2", 800, 400);
    decide(&w);
    assert_true(outcome(&w, "2015Q4") && outcome(&w, "2016Q1") && outcome(&w, "2015/16"));
    assert_false(outcome(&w, "2016Q2"));
    assert_counts(&w, "2016Q1", ""); /* how many were measured is not small */
    end(&w);
}

/* Reoffenders of 500 measured, and whether the outcome is withheld with zeros shown, withheld. */
static void each_part_of_the_measured_is_judged(void **state)
{
    static const struct {
        int64_t reoffenders;
        bool shown, withheld;
    } cases[] = {{0, false, true},    {1, true, true},   {9, true, true},   {10, false, false},
                 {490, false, false}, {491, true, true}, {499, true, true}, {500, true, true}};
    const struct change zeros = {SCHEME, "zeros: shown", "zeros: withheld"};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++)
        for (size_t k = 0; k < 2; k++) {
            struct world w = new_world(&zeros, k);
            add_large(&w, "2015Q4", 500, cases[i].reoffenders);
            decide(&w);
            assert_int_equal(outcome(&w, "2015Q4"), k ? cases[i].withheld : cases[i].shown);
            end(&w);
        }
}

static void the_least_count_is_a_term(void **state)
{
    const struct change least = {SCHEME, "least: 10", "least: 5"};
    (void)state;
    struct world w = new_world(&least, 1);
    add_large(&w, "2015Q4", 500, 5);
    add_large(&w, "2016Q2", 500, 4);
    decide(&w);
    assert_false(outcome(&w, "2015Q4"));
    assert_true(outcome(&w, "2016Q2"));
    end(&w);
}

static void a_small_control_group_hides_what_it_is_compared_with(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add_large(&w, "2015Q4", 500, 250);
    add(&w, "2015Q4", 500, 500, 500, 3)->control = true;
    decide(&w);
    assert_true(outcome(&w, "2015Q4"));
    assert_counts(&w, "2015Q4", "");
    end(&w);
}

static void few_measured_hide_everything(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add(&w, "2015Q4", 900, 850, 800, 400);
    add(&w, "2016Q1", 109, 59, 9, 4);
    end_for(&w, "2015Q4", "excluded", "a", 50);
    end_for(&w, "2015Q4", "unmeasurable", "b", 50);
    end_for(&w, "2015Q4", "counted", "counted", 800);
    decide(&w);
    assert_counts(&w, "2015Q4", "pes a b counted");
    assert_counts(&w, "2016Q1", "pes");
    end(&w);
}

/* A year that counts each person once: what its quarters have beyond it are those who came again.
 */
static void a_small_difference_is_a_small_count(void **state)
{
    (void)state;
    for (int64_t again = 9; again <= 10; again++) {
        struct world w = new_world(NULL, 0);
        add_large(&w, "2015Q4", 500, 250);
        add_large(&w, "2016Q1", 500, 250);
        add_large(&w, "2015/16", 1000, 500 - again);
        decide(&w);
        assert_int_equal(outcome(&w, "2015Q4"), again < 10);
        end(&w);
    }
}

static void a_cohort_that_others_are_compared_with_is_one_of_them(void **state)
{
    const struct change changes[] = {
        {RULES, "compare-with: baseline, baseline: \"2011\", adjust: none}",
         "compare-with: cohort, cohort: 2015Q4, adjust: none}"},
        {RULES,
         "    metric: frequency\n    period: quarter\n    test: {kind: given, round-thresholds",
         "    metric: frequency\n    period: quarter\n    test: {kind: none, round-thresholds"}};
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct world w = new_world(changes, k ? COUNT(changes) : 0);
        add_large(&w, "2015Q4", 500, 5);
        add_large(&w, "2016Q2", 500, 250);
        decide(&w);
        assert_int_equal(outcome(&w, "2016Q2"), k);
        end(&w);
    }
}

static void a_cap_over_the_life_binds_all_cohorts(void **state)
{
    const struct change changes[] = {
        {RULES, "per: year-of-formation", "per: life"},
        {"prices.csv", "A1,2016/17,",
         "A1,life,4100,1010,2020,900000,1,c,sample,illustrative\nA1,2016/17,"},
        {"prices.csv", "A2,2016/17,",
         "A2,life,4100,1010,2020,900000,1,c,sample,illustrative\nA2,2016/17,"},
        {"prices.csv", "A3,2016/17,",
         "A3,life,4100,1010,2020,900000,1,c,sample,illustrative\nA3,2016/17,"}};
    (void)state;
    struct world w = new_world(changes, COUNT(changes));
    add_large(&w, "2015Q4", 500, 5);
    add_large(&w, "2016Q2", 500, 250);
    decide(&w);
    assert_true(outcome(&w, "2016Q2"));
    end(&w);
}

/* Quarters are bound by the year that they are parts of, and, where there is none, by its caps. */
static void parts_and_contract_years_bind_cohorts(void **state)
{
    (void)state;
    for (size_t k = 0; k < 2; k++) {
        struct world w = new_world(NULL, 0);
        pbr_cohort *cohorts = w.contract->cohorts;
        for (size_t i = 0; i < w.contract->cohorts_count && k; i++) cohorts[i].kind = PBR_NAMED;
        if (!k) cohorts[at(&w, "2016Q1")].contract_year = "another";
        add_large(&w, "2015Q4", 500, 250);
        add_large(&w, "2016Q1", 500, 5);
        decide(&w);
        assert_true(outcome(&w, "2015Q4"));
        end(&w);
    }
}

/* --- the ledger --- */

/* Starts that ended for reasons a, b, c (excluded) and x, y (unmeasurable) of a cohort in which 500
 * were measured; NO: there is no such reason. */
enum { NO = -1 };

static void add_ledger(struct world *w, const char *cohort, const int64_t starts[5])
{
    static const char *const reasons[] = {"a", "b", "c", "x", "y"};
    int64_t excluded = 0, unmeasurable = 0;
    for (size_t i = 0; i < 5; i++) {
        if (starts[i] == NO) continue;
        *(i < 3 ? &excluded : &unmeasurable) += starts[i];
        end_for(w, cohort, i < 3 ? "excluded" : "unmeasurable", reasons[i], starts[i]);
    }
    add(w, cohort, 500 + excluded + unmeasurable, 500 + unmeasurable, 500, 250);
    end_for(w, cohort, "counted", "counted", 500);
}

static void reasons_are_withheld_with_a_partner(void **state)
{
    static const struct {
        int64_t starts[5];
        const char *withheld;
    } cases[] = {
        {{40, 30, 20, 25, 15}, ""},
        {{5, 20, 30, 25, 15}, " a b"},  /* the smallest that hides it */
        {{5, 0, 30, 25, 15}, " a c"},   /* nobody hides nothing */
        {{5, 4, 30, 25, 15}, " a b c"}, /* two small ones come to 9 */
        {{5, 6, 30, 25, 15}, " a b"},   /* to 11 */
        {{40, 30, 20, 25, 5}, " x y"},
        {{40, 30, 20, 5, NO}, "e c x"}, /* no partner in its stage: both stages are one */
        {{5, NO, NO, 25, 15}, "e a y"},
        {{5, NO, NO, 5, NO}, "e a x"},  /* 10 in all */
        {{5, NO, NO, 4, NO}, "es a x"}, /* 9 in all: starts less measured would tell */
        {{5, NO, NO, NO, NO}, "s a"},   /* eligible are those measured */
        {{NO, NO, NO, 5, NO}, "es x"},
        {{40, 30, 20, NO, NO}, ""},
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = new_world(NULL, 0);
        add_ledger(&w, "2015Q4", cases[i].starts);
        decide(&w);
        assert_counts(&w, "2015Q4", cases[i].withheld);
        assert_false(outcome(&w, "2015Q4"));
        end(&w);
    }
}

/* The first quarter of the year was settled before, and is not in this run's data. */
static void a_quarter_of_an_earlier_run_is_judged_too(void **state)
{
    static const struct {
        int64_t first, second; /* its reoffenders in two earlier runs, of which the later counts */
        bool withheld;
    } cases[] = {{250, 250, false}, {250, 9, true}, {9, 250, false}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = new_world(NULL, 0), old = w, older = w;
        old.measures = pbr_measures_new();
        older.measures = pbr_measures_new();
        add_large(&older, "2015Q4", 500, cases[i].first);
        add_large(&old, "2015Q4", 500, cases[i].second);
        add_ledger(&w, "2016Q1", (int64_t[5]){5, 20, 30, 25, 15});
        const pbr_earlier_run runs[] = {{.measures = older.measures}, {.measures = old.measures}};
        w.disclosure = pbr_disclosure_new(w.contract, w.measures, runs, COUNT(runs));
        assert_int_equal(outcome(&w, "2016Q1"), cases[i].withheld);
        assert_int_equal(outcome(&w, "2015Q4"), cases[i].withheld);
        assert_counts(&w, "2016Q1", " a b"); /* its own ledger alone */
        pbr_measures_free(old.measures);
        pbr_measures_free(older.measures);
        end(&w);
    }
}

static void reasons_are_withheld_alike_in_a_year(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add_ledger(&w, "2015Q4", (int64_t[5]){50, 40, 30, 25, 15});
    add_ledger(&w, "2016Q1", (int64_t[5]){50, 3, 30, 25, 15});
    add_ledger(&w, "2015/16", (int64_t[5]){100, 43, 60, 50, 30});
    add_ledger(&w, "2016Q2", (int64_t[5]){50, 40, 30, 25, 15});
    decide(&w);
    assert_counts(&w, "2015Q4", " b c");
    assert_counts(&w, "2016Q1", " b c");
    assert_counts(&w, "2015/16", " b c");
    assert_counts(&w, "2016Q2", "");
    end(&w);
}

/* Large in every cohort, but three came in both quarters: it has a partner all the same. */
static void a_reason_with_a_small_difference_has_a_partner(void **state)
{
    (void)state;
    struct world w = new_world(NULL, 0);
    add_ledger(&w, "2015Q4", (int64_t[5]){50, 40, 30, 25, 15});
    add_ledger(&w, "2016Q1", (int64_t[5]){50, 40, 30, 25, 15});
    add_ledger(&w, "2015/16", (int64_t[5]){115, 77, 60, 50, 30});
    decide(&w);
    assert_counts(&w, "2015/16", " b c");
    end(&w);
}

/* No reason is small, nor any difference of one; but the sums of the stages differ a little. A
 * stage of which every reason is shown tells its sum. */
static void a_sum_with_a_small_difference_is_not_told_by_its_reasons(void **state)
{
    static const struct {
        int64_t year[5]; /* where both quarters are 50, 40, 30, 25, 15 */
        const char *withheld;
    } cases[] = {
        {{120, 65, 60, 70, 30}, "e c y"},  /* excluded by 5; all left out by 25 */
        {{120, 65, 60, 50, 30}, "s c"},    /* excluded by 5, and so all */
        {{120, 65, 60, 70, 14}, "es c y"}, /* excluded by 5, unmeasurable by 4, all by 9 */
    };
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = new_world(NULL, 0);
        add_ledger(&w, "2015Q4", (int64_t[5]){50, 40, 30, 25, 15});
        add_ledger(&w, "2016Q1", (int64_t[5]){50, 40, 30, 25, 15});
        add_ledger(&w, "2015/16", cases[i].year);
        decide(&w);
        assert_counts(&w, "2015/16", cases[i].withheld);
        end(&w);
    }
}

static void a_stage_without_reasons_is_no_secret(void **state)
{
    const struct change zeros = {SCHEME, "zeros: shown", "zeros: withheld"};
    (void)state;
    struct world w = new_world(&zeros, 1);
    add_ledger(&w, "2015Q4", (int64_t[5]){40, 30, 20, NO, NO});
    decide(&w);
    assert_counts(&w, "2015Q4", "");
    end(&w);
}

static void counts_without_a_ledger_are_judged_by_their_differences(void **state)
{
    static const struct {
        int64_t starts, eligible;
        const char *withheld;
    } cases[] = {{600, 550, ""},  {600, 595, "e"},  {600, 505, "e"},
                 {505, 500, "s"}, {506, 503, "es"}, {500, 500, ""}};
    (void)state;
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct world w = new_world(NULL, 0);
        add(&w, "2015Q4", cases[i].starts, cases[i].eligible, 500, 250);
        decide(&w);
        assert_counts(&w, "2015Q4", cases[i].withheld);
        end(&w);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(large_counts_are_shown),
        cmocka_unit_test(one_small_quarter_hides_its_year),
        cmocka_unit_test(each_part_of_the_measured_is_judged),
        cmocka_unit_test(the_least_count_is_a_term),
        cmocka_unit_test(a_small_control_group_hides_what_it_is_compared_with),
        cmocka_unit_test(few_measured_hide_everything),
        cmocka_unit_test(a_small_difference_is_a_small_count),
        cmocka_unit_test(a_cohort_that_others_are_compared_with_is_one_of_them),
        cmocka_unit_test(a_cap_over_the_life_binds_all_cohorts),
        cmocka_unit_test(a_quarter_of_an_earlier_run_is_judged_too),
        cmocka_unit_test(parts_and_contract_years_bind_cohorts),
        cmocka_unit_test(reasons_are_withheld_with_a_partner),
        cmocka_unit_test(reasons_are_withheld_alike_in_a_year),
        cmocka_unit_test(a_reason_with_a_small_difference_has_a_partner),
        cmocka_unit_test(a_sum_with_a_small_difference_is_not_told_by_its_reasons),
        cmocka_unit_test(a_stage_without_reasons_is_no_secret),
        cmocka_unit_test(counts_without_a_ledger_are_judged_by_their_differences),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
