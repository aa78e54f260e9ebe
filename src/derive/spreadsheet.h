/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas as a spreadsheet works them out: in floating point, and with words. So the program knows
 * beforehand of each cell whether recalculation gives the engine's value. */
#ifndef PBR_DERIVE_SPREADSHEET_H
#define PBR_DERIVE_SPREADSHEET_H

#include "derive/working.h"

/* What comes of each stage of a row whose values stand; owned by the workings' arena. */
pbr_floating *pbr_spreadsheet_row(const pbr_workings *all, const pbr_working *working,
                                  const pbr_working_row *row);

#endif
