/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/out.h"

#include "base/mem.h"

#include <errno.h>
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct pbr_out {
    FILE *file;
    bool owned, in_memory, row_begun;
    int failure; /* errno of the first failed write */
};

pbr_out *pbr_out_stream(FILE *stream)
{
    pbr_out *out = pbr_alloc(1, sizeof *out);
    out->file = stream;
    return out;
}

pbr_out *pbr_out_open(const char *path)
{
    FILE *file = fopen(path, "wb");
    if (!file) return NULL;
    pbr_out *out = pbr_out_stream(file);
    out->owned = true;
    return out;
}

pbr_out *pbr_out_memory(char **text, size_t *length)
{
    FILE *memory = open_memstream(text, length);
    if (!memory) pbr_out_of_memory();
    pbr_out *out = pbr_out_stream(memory);
    out->owned = out->in_memory = true;
    return out;
}

static void remember(pbr_out *out, bool ok)
{
    if (!ok && !out->failure) out->failure = errno ? errno : EIO;
}

bool pbr_out_close(pbr_out *out)
{
    remember(out, fflush(out->file) == 0 && !ferror(out->file));
    if (out->owned) remember(out, fclose(out->file) == 0);
    int failure = out->failure;
    if (failure && out->in_memory) pbr_out_of_memory();
    free(out);
    errno = failure;
    return failure == 0;
}

static void put(pbr_out *out, const char *bytes, size_t length)
{
    if (fwrite(bytes, 1, length, out->file) != length) remember(out, false);
}

static void put_char(pbr_out *out, char c)
{
    if (putc(c, out->file) == EOF) remember(out, false);
}

static void begin_cell(pbr_out *out)
{
    if (out->row_begun) put_char(out, ',');
    out->row_begun = true;
}

static void put_quoted(pbr_out *out, const char *text)
{
    put_char(out, '"');
    for (; *text; text++) {
        if (*text == '"') put_char(out, '"');
        put_char(out, *text);
    }
    put_char(out, '"');
}

/* Blanks at either end are quoted too, because readers may trim them. */
static bool needs_quotes(const char *text)
{
    size_t length = strlen(text);
    if (!length) return false;
    return strpbrk(text, ",\"\r\n") || strchr(" \t", text[0]) || strchr(" \t", text[length - 1]);
}

void pbr_out_text(pbr_out *out, const char *text)
{
    begin_cell(out);
    if (!text) return;
    if (needs_quotes(text))
        put_quoted(out, text);
    else
        put(out, text, strlen(text));
}

void pbr_out_words(pbr_out *out, const char *text)
{
    if (!text || !*text || !strchr("=+-@\t\r", text[0])) {
        pbr_out_text(out, text);
        return;
    }
    char *guarded = pbr_sprintf("'%s", text);
    pbr_out_text(out, guarded);
    free(guarded);
}

void pbr_out_int(pbr_out *out, int64_t value)
{
    char text[24];
    snprintf(text, sizeof text, "%" PRId64, value);
    pbr_out_text(out, text);
}

void pbr_out_date(pbr_out *out, pbr_date date)
{
    char text[PBR_DATE_TEXT];
    pbr_out_text(out, pbr_date_text(date, text));
}

void pbr_out_ratio(pbr_out *out, const mpq_t value, int places)
{
    char text[PBR_RATIO_TEXT];
    pbr_out_text(out, pbr_ratio_text(text, value, places));
}

void pbr_out_decimal(pbr_out *out, const mpq_t value, int places)
{
    char text[PBR_RATIO_TEXT];
    pbr_out_text(out, pbr_decimal_text(text, value, places));
}

void pbr_out_end_row(pbr_out *out)
{
    put_char(out, '\n');
    out->row_begun = false;
}

void pbr_out_header(pbr_out *out, const char *names)
{
    put(out, names, strlen(names));
    pbr_out_end_row(out);
}
