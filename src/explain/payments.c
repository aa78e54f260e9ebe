/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a line's amount to what is due to each payee (semantics 18, 20, 22). */
#include "explain/maker.h"
#include "report/payment_words.h"

#include <string.h>

/* One payment; shared: the line has several, and names tell the payee. */
struct paid {
    size_t index;
    const pbr_payment *payment;
    const char *place;
    bool shared;
};

static struct paid paid_of(pbr_explainer *e, size_t index)
{
    const pbr_settlement *s = e->settlement;
    const pbr_payment *p = &s->payments[index];
    bool shared = (index && s->payments[index - 1].claim == p->claim) ||
                  (index + 1 < s->payments_count && s->payments[index + 1].claim == p->claim);
    return (struct paid){index, p, pbr_place_of(e, p->area, p->cohort, p->line->id), shared};
}

static const char *field_of(pbr_explainer *e, const struct paid *p, const char *field)
{
    return p->shared ? pbr_arena_printf(e->arena, "%s/%s", field, p->payment->payee) : field;
}

static const char *titled(pbr_explainer *e, const struct paid *p, const char *title)
{
    return p->shared ? pbr_arena_printf(e->arena, "%s, %s", title, p->payment->payee) : title;
}

static const pbr_claim *claim_of(pbr_explainer *e, const struct paid *p)
{
    return &e->settlement->claims->items[p->payment->claim];
}

static pbr_node *amount_node(pbr_explainer *e, const struct paid *p, const char *field,
                             const char *title, pbr_unit unit, bool *made)
{
    pbr_node *node = pbr_node_named(
        e, pbr_arena_printf(e->arena, "%s/%s", p->place, field_of(e, p, field)), made);
    if (!*made) return node;
    node->place = p->place;
    node->title = titled(e, p, title);
    node->unit = unit;
    return node;
}

/* --- what a payment rests on --- */

static pbr_node *days(pbr_explainer *e, const struct paid *p, const char *field, int64_t count,
                      const char *title)
{
    bool made;
    const char *path = "payee.rule";
    pbr_node *node = amount_node(e, p, field, title, PBR_UNIT_COUNT, &made);
    if (!made) return node;
    node->kind = PBR_NODE_AGREEMENT;
    node->value = pbr_value_int(e->workings->pool, count);
    node->note = "Calendar days of the cohort that fall under the payee's agreements, in "
                 "agreements.csv.";
    pbr_node_cite(e, node, p->payment->rules, p->payment->area, &path, 1);
    return node;
}

/* What the floors of all shares leave, for the share that takes it. */
static pbr_node *residue(pbr_explainer *e, const struct paid *p, const char *field,
                         const char *title, const char *share, pbr_node *whole)
{
    bool made;
    size_t count = 0;
    const pbr_settlement *s = e->settlement;
    pbr_node *node = amount_node(e, p, field, title, PBR_UNIT_PENCE, &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (s->payments_count + 1) * sizeof *over);
    over[count++] = whole;
    for (size_t i = 0; p->payment->takes_residue && i < s->payments_count; i++)
        if (s->payments[i].claim == p->payment->claim)
            over[count++] = pbr_payment_amount(e, i, share);
    if (count > 1)
        pbr_node_less(e, node, over, count);
    else
        pbr_node_sum(e, node, over, 0, false);
    node->note = count > 1 ? "Shares are cut to whole pence; this payee takes what is left."
                           : "What the cut shares leave goes to another payee.";
    return node;
}

/* Why the line is paid, or is not. */
static pbr_node *disposition(pbr_explainer *e, const struct paid *p)
{
    pbr_scope words = {.contract = e->contract, .arena = e->arena};
    const pbr_payment *payment = p->payment;
    pbr_node *node = pbr_node_word(e, p->place, field_of(e, p, "disposition"),
                                   titled(e, p, "Disposition"), payment->disposition, NULL);
    node->kind = PBR_NODE_DECISION;
    if (node->facts_count || node->note) return node;
    if (payment->decision) {
        pbr_node_fact_add(node, "authority", payment->decision->authority);
        pbr_node_day(e, node, "date", payment->decision->date);
        pbr_node_fact_add(node, "reason", payment->decision->reason);
        return node;
    }
    node->note = pbr_decision_words(&words, payment);
    if (!node->note) node->note = "Nobody decided otherwise.";
    return node;
}

