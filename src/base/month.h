/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Dates of a file lie in few months, which come again and again. What was worked out of a month is
 * kept, so that a date in it takes only its day to read. */
#ifndef PBR_BASE_MONTH_H
#define PBR_BASE_MONTH_H

#include "base/date.h"
#include "base/word.h"

typedef struct {
    uint64_t text; /* "YYYY-MM-" of a month that exists; 0: none yet */
    pbr_date before;
    uint32_t days;
} pbr_month;

enum { PBR_MONTHS_BITS = 8, PBR_MONTHS = 1 << PBR_MONTHS_BITS };

/* Reads a date of a month that is not kept, and keeps it in the place of another. */
bool pbr_month_parse_new(pbr_month *month, const char *text, size_t length, pbr_date *date);

/* As pbr_date_parse. The months begin as zeros. */
static inline bool pbr_month_parse(pbr_month months[PBR_MONTHS], const char *text, size_t length,
                                   pbr_date *date)
{
    enum { ISO_BYTES = 10 };
    if (length != ISO_BYTES) return false;
    uint64_t head = pbr_word(text);
    pbr_month *month = &months[head * 0x9E3779B97F4A7C15u >> (64 - PBR_MONTHS_BITS)];
    unsigned tens = (unsigned char)text[8] ^ '0', ones = (unsigned char)text[9] ^ '0';
    unsigned day = tens * 10 + ones;
    if (month->text != head || tens > 9 || ones > 9 || day - 1 >= month->days)
        return pbr_month_parse_new(month, text, length, date);
    *date = month->before + (pbr_date)day;
    return true;
}

#endif
