/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/survey.h"

#include "base/mem.h"
#include "base/team.h"

#include <inttypes.h>
#include <stdatomic.h>
#include <stdlib.h>

/* --- counts of all rows --- */

struct share {
    pbr_check check;
    int64_t part, whole;
    const char *words;
};

static void add_share(pbr_cases *cases, const pbr_contract *contract, const struct share *share)
{
    pbr_cases_looked(cases, share->check, PBR_NONE, share->whole);
    if (pbr_contract_share_above(contract, share->check, share->part, share->whole))
        pbr_cases_add(cases, share->check, PBR_NONE, PBR_NONE, share->part, "%" PRId64 " %s",
                      share->part, share->words);
}

/* --- proofs --- */

static void survey_proofs(pbr_cases *cases, const pbr_population *population)
{
    const pbr_contract *contract = population->contract;
    for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++) {
        const pbr_proofs *proofs = &population->proofs[cohort];
        int64_t all = proofs->in_time + proofs->late;
        pbr_cases_looked(cases, PBR_CHECK_LATE, cohort, all);
        if (pbr_contract_share_above(contract, PBR_CHECK_LATE, proofs->late, all))
            pbr_cases_add(cases, PBR_CHECK_LATE, PBR_NONE, cohort, proofs->late,
                          "cohort %s: %" PRId64 " of %" PRId64
                          " reoffences inside follow-up were proved only after the waiting period, "
                          "and do not count",
                          contract->cohorts[cohort].name, proofs->late, all);
    }
}

/* --- persons --- */

struct persons {
    int64_t in_two_areas, with_many, most; /* most: starts of any one person */
};

static bool has_moved(const pbr_population *population, size_t from, size_t to)
{
    for (size_t at = from + 1; at < to; at++)
        if (pbr_class_of(population, at)->area != pbr_class_of(population, from)->area) return true;
    return false;
}

/* Those whose starts stand in a range. */
static void survey_persons(struct persons *persons, const pbr_population *population, size_t from,
                           size_t to, int64_t many)
{
    for (size_t i = from, end; i < to; i = end) {
        end = pbr_person_end(population, i);
        int64_t starts = (int64_t)(end - i);
        persons->in_two_areas += has_moved(population, i, end);
        persons->with_many += starts > many;
        if (starts > persons->most) persons->most = starts;
    }
}

static void add_persons(struct persons *all, const struct persons *part)
{
    all->in_two_areas += part->in_two_areas;
    all->with_many += part->with_many;
    if (part->most > all->most) all->most = part->most;
}

static void add_many_starts(pbr_cases *cases, const struct persons *persons, int64_t many,
                            int64_t known)
{
    int64_t count = persons->with_many;
    pbr_cases_looked(cases, PBR_CHECK_MANY_STARTS, PBR_NONE, known);
    if (count)
        pbr_cases_add(cases, PBR_CHECK_MANY_STARTS, PBR_NONE, PBR_NONE, count,
                      "%" PRId64 " person%s more than %" PRId64 " starts, one of them %" PRId64
                      ": does one id stand for many?",
                      count, count == 1 ? " has" : "s have", many, persons->most);
}

/* --- what most starts of an area and cohort have alike --- */

enum { LEAST_STARTS = 50, LEAST_DAYS = 7 }; /* of fewer, or in so short a time, alike by chance */

/* The only value that more than half of the starts can have is the one that is left when unlike
 * ones are struck off in pairs (Boyer and Moore, 1981): in whatever order they come. */
struct vote {
    int32_t value, lead, votes;
};

struct cell {
    int32_t starts;
    struct vote date, score;
};

static inline void cast(struct vote *vote, int32_t value)
{
    vote->value = vote->lead ? vote->value : value;
    vote->lead += vote->value == value ? 1 : -1;
}

/* What is left on two sides is struck off in pairs as well. */
static void add_vote(struct vote *all, const struct vote *part)
{
    if (all->value == part->value)
        all->lead += part->lead;
    else if (all->lead >= part->lead)
        all->lead -= part->lead;
    else
        *all = (struct vote){.value = part->value, .lead = part->lead - all->lead};
}

/* One who has more than this percentage leads by at least twice what is above a half. */
static bool may_win(const struct vote *vote, int64_t starts, int64_t percent)
{
    return vote->lead > 0 && vote->lead * 100L >= (2 * percent - 100) * starts;
}

