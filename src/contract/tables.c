/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/tables.h"

#include "contract/cells.h"
#include "contract/cohorts.h"
#include "input/table.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

enum { RATE_PLACES = 12, PENNY_PLACES = 2, QUANTITY_PLACES = 6 };

static const pbr_column area_columns[] = {
    {.name = "cpa", .description = "code of the contract package area", .example = "C01"},
    {.name = "name", .description = "its name", .example = "Northumbria"},
};
const pbr_schema pbr_areas_schema = {.name = "areas",
                                     .file = "areas.csv",
                                     .title = "Contract package areas",
                                     PBR_SCHEMA_COLUMNS(area_columns),
                                     .key = "cpa"};

enum {
    AGREEMENT_CPA,
    AGREEMENT_FROM,
    AGREEMENT_TO,
    AGREEMENT_RULES,
    AGREEMENT_PROVIDER,
    AGREEMENT_PAYEE,
    AGREEMENT_CLAUSE,
    AGREEMENT_SOURCE,
    AGREEMENT_STATUS,
    AGREEMENT_ENDED
};
static const char *const endings[] = {"insolvent", NULL};
static const pbr_column agreement_columns[] = {
    {.name = "cpa", .description = "code of the area", .example = "C10"},
    {.name = "from",
     .kind = PBR_DATE,
     .description = "first day in force",
     .example = "2015-02-01"},
    {.name = "to",
     .kind = PBR_DATE,
     .presence = PBR_BLANKABLE,
     .description = "first day no longer in force; blank: open",
     .example = "2019-02-15"},
    {.name = "rules",
     .description = "version of the rules: a file in rules/ without .yaml",
     .example = "2015-award"},
    {.name = "provider", .description = "who delivers", .example = "Working Links"},
    {.name = "payee",
     .description = "who is paid; names the schedule file",
     .example = "Working Links"},
    PBR_PROVENANCE_COLUMNS,
    {.name = "ended",
     .presence = PBR_OPTIONAL,
     .words = endings,
     .description = "insolvent: the provider failed, its lines are held until a decision",
     .example = "insolvent"},
};
const pbr_schema pbr_agreements_schema = {.name = "agreements",
                                          .file = "agreements.csv",
                                          .title =
                                              "Which rules and provider are in force, area by area",
                                          PBR_SCHEMA_COLUMNS(agreement_columns),
                                          .key = "cpa,from"};

enum {
    BASELINE_CPA,
    BASELINE_COHORT,
    BASELINE_METRIC,
    BASELINE_YEAR,
    BASELINE_CASES,
    BASELINE_RATE,
    BASELINE_SD,
    BASELINE_OGRS,
    BASELINE_LOWER,
    BASELINE_UPPER,
    BASELINE_TERMINATE,
    BASELINE_CLAUSE,
    BASELINE_SOURCE,
    BASELINE_STATUS
};
#define RATE_COLUMN(column, how, words)                                                            \
    {                                                                                              \
        .name = column, .kind = PBR_DECIMAL, .presence = how, .places = RATE_PLACES, .least = "0", \
        .description = words, .unit = "percent, or reoffences per reoffender", .example = "47.5"   \
    }
static const pbr_column baseline_columns[] = {
    {.name = "cpa", .description = "code of the area", .example = "C02"},
    {.name = "cohort", .description = "Q1 to Q4, annual, or a named cohort", .example = "Q4"},
    {.name = "metric", .description = "id of a metric of the rules", .example = "binary"},
    {.name = "year", .description = "which baseline: a metric names one", .example = "2011"},
    {.name = "cases",
     .kind = PBR_COUNT,
     .presence = PBR_BLANKABLE,
     .description = "the metric's own denominator",
     .unit = "persons or reoffenders",
     .example = "1350"},
    RATE_COLUMN("rate", PBR_REQUIRED, "the baseline rate"),
    RATE_COLUMN("sd", PBR_BLANKABLE, "standard deviation of reoffences per reoffender"),
    {.name = "ogrs_mean",
     .kind = PBR_DECIMAL,
     .presence = PBR_BLANKABLE,
     .places = RATE_PLACES,
     .least = "0",
     .most = "100",
     .description = "mean score of the baseline cohort",
     .unit = "percent points",
     .example = "48.2"},
    RATE_COLUMN("lower", PBR_BLANKABLE, "given lower threshold: below it is better"),
    RATE_COLUMN("upper", PBR_BLANKABLE, "given upper threshold: above it is worse"),
    RATE_COLUMN("terminate", PBR_BLANKABLE, "termination point: above it the contract may end"),
    PBR_PROVENANCE_COLUMNS,
};
const pbr_schema pbr_baselines_schema = {.name = "baselines",
                                         .file = "baselines.csv",
                                         .title = "Baselines and thresholds",
                                         PBR_SCHEMA_COLUMNS(baseline_columns),
                                         .key = "cpa,cohort,metric,year"};

