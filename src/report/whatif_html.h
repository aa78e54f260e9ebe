/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whatif.html: what a scenario comes to, as one page to be read on a screen or printed. It needs no
 * network and no script. */
#ifndef PBR_REPORT_WHATIF_HTML_H
#define PBR_REPORT_WHATIF_HTML_H

#include "whatif/whatif.h"

/* Writes it to path. False, with the problem in diag, if it was not written. */
bool pbr_whatif_write_html(const char *path, const pbr_whatif *whatif, pbr_diag *diag);

#endif
