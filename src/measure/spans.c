/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/spans.h"

#include <stdlib.h>

struct pbr_spans {
    pbr_date *bounds; /* in order; a span begins on each, and one before the first */
    size_t count;
};

static int by_day(const void *left, const void *right)
{
    const pbr_date *a = left, *b = right;
    return *a == *b ? 0 : *a < *b ? -1 : 1;
}

/* A cohort mostly begins where another one ends. */
static void leave_out_equals(pbr_spans *spans)
{
    size_t kept = 0;
    for (size_t i = 0; i < spans->count; i++)
        if (!i || spans->bounds[i] != spans->bounds[i - 1])
            spans->bounds[kept++] = spans->bounds[i];
    spans->count = kept;
}

pbr_spans *pbr_spans_new(const pbr_contract *contract)
{
    pbr_spans *spans = pbr_alloc(1, sizeof *spans);
    spans->bounds = pbr_alloc(2 * contract->cohorts_count, sizeof *spans->bounds);
    for (size_t i = 0; i < contract->cohorts_count; i++) {
        spans->bounds[spans->count++] = contract->cohorts[i].from;
        spans->bounds[spans->count++] = contract->cohorts[i].to;
    }
    qsort(spans->bounds, spans->count, sizeof *spans->bounds, by_day);
    leave_out_equals(spans);
    return spans;
}

void pbr_spans_free(pbr_spans *spans)
{
    free(spans->bounds);
    free(spans);
}

size_t pbr_spans_count(const pbr_spans *spans)
{
    return spans->count + 1;
}

/* The number of bounds up to the day. */
static size_t search(const pbr_spans *spans, pbr_date day)
{
    size_t low = 0, high = spans->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (spans->bounds[middle] <= day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t pbr_span_of(const pbr_spans *spans, pbr_day_spans *kept, pbr_date day)
{
    size_t at = (size_t)day % PBR_DAYS_KEPT;
    if (!kept->days[at].span_plus_1 || kept->days[at].day != day) {
        kept->days[at].day = day;
        kept->days[at].span_plus_1 = (uint32_t)search(spans, day) + 1;
    }
    return kept->days[at].span_plus_1 - 1;
}
