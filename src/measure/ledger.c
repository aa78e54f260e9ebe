/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/ledger.h"

#include "base/mem.h"
#include "base/must.h"
#include "base/team.h"
#include "measure/buckets.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>
#include <string.h>

/* One of a cell's (buckets.h). */
struct bucket {
    int64_t starts, reoffenders, reoffences;
    uint64_t score; /* millionths of percent points */
};

enum { GROUPS = 2 }; /* treated, control */

/* One area, cohort and group. */
struct cell {
    struct bucket *buckets; /* NULL: no start */
    __int128 squares;       /* of reoffences, over those that count */
    __int128 score_squares;
    uint64_t score_reoffenders;
    bool score_missing; /* of somebody who counts */
    int64_t *histogram; /* [k]: of those who count, with k reoffences */
    size_t histogram_size;
};

/* That of some persons, or of all of them together. */
struct ledger {
    _Alignas(PBR_APART_BYTES) const pbr_population *population;
    pbr_earlier_starts *earlier;
    atomic_size_t *next_range; /* of starts, for all threads */
    struct cell *cells;        /* [(area * cohorts + cohort) * GROUPS + group] */
    size_t cells_count;
    bool distinct;
    int64_t walked, expected, entered;
};

static const pbr_terms *terms_of(const pbr_population *population, const pbr_view *view)
{
    return population->contract->rules[view->judged.rules].terms;
}

static struct cell *cell_of(struct ledger *ledger, const pbr_class *class, const pbr_view *view)
{
    size_t cohorts = ledger->population->contract->cohorts_count;
    size_t place = class->area * cohorts + (size_t)view->judged.cohort;
    struct cell *cell = &ledger->cells[place * GROUPS + class->control];
    if (!cell->buckets)
        cell->buckets = pbr_alloc(pbr_counted_bucket(terms_of(ledger->population, view)) + 1u,
                                  sizeof *cell->buckets);
    return cell;
}

/* What only those who count add to. */
static void count_person(struct cell *cell, const pbr_start *start, uint32_t reoffences)
{
    uint64_t score = start->score == PBR_NO_SCORE ? 0 : start->score;
    cell->score_missing |= start->score == PBR_NO_SCORE;
    cell->squares += (__int128)reoffences * reoffences;
    cell->score_squares += (__int128)score * score;
    if (!reoffences) return;
    cell->score_reoffenders += score;
    cell->histogram =
        pbr_grow(cell->histogram, &cell->histogram_size, reoffences + 1u, sizeof(int64_t));
    cell->histogram[reoffences]++;
}

static void enter(struct ledger *ledger, uint32_t person, uint32_t index, size_t kind)
{
    const pbr_population *population = ledger->population;
    const pbr_start *start = &population->starts[index];
    pbr_view view = pbr_view_of(population, index, kind);
    if (view.judged.cohort < 0) return;
    unsigned place = pbr_bucket_of(ledger->earlier, person, index, &view);
    struct cell *cell = cell_of(ledger, pbr_class_of(population, index), &view);
    struct bucket *bucket = &cell->buckets[place];
    uint32_t reoffences = view.reoffences - (ledger->distinct ? view.repeats : 0);
    bucket->starts++;
    bucket->reoffences += reoffences;
    bucket->reoffenders += reoffences > 0;
    if (start->score != PBR_NO_SCORE) bucket->score += start->score;
    if (place == pbr_counted_bucket(terms_of(population, &view)))
        count_person(cell, start, reoffences);
    ledger->entered++;
}

/* Begins and ends where a person's starts do. */
static void enter_range(struct ledger *ledger, uint32_t from, uint32_t to)
{
    const pbr_population *population = ledger->population;
    for (uint32_t at = from, person = at; at < to; at++) {
        if (population->starts[at].person != population->starts[person].person) person = at;
        ledger->walked++;
        for (size_t kind = 0; kind < population->kinds_count; kind++) {
            ledger->expected += pbr_ruling_of(population, at, kind)->cohort >= 0;
            enter(ledger, person, at, kind);
        }
    }
}

/* --- several threads ----------------------------------------------------------------------------
 */

static void begin(struct ledger *ledger, const pbr_population *population, bool distinct)
{
    const pbr_contract *contract = population->contract;
    size_t cells = contract->areas_count * contract->cohorts_count * GROUPS;
    *ledger = (struct ledger){.population = population,
                              .earlier = pbr_earlier_starts_new(population),
                              .cells = pbr_alloc_apart(cells, sizeof *ledger->cells),
                              .cells_count = cells,
                              .distinct = distinct};
}

