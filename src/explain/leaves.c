/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where derivations end: cells of tables and terms of the contract, each with its clause, source,
 * status and the time that it is of. */
#include "explain/maker.h"

#include <stdlib.h>
#include <string.h>

/* What a leaf is made for. */
struct leaf {
    pbr_explainer *e;
    const pbr_working *working;
    const pbr_working_row *row;
    const pbr_stage *stage;
    const pbr_value *value;
};

static const char *area_code(const struct leaf *l)
{
    return l->e->contract->areas[l->row->area].code;
}

static const pbr_cohort *cohort_of(const struct leaf *l)
{
    return &l->e->contract->cohorts[l->row->cohort];
}

/* A leaf by name; NULL if it was made before, which *node then is. */
static pbr_node *leaf(pbr_explainer *e, pbr_node **node, const char *name, pbr_node_kind kind,
                      const char *title, pbr_unit unit, const pbr_value *value)
{
    bool made;
    *node = pbr_node_named(e, name, &made);
    if (!made) return NULL;
    (*node)->kind = kind;
    (*node)->title = title;
    (*node)->unit = unit;
    (*node)->value = value;
    return *node;
}

static pbr_node *stage_leaf(const struct leaf *l, pbr_node **node, const char *name,
                            pbr_node_kind kind)
{
    return leaf(l->e, node, name, kind, l->stage->title, l->stage->unit, l->value);
}

static void add_line(pbr_explainer *e, pbr_node *node, const char *file, long line)
{
    pbr_node_fact_add(node, "row", pbr_arena_printf(e->arena, "%s, line %ld", file, line));
}

/* --- terms --- */

/* The first day on which a version of the rules is in force for the area. */
static void add_in_force(pbr_explainer *e, pbr_node *node, const pbr_rules *rules, size_t area)
{
    for (size_t i = 0; i < e->contract->agreements_count; i++) {
        const pbr_agreement *row = &e->contract->agreements[i];
        if (row->area != area || &e->contract->rules[row->rules] != rules) continue;
        pbr_node_day(e, node, "in force from", row->from);
        return;
    }
}

static const pbr_value *term_value(pbr_explainer *e, const pbr_term *term)
{
    mpq_t number;
    mpq_init(number);
    const pbr_value *value = pbr_decimal_parse(number, term->value, strlen(term->value), 10)
                                 ? pbr_value_exact(e->workings->pool, number)
                                 : pbr_value_word(e->workings->pool, term->value);
    mpq_clear(number);
    return value;
}

pbr_node *pbr_leaf_term(pbr_explainer *e, const pbr_rules *rules, size_t area, const char *path)
{
    pbr_node *node;
    const pbr_term *term = pbr_ingredient_term(rules, path);
    if (!term) return NULL;
    const char *name =
        pbr_arena_printf(e->arena, "%s/%s/%s", term->file, e->contract->areas[area].code, path);
    const pbr_value *value = term_value(e, term);
    pbr_unit unit = value->kind == PBR_VALUE_WORD ? PBR_UNIT_WORD : PBR_UNIT_NUMBER;
    if (!leaf(e, &node, name, PBR_NODE_TERM, path, unit, value)) return node;
    pbr_node_fact_add(node, "term", path);
    add_line(e, node, term->file, term->line);
    pbr_node_fact_add(node, "clause", term->clause);
    pbr_node_fact_add(node, "source", term->source);
    pbr_node_fact_add(node, "status", pbr_status_text(term->status));
    add_in_force(e, node, rules, area);
    return node;
}

void pbr_node_cite(pbr_explainer *e, pbr_node *node, const pbr_rules *rules, size_t area,
                   const char *const *paths, size_t count)
{
    node->cites = pbr_arena_alloc(e->arena, (count + 1) * sizeof(pbr_node *));
    for (size_t i = 0; i < count && paths[i]; i++) {
        pbr_node *term = pbr_leaf_term(e, rules, area, paths[i]);
        if (term) node->cites[node->cites_count++] = term;
    }
}

/* A term that a formula reads has the formula's name for it. */
static pbr_node *term_leaf(const struct leaf *l)
{
    pbr_node *node = pbr_leaf_term(l->e, l->working->rules, l->row->area, l->stage->key);
    if (!node) return NULL;
    node->title = l->stage->title;
    node->unit = l->stage->unit;
    node->value = l->value;
    return node;
}

/* --- tables of the contract --- */

