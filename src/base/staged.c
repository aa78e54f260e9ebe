/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/staged.h"

#include "base/mem.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <libgen.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

struct pbr_staged {
    pbr_arena *arena;
    const char *path, *folder, *mark;
    bool force;
    sigset_t signals_before;
};

/* What is removed if the program leaves early, by the process that made it and no child of it. */
static pbr_staged *current;
static pid_t owner;

static int remove_one(const char *path, const struct stat *facts, int kind, struct FTW *walk)
{
    (void)facts, (void)kind, (void)walk;
    return remove(path);
}

static int remove_tree(const char *path)
{
    enum { OPEN_FOLDERS = 8 };
    return nftw(path, remove_one, OPEN_FOLDERS, FTW_DEPTH | FTW_PHYS);
}

static void remove_current(void)
{
    if (current && getpid() == owner) remove_tree(current->folder);
}

static bool refuse(const char *path, const char *why, pbr_diag *diag)
{
    pbr_error(diag, "output-folder", ((pbr_place){path, 0, 0}), "%s", why);
    return false;
}

static bool is_empty_folder(const char *path)
{
    DIR *folder = opendir(path);
    size_t entries = 0;
    if (!folder) return false;
    while (readdir(folder)) entries++;
    closedir(folder);
    return entries <= 2;
}

static bool holds(const char *path, const char *mark)
{
    struct stat facts;
    char *inside = pbr_sprintf("%s/%s", path, mark);
    bool found = stat(inside, &facts) == 0;
    free(inside);
    return found;
}

static char *parent_of(const char *path)
{
    char *copy = pbr_strdup(path);
    char *parent = pbr_strdup(dirname(copy));
    free(copy);
    return parent;
}

static char *name_of(const char *path)
{
    char *copy = pbr_strdup(path);
    char *name = pbr_strdup(basename(copy));
    free(copy);
    return name;
}

static bool check_parent(const char *path, pbr_diag *diag)
{
    char *parent = parent_of(path), *inside = pbr_sprintf("%s/.", parent);
    bool ok = access(inside, W_OK | X_OK) == 0;
    if (!ok)
        pbr_error(diag, "output-folder", ((pbr_place){path, 0, 0}),
                  "cannot write in \"%s\": %s; make it, or choose another folder", parent,
                  strerror(errno));
    free(inside);
    free(parent);
    return ok;
}

bool pbr_staged_check(const char *path, const char *mark, bool force, pbr_diag *diag)
{
    struct stat facts;
    if (!*path) return refuse("--out", "the name is empty: name a folder", diag);
    if (!check_parent(path, diag)) return false;
    if (lstat(path, &facts) != 0 || is_empty_folder(path)) return true;
    if (!S_ISDIR(facts.st_mode)) return refuse(path, "exists and is no folder", diag);
    if (!force)
        return refuse(path, "exists: choose another folder, or replace it with --force", diag);
    if (holds(path, mark)) return true;
    return refuse(path, "exists and was not written by this command: it is not replaced", diag);
}

static void hold_signals(pbr_staged *staged)
{
    sigset_t wait;
    sigemptyset(&wait);
    sigaddset(&wait, SIGINT);
    sigaddset(&wait, SIGTERM);
    sigaddset(&wait, SIGHUP);
    sigprocmask(SIG_BLOCK, &wait, &staged->signals_before);
}

/* Removes what runs that were killed left beside the place: folders whose process is gone. */
static void sweep(const char *parent, const char *prefix)
{
    DIR *folder = opendir(parent);
    if (!folder) return;
    for (struct dirent *entry; (entry = readdir(folder));) {
        if (strncmp(entry->d_name, prefix, strlen(prefix)) != 0) continue;
        long process = strtol(entry->d_name + strlen(prefix), NULL, 10);
        if (process <= 0 || kill((pid_t)process, 0) == 0 || errno != ESRCH) continue;
        char *left = pbr_sprintf("%s/%s", parent, entry->d_name);
        remove_tree(left);
        free(left);
    }
    closedir(folder);
}

static const char *hidden_path(pbr_staged *staged)
{
    char *parent = parent_of(staged->path), *name = name_of(staged->path);
    char *prefix = pbr_sprintf(".%s.part-", name);
    sweep(parent, prefix);
    const char *path = pbr_arena_printf(staged->arena, "%s/%s%ld", parent, prefix, (long)getpid());
    free(prefix);
    free(parent);
    free(name);
    return path;
}

static void release(pbr_staged *staged)
{
    sigset_t before = staged->signals_before;
    current = NULL;
    pbr_arena_free(staged->arena);
    sigprocmask(SIG_SETMASK, &before, NULL);
}

