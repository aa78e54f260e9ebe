/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The attrition ledger: every start of a kind of period ends in exactly one bucket (semantics 3 to
 * 6), and the measures are the sums of the buckets. */
#ifndef PBR_MEASURE_LEDGER_H
#define PBR_MEASURE_LEDGER_H

#include "measure/metrics.h"
#include "measure/population.h"

/* Sorts every start into its bucket and adds measures and attrition for each area and cohort that
 * has starts. distinct leaves out reoffences from repeated rows. Ends the program if a start is
 * lost or counted twice. */
void pbr_ledger_make(pbr_measures *measures, const pbr_population *population, bool distinct,
                     size_t threads);

#endif
