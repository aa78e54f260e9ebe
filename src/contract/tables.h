/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a contract folder: areas, agreements, baselines, prices, named cohorts. */
#ifndef PBR_CONTRACT_TABLES_H
#define PBR_CONTRACT_TABLES_H

#include "contract/contract.h"
#include "input/schema.h"

extern const pbr_schema pbr_areas_schema, pbr_agreements_schema, pbr_baselines_schema,
    pbr_cohorts_schema;

/* The schema of prices.csv: its money columns are those the contract's lines and caps name. Owned
 * by the contract's arena; valid once the rules are loaded. */
const pbr_schema *pbr_prices_schema(pbr_contract *contract);

/* Each reads one table into contract and records the file's digest. Problems go to diag. */
void pbr_areas_read(pbr_contract *contract, pbr_diag *diag);
void pbr_agreements_read(pbr_contract *contract, pbr_diag *diag);
void pbr_baselines_read(pbr_contract *contract, pbr_diag *diag);
void pbr_prices_read(pbr_contract *contract, pbr_diag *diag);
void pbr_cohorts_read(pbr_contract *contract, pbr_diag *diag); /* the file may be absent */

#endif
