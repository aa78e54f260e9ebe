/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/candidates.h"

enum { SHOWN = 24 };

void pbr_candidates_add(pbr_candidates *words, pbr_slice word)
{
    for (size_t i = 0; i < words->count; i++)
        if (pbr_slice_is(word, words->items[i])) return;
    if (words->count == words->room) {
        size_t room = words->room ? 2 * words->room : 8;
        const char **grown = pbr_arena_alloc(words->arena, room * sizeof *grown);
        if (words->count) memcpy(grown, words->items, words->count * sizeof *grown);
        words->items = grown;
        words->room = room;
    }
    words->items[words->count++] = pbr_arena_text(words->arena, word.text, word.length);
}

const char *pbr_candidates_text(const pbr_candidates *words)
{
    const char *text = "";
    for (size_t i = 0; i < words->count && i < SHOWN; i++)
        text = pbr_arena_printf(words->arena, "%s%s%s", text, i ? ", " : "", words->items[i]);
    return words->count > SHOWN ? pbr_arena_printf(words->arena, "%s …", text) : text;
}

const char *pbr_candidates_near(const pbr_candidates *words, pbr_slice word)
{
    const char *near = pbr_near_miss_in(word, words->items, words->count);
    if (near) return pbr_arena_printf(words->arena, "did you mean \"%s\"?", near);
    return pbr_arena_printf(words->arena, "use %s", pbr_candidates_text(words));
}
