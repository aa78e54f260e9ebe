/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a count is made of: the ledger in which every start stands once (semantics 4). */
#include "explain/maker.h"

#include <string.h>

static pbr_node *ledger_node(pbr_explainer *e, const pbr_attrition *row)
{
    bool made;
    const char *place = pbr_arena_printf(e->arena, "%s/%s", e->contract->areas[row->area].code,
                                         e->contract->cohorts[row->cohort].name);
    pbr_node *node = pbr_node_named(
        e,
        pbr_arena_printf(e->arena, "attrition.csv/%s/%s/%s/starts", place, row->stage, row->reason),
        &made);
    if (!made) return node;
    node->kind = PBR_NODE_ATTRITION;
    bool excluded = strcmp(row->stage, "excluded") == 0;
    node->title =
        pbr_arena_printf(e->arena, "%s: %s", excluded ? "Left out" : "Not measurable", row->title);
    node->unit = PBR_UNIT_COUNT;
    node->value = pbr_value_int(e->workings->pool, row->starts);
    pbr_node_fact_add(
        node, "row",
        pbr_arena_printf(e->arena, "attrition.csv, %s, %s, %s", place, row->stage, row->reason));
    pbr_node_fact_add(node, "clause", row->clause);
    return node;
}

static pbr_node *starts_node(pbr_explainer *e, const pbr_measure *measure)
{
    bool made;
    const char *place = pbr_arena_printf(e->arena, "%s/%s", e->contract->areas[measure->area].code,
                                         e->contract->cohorts[measure->cohort].name);
    pbr_node *node =
        pbr_node_named(e, pbr_arena_printf(e->arena, "metrics.csv/%s/starts", place), &made);
    if (!made) return node;
    node->kind = PBR_NODE_COUNT;
    node->title = "Starts";
    node->unit = PBR_UNIT_COUNT;
    node->value = pbr_value_int(e->workings->pool, measure->starts);
    pbr_node_fact_add(node, "row", pbr_arena_printf(e->arena, "metrics.csv, %s", place));
    pbr_node_fact_add(node, "column", "starts");
    pbr_node_day(e, node, "snapshot", measure->snapshot);
    return node;
}

/* Measurable is what the starts leave, reason by reason. It is told only where it comes to the
 * count: a table of counts that was given has no such ledger. */
void pbr_leaf_attrition(pbr_explainer *e, pbr_node *count, const pbr_measure *measure)
{
    size_t rows = 0, left = 0;
    int64_t out = 0;
    pbr_node **over = pbr_arena_alloc(e->arena, (e->given.ledger_count + 2) * sizeof(pbr_node *));
    for (size_t i = 0; i < e->given.ledger_count; i++) {
        const pbr_attrition *row = &e->given.ledger[i];
        if (row->area != measure->area || row->cohort != measure->cohort) continue;
        rows++;
        if (!row->starts || strcmp(row->stage, "counted") == 0) continue;
        over[++left] = ledger_node(e, row);
        out += row->starts;
    }
    if (!rows || measure->starts - out != measure->measurable) return;
    over[0] = starts_node(e, measure);
    pbr_node_less(e, count, over, left + 1);
    count->kind = PBR_NODE_COUNT;
    count->note = "Persons are shown by pbrcalc trace, and by settle --outcomes.";
}
