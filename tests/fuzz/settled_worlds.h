/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Small settlements drawn at random (tests/fuzz/settled): a contract with its measures and the
 * tables of a run, settled twice, of which the second was built on the first. */
#ifndef TESTS_FUZZ_SETTLED_WORLDS_H
#define TESTS_FUZZ_SETTLED_WORLDS_H

#include "settling.h"

#include "command/readiness.h"
#include "settle/run_tables.h"

#define SETTLED "tests/fuzz/settled/"

static const char *const settled_names[] = {"months", "carried", "shared"};

typedef struct {
    fuzz_world world;
    pbr_work work; /* as --contract, --metrics and the tables of the run leave it */
} settled_world;

static settled_world settled[COUNT(settled_names)];

/* The path of a file of a world, in memory that stays. */
static inline const char *settled_path(settled_world *w, const char *name, const char *file)
{
    return pbr_arena_printf(w->work.arena, SETTLED "%s/%s", name, file);
}

static inline void read_own_tables(settled_world *w, const char *name, pbr_diag *diag)
{
    pbr_work *work = &w->work;
    pbr_decided decided;
    const char *volumes = settled_path(w, name, "volumes.csv");
    if (strcmp(name, "months") == 0) {
        work->volumes_count =
            pbr_volumes_read(volumes, work->contract, work->arena, &work->volumes, NULL, diag);
        work->levels_count =
            pbr_levels_read(settled_path(w, name, "service-levels.csv"), work->contract,
                            work->arena, &work->levels, NULL, diag);
    }
    pbr_decisions_read(settled_path(w, name, "decisions.csv"), work->contract, work->arena,
                       &decided, NULL, diag);
    work->decisions = decided.decisions;
    work->decisions_count = decided.count;
    work->others_count = pbr_others_read(settled_path(w, name, "other-lines.csv"), work->arena,
                                         &work->others, NULL, diag);
}

static inline void load_settled(settled_world *w, const char *name)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_work *work = &w->work;
    work->arena = pbr_arena_new();
    w->world = load_world(settled_path(w, name, "contract"), "2018-03-26");
    work->contract = w->world.contract;
    work->as_at = w->world.as_at;
    work->measures = pbr_metrics_read(settled_path(w, name, "metrics.csv"), work->contract,
                                      PBR_NO_DATE, work->as_at, NULL, diag);
    MUST(work->measures);
    work->cohorts_count = cohorts_of(work->measures, work->contract, work->as_at, &work->cohorts);
    read_own_tables(w, name, diag);
    MUST(!pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

static inline void load_all_settled(void)
{
    for (size_t i = 0; i < COUNT(settled_names); i++) load_settled(&settled[i], settled_names[i]);
}

/* Work that has what the world has, and an arena of its own for what is read beside it. */
static inline pbr_work work_on(const settled_world *w)
{
    pbr_work work = w->work;
    work.arena = pbr_arena_new();
    return work;
}

#endif
