/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/breakeven.h"

#include "settle/claim.h"
#include "settle/test.h"
#include "whatif/probe.h"

/* Reoffences, or days, of one person: more than anybody has in a follow-up. */
enum { EACH_MAX = 1000 };

struct search {
    pbr_probe probe;
    const pbr_contract *contract;
    int64_t events, least, most; /* now, and what they can be */
};

/* --- how far --- */

typedef bool (*condition)(const pbr_result *result);

static bool is_better(const pbr_result *result)
{
    return result->verdict == PBR_BETTER;
}

static bool is_not_worse(const pbr_result *result)
{
    return result->verdict != PBR_WORSE;
}

static bool is_worse(const pbr_result *result)
{
    return result->verdict == PBR_WORSE;
}

static bool is_terminated(const pbr_result *result)
{
    return result->terminate;
}

static bool holds(struct search *s, condition wanted, int64_t more)
{
    pbr_probe_move(&s->probe, more);
    return wanted(&s->probe.result);
}

/* Between a distance at which it does not hold and one at which it does. */
static int64_t by_bisection(struct search *s, condition wanted, int sign, int64_t yes)
{
    int64_t no = 0;
    while (yes - no > 1) {
        int64_t middle = no + (yes - no) / 2;
        if (holds(s, wanted, sign * middle))
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

static int64_t by_scanning(struct search *s, condition wanted, int sign, int64_t furthest)
{
    for (int64_t distance = 1; distance <= furthest; distance++)
        if (holds(s, wanted, sign * distance)) return distance;
    return PBR_NEVER;
}

/* The fewest events more (sign 1) or fewer (-1) at which it holds. */
static int64_t fewest(struct search *s, condition wanted, int sign)
{
    int64_t furthest = sign < 0 ? s->events - s->least : s->most - s->events;
    if (holds(s, wanted, 0)) return 0;
    if (!pbr_probe_is_monotone(s->probe.of)) return by_scanning(s, wanted, sign, furthest);
    if (furthest < 1 || !holds(s, wanted, sign * furthest)) return PBR_NEVER;
    return by_bisection(s, wanted, sign, furthest);
}

/* --- what it is worth --- */

/* As the line is priced with so many events more, were there no hurdle. */
static int64_t priced(struct search *s, int64_t more, pbr_diag *diag)
{
    pbr_probe_move(&s->probe, more);
    const pbr_result *r = &s->probe.result;
    pbr_claim claim = {
        .area = r->area, .cohort = r->cohort, .rules = r->rules, .line = r->line, .result = r};
    mpq_inits(claim.units, claim.price, NULL);
    s->probe.result.gated = false;
    pbr_claim_price(&claim, s->contract, diag);
    mpq_clears(claim.units, claim.price, NULL);
    return claim.computed_pence;
}

static int64_t computed(const pbr_settlement *s, const pbr_result *result)
{
    for (size_t i = 0; i < s->claims->count; i++)
        if (s->claims->items[i].result == result) return s->claims->items[i].computed_pence;
    return 0;
}

static bool hurdle_stops(struct search *s)
{
    s->probe.result.verdict = PBR_BETTER;
    return pbr_result_is_gated(&s->probe.result);
}

/* --- a row --- */

/* A reoffender has at least one reoffence. */
static void set_range(struct search *s, const pbr_result *result)
{
    const pbr_measure *m = result->measure;
    bool of_persons =
        result->metric->kind == PBR_RATE || result->metric->kind == PBR_EXPECTED_RATIO;
    s->events = pbr_probe_events(result);
    s->most = of_persons ? m->measurable : result->cases * EACH_MAX;
    s->least = 0;
    if (result->metric->kind == PBR_EVENTS_PER_REOFFENDER ||
        result->metric->kind == PBR_EVENTS_PER_100)
        s->least = m->reoffenders < m->reoffences ? m->reoffenders : m->reoffences;
}

static void measure_distances(struct search *s, pbr_break_even *row, pbr_diag *diag)
{
    row->fewer_for_better = fewest(s, is_better, -1);
    row->fewer_for_neither = fewest(s, is_not_worse, -1);
    row->more_for_worse = fewest(s, is_worse, 1);
    row->more_for_terminate = fewest(s, is_terminated, 1);
    if (row->fewer_for_better != PBR_NEVER)
        row->at_better_pence = priced(s, -row->fewer_for_better, diag);
    if (row->more_for_worse != PBR_NEVER)
        row->at_worse_pence = priced(s, row->more_for_worse, diag);
    row->hurdle_stops = hurdle_stops(s);
}

static void fill(pbr_break_even *row, const pbr_result *result, const pbr_settlement *settlement,
                 pbr_diag *diag)
{
    *row = (pbr_break_even){.result = result,
                            .fewer_for_better = PBR_NEVER,
                            .fewer_for_neither = PBR_NEVER,
                            .more_for_worse = PBR_NEVER,
                            .more_for_terminate = PBR_NEVER};
    row->unit = pbr_probe_unit(result);
    row->events = pbr_probe_events(result);
    row->computed_pence = computed(settlement, result);
    if (result->verdict == PBR_NO_RESULT) return;
    struct search s = {.contract = settlement->contract};
    set_range(&s, result);
    pbr_probe_open(&s.probe, result);
    measure_distances(&s, row, diag);
    pbr_probe_close(&s.probe);
}

pbr_break_evens *pbr_break_evens_make(const pbr_settled *side)
{
    const pbr_settlement *settlement = side->settlement;
    pbr_arena *arena = pbr_arena_new();
    pbr_break_evens *all = pbr_arena_alloc(arena, sizeof *all);
    pbr_diag *diag = pbr_diag_new(); /* an amount beyond 63 bits stays 0 */
    all->arena = arena;
    all->count = settlement->results_count;
    all->rows = pbr_arena_alloc(arena, (all->count + 1) * sizeof *all->rows);
    for (size_t i = 0; i < all->count; i++)
        fill(&all->rows[i], &settlement->results[i], settlement, diag);
    pbr_diag_free(diag);
    return all;
}

void pbr_break_evens_free(pbr_break_evens *all)
{
    if (all) pbr_arena_free(all->arena);
}
