/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Whether what was read may be settled: what the checks of data found is told, and what blocks is
 * held against the overrides of the run. */
#ifndef PBR_COMMAND_READINESS_H
#define PBR_COMMAND_READINESS_H

#include "command/work.h"

/* Tells what the measures show, of the cohorts given (NULL: of all): for commands that settle
 * nothing. */
void pbr_tell_checks(const pbr_work *work, const size_t *cohorts, size_t count, pbr_diag *diag);

/* Tells what the measures and the settlement show. What blocks and nobody overrides is an error. */
void pbr_hold_ready(pbr_work *work, const pbr_settlement *settlement,
                    const pbr_settle_options *options, pbr_diag *diag);

#endif
