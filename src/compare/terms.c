/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/terms.h"

#include "base/must.h"
#include "compare/keyed.h"
#include "contract/lists.h"
#include "contract/tables.h"

#include <stdlib.h>
#include <string.h>

static pbr_term_change *add_change(pbr_term_changes *changes, const char *file, const char *term)
{
    changes->items =
        pbr_grow(changes->items, &changes->room, changes->count + 1, sizeof *changes->items);
    pbr_term_change *change = &changes->items[changes->count++];
    *change =
        (pbr_term_change){.file = file, .term = term, .clause = "", .source = "", .status = ""};
    return change;
}

/* --- terms by path --- */

bool pbr_term_is_of_counting(const char *path)
{
    static const char *const groups[] = {
        "cohort.",   "persons.", "exclude",      "unmeasurable", "transferred.", "follow-up.",
        "reoffence", "extract.", "first-cohort", "last-cohort",  "year-starts"};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++)
        if (strncmp(path, groups[i], strlen(groups[i])) == 0) return true;
    return false;
}

struct terms {
    const pbr_term *items;
    size_t count;
};

/* Paths are met in like order on both sides, so that the search begins where the last one ended. */
static const pbr_term *find_term(const struct terms *terms, const char *path, size_t *at)
{
    for (size_t i = 0; i < terms->count; i++) {
        size_t k = (*at + i) % terms->count;
        if (strcmp(terms->items[k].path, path) != 0) continue;
        *at = k + 1;
        return &terms->items[k];
    }
    return NULL;
}

static void note_term(pbr_term_changes *changes, const char *file, const pbr_term *old,
                      const pbr_term *now)
{
    const pbr_term *shown = now ? now : old;
    pbr_term_change *change = add_change(changes, file, shown->path);
    change->old = old ? old->value : NULL;
    change->now = now ? now->value : NULL;
    change->clause = shown->clause ? shown->clause : "";
    change->source = shown->source ? shown->source : "";
    change->status = pbr_status_text(shown->status);
    changes->counting |= pbr_term_is_of_counting(shown->path);
}

static bool same_text(const char *a, const char *b)
{
    return strcmp(a ? a : "", b ? b : "") == 0;
}

/* Where a term comes from is a part of it. */
static void note_provenance(pbr_term_changes *changes, const char *file, const pbr_term *old,
                            const pbr_term *now)
{
    const struct {
        const char *name, *old, *now;
    } parts[] = {
        {"clause", old->clause, now->clause},
        {"source", old->source, now->source},
        {"status", pbr_status_text(old->status), pbr_status_text(now->status)},
    };
    for (size_t i = 0; i < sizeof parts / sizeof *parts; i++) {
        if (same_text(parts[i].old, parts[i].now)) continue;
        note_term(changes, file, old, now);
        pbr_term_change *change = &changes->items[changes->count - 1];
        change->term = pbr_arena_printf(changes->arena, "%s (%s)", now->path, parts[i].name);
        change->old = parts[i].old;
        change->now = parts[i].now;
    }
}

static void compare_terms(pbr_term_changes *changes, const char *file, struct terms old,
                          struct terms now)
{
    bool counting = changes->counting;
    size_t at = 0;
    for (size_t i = 0; i < now.count; i++) {
        const pbr_term *before = find_term(&old, now.items[i].path, &at);
        if (!before || !same_text(before->value, now.items[i].value))
            note_term(changes, file, before, &now.items[i]);
        counting |= changes->counting;
        if (before) note_provenance(changes, file, before, &now.items[i]);
        changes->counting = counting; /* another clause counts nobody otherwise */
    }
    at = 0;
    for (size_t i = 0; i < old.count; i++)
        if (!find_term(&now, old.items[i].path, &at)) note_term(changes, file, &old.items[i], NULL);
}

static const pbr_rules *rules_named(const pbr_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->rules_count; i++)
        if (strcmp(contract->rules[i].name, name) == 0) return &contract->rules[i];
    return NULL;
}

/* A whole version that is new or gone is one difference; the agreements say whom it concerns. */
static void note_version(pbr_term_changes *changes, const char *file, const char *old_title,
                         const char *title)
{
    pbr_term_change *change = add_change(changes, file, "version of the rules");
    change->old = old_title;
    change->now = title;
    changes->counting = true;
}

static void compare_rules(pbr_term_changes *changes, const pbr_contract *old,
                          const pbr_contract *now)
{
    for (size_t i = 0; i < now->rules_count; i++) {
        const pbr_rules *rules = &now->rules[i], *before = rules_named(old, rules->name);
        if (before)
            compare_terms(changes, rules->file, (struct terms){before->list, before->list_count},
                          (struct terms){rules->list, rules->list_count});
        else
            note_version(changes, rules->file, NULL, rules->terms->title);
    }
    for (size_t i = 0; i < old->rules_count; i++) {
        const pbr_rules *gone = &old->rules[i];
        if (!rules_named(now, gone->name))
            note_version(changes, gone->file, gone->terms->title, NULL);
    }
}

/* --- tables by key and column --- */

struct tables {
    pbr_term_changes *changes;
    const char *file, *key;
    const pbr_keyed *old, *now;
};

static const char *arena_copy(const struct tables *t, const char *text)
{
    return pbr_arena_text(t->changes->arena, text, strlen(text));
}

