/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/lines.h"

#include "base/mem.h"

void pbr_lines_begin(pbr_lines *lines, const char *name)
{
    lines->files = pbr_grow(lines->files, &lines->room, lines->count + 1, sizeof *lines->files);
    lines->files[lines->count++] = (struct pbr_file_lines){name, lines->before};
}

void pbr_lines_end(pbr_lines *lines, long count)
{
    lines->before += (uint32_t)count + 1; /* the last line may lack its newline */
}

pbr_place pbr_lines_place(const pbr_lines *lines, uint32_t number)
{
    size_t i = lines->count - 1;
    while (i && number <= lines->files[i].before) i--;
    return (pbr_place){lines->files[i].name, (long)(number - lines->files[i].before), 1};
}
