/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The prices, steps and index values that the payments of a workbook rest on. */
#ifndef PBR_REPORT_SCOPE_PRICES_H
#define PBR_REPORT_SCOPE_PRICES_H

#include "report/scope.h"

/* Fills scope->prices, steps and indices from its payments, and counts illustrative rows. */
void pbr_scope_take_prices(pbr_scope *scope);

#endif
