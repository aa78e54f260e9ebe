/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/metrics_csv.h"

#include "measure/mapping.h"
#include "measure/years.h"

enum { SCORE_PLACES = 12, SQUARES_PLACES = 12 };

enum {
    CPA,
    COHORT,
    STARTS,
    ELIGIBLE,
    MEASURABLE,
    REOFFENDERS,
    REOFFENCES,
    SQUARED,
    OGRS_SUM,
    GROUP,
    OGRS_SQUARES,
    OGRS_REOFFENDERS,
    DAYS,
    DAYS_SQUARED,
    EXPECTED,
    WEIGHT_SQUARES,
    SNAPSHOT,
    RIPE,
    COLUMNS
};

static const char *const groups[] = {"treated", "control", NULL};
static const char *const yes_no[] = {"yes", "no", NULL};
#define COUNT_COLUMN(column, words)                                                                \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .description = words, .example = "1250"                 \
    }
#define SUM_COLUMN(column, how, words)                                                             \
    {                                                                                              \
        .name = column, .kind = PBR_DECIMAL, .presence = how, .places = SCORE_PLACES,              \
        .least = "0", .description = words, .example = "58731.25"                                  \
    }
static const pbr_column columns[COLUMNS] = {
    [CPA] = {.name = "cpa", .description = "code of the area", .example = "C02"},
    [COHORT] = {.name = "cohort",
                .description = "2015Q4, 2015/16 or a named cohort",
                .example = "2015Q4"},
    [STARTS] = COUNT_COLUMN("starts", "rows of the extract in the area and cohort"),
    [ELIGIBLE] = COUNT_COLUMN("eligible", "persons left after exclusions and later starts"),
    [MEASURABLE] = COUNT_COLUMN("measurable", "eligible persons who can be measured"),
    [REOFFENDERS] = COUNT_COLUMN("reoffenders", "measurable persons with a proven reoffence"),
    [REOFFENCES] = COUNT_COLUMN("reoffences", "their proven reoffences"),
    [SQUARED] = SUM_COLUMN("reoffences_squared", PBR_OPTIONAL,
                           "sum over reoffenders of their count squared"),
    [OGRS_SUM] =
        SUM_COLUMN("ogrs_sum", PBR_OPTIONAL, "sum of scores of the measurable, in percent points"),
    [GROUP] = {.name = "group",
               .presence = PBR_OPTIONAL,
               .words = groups,
               .description = "treated or control; blank is treated",
               .example = "treated"},
    [OGRS_SQUARES] = SUM_COLUMN("ogrs_squares", PBR_OPTIONAL, "sum of squared scores"),
    [OGRS_REOFFENDERS] =
        SUM_COLUMN("ogrs_sum_reoffenders", PBR_OPTIONAL, "sum of scores of reoffenders"),
    [DAYS] = SUM_COLUMN("days", PBR_OPTIONAL, "sum of days over the measurable"),
    [DAYS_SQUARED] = SUM_COLUMN("days_squared", PBR_OPTIONAL, "sum of squared days"),
    [EXPECTED] = SUM_COLUMN("expected", PBR_OPTIONAL, "persons expected to have an event"),
    [WEIGHT_SQUARES] = SUM_COLUMN("weight_squares", PBR_OPTIONAL,
                                  "sum of squared weights, where the counts are of weights"),
    [SNAPSHOT] = {.name = "snapshot",
                  .kind = PBR_DATE,
                  .presence = PBR_OPTIONAL,
                  .description = "date of the extract; blank: not known",
                  .example = "2017-10-15"},
    [RIPE] = {.name = "ripe",
              .presence = PBR_OPTIONAL,
              .words = yes_no,
              .description = "written for readers; judged again from the snapshot when read",
              .example = "yes"},
};
const pbr_schema pbr_metrics_schema = {.name = "metrics",
                                       .file = "metrics.csv",
                                       .title = "Measures by area and cohort",
                                       .columns = columns,
                                       .count = COLUMNS,
                                       .key = "cpa,cohort,group"};

