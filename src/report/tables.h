/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV files of a settlement folder. */
#ifndef PBR_REPORT_TABLES_H
#define PBR_REPORT_TABLES_H

#include "base/out.h"
#include "input/schema.h"
#include "settle/settlement.h"

extern const pbr_schema pbr_payments_schema, pbr_results_schema, pbr_attrition_schema,
    pbr_checks_schema, pbr_balances_schema, pbr_other_schema, pbr_earlier_schema;

void pbr_payments_write(pbr_out *out, const pbr_settlement *settlement);
void pbr_results_write(pbr_out *out, const pbr_settlement *settlement);
void pbr_balances_write(pbr_out *out, const pbr_settlement *settlement);
void pbr_other_write(pbr_out *out, const pbr_settlement *settlement);
/* What earlier settlements settled, by area, cohort, line, settlement, payee. */
void pbr_earlier_write(pbr_out *out, const pbr_earlier *rows, size_t count,
                       const pbr_earlier_run *runs, const pbr_contract *contract);
/* The ledger of the cohorts chosen; of all if chosen is NULL. */
void pbr_attrition_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                         const size_t *chosen, size_t chosen_count);
void pbr_checks_write(pbr_out *out, const pbr_diag *diag);

#endif
