/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of a run of any bytes: volumes, service levels, decisions or money that is not computed;
 * the first byte says which, and of which of three small settlements. Read twice it says the same.
 * What can be read is settled beside the other tables of that settlement, and held against the
 * checks that it may override. */
#include "settled_worlds.h"

static fuzz_file file;

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    load_all_settled();
    file = fuzz_file_new();
    return 0;
}

static void read_volumes(pbr_work *work, pbr_diag *diag)
{
    work->volumes_count =
        pbr_volumes_read(file.path, work->contract, work->arena, &work->volumes, NULL, diag);
}

static void read_levels(pbr_work *work, pbr_diag *diag)
{
    work->levels_count =
        pbr_levels_read(file.path, work->contract, work->arena, &work->levels, NULL, diag);
}

static void read_decisions(pbr_work *work, pbr_diag *diag)
{
    pbr_decided rows;
    pbr_decisions_read(file.path, work->contract, work->arena, &rows, NULL, diag);
    work->decisions = rows.decisions;
    work->decisions_count = rows.count;
    work->overrides = rows.overrides;
    work->overrides_count = rows.overrides_count;
}

static void read_others(pbr_work *work, pbr_diag *diag)
{
    work->others_count = pbr_others_read(file.path, work->arena, &work->others, NULL, diag);
}

static void (*const readers[])(pbr_work *work, pbr_diag *diag) = {read_volumes, read_levels,
                                                                  read_decisions, read_others};

static size_t rows_of(const pbr_work *work)
{
    return work->volumes_count + work->levels_count + work->decisions_count +
           work->overrides_count + work->others_count;
}

/* What an override lets pass is told as what it is; one that lets nothing pass is an error. */
static void hold_ready(pbr_work *work, const fuzz_world *w)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_settle_options options = pbr_work_options(work, w->id, true);
    pbr_settlement *s = pbr_settlement_make(work->contract, work->measures, &options, diag);
    if (s) pbr_hold_ready(work, s, &options, diag);
    for (size_t i = 0; s && i < work->overrides_count; i++)
        MUST(work->overrides[i].passed > 0 || pbr_diag_failed(diag));
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_settlement_free(s);
    pbr_diag_free(diag);
}

/* What was said; settles what could be read, if it is to. */
static fuzz_text take(const settled_world *w, size_t kind, const uint8_t *bytes, size_t length,
                      bool settle)
{
    fuzz_text said = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_work work = work_on(w);
    readers[kind](&work, diag);
    fuzz_check_messages(diag, file.path, bytes, length);
    fuzz_add_said(&said, diag);
    fuzz_printf(&said, "%zu rows", rows_of(&work));
    if (settle && !pbr_diag_failed(diag)) {
        settle_and_check(&w->world, work.measures, pbr_work_options(&work, w->world.id, true));
        if (work.overrides_count) hold_ready(&work, &w->world);
    }
    pbr_arena_free(work.arena);
    pbr_diag_free(diag);
    return said;
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    if (!length) return 0;
    size_t kind = bytes[0] % COUNT(readers);
    const settled_world *w = &settled[bytes[0] / COUNT(readers) % COUNT(settled)];
    fuzz_fill(&file, bytes + 1, length - 1);
    fuzz_text one = take(w, kind, bytes + 1, length - 1, true);
    fuzz_text other = take(w, kind, bytes + 1, length - 1, false);
    fuzz_same(&one, &other);
    free(one.bytes);
    free(other.bytes);
    return 0;
}
