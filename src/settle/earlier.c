/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What earlier runs settled. A line's history is the sum over all runs, in whatever order they
 * came. */
#include "settle/claim.h"

#include <stdlib.h>
#include <string.h>

static int compare_line(size_t area, size_t cohort, const char *line, const pbr_earlier *row)
{
    if (area != row->area) return area < row->area ? -1 : 1;
    if (cohort != row->cohort) return cohort < row->cohort ? -1 : 1;
    return strcmp(line, row->line);
}

static int by_line_and_run(const void *left, const void *right)
{
    const pbr_earlier *a = *(const pbr_earlier *const *)left;
    const pbr_earlier *b = *(const pbr_earlier *const *)right;
    int lines = compare_line(a->area, a->cohort, a->line, b);
    if (lines) return lines;
    if (a->run != b->run) return a->run < b->run ? -1 : 1;
    return strcmp(a->payee, b->payee);
}

static void sort_history(pbr_claims *claims, const pbr_settle_options *options)
{
    claims->history = pbr_alloc(options->earlier_count, sizeof *claims->history);
    claims->history_count = options->earlier_count;
    for (size_t i = 0; i < options->earlier_count; i++) claims->history[i] = &options->earlier[i];
    qsort(claims->history, options->earlier_count, sizeof *claims->history, by_line_and_run);
}

/* The first row of the history that is not before the claim's line, by bisection. */
static size_t first_row(const pbr_claims *claims, const pbr_claim *claim)
{
    size_t low = 0, high = claims->history_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (compare_line(claim->area, claim->cohort, claim->line->id, claims->history[middle]) > 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* What was settled is the sum of all runs; what was computed is the latest run's, over its payees.
 */
static void take_history(const pbr_claims *claims, pbr_claim *claim, const pbr_contract *contract,
                         pbr_diag *diag)
{
    bool fits = true;
    int64_t computed = 0;
    size_t latest = 0;
    claim->first_earlier = first_row(claims, claim);
    for (size_t i = claim->first_earlier; i < claims->history_count; i++) {
        const pbr_earlier *row = claims->history[i];
        if (compare_line(claim->area, claim->cohort, claim->line->id, row) != 0) break;
        if (row->run != latest) computed = 0;
        latest = row->run;
        claim->was_settled = true;
        claim->earlier_count++;
        fits &= pbr_pence_add(&claim->settled_pence, row->due_pence);
        fits &= pbr_pence_add(&computed, row->computed_pence);
    }
    if (!fits) pbr_claim_too_large(claim, contract, diag);
    if (claim->adopted) claim->computed_pence = claim->capped_pence = computed;
}

static bool has_life_cap(const pbr_contract *contract)
{
    for (size_t i = 0; i < contract->rules_count; i++)
        for (unsigned k = 0; k < contract->rules[i].terms->caps_count; k++)
            if (contract->rules[i].terms->caps[k].per == PBR_CAP_LIFE) return true;
    return false;
}

/* Do caps or top-ups of one cohort look at the lines of another? */
static bool look_at_each_other(const pbr_contract *contract, size_t a, size_t b, bool for_life)
{
    return for_life || pbr_claim_is_within(contract, a, b) || pbr_claim_is_within(contract, b, a) ||
           strcmp(contract->cohorts[a].contract_year, contract->cohorts[b].contract_year) == 0;
}

static bool is_in_any_area(const bool *moved, size_t cohort, const pbr_contract *contract)
{
    size_t width = contract->cohorts_count;
    for (size_t area = 0; area < contract->areas_count; area++)
        if (moved[area * width + cohort]) return true;
    return false;
}

/* The cohorts, area by area, whose earlier lines this run's lines and decisions may change. */
static bool *concerned(const pbr_claims *claims, const pbr_contract *contract,
                       const pbr_settle_options *options)
{
    size_t width = contract->cohorts_count, count = contract->areas_count * width;
    bool *moved = pbr_alloc(count, sizeof *moved), *out = pbr_alloc(count, sizeof *out);
    bool for_life = has_life_cap(contract);
    for (size_t i = 0; i < claims->count; i++)
        moved[claims->items[i].area * width + claims->items[i].cohort] = true;
    for (size_t i = 0; i < options->decisions_count; i++)
        moved[options->decisions[i].area * width + options->decisions[i].cohort] = true;
    for (size_t cohort = 0; cohort < width; cohort++)
        for (size_t k = 0; is_in_any_area(moved, cohort, contract) && k < width; k++)
            if (look_at_each_other(contract, cohort, k, for_life))
                for (size_t i = 0; i < count; i += width) out[i + k] |= moved[i + cohort];
    free(moved);
    return out;
}

/* A line that only earlier runs have settled. */
static void adopt(pbr_claims *claims, const pbr_contract *contract,
                  const pbr_settle_options *options, const pbr_earlier *row, pbr_diag *diag)
{
    const pbr_rules *rules = pbr_contract_rules(contract, row->area, row->cohort, options->as_at);
    const pbr_line *line = rules ? pbr_terms_line(rules->terms, row->line) : NULL;
    if (line) {
        pbr_claims_add_line(claims, row->area, row->cohort, rules, line)->adopted = true;
        return;
    }
    pbr_error(
        diag, "unknown-line", PBR_NOWHERE,
        "settlement %s has a line \"%s\" for area %s, cohort %s that the contract does not have "
        "now: settle that cohort again in this run",
        options->runs[row->run].id, row->line, contract->areas[row->area].code,
        contract->cohorts[row->cohort].name);
}

static int by_line(const void *left, const void *right)
{
    const pbr_claim *a = *(const pbr_claim *const *)left, *b = *(const pbr_claim *const *)right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
    return strcmp(a->line->id, b->line->id);
}

static bool is_own(const pbr_claim **sorted, size_t own, const pbr_earlier *row)
{
    size_t low = 0, high = own;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        const pbr_claim *claim = sorted[middle];
        int order = compare_line(claim->area, claim->cohort, claim->line->id, row);
        if (order == 0) return true;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return false;
}

static void adopt_all(pbr_claims *claims, const pbr_contract *contract,
                      const pbr_settle_options *options, pbr_diag *diag)
{
    size_t own = claims->count;
    bool *changing = concerned(claims, contract, options);
    const pbr_claim **sorted = pbr_alloc(own, sizeof *sorted);
    bool *wanted = pbr_alloc(claims->history_count, sizeof *wanted);
    for (size_t i = 0; i < own; i++) sorted[i] = &claims->items[i];
    if (own) qsort(sorted, own, sizeof *sorted, by_line);
    for (size_t i = 0; i < claims->history_count; i++) {
        const pbr_earlier *row = claims->history[i];
        bool again = i && compare_line(claims->history[i - 1]->area, claims->history[i - 1]->cohort,
                                       claims->history[i - 1]->line, row) == 0;
        wanted[i] = !again && !is_own(sorted, own, row) &&
                    changing[row->area * contract->cohorts_count + row->cohort];
    }
    for (size_t i = 0; i < claims->history_count; i++)
        if (wanted[i]) adopt(claims, contract, options, claims->history[i], diag);
    free(changing);
    free(wanted);
    free(sorted);
}

void pbr_claims_earlier(pbr_claims *claims, const pbr_contract *contract,
                        const pbr_settle_options *options, pbr_diag *diag)
{
    if (!options->earlier_count) return;
    sort_history(claims, options);
    adopt_all(claims, contract, options, diag);
    for (size_t i = 0; i < claims->count; i++)
        take_history(claims, &claims->items[i], contract, diag);
}
