/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/row_kinds.h"

#include "base/mem.h"

#include <stdlib.h>

void pbr_row_kinds_begin(pbr_row_kinds *kinds, const pbr_table *table, const bool *marked,
                         size_t columns)
{
    *kinds = (pbr_row_kinds){.known = pbr_idmap_new(),
                             .positions = pbr_alloc(columns, sizeof *kinds->positions)};
    for (size_t i = 0; i < columns; i++)
        if (marked[i] && pbr_table_has(table, i))
            kinds->positions[kinds->count++] = pbr_table_position(table, i);
}

void pbr_row_kinds_end(pbr_row_kinds *kinds)
{
    pbr_idmap_free(kinds->known);
    free(kinds->positions);
    free(kinds->key);
    free(kinds->last);
}

/* Most cells are short, and a copy of fixed length is faster than one that asks. */
static char *add_cell(char *to, pbr_slice cell)
{
    enum { SHORT = 32 };
    uint32_t length = (uint32_t)cell.length;
    memcpy(to, &length, sizeof length);
    to += sizeof length;
    if (length <= SHORT)
        memcpy(to, cell.text, SHORT);
    else
        memcpy(to, cell.text, length);
    return to + length;
}

static void make_key(pbr_row_kinds *kinds, const pbr_csv_record *row, uint32_t mark)
{
    size_t most = sizeof mark;
    for (size_t i = 0; i < kinds->count; i++)
        most += pbr_csv_cell(row, kinds->positions[i]).length + sizeof mark + PBR_CSV_SPARE_BYTES;
    if (most > kinds->room) kinds->key = pbr_grow(kinds->key, &kinds->room, most, 1);
    char *to = kinds->key;
    for (size_t i = 0; i < kinds->count; i++)
        to = add_cell(to, pbr_csv_cell(row, kinds->positions[i]));
    memcpy(to, &mark, sizeof mark);
    kinds->key_length = (size_t)(to - kinds->key) + sizeof mark;
}

static bool is_last(const pbr_row_kinds *kinds)
{
    return kinds->last && kinds->last_length == kinds->key_length &&
           memcmp(kinds->last, kinds->key, kinds->key_length) == 0;
}

static void remember(pbr_row_kinds *kinds)
{
    kinds->last = pbr_grow(kinds->last, &kinds->last_room, kinds->key_length, 1);
    kinds->last_length = kinds->key_length;
    memcpy(kinds->last, kinds->key, kinds->key_length);
}

static uint32_t number_of(const pbr_row_kinds *kinds)
{
    if (pbr_idmap_count(kinds->known) >= PBR_ROW_KINDS)
        return pbr_idmap_find(kinds->known, kinds->key, kinds->key_length);
    return pbr_idmap_add(kinds->known, kinds->key, kinds->key_length);
}

uint32_t pbr_row_kind(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark)
{
    make_key(kinds, &pbr_table_this(table)->record, mark);
    if (!is_last(kinds)) {
        kinds->last_number = number_of(kinds);
        remember(kinds);
    }
    return kinds->last_number;
}
