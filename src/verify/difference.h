/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between a file as it stands and as it is made again. */
#ifndef PBR_VERIFY_DIFFERENCE_H
#define PBR_VERIFY_DIFFERENCE_H

#include "base/mem.h"

#include <stdbool.h>

typedef struct {
    const char *where; /* a figure, a line and column, a sheet and cell; or a whole statement */
    const char *recorded, *now; /* one NULL: it is not there; both NULL: where says it all */
} pbr_file_difference;

/* The first `most` differences and the number of all. What is kept belongs to the arena. */
typedef struct {
    pbr_arena *arena;
    size_t most;
    /* Every file of a settlement names its id. Places that differ by these two ids alone are not
     * counted as differences but here; NULL: ids are like any text. */
    const char *recorded_id, *now_id;
    size_t ids;
    pbr_file_difference *list;
    size_t kept, count;
} pbr_file_differences;

pbr_file_differences pbr_file_differences_new(pbr_arena *arena, size_t most);

/* Are the two the same, but for the ids? Counts the ids. */
bool pbr_same_text(pbr_file_differences *out, const char *recorded, const char *now);

/* Notes a difference; recorded and now are copied. */
void pbr_differ(pbr_file_differences *out, const char *recorded, const char *now,
                const char *format, ...) __attribute__((format(printf, 4, 5)));

#endif
