/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What payment lines and balances say in words. Texts are static or owned by the scope's arena. */
#ifndef PBR_REPORT_PAYMENT_WORDS_H
#define PBR_REPORT_PAYMENT_WORDS_H

#include "report/scope.h"

/* Why a payment line is what it is: new or settled before, and what changed it; hurdle, cap. */
const char *pbr_reason_words(const pbr_scope *scope, const pbr_payment *payment);
/* Whom a line is paid to, with the provider where it has another name. */
const char *pbr_payee_words(const pbr_scope *scope, const pbr_payment *payment);
/* What a unit is: "reoffender", "contract year"; NULL where nothing is counted. */
const char *pbr_unit_words(const pbr_payment *payment);
/* "applied", "waived", "held". */
const char *pbr_disposition_words(const pbr_payment *payment);
/* Why that was decided; of a line held without a decision, why it is held; or NULL. */
const char *pbr_decision_words(const pbr_scope *scope, const pbr_payment *payment);
/* Which of the price, the baseline and the line's terms are illustrative; NULL if none. */
const char *pbr_illustrative_parts(const pbr_scope *scope, const pbr_payment *payment);
bool pbr_is_applied(const pbr_payment *payment);

/* Sentences for the cover; NULL where there is nothing to say. */
const char *pbr_decided_words(const pbr_scope *scope);  /* lines that are not simply applied */
const char *pbr_restated_words(const pbr_scope *scope); /* lines settled before */
const char *pbr_due_words(const pbr_scope *scope);      /* never NULL */
/* What follows from negative totals. */
const char *pbr_negative_total_words(const pbr_scope *scope);
/* "£2,500.00", for sentences. */
const char *pbr_money_words(const pbr_scope *scope, int64_t pence);

#endif
