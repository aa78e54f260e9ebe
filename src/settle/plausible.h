/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Measures that can hardly be right: against the baseline, the cohort before, an earlier
 * settlement, and what persons can do. Each may be right all the same, so somebody should look. */
#ifndef PBR_SETTLE_PLAUSIBLE_H
#define PBR_SETTLE_PLAUSIBLE_H

#include "contract/cases.h"
#include "settle/settlement.h"

/* Adds what it finds to the cases. runs: earlier settlements, in order; none if count is 0. */
void pbr_plausible(pbr_cases *cases, const pbr_contract *contract, const pbr_measures *measures,
                   pbr_date as_at, const pbr_earlier_run *runs, size_t count);

#endif
