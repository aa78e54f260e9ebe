/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/whatif.h"

#include "base/beside.h"
#include "base/staged.h"
#include "command/question.h"
#include "command/whatif_folder.h"
#include "report/whatif_json.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static const pbr_option options[] = {
    {"settlement", "DIR", false, "the settlement to ask, instead of the base that the file names"},
    {"inputs", "DIR", true, "folders in which to look for the extracts of a settlement"},
    {"yes-really", NULL, false, "settle a sweep however many points it has"},
    {"out", "DIR", false,
     "a folder to write; it must not exist. Of several scenarios each has one in it"},
    {"force", NULL, false, "replace a folder of a what-if that exists"},
    {"json", NULL, false, "print everything as JSON"},
    {0},
};

struct run {
    const pbr_arguments *arguments;
    const char *const *files;
    pbr_question *questions; /* a file each */
    const char **folders;    /* of each; NULL: none is written */
    size_t count;
    pbr_arena *arena;
};

static bool has(const struct run *r, const char *option)
{
    return pbr_arguments_has(r->arguments, option);
}

/* --- what is asked --- */

/* The name of a file without folder and .yaml. */
static const char *stem_of(const struct run *r, const char *file)
{
    const char *slash = strrchr(file, '/'), *name = slash ? slash + 1 : file;
    const char *dot = strrchr(name, '.');
    return pbr_arena_text(r->arena, name, dot && dot > name ? (size_t)(dot - name) : strlen(name));
}

static void name_folders(struct run *r, pbr_diag *diag)
{
    const char *out = pbr_arguments_value(r->arguments, "out");
    if (!out) return;
    r->folders = pbr_arena_alloc(r->arena, (r->count + 1) * sizeof *r->folders);
    for (size_t i = 0; i < r->count; i++) {
        r->folders[i] =
            r->count == 1 ? out : pbr_arena_printf(r->arena, "%s/%s", out, stem_of(r, r->files[i]));
        for (size_t k = 0; k < i; k++)
            if (strcmp(r->folders[k], r->folders[i]) == 0)
                pbr_error(diag, "usage", PBR_NOWHERE,
                          "\"%s\" and \"%s\" would be written to the same folder: rename one",
                          r->files[k], r->files[i]);
    }
}

/* What would be refused after a long calculation is refused before it. */
static void check_folders(const struct run *r, pbr_diag *diag)
{
    struct stat facts;
    const char *out = pbr_arguments_value(r->arguments, "out");
    if (r->count > 1 && stat(out, &facts) != 0) {
        pbr_staged_check(out, PBR_WHATIF_MARK, has(r, "force"), diag);
        return;
    }
    for (size_t i = 0; i < r->count; i++)
        pbr_staged_check(r->folders[i], PBR_WHATIF_MARK, has(r, "force"), diag);
}

static void check_usage(struct run *r, pbr_diag *diag)
{
    r->count = pbr_arguments_operands(r->arguments, &r->files);
    if (!r->count)
        pbr_error(diag, "usage", PBR_NOWHERE, "name a scenario file: see pbrcalc whatif --help");
    if (r->count > 1 && has(r, "json"))
        pbr_error(diag, "usage", PBR_NOWHERE, "--json prints one scenario: name one file");
    pbr_arguments_number(r->arguments, "threads", 1, 64, 2, diag);
    name_folders(r, diag);
    if (r->folders) check_folders(r, diag);
}

static bool answer_all(struct run *r, pbr_diag *diag)
{
    bool answered = true;
    for (size_t i = 0; i < r->count; i++)
        answered &= pbr_question_answer(&r->questions[i], r->files[i], r->arguments, diag);
    return answered;
}

/* --- what is told --- */

/* A settlement is not added to by asking it. */
static bool is_outside(const pbr_question *q, const char *folder, pbr_diag *diag)
{
    const char *settlements[] = {q->scenario->base.settlement,
                                 q->scenario->instead ? q->scenario->instead->settlement : NULL};
    for (size_t i = 0; i < 2; i++) {
        if (!settlements[i] || !pbr_lies_in(folder, settlements[i])) continue;
        pbr_error(diag, "output-folder", ((pbr_place){folder, 0, 0}),
                  "is inside a settlement that is asked: name another place with --out");
        return false;
    }
    return true;
}

/* The folder that several stand in. */
static bool make_parent(const struct run *r, pbr_diag *diag)
{
    const char *out = pbr_arguments_value(r->arguments, "out");
    if (r->count == 1 || mkdir(out, 0777) == 0 || errno == EEXIST) return true;
    pbr_error(diag, "output-folder", ((pbr_place){out, 0, 0}), "cannot be made: %s",
              strerror(errno));
    return false;
}

static bool write_all(const struct run *r, pbr_diag *diag)
{
    bool ok = true;
    if (!r->folders) return true;
    for (size_t i = 0; i < r->count; i++) ok &= is_outside(&r->questions[i], r->folders[i], diag);
    ok = ok && make_parent(r, diag);
    for (size_t i = 0; ok && i < r->count; i++)
        ok = pbr_whatif_folder_write(&r->questions[i].whatif, r->folders[i], has(r, "force"), diag);
    if (!ok && r->count > 1) rmdir(pbr_arguments_value(r->arguments, "out")); /* if it is empty */
    return ok;
}

static void tell_all(const struct run *r)
{
    for (size_t i = 0; i < r->count; i++) {
        if (has(r, "json")) {
            pbr_whatif_json(stdout, &r->questions[i].whatif);
            continue;
        }
        if (has(r, "quiet")) continue;
        if (i) putchar('\n');
        pbr_whatif_print(&r->questions[i].whatif, has(r, "verbose"), stdout);
        if (r->folders) printf("\nwrote %s\n", r->folders[i]);
    }
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    struct run r = {.arguments = arguments, .arena = pbr_arena_new()};
    bool done = false;
    check_usage(&r, diag);
    if (!pbr_diag_failed(diag)) {
        r.questions = pbr_arena_alloc(r.arena, r.count * sizeof *r.questions);
        done = answer_all(&r, diag) && write_all(&r, diag);
        if (done) tell_all(&r);
        for (size_t i = 0; i < r.count; i++) pbr_question_close(&r.questions[i]);
    }
    pbr_arena_free(r.arena);
    return done ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_whatif_command = {
    .name = "whatif",
    .summary = "ask a settlement what other terms, or chance, would have paid",
    .examples = "  pbrcalc whatif scenario.yaml\n"
                "  pbrcalc whatif scenario.yaml --settlement settlement --inputs extracts\n"
                "  pbrcalc whatif studies/*.yaml --out answers\n",
    .usage = "  pbrcalc whatif SCENARIO... [--settlement DIR] [--inputs DIR...] [--out DIR] "
             "[--force]\n      [--json] [--yes-really]\n",
    .options = options,
    .operands = "SCENARIO...",
    .run = run,
};
