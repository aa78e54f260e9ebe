/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rates, case-mix adjustment and the three-valued result (semantics 10 to 14). */
#ifndef PBR_SETTLE_TEST_H
#define PBR_SETTLE_TEST_H

#include "settle/settlement.h"

void pbr_result_init(pbr_result *result);
void pbr_result_clear(pbr_result *result);

/* Fills in everything of a result but its gate. area, cohort, rules, line and measure must be set.
 * Problems (a sum that the test needs is blank) go to diag. */
void pbr_result_test(pbr_result *result, pbr_settlement *settlement, const pbr_measures *measures,
                     pbr_diag *diag);

#endif
