/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/contract.h"

#include "base/text.h"
#include "contract/yaml.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

const char *pbr_contract_path(const pbr_contract *contract, const char *name)
{
    return pbr_arena_printf(contract->arena, "%s/%s", contract->folder, name);
}

bool pbr_contract_lacks(const pbr_contract *contract, const char *name)
{
    struct stat facts;
    return lstat(pbr_contract_path(contract, name), &facts) != 0 && errno == ENOENT;
}

pbr_place pbr_contract_scheme_place(const pbr_contract *contract, const char *path)
{
    const pbr_term *term =
        pbr_term_find(contract->scheme_terms, contract->scheme_terms_count, path);
    return (pbr_place){pbr_contract_path(contract, "scheme.yaml"), term ? term->line : 0,
                       term ? term->column : 0};
}

void pbr_contract_record(pbr_contract *contract, const char *name, const char *sha256)
{
    pbr_contract_file *grown =
        pbr_arena_alloc(contract->arena, (contract->files_count + 1) * sizeof *grown);
    if (contract->files_count)
        memcpy(grown, contract->files, contract->files_count * sizeof *grown);
    grown[contract->files_count].name = name;
    memcpy(grown[contract->files_count++].sha256, sha256, PBR_SHA256_TEXT);
    contract->files = grown;
}

static int compare_code(const char *known, const char *code, size_t length)
{
    size_t known_length = strlen(known), least = known_length < length ? known_length : length;
    int order = memcmp(known, code, least);
    return order ? order : (known_length > length) - (known_length < length);
}

/* By bisection: areas are in order of their codes. */
size_t pbr_contract_area(const pbr_contract *contract, const char *code, size_t length)
{
    size_t first = 0, high = contract->areas_count;
    while (first < high) {
        size_t middle = first + (high - first) / 2;
        int order = compare_code(contract->areas[middle].code, code, length);
        if (!order) return middle;
        if (order < 0)
            first = middle + 1;
        else
            high = middle;
    }
    return PBR_NONE;
}

size_t pbr_contract_cohort(const pbr_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (strcmp(contract->cohorts[i].name, name) == 0) return i;
    return PBR_NONE;
}

size_t pbr_contract_cohort_on(const pbr_contract *contract, pbr_period kind, pbr_date day)
{
    for (size_t i = 0; i < contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &contract->cohorts[i];
        if (cohort->kind == kind && day >= cohort->from && day < cohort->to) return i;
    }
    return PBR_NONE;
}

/* By bisection: agreements are in order of their areas. */
const pbr_agreement *pbr_contract_agreements(const pbr_contract *contract, size_t area,
                                             size_t *count)
{
    size_t first = 0, high = contract->agreements_count;
    while (first < high) {
        size_t middle = first + (high - first) / 2;
        if (contract->agreements[middle].area < area)
            first = middle + 1;
        else
            high = middle;
    }
    size_t end = first;
    while (end < contract->agreements_count && contract->agreements[end].area == area) end++;
    *count = end - first;
    return contract->agreements + first;
}

const pbr_agreement *pbr_contract_agreement(const pbr_contract *contract, size_t area, pbr_date day)
{
    size_t count;
    const pbr_agreement *rows = pbr_contract_agreements(contract, area, &count);
    for (size_t i = 0; i < count; i++)
        if (day >= rows[i].from && (rows[i].to == PBR_NO_DATE || day < rows[i].to)) return &rows[i];
    return NULL;
}

bool pbr_contract_active(const pbr_contract *contract, size_t area, pbr_date from, pbr_date to)
{
    size_t count;
    const pbr_agreement *rows = pbr_contract_agreements(contract, area, &count);
    for (size_t i = 0; i < count; i++)
        if (rows[i].from < to && (rows[i].to == PBR_NO_DATE || rows[i].to > from)) return true;
    return false;
}

static const pbr_rules *rules_on(const pbr_contract *contract, size_t area, pbr_date day)
{
    const pbr_agreement *agreement = pbr_contract_agreement(contract, area, day);
    return agreement ? &contract->rules[agreement->rules] : NULL;
}

/* The version in force on a day or, after the last agreement's end, the last one. */
static const pbr_rules *latest_rules(const pbr_contract *contract, size_t area, pbr_date day)
{
    size_t count;
    const pbr_agreement *rows = pbr_contract_agreements(contract, area, &count);
    while (count && rows[count - 1].from > day) count--;
    return count ? &contract->rules[rows[count - 1].rules] : NULL;
}

/* Semantics 20. Which day chooses the version is itself a term, read from the version in force on
 * the cohort's first day; monthly lines go by that day in any case. */
const pbr_rules *pbr_contract_rules(const pbr_contract *contract, size_t area, size_t cohort,
                                    pbr_date as_at)
{
    const pbr_cohort *period = &contract->cohorts[cohort];
    const pbr_rules *first = rules_on(contract, area, period->from);
    if (!first || first->terms->versions.rules_at == PBR_COHORT_START || period->kind == PBR_MONTH)
        return first;
    bool at_end = first->terms->versions.rules_at == PBR_COHORT_END;
    return latest_rules(contract, area, at_end ? period->to - 1 : as_at);
}

