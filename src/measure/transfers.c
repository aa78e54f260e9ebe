/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/transfers.h"

#include "base/mem.h"

#include <stdlib.h>
#include <string.h>

void pbr_transfers_add(pbr_harvest *harvest, const pbr_class *class, uint32_t line,
                       const pbr_date days[PBR_KINDS])
{
    for (uint32_t kind = 0; kind < PBR_KINDS; kind++) {
        if (!class->kinds[kind].transferred) continue;
        harvest->transfers = pbr_extend(harvest->transfers, &harvest->transfers_room,
                                        harvest->transfers_count + 1, sizeof *harvest->transfers);
        harvest->transfers[harvest->transfers_count++] =
            (pbr_transfer){.kind = kind, .line = line, .day = days[kind]};
    }
}

static int by_line(const void *left, const void *right)
{
    const pbr_transfer *a = left, *b = right;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return a->kind == b->kind ? 0 : a->kind < b->kind ? -1 : 1;
}

static int by_start(const void *left, const void *right)
{
    const pbr_transfer *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return a->kind == b->kind ? 0 : a->kind < b->kind ? -1 : 1;
}

static void sort(pbr_population *population, int (*order)(const void *left, const void *right))
{
    if (population->transfers_count)
        qsort(population->transfers, population->transfers_count, sizeof(pbr_transfer), order);
}

/* What was joined is given back. */
void pbr_transfers_join(pbr_population *population)
{
    size_t room = 0, count = 0;
    for (size_t i = 0; i < population->harvests_count; i++) {
        pbr_harvest *harvest = &population->harvests[i];
        if (!harvest->transfers_count) continue;
        population->transfers = pbr_extend(population->transfers, &room,
                                           count + harvest->transfers_count, sizeof(pbr_transfer));
        memcpy(population->transfers + count, harvest->transfers,
               harvest->transfers_count * sizeof(pbr_transfer));
        count += harvest->transfers_count;
        free(harvest->transfers);
        harvest->transfers = NULL;
        harvest->transfers_count = harvest->transfers_room = 0;
    }
    population->transfers_count = count;
    sort(population, by_line);
}

void pbr_transfers_number(const pbr_population *population, uint32_t line, uint32_t start)
{
    size_t low = 0, high = population->transfers_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (population->transfers[middle].line < line)
            low = middle + 1;
        else
            high = middle;
    }
    for (; low < population->transfers_count && population->transfers[low].line == line; low++)
        population->transfers[low].start = start;
}

void pbr_transfers_end(pbr_population *population)
{
    sort(population, by_start);
}

pbr_transfer *pbr_transfer_of(const pbr_population *population, size_t start, size_t kind)
{
    pbr_transfer wanted = {.start = (uint32_t)start, .kind = (uint32_t)kind};
    return bsearch(&wanted, population->transfers, population->transfers_count, sizeof wanted,
                   by_start);
}
