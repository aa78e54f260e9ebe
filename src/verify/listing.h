/* SPDX-License-Identifier: GPL-3.0-or-later */
#ifndef PBR_VERIFY_LISTING_H
#define PBR_VERIFY_LISTING_H

#include "base/mem.h"

#include <stdbool.h>

typedef struct {
    const char *name; /* path inside the folder */
    bool plain;       /* a regular file, and no link, pipe or device */
} pbr_listed;

typedef struct {
    pbr_listed *list; /* in byte order of their names in each folder */
    size_t count, room;
} pbr_listing;

/* Everything but folders in a folder and those below it, hidden files too. Names belong to the
 * arena; free the list with free(). */
void pbr_list_folder(pbr_listing *listing, const char *folder, pbr_arena *arena);

#endif
