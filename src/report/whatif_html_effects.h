/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts of a simulation. */
#ifndef PBR_REPORT_WHATIF_HTML_EFFECTS_H
#define PBR_REPORT_WHATIF_HTML_EFFECTS_H

#include "report/whatif_html_parts.h"

enum { PBR_P5 = 1, PBR_P25 = 2, PBR_P50 = 3, PBR_P75 = 4, PBR_P95 = 5 }; /* of pbr_quantiles */

const pbr_simulated *pbr_whatif_total(const pbr_simulated_effect *effect);

/* The total by effect, and its distribution under each. */
void pbr_whatif_tell_effects(pbr_whatif_page *w);
void pbr_whatif_tell_spreads(pbr_whatif_page *w);

#endif
