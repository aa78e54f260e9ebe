/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_contract.h"

#include "contract/cohorts.h"

#define RULES "rules/first.yaml"
#define AGREEMENTS "agreements.csv"
#define BASELINES "baselines.csv"
#define PRICES "prices.csv"
#define SCHEME "scheme.yaml"

static const pbr_metric *metric_of(const pbr_contract *contract, const char *id)
{
    const pbr_metric *metric = pbr_terms_metric(contract->rules[0].terms, id);
    assert_non_null(metric);
    return metric;
}

/* --- the contracts of this repository -----------------------------------------------------------
 */

static void published_contracts_load(void **state)
{
    (void)state;
    static const char *const folders[] = {"contracts/transforming-rehabilitation",
                                          "fixtures/worked/contract",
                                          "fixtures/moj-published/contract/"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        pbr_diag *diag = pbr_diag_new();
        pbr_contract *contract = pbr_contract_load(folders[i], diag);
        assert_no_errors(diag);
        assert_non_null(contract);
        pbr_contract_free(contract);
        pbr_diag_free(diag);
    }
    pbr_contract_free(NULL);
}

/* --- periods ------------------------------------------------------------------------------------
 */

/* By last day, and a quarter before the year that ends with it. A year that the scheme cuts short
 * holds only the quarters that the scheme has. */
static void periods_are_in_order(void **state)
{
    (void)state;
    static const struct {
        const char *name, *from, *to, *year, *baseline;
        pbr_period kind;
    } wanted[] = {
        {"2015Q4", "2015-10-01", "2016-01-01", "2015/16", "Q4", PBR_QUARTER},
        {"2016Q1", "2016-01-01", "2016-04-01", "2015/16", "Q1", PBR_QUARTER},
        {"2015/16", "2015-10-01", "2016-04-01", "2015/16", "annual", PBR_YEAR},
        {"2016Q2", "2016-04-01", "2016-07-01", "2016/17", "Q2", PBR_QUARTER},
        {"2016/17", "2016-04-01", "2016-07-01", "2016/17", "annual", PBR_YEAR},
    };
    pbr_contract *contract = load_sample(NULL, 0);
    assert_int_equal(contract->cohorts_count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        const pbr_cohort *cohort = &contract->cohorts[i];
        assert_string_equal(cohort->name, wanted[i].name);
        assert_int_equal(cohort->from, day(wanted[i].from));
        assert_int_equal(cohort->to, day(wanted[i].to));
        assert_string_equal(cohort->contract_year, wanted[i].year);
        assert_string_equal(cohort->baseline, wanted[i].baseline);
        assert_int_equal(cohort->kind, wanted[i].kind);
        assert_int_equal(pbr_contract_cohort(contract, wanted[i].name), i);
    }
    assert_true(pbr_contract_cohort(contract, "2015Q3") == PBR_NONE);
    assert_int_equal(pbr_contract_cohort_on(contract, PBR_QUARTER, day("2015-12-31")), 0);
    assert_int_equal(pbr_contract_cohort_on(contract, PBR_QUARTER, day("2016-01-01")), 1);
    assert_int_equal(pbr_contract_cohort_on(contract, PBR_YEAR, day("2016-03-31")), 2);
    assert_true(pbr_contract_cohort_on(contract, PBR_QUARTER, day("2015-09-30")) == PBR_NONE);
    assert_true(pbr_contract_cohort_on(contract, PBR_NAMED, day("2015-12-31")) == PBR_NONE);
    pbr_contract_free(contract);
}

static void years_are_named_by_their_first_month(void **state)
{
    (void)state;
    static const struct {
        const char *month, *day, *year;
    } cases[] = {
        {"april", "2016-03-31", "2015/16"},   {"april", "2016-04-01", "2016/17"},
        {"january", "2016-12-31", "2016"},    {"january", "2017-01-01", "2017"},
        {"october", "2015-09-30", "2014/15"}, {"july", "1999-07-01", "1999/00"},
    };
    pbr_contract *contract = load_sample(NULL, 0);
    for (size_t i = 0; i < COUNT(cases); i++) {
        contract->scheme->year_starts = pbr_arena_printf(contract->arena, "%s", cases[i].month);
        assert_string_equal(pbr_contract_year_of(contract, day(cases[i].day)), cases[i].year);
    }
    pbr_contract_free(contract);
}

