/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/text.h"

#include <stdint.h>
#include <stdio.h>
#include <string.h>

enum { SHOWN_BYTES = 72, WORD_MAX = 48 };

char *pbr_quote(char out[PBR_QUOTE_TEXT], pbr_slice value)
{
    bool cut = value.length > SHOWN_BYTES;
    size_t length = cut ? SHOWN_BYTES : value.length;
    while (cut && length && ((unsigned char)value.text[length] & 0xC0) == 0x80) length--;
    char *to = out;
    *to++ = '"';
    for (size_t at = 0, seen, unseen; at < length; at += seen + unseen) {
        unseen = pbr_unseen(value.text + at, length - at, &seen);
        memcpy(to, value.text + at, seen);
        to += seen;
        if (unseen) *to++ = '?';
    }
    const char *end = cut ? "...\"" : "\"";
    memcpy(to, end, strlen(end) + 1);
    return out;
}

/* The first character and no more; none of a value so short that it would be half told. */
static pbr_slice first_character(pbr_slice value)
{
    enum { LEAST_BYTES = 4 };
    size_t length = value.length >= LEAST_BYTES;
    while (length && length < value.length && ((unsigned char)value.text[length] & 0xC0) == 0x80)
        length++;
    return (pbr_slice){value.text, length};
}

char *pbr_mask(char out[PBR_QUOTE_TEXT], pbr_slice value)
{
    pbr_quote(out, first_character(value));
    if (!value.length) return out;
    size_t quoted = strlen(out) - 1;
    snprintf(out + quoted, PBR_QUOTE_TEXT - quoted, "...\" (%zu byte%s)", value.length,
             value.length == 1 ? "" : "s");
    return out;
}

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool is_letter(char c)
{
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z');
}

static size_t run_of(pbr_slice value, size_t at, bool (*belongs)(char))
{
    size_t length = 0;
    while (at + length < value.length && belongs(value.text[at + length])) length++;
    return length;
}

/* Short runs of digits, and names of months, parted at least twice: "2/11/2015", "2 Nov 2015",
 * "2015-11-02T00:00". */
static bool is_like_date(pbr_slice value)
{
    enum { DIGITS_MAX = 4, MONTH_LEAST = 3, BYTES_MAX = 25 };
    size_t parted = 0;
    for (size_t at = 0, digits, letters; at < value.length; at++, parted++) {
        digits = run_of(value, at, is_digit);
        letters = digits ? 0 : run_of(value, at, is_letter);
        if (digits > DIGITS_MAX || (letters && letters < MONTH_LEAST) || !(digits + letters))
            return false;
        at += digits + letters;
        if (at < value.length && !strchr("-/.: T", value.text[at])) return false;
    }
    return parted > 2 && value.length <= BYTES_MAX;
}

/* A score, a count, a row's number; not one of more digits. */
static bool is_like_number(pbr_slice value)
{
    enum { WHOLE_MAX = 4 };
    size_t at = value.length && strchr("+-", value.text[0]) != NULL;
    size_t whole = run_of(value, at, is_digit), end = at + whole;
    if (end < value.length && strchr(".,", value.text[end])) {
        end++;
        end += run_of(value, end, is_digit);
    }
    return whole <= WHOLE_MAX && end == value.length;
}

bool pbr_is_like_id(pbr_slice value)
{
    bool digits = false;
    for (size_t i = 0; i < value.length; i++) digits |= is_digit(value.text[i]);
    return digits && !is_like_date(value) && !is_like_number(value);
}

static unsigned min3(unsigned a, unsigned b, unsigned c)
{
    unsigned least = a < b ? a : b;
    return least < c ? least : c;
}

static char lower(char c)
{
    if (c >= 'A' && c <= 'Z') return (char)(c - 'A' + 'a');
    return c;
}

static bool alike(pbr_slice a, size_t i, pbr_slice b, size_t j)
{
    return lower(a.text[i]) == lower(b.text[j]);
}

/* Optimal string alignment distance: insertions, deletions, replacements and swaps of neighbours,
 * letters of either case alike. */
static unsigned distance(pbr_slice a, pbr_slice b)
{
    unsigned rows[3][WORD_MAX + 1];
    unsigned *before = rows[0], *above = rows[1], *row = rows[2];
    for (size_t j = 0; j <= b.length; j++) above[j] = (unsigned)j;
    for (size_t i = 1; i <= a.length; i++) {
        row[0] = (unsigned)i;
        for (size_t j = 1; j <= b.length; j++) {
            unsigned change = !alike(a, i - 1, b, j - 1);
            row[j] = min3(above[j] + 1, row[j - 1] + 1, above[j - 1] + change);
            bool swap = i > 1 && j > 1 && alike(a, i - 1, b, j - 2) && alike(a, i - 2, b, j - 1);
            if (swap && before[j - 2] + 1 < row[j]) row[j] = before[j - 2] + 1;
        }
        unsigned *free_row = before;
        before = above;
        above = row;
        row = free_row;
    }
    return above[b.length];
}

