/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/ratio.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

enum { DIGITS_MAX = 30, LIMB_DIGITS = 19 };

static const double DOUBLE_WHOLE_MAX = 9007199254740992.0; /* 2^53: whole numbers are exact */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

/* Copies the digits of a decimal without its point; returns the decimals it has, or -1. */
static int collect_digits(char *digits, const char *text, size_t length)
{
    size_t used = 0;
    int places = -1;
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '.' && places < 0 && i > 0 && i + 1 < length) {
            places = 0;
            continue;
        }
        if (!is_digit(text[i]) || used == DIGITS_MAX) return -1;
        digits[used++] = text[i];
        if (places >= 0) places++;
    }
    digits[used] = '\0';
    if (!used) return -1;
    return places < 0 ? 0 : places;
}

/* value *= 10^power, by as much at a time as one limb holds. */
static void scale_by_ten(mpz_t value, int power)
{
    unsigned long factor = 1;
    for (int i = 1; i <= power; i++) {
        factor *= 10;
        if (i % LIMB_DIGITS != 0) continue;
        mpz_mul_ui(value, value, factor);
        factor = 1;
    }
    mpz_mul_ui(value, value, factor);
}

bool pbr_decimal_parse(mpq_t out, const char *text, size_t length, int max_places)
{
    char digits[DIGITS_MAX + 1];
    bool negative = length && text[0] == '-';
    if (negative) text++, length--;
    int places = collect_digits(digits, text, length);
    if (places < 0 || places > max_places) return false;
    mpz_set_str(mpq_numref(out), digits, 10);
    if (negative) mpz_neg(mpq_numref(out), mpq_numref(out));
    mpz_set_ui(mpq_denref(out), 1);
    scale_by_ten(mpq_denref(out), places);
    mpq_canonicalize(out);
    return true;
}

/* Divides by denominator > 0, to the nearest integer. */
static void divide_rounded(mpz_t number, const mpz_t denominator, pbr_rounding mode)
{
    mpz_t rest;
    mpz_init(rest);
    mpz_tdiv_qr(number, rest, number, denominator);
    int sign = mpz_sgn(rest);
    mpz_mul_2exp(rest, rest, 1);
    int side = mpz_cmpabs(rest, denominator);
    bool away = mode != PBR_FLOOR &&
                (side > 0 || (side == 0 && (mode == PBR_HALF_UP || mpz_odd_p(number))));
    if (away && sign < 0) mpz_sub_ui(number, number, 1);
    if (away && sign > 0) mpz_add_ui(number, number, 1);
    mpz_clear(rest);
}

/* out = value * 10^places, rounded to an integer; out may be the value's own numerator. */
static void scale_rounded(mpz_t out, const mpq_t value, int places, pbr_rounding mode)
{
    mpz_set(out, mpq_numref(value));
    scale_by_ten(out, places);
    divide_rounded(out, mpq_denref(value), mode);
}

void pbr_ratio_round(mpq_t value, int places, pbr_rounding mode)
{
    scale_rounded(mpq_numref(value), value, places, mode);
    mpz_set_ui(mpq_denref(value), 1);
    scale_by_ten(mpq_denref(value), places);
    mpq_canonicalize(value);
}

char *pbr_ratio_text(char out[PBR_RATIO_TEXT], const mpq_t value, int places)
{
    mpz_t whole;
    mpz_init(whole);
    scale_rounded(whole, value, places, PBR_HALF_EVEN);
    bool negative = mpz_sgn(whole) < 0;
    mpz_abs(whole, whole);
    if (mpz_sizeinbase(whole, 10) + 4 > PBR_RATIO_TEXT) {
        snprintf(out, PBR_RATIO_TEXT, "%s", "out-of-range");
        mpz_clear(whole);
        return out;
    }
    char *to = out, digits[PBR_RATIO_TEXT];
    mpz_get_str(digits, 10, whole);
    mpz_clear(whole);
    if (negative) *to++ = '-';
    for (int lead = places + 1 - (int)strlen(digits); lead > 0; lead--) *to++ = '0';
    memcpy(to, digits, strlen(digits) + 1);
    size_t used = strlen(out), decimals = (size_t)places;
    if (!places) return out;
    memmove(out + used - decimals + 1, out + used - decimals, decimals + 1);
    out[used - decimals] = '.';
    return out;
}

