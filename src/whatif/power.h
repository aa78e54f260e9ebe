/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a cohort must be before a fall is seen: the chance that the contract's own test calls a
 * cohort better, if the true rate lies so far below the baseline. */
#ifndef PBR_WHATIF_POWER_H
#define PBR_WHATIF_POWER_H

#include "settle/again.h"
#include "whatif/scenario.h"

typedef enum { PBR_POWER_EXACT, PBR_POWER_NORMAL } pbr_power_how;

/* The exact chance of each verdict of a rate if each person of its cohort reoffends with chance p:
 * the binomial distribution summed over the counts that the engine gives each verdict to. */
void pbr_verdict_chances(const pbr_result *result, double p, double chances[PBR_NO_RESULT + 1]);

/* A line of an area, and a fall of the true (adjusted) rate below what it is compared with. Size is
 * the metric's denominator: persons for a rate, reoffenders for a frequency. */
typedef struct {
    const pbr_result *result;
    const char *fall;     /* as written, in the metric's unit */
    pbr_power_how how;    /* binomial sums, or the normal approximation */
    double chance;        /* of better, at the cohort's own size */
    double chance_worse;  /* of worse, at that size */
    int64_t needed;       /* smallest size from which the chance wanted stays; 0: none found */
    double needed_normal; /* by the normal approximation's closed form; 0: none */
    double paid; /* chance of a payment, with the hurdle as it is in this settlement: as chance, or
                    0 where better is worth nothing or the hurdle stops it */
} pbr_power_row;

/* The chance of better by size of the cohort, for a chart: at the mean of what the line's results
 * are compared with, all else as in its cohort of median size. */
typedef struct {
    const pbr_line *line;
    const pbr_rules *rules;
    const char *fall;
    int64_t *sizes;
    double *chances;
    size_t count;
    int64_t quarter, year; /* median size of all cohorts of the metric; 0: none is settled */
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

/* NULL, reported at the places of the scenario file, for a fall to less than nothing, a chance that
 * is not between 0 and 1, or a settlement without anything to detect. Free with pbr_power_free. */
pbr_power *pbr_power_make(const pbr_settled *side, const pbr_scenario *scenario, pbr_diag *diag);
void pbr_power_free(pbr_power *power);

#endif