pbr_node *pbr_leaf_price(pbr_explainer *e, size_t area, const char *year, const char *column,
                         const char *title, pbr_unit unit)
{
    pbr_node *node;
    const pbr_price *row = pbr_contract_price(e->contract, area, year);
    size_t index = pbr_contract_money_column(e->contract, column);
    bool known = row && index < e->contract->money_columns_count;
    const char *name = pbr_arena_printf(e->arena, "prices.csv/%s/%s/%s",
                                        e->contract->areas[area].code, year, column);
    const pbr_value *value =
        known ? pbr_value_exact(e->workings->pool, row->amounts[index]) : pbr_value_none();
    if (!leaf(e, &node, name, PBR_NODE_PRICE, title, unit, value) || !row) return node;
    pbr_node_fact_add(node, "column", column);
    add_line(e, node, "prices.csv", row->line);
    pbr_node_provenance(node, &row->source);
    pbr_node_fact_add(node, "contract year", year);
    return node;
}

static pbr_node *price_leaf(const struct leaf *l)
{
    return pbr_leaf_price(l->e, l->row->area, cohort_of(l)->contract_year, l->stage->key,
                          l->stage->title, l->stage->unit);
}

static pbr_node *baseline_leaf(const struct leaf *l)
{
    pbr_node *node;
    const pbr_baseline *row = pbr_ingredient_baseline(l->e->workings, l->row, l->stage);
    const pbr_metric *metric = l->row->result->metric;
    const char *cohort = row ? row->cohort : cohort_of(l)->baseline;
    const char *name = pbr_arena_printf(l->e->arena, "baselines.csv/%s/%s/%s/%s/%s", area_code(l),
                                        cohort, metric->id, metric->baseline, l->stage->key);
    if (!stage_leaf(l, &node, name, PBR_NODE_BASELINE) || !row) return node;
    pbr_node_fact_add(node, "column", l->stage->key);
    add_line(l->e, node, "baselines.csv", row->line);
    pbr_node_provenance(node, &row->source);
    pbr_node_fact_add(node, "baseline year", metric->baseline);
    return node;
}

/* The row of steps.csv that is the step with the number. */
static const pbr_step *numbered_step(const struct leaf *l)
{
    long wanted = strtol(l->stage->other, NULL, 10), seen = 0;
    for (size_t i = 0; i < l->e->contract->steps_count; i++) {
        const pbr_step *row = &l->e->contract->steps[i];
        if (strcmp(row->table, l->stage->key) == 0 && ++seen == wanted) return row;
    }
    return NULL;
}

static pbr_node *step_leaf(const struct leaf *l)
{
    pbr_node *node;
    const pbr_step *row = numbered_step(l);
    const char *column = strstr(l->stage->field, "_from_") ? "at_least" : "value";
    const char *name =
        pbr_arena_printf(l->e->arena, "steps.csv/%s/%s/%s", l->stage->key, l->stage->other, column);
    if (!stage_leaf(l, &node, name, PBR_NODE_STEP) || !row) return node;
    pbr_node_fact_add(node, "column", column);
    add_line(l->e, node, "steps.csv", row->line);
    pbr_node_provenance(node, &row->source);
    return node;
}

static pbr_node *index_leaf(const struct leaf *l)
{
    pbr_node *node;
    const pbr_line *line = l->working->line;
    bool now = strcmp(l->stage->key, "now") == 0;
    const char *year = now ? cohort_of(l)->contract_year : line->index_base;
    const char *name = pbr_arena_printf(l->e->arena, "indices.csv/%s/%s", line->index, year);
    if (!stage_leaf(l, &node, name, PBR_NODE_INDEX)) return node;
    for (size_t i = 0; i < l->e->contract->indices_count; i++) {
        const pbr_index *row = &l->e->contract->indices[i];
        if (strcmp(row->series, line->index) != 0 || strcmp(row->contract_year, year) != 0)
            continue;
        add_line(l->e, node, "indices.csv", row->line);
        pbr_node_provenance(node, &row->source);
        pbr_node_fact_add(node, "contract year", year);
    }
    return node;
}

pbr_node *pbr_leaf_agreement(pbr_explainer *e, const pbr_agreement *row)
{
    char from[PBR_DATE_TEXT];
    pbr_node *node;
    const char *name =
        pbr_arena_printf(e->arena, "agreements.csv/%s/%s", e->contract->areas[row->area].code,
                         pbr_date_text(row->from, from));
    if (!leaf(e, &node, name, PBR_NODE_AGREEMENT, "Agreement in force", PBR_UNIT_WORD,
              pbr_value_word(e->workings->pool, e->contract->rules[row->rules].name)))
        return node;
    pbr_node_fact_add(node, "provider", row->provider);
    pbr_node_fact_add(node, "payee", row->payee);
    pbr_node_day(e, node, "from", row->from);
    pbr_node_day(e, node, "to", row->to);
    add_line(e, node, "agreements.csv", row->line);
    pbr_node_provenance(node, &row->source);
    return node;
}

/* --- what the run was given --- */

