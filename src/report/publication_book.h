/* SPDX-License-Identifier: GPL-3.0-or-later */
/* publication.xlsx: the results of a settlement for the public, readable with a screen reader, with
 * small numbers withheld as scheme.yaml says. */
#ifndef PBR_REPORT_PUBLICATION_BOOK_H
#define PBR_REPORT_PUBLICATION_BOOK_H

#include "base/diag.h"
#include "measure/metrics.h"
#include "report/facts.h"
#include "settle/settlement.h"

/* Writes the workbook to path; runs are the earlier settlements that this one was built on.
 * Problems go to diag; false if there was any. */
bool pbr_publication_book(const char *path, const pbr_settlement *settlement,
                          const pbr_measures *measures, const pbr_earlier_run *runs,
                          size_t runs_count, const pbr_run_facts *facts, pbr_diag *diag);

#endif