/* The person-weighted mean of the four quarters' means; the mean of the four means is wrong. */
static bool pooled_mean(const pbr_contract *contract, size_t area, const pbr_metric *metric,
                        mpq_t mean)
{
    static const char *const quarters[4] = {"Q1", "Q2", "Q3", "Q4"};
    mpq_t part;
    mpq_init(part);
    int64_t cases = 0;
    bool ok = true;
    mpq_set_ui(mean, 0, 1);
    for (int i = 0; i < 4 && ok; i++) {
        const pbr_baseline *row = pbr_contract_baseline(contract, area, quarters[i], metric);
        ok = row && row->has_ogrs_mean && row->has_cases && row->cases > 0;
        if (!ok) break;
        pbr_ratio_set(part, row->cases, 1);
        mpq_mul(part, part, row->ogrs_mean);
        mpq_add(mean, mean, part);
        cases += row->cases;
    }
    if (ok) {
        pbr_ratio_set(part, cases, 1);
        mpq_div(mean, mean, part);
    }
    mpq_clear(part);
    return ok;
}

bool pbr_contract_reference(const pbr_contract *contract, size_t area, const pbr_cohort *cohort,
                            const pbr_metric *metric, mpq_t mean)
{
    if (metric->reference == PBR_POOLED_ROWS) return pooled_mean(contract, area, metric, mean);
    const char *name = metric->reference == PBR_ANNUAL_ROW ? "annual" : cohort->baseline;
    const pbr_baseline *row = pbr_contract_baseline(contract, area, name, metric);
    if (!row || !row->has_ogrs_mean) return false;
    mpq_set(mean, row->ogrs_mean);
    return true;
}

size_t pbr_contract_money_column(const pbr_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->money_columns_count; i++)
        if (strcmp(contract->money_columns[i], name) == 0) return i;
    return PBR_NONE;
}

mpq_srcptr pbr_contract_amount(const pbr_contract *contract, size_t area, const char *contract_year,
                               const char *column)
{
    const pbr_price *row = pbr_contract_price(contract, area, contract_year);
    size_t index = column ? pbr_contract_money_column(contract, column) : PBR_NONE;
    return row && index != PBR_NONE ? row->amounts[index] : NULL;
}

static bool is_listed(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at && *at;) {
        size_t part = strcspn(at, ";");
        if (part == length && memcmp(at, name, length) == 0) return true;
        at += part + (at[part] == ';');
    }
    return false;
}

bool pbr_contract_is_part(const pbr_contract *contract, size_t part, size_t whole)
{
    const pbr_cohort *a = &contract->cohorts[part], *b = &contract->cohorts[whole];
    if (b->kind == PBR_YEAR) return a->kind == PBR_QUARTER && a->from >= b->from && a->to <= b->to;
    return b->kind == PBR_POOL && a->kind == PBR_NAMED && is_listed(b->members, a->name);
}

const pbr_metric *pbr_terms_metric(const pbr_terms *terms, const char *id)
{
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (strcmp(terms->metrics[i].id, id) == 0) return &terms->metrics[i];
    return NULL;
}

const pbr_line *pbr_terms_line(const pbr_terms *terms, const char *id)
{
    for (unsigned i = 0; i < terms->lines_count; i++)
        if (strcmp(terms->lines[i].id, id) == 0) return &terms->lines[i];
    return NULL;
}

const pbr_cap *pbr_terms_cap(const pbr_terms *terms, const char *line, pbr_cap_level level)
{
    for (unsigned i = 0; i < terms->caps_count; i++) {
        const pbr_cap *cap = &terms->caps[i];
        for (unsigned k = 0; cap->per == level && k < cap->over_count; k++)
            if (strcmp(cap->over[k], line) == 0) return cap;
    }
    return NULL;
}

bool pbr_terms_has_period(const pbr_terms *terms, pbr_period period)
{
    for (unsigned i = 0; i < terms->cohort.periods_count; i++)
        if (terms->cohort.periods[i] == period) return true;
    return false;
}

static void clear_baseline(pbr_baseline *row)
{
    mpq_clears(row->rate, row->sd, row->ogrs_mean, row->lower, row->upper, row->terminate, NULL);
}

void pbr_contract_free(pbr_contract *contract)
{
    if (!contract) return;
    for (size_t i = 0; i < contract->baselines_count; i++) clear_baseline(&contract->baselines[i]);
    for (size_t i = 0; i < contract->prices_count; i++)
        for (size_t k = 0; k < contract->money_columns_count; k++)
            mpq_clear(contract->prices[i].amounts[k]);
    for (size_t i = 0; i < contract->steps_count; i++)
        mpq_clears(contract->steps[i].at_least, contract->steps[i].value, NULL);
    for (size_t i = 0; i < contract->indices_count; i++) mpq_clear(contract->indices[i].value);
    pbr_arena_free(contract->arena);
}

int pbr_decimals(const char *text)
{
    return strcmp(text, "none") == 0 ? -1 : (int)strtol(text, NULL, 10);
}