static bool read_place(pbr_table *table, const pbr_contract *contract, pbr_measure *measure)
{
    pbr_slice cpa, cohort, group;
    char name[64] = "";
    if (!pbr_table_text(table, CPA, &cpa) || !pbr_table_text(table, COHORT, &cohort)) return false;
    if (pbr_table_cell(table, GROUP).length && !pbr_table_text(table, GROUP, &group)) return false;
    measure->control = pbr_slice_is(pbr_table_cell(table, GROUP), "control");
    bool area = pbr_extract_area(contract, table, CPA, cpa, &measure->area);
    if (cohort.length < sizeof name) memcpy(name, cohort.text, cohort.length);
    measure->cohort = pbr_contract_cohort(contract, name);
    if (measure->cohort == PBR_NONE)
        pbr_table_error(table, COHORT, "unknown-cohort", "is no cohort of the contract",
                        "write a quarter as 2015Q4 and a year as 2015/16, inside the scheme");
    return area && measure->cohort != PBR_NONE;
}

static void must_hold(pbr_table *table, bool holds, size_t column, const char *cause)
{
    if (!holds)
        pbr_table_error(table, column, "impossible-count", cause,
                        "check the row against its source");
}

static void check_row(pbr_table *table, const pbr_measure *m)
{
    must_hold(table, m->eligible <= m->starts, ELIGIBLE, "is more than starts");
    must_hold(table, m->measurable <= m->eligible, MEASURABLE, "is more than eligible");
    must_hold(table, m->reoffenders <= m->measurable, REOFFENDERS, "is more than measurable");
    must_hold(table, m->reoffences >= m->reoffenders && (m->reoffenders || !m->reoffences),
              REOFFENCES, "does not go with reoffenders: each has at least one");
    mpq_t limit;
    mpq_init(limit);
    /* A sum of squares is least where all have as many (Cauchy and Schwarz). */
    pbr_ratio_set(limit, m->reoffences, m->reoffenders ? m->reoffenders : 1);
    mpz_mul_si(mpq_numref(limit), mpq_numref(limit), m->reoffences);
    mpq_canonicalize(limit);
    if (m->has_squared)
        must_hold(table, mpq_cmp(m->reoffences_squared, limit) >= 0, SQUARED,
                  "is less than so many reoffences of so many persons can have");
    pbr_ratio_set(limit, m->measurable * 100, 1);
    if (m->has_ogrs_sum)
        must_hold(table, mpq_cmp(m->ogrs_sum, limit) <= 0, OGRS_SUM,
                  "is more than 100 a measurable person");
    mpq_clear(limit);
}

/* Rules are looked for only when it is known on which day the settlement is made. */
static void must_be_under_contract(pbr_table *table, const pbr_contract *contract,
                                   const pbr_measure *m, pbr_date as_at)
{
    char remedy[160];
    const char *cohort = contract->cohorts[m->cohort].name;
    if (as_at == PBR_NO_DATE || pbr_contract_rules(contract, m->area, m->cohort, as_at)) return;
    snprintf(remedy, sizeof remedy,
             "no agreement is in force for it on the day that cohort %s takes its rules from",
             cohort);
    pbr_table_error(table, CPA, "no-agreement", "is not under contract", remedy);
}