/* --- lookups ------------------------------------------------------------------------------------
 */

static void agreements_hold_from_inclusive_to_exclusive(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    size_t a2 = pbr_contract_area(contract, "A2", 2), a3 = pbr_contract_area(contract, "A3", 2);
    assert_true(pbr_contract_area(contract, "A", 1) == PBR_NONE);
    assert_true(pbr_contract_area(contract, "A22", 3) == PBR_NONE);
    assert_null(pbr_contract_agreement(contract, a2, day("2015-01-31")));
    assert_string_equal(pbr_contract_agreement(contract, a2, day("2015-02-01"))->provider, "Birch");
    assert_string_equal(pbr_contract_agreement(contract, a2, day("2016-02-14"))->provider, "Birch");
    assert_string_equal(pbr_contract_agreement(contract, a2, day("2016-02-15"))->provider, "Cedar");
    assert_string_equal(pbr_contract_agreement(contract, a2, day("2099-12-31"))->provider, "Cedar");
    assert_non_null(pbr_contract_agreement(contract, a3, day("2017-09-30")));
    assert_null(pbr_contract_agreement(contract, a3, day("2017-10-01")));
    assert_true(pbr_contract_active(contract, a3, day("2017-09-30"), day("2018-01-01")));
    assert_false(pbr_contract_active(contract, a3, day("2017-10-01"), day("2018-01-01")));
    assert_false(pbr_contract_active(contract, a3, day("2014-10-01"), day("2015-02-01")));
    pbr_contract_free(contract);
}

/* A2 passes to rules "second" on 2016-02-15, inside 2016Q1. */
static pbr_contract *load_two_versions(const char *rules_at)
{
    static const char switched[] =
        "A2,2016-02-15,,second,Cedar,Cedar Limited,c,sample,illustrative";
    char *folder = new_folder(), *wanted = pbr_sprintf("rules-at: %s", rules_at);
    pbr_diag *diag = pbr_diag_new();
    struct change changes[] = {
        {AGREEMENTS, "A2,2016-02-15,,first,Cedar,Cedar Limited,c,sample,illustrative", switched},
        {RULES, "rules-at: cohort-start", wanted},
    };
    write_sample(folder, changes, COUNT(changes));
    char *first = path_in(folder, RULES), *text = read_text(first);
    free(write_in(folder, "rules/second.yaml", text));
    pbr_contract *contract = pbr_contract_load(folder, diag);
    assert_no_errors(diag);
    pbr_diag_free(diag);
    free(first);
    free(text);
    free(wanted);
    remove_folder(folder);
    return contract;
}

