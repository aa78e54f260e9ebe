/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a payee is paid in all: its lines, money that is not computed, what is brought forward. */
#include "explain/maker.h"

#include <string.h>

static pbr_node *money(pbr_explainer *e, const char *payee, const char *field, const char *title,
                       bool *made)
{
    pbr_node *node = pbr_node_named(e, pbr_arena_printf(e->arena, "%s/%s", payee, field), made);
    if (!*made) return node;
    node->title = title;
    node->unit = PBR_UNIT_PENCE;
    node->place = payee;
    return node;
}

static pbr_node *lines(pbr_explainer *e, const char *payee)
{
    bool made;
    size_t count = 0;
    const pbr_settlement *s = e->settlement;
    pbr_node *node = money(e, payee, "lines_pence", "Payment lines", &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (s->payments_count + 1) * sizeof *over);
    for (size_t i = 0; i < s->payments_count; i++)
        if (strcmp(s->payments[i].payee, payee) == 0)
            over[count++] = pbr_payment_amount(e, i, "due_pence");
    pbr_node_sum(e, node, over, count, true);
    if (!count) node->note = "No payment line is the payee's.";
    return node;
}

static pbr_node *other_leaf(pbr_explainer *e, const pbr_other_line *line, bool before)
{
    bool made;
    const char *name = pbr_arena_printf(e->arena, "other.csv/%s/%s", line->id,
                                        before ? "previous_pence" : "amount_pence");
    pbr_node *node = pbr_node_named(e, name, &made);
    if (!made) return node;
    node->kind = PBR_NODE_OTHER;
    node->unit = PBR_UNIT_PENCE;
    node->title = before ? "Settled by earlier settlements" : "As decided";
    node->value =
        pbr_value_int(e->workings->pool, before ? line->previous_pence : line->amount_pence);
    pbr_node_fact_add(node, "row", pbr_arena_printf(e->arena, "other.csv, %s", line->id));
    if (before) return node;
    pbr_node_fact_add(node, "authority", line->authority);
    pbr_node_day(e, node, "date", line->date);
    pbr_node_fact_add(node, "reason", line->reason);
    return node;
}

static pbr_node *other_line(pbr_explainer *e, const pbr_other_line *line)
{
    bool made;
    pbr_node *node =
        pbr_node_named(e, pbr_arena_printf(e->arena, "other.csv/%s/due_pence", line->id), &made);
    if (!made) return node;
    node->title = pbr_arena_printf(e->arena, "%s: %s", line->id, line->description);
    node->unit = PBR_UNIT_PENCE;
    pbr_node *over[] = {other_leaf(e, line, false), other_leaf(e, line, true)};
    pbr_node_less(e, node, over, 2);
    return node;
}

static pbr_node *others(pbr_explainer *e, const char *payee)
{
    bool made;
    size_t count = 0;
    const pbr_settlement *s = e->settlement;
    pbr_node *node = money(e, payee, "other_pence", "Money that is not computed", &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (s->others_count + 1) * sizeof *over);
    for (size_t i = 0; i < s->others_count; i++)
        if (strcmp(s->others[i].payee, payee) == 0) over[count++] = other_line(e, &s->others[i]);
    pbr_node_sum(e, node, over, count, false);
    if (!count) node->note = "There is none for the payee.";
    return node;
}

static pbr_node *brought(pbr_explainer *e, const pbr_balance *balance)
{
    bool made;
    pbr_node *node = money(e, balance->payee, "brought_forward_pence", "Brought forward", &made);
    if (!made) return node;
    node->kind = PBR_NODE_EARLIER;
    node->value = pbr_value_int(e->workings->pool, balance->brought_forward_pence);
    node->note = balance->brought_forward_pence
                     ? "What the payee was left owing by earlier settlements."
                     : "Nothing was left owing by earlier settlements.";
    return node;
}

static pbr_node *total(pbr_explainer *e, const pbr_balance *balance)
{
    bool made;
    pbr_node *node = money(e, balance->payee, "total_pence", "Total due", &made);
    if (!made) return node;
    pbr_node *over[] = {brought(e, balance), lines(e, balance->payee), others(e, balance->payee)};
    pbr_node_formula_over(e, node, "a0 + a1 + a2", over, 3, false);
    return node;
}

/* The version of the rules that the payee's last line was settled under says what a negative total
 * means. */
static const pbr_rules *rules_for(pbr_explainer *e, const char *payee, size_t *area)
{
    const pbr_settlement *s = e->settlement;
    const pbr_rules *rules = &e->contract->rules[e->contract->rules_count - 1];
    *area = 0;
    for (size_t i = 0; i < s->payments_count; i++)
        if (strcmp(s->payments[i].payee, payee) == 0) {
            rules = s->payments[i].rules;
            *area = s->payments[i].area;
        }
    return rules;
}

static pbr_node *treatment(pbr_explainer *e, const pbr_balance *balance)
{
    static const char *const words[] = {[PBR_INVOICE] = "invoice",
                                        [PBR_CARRY_FORWARD] = "carry-forward",
                                        [PBR_SET_OFF] = "set-off"};
    static const char *const path = "negative-total.treatment";
    size_t area;
    const pbr_rules *rules = rules_for(e, balance->payee, &area);
    pbr_node *node = pbr_node_word(e, balance->payee, "treatment", "What a negative total means",
                                   words[balance->treatment],
                                   "A term of the version that the last line was settled under.");
    if (!node->cites) pbr_node_cite(e, node, rules, area, &path, 1);
    return node;
}

/* A part of the total, by its treatment: all of it, what is above nothing, or below. */
static pbr_node *part_of_total(pbr_explainer *e, const pbr_balance *balance, const char *field,
                               const char *title, const char *formula)
{
    bool made;
    pbr_node *node = money(e, balance->payee, field, title, &made);
    if (!made) return node;
    pbr_node *over[] = {total(e, balance), treatment(e, balance)};
    pbr_node_formula_over(e, node, formula, over, 2, false);
    pbr_node_part_add(e, node, over[1], false);
    return node;
}

pbr_node *pbr_balance_figure(pbr_explainer *e, const char *payee, const char *field)
{
    const pbr_balance *balance = NULL;
    for (size_t i = 0; i < e->settlement->payees_count; i++)
        if (strcmp(e->settlement->balances[i].payee, payee) == 0)
            balance = &e->settlement->balances[i];
    if (!balance) return NULL;
    bool invoice = balance->treatment == PBR_INVOICE;
    bool carry = balance->treatment == PBR_CARRY_FORWARD;
    if (!strcmp(field, "total") || !strcmp(field, "total_pence")) return total(e, balance);
    if (!strcmp(field, "lines_pence")) return lines(e, payee);
    if (!strcmp(field, "other_pence")) return others(e, payee);
    if (!strcmp(field, "brought_forward_pence")) return brought(e, balance);
    if (!strcmp(field, "treatment")) return treatment(e, balance);
    if (!strcmp(field, "pay_now_pence"))
        return part_of_total(e, balance, field, invoice ? "Paid now, or invoiced" : "Paid now",
                             invoice ? "a0" : "max(a0, zero)");
    if (!strcmp(field, "carried_forward_pence"))
        return part_of_total(e, balance, field, "Carried forward",
                             carry ? "min(a0, zero)" : "zero");
    if (!strcmp(field, "set_off_pence"))
        return part_of_total(e, balance, field, "Set off",
                             invoice || carry ? "zero" : "min(a0, zero)");
    return NULL;
}