static pbr_node *previous(pbr_explainer *e, const struct paid *p)
{
    bool made;
    size_t count = 0;
    const pbr_claim *claim = claim_of(e, p);
    pbr_node *node = amount_node(e, p, "previous_pence", "Settled before", PBR_UNIT_PENCE, &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (claim->earlier_count + 1) * sizeof *over);
    for (size_t i = 0; i < claim->earlier_count; i++) {
        const pbr_earlier *row = e->settlement->claims->history[claim->first_earlier + i];
        if (pbr_flow_takes(e->settlement, p->payment, row))
            over[count++] = pbr_earlier_node(e, row, "due_pence");
    }
    pbr_node_sum(e, node, over, count, false);
    if (!count) node->note = "No earlier settlement settled the line.";
    return node;
}

static pbr_node *part(pbr_explainer *e, const void *context, size_t number)
{
    const struct paid *p = context;
    const char *field = e->workings->payments.stages[number].field;
    if (!strcmp(field, "line_pence")) return pbr_claim_capped(e, claim_of(e, p));
    if (!strcmp(field, "line_computed_pence")) return pbr_claim_computed(e, claim_of(e, p));
    if (!strcmp(field, "days")) return days(e, p, field, p->payment->days, "Days of formation");
    if (!strcmp(field, "of_days")) return days(e, p, field, p->payment->of_days, "Of days");
    if (!strcmp(field, "residue_pence"))
        return residue(e, p, field, "Residue of the shares", "share_pence",
                       pbr_claim_capped(e, claim_of(e, p)));
    if (!strcmp(field, "computed_residue"))
        return residue(e, p, field, "Residue of what was computed", "computed_share",
                       pbr_claim_computed(e, claim_of(e, p)));
    if (!strcmp(field, "disposition")) return disposition(e, p);
    return pbr_payment_amount(e, p->index, field);
}

/* --- amounts of a payment --- */

pbr_node *pbr_payment_amount(pbr_explainer *e, size_t index, const char *field)
{
    bool made;
    struct paid p = paid_of(e, index);
    const pbr_working *working = &e->workings->payments;
    const pbr_working_row *row = &working->rows[index];
    if (!strcmp(field, "previous_pence")) return previous(e, &p);
    if (!p.shared && !strcmp(field, "computed_pence")) return pbr_claim_computed(e, row->claim);
    if (!p.shared && !strcmp(field, "capped_pence")) return pbr_claim_capped(e, row->claim);
    size_t number = pbr_working_stage(working, field);
    const pbr_stage *stage = &working->stages[number];
    pbr_node *node = amount_node(e, &p, field, stage->title, stage->unit, &made);
    if (!made) return node;
    node->value = row->values[number];
    pbr_node_formula(e, node, stage->formula, row->values, working->stages_count, part, &p);
    return node;
}

/* The sum over the payees of a line that is split. */
static pbr_node *over_payees(pbr_explainer *e, const struct paid *p, size_t first, size_t count,
                             const char *field)
{
    bool made;
    struct paid whole = {p->index, p->payment, p->place, false};
    if (!strcmp(field, "computed_pence")) return pbr_claim_computed(e, claim_of(e, p));
    if (!strcmp(field, "capped_pence")) return pbr_claim_capped(e, claim_of(e, p));
    size_t stage = pbr_working_stage(&e->workings->payments, field);
    const char *title =
        pbr_arena_printf(e->arena, "%s, all payees", e->workings->payments.stages[stage].title);
    pbr_node *node = amount_node(e, &whole, field, title, PBR_UNIT_PENCE, &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (count + 1) * sizeof *over);
    for (size_t i = 0; i < count; i++) over[i] = pbr_payment_amount(e, first + i, field);
    pbr_node_sum(e, node, over, count, false);
    return node;
}

/* --- what is no amount --- */

static void cite(pbr_explainer *e, pbr_node *node, const struct paid *p, const char *const *paths,
                 size_t count)
{
    if (!node->cites) pbr_node_cite(e, node, p->payment->rules, p->payment->area, paths, count);
}

static bool is_with(const pbr_agreement *row, const struct paid *p)
{
    return row && row->area == p->payment->area && !strcmp(row->payee, p->payment->payee) &&
           !strcmp(row->provider, p->payment->provider);
}

/* The agreement on the day that the rule on payees names; where the days of formation share, or no
 * agreement is in force any more, the payee's last one that began before that. */
