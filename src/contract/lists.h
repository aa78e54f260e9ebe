/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Tables that a contract may do without: steps, index series, clauses. */
#ifndef PBR_CONTRACT_LISTS_H
#define PBR_CONTRACT_LISTS_H

#include "contract/contract.h"
#include "input/schema.h"

extern const pbr_schema pbr_steps_schema, pbr_indices_schema, pbr_clauses_schema;

/* Each reads its file if there is one. Problems go to diag. */
void pbr_steps_read(pbr_contract *contract, pbr_diag *diag);
void pbr_indices_read(pbr_contract *contract, pbr_diag *diag);
void pbr_clauses_read(pbr_contract *contract, pbr_diag *diag);

#endif
