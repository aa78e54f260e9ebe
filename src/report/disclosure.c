/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/disclosure.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const pbr_contract *contract;
    const pbr_measures *measures;
    const pbr_publication_terms *rule;
    pbr_disclosure *out;
    const pbr_measure **all; /* those of this run first, then those only earlier runs have */
    size_t all_count;
    size_t *family; /* by cohort: one of those that are judged together */
} judge;

/* Cohorts of one area and group that are judged together, and a figure of each. */
typedef struct {
    const judge *by;
    const pbr_measure **at;
    size_t count;
} cohort_set;

/* --- families --- */

static void join(judge *j, size_t a, size_t b)
{
    size_t kept = j->family[a], gone = j->family[b];
    for (size_t i = 0; i < j->contract->cohorts_count; i++)
        if (j->family[i] == gone) j->family[i] = kept;
}

/* A cap or a top-up runs over a contract year: what one of its cohorts is paid can tell what
 * another is. */
static bool are_bound(const pbr_contract *contract, size_t a, size_t b)
{
    return strcmp(contract->cohorts[a].contract_year, contract->cohorts[b].contract_year) == 0 ||
           pbr_contract_is_part(contract, a, b) || pbr_contract_is_part(contract, b, a);
}

static void join_bound(judge *j)
{
    for (size_t a = 0; a < j->contract->cohorts_count; a++)
        for (size_t b = 0; b < a; b++)
            if (are_bound(j->contract, a, b)) join(j, a, b);
}

static void join_all(judge *j)
{
    for (size_t i = 1; i < j->contract->cohorts_count; i++) join(j, 0, i);
}

/* The rate of a cohort that others are compared with stands beside them as their baseline. */
static void join_compared(judge *j, const pbr_terms *terms, const pbr_line *line)
{
    const pbr_metric *metric = line->metric ? pbr_terms_metric(terms, line->metric) : NULL;
    if (!metric || metric->compare_with != PBR_WITH_COHORT) return;
    size_t earlier = pbr_contract_cohort(j->contract, metric->cohort);
    for (size_t i = 0; i < j->contract->cohorts_count && earlier != PBR_NONE; i++)
        if (j->contract->cohorts[i].kind == line->period) join(j, earlier, i);
}

static void join_by_terms(judge *j, const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->caps_count; i++)
        if (terms->caps[i].per == PBR_CAP_LIFE) join_all(j);
    for (unsigned i = 0; i < terms->lines_count; i++) join_compared(j, terms, &terms->lines[i]);
}

static void make_families(judge *j)
{
    j->family = pbr_arena_alloc(j->out->arena, (j->contract->cohorts_count + 1) * sizeof(size_t));
    for (size_t i = 0; i < j->contract->cohorts_count; i++) j->family[i] = i;
    join_bound(j);
    for (size_t i = 0; i < j->contract->rules_count; i++)
        join_by_terms(j, j->contract->rules[i].terms);
}

/* --- measures --- */

static void take_measures(judge *j, const pbr_measures *measures, bool *taken)
{
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *m = &measures->measures[i];
        bool *mine = &taken[2 * (m->area * j->contract->cohorts_count + m->cohort) + m->control];
        if (!*mine) j->all[j->all_count++] = m;
        *mine = true;
    }
}

/* Of a cohort that this run does not measure, the latest run that did says how large it is: a cap
 * or a sum ties this run's cohorts to it, and it has been published. */
static void gather(judge *j, const pbr_earlier_run *runs, size_t runs_count)
{
    const pbr_contract *contract = j->contract;
    size_t places = 2 * contract->areas_count * contract->cohorts_count + 1;
    bool *taken = pbr_alloc(places, sizeof *taken);
    j->all = pbr_arena_alloc(j->out->arena, places * sizeof *j->all);
    take_measures(j, j->measures, taken);
    for (size_t i = runs_count; i-- > 0;) take_measures(j, runs[i].measures, taken);
    free(taken);
}

