/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/consistency.h"

#include "base/idmap.h"
#include "contract/index.h"

#include <string.h>

struct checker {
    const pbr_contract *contract;
    pbr_diag *diag;
    pbr_idmap *said; /* what several cohorts find missing is told once */
};

static pbr_place row_of(const struct checker *c, const char *file, long line)
{
    return (pbr_place){pbr_contract_path(c->contract, file), line, line ? 1 : 0};
}

static void say_once(const struct checker *c, const char *id, pbr_place place, const char *message)
{
    const char *key =
        pbr_arena_printf(c->contract->arena, "%s:%ld %s", place.file, place.line, message);
    uint32_t new = pbr_idmap_count(c->said);
    if (pbr_idmap_add(c->said, key, strlen(key)) == new)
        pbr_error(c->diag, id, place, "%s", message);
}

static void check_neighbours(const struct checker *c, const pbr_agreement *a,
                             const pbr_agreement *b)
{
    char until[PBR_DATE_TEXT], from[PBR_DATE_TEXT];
    const char *area = c->contract->areas[a->area].code;
    pbr_place place = row_of(c, "agreements.csv", b->line);
    pbr_date_text(a->to, until);
    pbr_date_text(b->from, from);
    if (a->to == PBR_NO_DATE || a->to > b->from)
        pbr_error(c->diag, "overlap", place,
                  "area %s: this row begins %s while the row on line %ld holds until %s: let one "
                  "begin where the other ends",
                  area, from, a->line, *until ? until : "further notice");
    else if (a->to < b->from)
        pbr_error(c->diag, "gap", place,
                  "area %s: nothing is in force from %s, where the row on line %ld ends, to %s",
                  area, until, a->line, from);
}

static void check_agreements(const struct checker *c)
{
    const pbr_contract *contract = c->contract;
    for (size_t i = 1; i < contract->agreements_count; i++)
        if (contract->agreements[i].area == contract->agreements[i - 1].area)
            check_neighbours(c, &contract->agreements[i - 1], &contract->agreements[i]);
    for (size_t area = 0; area < contract->areas_count; area++) {
        bool found = false;
        for (size_t i = 0; i < contract->agreements_count && !found; i++)
            found = contract->agreements[i].area == area;
        if (!found)
            pbr_error(c->diag, "missing-area", row_of(c, "agreements.csv", 0),
                      "area %s (%s) has no agreement: add a row", contract->areas[area].code,
                      contract->areas[area].name);
    }
}

static void check_repeated_baselines(const struct checker *c)
{
    const pbr_contract *contract = c->contract;
    const pbr_row_key *keys = contract->baseline_keys;
    for (size_t i = 1; i < contract->baselines_count; i++)
        if (pbr_row_keys_are_same(&keys[i - 1], &keys[i]))
            pbr_error(c->diag, "repeated-row",
                      row_of(c, "baselines.csv", contract->baselines[keys[i].row].line),
                      "the baseline on line %ld is for the same area, cohort, metric and year: "
                      "remove one",
                      contract->baselines[keys[i - 1].row].line);
}

static void check_repeated_prices(const struct checker *c)
{
    const pbr_contract *contract = c->contract;
    const pbr_row_key *keys = contract->price_keys;
    for (size_t i = 1; i < contract->prices_count; i++)
        if (pbr_row_keys_are_same(&keys[i - 1], &keys[i]))
            pbr_error(c->diag, "repeated-row",
                      row_of(c, "prices.csv", contract->prices[keys[i].row].line),
                      "the price on line %ld is for the same area and contract year: remove one",
                      contract->prices[keys[i - 1].row].line);
}

static void missing_cell(const struct checker *c, const pbr_baseline *row, const char *column,
                         const char *why)
{
    say_once(c, "missing-baseline", row_of(c, "baselines.csv", row->line),
             pbr_arena_printf(c->contract->arena, "column %s is blank: %s", column, why));
}

static void check_reference(const struct checker *c, size_t area, const pbr_cohort *cohort,
                            const pbr_metric *metric, const pbr_baseline *row)
{
    mpq_t mean;
    mpq_init(mean);
    if (!pbr_contract_reference(c->contract, area, cohort, metric, mean))
        missing_cell(c, row, "ogrs_mean",
                     "the metric's score adjustment needs it, and cases where rows are pooled");
    mpq_clear(mean);
}

