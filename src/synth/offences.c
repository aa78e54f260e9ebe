/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/offences.h"

#include <math.h>

enum {
    MOST_REOFFENCES = 80,
    MOST_ROWS = 2 * MOST_REOFFENCES + 8, /* each may have a second outcome */
    OFFENCE_ID_DIGITS = 9,
    LATEST_OUTCOME_DAYS = 100, /* after the end of the waiting period */
    BEFORE_START_DAYS = 120,
    AFTER_FOLLOW_UP_DAYS = 60,
    SOLVER_STEPS = 60,
};

typedef struct {
    uint64_t id;
    pbr_date on, outcome_on;
    const char *outcome, *code;
    bool breach, unrecordable, abroad;
} offence;

typedef struct {
    offence items[MOST_ROWS];
    int count;
} offence_list;

/* The days that matter for a start. */
typedef struct {
    pbr_date start, end, proof_end; /* follow-up is [start, end); proof lies before proof_end */
    const pbr_terms *terms;
} window;

typedef enum { ANY_DAY, DAY_BEFORE, BEFORE, FIRST_DAY, LAST_DAY, DAY_AFTER, AFTER } when;
typedef enum { SOON, AFTER_START, LAST_PROOF_DAY, DAY_TOO_LATE, LATE } proved;

struct edge {
    double chance;
    when when;
    proved proved;
    const char *outcome; /* NULL: one that the contract counts */
    bool breach, unrecordable, abroad;
};

/* Reoffences that count, and only just: chance for each reoffence of a reoffender. */
static const struct edge just_counted[] = {
    {.chance = 0.003, .when = FIRST_DAY},
    {.chance = 0.003, .when = LAST_DAY},
    {.chance = 0.003, .proved = LAST_PROOF_DAY},
    {.chance = 0.001, .when = LAST_DAY, .proved = LAST_PROOF_DAY},
};

/* Rows that do not count for their start: chance for each start, at most one of them. */
static const struct edge not_counted[] = {
    {.chance = 0.006, .when = DAY_BEFORE},
    {.chance = 0.010, .when = BEFORE, .proved = AFTER_START}, /* sentenced after the start */
    {.chance = 0.006, .when = DAY_AFTER},
    {.chance = 0.008, .when = AFTER},
    {.chance = 0.004, .proved = DAY_TOO_LATE},
    {.chance = 0.012, .proved = LATE},
    {.chance = 0.015, .outcome = "acquitted"},
    {.chance = 0.010, .outcome = "dismissed"},
    {.chance = 0.030, .outcome = "conviction", .breach = true},
    {.chance = 0.010, .outcome = "conviction", .unrecordable = true},
    {.chance = 0.003, .outcome = "conviction", .abroad = true},
};

/* Convictions, cautions, warnings, reprimands, as a contract lists them. */
static const double outcome_weights[] = {0.85, 0.11, 0.025, 0.015};

/* In the form of Home Office codes (class and sub-class); nothing reads a meaning from them. */
static const char *const offence_codes[] = {"046/00", "105/01", "149/00", "125/09",
                                            "092/74", "028/03", "195/12", "053/33"};
static const double code_weights[] = {0.32, 0.18, 0.10, 0.12, 0.10, 0.07, 0.08, 0.03};

enum { CODES = sizeof offence_codes / sizeof *offence_codes };

/* Mean of a negative binomial that leaves out zero: size (1 - p) / p / (1 - p^size). */
static double truncated_mean(double p, double size)
{
    return size * (1 - p) / p / (1 - pow(p, size));
}

/* The p at which that mean is as asked; it falls from infinity at 0 to 1 at 1. */
static double solve_p(double mean, double size)
{
    double low = 0, high = 1;
    for (int i = 0; i < SOLVER_STEPS; i++) {
        double middle = (low + high) / 2;
        if (truncated_mean(middle, size) > mean)
            low = middle;
        else
            high = middle;
    }
    return low;
}

void pbr_offending_enter(pbr_offending *offending, const pbr_cell *cell)
{
    double weights[MOST_REOFFENCES];
    double size = offending->shape->frequency.size, p = solve_p(cell->frequency, size);
    for (unsigned i = 0; i < MOST_REOFFENCES; i++)
        weights[i] = gsl_ran_negative_binomial_pdf(i + 1, p, size);
    pbr_offending_free(offending);
    offending->counts = gsl_ran_discrete_preproc(MOST_REOFFENCES, weights);
}

void pbr_offending_free(pbr_offending *offending)
{
    if (offending->counts) gsl_ran_discrete_free(offending->counts);
    offending->counts = NULL;
}

