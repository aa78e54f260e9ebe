/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The sheets of the QA pack. Each function plans a sheet; what it allocates belongs to the scope's
 * arena. */
#ifndef PBR_REPORT_QA_SHEETS_H
#define PBR_REPORT_QA_SHEETS_H

#include "report/qa_book.h"
#include "report/sheet_parts.h"

typedef struct {
    const pbr_scope *scope;
    const pbr_qa *qa;
    const pbr_qa_facts *facts;
} pbr_qa_scope;

pbr_sheet pbr_qa_sheet_signatures(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_assumptions(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_splits(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_avoided(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_restorations(const pbr_qa_scope *q); /* a row a rule */
pbr_sheet pbr_qa_sheet_restored(const pbr_qa_scope *q);     /* a row a rule, area and cohort */
pbr_sheet pbr_qa_sheet_turns(const pbr_qa_scope *q);        /* a row a result */
pbr_sheet pbr_qa_sheet_data(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_counts(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_decisions(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_assurance(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_limits(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_changes(const pbr_qa_scope *q);
pbr_sheet pbr_qa_sheet_map(const pbr_qa_scope *q);

#define PBR_HEADER_SPLIT_DUE "Amount due (£)"

/* --- tables of texts --- */

enum { PBR_TEXTS_MAX = 8 };

typedef struct {
    const char *cells[PBR_TEXTS_MAX];
} pbr_texts;

typedef struct {
    const pbr_qa_scope *q;
    pbr_list rows; /* of pbr_texts, owned by the arena */
} pbr_text_table;

/* Adds a row; cells beyond those given are blank. */
#define pbr_text_row(table, ...) pbr_texts_add(table, (pbr_texts){{__VA_ARGS__}})
void pbr_texts_add(pbr_text_table *table, pbr_texts row);
/* A sheet of the rows, a text a column; takes the table's rows over. */
pbr_sheet pbr_sheet_of_texts(pbr_text_table *table, const char *name, const char *id,
                             const char *title, const char *about, const pbr_book_column *columns,
                             size_t columns_count);

/* "3 results would be another verdict"; NULL for none. */
const char *pbr_verdicts_words(const pbr_scope *scope, size_t verdicts);
/* "+£2,500.00", with its sign. */
const char *pbr_effect_words(const pbr_scope *scope, int64_t pence);

#endif
