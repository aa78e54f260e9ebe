/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a step of a derivation comes to: an exact ratio where money and counts are concerned, a
 * floating-point number where a statistical limit is, or a word. */
#ifndef PBR_DERIVE_VALUE_H
#define PBR_DERIVE_VALUE_H

#include "base/mem.h"
#include "base/ratio.h"

typedef enum { PBR_VALUE_NONE, PBR_VALUE_EXACT, PBR_VALUE_REAL, PBR_VALUE_WORD } pbr_value_kind;

typedef struct pbr_value {
    pbr_value_kind kind;
    mpq_t exact; /* initialised only where kind is PBR_VALUE_EXACT */
    double real;
    const char *word; /* borrowed */
} pbr_value;

/* Owns values; they live until the pool is freed. */
typedef struct pbr_pool pbr_pool;

pbr_pool *pbr_pool_new(void);
void pbr_pool_free(pbr_pool *pool);

const pbr_value *pbr_value_none(void);
const pbr_value *pbr_value_exact(pbr_pool *pool, const mpq_t value);
const pbr_value *pbr_value_int(pbr_pool *pool, int64_t value);
const pbr_value *pbr_value_real(pbr_pool *pool, double value);
const pbr_value *pbr_value_word(pbr_pool *pool, const char *word); /* NULL: none */

/* As a floating-point number; 0 for a word. */
double pbr_value_number(const pbr_value *value);
bool pbr_value_is(const pbr_value *value, const char *word);
/* Do both come to the same? Floating-point numbers to within one part in 10^12. */
bool pbr_value_same(const pbr_value *a, const pbr_value *b);

#endif
