/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The periods of a contract: calendar quarters, contract years and named cohorts. */
#ifndef PBR_CONTRACT_COHORTS_H
#define PBR_CONTRACT_COHORTS_H

#include "contract/contract.h"

/* Adds the quarters from scheme.first_cohort to last_cohort and the contract years they belong to;
 * a contract year holds only the quarters between the two. Problems go to diag. */
void pbr_cohorts_build(pbr_contract *contract, pbr_diag *diag);

/* "2015/16" (or "2015" where years start in January) for a day. Owned by the contract's arena. */
const char *pbr_contract_year_of(const pbr_contract *contract, pbr_date day);

/* Sorts contract->cohorts into their order and checks that those of a kind do not overlap. */
void pbr_cohorts_order(pbr_contract *contract, pbr_diag *diag);

pbr_cohort *pbr_cohorts_add(pbr_contract *contract);

#endif
