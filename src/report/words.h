/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results, reasons and terms in plain words, the same in every workbook. Strings are static or
 * owned by the scope's arena. */
#ifndef PBR_REPORT_WORDS_H
#define PBR_REPORT_WORDS_H

#include "report/scope.h"

/* "Better: rate below the lower limit". */
const char *pbr_result_words(const pbr_scope *scope, const pbr_result *result);
/* What else a reader must know of a result: termination, hurdle, not ripe; NULL if nothing. */
const char *pbr_flag_words(const pbr_scope *scope, const pbr_result *result);
/* Why a payment line is what it is: new or settled before, hurdle, cap, what was decided. */
const char *pbr_reason_words(const pbr_scope *scope, const pbr_payment *payment);
/* Whom a line is paid to, with the provider where it has another name. */
const char *pbr_payee_words(const pbr_scope *scope, const pbr_payment *payment);

const char *pbr_rate_unit(pbr_metric_kind kind);    /* "percent", "reoffences per reoffender" */
const char *pbr_payment_unit(pbr_metric_kind kind); /* "reoffender", "reoffence": what is priced */
/* A status, with what follows from it: "illustrative: not for payment". */
const char *pbr_status_words(pbr_status status);
/* Which of the price, the baseline and the line's terms are illustrative; NULL if none. */
const char *pbr_illustrative_parts(const pbr_scope *scope, const pbr_payment *payment);

/* What nobody may overlook of this workbook: illustrative values, interim results; or NULL. */
const char *pbr_warning(const pbr_scope *scope);
/* How many results are of cohorts that are not ripe; NULL if none. */
const char *pbr_interim_words(const pbr_scope *scope);
const char *pbr_terms_status(const pbr_scope *scope);
const char *pbr_document_status(const pbr_scope *scope); /* for the document's properties */
const char *pbr_footer_words(const pbr_scope *scope);    /* status and settlement, on each page */
const char *pbr_vat_words(const pbr_scope *scope);       /* "Amounts exclude VAT." */
const char *pbr_negative_total_words(const pbr_scope *scope);
const char *pbr_date_words(const pbr_scope *scope, pbr_date date); /* ISO, or "not stated" */
const char *pbr_due_words(const pbr_scope *scope);
const char *pbr_area_words(const pbr_scope *scope);
const char *pbr_cohort_words(const pbr_scope *scope);
const char *pbr_provider_words(const pbr_scope *scope);
const char *pbr_source_words(const pbr_scope *scope); /* the source line of every sheet */
const char *pbr_findings_words(const pbr_scope *scope);
const char *pbr_or(const char *text, const char *instead); /* for NULL and empty texts */

#endif
