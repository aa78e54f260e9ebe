/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A line on the terminal that says how far a long calculation is: after a second, and nowhere but
 * on a terminal. */
#ifndef PBR_COMMAND_PROGRESS_H
#define PBR_COMMAND_PROGRESS_H

#include "command/arguments.h"
#include "whatif/progress.h"

typedef struct pbr_progress_line pbr_progress_line;

/* Shows a calculation that is about to begin on the standard error; nothing with --quiet. */
pbr_progress_line *pbr_progress_show(const pbr_progress *progress, const pbr_arguments *arguments);
/* Takes the line away; the calculation has ended. */
void pbr_progress_hide(pbr_progress_line *line);

#endif