/* Among the first `among` of all measures. */
static cohort_set find_set(const judge *j, size_t area, size_t family, bool control, size_t among)
{
    cohort_set set = {.by = j};
    set.at = pbr_arena_alloc(j->out->arena, (among + 1) * sizeof *set.at);
    for (size_t i = 0; i < among; i++) {
        const pbr_measure *m = j->all[i];
        if (m->area == area && m->control == control && j->family[m->cohort] == family)
            set.at[set.count++] = m;
    }
    return set;
}

/* --- small counts --- */

static bool is_small(const judge *j, int64_t count)
{
    if (count == 0) return j->rule->zeros == PBR_ZEROS_WITHHELD;
    return llabs(count) < (long long)j->rule->least;
}

/* What a whole has beyond those of its parts that are in the data: a reader can take it off. 0
 * where it has no part. */
static int64_t beyond_parts(const cohort_set *set, const int64_t *values, size_t whole)
{
    bool has_part = false;
    int64_t left = values[whole];
    for (size_t i = 0; i < set->count; i++) {
        if (!pbr_contract_is_part(set->by->contract, set->at[i]->cohort, set->at[whole]->cohort))
            continue;
        has_part = true;
        left -= values[i];
    }
    return has_part ? left : 0;
}

static bool any_small(const cohort_set *set, const int64_t *values)
{
    for (size_t i = 0; i < set->count; i++) {
        int64_t beyond = beyond_parts(set, values, i);
        if (is_small(set->by, values[i]) || (beyond && is_small(set->by, beyond))) return true;
    }
    return false;
}

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

static int64_t measurable(const pbr_measure *m)
{
    return m->measurable;
}

static int64_t reoffenders(const pbr_measure *m)
{
    return m->reoffenders;
}

static int64_t others(const pbr_measure *m)
{
    return m->measurable - m->reoffenders;
}

static bool has_small(const cohort_set *set, int64_t (*figure)(const pbr_measure *))
{
    int64_t *values = pbr_alloc(set->count + 1, sizeof *values);
    for (size_t i = 0; i < set->count; i++) values[i] = figure(set->at[i]);
    bool small = any_small(set, values);
    free(values);
    return small;
}

/* Where everybody reoffended, the outcome of each person is known, whatever zeros says. */
static bool all_reoffended(const cohort_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->at[i]->measurable && !others(set->at[i])) return true;
    return false;
}

static bool outcome_is_small(const cohort_set *set)
{
    return has_small(set, measurable) || has_small(set, reoffenders) || has_small(set, others) ||
           all_reoffended(set);
}

static void mark(const cohort_set *set, bool *marks)
{
    for (size_t i = 0; i < set->count; i++)
        marks[set->at[i]->area * set->by->contract->cohorts_count + set->at[i]->cohort] = true;
}

/* --- the ledger of starts --- */

typedef struct {
    const char *stage, *reason;
    int64_t *starts, total; /* by cohort of the set */
    bool withheld;
} reason;

/* The reasons of both stages, those that exclude first. */
typedef struct {
    const cohort_set *set;
    reason *reasons;
    size_t count, excluding;
} ledger;

static size_t place_in(const cohort_set *set, const pbr_attrition *row)
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
    pbr_arena *arena = l->set->by->out->arena;
    reason *added = &l->reasons[l->count++];
    *added = (reason){.stage = row->stage, .reason = row->reason};
    added->starts = pbr_arena_alloc(arena, (l->set->count + 1) * sizeof *added->starts);
    return added;
}

static void take_stage(ledger *l, const char *stage)
{
    const pbr_measures *measures = l->set->by->measures;
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        size_t cohort = place_in(l->set, row);
        if (cohort == l->set->count || strcmp(row->stage, stage) != 0) continue;
        reason *found = find_reason(l, row);
        if (!found) found = add_reason(l, row);
        found->starts[cohort] += row->starts;
        found->total += row->starts;
    }
}