static void read_row(pbr_table *table, const pbr_contract *contract, pbr_measures *measures,
                     pbr_date snapshot, pbr_date as_at, pbr_diag *diag)
{
    pbr_measure place;
    bool ok = read_place(table, contract, &place);
    const pbr_measure *twin =
        ok ? pbr_measures_find(measures, place.area, place.cohort, place.control) : NULL;
    if (twin)
        pbr_error(diag, "repeated-row", pbr_table_place(table, CPA),
                  "the row on line %ld is for the same area, cohort and group: remove one",
                  twin->place.line);
    pbr_measure *m = pbr_measures_add(measures);
    m->area = ok ? place.area : 0;
    m->cohort = ok ? place.cohort : 0;
    m->control = ok && place.control;
    m->place = pbr_table_place(table, CPA);
    ok &= pbr_table_count(table, STARTS, &m->starts);
    ok &= pbr_table_count(table, ELIGIBLE, &m->eligible);
    ok &= pbr_table_count(table, MEASURABLE, &m->measurable);
    ok &= pbr_table_count(table, REOFFENDERS, &m->reoffenders);
    ok &= pbr_table_count(table, REOFFENCES, &m->reoffences);
    m->has_squared = pbr_table_decimal(table, SQUARED, m->reoffences_squared);
    m->has_ogrs_sum = pbr_table_decimal(table, OGRS_SUM, m->ogrs_sum);
    m->has_ogrs_squares = pbr_table_decimal(table, OGRS_SQUARES, m->ogrs_squares);
    m->has_ogrs_sum_reoffenders =
        pbr_table_decimal(table, OGRS_REOFFENDERS, m->ogrs_sum_reoffenders);
    m->has_days = pbr_table_decimal(table, DAYS, m->days);
    m->has_days_squared = pbr_table_decimal(table, DAYS_SQUARED, m->days_squared);
    m->has_expected = pbr_table_decimal(table, EXPECTED, m->expected);
    m->has_weight_squares = pbr_table_decimal(table, WEIGHT_SQUARES, m->weight_squares);
    if (!pbr_table_date(table, SNAPSHOT, &m->snapshot)) m->snapshot = snapshot;
    if (as_at != PBR_NO_DATE && m->snapshot != PBR_NO_DATE && m->snapshot > as_at)
        pbr_table_error(table, SNAPSHOT, "after-as-at", "is after --as-at",
                        "an extract cannot be younger than the settlement made from it");
    if (ok) must_be_under_contract(table, contract, m, as_at);
    if (ok) check_row(table, m);
}

pbr_measures *pbr_metrics_read(const char *path, const pbr_contract *contract, pbr_date snapshot,
                               pbr_date as_at, char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_table *table = pbr_table_open(path, &pbr_metrics_schema, NULL, 0, diag);
    if (!table) return NULL;
    pbr_measures *measures = pbr_measures_new();
    while (pbr_table_next(table)) read_row(table, contract, measures, snapshot, as_at, diag);
    for (size_t i = 0; i < measures->measures_count; i++)
        measures->measures[i].place.file = pbr_extract_name(path);
    pbr_table_close(table, digest);
    if (pbr_diag_count(diag, PBR_ERROR) == before) pbr_years_add(measures, contract, as_at, diag);
    if (pbr_diag_count(diag, PBR_ERROR) != before) {
        pbr_measures_free(measures);
        return NULL;
    }
    pbr_ripeness_mark(measures, contract, as_at);
    return measures;
}

static void maybe_sum(pbr_out *out, const mpq_t value, bool known)
{
    if (known)
        pbr_out_decimal(out, value, SQUARES_PLACES);
    else
        pbr_out_text(out, NULL);
}

static void write_row(pbr_out *out, const pbr_measure *m, const pbr_contract *contract)
{
    pbr_out_text(out, contract->areas[m->area].code);
    pbr_out_text(out, contract->cohorts[m->cohort].name);
    pbr_out_int(out, m->starts);
    pbr_out_int(out, m->eligible);
    pbr_out_int(out, m->measurable);
    pbr_out_int(out, m->reoffenders);
    pbr_out_int(out, m->reoffences);
    maybe_sum(out, m->reoffences_squared, m->has_squared);
    maybe_sum(out, m->ogrs_sum, m->has_ogrs_sum);
    pbr_out_text(out, m->control ? "control" : "treated");
    maybe_sum(out, m->ogrs_squares, m->has_ogrs_squares);
    maybe_sum(out, m->ogrs_sum_reoffenders, m->has_ogrs_sum_reoffenders);
    maybe_sum(out, m->days, m->has_days);
    maybe_sum(out, m->days_squared, m->has_days_squared);
    maybe_sum(out, m->expected, m->has_expected);
    maybe_sum(out, m->weight_squares, m->has_weight_squares);
    pbr_out_date(out, m->snapshot);
    pbr_out_text(out, m->snapshot == PBR_NO_DATE ? NULL : m->ripe && m->complete ? "yes" : "no");
    pbr_out_end_row(out);
}

void pbr_metrics_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                       const size_t *chosen, size_t chosen_count)
{
    for (size_t i = 0; i < COLUMNS; i++) pbr_out_text(out, columns[i].name);
    pbr_out_end_row(out);
    for (size_t i = 0; i < measures->measures_count; i++)
        if (pbr_cohort_chosen(measures->measures[i].cohort, chosen, chosen_count))
            write_row(out, &measures->measures[i], contract);
}
