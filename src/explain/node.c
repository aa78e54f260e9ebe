/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/functions.h"
#include "explain/maker.h"

#include <stdlib.h>
#include <string.h>

const char *pbr_node_kind_text(pbr_node_kind kind)
{
    static const char *const texts[] = {
        [PBR_NODE_FORMULA] = "formula",     [PBR_NODE_COUNT] = "count",
        [PBR_NODE_ATTRITION] = "attrition", [PBR_NODE_BASELINE] = "baseline",
        [PBR_NODE_PRICE] = "price",         [PBR_NODE_STEP] = "step",
        [PBR_NODE_INDEX] = "index",         [PBR_NODE_TERM] = "term",
        [PBR_NODE_AGREEMENT] = "agreement", [PBR_NODE_VOLUME] = "volume",
        [PBR_NODE_LEVEL] = "service-level", [PBR_NODE_EARLIER] = "earlier",
        [PBR_NODE_OTHER] = "other-line",    [PBR_NODE_DECISION] = "decision",
        [PBR_NODE_ENGINE] = "engine",       [PBR_NODE_FACT] = "fact",
    };
    return texts[kind];
}

pbr_node *pbr_node_named(pbr_explainer *e, const char *name, bool *made)
{
    size_t before = pbr_idmap_count(e->names);
    size_t number = pbr_idmap_add(e->names, name, strlen(name));
    *made = number == before;
    if (!*made) return e->nodes[number];
    e->nodes = pbr_grow(e->nodes, &e->room, number + 1, sizeof *e->nodes);
    pbr_node *node = pbr_arena_alloc(e->arena, sizeof *node);
    node->name = pbr_arena_text(e->arena, name, strlen(name)); /* the map's own texts move */
    node->value = pbr_value_none();
    return e->nodes[number] = node;
}

void pbr_node_fact_add(pbr_node *node, const char *label, const char *text)
{
    if (!text || !*text || node->facts_count == PBR_NODE_FACTS) return;
    node->facts[node->facts_count++] = (pbr_node_fact){label, text};
}

void pbr_node_day(pbr_explainer *e, pbr_node *node, const char *label, pbr_date day)
{
    char text[PBR_DATE_TEXT];
    pbr_date_text(day, text);
    pbr_node_fact_add(node, label, pbr_arena_text(e->arena, text, strlen(text)));
}

void pbr_node_provenance(pbr_node *node, const pbr_provenance *from)
{
    pbr_node_fact_add(node, "clause", from->clause);
    pbr_node_fact_add(node, "source", from->source);
    pbr_node_fact_add(node, "status", pbr_status_text(from->status));
}

/* The arena has no way to give back what a list grew out of; lists are short. */
void pbr_node_part_add(pbr_explainer *e, pbr_node *node, pbr_node *part, bool named)
{
    for (size_t i = 0; i < node->parts_count; i++)
        if (node->parts[i].node == part) return;
    if (node->parts_count == node->parts_room) {
        size_t room = node->parts_room ? 2 * node->parts_room : 4;
        pbr_node_part *parts = pbr_arena_alloc(e->arena, room * sizeof *parts);
        if (node->parts_count) memcpy(parts, node->parts, node->parts_count * sizeof *parts);
        node->parts = parts;
        node->parts_room = room;
    }
    node->parts[node->parts_count++] = (pbr_node_part){part, named};
}

const char *pbr_place_of(pbr_explainer *e, size_t area, size_t cohort, const char *line)
{
    return pbr_arena_printf(e->arena, "%s/%s/%s", e->contract->areas[area].code,
                            e->contract->cohorts[cohort].name, line);
}

pbr_node *pbr_node_word(pbr_explainer *e, const char *place, const char *field, const char *title,
                        const char *word, const char *note)
{
    bool made;
    pbr_node *node = pbr_node_named(e, pbr_arena_printf(e->arena, "%s/%s", place, field), &made);
    if (!made) return node;
    node->kind = PBR_NODE_FACT;
    node->title = title;
    node->place = place;
    node->unit = PBR_UNIT_WORD;
    node->value = pbr_value_word(e->workings->pool, word && *word ? word : NULL);
    node->note = note;
    return node;
}

/* --- formulas --- */

struct reader {
    pbr_explainer *e;
    pbr_node *node;
    const pbr_value *const *values;
    size_t count;
    pbr_node_of *node_of;
    const void *context;
};

static const pbr_value *look_up(const void *context, const pbr_expr *name)
{
    const struct reader *r = context;
    if (name->number < r->count) return r->values[name->number];
    return r->e->workings->constants[name->number - r->count];
}

static const pbr_value *worth(struct reader *r, const pbr_expr *expr)
{
    return pbr_expr_value(expr, r->e->workings->pool, look_up, r);
}

static bool is_call(const pbr_expr *expr, const char *name)
{
    return expr->kind == PBR_EXPR_CALL && strcmp(expr->function->name, name) == 0;
}

static const pbr_expr *take_branches(struct reader *r, const pbr_expr *expr);

