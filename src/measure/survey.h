/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What only a look at all the starts together shows: persons, days and scores that cannot be as
 * they are written. */
#ifndef PBR_MEASURE_SURVEY_H
#define PBR_MEASURE_SURVEY_H

#include "contract/cases.h"
#include "measure/metrics.h"
#include "measure/population.h"

/* Adds what it finds to the cases, by so many threads. The measures' counts must be set. No case
 * depends on the order of rows. */
void pbr_survey(pbr_cases *cases, const pbr_population *population, const pbr_measures *measures,
                size_t threads);

#endif
