/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/blocks.h"

#include <stdlib.h>

enum { SLAB_BLOCKS = 64 };

struct pbr_slab {
    struct pbr_slab *next;
    char *bytes;
    size_t used;
};

void *pbr_blocks_take(pbr_blocks *blocks)
{
    struct pbr_slab *slab = blocks->slabs;
    if (!slab || slab->used == SLAB_BLOCKS) {
        slab = pbr_alloc(1, sizeof *slab);
        slab->bytes = pbr_pages_new(SLAB_BLOCKS * blocks->block_bytes);
        slab->next = blocks->slabs;
        blocks->slabs = slab;
    }
    return slab->bytes + slab->used++ * blocks->block_bytes;
}

void pbr_blocks_free(pbr_blocks *blocks)
{
    for (struct pbr_slab *slab = blocks->slabs, *next; slab; slab = next) {
        next = slab->next;
        pbr_pages_free(slab->bytes, SLAB_BLOCKS * blocks->block_bytes);
        free(slab);
    }
    blocks->slabs = NULL;
}
