/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line's amount before it is split: computed, net of other lines, cap by cap (semantics 15, 18,
 * 19). */
#include "explain/maker.h"

#include "base/must.h"

#include <string.h>

static const char *const LEVELS[] = {[PBR_CAP_LINE] = "line",
                                     [PBR_CAP_COHORT] = "cohort",
                                     [PBR_CAP_YEAR] = "year",
                                     [PBR_CAP_LIFE] = "life"};

const pbr_claim *pbr_claim_of(const pbr_settlement *s, size_t area, size_t cohort, const char *line)
{
    for (size_t i = 0; i < s->claims->count; i++) {
        const pbr_claim *claim = &s->claims->items[i];
        if (claim->area == area && claim->cohort == cohort && !strcmp(claim->line->id, line))
            return claim;
    }
    return NULL;
}

static const char *place_of(pbr_explainer *e, const pbr_claim *claim)
{
    return pbr_place_of(e, claim->area, claim->cohort, claim->line->id);
}

static pbr_node *money_node(pbr_explainer *e, const char *place, const char *field,
                            const char *title, bool *made)
{
    pbr_node *node = pbr_node_named(e, pbr_arena_printf(e->arena, "%s/%s", place, field), made);
    if (!*made) return node;
    node->place = place;
    node->title = title;
    node->unit = PBR_UNIT_PENCE;
    return node;
}

/* --- computed --- */

pbr_node *pbr_earlier_node(pbr_explainer *e, const pbr_earlier *row, const char *column)
{
    bool made, due = strcmp(column, "due_pence") == 0;
    const char *place = pbr_place_of(e, row->area, row->cohort, row->line);
    const char *run = e->workings->options->runs[row->run].id;
    pbr_node *node = pbr_node_named(
        e, pbr_arena_printf(e->arena, "earlier.csv/%s/%s/%s/%s", run, place, row->payee, column),
        &made);
    if (!made) return node;
    node->kind = PBR_NODE_EARLIER;
    node->title = pbr_arena_printf(e->arena, "%s by settlement %s, %s",
                                   due ? "Settled" : "Computed", run, row->payee);
    node->unit = PBR_UNIT_PENCE;
    node->value = pbr_value_int(e->workings->pool, due ? row->due_pence : row->computed_pence);
    pbr_node_fact_add(node, "row", pbr_arena_printf(e->arena, "earlier.csv, %s, %s", run, place));
    pbr_node_fact_add(node, "disposition", row->disposition);
    return node;
}

/* A line that only earlier runs settled: what the latest of them computed, over its payees. */
static pbr_node *adopted(pbr_explainer *e, const pbr_claim *claim)
{
    bool made;
    size_t count = 0;
    pbr_node *node = money_node(e, place_of(e, claim), "computed_pence", "Computed", &made);
    if (!made) return node;
    const pbr_earlier *const *rows = e->settlement->claims->history + claim->first_earlier;
    pbr_node **over = pbr_arena_alloc(e->arena, (claim->earlier_count + 1) * sizeof *over);
    for (size_t i = 0; i < claim->earlier_count; i++)
        if (rows[i]->run == rows[claim->earlier_count - 1]->run)
            over[count++] = pbr_earlier_node(e, rows[i], "computed_pence");
    pbr_node_sum(e, node, over, count, false);
    node->note = "Not settled in this run: what the latest earlier settlement computed.";
    return node;
}

pbr_node *pbr_claim_computed(pbr_explainer *e, const pbr_claim *claim)
{
    pbr_node *node = NULL;
    if (!claim->adopted)
        node = pbr_step_named(e, claim->area, claim->cohort, claim->line->id, "computed_pence");
    return node ? node : adopted(e, claim);
}

/* --- net of other lines --- */

static const pbr_working_row *row_of_claim(const pbr_working *working, const pbr_claim *claim)
{
    for (size_t i = 0; i < working->rows_count; i++)
        if (working->rows[i].claim == claim) return &working->rows[i];
    return NULL;
}