static pbr_term_change *add_cell(struct tables *t, const pbr_keyed *rows, const pbr_keyed_row *row,
                                 const char *column)
{
    pbr_arena *arena = t->changes->arena;
    pbr_term_change *change =
        add_change(t->changes, t->file, pbr_arena_printf(arena, "%s %s", row->key, column));
    change->clause = arena_copy(t, pbr_keyed_cell(rows, row, "clause"));
    change->source = arena_copy(t, pbr_keyed_cell(rows, row, "source"));
    change->status = arena_copy(t, pbr_keyed_cell(rows, row, "status"));
    return change;
}

static bool is_named_in(const char *list, const char *name)
{
    size_t length = strlen(name);
    for (const char *at = list; at; at = (at = strchr(at, ',')) ? at + 1 : NULL)
        if (strncmp(at, name, length) == 0 && (at[length] == ',' || !at[length])) return true;
    return false;
}

/* "rate 60; lower 52": what a row says beside its key and where it comes from. */
static const char *row_words(const struct tables *t, const pbr_keyed *rows,
                             const pbr_keyed_row *row)
{
    const char *words = "";
    for (size_t i = 0; i < rows->columns_count; i++) {
        const char *name = rows->columns[i];
        if (!*row->cells[i] || is_named_in(t->key, name) ||
            is_named_in("clause,source,status", name))
            continue;
        words = pbr_arena_printf(t->changes->arena, "%s%s%s %s", words, *words ? "; " : "", name,
                                 row->cells[i]);
    }
    return *words ? words : "row";
}

static void note_cells(struct tables *t, const pbr_keyed *columns, const pbr_keyed_row *old,
                       const pbr_keyed_row *now)
{
    for (size_t i = 0; i < columns->columns_count; i++) {
        const char *name = columns->columns[i];
        const char *before = pbr_keyed_cell(t->old, old, name);
        const char *after = pbr_keyed_cell(t->now, now, name);
        bool told = columns == t->old && pbr_keyed_column(t->now, name) < t->now->columns_count;
        if (told || strcmp(before, after) == 0) continue;
        pbr_term_change *change = add_cell(t, t->now, now, name);
        change->old = arena_copy(t, before);
        change->now = arena_copy(t, after);
    }
}

static void note_row(void *context, const pbr_keyed_row *old, const pbr_keyed_row *now)
{
    struct tables *t = context;
    if (old && now) {
        note_cells(t, t->now, old, now);
        note_cells(t, t->old, old, now);
        return;
    }
    const pbr_keyed *rows = now ? t->now : t->old;
    const pbr_keyed_row *row = now ? now : old;
    pbr_must(row);
    pbr_term_change *change = add_cell(t, rows, row, "row");
    change->term = arena_copy(t, row->key);
    change->old = old ? row_words(t, rows, old) : NULL;
    change->now = now ? row_words(t, rows, now) : NULL;
}

static bool has_file(const pbr_contract *contract, const char *name)
{
    for (size_t i = 0; i < contract->files_count; i++)
        if (strcmp(contract->files[i].name, name) == 0) return true;
    return false;
}

/* A table that a contract does without has no rows. */
static void read_table(pbr_keyed *rows, const pbr_contract *contract, const char *file,
                       const char *key, pbr_arena *arena, pbr_diag *diag)
{
    char unused[PBR_SHA256_TEXT];
    if (!has_file(contract, file)) return;
    pbr_source *source = pbr_source_open(pbr_contract_path(contract, file), diag);
    if (!source) return;
    pbr_keyed_read(rows, source, key, arena, diag);
    pbr_source_close(source, unused);
    pbr_keyed_sort(rows);
}

static void compare_table(pbr_term_changes *changes, const pbr_contract *old,
                          const pbr_contract *now, const char *file, const char *key,
                          pbr_diag *diag)
{
    pbr_keyed before = {0}, after = {0};
    pbr_arena *arena = pbr_arena_new();
    read_table(&before, old, file, key, arena, diag);
    read_table(&after, now, file, key, arena, diag);
    struct tables t = {changes, file, key, &before, &after};
    pbr_keyed_compare(&before, &after, note_row, &t);
    pbr_keyed_free(&before);
    pbr_keyed_free(&after);
    pbr_arena_free(arena);
}

static void compare_tables(pbr_term_changes *changes, const pbr_contract *old,
                           const pbr_contract *now, pbr_diag *diag)
{
    const pbr_schema *const schemas[] = {
        &pbr_areas_schema,   &pbr_agreements_schema, &pbr_baselines_schema, &pbr_cohorts_schema,
        &pbr_indices_schema, &pbr_steps_schema,      &pbr_clauses_schema,
    };
    for (size_t i = 0; i < sizeof schemas / sizeof *schemas; i++) {
        size_t before = changes->count;
        compare_table(changes, old, now, schemas[i]->file, schemas[i]->key, diag);
        bool counts = schemas[i] == &pbr_agreements_schema || schemas[i] == &pbr_cohorts_schema;
        changes->counting |= counts && changes->count != before;
    }
    compare_table(changes, old, now, "prices.csv", "cpa,contract_year", diag);
}

pbr_term_changes *pbr_terms_compare(const pbr_contract *old, const pbr_contract *now,
                                    pbr_diag *diag)
{
    pbr_term_changes *changes = pbr_alloc(1, sizeof *changes);
    changes->arena = pbr_arena_new();
    compare_terms(changes, "scheme.yaml",
                  (struct terms){old->scheme_terms, old->scheme_terms_count},
                  (struct terms){now->scheme_terms, now->scheme_terms_count});
    compare_rules(changes, old, now);
    compare_tables(changes, old, now, diag);
    return changes;
}

void pbr_term_changes_free(pbr_term_changes *changes)
{
    if (!changes) return;
    free(changes->items);
    pbr_arena_free(changes->arena);
    free(changes);
}