static const pbr_agreement *agreement_with(pbr_explainer *e, const struct paid *p)
{
    const pbr_agreement *last = NULL;
    const pbr_payee_terms *terms = &p->payment->rules->terms->payee;
    const pbr_cohort *cohort = &e->contract->cohorts[p->payment->cohort];
    bool first_day = terms->rule == PBR_AT_FORMATION && terms->formation_day == PBR_FIRST_DAY;
    pbr_date day = terms->rule == PBR_AT_SETTLEMENT ? e->settlement->as_at
                   : first_day                      ? cohort->from
                                                    : cohort->to - 1;
    const pbr_agreement *then = pbr_contract_agreement(e->contract, p->payment->area, day);
    if (is_with(then, p)) return then;
    for (size_t i = 0; i < e->contract->agreements_count; i++) {
        const pbr_agreement *row = &e->contract->agreements[i];
        if (is_with(row, p) && row->from <= day) last = row;
    }
    return last;
}

static pbr_node *who(pbr_explainer *e, const struct paid *p, const char *field, const char *title,
                     const char *word)
{
    static const char *const paths[] = {"payee.rule", "payee.formation-day", "payee.after-end"};
    pbr_node *node = pbr_node_word(e, p->place, field_of(e, p, field), titled(e, p, title), word,
                                   "The rule of the contract on payees, and the agreement.");
    const pbr_agreement *agreement = agreement_with(e, p);
    cite(e, node, p, paths, 3);
    if (agreement) pbr_node_part_add(e, node, pbr_leaf_agreement(e, agreement), false);
    return node;
}

static pbr_node *due_date(pbr_explainer *e, const struct paid *p)
{
    static const char *const paths[] = {"due.days-after-settlement"};
    char due[PBR_DATE_TEXT], made_on[PBR_DATE_TEXT];
    pbr_date_text(p->payment->due_date, due);
    const char *note = pbr_arena_printf(e->arena, "The day of the settlement, %s, and %u days.",
                                        pbr_date_text(e->settlement->as_at, made_on),
                                        p->payment->rules->terms->due.days_after_settlement);
    pbr_node *node = pbr_node_word(e, p->place, field_of(e, p, "due_date"), "Due on",
                                   pbr_arena_text(e->arena, due, strlen(due)), note);
    cite(e, node, p, paths, 1);
    return node;
}

static pbr_node *reason(pbr_explainer *e, const struct paid *p)
{
    pbr_scope words = {.contract = e->contract, .arena = e->arena};
    pbr_payment payment = *p->payment;
    payment.reason = e->given.payment_cell(e->given.context, p->index, "reason");
    if (!payment.reason) payment.reason = p->payment->reason;
    return pbr_node_word(e, p->place, field_of(e, p, "reason"), "Why the line is what it is",
                         payment.reason, pbr_reason_words(&words, &payment));
}

static pbr_node *rules_of(pbr_explainer *e, const struct paid *p)
{
    static const char *const paths[] = {"versions.rules-at"};
    pbr_node *node =
        pbr_node_word(e, p->place, "rules", "Version of the rules", p->payment->rules->name,
                      "The agreement in force for the area on the day that the terms name.");
    cite(e, node, p, paths, 1);
    return node;
}

static pbr_node *unit(pbr_explainer *e, const struct paid *p)
{
    const char *word = e->given.payment_cell(e->given.context, p->index, "unit");
    const char *paths[] = {pbr_arena_printf(e->arena, "lines.%s.metric", p->payment->line->id),
                           pbr_arena_printf(e->arena, "lines.%s.kind", p->payment->line->id)};
    pbr_node *node = pbr_node_word(e, p->place, "unit", "What a unit is", word,
                                   "It follows from what the line pays for.");
    cite(e, node, p, paths, 2);
    return node;
}

static pbr_node *clause(pbr_explainer *e, const struct paid *p)
{
    pbr_node *node = pbr_node_word(e, p->place, "clause", "Clause of the line",
                                   p->payment->line->from.clause, p->payment->line->title);
    if (!node->facts_count) pbr_node_provenance(node, &p->payment->line->from);
    return node;
}

