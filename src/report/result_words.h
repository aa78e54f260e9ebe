/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What results say in words. Texts are static or owned by the scope's arena. */
#ifndef PBR_REPORT_RESULT_WORDS_H
#define PBR_REPORT_RESULT_WORDS_H

#include "report/scope.h"

/* "Better: rate below the lower limit". */
const char *pbr_result_words(const pbr_scope *scope, const pbr_result *result);
/* What else a reader must know of a result: termination, hurdle, close call, not ripe; or NULL. */
const char *pbr_flag_words(const pbr_scope *scope, const pbr_result *result);
/* What it is compared with: "baseline 2011", "control group", "cohort 2009". */
const char *pbr_compared_words(const pbr_scope *scope, const pbr_result *result);

const char *pbr_rate_unit(pbr_metric_kind kind);    /* "percent", "days per person" */
const char *pbr_payment_unit(pbr_metric_kind kind); /* what is priced: "reoffender", "day" */
const char *pbr_change_unit(const pbr_line *line, const pbr_metric *metric);
bool pbr_result_has_limits(const pbr_result *result); /* does the verdict rest on an interval? */

/* A sentence on all results for which there is something to say; NULL if there is none. */
const char *pbr_termination_words(const pbr_scope *scope);
const char *pbr_close_call_words(const pbr_scope *scope);
const char *pbr_interim_words(const pbr_scope *scope);

#endif
