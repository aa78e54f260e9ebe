/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/claim.h"

#include <string.h>

enum { DAY_LENGTH = PBR_DATE_TEXT - 1 }; /* of the date that a settlement's id begins with */

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

/* What a run computed for the line, over its payees. False if that does not fit. */
static bool computed_by(const pbr_claim *claim, const pbr_settle_options *options, const char *run,
                        int64_t *pence)
{
    bool fits = true;
    *pence = 0;
    for (size_t i = 0; i < options->earlier_count; i++) {
        const pbr_earlier *row = &options->earlier[i];
        if (same_line(claim, row) && strcmp(row->settlement, run) == 0)
            fits &= pbr_pence_add(pence, row->computed_pence);
    }
    return fits;
}

/* Ids of one day are in no order: another run of the latest day must have come to the same. */
static bool is_ambiguous(const pbr_claim *claim, const pbr_settle_options *options,
                         const char *latest)
{
    for (size_t i = 0; i < options->earlier_count; i++) {
        const pbr_earlier *row = &options->earlier[i];
        int64_t pence;
        if (!same_line(claim, row) || strncmp(row->settlement, latest, DAY_LENGTH) != 0) continue;
        if (!computed_by(claim, options, row->settlement, &pence) || pence != claim->computed_pence)
            return true;
    }
    return false;
}

/* What was computed for a line that is not in this run is the latest run's. */
static bool take_computed(pbr_claim *claim, const pbr_contract *contract,
                          const pbr_settle_options *options, pbr_diag *diag)
{
    const char *latest = latest_run(claim, options);
    bool fits = computed_by(claim, options, latest, &claim->computed_pence);
    claim->capped_pence = claim->computed_pence;
    if (fits && is_ambiguous(claim, options, latest))
        pbr_error(diag, "ambiguous-history", PBR_NOWHERE,
                  "area %s, cohort %s, line %s: settlements of %.*s came to different amounts: "
                  "settle that cohort again in this run",
                  contract->areas[claim->area].code, contract->cohorts[claim->cohort].name,
                  claim->line->id, DAY_LENGTH, latest);
    return fits;
}

/* What was settled is the sum of all runs. */
static void take_history(pbr_claim *claim, const pbr_contract *contract,
                         const pbr_settle_options *options, pbr_diag *diag)
{
    bool fits = true;
    for (size_t i = 0; i < options->earlier_count; i++) {
        if (!same_line(claim, &options->earlier[i])) continue;
        claim->was_settled = true;
        fits &= pbr_pence_add(&claim->settled_pence, options->earlier[i].due_pence);
    }
    if (!claim->result) fits &= take_computed(claim, contract, options, diag);
    if (!fits) pbr_claim_too_large(claim, contract, diag);
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
    for (size_t i = 0; i < claims->count; i++)
        take_history(&claims->items[i], contract, options, diag);
}
