/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a cohort must be before a fall is seen: the chance that the contract's own test calls a
 * cohort better, if the true rate lies so far below the baseline. */
#ifndef PBR_WHATIF_POWER_H
#define PBR_WHATIF_POWER_H

#include "settle/again.h"
#include "whatif/scenario.h"

typedef enum { PBR_POWER_EXACT, PBR_POWER_NORMAL } pbr_power_how;

/* A line of an area, and a fall. */
typedef struct {
    const pbr_result *result;
    const char *fall;    /* as written, in the metric's unit */
    pbr_power_how how;   /* binomial sums, or the normal approximation */
    double chance;       /* of better, at the cohort's own size */
    double chance_worse; /* of worse, at that size */
    int64_t
        needed; /* smallest size from which on every size has the chance wanted; 0: none found */
    double needed_normal; /* by the closed form */
    double paid; /* chance of a payment: better, and the hurdle where there is one and it is
                    known; as chance where there is none */
} pbr_power_row;

/* The chance of better by size of the cohort, at the baselines' mean: for a chart. */
typedef struct {
    const pbr_line *line;
    const pbr_rules *rules;
    const char *fall;
    int64_t *sizes;
    double *chances;
    size_t count;
    int64_t quarter, year; /* median size of the areas' cohorts of either kind; 0: not settled */
    double quarter_chance, year_chance;
} pbr_power_curve;

typedef struct {
    double wanted;
    pbr_power_row *rows; /* by result, then fall as listed */
    size_t rows_count;
    pbr_power_curve *curves;
    size_t curves_count;
    const char **notes;
    size_t notes_count;
    pbr_arena *arena;
} pbr_power;

pbr_power *pbr_power_make(const pbr_settled *side, const pbr_scenario *scenario, pbr_diag *diag);
void pbr_power_free(pbr_power *power);

#endif
