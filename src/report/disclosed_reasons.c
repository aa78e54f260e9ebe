/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/disclosed_reasons.h"

#include <stdlib.h>
#include <string.h>

static int64_t excluded(const pbr_measure *m)
{
    return m->starts - m->eligible;
}

static int64_t unmeasurable(const pbr_measure *m)
{
    return m->eligible - m->measurable;
}

static int64_t left_out(const pbr_measure *m)
{
    return m->starts - m->measurable;
}

typedef struct {
    const char *stage, *reason;
    int64_t *starts, total; /* by cohort of the set */
    bool withheld;
} reason;

/* The reasons of both stages, those that exclude first. */
typedef struct {
    const pbr_cohort_set *set;
    const pbr_measures *measures;
    pbr_arena *arena;
    reason *reasons;
    size_t count, excluding;
} ledger;

static size_t place_in(const pbr_cohort_set *set, const pbr_attrition *row)
{
    size_t i = 0;
    while (i < set->count && (set->at[i]->area != row->area || set->at[i]->cohort != row->cohort))
        i++;
    return i;
}

static reason *find_reason(const ledger *l, const pbr_attrition *row)
{
    for (size_t i = 0; i < l->count; i++)
        if (!strcmp(l->reasons[i].stage, row->stage) && !strcmp(l->reasons[i].reason, row->reason))
            return &l->reasons[i];
    return NULL;
}

static reason *add_reason(ledger *l, const pbr_attrition *row)
{
    reason *added = &l->reasons[l->count++];
    *added = (reason){.stage = row->stage, .reason = row->reason};
    added->starts = pbr_arena_alloc(l->arena, (l->set->count + 1) * sizeof *added->starts);
    return added;
}

static void take_stage(ledger *l, const char *stage)
{
    for (size_t i = 0; i < l->measures->attrition_count; i++) {
        const pbr_attrition *row = &l->measures->attrition[i];
        size_t cohort = place_in(l->set, row);
        if (cohort == l->set->count || strcmp(row->stage, stage) != 0) continue;
        reason *found = find_reason(l, row);
        if (!found) found = add_reason(l, row);
        found->starts[cohort] += row->starts;
        found->total += row->starts;
    }
}

static ledger make_ledger(const pbr_cohort_set *set, const pbr_measures *measures)
{
    ledger l = {.set = set, .measures = measures, .arena = pbr_arena_new()};
    l.reasons = pbr_arena_alloc(l.arena, (measures->attrition_count + 1) * sizeof *l.reasons);
    take_stage(&l, "excluded");
    l.excluding = l.count;
    take_stage(&l, "unmeasurable");
    for (size_t i = 0; i < l.count; i++)
        l.reasons[i].withheld = pbr_set_any_small(set, l.reasons[i].starts);
    return l;
}

/* Reasons whose sum the table tells: from <= i < to. */
typedef struct {
    size_t from, to;
    int64_t (*sum)(const pbr_measure *);
} told_sum;

static told_sum first_stage(const ledger *l)
{
    return (told_sum){0, l->excluding, excluded};
}

static told_sum second_stage(const ledger *l)
{
    return (told_sum){l->excluding, l->count, unmeasurable};
}

static told_sum both_stages(const ledger *l)
{
    return (told_sum){0, l->count, left_out};
}

static size_t withheld_count(const ledger *l, told_sum told)
{
    size_t count = 0;
    for (size_t i = told.from; i < told.to; i++) count += l->reasons[i].withheld;
    return count;
}

/* What the withheld reasons come to in a cohort: the told sum less those shown says it. */
static int64_t withheld_starts(const ledger *l, told_sum told, size_t cohort)
{
    int64_t sum = 0;
    for (size_t i = told.from; i < told.to; i++)
        sum += l->reasons[i].withheld ? l->reasons[i].starts[cohort] : 0;
    return sum;
}

static bool is_covered(const ledger *l, told_sum told)
{
    int64_t least = l->set->contract->scheme->publication.least;
    size_t count = withheld_count(l, told);
    for (size_t i = 0; i < l->set->count && count; i++)
        if (withheld_starts(l, told, i) < least) return false;
    return count != 1;
}

static bool is_smaller(const reason *a, const reason *b)
{
    if (!a->total != !b->total)
        return !b->total; /* a reason of nobody hides little: it comes last */
    return a->total < b->total;
}

static reason *smallest_shown(const ledger *l, told_sum told)
{
    reason *smallest = NULL;
    for (size_t i = told.from; i < told.to; i++) {
        reason *at = &l->reasons[i];
        if (!at->withheld && (!smallest || is_smaller(at, smallest))) smallest = at;
    }
    return smallest;
}

static void withhold_one(ledger *l, told_sum told)
{
    reason *one = withheld_count(l, told) ? NULL : smallest_shown(l, told);
    if (one) one->withheld = true;
}

/* Withholds more reasons until those withheld hide each other. False where no number of them does.
 */
static bool cover(ledger *l, told_sum told)
{
    if (l->count && told.from == told.to) return true; /* nothing ends there, and everybody knows */
    if (pbr_set_has_small(l->set, told.sum)) return false;
    bool covered = is_covered(l, told);
    for (reason *next; !covered && (next = smallest_shown(l, told));) {
        next->withheld = true;
        covered = is_covered(l, told);
    }
    return covered;
}

/* Both stages as one sum. A stage of which every reason is shown would tell eligible, and with it
 * the sum of the other. */
static bool cover_both(ledger *l)
{
    withhold_one(l, first_stage(l));
    withhold_one(l, second_stage(l));
    return cover(l, both_stages(l));
}

static bool cover_each(ledger *l)
{
    return cover(l, first_stage(l)) && cover(l, second_stage(l));
}

static bool cover_second(ledger *l)
{
    withhold_one(l, first_stage(l));
    return cover(l, second_stage(l));
}

/* Nothing is told of the sums, if each stage has a reason that is not shown. */
static bool cover_nothing(ledger *l)
{
    withhold_one(l, first_stage(l));
    withhold_one(l, second_stage(l));
    return true;
}

/* Ways to withhold what the reasons add up to, from the least. */
static const struct {
    bool (*cover)(ledger *l);
    bool eligible, starts; /* are withheld */
} WAYS[] = {{cover_each, false, false},
            {cover_both, true, false},
            {cover_second, false, true},
            {cover_nothing, true, true}};

static bool try_way(ledger *l, size_t way)
{
    bool *before = pbr_alloc(l->count + 1, sizeof *before);
    for (size_t i = 0; i < l->count; i++) before[i] = l->reasons[i].withheld;
    bool covered = WAYS[way].cover(l);
    for (size_t i = 0; i < l->count && !covered; i++) l->reasons[i].withheld = before[i];
    free(before);
    return covered;
}

static void cover_sums(ledger *l, pbr_disclosure *out)
{
    size_t way = 0;
    while (!try_way(l, way)) way++; /* the last one always holds */
    if (WAYS[way].eligible) pbr_set_mark(l->set, out->eligible);
    if (WAYS[way].starts) pbr_set_mark(l->set, out->starts);
}

void pbr_disclose_reasons(const pbr_cohort_set *set, const pbr_measures *measures, bool all,
                          pbr_disclosure *out)
{
    ledger l = make_ledger(set, measures);
    if (!all) cover_sums(&l, out);
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (place_in(set, row) == set->count) continue;
        const reason *found = find_reason(&l, row);
        out->reasons[i] = all || (found && found->withheld);
    }
    pbr_arena_free(l.arena);
}
