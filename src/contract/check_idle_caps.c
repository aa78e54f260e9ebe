/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/check_idle.h"

#include <string.h>

#define LIFE "life" /* contract_year of the row that caps for life are read from */

/* A cap of a version, in the area and contract year of a row of prices. */
struct capped {
    const pbr_contract *contract;
    const pbr_rules *rules;
    const pbr_cap *cap;
    unsigned kinds; /* bit k: the cap is over a line of the kind of period k */
    const pbr_price *row;
};

static unsigned kinds_under(const pbr_rules *rules, const pbr_cap *cap)
{
    unsigned kinds = 0;
    for (unsigned i = 0; i < cap->over_count; i++) {
        const pbr_line *line = pbr_terms_line(rules->terms, cap->over[i]);
        if (line) kinds |= 1u << line->period;
    }
    return kinds;
}

/* Has the area a cohort in that year which the cap's lines and version hold for? */
static bool applies(const struct capped *c)
{
    const pbr_contract *contract = c->contract;
    bool life = c->cap->per == PBR_CAP_LIFE;
    if (life != (strcmp(c->row->contract_year, LIFE) == 0)) return false;
    for (size_t k = 0; k < contract->cohorts_count; k++)
        if ((c->kinds >> contract->cohorts[k].kind & 1) &&
            (life || strcmp(contract->cohorts[k].contract_year, c->row->contract_year) == 0) &&
            pbr_rules_may_hold(contract, c->row->area, k, c->rules))
            return true;
    return false;
}

/* --- the most that lines can come to --- */

/* What a payoff comes to at the most; false where nothing bounds it. */
typedef bool (*most_of)(const struct capped *c, const pbr_payoff *payoff, mpq_t most);

static bool price_of(const struct capped *c, const char *column, mpq_t out)
{
    mpq_srcptr amount =
        pbr_contract_amount(c->contract, c->row->area, c->row->contract_year, column);
    if (amount) mpq_set(out, amount);
    return amount != NULL;
}

static bool whole_price(const struct capped *c, const pbr_payoff *payoff, mpq_t most)
{
    return price_of(c, payoff->price, most);
}

static bool nothing(const struct capped *c, const pbr_payoff *payoff, mpq_t most)
{
    (void)c, (void)payoff;
    mpq_set_ui(most, 0, 1);
    return true;
}

static bool highest_step(const struct capped *c, const pbr_payoff *payoff, mpq_t most)
{
    mpq_set_ui(most, 0, 1);
    for (size_t i = 0; i < c->contract->steps_count; i++) {
        const pbr_step *step = &c->contract->steps[i];
        if (strcmp(step->table, payoff->table) == 0 && mpq_cmp(step->value, most) > 0)
            mpq_set(most, step->value);
    }
    return true;
}

/* price x most / 100 */
static bool most_share(const struct capped *c, const pbr_payoff *payoff, mpq_t most)
{
    mpq_t factor;
    mpq_init(factor);
    bool ok = price_of(c, payoff->price, most) &&
              pbr_decimal_parse(factor, payoff->most, strlen(payoff->most), PBR_TERM_DECIMALS);
    mpq_mul(most, most, factor);
    pbr_ratio_set(factor, 1, 100);
    mpq_mul(most, most, factor);
    mpq_clear(factor);
    return ok;
}

static const most_of payoff_most[] = {
    [PBR_PER_UNIT] = NULL,      [PBR_FIXED] = whole_price,  [PBR_REFUND] = nothing,
    [PBR_STEPS] = highest_step, [PBR_LINEAR] = whole_price, [PBR_SLICES] = NULL,
    [PBR_SHARE] = most_share,
};

/* A worse result pays nothing, unless its amount is fixed. */
static bool side_most(const struct capped *c, const pbr_payoff *payoff, bool worse, mpq_t most)
{
    mpq_t value;
    if (!payoff || (worse && payoff->kind != PBR_FIXED)) return true;
    if (!payoff_most[payoff->kind]) return false;
    mpq_init(value);
    bool ok = payoff_most[payoff->kind](c, payoff, value);
    if (ok && mpq_cmp(value, most) > 0) mpq_set(most, value);
    mpq_clear(value);
    return ok;
}

/* A twelfth, and at most twelve pence of residue. */
static bool instalment_most(const struct capped *c, const pbr_line *line, mpq_t most)
{
    mpq_t part;
    if (line->index || !price_of(c, line->price, most)) return false;
    mpq_init(part);
    pbr_ratio_set(part, 1, 12);
    mpq_mul(most, most, part);
    pbr_ratio_set(part, 12, 100);
    mpq_add(most, most, part);
    mpq_clear(part);
    return true;
}

/* For one cohort, in pounds. */
static bool line_most(const struct capped *c, const pbr_line *line, mpq_t most)
{
    mpq_set_ui(most, 0, 1);
    if (line->kind == PBR_CREDIT) return true;
    if (line->kind == PBR_VOLUME) return false;
    if (line->kind == PBR_FEE) return instalment_most(c, line, most);
    return side_most(c, line->better, false, most) && side_most(c, line->neither, false, most) &&
           side_most(c, line->worse, true, most);
}

