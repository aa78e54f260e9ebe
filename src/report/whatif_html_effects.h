/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of a simulation, and what an effect is called on the page. */
#ifndef PBR_REPORT_WHATIF_HTML_EFFECTS_H
#define PBR_REPORT_WHATIF_HTML_EFFECTS_H

#include "report/whatif_html_parts.h"

enum { P5 = 1, P25 = 2, P50 = 3, P75 = 4, P95 = 5 }; /* of pbr_quantiles */

const pbr_simulated *pbr_total_of(const pbr_simulated_effect *effect);
const char *pbr_effect_words(const pbr_simulated_effect *effect);
const char *pbr_drawn_baseline(const pbr_simulated_effect *effect); /* "fixed", "sampled" */

/* The total by effect, and its distribution under each. */
void pbr_tell_effects(pbr_whatif_page *w);
void pbr_tell_spreads(pbr_whatif_page *w);

#endif
