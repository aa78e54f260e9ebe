/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/synth.h"

#include "base/staged.h"
#include "command/work.h"
#include "contract/load.h"

#include <inttypes.h>

#define MARK "reoffences.csv"

static const pbr_option options[] = {
    {"contract", "DIR", false, "the contract's folder"},
    {"seed", "N", false, "the same seed gives the same extract"},
    {"starts", "N", false, "starts in all; default: as many as the baselines' cases say"},
    {"cohorts", "LIST", false, "cohorts to fill, 2015Q4,2016Q1; default: all of the scheme"},
    {"out", "DIR", false, "the folder to write; it must not exist"},
    {"dirty", NULL, false, "add every kind of bad row, listed in problems.csv"},
    {"force", NULL, false, "replace a folder of extracts that exists"},
    {0},
};

static bool write(const pbr_synth_options *synth, pbr_staged *staged, pbr_synth_counts *counts,
                  pbr_diag *diag)
{
    if (pbr_synth(synth, counts, diag)) return pbr_staged_commit(staged, diag);
    pbr_staged_abandon(staged);
    return false;
}

static void print_summary(const pbr_synth_options *synth, const pbr_synth_counts *counts,
                          const char *folder)
{
    char day[PBR_DATE_TEXT];
    printf("wrote %" PRId64 " starts of %" PRId64 " persons and %" PRId64 " reoffences to %s\n",
           counts->starts, counts->persons, counts->reoffences, folder);
    if (counts->dirty_rows)
        printf("and %" PRId64 " bad rows, listed in %s/problems.csv\n", counts->dirty_rows, folder);
    printf("settle them with --snapshot %s\n", pbr_date_text(pbr_synth_snapshot(synth), day));
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    pbr_work work = {.arena = pbr_arena_new()};
    pbr_synth_counts counts;
    const char *folder = pbr_arguments_value(arguments, "out");
    int64_t seed = pbr_arguments_number(arguments, "seed", 0, UINT32_MAX, 0, diag);
    int64_t starts = pbr_arguments_number(arguments, "starts", 1, PBR_SYNTH_MOST_STARTS, 0, diag);
    pbr_arguments_need(arguments, "seed", diag);
    bool ok = pbr_arguments_need(arguments, "out", diag);
    if (pbr_arguments_need(arguments, "contract", diag))
        work.contract = pbr_contract_load(pbr_arguments_value(arguments, "contract"), diag);
    if (work.contract && pbr_arguments_has(arguments, "cohorts"))
        pbr_work_choose_cohorts(&work, pbr_arguments_value(arguments, "cohorts"), diag);
    ok = ok && !pbr_diag_failed(diag);
    pbr_staged *staged =
        ok ? pbr_staged_new(folder, MARK, pbr_arguments_has(arguments, "force"), diag) : NULL;
    if (staged) {
        pbr_synth_options synth = {
            .contract = work.contract,
            .seed = (uint64_t)seed,
            .starts = starts,
            .cohorts = work.cohorts,
            .cohorts_count = work.cohorts_count,
            .dirty = pbr_arguments_has(arguments, "dirty"),
            .folder = pbr_staged_folder(staged),
        };
        ok = write(&synth, staged, &counts, diag);
        if (ok && !pbr_arguments_has(arguments, "quiet")) print_summary(&synth, &counts, folder);
    }
    pbr_work_free(&work);
    return staged && ok ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_synth_command = {
    .name = "synth",
    .summary = "make synthetic extracts for training, tests and benchmarks",
    .examples = "  pbrcalc synth --contract contracts/transforming-rehabilitation --seed 1 \\\n"
                "      --cohorts 2015Q4 --out extract\n",
    .usage =
        "  pbrcalc synth --contract DIR --seed N [--starts N] [--cohorts LIST] [--dirty] --out "
        "DIR\n",
    .options = options,
    .run = run,
};
