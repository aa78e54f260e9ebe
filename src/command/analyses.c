/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/analyses.h"

#include "command/progress.h"

#include <string.h>

static bool break_even(pbr_whatif *w)
{
    const char *asked = w->scenario->break_even;
    if (asked && strcmp(asked, "yes") == 0) w->break_evens = pbr_break_evens_make(&w->asked);
    return true;
}

static bool power(pbr_whatif *w, pbr_diag *diag)
{
    if (!w->scenario->power) return true;
    w->power = pbr_power_make(&w->asked, w->scenario, diag);
    return w->power != NULL;
}

static bool sweep(pbr_whatif *w, unsigned threads, const pbr_arguments *arguments, pbr_diag *diag)
{
    if (!w->scenario->sweep) return true;
    size_t most = pbr_arguments_has(arguments, "yes-really") ? 0 : PBR_GRID_MAX;
    pbr_progress progress = {.what = "sweep"};
    pbr_progress_line *line = pbr_progress_show(&progress, arguments);
    w->sweep = pbr_sweep_make(&w->asked, w->scenario, most, threads, &progress, diag);
    pbr_progress_hide(line);
    return w->sweep != NULL;
}

static bool tornado(pbr_whatif *w, unsigned threads, const pbr_arguments *arguments, pbr_diag *diag)
{
    if (!w->scenario->tornado) return true;
    pbr_progress progress = {.what = "tornado"};
    pbr_progress_line *line = pbr_progress_show(&progress, arguments);
    w->tornado = pbr_tornado_make(&w->asked, w->scenario, threads, &progress, diag);
    pbr_progress_hide(line);
    return w->tornado != NULL;
}

static bool simulate(pbr_whatif *w, unsigned threads, const pbr_arguments *arguments,
                     pbr_diag *diag)
{
    if (!w->scenario->simulate) return true;
    pbr_progress progress = {.what = "simulation"};
    pbr_progress_line *line = pbr_progress_show(&progress, arguments);
    w->simulation = pbr_simulation_make(&w->asked, w->scenario, threads, &progress, diag);
    pbr_progress_hide(line);
    return w->simulation != NULL;
}

bool pbr_analyses_make(pbr_whatif *whatif, const pbr_arguments *arguments, pbr_diag *diag)
{
    unsigned threads = (unsigned)pbr_arguments_number(arguments, "threads", 1, 64, 2, diag);
    bool ok = break_even(whatif);
    ok &= sweep(whatif, threads, arguments, diag);
    ok &= tornado(whatif, threads, arguments, diag);
    ok &= simulate(whatif, threads, arguments, diag);
    ok &= power(whatif, diag);
    return ok;
}

void pbr_analyses_free(pbr_whatif *whatif)
{
    pbr_break_evens_free(whatif->break_evens);
    pbr_sweep_free(whatif->sweep);
    pbr_tornado_free(whatif->tornado);
    pbr_simulation_free(whatif->simulation);
    pbr_power_free(whatif->power);
}