const char *pbr_near_miss(pbr_slice word, size_t count,
                          const char *(*name_at)(const void *context, size_t index),
                          const void *context)
{
    const char *best = NULL;
    unsigned limit = (unsigned)(word.length / 3);
    unsigned least = (limit > 2 ? 2 : limit) + 1;
    if (word.length > WORD_MAX) return NULL;
    for (size_t i = 0; i < count; i++) {
        pbr_slice name = pbr_slice_of(name_at(context, i));
        size_t apart =
            name.length > word.length ? name.length - word.length : word.length - name.length;
        if (name.length > WORD_MAX || apart >= least) continue; /* each letter more is a slip */
        unsigned d = distance(word, name);
        if (d >= least) continue;
        least = d;
        best = name.text;
    }
    return best;
}

static const char *array_name(const void *context, size_t index)
{
    return ((const char *const *)context)[index];
}

const char *pbr_near_miss_in(pbr_slice word, const char *const *names, size_t count)
{
    return pbr_near_miss(word, count, array_name, names);
}

/* Bytes that follow a lead byte, and the least code point it may start; 0 for a bad lead. */
static int utf8_tail(unsigned char lead, uint32_t *least, uint32_t *code)
{
    if (lead >= 0xC2 && lead <= 0xDF) return *least = 0x80, *code = lead & 0x1Fu, 1;
    if (lead >= 0xE0 && lead <= 0xEF) return *least = 0x800, *code = lead & 0x0Fu, 2;
    if (lead >= 0xF0 && lead <= 0xF4) return *least = 0x10000, *code = lead & 0x07u, 3;
    return 0;
}

bool pbr_is_utf8(const char *text, size_t length)
{
    const unsigned char *at = (const unsigned char *)text, *end = at + length;
    while (at < end) {
        uint32_t least = 0, code = 0;
        if (*at < 0x80) {
            at++;
            continue;
        }
        int tail = utf8_tail(*at++, &least, &code);
        if (!tail || end - at < tail) return false;
        for (; tail; tail--, at++) {
            if ((*at & 0xC0) != 0x80) return false;
            code = code << 6 | (*at & 0x3Fu);
        }
        if (code < least || code > 0x10FFFF || (code >= 0xD800 && code <= 0xDFFF)) return false;
    }
    return true;
}

/* Characters of Unicode's classes Cc and Cf, and its two separators, in UTF-8: those that a name or
 * an id could hide in. */
static const struct {
    unsigned char lead, second, least, most; /* of the last byte; second 0: two bytes in all */
} UNSEEN[] = {
    {0xC2, 0, 0x80, 0x9F},    /* C1 controls */
    {0xC2, 0, 0xAD, 0xAD},    /* soft hyphen */
    {0xD8, 0, 0x9C, 0x9C},    /* Arabic letter mark */
    {0xE2, 0x80, 0x8B, 0x8F}, /* no width; left-to-right and right-to-left marks */
    {0xE2, 0x80, 0xA8, 0xAE}, /* separators; embeddings and overrides of direction */
    {0xE2, 0x81, 0xA0, 0xAF}, /* word joiner, isolates */
    {0xEF, 0xBB, 0xBF, 0xBF}, /* byte order mark */
};

static size_t unseen_here(const unsigned char *at, size_t left)
{
    if (*at < 0x20 || *at == 0x7F) return 1;
    for (size_t i = 0; *at >= 0x80 && i < sizeof UNSEEN / sizeof *UNSEEN; i++) {
        size_t bytes = UNSEEN[i].second ? 3 : 2;
        if (left < bytes || at[0] != UNSEEN[i].lead) continue;
        bool middle = bytes == 2 || at[1] == UNSEEN[i].second;
        unsigned char last = at[bytes - 1];
        if (middle && last >= UNSEEN[i].least && last <= UNSEEN[i].most) return bytes;
    }
    return 0;
}

size_t pbr_unseen(const char *text, size_t length, size_t *at)
{
    for (*at = 0; *at < length; ++*at) {
        size_t bytes = unseen_here((const unsigned char *)text + *at, length - *at);
        if (bytes) return bytes;
    }
    return 0;
}
