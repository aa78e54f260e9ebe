/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/value.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

#define REAL_TOLERANCE 1e-12

struct kept {
    struct kept *next;
    pbr_value value;
};

struct pbr_pool {
    pbr_arena *arena;
    struct kept *kept; /* exact values, whose numbers GMP owns */
};

pbr_pool *pbr_pool_new(void)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_pool *pool = pbr_arena_alloc(arena, sizeof *pool);
    pool->arena = arena;
    return pool;
}

void pbr_pool_free(pbr_pool *pool)
{
    if (!pool) return;
    for (struct kept *kept = pool->kept; kept; kept = kept->next) mpq_clear(kept->value.exact);
    pbr_arena_free(pool->arena);
}

const pbr_value *pbr_value_none(void)
{
    static const pbr_value none = {.kind = PBR_VALUE_NONE};
    return &none;
}

const pbr_value *pbr_value_exact(pbr_pool *pool, const mpq_t value)
{
    struct kept *kept = pbr_arena_alloc(pool->arena, sizeof *kept);
    kept->value.kind = PBR_VALUE_EXACT;
    mpq_init(kept->value.exact);
    mpq_set(kept->value.exact, value);
    kept->next = pool->kept;
    pool->kept = kept;
    return &kept->value;
}

const pbr_value *pbr_value_int(pbr_pool *pool, int64_t value)
{
    mpq_t exact;
    mpq_init(exact);
    pbr_ratio_set(exact, value, 1);
    const pbr_value *made = pbr_value_exact(pool, exact);
    mpq_clear(exact);
    return made;
}

const pbr_value *pbr_value_real(pbr_pool *pool, double value)
{
    pbr_value *made = pbr_arena_alloc(pool->arena, sizeof *made);
    made->kind = PBR_VALUE_REAL;
    made->real = value;
    return made;
}

const pbr_value *pbr_value_word(pbr_pool *pool, const char *word)
{
    if (!word) return pbr_value_none();
    pbr_value *made = pbr_arena_alloc(pool->arena, sizeof *made);
    made->kind = PBR_VALUE_WORD;
    made->word = word;
    return made;
}

double pbr_value_number(const pbr_value *value)
{
    if (value->kind == PBR_VALUE_EXACT) return mpq_get_d(value->exact);
    return value->kind == PBR_VALUE_REAL ? value->real : 0;
}

bool pbr_value_is(const pbr_value *value, const char *word)
{
    return value->kind == PBR_VALUE_WORD && strcmp(value->word, word) == 0;
}

bool pbr_value_same(const pbr_value *a, const pbr_value *b)
{
    if (a->kind == PBR_VALUE_EXACT && b->kind == PBR_VALUE_EXACT)
        return mpq_equal(a->exact, b->exact);
    if (a->kind == PBR_VALUE_NONE || b->kind == PBR_VALUE_NONE) return a->kind == b->kind;
    if (a->kind == PBR_VALUE_WORD || b->kind == PBR_VALUE_WORD)
        return a->kind == b->kind && strcmp(a->word, b->word) == 0;
    double x = pbr_value_number(a), y = pbr_value_number(b);
    return fabs(x - y) <= REAL_TOLERANCE * fmax(1, fmax(fabs(x), fabs(y)));
}
