/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/claim.h"

#include <stdlib.h>

pbr_claim *pbr_claims_add(pbr_claims *claims)
{
    claims->items =
        pbr_grow(claims->items, &claims->room, claims->count + 1, sizeof *claims->items);
    pbr_claim *claim = &claims->items[claims->count++];
    if (claims->count > claims->ready) {
        mpq_inits(claim->units, claim->price, NULL);
        claims->ready = claims->count;
    }
    return claim;
}

pbr_claim *pbr_claims_add_line(pbr_claims *claims, size_t area, size_t cohort,
                               const pbr_rules *rules, const pbr_line *line)
{
    pbr_claim *claim = pbr_claims_add(claims);
    claim->area = area;
    claim->cohort = cohort;
    claim->rules = rules;
    claim->line = line;
    claim->order = (unsigned)(line - rules->terms->lines);
    return claim;
}

static void empty(pbr_claim *claim)
{
    pbr_claim kept = {.units = {*claim->units}, .price = {*claim->price}};
    mpq_set_ui(kept.units, 0, 1);
    mpq_set_ui(kept.price, 0, 1);
    *claim = kept;
}

void pbr_claims_empty(pbr_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++) empty(&claims->items[i]);
    claims->count = 0;
    free(claims->history);
    claims->history = NULL;
    claims->history_count = 0;
}

void pbr_claims_free(pbr_claims *claims)
{
    for (size_t i = 0; i < claims->ready; i++)
        mpq_clears(claims->items[i].units, claims->items[i].price, NULL);
    free(claims->items);
    free(claims->history);
}

void pbr_claim_too_large(const pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag)
{
    pbr_error(diag, "amount-too-large", PBR_NOWHERE,
              "area %s, cohort %s, line %s: the amount does not fit in 63 bits of pence: check the "
              "price and the baseline",
              contract->areas[claim->area].code, contract->cohorts[claim->cohort].name,
              claim->line->id);
}

void pbr_claim_set_amount(pbr_claim *claim, const mpq_t pounds, const pbr_contract *contract,
                          pbr_diag *diag)
{
    if (!pbr_ratio_pence(&claim->computed_pence, pounds, claim->rules->terms->rounding.mode))
        pbr_claim_too_large(claim, contract, diag);
    claim->capped_pence = claim->computed_pence;
}
