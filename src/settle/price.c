/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a verdict is worth: one function a kind of payoff. Amounts are signed, positive owed to the
 * payee. */
#include "settle/claim.h"

#include <string.h>

struct pricing {
    pbr_claim *claim;
    const pbr_contract *contract;
    const pbr_payoff *payoff;
    int sign;     /* of the verdict: 1 better or neither, -1 worse */
    mpq_t pounds; /* the answer */
};

/* From units of the metric to events in this cohort: percentages and rates per 100 are hundredths.
 */
static void to_events(mpq_t value, const pbr_result *result)
{
    pbr_metric_kind kind = result->metric->kind;
    bool hundredths = kind == PBR_RATE || kind == PBR_EVENTS_PER_100;
    if (kind == PBR_EXPECTED_RATIO)
        mpq_mul(value, value, result->measure->expected);
    else
        pbr_ratio_scale(value, result->cases, hundredths ? 100 : 1);
}

/* Semantics 16. Binary: persons x points / 100, reoffenders fewer than expected. Frequency: actual
 * reoffenders x reoffences each fewer. */
static void set_units(pbr_claim *claim, const pbr_payoff *payoff)
{
    const pbr_result *result = claim->result;
    mpq_srcptr from = result->verdict == PBR_BETTER ? result->lower : result->upper;
    if (payoff->measured_from == PBR_FROM_BASELINE) from = result->baseline->rate;
    mpq_sub(claim->units, from, result->adjusted);
    to_events(claim->units, result);
    const pbr_rounding_terms *rounding = &claim->rules->terms->rounding;
    if (rounding->units == PBR_UNITS_INTEGER) pbr_ratio_round(claim->units, 0, rounding->mode);
}

static void per_unit(struct pricing *p)
{
    set_units(p->claim, p->payoff);
    mpq_mul(p->pounds, p->claim->units, p->claim->price);
}

static void fixed(struct pricing *p)
{
    mpq_set(p->pounds, p->claim->price);
    mpq_set_si(p->claim->units, 1, 1);
}

static void refund(struct pricing *p)
{
    mpq_neg(p->pounds, p->claim->price);
    mpq_set_si(p->claim->units, -1, 1);
}

/* The size of the change in the verdict's direction; never below 0. */
static void set_size(struct pricing *p, mpq_t size)
{
    mpq_set(size, p->claim->result->change);
    if (p->sign < 0) mpq_neg(size, size);
    if (mpq_sgn(size) < 0) mpq_set_ui(size, 0, 1);
}

/* Units are the part of the price that is paid, so that units x price is the amount. */
static void signed_amount(struct pricing *p)
{
    if (p->sign < 0) mpq_neg(p->pounds, p->pounds);
    if (mpq_sgn(p->claim->price)) mpq_div(p->claim->units, p->pounds, p->claim->price);
}

static void steps(struct pricing *p)
{
    mpq_t size;
    mpq_init(size);
    set_size(p, size);
    for (size_t i = 0; i < p->contract->steps_count; i++) {
        const pbr_step *step = &p->contract->steps[i];
        if (strcmp(step->table, p->payoff->table) == 0 && mpq_cmp(size, step->at_least) >= 0)
            mpq_set(p->pounds, step->value);
    }
    mpq_clear(size);
    mpq_set(p->claim->price, p->pounds);
    signed_amount(p);
}

/* price x (change - least) / (full - least), not below nothing or above the price. */
static void linear(struct pricing *p)
{
    mpq_t least, full, part;
    mpq_inits(least, full, part, NULL);
    set_size(p, part);
    pbr_decimal_parse(least, p->payoff->least, strlen(p->payoff->least), PBR_TERM_DECIMALS);
    pbr_decimal_parse(full, p->payoff->full, strlen(p->payoff->full), PBR_TERM_DECIMALS);
    mpq_sub(part, part, least);
    mpq_sub(full, full, least);
    mpq_div(part, part, full);
    if (mpq_sgn(part) < 0) mpq_set_ui(part, 0, 1);
    if (mpq_cmp_ui(part, 1, 1) > 0) mpq_set_ui(part, 1, 1);
    mpq_mul(p->pounds, p->claim->price, part);
    mpq_clears(least, full, part, NULL);
    signed_amount(p);
}

