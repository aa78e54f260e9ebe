/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Calendar days. A date is a count of days since 1970-01-01 in the proleptic Gregorian calendar:
 * no time of day, no zone, no clock. */
#ifndef PBR_BASE_DATE_H
#define PBR_BASE_DATE_H

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

/* The day of a year, month and day that exist; years 1 to 9999. */
pbr_date pbr_date_make(int year, int month, int day);

/* So many days lie between 0000-03-01 and 1970-01-01. */
enum { PBR_DATE_ZERO = 719468 };

/* Reads exactly YYYY-MM-DD (ISO 8601). False for anything else, and for a day that does not exist.
 */
bool pbr_date_parse(const char *text, size_t length, pbr_date *date);

/* Writes YYYY-MM-DD into out and returns it; a blank date gives an empty string. */
char *pbr_date_text(pbr_date date, char out[PBR_DATE_TEXT]);

/* One addition of months; a day that the month lacks is clamped to the month's last day
 * (2016-02-29 + 18 months = 2017-08-29; 2015-08-31 + 18 months = 2017-02-28). */
pbr_date pbr_date_add_months(pbr_date date, int months);

#endif
