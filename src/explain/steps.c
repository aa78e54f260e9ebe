/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The steps of a line in one area and cohort, from counts to the computed amount. */
#include "explain/maker.h"
#include "report/result_words.h"

#include <math.h>
#include <string.h>

struct step {
    const pbr_working *working;
    const pbr_working_row *row;
};

static pbr_node *node_of(pbr_explainer *e, const void *context, size_t number)
{
    const struct step *step = context;
    return pbr_step_node(e, step->working, step->row, number);
}

struct values {
    const pbr_value *const *values;
    const pbr_workings *all;
    size_t count;
};

static const pbr_value *look_up(const void *context, const pbr_expr *name)
{
    const struct values *v = context;
    return name->number < v->count ? v->values[name->number]
                                   : v->all->constants[name->number - v->count];
}

/* Does the step follow from its formula? The engine's limits hold to their last digit, and a line
 * without a result has none whatever a formula would give. */
static bool follows(pbr_explainer *e, const pbr_working *working, const pbr_working_row *row,
                    size_t stage)
{
    struct values context = {row->values, e->workings, working->stages_count};
    const pbr_value *own =
        pbr_expr_value(working->stages[stage].formula, e->workings->pool, look_up, &context);
    const pbr_value *value = row->values[stage];
    if (pbr_value_same(own, value)) return true;
    if (own->kind == PBR_VALUE_NONE || value->kind == PBR_VALUE_NONE ||
        value->kind == PBR_VALUE_WORD)
        return false;
    return fabs(pbr_value_number(own) - pbr_value_number(value)) < 1e-9;
}

static const char *why_engine(const pbr_working_row *row)
{
    if (row->result && row->result->why_no_result) return row->result->why_no_result;
    return "as the engine settled it";
}

/* What a rate is in, where it is not percent. */
static const char *per_of(const pbr_working_row *row, const pbr_stage *stage)
{
    if (stage->unit != PBR_UNIT_RATE || !row->result) return NULL;
    const pbr_metric *metric = row->result->metric;
    return metric->kind == PBR_RATE ? NULL : pbr_rate_unit(metric->kind);
}

static void fill(pbr_explainer *e, pbr_node *node, const pbr_working *working,
                 const pbr_working_row *row, size_t number)
{
    const pbr_stage *stage = &working->stages[number];
    struct step context = {working, row};
    node->title = stage->title;
    node->unit = stage->unit;
    node->per = per_of(row, stage);
    node->value = row->values[number];
    if (follows(e, working, row, number))
        pbr_node_formula(e, node, stage->formula, row->values, working->stages_count, node_of,
                         &context);
    else {
        node->kind = PBR_NODE_ENGINE;
        node->note = why_engine(row);
    }
    pbr_node_cite(e, node, working->rules, row->area, stage->cites, PBR_CITES_MAX);
}

pbr_node *pbr_step_node(pbr_explainer *e, const pbr_working *working, const pbr_working_row *row,
                        size_t stage)
{
    bool made;
    if (!working->stages[stage].formula) {
        pbr_node *leaf = pbr_leaf_of_stage(e, working, row, stage);
        if (leaf->unit == PBR_UNIT_RATE) leaf->per = per_of(row, &working->stages[stage]);
        return leaf;
    }
    const char *place = pbr_place_of(e, row->area, row->cohort, working->line->id);
    pbr_node *node = pbr_node_named(
        e, pbr_arena_printf(e->arena, "%s/%s", place, working->stages[stage].field), &made);
    if (!made) return node;
    node->place = place;
    fill(e, node, working, row, stage);
    return node;
}

pbr_node *pbr_step_named(pbr_explainer *e, size_t area, size_t cohort, const char *line,
                         const char *field)
{
    const pbr_working *working;
    const pbr_working_row *row = pbr_workings_row(e->workings, area, cohort, line, &working);
    if (!row) return NULL;
    size_t stage = pbr_working_stage(working, field);
    if (stage == working->stages_count) return NULL;
    if (stage >= working->priced_from && !row->claim) return NULL;
    return pbr_step_node(e, working, row, stage);
}
