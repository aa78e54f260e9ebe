/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/attribution.h"

#include "compare/figures.h"

#include <stdlib.h>
#include <string.h>

static const struct {
    const char *key, *words;
} causes[PBR_CAUSES] = {
    [PBR_CAUSE_DATA_ROWS] = {"data_rows", "data rows"},
    [PBR_CAUSE_MEMBERSHIP] = {"membership", "membership"},
    [PBR_CAUSE_TERMS] = {"terms", "terms"},
    [PBR_CAUSE_RUN] = {"run", "run"},
    [PBR_CAUSE_ENGINE] = {"engine", "engine"},
    [PBR_CAUSE_ROUNDING] = {"rounding", "rounding"},
};

/* What a stage brings in, against the one before it. */
static const pbr_cause cause_of[PBR_STAGES] = {
    [PBR_STAGE_OLD_AGAIN] = PBR_CAUSE_ENGINE,   [PBR_STAGE_ROWS] = PBR_CAUSE_DATA_ROWS,
    [PBR_STAGE_MEMBERS] = PBR_CAUSE_MEMBERSHIP, [PBR_STAGE_TERMS] = PBR_CAUSE_TERMS,
    [PBR_STAGE_NEW_AGAIN] = PBR_CAUSE_RUN,      [PBR_STAGE_NEW] = PBR_CAUSE_ENGINE,
};

const char *pbr_cause_key(pbr_cause cause)
{
    return causes[cause].key;
}

const char *pbr_cause_words(pbr_cause cause)
{
    return causes[cause].words;
}

struct attributor {
    pbr_figure_changes *changes;
    const pbr_figures *const *stages;
    size_t table;
    const char *name;                       /* of the row at hand */
    const pbr_figure_row *rows[PBR_STAGES]; /* NULL: no such row at that stage */
};

static const pbr_figure_table *table_at(const struct attributor *a, size_t stage)
{
    return &a->stages[stage]->tables[a->table];
}

static const char *cell_at(const struct attributor *a, size_t stage, size_t column)
{
    return a->rows[stage] ? a->rows[stage]->cells[column] : NULL;
}

static pbr_cause cause_at(const struct attributor *a, size_t stage)
{
    bool whole = stage == PBR_STAGE_MEMBERS && !a->stages[PBR_STAGE_ROWS];
    return whole ? PBR_CAUSE_DATA_ROWS : cause_of[stage];
}

static bool same_text(const char *left, const char *right)
{
    return left && right ? strcmp(left, right) == 0 : left == right;
}

/* The number of a cell; no line is no money. False where there is nothing to reckon with. */
static bool number_at(const struct attributor *a, size_t stage, size_t column, mpq_t out)
{
    enum { PLACES_MAX = 20 };
    const char *text = cell_at(a, stage, column);
    bool money = table_at(a, stage)->schema->columns[column].kind == PBR_PENCE;
    if (text && *text) return pbr_decimal_parse(out, text, strlen(text), PLACES_MAX);
    mpq_set_si(out, 0, 1);
    return money;
}

static int64_t rounding_at(const struct attributor *a, size_t stage, size_t column)
{
    return pbr_figure_rounding(table_at(a, stage), a->rows[stage], column);
}

/* Rounding stands apart between the two runs as this program makes them; what is recorded is taken
 * as it is. */
static bool is_inner(size_t stage)
{
    return stage >= PBR_STAGE_OLD_AGAIN && stage <= PBR_STAGE_NEW_AGAIN;
}

static void take_rounding(mpq_t amount, int64_t rounding)
{
    mpq_t hundredths;
    mpq_init(hundredths);
    pbr_ratio_set(hundredths, rounding, 100);
    mpq_sub(amount, amount, hundredths);
    mpq_clear(hundredths);
}

/* One part a step, on amounts before rounding; what rounding adds at the end less what it added at
 * the beginning is a part of its own. A figure that a stage between does not have moves at the next
 * that does. */
static void split(const struct attributor *a, pbr_figure_change *change, size_t column)
{
    mpq_t before, now, step;
    mpq_inits(before, now, step, NULL);
    number_at(a, PBR_STAGE_OLD, column, before);
    int64_t first = rounding_at(a, PBR_STAGE_OLD_AGAIN, column);
    int64_t last = rounding_at(a, PBR_STAGE_NEW_AGAIN, column);
    take_rounding(before, first);
    for (size_t stage = 1; stage < PBR_STAGES; stage++) {
        if (!a->stages[stage] || !number_at(a, stage, column, now)) continue;
        take_rounding(now, is_inner(stage) ? rounding_at(a, stage, column) : last);
        mpq_sub(step, now, before);
        mpq_t *part = &change->parts[cause_at(a, stage)];
        mpq_add(*part, *part, step);
        mpq_set(before, now);
    }
    pbr_ratio_set(step, last - first, 100);
    mpq_set(change->parts[PBR_CAUSE_ROUNDING], step);
    for (size_t i = 0; i < PBR_CAUSES; i++) {
        mpq_add(change->change, change->change, change->parts[i]);
        change->moved[i] = mpq_sgn(change->parts[i]) != 0;
    }
    mpq_clears(before, now, step, NULL);
}

