/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/synth.h"

#include "synth/dirty.h"
#include "synth/offences.h"
#include "synth/queue.h"

#include <gsl/gsl_randist.h>
#include <string.h>

enum { LATE_YEARS = 10 };

struct work {
    const pbr_synth_options *options;
    const pbr_shape *shape;
    gsl_rng *rng;
    pbr_plan plan;
    pbr_names names;
    pbr_queue queue;
    pbr_rows *cohort, *reoffences;
    pbr_offending offending;
    pbr_dirty *dirty;     /* NULL: only sound rows */
    uint32_t next_person; /* strangers and bad rows take numbers too */
    pbr_synth_counts counts;
};

/* Where a person starts again: the cell, or PBR_NONE where that is outside the extract or would
 * have to be written into a part that is done. */
static size_t next_place(struct work *work, size_t here, pbr_date day)
{
    size_t first = pbr_plan_cell_on(&work->plan, here, day);
    if (first == PBR_NONE) return PBR_NONE;
    size_t area = here % work->plan.areas;
    if (pbr_chance(work->rng, work->shape->returns.elsewhere))
        area = (size_t)pbr_below(work->rng, (int)work->plan.areas);
    return first + area < here ? PBR_NONE : first + area;
}

static pbr_date next_day(struct work *work, pbr_date day)
{
    if (pbr_chance(work->rng, work->shape->returns.same_day)) return day;
    return day + 1 + (pbr_date)gsl_ran_gamma(work->rng, 2, work->shape->returns.gap_days);
}

/* Decides whether and where a person starts again. */
static size_t plan_return(struct work *work, size_t here, pbr_date today, pbr_date *day)
{
    if (!pbr_chance(work->rng, work->shape->returns.again)) return PBR_NONE;
    *day = next_day(work, today);
    return next_place(work, here, *day);
}

static void queue_return(struct work *work, const pbr_start *start, size_t place, pbr_date day)
{
    pbr_person person = pbr_person_later(work->rng, start->person, work->shape);
    pbr_date end = pbr_date_add_months(start->on, (int)start->cell->terms->follow_up.months);
    if (end > person.offended_until) person.offended_until = end;
    pbr_queue_add(&work->queue, pbr_queue_key(place, day), person);
}

static void make_start(struct work *work, size_t here, pbr_date today)
{
    const pbr_cell *cell = &work->plan.cells[here];
    pbr_person person;
    bool known = pbr_queue_take(&work->queue, pbr_queue_key(here, today), &person);
    if (!known) {
        person = pbr_person_make(work->rng, cell, work->next_person++, work->shape);
        work->counts.persons++;
    }
    pbr_date day = today;
    size_t place = plan_return(work, here, today, &day);
    bool once = !known && place == PBR_NONE;
    pbr_start start = pbr_start_make(work->rng, cell, person, today, once, work->shape);
    pbr_start_write(work->cohort, &work->names, &start, (uint64_t)++work->counts.starts);
    pbr_offences_write(&work->offending, &start);
    if (place != PBR_NONE) queue_return(work, &start, place, day);
    if (pbr_chance(work->rng, work->shape->offence.strangers))
        pbr_stranger_write(&work->offending, &start, work->next_person++);
}

/* 1970-01-01 was a Thursday, three days after a Monday. */
static double weight_of(const pbr_shape *shape, pbr_date day)
{
    int weekday = (day + 3) % 7;
    return shape->size.weekday[weekday < 0 ? weekday + 7 : weekday];
}

/* Shares a cell's starts over its days one day at a time: a binomial draw out of what is left. */
static void make_cell(struct work *work, size_t here)
{
    const pbr_cell *cell = &work->plan.cells[here];
    double weight = 0;
    for (pbr_date day = cell->cohort->from; day < cell->cohort->to; day++)
        weight += weight_of(work->shape, day);
    pbr_queue_forget(&work->queue, pbr_queue_key(here, cell->cohort->from));
    unsigned left = (unsigned)cell->starts;
    for (pbr_date day = cell->cohort->from; left && day < cell->cohort->to; day++) {
        double share = day + 1 == cell->cohort->to ? 1 : weight_of(work->shape, day) / weight;
        unsigned today = share < 1 ? gsl_ran_binomial(work->rng, share, left) : left;
        weight -= weight_of(work->shape, day);
        left -= today;
        for (unsigned i = 0; i < today; i++) make_start(work, here, day);
    }
}

static void make_bad_row(struct work *work)
{
    if (work->dirty)
        pbr_dirty_next(work->dirty, work->cohort, work->reoffences, work->next_person++);
}

