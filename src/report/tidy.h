/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of a table, as CSV or as a list of JSON objects with a member for each column: the same
 * cells and the same digits in both. A blank cell is null in JSON. */
#ifndef PBR_REPORT_TIDY_H
#define PBR_REPORT_TIDY_H

#include "base/out.h"

typedef struct {
    pbr_out *csv; /* either this */
    FILE *json;   /* or this; each row is one line */
    const char *const *names;
    size_t columns, column, row;
} pbr_tidy;

/* Begins a table; the names are borrowed until it ends. A list of JSON is without a name. */
void pbr_tidy_begin(pbr_tidy *rows, const char *const *names, size_t columns);
void pbr_tidy_end(pbr_tidy *rows);

void pbr_tidy_text(pbr_tidy *rows, const char *text); /* NULL or "": blank */
/* Words that a person wrote; see pbr_out_words. */
void pbr_tidy_words(pbr_tidy *rows, const char *text);
/* A plain decimal as it was written; NULL: blank. */
void pbr_tidy_number(pbr_tidy *rows, const char *digits);
void pbr_tidy_int(pbr_tidy *rows, int64_t value);
void pbr_tidy_int_if(pbr_tidy *rows, bool known, int64_t value);
void pbr_tidy_ratio_if(pbr_tidy *rows, bool known, const mpq_t value, int places);
/* A simulated figure: 9 significant digits, since libm may differ between processors, at most 15
 * decimals, and no exponent. Blank if it is no number. */
void pbr_tidy_double(pbr_tidy *rows, double value);
void pbr_tidy_end_row(pbr_tidy *rows);

/* A text as JSON writes it, quoted; null for NULL. */
void pbr_json_text(FILE *out, const char *text);

#endif
