/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table's rows, read by several threads. The file is handed out in parts of whole records; what
 * came of each part is taken over in the order of the file, one part at a time, so that neither
 * the number of threads nor their pace can reach a result or a message. */
#ifndef PBR_INPUT_PARTS_H
#define PBR_INPUT_PARTS_H

#include "input/table.h"

#include <stdatomic.h>

typedef struct {
    /* One for each thread, of the caller's own kind; readers_count says how many threads. */
    void *const *readers;
    size_t readers_count;
    size_t part_bytes; /* 0: as is best */
    /* Reads the rows of a part with a thread's own reader. */
    void (*read)(void *reader, pbr_table *part);
    /* Takes over what the reader's latest part came to, which is forgotten where this is not
     * called: behind a place where the file could not be read further. */
    void (*take)(void *reader);
    /* No further part is wanted once this is true. NULL: all are. */
    const atomic_bool *enough;
} pbr_parts;

/* Reads what is left of the table. Problems go to its diag, as if one thread had read it. */
void pbr_parts_read(const pbr_parts *parts, pbr_table *table);

#endif
