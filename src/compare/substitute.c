/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/substitute.h"

#include "measure/counted.h"
#include "measure/years.h"

#include <stdlib.h>
#include <string.h>

static size_t area_under(const pbr_contract *from, const pbr_contract *to, size_t area)
{
    const char *code = from->areas[area].code;
    return from == to ? area : pbr_contract_area(to, code, strlen(code));
}

static size_t cohort_under(const pbr_contract *from, const pbr_contract *to, size_t cohort)
{
    return from == to ? cohort : pbr_contract_cohort(to, from->cohorts[cohort].name);
}

/* --- measures --- */

static pbr_measure *add_empty(pbr_measures *measures, const pbr_measure *like, size_t area,
                              size_t cohort)
{
    pbr_measure *measure = pbr_measures_add(measures);
    pbr_measure_clear(measure);
    pbr_measure_init(measure, area, cohort);
    measure->control = like->control;
    measure->snapshot = like->snapshot;
    measure->place = like->place;
    return measure;
}

static void take_layer(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at,
                       const pbr_measured *layer)
{
    for (size_t i = 0; i < layer->measures->measures_count; i++) {
        const pbr_measure *from = &layer->measures->measures[i];
        size_t area = area_under(layer->contract, contract, from->area);
        size_t cohort = cohort_under(layer->contract, contract, from->cohort);
        if (area == PBR_NONE || cohort == PBR_NONE) continue;
        if (pbr_is_sum(contract, area, cohort, as_at)) continue;
        if (pbr_measures_find(measures, area, cohort, from->control)) continue;
        pbr_measure_sum(add_empty(measures, from, area, cohort), from);
    }
}

static pbr_measures *finish(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at,
                            pbr_diag *diag)
{
    pbr_years_add(measures, contract, as_at, diag);
    pbr_ripeness_mark(measures, contract, as_at);
    return measures;
}

pbr_measures *pbr_measures_layered(const pbr_contract *contract, pbr_date as_at,
                                   const pbr_measured *layers, size_t count, pbr_diag *diag)
{
    pbr_measures *measures = pbr_measures_new();
    for (size_t i = count; i-- > 0;) take_layer(measures, contract, as_at, &layers[i]);
    return finish(measures, contract, as_at, diag);
}

/* --- persons --- */

/* The sums of one area, cohort and group, whole numbers as in the ledger. */
struct sums {
    int64_t measurable, reoffenders, reoffences;
    __int128 squares, score, score_squares, score_reoffenders;
    bool score_missing;
};

struct matcher {
    const pbr_counted_list *old, *now;
    size_t i, k; /* next of each */
    struct sums sums;
    pbr_people people;
};

static void count_start(struct matcher *m, const pbr_counted *start)
{
    struct sums *sums = &m->sums;
    __int128 score = start->score == PBR_NO_SCORE ? 0 : start->score;
    sums->score_missing |= start->score == PBR_NO_SCORE;
    sums->measurable++;
    sums->reoffenders += start->reoffences > 0;
    sums->reoffences += start->reoffences;
    sums->squares += (__int128)start->reoffences * start->reoffences;
    sums->score += score;
    sums->score_squares += score * score;
    if (start->reoffences) sums->score_reoffenders += score;
}

static bool same_place(const pbr_counted *start, const pbr_people *place)
{
    return start->area == place->area && start->cohort == place->cohort &&
           start->control == place->control;
}

static void match_next(struct matcher *m, const pbr_counted *old, const pbr_counted *now)
{
    int order = !now ? -1 : !old ? 1 : pbr_counted_compare(old, now);
    if (order == 0) {
        m->people.both++;
        m->people.changed += old->score != now->score || old->reoffences != now->reoffences;
        count_start(m, now);
    } else if (order < 0) {
        m->people.left++;
        count_start(m, old);
    } else
        m->people.joined++;
    m->i += order <= 0;
    m->k += order >= 0;
}

