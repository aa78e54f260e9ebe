/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines of several files, counted through all of them, so that a place takes four bytes. */
#ifndef PBR_MEASURE_LINES_H
#define PBR_MEASURE_LINES_H

#include "base/diag.h"

typedef struct {
    struct pbr_file_lines {
        const char *name; /* borrowed */
        uint32_t before;  /* lines of the files before it */
    } * files;            /* to be freed by the owner */
    size_t count, room;
    uint32_t before; /* lines of all the files that were ended */
} pbr_lines;

void pbr_lines_begin(pbr_lines *lines, const char *name);
void pbr_lines_end(pbr_lines *lines, long count);
/* The number through all files of a line of the file that was begun last. */
static inline uint32_t pbr_lines_number(const pbr_lines *lines, long line)
{
    return lines->before + (uint32_t)line;
}
pbr_place pbr_lines_place(const pbr_lines *lines, uint32_t number);

#endif