char *pbr_decimal_text(char out[PBR_RATIO_TEXT], const mpq_t value, int places)
{
    pbr_ratio_text(out, value, places);
    if (!strchr(out, '.')) return out;
    size_t length = strlen(out);
    while (out[length - 1] == '0') out[--length] = '\0';
    if (out[length - 1] == '.') out[length - 1] = '\0';
    return out;
}

bool pbr_ratio_pence(int64_t *pence, const mpq_t pounds, pbr_rounding mode)
{
    mpz_t whole;
    mpz_init(whole);
    scale_rounded(whole, pounds, 2, mode);
    bool fits = mpz_fits_slong_p(whole);
    if (fits) *pence = mpz_get_si(whole);
    mpz_clear(whole);
    return fits;
}

void pbr_ratio_set(mpq_t out, int64_t numerator, int64_t denominator)
{
    mpz_set_si(mpq_numref(out), numerator);
    mpz_set_si(mpq_denref(out), denominator);
    mpq_canonicalize(out);
}

void pbr_ratio_scale(mpq_t value, int64_t numerator, int64_t denominator)
{
    mpz_mul_si(mpq_numref(value), mpq_numref(value), numerator);
    mpz_mul_si(mpq_denref(value), mpq_denref(value), denominator);
    mpq_canonicalize(value);
}

void pbr_ratio_set_wide(mpq_t out, __int128 value)
{
    bool negative = value < 0;
    unsigned __int128 size = negative ? -(unsigned __int128)value : (unsigned __int128)value;
    mpz_set_ui(mpq_numref(out), (unsigned long)(size >> 64));
    mpz_mul_2exp(mpq_numref(out), mpq_numref(out), 64);
    mpz_add_ui(mpq_numref(out), mpq_numref(out), (unsigned long)size);
    if (negative) mpz_neg(mpq_numref(out), mpq_numref(out));
    mpz_set_ui(mpq_denref(out), 1);
}

int64_t pbr_ratio_floor(const mpq_t value)
{
    mpz_t whole;
    mpz_init(whole);
    mpz_tdiv_q(whole, mpq_numref(value), mpq_denref(value));
    int64_t result = mpz_get_si(whole);
    mpz_clear(whole);
    return result;
}

bool pbr_pence_add(int64_t *sum, int64_t pence)
{
    int64_t total;
    if (__builtin_add_overflow(*sum, pence, &total)) return false;
    *sum = total;
    return true;
}

char *pbr_pounds_text(char out[PBR_RATIO_TEXT], int64_t pence)
{
    uint64_t size = pence < 0 ? -(uint64_t)pence : (uint64_t)pence;
    char plain[32];
    int count = snprintf(plain, sizeof plain, "%" PRIu64, size / 100);
    char *to = out;
    if (pence < 0) *to++ = '-';
    for (int i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0) *to++ = ',';
        *to++ = plain[i];
    }
    snprintf(to, 4, ".%02u", (unsigned)(size % 100));
    return out;
}

/* |value - low| <= |value - high|, compared exactly. */
static bool nearer(const mpq_t value, double low, double high)
{
    mpq_t sum, twice;
    mpq_inits(sum, twice, NULL);
    mpq_set_d(sum, low);
    mpq_set_d(twice, high);
    mpq_add(sum, sum, twice);
    mpq_add(twice, value, value);
    int side = mpq_cmp(twice, sum);
    mpq_clears(sum, twice, NULL);
    return mpq_sgn(value) < 0 ? side >= 0 : side <= 0;
}

static bool fits_double(const mpz_t number)
{
    return mpz_size(number) <= 1 && mpz_getlimbn(number, 0) <= (mp_limb_t)DOUBLE_WHOLE_MAX;
}

double pbr_ratio_double(const mpq_t value)
{
    /* One division of numbers that are exact is rounded rightly (IEEE 754, 5.1), and cannot lie
     * half-way: that takes a numerator of more digits. */
    if (fits_double(mpq_numref(value)) && fits_double(mpq_denref(value)))
        return mpz_get_d(mpq_numref(value)) / mpz_get_d(mpq_denref(value));
    double cut = mpq_get_d(value); /* towards zero */
    double next = nextafter(cut, mpq_sgn(value) < 0 ? -INFINITY : INFINITY);
    return nearer(value, cut, next) ? cut : next;
}
