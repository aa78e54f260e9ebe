/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A small invented contract as text, and a way to write it to a folder with some places changed.
 * Areas A1, A2, A3; quarters 2015Q4, 2016Q1 (contract year 2015/16) and 2016Q2 (2016/17). */
#ifndef TESTS_UNIT_SAMPLE_CONTRACT_H
#define TESTS_UNIT_SAMPLE_CONTRACT_H

#include "support.h"

#include "contract/load.h"

static const char sample_scheme[] = "title: Sample\n"
                                    "description: an invented scheme\n"
                                    "commissioner: Nobody\n"
                                    "contact: nobody\n"
                                    "currency: GBP\n"
                                    "amounts: exclude VAT\n"
                                    "year-starts: april\n"
                                    "first-cohort: 2015Q4\n"
                                    "last-cohort: 2016Q2\n"
                                    "documents:\n"
                                    "  - {id: sample, title: The sample, where: here}\n"
                                    "publication: {rule: least-count, least: 10, zeros: shown, "
                                    "totals: withheld-with-a-part}\n"
                                    "clause: all\n"
                                    "source: sample\n"
                                    "status: illustrative\n";

static const char sample_rules[] =
    "title: First version\n"
    "cohort:\n"
    "  periods: [quarter, year]\n"
    "  year-members: sum-of-quarters\n"
    "  start-types: [release, order]\n"
    "persons: {count: first-start-in-period, within: area, deduplicate: after-exclusions}\n"
    "exclude:\n"
    "  - {id: nps, column: managed_by, is: NPS, reason: managed elsewhere}\n"
    "unmeasurable:\n"
    "  - {id: no-score, column: ogrs, blank: \"yes\", reason: no score}\n"
    "transferred: {column: transferred_on, treatment: keep}\n"
    "follow-up: {months: 12, waiting-months: 6, month-end: clamp, last-day: excluded}\n"
    "reoffence:\n"
    "  outcomes: [conviction, caution]\n"
    "  same-offence: once-at-first-proof\n"
    "  ignore:\n"
    "    - {id: breach, column: breach, is: \"yes\", reason: breach}\n"
    "metrics:\n"
    "  - {id: binary, kind: persons-with-event-per-person, compare-with: baseline, baseline: "
    "\"2011\",\n"
    "     adjust: score-difference, reference: same-row, score: invented}\n"
    "  - {id: frequency, kind: events-per-person-with-event, compare-with: baseline, baseline: "
    "\"2011\", adjust: none}\n"
    "lines:\n"
    "  - id: binary\n"
    "    title: Binary\n"
    "    kind: outcome\n"
    "    change: units\n"
    "    metric: binary\n"
    "    period: quarter\n"
    "    test: {kind: given, round-thresholds: none, round-rate: none, minimum-cohort: 0}\n"
    "    better: {kind: per-unit, from: baseline, price: binary_price}\n"
    "    worse: {kind: per-unit, from: baseline, price: binary_price}\n"
    "  - id: frequency\n"
    "    title: Frequency\n"
    "    kind: outcome\n"
    "    change: units\n"
    "    metric: frequency\n"
    "    period: quarter\n"
    "    test: {kind: given, round-thresholds: none, round-rate: none, minimum-cohort: 0}\n"
    "    gate: {line: binary, result: [better], applies-to: pay, over: same-cohort}\n"
    "    better: {kind: per-unit, from: baseline, price: frequency_price}\n"
    "    worse: {kind: per-unit, from: baseline, price: frequency_price}\n"
    "  - id: binary-year\n"
    "    title: Binary, year\n"
    "    kind: outcome\n"
    "    change: units\n"
    "    metric: binary\n"
    "    period: year\n"
    "    test: {kind: one-sample-z, level: 0.95, sides: 2, variance: binomial,\n"
    "           round-thresholds: 4, round-rate: none, minimum-cohort: 0}\n"
    "    better: {kind: per-unit, from: baseline, price: year_price}\n"
    "    worse: {kind: per-unit, from: baseline, price: year_price}\n"
    "caps:\n"
    "  - {id: pot, over: [binary, frequency, binary-year], per: year-of-formation,\n"
    "     limit: maximum, minus: fee, headroom: net}\n"
    "rounding: {amount: penny, mode: half-even, units: none}\n"
    "versions: {rules-at: cohort-start, prices-at: contract-year-of-cohort-start}\n"
    "payee: {rule: provider-at-settlement, formation-day: last-day, after-end: last-provider}\n"
    "due: {days-after-settlement: 30}\n"
    "negative-total: {treatment: carry-forward}\n"
    "clause: clause 1\n"
    "source: sample\n"
    "status: illustrative\n";

static const char sample_areas[] = "cpa,name\nA1,North\nA2,East\nA3,South\n";

