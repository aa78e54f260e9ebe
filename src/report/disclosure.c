/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/disclosure.h"

#include "report/disclosed_reasons.h"

#include <stdlib.h>
#include <string.h>

typedef struct {
    const pbr_contract *contract;
    const pbr_measures *measures;
    pbr_disclosure *out;
    const pbr_measure **all; /* those of this run first, then those only earlier runs have */
    size_t all_count, now_count;
    size_t *family; /* by cohort: one of those that are judged together */
} judge;

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
    j->now_count = j->all_count;
    for (size_t i = runs_count; i-- > 0;)
        if (runs[i].measures) take_measures(j, runs[i].measures, taken);
    free(taken);
}

/* Among the first `among` of all measures. */
static pbr_cohort_set find_set(const judge *j, size_t area, size_t family, bool control,
                               size_t among)
{
    pbr_cohort_set set = {.contract = j->contract};
    set.at = pbr_arena_alloc(j->out->arena, (among + 1) * sizeof *set.at);
    for (size_t i = 0; i < among; i++) {
        const pbr_measure *m = j->all[i];
        if (m->area == area && m->control == control && j->family[m->cohort] == family)
            set.at[set.count++] = m;
    }
    return set;
}

/* --- the judgement --- */

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

/* Where everybody reoffended, the outcome of each person is known, whatever zeros says. */
static bool all_reoffended(const pbr_cohort_set *set)
{
    for (size_t i = 0; i < set->count; i++)
        if (set->at[i]->measurable && !others(set->at[i])) return true;
    return false;
}

static bool outcome_is_small(const pbr_cohort_set *set)
{
    return pbr_set_has_small(set, measurable) || pbr_set_has_small(set, reoffenders) ||
           pbr_set_has_small(set, others) || all_reoffended(set);
}

static void judge_family(const judge *j, size_t area, size_t family)
{
    pbr_cohort_set treated = find_set(j, area, family, false, j->all_count);
    pbr_cohort_set control = find_set(j, area, family, true, j->all_count);
    pbr_cohort_set now = find_set(j, area, family, false, j->now_count);
    bool few = pbr_set_has_small(&treated, measurable);
    pbr_set_mark(&treated, j->out->known);
    if (outcome_is_small(&treated) || outcome_is_small(&control))
        pbr_set_mark(&treated, j->out->outcomes);
    if (few) {
        pbr_set_mark(&treated, j->out->persons);
        pbr_set_mark(&treated, j->out->eligible);
        pbr_set_mark(&treated, j->out->starts);
    }
    pbr_disclose_reasons(&now, j->measures, few, j->out);
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
    judge j = {.contract = contract, .measures = measures, .out = out};
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
