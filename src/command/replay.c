/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/replay.h"

#include "measure/counts.h"
#include "measure/metrics_csv.h"

#include <string.h>

static const char *path_in(pbr_replay *r, const char *name)
{
    return pbr_arena_printf(r->arena, "%s/%s", r->recorded.folder, name);
}

/* Names a file of the folder for an option, if it is the recorded one. */
static bool name_file(pbr_replay *r, const char *option, const char *name, pbr_diag *diag)
{
    if (!pbr_manifest_vouches(&r->recorded.manifest, r->recorded.folder, name, diag)) return false;
    pbr_arguments_add(r->arguments, option, path_in(r, name));
    return true;
}

/* The tables of the run, as the folder keeps them. */
static bool name_tables(pbr_replay *r, pbr_diag *diag)
{
    bool ok = true;
    const pbr_manifest *m = &r->recorded.manifest;
    for (size_t i = 0; i < m->inputs_count; i++) {
        if (pbr_is_measured(m->inputs[i].role) || !strcmp(m->inputs[i].role, "counts")) continue;
        const char *name = pbr_arena_printf(r->arena, "inputs/%02zu-%s", i + 1, m->inputs[i].name);
        if (pbr_manifest_has_output(m, name)) {
            ok &= name_file(r, m->inputs[i].role, name, diag);
            continue;
        }
        pbr_error(diag, "input-not-found", ((pbr_place){path_in(r, name), 0, 0}),
                  "the folder does not hold the table \"%s\" (it came from standard input): settle "
                  "again from a file",
                  m->inputs[i].name);
        ok = false;
    }
    return ok;
}

static bool terms_are_kept(pbr_replay *r, pbr_diag *diag)
{
    bool ok = true;
    const pbr_manifest *m = &r->recorded.manifest;
    for (size_t i = 0; i < m->terms_count; i++)
        ok &= pbr_manifest_vouches(
            m, r->recorded.folder,
            pbr_arena_printf(r->arena, "inputs/contract/%s", m->terms[i].name), diag);
    return ok;
}

/* Were cohorts measured, or only months settled? */
static bool has_measures(const pbr_manifest *m)
{
    for (size_t i = 0; i < m->inputs_count; i++)
        if (pbr_is_measured(m->inputs[i].role)) return true;
    return false;
}

static bool name_inputs(pbr_replay *r, pbr_diag *diag)
{
    bool ok = terms_are_kept(r, diag);
    pbr_arguments_add(r->arguments, "contract", path_in(r, "inputs/contract"));
    if (has_measures(&r->recorded.manifest)) {
        ok &= name_file(r, "metrics", pbr_metrics_schema.file, diag);
        ok &= name_file(r, "counts", pbr_counts_schema.file, diag);
    } else
        pbr_arguments_add(r->arguments, "no-outcomes", NULL);
    return name_tables(r, diag) && ok;
}

static bool load(pbr_replay *r, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_work *work = &r->work;
    pbr_work_load(work, r->arguments, true, diag);
    if (pbr_diag_count(diag, PBR_ERROR) != before) return false;
    pbr_work_tables(work, r->arguments, diag);
    pbr_work_earlier(work, r->recorded.folder, &r->recorded.manifest, diag);
    pbr_work_choose_cohorts(work, pbr_arguments_value(r->arguments, "cohorts"), diag);
    return pbr_diag_count(diag, PBR_ERROR) == before;
}

bool pbr_replay_open(pbr_replay *r, const char *folder, pbr_diag *diag)
{
    *r = (pbr_replay){.arena = pbr_arena_new()};
    if (!pbr_recorded_read(&r->recorded, folder, r->arena, diag)) return false;
    r->arguments = pbr_recorded_options(&r->recorded, r->arena, diag);
    if (!name_inputs(r, diag) || !load(r, diag)) return false;
    r->options = pbr_work_options(&r->work, r->recorded.manifest.id,
                                  pbr_arguments_has(r->arguments, "interim"));
    r->settlement = pbr_settlement_make(r->work.contract, r->work.measures, &r->options, diag);
    return r->settlement != NULL;
}

static size_t paths_of(const pbr_recorded *recorded, const char *role, pbr_arena *arena,
                       const char *const **paths)
{
    size_t count = 0;
    const char **found =
        pbr_arena_alloc(arena, (recorded->manifest.inputs_count + 1) * sizeof *found);
    for (size_t i = 0; i < recorded->manifest.inputs_count; i++)
        if (strcmp(recorded->inputs[i].fact->role, role) == 0)
            found[count++] = recorded->inputs[i].path;
    *paths = found;
    return count;
}

pbr_extracts pbr_replay_extracts(const pbr_replay *r, pbr_date as_at, pbr_arena *arena)
{
    pbr_extracts extracts = {.snapshot = r->work.snapshot, .as_at = as_at};
    extracts.cohort_files_count = paths_of(&r->recorded, "cohort", arena, &extracts.cohort_files);
    extracts.reoffence_files_count =
        paths_of(&r->recorded, "reoffences", arena, &extracts.reoffence_files);
    size_t files = extracts.cohort_files_count + extracts.reoffence_files_count;
    extracts.digests = pbr_arena_alloc(arena, files * sizeof *extracts.digests);
    return extracts;
}

void pbr_replay_close(pbr_replay *r)
{
    pbr_settlement_free(r->settlement);
    pbr_work_free(&r->work);
    if (r->arguments) pbr_arguments_free(r->arguments);
    pbr_arena_free(r->arena);
}
