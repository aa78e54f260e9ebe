/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/whatif_words.h"

const char *pbr_of_text(pbr_simulated_of of)
{
    static const char *const texts[] = {"total", "payee", "area", "line"};
    return texts[of];
}

const char *pbr_baseline_text(pbr_simulate_baseline baseline)
{
    static const char *const texts[] = {"fixed", "sampled", "both"};
    return texts[baseline];
}

const char *pbr_method_text(pbr_simulate_method method)
{
    return method == PBR_SIMULATE_PARAMETRIC ? "parametric" : "bootstrap";
}

const char *pbr_counts_text(pbr_simulate_counts counts)
{
    return counts == PBR_COUNTS_RESAMPLED ? "resampled" : "negative-binomial";
}

const char *pbr_power_how_text(pbr_power_how how)
{
    return how == PBR_POWER_EXACT ? "exact" : "normal";
}

const char *pbr_effect_name(const pbr_scenario_effect *effect)
{
    return effect ? effect->name : "none";
}

const char *pbr_axis_name(const pbr_whatif *whatif, size_t axis, pbr_arena *arena)
{
    static const char *const how[] = {
        [PBR_SET] = "", [PBR_TIMES] = " (times)", [PBR_PLUS] = " (plus)"};
    const pbr_axis *swept = &whatif->sweep->axes[axis];
    const pbr_scenario_sweep *asked = whatif->scenario->sweep;
    const char *rules = asked && axis < asked->vary_count ? asked->vary[axis].rules : NULL;
    return pbr_arena_printf(arena, "%s%s%s%s", rules ? rules : "", rules ? ": " : "",
                            swept->selection.path, how[swept->how]);
}

bool pbr_whatif_two_sides(const pbr_whatif *whatif)
{
    return whatif->scenario->instead != NULL;
}

const char *pbr_simulated_name(const pbr_whatif *whatif, const pbr_simulated *row)
{
    if (row->of == PBR_OF_TOTAL) return "";
    if (row->of == PBR_OF_PAYEE) return whatif->simulation->payees.names[row->payee];
    return whatif->asked.settlement->contract->areas[row->area].code;
}