static void end(struct ledger *ledger)
{
    for (size_t i = 0; i < ledger->cells_count; i++) {
        free(ledger->cells[i].buckets);
        free(ledger->cells[i].histogram);
    }
    free(ledger->cells);
    pbr_earlier_starts_free(ledger->earlier);
}

static void *enter_ranges(void *member)
{
    struct ledger *ledger = member;
    const pbr_population *population = ledger->population;
    for (size_t range; (range = (*ledger->next_range)++) < PBR_RANGES;)
        enter_range(ledger, (uint32_t)pbr_range_begin(population, range),
                    (uint32_t)pbr_range_begin(population, range + 1));
    return NULL;
}

static size_t buckets_in(const struct ledger *ledger, size_t cell)
{
    const pbr_population *population = ledger->population;
    int16_t version = population->versions[cell / GROUPS];
    return pbr_counted_bucket(population->contract->rules[version].terms) + 1u;
}

static void add_cell(struct ledger *all, size_t index, const struct cell *part)
{
    struct cell *cell = &all->cells[index];
    size_t count = buckets_in(all, index);
    if (!cell->buckets) cell->buckets = pbr_alloc(count, sizeof *cell->buckets);
    for (size_t i = 0; i < count; i++) {
        cell->buckets[i].starts += part->buckets[i].starts;
        cell->buckets[i].reoffenders += part->buckets[i].reoffenders;
        cell->buckets[i].reoffences += part->buckets[i].reoffences;
        cell->buckets[i].score += part->buckets[i].score;
    }
    cell->squares += part->squares;
    cell->score_squares += part->score_squares;
    cell->score_reoffenders += part->score_reoffenders;
    cell->score_missing |= part->score_missing;
    cell->histogram =
        pbr_grow(cell->histogram, &cell->histogram_size, part->histogram_size, sizeof(int64_t));
    for (size_t k = 0; k < part->histogram_size; k++) cell->histogram[k] += part->histogram[k];
}

/* Sums of whole numbers: the same however the persons were shared out. */
static void add_part(struct ledger *all, const struct ledger *part)
{
    all->walked += part->walked;
    all->expected += part->expected;
    all->entered += part->entered;
    for (size_t i = 0; i < all->cells_count; i++)
        if (part->cells[i].buckets) add_cell(all, i, &part->cells[i]);
}

static void enter_population(struct ledger *all, size_t threads)
{
    atomic_size_t next_range = 0;
    struct ledger *parts = pbr_alloc_apart(threads, sizeof *parts);
    for (size_t i = 0; i < threads; i++) {
        begin(&parts[i], all->population, all->distinct);
        parts[i].next_range = &next_range;
    }
    pbr_team_run(enter_ranges, parts, sizeof *parts, threads);
    for (size_t i = 0; i < threads; i++) {
        add_part(all, &parts[i]);
        end(&parts[i]);
    }
    free(parts);
}

/* --- what it comes to ---------------------------------------------------------------------------
 */

static void set_millionths(mpq_t out, __int128 value, unsigned places)
{
    pbr_ratio_set_wide(out, value);
    mpz_ui_pow_ui(mpq_denref(out), 10, places);
    mpq_canonicalize(out);
}

static void add_attrition(pbr_measures *measures, const struct bucket *bucket, size_t area,
                          size_t cohort, const char *stage, const char *reason, const char *title,
                          const char *clause)
{
    pbr_attrition *row = pbr_attrition_add(measures);
    row->area = area;
    row->cohort = cohort;
    row->stage = stage;
    row->reason = reason;
    row->title = title;
    row->clause = clause;
    row->starts = bucket->starts;
    row->reoffenders = bucket->reoffenders;
    row->reoffences = bucket->reoffences;
    set_millionths(row->ogrs_sum, (__int128)bucket->score, PBR_SCORE_PLACES);
}

