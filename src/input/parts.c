/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/parts.h"

#include "base/mem.h"
#include "base/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PART_BYTES = PBR_READ_BYTES };

/* One thread's. */
struct hand {
    struct queue *queue;
    void *reader;
    pbr_table *part;
    pbr_diag *found;
};

struct queue {
    const pbr_parts *parts;
    pbr_table *table;
    pthread_mutex_t source; /* who reads the file */
    pthread_mutex_t turn;   /* whose part is taken over */
    pthread_cond_t turned;
    size_t handed, taken, part_bytes;
    atomic_bool ended; /* a part met a place behind which nothing can be read */
};

static bool is_enough(const struct queue *queue)
{
    return queue->ended || (queue->parts->enough && *queue->parts->enough);
}

/* The next part and its number, in the order of the file. */
static bool next_part(struct queue *queue, pbr_table *part, size_t *number)
{
    pthread_mutex_lock(&queue->source);
    bool more = !is_enough(queue) && pbr_table_take(queue->table, part, queue->part_bytes);
    *number = queue->handed;
    queue->handed += more;
    pthread_mutex_unlock(&queue->source);
    return more;
}

static void take_over(struct queue *queue, const struct hand *hand, size_t number)
{
    pthread_mutex_lock(&queue->turn);
    while (queue->taken != number) pthread_cond_wait(&queue->turned, &queue->turn);
    if (!queue->ended) {
        if (!pbr_table_join(queue->table, hand->part)) queue->ended = true;
        queue->parts->take(hand->reader);
    }
    queue->taken++;
    pthread_cond_broadcast(&queue->turned);
    pthread_mutex_unlock(&queue->turn);
}

static void *read_parts(void *member)
{
    const struct hand *hand = member;
    struct queue *queue = hand->queue;
    for (size_t number; next_part(queue, hand->part, &number);) {
        queue->parts->read(hand->reader, hand->part);
        take_over(queue, hand, number);
    }
    return NULL;
}

void pbr_parts_read(const pbr_parts *parts, pbr_table *table)
{
    struct queue queue = {
        .parts = parts,
        .table = table,
        .part_bytes = parts->part_bytes ? parts->part_bytes : PART_BYTES,
        .source = PTHREAD_MUTEX_INITIALIZER,
        .turn = PTHREAD_MUTEX_INITIALIZER,
        .turned = PTHREAD_COND_INITIALIZER,
    };
    struct hand *hands = pbr_alloc(parts->readers_count, sizeof *hands);
    pbr_table_begin_parts(table);
    for (size_t i = 0; i < parts->readers_count; i++) {
        pbr_diag *found = pbr_table_diag(table);
        hands[i] = (struct hand){&queue, parts->readers[i], pbr_table_part(table, found), found};
    }
    pbr_team_run(read_parts, hands, sizeof *hands, parts->readers_count);
    for (size_t i = 0; i < parts->readers_count; i++) {
        pbr_table_part_free(hands[i].part);
        pbr_diag_free(hands[i].found);
    }
    free(hands);
    pbr_table_end_parts(table);
}
