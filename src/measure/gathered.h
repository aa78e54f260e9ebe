/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Starts as they are read, by one thread: shared out by their persons, so that each share can be
 * put in order by itself in near memory, and given back to the system as that is done. */
#ifndef PBR_MEASURE_GATHERED_H
#define PBR_MEASURE_GATHERED_H

#include "base/blocks.h"
#include "base/code.h"
#include "base/date.h"

/* A start in 16 bytes. */
enum { PBR_DAY_BITS = 16, PBR_CLASS_BITS = 21, PBR_SCORE_BITS = 27 };
typedef struct {
    uint64_t person;             /* the id's code, mixed: equal for equal ids and no others */
    uint64_t day : PBR_DAY_BITS; /* since the first of any cohort */
    uint64_t class : PBR_CLASS_BITS;
    uint64_t score : PBR_SCORE_BITS; /* or PBR_NO_SCORE */
} pbr_start;

/* A start that is read, with what serves to put it in order. */
typedef struct {
    pbr_start start;
    pbr_code label; /* start id */
    uint32_t line;  /* through all the files */
} pbr_placed;

/* A share: of persons whose words have these highest bits. */
enum { PBR_SHARE_BITS = 6, PBR_SHARES = 1 << PBR_SHARE_BITS };
static inline size_t pbr_share_of(uint64_t person)
{
    return person >> (64 - PBR_SHARE_BITS);
}

/* Some starts of a share, the latest block first. Lines follow one another at short steps, the
 * first of which is none. */
enum { PBR_BLOCK_STARTS = 156 };
typedef struct pbr_block {
    struct pbr_block *next;
    uint32_t count, first_line, last_line;
    pbr_start starts[PBR_BLOCK_STARTS];
    pbr_code labels[PBR_BLOCK_STARTS];
    uint16_t steps[PBR_BLOCK_STARTS];
} pbr_block;

typedef struct {
    pbr_block *shares[PBR_SHARES];
    pbr_blocks memory[PBR_SHARES];
    size_t count;
} pbr_gathered;

pbr_gathered *pbr_gathered_new(void);
void pbr_gathered_free(pbr_gathered *gathered);
void pbr_gathered_add(pbr_gathered *gathered, const pbr_placed *placed);
/* Forgets the starts behind a line. */
void pbr_gathered_cut(pbr_gathered *gathered, uint32_t last_line);
size_t pbr_gathered_in(const pbr_gathered *gathered, size_t share);
/* Gives the memory of a share back to the system. */
void pbr_gathered_drop(pbr_gathered *gathered, size_t share);

#endif
