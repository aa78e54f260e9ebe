/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The formula of one step of a derivation, written once as text ("reoffenders * hundred /
 * measurable") and used three ways: worked out exactly, written as a spreadsheet formula, and told
 * in words. So what a workbook computes and what `explain` says cannot part.
 *
 *   formula  := sum [ ("<" | ">" | "<=" | ">=" | "=" | "<>") sum ]
 *   sum      := product { ("+" | "-") product }
 *   product  := factor { ("*" | "/") factor }
 *   factor   := "-" factor | "(" formula ")" | NAME | FUNCTION "(" formula { "," formula } ")"
 *
 * There are no literals: every number and word has a name, and so a source. The functions are in
 * functions.c. */
#ifndef PBR_DERIVE_EXPR_H
#define PBR_DERIVE_EXPR_H

#include "base/text.h"
#include "derive/value.h"

typedef enum {
    PBR_EXPR_NAME,
    PBR_EXPR_NEGATE,
    PBR_EXPR_ADD,
    PBR_EXPR_SUBTRACT,
    PBR_EXPR_MULTIPLY,
    PBR_EXPR_DIVIDE,
    PBR_EXPR_LESS,
    PBR_EXPR_MORE,
    PBR_EXPR_AT_MOST,
    PBR_EXPR_AT_LEAST,
    PBR_EXPR_EQUAL,
    PBR_EXPR_UNEQUAL,
    PBR_EXPR_CALL
} pbr_expr_kind;

enum { PBR_EXPR_KIDS = 16 }; /* the most that a function takes */

typedef struct pbr_function pbr_function;

typedef struct pbr_expr {
    pbr_expr_kind kind;
    const char *name;             /* of a PBR_EXPR_NAME */
    size_t number;                /* of that name, once resolved */
    const pbr_function *function; /* of a PBR_EXPR_CALL */
    struct pbr_expr *kids[PBR_EXPR_KIDS];
    size_t kids_count;
} pbr_expr;

/* Reads a formula into the arena. A formula is part of the program: one that cannot be read ends
 * it. */
pbr_expr *pbr_expr_parse(pbr_arena *arena, const char *formula);
/* Gives every name the number that the function says, so that it need not be looked for again. */
void pbr_expr_resolve(pbr_expr *expr, size_t (*number)(const void *context, const char *name),
                      const void *context);

/* Gives what a name stands for; never NULL. */
typedef const pbr_value *pbr_expr_lookup(const void *context, const pbr_expr *name);
/* Works a formula out. Exact as long as all that goes in is; dividing by nothing gives none. */
const pbr_value *pbr_expr_value(const pbr_expr *expr, pbr_pool *pool, pbr_expr_lookup *lookup,
                                const void *context);

/* Does a comparison hold of two values in this order: below 0, 0, above 0? */
bool pbr_expr_holds(pbr_expr_kind kind, int order);

/* Gives how a name is written: a cell, a title, a number. The text must outlive the call. */
typedef const char *pbr_expr_writer(void *context, const char *name);
/* As a spreadsheet formula, without the "=". */
const char *pbr_expr_cells(const pbr_expr *expr, pbr_arena *arena, pbr_expr_writer *write,
                           void *context);
/* As a person would write it: "402 × 100 ÷ 785". */
const char *pbr_expr_words(const pbr_expr *expr, pbr_arena *arena, pbr_expr_writer *write,
                           void *context);

/* Calls visit for every name, from left to right, as often as it stands there. */
void pbr_expr_names(const pbr_expr *expr, void (*visit)(void *context, const pbr_expr *name),
                    void *context);

/* Operator or function as data says it: "add", "less", "round". */
const char *pbr_expr_operation(const pbr_expr *expr);

#endif
