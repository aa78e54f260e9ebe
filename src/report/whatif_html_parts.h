/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sections of whatif.html. Each writes nothing where it was not asked for. */
#ifndef PBR_REPORT_WHATIF_HTML_PARTS_H
#define PBR_REPORT_WHATIF_HTML_PARTS_H

#include "report/html_page.h"
#include "report/scope.h"
#include "whatif/whatif.h"

/* scope: of the settlement that is asked. */
typedef struct {
    pbr_html page;
    const pbr_whatif *whatif;
    const pbr_scope *scope;
} pbr_whatif_page;

bool pbr_whatif_has_funnels(const pbr_whatif_page *w);
void pbr_whatif_tell_funnels(pbr_whatif_page *w);
void pbr_whatif_tell_break_evens(pbr_whatif_page *w);
void pbr_whatif_tell_sweep(pbr_whatif_page *w);
void pbr_whatif_tell_tornado(pbr_whatif_page *w);
void pbr_whatif_tell_simulation(pbr_whatif_page *w);
void pbr_whatif_tell_power(pbr_whatif_page *w);

/* The name of a result's area, or its code where it has none. */
const char *pbr_whatif_area(const pbr_whatif_page *w, const char *code);
const char *pbr_whatif_cohort(const pbr_whatif_page *w, const pbr_result *result);
const char *pbr_whatif_area_code(const pbr_whatif_page *w, const pbr_result *result);
/* "Better", "No result". */
const char *pbr_verdict_title(const pbr_result *result);

#endif
