/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds persons among the starts in order, by their words. The highest bits of a word say where a
 * few starts begin, of which one is compared with all of it. Any number of threads may ask. */
#ifndef PBR_MEASURE_PERSONS_H
#define PBR_MEASURE_PERSONS_H

#include "measure/population.h"

#define PBR_NO_PERSON UINT32_MAX

/* The first start of a person, which stands for the person, or PBR_NO_PERSON. */
uint32_t pbr_person_find(const pbr_population *population, uint64_t word);

static inline const uint32_t *pbr_person_place(const pbr_population *population, uint64_t word)
{
    return &population->first[word >> (64 - population->first_bits)];
}

/* Memory is far: what will be asked soon is fetched ahead, first the place, later the starts that
 * begin there. */
static inline void pbr_person_fetch_place(const pbr_population *population, uint64_t word)
{
    __builtin_prefetch(pbr_person_place(population, word));
}

enum { PBR_STARTS_FETCHED = 4 }; /* the last one lies, as a rule, in the next line of memory */
static inline void pbr_person_fetch_starts(const pbr_population *population, uint64_t word)
{
    const pbr_start *starts = &population->starts[*pbr_person_place(population, word)];
    __builtin_prefetch(starts);
    __builtin_prefetch(starts + PBR_STARTS_FETCHED - 1);
}

/* Last, what a person's starts are counted by. */
static inline void pbr_person_fetch_counts(const pbr_population *population, uint32_t person)
{
    __builtin_prefetch(&population->reoffences[person * population->kinds_count], 1);
    __builtin_prefetch(pbr_class_of(population, person));
}

#endif