static pbr_node *decided(pbr_explainer *e, const struct paid *p, const char *field)
{
    char day[PBR_DATE_TEXT] = "";
    const pbr_decision *d = p->payment->decision;
    const char *word = NULL;
    if (d && !strcmp(field, "authority")) word = d->authority;
    if (d && !strcmp(field, "decision_reason")) word = d->reason;
    if (d && !strcmp(field, "decided_on"))
        word = pbr_arena_printf(e->arena, "%s", pbr_date_text(d->date, day));
    pbr_node *node = pbr_node_word(e, p->place, field_of(e, p, field), field, word,
                                   d ? NULL : "Nobody decided on the line in this run.");
    pbr_node_part_add(e, node, disposition(e, p), false);
    return node;
}

/* Of a line that this run did not settle itself there are no units. */
static pbr_node *units(pbr_explainer *e, const struct paid *p, const char *field)
{
    bool made;
    const pbr_payment *payment = p->payment;
    pbr_node *step = pbr_step_named(e, payment->area, payment->cohort, payment->line->id, field);
    if (step) return step;
    struct paid whole = {p->index, payment, p->place, false};
    bool price = strcmp(field, "unit_price") == 0;
    pbr_node *node = amount_node(e, &whole, field, price ? "Price of a unit" : "Units",
                                 price ? PBR_UNIT_POUNDS : PBR_UNIT_EVENTS, &made);
    node->kind = PBR_NODE_FACT;
    node->value = pbr_value_int(e->workings->pool, 0);
    node->note = "Not settled in this run: only an earlier settlement has units and a price.";
    return node;
}

static pbr_node *result(pbr_explainer *e, const struct paid *p)
{
    const pbr_payment *payment = p->payment;
    pbr_node *step = pbr_step_named(e, payment->area, payment->cohort, payment->line->id, "result");
    return step ? step
                : pbr_node_word(e, p->place, "result", "Result", NULL,
                                "The line was not tested in this run.");
}

static bool is_one_of(const char *field, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(field, list[i]) == 0) return true;
    return false;
}

static pbr_node *word_figure(pbr_explainer *e, const struct paid *p, const char *field)
{
    if (!strcmp(field, "provider")) return who(e, p, field, "Provider", p->payment->provider);
    if (!strcmp(field, "payee")) return who(e, p, field, "Payee", p->payment->payee);
    if (!strcmp(field, "due_date")) return due_date(e, p);
    if (!strcmp(field, "reason")) return reason(e, p);
    if (!strcmp(field, "disposition")) return disposition(e, p);
    if (!strcmp(field, "rules")) return rules_of(e, p);
    if (!strcmp(field, "unit")) return unit(e, p);
    if (!strcmp(field, "clause")) return clause(e, p);
    if (!strcmp(field, "settlement"))
        return pbr_node_word(e, p->place, field, "Id of the settlement", e->settlement->id,
                             "Its day, and digits that stand for the inputs and the terms.");
    if (!strcmp(field, "result")) return result(e, p);
    return decided(e, p, field);
}

size_t pbr_payments_of(const pbr_settlement *s, const pbr_figure *figure, size_t *first)
{
    size_t count = 0;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        if (p->area != figure->area || p->cohort != figure->cohort ||
            strcmp(p->line->id, figure->line) != 0)
            continue;
        if (!count++) *first = i;
    }
    return count;
}

pbr_node *pbr_payment_figure(pbr_explainer *e, const pbr_figure *figure)
{
    static const char *const amounts[] = {"computed_pence", "capped_pence", "payable_pence",
                                          "previous_pence", "due_pence"};
    static const char *const words[] = {
        "settlement", "provider", "payee", "result",    "unit",       "disposition",    "reason",
        "due_date",   "clause",   "rules", "authority", "decided_on", "decision_reason"};
    size_t first = 0, count = pbr_payments_of(e->settlement, figure, &first), own = first;
    if (!count) return NULL;
    for (size_t i = first; figure->payee && i < first + count; i++)
        if (strcmp(e->settlement->payments[i].payee, figure->payee) == 0) own = i;
    struct paid p = paid_of(e, own);
    bool amount = is_one_of(figure->field, amounts, sizeof amounts / sizeof *amounts);
    if (amount && count > 1 && !figure->payee)
        return over_payees(e, &p, first, count, figure->field);
    if (amount) return pbr_payment_amount(e, own, figure->field);
    if (!strcmp(figure->field, "units") || !strcmp(figure->field, "unit_price"))
        return units(e, &p, figure->field);
    if (is_one_of(figure->field, words, sizeof words / sizeof *words))
        return word_figure(e, &p, figure->field);
    return NULL;
}
