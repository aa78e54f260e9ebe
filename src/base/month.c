/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/month.h"

bool pbr_month_parse_new(pbr_month *month, const char *text, size_t length, pbr_date *date)
{
    if (!pbr_date_parse(text, length, date)) return false;
    pbr_civil civil = pbr_date_civil(*date);
    *month = (pbr_month){.text = pbr_word(text),
                         .before = *date - civil.day,
                         .days = (uint32_t)pbr_month_days(civil.year, civil.month)};
    return true;
}
