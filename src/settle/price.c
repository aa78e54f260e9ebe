/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/claim.h"

#include <stdlib.h>

pbr_claim *pbr_claims_add(pbr_claims *claims)
{
    claims->items =
        pbr_grow(claims->items, &claims->room, claims->count + 1, sizeof *claims->items);
    pbr_claim *claim = &claims->items[claims->count++];
    *claim = (pbr_claim){0};
    mpq_inits(claim->units, claim->price, NULL);
    return claim;
}

void pbr_claims_free(pbr_claims *claims)
{
    for (size_t i = 0; i < claims->count; i++)
        mpq_clears(claims->items[i].units, claims->items[i].price, NULL);
    free(claims->items);
}

/* Semantics 16. Binary: persons x points / 100, reoffenders fewer than expected. Frequency: actual
 * reoffenders x reoffences each fewer. Signed: positive is better. */
static void set_units(pbr_claim *claim, const pbr_payoff *payoff)
{
    const pbr_result *result = claim->result;
    bool threshold = payoff->measured_from == PBR_FROM_THRESHOLD;
    if (!threshold)
        mpq_set(claim->units, result->baseline->rate);
    else
        mpq_set(claim->units, result->verdict == PBR_BETTER ? result->lower : result->upper);
    mpq_sub(claim->units, claim->units, result->adjusted);
    mpq_t size;
    mpq_init(size);
    pbr_ratio_set(size, result->cases, result->metric->kind == PBR_RATE ? 100 : 1);
    mpq_mul(claim->units, claim->units, size);
    mpq_clear(size);
    const pbr_rounding_terms *rounding = &claim->rules->terms->rounding;
    if (rounding->units == PBR_UNITS_INTEGER) pbr_ratio_round(claim->units, 0, rounding->mode);
}

static bool set_price(pbr_claim *claim, const pbr_contract *contract, const pbr_payoff *payoff)
{
    const char *year = contract->cohorts[claim->cohort].contract_year;
    const pbr_price *row = pbr_contract_price(contract, claim->area, year);
    size_t column = pbr_contract_money_column(contract, payoff->price);
    if (row && column != PBR_NONE) mpq_set(claim->price, row->amounts[column]);
    return row && column != PBR_NONE;
}

static const pbr_payoff *payoff_of(const pbr_claim *claim)
{
    if (claim->result->verdict == PBR_BETTER) return claim->line->better;
    return claim->result->verdict == PBR_WORSE ? claim->line->worse : NULL;
}

void pbr_claim_too_large(const pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag)
{
    pbr_error(diag, "amount-too-large", PBR_NOWHERE,
              "area %s, cohort %s, line %s: the amount does not fit in 63 bits of pence: check the "
              "price and the baseline",
              contract->areas[claim->area].code, contract->cohorts[claim->cohort].name,
              claim->line->id);
}

void pbr_claim_price(pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_payoff *payoff = payoff_of(claim);
    if (!payoff || claim->result->interim) return;
    set_units(claim, payoff);
    if (!set_price(claim, contract, payoff)) {
        pbr_error(diag, "missing-price", PBR_NOWHERE,
                  "area %s has no \"%s\" for contract year %s: add it to prices.csv",
                  contract->areas[claim->area].code, payoff->price,
                  contract->cohorts[claim->cohort].contract_year);
        return;
    }
    if (claim->result->gated) return;
    mpq_t pounds;
    mpq_init(pounds);
    mpq_mul(pounds, claim->units, claim->price);
    if (!pbr_ratio_pence(&claim->computed_pence, pounds, claim->rules->terms->rounding.mode))
        pbr_claim_too_large(claim, contract, diag);
    mpq_clear(pounds);
    claim->capped_pence = claim->computed_pence;
}
