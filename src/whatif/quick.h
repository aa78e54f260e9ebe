/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line's verdict and amount in doubles, where these are sure of both: what lies too near to a
 * limit, or to where a rounding tips over, is left to the exact engine. So the answer is always the
 * engine's own. */
#ifndef PBR_WHATIF_QUICK_H
#define PBR_WHATIF_QUICK_H

#include "settle/settlement.h"

/* What was counted in a cohort in one draw. */
typedef struct {
    int64_t reoffenders, reoffences;
    int64_t squares;    /* sum over reoffenders of their reoffences squared */
    int64_t *histogram; /* [k]: reoffenders with k reoffences; NULL where nothing asks for it */
} pbr_drawn;

/* What follows for a line, before its gate. */
typedef struct {
    int64_t pence;
    pbr_verdict verdict;
    bool terminate;
} pbr_judged;

/* What one verdict is worth. */
typedef struct {
    bool per_unit, from_threshold;
    double price_pence; /* of a unit */
    int64_t pence;      /* where it is not per unit */
} pbr_quick_payoff;

/* What stays the same of a line from draw to draw. */
typedef struct {
    bool usable; /* false: a kind that only the engine knows */
    bool per_reoffender, relative, has_terminate;
    const pbr_test *test;
    double persons, adjustment, z, sd, baseline_cases, lower, upper, terminate;
    double threshold_power, rate_power; /* 10^decimals to round to; 0: none */
    pbr_rounding mode;
    pbr_quick_payoff payoffs[PBR_NO_RESULT];
} pbr_quick;

/* Of a result that was tested. priced: is there money in it? */
void pbr_quick_make(pbr_quick *quick, const pbr_result *result, const pbr_contract *contract,
                    bool priced);
/* False where it is not sure. baseline: the rate compared with. quick must be usable. */
bool pbr_quick_judge(const pbr_quick *quick, const pbr_drawn *drawn, double baseline,
                     pbr_judged *judged);

#endif
