/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes that are put one after the other into memory that grows. Begins as {0}; the owner frees
 * items. */
#ifndef PBR_BASE_BYTES_H
#define PBR_BASE_BYTES_H

#include "base/mem.h"

#include <string.h>

typedef struct {
    char *items;
    size_t count, room;
} pbr_bytes;

/* Where the next bytes go; there is room for `more` of them. Whoever writes there adds to count. */
static inline char *pbr_bytes_room(pbr_bytes *bytes, size_t more)
{
    if (bytes->room - bytes->count < more)
        bytes->items = pbr_extend(bytes->items, &bytes->room, bytes->count + more, 1);
    return bytes->items + bytes->count;
}

static inline void pbr_bytes_put(pbr_bytes *bytes, const void *from, size_t length)
{
    if (length) memcpy(pbr_bytes_room(bytes, length), from, length);
    bytes->count += length;
}

static inline void pbr_bytes_text(pbr_bytes *bytes, const char *text)
{
    pbr_bytes_put(bytes, text, strlen(text));
}

#endif
