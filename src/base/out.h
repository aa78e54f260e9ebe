/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Output that remembers its first failure, and CSV (RFC 4180, LF line ends) on top of it. */
#ifndef PBR_BASE_OUT_H
#define PBR_BASE_OUT_H

#include "base/date.h"
#include "base/ratio.h"

#include <stdio.h>

typedef struct pbr_out pbr_out;

/* Opens a file for writing; NULL with errno set. Close it with pbr_out_close. */
pbr_out *pbr_out_open(const char *path);
/* Writes to a stream that stays open when the pbr_out is closed. */
pbr_out *pbr_out_stream(FILE *stream);
/* Writes to memory; once the pbr_out is closed, *text holds it all, with a NUL added that *length
 * does not count, and the caller frees it. Nothing but the want of memory can fail. */
pbr_out *pbr_out_memory(char **text, size_t *length);
/* Flushes, closes and frees. False, with errno set to the first failure, if anything was not
 * written. */
bool pbr_out_close(pbr_out *out);

/* One cell of the current row; quoted if it must be. NULL is an empty cell. */
void pbr_out_text(pbr_out *out, const char *text);
/* Words that a person wrote: where a spreadsheet could take them for a formula (CWE-1236), an
 * apostrophe goes before them. */
void pbr_out_words(pbr_out *out, const char *text);
void pbr_out_int(pbr_out *out, int64_t value);
void pbr_out_date(pbr_out *out, pbr_date date);
void pbr_out_ratio(pbr_out *out, const mpq_t value, int places);   /* fixed decimals, half-even */
void pbr_out_decimal(pbr_out *out, const mpq_t value, int places); /* shortest exact decimal */
void pbr_out_end_row(pbr_out *out);
/* A whole row of plain names, "a,b,c". */
void pbr_out_header(pbr_out *out, const char *names);

#endif
