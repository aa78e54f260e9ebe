/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/buckets.h"

#include "base/mem.h"

#include <stdlib.h>

/* By cohort, and by area and cohort: which person was met there last, as one behind the number of
 * the person's first start. So a person may have any number of starts. */
struct places {
    uint32_t *anywhere, *in_area;
};

struct pbr_earlier_starts {
    const pbr_population *population;
    struct places any, standing; /* with any start, and with one that is not excluded */
};

static void begin_places(struct places *places, const pbr_contract *contract)
{
    size_t cohorts = contract->cohorts_count;
    places->anywhere = pbr_alloc_apart(cohorts, sizeof *places->anywhere);
    places->in_area = pbr_alloc_apart(contract->areas_count * cohorts, sizeof *places->in_area);
}

static void end_places(struct places *places)
{
    free(places->anywhere);
    free(places->in_area);
}

pbr_earlier_starts *pbr_earlier_starts_new(const pbr_population *population)
{
    pbr_earlier_starts *earlier = pbr_alloc_apart(1, sizeof *earlier);
    earlier->population = population;
    begin_places(&earlier->any, population->contract);
    begin_places(&earlier->standing, population->contract);
    return earlier;
}

void pbr_earlier_starts_free(pbr_earlier_starts *earlier)
{
    end_places(&earlier->any);
    end_places(&earlier->standing);
    free(earlier);
}

static bool is_transferred_out(const pbr_terms *terms, const pbr_view *view)
{
    if (!view->judged.transferred) return false;
    pbr_transferred treatment = terms->transferred.treatment;
    return treatment == PBR_EXCLUDE ||
           (treatment == PBR_EXCLUDE_UNLESS_REOFFENDED && !view->before_transfer);
}

/* Does an earlier start of the person stand for this one? */
static bool is_later(const pbr_earlier_starts *earlier, const pbr_persons_terms *persons,
                     uint32_t person, size_t cohort, size_t cell)
{
    const struct places *places =
        persons->deduplicate == PBR_BEFORE_EXCLUSIONS ? &earlier->any : &earlier->standing;
    if (persons->count == PBR_EVERY_START) return false;
    uint32_t met =
        persons->within == PBR_WITHIN_AREA ? places->in_area[cell] : places->anywhere[cohort];
    return met == person + 1;
}

static void note(struct places *places, uint32_t person, size_t cohort, size_t cell)
{
    places->anywhere[cohort] = places->in_area[cell] = person + 1;
}

static bool has_next(const pbr_population *population, uint32_t start)
{
    const pbr_start *starts = population->starts;
    return start + 1u < population->count && starts[start + 1u].person == starts[start].person;
}

unsigned pbr_bucket_of(pbr_earlier_starts *earlier, uint32_t person, uint32_t start,
                       const pbr_view *view)
{
    const pbr_population *population = earlier->population;
    const pbr_terms *terms = population->contract->rules[view->judged.rules].terms;
    size_t cohort = (size_t)view->judged.cohort;
    size_t cell =
        pbr_class_of(population, start)->area * population->contract->cohorts_count + cohort;
    bool transferred_out = is_transferred_out(terms, view);
    bool later = start != person && is_later(earlier, &terms->persons, person, cohort, cell);
    if (has_next(population, start)) {
        note(&earlier->any, person, cohort, cell);
        if (!view->judged.excluded && !transferred_out)
            note(&earlier->standing, person, cohort, cell);
    }
    if (later && terms->persons.deduplicate == PBR_BEFORE_EXCLUSIONS)
        return pbr_later_bucket(terms);
    if (view->judged.excluded) return view->judged.excluded - 1u;
    if (transferred_out) return pbr_transferred_bucket(terms);
    if (later) return pbr_later_bucket(terms);
    if (view->judged.unmeasurable) return pbr_unmeasurable_bucket(terms, view->judged.unmeasurable);
    return pbr_counted_bucket(terms);
}
