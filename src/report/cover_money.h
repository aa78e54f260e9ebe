/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The money of a cover: lines, other money and what was brought forward add up to the total, which
 * is paid, invoiced, carried forward or set off. */
#ifndef PBR_REPORT_COVER_MONEY_H
#define PBR_REPORT_COVER_MONEY_H

#include "report/cover.h"

/* The sheets that sums are taken from; NULL: not in the workbook. */
typedef struct {
    const pbr_sheet *payees, *summary; /* only where everybody is in it */
    const pbr_sheet *lines, *others;
} pbr_money_sheets;

/* The first rows of a cover. */
void pbr_cover_money(pbr_cover *cover, const pbr_money_sheets *sheets);
/* The engine's own figures and the master check; nothing where there is no money. */
void pbr_cover_money_check(pbr_cover *cover, const pbr_money_sheets *sheets);

#endif
