/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A packed text has six bits a letter, the first letter in the highest ones, and zeros behind the
 * last. Letters are numbered from 1 in the order of their bytes, so that packed codes are in the
 * order of their texts. */
#include "base/code.h"

#include "base/mem.h"

enum { LETTER_BITS = PBR_CODE_LETTER_BITS, TOP_SHIFT = (PBR_CODE_LETTERS - 1) * LETTER_BITS };
#define ASIDE ((pbr_code)1 << 63)

/* The number of each letter; 0: not one that can be packed. */
const unsigned char pbr_code_numbers[256] = {
    ['-'] = 1,  ['0'] = 2,  ['1'] = 3,  ['2'] = 4,  ['3'] = 5,  ['4'] = 6,  ['5'] = 7,  ['6'] = 8,
    ['7'] = 9,  ['8'] = 10, ['9'] = 11, ['A'] = 12, ['B'] = 13, ['C'] = 14, ['D'] = 15, ['E'] = 16,
    ['F'] = 17, ['G'] = 18, ['H'] = 19, ['I'] = 20, ['J'] = 21, ['K'] = 22, ['L'] = 23, ['M'] = 24,
    ['N'] = 25, ['O'] = 26, ['P'] = 27, ['Q'] = 28, ['R'] = 29, ['S'] = 30, ['T'] = 31, ['U'] = 32,
    ['V'] = 33, ['W'] = 34, ['X'] = 35, ['Y'] = 36, ['Z'] = 37, ['a'] = 38, ['b'] = 39, ['c'] = 40,
    ['d'] = 41, ['e'] = 42, ['f'] = 43, ['g'] = 44, ['h'] = 45, ['i'] = 46, ['j'] = 47, ['k'] = 48,
    ['l'] = 49, ['m'] = 50, ['n'] = 51, ['o'] = 52, ['p'] = 53, ['q'] = 54, ['r'] = 55, ['s'] = 56,
    ['t'] = 57, ['u'] = 58, ['v'] = 59, ['w'] = 60, ['x'] = 61, ['y'] = 62, ['z'] = 63,
};
static const char letters[] = "-0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz";

pbr_code pbr_code_keep_aside(pbr_asides *asides, pbr_slice text)
{
    size_t at = asides->used;
    asides->bytes = pbr_extend(asides->bytes, &asides->room, at + text.length + 1, 1);
    memcpy(asides->bytes + at, text.text, text.length);
    asides->bytes[at + text.length] = '\0';
    asides->used = at + text.length + 1;
    return ASIDE | at;
}

pbr_slice pbr_code_text(const pbr_asides *asides, pbr_code code,
                        char unpacked[PBR_CODE_LETTERS + 1])
{
    size_t length = 0;
    if (!pbr_code_is_packed(code)) return pbr_slice_of(asides->bytes + (code & ~ASIDE));
    for (int shift = TOP_SHIFT; shift >= 0 && code >> shift & 63; shift -= LETTER_BITS)
        unpacked[length++] = letters[(code >> shift & 63) - 1];
    unpacked[length] = '\0';
    return (pbr_slice){unpacked, length};
}

int pbr_code_compare_texts(const pbr_asides *asides, pbr_code a, pbr_code b)
{
    char one[PBR_CODE_LETTERS + 1], other[PBR_CODE_LETTERS + 1];
    return strcmp(pbr_code_text(asides, a, one).text, pbr_code_text(asides, b, other).text);
}
