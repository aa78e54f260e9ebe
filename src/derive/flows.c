/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From the computed amount to what is due: top-ups, caps, shares, decisions, earlier settlements
 * (semantics 15, 18 to 20, 22). Everything is in whole pence. */
#include "derive/working.h"

#include <string.h>

struct flow {
    const pbr_workings *all;
    const pbr_working *working;
    const pbr_working_row *row;
};

static const pbr_value *pence(const struct flow *f, int64_t value)
{
    return pbr_value_int(f->all->pool, value);
}

static const pbr_claims *claims_of(const struct flow *f)
{
    return f->all->settlement->claims;
}

static void ingredient(pbr_working *w, const char *field, const char *title, pbr_unit unit)
{
    pbr_stage_add(w, field, title, unit, PBR_STAGE_FLOW, field);
}

static pbr_stage *formula(pbr_workings *all, pbr_working *w, const char *field, const char *title,
                          const char *text)
{
    return pbr_stage_formula(all, w, field, title, PBR_UNIT_PENCE, text);
}

/* --- top-ups --- */

static void plan_net(pbr_workings *all)
{
    pbr_working *w = &all->net;
    const pbr_claims *claims = all->settlement->claims;
    for (size_t i = 0; i < claims->count; i++)
        if (claims->items[i].line->net_of_count)
            pbr_working_add_row(w, claims->items[i].area, claims->items[i].cohort)->claim =
                &claims->items[i];
    ingredient(w, "line_pence", "Computed", PBR_UNIT_PENCE);
    ingredient(w, "already_pence", "What it is net of", PBR_UNIT_PENCE);
    formula(all, w, "net_pence", "Less what it is net of",
            "if(line_pence <= zero, line_pence, min(line_pence, max(line_pence - already_pence, "
            "zero)))");
}

static const pbr_value *already(const struct flow *f)
{
    mpq_t sum, part;
    mpq_inits(sum, part, NULL);
    const pbr_claims *claims = claims_of(f);
    for (size_t i = 0; i < claims->count; i++) {
        const pbr_claim *other = &claims->items[i];
        if (!pbr_claim_is_net_of(f->row->claim, other, f->all->settlement->contract)) continue;
        pbr_ratio_set(part, other->computed_pence, 1);
        mpq_add(sum, sum, part);
    }
    const pbr_value *made = pbr_value_exact(f->all->pool, sum);
    mpq_clears(sum, part, NULL);
    return made;
}

/* --- caps --- */

static const pbr_cap_step *cap_step(const struct flow *f)
{
    return &f->all->settlement->cap_steps[f->row->item];
}

static const pbr_cap_use *cap_use(const struct flow *f)
{
    return &f->all->settlement->caps[cap_step(f)->use];
}

static void plan_caps(pbr_workings *all)
{
    const pbr_settlement *s = all->settlement;
    for (size_t i = 0; i < s->cap_steps_count; i++) {
        const pbr_claim *claim = &s->claims->items[s->cap_steps[i].claim];
        pbr_working_row *row = pbr_working_add_row(
            &all->caps[s->caps[s->cap_steps[i].use].cap->per], claim->area, claim->cohort);
        row->claim = claim;
        row->item = i;
    }
    for (size_t level = 0; level < PBR_CAP_LEVELS; level++) {
        pbr_working *w = &all->caps[level];
        if (!w->rows_count) continue;
        ingredient(w, "before_pence", "Before this cap", PBR_UNIT_PENCE);
        ingredient(w, "cap_amount", "Amount of the cap", PBR_UNIT_POUNDS);
        ingredient(w, "cap_minus", "Less", PBR_UNIT_POUNDS);
        formula(all, w, "limit_pence", "Limit",
                "floor(steady((cap_amount - cap_minus) * pence, pence_steady))");
        ingredient(w, "used_before_pence", "Used by the lines before", PBR_UNIT_PENCE);
        formula(all, w, "room_pence", "Room left", "max(limit_pence - used_before_pence, zero)");
        formula(all, w, "after_pence", "After this cap",
                "if(before_pence <= zero, before_pence, min(before_pence, room_pence))");
        ingredient(w, "gives_back", "Deductions give room back", PBR_UNIT_WORD);
        formula(all, w, "used_after_pence", "Used with this line",
                "if(and(before_pence <= zero, gives_back = no), used_before_pence, "
                "used_before_pence + after_pence)");
    }
}