static void check_baseline_rate(const struct checker *c, const pbr_metric *metric,
                                const pbr_baseline *row)
{
    if (metric->kind == PBR_RATE && mpq_cmp_ui(row->rate, 100, 1) > 0)
        say_once(c, "out-of-range", row_of(c, "baselines.csv", row->line),
                 pbr_arena_printf(c->contract->arena,
                                  "the rate of metric \"%s\" is a percentage: at most 100",
                                  metric->id));
}

static void check_baseline_cells(const struct checker *c, const pbr_line *line,
                                 const pbr_baseline *row)
{
    const pbr_test *test = &line->test;
    if (test->kind == PBR_TEST_GIVEN && !row->has_lower)
        missing_cell(c, row, "lower", "the line's test is `given`");
    if (test->kind == PBR_TEST_GIVEN && !row->has_upper)
        missing_cell(c, row, "upper", "the line's test is `given`");
    if (test->kind == PBR_TEST_TWO_SAMPLE_Z && (!row->has_cases || row->cases < 1))
        missing_cell(c, row, "cases", "the line's test is `two-sample-z`");
    if (test->kind == PBR_TEST_NORMAL_MEAN && test->sd == PBR_SD_BASELINE && !row->has_sd)
        missing_cell(c, row, "sd", "the line's test is `normal-mean` with the baseline's sd");
}

static void check_priced(const struct checker *c, size_t area, const pbr_cohort *cohort,
                         const pbr_line *line)
{
    bool priced = line->better || line->neither || line->worse || line->price;
    if (!priced || pbr_contract_price(c->contract, area, cohort->contract_year)) return;
    say_once(c, "missing-price", row_of(c, "prices.csv", 0),
             pbr_arena_printf(c->contract->arena,
                              "area %s has no prices for contract year %s: add a row",
                              c->contract->areas[area].code, cohort->contract_year));
}

static void check_tabled_baseline(const struct checker *c, size_t area, const pbr_cohort *cohort,
                                  const pbr_rules *rules, const pbr_line *line,
                                  const pbr_metric *metric)
{
    if (cohort->kind == PBR_MONTH) return; /* no line of outcomes: refused by itself */
    const pbr_baseline *row = pbr_contract_baseline(c->contract, area, cohort->baseline, metric);
    if (!row) {
        say_once(c, "missing-baseline", row_of(c, "baselines.csv", 0),
                 pbr_arena_printf(c->contract->arena,
                                  "area %s has no baseline for cohort %s, metric %s, year %s "
                                  "(rules %s): add a row",
                                  c->contract->areas[area].code, cohort->baseline, metric->id,
                                  metric->baseline, rules->name));
        return;
    }
    check_baseline_rate(c, metric, row);
    check_baseline_cells(c, line, row);
    if (metric->adjust == PBR_SCORE_DIFFERENCE) check_reference(c, area, cohort, metric, row);
}

/* A series must have a value for each contract year that a line is paid for, and for its base. */
static void check_index(const struct checker *c, const pbr_line *line, const char *year)
{
    for (size_t i = 0; i < c->contract->indices_count; i++)
        if (!strcmp(c->contract->indices[i].series, line->index) &&
            !strcmp(c->contract->indices[i].contract_year, year))
            return;
    say_once(c, "missing-index", row_of(c, "indices.csv", 0),
             pbr_arena_printf(c->contract->arena,
                              "series \"%s\" has no value for contract year %s, which line \"%s\" "
                              "needs: add a row",
                              line->index, year, line->id));
}

/* A band has its low end below its high one, and a prediction above 0. */
static void check_band(const struct checker *c, size_t area, const char *year, const pbr_line *line)
{
    const pbr_price *row = pbr_contract_price(c->contract, area, year);
    mpq_srcptr low = pbr_contract_amount(c->contract, area, year, line->band_low),
               high = pbr_contract_amount(c->contract, area, year, line->band_high),
               predicted = pbr_contract_amount(c->contract, area, year, line->predicted);
    if (!row || !low || !high || !predicted) return;
    if (mpq_cmp(low, high) > 0 || mpq_sgn(low) <= 0 || mpq_sgn(predicted) <= 0)
        say_once(
            c, "bad-range", row_of(c, "prices.csv", row->line),
            pbr_arena_printf(c->contract->arena,
                             "the band of line \"%s\" is upside down or not above 0: \"%s\" is "
                             "the low end, \"%s\" the high one",
                             line->id, line->band_low, line->band_high));
}

