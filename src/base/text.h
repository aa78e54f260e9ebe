/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Pieces of text: slices into somebody else's bytes, near misses, and safe quoting for messages. */
#ifndef PBR_BASE_TEXT_H
#define PBR_BASE_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <string.h>

/* Bytes that somebody else owns; not NUL-terminated. */
typedef struct {
    const char *text;
    size_t length;
} pbr_slice;

static inline pbr_slice pbr_slice_of(const char *text)
{
    return (pbr_slice){text, strlen(text)};
}

static inline bool pbr_slice_is(pbr_slice slice, const char *text)
{
    return strlen(text) == slice.length && memcmp(slice.text, text, slice.length) == 0;
}

static inline bool pbr_is_blank(char c)
{
    return c == ' ' || c == '\t';
}

/* The bytes between two places without the blanks around them. */
static inline pbr_slice pbr_trimmed(const char *from, const char *to)
{
    while (from < to && pbr_is_blank(*from)) from++;
    while (to > from && pbr_is_blank(to[-1])) to--;
    return (pbr_slice){from, (size_t)(to - from)};
}

enum { PBR_QUOTE_TEXT = 84 }; /* bytes of a quoted value, shortened if it is long */

/* "value" in double quotes for a message: what cannot be seen as ?, long values cut with "...". */
char *pbr_quote(char out[PBR_QUOTE_TEXT], pbr_slice value);

/* The value of a personal column, of which only this is shown: its length, and its first character
 * where that is a small part of it. */
char *pbr_mask(char out[PBR_QUOTE_TEXT], pbr_slice value);

/* Does the value look like the id of a person? True of digits among letters, and of many digits,
 * unless they are parted like a date or time. */
bool pbr_is_like_id(pbr_slice value);

/* The nearest of count names to `word` if it is near enough to be a slip (at most a third of its
 * letters, two at the most, one swap counts once), or NULL. Names are read through name_at. */
const char *pbr_near_miss(pbr_slice word, size_t count,
                          const char *(*name_at)(const void *context, size_t index),
                          const void *context);

/* The same for a plain array of strings. */
const char *pbr_near_miss_in(pbr_slice word, const char *const *names, size_t count);

/* True if the bytes are well-formed UTF-8. */
bool pbr_is_utf8(const char *text, size_t length);

/* Bytes of the first character that nobody can see or that changes how others are seen: controls,
 * blanks of no width, line separators, marks of writing direction, byte order marks. *at is where
 * it begins. 0 where there is none. */
size_t pbr_unseen(const char *text, size_t length, size_t *at);

#endif
