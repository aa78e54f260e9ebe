/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_file.h"

#include "verify/same_book.h"
#include "verify/same_json.h"
#include "verify/same_table.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

static bool same_streams(FILE *recorded, FILE *now)
{
    static char stood[CHUNK_BYTES], is[CHUNK_BYTES];
    bool same = true;
    for (size_t got = CHUNK_BYTES; same && got == CHUNK_BYTES;) {
        got = fread(stood, 1, CHUNK_BYTES, recorded);
        same = fread(is, 1, CHUNK_BYTES, now) == got && memcmp(stood, is, got) == 0;
    }
    return same && !ferror(recorded) && !ferror(now);
}

bool pbr_same_bytes(const char *recorded, const char *now)
{
    FILE *first = fopen(recorded, "rb"), *second = fopen(now, "rb");
    bool same = first && second && same_streams(first, second);
    if (first) fclose(first);
    if (second) fclose(second);
    return same;
}

static void first_byte(FILE *recorded, FILE *now, pbr_file_differences *out)
{
    long byte = 1, line = 1;
    int stood, is;
    while ((stood = getc(recorded)) == (is = getc(now)) && stood != EOF) {
        byte++;
        line += stood == '\n';
    }
    if (stood != is)
        pbr_differ(out, NULL, NULL, "it differs from byte %ld (line %ld) on", byte, line);
}

static void same_text(const char *recorded, const char *now, pbr_file_differences *out)
{
    FILE *first = fopen(recorded, "rb"), *second = fopen(now, "rb");
    if (first && second)
        first_byte(first, second, out);
    else
        pbr_differ(out, NULL, NULL, "it cannot be read");
    if (first) fclose(first);
    if (second) fclose(second);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), own = strlen(end);
    return length >= own && strcmp(text + length - own, end) == 0;
}

void pbr_same_file(const char *recorded, const char *now, const char *key,
                   pbr_file_differences *out)
{
    static const char *const everything[] = {NULL};
    if (ends_with(recorded, ".csv"))
        pbr_same_table(recorded, now, key, out);
    else if (ends_with(recorded, ".xlsx"))
        pbr_same_book(recorded, now, out);
    else if (ends_with(recorded, ".json"))
        pbr_same_json(recorded, now, everything, out);
    if (out->count || out->ids) return;
    if (ends_with(recorded, ".xlsx"))
        pbr_differ(out, NULL, NULL,
                   "no cell differs: its layout was changed, or another program saved it");
    else
        same_text(recorded, now, out);
}
