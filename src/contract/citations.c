/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/citations.h"

#include <stdlib.h>
#include <string.h>

struct collector {
    const pbr_contract *contract;
    pbr_citation *items;
    size_t count, room;
};

static pbr_citation *citation_of(struct collector *c, const char *clause, pbr_place place)
{
    for (size_t i = 0; i < c->count; i++)
        if (strcmp(c->items[i].clause, clause) == 0) return &c->items[i];
    c->items = pbr_grow(c->items, &c->room, c->count + 1, sizeof *c->items);
    c->items[c->count] = (pbr_citation){.clause = clause, .first = place};
    return &c->items[c->count++];
}

static void add_terms(struct collector *c, const char *file, const pbr_term *list, size_t count)
{
    const char *path = pbr_contract_path(c->contract, file);
    for (size_t i = 0; i < count; i++)
        if (list[i].clause)
            citation_of(c, list[i].clause, (pbr_place){path, list[i].line, list[i].column})
                ->terms++;
}

static void add_row(struct collector *c, const char *path, const pbr_provenance *source, long line)
{
    if (source->clause) citation_of(c, source->clause, (pbr_place){path, line, 1})->rows++;
}

static void add_tables(struct collector *c)
{
    const pbr_contract *contract = c->contract;
    const char *path = pbr_contract_path(contract, "agreements.csv");
    for (size_t i = 0; i < contract->agreements_count; i++)
        add_row(c, path, &contract->agreements[i].source, contract->agreements[i].line);
    path = pbr_contract_path(contract, "baselines.csv");
    for (size_t i = 0; i < contract->baselines_count; i++)
        add_row(c, path, &contract->baselines[i].source, contract->baselines[i].line);
    path = pbr_contract_path(contract, "prices.csv");
    for (size_t i = 0; i < contract->prices_count; i++)
        add_row(c, path, &contract->prices[i].source, contract->prices[i].line);
    path = pbr_contract_path(contract, "steps.csv");
    for (size_t i = 0; i < contract->steps_count; i++)
        add_row(c, path, &contract->steps[i].source, contract->steps[i].line);
    path = pbr_contract_path(contract, "indices.csv");
    for (size_t i = 0; i < contract->indices_count; i++)
        add_row(c, path, &contract->indices[i].source, contract->indices[i].line);
}

size_t pbr_contract_citations(const pbr_contract *contract, pbr_arena *arena, pbr_citation **out)
{
    struct collector c = {.contract = contract};
    add_terms(&c, "scheme.yaml", contract->scheme_terms, contract->scheme_terms_count);
    for (size_t i = 0; i < contract->rules_count; i++)
        add_terms(&c, contract->rules[i].file, contract->rules[i].list,
                  contract->rules[i].list_count);
    add_tables(&c);
    *out = pbr_arena_alloc(arena, (c.count + 1) * sizeof **out);
    if (c.count) memcpy(*out, c.items, c.count * sizeof **out);
    free(c.items);
    return c.count;
}

const pbr_citation *pbr_citation_find(const pbr_citation *list, size_t count, const char *clause)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(list[i].clause, clause) == 0) return &list[i];
    return NULL;
}

bool pbr_contract_lists_clause(const pbr_contract *contract, const char *clause)
{
    for (size_t i = 0; i < contract->clauses_count; i++)
        if (strcmp(contract->clauses[i].clause, clause) == 0) return true;
    return false;
}
