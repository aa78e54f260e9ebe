/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/sample.h"

#include "command/reopened.h"

static const pbr_option options[] = {
    {"size", "N", false, "how many starts"},
    {"seed", "N", false, "of the random numbers, 1 to 4294967295: the same seed, the same sample"},
    {"stratify", "LIST", false, "keys such as cpa,stage: at least one of each stratum if N allows"},
    PBR_REOPENED_OPTIONS,
    {0},
};

static bool read_plan(pbr_sample_plan *plan, const pbr_arguments *arguments, pbr_arena *arena,
                      pbr_diag *diag)
{
    const char *list = pbr_arguments_value(arguments, "stratify");
    bool ok = pbr_arguments_need(arguments, "size", diag);
    ok &= pbr_arguments_need(arguments, "seed", diag);
    *plan = (pbr_sample_plan){
        .size = (size_t)pbr_arguments_number(arguments, "size", 1, 1000000000, 1, diag),
        .seed = (unsigned long)pbr_arguments_number(arguments, "seed", 1, UINT32_MAX, 1, diag),
    };
    if (list) ok &= pbr_sample_stratify(plan, list, arena, diag);
    return ok && !pbr_diag_failed(diag);
}

static bool draw(pbr_reopened *r, const pbr_sample_plan *plan, pbr_diag *diag)
{
    pbr_entry *entries;
    pbr_sampled *drawn;
    const pbr_entries_wanted wanted = {.outcomes = r->second.outcomes,
                                       .chosen = r->cohorts,
                                       .chosen_count = r->cohorts_count,
                                       .as_at = r->recorded.manifest.as_at};
    size_t count = pbr_entries_list(&wanted, r->arena, &entries);
    size_t taken = pbr_sample_draw(plan, entries, count, r->contract, r->arena, &drawn, diag);
    if (!taken) return false;
    pbr_out *out = pbr_out_stream(stdout);
    pbr_sample_write(out, drawn, taken, r->second.rows, r->key, r->arena);
    return pbr_out_close(out);
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *words;
    pbr_reopened r;
    pbr_sample_plan plan;
    pbr_arena *arena = pbr_arena_new();
    bool ok = read_plan(&plan, arguments, arena, diag);
    if (pbr_arguments_operands(arguments, &words) != 1) {
        pbr_error(diag, "usage", PBR_NOWHERE,
                  "name a settlement folder: see pbrcalc sample --help");
        ok = false;
    }
    if (ok) {
        ok = pbr_reopened_open(&r, words[0], arguments, diag) && draw(&r, &plan, diag);
        pbr_reopened_close(&r);
    }
    pbr_arena_free(arena);
    return ok ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_sample_command = {
    .name = "sample",
    .summary = "draw a random audit sample of starts, with what to look up",
    .examples = "  pbrcalc sample settlement --size 60 --seed 2018 --stratify cpa,stage \\\n"
                "      --inputs extract > sample.csv\n",
    .usage = "  pbrcalc sample DIR --size N --seed N [--stratify LIST] [--inputs DIR...]\n"
             "      [--hash-ids KEYFILE]\n",
    .options = options,
    .operands = "DIR",
    .run = run,
};