/* Why a line was restated rests on what earlier settlements measured, which a settlement that is
 * made again from its folder does not know: it is compared as recorded. */
static bool is_as_recorded(const struct attributor *a, size_t column)
{
    return strcmp(table_at(a, PBR_STAGE_OLD)->schema->columns[column].name, "reason") == 0;
}

/* Words, and numbers that one side lacks: only where they changed can be told. */
static void note_moves(const struct attributor *a, pbr_figure_change *change, size_t column)
{
    const char *before = cell_at(a, PBR_STAGE_OLD, column);
    for (size_t stage = 1; stage < PBR_STAGES; stage++) {
        if (!a->stages[stage] || is_as_recorded(a, column)) continue;
        const char *now = cell_at(a, stage, column);
        if (!same_text(before, now)) change->moved[cause_at(a, stage)] = true;
        before = now;
    }
}

static bool is_numeric(const struct attributor *a, size_t column)
{
    mpq_t unused;
    pbr_column_kind kind = table_at(a, 0)->schema->columns[column].kind;
    bool number =
        kind == PBR_COUNT || kind == PBR_DECIMAL || kind == PBR_SIGNED || kind == PBR_PENCE;
    if (!number) return false;
    mpq_init(unused);
    number =
        number_at(a, PBR_STAGE_OLD, column, unused) && number_at(a, PBR_STAGE_NEW, column, unused);
    mpq_clear(unused);
    return number;
}

static bool is_same_everywhere(const struct attributor *a, size_t column)
{
    if (is_as_recorded(a, column))
        return same_text(cell_at(a, PBR_STAGE_OLD, column), cell_at(a, PBR_STAGE_NEW, column));
    for (size_t stage = 1; stage < PBR_STAGES; stage++)
        if (a->stages[stage] &&
            (!same_text(cell_at(a, 0, column), cell_at(a, stage, column)) ||
             (is_inner(stage) &&
              rounding_at(a, stage, column) != rounding_at(a, PBR_STAGE_OLD_AGAIN, column))))
            return false;
    return true;
}

/* A payee's total is called so; the other names are the columns'. */
static const char *field_of(const struct attributor *a, const pbr_column *column)
{
    bool total = a->table == PBR_FIGURE_BALANCES && strcmp(column->name, "total_pence") == 0;
    return total ? "total" : column->name;
}

static const pbr_figure_row *any_row(const struct attributor *a)
{
    size_t stage = 0;
    while (!a->rows[stage]) stage++;
    return a->rows[stage];
}

static const char *key_of(const struct attributor *a, const char *name)
{
    size_t column = pbr_schema_column(table_at(a, 0)->schema, name);
    return column == (size_t)-1 ? "" : any_row(a)->cells[column];
}

/* A share is called as explain calls it: the payee stands after the field. */
static const char *name_of(const struct attributor *a, const pbr_column *column)
{
    const pbr_figure_row *row = any_row(a);
    const char *field = field_of(a, column);
    if (!row->share) return pbr_arena_printf(a->changes->arena, "%s/%s", a->name, field);
    size_t line = strlen(a->name) - strlen(row->payee) - 1;
    return pbr_arena_printf(a->changes->arena, "%.*s/%s/%s", (int)line, a->name, field, row->payee);
}

static void add_change(struct attributor *a, size_t column)
{
    pbr_figure_changes *changes = a->changes;
    const pbr_column *of = &table_at(a, 0)->schema->columns[column];
    changes->items =
        pbr_grow(changes->items, &changes->room, changes->count + 1, sizeof *changes->items);
    pbr_figure_change *change = &changes->items[changes->count++];
    change->name = name_of(a, of);
    change->field = of->name;
    change->money = of->kind == PBR_PENCE;
    change->table = a->table;
    change->area = key_of(a, "cpa");
    change->cohort = key_of(a, "cohort");
    change->line = key_of(a, "line");
    change->share = any_row(a)->share;
    change->old = cell_at(a, PBR_STAGE_OLD, column);
    change->now = cell_at(a, PBR_STAGE_NEW, column);
    change->numeric = is_numeric(a, column);
    mpq_init(change->change);
    for (size_t i = 0; i < PBR_CAUSES; i++) mpq_init(change->parts[i]);
    if (change->numeric)
        split(a, change, column);
    else
        note_moves(a, change, column);
}

