/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/counted.h"

#include "measure/buckets.h"

#include <stdlib.h>
#include <string.h>

pbr_counted_list *pbr_counted_new(void)
{
    pbr_counted_list *list = pbr_alloc(1, sizeof *list);
    list->arena = pbr_arena_new();
    return list;
}

void pbr_counted_free(pbr_counted_list *list)
{
    if (!list) return;
    free(list->items);
    pbr_arena_free(list->arena);
    free(list);
}

int pbr_counted_compare(const pbr_counted *a, const pbr_counted *b)
{
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
    if (a->control != b->control) return a->control - b->control;
    return strcmp(a->person, b->person);
}

static int by_person_and_order(const void *left, const void *right)
{
    const pbr_counted *a = left, *b = right;
    int persons = pbr_counted_compare(a, b);
    if (persons) return persons;
    return a->order == b->order ? 0 : a->order < b->order ? -1 : 1;
}

static void take(pbr_counted_list *list, const pbr_population *population, uint32_t index,
                 size_t kind, uint32_t order)
{
    char unpacked[PBR_CODE_LETTERS + 1];
    const pbr_start *start = &population->starts[index];
    const pbr_class *class = pbr_class_of(population, index);
    pbr_view view = pbr_view_of(population, index, kind);
    pbr_slice person = pbr_person_id(population, index, unpacked);
    list->items = pbr_grow(list->items, &list->room, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (pbr_counted){
        .person = pbr_arena_text(list->arena, person.text, person.length),
        .area = class->area,
        .cohort = (size_t)view.judged.cohort,
        .control = class->control,
        .order = order,
        .score = start->score,
        .reoffences = view.reoffences,
    };
}

static bool counts(pbr_earlier_starts *earlier, const pbr_population *population, uint32_t person,
                   uint32_t start, size_t kind)
{
    pbr_view view = pbr_view_of(population, start, kind);
    if (view.judged.cohort < 0) return false;
    const pbr_terms *terms = population->contract->rules[view.judged.rules].terms;
    return pbr_bucket_of(earlier, person, start, &view) == pbr_counted_bucket(terms);
}

static void take_person(pbr_counted_list *list, pbr_earlier_starts *earlier,
                        const pbr_population *population, uint32_t person, size_t end, size_t kind)
{
    for (uint32_t at = person; at < end; at++)
        if (counts(earlier, population, person, at, kind))
            take(list, population, at, kind, at - person);
}

void pbr_counted_take(pbr_counted_list *list, const pbr_population *population)
{
    pbr_earlier_starts *earlier = pbr_earlier_starts_new(population);
    for (size_t kind = 0; kind < population->kinds_count; kind++)
        for (size_t i = 0, end; i < population->count; i = end) {
            end = pbr_person_end(population, i);
            take_person(list, earlier, population, (uint32_t)i, end, kind);
        }
    pbr_earlier_starts_free(earlier);
    if (list->count) qsort(list->items, list->count, sizeof *list->items, by_person_and_order);
}
