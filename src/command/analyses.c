/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/analyses.h"

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

bool pbr_analyses_make(pbr_whatif *whatif, const pbr_arguments *arguments, pbr_diag *diag)
{
    (void)arguments;
    bool ok = break_even(whatif);
    ok &= power(whatif, diag);
    return ok;
}

void pbr_analyses_free(pbr_whatif *whatif)
{
    pbr_break_evens_free(whatif->break_evens);
    pbr_power_free(whatif->power);
}