enum { COHORT_NAME, COHORT_FROM, COHORT_TO, COHORT_MEMBERS };
static const pbr_column cohort_columns[] = {
    {.name = "cohort", .description = "name of the cohort", .example = "Cohort 1"},
    {.name = "from", .kind = PBR_DATE, .description = "first day", .example = "2010-09-09"},
    {.name = "to", .kind = PBR_DATE, .description = "first day after it", .example = "2012-07-01"},
    {.name = "members",
     .presence = PBR_OPTIONAL,
     .description = "of a pool: the cohorts in it, separated by ;",
     .example = "Cohort 1;Cohort 2"},
};
const pbr_schema pbr_cohorts_schema = {.name = "cohorts",
                                       .file = "cohorts.csv",
                                       .title = "Cohorts that are not calendar quarters",
                                       PBR_SCHEMA_COLUMNS(cohort_columns),
                                       .key = "cohort"};

static int by_code(const void *left, const void *right)
{
    return strcmp(((const pbr_area *)left)->code, ((const pbr_area *)right)->code);
}

static void report_repeated_areas(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 1; i < contract->areas_count; i++)
        if (strcmp(contract->areas[i - 1].code, contract->areas[i].code) == 0)
            pbr_error(diag, "repeated-row",
                      ((pbr_place){pbr_contract_path(contract, "areas.csv"), 0, 0}),
                      "area \"%s\" stands twice: remove one", contract->areas[i].code);
}

void pbr_areas_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = pbr_open_table(contract, &pbr_areas_schema, diag);
    pbr_area *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        bool code = pbr_name_cell(table, 0, contract->arena, &rows[count].code);
        if (pbr_name_cell(table, 1, contract->arena, &rows[count].name) && code) count++;
    }
    pbr_close_table(contract, table, &pbr_areas_schema);
    if (!count)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_contract_path(contract, "areas.csv"), 0, 0}),
                  "there is no area: add a row for each");
    contract->areas = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->areas_count = count;
    if (count) qsort(contract->areas, count, sizeof *contract->areas, by_code);
    report_repeated_areas(contract, diag);
}

/* Names that some systems keep for devices, whatever follows a point. */
static bool is_device(pbr_slice name)
{
    static const char *const devices[] = {
        "con",  "prn",  "aux",  "nul",  "com1", "com2", "com3", "com4", "com5", "com6", "com7",
        "com8", "com9", "lpt1", "lpt2", "lpt3", "lpt4", "lpt5", "lpt6", "lpt7", "lpt8", "lpt9"};
    const char *point = memchr(name.text, '.', name.length);
    size_t stem = point ? (size_t)(point - name.text) : name.length;
    for (size_t i = 0; i < sizeof devices / sizeof *devices; i++)
        if (stem == strlen(devices[i]) && !strncasecmp(name.text, devices[i], stem)) return true;
    return false;
}

/* A payee names a schedule file, on whatever system it is opened. */
static void check_file_name(pbr_table *table, size_t column)
{
    pbr_slice cell = pbr_table_cell(table, column);
    bool bad = cell.length > 100 || (cell.length && cell.text[0] == '.') || is_device(cell);
    for (size_t i = 0; i < cell.length; i++)
        bad |= strchr("/\\:*?\"<>|", cell.text[i]) != NULL || (unsigned char)cell.text[i] < 0x20;
    if (bad)
        pbr_table_error(table, column, "bad-name", "cannot name a file",
                        "use at most 100 letters, digits, blanks, commas and hyphens");
}

