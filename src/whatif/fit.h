/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Does a changed copy of a contract hold together? Settling relies on a contract that was checked.
 */
#ifndef PBR_WHATIF_FIT_H
#define PBR_WHATIF_FIT_H

#include "contract/contract.h"

/* Everything: rules, tables, and what of a table is checked when it is read. */
void pbr_check_fit(const pbr_contract *copy, pbr_diag *diag);
/* The same in words: "does not fit the other terms: ...", owned by the arena, or NULL where it
 * fits. */
const char *pbr_misfit(const pbr_contract *copy, pbr_arena *arena);
/* The same of some versions of the rules by themselves, given by their indexes. */
const char *pbr_misfit_of_rules(const pbr_contract *copy, const size_t *rules, size_t count,
                                pbr_arena *arena);

#endif
