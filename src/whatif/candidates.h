/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Words that could have been meant, for messages. */
#ifndef PBR_WHATIF_CANDIDATES_H
#define PBR_WHATIF_CANDIDATES_H

#include "base/mem.h"
#include "base/text.h"

/* Each word once, in the order in which it was first added. Owned by the arena. */
typedef struct {
    pbr_arena *arena;
    const char **items;
    size_t count, room;
} pbr_candidates;

void pbr_candidates_add(pbr_candidates *words, pbr_slice word);
/* "a, b, c"; only the first where there are many. */
const char *pbr_candidates_text(const pbr_candidates *words);
/* "did you mean \"a\"?", or "use a, b, c" where none is near. */
const char *pbr_candidates_near(const pbr_candidates *words, pbr_slice word);

#endif
