/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a side of a what-if begins as: a settlement folder made again, a contract with a table of
 * measures, or another contract on measures that there are already. */
#ifndef PBR_COMMAND_ORIGIN_H
#define PBR_COMMAND_ORIGIN_H

#include "command/replay.h"
#include "settle/again.h"
#include "whatif/scenario.h"

typedef struct {
    pbr_arena *arena;
    bool replayed; /* a settlement folder */
    pbr_replay replay;
    pbr_work work; /* otherwise */
    pbr_settle_options options;
    pbr_settlement *settlement;
    pbr_settled settled; /* what it comes to; borrowed from the above */
    const char *words;   /* "settlement 2018-01-26-…" */
} pbr_origin;

/* Each opens one; false, with the problem in diag, if that cannot be done. Paths are as the command
 * line would take them. Close in any case. */
bool pbr_origin_settlement(pbr_origin *origin, const char *folder, pbr_diag *diag);
bool pbr_origin_measures(pbr_origin *origin, const pbr_scenario_side *side, pbr_diag *diag);
/* The contract in a folder on the measures of another origin, which must outlive it; cohorts NULL:
 * the same ones. */
bool pbr_origin_contract(pbr_origin *origin, const pbr_settled *base, const char *folder,
                         const char *cohorts, pbr_diag *diag);
void pbr_origin_close(pbr_origin *origin);

/* Measures its extracts by another contract, which numbers areas and cohorts alike; they are looked
 * for by digest, also in places. NULL, with the problem in diag (at the place), where it has none
 * or they are not found. Free with pbr_measures_free. */
pbr_measures *pbr_origin_measure(pbr_origin *origin, const pbr_contract *contract,
                                 const char *const *places, size_t count, pbr_place place,
                                 pbr_diag *diag);

#endif
