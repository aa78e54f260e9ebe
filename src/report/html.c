/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/html.h"

#include <openssl/evp.h>
#include <stdbool.h>
#include <string.h>

static const char REPLACEMENT[] = "\xEF\xBF\xBD";

/* Bytes of a character that may not stand on a page; 0: it may. U+202A to U+202E, U+2066 to U+2069
 * would let a name turn the order of figures beside it. */
static size_t refused(const char *at)
{
    const unsigned char *c = (const unsigned char *)at;
    if ((c[0] < 0x20 && c[0] != '\n' && c[0] != '\t') || c[0] == 0x7F) return 1;
    if (c[0] == 0xC2 && c[1] >= 0x80 && c[1] <= 0x9F) return 2;
    if (c[0] != 0xE2) return 0;
    bool embedding = c[1] == 0x80 && c[2] >= 0xAA && c[2] <= 0xAE;
    bool isolate = c[1] == 0x81 && c[2] >= 0xA6 && c[2] <= 0xA9;
    return embedding || isolate ? 3 : 0;
}

static const char *entity(char c)
{
    switch (c) {
    case '&':
        return "&amp;";
    case '<':
        return "&lt;";
    case '>':
        return "&gt;";
    case '"':
        return "&quot;";
    default:
        return NULL;
    }
}

void pbr_html_text(FILE *out, const char *text)
{
    for (const char *at = text; at && *at;) {
        size_t skip = refused(at);
        const char *instead = skip ? REPLACEMENT : entity(*at);
        if (instead)
            fputs(instead, out);
        else
            fputc(*at, out);
        at += skip ? skip : 1;
    }
}

/* The policy names the one style sheet by its digest, so that a style that came with a name or
 * title would not be applied either. */
static void put_policy(FILE *out, const char *style)
{
    unsigned char digest[EVP_MAX_MD_SIZE], text[2 * EVP_MAX_MD_SIZE];
    unsigned length = 0;
    if (EVP_Digest(style, strlen(style), digest, &length, EVP_sha256(), NULL) != 1) length = 0;
    EVP_EncodeBlock(text, digest, (int)length);
    fprintf(out,
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; "
            "style-src 'sha256-%s'; base-uri 'none'; form-action 'none'\">\n",
            (const char *)text);
}

void pbr_html_begin(FILE *out, const char *title, const char *style)
{
    fputs("<!DOCTYPE html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n", out);
    put_policy(out, style);
    fputs("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n", out);
    fputs("<title>", out);
    pbr_html_text(out, title);
    fprintf(out, "</title>\n<style>%s</style>\n</head>\n<body>\n<main>\n", style);
}

void pbr_html_end(FILE *out)
{
    fputs("</main>\n</body>\n</html>\n", out);
}
