/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Days cut into spans, of which all days lie in the same cohorts. */
#ifndef PBR_MEASURE_SPANS_H
#define PBR_MEASURE_SPANS_H

#include "contract/contract.h"

typedef struct pbr_spans pbr_spans;

enum { PBR_DAYS_KEPT = 4096 };

/* Spans of days that were asked for before, by the lowest bits of the day; for one thread. All
 * zero before it is used. */
typedef struct {
    struct {
        pbr_date day;
        uint32_t span_plus_1;
    } days[PBR_DAYS_KEPT];
} pbr_day_spans;

pbr_spans *pbr_spans_new(const pbr_contract *contract);
void pbr_spans_free(pbr_spans *spans);
size_t pbr_spans_count(const pbr_spans *spans);
size_t pbr_span_of(const pbr_spans *spans, pbr_day_spans *kept, pbr_date day);

#endif
