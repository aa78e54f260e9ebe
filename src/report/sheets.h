/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The table sheets that workbooks are put together from. Each function plans a sheet from a scope,
 * which must outlive the plan; what it allocates belongs to the scope's arena. The same column
 * holds the same thing on every sheet. */
#ifndef PBR_REPORT_SHEETS_H
#define PBR_REPORT_SHEETS_H

#include "report/book.h"
#include "report/scope.h"

pbr_sheet pbr_sheet_schedule(const pbr_scope *scope); /* payment lines of one payee */
pbr_sheet pbr_sheet_payments(const pbr_scope *scope); /* payment lines of everybody */
pbr_sheet pbr_sheet_payees(const pbr_scope *scope);
pbr_sheet pbr_sheet_others(const pbr_scope *scope); /* money that is not computed */
pbr_sheet
pbr_sheet_summary(const pbr_scope *scope); /* a row an area and cohort, or year of months */
pbr_sheet pbr_sheet_months(const pbr_scope *scope); /* a row an area, year and monthly line */
pbr_sheet pbr_sheet_results(const pbr_scope *scope);
pbr_sheet pbr_sheet_caps(const pbr_scope *scope);
pbr_sheet pbr_sheet_attrition(const pbr_scope *scope);
pbr_sheet pbr_sheet_measures(const pbr_scope *scope);
pbr_sheet pbr_sheet_terms(const pbr_scope *scope);
pbr_sheet pbr_sheet_baselines(const pbr_scope *scope);
pbr_sheet pbr_sheet_prices(const pbr_scope *scope);
pbr_sheet pbr_sheet_steps(const pbr_scope *scope);
pbr_sheet pbr_sheet_indices(const pbr_scope *scope);
pbr_sheet pbr_sheet_sources(const pbr_scope *scope);
pbr_sheet pbr_sheet_notes(const pbr_scope *scope);
pbr_sheet pbr_sheet_checks(const pbr_scope *scope);
pbr_sheet pbr_sheet_inputs(const pbr_scope *scope);
/* Beside these: constants_sheet.h, run_inputs.h and working_sheets.h. */

/* Headers that formulas and charts look for. */
#define PBR_HEADER_AREA_CODE "Area code"
#define PBR_HEADER_DUE "Amount due (£)"
#define PBR_HEADER_OTHER "Other money (£)"
#define PBR_HEADER_BROUGHT "Brought forward (£)"
#define PBR_HEADER_TOTAL "Total due (£)"
#define PBR_HEADER_PAY "To be paid now (£)"
#define PBR_HEADER_INVOICE "To be invoiced (£)"
#define PBR_HEADER_CARRIED "Carried forward (£)"
#define PBR_HEADER_SET_OFF "Set off (£)"
#define PBR_HEADER_ADJUSTED "Adjusted rate"
#define PBR_HEADER_BASELINE "Baseline"
#define PBR_HEADER_LOWER "Lower limit"
#define PBR_HEADER_UPPER "Upper limit"

#endif
