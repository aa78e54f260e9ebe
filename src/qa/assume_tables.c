/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of tables in the assumptions log. Hundreds of rows each alone say nothing, so rows that
 * say the same for many areas and cohorts move together: a baseline's column by metric and year, a
 * price by contract year, a step table's column, an index value. */
#include "contract/vary.h"
#include "qa/assume.h"
#include "settle/used.h"

#include <stdlib.h>
#include <string.h>

struct groups {
    pbr_assumer *assumer;
    const pbr_number *numbers; /* of a copy: the contract's own stay const */
    size_t numbers_count;
    bool *taken;
};

static bool same_text(const char *a, const char *b)
{
    return a == b || (a && b && strcmp(a, b) == 0);
}

static bool is_assumed(const struct groups *g, const pbr_number *number)
{
    return pbr_is_assumed(number->from->status) &&
           pbr_used_number(g->assumer->qa->settled.settlement, number);
}

static bool is_same_group(const pbr_number *a, const pbr_number *b)
{
    return !strcmp(a->table, b->table) && !strcmp(a->column, b->column) &&
           same_text(a->key, b->key) && same_text(a->year, b->year) &&
           a->from->status == b->from->status;
}

static const char *group_words(const pbr_number *n, pbr_arena *arena)
{
    if (strcmp(n->table, "baselines.csv") == 0)
        return pbr_arena_printf(arena, "%s of metric %s, year %s", n->column, n->key, n->year);
    if (strcmp(n->table, "prices.csv") == 0)
        return pbr_arena_printf(arena, "%s, contract year %s", n->column, n->year);
    if (strcmp(n->table, "steps.csv") == 0)
        return pbr_arena_printf(arena, "%s of table %s", n->column, n->key);
    return pbr_arena_printf(arena, "%s, contract year %s", n->key, n->year);
}

/* Which numbers belong to the group of the one at first; notes them as taken. */
static bool *members_of(struct groups *g, size_t first)
{
    bool *members = pbr_alloc(g->numbers_count, sizeof *members);
    for (size_t i = first; i < g->numbers_count; i++)
        if (!g->taken[i] && is_same_group(&g->numbers[first], &g->numbers[i]) &&
            is_assumed(g, &g->numbers[i]))
            members[i] = g->taken[i] = true;
    return members;
}

static void describe(pbr_assumption *assumption, const struct groups *g, const bool *members,
                     pbr_arena *arena)
{
    for (size_t i = 0; i < g->numbers_count; i++) {
        if (!members[i]) continue;
        const pbr_provenance *from = g->numbers[i].from;
        if (!assumption->rows++) {
            assumption->clause = from->clause;
            assumption->source = from->source;
        }
        if (!same_text(assumption->clause, from->clause)) assumption->clause = "several";
        if (!same_text(assumption->source, from->source)) assumption->source = "several";
    }
    assumption->kind = PBR_ASSUMED_NUMBER;
    assumption->value = pbr_numbers_text(g->numbers, g->numbers_count, members, arena);
}

static void try_group(struct groups *g, pbr_assumption *assumption, const bool *members)
{
    const pbr_settled *settled = &g->assumer->qa->settled;
    for (int move = 0; move < 2; move++) {
        pbr_arena *arena = pbr_arena_new();
        pbr_contract *copy = pbr_contract_copy(settled->settlement->contract);
        pbr_trial *trial = pbr_assumption_try(assumption, settled->arena, PBR_MOVES[move]);
        pbr_number *numbers;
        size_t count = pbr_contract_numbers(copy, arena, &numbers);
        for (size_t i = 0; i < count; i++)
            if (members[i]) pbr_number_scale(&numbers[i], g->assumer->factors[move]);
        pbr_trial_settle(trial, settled, copy, settled->measures);
        pbr_contract_free(copy);
        pbr_arena_free(arena);
    }
}

static void take_group(struct groups *g, size_t first)
{
    pbr_arena *arena = g->assumer->qa->settled.arena;
    const pbr_number *number = &g->numbers[first];
    bool *members = members_of(g, first);
    pbr_assumption *assumption = pbr_assumer_add(g->assumer, number->table,
                                                 group_words(number, arena), number->from->status);
    describe(assumption, g, members, arena);
    try_group(g, assumption, members);
    free(members);
}

void pbr_assume_tables(pbr_assumer *assumer)
{
    const pbr_settled *settled = &assumer->qa->settled;
    pbr_contract *copy = pbr_contract_copy(settled->settlement->contract);
    pbr_number *numbers;
    struct groups g = {.assumer = assumer};
    g.numbers_count = pbr_contract_numbers(copy, copy->arena, &numbers);
    g.numbers = numbers;
    g.taken = pbr_alloc(g.numbers_count + 1, sizeof *g.taken);
    for (size_t i = 0; i < g.numbers_count; i++)
        if (!g.taken[i] && is_assumed(&g, &numbers[i])) take_group(&g, i);
    free(g.taken);
    pbr_contract_free(copy);
}

/* --- agreements --- */

void pbr_assume_agreements(pbr_assumer *assumer)
{
    const pbr_settlement *s = assumer->qa->settled.settlement;
    for (pbr_status status = PBR_RECONSTRUCTED; status <= PBR_ILLUSTRATIVE; status++) {
        size_t rows = 0;
        const pbr_agreement *first = NULL;
        for (size_t i = 0; i < s->contract->agreements_count; i++) {
            const pbr_agreement *row = &s->contract->agreements[i];
            if (row->source.status != status || !pbr_used_agreement(s, row)) continue;
            if (!rows++) first = row;
        }
        if (!rows) continue;
        pbr_assumption *assumption = pbr_assumer_add(
            assumer, "agreements.csv", "which rules and payee from when to when", status);
        assumption->kind = PBR_ASSUMED_NAME;
        assumption->value = "see the table";
        assumption->clause = rows == 1 ? first->source.clause : "several";
        assumption->source = rows == 1 ? first->source.source : "several";
        assumption->rows = rows;
        assumption->note = "Dates and names: no other value was tried.";
    }
}