/* One bad row after each cell, and what is left of them at the end. */
static void make_rows(struct work *work)
{
    for (size_t i = 0; i < work->plan.count; i++) {
        if (!work->plan.cells[i].starts) continue;
        pbr_offending_enter(&work->offending, &work->plan.cells[i]);
        make_cell(work, i);
        make_bad_row(work);
    }
    while (work->dirty &&
           pbr_dirty_next(work->dirty, work->cohort, work->reoffences, work->next_person))
        work->next_person++;
}

/* MT19937's seed has 32 bits; every bit of ours has a say in it. */
static gsl_rng *new_rng(uint64_t seed)
{
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    gsl_rng_set(rng, (seed ^ seed >> 32) & 0xffffffffu);
    return rng;
}

static const pbr_cell *first_cell(const pbr_plan *plan)
{
    size_t i = 0;
    while (!plan->cells[i].starts) i++;
    return &plan->cells[i];
}

/* New Year's Day, some years after any snapshot. */
static pbr_date too_late(const pbr_synth_options *options)
{
    pbr_civil civil = pbr_date_civil(pbr_synth_snapshot(options));
    return pbr_date_make(civil.year + LATE_YEARS, 1, 1);
}

static bool open_files(struct work *work, pbr_diag *diag)
{
    const char *folder = work->options->folder;
    work->cohort =
        pbr_rows_open(folder, "cohort.csv", pbr_cohort_columns, PBR_COHORT_COLUMNS, diag);
    work->reoffences =
        pbr_rows_open(folder, "reoffences.csv", pbr_reoffence_columns, PBR_REOFFENCE_COLUMNS, diag);
    return work->cohort && work->reoffences;
}

static bool check_options(const struct work *work, pbr_diag *diag)
{
    int64_t starts = work->options->starts;
    if (starts < 0 || starts > PBR_SYNTH_MOST_STARTS)
        pbr_error(diag, "bad-starts", PBR_NOWHERE, "%lld starts: give 1 to %d", (long long)starts,
                  PBR_SYNTH_MOST_STARTS);
    else if (!work->plan.starts)
        pbr_error(diag, "nothing-to-make", PBR_NOWHERE,
                  "no area has an agreement and cases in the cohorts asked for");
    return starts >= 0 && starts <= PBR_SYNTH_MOST_STARTS && work->plan.starts > 0;
}

static void count_rows(struct work *work)
{
    pbr_bad_rows bad = {0};
    if (work->dirty) bad = pbr_dirty_count(work->dirty);
    work->counts.starts = pbr_rows_line(work->cohort) - 1 - bad.cohort;
    work->counts.reoffences = pbr_rows_line(work->reoffences) - 1 - bad.reoffences;
    work->counts.dirty_rows = bad.cohort + bad.reoffences;
}

static void run(struct work *work)
{
    work->names = pbr_names_for(work->plan.starts, work->rng);
    work->offending = (pbr_offending){
        .rng = work->rng,
        .rows = work->reoffences,
        .names = &work->names,
        .shape = work->shape,
    };
    if (work->options->dirty)
        work->dirty = pbr_dirty_new(&work->names, first_cell(&work->plan), too_late(work->options));
    make_rows(work);
    count_rows(work);
}

bool pbr_synth(const pbr_synth_options *options, pbr_synth_counts *counts, pbr_diag *diag)
{
    struct work work = {
        .options = options, .shape = &pbr_usual_shape, .rng = new_rng(options->seed)};
    work.plan = pbr_plan_make(options, work.shape, work.rng);
    bool ok = check_options(&work, diag) && open_files(&work, diag);
    if (ok) run(&work);
    ok = pbr_rows_close(work.cohort, diag) && ok;
    ok = pbr_rows_close(work.reoffences, diag) && ok;
    if (ok && work.dirty) ok = pbr_dirty_key(work.dirty, options->folder, diag);
    *counts = work.counts;
    pbr_dirty_free(work.dirty);
    pbr_offending_free(&work.offending);
    pbr_queue_free(&work.queue);
    pbr_plan_free(&work.plan);
    gsl_rng_free(work.rng);
    return ok;
}

static int longest_months(const pbr_contract *contract)
{
    unsigned most = 0;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        unsigned months = terms->follow_up.months + terms->follow_up.waiting_months;
        if (months > most) most = months;
    }
    return (int)most;
}

pbr_date pbr_synth_snapshot(const pbr_synth_options *options)
{
    const pbr_contract *contract = options->contract;
    pbr_date end = PBR_NO_DATE;
    for (size_t i = 0; i < contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &contract->cohorts[i];
        if (pbr_plan_wants(options, cohort) && cohort->to > end) end = cohort->to;
    }
    if (end == PBR_NO_DATE) return end;
    return pbr_date_add_months(end - 1, longest_months(contract) + PBR_SYNTH_SPARE_MONTHS);
}
