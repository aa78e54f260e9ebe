/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The settlement folder: every file of it, and its manifest last. */
#ifndef PBR_COMMAND_SETTLEMENT_FOLDER_H
#define PBR_COMMAND_SETTLEMENT_FOLDER_H

#include "base/staged.h"
#include "command/work.h"
#include "derive/working.h"
#include "qa/qa.h"
#include "report/manifest.h"

typedef struct {
    const pbr_work *work;
    const pbr_settlement *settlement;
    const pbr_workings *workings; /* of the settlement */
    const pbr_option_fact *options;
    size_t options_count;
    const pbr_qa *qa; /* NULL: no QA pack */
    bool interim, keep_inputs, cross_checked;
    int64_t threads; /* as many processes write the workbooks */
} pbr_folder_plan;

/* Writes every file into the staged folder. Problems go to diag; false if there was any. *files is
 * the number of files written. */
bool pbr_settlement_folder_write(const pbr_folder_plan *plan, pbr_staged *staged, size_t *files,
                                 pbr_diag *diag);

#endif
