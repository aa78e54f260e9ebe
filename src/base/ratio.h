/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Exact ratios (GMP) and the one rounding. Every value that moves money is an mpq until the
 * contract says that it is rounded. Callers own the mpq_t they pass. */
#ifndef PBR_BASE_RATIO_H
#define PBR_BASE_RATIO_H

#include <gmp.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum {
    PBR_HALF_EVEN, /* halves to the even digit */
    PBR_HALF_UP,   /* halves away from zero */
    PBR_FLOOR,     /* towards zero */
} pbr_rounding;

enum { PBR_RATIO_TEXT = 96 }; /* bytes that hold any ratio this program prints */

/* Reads a plain decimal ("-12.50", no exponent, no thousands separator) with at most max_places
 * decimals and 30 digits. False, and out unchanged, for anything else. */
bool pbr_decimal_parse(mpq_t out, const char *text, size_t length, int max_places);

/* The nearest multiple of 10^-places by the mode. */
void pbr_ratio_round(mpq_t value, int places, pbr_rounding mode);

/* Writes value with exactly `places` decimals, rounded half-even, into out and returns it. */
char *pbr_ratio_text(char out[PBR_RATIO_TEXT], const mpq_t value, int places);

/* Writes value as the shortest exact decimal; places is the most decimals it may have. */
char *pbr_decimal_text(char out[PBR_RATIO_TEXT], const mpq_t value, int places);

/* Whole pence of an amount in pounds. False if it does not fit in 63 bits. */
bool pbr_ratio_pence(int64_t *pence, const mpq_t pounds, pbr_rounding mode);

void pbr_ratio_set(mpq_t out, int64_t numerator, int64_t denominator);     /* denominator > 0 */
void pbr_ratio_scale(mpq_t value, int64_t numerator, int64_t denominator); /* times n/d; d > 0 */
void pbr_ratio_set_wide(mpq_t out, __int128 value);                        /* a whole number */
int64_t pbr_ratio_floor(const mpq_t value); /* towards zero; value must fit in 63 bits */

/* The double nearest to an exact ratio; of two as near, the one closer to 0. */
double pbr_ratio_double(const mpq_t value);

/* Sums of money. False on overflow, which leaves *sum unchanged. */
bool pbr_pence_add(int64_t *sum, int64_t pence);

/* "-1,234.56" from whole pence, for people; CSV files hold the whole pence. */
char *pbr_pounds_text(char out[PBR_RATIO_TEXT], int64_t pence);

#endif
