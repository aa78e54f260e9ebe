/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a line comes to before it is split between payees. */
#ifndef PBR_SETTLE_CLAIM_H
#define PBR_SETTLE_CLAIM_H

#include "settle/settlement.h"

typedef struct {
    size_t area, cohort;
    unsigned order; /* of the line in its rules */
    const pbr_rules *rules;
    const pbr_line *line;
    const pbr_result *result; /* NULL: settled by an earlier run and not in this one */
    mpq_t units, price;
    int64_t computed_pence, capped_pence;
    int64_t settled_pence; /* by earlier runs, all payees */
    bool was_settled;
} pbr_claim;

typedef struct {
    pbr_claim *items;
    size_t count, room;
} pbr_claims;

pbr_claim *pbr_claims_add(pbr_claims *claims);
void pbr_claims_free(pbr_claims *claims);

/* Reports that an amount of the claim does not fit in 63 bits of pence. */
void pbr_claim_too_large(const pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag);

/* Units, price and the rounded amount of a tested result (semantics 15 to 18). Problems go to diag.
 */
void pbr_claim_price(pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag);

/* Applies the caps over whole years (semantics 19) and records how each was used. */
void pbr_claims_cap(pbr_claims *claims, pbr_settlement *settlement, pbr_diag *diag);

/* Adds the earlier runs: what was settled on this run's lines, and lines of the same contract years
 * that are not in this run, because a cap is over the whole year. Two runs of one day that came to
 * different amounts for such a line are a problem: which of them is the later cannot be told. */
void pbr_claims_earlier(pbr_claims *claims, const pbr_contract *contract,
                        const pbr_settle_options *options, pbr_diag *diag);

/* Splits a claim between payees into settlement->payments (semantics 18, 20). */
void pbr_claim_pay(const pbr_claim *claim, pbr_settlement *settlement,
                   const pbr_settle_options *options, size_t *room, pbr_diag *diag);

#endif