static void write_attrition(pbr_measures *measures, const struct bucket *buckets,
                            const pbr_terms *terms, size_t area, size_t cohort)
{
    for (unsigned i = 0; i < terms->exclude_count; i++)
        add_attrition(measures, &buckets[i], area, cohort, "excluded", terms->exclude[i].id,
                      terms->exclude[i].reason, terms->exclude[i].from.clause);
    if (terms->transferred.treatment == PBR_EXCLUDE ||
        terms->transferred.treatment == PBR_EXCLUDE_UNLESS_REOFFENDED)
        add_attrition(measures, &buckets[pbr_transferred_bucket(terms)], area, cohort, "excluded",
                      "transferred", "passed to the public sector during follow-up",
                      terms->transferred.from.clause);
    if (terms->persons.count == PBR_FIRST_START)
        add_attrition(measures, &buckets[pbr_later_bucket(terms)], area, cohort, "excluded",
                      "later-start", "a further start of a person in the period",
                      terms->persons.from.clause);
    for (unsigned i = 0; i < terms->unmeasurable_count; i++)
        add_attrition(measures, &buckets[pbr_unmeasurable_bucket(terms, i + 1)], area, cohort,
                      "unmeasurable", terms->unmeasurable[i].id, terms->unmeasurable[i].reason,
                      terms->unmeasurable[i].from.clause);
    add_attrition(measures, &buckets[pbr_counted_bucket(terms)], area, cohort, "counted", "counted",
                  "in the denominator of the binary rate", terms->cohort.from.clause);
}

static void write_measure(pbr_measures *measures, const struct cell *cell, const pbr_terms *terms,
                          size_t area, size_t cohort, bool control)
{
    pbr_measure *measure = pbr_measures_add(measures);
    const struct bucket *counted = &cell->buckets[pbr_counted_bucket(terms)];
    measure->area = area;
    measure->cohort = cohort;
    measure->control = control;
    for (size_t k = 0; k < cell->histogram_size; k++)
        if (cell->histogram[k]) pbr_histogram_add(measure, k, cell->histogram[k]);
    for (unsigned i = 0; i <= pbr_counted_bucket(terms); i++) {
        measure->starts += cell->buckets[i].starts;
        if (i > pbr_later_bucket(terms)) measure->eligible += cell->buckets[i].starts;
    }
    measure->measurable = counted->starts;
    measure->reoffenders = counted->reoffenders;
    measure->reoffences = counted->reoffences;
    pbr_ratio_set_wide(measure->reoffences_squared, cell->squares);
    set_millionths(measure->ogrs_sum, (__int128)counted->score, PBR_SCORE_PLACES);
    set_millionths(measure->ogrs_squares, cell->score_squares, 2 * PBR_SCORE_PLACES);
    set_millionths(measure->ogrs_sum_reoffenders, (__int128)cell->score_reoffenders,
                   PBR_SCORE_PLACES);
    measure->has_squared = true;
    measure->has_ogrs_sum = measure->has_ogrs_squares = measure->has_ogrs_sum_reoffenders =
        !cell->score_missing;
    if (!control) write_attrition(measures, cell->buckets, terms, area, cohort);
}

/* A release build checks this too: a start that is lost or counted twice is money. */
static void must_balance(int64_t entered, int64_t expected)
{
    if (entered == expected) return;
    pbr_internal_error("%" PRId64 " starts in the ledger and %" PRId64 " read", entered, expected);
}

static int64_t bucket_total(const struct ledger *ledger)
{
    int64_t total = 0;
    for (size_t i = 0; i < ledger->cells_count; i++)
        for (size_t k = 0; ledger->cells[i].buckets && k < buckets_in(ledger, i); k++)
            total += ledger->cells[i].buckets[k].starts;
    return total;
}

/* A year that adds up its quarters is not measured by itself, also where another version measures
 * years afresh: its starts were entered because they may stand for later ones in other areas. */
static bool is_sum_of_quarters(const pbr_contract *contract, size_t cohort, const pbr_terms *terms)
{
    return contract->cohorts[cohort].kind == PBR_YEAR && pbr_terms_has_period(terms, PBR_YEAR) &&
           terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
}

static void write_cell(pbr_measures *measures, const struct ledger *ledger, size_t index)
{
    const pbr_contract *contract = ledger->population->contract;
    const struct cell *cell = &ledger->cells[index];
    size_t place = index / GROUPS, cohort = place % contract->cohorts_count;
    if (!cell->buckets) return;
    const pbr_terms *terms = contract->rules[ledger->population->versions[place]].terms;
    if (!is_sum_of_quarters(contract, cohort, terms))
        write_measure(measures, cell, terms, place / contract->cohorts_count, cohort,
                      index % GROUPS);
}

void pbr_ledger_make(pbr_measures *measures, const pbr_population *population, bool distinct,
                     size_t threads)
{
    struct ledger ledger;
    begin(&ledger, population, distinct);
    enter_population(&ledger, threads);
    must_balance(ledger.walked, (int64_t)population->count);
    must_balance(ledger.entered, ledger.expected);
    must_balance(bucket_total(&ledger), ledger.expected);
    for (size_t i = 0; i < ledger.cells_count; i++) write_cell(measures, &ledger, i);
    end(&ledger);
}