static const pbr_step *next_in_table(const pbr_contract *contract, const pbr_step *step)
{
    const pbr_step *end = contract->steps + contract->steps_count;
    return step + 1 < end && strcmp(step[1].table, step->table) == 0 ? step + 1 : NULL;
}

/* How much of the change lies in the slice that begins at step. */
static void set_width(mpq_t width, const pbr_contract *contract, const pbr_step *step,
                      const mpq_t size)
{
    const pbr_step *next = next_in_table(contract, step);
    bool beyond = next && mpq_cmp(size, next->at_least) > 0;
    mpq_sub(width, beyond ? next->at_least : size, step->at_least);
    if (mpq_sgn(width) < 0) mpq_set_ui(width, 0, 1);
}

/* Units of each slice of the change x its share x price. A relative change is in percent of the
 * baseline's events. */
static void slices(struct pricing *p)
{
    const pbr_result *result = p->claim->result;
    mpq_ptr units = p->claim->units;
    mpq_t size, width;
    mpq_inits(size, width, NULL);
    set_size(p, size);
    for (size_t i = 0; i < p->contract->steps_count; i++) {
        const pbr_step *step = &p->contract->steps[i];
        if (strcmp(step->table, p->payoff->table) != 0) continue;
        set_width(width, p->contract, step, size);
        mpq_mul(width, width, step->value);
        mpq_add(units, units, width);
    }
    to_events(units, result);
    pbr_ratio_scale(units, p->sign, 100); /* shares are percentages */
    if (result->line->change == PBR_CHANGE_RELATIVE) {
        pbr_ratio_scale(units, 1, 100);
        mpq_mul(units, units, result->baseline->rate);
    }
    mpq_mul(p->pounds, units, p->claim->price);
    mpq_clears(size, width, NULL);
}

/* price x percentage / 100, the percentage not above its most. */
static void share(struct pricing *p)
{
    const char *year = p->contract->cohorts[p->claim->cohort].contract_year;
    mpq_srcptr percent = pbr_contract_amount(p->contract, p->claim->area, year, p->payoff->share);
    mpq_t most;
    mpq_init(most);
    pbr_decimal_parse(most, p->payoff->most, strlen(p->payoff->most), PBR_TERM_DECIMALS);
    bool within = mpq_cmp(percent, most) <= 0;
    mpq_mul(p->pounds, p->claim->price, within ? percent : most);
    pbr_ratio_scale(p->pounds, 1, 100);
    mpq_clear(most);
    signed_amount(p);
}

static void (*const kinds[])(struct pricing *p) = {
    [PBR_PER_UNIT] = per_unit, [PBR_FIXED] = fixed,   [PBR_REFUND] = refund, [PBR_STEPS] = steps,
    [PBR_LINEAR] = linear,     [PBR_SLICES] = slices, [PBR_SHARE] = share,
};

static const pbr_payoff *payoff_of(const pbr_claim *claim)
{
    switch (claim->result->verdict) {
    case PBR_BETTER:
        return claim->line->better;
    case PBR_NEITHER:
        return claim->line->neither;
    case PBR_WORSE:
        return claim->line->worse;
    default:
        return NULL;
    }
}

static bool set_price(pbr_claim *claim, const pbr_contract *contract, const pbr_payoff *payoff,
                      pbr_diag *diag)
{
    const char *year = contract->cohorts[claim->cohort].contract_year;
    if (!payoff->price) return true;
    mpq_srcptr price = pbr_contract_amount(contract, claim->area, year, payoff->price);
    if (price) {
        mpq_set(claim->price, price);
        return true;
    }
    pbr_error(diag, "missing-price", PBR_NOWHERE,
              "area %s has no \"%s\" for contract year %s: add it to prices.csv",
              contract->areas[claim->area].code, payoff->price, year);
    return false;
}

void pbr_claim_price(pbr_claim *claim, const pbr_contract *contract, pbr_diag *diag)
{
    const pbr_payoff *payoff = payoff_of(claim);
    if (!payoff || claim->result->interim || !set_price(claim, contract, payoff, diag)) return;
    struct pricing p = {
        .claim = claim,
        .contract = contract,
        .payoff = payoff,
        .sign = claim->result->verdict == PBR_WORSE ? -1 : 1,
    };
    mpq_init(p.pounds);
    kinds[payoff->kind](&p);
    if (!claim->result->gated) pbr_claim_set_amount(claim, p.pounds, contract, diag);
    mpq_clear(p.pounds);
}
