/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheet of what formulas need beside data and terms: each number and word that would otherwise
 * stand inside a formula, and what follows from terms alone. */
#ifndef PBR_REPORT_CONSTANTS_SHEET_H
#define PBR_REPORT_CONSTANTS_SHEET_H

#include "report/links.h"

pbr_sheet pbr_sheet_constants(const pbr_scope *scope);

/* The row of a constant by its name; one must be called so. */
size_t pbr_constant_row(const char *name);
const char *pbr_constant_literal(const char *name); /* as it stands in a formula: "2", "\"ok\"" */
size_t pbr_constant_rows(void);                     /* how many there are */
/* The row of a formula that is the same in every row of its working, or PBR_NONE. */
size_t pbr_line_formula_row(const pbr_links *links, const pbr_working *working, size_t stage);

#define PBR_WORD_OK "ok"
#define PBR_WORD_DIFFERS "differs"
#define PBR_WORDS_AGREE "everything agrees"
#define PBR_WORDS_DISAGREE "SOMETHING DIFFERS"

#endif
