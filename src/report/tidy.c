/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tidy.h"

#include <inttypes.h>
#include <jansson.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DIGITS = 9, PLACES_MOST = 15, NUMBER_TEXT = 400 }; /* a double has at most 309 digits */

void pbr_json_text(FILE *out, const char *text)
{
    json_t *value = text ? json_string(text) : json_null();
    json_dumpf(value, out, JSON_ENCODE_ANY);
    json_decref(value);
}

void pbr_tidy_begin(pbr_tidy *rows, const char *const *names, size_t columns)
{
    rows->names = names;
    rows->columns = columns;
    rows->column = rows->row = 0;
    if (rows->json) {
        fputc('[', rows->json);
        return;
    }
    for (size_t i = 0; i < columns; i++) pbr_out_text(rows->csv, names[i]);
    pbr_out_end_row(rows->csv);
}

void pbr_tidy_end(pbr_tidy *rows)
{
    if (rows->json) fputs(rows->row ? "\n]" : "]", rows->json);
}

/* What stands before a cell's value in JSON. */
static void name_cell(pbr_tidy *rows)
{
    if (!rows->column) fputs(rows->row ? ",\n{" : "\n{", rows->json);
    if (rows->column) fputs(", ", rows->json);
    pbr_json_text(rows->json, rows->names[rows->column++]);
    fputs(": ", rows->json);
}

void pbr_tidy_number(pbr_tidy *rows, const char *digits)
{
    if (!rows->json) {
        pbr_out_text(rows->csv, digits);
        return;
    }
    name_cell(rows);
    fputs(digits ? digits : "null", rows->json);
}

void pbr_tidy_text(pbr_tidy *rows, const char *text)
{
    if (!rows->json) {
        pbr_out_text(rows->csv, text);
        return;
    }
    name_cell(rows);
    pbr_json_text(rows->json, text && *text ? text : NULL); /* a CSV cannot tell the two apart */
}

void pbr_tidy_words(pbr_tidy *rows, const char *text)
{
    if (rows->json)
        pbr_tidy_text(rows, text);
    else
        pbr_out_words(rows->csv, text);
}

void pbr_tidy_int(pbr_tidy *rows, int64_t value)
{
    char digits[NUMBER_TEXT];
    snprintf(digits, sizeof digits, "%" PRId64, value);
    pbr_tidy_number(rows, digits);
}

void pbr_tidy_int_if(pbr_tidy *rows, bool known, int64_t value)
{
    if (known)
        pbr_tidy_int(rows, value);
    else
        pbr_tidy_number(rows, NULL);
}

void pbr_tidy_ratio_if(pbr_tidy *rows, bool known, const mpq_t value, int places)
{
    char digits[PBR_RATIO_TEXT];
    pbr_tidy_number(rows, known ? pbr_ratio_text(digits, value, places) : NULL);
}

/* Where the digits of a whole number are beyond those that are told, they are noughts. */
static double to_digits(double value)
{
    char rounded[NUMBER_TEXT];
    snprintf(rounded, sizeof rounded, "%.*e", DIGITS - 1, value);
    return strtod(rounded, NULL);
}

static void trim_noughts(char *digits)
{
    if (!strchr(digits, '.')) return;
    char *end = digits + strlen(digits);
    while (end[-1] == '0') end--;
    if (end[-1] == '.') end--;
    *end = '\0';
}

void pbr_tidy_double(pbr_tidy *rows, double value)
{
    char digits[NUMBER_TEXT];
    if (!isfinite(value)) {
        pbr_tidy_number(rows, NULL);
        return;
    }
    double told = to_digits(value);
    int before = told == 0 ? 0 : (int)floor(log10(fabs(told)));
    int places = DIGITS - 1 - before;
    places = places < 0 ? 0 : places > PLACES_MOST ? PLACES_MOST : places;
    snprintf(digits, sizeof digits, "%.*f", places, told);
    trim_noughts(digits);
    pbr_tidy_number(rows, strcmp(digits, "-0") == 0 ? "0" : digits);
}

void pbr_tidy_end_row(pbr_tidy *rows)
{
    if (rows->json)
        fputc('}', rows->json);
    else
        pbr_out_end_row(rows->csv);
    rows->column = 0;
    rows->row++;
}