/* What the lines before it in the same room have used up. */
static const pbr_value *used_before(const struct flow *f)
{
    mpq_t sum, part;
    mpq_inits(sum, part, NULL);
    const pbr_settlement *s = f->all->settlement;
    bool gives_back = cap_use(f)->cap->headroom == PBR_HEADROOM_NET;
    for (size_t i = f->row->item; i-- > 0 && s->cap_steps[i].use == cap_step(f)->use;) {
        if (s->cap_steps[i].before_pence <= 0 && !gives_back) continue;
        pbr_ratio_set(part, s->cap_steps[i].after_pence, 1);
        mpq_add(sum, sum, part);
    }
    const pbr_value *made = pbr_value_exact(f->all->pool, sum);
    mpq_clears(sum, part, NULL);
    return made;
}

static const pbr_value *cap_amount(const struct flow *f, const char *column)
{
    mpq_srcptr amount = pbr_contract_amount(f->all->settlement->contract, f->row->area,
                                            cap_use(f)->contract_year, column);
    return amount ? pbr_value_exact(f->all->pool, amount) : pbr_value_int(f->all->pool, 0);
}

/* --- payments --- */

static const pbr_payment *payment_of(const struct flow *f)
{
    return &f->all->settlement->payments[f->row->item];
}

static void plan_payments(pbr_workings *all)
{
    pbr_working *w = &all->payments;
    const pbr_settlement *s = all->settlement;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *payment = &s->payments[i];
        pbr_working_row *row = pbr_working_add_row(w, payment->area, payment->cohort);
        row->result = payment->result;
        row->claim = &s->claims->items[payment->claim];
        row->item = i;
    }
    ingredient(w, "line_computed_pence", "Computed for the line", PBR_UNIT_PENCE);
    ingredient(w, "line_pence", "After the caps, for the line", PBR_UNIT_PENCE);
    ingredient(w, "days", "Days of formation", PBR_UNIT_COUNT);
    ingredient(w, "of_days", "Of days", PBR_UNIT_COUNT);
    formula(all, w, "computed_share", "Share of what was computed",
            "floor(line_computed_pence * days / of_days)");
    formula(all, w, "share_pence", "Share", "floor(line_pence * days / of_days)");
    ingredient(w, "computed_residue", "Residue of what was computed", PBR_UNIT_PENCE);
    ingredient(w, "residue_pence", "Residue of the shares", PBR_UNIT_PENCE);
    formula(all, w, "computed_pence", "Computed", "computed_share + computed_residue");
    formula(all, w, "capped_pence", "After the caps", "share_pence + residue_pence");
    ingredient(w, "disposition", "Disposition", PBR_UNIT_WORD);
    formula(all, w, "payable_pence", "Payable", "if(disposition = apply, capped_pence, zero)");
    ingredient(w, "previous_pence", "Settled before", PBR_UNIT_PENCE);
    formula(all, w, "due_pence", "Due", "payable_pence - previous_pence");
}

/* The payments of one claim stand together: [*first, end). */
static size_t shares_of(const pbr_settlement *s, const pbr_payment *payment, size_t *first)
{
    size_t own = (size_t)(payment - s->payments), end = own + 1;
    for (*first = own; *first && s->payments[*first - 1].claim == payment->claim;) --*first;
    while (end < s->payments_count && s->payments[end].claim == payment->claim) end++;
    return end;
}

static int64_t share_of(int64_t amount, const pbr_payment *payment)
{
    return (int64_t)((__int128)amount * payment->days / payment->of_days);
}

/* What the floors of all shares leave of the line's amount; one share takes it. */
static const pbr_value *residue(const struct flow *f, int64_t total)
{
    int64_t amount = total;
    const pbr_payment *own = payment_of(f);
    const pbr_settlement *s = f->all->settlement;
    if (!own->takes_residue) return pence(f, 0);
    size_t first, end = shares_of(s, own, &first);
    for (; first < end; first++) amount -= share_of(total, &s->payments[first]);
    return pence(f, amount);
}

