/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/cohorts.h"

#include "base/text.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { QUARTERS_MAX = 400 };

static const char *const month_names[12] = {
    "january", "february", "march",     "april",   "may",      "june",
    "july",    "august",   "september", "october", "november", "december",
};

/* The first month of a contract year, 1-12; 0 if the word is no month. */
static int first_month(const pbr_contract *contract)
{
    for (int i = 0; i < 12; i++)
        if (strcmp(contract->scheme->year_starts, month_names[i]) == 0) return i + 1;
    return 0;
}

pbr_cohort *pbr_cohorts_add(pbr_contract *contract)
{
    pbr_cohort *grown =
        pbr_arena_alloc(contract->arena, (contract->cohorts_count + 1) * sizeof *grown);
    if (contract->cohorts_count)
        memcpy(grown, contract->cohorts, contract->cohorts_count * sizeof *grown);
    contract->cohorts = grown;
    return &grown[contract->cohorts_count++];
}

/* "2015Q4" as a count of quarters since year 0; -1 if it is not one. */
static int quarter_number(const char *name)
{
    int year = 0;
    if (!name || strlen(name) != 6 || name[4] != 'Q') return -1;
    for (int i = 0; i < 4; i++) {
        if (name[i] < '0' || name[i] > '9') return -1;
        year = year * 10 + (name[i] - '0');
    }
    if (name[5] < '1' || name[5] > '4' || year < 1000) return -1;
    return year * 4 + (name[5] - '1');
}

static pbr_date quarter_start(int number)
{
    return pbr_date_make(number / 4, number % 4 * 3 + 1, 1);
}

const char *pbr_contract_year_of(const pbr_contract *contract, pbr_date day)
{
    pbr_civil civil = pbr_date_civil(day);
    int month = first_month(contract);
    int year = civil.month >= month ? civil.year : civil.year - 1;
    if (month <= 1) return pbr_arena_printf(contract->arena, "%d", year);
    return pbr_arena_printf(contract->arena, "%d/%02d", year, (year + 1) % 100);
}

static void add_quarter(pbr_contract *contract, int number)
{
    static const char *const baselines[4] = {"Q1", "Q2", "Q3", "Q4"};
    pbr_date from = quarter_start(number);
    *pbr_cohorts_add(contract) = (pbr_cohort){
        .name = pbr_arena_printf(contract->arena, "%dQ%d", number / 4, number % 4 + 1),
        .kind = PBR_QUARTER,
        .from = from,
        .to = quarter_start(number + 1),
        .contract_year = pbr_contract_year_of(contract, from),
        .baseline = baselines[number % 4],
    };
}

/* Years are built from their quarters, so that a first or last year that is cut short holds only
 * the quarters that the scheme has. */
static void add_years(pbr_contract *contract)
{
    size_t count = contract->cohorts_count;
    pbr_cohort *year = NULL;
    for (size_t i = 0; i < count; i++) {
        pbr_cohort quarter = contract->cohorts[i];
        if (quarter.kind != PBR_QUARTER) continue;
        if (!year || strcmp(year->name, quarter.contract_year) != 0) {
            year = pbr_cohorts_add(contract);
            *year = quarter;
            year->name = quarter.contract_year;
            year->kind = PBR_YEAR;
            year->baseline = "annual";
        }
        year->to = quarter.to;
    }
}

/* "2015-02" as a count of months since year 0; -1 if it is not one. */
static int month_number(const char *name)
{
    pbr_date day;
    char text[PBR_DATE_TEXT];
    if (!name || strlen(name) != 7) return -1;
    snprintf(text, sizeof text, "%.7s-01", name);
    if (!pbr_date_parse(text, 10, &day)) return -1;
    pbr_civil civil = pbr_date_civil(day);
    return civil.year * 12 + civil.month - 1;
}

static void add_month(pbr_contract *contract, int number)
{
    pbr_date from = pbr_date_make(number / 12, number % 12 + 1, 1);
    *pbr_cohorts_add(contract) = (pbr_cohort){
        .name = pbr_arena_printf(contract->arena, "%04d-%02d", number / 12, number % 12 + 1),
        .kind = PBR_MONTH,
        .from = from,
        .to = pbr_date_add_months(from, 1),
        .contract_year = pbr_contract_year_of(contract, from),
        .baseline = "",
    };
}

static void add_months(pbr_contract *contract, pbr_diag *diag)
{
    const pbr_scheme *scheme = contract->scheme;
    if (!scheme->first_month && !scheme->last_month) return;
    int first = month_number(scheme->first_month), last = month_number(scheme->last_month);
    if (first < 0 || last < first)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "first-month"),
                  "first-month and last-month must be months such as 2015-02, in order");
    for (int number = first; first >= 0 && number <= last; number++) add_month(contract, number);
}

void pbr_cohorts_build(pbr_contract *contract, pbr_diag *diag)
{
    const pbr_scheme *scheme = contract->scheme;
    int month = first_month(contract);
    if (!month)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "year-starts"),
                  "year-starts \"%s\" is not a month: write it in full, in lower case",
                  scheme->year_starts);
    if (month) add_months(contract, diag);
    if (!month || (!scheme->first_cohort && !scheme->last_cohort)) return;
    int first = quarter_number(scheme->first_cohort), last = quarter_number(scheme->last_cohort);
    if (first < 0 || last < first)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "first-cohort"),
                  "first-cohort and last-cohort must be quarters such as 2015Q4, in order");
    else if (last - first >= QUARTERS_MAX)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "last-cohort"),
                  "first-cohort to last-cohort are %d quarters: a scheme has at most %d",
                  last - first + 1, QUARTERS_MAX);
    else if (month % 3 != 1)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "year-starts"),
                  "year-starts \"%s\" cuts a calendar quarter: use january, april, july or october",
                  scheme->year_starts);
    else {
        for (int number = first; number <= last; number++) add_quarter(contract, number);
        add_years(contract);
    }
}

/* By last day; on a tie the later start first, so that a quarter comes before its year. */
static int by_end(const void *left, const void *right)
{
    const pbr_cohort *a = left, *b = right;
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    if (a->from != b->from) return a->from > b->from ? -1 : 1;
    if (a->kind != b->kind) return a->kind < b->kind ? -1 : 1;
    return strcmp(a->name, b->name);
}

static void report_repeated_names(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (pbr_contract_cohort(contract, contract->cohorts[i].name) != i)
            pbr_error(diag, "repeated-row",
                      ((pbr_place){pbr_contract_path(contract, "cohorts.csv"), 0, 0}),
                      "two cohorts are called \"%s\": rename one", contract->cohorts[i].name);
}

void pbr_cohorts_order(pbr_contract *contract, pbr_diag *diag)
{
    pbr_cohort *cohorts = contract->cohorts;
    if (contract->cohorts_count) qsort(cohorts, contract->cohorts_count, sizeof *cohorts, by_end);
    report_repeated_names(contract, diag);
    for (size_t i = 0; i < contract->cohorts_count; i++)
        for (size_t k = 0; k < i; k++) {
            if (cohorts[i].kind != cohorts[k].kind || cohorts[i].kind == PBR_POOL ||
                cohorts[i].from >= cohorts[k].to)
                continue;
            pbr_error(diag, "overlap",
                      ((pbr_place){pbr_contract_path(contract, "cohorts.csv"), 0, 0}),
                      "cohorts \"%s\" and \"%s\" overlap: a start would be in both",
                      cohorts[k].name, cohorts[i].name);
        }
}
