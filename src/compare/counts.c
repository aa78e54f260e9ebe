/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/counts.h"

#include <inttypes.h>
#include <stddef.h>
#include <string.h>

enum { SUM_PLACES = 12 };

/* What a measure tells: whole counts, and sums that may not be known. */
static const struct {
    const char *what;
    size_t count;      /* offset of an int64_t, where sum is 0 */
    size_t sum, known; /* offsets of an mpq_t and a bool */
} tells[] = {
    {"starts", offsetof(pbr_measure, starts), 0, 0},
    {"eligible", offsetof(pbr_measure, eligible), 0, 0},
    {"measurable", offsetof(pbr_measure, measurable), 0, 0},
    {"reoffenders", offsetof(pbr_measure, reoffenders), 0, 0},
    {"reoffences", offsetof(pbr_measure, reoffences), 0, 0},
    {"score sum", 0, offsetof(pbr_measure, ogrs_sum), offsetof(pbr_measure, has_ogrs_sum)},
    {"days", 0, offsetof(pbr_measure, days), offsetof(pbr_measure, has_days)},
    {"expected", 0, offsetof(pbr_measure, expected), offsetof(pbr_measure, has_expected)},
};

static const char *text_of(const pbr_measure *measure, size_t i, pbr_arena *arena)
{
    char text[PBR_RATIO_TEXT];
    const char *bytes = (const char *)measure;
    if (!measure) return "";
    if (!tells[i].sum) {
        int64_t count;
        memcpy(&count, bytes + tells[i].count, sizeof count);
        return pbr_arena_printf(arena, "%" PRId64, count);
    }
    if (!*(const bool *)(bytes + tells[i].known)) return "";
    const mpq_t *sum = (const mpq_t *)(const void *)(bytes + tells[i].sum);
    return pbr_arena_printf(arena, "%s", pbr_decimal_text(text, *sum, SUM_PLACES));
}

static const pbr_measure *find(const pbr_measured *in, const char *area, const char *cohort,
                               bool control)
{
    size_t a = pbr_contract_area(in->contract, area, strlen(area));
    size_t c = pbr_contract_cohort(in->contract, cohort);
    return a == PBR_NONE || c == PBR_NONE ? NULL : pbr_measures_find(in->measures, a, c, control);
}

static void compare(pbr_count_changes *changes, const pbr_count_change *place,
                    const pbr_measure *old, const pbr_measure *now)
{
    for (size_t i = 0; i < sizeof tells / sizeof *tells; i++) {
        const char *before = text_of(old, i, changes->arena);
        const char *after = text_of(now, i, changes->arena);
        if (strcmp(before, after) == 0) continue;
        changes->items =
            pbr_grow(changes->items, &changes->room, changes->count + 1, sizeof *changes->items);
        pbr_count_change *change = &changes->items[changes->count++];
        *change = *place;
        change->what = tells[i].what;
        change->old = before;
        change->now = after;
    }
}

static pbr_count_change place_of(const pbr_measured *in, const pbr_measure *measure,
                                 pbr_cause cause)
{
    return (pbr_count_change){.area = in->contract->areas[measure->area].code,
                              .cohort = in->contract->cohorts[measure->cohort].name,
                              .control = measure->control,
                              .cause = cause};
}

void pbr_counts_compare(pbr_count_changes *changes, pbr_cause cause, const pbr_measured *old,
                        const pbr_measured *now)
{
    for (size_t i = 0; i < now->measures->measures_count; i++) {
        const pbr_measure *measure = &now->measures->measures[i];
        pbr_count_change place = place_of(now, measure, cause);
        compare(changes, &place, find(old, place.area, place.cohort, place.control), measure);
    }
    for (size_t i = 0; i < old->measures->measures_count; i++) {
        const pbr_measure *measure = &old->measures->measures[i];
        pbr_count_change place = place_of(old, measure, cause);
        if (!find(now, place.area, place.cohort, place.control))
            compare(changes, &place, measure, NULL);
    }
}
