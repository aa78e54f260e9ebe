/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of workings: a row a figure, a column a step, from counts to what is due. Columns that are
 * formulas have the same formula in every row. */
#ifndef PBR_REPORT_WORKING_SHEETS_H
#define PBR_REPORT_WORKING_SHEETS_H

#include "report/links.h"

/* Plans them all, in the order in which money flows; their formulas come when they are placed. */
void pbr_works_plan(pbr_links *links);
void pbr_works_place(pbr_links *links);

/* Writes the next cell: the formula of a stage, or the engine's value where it does not come to it.
 */
void pbr_work_formula_cell(pbr_row *row, const pbr_work *work, size_t index, size_t stage);

/* Does each sheet of workings come to the program's figures? */
pbr_sheet pbr_sheet_recalculation(const pbr_scope *scope);
/* Cells of all workings that the program gives because floating point would not, or because what
 * they rest on is blank. */
size_t pbr_works_given(const pbr_scope *scope);
size_t pbr_works_blank(const pbr_scope *scope);

#endif
