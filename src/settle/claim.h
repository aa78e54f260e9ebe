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
    const pbr_result *result; /* NULL: a monthly line, or one not settled in this run */
    bool adopted;             /* settled by an earlier run and not in this one */
    mpq_t units, price;
    int64_t computed_pence, capped_pence;
    int64_t net_pence;     /* before the caps: less what it is net of */
    int64_t settled_pence; /* by earlier runs, all payees */
    bool was_settled;
    size_t first_earlier, earlier_count; /* its rows in the sorted history */
} pbr_claim;

typedef struct pbr_claims {
    pbr_claim *items;
    size_t count, room, ready;   /* ready: items whose numbers have been set up */
    const pbr_earlier **history; /* earlier rows by area, cohort, line, run */
    size_t history_count;
} pbr_claims;

pbr_claim *pbr_claims_add(pbr_claims *claims);
void pbr_claims_empty(pbr_claims *claims); /* keeps the memory for others */
void pbr_claims_free(pbr_claims *claims);
/* A claim for a line of the rules in force. */
pbr_claim *pbr_claims_add_line(pbr_claims *claims, size_t area, size_t cohort,
                               const pbr_rules *rules, const pbr_line *line);

/* Reports that an amount of the claim does not fit in 63 bits of pence. */
void pbr_claim_too_large(const pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag);

/* Units, price and the rounded amount of a tested result (semantics 15 to 18). Problems go to diag.
 */
void pbr_claim_price(pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag);
/* Rounds an amount in pounds by the rules into the claim's pence. */
void pbr_claim_set_amount(pbr_claim *claim, const mpq_t pounds, const pbr_contract *contract,
                          pbr_diag *diag);

/* Adds the monthly lines of an area and month: fees, volumes, service credits. */
void pbr_claims_month(pbr_claims *claims, const pbr_contract *contract, size_t area, size_t month,
                      const pbr_settle_options *options, pbr_diag *diag);

/* Is a cohort the other one, or a part of it: a quarter or month of a year, a member of a pool? */
bool pbr_claim_is_within(const pbr_contract *contract, size_t part, size_t whole);
/* Is the top-up net of the other claim, in whole or part of its cohort? */
bool pbr_claim_is_net_of(const pbr_claim *top_up, const pbr_claim *other,
                         const pbr_contract *contract);
/* Takes off payments what the lines that they are net of come to (semantics 15): capped_pence is
 * what is left, computed_pence stays. */
void pbr_claims_net(pbr_claims *claims, const pbr_contract *contract);

/* Applies the caps in their order: line, cohort, year, life (semantics 18, 19), and records each.
 */
void pbr_claims_cap(pbr_claims *claims, pbr_settlement *settlement, pbr_diag *diag);

/* Adds the earlier runs: what was settled on this run's lines, and lines of the same contract years
 * (or of the same area, where a cap is for life) that are not in this run. */
void pbr_claims_earlier(pbr_claims *claims, const pbr_contract *contract,
                        const pbr_settle_options *options, pbr_diag *diag);

/* Splits a claim between payees into settlement->payments (semantics 18, 20). */
void pbr_claim_pay(const pbr_claim *claim, const pbr_claims *claims, pbr_settlement *settlement,
                   const pbr_settle_options *options, const pbr_measures *measures, pbr_diag *diag);

#endif
