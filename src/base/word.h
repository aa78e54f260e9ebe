/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Up to eight bytes of text as one number, the first byte lowest, so that a few instructions look
 * at all of them. Reads no byte but those of the text. Swaps bytes by itself: <endian.h> is empty
 * for programs that are compiled as plain C. */
#ifndef PBR_BASE_WORD_H
#define PBR_BASE_WORD_H

#include <stddef.h>
#include <stdint.h>
#include <string.h>

enum { PBR_WORD_BYTES = 8 };

static inline uint64_t pbr_word(const char *text)
{
    uint64_t word;
    memcpy(&word, text, sizeof word);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? word : __builtin_bswap64(word);
}

static inline uint32_t pbr_half_word(const char *text)
{
    uint32_t half;
    memcpy(&half, text, sizeof half);
    return __BYTE_ORDER__ == __ORDER_LITTLE_ENDIAN__ ? half : __builtin_bswap32(half);
}

/* A text shorter than a word, zeros behind it: its first and its last bytes, which may be the same
 * ones. */
static inline uint64_t pbr_short_word(const char *text, size_t length)
{
    const unsigned char *bytes = (const unsigned char *)text;
    if (length >= 4)
        return pbr_half_word(text) | (uint64_t)pbr_half_word(text + length - 4) << 8 * (length - 4);
    if (!length) return 0;
    size_t middle = length / 2, last = length - 1;
    return bytes[0] | (uint64_t)bytes[middle] << 8 * middle | (uint64_t)bytes[last] << 8 * last;
}

#endif
