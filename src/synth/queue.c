/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/queue.h"

#include <stdlib.h>

void pbr_queue_free(pbr_queue *queue)
{
    free(queue->heap);
}

/* Two people may wait for one place; the person's number settles the order. */
static bool before(const pbr_waiting *a, const pbr_waiting *b)
{
    return a->key != b->key ? a->key < b->key : a->person.number < b->person.number;
}

void pbr_queue_add(pbr_queue *queue, uint64_t key, pbr_person person)
{
    queue->heap = pbr_grow(queue->heap, &queue->room, queue->count + 1, sizeof *queue->heap);
    pbr_waiting added = {key, person};
    size_t at = queue->count++;
    for (size_t up; at > 0 && before(&added, &queue->heap[up = (at - 1) / 2]); at = up)
        queue->heap[at] = queue->heap[up];
    queue->heap[at] = added;
}

static void remove_first(pbr_queue *queue)
{
    pbr_waiting last = queue->heap[--queue->count];
    size_t at = 0;
    for (size_t down; (down = 2 * at + 1) < queue->count; at = down) {
        if (down + 1 < queue->count && before(&queue->heap[down + 1], &queue->heap[down])) down++;
        if (!before(&queue->heap[down], &last)) break;
        queue->heap[at] = queue->heap[down];
    }
    queue->heap[at] = last;
}

bool pbr_queue_take(pbr_queue *queue, uint64_t key, pbr_person *person)
{
    if (!queue->count || queue->heap[0].key > key) return false;
    *person = queue->heap[0].person;
    remove_first(queue);
    return true;
}

void pbr_queue_forget(pbr_queue *queue, uint64_t key)
{
    while (queue->count && queue->heap[0].key < key) remove_first(queue);
}
