/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/fingerprints.h"

#include "base/team.h"

#include <assert.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { SHARE_BITS = 6, BLOCK_NUMBERS = 510 };
static_assert(1 << SHARE_BITS == PBR_FINGERPRINT_SHARES, "the highest bits name the share");

struct pbr_fingerprint_block {
    struct pbr_fingerprint_block *next;
    size_t count;
    uint64_t numbers[BLOCK_NUMBERS];
};
static_assert(sizeof(struct pbr_fingerprint_block) == PBR_PAGE_BYTES, "a block fills its page");

void pbr_fingerprints_begin(pbr_fingerprints *fingerprints)
{
    *fingerprints = (pbr_fingerprints){.memory.block_bytes = PBR_PAGE_BYTES};
}

void pbr_fingerprints_end(pbr_fingerprints *fingerprints)
{
    pbr_blocks_free(&fingerprints->memory);
}

void pbr_fingerprints_add(pbr_fingerprints *fingerprints, uint64_t number)
{
    struct pbr_fingerprint_block **share = &fingerprints->shares[number >> (64 - SHARE_BITS)];
    if (!*share || (*share)->count == BLOCK_NUMBERS) {
        struct pbr_fingerprint_block *block = pbr_blocks_take(&fingerprints->memory);
        block->next = *share;
        *share = block;
    }
    (*share)->numbers[(*share)->count++] = number;
}

/* --- do any meet? -------------------------------------------------------------------------------
 */

/* What the threads share. */
struct search {
    const pbr_fingerprints *each;
    size_t count;
    atomic_size_t next_share;
    atomic_bool met;
};

/* One thread's: a table of numbers, at most half full. */
struct hand {
    struct search *search;
    uint64_t *slots; /* 0: free; a number that is 0 is taken for 1 */
    size_t size;
};

static size_t count_in(const struct search *search, size_t share)
{
    size_t count = 0;
    for (size_t i = 0; i < search->count; i++)
        for (const struct pbr_fingerprint_block *block = search->each[i].shares[share]; block;
             block = block->next)
            count += block->count;
    return count;
}

static void make_table(struct hand *h, size_t count)
{
    free(h->slots);
    for (h->size = 1; h->size < 2 * count; h->size *= 2) continue;
    h->slots = pbr_alloc(h->size, sizeof *h->slots);
}

/* False if it was there before. The bits that are alike in a share are left out. */
static bool enter(struct hand *h, uint64_t number)
{
    number |= !number;
    size_t at = (size_t)number & (h->size - 1);
    while (h->slots[at]) {
        if (h->slots[at] == number) return false;
        at = (at + 1) & (h->size - 1);
    }
    h->slots[at] = number;
    return true;
}

static bool meet_in(struct hand *h, size_t share)
{
    const struct search *search = h->search;
    make_table(h, count_in(search, share));
    for (size_t i = 0; i < search->count; i++)
        for (const struct pbr_fingerprint_block *block = search->each[i].shares[share]; block;
             block = block->next)
            for (size_t k = 0; k < block->count; k++)
                if (!enter(h, block->numbers[k])) return true;
    return false;
}

static void *search_shares(void *member)
{
    struct hand *h = member;
    struct search *search = h->search;
    for (size_t share; !search->met && (share = search->next_share++) < PBR_FINGERPRINT_SHARES;)
        if (meet_in(h, share)) search->met = true;
    free(h->slots);
    return NULL;
}

bool pbr_fingerprints_meet(const pbr_fingerprints *each, size_t count)
{
    struct search search = {.each = each, .count = count};
    struct hand *hands = pbr_alloc(count, sizeof *hands);
    for (size_t i = 0; i < count; i++) hands[i].search = &search;
    pbr_team_run(search_shares, hands, sizeof *hands, count);
    free(hands);
    return search.met;
}
