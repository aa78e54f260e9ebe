/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the records of a scenario are called, the same in every output. Texts are static or owned by
 * the arena given. */
#ifndef PBR_REPORT_WHATIF_WORDS_H
#define PBR_REPORT_WHATIF_WORDS_H

#include "whatif/whatif.h"

const char *pbr_of_text(pbr_simulated_of of);                   /* "total", "payee" ... */
const char *pbr_baseline_text(pbr_simulate_baseline baseline);  /* "fixed", "sampled", "both" */
const char *pbr_method_text(pbr_simulate_method method);        /* "parametric" ... */
const char *pbr_counts_text(pbr_simulate_counts counts);        /* "resampled" ... */
const char *pbr_power_how_text(pbr_power_how how);              /* "exact", "normal" */
const char *pbr_effect_name(const pbr_scenario_effect *effect); /* "none" for NULL */
/* A term that is swept: its path, the version of the rules where one is named, and how it is
 * changed where it is not set. */
const char *pbr_axis_name(const pbr_whatif *whatif, size_t axis, pbr_arena *arena);
/* Are there two sides, or the base alone? */
bool pbr_whatif_two_sides(const pbr_whatif *whatif);
/* Payee, area code, "" for the total; of a line its area code. */
const char *pbr_simulated_name(const pbr_whatif *whatif, const pbr_simulated *row);

#endif
