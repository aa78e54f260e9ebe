/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the rules say of a row of cohort.csv. */
#ifndef PBR_MEASURE_JUDGE_H
#define PBR_MEASURE_JUDGE_H

#include "input/table.h"
#include "measure/population.h"

typedef struct pbr_judge pbr_judge;

/* Binds the contract's rules to the columns of cohort.csv, and makes the population's windows;
 * owned by the contract's arena. NULL, reported, if they are more than a class can tell apart, or
 * the cohorts too far apart. */
const pbr_judge *pbr_judge_new(pbr_population *population, pbr_diag *diag);

/* Which columns decide, besides the day and whether there is a score, by what their cells are: told
 * once for all rows that have the same cells (decides), or anew for each row where a cell is
 * filled, since it is compared with days (dated). False if nothing can be told for rows alike: a
 * rule looks at what is each row's own. */
bool pbr_judge_columns(const pbr_judge *judge, bool *decides, bool *dated);

/* What is known of a row besides its cells. */
typedef struct {
    pbr_date date;
    uint32_t score; /* or PBR_NO_SCORE */
    pbr_class class;
    pbr_slice type; /* the start type, for the class to number */
    pbr_date transferred[PBR_KINDS];
} pbr_judged_row;

/* Judges the row by its cells, date and score. False if anything is wrong with it, which is
 * reported. Of a row that is not sound, whose date or score means nothing, only area and group are
 * looked at.
 */
bool pbr_judge_row(const pbr_judge *judge, pbr_table *table, bool sound, pbr_judged_row *row);

#endif