/* The id differs by its nature; what results.csv tells too is told there. */
static bool is_told(const struct attributor *a, const pbr_column *column)
{
    static const char *const twice[] = {"result", "clause", "rules"};
    if (strcmp(column->name, "settlement") == 0) return false;
    bool tested = false;
    for (size_t stage = 0; stage < PBR_STAGES && a->table == PBR_FIGURE_PAYMENTS; stage++)
        tested |= a->stages[stage] &&
                  pbr_figures_row(&a->stages[stage]->tables[PBR_FIGURE_RESULTS], a->name);
    for (size_t i = 0; tested && i < sizeof twice / sizeof *twice; i++)
        if (strcmp(column->name, twice[i]) == 0) return false;
    return true;
}

static bool is_key(const char *name)
{
    return strcmp(name, "cpa") == 0 || strcmp(name, "cohort") == 0 || strcmp(name, "line") == 0;
}

static void attribute_row(struct attributor *a)
{
    for (size_t stage = 0; stage < PBR_STAGES; stage++)
        a->rows[stage] = a->stages[stage] ? pbr_figures_row(table_at(a, stage), a->name) : NULL;
    bool old = a->rows[PBR_STAGE_OLD], now = a->rows[PBR_STAGE_NEW];
    bool line = a->table == PBR_FIGURE_PAYMENTS && !any_row(a)->share;
    a->changes->only_old += line && old && !now;
    a->changes->only_new += line && now && !old;
    const pbr_schema *schema = table_at(a, 0)->schema;
    for (size_t i = 0; i < schema->count; i++) {
        const pbr_column *column = &schema->columns[i];
        if (is_key(column->name) || !is_told(a, column)) continue;
        a->changes->figures += old || now;
        if (!is_same_everywhere(a, i)) add_change(a, i);
    }
}

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

/* Names of rows at any stage, each once, in byte order. */
static const char **names_of(const struct attributor *a, size_t *count)
{
    size_t most = 0, kept = 0;
    for (size_t stage = 0; stage < PBR_STAGES; stage++)
        if (a->stages[stage]) most += table_at(a, stage)->count;
    const char **names = pbr_alloc(most + 1, sizeof *names);
    for (size_t stage = 0; stage < PBR_STAGES; stage++)
        for (size_t i = 0; a->stages[stage] && i < table_at(a, stage)->count; i++)
            names[kept++] = table_at(a, stage)->rows[i].name;
    if (kept) qsort(names, kept, sizeof *names, by_text);
    for (size_t i = 0; i < kept; i++)
        if (i == 0 || strcmp(names[i], names[*count - 1]) != 0) names[(*count)++] = names[i];
    return names;
}

static int by_name(const void *left, const void *right)
{
    const pbr_figure_change *a = *(const pbr_figure_change *const *)left;
    const pbr_figure_change *b = *(const pbr_figure_change *const *)right;
    return strcmp(a->name, b->name);
}

static void sort_names(pbr_figure_changes *changes)
{
    changes->by_name = pbr_alloc(changes->count + 1, sizeof(const pbr_figure_change *));
    for (size_t i = 0; i < changes->count; i++) changes->by_name[i] = &changes->items[i];
    if (changes->count)
        qsort(changes->by_name, changes->count, sizeof(const pbr_figure_change *), by_name);
}

pbr_figure_changes *pbr_attribute(const pbr_figures *const stages[PBR_STAGES])
{
    pbr_figure_changes *changes = pbr_alloc(1, sizeof *changes);
    changes->arena = pbr_arena_new();
    struct attributor a = {.changes = changes, .stages = stages};
    for (a.table = 0; a.table < PBR_FIGURE_TABLES; a.table++) {
        size_t count = 0;
        const char **names = names_of(&a, &count);
        for (size_t i = 0; i < count; i++) {
            a.name = names[i];
            attribute_row(&a);
        }
        free(names);
    }
    sort_names(changes);
    return changes;
}

void pbr_figure_changes_free(pbr_figure_changes *changes)
{
    if (!changes) return;
    for (size_t i = 0; i < changes->count; i++) {
        mpq_clear(changes->items[i].change);
        for (size_t k = 0; k < PBR_CAUSES; k++) mpq_clear(changes->items[i].parts[k]);
    }
    free(changes->items);
    free(changes->by_name);
    pbr_arena_free(changes->arena);
    free(changes);
}

const pbr_figure_change *pbr_figure_changes_find(const pbr_figure_changes *changes,
                                                 const char *name)
{
    const pbr_figure_change wanted = {.name = name}, *key = &wanted;
    if (!changes->count) return NULL;
    const pbr_figure_change **found =
        bsearch(&key, changes->by_name, changes->count, sizeof key, by_name);
    return found ? *found : NULL;
}
