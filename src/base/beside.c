/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/beside.h"

#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* A pipe or a device is written where it is: a file renamed to its place would take the place of
 * /dev/null. */
static bool is_stream(const char *file)
{
    struct stat facts;
    return stat(file, &facts) == 0 && !S_ISREG(facts.st_mode) && !S_ISDIR(facts.st_mode);
}

pbr_beside pbr_beside_begin(const char *file, pbr_arena *arena)
{
    if (is_stream(file)) return (pbr_beside){file, file};
    const char *slash = strrchr(file, '/');
    int folder = slash ? (int)(slash - file) + 1 : 0;
    return (pbr_beside){file,
                        pbr_arena_printf(arena, "%.*s.%s.partial", folder, file, file + folder)};
}

bool pbr_beside_refuse(const pbr_beside *beside, pbr_diag *diag)
{
    pbr_error(diag, "unwritable-file", ((pbr_place){beside->file, 0, 0}), "cannot be written: %s",
              strerror(errno));
    return false;
}

bool pbr_beside_end(const pbr_beside *beside, bool keep, pbr_diag *diag)
{
    if (beside->path == beside->file) return true;
    if (keep && rename(beside->path, beside->file) == 0) return true;
    int failure = errno;
    unlink(beside->path);
    errno = failure;
    return !keep || pbr_beside_refuse(beside, diag);
}

bool pbr_lies_in(const char *file, const char *folder)
{
    char *parent = pbr_strdup(file), *slash = strrchr(parent, '/');
    if (slash) slash[slash == parent] = '\0';
    char *outer = realpath(folder, NULL), *inner = realpath(slash ? parent : ".", NULL);
    size_t length = outer ? strlen(outer) : 0;
    bool inside = outer && inner && strncmp(inner, outer, length) == 0 &&
                  (length == 1 || inner[length] == '/' || inner[length] == '\0');
    free(outer);
    free(inner);
    free(parent);
    return inside;
}
