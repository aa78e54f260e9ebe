/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Short texts in eight bytes. A text of at most ten letters, digits and hyphens is packed into its
 * code; any other is kept aside in full, and its code says where. Exact: equal texts and only those
 * have equal codes in one store. */
#ifndef PBR_BASE_CODE_H
#define PBR_BASE_CODE_H

#include "base/text.h"

#include <stdint.h>

typedef uint64_t pbr_code; /* 0: the empty text */

enum { PBR_CODE_LETTERS = 10, PBR_CODE_LETTER_BITS = 6 };

extern const unsigned char pbr_code_numbers[256]; /* of letters, in the order of bytes; 0: none */

/* Texts that are too long or too odd to be packed, each with its NUL. */
typedef struct {
    char *bytes; /* to be freed by the owner of the store */
    size_t used, room;
} pbr_asides;

/* The code of a text that can be packed; false for any other. */
static inline bool pbr_code_pack(pbr_slice text, pbr_code *code)
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

static inline bool pbr_code_is_packed(pbr_code code)
{
    return code >> 63 == 0;
}

/* The code of a text, which is kept aside if it must be, each time anew. It holds no NUL. */
pbr_code pbr_code_keep(pbr_asides *asides, pbr_slice text);
/* The text of a code: in the store, or unpacked into `unpacked`. */
pbr_slice pbr_code_text(const pbr_asides *asides, pbr_code code,
                        char unpacked[PBR_CODE_LETTERS + 1]);
/* As strcmp of the texts. */
int pbr_code_compare(const pbr_asides *asides, pbr_code a, pbr_code b);

#endif