static pbr_node *already(pbr_explainer *e, const pbr_claim *claim)
{
    bool made;
    size_t count = 0;
    const pbr_claims *claims = e->settlement->claims;
    pbr_node *node = money_node(e, place_of(e, claim), "already_pence", "What it is net of", &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (claims->count + 1) * sizeof *over);
    for (size_t i = 0; i < claims->count; i++)
        if (pbr_claim_is_net_of(claim, &claims->items[i], e->contract))
            over[count++] = pbr_claim_computed(e, &claims->items[i]);
    pbr_node_sum(e, node, over, count, true);
    return node;
}

static pbr_node *net_part(pbr_explainer *e, const void *context, size_t number)
{
    const pbr_claim *claim = context;
    const char *field = e->workings->net.stages[number].field;
    return strcmp(field, "line_pence") == 0 ? pbr_claim_computed(e, claim) : already(e, claim);
}

static pbr_node *net(pbr_explainer *e, const pbr_claim *claim)
{
    bool made;
    const pbr_working *working = &e->workings->net;
    const pbr_working_row *row = row_of_claim(working, claim);
    if (!row) return pbr_claim_computed(e, claim);
    size_t stage = pbr_working_stage(working, "net_pence");
    pbr_node *node =
        money_node(e, place_of(e, claim), "net_pence", working->stages[stage].title, &made);
    if (!made) return node;
    node->value = row->values[stage];
    pbr_node_formula(e, node, working->stages[stage].formula, row->values, working->stages_count,
                     net_part, claim);
    const char *path = pbr_arena_printf(e->arena, "lines.%s.net-of.1", claim->line->id);
    pbr_node_cite(e, node, claim->rules, claim->area, &path, 1);
    return node;
}

/* --- caps --- */

struct capped {
    const pbr_working *working;
    const pbr_working_row *row;
    pbr_cap_level level;
};

static const pbr_cap_step *step_of(pbr_explainer *e, const struct capped *c)
{
    return &e->settlement->cap_steps[c->row->item];
}

static const pbr_cap_use *use_of(pbr_explainer *e, const struct capped *c)
{
    return &e->settlement->caps[step_of(e, c)->use];
}

static const char *field_of(pbr_explainer *e, const struct capped *c, const char *field)
{
    return pbr_arena_printf(e->arena, "cap-%s/%s", LEVELS[c->level], field);
}

static pbr_node *cap_node(pbr_explainer *e, const struct capped *c, const char *field);
static pbr_node *after_levels(pbr_explainer *e, const pbr_claim *claim, size_t levels);

/* What the lines before it took of the room, or gave back. */
static pbr_node *used_before(pbr_explainer *e, const struct capped *c)
{
    bool made;
    size_t count = 0;
    const pbr_settlement *s = e->settlement;
    const pbr_cap_use *use = use_of(e, c);
    bool gives_back = use->cap->headroom == PBR_HEADROOM_NET;
    pbr_node *node = money_node(e, place_of(e, c->row->claim), field_of(e, c, "used_before_pence"),
                                "Used by the lines before it", &made);
    if (!made) return node;
    pbr_node **over = pbr_arena_alloc(e->arena, (c->row->item + 1) * sizeof *over);
    size_t first = c->row->item;
    while (first && s->cap_steps[first - 1].use == step_of(e, c)->use) first--;
    for (; first < c->row->item; first++) {
        const pbr_claim *claim = &s->claims->items[s->cap_steps[first].claim];
        struct capped other = {c->working, row_of_claim(c->working, claim), c->level};
        pbr_must(other.row);
        if (s->cap_steps[first].before_pence > 0 || gives_back)
            over[count++] = cap_node(e, &other, "after_pence");
    }
    pbr_node_sum(e, node, over, count, true);
    if (!count) node->note = "No line before it has used any of the room.";
    return node;
}

static pbr_node *cap_money(pbr_explainer *e, const struct capped *c, const char *column,
                           const char *title)
{
    bool made;
    if (column)
        return pbr_leaf_price(e, c->row->area, use_of(e, c)->contract_year, column,
                              pbr_arena_printf(e->arena, "%s: %s", title, column), PBR_UNIT_POUNDS);
    pbr_node *node =
        money_node(e, place_of(e, c->row->claim), field_of(e, c, "minus"), title, &made);
    node->kind = PBR_NODE_FACT;
    node->unit = PBR_UNIT_POUNDS;
    node->value = pbr_value_int(e->workings->pool, 0);
    node->note = "The cap names nothing to take off.";
    return node;
}

