/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_table.h"

#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

#define NO_COLUMN ((size_t)-1)

struct row {
    const char **cells, *name; /* name: its key's cells; NULL without a key */
    const char *share;         /* what tells it from others of its name, else NULL */
    size_t count;
    long line;
};

struct table {
    struct row *rows; /* the header first */
    size_t count, room;
};

struct comparison {
    struct table recorded, now;
    size_t *column_now; /* by column recorded: where it is now */
    pbr_file_differences *out;
};

static void keep_row(struct table *table, const pbr_csv_record *record, pbr_arena *arena)
{
    table->rows = pbr_grow(table->rows, &table->room, table->count + 1, sizeof *table->rows);
    struct row *row = &table->rows[table->count++];
    row->cells = pbr_arena_alloc(arena, (record->count + 1) * sizeof *row->cells);
    row->count = record->count;
    row->line = record->line;
    for (size_t i = 0; i < record->count; i++) {
        pbr_slice cell = pbr_csv_cell(record, i);
        row->cells[i] = pbr_arena_text(arena, cell.text, cell.length);
    }
}

static bool read_table(struct table *table, const char *path, pbr_arena *arena)
{
    pbr_diag *diag = pbr_diag_new(); /* a table that cannot be read is compared as bytes */
    pbr_source *source = pbr_source_open(path, diag);
    pbr_csv *csv = source ? pbr_csv_new(source, diag) : NULL;
    for (pbr_csv_record record; csv && pbr_csv_next(csv, &record);) keep_row(table, &record, arena);
    bool whole = !pbr_diag_failed(diag) && table->count > 0;
    pbr_csv_free(csv);
    char digest[PBR_SHA256_TEXT];
    if (source) pbr_source_close(source, digest);
    pbr_diag_free(diag);
    return whole;
}

static size_t column_named(const struct table *table, const char *name, size_t length)
{
    const struct row *header = &table->rows[0];
    for (size_t i = 0; i < header->count; i++)
        if (strlen(header->cells[i]) == length && memcmp(header->cells[i], name, length) == 0)
            return i;
    return NO_COLUMN;
}

static const char *cell(const struct row *row, size_t column)
{
    return column < row->count ? row->cells[column] : "";
}

static const char *name_of(const struct table *table, const struct row *row, const char *key,
                           pbr_arena *arena)
{
    const char *name = "";
    for (size_t length; *key && *key != ';'; key += length + (key[length] == ',')) {
        length = strcspn(key, ",;");
        size_t column = column_named(table, key, length);
        const char *part = column == NO_COLUMN ? "" : cell(row, column);
        if (*part) name = pbr_arena_printf(arena, "%s%s%s", name, *name ? "/" : "", part);
    }
    return name;
}

static void name_rows(struct table *table, const char *key, pbr_arena *arena)
{
    for (size_t i = 1; i < table->count && key; i++)
        table->rows[i].name = name_of(table, &table->rows[i], key, arena);
}

static bool is_one_of_several(const struct table *table, const char *name)
{
    size_t count = 0;
    for (size_t i = 1; i < table->count; i++) count += strcmp(table->rows[i].name, name) == 0;
    return count > 1;
}

static void tell_apart(struct comparison *c, struct table *table, size_t column)
{
    for (size_t i = 1; i < table->count && column != NO_COLUMN; i++) {
        struct row *row = &table->rows[i];
        if (is_one_of_several(&c->recorded, row->name) || is_one_of_several(&c->now, row->name))
            row->share = cell(row, column);
    }
}

static void name_shares(struct comparison *c, const char *key)
{
    const char *share = key ? strchr(key, ';') : NULL;
    if (!share) return;
    share++;
    tell_apart(c, &c->recorded, column_named(&c->recorded, share, strlen(share)));
    tell_apart(c, &c->now, column_named(&c->now, share, strlen(share)));
}

