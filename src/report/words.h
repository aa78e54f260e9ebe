/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Results, reasons and terms in plain words, the same in every workbook. Strings are static or
 * owned by the scope's arena. */
#ifndef PBR_REPORT_WORDS_H
#define PBR_REPORT_WORDS_H

#include "report/scope.h"

/* A status, with what follows from it: "illustrative: not for payment". */
const char *pbr_status_words(pbr_status status);
/* What nobody may overlook of this workbook: illustrative values, interim results; or NULL. */
const char *pbr_warning(const pbr_scope *scope);
const char *pbr_terms_status(const pbr_scope *scope);
const char *pbr_document_status(const pbr_scope *scope); /* for the document's properties */
const char *pbr_footer_words(const pbr_scope *scope);    /* status and settlement, on each page */
const char *pbr_vat_words(const pbr_scope *scope);       /* "Amounts exclude VAT." */
/* "pounds", "dollars": of the contract's currency, or its code. */
const char *pbr_currency_words(const pbr_scope *scope);
const char *pbr_currency_symbol(const pbr_scope *scope); /* "£", or the code of a rarer one */
/* The text with the currency's symbol where it has "£". */
const char *pbr_in_currency(const pbr_scope *scope, const char *text);
const char *pbr_date_words(const pbr_scope *scope, pbr_date date); /* ISO, or "not stated" */
const char *pbr_area_words(const pbr_scope *scope);
const char *pbr_cohort_words(const pbr_scope *scope);
const char *pbr_provider_words(const pbr_scope *scope);
const char *pbr_source_words(const pbr_scope *scope); /* the source line of every sheet */
const char *pbr_findings_words(const pbr_scope *scope);
const char *pbr_overridden_words(const pbr_scope *scope); /* NULL: no check was overridden */
/* "first; second", where the first may be NULL. */
const char *pbr_joined(const pbr_scope *scope, const char *first, const char *second);
const char *pbr_or(const char *text, const char *instead); /* for NULL and empty texts */

#endif
