/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/gathered.h"

#include <assert.h>
#include <stdlib.h>

enum { BLOCK_BYTES = PBR_PAGE_BYTES };
static_assert(sizeof(pbr_block) <= BLOCK_BYTES, "a block fills its pages");

pbr_gathered *pbr_gathered_new(void)
{
    pbr_gathered *gathered = pbr_alloc_apart(1, sizeof *gathered);
    for (size_t share = 0; share < PBR_SHARES; share++)
        gathered->memory[share].block_bytes = BLOCK_BYTES;
    return gathered;
}

void pbr_gathered_free(pbr_gathered *gathered)
{
    for (size_t share = 0; share < PBR_SHARES; share++) pbr_gathered_drop(gathered, share);
    free(gathered);
}

static bool has_room(const pbr_block *block, uint32_t line)
{
    return block && block->count < PBR_BLOCK_STARTS && line - block->last_line <= UINT16_MAX;
}

static void add_block(pbr_gathered *gathered, size_t share, uint32_t line)
{
    pbr_block *block = pbr_blocks_take(&gathered->memory[share]);
    block->next = gathered->shares[share];
    block->first_line = block->last_line = line;
    gathered->shares[share] = block;
}

void pbr_gathered_add(pbr_gathered *gathered, const pbr_placed *placed)
{
    size_t share = pbr_share_of(placed->start.person);
    if (!has_room(gathered->shares[share], placed->line)) add_block(gathered, share, placed->line);
    pbr_block *block = gathered->shares[share];
    block->starts[block->count] = placed->start;
    block->labels[block->count] = placed->label;
    block->steps[block->count++] = (uint16_t)(placed->line - block->last_line);
    block->last_line = placed->line;
    gathered->count++;
}

static void cut_block(pbr_block *block, uint32_t last_line)
{
    uint32_t line = block->first_line, kept = 0;
    for (; kept < block->count; kept++) {
        line += block->steps[kept];
        if (line > last_line) break;
    }
    block->count = kept;
}

void pbr_gathered_cut(pbr_gathered *gathered, uint32_t last_line)
{
    gathered->count = 0;
    for (size_t share = 0; share < PBR_SHARES; share++) {
        for (pbr_block *block = gathered->shares[share]; block; block = block->next)
            cut_block(block, last_line);
        gathered->count += pbr_gathered_in(gathered, share);
    }
}

size_t pbr_gathered_in(const pbr_gathered *gathered, size_t share)
{
    size_t count = 0;
    for (const pbr_block *block = gathered->shares[share]; block; block = block->next)
        count += block->count;
    return count;
}

void pbr_gathered_drop(pbr_gathered *gathered, size_t share)
{
    pbr_blocks_free(&gathered->memory[share]);
    gathered->shares[share] = NULL;
}
