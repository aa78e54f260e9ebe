/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/difference.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

pbr_file_differences pbr_file_differences_new(pbr_arena *arena, size_t most)
{
    return (pbr_file_differences){
        .arena = arena,
        .most = most,
        .list = pbr_arena_alloc(arena, (most + 1) * sizeof(pbr_file_difference)),
    };
}

/* Is one text the other with one id in the place of the other's, however often? */
static bool differ_by_id(const pbr_file_differences *out, const char *recorded, const char *now)
{
    if (!out->recorded_id || !out->now_id) return false;
    size_t length = strlen(out->recorded_id), own = strlen(out->now_id);
    while (*recorded) {
        bool at_id = strncmp(recorded, out->recorded_id, length) == 0;
        if (at_id ? strncmp(now, out->now_id, own) != 0 : *recorded != *now) return false;
        recorded += at_id ? length : 1;
        now += at_id ? own : 1;
    }
    return !*now;
}

bool pbr_same_text(pbr_file_differences *out, const char *recorded, const char *now)
{
    if (strcmp(recorded, now) == 0) return true;
    if (!differ_by_id(out, recorded, now)) return false;
    out->ids++;
    return true;
}

static const char *copy(pbr_arena *arena, const char *text)
{
    return text ? pbr_arena_text(arena, text, strlen(text)) : NULL;
}

void pbr_differ(pbr_file_differences *out, const char *recorded, const char *now,
                const char *format, ...)
{
    if (out->count++ >= out->most) return;
    va_list arguments;
    va_start(arguments, format);
    int length = vsnprintf(NULL, 0, format, arguments);
    va_end(arguments);
    char *where = pbr_arena_alloc(out->arena, (size_t)length + 1);
    va_start(arguments, format);
    vsnprintf(where, (size_t)length + 1, format, arguments);
    va_end(arguments);
    out->list[out->kept++] =
        (pbr_file_difference){where, copy(out->arena, recorded), copy(out->arena, now)};
}