static void the_version_follows_the_stated_day(void **state)
{
    (void)state;
    static const struct {
        const char *rules_at, *cohort, *as_at, *name;
    } cases[] = {
        {"cohort-start", "2015Q4", "2018-01-01", "first"},
        {"cohort-start", "2016Q1", "2018-01-01", "first"},
        {"cohort-start", "2016Q2", "2018-01-01", "second"},
        {"cohort-end", "2015Q4", "2018-01-01", "first"},
        {"cohort-end", "2016Q1", "2018-01-01", "second"},
        {"cohort-end", "2015/16", "2018-01-01", "second"},
        {"settlement", "2015Q4", "2018-01-01", "second"},
        {"settlement", "2015Q4", "2016-02-14", "first"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pbr_contract *contract = load_two_versions(cases[i].rules_at);
        size_t cohort = pbr_contract_cohort(contract, cases[i].cohort);
        const pbr_rules *rules = pbr_contract_rules(contract, 1, cohort, day(cases[i].as_at));
        assert_string_equal(rules->name, cases[i].name);
        pbr_contract_free(contract);
    }
}

/* Sample: (3000*44 + 2000*41 + 4000*43 + 1000*40) / 10000 = 42.6; the mean of the means is 42. */
static void the_reference_mean_is_read_where_the_terms_say(void **state)
{
    (void)state;
    static const char q3[] = "A2,Q3,binary,2011,4000,51,,43,46,56,70,c,sample,illustrative\n";
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_metric metric = *metric_of(contract, "binary");
    mpq_t mean;
    mpq_init(mean);
    metric.reference = PBR_SAME_ROW;
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[0], &metric, mean));
    assert_ratio(mean, 40, 1);
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[1], &metric, mean));
    assert_ratio(mean, 44, 1);
    metric.reference = PBR_ANNUAL_ROW;
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[0], &metric, mean));
    assert_ratio(mean, 42, 1);
    metric.reference = PBR_POOLED_ROWS;
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[0], &metric, mean));
    assert_ratio(mean, 426, 10);
    pbr_contract_free(contract);
    struct change gone = {BASELINES, q3, ""};
    contract = load_sample(&gone, 1);
    metric = *metric_of(contract, "binary");
    metric.reference = PBR_POOLED_ROWS;
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[0], &metric, mean));
    assert_false(pbr_contract_reference(contract, 1, &contract->cohorts[0], &metric, mean));
    mpq_clear(mean);
    pbr_contract_free(contract);
}

/* The national series: means of the four quarters of 2011 weighted by persons, 33.72891761851 as
 * published by the Ministry of Justice. */
static void the_pooled_mean_of_2011_is_the_published_one(void **state)
{
    (void)state;
    char text[PBR_RATIO_TEXT];
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = pbr_contract_load("fixtures/moj-published/contract", diag);
    assert_non_null(contract);
    mpq_t mean;
    mpq_init(mean);
    assert_true(pbr_contract_reference(contract, 0, &contract->cohorts[0],
                                       metric_of(contract, "binary"), mean));
    assert_string_equal(pbr_ratio_text(text, mean, 8), "33.72891762");
    mpq_clear(mean);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}

static void rows_are_found_by_all_their_keys(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_metric metric = *metric_of(contract, "frequency");
    const pbr_baseline *row = pbr_contract_baseline(contract, 2, "Q1", &metric);
    assert_non_null(row);
    assert_ratio(row->rate, 3, 1);
    assert_ratio(row->lower, 5, 2);
    assert_false(row->has_terminate);
    assert_null(pbr_contract_baseline(contract, 2, "Q3", &metric));
    metric.baseline = (char *)"2015-16";
    assert_null(pbr_contract_baseline(contract, 2, "Q1", &metric));
    const pbr_price *price = pbr_contract_price(contract, 1, "2016/17");
    size_t column = pbr_contract_money_column(contract, "binary_price");
    assert_ratio(price->amounts[column], 4100, 1);
    assert_null(pbr_contract_price(contract, 1, "2017/18"));
    assert_true(pbr_contract_money_column(contract, "no_price") == PBR_NONE);
    pbr_contract_free(contract);
}

static void lines_caps_and_periods_are_found(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    const pbr_terms *terms = contract->rules[0].terms;
    assert_ptr_equal(pbr_terms_line(terms, "frequency"), &terms->lines[1]);
    assert_null(pbr_terms_line(terms, "freq"));
    assert_null(pbr_terms_metric(terms, "freq"));
    assert_ptr_equal(pbr_terms_cap(terms, "binary-year", PBR_CAP_YEAR), &terms->caps[0]);
    assert_null(pbr_terms_cap(terms, "none", PBR_CAP_YEAR));
    assert_true(pbr_terms_has_period(terms, PBR_QUARTER));
    assert_false(pbr_terms_has_period(terms, PBR_NAMED));
    assert_string_equal(terms->lines[0].test.from.clause, "clause 1");
    assert_int_equal(terms->lines[1].gate->from.status, PBR_ILLUSTRATIVE);
    pbr_contract_free(contract);
}

