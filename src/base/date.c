/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/date.h"

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

/* Years are counted from March so that the leap day is the last of its year. 719,468 days lie
 * between 0000-03-01 and 1970-01-01. */
pbr_date pbr_date_make(int year, int month, int day)
{
    unsigned early = month <= 2, march_year = (unsigned)year - early;
    unsigned march_month = (unsigned)month - 3 + 12 * early;
    unsigned leap_days = march_year / 4 - march_year / 100 + march_year / 400;
    unsigned day_of_year = (153 * march_month + 2) / 5 + (unsigned)day - 1;
    return (int)(march_year * 365 + leap_days + day_of_year) - 719468;
}

pbr_civil pbr_date_civil(pbr_date date)
{
    int days = date + 719468;
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

/* Adds a digit to a number; what is no digit leaves a mark in *wrong. */
static inline int with_digit(int number, char c, unsigned *wrong)
{
    unsigned digit = (unsigned)c - '0';
    *wrong |= digit > 9;
    return number * 10 + (int)(digit & 15);
}

bool pbr_date_parse(const char *text, size_t length, pbr_date *date)
{
    int year = 0, month = 0, day = 0;
    unsigned wrong = 0;
    if (length != 10 || text[4] != '-' || text[7] != '-') return false;
    for (int i = 0; i < 4; i++) year = with_digit(year, text[i], &wrong);
    for (int i = 5; i < 7; i++) month = with_digit(month, text[i], &wrong);
    for (int i = 8; i < 10; i++) day = with_digit(day, text[i], &wrong);
    if (wrong || year < 1 || month < 1 || month > 12 || day < 1) return false;
    if (day > 28 && day > pbr_month_days(year, month)) return false;
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
