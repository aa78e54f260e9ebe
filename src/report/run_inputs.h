/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a run is given beside data and terms, as sheets of input that workings point at: volumes,
 * service levels, earlier settlements. And what top-ups are net of. */
#ifndef PBR_REPORT_RUN_INPUTS_H
#define PBR_REPORT_RUN_INPUTS_H

#include "report/links.h"

pbr_sheet pbr_sheet_volumes(const pbr_scope *scope);
pbr_sheet pbr_sheet_levels(const pbr_scope *scope);
pbr_sheet pbr_sheet_earlier(const pbr_scope *scope);
pbr_sheet pbr_sheet_adopted(const pbr_scope *scope); /* lines that only earlier runs settled */
pbr_sheet pbr_sheet_net_parts(const pbr_scope *scope);

/* Gathers their rows; the sheets of workings must be planned. */
void pbr_run_inputs_take(pbr_links *links);

/* How many rows of the sheet of volumes a stage sums up, from *first on. */
size_t pbr_volume_rows(const pbr_work *work, size_t row, const pbr_stage *stage, size_t *first);
size_t pbr_level_row(const pbr_work *work, size_t row); /* or PBR_NONE */
/* The rows of earlier settlements that a payment takes into account. */
size_t pbr_earlier_rows(const pbr_links *links, const pbr_payment *payment, size_t *first);
size_t pbr_net_part_rows(const pbr_links *links, const pbr_claim *top_up, size_t *first);

/* "C02/2015Q4/binary", as `explain` names figures. */
const char *pbr_figure_label(const pbr_scope *scope, size_t area, size_t cohort, const char *line);

#endif
