/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What stands in a contract and can have no effect, or none that anybody can have meant. Each is a
 * warning: the contract can be applied as it is. */
#ifndef PBR_CONTRACT_CHECK_IDLE_H
#define PBR_CONTRACT_CHECK_IDLE_H

#include "contract/contract.h"

/* Looks at a contract whose rules and tables could be read. */
void pbr_check_idle(const pbr_contract *contract, pbr_diag *diag);

/* Caps that pay nothing or can never bind. A cap can never bind where all its lines have a most
 * (fixed amounts, steps, shares, refunds, credits, fees without an index) and those sum to less
 * than the limit; caps over the life of a contract, and years in which two versions share a cap,
 * are not judged. */
void pbr_check_idle_caps(const pbr_contract *contract, pbr_diag *diag);

/* May these rules be the ones for an area and cohort? Where the day of the settlement decides, any
 * version of the area may. */
bool pbr_rules_may_hold(const pbr_contract *contract, size_t area, size_t cohort,
                        const pbr_rules *rules);

#endif
