/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/digits.h"

#include <math.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* Of a double: 1 bit of sign, 11 of exponent, 52 of fraction. */
enum { FRACTION_BITS = 52, EXPONENT_BIAS = 1023, DIGITS = 16 };

__extension__ typedef unsigned __int128 wide;

static const uint64_t TENS[] = {
    UINT64_C(1),
    UINT64_C(10),
    UINT64_C(100),
    UINT64_C(1000),
    UINT64_C(10000),
    UINT64_C(100000),
    UINT64_C(1000000),
    UINT64_C(10000000),
    UINT64_C(100000000),
    UINT64_C(1000000000),
    UINT64_C(10000000000),
    UINT64_C(100000000000),
    UINT64_C(1000000000000),
    UINT64_C(10000000000000),
    UINT64_C(100000000000000),
    UINT64_C(1000000000000000),
    UINT64_C(10000000000000000),
    UINT64_C(100000000000000000),
    UINT64_C(1000000000000000000),
    UINT64_C(10000000000000000000),
};

size_t pbr_whole_digits(char out[PBR_DIGITS_TEXT], uint64_t value)
{
    char digits[PBR_DIGITS_TEXT], *at = digits + sizeof digits;
    do {
        *--at = (char)('0' + value % 10);
        value /= 10;
    } while (value);
    size_t length = (size_t)(digits + sizeof digits - at);
    memcpy(out, at, length);
    return length;
}

/* size * 10^decimals to the nearest whole number, ties to even. Exact: a size from 1e-4 to 1e15 has
 * at most 66 binary places, and 53 bits times 10^19 need less than 117. */
static uint64_t scaled(double size, unsigned decimals)
{
    uint64_t bits;
    memcpy(&bits, &size, sizeof bits);
    unsigned exponent = (unsigned)(bits >> FRACTION_BITS);
    unsigned places = EXPONENT_BIAS + FRACTION_BITS - exponent; /* binary ones */
    uint64_t one = UINT64_C(1) << FRACTION_BITS;
    wide product = (wide)((bits & (one - 1)) | one) * TENS[decimals];
    wide half = (wide)1 << (places - 1), rest = product & (2 * half - 1);
    uint64_t below = (uint64_t)(product >> places);
    return below + (rest > half || (rest == half && below % 2));
}

/* Significant digits as one whole number, and how many of them are decimals. */
struct decimal {
    uint64_t digits;
    unsigned decimals;
};

/* The doubles of the first three lie above the powers that they stand for, and no double between;
 * the others are exact. So a comparison with them is one with the powers. */
static const double LEAST[] = {1e-3, 1e-2, 1e-1, 1e0, 1e1,  1e2,  1e3,  1e4,  1e5,
                               1e6,  1e7,  1e8,  1e9, 1e10, 1e11, 1e12, 1e13, 1e14};

/* Sixteen, or as many and one where the last place is rounded up to a power of ten. */
static struct decimal significant(double size)
{
    enum { SIZES = sizeof LEAST / sizeof *LEAST };
    unsigned decimals = DIGITS + 3; /* of 1e-4 */
    for (size_t i = 0; i < SIZES && size >= LEAST[i]; i++) decimals--;
    return (struct decimal){scaled(size, decimals), decimals};
}

static void drop_zeros(struct decimal *decimal)
{
    for (unsigned step = 8; step; step /= 2)
        while (decimal->decimals >= step && decimal->digits % TENS[step] == 0) {
            decimal->digits /= TENS[step];
            decimal->decimals -= step;
        }
}

static size_t decimal_text(char *out, struct decimal decimal)
{
    uint64_t unit = TENS[decimal.decimals];
    size_t length = pbr_whole_digits(out, decimal.digits / unit);
    if (!decimal.decimals) return length;
    out[length++] = '.';
    uint64_t rest = decimal.digits % unit;
    for (unsigned i = decimal.decimals; i-- > 0; rest /= 10)
        out[length + i] = (char)('0' + rest % 10);
    return length + decimal.decimals;
}

size_t pbr_double_digits(char out[PBR_DIGITS_TEXT], double value)
{
    double size = fabs(value);
    if (!(size < 1e15) || (size < 1e-4 && size != 0))
        return (size_t)snprintf(out, PBR_DIGITS_TEXT, "%.16G", value);
    size_t sign = signbit(value) ? 1 : 0;
    if (sign) *out = '-';
    if ((double)(uint64_t)size == size) return sign + pbr_whole_digits(out + sign, (uint64_t)size);
    struct decimal decimal = significant(size);
    drop_zeros(&decimal);
    return sign + decimal_text(out + sign, decimal);
}
