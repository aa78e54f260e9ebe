/* SPDX-License-Identifier: GPL-3.0-or-later */
/* settlement.xlsx: the commissioner's workbook, every area, every line, and what they rest on. */
#ifndef PBR_REPORT_SETTLEMENT_BOOK_H
#define PBR_REPORT_SETTLEMENT_BOOK_H

#include "derive/working.h"
#include "report/facts.h"

/* Writes the workbook to path. Everything given is borrowed. False after a problem, which goes to
 * diag; nothing then stands at path. */
bool pbr_settlement_book(const char *path, const pbr_workings *workings, const pbr_run_facts *facts,
                         pbr_diag *diag);

#endif
