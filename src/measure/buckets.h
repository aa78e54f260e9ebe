/* SPDX-License-Identifier: GPL-3.0-or-later */
/* In which bucket of the ledger a start ends (semantics 3 to 6). */
#ifndef PBR_MEASURE_BUCKETS_H
#define PBR_MEASURE_BUCKETS_H

#include "measure/population.h"

/* Their numbers in the order of the ledger: the version's exclusions, then transferred, later
 * starts, the version's unmeasurable rules, numbered from 1, and those that count. */
static inline unsigned pbr_transferred_bucket(const pbr_terms *terms)
{
    return terms->exclude_count;
}

static inline unsigned pbr_later_bucket(const pbr_terms *terms)
{
    return terms->exclude_count + 1;
}

static inline unsigned pbr_unmeasurable_bucket(const pbr_terms *terms, unsigned number)
{
    return pbr_later_bucket(terms) + number;
}

static inline unsigned pbr_counted_bucket(const pbr_terms *terms)
{
    return pbr_later_bucket(terms) + terms->unmeasurable_count + 1;
}

/* Where a person had earlier starts, for one walk through starts in their order. */
typedef struct pbr_earlier_starts pbr_earlier_starts;
pbr_earlier_starts *pbr_earlier_starts_new(const pbr_population *population);
void pbr_earlier_starts_free(pbr_earlier_starts *earlier);

/* The bucket of a start that is in a cohort, by a view of it. Each view of a person's starts is
 * asked for once, first those of earlier starts. person: the first of them. */
unsigned pbr_bucket_of(pbr_earlier_starts *earlier, uint32_t person, uint32_t start,
                       const pbr_view *view);

#endif
