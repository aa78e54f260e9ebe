/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Cuts plain lines into cells, 64 bytes at a time. A line is plain if all its bytes are ASCII, it
 * has no quote, no NUL and no carriage return but before its newline, and it is not blank. Any
 * other line is left to the reader that knows the whole dialect (csv.c). */
#ifndef PBR_INPUT_SCAN_H
#define PBR_INPUT_SCAN_H

#include "base/text.h"

#include <stdint.h>

enum { PBR_SCAN_BYTES = 64 }; /* of a block; so many must be readable behind the end of a text */

/* What stands at each byte of a block; bit 0 is its first byte. */
typedef struct {
    uint64_t ends; /* of cells: commas and newlines */
    uint64_t newlines;
    uint64_t returns; /* carriage returns */
    uint64_t odd;     /* quotes, NULs and bytes that are not ASCII */
} pbr_marks;

pbr_marks pbr_marks_of(const char *block);       /* by the processor's vectors where it has them */
pbr_marks pbr_marks_bytewise(const char *block); /* the same, in plain C */

typedef struct {
    const char *at;    /* where the next line begins */
    const char *block; /* the block looked at, and what is left in it */
    const char *end;
    uint64_t stops, newlines, odd;
} pbr_scan;

void pbr_scan_begin(pbr_scan *scan, const char *from, const char *end);

/* Cuts the next line into cells without the blanks around them, and steps behind it. 0, and nothing
 * changes but that the scan must begin anew, if the line is not plain, has more than `most` cells
 * or no newline before the end. */
size_t pbr_scan_line(pbr_scan *scan, pbr_slice *cells, size_t most);

/* The newlines in the bytes, and whether there is a quote. */
size_t pbr_scan_newlines(const char *from, const char *end, bool *quotes);

#endif
