/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/functions.h"
#include "explain/telling.h"
#include "explain/value_words.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

/* `told` of a node: 1 it stands in the list, 2 it was reached by being told, not only named. */
enum { NAMED = 1, TOLD = 2 };

struct teller {
    pbr_explainer *e;
    pbr_node **order; /* nodes in the order of their first mention */
    size_t count, room;
};

static void reach(struct teller *t, pbr_node *node, bool named)
{
    if (!node->told) {
        t->order = pbr_grow(t->order, &t->room, t->count + 1, sizeof(pbr_node *));
        t->order[t->count++] = node;
        node->told = NAMED;
    }
    if (named || node->told == TOLD) return;
    node->told = TOLD;
    for (size_t i = 0; i < node->cites_count; i++) reach(t, node->cites[i], false);
    for (size_t i = 0; i < node->parts_count; i++)
        reach(t, node->parts[i].node, node->parts[i].named);
}

/* --- values and formulas --- */

static json_t *value_json(struct teller *t, const pbr_node *node)
{
    const pbr_value *value = node->value;
    if (value->kind == PBR_VALUE_NONE) return json_null();
    if (value->kind == PBR_VALUE_WORD) return json_pack("{s:s}", "word", value->word);
    if (value->kind == PBR_VALUE_REAL) return json_pack("{s:f}", "number", value->real);
    size_t size = mpz_sizeinbase(mpq_numref(value->exact), 10) +
                  mpz_sizeinbase(mpq_denref(value->exact), 10) + 3;
    char *ratio = pbr_arena_alloc(pbr_explainer_arena(t->e), size);
    return json_pack("{s:s}", "exact", mpq_get_str(ratio, 10, value->exact));
}

static json_t *name_json(const pbr_node *node, const pbr_expr *name)
{
    if (name->number < node->of_count) {
        const pbr_node *of = node->of[name->number];
        return of ? json_pack("{s:s}", "node", of->name)
                  : json_pack("{s:s}", "not_taken", name->name);
    }
    const pbr_constant *constant = &pbr_constants[name->number - node->of_count];
    return json_pack("{s:s, s:s}", "constant", constant->name, constant->number ? "value" : "word",
                     constant->number ? constant->number : constant->word);
}

static json_t *formula_json(const pbr_node *node, const pbr_expr *expr)
{
    if (expr->kind == PBR_EXPR_NAME) return name_json(node, expr);
    json_t *with = json_array();
    for (size_t i = 0; i < expr->kids_count; i++)
        json_array_append_new(with, formula_json(node, expr->kids[i]));
    return json_pack("{s:s, s:o}", "do", pbr_expr_operation(expr), "with", with);
}

/* --- nodes --- */

static const char *unit_text(const pbr_node *node)
{
    static const char *const texts[] = {
        [PBR_UNIT_COUNT] = "count",     [PBR_UNIT_NUMBER] = "number",
        [PBR_UNIT_PERCENT] = "percent", [PBR_UNIT_RATE] = "percent",
        [PBR_UNIT_EVENTS] = "units",    [PBR_UNIT_POUNDS] = "pounds",
        [PBR_UNIT_PENCE] = "pence",     [PBR_UNIT_EXACT_PENCE] = "pence",
        [PBR_UNIT_WORD] = "word",
    };
    return node->per ? node->per : texts[node->unit];
}

static json_t *facts_json(const pbr_node *node)
{
    json_t *facts = json_object();
    for (size_t i = 0; i < node->facts_count; i++)
        json_object_set_new(facts, node->facts[i].label, json_string(node->facts[i].text));
    return facts;
}

static json_t *names_json(pbr_node *const *nodes, size_t count)
{
    json_t *names = json_array();
    for (size_t i = 0; i < count; i++) json_array_append_new(names, json_string(nodes[i]->name));
    return names;
}

static json_t *parts_json(const pbr_node *node)
{
    json_t *names = json_array();
    for (size_t i = 0; i < node->parts_count; i++)
        json_array_append_new(names, json_string(node->parts[i].node->name));
    return names;
}

/* Titles of its own, so that a program need not put the words together. */
static void add_words(struct teller *t, json_t *object, const pbr_node *node)
{
    const char *titles = pbr_formula_titles(t->e, node), *numbers = pbr_formula_numbers(t->e, node);
    if (titles) json_object_set_new(object, "words", json_string(titles));
    if (numbers) json_object_set_new(object, "numbers", json_string(numbers));
    if (node->note) json_object_set_new(object, "note", json_string(node->note));
}

static json_t *node_json(struct teller *t, const pbr_node *node)
{
    json_t *object =
        json_pack("{s:s, s:s, s:s, s:s, s:o, s:s}", "name", node->name, "title", node->title,
                  "kind", pbr_node_kind_text(node->kind), "unit", unit_text(node), "value",
                  value_json(t, node), "text", pbr_value_words(t->e, node));
    json_object_set_new(object, "told", json_boolean(node->told == TOLD));
    if (node->told != TOLD) return object;
    add_words(t, object, node);
    if (node->formula) json_object_set_new(object, "formula", formula_json(node, node->formula));
    if (node->facts_count) json_object_set_new(object, "facts", facts_json(node));
    if (node->cites_count)
        json_object_set_new(object, "terms", names_json(node->cites, node->cites_count));
    if (node->parts_count) json_object_set_new(object, "parts", parts_json(node));
    return object;
}

static json_t *figure_json(const pbr_told *told)
{
    return json_pack("{s:s, s:s, s:s?, s:b}", "figure", told->figure.name, "node", told->node->name,
                     "recorded", told->cell, "differs", told->differs);
}

void pbr_explain_as_json(const pbr_telling *telling, FILE *out)
{
    struct teller t = {.e = telling->explainer};
    json_t *figures = json_array(), *nodes = json_array();
    for (size_t i = 0; i < telling->count; i++) {
        json_array_append_new(figures, figure_json(&telling->figures[i]));
        reach(&t, telling->figures[i].node, false);
    }
    for (size_t i = 0; i < t.count; i++) json_array_append_new(nodes, node_json(&t, t.order[i]));
    json_t *root = json_pack("{s:s, s:s, s:s, s:s?, s:o, s:o}", "format", PBR_EXPLAIN_FORMAT,
                             "settlement", telling->settlement, "title", telling->title, "warning",
                             telling->warning, "figures", figures, "nodes", nodes);
    json_dumpf(root, out, JSON_INDENT(1) | JSON_REAL_PRECISION(17));
    fputc('\n', out);
    json_decref(root);
    free(t.order);
}