/* Looked at by the shortest kind of period, which is the first. */
struct votes {
    const pbr_population *population;
    struct cell *cells;    /* [area * cohorts + cohort], then one of what is in no cohort */
    uint32_t *cell_of;     /* each class */
    int64_t dates, scores; /* percent, rounded down */
};

static uint32_t cell_of_class(const pbr_contract *contract, const pbr_class *class)
{
    size_t cohorts = contract->cohorts_count;
    int16_t cohort = class->kinds[0].cohort;
    size_t none = contract->areas_count * cohorts;
    return (uint32_t)(cohort < 0 ? none : class->area * cohorts + (size_t)cohort);
}

static void take_votes(struct cell *cells, const uint32_t *cell_of,
                       const pbr_population *population, size_t from, size_t to)
{
    for (size_t i = from; i < to; i++) {
        const pbr_start *start = &population->starts[i];
        struct cell *cell = &cells[cell_of[start->class]];
        cell->starts++;
        cast(&cell->date, pbr_date_of(population, i));
        if (start->score != PBR_NO_SCORE) cast(&cell->score, (int32_t)start->score);
    }
}

static void count_votes(const struct votes *v)
{
    const pbr_population *population = v->population;
    for (size_t i = 0; i < population->count; i++) {
        const pbr_start *start = &population->starts[i];
        struct cell *cell = &v->cells[v->cell_of[start->class]];
        cell->date.votes += pbr_date_of(population, i) == cell->date.value;
        cell->score.votes +=
            start->score != PBR_NO_SCORE && (int32_t)start->score == cell->score.value;
    }
}

static bool is_judged(const struct votes *v, size_t cell)
{
    const pbr_contract *contract = v->population->contract;
    const pbr_cohort *cohort = &contract->cohorts[cell % contract->cohorts_count];
    return v->cells[cell].starts >= LEAST_STARTS && cohort->to - cohort->from >= LEAST_DAYS;
}

static bool any_may_win(const struct votes *v, size_t cells)
{
    for (size_t i = 0; i < cells; i++)
        if (is_judged(v, i) && (may_win(&v->cells[i].date, v->cells[i].starts, v->dates) ||
                                may_win(&v->cells[i].score, v->cells[i].starts, v->scores)))
            return true;
    return false;
}

static void add_copied(pbr_cases *cases, const pbr_contract *contract, pbr_check check, size_t cell,
                       int64_t votes, int64_t starts, const char *value)
{
    size_t area = cell / contract->cohorts_count, cohort = cell % contract->cohorts_count;
    pbr_cases_looked(cases, check, cohort, 1);
    if (pbr_contract_share_above(contract, check, votes, starts))
        pbr_cases_add(cases, check, area, cohort, 1,
                      "area %s, cohort %s: %" PRId64 " of %" PRId64
                      " starts have %s: was a cell copied down?",
                      contract->areas[area].code, contract->cohorts[cohort].name, votes, starts,
                      value);
}

static void add_cell(pbr_cases *cases, const struct votes *v, size_t index)
{
    enum { TEXT = 64 };
    char day[PBR_DATE_TEXT], score[PBR_RATIO_TEXT], value[PBR_RATIO_TEXT + TEXT];
    const pbr_contract *contract = v->population->contract;
    const struct cell *cell = &v->cells[index];
    snprintf(value, sizeof value, "the date %s", pbr_date_text(cell->date.value, day));
    add_copied(cases, contract, PBR_CHECK_COPIED_DATES, index, cell->date.votes, cell->starts,
               value);
    mpq_t points;
    mpq_init(points);
    pbr_ratio_set(points, cell->score.value, 1000000);
    snprintf(value, sizeof value, "the score %s",
             pbr_decimal_text(score, points, PBR_SCORE_PLACES));
    mpq_clear(points);
    add_copied(cases, contract, PBR_CHECK_COPIED_SCORES, index, cell->score.votes, cell->starts,
               value);
}

static int64_t whole_threshold(const pbr_contract *contract, pbr_check check)
{
    mpq_t threshold;
    mpq_init(threshold);
    pbr_contract_threshold(contract, check, threshold);
    int64_t whole = pbr_ratio_floor(threshold);
    mpq_clear(threshold);
    return whole;
}

