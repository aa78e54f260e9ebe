/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Kinds are told apart by a key of cells. A row mostly has the same bytes in the same places as
 * some row before it, blanks and all; so rows are first looked for by these bytes, as words, and a
 * key is made only for bytes not yet seen. */
#include "measure/row_kinds.h"

#include "base/mem.h"
#include "base/word.h"

#include <stdlib.h>

enum {
    SEEN_ROWS = 4096, /* places; a power of two */
    SEEN_WORDS = 13,  /* of a row at most, so that a place is two lines of the cache */
    SEEN_TRIES = 4
};

/* What is looked for. */
struct words {
    uint64_t hash, count, text[SEEN_WORDS];
};

struct pbr_row_seen {
    struct words words; /* no word: free */
    uint64_t number;
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

/* Sums of products need not wait for each other. */
static inline uint64_t hash_of(pbr_secret secret, uint64_t word, size_t place)
{
    return pbr_fold(word ^ (secret.start + place * 0x9E3779B97F4A7C15u), secret.step);
}

/* The row's pieces, each with zeros behind it, of which there is always one: no plain line holds a
 * zero, so that no two rows are alike in words but those that are alike. False if they are too
 * long, or are not in the row as they are in the file. */
static bool find_words(const pbr_row_kinds *kinds, const pbr_csv_record *row, uint32_t mark,
                       struct words *words)
{
    size_t count = 1;
    if (row->quoted) return false;
    words->hash = hash_of(kinds->secret, mark, 0);
    words->text[0] = mark;
    for (size_t i = 0; i < kinds->pieces_count; i++) {
        const char *from = row->text + (uint32_t)((row->ends + kinds->pieces[i].first)[-1] + 1);
        size_t left = (size_t)(row->text + row->ends[kinds->pieces[i].last] - from);
        if (left / PBR_WORD_BYTES >= SEEN_WORDS - count) return false;
        for (; left >= PBR_WORD_BYTES; from += PBR_WORD_BYTES, left -= PBR_WORD_BYTES, count++) {
            words->text[count] = pbr_word(from);
            words->hash += hash_of(kinds->secret, words->text[count], count);
        }
        /* behind a cell is room to read */
        words->text[count] = pbr_word(from) & (((uint64_t)1 << 8 * left) - 1);
        words->hash += hash_of(kinds->secret, words->text[count], count);
        count++;
    }
    words->count = count;
    return true;
}

static inline bool are_same(const struct words *a, const struct words *b)
{
    if (a->hash != b->hash || a->count != b->count) return false;
    for (size_t i = 0; i < a->count; i++)
        if (a->text[i] != b->text[i]) return false;
    return true;
}

uint32_t pbr_row_kind(pbr_row_kinds *kinds, const pbr_table *table, uint32_t mark)
{
    struct words words;
    if (!find_words(kinds, &pbr_table_this(table)->record, mark, &words))
        return number_of(kinds, table, mark);
    struct pbr_row_seen *seen = NULL;
    for (size_t try = 0; try < SEEN_TRIES; try++) {
        seen = &kinds->seen[(words.hash + try) % SEEN_ROWS];
        if (are_same(&seen->words, &words)) return (uint32_t)seen->number;
        if (!seen->words.count) break;
    }
    /* where all places are taken, the last one is given to this row */
    uint32_t number = number_of(kinds, table, mark);
    *seen = (struct pbr_row_seen){words, number};
    return number;
}
