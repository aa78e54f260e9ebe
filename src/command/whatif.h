/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Parts of the command whatif. */
#ifndef PBR_COMMAND_WHATIF_H
#define PBR_COMMAND_WHATIF_H

#include "whatif/whatif.h"

/* For people: what was asked, the terms that differ, what is due on either side, verdicts; all of
 * everything if asked. */
void pbr_whatif_print(const pbr_whatif *whatif, bool all, FILE *out);

#endif
