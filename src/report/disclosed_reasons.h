/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which reasons of the ledger of starts are withheld, and which of the sums that they add up to. */
#ifndef PBR_REPORT_DISCLOSED_REASONS_H
#define PBR_REPORT_DISCLOSED_REASONS_H

#include "report/cohort_set.h"
#include "report/disclosure.h"

/* Judges the rows of the measures' attrition that belong to the set; all: withholds each of them.
 * Marks reasons, and where it must eligible and starts. */
void pbr_disclose_reasons(const pbr_cohort_set *set, const pbr_measures *measures, bool all,
                          pbr_disclosure *out);

#endif
