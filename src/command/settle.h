/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement of `settle`, for commands that make one again. */
#ifndef PBR_COMMAND_SETTLE_H
#define PBR_COMMAND_SETTLE_H

#include "base/staged.h"
#include "command/arguments.h"

/* Settles as the arguments of `settle` say, and writes every file of the settlement into the staged
 * folder, which stays the caller's. diag must be new: what it holds is in the settlement's checks.
 * False, with the problem in diag, if it was not made. */
bool pbr_settle_into(pbr_staged *staged, const pbr_arguments *arguments, pbr_diag *diag);

#endif
