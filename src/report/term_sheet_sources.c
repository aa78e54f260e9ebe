/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closing lists: what is illustrative, and which clauses are cited. */
#include "contract/citations.h"
#include "report/term_sheet_parts.h"

#include <string.h>

/* --- what is illustrative --- */

static size_t count_terms(const pbr_term *list, size_t count)
{
    size_t found = 0;
    for (size_t i = 0; i < count; i++) found += list[i].status == PBR_ILLUSTRATIVE;
    return found;
}

/* "lines" of "lines.binary.test.level" */
static const char *group_of(pbr_teller *t, const pbr_term *term)
{
    return pbr_arena_printf(t->arena, "%.*s", (int)strcspn(term->path, "."), term->path);
}

static const char *groups_words(pbr_teller *t, const pbr_rules *rules)
{
    pbr_text_set groups = {0};
    for (size_t i = 0; i < rules->list_count; i++)
        if (rules->list[i].status == PBR_ILLUSTRATIVE)
            pbr_text_set_add(t, &groups, group_of(t, &rules->list[i]));
    return pbr_words_join(t, groups.items, groups.count, "and");
}

static void tell_rules(pbr_teller *t, const pbr_rules *rules)
{
    size_t found = count_terms(rules->list, rules->list_count);
    pbr_tell(t, 0, "-", NULL, "Rules %s: %zu of %zu terms%s%s.", rules->name, found,
             rules->list_count, found ? ", in " : "", found ? groups_words(t, rules) : "");
}

/* A table of rows that have a provenance, for counting. */
struct table {
    const char *name;
    const pbr_provenance *first; /* of its first row */
    size_t size, count;          /* bytes of a row; rows */
};

static void tell_table(pbr_teller *t, const struct table *table)
{
    size_t found = 0;
    for (size_t i = 0; i < table->count; i++) {
        const char *at = (const char *)table->first + i * table->size;
        found += ((const pbr_provenance *)(const void *)at)->status == PBR_ILLUSTRATIVE;
    }
    if (table->count)
        pbr_tell(t, 0, "-", NULL, "%s: %zu of %zu row%s.", table->name, found, table->count,
                 pbr_words_plural(table->count));
}

#define TABLE(name, rows, count)                                                                   \
    {                                                                                              \
        name, (count) ? &(rows)->source : NULL, sizeof *(rows), count                              \
    }

void pbr_tell_illustrative(pbr_teller *t)
{
    const pbr_contract *c = t->contract;
    const struct table tables[] = {
        TABLE("agreements.csv", c->agreements, c->agreements_count),
        TABLE("baselines.csv", c->baselines, c->baselines_count),
        TABLE("prices.csv", c->prices, c->prices_count),
        TABLE("steps.csv", c->steps, c->steps_count),
        TABLE("indices.csv", c->indices, c->indices_count),
    };
    pbr_tell_heading(t, PBR_HEADING_SECTION, "What is illustrative");
    pbr_tell_text(t, "Values made up for a sample. Nobody may be paid on them.");
    pbr_tell(t, 0, "-", NULL, "scheme.yaml: %zu of %zu terms.",
             count_terms(c->scheme_terms, c->scheme_terms_count), c->scheme_terms_count);
    for (size_t i = 0; i < c->rules_count; i++) tell_rules(t, &c->rules[i]);
    for (size_t i = 0; i < PBR_LENGTH(tables); i++) tell_table(t, &tables[i]);
}

/* --- clauses --- */

static void tell_citation(pbr_teller *t, const char *clause, const pbr_citation *citation,
                          const char *remark)
{
    if (!citation)
        pbr_tell(t, 0, "-", NULL, "%s: never cited.", clause);
    else
        pbr_tell(t, 0, "-", NULL, "%s: cited by %zu term%s and %zu row%s.%s", clause,
                 citation->terms, pbr_words_plural(citation->terms), citation->rows,
                 pbr_words_plural(citation->rows), remark);
}

static void tell_listed(pbr_teller *t, const pbr_citation *cited, size_t count)
{
    const pbr_contract *contract = t->contract;
    size_t found = 0;
    for (size_t i = 0; i < contract->clauses_count; i++)
        found += pbr_citation_find(cited, count, contract->clauses[i].clause) != NULL;
    pbr_tell_text(t, pbr_arena_printf(t->arena, "%zu of the %zu clauses in clauses.csv are cited.",
                                      found, contract->clauses_count));
    for (size_t i = 0; i < contract->clauses_count; i++)
        tell_citation(t,
                      pbr_arena_printf(t->arena, "%s (%s)", contract->clauses[i].clause,
                                       contract->clauses[i].title),
                      pbr_citation_find(cited, count, contract->clauses[i].clause), "");
}

void pbr_tell_clauses(pbr_teller *t)
{
    pbr_citation *cited;
    size_t count = pbr_contract_citations(t->contract, t->arena, &cited);
    pbr_tell_heading(t, PBR_HEADING_SECTION, "Clauses");
    if (t->contract->clauses_count)
        tell_listed(t, cited, count);
    else
        pbr_tell_text(t, "The folder has no clauses.csv, so nobody can tell from it which clauses "
                         "of the signed paper no term cites.");
    for (size_t i = 0; i < count; i++)
        if (!pbr_contract_lists_clause(t->contract, cited[i].clause))
            tell_citation(t, cited[i].clause, &cited[i],
                          t->contract->clauses_count ? " Not in clauses.csv." : "");
}
