/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures recomputed from the second opinion's outcomes and compared figure by figure. */
#ifndef PBR_AUDIT_CROSS_CHECK_H
#define PBR_AUDIT_CROSS_CHECK_H

#include "audit/outcomes.h"
#include "measure/metrics.h"

/* Every count, exact sum and histogram of the measures, every row of attrition and the counts of
 * the run. Each that differs is an error in diag, with both values. Returns how many figures were
 * compared. */
int64_t pbr_cross_check(const pbr_outcomes *outcomes, const pbr_measures *measures, pbr_date as_at,
                        pbr_diag *diag);

#endif