static size_t rules_named(const pbr_contract *contract, pbr_slice name)
{
    for (size_t i = 0; i < contract->rules_count; i++)
        if (pbr_slice_is(name, contract->rules[i].name)) return i;
    return PBR_NONE;
}

static bool rules_cell(const pbr_contract *contract, pbr_table *table, size_t *rules)
{
    pbr_slice cell;
    if (!pbr_table_text(table, AGREEMENT_RULES, &cell)) return false;
    *rules = rules_named(contract, cell);
    if (*rules != PBR_NONE) return true;
    pbr_table_error(table, AGREEMENT_RULES, "unknown-rules", "is no version of the rules",
                    "name a file in rules/ without its .yaml");
    return false;
}

static bool ended_cell(pbr_table *table)
{
    pbr_slice word;
    return pbr_table_cell(table, AGREEMENT_ENDED).length &&
           pbr_table_text(table, AGREEMENT_ENDED, &word);
}

static bool read_agreement(pbr_contract *contract, pbr_table *table, pbr_agreement *row)
{
    *row = (pbr_agreement){.to = PBR_NO_DATE, .line = pbr_table_line(table)};
    bool ok = pbr_area_cell(contract, table, AGREEMENT_CPA, &row->area);
    ok &= pbr_table_date(table, AGREEMENT_FROM, &row->from);
    bool to = pbr_table_date(table, AGREEMENT_TO, &row->to);
    ok &= to || !pbr_table_cell(table, AGREEMENT_TO).length;
    ok &= rules_cell(contract, table, &row->rules);
    ok &= pbr_name_cell(table, AGREEMENT_PROVIDER, contract->arena, &row->provider);
    ok &= pbr_name_cell(table, AGREEMENT_PAYEE, contract->arena, &row->payee);
    row->source = pbr_provenance_cells(table, AGREEMENT_CLAUSE, contract->arena);
    row->insolvent = ended_cell(table);
    check_file_name(table, AGREEMENT_PAYEE);
    if (ok && to && row->to <= row->from)
        pbr_table_error(table, AGREEMENT_TO, "bad-range", "is not after `from`",
                        "`to` is the first day no longer in force");
    return ok;
}

/* Where file names have no case, one schedule would be written over the other. */
static void report_alike_payees(const pbr_contract *contract, const pbr_agreement *rows,
                                size_t count, pbr_diag *diag)
{
    const char *file = pbr_contract_path(contract, pbr_agreements_schema.file);
    for (size_t i = 1; i < count; i++)
        for (size_t k = 0; k < i; k++) {
            if (strcasecmp(rows[i].payee, rows[k].payee) != 0 ||
                strcmp(rows[i].payee, rows[k].payee) == 0)
                continue;
            pbr_error(diag, "bad-name", ((pbr_place){file, rows[i].line, 0}),
                      "payee \"%s\" differs from \"%s\" in line %ld by nothing but case: write one "
                      "payee one way",
                      rows[i].payee, rows[k].payee, rows[k].line);
            break;
        }
}

static int by_area_and_day(const void *left, const void *right)
{
    const pbr_agreement *a = left, *b = right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->from != b->from) return a->from < b->from ? -1 : 1;
    return a->line < b->line ? -1 : 1;
}

void pbr_agreements_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = pbr_open_table(contract, &pbr_agreements_schema, diag);
    pbr_agreement *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        if (read_agreement(contract, table, &rows[count])) count++;
    }
    pbr_close_table(contract, table, &pbr_agreements_schema);
    report_alike_payees(contract, rows, count, diag);
    contract->agreements = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->agreements_count = count;
    if (count) qsort(contract->agreements, count, sizeof *contract->agreements, by_area_and_day);
}

static bool maybe_decimal(pbr_table *table, size_t column, mpq_t out, bool *has)
{
    mpq_init(out);
    *has = pbr_table_decimal(table, column, out);
    return *has || !pbr_table_cell(table, column).length;
}

