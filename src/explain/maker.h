/* SPDX-License-Identifier: GPL-3.0-or-later */
/* For the makers of nodes: nodes by name, formulas with their parts, provenance. */
#ifndef PBR_EXPLAIN_MAKER_H
#define PBR_EXPLAIN_MAKER_H

#include "base/idmap.h"
#include "explain/explainer.h"

struct pbr_explainer {
    pbr_explained given;
    const pbr_workings *workings;
    const pbr_settlement *settlement;
    const pbr_contract *contract;
    pbr_idmap *names;
    pbr_node **nodes; /* by number of the name */
    size_t room;
    pbr_arena *arena;
};

/* The node of a name; made now, and *made set, if there was none: fill it in then. */
pbr_node *pbr_node_named(pbr_explainer *e, const char *name, bool *made);
void pbr_node_fact_add(pbr_node *node, const char *label, const char *text); /* text NULL: none */
void pbr_node_part_add(pbr_explainer *e, pbr_node *node, pbr_node *part, bool named);
void pbr_node_provenance(pbr_node *node, const pbr_provenance *from);
void pbr_node_day(pbr_explainer *e, pbr_node *node, const char *label, pbr_date day);

/* Gives a node its formula. Names of the formula are numbers: below count they stand for nodes that
 * `node_of` gives when they are needed and for `values`; above for constants. */
typedef pbr_node *pbr_node_of(pbr_explainer *e, const void *context, size_t number);
void pbr_node_formula(pbr_explainer *e, pbr_node *node, const pbr_expr *formula,
                      const pbr_value *const *values, size_t count, pbr_node_of *node_of,
                      const void *context);
/* A formula over given nodes, which it calls a0, a1, a2 …; sets the node's value too. named: the
 * parts are only named. */
void pbr_node_formula_over(pbr_explainer *e, pbr_node *node, const char *formula, pbr_node **over,
                           size_t count, bool named);
/* The sum of nodes, or their first less the others; of none it is nothing. */
void pbr_node_sum(pbr_explainer *e, pbr_node *node, pbr_node **over, size_t count, bool named);
void pbr_node_less(pbr_explainer *e, pbr_node *node, pbr_node **over, size_t count);

/* "C02/2015Q4/binary" */
const char *pbr_place_of(pbr_explainer *e, size_t area, size_t cohort, const char *line);
/* A word, date or name of a table under a place. */
pbr_node *pbr_node_word(pbr_explainer *e, const char *place, const char *field, const char *title,
                        const char *word, const char *note);

/* --- where derivations end (leaves.c) --- */

pbr_node *pbr_leaf_term(pbr_explainer *e, const pbr_rules *rules, size_t area, const char *path);
pbr_node *pbr_leaf_price(pbr_explainer *e, size_t area, const char *year, const char *column,
                         const char *title, pbr_unit unit);
pbr_node *pbr_leaf_agreement(pbr_explainer *e, const pbr_agreement *agreement);
/* Of a stage of a line that is not a formula. */
pbr_node *pbr_leaf_of_stage(pbr_explainer *e, const pbr_working *working,
                            const pbr_working_row *row, size_t stage);
/* What the measurable persons are what is left of: the ledger of the starts (attrition.c). */
void pbr_leaf_attrition(pbr_explainer *e, pbr_node *count, const pbr_measure *measure);
void pbr_node_cite(pbr_explainer *e, pbr_node *node, const pbr_rules *rules, size_t area,
                   const char *const *paths, size_t count);

/* --- the steps of a line (steps.c) --- */

pbr_node *pbr_step_node(pbr_explainer *e, const pbr_working *working, const pbr_working_row *row,
                        size_t stage);
/* By field; NULL where the line has no such step there. */
pbr_node *pbr_step_named(pbr_explainer *e, size_t area, size_t cohort, const char *line,
                         const char *field);

/* --- money on its way (claims.c, payments.c, balances.c) --- */

pbr_node *pbr_claim_computed(pbr_explainer *e, const pbr_claim *claim);
pbr_node *pbr_claim_capped(pbr_explainer *e, const pbr_claim *claim);
/* What a line came to; NULL where it was not priced. */
const pbr_claim *pbr_claim_of(const pbr_settlement *s, size_t area, size_t cohort,
                              const char *line);
/* An amount of earlier settlements: "due_pence" or "computed_pence" of a row. */
pbr_node *pbr_earlier_node(pbr_explainer *e, const pbr_earlier *row, const char *column);
/* One payment's amount, by column; shared: the line is split, and the payee is in the name. */
pbr_node *pbr_payment_amount(pbr_explainer *e, size_t payment, const char *field);
/* How many payments the line has, which stand together from *first. */
size_t pbr_payments_of(const pbr_settlement *s, const pbr_figure *figure, size_t *first);
pbr_node *pbr_payment_figure(pbr_explainer *e, const pbr_figure *figure);
pbr_node *pbr_result_figure(pbr_explainer *e, const pbr_figure *figure);
pbr_node *pbr_balance_figure(pbr_explainer *e, const char *payee, const char *field);

#endif
