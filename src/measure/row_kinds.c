/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds are told apart by a key of cells. A row mostly has the same bytes in the same places as
 * some row before it, blanks and all; so rows are first looked for by these bytes, as words, and a
 * key is made only for bytes not yet seen. */
#include "measure/row_kinds.h"

#include "base/mem.h"
#include "base/word.h"

#include <stdlib.h>

enum {
    SEEN_ROWS = 2048, /* places; a power of two */
    SEEN_PAIRS = 7,   /* of words of a row at most, so that a place is two lines of the cache */
    SEEN_TRIES = 4,
    PAIR_BYTES = 2 * PBR_WORD_BYTES
};

/* The row's pieces, each with zeros behind it, of which there is always one: no plain line holds a
 * zero, so that no two rows are alike in words but those that are alike. */
struct pbr_row_seen {
    uint32_t hash, mark, number;
    uint32_t pairs; /* 0: free */
    uint64_t text[SEEN_PAIRS][2];
};

static int by_position(const void *a, const void *b)
{
    size_t one = *(const size_t *)a, other = *(const size_t *)b;
    return (one > other) - (one < other);
}

static void find_pieces(pbr_row_kinds *kinds)
{
    size_t *sorted = pbr_alloc(kinds->count + 1, sizeof *sorted);
    memcpy(sorted, kinds->positions, kinds->count * sizeof *sorted);
    qsort(sorted, kinds->count, sizeof *sorted, by_position);
    kinds->pieces = pbr_alloc(kinds->count + 1, sizeof *kinds->pieces);
    for (size_t i = 0; i < kinds->count; i++) {
        if (!i || sorted[i] != sorted[i - 1] + 1)
            kinds->pieces[kinds->pieces_count++].first = sorted[i];
        kinds->pieces[kinds->pieces_count - 1].last = sorted[i];
    }
    free(sorted);
}

void pbr_row_kinds_begin(pbr_row_kinds *kinds, const pbr_table *table, const bool *marked,
                         size_t columns)
{
    *kinds = (pbr_row_kinds){.known = pbr_idmap_new(),
                             .positions = pbr_alloc(columns, sizeof *kinds->positions),
                             .seen = pbr_alloc_apart(SEEN_ROWS, sizeof *kinds->seen),
                             .secret = pbr_secret_new()};
    for (size_t i = 0; i < columns; i++)
        if (marked[i] && pbr_table_has(table, i))
            kinds->positions[kinds->count++] = pbr_table_position(table, i);
    find_pieces(kinds);
}

void pbr_row_kinds_end(pbr_row_kinds *kinds)
{
    pbr_idmap_free(kinds->known);
    free(kinds->positions);
    free(kinds->key);
    free(kinds->pieces);
    free(kinds->seen);
}

static char *add_cell(char *to, pbr_slice cell)
{
    uint32_t length = (uint32_t)cell.length;
    memcpy(to, &length, sizeof length);
    memcpy(to + sizeof length, cell.text, cell.length);
    return to + sizeof length + length;
}

pbr_slice pbr_row_kind_key(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark)
{
    const pbr_csv_record *row = &pbr_table_this(table)->record;
    size_t length = sizeof mark;
    for (size_t i = 0; i < kinds->count; i++)
        length += sizeof(uint32_t) + pbr_csv_cell(row, kinds->positions[i]).length;
    kinds->key = pbr_grow(kinds->key, &kinds->room, length, 1);
    char *to = kinds->key;
    for (size_t i = 0; i < kinds->count; i++)
        to = add_cell(to, pbr_csv_cell(row, kinds->positions[i]));
    memcpy(to, &mark, sizeof mark);
    return (pbr_slice){kinds->key, length};
}

static uint32_t number_of(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark)
{
    pbr_slice key = pbr_row_kind_key(kinds, table, mark);
    if (pbr_idmap_count(kinds->known) >= PBR_ROW_KINDS)
        return pbr_idmap_find(kinds->known, key.text, key.length);
    return pbr_idmap_add(kinds->known, key.text, key.length);
}

/* What is kept of the words of a pair that ends with so many bytes of a piece. */
static const uint64_t kept[PAIR_BYTES][2] = {
#define LOWEST(bytes) (((uint64_t)1 << 8 * (bytes)) - 1)
#define SHORTER(bytes)                                                                             \
    {                                                                                              \
        LOWEST(bytes), 0                                                                           \
    }
#define LONGER(bytes)                                                                              \
    {                                                                                              \
        UINT64_MAX, LOWEST(bytes)                                                                  \
    }
    SHORTER(0), SHORTER(1), SHORTER(2), SHORTER(3), SHORTER(4), SHORTER(5), SHORTER(6), SHORTER(7),
    LONGER(0),  LONGER(1),  LONGER(2),  LONGER(3),  LONGER(4),  LONGER(5),  LONGER(6),  LONGER(7),
};

/* Sums of products need not wait for each other. */
static inline uint64_t hash_of(pbr_secret secret, const uint64_t pair[2], size_t place)
{
    return pbr_fold(pair[0] ^ (secret.start + place * 0x9E3779B97F4A7C15u), pair[1] ^ secret.step);
}

/* Adds the next pair of words, and gives what it adds to the hash. */
static inline uint64_t add_pair(struct pbr_row_seen *row, pbr_secret secret, const char *from,
                                const uint64_t mask[2])
{
    uint64_t *pair = row->text[row->pairs];
    pair[0] = pbr_word(from) & mask[0];
    pair[1] = pbr_word(from + PBR_WORD_BYTES) & mask[1];
    return hash_of(secret, pair, row->pairs++);
}

/* False if the pieces are too long, or are not in the row as they are in the file. Behind a cell is
 * room to read. */
static inline bool find_words(const pbr_row_kinds *kinds, const pbr_csv_record *record,
                              struct pbr_row_seen *row)
{
    static const uint64_t all[2] = {UINT64_MAX, UINT64_MAX};
    pbr_secret secret = kinds->secret;
    uint64_t hash = 0;
    row->pairs = 0;
    if (record->quoted) return false;
    for (const struct pbr_row_piece *piece = kinds->pieces, *end = piece + kinds->pieces_count;
         piece < end; piece++) {
        const char *from = record->text + (uint32_t)((record->ends + piece->first)[-1] + 1);
        size_t left = (size_t)(record->text + record->ends[piece->last] - from);
        if (row->pairs + left / PAIR_BYTES >= SEEN_PAIRS) return false;
        for (; left >= PAIR_BYTES; from += PAIR_BYTES, left -= PAIR_BYTES)
            hash += add_pair(row, secret, from, all);
        hash += add_pair(row, secret, from, kept[left]);
    }
    row->hash = (uint32_t)(hash >> 32 ^ hash);
    return true;
}

static inline bool are_same(const struct pbr_row_seen *a, const struct pbr_row_seen *b)
{
    return a->hash == b->hash && a->pairs == b->pairs && a->mark == b->mark &&
           memcmp(a->text, b->text, a->pairs * sizeof *a->text) == 0;
}

uint32_t pbr_row_kind(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark)
{
    struct pbr_row_seen row, *seen = NULL;
    if (!find_words(kinds, &pbr_table_this(table)->record, &row))
        return number_of(kinds, table, mark);
    row.mark = mark;
    for (size_t try = 0; try < SEEN_TRIES; try++) {
        seen = &kinds->seen[(row.hash + try) % SEEN_ROWS];
        if (are_same(seen, &row)) return seen->number;
        if (!seen->pairs) break;
    }
    /* where all places are taken, the last one is given to this row */
    row.number = number_of(kinds, table, mark);
    *seen = row;
    return row.number;
}
