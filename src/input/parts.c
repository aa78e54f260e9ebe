/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/parts.h"

#include "base/mem.h"
#include "base/team.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PART_BYTES = PBR_READ_BYTES };

/* What a part came to that is read and not yet taken over. */
struct result {
    void *own; /* the caller's */
    pbr_table_found found;
    bool waits;
};

struct queue {
    const pbr_parts *parts;
    pbr_table *table;
    pthread_mutex_t source; /* who reads the file */
    pthread_mutex_t turn;   /* who takes parts over */
    pthread_cond_t turned;
    struct result *results; /* of a part: [its number % results_count] */
    size_t results_count, handed, taken, part_bytes;
    atomic_bool ended; /* a part met a place behind which nothing can be read */
};

/* One thread's. */
struct hand {
    struct queue *queue;
    void *reader;
    pbr_table *part;
    pbr_diag *problems;
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

static struct result *result_of(const struct queue *queue, size_t number)
{
    return &queue->results[number % queue->results_count];
}

/* Waits until nothing is left of the part whose place this one takes. */
static struct result *wait_for_place(struct queue *queue, size_t number)
{
    pthread_mutex_lock(&queue->turn);
    while (number >= queue->taken + queue->results_count)
        pthread_cond_wait(&queue->turned, &queue->turn);
    pthread_mutex_unlock(&queue->turn);
    return result_of(queue, number);
}

static void take_next(struct queue *queue, const struct hand *hand)
{
    struct result *result = result_of(queue, queue->taken++);
    result->waits = false;
    if (queue->ended) return;
    if (!pbr_table_join(queue->table, &result->found)) queue->ended = true;
    queue->parts->take(hand->reader, result->own);
}

/* Takes over the part, and those behind it that wait for it; or leaves it to who reads one that is
 * before it. */
static void take_over(struct queue *queue, const struct hand *hand, struct result *result)
{
    pthread_mutex_lock(&queue->turn);
    result->waits = true;
    while (result_of(queue, queue->taken)->waits) take_next(queue, hand);
    pthread_cond_broadcast(&queue->turned);
    pthread_mutex_unlock(&queue->turn);
}

static void *read_parts(void *member)
{
    const struct hand *hand = member;
    struct queue *queue = hand->queue;
    for (size_t number; next_part(queue, hand->part, &number);) {
        struct result *result = wait_for_place(queue, number);
        queue->parts->read(hand->reader, hand->part, result->own);
        pbr_table_part_found(hand->part, &result->found);
        take_over(queue, hand, result);
    }
    return NULL;
}

static void begin_results(struct queue *queue)
{
    const pbr_parts *parts = queue->parts;
    queue->results_count = pbr_parts_results(parts->threads);
    queue->results = pbr_alloc(queue->results_count, sizeof *queue->results);
    for (size_t i = 0; i < queue->results_count; i++)
        queue->results[i] = (struct result){.own = (char *)parts->results + i * parts->result_size,
                                            .found.problems = pbr_table_diag(queue->table)};
}

static void end_results(struct queue *queue)
{
    for (size_t i = 0; i < queue->results_count; i++)
        pbr_diag_free(queue->results[i].found.problems);
    free(queue->results);
}

static void read_by_hands(struct queue *queue)
{
    const pbr_parts *parts = queue->parts;
    struct hand *hands = pbr_alloc(parts->threads, sizeof *hands);
    for (size_t i = 0; i < parts->threads; i++) {
        pbr_diag *problems = pbr_table_diag(queue->table);
        hands[i] = (struct hand){.queue = queue,
                                 .reader = (char *)parts->readers + i * parts->reader_size,
                                 .part = pbr_table_part(queue->table, problems),
                                 .problems = problems};
    }
    pbr_team_run(read_parts, hands, sizeof *hands, parts->threads);
    for (size_t i = 0; i < parts->threads; i++) {
        pbr_table_part_free(hands[i].part);
        pbr_diag_free(hands[i].problems);
    }
    free(hands);
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
    pbr_table_begin_parts(table);
    begin_results(&queue);
    read_by_hands(&queue);
    end_results(&queue);
    pbr_table_end_parts(table);
}
