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
