/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar days. A date is a count of days since 1970-01-01 in the proleptic Gregorian calendar:
 * no time of day, no zone, no clock. */
#ifndef PBR_BASE_DATE_H
#define PBR_BASE_DATE_H

#include "base/word.h"

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int32_t pbr_date;

#define PBR_NO_DATE INT32_MIN /* a blank date */
enum { PBR_DATE_TEXT = 11 };  /* bytes of "YYYY-MM-DD" and its NUL */

typedef struct {
    int year, month, day; /* month 1-12, day 1-31 */
} pbr_civil;

pbr_civil pbr_date_civil(pbr_date date);
int pbr_month_days(int year, int month);

/* The day of a year, month and day that exist; years 1 to 9999. Years are counted from March so
 * that the leap day is the last of its year. So many days lie between 0000-03-01 and 1970-01-01. */
enum { PBR_DATE_ZERO = 719468 };
static inline pbr_date pbr_date_make(int year, int month, int day)
{
    unsigned early = month <= 2, march_year = (unsigned)year - early;
    unsigned march_month = (unsigned)month - 3 + 12 * early, century = march_year / 100;
    unsigned leap_days = march_year / 4 - century + century / 4;
    unsigned day_of_year = (153 * march_month + 2) / 5 + (unsigned)day - 1;
    return (int)(march_year * 365 + leap_days + day_of_year) - PBR_DATE_ZERO;
}

/* Reads exactly YYYY-MM-DD (ISO 8601). False for anything else, and for a day that does not exist.
 * All ten bytes are looked at at once. Taken from "0000-00-" and "00" a byte that is right leaves a
 * digit, or zero for a hyphen; adding what lacks to 128 then sets no highest bit. */
static inline bool pbr_date_parse(const char *text, size_t length, pbr_date *date)
{
    enum { ISO_BYTES = 10, DAYS_OF_EVERY_MONTH = 28 };
    const uint64_t high = 0x8080808080808080u, room = 0x7F76767F76767676u;
    if (length != ISO_BYTES) return false;
    uint64_t head = pbr_word(text) ^ 0x2D30302D30303030u;
    unsigned tens = (unsigned char)text[8] ^ '0', ones = (unsigned char)text[9] ^ '0';
    if (((head + room) | head) & high || tens > 9 || ones > 9) return false;
    uint64_t pairs = head * 10 + (head >> 8); /* two digits each in bytes 0, 2 and 5 */
    int year = (int)(pairs & 0xFF) * 100 + (int)(pairs >> 16 & 0xFF);
    int month = (int)(pairs >> 40 & 0xFF), day = (int)(tens * 10 + ones);
    if (year < 1 || month < 1 || month > 12 || day < 1) return false;
    if (day > DAYS_OF_EVERY_MONTH && day > pbr_month_days(year, month)) return false;
    *date = pbr_date_make(year, month, day);
    return true;
}

/* Writes YYYY-MM-DD into out and returns it; a blank date gives an empty string. */
char *pbr_date_text(pbr_date date, char out[PBR_DATE_TEXT]);

/* One addition of months; a day that the month lacks is clamped to the month's last day
 * (2016-02-29 + 18 months = 2017-08-29; 2015-08-31 + 18 months = 2017-02-28). */
pbr_date pbr_date_add_months(pbr_date date, int months);

#endif
