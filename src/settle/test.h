/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates, case-mix adjustment and the three-valued result (semantics 10 to 14). */
#ifndef PBR_SETTLE_TEST_H
#define PBR_SETTLE_TEST_H

#include "settle/settlement.h"

void pbr_result_init(pbr_result *result);
void pbr_result_empty(pbr_result *result); /* as new, but for the memory that its numbers have */
void pbr_result_clear(pbr_result *result);

/* Fills in everything of a result but its gate. area, cohort, rules, line and measure must be set.
 * Problems (a sum that the test needs is blank) go to diag. */
void pbr_result_test(pbr_result *result, pbr_settlement *settlement, const pbr_measures *measures,
                     pbr_diag *diag);
/* The same from what is counted on: change, limits and verdict of a result whose baseline, rate,
 * adjusted rate and cases are set, and whose measure has the sums that its test rests on. */
void pbr_result_judge(pbr_result *result);
/* Verdict and termination from limits as they stand (semantics 13): a rate equal to a limit is
 * neither, and the rate is rounded only if the contract says. */
void pbr_result_compare(pbr_result *result);
/* Does the hurdle stop what the verdict pays or deducts (semantics 17)? hurdle_met must be set. */
bool pbr_result_is_gated(const pbr_result *result);

#endif