static size_t cells_of(const pbr_contract *contract)
{
    return contract->areas_count * contract->cohorts_count;
}

static void begin_votes(struct votes *v, const pbr_population *population)
{
    const pbr_contract *contract = population->contract;
    *v = (struct votes){.population = population,
                        .cells = pbr_alloc(cells_of(contract) + 1, sizeof *v->cells),
                        .cell_of = pbr_alloc(population->classes_count, sizeof *v->cell_of),
                        .dates = whole_threshold(contract, PBR_CHECK_COPIED_DATES),
                        .scores = whole_threshold(contract, PBR_CHECK_COPIED_SCORES)};
    for (size_t i = 0; i < population->classes_count; i++)
        v->cell_of[i] = cell_of_class(contract, &population->classes[i]);
}

static void end_votes(struct votes *v)
{
    free(v->cells);
    free(v->cell_of);
}

static void add_votes(struct votes *v, const struct cell *part)
{
    for (size_t i = 0; i <= cells_of(v->population->contract); i++) {
        v->cells[i].starts += part[i].starts;
        add_vote(&v->cells[i].date, &part[i].date);
        add_vote(&v->cells[i].score, &part[i].score);
    }
}

/* The second pass is made only where it can find something. */
static void survey_copies(pbr_cases *cases, const struct votes *v)
{
    size_t count = cells_of(v->population->contract);
    if (any_may_win(v, count)) count_votes(v);
    for (size_t i = 0; i < count; i++)
        if (is_judged(v, i)) add_cell(cases, v, i);
}

/* --- all starts ---------------------------------------------------------------------------------
 */

/* One thread's. */
struct hand {
    _Alignas(PBR_APART_BYTES) const struct votes *votes;
    atomic_size_t *next_range; /* of starts, for all threads */
    struct cell *cells;
    struct persons persons;
    int64_t many;
};

static void *look_at_ranges(void *member)
{
    struct hand *h = member;
    const pbr_population *population = h->votes->population;
    for (size_t range; (range = (*h->next_range)++) < PBR_RANGES;) {
        size_t from = pbr_range_begin(population, range);
        size_t to = pbr_range_begin(population, range + 1);
        survey_persons(&h->persons, population, from, to, h->many);
        take_votes(h->cells, h->votes->cell_of, population, from, to);
    }
    return NULL;
}

static struct persons look_at_starts(struct votes *v, int64_t many, size_t threads)
{
    atomic_size_t next_range = 0;
    struct persons all = {0};
    struct hand *hands = pbr_alloc_apart(threads, sizeof *hands);
    for (size_t i = 0; i < threads; i++) {
        hands[i].votes = v;
        hands[i].next_range = &next_range;
        hands[i].cells =
            pbr_alloc_apart(cells_of(v->population->contract) + 1, sizeof *hands[i].cells);
        hands[i].many = many;
    }
    pbr_team_run(look_at_ranges, hands, sizeof *hands, threads);
    for (size_t i = 0; i < threads; i++) {
        add_persons(&all, &hands[i].persons);
        add_votes(v, hands[i].cells);
        free(hands[i].cells);
    }
    free(hands);
    return all;
}

void pbr_survey(pbr_cases *cases, const pbr_population *population, const pbr_measures *measures,
                size_t threads)
{
    const pbr_contract *contract = population->contract;
    int64_t many = whole_threshold(contract, PBR_CHECK_MANY_STARTS);
    struct votes votes;
    begin_votes(&votes, population);
    struct persons persons = look_at_starts(&votes, many, threads);
    const struct share shares[] = {
        {PBR_CHECK_OUTSIDE, measures->counts.starts_outside, measures->counts.start_rows,
         "starts lie in no cohort of the scheme and are left out"},
        {PBR_CHECK_WITHOUT_START, measures->counts.reoffences_unmatched,
         measures->counts.reoffence_rows,
         "reoffences are of persons who have no start in a cohort"},
        {PBR_CHECK_TWO_AREAS, persons.in_two_areas, measures->counts.persons,
         "persons have starts in more than one area"},
    };
    for (size_t i = 0; i < sizeof shares / sizeof *shares; i++)
        add_share(cases, contract, &shares[i]);
    survey_proofs(cases, population);
    add_many_starts(cases, &persons, many, measures->counts.persons);
    survey_copies(cases, &votes);
    end_votes(&votes);
}
