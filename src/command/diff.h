/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the command diff: from two folders to their difference, and its texts. */
#ifndef PBR_COMMAND_DIFF_H
#define PBR_COMMAND_DIFF_H

#include "command/replay.h"
#include "compare/difference.h"

/* Settles every stage between the two and tells their difference apart. Both replays are open and
 * their inputs looked for. False, with the problem in diag, if a folder's tables cannot be read.
 * Free in any case, before the replays are closed. */
typedef struct pbr_diff_stages pbr_diff_stages;
pbr_diff_stages *pbr_diff_stages_make(pbr_replay *old, pbr_replay *now, pbr_diag *diag);
void pbr_diff_stages_free(pbr_diff_stages *stages);
const pbr_difference *pbr_diff_stages_difference(const pbr_diff_stages *stages);

/* Fills in how inputs differ, and what the runs were told. */
void pbr_diff_inputs(pbr_difference *difference, const pbr_replay *old, const pbr_replay *now);
void pbr_diff_options(pbr_difference *difference, const pbr_manifest *old, const pbr_manifest *now);

/* For people: a summary first, then the largest lines; all of everything if asked. */
void pbr_difference_print(const pbr_difference *difference, bool all, FILE *out);

#endif
