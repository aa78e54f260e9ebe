/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a report says about the run that made it, beside the settlement itself. */
#ifndef PBR_REPORT_FACTS_H
#define PBR_REPORT_FACTS_H

#include "base/date.h"
#include "base/diag.h"
#include "contract/cases.h"

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    const char *name, *role, *sha256; /* role: cohort, reoffences, metrics, contract ... */
} pbr_input_fact;

/* Everything is borrowed and must outlive the report. */
typedef struct {
    const char *settlement_id, *program_version;
    pbr_date as_at, snapshot; /* snapshot may be PBR_NO_DATE */
    const pbr_input_fact *inputs;
    size_t inputs_count;
    const pbr_finding *findings; /* as pbr_diag_findings gives them */
    size_t findings_count;
    const pbr_override *overrides; /* of checks that would have stopped it */
    size_t overrides_count;
    bool interim; /* cohorts that are not ripe are reported and not priced */
} pbr_run_facts;

#endif
