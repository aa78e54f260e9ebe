/* SPDX-License-Identifier: GPL-3.0-or-later */
/* People who will have a further start, in order of when and where: a binary heap. It is all that
 * grows with the size of an extract. */
#ifndef PBR_SYNTH_QUEUE_H
#define PBR_SYNTH_QUEUE_H

#include "synth/people.h"

typedef struct {
    uint64_t key; /* pbr_queue_key */
    pbr_person person;
} pbr_waiting;

typedef struct {
    pbr_waiting *heap;
    size_t count, room;
} pbr_queue;

/* Orders by cell, then day. */
static inline uint64_t pbr_queue_key(size_t cell, pbr_date day)
{
    return (uint64_t)cell << 32 | ((uint32_t)day ^ 0x80000000u);
}

void pbr_queue_free(pbr_queue *queue);
void pbr_queue_add(pbr_queue *queue, uint64_t key, pbr_person person);
/* Takes the first person whose key is at most `key`; false if there is none. */
bool pbr_queue_take(pbr_queue *queue, uint64_t key, pbr_person *person);
/* Forgets those whose key is less than `key`. */
void pbr_queue_forget(pbr_queue *queue, uint64_t key);

#endif
