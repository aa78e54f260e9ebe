/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a settlement comes to, in few numbers. Money is what is due: payable less what earlier runs
 * settled, so that two settlements of the same lines differ by what the terms are worth. */
#ifndef PBR_WHATIF_TOTALS_H
#define PBR_WHATIF_TOTALS_H

#include "settle/settlement.h"

/* The payees of several settlements, in byte order: the same index in all of their totals. */
typedef struct {
    const char **names; /* borrowed from the contracts */
    size_t count, room;
} pbr_payees;

/* Adds those whom the settlement has a line for. */
void pbr_payees_add(pbr_payees *payees, const pbr_settlement *settlement);
/* Adds one by name. */
void pbr_payees_add_name(pbr_payees *payees, const char *name);
void pbr_payees_free(pbr_payees *payees);

typedef struct {
    int64_t total_pence;
    int64_t *area_pence;  /* by area of the contract */
    int64_t *payee_pence; /* by payee of the list */
    size_t verdicts[PBR_NO_RESULT + 1], terminate;
} pbr_totals;

/* Room for so many areas and payees; arrays are owned by the arena. */
void pbr_totals_init(pbr_totals *totals, size_t areas, size_t payees, pbr_arena *arena);
/* Fills in totals with that room, whatever it held before. False if a sum does not fit in 63
 * bits, or a payee is not in the list. */
bool pbr_totals_of(pbr_totals *totals, const pbr_settlement *settlement, const pbr_payees *payees);

#endif
