/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/verify_parts.h"

#include "base/beside.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

static const pbr_option options[] = {
    {"inputs", "DIR", true, "where the extracts are, and earlier settlements that are elsewhere"},
    {"work", "DIR", false, "where to make the settlement again; default: TMPDIR, or /tmp"},
    {"json", NULL, false, "print JSON"},
    {0},
};

/* A folder that is still being written, or that a killed run left: .NAME.part-PROCESS. */
static bool is_half_made(const char *folder)
{
    char *path = realpath(folder, NULL);
    const char *slash = path ? strrchr(path, '/') : NULL;
    bool half = slash && slash[1] == '.' && strstr(slash, ".part-");
    free(path);
    return half;
}

static bool refuse_half_made(const char *folder, pbr_diag *diag)
{
    if (!is_half_made(folder)) return false;
    pbr_error(diag, "output-folder", ((pbr_place){folder, 0, 0}),
              "is a half-made folder that a run is writing or left when it was killed: it is no "
              "settlement");
    return true;
}

static const char *operand(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *words;
    size_t count = pbr_arguments_operands(arguments, &words);
    if (count == 1) return words[0];
    pbr_error(diag, "usage", PBR_NOWHERE, "name one settlement folder: pbrcalc verify DIR");
    return NULL;
}

static bool are_folders(const char *const *places, size_t count, pbr_diag *diag)
{
    bool ok = true;
    for (size_t i = 0; i < count; i++) {
        struct stat facts;
        if (stat(places[i], &facts) == 0 && S_ISDIR(facts.st_mode)) continue;
        pbr_error(diag, "unreadable-file", ((pbr_place){places[i], 0, 0}),
                  "is not a folder: name one that holds inputs with --inputs");
        ok = false;
    }
    return ok;
}

static const char *work_place(const pbr_arguments *arguments)
{
    const char *place = pbr_arguments_value(arguments, "work"), *given = getenv("TMPDIR");
    if (place) return place;
    return given && *given ? given : "/tmp";
}

/* What is verified is not to be written in, not for a moment. */
static bool is_outside(const char *place, const char *folder, pbr_diag *diag)
{
    char *scratch = pbr_sprintf("%s/scratch", place);
    bool inside = pbr_lies_in(scratch, folder);
    free(scratch);
    if (inside)
        pbr_error(diag, "output-folder", ((pbr_place){place, 0, 0}),
                  "is inside the settlement that is verified: name another place with --work");
    return !inside;
}

static pbr_exit verify(pbr_recorded *recorded, const pbr_arguments *arguments, pbr_arena *arena,
                       pbr_diag *diag)
{
    const char *const *places;
    size_t count = pbr_arguments_values(arguments, "inputs", &places);
    const char *work = work_place(arguments);
    if (!are_folders(places, count, diag) || !is_outside(work, recorded->folder, diag))
        return PBR_EXIT_NOT_DONE;
    pbr_verification v = {.recorded = recorded, .arena = arena};
    v.sealed = pbr_manifest_is_sealed(recorded->folder);
    if (!v.sealed)
        pbr_verification_add(&v, PBR_OUTPUT_EDITED, PBR_MANIFEST_NAME)->note =
            "its seal is not of its bytes";
    pbr_verify_standing(&v, recorded, places, count);
    pbr_verify_again(&v, recorded, work, diag);
    pbr_exit status = pbr_verification_status(&v);
    if (pbr_arguments_has(arguments, "json"))
        pbr_verification_print_json(&v);
    else if (!pbr_arguments_has(arguments, "quiet"))
        pbr_verification_print(&v);
    free(v.list);
    return status;
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    pbr_recorded recorded;
    const char *folder = operand(arguments, diag);
    if (!folder || refuse_half_made(folder, diag)) return PBR_EXIT_NOT_DONE;
    pbr_arena *arena = pbr_arena_new();
    pbr_exit status = pbr_recorded_read(&recorded, folder, arena, diag)
                          ? verify(&recorded, arguments, arena, diag)
                          : PBR_EXIT_NOT_DONE;
    pbr_arena_free(arena);
    return status;
}

const pbr_command pbr_verify_command = {
    .name = "verify",
    .summary = "make a settlement again and compare every byte",
    .examples = "  pbrcalc verify settlement --inputs extract\n",
    .usage = "  pbrcalc verify DIR [--inputs DIR...] [--work DIR] [--json]\n",
    .options = options,
    .operands = "DIR",
    .run = run,
};
