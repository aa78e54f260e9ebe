/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is paid (semantics 20), and how one amount is split between several (semantics 18). */
#include "settle/claim.h"

#include <string.h>

enum { SHARES_MAX = 64 };

struct share {
    const pbr_agreement *agreement;
    int64_t days;
};

static const pbr_agreement *last_agreement(const pbr_contract *contract, size_t area)
{
    const pbr_agreement *last = NULL;
    for (size_t i = 0; i < contract->agreements_count; i++)
        if (contract->agreements[i].area == area) last = &contract->agreements[i];
    return last;
}

static const pbr_agreement *at_settlement(const pbr_contract *contract, const pbr_claim *claim,
                                          pbr_date as_at)
{
    const pbr_agreement *now = pbr_contract_agreement(contract, claim->area, as_at);
    const pbr_agreement *last = last_agreement(contract, claim->area);
    bool ended = !now && last && last->to != PBR_NO_DATE && as_at >= last->to;
    if (ended && claim->rules->terms->payee.after_end == PBR_LAST_PROVIDER) return last;
    return now;
}

static int64_t overlap_days(const pbr_agreement *agreement, const pbr_cohort *cohort)
{
    pbr_date from = agreement->from > cohort->from ? agreement->from : cohort->from;
    bool open = agreement->to == PBR_NO_DATE || agreement->to > cohort->to;
    pbr_date to = open ? cohort->to : agreement->to;
    return to > from ? to - from : 0;
}

/* By calendar days of formation; agreements with the same payee are one share. */
static size_t shares_by_days(const pbr_contract *contract, const pbr_claim *claim,
                             struct share *shares)
{
    size_t count = 0;
    for (size_t i = 0; i < contract->agreements_count; i++) {
        const pbr_agreement *row = &contract->agreements[i];
        int64_t days = overlap_days(row, &contract->cohorts[claim->cohort]);
        size_t k = 0;
        if (row->area != claim->area || !days) continue;
        while (k < count && strcmp(shares[k].agreement->payee, row->payee) != 0) k++;
        if (k == SHARES_MAX) break;
        if (k == count) shares[count++] = (struct share){row, 0};
        shares[k].agreement = row;
        shares[k].days += days;
    }
    return count;
}

static size_t choose(const pbr_contract *contract, const pbr_claim *claim, pbr_date as_at,
                     struct share *shares)
{
    const pbr_payee_terms *terms = &claim->rules->terms->payee;
    const pbr_cohort *cohort = &contract->cohorts[claim->cohort];
    const pbr_agreement *one;
    if (terms->rule == PBR_PRO_RATA_DAYS) return shares_by_days(contract, claim, shares);
    if (terms->rule == PBR_AT_SETTLEMENT)
        one = at_settlement(contract, claim, as_at);
    else {
        bool last = terms->formation_day == PBR_LAST_DAY;
        one = pbr_contract_agreement(contract, claim->area, last ? cohort->to - 1 : cohort->from);
    }
    shares[0] = (struct share){one, 1};
    return one ? 1 : 0;
}

/* The share that takes what the others' floors leave: the payee at settlement, if it has a share.
 */
static size_t residue_share(const pbr_contract *contract, const pbr_claim *claim, pbr_date as_at,
                            const struct share *shares, size_t count)
{
    const pbr_agreement *now = at_settlement(contract, claim, as_at);
    for (size_t i = 0; i < count; i++)
        if (now && strcmp(shares[i].agreement->payee, now->payee) == 0) return i;
    return count - 1;
}

/* Divides pence by days, towards zero, the residue to one share. */
static void split(int64_t pence, const struct share *shares, size_t count, size_t residue,
                  int64_t *parts)
{
    int64_t days = 0, left = pence;
    for (size_t i = 0; i < count; i++) days += shares[i].days;
    for (size_t i = 0; i < count; i++) {
        parts[i] = (int64_t)((__int128)pence * shares[i].days / days);
        left -= parts[i];
    }
    parts[residue] += left;
}