/* All starts of the place that comes next in either list. False at the end of both. */
static bool match_place(struct matcher *m)
{
    const pbr_counted *old = m->i < m->old->count ? &m->old->items[m->i] : NULL;
    const pbr_counted *now = m->k < m->now->count ? &m->now->items[m->k] : NULL;
    if (!old && !now) return false;
    const pbr_counted *first = !now || (old && pbr_counted_compare(old, now) <= 0) ? old : now;
    m->people = (pbr_people){first->area, first->cohort, first->control, 0, 0, 0, 0};
    m->sums = (struct sums){0};
    for (;;) {
        old = m->i < m->old->count ? &m->old->items[m->i] : NULL;
        now = m->k < m->now->count ? &m->now->items[m->k] : NULL;
        if (old && !same_place(old, &m->people)) old = NULL;
        if (now && !same_place(now, &m->people)) now = NULL;
        if (!old && !now) return true;
        match_next(m, old, now);
    }
}

static void set_scaled(mpq_t out, __int128 value, int64_t scale)
{
    mpq_t part;
    mpq_init(part);
    pbr_ratio_set_wide(out, value);
    pbr_ratio_set(part, 1, scale);
    mpq_mul(out, out, part);
    mpq_clear(part);
}

static void set_measure(pbr_measure *measure, const struct sums *sums)
{
    enum { MILLIONTHS = 1000000 };
    measure->measurable = sums->measurable;
    measure->reoffenders = sums->reoffenders;
    measure->reoffences = sums->reoffences;
    pbr_ratio_set_wide(measure->reoffences_squared, sums->squares);
    set_scaled(measure->ogrs_sum, sums->score, MILLIONTHS);
    set_scaled(measure->ogrs_squares, sums->score_squares, (int64_t)MILLIONTHS * MILLIONTHS);
    set_scaled(measure->ogrs_sum_reoffenders, sums->score_reoffenders, MILLIONTHS);
    measure->has_ogrs_sum = measure->has_ogrs_squares = measure->has_ogrs_sum_reoffenders =
        !sums->score_missing;
    measure->has_days = measure->has_days_squared = measure->has_expected =
        measure->has_weight_squares = false;
}

/* A test by bootstrap draws from the distribution. */
static void count_distribution(pbr_measure *measure, const struct matcher *m, size_t i, size_t k)
{
    while (i < m->i) {
        const pbr_counted *old = &m->old->items[i];
        const pbr_counted *now = k < m->k ? &m->now->items[k] : NULL;
        int order = now ? pbr_counted_compare(old, now) : -1;
        if (order <= 0) {
            const pbr_counted *start = order == 0 ? now : old;
            if (start->reoffences) pbr_histogram_add(measure, start->reoffences, 1);
        }
        i += order <= 0;
        k += order >= 0;
    }
}

pbr_measures *pbr_measures_of_both(const pbr_contract *contract, pbr_date as_at,
                                   const pbr_measured_starts *old, const pbr_measured_starts *now,
                                   pbr_people **people, size_t *people_count, pbr_arena *arena,
                                   pbr_diag *diag)
{
    pbr_measures *measures = pbr_measures_new();
    struct matcher m = {.old = old->counted, .now = now->counted};
    pbr_people *rows = NULL;
    size_t count = 0, room = 0;
    for (size_t i = 0, k = 0; match_place(&m); i = m.i, k = m.k) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        rows[count++] = m.people;
        const pbr_people *at = &m.people;
        const pbr_measure *before =
            pbr_measures_find(old->measures, at->area, at->cohort, at->control);
        const pbr_measure *after =
            pbr_measures_find(now->measures, at->area, at->cohort, at->control);
        if (!before) continue;
        pbr_measure *measure = add_empty(measures, before, before->area, before->cohort);
        measure->starts = before->starts;
        measure->eligible = before->eligible;
        if (after) measure->snapshot = after->snapshot;
        set_measure(measure, &m.sums);
        count_distribution(measure, &m, i, k);
    }
    *people = pbr_arena_alloc(arena, (count + 1) * sizeof *rows);
    if (count) memcpy(*people, rows, count * sizeof *rows);
    *people_count = count;
    free(rows);
    /* where nobody counts, or counts alone are known */
    const pbr_measured rest = {contract, old->measures};
    take_layer(measures, contract, as_at, &rest);
    return finish(measures, contract, as_at, diag);
}

/* --- what a run was told --- */

struct mapping {
    const pbr_contract *from, *to;
    pbr_arena *arena;
};

