/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does what the scheme says of its extracts mean anything? A column that nothing reads, or a score
 * times nought, would otherwise change counts without a word. */
#include "contract/check_extract.h"

#include <string.h>

#define COUNT(list) (sizeof(list) / sizeof(list)[0])

static const char *const coded[] = {"cpa", "start_type", "outcome"};
static const char *const fixed[] = {"person_id", "start_date",   "ogrs",         "start_id",
                                    "group",     "offence_date", "outcome_date", "offence_id"};

static bool is_listed(const char *const *names, size_t count, const char *column)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(names[i], column) == 0) return true;
    return false;
}

static bool compares(const pbr_filter *filters, unsigned count, const char *column, bool by_code)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(filters[i].column, column) == 0 && (!by_code || filters[i].is || filters[i].in))
            return true;
    return false;
}

/* Does a filter of some version look at the column, with `by_code` at the words in it? */
static bool is_filtered(const pbr_contract *contract, const char *column, bool by_code)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        if (compares(terms->exclude, terms->exclude_count, column, by_code) ||
            compares(terms->unmeasurable, terms->unmeasurable_count, column, by_code) ||
            compares(terms->reoffence.ignore, terms->reoffence.ignore_count, column, by_code))
            return true;
    }
    return false;
}

static bool is_day_of_transfer(const pbr_contract *contract, const char *column)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const char *name = contract->rules[i].terms->transferred.column;
        if (name && strcmp(name, column) == 0) return true;
    }
    return false;
}

static void check_column(const pbr_contract *contract, unsigned at, pbr_diag *diag)
{
    const char *column = contract->scheme->extract->columns[at].column;
    if (is_listed(coded, COUNT(coded), column) || is_listed(fixed, COUNT(fixed), column) ||
        is_filtered(contract, column, false) || is_day_of_transfer(contract, column))
        return;
    const char *path = pbr_arena_printf(contract->arena, "extract.columns.%u.column", at + 1);
    pbr_warn(diag, "idle-mapping", pbr_contract_scheme_place(contract, path),
             "no extract has a column \"%s\" that is read: correct its name, or remove the entry",
             column);
}

static void check_code(const pbr_contract *contract, unsigned at, pbr_diag *diag)
{
    const char *column = contract->scheme->extract->codes[at].column;
    if (is_listed(coded, COUNT(coded), column) || is_filtered(contract, column, true)) return;
    const char *path = pbr_arena_printf(contract->arena, "extract.codes.%u.column", at + 1);
    pbr_warn(diag, "idle-mapping", pbr_contract_scheme_place(contract, path),
             "codes of column \"%s\" are not looked up: they are those of cpa, start_type, outcome "
             "and of columns that a filter compares with is or in",
             column);
}

static void check_scale(const pbr_contract *contract, const char *scale, pbr_diag *diag)
{
    mpq_t factor;
    mpq_init(factor);
    if (!pbr_decimal_parse(factor, scale, strlen(scale), PBR_SCALE_DECIMALS) ||
        mpq_sgn(factor) <= 0)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "extract.score-scale"),
                  "score-scale \"%s\" is not a decimal above 0 with at most %d decimals", scale,
                  PBR_SCALE_DECIMALS);
    mpq_clear(factor);
}

void pbr_check_extract(const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_extract_terms *extract = contract->scheme->extract;
    if (!extract) return;
    for (unsigned i = 0; i < extract->columns_count; i++) check_column(contract, i, diag);
    for (unsigned i = 0; i < extract->codes_count; i++) check_code(contract, i, diag);
    if (extract->score_scale) check_scale(contract, extract->score_scale, diag);
}