static bool read_baseline(pbr_contract *contract, pbr_table *table, pbr_baseline *row)
{
    bool has_rate;
    *row = (pbr_baseline){.line = pbr_table_line(table)};
    bool ok = pbr_area_cell(contract, table, BASELINE_CPA, &row->area);
    ok &= pbr_name_cell(table, BASELINE_COHORT, contract->arena, &row->cohort);
    ok &= pbr_name_cell(table, BASELINE_METRIC, contract->arena, &row->metric);
    ok &= pbr_name_cell(table, BASELINE_YEAR, contract->arena, &row->year);
    row->has_cases = pbr_table_count(table, BASELINE_CASES, &row->cases);
    ok &= maybe_decimal(table, BASELINE_RATE, row->rate, &has_rate) && has_rate;
    ok &= maybe_decimal(table, BASELINE_SD, row->sd, &row->has_sd);
    ok &= maybe_decimal(table, BASELINE_OGRS, row->ogrs_mean, &row->has_ogrs_mean);
    ok &= maybe_decimal(table, BASELINE_LOWER, row->lower, &row->has_lower);
    ok &= maybe_decimal(table, BASELINE_UPPER, row->upper, &row->has_upper);
    ok &= maybe_decimal(table, BASELINE_TERMINATE, row->terminate, &row->has_terminate);
    row->source = pbr_provenance_cells(table, BASELINE_CLAUSE, contract->arena);
    if (row->has_lower && row->has_upper && mpq_cmp(row->lower, row->upper) > 0)
        pbr_table_error(table, BASELINE_LOWER, "bad-range", "is above `upper`",
                        "the lower threshold is the better one");
    return ok;
}

void pbr_baselines_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = pbr_open_table(contract, &pbr_baselines_schema, diag);
    pbr_baseline *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        read_baseline(contract, table, &rows[count++]);
    }
    pbr_close_table(contract, table, &pbr_baselines_schema);
    contract->baselines = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->baselines_count = count;
}

static void want_money(pbr_contract *contract, const char *name)
{
    if (!name || pbr_contract_money_column(contract, name) != PBR_NONE) return;
    const char **grown =
        pbr_arena_alloc(contract->arena, (contract->money_columns_count + 1) * sizeof *grown);
    if (contract->money_columns_count)
        memcpy(grown, contract->money_columns, contract->money_columns_count * sizeof *grown);
    grown[contract->money_columns_count++] = name;
    contract->money_columns = grown;
}

static void want_payoff(pbr_contract *contract, const pbr_payoff *payoff)
{
    if (!payoff) return;
    want_money(contract, payoff->price);
    want_money(contract, payoff->share);
}

static void want_line(pbr_contract *contract, const pbr_line *line)
{
    const char *const names[] = {line->price,     line->discount,  line->band_low,
                                 line->band_high, line->predicted, line->marginal};
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) want_money(contract, names[i]);
    want_payoff(contract, line->better);
    want_payoff(contract, line->neither);
    want_payoff(contract, line->worse);
}

static void collect_money_columns(pbr_contract *contract)
{
    for (size_t r = 0; r < contract->rules_count; r++) {
        const pbr_terms *terms = contract->rules[r].terms;
        for (unsigned i = 0; i < terms->lines_count; i++) want_line(contract, &terms->lines[i]);
        for (unsigned i = 0; i < terms->caps_count; i++) {
            want_money(contract, terms->caps[i].column);
            want_money(contract, terms->caps[i].minus);
        }
    }
}

static bool is_named(const char *column, const char *name)
{
    return column && strcmp(column, name) == 0;
}

/* Percentages and volumes have more decimals than money, which is whole pence. */
static bool is_quantity(const pbr_contract *contract, const char *name)
{
    for (size_t r = 0; r < contract->rules_count; r++) {
        const pbr_terms *terms = contract->rules[r].terms;
        for (unsigned i = 0; i < terms->lines_count; i++) {
            const pbr_line *line = &terms->lines[i];
            if (is_named(line->discount, name) || is_named(line->band_low, name) ||
                is_named(line->band_high, name) || is_named(line->predicted, name) ||
                is_named(line->marginal, name) ||
                (line->better && is_named(line->better->share, name)) ||
                (line->neither && is_named(line->neither->share, name)) ||
                (line->worse && is_named(line->worse->share, name)))
                return true;
        }
    }
    return false;
}

