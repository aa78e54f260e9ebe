/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table's rows, read by several threads. The file is handed out in parts of whole records; what
 * came of each part is taken over in the order of the file, one part at a time, so that neither
 * the number of threads nor their pace can reach a result or a message. A thread that is ahead of
 * the others leaves its result for them and goes on, some parts further. */
#ifndef PBR_INPUT_PARTS_H
#define PBR_INPUT_PARTS_H

#include "input/table.h"

#include <stdatomic.h>

typedef struct {
    /* Of the caller's own kinds: readers, one for each thread, and what parts came to, of which
     * there are pbr_parts_results. */
    void *readers, *results;
    size_t threads, reader_size, result_size;
    size_t part_bytes; /* 0: as is best */
    /* Reads the rows of a part with a thread's own reader. The result is as an earlier part left
     * it. */
    void (*read)(void *reader, pbr_table *part, void *result);
    /* Takes over what a part came to, with the reader of the thread that does so, whoever read the
     * part. Not called behind a place where the file could not be read further. */
    void (*take)(void *reader, void *result);
    /* No further part is wanted once this is true. NULL: all are. */
    const atomic_bool *enough;
} pbr_parts;

/* How many results there must be for so many threads. */
static inline size_t pbr_parts_results(size_t threads)
{
    return threads > 1 ? 2 * threads : 1;
}

/* Reads what is left of the table. Problems go to its diag, as if one thread had read it. */
void pbr_parts_read(const pbr_parts *parts, pbr_table *table);

#endif
