/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/listing.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

enum { DEPTH_MAX = 32 }; /* folders within folders */

static int by_name(const struct dirent **a, const struct dirent **b)
{
    return strcmp((*a)->d_name, (*b)->d_name);
}

static int is_entry(const struct dirent *entry)
{
    return strcmp(entry->d_name, ".") != 0 && strcmp(entry->d_name, "..") != 0;
}

static void add(pbr_listing *listing, const char *name, bool plain)
{
    listing->list =
        pbr_grow(listing->list, &listing->room, listing->count + 1, sizeof *listing->list);
    listing->list[listing->count++] = (pbr_listed){name, plain};
}

/* prefix: the names of the folders passed through, each with its slash. */
static void walk(pbr_listing *listing, const char *folder, const char *prefix, int depth,
                 pbr_arena *arena)
{
    struct dirent **entries;
    int count = depth < DEPTH_MAX ? scandir(folder, &entries, is_entry, by_name) : -1;
    if (count < 0) return;
    for (int i = 0; i < count; i++) {
        struct stat facts;
        const char *name = pbr_arena_printf(arena, "%s%s", prefix, entries[i]->d_name);
        const char *path = pbr_arena_printf(arena, "%s/%s", folder, entries[i]->d_name);
        bool there = lstat(path, &facts) == 0;
        if (there && S_ISDIR(facts.st_mode))
            walk(listing, path, pbr_arena_printf(arena, "%s/", name), depth + 1, arena);
        else if (there)
            add(listing, name, S_ISREG(facts.st_mode));
        free(entries[i]);
    }
    free(entries);
}

void pbr_list_folder(pbr_listing *listing, const char *folder, pbr_arena *arena)
{
    *listing = (pbr_listing){0};
    walk(listing, folder, "", 0, arena);
}