static const struct edge *pick_edge(gsl_rng *rng, const struct edge *edges, size_t count)
{
    double left = gsl_rng_uniform(rng);
    for (size_t i = 0; i < count; i++) {
        left -= edges[i].chance;
        if (left < 0) return &edges[i];
    }
    return NULL;
}

#define PICK_EDGE(rng, edges) pick_edge(rng, edges, sizeof(edges) / sizeof *(edges))

static const char *counted_outcome(gsl_rng *rng, const pbr_terms *terms)
{
    size_t count = sizeof outcome_weights / sizeof *outcome_weights;
    if (!terms->reoffence.outcomes_count) return "conviction";
    return terms->reoffence
        .outcomes[pbr_pick(rng, outcome_weights, count, terms->reoffence.outcomes_count)];
}

static const char *pick_code(gsl_rng *rng)
{
    return offence_codes[pbr_pick(rng, code_weights, CODES, CODES)];
}

/* A day of [from, to), the early ones more often: the risk is greatest soon after a start. */
static pbr_date early_day(pbr_offending *offending, pbr_date from, pbr_date to)
{
    int day = pbr_below(offending->rng, to - from);
    if (pbr_chance(offending->rng, offending->shape->offence.early)) {
        int other = pbr_below(offending->rng, to - from);
        if (other < day) day = other;
    }
    return from + day;
}

static pbr_date offence_day(pbr_offending *offending, const window *days, pbr_date from, when which)
{
    gsl_rng *rng = offending->rng;
    switch (which) {
    case ANY_DAY:
        return early_day(offending, from, days->end);
    case DAY_BEFORE:
        return days->start - 1;
    case BEFORE:
        return days->start - 2 - pbr_below(rng, BEFORE_START_DAYS);
    case FIRST_DAY:
        return from;
    case LAST_DAY:
        return days->end - 1;
    case DAY_AFTER:
        return days->end;
    case AFTER:
        return days->end + 1 + pbr_below(rng, AFTER_FOLLOW_UP_DAYS);
    }
    return from;
}

/* The usual lag, or any day that is left where that would be too late to count. */
static pbr_date soon(pbr_offending *offending, pbr_date on, pbr_date before)
{
    double lag = gsl_ran_exponential(offending->rng, offending->shape->offence.lag_days);
    return lag < before - on ? on + (pbr_date)lag : on + pbr_below(offending->rng, before - on);
}

static pbr_date outcome_day(pbr_offending *offending, const window *days, pbr_date on, proved how)
{
    gsl_rng *rng = offending->rng;
    switch (how) {
    case SOON:
        return soon(offending, on, days->proof_end);
    case AFTER_START:
        return days->start + pbr_below(rng, days->end - days->start);
    case LAST_PROOF_DAY:
        return days->proof_end - 1;
    case DAY_TOO_LATE:
        return days->proof_end;
    case LATE:
        return days->proof_end + 1 + pbr_below(rng, LATEST_OUTCOME_DAYS);
    }
    return on;
}

static void add(offence_list *list, offence item)
{
    if (list->count < MOST_ROWS) list->items[list->count++] = item;
}

static void add_edge(pbr_offending *offending, offence_list *list, const window *days,
                     pbr_date from, const struct edge *edge)
{
    offence item = {
        .id = ++offending->offences,
        .outcome = edge->outcome,
        .breach = edge->breach,
        .unrecordable = edge->unrecordable,
        .abroad = edge->abroad,
    };
    item.on = offence_day(offending, days, from, edge->when);
    item.outcome_on = outcome_day(offending, days, item.on, edge->proved);
    if (!item.outcome) item.outcome = counted_outcome(offending->rng, days->terms);
    item.code = pick_code(offending->rng);
    add(list, item);
}

/* One offence with two outcomes: a charge withdrawn and brought again, or a later hearing. */
static void add_second_outcome(pbr_offending *offending, offence_list *list, const window *days)
{
    offence other = list->items[list->count - 1];
    if (pbr_chance(offending->rng, 0.5)) {
        other.outcome = "withdrawn";
        other.outcome_on = other.on + pbr_below(offending->rng, other.outcome_on - other.on);
    } else {
        pbr_date last = days->proof_end + LATEST_OUTCOME_DAYS;
        other.outcome_on += pbr_below(offending->rng, last - other.outcome_on);
    }
    add(list, other);
}

