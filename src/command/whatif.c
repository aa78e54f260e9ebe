/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/whatif.h"

#include "command/question.h"

#include <stdlib.h>

static const pbr_option options[] = {
    {"settlement", "DIR", false, "the settlement to ask, instead of the base that the file names"},
    {"inputs", "DIR", true, "folders in which to look for the extracts of a settlement"},
    {"yes-really", NULL, false, "settle a sweep however many points it has"},
    {0},
};

struct run {
    const pbr_arguments *arguments;
    const char *const *files;
    pbr_question *questions; /* a file each */
    size_t count;
};

static bool answer_all(struct run *r, pbr_diag *diag)
{
    bool answered = true;
    for (size_t i = 0; i < r->count; i++)
        answered &= pbr_question_answer(&r->questions[i], r->files[i], r->arguments, diag);
    return answered;
}

static void print_all(const struct run *r)
{
    bool all = pbr_arguments_has(r->arguments, "verbose");
    for (size_t i = 0; i < r->count; i++) {
        if (i) putchar('\n');
        pbr_whatif_print(&r->questions[i].whatif, all, stdout);
    }
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    struct run r = {.arguments = arguments};
    r.count = pbr_arguments_operands(arguments, &r.files);
    if (!r.count)
        pbr_error(diag, "usage", PBR_NOWHERE, "name a scenario file: see pbrcalc whatif --help");
    if (pbr_diag_failed(diag)) return PBR_EXIT_NOT_DONE;
    r.questions = pbr_alloc(r.count, sizeof *r.questions);
    bool done = answer_all(&r, diag);
    if (done && !pbr_arguments_has(arguments, "quiet")) print_all(&r);
    for (size_t i = 0; i < r.count; i++) pbr_question_close(&r.questions[i]);
    free(r.questions);
    return done ? PBR_EXIT_OK : PBR_EXIT_NOT_DONE;
}

const pbr_command pbr_whatif_command = {
    .name = "whatif",
    .summary = "ask a settlement what other terms would have paid",
    .examples = "  pbrcalc whatif scenario.yaml\n"
                "  pbrcalc whatif scenario.yaml --settlement settlement --inputs extracts\n",
    .usage = "  pbrcalc whatif SCENARIO... [--settlement DIR] [--inputs DIR...] [--yes-really]\n",
    .options = options,
    .operands = "SCENARIO...",
    .run = run,
};
