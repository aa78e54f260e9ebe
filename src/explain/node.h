/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a figure came about, as a graph of nodes: a figure, the steps that it follows from, and the
 * counts, terms and prices that those rest on. A node that several steps use is one node.
 * Everything belongs to the arena of the explainer that made it. */
#ifndef PBR_EXPLAIN_NODE_H
#define PBR_EXPLAIN_NODE_H

#include "derive/working.h"

/* What a node is: a step of the calculation, or where a value stands. */
typedef enum {
    PBR_NODE_FORMULA,
    PBR_NODE_COUNT,     /* metrics.csv; told further where the ledger of starts is there */
    PBR_NODE_ATTRITION, /* attrition.csv */
    PBR_NODE_BASELINE,
    PBR_NODE_PRICE,
    PBR_NODE_STEP,
    PBR_NODE_INDEX,
    PBR_NODE_TERM,
    PBR_NODE_AGREEMENT,
    PBR_NODE_VOLUME,
    PBR_NODE_LEVEL,
    PBR_NODE_EARLIER,  /* what an earlier settlement settled */
    PBR_NODE_OTHER,    /* money that is not computed */
    PBR_NODE_DECISION, /* under which disposition a line is paid */
    PBR_NODE_ENGINE,   /* what only the engine can tell */
    PBR_NODE_FACT      /* a word, date or name of a table; its note says how it came about */
} pbr_node_kind;

/* Something known of a node: "clause", "schedule 9". */
typedef struct {
    const char *label, *text;
} pbr_node_fact;

typedef struct pbr_node pbr_node;

typedef struct {
    pbr_node *node;
    bool named; /* only named with its value: it is told where it is asked for itself */
} pbr_node_part;

/* A condition of the formula, which chose a branch. */
typedef struct {
    const pbr_expr *expr;
    bool holds;
} pbr_node_condition;

enum { PBR_NODE_FACTS = 10, PBR_NODE_CONDITIONS = 24 };

struct pbr_node {
    const char *name;  /* unique; of a step "C02/2015Q4/binary/adjusted_rate" */
    const char *title; /* "Adjusted rate" */
    const char *place; /* "C02/2015Q4/binary"; NULL: it belongs to no one line */
    pbr_node_kind kind;
    pbr_unit unit;
    const char *per; /* what a rate is in, where that is not percent; else NULL */
    const pbr_value *value;
    const pbr_expr *formula; /* its names are numbers into `of`; NULL: here a derivation ends */
    pbr_node **of;           /* NULL: of a branch that was not taken; beyond of_count constants */
    size_t of_count;
    bool adds_up;          /* the formula is a sum of its parts, which needs no spelling out */
    const pbr_expr *taken; /* the formula less the branches not taken */
    pbr_node_condition conditions[PBR_NODE_CONDITIONS]; /* that chose them */
    size_t conditions_count;
    const char *note; /* a sentence, or NULL */
    pbr_node_fact facts[PBR_NODE_FACTS];
    size_t facts_count;
    pbr_node **cites; /* terms that say how it is worked out */
    size_t cites_count;
    pbr_node_part *parts; /* what is told under it, in order */
    size_t parts_count, parts_room;
    size_t told; /* for those who tell it: when it was told last; 0: never */
};

const char *pbr_node_kind_text(pbr_node_kind kind); /* "count" */

#endif