/* Another offence dealt with at the same hearing as the one before. */
static void add_companion(pbr_offending *offending, offence_list *list)
{
    offence other = list->items[list->count - 1];
    other.id = ++offending->offences;
    other.code = pick_code(offending->rng);
    add(list, other);
}

static void add_reoffence(pbr_offending *offending, offence_list *list, const window *days,
                          pbr_date from)
{
    static const struct edge ordinary = {.when = ANY_DAY, .proved = SOON};
    const struct edge *edge = PICK_EDGE(offending->rng, just_counted);
    add_edge(offending, list, days, from, edge ? edge : &ordinary);
}

static void add_reoffences(pbr_offending *offending, offence_list *list, const window *days,
                           pbr_date from, int count)
{
    const pbr_shape *shape = offending->shape;
    bool before = false; /* is there a reoffence that the next could accompany? */
    for (int i = 0; i < count; i++) {
        if (before && pbr_chance(offending->rng, shape->offence.same_occasion))
            add_companion(offending, list);
        else
            add_reoffence(offending, list, days, from);
        before = !pbr_chance(offending->rng, shape->offence.second_outcome);
        if (!before) add_second_outcome(offending, list, days);
    }
}

/* How many reoffences to make on [from, end): all, or the share that the days not yet covered have,
 * and at least one, so that somebody who reoffends does so after every start. */
static int draw_count(pbr_offending *offending, const window *days, pbr_date from)
{
    if (from >= days->end) return 0;
    int count = 1 + (int)gsl_ran_discrete(offending->rng, offending->counts);
    if (from == days->start) return count;
    double share = (double)(days->end - from) / (days->end - days->start);
    count = (int)gsl_ran_binomial(offending->rng, share, (unsigned)count);
    return count ? count : 1;
}

static void sort_by_day(offence_list *list)
{
    for (int i = 1; i < list->count; i++) {
        offence item = list->items[i];
        int at = i;
        for (; at > 0 && list->items[at - 1].on > item.on; at--)
            list->items[at] = list->items[at - 1];
        list->items[at] = item;
    }
}

static void write_offence(pbr_rows *rows, const char *name, const offence *item)
{
    pbr_rows_text(rows, name);
    pbr_rows_date(rows, item->on);
    pbr_rows_date(rows, item->outcome_on);
    pbr_rows_text(rows, item->outcome);
    pbr_rows_text(rows, item->code);
    pbr_rows_text(rows, item->unrecordable ? "no" : "yes");
    pbr_rows_text(rows, item->breach ? "yes" : "no");
    pbr_rows_text(rows, item->abroad ? "abroad" : "england-and-wales");
    pbr_rows_number(rows, 'R', item->id, OFFENCE_ID_DIGITS);
    pbr_rows_end(rows);
}

/* Nobody is tried after death. */
static void write_list(pbr_offending *offending, offence_list *list, uint32_t person,
                       pbr_date died_on)
{
    char name[PBR_NAME_TEXT];
    pbr_name(offending->names, person, name);
    sort_by_day(list);
    for (int i = 0; i < list->count; i++)
        if (died_on == PBR_NO_DATE || list->items[i].outcome_on < died_on)
            write_offence(offending->rows, name, &list->items[i]);
}

static window window_of(const pbr_start *start)
{
    const pbr_terms *terms = start->cell->terms;
    int months = (int)terms->follow_up.months, waiting = (int)terms->follow_up.waiting_months;
    return (window){
        .start = start->on,
        .end = pbr_date_add_months(start->on, months),
        .proof_end = pbr_date_add_months(start->on, months + waiting),
        .terms = terms,
    };
}

void pbr_offences_write(pbr_offending *offending, const pbr_start *start)
{
    const pbr_person *person = &start->person;
    if (!person->matched) return; /* no record to find offences in */
    offence_list list;
    list.count = 0;
    window days = window_of(start);
    pbr_date from = person->offended_until > start->on ? person->offended_until : start->on;
    if (person->reoffends)
        add_reoffences(offending, &list, &days, from, draw_count(offending, &days, from));
    const struct edge *edge = PICK_EDGE(offending->rng, not_counted);
    if (edge && from < days.end) add_edge(offending, &list, &days, from, edge);
    if (list.count) write_list(offending, &list, person->number, start->died_on);
}

void pbr_stranger_write(pbr_offending *offending, const pbr_start *near, uint32_t number)
{
    offence_list list;
    list.count = 0;
    window days = window_of(near);
    add_reoffences(offending, &list, &days, days.start, 1 + pbr_below(offending->rng, 3));
    write_list(offending, &list, number, PBR_NO_DATE);
}
