/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_file.h"

#include "verify/same_book.h"
#include "verify/same_json.h"
#include "verify/same_table.h"

#include <stdio.h>
#include <string.h>

enum { CHUNK_BYTES = 64 * 1024 };

struct pair {
    FILE *recorded, *now;
    bool both;
};

static struct pair open_pair(const char *recorded, const char *now)
{
    struct pair pair = {fopen(recorded, "rb"), fopen(now, "rb"), false};
    pair.both = pair.recorded && pair.now;
    return pair;
}

static void close_pair(struct pair *pair)
{
    if (pair->recorded) fclose(pair->recorded);
    if (pair->now) fclose(pair->now);
}

bool pbr_same_bytes(const char *recorded, const char *now)
{
    static char stood[CHUNK_BYTES], is[CHUNK_BYTES];
    struct pair pair = open_pair(recorded, now);
    bool same = pair.both;
    for (size_t got = CHUNK_BYTES; same && got == CHUNK_BYTES;) {
        got = fread(stood, 1, CHUNK_BYTES, pair.recorded);
        same = fread(is, 1, CHUNK_BYTES, pair.now) == got && memcmp(stood, is, got) == 0;
    }
    same = same && !ferror(pair.recorded) && !ferror(pair.now);
    close_pair(&pair);
    return same;
}

static void first_byte(const char *recorded, const char *now, pbr_differences *out)
{
    struct pair pair = open_pair(recorded, now);
    long byte = 1, line = 1;
    int stood = EOF, is = EOF;
    while (pair.both && (stood = getc(pair.recorded)) == (is = getc(pair.now)) && stood != EOF) {
        byte++;
        line += stood == '\n';
    }
    if (!pair.both)
        pbr_differ(out, NULL, NULL, "it cannot be read");
    else if (stood != is)
        pbr_differ(out, NULL, NULL, "it differs from byte %ld (line %ld) on", byte, line);
    close_pair(&pair);
}

static bool ends_with(const char *text, const char *end)
{
    size_t length = strlen(text), own = strlen(end);
    return length >= own && strcmp(text + length - own, end) == 0;
}

void pbr_same_file(const char *recorded, const char *now, const char *key, pbr_differences *out)
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
        first_byte(recorded, now, out);
}