/* False where the contract does not have the one or the other. */
static bool place_under(const struct mapping *m, size_t *area, size_t *cohort)
{
    size_t new_area = area_under(m->from, m->to, *area);
    size_t new_cohort = cohort_under(m->from, m->to, *cohort);
    if (new_area == PBR_NONE || new_cohort == PBR_NONE) return false;
    *area = new_area;
    *cohort = new_cohort;
    return true;
}

/* Copies rows that have an area and a cohort under the names of these members. */
#define MAP_ROWS(type, rows, count, cohort_member)                                                 \
    do {                                                                                           \
        type *kept = pbr_arena_alloc(m->arena, ((count) + 1) * sizeof *kept);                      \
        size_t kept_count = 0;                                                                     \
        for (size_t row = 0; row < (count); row++) {                                               \
            kept[kept_count] = (rows)[row];                                                        \
            kept_count += place_under(m, &kept[kept_count].area, &kept[kept_count].cohort_member); \
        }                                                                                          \
        (rows) = kept;                                                                             \
        (count) = kept_count;                                                                      \
    } while (0)

static void map_rows(const struct mapping *m, pbr_settle_options *options)
{
    MAP_ROWS(pbr_earlier, options->earlier, options->earlier_count, cohort);
    MAP_ROWS(pbr_volume, options->volumes, options->volumes_count, month);
    MAP_ROWS(pbr_level, options->levels, options->levels_count, month);
    MAP_ROWS(pbr_decision, options->decisions, options->decisions_count, cohort);
}

static int by_index(const void *left, const void *right)
{
    const size_t *a = left, *b = right;
    return *a < *b ? -1 : *a > *b;
}

static void map_cohorts(const struct mapping *m, pbr_settle_options *options)
{
    size_t *kept = pbr_arena_alloc(m->arena, (options->cohorts_count + 1) * sizeof *kept);
    size_t count = 0;
    for (size_t i = 0; i < options->cohorts_count; i++) {
        kept[count] = cohort_under(m->from, m->to, options->cohorts[i]);
        count += kept[count] != PBR_NONE;
    }
    if (count) qsort(kept, count, sizeof *kept, by_index);
    options->cohorts = kept;
    options->cohorts_count = count;
}

pbr_settle_options pbr_options_under(const pbr_settle_options *options, const pbr_contract *from,
                                     const pbr_contract *to, pbr_arena *arena)
{
    pbr_settle_options mapped = *options;
    const struct mapping m = {from, to, arena};
    map_rows(&m, &mapped);
    map_cohorts(&m, &mapped);
    return mapped;
}

static bool has_volumes(const pbr_settle_options *options, size_t area, size_t month)
{
    for (size_t i = 0; i < options->volumes_count; i++)
        if (options->volumes[i].area == area && options->volumes[i].month == month) return true;
    return false;
}

static bool has_levels(const pbr_settle_options *options, size_t area, size_t month)
{
    for (size_t i = 0; i < options->levels_count; i++)
        if (options->levels[i].area == area && options->levels[i].month == month) return true;
    return false;
}

void pbr_options_take_months(pbr_settle_options *options, const pbr_settle_options *new,
                             pbr_arena *arena)
{
    size_t volumes = 0, levels = 0;
    pbr_volume *volume =
        pbr_arena_alloc(arena, (options->volumes_count + new->volumes_count + 1) * sizeof *volume);
    pbr_level *level =
        pbr_arena_alloc(arena, (options->levels_count + new->levels_count + 1) * sizeof *level);
    for (size_t i = 0; i < options->volumes_count; i++)
        if (!has_volumes(new, options->volumes[i].area, options->volumes[i].month))
            volume[volumes++] = options->volumes[i];
    for (size_t i = 0; i < options->levels_count; i++)
        if (!has_levels(new, options->levels[i].area, options->levels[i].month))
            level[levels++] = options->levels[i];
    for (size_t i = 0; i < new->volumes_count; i++) volume[volumes++] = new->volumes[i];
    for (size_t i = 0; i < new->levels_count; i++) level[levels++] = new->levels[i];
    options->volumes = volume;
    options->levels = level;
    options->volumes_count = volumes;
    options->levels_count = levels;
}
