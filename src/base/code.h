/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short texts in eight bytes. A text of at most ten letters, digits and hyphens is packed into its
 * code; any other is kept aside in full, and its code says where. Exact: equal texts and only those
 * have equal codes in one store. */
#ifndef PBR_BASE_CODE_H
#define PBR_BASE_CODE_H

#include "base/text.h"
#include "base/word.h"

#include <stdint.h>
#ifdef __SSE2__
#include <emmintrin.h>
#endif

typedef uint64_t pbr_code; /* 0: the empty text */

enum { PBR_CODE_LETTERS = 10, PBR_CODE_LETTER_BITS = 6 };

extern const unsigned char pbr_code_numbers[256]; /* of letters, in the order of bytes; 0: none */

/* Texts that are too long or too odd to be packed, each with its NUL. */
typedef struct {
    char *bytes; /* to be freed by the owner of the store */
    size_t used, room;
} pbr_asides;

/* The code of a text that can be packed; false for any other. In plain C, and by the processor's
 * vectors where it has them. */
static inline bool pbr_code_pack_bytewise(pbr_slice text, pbr_code *code)
{
    bool odd = false;
    *code = 0;
    if (text.length > PBR_CODE_LETTERS) return false;
    for (size_t i = 0; i < text.length; i++) {
        unsigned number = pbr_code_numbers[(unsigned char)text.text[i]];
        odd |= number == 0;
        *code = *code << PBR_CODE_LETTER_BITS | number;
    }
    *code <<= (PBR_CODE_LETTERS - text.length) * PBR_CODE_LETTER_BITS;
    return !odd;
}

#ifdef __SSE2__
static inline __m128i pbr_code_from(__m128i bytes, char least)
{
    return _mm_cmpgt_epi8(bytes, _mm_set1_epi8((char)(least - 1)));
}

/* The numbers of sixteen letters; 0 for what is none. Letters stand in three ranges and a hyphen:
 * in one of them is what has passed an odd number of their borders. */
static inline __m128i pbr_code_letters(__m128i bytes)
{
    __m128i digit = pbr_code_from(bytes, '0'), upper = pbr_code_from(bytes, 'A'),
            lower = pbr_code_from(bytes, 'a');
    __m128i behind =
        _mm_xor_si128(_mm_xor_si128(pbr_code_from(bytes, '9' + 1), pbr_code_from(bytes, 'Z' + 1)),
                      pbr_code_from(bytes, 'z' + 1));
    __m128i letter = _mm_xor_si128(_mm_xor_si128(digit, upper), _mm_xor_si128(lower, behind));
    letter = _mm_or_si128(letter, _mm_cmpeq_epi8(bytes, _mm_set1_epi8('-')));
    /* '-' is 1, and each range begins where the one before it ended */
    __m128i number = _mm_sub_epi8(bytes, _mm_set1_epi8('-' - 1));
    number = _mm_add_epi8(number, _mm_and_si128(digit, _mm_set1_epi8('-' + 1 - '0')));
    number = _mm_add_epi8(number, _mm_and_si128(upper, _mm_set1_epi8('9' + 1 - 'A')));
    number = _mm_add_epi8(number, _mm_and_si128(lower, _mm_set1_epi8('Z' + 1 - 'a')));
    return _mm_and_si128(number, letter);
}

static inline bool pbr_code_pack(pbr_slice text, pbr_code *code)
{
    if (text.length > PBR_CODE_LETTERS) return false;
    bool full = text.length >= PBR_WORD_BYTES;
    uint64_t first = full ? pbr_word(text.text) : pbr_short_word(text.text, text.length);
    uint64_t rest =
        full ? pbr_short_word(text.text + PBR_WORD_BYTES, text.length - PBR_WORD_BYTES) : 0;
    __m128i letters = pbr_code_letters(_mm_set_epi64x((int64_t)rest, (int64_t)first));
    int none = _mm_movemask_epi8(_mm_cmpeq_epi8(letters, _mm_setzero_si128()));
    /* two letters are brought together, then four */
    __m128i two = _mm_or_si128(
        _mm_slli_epi16(_mm_and_si128(letters, _mm_set1_epi16(0xFF)), PBR_CODE_LETTER_BITS),
        _mm_srli_epi16(letters, 8));
    __m128i four = _mm_madd_epi16(two, _mm_set1_epi32(1 << 16 | 1 << 2 * PBR_CODE_LETTER_BITS));
    uint64_t eight = (uint64_t)_mm_cvtsi128_si64(four);
    uint64_t last = (uint64_t)_mm_cvtsi128_si64(_mm_unpackhi_epi64(four, four));
    *code = (eight & UINT32_MAX) << 36 | eight >> 32 << 12 | (last & UINT32_MAX) >> 12;
    return (none & ((1 << text.length) - 1)) == 0;
}
#else
#define pbr_code_pack pbr_code_pack_bytewise
#endif

static inline bool pbr_code_is_packed(pbr_code code)
{
    return code >> 63 == 0;
}

/* The code of a text, which is kept aside if it must be, each time anew. It holds no NUL. */
pbr_code pbr_code_keep_aside(pbr_asides *asides, pbr_slice text);
static inline pbr_code pbr_code_keep(pbr_asides *asides, pbr_slice text)
{
    pbr_code code;
    return pbr_code_pack(text, &code) ? code : pbr_code_keep_aside(asides, text);
}
/* The text of a code: in the store, or unpacked into `unpacked`. */
pbr_slice pbr_code_text(const pbr_asides *asides, pbr_code code,
                        char unpacked[PBR_CODE_LETTERS + 1]);
/* As strcmp of the texts. */
int pbr_code_compare_texts(const pbr_asides *asides, pbr_code a, pbr_code b);
static inline int pbr_code_compare(const pbr_asides *asides, pbr_code a, pbr_code b)
{
    if (a == b) return 0;
    if (pbr_code_is_packed(a | b)) return a < b ? -1 : 1;
    return pbr_code_compare_texts(asides, a, b);
}

#endif