static long cohorts_in_year(const struct capped *c, pbr_period kind)
{
    long count = 0;
    for (size_t k = 0; k < c->contract->cohorts_count; k++)
        count += c->contract->cohorts[k].kind == kind &&
                 strcmp(c->contract->cohorts[k].contract_year, c->row->contract_year) == 0;
    return count;
}

/* Of all lines that share the cap's room; false where it is not known. */
static bool room_most(const struct capped *c, mpq_t sum)
{
    mpq_t most, times;
    bool ok = true;
    mpq_inits(most, times, NULL);
    for (unsigned i = 0; i < c->cap->over_count && ok; i++) {
        const pbr_line *line = pbr_terms_line(c->rules->terms, c->cap->over[i]);
        ok = line && line_most(c, line, most);
        if (!ok) break;
        if (c->cap->per == PBR_CAP_YEAR) {
            pbr_ratio_set(times, cohorts_in_year(c, line->period), 1);
            mpq_mul(most, most, times);
        }
        mpq_add(sum, sum, most);
    }
    mpq_clears(most, times, NULL);
    return ok;
}

/* --- the caps --- */

/* The same cap of another version in the same area and year; before: of an earlier one only. */
static bool shares_room(const struct capped *c, bool before)
{
    for (size_t r = 0; r < c->contract->rules_count; r++) {
        struct capped other = *c;
        other.rules = &c->contract->rules[r];
        if (other.rules == c->rules || (before && other.rules > c->rules)) continue;
        for (unsigned i = 0; i < other.rules->terms->caps_count; i++) {
            other.cap = &other.rules->terms->caps[i];
            if (strcmp(other.cap->id, c->cap->id) != 0) continue;
            other.kinds = kinds_under(other.rules, other.cap);
            if (applies(&other)) return true;
        }
    }
    return false;
}

static bool limit_of(const struct capped *c, mpq_t limit)
{
    mpq_t minus;
    mpq_init(minus);
    bool ok =
        price_of(c, c->cap->column, limit) && (!c->cap->minus || price_of(c, c->cap->minus, minus));
    mpq_sub(limit, limit, minus);
    mpq_clear(minus);
    return ok;
}

/* "1,234.50", half a penny to the even one: only the most can be finer than a penny. */
static const char *pounds(const struct capped *c, const mpq_t amount)
{
    char text[PBR_RATIO_TEXT];
    int64_t pence;
    if (pbr_ratio_pence(&pence, amount, PBR_HALF_EVEN))
        pbr_pounds_text(text, pence);
    else
        pbr_ratio_text(text, amount, 2);
    return pbr_arena_printf(c->contract->arena, "%s", text);
}

static void report(const struct capped *c, const mpq_t limit, const mpq_t most, bool pays_nothing,
                   pbr_diag *diag)
{
    const char *area = c->contract->areas[c->row->area].code;
    const char *currency = c->contract->scheme->currency;
    pbr_place place = {pbr_contract_path(c->contract, "prices.csv"), c->row->line, 1};
    if (pays_nothing)
        pbr_warn(diag, "idle-cap", place,
                 "cap \"%s\" pays nothing in area %s, contract year %s: its limit is %s %s",
                 c->cap->id, area, c->row->contract_year, currency, pounds(c, limit));
    else
        pbr_warn(diag, "idle-cap", place,
                 "cap \"%s\" can never bind in area %s, contract year %s: its limit is %s %s, and "
                 "its lines come to at most %s %s",
                 c->cap->id, area, c->row->contract_year, currency, pounds(c, limit), currency,
                 pounds(c, most));
}

static void check_cap(const struct capped *c, pbr_diag *diag)
{
    mpq_t limit, most;
    if (!applies(c) || shares_room(c, true)) return;
    mpq_inits(limit, most, NULL);
    if (limit_of(c, limit)) {
        bool pays_nothing = mpq_sgn(limit) <= 0;
        bool judged = c->cap->per != PBR_CAP_LIFE && !shares_room(c, false);
        bool idle = !pays_nothing && judged && room_most(c, most) && mpq_cmp(limit, most) > 0;
        if (pays_nothing || idle) report(c, limit, most, pays_nothing, diag);
    }
    mpq_clears(limit, most, NULL);
}

static void check_rows(const pbr_contract *contract, const pbr_rules *rules, const pbr_cap *cap,
                       pbr_diag *diag)
{
    struct capped c = {contract, rules, cap, kinds_under(rules, cap), NULL};
    for (size_t p = 0; p < contract->prices_count; p++) {
        c.row = &contract->prices[p];
        check_cap(&c, diag);
    }
}

void pbr_check_idle_caps(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t r = 0; r < contract->rules_count; r++)
        for (unsigned i = 0; i < contract->rules[r].terms->caps_count; i++)
            check_rows(contract, &contract->rules[r], &contract->rules[r].terms->caps[i], diag);
}