/* Makes the hidden folder and answers for its removal from here on. */
static bool begin(pbr_staged *staged, mode_t mode)
{
    static bool registered;
    staged->folder = hidden_path(staged);
    if (!registered) atexit(remove_current);
    registered = true;
    hold_signals(staged);
    current = staged;
    owner = getpid();
    return mkdir(staged->folder, mode) == 0;
}

static pbr_staged *new_staged(const char *path)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_staged *staged = pbr_arena_alloc(arena, sizeof *staged);
    staged->arena = arena;
    staged->path = pbr_arena_text(arena, path, strlen(path));
    return staged;
}

pbr_staged *pbr_staged_new(const char *path, const char *mark, bool force, pbr_diag *diag)
{
    if (!pbr_staged_check(path, mark, force, diag)) return NULL;
    pbr_staged *staged = new_staged(path);
    staged->mark = mark;
    staged->force = force;
    if (begin(staged, 0777)) return staged;
    pbr_error(diag, "output-folder", ((pbr_place){path, 0, 0}),
              "cannot make a folder beside it: %s", strerror(errno));
    release(staged);
    return NULL;
}

pbr_staged *pbr_staged_scratch(const char *parent, pbr_diag *diag)
{
    char *path = pbr_sprintf("%s/pbrcalc", parent);
    pbr_staged *staged = new_staged(path);
    free(path);
    if (begin(staged, 0700)) return staged;
    pbr_error(diag, "output-folder", ((pbr_place){parent, 0, 0}),
              "cannot make a folder to work in: %s; name another place", strerror(errno));
    release(staged);
    return NULL;
}

bool pbr_staged_copy(pbr_staged *staged, const char *from, const char *name)
{
    enum { CHUNK_BYTES = 256 * 1024 };
    FILE *in = fopen(from, "rb"), *out = fopen(pbr_staged_path(staged, name), "wb");
    char *chunk = pbr_alloc(CHUNK_BYTES, 1);
    bool ok = in && out;
    for (size_t got; ok && (got = fread(chunk, 1, CHUNK_BYTES, in)) > 0;)
        ok = fwrite(chunk, 1, got, out) == got;
    ok = ok && !ferror(in);
    if (in) fclose(in);
    if (out && fclose(out) != 0) ok = false;
    free(chunk);
    return ok;
}

const char *pbr_staged_folder(const pbr_staged *staged)
{
    return staged->folder;
}

const char *pbr_staged_path(pbr_staged *staged, const char *name)
{
    for (const char *slash = strchr(name, '/'); slash; slash = strchr(slash + 1, '/'))
        mkdir(pbr_arena_printf(staged->arena, "%s/%.*s", staged->folder, (int)(slash - name), name),
              0777);
    return pbr_arena_printf(staged->arena, "%s/%s", staged->folder, name);
}

/* Where names cannot be swapped: moves the old folder out of the way, then the new one in. */
static bool replace_in_two_steps(const pbr_staged *staged)
{
    const char *old = pbr_arena_printf(staged->arena, "%s.old", staged->folder);
    if (rename(staged->path, old) != 0) return false;
    if (rename(staged->folder, staged->path) != 0) {
        int failure = errno;
        rename(old, staged->path);
        errno = failure;
        return false;
    }
    remove_tree(old);
    return true;
}

/* Renaming also replaces an empty folder. A full one changes names with the new one in one step, so
 * that there is no moment without a folder; then the old one is removed. */
static bool replace(const pbr_staged *staged)
{
    if (rename(staged->folder, staged->path) == 0) return true;
    if (errno != ENOTEMPTY && errno != EEXIST) return false;
    if (renameat2(AT_FDCWD, staged->folder, AT_FDCWD, staged->path, RENAME_EXCHANGE) != 0)
        return replace_in_two_steps(staged);
    remove_tree(staged->folder);
    return true;
}

bool pbr_staged_commit(pbr_staged *staged, pbr_diag *diag)
{
    bool ok = pbr_staged_check(staged->path, staged->mark, staged->force, diag);
    if (ok && !(ok = replace(staged)))
        pbr_error(diag, "output-folder", ((pbr_place){staged->path, 0, 0}),
                  "cannot be put in place: %s", strerror(errno));
    if (!ok) remove_tree(staged->folder);
    release(staged);
    return ok;
}

void pbr_staged_abandon(pbr_staged *staged)
{
    if (!staged) return;
    remove_tree(staged->folder);
    release(staged);
}
