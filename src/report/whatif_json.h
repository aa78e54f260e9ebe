/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is told of a scenario as one JSON document. */
#ifndef PBR_REPORT_WHATIF_JSON_H
#define PBR_REPORT_WHATIF_JSON_H

#include "base/staged.h"
#include "whatif/whatif.h"

#define PBR_WHATIF_FORMAT "pbrcalc-whatif-1"

/* Writes it; its lists have a row a line, so that a large grid takes no memory. */
void pbr_whatif_json(FILE *out, const pbr_whatif *whatif);
/* whatif.json of the folder. False, reported, if it could not be written. */
bool pbr_whatif_write_json(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag);

#endif
