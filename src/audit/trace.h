/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One person of a settlement: each start, counted or left out and by which rule, and each
 * reoffence, in or out and why. */
#ifndef PBR_AUDIT_TRACE_H
#define PBR_AUDIT_TRACE_H

#include "audit/outcomes.h"

#include <stdio.h>

#define PBR_TRACE_FORMAT "pbrcalc-trace-1"

typedef struct {
    const char *settlement; /* its id */
    pbr_date as_at, snapshot;
    const pbr_outcomes *outcomes;
    const size_t *cohorts; /* settled */
    size_t cohorts_count;
    const char *person; /* as in the extracts */
    const char *shown;  /* as it is shown */
} pbr_trace;

/* Has a person a start or a reoffence in the extracts? */
bool pbr_trace_knows(const pbr_rows *rows, const char *person);

void pbr_trace_print(const pbr_trace *trace, FILE *out);
void pbr_trace_print_json(const pbr_trace *trace, FILE *out);

/* Why a reoffence is in or out, as a word for programs ("after-follow-up"). */
const char *pbr_reoffence_word(pbr_reoffence_reason reason);

#endif
