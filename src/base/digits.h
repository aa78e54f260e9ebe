/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text, faster than printf. */
#ifndef PBR_BASE_DIGITS_H
#define PBR_BASE_DIGITS_H

#include <stddef.h>
#include <stdint.h>

enum { PBR_DIGITS_TEXT = 32 };

/* The digits of a whole number, without a NUL. Returns how many. */
size_t pbr_whole_digits(char out[PBR_DIGITS_TEXT], uint64_t value);

/* The bytes that printf writes for "%.16G", without a NUL. Returns how many. */
size_t pbr_double_digits(char out[PBR_DIGITS_TEXT], double value);

#endif
