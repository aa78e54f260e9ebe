/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Finds persons by their id. A slot holds the number of the person's first start and half of the
 * id's hash; the id itself stands in that start, and is always compared. */
#ifndef PBR_MEASURE_PERSONS_H
#define PBR_MEASURE_PERSONS_H

#include "base/code.h"

#define PBR_NO_PERSON UINT32_MAX

struct pbr_population;
typedef struct pbr_persons pbr_persons;

/* What a person is looked for by; an id that is not packed stands in a store of the asker's. */
typedef struct {
    pbr_code code;
    uint64_t hash;
} pbr_person_key;

pbr_persons *pbr_persons_new(void);
void pbr_persons_free(pbr_persons *persons);
uint32_t pbr_persons_known(const pbr_persons *persons);

/* The key of an id, which is kept in `asides` where it must be. */
pbr_person_key pbr_person_key_of(const pbr_persons *persons, pbr_slice id, pbr_asides *asides);
/* The person of an id, or PBR_NO_PERSON. Any number of threads may ask. */
uint32_t pbr_person_find(const struct pbr_population *population, const pbr_person_key *key,
                         const pbr_asides *asides);
/* The same; a new person gets the number of the start that is about to be added. */
uint32_t pbr_person_enter(struct pbr_population *population, const pbr_person_key *key,
                          const pbr_asides *asides);

/* Memory is far: what will be asked soon is fetched ahead, first the slot, later the start that it
 * names. */
void pbr_person_fetch_slot(const pbr_persons *persons, const pbr_person_key *key);
void pbr_person_fetch_start(const struct pbr_population *population, const pbr_person_key *key);

#endif
