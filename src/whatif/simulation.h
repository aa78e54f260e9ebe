/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What chance would pay: the settlement's cohorts drawn again and again from a model, each draw
 * settled under the same terms. Pure; random numbers come from the seed alone, a stream for each
 * block of replicates, so that the result does not depend on threads. Memory does not grow with
 * replicates. The model is in docs/simulation.md. */
#ifndef PBR_WHATIF_SIMULATION_H
#define PBR_WHATIF_SIMULATION_H

#include "settle/again.h"
#include "whatif/progress.h"
#include "whatif/scenario.h"
#include "whatif/spread.h"
#include "whatif/totals.h"

enum { PBR_BLOCK = 256 }; /* replicates of one stream of random numbers */

enum { PBR_QUANTILES = 7 };
extern const double pbr_quantiles[PBR_QUANTILES]; /* 0.01 0.05 0.25 0.5 0.75 0.95 0.99 */

typedef enum { PBR_OF_TOTAL, PBR_OF_PAYEE, PBR_OF_AREA, PBR_OF_LINE } pbr_simulated_of;

/* What became of one payment line, area, payee or of all, under one effect and baseline. Money is
 * payable after gates and caps, before what earlier settlements paid. */
typedef struct {
    pbr_simulated_of of;
    size_t payee;                                    /* of the simulation's payees */
    size_t area;                                     /* of an area or line; else PBR_NONE */
    const pbr_result *result;                        /* of a line: the result it stands for */
    int64_t verdicts[PBR_NO_RESULT + 1], terminated; /* of a line: replicates */
    int64_t paid, deducted;                          /* replicates with an amount above, below 0 */
    double mean_pence, sd_pence, error_pence;        /* error_pence: Monte Carlo, of the mean */
    double paid_pence, deducted_pence; /* what amounts above and below 0 make of the mean */
    int64_t least_pence, most_pence;
    double quantile_pence[PBR_QUANTILES]; /* nearer than the spread's bins are wide */
    pbr_spread spread;
} pbr_simulated;

/* One effect under one treatment of the baseline. */
typedef struct {
    const pbr_scenario_effect *effect; /* NULL: no effect */
    pbr_simulate_baseline baseline;    /* fixed or sampled */
    pbr_simulated *rows;               /* total, payees, areas, lines in the order of results */
    size_t count;
} pbr_simulated_effect;

typedef struct {
    unsigned replicates, seed;
    pbr_simulate_method method;
    pbr_simulate_counts counts;
    pbr_simulated_effect *effects; /* as the scenario lists them, fixed before sampled */
    size_t effects_count;
    pbr_payees payees;
    const char **notes; /* what could not be modelled, and how it was treated */
    size_t notes_count;
    pbr_arena *arena;
} pbr_simulation;

/* NULL, reported at the places of the scenario file, for an effect that makes a chance negative or
 * above 1, nobody to draw, or counts that are not known. Free with pbr_simulation_free. */
pbr_simulation *pbr_simulation_make(const pbr_settled *side, const pbr_scenario *scenario,
                                    unsigned threads, pbr_progress *progress, pbr_diag *diag);
void pbr_simulation_free(pbr_simulation *simulation);

#endif