static pbr_node *gives_back(pbr_explainer *e, const struct capped *c)
{
    bool net = use_of(e, c)->cap->headroom == PBR_HEADROOM_NET;
    return pbr_node_word(e, place_of(e, c->row->claim), field_of(e, c, "gives_back"),
                         "Deductions give room back", net ? "yes" : "no",
                         "The headroom of the cap is net or gross.");
}

static pbr_node *cap_part(pbr_explainer *e, const void *context, size_t number)
{
    const struct capped *c = context;
    const char *field = c->working->stages[number].field;
    const pbr_cap *cap = use_of(e, c)->cap;
    if (!strcmp(field, "before_pence")) return after_levels(e, c->row->claim, c->level);
    if (!strcmp(field, "cap_amount")) return cap_money(e, c, cap->column, "Amount of the cap");
    if (!strcmp(field, "cap_minus")) return cap_money(e, c, cap->minus, "Less");
    if (!strcmp(field, "used_before_pence")) return used_before(e, c);
    if (!strcmp(field, "gives_back")) return gives_back(e, c);
    return cap_node(e, c, field);
}

/* "After cap pot": the cap, and what its room is. */
static const char *title_of(pbr_explainer *e, const struct capped *c, const pbr_stage *stage)
{
    const pbr_cap_use *use = use_of(e, c);
    if (strcmp(stage->field, "after_pence") == 0)
        return pbr_arena_printf(e->arena, "After cap \"%s\" of %s", use->cap->id,
                                use->cohort ? use->cohort : use->contract_year);
    return stage->title;
}

/* The terms of the cap, in the version whose cap held. */
static void cite_cap(pbr_explainer *e, pbr_node *node, const struct capped *c)
{
    const pbr_cap *cap = use_of(e, c)->cap;
    const char *paths[] = {pbr_arena_printf(e->arena, "caps.%s.limit", cap->id),
                           pbr_arena_printf(e->arena, "caps.%s.headroom", cap->id)};
    for (size_t i = 0; i < e->contract->rules_count; i++) {
        const pbr_rules *rules = &e->contract->rules[i];
        const pbr_cap *last = rules->terms->caps + rules->terms->caps_count;
        if (rules->terms->caps_count && cap >= rules->terms->caps && cap < last)
            pbr_node_cite(e, node, rules, c->row->area, paths, 2);
    }
}

static pbr_node *cap_node(pbr_explainer *e, const struct capped *c, const char *field)
{
    bool made;
    size_t number = pbr_working_stage(c->working, field);
    const pbr_stage *stage = &c->working->stages[number];
    pbr_node *node = money_node(e, place_of(e, c->row->claim), field_of(e, c, field),
                                title_of(e, c, stage), &made);
    if (!made) return node;
    node->value = c->row->values[number];
    pbr_node_formula(e, node, stage->formula, c->row->values, c->working->stages_count, cap_part,
                     c);
    if (strcmp(field, "after_pence") == 0) cite_cap(e, node, c);
    return node;
}

/* What is left after so many levels of caps. */
static pbr_node *after_levels(pbr_explainer *e, const pbr_claim *claim, size_t levels)
{
    while (levels-- > 0) {
        const pbr_working *working = &e->workings->caps[levels];
        const pbr_working_row *row = row_of_claim(working, claim);
        struct capped c = {working, row, (pbr_cap_level)levels};
        if (row) return cap_node(e, &c, "after_pence");
    }
    return net(e, claim);
}

pbr_node *pbr_claim_capped(pbr_explainer *e, const pbr_claim *claim)
{
    bool made;
    pbr_node *last = after_levels(e, claim, PBR_CAP_LEVELS);
    pbr_node *node = money_node(e, place_of(e, claim), "capped_pence",
                                claim->line->net_of_count ? "After what it is net of and the caps"
                                                          : "After the caps",
                                &made);
    if (!made) return node;
    pbr_node_formula_over(e, node, "a0", &last, 1, false);
    if (last->name && strstr(last->name, "/computed_pence"))
        node->note = "No cap is over the line, and it is net of no other.";
    return node;
}