static ledger make_ledger(const cohort_set *set)
{
    const judge *j = set->by;
    ledger l = {.set = set};
    l.reasons =
        pbr_arena_alloc(j->out->arena, (j->measures->attrition_count + 1) * sizeof *l.reasons);
    take_stage(&l, "excluded");
    l.excluding = l.count;
    take_stage(&l, "unmeasurable");
    for (size_t i = 0; i < l.count; i++)
        l.reasons[i].withheld = any_small(set, l.reasons[i].starts);
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
    size_t count = withheld_count(l, told);
    for (size_t i = 0; i < l->set->count && count; i++)
        if (withheld_starts(l, told, i) < (int64_t)l->set->by->rule->least) return false;
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
    if (has_small(l->set, told.sum)) return false;
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

static void cover_sums(ledger *l)
{
    size_t way = 0;
    while (!try_way(l, way)) way++; /* the last one always holds */
    if (WAYS[way].eligible) mark(l->set, l->set->by->out->eligible);
    if (WAYS[way].starts) mark(l->set, l->set->by->out->starts);
}

static void mark_reasons(const ledger *l, bool all)
{
    const judge *j = l->set->by;
    for (size_t i = 0; i < j->measures->attrition_count; i++) {
        const pbr_attrition *row = &j->measures->attrition[i];
        if (place_in(l->set, row) == l->set->count) continue;
        const reason *found = find_reason(l, row);
        j->out->reasons[i] = all || (found && found->withheld);
    }
}

/* --- the judgement --- */

static void judge_ledger(const cohort_set *set, bool few)
{
    ledger l = make_ledger(set);
    if (!few) cover_sums(&l);
    mark_reasons(&l, few);
}

static void judge_family(const judge *j, size_t area, size_t family)
{
    cohort_set treated = find_set(j, area, family, false, j->all_count);
    cohort_set control = find_set(j, area, family, true, j->all_count);
    cohort_set now = find_set(j, area, family, false, j->measures->measures_count);
    bool few = has_small(&treated, measurable);
    mark(&treated, j->out->known);
    if (outcome_is_small(&treated) || outcome_is_small(&control)) mark(&treated, j->out->outcomes);
    if (few) {
        mark(&treated, j->out->persons);
        mark(&treated, j->out->eligible);
        mark(&treated, j->out->starts);
    }
    judge_ledger(&now, few);
}

static void judge_all(const judge *j)
{
    for (size_t area = 0; area < j->contract->areas_count; area++)
        for (size_t i = 0; i < j->contract->cohorts_count; i++)
            if (j->family[i] == i) judge_family(j, area, i);
}

pbr_disclosure *pbr_disclosure_new(const pbr_contract *contract, const pbr_measures *measures,
                                   const pbr_earlier_run *runs, size_t runs_count)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_disclosure *out = pbr_arena_alloc(arena, sizeof *out);
    judge j = {.contract = contract,
               .measures = measures,
               .rule = &contract->scheme->publication,
               .out = out};
    out->arena = arena;
    out->cohorts_count = contract->cohorts_count;
    bool **marks[] = {&out->known, &out->outcomes, &out->persons, &out->eligible, &out->starts};
    for (size_t i = 0; i < sizeof marks / sizeof *marks; i++)
        *marks[i] = pbr_arena_alloc(arena, contract->areas_count * contract->cohorts_count + 1);
    out->reasons = pbr_arena_alloc(arena, measures->attrition_count + 1);
    gather(&j, runs, runs_count);
    make_families(&j);
    judge_all(&j);
    return out;
}

void pbr_disclosure_free(pbr_disclosure *disclosure)
{
    if (disclosure) pbr_arena_free(disclosure->arena);
}

bool pbr_withholds_outcome(const pbr_disclosure *disclosure, size_t area, size_t cohort)
{
    size_t at = area * disclosure->cohorts_count + cohort;
    return !disclosure->known[at] || disclosure->outcomes[at];
}

bool pbr_withholds_payment(const pbr_disclosure *disclosure, const pbr_payment *payment)
{
    return payment->line->kind == PBR_OUTCOME &&
           pbr_withholds_outcome(disclosure, payment->area, payment->cohort);
}
