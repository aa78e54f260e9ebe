/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows of baselines.csv and prices.csv by what they are looked up by. The index holds the numbers
 * of rows, so that a copy of a contract shares it and finds its own numbers. */
#ifndef PBR_CONTRACT_INDEX_H
#define PBR_CONTRACT_INDEX_H

#include "contract/contract.h"

/* Orders the rows, once their areas and names stand; pbr_contract_baseline, pbr_contract_price and
 * pbr_contract_amount need it. Owned by the contract's arena. */
void pbr_contract_index(pbr_contract *contract);
/* Are they of rows that are looked up by the same? In the index such keys are neighbours, in the
 * order of their rows. */
bool pbr_row_keys_are_same(const pbr_row_key *a, const pbr_row_key *b);

#endif