static void files_are_recorded_with_their_digests(void **state)
{
    (void)state;
    static const char *const wanted[] = {AGREEMENTS, "areas.csv", BASELINES, PRICES, RULES, SCHEME};
    char *folder = new_folder(), digest[PBR_SHA256_TEXT];
    pbr_diag *diag = pbr_diag_new();
    write_sample(folder, NULL, 0);
    pbr_contract *contract = pbr_contract_load(folder, diag);
    assert_int_equal(contract->files_count, COUNT(wanted));
    for (size_t i = 0; i < COUNT(wanted); i++) {
        char *path = path_in(folder, wanted[i]);
        assert_string_equal(contract->files[i].name, wanted[i]);
        assert_true(pbr_sha256_file(path, digest));
        assert_string_equal(contract->files[i].sha256, digest);
        free(path);
    }
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    remove_folder(folder);
}

/* --- what must be refused -----------------------------------------------------------------------
 */

/* Each change alone and the id that must be reported for it. */
static const struct {
    struct change change;
    const char *id;
} refused[] = {
    /* terms that do not go together */
    {{RULES, "is: NPS", "is: NPS, blank: \"no\""}, "bad-filter"},
    {{RULES, "is: NPS, ", ""}, "bad-filter"},
    {{RULES, "blank: \"yes\"", "blank: maybe"}, "bad-filter"},
    {{RULES, "is: NPS", "before: tomorrow"}, "bad-filter"},
    {{RULES, "is: NPS", "before: 2015-02-30"}, "bad-filter"},
    {{RULES, "breach, is: \"yes\"", "offence_date, before: start"}, "bad-filter"},
    {{RULES, "ignore:\n", "ignore:\n    - {id: breach, column: x, is: y, reason: z}\n"},
     "repeated-id"},
    {{RULES, "level: 0.95, ", ""}, "missing-term"},
    {{RULES, "variance: binomial,", ""}, "missing-term"},
    {{RULES, "level: 0.95", "level: 95"}, "bad-term"},
    {{RULES, "level: 0.95", "level: 1"}, "bad-term"},
    {{RULES, "level: 0.95", "level: high"}, "bad-term"},
    {{RULES, "sides: 2", "sides: 3"}, "bad-term"},
    /* one-sided at 0.05: the quantile is negative and the limits cross */
    {{RULES, "level: 0.95, sides: 2", "level: 0.05, sides: 1"}, "bad-term"},
    {{RULES, "variance: binomial", "variance: pooled"}, "bad-term"},
    {{RULES, "round-thresholds: 4", "round-thresholds: none"}, "bad-term"},
    {{RULES, "round-thresholds: 4", "round-thresholds: 11"}, "bad-term"},
    {{RULES, "round-thresholds: 4", "round-thresholds: -1"}, "bad-term"},
    {{RULES, "kind: one-sample-z", "kind: none"}, "idle-term"},
    {{RULES, "kind: one-sample-z", "kind: normal-mean"}, "idle-term"},
    {{RULES, "metric: binary\n    period: year", "metric: frequency\n    period: year"},
     "bad-term"},
    {{RULES, "line: binary,", "line: binry,"}, "unknown-line"},
    {{RULES, "line: binary,", "line: frequency,"}, "bad-gate"},
    {{RULES, "line: binary,", "line: binary-year,"}, "bad-gate"},
    {{RULES, "over: [binary, ", "over: [bianry, "}, "unknown-line"},
    {{RULES, "over: [binary, ", "over: [binary, binary, "}, "bad-cap"},
    {{RULES, "over: [binary, frequency, binary-year], per: year-of-formation,\n",
      "over: [binary], per: year-of-formation, limit: fee, headroom: net}\n"
      "  - {id: pot, over: [frequency, binary-year], per: year-of-formation,\n"},
     "repeated-id"},
    {{RULES, "metric: frequency\n", "metric: frequencies\n"}, "unknown-metric"},
    {{RULES, "periods: [quarter, year]", "periods: [quarter]"}, "bad-term"},
    {{RULES, "- id: binary-year", "- id: binary"}, "repeated-id"},
    {{RULES, "- id: binary-year", "- id: \"binary/year\""}, "bad-name"},
    {{RULES, "reference: same-row, ", ""}, "missing-term"},
    {{RULES, "adjust: none}", "adjust: none, reference: annual}"}, "idle-term"},
    {{RULES, "months: 12", "months: 0"}, "bad-term"},
    {{RULES, "waiting-months: 6", "waiting-months: 121"}, "bad-term"},
    {{RULES, "column: transferred_on, treatment: keep", "treatment: exclude"}, "missing-term"},
    {{RULES, "source: sample", "source: hearsay"}, "unknown-source"},
    {{RULES, "clause: clause 1\n", ""}, "no-provenance"},
    /* tables that leave a gap, overlap or do not hold what the terms need */
    {{AGREEMENTS, "2016-02-15,first,Birch", "2016-02-14,first,Birch"}, "gap"},
    {{AGREEMENTS, "2016-02-15,first,Birch", "2016-02-16,first,Birch"}, "overlap"},
    {{AGREEMENTS, "2016-02-15,first,Birch", ",first,Birch"}, "overlap"},
    {{AGREEMENTS, "A1,2015-02-01,,first,Alder,Alder Limited,c,sample,illustrative\n", ""},
     "missing-area"},
    {{AGREEMENTS, "A1,2015-02-01,,first", "A1,2015-02-01,,frist"}, "unknown-rules"},
    {{AGREEMENTS, "A1,2015-02-01,,", "A1,2015-02-01,2015-02-01,"}, "bad-range"},
    {{AGREEMENTS, "Birch Limited", "../Birch"}, "bad-name"},
    {{AGREEMENTS, "Birch Limited", ".Birch"}, "bad-name"},
    {{AGREEMENTS, "Birch Limited", "=Birch"}, "bad-name"},
    {{AGREEMENTS, "A1,2015", "A9,2015"}, "unknown-area"},
    {{"areas.csv", "A2,East", "A1,East"}, "repeated-row"},
    {{BASELINES, "A1,Q1,binary,2011", "A1,Q4,binary,2011"}, "repeated-row"},
    {{BASELINES, "A1,Q1,binary,2011", "A1,Q1,binary,2012"}, "missing-baseline"},
    {{BASELINES, "A1,Q4,binary,2011,1000,50,,40,45,55", "A1,Q4,binary,2011,1000,50,,40,,55"},
     "missing-baseline"},
    {{BASELINES, "A1,Q4,binary,2011,1000,50,,40,45", "A1,Q4,binary,2011,1000,50,,,45"},
     "missing-baseline"},
    {{BASELINES, "A1,Q4,binary,2011,1000,50,,40,45,55", "A1,Q4,binary,2011,1000,50,,40,56,55"},
     "bad-range"},
    {{BASELINES, "A1,annual,binary,2011,10000,51", "A1,annual,binary,2011,10000,151"},
     "out-of-range"},
    {{BASELINES, "A1,Q4,binary,2011,1000,50", "A1,Q4,binary,2011,1000,-50"}, "out-of-range"},
    {{PRICES, "A1,2016/17", "A1,2017/18"}, "missing-price"},
    {{PRICES, "A1,2016/17", "A1,2015/16"}, "repeated-row"},
    {{PRICES, "A1,2015/16,4000.00", "A1,2015/16,4000.001"}, "bad-decimal"},
    {{PRICES, "binary_price", "binary_prise"}, "unknown-column"},
    {{SCHEME, "year-starts: april", "year-starts: April"}, "bad-term"},
    {{SCHEME, "year-starts: april", "year-starts: may"}, "bad-term"},
    {{SCHEME, "first-cohort: 2015Q4", "first-cohort: 2016Q4"}, "bad-term"},
    {{SCHEME, "last-cohort: 2016Q2\n", ""}, "bad-term"},
    {{SCHEME, "2015Q4\nlast", "2015Q5\nlast"}, "bad-term"},
    {{SCHEME, "first-cohort: 2015Q4\nlast-cohort: 2016Q2\n", ""}, "bad-contract"},
    {{SCHEME, "title: Sample\n", ""}, "missing-term"},
    {{SCHEME, "zeros: shown, ", ""}, "missing-term"},
    {{SCHEME, "zeros: shown", "zeros: hidden"}, "unknown-word"},
    {{SCHEME, "least: 10", "least: 0"}, "bad-term"},
    {{SCHEME, "least: 10", "least: 1001"}, "bad-term"},
    {{SCHEME, "source: sample", "source: hearsay"}, "unknown-source"},
    {{SCHEME, "status: illustrative\n", ""}, "no-provenance"},
};

