/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"

#include "base/word.h"

#include <stdio.h>

static bool is_leap(int year)
{
    return year % 4 == 0 && (year % 100 != 0 || year % 400 == 0);
}

int pbr_month_days(int year, int month)
{
    static const int days[12] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};
    return month == 2 && is_leap(year) ? 29 : days[month - 1];
}

pbr_civil pbr_date_civil(pbr_date date)
{
    int days = date + PBR_DATE_ZERO;
    int era = days / 146097;
    int day_of_era = days - era * 146097;
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int march_month = (5 * day_of_year + 2) / 153;
    int month = march_month < 10 ? march_month + 3 : march_month - 9;
    return (pbr_civil){
        .year = era * 400 + year_of_era + (month <= 2),
        .month = month,
        .day = day_of_year - (153 * march_month + 2) / 5 + 1,
    };
}

/* Years are counted from March so that the leap day is the last of its year. */
pbr_date pbr_date_make(int year, int month, int day)
{
    unsigned early = month <= 2, march_year = (unsigned)year - early;
    unsigned march_month = (unsigned)month - 3 + 12 * early, century = march_year / 100;
    unsigned leap_days = march_year / 4 - century + century / 4;
    unsigned day_of_year = (153 * march_month + 2) / 5 + (unsigned)day - 1;
    return (int)(march_year * 365 + leap_days + day_of_year) - PBR_DATE_ZERO;
}

/* All ten bytes are looked at at once. Taken from "0000-00-" and "00" a byte that is right leaves a
 * digit, or zero for a hyphen; adding what lacks to 128 then sets no highest bit. */
bool pbr_date_parse(const char *text, size_t length, pbr_date *date)
{
    enum { ISO_BYTES = 10 };
    const uint64_t high = 0x8080808080808080u, room = 0x7F76767F76767676u;
    if (length != ISO_BYTES) return false;
    uint64_t head = pbr_word(text) ^ 0x2D30302D30303030u;
    unsigned tens = (unsigned char)text[8] ^ '0', ones = (unsigned char)text[9] ^ '0';
    if (((head + room) | head) & high || tens > 9 || ones > 9) return false;
    uint64_t pairs = head * 10 + (head >> 8); /* two digits each in bytes 0, 2 and 5 */
    int year = (int)(pairs & 0xFF) * 100 + (int)(pairs >> 16 & 0xFF);
    int month = (int)(pairs >> 40 & 0xFF), day = (int)(tens * 10 + ones);
    if (year < 1 || month < 1 || month > 12) return false;
    if (day < 1 || day > pbr_month_days(year, month)) return false;
    *date = pbr_date_make(year, month, day);
    return true;
}

char *pbr_date_text(pbr_date date, char out[PBR_DATE_TEXT])
{
    out[0] = '\0';
    if (date == PBR_NO_DATE) return out;
    pbr_civil civil = pbr_date_civil(date);
    snprintf(out, PBR_DATE_TEXT, "%04u-%02u-%02u", (unsigned)civil.year % 10000u,
             (unsigned)civil.month % 100u, (unsigned)civil.day % 100u);
    return out;
}

pbr_date pbr_date_add_months(pbr_date date, int months)
{
    pbr_civil civil = pbr_date_civil(date);
    int month_count = civil.year * 12 + civil.month - 1 + months;
    int year = month_count / 12, month = month_count % 12 + 1;
    int last = pbr_month_days(year, month);
    return pbr_date_make(year, month, civil.day < last ? civil.day : last);
}
