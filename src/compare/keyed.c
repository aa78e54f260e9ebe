/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/keyed.h"

#include "input/csv.h"

#include <stdlib.h>
#include <string.h>

struct reader {
    pbr_keyed *rows;
    pbr_arena *arena;
    pbr_csv *csv;
    size_t *places; /* of each column of the file among rows->columns */
    size_t count;   /* columns of the file */
    size_t keys[8]; /* columns of the file that make the key, in its order */
    size_t keys_count;
};

static int by_text(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

size_t pbr_keyed_column(const pbr_keyed *rows, const char *name)
{
    size_t i = 0;
    while (i < rows->columns_count && strcmp(rows->columns[i], name) != 0) i++;
    return i;
}

const char *pbr_keyed_cell(const pbr_keyed *rows, const pbr_keyed_row *row, const char *name)
{
    size_t column = pbr_keyed_column(rows, name);
    return column < rows->columns_count ? row->cells[column] : "";
}

static void find_keys(struct reader *r, const pbr_csv_record *header, const char *key)
{
    enum { KEYS_MAX = sizeof r->keys / sizeof *r->keys };
    char *names = pbr_arena_text(r->arena, key, strlen(key));
    for (char *name; (name = strsep(&names, ","));)
        for (size_t i = 0; i < header->count; i++)
            if (pbr_slice_is(pbr_csv_cell(header, i), name) && r->keys_count < KEYS_MAX)
                r->keys[r->keys_count++] = i;
}

static bool read_header(struct reader *r, const char *key)
{
    pbr_csv_record header;
    if (!pbr_csv_next(r->csv, &header)) return false;
    const char **names = pbr_arena_alloc(r->arena, header.count * sizeof *names);
    for (size_t i = 0; i < header.count; i++) {
        pbr_slice name = pbr_csv_cell(&header, i);
        names[i] = pbr_arena_text(r->arena, name.text, name.length);
    }
    r->count = header.count;
    find_keys(r, &header, key);
    if (!r->rows->columns) {
        r->rows->columns = pbr_arena_alloc(r->arena, header.count * sizeof *names);
        memcpy(r->rows->columns, names, header.count * sizeof *names);
        r->rows->columns_count = header.count;
        qsort(r->rows->columns, header.count, sizeof *names, by_text);
    }
    r->places = pbr_arena_alloc(r->arena, header.count * sizeof *r->places);
    for (size_t i = 0; i < header.count; i++) r->places[i] = pbr_keyed_column(r->rows, names[i]);
    return true;
}

/* One piece of memory a row: an extract has many. */
static void add_row(struct reader *r, const pbr_csv_record *record)
{
    pbr_keyed *rows = r->rows;
    size_t bytes = 0;
    for (size_t i = 0; i < record->count; i++) bytes += 2 * (pbr_csv_cell(record, i).length + 1);
    const char **cells = pbr_arena_alloc(r->arena, rows->columns_count * sizeof *cells + bytes + 1);
    char *text = (char *)(cells + rows->columns_count);
    for (size_t i = 0; i < rows->columns_count; i++) cells[i] = "";
    for (size_t i = 0; i < record->count && i < r->count; i++) {
        pbr_slice cell = pbr_csv_cell(record, i);
        if (r->places[i] < rows->columns_count) cells[r->places[i]] = text;
        memcpy(text, cell.text, cell.length);
        text += cell.length + 1;
    }
    rows->items = pbr_grow(rows->items, &rows->room, rows->count + 1, sizeof *rows->items);
    rows->items[rows->count] = (pbr_keyed_row){text, cells, rows->count};
    rows->count++;
    for (size_t i = 0; i < r->keys_count && r->keys[i] < record->count; i++) {
        pbr_slice cell = pbr_csv_cell(record, r->keys[i]);
        if (i) *text++ = '/';
        memcpy(text, cell.text, cell.length);
        text += cell.length;
    }
}

bool pbr_keyed_read(pbr_keyed *rows, pbr_source *source, const char *key, pbr_arena *arena,
                    pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    struct reader r = {.rows = rows, .arena = arena, .csv = pbr_csv_new(source, diag)};
    pbr_csv_record record;
    bool header = read_header(&r, key);
    while (header && pbr_csv_next(r.csv, &record)) add_row(&r, &record);
    pbr_csv_free(r.csv);
    return header && pbr_diag_count(diag, PBR_ERROR) == before;
}

static int by_key(const void *left, const void *right)
{
    const pbr_keyed_row *a = left, *b = right;
    int keys = strcmp(a->key, b->key);
    if (keys) return keys;
    return a->number < b->number ? -1 : 1;
}

void pbr_keyed_sort(pbr_keyed *rows)
{
    if (rows->count) qsort(rows->items, rows->count, sizeof *rows->items, by_key);
}

void pbr_keyed_free(pbr_keyed *rows)
{
    free(rows->items);
    *rows = (pbr_keyed){0};
}

/* --- comparing --- */

struct comparison {
    const pbr_keyed *old, *now;
    pbr_keyed_visitor *visit;
    void *context;
};

static bool same_row(const struct comparison *c, const pbr_keyed_row *old, const pbr_keyed_row *now)
{
    for (size_t i = 0; i < c->old->columns_count; i++)
        if (strcmp(old->cells[i], pbr_keyed_cell(c->now, now, c->old->columns[i])) != 0)
            return false;
    for (size_t i = 0; i < c->now->columns_count; i++)
        if (strcmp(now->cells[i], pbr_keyed_cell(c->old, old, c->now->columns[i])) != 0)
            return false;
    return true;
}

static size_t end_of_key(const pbr_keyed *rows, size_t first)
{
    size_t end = first;
    while (end < rows->count && strcmp(rows->items[end].key, rows->items[first].key) == 0) end++;
    return end;
}

/* Rows under one key: what is the same on both sides goes first, the rest is paired in order. */
static void compare_key(const struct comparison *c, size_t old, size_t old_end, size_t now,
                        size_t now_end)
{
    bool *taken = pbr_alloc(now_end - now + 1, sizeof *taken);
    const pbr_keyed_row **left = pbr_alloc(old_end - old + 1, sizeof *left);
    size_t left_count = 0, at = 0, k = now;
    for (; old < old_end; old++) {
        for (k = now; k < now_end; k++)
            if (!taken[k - now] && same_row(c, &c->old->items[old], &c->now->items[k])) break;
        if (k < now_end)
            taken[k - now] = true;
        else
            left[left_count++] = &c->old->items[old];
    }
    for (k = now; k < now_end; k++)
        if (!taken[k - now]) {
            c->visit(c->context, at < left_count ? left[at] : NULL, &c->now->items[k]);
            at++;
        }
    for (; at < left_count; at++) c->visit(c->context, left[at], NULL);
    free(taken);
    free(left);
}

void pbr_keyed_compare(const pbr_keyed *old, const pbr_keyed *now, pbr_keyed_visitor *visit,
                       void *context)
{
    struct comparison c = {old, now, visit, context};
    for (size_t i = 0, k = 0; i < old->count || k < now->count;) {
        int order = i == old->count   ? 1
                    : k == now->count ? -1
                                      : strcmp(old->items[i].key, now->items[k].key);
        size_t i_end = order <= 0 ? end_of_key(old, i) : i;
        size_t k_end = order >= 0 ? end_of_key(now, k) : k;
        compare_key(&c, i, i_end, k, k_end);
        i = i_end;
        k = k_end;
    }
}
