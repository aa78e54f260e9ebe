/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The CSV files of a QA pack: what qa.xlsx shows, tidy. */
#ifndef PBR_REPORT_QA_TABLES_H
#define PBR_REPORT_QA_TABLES_H

#include "base/out.h"
#include "input/schema.h"
#include "qa/qa.h"
#include "whatif/near.h"

extern const pbr_schema pbr_qa_assumptions_schema, pbr_qa_exclusions_schema, pbr_qa_splits_schema,
    pbr_qa_turns_schema;

void pbr_qa_assumptions_write(pbr_out *out, const pbr_qa *qa);
void pbr_qa_exclusions_write(pbr_out *out, const pbr_qa *qa);
void pbr_qa_splits_write(pbr_out *out, const pbr_qa *qa);
void pbr_qa_turns_write(pbr_out *out, const pbr_contract *contract, const pbr_near *nears,
                        size_t count);

#endif
