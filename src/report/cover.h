/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The front sheet of a workbook: a table of items and what is said of them, with the total, the
 * master check against the engine's own figure, and a line with a link for each sheet. */
#ifndef PBR_REPORT_COVER_H
#define PBR_REPORT_COVER_H

#include "report/book.h"
#include "report/scope.h"

enum { PBR_COVER_CELLS_MAX = 4 };

typedef struct {
    const pbr_scope *scope;
    pbr_list rows; /* of a type of cover.c, owned by the scope's arena */
} pbr_cover;

/* Texts are borrowed until the sheet is added. */
void pbr_cover_text(pbr_cover *cover, const char *item, const char *detail);
/* A sum of money taken from a cell of another sheet ("Schedule!$L$20"), large. */
void pbr_cover_total(pbr_cover *cover, const char *item, const char *cell, int64_t pence);
/* A part of a sum, taken from a cell of another sheet, or stated where cell is NULL. */
void pbr_cover_part(pbr_cover *cover, const char *item, const char *cell, int64_t pence);
/* The sum, large, of as many parts as were added right before it. */
void pbr_cover_sum(pbr_cover *cover, const char *item, size_t parts, int64_t pence);
/* A text to be noticed; nothing where detail is NULL. */
void pbr_cover_mark(pbr_cover *cover, const char *item, const char *detail);
/* What a reader must see first: termination points, close calls, decisions, restatement, checks
 * that were overridden. */
void pbr_cover_flags(pbr_cover *cover);
/* The engine's own figure, with the cells of other sheets that must equal it, as must the large sum
 * of the cover where is_total. */
void pbr_cover_figure(pbr_cover *cover, const char *item, int64_t pence, const char *const *cells,
                      size_t cells_count, bool is_total);
/* Whether every figure of the cover is met: the master check. */
void pbr_cover_check(pbr_cover *cover);
/* A row for each sheet: a link and the sheet's title. */
void pbr_cover_contents(pbr_cover *cover, const pbr_sheet *sheets, size_t count);
/* How the workbook recalculates, and which cells do not. */
void pbr_cover_live(pbr_cover *cover);
/* What every cover says of the run and the contract. */
void pbr_cover_facts(pbr_cover *cover);

pbr_sheet pbr_cover_sheet(const pbr_cover *cover, const char *name, const char *title,
                          const char *about);
void pbr_cover_free(pbr_cover *cover); /* not the scope */

/* The document's properties; the title is "KIND: payee" or "KIND: contract". */
pbr_book_facts pbr_properties(const pbr_scope *scope, const char *kind);

/* The cell of a sheet's total of a column; owned by the scope's arena. */
const char *pbr_total_cell(const pbr_scope *scope, const pbr_sheet *sheet, const char *header);

#endif
