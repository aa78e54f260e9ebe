/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario asks of the side that it is about. */
#ifndef PBR_COMMAND_ANALYSES_H
#define PBR_COMMAND_ANALYSES_H

#include "command/arguments.h"
#include "whatif/whatif.h"

/* Fills in what the scenario asks for. False, with the problem in diag, if one of them cannot be
 * made. Free in any case. */
bool pbr_analyses_make(pbr_whatif *whatif, const pbr_arguments *arguments, pbr_diag *diag);
void pbr_analyses_free(pbr_whatif *whatif);

#endif
