/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Open addressing with linear probing, at most four fifths full. The upper half of a hash says
 * where to look, its lower half stands in the slot, so that a start is looked at only where it is
 * almost surely the one. Nothing is ever listed in the order of slots. */
#include "measure/persons.h"

#include "base/hash.h"
#include "base/mem.h"
#include "measure/population.h"

#include <stdlib.h>

struct slot {
    uint32_t start_plus_1; /* 0 = free */
    uint32_t check;
};

struct pbr_persons {
    pbr_secret secret;
    struct slot *slots;
    size_t size;
    uint32_t count;
};

enum { FIRST_SLOTS = 4096, AHEAD = 16 };

pbr_persons *pbr_persons_new(void)
{
    pbr_persons *persons = pbr_alloc(1, sizeof *persons);
    persons->secret = pbr_secret_new();
    persons->size = FIRST_SLOTS;
    persons->slots = pbr_alloc(persons->size, sizeof *persons->slots);
    return persons;
}

void pbr_persons_free(pbr_persons *persons)
{
    if (!persons) return;
    free(persons->slots);
    free(persons);
}

uint32_t pbr_persons_known(const pbr_persons *persons)
{
    return persons->count;
}

static uint64_t hash_of(const pbr_persons *persons, pbr_code code, const pbr_asides *asides)
{
    char unused[PBR_CODE_LETTERS + 1];
    if (pbr_code_is_packed(code)) return pbr_hash_word(persons->secret, code);
    pbr_slice id = pbr_code_text(asides, code, unused);
    return pbr_hash_bytes(persons->secret, id.text, id.length);
}

pbr_person_key pbr_person_key_of(const pbr_persons *persons, pbr_slice id, pbr_asides *asides)
{
    pbr_code code = pbr_code_keep(asides, id);
    return (pbr_person_key){code, hash_of(persons, code, asides)};
}

/* The range of a 32-bit number scaled to that of the slots. */
static size_t place_of(const pbr_persons *persons, uint64_t hash)
{
    return (size_t)((hash >> 32) * persons->size >> 32);
}

static size_t next_place(const pbr_persons *persons, size_t place)
{
    return place + 1 == persons->size ? 0 : place + 1;
}

static bool is_person(const pbr_population *population, uint32_t start, const pbr_person_key *key,
                      const pbr_asides *asides)
{
    char unused[PBR_CODE_LETTERS + 1];
    pbr_code known = population->starts[start].person;
    if (pbr_code_is_packed(key->code) || pbr_code_is_packed(known)) return known == key->code;
    return strcmp(pbr_code_text(&population->ids, known, unused).text,
                  pbr_code_text(asides, key->code, unused).text) == 0;
}

/* The slot of the person, or the free one where it would stand. */
static struct slot *probe(const pbr_population *population, const pbr_person_key *key,
                          const pbr_asides *asides)
{
    const pbr_persons *persons = population->persons;
    for (size_t i = place_of(persons, key->hash);; i = next_place(persons, i)) {
        struct slot *slot = &persons->slots[i];
        if (!slot->start_plus_1) return slot;
        if (slot->check == (uint32_t)key->hash &&
            is_person(population, slot->start_plus_1 - 1, key, asides))
            return slot;
    }
}

uint32_t pbr_person_find(const pbr_population *population, const pbr_person_key *key,
                         const pbr_asides *asides)
{
    const struct slot *slot = probe(population, key, asides);
    return slot->start_plus_1 ? slot->start_plus_1 - 1 : PBR_NO_PERSON;
}

static void place_again(pbr_persons *persons, struct slot slot, uint64_t hash)
{
    size_t i = place_of(persons, hash);
    while (persons->slots[i].start_plus_1) i = next_place(persons, i);
    persons->slots[i] = slot;
}

/* Grows by half. The hashes are taken anew from the ids, a few ahead of where they are placed. */
static void grow(pbr_population *population)
{
    pbr_persons *persons = population->persons;
    struct {
        struct slot slot;
        uint64_t hash;
    } waiting[AHEAD];
    size_t known = 0;
    free(persons->slots);
    persons->size += persons->size / 2;
    persons->slots = pbr_alloc(persons->size, sizeof *persons->slots);
    pbr_mem_wide(persons->slots, persons->size * sizeof *persons->slots);
    for (uint32_t i = 0; i < population->count; i++) {
        if (!population->starts[i].is_person) continue;
        uint64_t hash = hash_of(persons, population->starts[i].person, &population->ids);
        size_t at = known++ % AHEAD;
        if (known > AHEAD) place_again(persons, waiting[at].slot, waiting[at].hash);
        waiting[at].slot = (struct slot){i + 1, (uint32_t)hash};
        waiting[at].hash = hash;
        __builtin_prefetch(&persons->slots[place_of(persons, hash)], 1);
    }
    for (size_t i = 0; i < known && i < AHEAD; i++)
        place_again(persons, waiting[i].slot, waiting[i].hash);
}

uint32_t pbr_person_enter(pbr_population *population, const pbr_person_key *key,
                          const pbr_asides *asides)
{
    pbr_persons *persons = population->persons;
    if (((uint64_t)persons->count + 1) * 5 > (uint64_t)persons->size * 4) grow(population);
    struct slot *slot = probe(population, key, asides);
    if (slot->start_plus_1) return slot->start_plus_1 - 1;
    *slot = (struct slot){(uint32_t)population->count + 1, (uint32_t)key->hash};
    persons->count++;
    return (uint32_t)population->count;
}

void pbr_person_fetch_slot(const pbr_persons *persons, const pbr_person_key *key)
{
    __builtin_prefetch(&persons->slots[place_of(persons, key->hash)]);
}

void pbr_person_fetch_start(const pbr_population *population, const pbr_person_key *key)
{
    const pbr_persons *persons = population->persons;
    for (size_t i = place_of(persons, key->hash);; i = next_place(persons, i)) {
        const struct slot *slot = &persons->slots[i];
        if (!slot->start_plus_1) return;
        if (slot->check != (uint32_t)key->hash) continue;
        __builtin_prefetch(&population->starts[slot->start_plus_1 - 1]);
        return;
    }
}
