/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Blocks of memory of one size, taken from the system many at a time and freed all at once. The
 * more were taken the more are taken at a time: giving pages back costs a call and makes every
 * processor forget what it knew of them. */
#ifndef PBR_BASE_BLOCKS_H
#define PBR_BASE_BLOCKS_H

#include "base/mem.h"

/* Nothing but block_bytes, a number of whole pages, is set at first. */
typedef struct {
    size_t block_bytes;
    struct pbr_slab *slabs;
} pbr_blocks;

/* A block of zeros. */
void *pbr_blocks_take(pbr_blocks *blocks);
void pbr_blocks_free(pbr_blocks *blocks);

#endif