static void check_line_in_area(const struct checker *c, size_t area, const pbr_cohort *cohort,
                               const pbr_rules *rules, const pbr_line *line)
{
    const pbr_metric *metric = line->metric ? pbr_terms_metric(rules->terms, line->metric) : NULL;
    if (line->period != cohort->kind) return;
    check_priced(c, area, cohort, line);
    if (line->index && line->index_base) {
        check_index(c, line, cohort->contract_year);
        check_index(c, line, line->index_base);
    }
    if (line->kind == PBR_VOLUME) check_band(c, area, cohort->contract_year, line);
    if (metric && metric->compare_with == PBR_WITH_BASELINE && metric->baseline)
        check_tabled_baseline(c, area, cohort, rules, line, metric);
}

/* A pool's members are named cohorts of the same table. */
static void check_members(const struct checker *c, size_t pool)
{
    const pbr_cohort *cohort = &c->contract->cohorts[pool];
    size_t named = 1, found = 0;
    for (const char *at = cohort->members; *at; at++) named += *at == ';';
    for (size_t i = 0; i < c->contract->cohorts_count; i++)
        found += pbr_contract_is_part(c->contract, i, pool);
    if (found != named)
        pbr_error(c->diag, "unknown-cohort", row_of(c, "cohorts.csv", 0),
                  "pool \"%s\" names %zu members, of which %zu are cohorts: separate their names "
                  "with ;",
                  cohort->name, named, found);
}

static bool cohort_is_known(const pbr_contract *contract, const char *name)
{
    return pbr_contract_cohort(contract, name) != PBR_NONE;
}

static void check_earlier_cohorts(const struct checker *c)
{
    for (size_t r = 0; r < c->contract->rules_count; r++) {
        const pbr_terms *terms = c->contract->rules[r].terms;
        for (unsigned i = 0; i < terms->metrics_count; i++)
            if (terms->metrics[i].cohort && !cohort_is_known(c->contract, terms->metrics[i].cohort))
                pbr_error(
                    c->diag, "unknown-cohort", row_of(c, c->contract->rules[r].file, 0),
                    "metric \"%s\" is compared with \"%s\", which is no cohort of the contract",
                    terms->metrics[i].id, terms->metrics[i].cohort);
    }
}

/* A cohort is settled by one version, unless the version follows the day of the settlement: then by
 * any that an agreement of the area brings in. */
static void check_cohort_in_area(const struct checker *c, size_t area, size_t k)
{
    const pbr_contract *contract = c->contract;
    uint64_t checked = 0; /* bit v: version v; there are fewer than 64 */
    for (size_t a = 0; a < contract->agreements_count; a++) {
        const pbr_agreement *row = &contract->agreements[a];
        if (row->area != area) continue;
        const pbr_rules *rules = pbr_contract_rules(contract, area, k, row->from);
        uint64_t bit = rules ? UINT64_C(1) << (rules - contract->rules) : 0;
        if (!rules || checked & bit) continue;
        checked |= bit;
        for (unsigned i = 0; i < rules->terms->lines_count; i++)
            check_line_in_area(c, area, &contract->cohorts[k], rules, &rules->terms->lines[i]);
    }
}

/* Everything that any cohort of the scheme will ask of the tables is asked here. */
static void check_needs(const struct checker *c)
{
    for (size_t area = 0; area < c->contract->areas_count; area++)
        for (size_t k = 0; k < c->contract->cohorts_count; k++) check_cohort_in_area(c, area, k);
}

void pbr_check_tables(const pbr_contract *contract, pbr_diag *diag)
{
    struct checker c = {contract, diag, pbr_idmap_new()};
    check_agreements(&c);
    check_repeated_baselines(&c);
    check_repeated_prices(&c);
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (contract->cohorts[i].kind == PBR_POOL) check_members(&c, i);
    check_earlier_cohorts(&c);
    check_needs(&c);
    pbr_idmap_free(c.said);
}
