/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows are shared out to buckets by their persons as they are read, so that each bucket's rows,
 * once all are there, are put in order and matched in memory that is near. */
#include "measure/offences.h"

#include "base/team.h"

#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

enum { BLOCK_BYTES = PBR_PAGE_BYTES, BUCKET_PERSONS = 1 << PBR_OFFENCE_PERSON_BITS };

struct block {
    struct block *next;
    size_t count;
    pbr_offence rows[];
};

struct pbr_offence_bucket {
    struct block *blocks;
    size_t count;
};

static const size_t BLOCK_ROWS = (BLOCK_BYTES - sizeof(struct block)) / sizeof(pbr_offence);

pbr_offences *pbr_offences_new(pbr_population *population)
{
    pbr_offences *offences = pbr_alloc(1, sizeof *offences);
    offences->population = population;
    offences->memory.block_bytes = BLOCK_BYTES;
    offences->buckets_count = population->count / BUCKET_PERSONS + 1;
    offences->buckets = pbr_alloc(offences->buckets_count, sizeof *offences->buckets);
    return offences;
}

void pbr_offences_free(pbr_offences *offences)
{
    if (!offences) return;
    pbr_blocks_free(&offences->memory);
    free(offences->buckets);
    free(offences->ids.bytes);
    free(offences);
}

void pbr_offences_add(pbr_offences *offences, uint32_t person, const pbr_offence *row,
                      const pbr_asides *ids)
{
    char unused[PBR_CODE_LETTERS + 1];
    struct pbr_offence_bucket *bucket = &offences->buckets[person / BUCKET_PERSONS];
    if (!bucket->blocks || bucket->blocks->count == BLOCK_ROWS) {
        struct block *block = pbr_blocks_take(&offences->memory);
        block->next = bucket->blocks;
        bucket->blocks = block;
    }
    pbr_offence *kept = &bucket->blocks->rows[bucket->blocks->count++];
    *kept = *row;
    kept->person = person % BUCKET_PERSONS;
    if (!pbr_code_is_packed(row->key))
        kept->key = pbr_code_keep(&offences->ids, pbr_code_text(ids, row->key, unused));
    bucket->count++;
}

/* --- one bucket's -------------------------------------------------------------------------------
 */

/* One thread's. */
struct hand {
    pbr_offences *offences;
    pbr_matcher *matcher;
    atomic_size_t *next_bucket;
    pbr_offence *rows; /* of the bucket, by person */
    size_t room;
    uint32_t ends[BUCKET_PERSONS]; /* of each person's rows */
};

/* Puts the bucket's rows in the order of their persons; ends[p] is then where p's end. */
static void gather(struct hand *h, const struct pbr_offence_bucket *bucket)
{
    h->rows = pbr_extend(h->rows, &h->room, bucket->count, sizeof *h->rows);
    memset(h->ends, 0, sizeof h->ends);
    for (const struct block *block = bucket->blocks; block; block = block->next)
        for (size_t i = 0; i < block->count; i++) h->ends[block->rows[i].person]++;
    uint32_t before = 0;
    for (size_t i = 0; i < BUCKET_PERSONS; i++) {
        uint32_t own = h->ends[i];
        h->ends[i] = before;
        before += own;
    }
    for (const struct block *block = bucket->blocks; block; block = block->next)
        for (size_t i = 0; i < block->count; i++)
            h->rows[h->ends[block->rows[i].person]++] = block->rows[i];
}

static void match_bucket(struct hand *h, size_t number)
{
    gather(h, &h->offences->buckets[number]);
    for (size_t i = 0, from = 0; i < BUCKET_PERSONS; from = h->ends[i++])
        if (h->ends[i] > from)
            pbr_match(h->matcher, (uint32_t)(number * BUCKET_PERSONS + i), h->rows + from,
                      h->ends[i] - from, &h->offences->ids, true);
}

static void *match_buckets(void *member)
{
    struct hand *h = member;
    for (size_t i; (i = (*h->next_bucket)++) < h->offences->buckets_count;)
        if (h->offences->buckets[i].count) match_bucket(h, i);
    free(h->rows);
    return NULL;
}

void pbr_offences_match(pbr_offences *offences, pbr_matcher *const *matchers, size_t threads)
{
    atomic_size_t next_bucket = 0;
    struct hand *hands = pbr_alloc(threads, sizeof *hands);
    for (size_t i = 0; i < threads; i++) {
        hands[i].offences = offences;
        hands[i].matcher = matchers[i];
        hands[i].next_bucket = &next_bucket;
    }
    pbr_team_run(match_buckets, hands, sizeof *hands, threads);
    free(hands);
}
