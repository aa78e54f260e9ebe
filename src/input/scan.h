/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds where the cells of plain lines end, 64 bytes at a time. A line is plain if all its bytes
 * are ASCII and it has no quote, no NUL and no carriage return but before its newline. Any other
 * line is left to the reader that knows the whole dialect (csv.c). */
#ifndef PBR_INPUT_SCAN_H
#define PBR_INPUT_SCAN_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

enum {
    PBR_SCAN_BYTES = 64,          /* of a block; so many must be readable behind a text's end */
    PBR_STRETCH_BYTES = 32 * 1024 /* so that what is found of them is still near when it is used */
};

/* What stands at each byte of a block; bit 0 is its first byte. */
typedef struct {
    uint64_t ends; /* of cells: commas and newlines */
    uint64_t newlines;
    uint64_t returns; /* carriage returns */
    uint64_t blanks;  /* spaces and tabs */
    uint64_t odd;     /* quotes, NULs and bytes that are not ASCII */
} pbr_marks;

pbr_marks pbr_marks_of(const char *block);       /* by the processor's vectors where it has them */
pbr_marks pbr_marks_bytewise(const char *block); /* the same, in plain C */

/* The plain lines that a text begins with. Places are counted from its first byte. */
typedef struct {
    uint32_t ends[1 + PBR_STRETCH_BYTES]; /* of cells, behind UINT32_MAX, so that each cell
                                             begins one behind the end before it */
    uint32_t newlines[PBR_STRETCH_BYTES]; /* of lines */
    size_t cells, lines;
    bool loose; /* at the edges of some cells are blanks or a carriage return */
} pbr_stretch;

/* Finds the whole plain lines up to the first line that is not plain, within the next
 * PBR_STRETCH_BYTES. */
void pbr_stretch_find(pbr_stretch *stretch, const char *from, const char *end);
/* The same without what only newer processors have. */
void pbr_stretch_find_narrow(pbr_stretch *stretch, const char *from, const char *end);

/* The newlines in the bytes, and whether there is a quote. */
size_t pbr_scan_newlines(const char *from, const char *end, bool *quotes);
/* The same without what only newer processors have. */
size_t pbr_scan_newlines_narrow(const char *from, const char *end, bool *quotes);

#endif