static const char sample_agreements[] =
    "cpa,from,to,rules,provider,payee,clause,source,status\n"
    "A1,2015-02-01,,first,Alder,Alder Limited,c,sample,illustrative\n"
    "A2,2015-02-01,2016-02-15,first,Birch,Birch Limited,c,sample,illustrative\n"
    "A2,2016-02-15,,first,Cedar,Cedar Limited,c,sample,illustrative\n"
    "A3,2015-02-01,2017-10-01,first,Alder,Alder Limited,c,sample,illustrative\n";

/* Every area has the same baselines. */
static const char sample_baselines[] =
    "cpa,cohort,metric,year,cases,rate,sd,ogrs_mean,lower,upper,terminate,clause,source,status\n"
    "A1,Q4,binary,2011,1000,50,,40,45,55,70,c,sample,illustrative\n"
    "A1,Q1,binary,2011,3000,52,,44,47,57,70,c,sample,illustrative\n"
    "A1,Q2,binary,2011,2000,51,,41,46,56,70,c,sample,illustrative\n"
    "A1,Q3,binary,2011,4000,51,,43,46,56,70,c,sample,illustrative\n"
    "A1,annual,binary,2011,10000,51,,42,,,,c,sample,illustrative\n"
    "A1,Q4,frequency,2011,500,3,2,,2.5,3.5,,c,sample,illustrative\n"
    "A1,Q1,frequency,2011,500,3,2,,2.5,3.5,,c,sample,illustrative\n"
    "A1,Q2,frequency,2011,500,3,2,,2.5,3.5,,c,sample,illustrative\n"
    "A1,annual,frequency,2011,2000,3,2,,2.5,3.5,,c,sample,illustrative\n";

static const char sample_prices[] =
    "cpa,contract_year,binary_price,frequency_price,year_price,maximum,fee,clause,source,status\n"
    "A1,2015/16,4000.00,1000.00,2000.00,900000.00,800000.00,c,sample,illustrative\n"
    "A1,2016/17,4100.00,1010.00,2020.00,900000.00,810000.00,c,sample,illustrative\n";

/* A change to one file: every `from` becomes `to`; a NULL from gives the whole text. */
struct change {
    const char *file, *from, *to;
};

/* A copy of text with every `from` as `to`; fails if there is none. */
static inline char *replaced(const char *text, const char *from, const char *to)
{
    char *out = pbr_strdup("");
    const char *at = text, *hit;
    for (size_t used = 0; (hit = strstr(at, from)); at = hit + strlen(from)) {
        char *more = pbr_sprintf("%s%.*s%s", out, (int)(hit - at), at, to);
        free(out);
        out = more;
        used++;
    }
    if (at == text) fail_msg("\"%s\" is not in the sample", from);
    char *whole = pbr_sprintf("%s%s", out, at);
    free(out);
    return whole;
}

/* The rows of A1 once more for A2 and A3. */
static inline char *for_every_area(const char *table)
{
    char *rows = strchr(pbr_strdup(table), '\n') + 1;
    char *second = replaced(rows, "A1,", "A2,"), *third = replaced(rows, "A1,", "A3,");
    char *whole = pbr_sprintf("%s%s%s", table, second, third);
    free(second);
    free(third);
    free(rows - (strchr(table, '\n') + 1 - table));
    return whole;
}

static inline void write_sample(const char *folder, const struct change *changes, size_t count)
{
    char *baselines = for_every_area(sample_baselines), *prices = for_every_area(sample_prices);
    const struct {
        const char *file, *text;
    } files[] = {
        {"scheme.yaml", sample_scheme}, {"rules/first.yaml", sample_rules},
        {"areas.csv", sample_areas},    {"agreements.csv", sample_agreements},
        {"baselines.csv", baselines},   {"prices.csv", prices},
    };
    char *rules = path_in(folder, "rules");
    assert_int_equal(mkdir(rules, 0777), 0);
    for (size_t i = 0; i < COUNT(files); i++) {
        char *text = pbr_strdup(files[i].text);
        for (size_t k = 0; k < count; k++) {
            if (strcmp(changes[k].file, files[i].file) != 0) continue;
            char *changed = changes[k].from ? replaced(text, changes[k].from, changes[k].to)
                                            : pbr_strdup(changes[k].to);
            free(text);
            text = changed;
        }
        free(write_in(folder, files[i].file, text));
        free(text);
    }
    free(rules);
    free(baselines);
    free(prices);
}

/* Loads the sample with changes; problems go to diag. */
static inline pbr_contract *load_changed(const struct change *changes, size_t count, pbr_diag *diag)
{
    char *folder = new_folder();
    write_sample(folder, changes, count);
    pbr_contract *contract = pbr_contract_load(folder, diag);
    remove_folder(folder);
    return contract;
}

/* The same where it must load. */
static inline pbr_contract *load_sample(const struct change *changes, size_t count)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_changed(changes, count, diag);
    assert_no_errors(diag);
    assert_non_null(contract);
    pbr_diag_free(diag);
    return contract;
}

static inline pbr_date day(const char *text)
{
    pbr_date date = PBR_NO_DATE;
    assert_true(pbr_date_parse(text, strlen(text), &date));
    return date;
}

#endif
