/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/claim.h"

#include <string.h>

static bool same_line(const pbr_claim *claim, const pbr_earlier *row)
{
    return claim->area == row->area && claim->cohort == row->cohort &&
           strcmp(claim->line->id, row->line) == 0;
}

static pbr_claim *find(pbr_claims *claims, const pbr_earlier *row)
{
    for (size_t i = 0; i < claims->count; i++)
        if (same_line(&claims->items[i], row)) return &claims->items[i];
    return NULL;
}

static bool year_is_settled_now(const pbr_claims *claims, size_t own, const pbr_contract *contract,
                                const pbr_earlier *row)
{
    const char *year = contract->cohorts[row->cohort].contract_year;
    for (size_t i = 0; i < own; i++)
        if (claims->items[i].area == row->area &&
            strcmp(contract->cohorts[claims->items[i].cohort].contract_year, year) == 0)
            return true;
    return false;
}

/* A line that only earlier runs have settled. */
static pbr_claim *adopt(pbr_claims *claims, const pbr_contract *contract,
                        const pbr_settle_options *options, const pbr_earlier *row, pbr_diag *diag)
{
    const pbr_rules *rules = pbr_contract_rules(contract, row->area, row->cohort, options->as_at);
    const pbr_line *line = rules ? pbr_terms_line(rules->terms, row->line) : NULL;
    if (!line) {
        pbr_error(diag, "unknown-line", PBR_NOWHERE,
                  "settlement %s has a line \"%s\" for area %s, cohort %s that the contract does "
                  "not have now: settle that cohort again in this run",
                  row->settlement, row->line, contract->areas[row->area].code,
                  contract->cohorts[row->cohort].name);
        return NULL;
    }
    pbr_claim *claim = pbr_claims_add(claims);
    claim->area = row->area;
    claim->cohort = row->cohort;
    claim->rules = rules;
    claim->line = line;
    claim->order = (unsigned)(line - rules->terms->lines);
    return claim;
}

static const char *latest_run(const pbr_claim *claim, const pbr_settle_options *options)
{
    const char *latest = "";
    for (size_t i = 0; i < options->earlier_count; i++)
        if (same_line(claim, &options->earlier[i]) &&
            strcmp(options->earlier[i].settlement, latest) > 0)
            latest = options->earlier[i].settlement;
    return latest;
}

/* What was settled is the sum of all runs; what was computed is the latest run's, over its payees.
 */
static void take_history(pbr_claim *claim, const pbr_settle_options *options)
{
    const char *latest = latest_run(claim, options);
    int64_t computed = 0;
    for (size_t i = 0; i < options->earlier_count; i++) {
        const pbr_earlier *row = &options->earlier[i];
        if (!same_line(claim, row)) continue;
        claim->was_settled = true;
        pbr_pence_add(&claim->settled_pence, row->due_pence);
        if (strcmp(row->settlement, latest) == 0) pbr_pence_add(&computed, row->computed_pence);
    }
    if (!claim->result) claim->computed_pence = claim->capped_pence = computed;
}

void pbr_claims_earlier(pbr_claims *claims, const pbr_contract *contract,
                        const pbr_settle_options *options, pbr_diag *diag)
{
    size_t own = claims->count;
    for (size_t i = 0; i < options->earlier_count; i++) {
        const pbr_earlier *row = &options->earlier[i];
        if (find(claims, row) || !year_is_settled_now(claims, own, contract, row)) continue;
        adopt(claims, contract, options, row, diag);
    }
    for (size_t i = 0; i < claims->count; i++) take_history(&claims->items[i], options);
}
