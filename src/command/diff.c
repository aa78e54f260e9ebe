/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/diff.h"

#include "base/beside.h"
#include "report/difference_book.h"
#include "report/difference_tables.h"

#include <string.h>

static const pbr_option options[] = {
    {"inputs", "DIR", true, "folders in which to look for the extracts of both"},
    {"csv", "FILE", false, "write a row a figure, with the parts of its change"},
    {"workbook", "FILE", false, "write a workbook: summary, figures, terms, inputs"},
    {"json", NULL, false, "print the difference as JSON"},
    {0},
};

static bool two_folders(const pbr_arguments *arguments, const char *const **folders, pbr_diag *diag)
{
    if (pbr_arguments_operands(arguments, folders) == 2) return true;
    pbr_error(diag, "usage", PBR_NOWHERE,
              "name two settlement folders, the old and the new: pbrcalc diff OLD NEW");
    return false;
}

/* A settlement is not added to by comparing it. */
static bool is_outside(const pbr_arguments *arguments, const char *option,
                       const char *const *folders, pbr_diag *diag)
{
    const char *file = pbr_arguments_value(arguments, option);
    if (!file || !(pbr_lies_in(file, folders[0]) || pbr_lies_in(file, folders[1]))) return true;
    pbr_error(diag, "output-folder", ((pbr_place){file, 0, 0}),
              "is inside a settlement that is compared: name another place with --%s", option);
    return false;
}

static bool same_scheme(const pbr_replay *old, const pbr_replay *now, pbr_diag *diag)
{
    const char *before = old->recorded.manifest.title, *after = now->recorded.manifest.title;
    if (strcmp(before, after) == 0) return true;
    pbr_error(diag, "other-contract", ((pbr_place){now->recorded.folder, 0, 0}),
              "the settlement is of \"%s\" and the other one of \"%s\": name two of one scheme",
              after, before);
    return false;
}

/* Nothing needs to be worked out where the manifests are the same and each file is as they say. */
static bool is_identical(const pbr_replay *old, const pbr_replay *now, pbr_arena *arena)
{
    char one[PBR_SHA256_TEXT] = "1", other[PBR_SHA256_TEXT] = "2";
    const pbr_replay *const sides[] = {old, now};
    pbr_sha256_file(pbr_arena_printf(arena, "%s/" PBR_MANIFEST_NAME, old->recorded.folder), one);
    pbr_sha256_file(pbr_arena_printf(arena, "%s/" PBR_MANIFEST_NAME, now->recorded.folder), other);
    bool same = strcmp(one, other) == 0;
    pbr_diag *unused = pbr_diag_new();
    for (size_t side = 0; side < 2; side++) {
        const pbr_manifest *m = &sides[side]->recorded.manifest;
        for (size_t i = 0; same && i < m->outputs_count; i++)
            same =
                pbr_manifest_vouches(m, sides[side]->recorded.folder, m->outputs[i].name, unused);
    }
    pbr_diag_free(unused);
    return same;
}

static bool write_csv(const pbr_difference *difference, const pbr_beside *beside, pbr_diag *diag)
{
    pbr_out *out = pbr_out_open(beside->path);
    if (!out) return pbr_beside_refuse(beside, diag);
    pbr_difference_csv(out, difference);
    return pbr_out_close(out) || pbr_beside_refuse(beside, diag);
}

static bool write_book(const pbr_difference *difference, const pbr_beside *beside, pbr_diag *diag)
{
    return pbr_difference_book(beside->path, difference, diag);
}

/* A file that an option asks for; true if it does not. */
static bool write_file(const pbr_difference *difference, const pbr_arguments *arguments,
                       const char *option,
                       bool (*write)(const pbr_difference *, const pbr_beside *, pbr_diag *),
                       pbr_diag *diag)
{
    const char *file = pbr_arguments_value(arguments, option);
    if (!file) return true;
    pbr_beside beside = pbr_beside_begin(file, difference->arena);
    bool written = write(difference, &beside, diag);
    return pbr_beside_end(&beside, written, diag) && written;
}

static pbr_exit tell(const pbr_difference *difference, const pbr_arguments *arguments,
                     pbr_diag *diag)
{
    bool ok = write_file(difference, arguments, "csv", write_csv, diag);
    ok &= write_file(difference, arguments, "workbook", write_book, diag);
    if (!ok) return PBR_EXIT_NOT_DONE;
    if (pbr_arguments_has(arguments, "json"))
        pbr_difference_json(stdout, difference);
    else if (!pbr_difference_any(difference))
        puts("identical");
    else if (!pbr_arguments_has(arguments, "quiet"))
        pbr_difference_print(difference, pbr_arguments_has(arguments, "verbose"), stdout);
    return pbr_difference_any(difference) ? PBR_EXIT_FOUND : PBR_EXIT_OK;
}

/* What a settlement's data and terms were warned of is told where it was settled; here only what
 * keeps it from being read. */
static bool open_folder(pbr_replay *replay, const char *folder, pbr_diag *diag)
{
    pbr_diag *own = pbr_diag_new();
    bool opened = pbr_replay_open(replay, folder, own);
    pbr_diag_pass_errors(own, diag);
    pbr_diag_free(own);
    return opened;
}

static pbr_exit compare(pbr_replay *old, pbr_replay *now, const pbr_arguments *arguments,
                        pbr_diag *diag)
{
    const char *const *places;
    size_t count = pbr_arguments_values(arguments, "inputs", &places);
    pbr_recorded_find(&old->recorded, places, count, old->arena);
    pbr_recorded_find(&now->recorded, places, count, now->arena);
    pbr_diff_stages *stages = pbr_diff_stages_make(old, now, diag);
    if (!stages) return PBR_EXIT_NOT_DONE;
    pbr_exit status = tell(pbr_diff_stages_difference(stages), arguments, diag);
    pbr_diff_stages_free(stages);
    return status;
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *folders;
    if (!two_folders(arguments, &folders, diag)) return PBR_EXIT_NOT_DONE;
    bool outside = is_outside(arguments, "csv", folders, diag);
    if (!is_outside(arguments, "workbook", folders, diag) || !outside) return PBR_EXIT_NOT_DONE;
    pbr_replay old, now;
    pbr_exit status = PBR_EXIT_NOT_DONE;
    bool opened = open_folder(&old, folders[0], diag);
    opened &= open_folder(&now, folders[1], diag);
    if (opened && same_scheme(&old, &now, diag)) {
        bool quick = !pbr_arguments_has(arguments, "csv") &&
                     !pbr_arguments_has(arguments, "workbook") &&
                     !pbr_arguments_has(arguments, "json") && is_identical(&old, &now, old.arena);
        if (quick) puts("identical");
        status = quick ? PBR_EXIT_OK : compare(&old, &now, arguments, diag);
    }
    pbr_replay_close(&old);
    pbr_replay_close(&now);
    return status;
}

const pbr_command pbr_diff_command = {
    .name = "diff",
    .summary = "what changed between two settlements, and why",
    .examples =
        "  pbrcalc diff settlement-2018-01 settlement-2018-04\n"
        "  pbrcalc diff OLD NEW --inputs extracts --csv changes.csv --workbook changes.xlsx\n",
    .usage = "  pbrcalc diff OLD NEW [--inputs DIR...] [--csv FILE] [--workbook FILE] [--json]\n",
    .options = options,
    .operands = "OLD NEW",
    .run = run,
};