/* What earlier runs settled with each share's payee; what went to others falls to the residue
 * share. False if a part does not fit. */
static bool split_settled(const pbr_claim *claim, const pbr_settle_options *options,
                          const struct share *shares, size_t count, size_t residue, int64_t *parts)
{
    bool fits = true;
    memset(parts, 0, count * sizeof *parts);
    for (size_t i = 0; i < options->earlier_count; i++) {
        const pbr_earlier *row = &options->earlier[i];
        size_t k = 0;
        if (row->area != claim->area || row->cohort != claim->cohort ||
            strcmp(row->line, claim->line->id) != 0)
            continue;
        while (k < count && strcmp(shares[k].agreement->payee, row->payee) != 0) k++;
        fits &= pbr_pence_add(&parts[k < count ? k : residue], row->due_pence);
    }
    return fits;
}

static const char *reason_of(const pbr_claim *claim)
{
    if (claim->result && claim->result->gated) return "gate";
    if (claim->capped_pence != claim->computed_pence) return "cap";
    if (!claim->result) return "cap";
    return claim->was_settled ? "restated" : "new";
}

static pbr_payment *add_payment(pbr_settlement *settlement, size_t *room)
{
    settlement->payments = pbr_grow(settlement->payments, room, settlement->payments_count + 1,
                                    sizeof *settlement->payments);
    pbr_payment *payment = &settlement->payments[settlement->payments_count++];
    *payment = (pbr_payment){0};
    mpq_inits(payment->units, payment->price, NULL);
    return payment;
}

static void fill(pbr_payment *payment, const pbr_claim *claim, const struct share *share,
                 pbr_date as_at)
{
    payment->area = claim->area;
    payment->cohort = claim->cohort;
    payment->result = claim->result;
    payment->rules = claim->rules;
    payment->line = claim->line;
    payment->provider = share->agreement->provider;
    payment->payee = share->agreement->payee;
    mpq_set(payment->units, claim->units);
    mpq_set(payment->price, claim->price);
    payment->disposition = "apply";
    payment->reason = reason_of(claim);
    payment->due_date = as_at + (pbr_date)claim->rules->terms->due.days_after_settlement;
}

static void no_payee(const pbr_claim *claim, const pbr_contract *contract, pbr_date as_at,
                     pbr_diag *diag)
{
    char day[PBR_DATE_TEXT];
    pbr_error(diag, "no-payee", PBR_NOWHERE,
              "area %s, cohort %s: no agreement says who is paid on %s: extend agreements.csv, or "
              "choose another payee rule",
              contract->areas[claim->area].code, contract->cohorts[claim->cohort].name,
              pbr_date_text(as_at, day));
}

void pbr_claim_pay(const pbr_claim *claim, pbr_settlement *settlement,
                   const pbr_settle_options *options, size_t *room, pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    struct share shares[SHARES_MAX];
    int64_t computed[SHARES_MAX], capped[SHARES_MAX], settled[SHARES_MAX];
    size_t count = choose(contract, claim, options->as_at, shares);
    if (!count) {
        no_payee(claim, contract, options->as_at, diag);
        return;
    }
    size_t residue = residue_share(contract, claim, options->as_at, shares, count);
    split(claim->computed_pence, shares, count, residue, computed);
    split(claim->capped_pence, shares, count, residue, capped);
    bool fits = split_settled(claim, options, shares, count, residue, settled);
    for (size_t i = 0; i < count; i++) {
        pbr_payment *payment = add_payment(settlement, room);
        fill(payment, claim, &shares[i], options->as_at);
        payment->computed_pence = computed[i];
        payment->capped_pence = payment->payable_pence = capped[i];
        payment->previous_pence = settled[i];
        fits &= !__builtin_sub_overflow(capped[i], settled[i], &payment->due_pence);
    }
    if (!fits) pbr_claim_too_large(claim, contract, diag);
}
