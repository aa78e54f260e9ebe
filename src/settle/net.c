/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A top-up pays only what the lines that it is net of have not paid already (semantics 15). */
#include "settle/claim.h"

#include <string.h>

static bool is_named(const pbr_line *line, const char *id)
{
    for (unsigned i = 0; i < line->net_of_count; i++)
        if (strcmp(line->net_of[i], id) == 0) return true;
    return false;
}

bool pbr_claim_is_within(const pbr_contract *contract, size_t part, size_t whole)
{
    const pbr_cohort *a = &contract->cohorts[part], *b = &contract->cohorts[whole];
    if (part == whole || pbr_contract_is_part(contract, part, whole)) return true;
    if (a->kind != PBR_MONTH) return false;
    if (b->kind == PBR_YEAR) return strcmp(a->contract_year, b->contract_year) == 0;
    return a->from >= b->from && a->to <= b->to;
}

bool pbr_claim_is_net_of(const pbr_claim *top_up, const pbr_claim *other,
                         const pbr_contract *contract)
{
    return other->area == top_up->area && is_named(top_up->line, other->line->id) &&
           pbr_claim_is_within(contract, other->cohort, top_up->cohort);
}

/* In the same area: what the named lines come to in the top-up's own cohort and its parts. */
static __int128 already_paid(const pbr_claims *claims, const pbr_contract *contract,
                             const pbr_claim *top_up)
{
    __int128 sum = 0; /* of 63-bit amounts: may need more than 63 bits */
    for (size_t i = 0; i < claims->count; i++) {
        const pbr_claim *claim = &claims->items[i];
        if (pbr_claim_is_net_of(top_up, claim, contract)) sum += claim->computed_pence;
    }
    return sum;
}

/* The computed figure stays whole, so that a later run can take the lines off again, however they
 * came out by then. */
void pbr_claims_net(pbr_claims *claims, const pbr_contract *contract)
{
    for (size_t i = 0; i < claims->count; i++) {
        pbr_claim *claim = &claims->items[i];
        claim->net_pence = claim->capped_pence;
        if (!claim->line->net_of_count || claim->computed_pence <= 0) continue;
        __int128 left = claim->computed_pence - already_paid(claims, contract, claim);
        if (left < claim->computed_pence) claim->capped_pence = left > 0 ? (int64_t)left : 0;
        claim->net_pence = claim->capped_pence;
    }
}