static void every_fault_is_named(void **state)
{
    (void)state;
    size_t missed = 0;
    for (size_t i = 0; i < COUNT(refused); i++) {
        pbr_diag *diag = pbr_diag_new();
        pbr_contract *contract = load_changed(&refused[i].change, 1, diag);
        const pbr_finding *finding = finding_of(diag, refused[i].id);
        if (contract || !finding || finding->severity != PBR_ERROR) {
            fprintf(stderr, "%s: \"%s\" as \"%s\" is not reported as %s\n", refused[i].change.file,
                    refused[i].change.from, refused[i].change.to, refused[i].id);
            pbr_diag_print(diag, stderr, PBR_WARNING);
            missed++;
        }
        pbr_contract_free(contract);
        pbr_diag_free(diag);
    }
    assert_int_equal(missed, 0);
}

static void a_contract_folder_must_be_one(void **state)
{
    (void)state;
    static const char *const gone[] = {SCHEME, RULES, "areas.csv", AGREEMENTS, BASELINES, PRICES};
    for (size_t i = 0; i < COUNT(gone); i++) {
        char *folder = new_folder(), *path = path_in(folder, gone[i]);
        pbr_diag *diag = pbr_diag_new();
        write_sample(folder, NULL, 0);
        assert_int_equal(remove(path), 0);
        assert_null(pbr_contract_load(folder, diag));
        assert_true(pbr_diag_failed(diag));
        free(path);
        pbr_diag_free(diag);
        remove_folder(folder);
    }
    pbr_diag *diag = pbr_diag_new();
    assert_null(pbr_contract_load("/nowhere", diag));
    assert_true(pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

/* Rules that follow the settlement date need their baselines for every cohort, also those formed
 * before the version began. */
static void a_later_version_needs_its_baselines_too(void **state)
{
    (void)state;
    char *folder = new_folder();
    pbr_diag *diag = pbr_diag_new();
    struct change changes[] = {
        {AGREEMENTS, "A2,2016-02-15,,first", "A2,2017-06-01,,second"},
        {AGREEMENTS, "A2,2015-02-01,2016-02-15", "A2,2015-02-01,2017-06-01"},
        {RULES, "rules-at: cohort-start", "rules-at: settlement"},
    };
    write_sample(folder, changes, COUNT(changes));
    char *path = path_in(folder, RULES), *text = read_text(path);
    char *second = replaced(text, "baseline: \"2011\"", "baseline: \"2015\"");
    free(write_in(folder, "rules/second.yaml", second));
    assert_null(pbr_contract_load(folder, diag));
    assert_true(reported(diag, "missing-baseline") > 0);
    pbr_diag_free(diag);
    free(path);
    free(text);
    free(second);
    remove_folder(folder);
}

static pbr_contract *load_named(const char *rows, pbr_diag *diag)
{
    char *folder = new_folder();
    write_sample(folder, NULL, 0);
    free(write_in(folder, "cohorts.csv", rows));
    pbr_contract *contract = pbr_contract_load(folder, diag);
    remove_folder(folder);
    return contract;
}

static void cohorts_may_have_names(void **state)
{
    (void)state;
    static const struct {
        const char *rows, *id;
    } cases[] = {
        {"Cohort 1,2010-09-09,2012-07-01\nCohort 2,2012-07-01,2014-07-01\n", NULL},
        {"Cohort 1,2010-09-09,2012-07-01\nCohort 2,2012-06-30,2014-07-01\n", "overlap"},
        {"Cohort 1,2010-09-09,2010-09-09\n", "bad-range"},
        {"Cohort 1,2010-09-09,2012-07-01\nCohort 1,2012-07-01,2014-07-01\n", "repeated-row"},
        {"2015Q4,2010-09-09,2012-07-01\n", "repeated-row"},
        {"Cohort 1,2010-09-09,\n", "blank-date"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pbr_diag *diag = pbr_diag_new();
        char *text = pbr_sprintf("cohort,from,to\n%s", cases[i].rows);
        pbr_contract *contract = load_named(text, diag);
        if (cases[i].id)
            assert_only_error(diag, cases[i].id);
        else {
            assert_no_errors(diag);
            assert_string_equal(contract->cohorts[0].name, "Cohort 1");
            assert_string_equal(contract->cohorts[0].baseline, "Cohort 1");
            assert_string_equal(contract->cohorts[0].contract_year, "2010/11");
        }
        pbr_contract_free(contract);
        pbr_diag_free(diag);
        free(text);
    }
}

static void pricing_one_effect_twice_is_warned_of(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_changed(NULL, 0, diag);
    assert_int_equal(reported(diag, "priced-twice"), 1);
    assert_int_equal(finding_of(diag, "priced-twice")->severity, PBR_WARNING);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}

/* As many as a row of reoffences has bits for. */
static void a_contract_has_a_greatest_number_of_versions(void **state)
{
    (void)state;
    enum { MOST = 31 };
    char *folder = new_folder();
    write_sample(folder, NULL, 0);
    char *first = path_in(folder, RULES), *text = read_text(first);
    for (int version = 2; version <= MOST + 1; version++) {
        char *name = pbr_sprintf("rules/version-%d.yaml", version);
        pbr_diag *diag = pbr_diag_new();
        free(write_in(folder, name, text));
        pbr_contract *contract = pbr_contract_load(folder, diag);
        assert_int_equal(reported(diag, "bad-contract"), version > MOST);
        if (version == MOST) assert_int_equal(contract->rules_count, MOST);
        if (version == MOST) assert_no_errors(diag);
        pbr_contract_free(contract);
        pbr_diag_free(diag);
        free(name);
    }
    free(first);
    free(text);
    remove_folder(folder);
}

/* The schedule of a payee is a file of that name. */
static void a_payee_has_a_longest_name(void **state)
{
    (void)state;
    enum { MOST = 100 };
    for (size_t over = 0; over < 2; over++) {
        char name[MOST + 2] = "";
        memset(name, 'x', MOST + over);
        struct change change = {AGREEMENTS, "Birch Limited", name};
        pbr_diag *diag = pbr_diag_new();
        pbr_contract *contract = load_changed(&change, 1, diag);
        assert_int_equal(reported(diag, "bad-name"), over);
        assert_int_equal(pbr_diag_failed(diag), over);
        pbr_contract_free(contract);
        pbr_diag_free(diag);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(published_contracts_load),
        cmocka_unit_test(periods_are_in_order),
        cmocka_unit_test(years_are_named_by_their_first_month),
        cmocka_unit_test(agreements_hold_from_inclusive_to_exclusive),
        cmocka_unit_test(the_version_follows_the_stated_day),
        cmocka_unit_test(the_reference_mean_is_read_where_the_terms_say),
        cmocka_unit_test(the_pooled_mean_of_2011_is_the_published_one),
        cmocka_unit_test(rows_are_found_by_all_their_keys),
        cmocka_unit_test(lines_caps_and_periods_are_found),
        cmocka_unit_test(files_are_recorded_with_their_digests),
        cmocka_unit_test(every_fault_is_named),
        cmocka_unit_test(a_contract_folder_must_be_one),
        cmocka_unit_test(a_contract_has_a_greatest_number_of_versions),
        cmocka_unit_test(a_payee_has_a_longest_name),
        cmocka_unit_test(a_later_version_needs_its_baselines_too),
        cmocka_unit_test(cohorts_may_have_names),
        cmocka_unit_test(pricing_one_effect_twice_is_warned_of),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
