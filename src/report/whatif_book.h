/* SPDX-License-Identifier: GPL-3.0-or-later */
/* whatif.xlsx: what is told of a scenario, with charts. */
#ifndef PBR_REPORT_WHATIF_BOOK_H
#define PBR_REPORT_WHATIF_BOOK_H

#include "base/staged.h"
#include "whatif/whatif.h"

/* False, with the problem in diag, if it was not written. */
bool pbr_whatif_write_book(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag);

#endif
