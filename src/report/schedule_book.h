/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The payment schedule of one payee: what goes to finance and to the provider. */
#ifndef PBR_REPORT_SCHEDULE_BOOK_H
#define PBR_REPORT_SCHEDULE_BOOK_H

#include "derive/working.h"
#include "report/facts.h"

/* Writes the workbook to path. Everything given is borrowed. False after a problem, which goes to
 * diag; nothing then stands at path. */
bool pbr_schedule_book(const char *path, const char *payee, const pbr_workings *workings,
                       const pbr_run_facts *facts, pbr_diag *diag);

#endif
