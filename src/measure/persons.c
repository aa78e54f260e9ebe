/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/persons.h"

/* One person may have any number of starts, and another one may stand behind them. */
static uint32_t halve(const pbr_start *starts, uint32_t low, uint32_t high, uint64_t word)
{
    enum { FEW = 16 };
    while (high - low > FEW) {
        uint32_t middle = low + (high - low) / 2;
        if (starts[middle].person < word)
            low = middle + 1;
        else
            high = middle + 1;
    }
    return low;
}

uint32_t pbr_person_find(const pbr_population *population, uint64_t word)
{
    const pbr_start *starts = population->starts;
    const uint32_t *place = pbr_person_place(population, word);
    uint32_t end = place[1], at = halve(starts, place[0], end, word);
    while (at < end && starts[at].person < word) at++;
    return at < end && starts[at].person == word ? at : PBR_NO_PERSON;
}
