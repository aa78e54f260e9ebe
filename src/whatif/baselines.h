/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Other baselines for a metric, in a copy of a contract. Rates and mean scores move; the limits
 * that a table gives, and the spread of the counts but where measures give it, stay as they are
 * tabled. */
#ifndef PBR_WHATIF_BASELINES_H
#define PBR_WHATIF_BASELINES_H

#include "settle/again.h"
#include "whatif/scenario.h"

/* Moves every row of the metric and the baseline year towards one for all areas: the mean of the
 * rows for the same cohort, weighted by cases; by weight 1 all the way. False, reported at the
 * place, where a row has no cases. */
bool pbr_baselines_shrink(pbr_contract *copy, const char *metric, const char *year,
                          const mpq_t weight, pbr_place place, pbr_diag *diag);

/* Puts the measures of a settlement in place of the rows: of each area the last cohort that was
 * settled of those that meet the row. A row keeps the columns that it has; a row without a measure
 * stays as it is. False, reported, where none has. */
bool pbr_baselines_measured(pbr_contract *copy, const char *metric, const char *year,
                            const pbr_settled *from, pbr_place place, pbr_diag *diag);

#endif