/* The measure of the row, of its control group, or of the earlier cohort. */
static const char *measured_place(const struct leaf *l, size_t *cohort, bool *control)
{
    const pbr_metric *metric = l->row->result->metric;
    *cohort = l->row->cohort;
    *control = l->stage->other && metric->compare_with == PBR_WITH_CONTROL;
    if (l->stage->other && !*control) *cohort = pbr_contract_cohort(l->e->contract, metric->cohort);
    return pbr_arena_printf(l->e->arena, "%s/%s%s", area_code(l),
                            l->e->contract->cohorts[*cohort].name, *control ? "/control" : "");
}

static pbr_node *count_leaf(const struct leaf *l)
{
    size_t cohort;
    bool control;
    pbr_node *node;
    const char *place = measured_place(l, &cohort, &control);
    const char *name = pbr_arena_printf(l->e->arena, "metrics.csv/%s/%s", place, l->stage->key);
    if (!stage_leaf(l, &node, name, PBR_NODE_COUNT)) return node;
    const pbr_measure *measure =
        pbr_measures_find(l->e->workings->measures, l->row->area, cohort, control);
    pbr_node_fact_add(node, "row", pbr_arena_printf(l->e->arena, "metrics.csv, %s", place));
    pbr_node_fact_add(node, "column", l->stage->key);
    if (measure) pbr_node_day(l->e, node, "snapshot", measure->snapshot);
    if (measure && !control && strcmp(l->stage->key, "measurable") == 0)
        pbr_leaf_attrition(l->e, node, measure);
    return node;
}

static pbr_node *volume_leaf(const struct leaf *l)
{
    pbr_node *node;
    const pbr_weight *weight = &l->working->line->weights[strtol(l->stage->key, NULL, 10) - 1];
    const char *name = pbr_arena_printf(l->e->arena, "volumes.csv/%s/%s/%s/%s/%s", area_code(l),
                                        cohort_of(l)->contract_year, l->working->rules->name,
                                        weight->type, weight->band);
    if (!stage_leaf(l, &node, name, PBR_NODE_VOLUME)) return node;
    pbr_node_fact_add(node, "row",
                      pbr_arena_printf(l->e->arena, "volumes.csv, %s, %s, %s", area_code(l),
                                       weight->type, weight->band));
    pbr_node_fact_add(node, "contract year", cohort_of(l)->contract_year);
    pbr_node_fact_add(node, "rules", l->working->rules->name);
    node->note = "The sum over the months of the contract year under this version of the rules.";
    return node;
}

static pbr_node *level_leaf(const struct leaf *l)
{
    pbr_node *node;
    const char *measure = l->working->line->measure;
    const char *name = pbr_arena_printf(l->e->arena, "service-levels.csv/%s/%s/%s/%s", area_code(l),
                                        cohort_of(l)->name, measure, l->stage->key);
    if (!stage_leaf(l, &node, name, PBR_NODE_LEVEL)) return node;
    pbr_node_fact_add(node, "row",
                      pbr_arena_printf(l->e->arena, "service-levels.csv, %s, %s, %s", area_code(l),
                                       cohort_of(l)->name, measure));
    pbr_node_fact_add(node, "column", l->stage->key);
    return node;
}

/* --- what other lines came to, and what only the engine can tell --- */

static pbr_node *hurdle(const struct leaf *l)
{
    return pbr_step_named(l->e, l->row->area, l->row->cohort, l->stage->key, "result");
}

static pbr_node *engine_leaf(const struct leaf *l)
{
    pbr_node *node;
    const char *place = pbr_place_of(l->e, l->row->area, l->row->cohort, l->working->line->id);
    const char *name = pbr_arena_printf(l->e->arena, "%s/%s", place, l->stage->field);
    if (!stage_leaf(l, &node, name, PBR_NODE_ENGINE)) return node;
    node->place = place;
    node->note = l->stage->note;
    return node;
}

pbr_node *pbr_leaf_of_stage(pbr_explainer *e, const pbr_working *working,
                            const pbr_working_row *row, size_t stage)
{
    static pbr_node *(*const ORIGINS[])(const struct leaf *) = {
        [PBR_STAGE_COUNT] = count_leaf, [PBR_STAGE_BASELINE] = baseline_leaf,
        [PBR_STAGE_PRICE] = price_leaf, [PBR_STAGE_TERM] = term_leaf,
        [PBR_STAGE_STEP] = step_leaf,   [PBR_STAGE_INDEX] = index_leaf,
        [PBR_STAGE_RESULT] = hurdle,    [PBR_STAGE_VOLUME] = volume_leaf,
        [PBR_STAGE_LEVEL] = level_leaf, [PBR_STAGE_ENGINE] = engine_leaf,
    };
    struct leaf l = {e, working, row, &working->stages[stage], row->values[stage]};
    pbr_node *node = ORIGINS[l.stage->origin](&l);
    return node ? node : engine_leaf(&l);
}
