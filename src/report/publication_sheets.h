/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of publication.xlsx. What a disclosure withholds is "[c]" in them; no cell is blank.
 */
#ifndef PBR_REPORT_PUBLICATION_SHEETS_H
#define PBR_REPORT_PUBLICATION_SHEETS_H

#include "report/book.h"
#include "report/disclosure.h"
#include "report/scope.h"

/* What a payee is due, as far as it may be told. */
typedef struct {
    const char *payee; /* NULL: all together */
    int64_t results_pence, monthly_pence, other_pence, due_pence;
    bool withheld; /* a part of the results is */
} pbr_published_payee;

typedef struct {
    const pbr_scope *scope;
    const pbr_disclosure *disclosure;
    pbr_list counts; /* pbr_measure of those treated in the cohorts that are settled */
    pbr_list payees; /* pbr_published_payee, the last of them all together */
} pbr_publication;

/* Everything is borrowed and must outlive the publication; free with pbr_publication_free. NULL
 * when money overflows, which goes to diag. */
pbr_publication *pbr_publication_new(const pbr_scope *scope, const pbr_disclosure *disclosure,
                                     pbr_diag *diag);
void pbr_publication_free(pbr_publication *publication);

enum { PBR_PUBLISHED_TABLES = 5 };
/* The tables in order, of which those without rows are to be left out; their titles have no number
 * yet. */
void pbr_published_tables(const pbr_publication *publication, pbr_sheet out[PBR_PUBLISHED_TABLES]);
/* The sheet of notes that headers point to. */
pbr_sheet pbr_published_notes(const pbr_scope *scope);

/* How much is withheld, in a sentence. */
const char *pbr_withheld_words(const pbr_publication *publication);

#define PBR_WITHHELD "[c]"
#define PBR_NOT_AVAILABLE "[x]"
#define PBR_NOT_APPLICABLE "[z]"

#endif