static void compare_headers(struct comparison *c)
{
    const struct row *recorded = &c->recorded.rows[0], *now = &c->now.rows[0];
    c->column_now = pbr_arena_alloc(c->out->arena, (recorded->count + 1) * sizeof *c->column_now);
    for (size_t i = 0; i < recorded->count; i++) {
        const char *name = recorded->cells[i];
        c->column_now[i] = column_named(&c->now, name, strlen(name));
        if (c->column_now[i] == NO_COLUMN) pbr_differ(c->out, name, NULL, "header");
    }
    for (size_t i = 0; i < now->count; i++)
        if (column_named(&c->recorded, now->cells[i], strlen(now->cells[i])) == NO_COLUMN)
            pbr_differ(c->out, NULL, now->cells[i], "header");
}

static void compare_cells(struct comparison *c, const struct row *recorded, const struct row *now)
{
    const struct row *header = &c->recorded.rows[0];
    for (size_t i = 0; i < header->count; i++) {
        if (c->column_now[i] == NO_COLUMN) continue;
        const char *stood = cell(recorded, i), *is = cell(now, c->column_now[i]);
        if (pbr_same_text(c->out, stood, is)) continue;
        if (recorded->name)
            pbr_differ(c->out, stood, is, "%s/%s%s%s", recorded->name, header->cells[i],
                       recorded->share ? "/" : "", recorded->share ? recorded->share : "");
        else
            pbr_differ(c->out, stood, is, "line %ld, column \"%s\"", recorded->line,
                       header->cells[i]);
    }
    if (recorded->count != now->count && (recorded->count > header->count))
        pbr_differ(c->out, recorded->cells[header->count], NULL, "line %ld, beyond the last column",
                   recorded->line);
}

static void lone_row(struct comparison *c, const struct row *row, bool was_recorded)
{
    const char *there = "a row";
    const char *recorded = was_recorded ? there : NULL, *now = was_recorded ? NULL : there;
    if (row->name)
        pbr_differ(c->out, recorded, now, "%s%s%s", row->name, row->share ? ", share of " : "",
                   row->share ? row->share : "");
    else
        pbr_differ(c->out, recorded, now, "line %ld", row->line);
}

static bool is_same_row(const struct row *a, const struct row *b)
{
    bool told_apart = a->share && b->share;
    return strcmp(a->name, b->name) == 0 && (!told_apart || strcmp(a->share, b->share) == 0);
}

/* The row that is called like this one at or after `from`, or the table's end. */
static size_t row_like(const struct table *table, const struct row *row, size_t from)
{
    while (from < table->count && !is_same_row(&table->rows[from], row)) from++;
    return from;
}

/* Both tables are in one stated order, so a row that is not the next one is found further on, or
 * nowhere. */
static void compare_named(struct comparison *c)
{
    size_t next = 1;
    for (size_t i = 1; i < c->recorded.count; i++) {
        const struct row *row = &c->recorded.rows[i];
        size_t found = row_like(&c->now, row, next);
        if (found == c->now.count) {
            lone_row(c, row, true);
            continue;
        }
        while (next < found) lone_row(c, &c->now.rows[next++], false);
        compare_cells(c, row, &c->now.rows[next++]);
    }
    while (next < c->now.count) lone_row(c, &c->now.rows[next++], false);
}

static void compare_in_order(struct comparison *c)
{
    size_t i = 1;
    for (; i < c->recorded.count && i < c->now.count; i++)
        compare_cells(c, &c->recorded.rows[i], &c->now.rows[i]);
    for (size_t k = i; k < c->recorded.count; k++) lone_row(c, &c->recorded.rows[k], true);
    for (size_t k = i; k < c->now.count; k++) lone_row(c, &c->now.rows[k], false);
}

bool pbr_same_table(const char *recorded, const char *now, const char *key,
                    pbr_file_differences *out)
{
    struct comparison c = {.out = out};
    bool tables =
        read_table(&c.recorded, recorded, out->arena) && read_table(&c.now, now, out->arena);
    if (tables) {
        name_rows(&c.recorded, key, out->arena);
        name_rows(&c.now, key, out->arena);
        name_shares(&c, key);
        compare_headers(&c);
        if (key)
            compare_named(&c);
        else
            compare_in_order(&c);
    }
    free(c.recorded.rows);
    free(c.now.rows);
    return tables;
}
