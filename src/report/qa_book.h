/* SPDX-License-Identifier: GPL-3.0-or-later */
/* qa.xlsx: the QA pack, for the people who answer for a settlement. It is the one workbook that
 * tells the digests of the extracts. */
#ifndef PBR_REPORT_QA_BOOK_H
#define PBR_REPORT_QA_BOOK_H

#include "qa/qa.h"
#include "report/facts.h"
#include "whatif/near.h"

/* What the pack says of the run beside what every workbook says. Borrowed. */
typedef struct {
    const pbr_input_fact *inputs; /* of the run, with the extracts' own digests */
    size_t inputs_count;
    bool cross_checked;    /* the measures were recomputed by the second path */
    const pbr_near *nears; /* of each result of the settlement */
} pbr_qa_facts;

/* False, with the problem in diag, if it was not written. */
bool pbr_qa_book(const char *path, const pbr_qa *qa, const pbr_run_facts *facts,
                 const pbr_qa_facts *inputs, pbr_diag *diag);

#endif