static pbr_column amount_column(const pbr_contract *contract, const char *name)
{
    bool quantity = is_quantity(contract, name);
    return (pbr_column){
        .name = name,
        .kind = PBR_DECIMAL,
        .places = quantity ? QUANTITY_PLACES : PENNY_PLACES,
        .least = "0",
        .description =
            quantity ? "a quantity that the rules name" : "an amount that the rules name",
        .unit = quantity ? "percent or starts" : "pounds",
        .example = quantity ? "2.5" : "4000.00",
    };
}

const pbr_schema *pbr_prices_schema(pbr_contract *contract)
{
    static const pbr_column first[] = {
        {.name = "cpa", .description = "code of the area", .example = "C02"},
        {.name = "contract_year", .description = "contract year", .example = "2015/16"},
    };
    static const pbr_column last[] = {PBR_PROVENANCE_COLUMNS};
    collect_money_columns(contract);
    size_t money = contract->money_columns_count;
    pbr_column *columns = pbr_arena_alloc(contract->arena, (money + 5) * sizeof *columns);
    memcpy(columns, first, sizeof first);
    for (size_t i = 0; i < money; i++)
        columns[2 + i] = amount_column(contract, contract->money_columns[i]);
    memcpy(columns + 2 + money, last, sizeof last);
    pbr_schema *schema = pbr_arena_alloc(contract->arena, sizeof *schema);
    *schema = (pbr_schema){.name = "prices",
                           .file = "prices.csv",
                           .title = "Prices by area and contract year",
                           .columns = columns,
                           .count = money + 5,
                           .key = "cpa,contract_year"};
    return schema;
}

static void read_price(pbr_contract *contract, pbr_table *table, pbr_price *row)
{
    size_t money = contract->money_columns_count;
    *row = (pbr_price){.line = pbr_table_line(table)};
    row->amounts = pbr_arena_alloc(contract->arena, money * sizeof *row->amounts);
    pbr_area_cell(contract, table, 0, &row->area);
    pbr_name_cell(table, 1, contract->arena, &row->contract_year);
    for (size_t i = 0; i < money; i++) {
        mpq_init(row->amounts[i]);
        pbr_table_decimal(table, 2 + i, row->amounts[i]);
    }
    row->source = pbr_provenance_cells(table, 2 + money, contract->arena);
}

void pbr_prices_read(pbr_contract *contract, pbr_diag *diag)
{
    const pbr_schema *schema = pbr_prices_schema(contract);
    pbr_table *table = pbr_open_table(contract, schema, diag);
    pbr_price *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        read_price(contract, table, &rows[count++]);
    }
    pbr_close_table(contract, table, schema);
    contract->prices = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->prices_count = count;
}

void pbr_cohorts_read(pbr_contract *contract, pbr_diag *diag)
{
    if (pbr_contract_lacks(contract, pbr_cohorts_schema.file)) return;
    pbr_table *table = pbr_open_table(contract, &pbr_cohorts_schema, diag);
    if (!table) return;
    while (pbr_table_next(table)) {
        pbr_cohort cohort = {.kind = PBR_NAMED};
        bool ok = pbr_name_cell(table, COHORT_NAME, contract->arena, &cohort.name);
        ok &= pbr_table_date(table, COHORT_FROM, &cohort.from);
        ok &= pbr_table_date(table, COHORT_TO, &cohort.to);
        if (!ok) continue;
        if (cohort.to <= cohort.from)
            pbr_table_error(table, COHORT_TO, "bad-range", "is not after `from`",
                            "`to` is the first day after the cohort");
        pbr_slice members = pbr_table_cell(table, COHORT_MEMBERS);
        if (members.length) cohort.kind = PBR_POOL;
        cohort.members = pbr_arena_text(contract->arena, members.text, members.length);
        cohort.baseline = cohort.name;
        cohort.contract_year = pbr_contract_year_of(contract, cohort.from);
        *pbr_cohorts_add(contract) = cohort;
    }
    pbr_close_table(contract, table, &pbr_cohorts_schema);
}
