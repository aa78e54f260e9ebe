/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The columns of cohort.csv. */
#ifndef PBR_MEASURE_START_COLUMNS_H
#define PBR_MEASURE_START_COLUMNS_H

#include "contract/contract.h"
#include "input/schema.h"

/* pbrcalc's own; those that the contract's rules name stand behind them. */
enum {
    PBR_START_PERSON,
    PBR_START_AREA,
    PBR_START_DATE,
    PBR_START_TYPE,
    PBR_START_SCORE,
    PBR_START_LABEL,
    PBR_START_GROUP,
    PBR_START_COLUMNS
};

/* The schema of cohort.csv with the columns that the contract's rules name; owned by its arena. */
const pbr_schema *pbr_cohort_schema(const pbr_contract *contract);

#endif
