/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Reoffences that are kept until all of them are read, whatever the order of their rows. */
#ifndef PBR_MEASURE_OFFENCES_H
#define PBR_MEASURE_OFFENCES_H

#include "measure/matching.h"

typedef struct pbr_offences {
    pbr_population *population;
    struct pbr_offence_bucket *buckets; /* rows of some thousand starts' persons each */
    size_t buckets_count;
    pbr_blocks memory; /* for the rows */
    pbr_asides ids;    /* offence ids that are not packed */
} pbr_offences;

pbr_offences *pbr_offences_new(pbr_population *population);
void pbr_offences_free(pbr_offences *offences);
/* Keeps a row of a person's; an offence id that is not packed stands in `ids`. */
void pbr_offences_add(pbr_offences *offences, uint32_t person, const pbr_offence *row,
                      const pbr_asides *ids);
/* Matches all that is kept, by so many threads, each with a matcher. Call once, last. */
void pbr_offences_match(pbr_offences *offences, pbr_matcher *const *matchers, size_t threads);

#endif