/* "A - B < zero" reads "A < B". */
static void compare_directly(pbr_expr *expr)
{
    const pbr_expr *right = expr->kids[1];
    pbr_expr *left = expr->kids[0];
    if (expr->kind < PBR_EXPR_LESS || expr->kind > PBR_EXPR_UNEQUAL) return;
    if (right->kind != PBR_EXPR_NAME || strcmp(right->name, "zero") != 0) return;
    if (left->kind != PBR_EXPR_SUBTRACT) return;
    expr->kids[0] = left->kids[0];
    expr->kids[1] = left->kids[1];
}

static const pbr_expr *copy(struct reader *r, const pbr_expr *expr)
{
    pbr_expr *made = pbr_arena_alloc(r->e->arena, sizeof *made);
    *made = *expr;
    for (size_t i = 0; i < expr->kids_count; i++)
        made->kids[i] = (pbr_expr *)take_branches(r, expr->kids[i]);
    compare_directly(made);
    return made;
}

/* The expression without the branches that were not taken, and without what only a spreadsheet
 * needs; the conditions that chose are kept beside it. */
static const pbr_expr *take_branches(struct reader *r, const pbr_expr *expr)
{
    bool alone = expr->kids_count == 1 && (is_call(expr, "or") || is_call(expr, "and"));
    if (alone || is_call(expr, "steady")) return take_branches(r, expr->kids[0]);
    if (!is_call(expr, "if")) return copy(r, expr);
    const pbr_value *truth = worth(r, expr->kids[0]);
    bool holds = truth->kind == PBR_VALUE_EXACT && mpq_sgn(truth->exact) != 0;
    const pbr_expr *condition = take_branches(r, expr->kids[0]);
    if (r->node->conditions_count < PBR_NODE_CONDITIONS)
        r->node->conditions[r->node->conditions_count++] = (pbr_node_condition){condition, holds};
    return take_branches(r, expr->kids[holds ? 1 : 2]);
}

static void need_part(void *context, const pbr_expr *name)
{
    struct reader *r = context;
    size_t number = name->number;
    if (number >= r->count) return;
    if (!r->node->of[number]) r->node->of[number] = r->node_of(r->e, r->context, number);
    pbr_node_part_add(r->e, r->node, r->node->of[number], false);
}

void pbr_node_formula(pbr_explainer *e, pbr_node *node, const pbr_expr *formula,
                      const pbr_value *const *values, size_t count, pbr_node_of *node_of,
                      const void *context)
{
    struct reader r = {e, node, values, count, node_of, context};
    node->kind = PBR_NODE_FORMULA;
    node->formula = formula;
    node->of_count = count;
    node->of = pbr_arena_alloc(e->arena, (count + 1) * sizeof(pbr_node *));
    node->taken = take_branches(&r, formula);
    pbr_expr_names(node->taken, need_part, &r);
    for (size_t i = 0; i < node->conditions_count; i++)
        pbr_expr_names(node->conditions[i].expr, need_part, &r);
}

/* --- formulas over given nodes --- */

static pbr_node *given_node(pbr_explainer *e, const void *context, size_t number)
{
    pbr_node *const *over = context;
    (void)e;
    return over[number];
}

/* "a12" is the thirteenth node; what is no such name is a constant. */
static size_t number_of(const void *context, const char *name)
{
    const size_t *count = context;
    char *end;
    size_t number = name[0] == 'a' ? strtoul(name + 1, &end, 10) : *count;
    if (name[0] == 'a' && *end == '\0' && end > name + 1 && number < *count) return number;
    return *count + pbr_constant_named(name);
}

void pbr_node_formula_over(pbr_explainer *e, pbr_node *node, const char *formula, pbr_node **over,
                           size_t count, bool named)
{
    pbr_expr *expr = pbr_expr_parse(e->arena, formula);
    const pbr_value **values = pbr_arena_alloc(e->arena, (count + 1) * sizeof *values);
    for (size_t i = 0; i < count; i++) values[i] = over[i]->value;
    pbr_expr_resolve(expr, number_of, &count);
    struct reader r = {.e = e, .node = node, .values = values, .count = count};
    node->value = worth(&r, expr);
    for (size_t i = 0; named && i < count; i++) pbr_node_part_add(e, node, over[i], true);
    pbr_node_formula(e, node, expr, values, count, given_node, over);
}

static void chain(pbr_explainer *e, pbr_node *node, const char *sign, pbr_node **over, size_t count,
                  bool named)
{
    const char *formula = count ? "a0" : "zero";
    for (size_t i = 1; i < count; i++)
        formula = pbr_arena_printf(e->arena, "%s %s a%zu", formula, sign, i);
    pbr_node_formula_over(e, node, formula, over, count, named);
}

void pbr_node_sum(pbr_explainer *e, pbr_node *node, pbr_node **over, size_t count, bool named)
{
    chain(e, node, "+", over, count, named);
    node->adds_up = count > 1;
}

void pbr_node_less(pbr_explainer *e, pbr_node *node, pbr_node **over, size_t count)
{
    chain(e, node, "-", over, count, false);
}
