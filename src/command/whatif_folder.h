/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The folder of a what-if: tables, workbook, page and document of one scenario, and the scenario.
 */
#ifndef PBR_COMMAND_WHATIF_FOLDER_H
#define PBR_COMMAND_WHATIF_FOLDER_H

#include "whatif/whatif.h"

#define PBR_WHATIF_MARK "whatif.json" /* a file that only such folders have */

/* Writes it whole or not at all. False, with the problem in diag, if it was not written. */
bool pbr_whatif_folder_write(const pbr_whatif *whatif, const char *folder, bool force,
                             pbr_diag *diag);

#endif