bool pbr_flow_takes(const pbr_settlement *s, const pbr_payment *payment, const pbr_earlier *earlier)
{
    if (strcmp(payment->payee, earlier->payee) == 0) return true;
    if (!payment->takes_residue) return false;
    size_t first, end = shares_of(s, payment, &first);
    for (; first < end; first++)
        if (strcmp(s->payments[first].payee, earlier->payee) == 0) return false;
    return true;
}

static const pbr_value *previous(const struct flow *f)
{
    int64_t sum = 0;
    const pbr_claim *claim = f->row->claim;
    for (size_t i = 0; i < claim->earlier_count; i++) {
        const pbr_earlier *row = claims_of(f)->history[claim->first_earlier + i];
        if (pbr_flow_takes(f->all->settlement, payment_of(f), row))
            pbr_pence_add(&sum, row->due_pence);
    }
    return pence(f, sum);
}

/* --- all of them --- */

static const pbr_value *payment_ingredient(const struct flow *f, const char *key)
{
    const pbr_payment *payment = payment_of(f);
    const pbr_claim *claim = f->row->claim;
    if (!strcmp(key, "line_computed_pence")) return pence(f, claim->computed_pence);
    if (!strcmp(key, "line_pence")) return pence(f, claim->capped_pence);
    if (!strcmp(key, "days")) return pence(f, payment->days);
    if (!strcmp(key, "of_days")) return pence(f, payment->of_days);
    if (!strcmp(key, "computed_residue")) return residue(f, claim->computed_pence);
    if (!strcmp(key, "residue_pence")) return residue(f, claim->capped_pence);
    if (!strcmp(key, "disposition")) return pbr_value_word(f->all->pool, payment->disposition);
    return previous(f);
}

static const pbr_value *cap_ingredient(const struct flow *f, const char *key)
{
    const pbr_cap *cap = cap_use(f)->cap;
    if (!strcmp(key, "before_pence")) return pence(f, cap_step(f)->before_pence);
    if (!strcmp(key, "cap_amount")) return cap_amount(f, cap->column);
    if (!strcmp(key, "cap_minus")) return cap_amount(f, cap->minus);
    if (!strcmp(key, "used_before_pence")) return used_before(f);
    return pbr_value_word(f->all->pool, cap->headroom == PBR_HEADROOM_NET ? "yes" : "no");
}

const pbr_value *pbr_flow_ingredient(const pbr_workings *all, const pbr_working *working,
                                     const pbr_working_row *row, const pbr_stage *stage)
{
    struct flow f = {all, working, row};
    if (working == &all->payments) return payment_ingredient(&f, stage->key);
    if (working != &all->net) return cap_ingredient(&f, stage->key);
    return strcmp(stage->key, "line_pence") == 0 ? pence(&f, row->claim->computed_pence)
                                                 : already(&f);
}

const pbr_value *pbr_flow_of_engine(const pbr_workings *all, const pbr_working *working,
                                    const pbr_working_row *row, const char *field)
{
    struct flow f = {all, working, row};
    if (working == &all->net)
        return strcmp(field, "net_pence") == 0 ? pence(&f, row->claim->net_pence) : NULL;
    if (working != &all->payments) {
        if (!strcmp(field, "after_pence")) return pence(&f, cap_step(&f)->after_pence);
        return strcmp(field, "limit_pence") == 0 ? pence(&f, cap_use(&f)->limit_pence) : NULL;
    }
    const pbr_payment *p = payment_of(&f);
    const struct {
        const char *field;
        int64_t value;
    } amounts[] = {{"computed_pence", p->computed_pence},
                   {"capped_pence", p->capped_pence},
                   {"payable_pence", p->payable_pence},
                   {"previous_pence", p->previous_pence},
                   {"due_pence", p->due_pence}};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        if (strcmp(amounts[i].field, field) == 0) return pence(&f, amounts[i].value);
    return NULL;
}

void pbr_flows_plan(pbr_workings *all)
{
    plan_net(all);
    plan_caps(all);
    plan_payments(all);
}
