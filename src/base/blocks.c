/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/blocks.h"

#include <stdlib.h>

enum { FIRST_SLAB_BLOCKS = 16, SLAB_BLOCKS_MAX = 128 };

struct pbr_slab {
    struct pbr_slab *next;
    char *bytes;
    size_t used, room;
};

static struct pbr_slab *add_slab(pbr_blocks *blocks)
{
    struct pbr_slab *slab = pbr_alloc(1, sizeof *slab);
    slab->next = blocks->slabs;
    slab->room = slab->next ? 2 * slab->next->room : FIRST_SLAB_BLOCKS;
    if (slab->room > SLAB_BLOCKS_MAX) slab->room = SLAB_BLOCKS_MAX;
    slab->bytes = pbr_pages_new(slab->room * blocks->block_bytes);
    blocks->slabs = slab;
    return slab;
}

void *pbr_blocks_take(pbr_blocks *blocks)
{
    struct pbr_slab *slab = blocks->slabs;
    if (!slab || slab->used == slab->room) slab = add_slab(blocks);
    return slab->bytes + slab->used++ * blocks->block_bytes;
}

void pbr_blocks_free(pbr_blocks *blocks)
{
    for (struct pbr_slab *slab = blocks->slabs, *next; slab; slab = next) {
        next = slab->next;
        pbr_pages_free(slab->bytes, slab->room * blocks->block_bytes);
        free(slab);
    }
    blocks->slabs = NULL;
}
