/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who is paid (semantics 20), and how one amount is split between several (semantics 18). */
#include "base/mem.h"
#include "settle/claim.h"
#include "settle/pence.h"

#include <stdlib.h>
#include <string.h>

struct share {
    const pbr_agreement *agreement;
    int64_t days;
};

/* A line's shares and what is theirs, in pence. */
struct split {
    struct share *shares;
    int64_t *days, *computed, *capped, *settled;
    size_t count, residue; /* residue: the share that takes what floors leave */
};

static const pbr_agreement *last_agreement(const pbr_contract *contract, size_t area)
{
    size_t count;
    const pbr_agreement *rows = pbr_contract_agreements(contract, area, &count);
    return count ? &rows[count - 1] : NULL;
}

static const pbr_agreement *at_settlement(const pbr_contract *contract, const pbr_claim *claim,
                                          pbr_date as_at)
{
    const pbr_agreement *now = pbr_contract_agreement(contract, claim->area, as_at);
    const pbr_agreement *last = now ? now : last_agreement(contract, claim->area);
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
    size_t count = 0, rows;
    const pbr_agreement *row = pbr_contract_agreements(contract, claim->area, &rows);
    for (const pbr_agreement *end = row + rows; row < end; row++) {
        int64_t days = overlap_days(row, &contract->cohorts[claim->cohort]);
        size_t k = 0;
        if (!days) continue;
        while (k < count && strcmp(shares[k].agreement->payee, row->payee) != 0) k++;
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
    const pbr_agreement *now = count > 1 ? at_settlement(contract, claim, as_at) : NULL;
    for (size_t i = 0; i < count; i++)
        if (now && strcmp(shares[i].agreement->payee, now->payee) == 0) return i;
    return count - 1;
}

/* What earlier runs settled with each share's payee; what went to others falls to the residue
 * share. False if a part does not fit. */
static bool split_settled(const pbr_claim *claim, const pbr_claims *claims,
                          const struct share *shares, size_t count, size_t residue, int64_t *parts)
{
    bool fits = true;
    memset(parts, 0, count * sizeof *parts);
    for (size_t i = 0; i < claim->earlier_count; i++) {
        const pbr_earlier *row = claims->history[claim->first_earlier + i];
        size_t k = 0;
        while (k < count && strcmp(shares[k].agreement->payee, row->payee) != 0) k++;
        fits &= pbr_pence_add(&parts[k < count ? k : residue], row->due_pence);
    }
    return fits;
}

static const pbr_earlier *latest_row(const pbr_claim *claim, const pbr_claims *claims)
{
    if (!claim->earlier_count) return NULL;
    return claims->history[claim->first_earlier + claim->earlier_count - 1];
}

static bool same_sum(bool a_known, const mpq_t a, bool b_known, const mpq_t b)
{
    return a_known == b_known && (!a_known || mpq_equal(a, b));
}

static bool same_measure(const pbr_measure *a, const pbr_measure *b)
{
    if (!a || !b) return a == b;
#define SAME(sum, known) same_sum(a->known, a->sum, b->known, b->sum)
    return a->starts == b->starts && a->measurable == b->measurable &&
           a->reoffenders == b->reoffenders && a->reoffences == b->reoffences &&
           SAME(reoffences_squared, has_squared) && SAME(ogrs_sum, has_ogrs_sum) &&
           SAME(ogrs_squares, has_ogrs_squares) &&
           SAME(ogrs_sum_reoffenders, has_ogrs_sum_reoffenders) && SAME(days, has_days) &&
           SAME(days_squared, has_days_squared) && SAME(expected, has_expected) &&
           SAME(weight_squares, has_weight_squares);
#undef SAME
}

/* Of those treated and of the control group. */
static bool same_data(const pbr_claim *claim, const pbr_measures *before, const pbr_measures *now)
{
    for (int control = 0; before && control <= 1; control++)
        if (!same_measure(pbr_measures_find(before, claim->area, claim->cohort, control),
                          pbr_measures_find(now, claim->area, claim->cohort, control)))
            return false;
    return true;
}

static int64_t computed_before(const pbr_claim *claim, const pbr_claims *claims)
{
    const pbr_earlier *latest = latest_row(claim, claims);
    int64_t sum = 0;
    for (size_t i = 0; i < claim->earlier_count; i++)
        if (claims->history[claim->first_earlier + i]->run == latest->run)
            pbr_pence_add(&sum, claims->history[claim->first_earlier + i]->computed_pence);
    return sum;
}

/* The last run that computed the line itself. */
static const pbr_earlier_run *computing_run(const pbr_claim *claim, const pbr_claims *claims,
                                            const pbr_settle_options *options)
{
    const pbr_earlier *row = latest_row(claim, claims);
    for (size_t i = claim->earlier_count; row->adopted && i-- > 0;)
        row = claims->history[claim->first_earlier + i];
    return &options->runs[row->run];
}

/* Why a line that was settled before comes out differently now. A decision is told later. */
static const char *restated_because(const pbr_claim *claim, const pbr_claims *claims,
                                    const pbr_settle_options *options, const pbr_measures *measures)
{
    const pbr_earlier_run *run = computing_run(claim, claims, options);
    if (computed_before(claim, claims) == claim->computed_pence)
        return claim->settled_pence == claim->capped_pence ? "terms" : "cap";
    if (claim->result && !same_data(claim, run->measures, measures)) return "data";
    if (!run->same_terms) return "terms";
    return run->same_program ? "data" : "error";
}

static const char *reason_of(const pbr_claim *claim, const pbr_claims *claims,
                             const pbr_settle_options *options, const pbr_measures *measures)
{
    if (claim->was_settled) return restated_because(claim, claims, options, measures);
    if (claim->result && claim->result->gated) return "gate";
    return claim->capped_pence != claim->computed_pence ? "cap" : "new";
}

static pbr_payment *add_payment(pbr_settlement *settlement)
{
    settlement->payments = pbr_grow(settlement->payments, &settlement->payments_room,
                                    settlement->payments_count + 1, sizeof *settlement->payments);
    return &settlement->payments[settlement->payments_count++];
}

/* What was decided about the line before, for this payee if it was one of several, holds until
 * somebody decides otherwise; the lines of a provider that failed are held until somebody decides
 * at all. */
static const char *standing_disposition(const pbr_claim *claim, const pbr_claims *claims,
                                        const pbr_agreement *agreement)
{
    const pbr_earlier *latest = latest_row(claim, claims);
    for (size_t i = claim->earlier_count; i-- > 0;) {
        const pbr_earlier *row = claims->history[claim->first_earlier + i];
        if (strcmp(row->payee, agreement->payee) == 0) return row->disposition;
    }
    if (latest) return latest->disposition;
    return pbr_disposition_text(agreement->insolvent ? PBR_HOLD : PBR_APPLY);
}

static void fill(pbr_payment *payment, const pbr_claim *claim, const pbr_claims *claims,
                 const struct share *share, pbr_date as_at)
{
    *payment = (pbr_payment){
        .claim = (size_t)(claim - claims->items),
        .days = share->days,
        .area = claim->area,
        .cohort = claim->cohort,
        .result = claim->result,
        .rules = claim->rules,
        .line = claim->line,
        .provider = share->agreement->provider,
        .payee = share->agreement->payee,
        .was_settled = claim->was_settled,
        .units = claim->units,
        .price = claim->price,
        .due_date = as_at + (pbr_date)claim->rules->terms->due.days_after_settlement,
    };
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

/* No line has more shares than its area has agreements. */
static struct split split_new(const pbr_contract *contract, const pbr_claim *claim)
{
    size_t most;
    pbr_contract_agreements(contract, claim->area, &most);
    struct split split = {.shares = pbr_alloc(most + 1, sizeof *split.shares),
                          .days = pbr_alloc(most + 1, sizeof(int64_t)),
                          .computed = pbr_alloc(most + 1, sizeof(int64_t)),
                          .capped = pbr_alloc(most + 1, sizeof(int64_t)),
                          .settled = pbr_alloc(most + 1, sizeof(int64_t))};
    return split;
}

static void split_free(struct split *split)
{
    free(split->shares);
    free(split->days);
    free(split->computed);
    free(split->capped);
    free(split->settled);
}

/* False if an amount does not fit. */
static bool split_claim(struct split *split, const pbr_claim *claim, const pbr_claims *claims)
{
    for (size_t i = 0; i < split->count; i++) split->days[i] = split->shares[i].days;
    pbr_pence_split(claim->computed_pence, split->days, split->count, split->residue,
                    split->computed);
    pbr_pence_split(claim->capped_pence, split->days, split->count, split->residue, split->capped);
    return split_settled(claim, claims, split->shares, split->count, split->residue,
                         split->settled);
}

static void add_payments(pbr_settlement *settlement, const struct split *split,
                         const pbr_claim *claim, const pbr_claims *claims,
                         const pbr_settle_options *options, const pbr_measures *measures)
{
    int64_t of_days = 0;
    for (size_t i = 0; i < split->count; i++) of_days += split->days[i];
    for (size_t i = 0; i < split->count; i++) {
        pbr_payment *payment = add_payment(settlement);
        fill(payment, claim, claims, &split->shares[i], options->as_at);
        payment->of_days = of_days;
        payment->takes_residue = i == split->residue;
        payment->computed_pence = split->computed[i];
        payment->capped_pence = split->capped[i];
        payment->previous_pence = split->settled[i];
        payment->disposition = standing_disposition(claim, claims, split->shares[i].agreement);
        payment->reason = reason_of(claim, claims, options, measures);
        payment->recomputed =
            claim->was_settled && computed_before(claim, claims) != claim->computed_pence;
    }
}

void pbr_claim_pay(const pbr_claim *claim, const pbr_claims *claims, pbr_settlement *settlement,
                   const pbr_settle_options *options, const pbr_measures *measures, pbr_diag *diag)
{
    const pbr_contract *contract = settlement->contract;
    struct split split = split_new(contract, claim);
    split.count = choose(contract, claim, options->as_at, split.shares);
    if (split.count) {
        split.residue = residue_share(contract, claim, options->as_at, split.shares, split.count);
        if (!split_claim(&split, claim, claims)) pbr_claim_too_large(claim, contract, diag);
        add_payments(settlement, &split, claim, claims, options, measures);
    } else
        no_payee(claim, contract, options->as_at, diag);
    split_free(&split);
}
