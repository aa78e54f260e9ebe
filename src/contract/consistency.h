/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a loaded contract hang together: words that fit each other, tables without gap or overlap
 * for everything the rules will ask of them. */
#ifndef PBR_CONTRACT_CONSISTENCY_H
#define PBR_CONTRACT_CONSISTENCY_H

#include "contract/contract.h"

/* The scheme by itself. */
void pbr_check_scheme(const pbr_contract *contract, pbr_diag *diag);
/* The rules of one version by themselves. */
void pbr_check_rules(const pbr_contract *contract, const pbr_rules *rules, pbr_diag *diag);
/* The tables against the rules. */
void pbr_check_tables(const pbr_contract *contract, pbr_diag *diag);

#endif
