/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The functions that formulas of derivations may use. */
#ifndef PBR_DERIVE_FUNCTIONS_H
#define PBR_DERIVE_FUNCTIONS_H

#include "derive/expr.h"

struct pbr_function {
    const char *name;
    size_t least, most; /* arguments */
    /* Each argument is worked out before; a call with one that is none gives none, unless lazy. */
    const pbr_value *(*work)(pbr_pool *pool, const pbr_value *const *values, size_t count);
    /* The same as a spreadsheet works it out, in floating point; lean -1 or 1 says which way a tie
     * goes that floating point cannot tell from what is beside it. NULL: if(). */
    double (*floating)(const double *numbers, size_t count, double lean);
    bool lazy;         /* only the argument that is chosen matters: if() */
    const char *cells; /* the spreadsheet's formula: $1 … are the arguments, $* all of them */
    const char *words; /* the same for people */
};

const pbr_function *pbr_function_named(pbr_slice name); /* NULL: there is none */

/* Names that formulas can rely on without a row: 0, 1, 100, "better" … */
typedef struct {
    const char *name, *title;
    const char *number; /* a decimal; NULL: a word */
    const char *word;
    const char *use;
} pbr_constant;

extern const pbr_constant pbr_constants[];
extern const size_t pbr_constants_count;

/* Index in pbr_constants, or their number. */
size_t pbr_constant_named(const char *name);
const pbr_value *pbr_constant_value(pbr_pool *pool, size_t index);

#endif
