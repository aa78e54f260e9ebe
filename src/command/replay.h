/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement made again from its own folder, without its extracts: from the contract and tables
 * that it keeps, its measures, and what it records of earlier settlements. */
#ifndef PBR_COMMAND_REPLAY_H
#define PBR_COMMAND_REPLAY_H

#include "command/recorded.h"
#include "command/work.h"

typedef struct {
    pbr_arena *arena;
    pbr_recorded recorded;
    pbr_arguments *arguments;
    pbr_work work; /* reasons of restated lines are not known: they rest on earlier measures */
    pbr_settle_options options;
    pbr_settlement *settlement; /* NULL until all went well */
} pbr_replay;

/* Reads the folder, each file being as its manifest says, and settles. False, with the problem in
 * diag, if that cannot be done. Close in any case. */
bool pbr_replay_open(pbr_replay *replay, const char *folder, pbr_diag *diag);
/* The extracts that it was measured from, once they are looked for and found, as of a day. Owned by
 * the arena. */
pbr_extracts pbr_replay_extracts(const pbr_replay *replay, pbr_date as_at, pbr_arena *arena);
void pbr_replay_close(pbr_replay *replay);

#endif
