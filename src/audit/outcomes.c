/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/outcomes.h"

#include "measure/mapping.h"

#include <stdlib.h>
#include <string.h>

const char *const pbr_stage_excluded = "excluded", *const pbr_stage_unmeasurable = "unmeasurable",
                  *const pbr_stage_counted = "counted";

/* ---- filters ---- */

/* "start", "follow-up-end" and "proof-end" are days of the start; anything else is a date. A
 * reoffence may meet several starts, so that its filters have no outcome to go by. */
static pbr_date anchor_day(const char *text, const pbr_outcome *outcome)
{
    pbr_date day = PBR_NO_DATE;
    if (outcome && strcmp(text, "start") == 0) return outcome->start->date;
    if (outcome && strcmp(text, "follow-up-end") == 0) return outcome->follow_up_end;
    if (outcome && strcmp(text, "proof-end") == 0) return outcome->proof_end;
    pbr_date_parse(text, strlen(text), &day);
    return day;
}

static bool is_one_of(const char *text, char *const *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (strcmp(text, words[i]) == 0) return true;
    return false;
}

/* A blank cell satisfies `blank: "yes"` and nothing else. */
static bool filter_holds(const pbr_filter *filter, const pbr_contract *contract, const char *cell,
                         const pbr_outcome *outcome)
{
    pbr_date day;
    if (filter->blank) return (*cell == '\0') == (strcmp(filter->blank, "yes") == 0);
    if (*cell == '\0') return false;
    if (filter->is || filter->in) {
        const char *word = pbr_extract_code(contract, filter->column, pbr_slice_of(cell)).text;
        return filter->is ? strcmp(word, filter->is) == 0
                          : is_one_of(word, filter->in, filter->in_count);
    }
    if (!pbr_date_parse(cell, strlen(cell), &day)) return false;
    return filter->before ? day < anchor_day(filter->before, outcome)
                          : day >= anchor_day(filter->after, outcome);
}

static const pbr_filter *first_holding(const pbr_filter *filters, unsigned count,
                                       const pbr_rows *rows, const pbr_outcome *outcome)
{
    for (unsigned i = 0; i < count; i++) {
        const char *cell =
            pbr_row_cell(&outcome->start->row, &rows->start_columns, filters[i].column);
        if (filter_holds(&filters[i], rows->contract, cell, outcome)) return &filters[i];
    }
    return NULL;
}

/* ---- reoffences ---- */

static bool proves(const pbr_terms *terms, const pbr_reoffence_row *row)
{
    return is_one_of(row->outcome, terms->reoffence.outcomes, terms->reoffence.outcomes_count);
}

static const pbr_filter *ignoring(const pbr_rows *rows, const pbr_terms *terms,
                                  const pbr_reoffence_row *row)
{
    for (unsigned i = 0; i < terms->reoffence.ignore_count; i++) {
        const pbr_filter *filter = &terms->reoffence.ignore[i];
        const char *cell = pbr_row_cell(&row->row, &rows->reoffence_columns, filter->column);
        if (filter_holds(filter, rows->contract, cell, NULL)) return filter;
    }
    return NULL;
}

/* Semantics 8: the first row that proves the offence, which may be this one. Rows of a person are
 * in order of offence date and outcome date, and rows of one offence share the first. */
static const pbr_reoffence_row *first_proof(const pbr_rows *rows, const pbr_terms *terms,
                                            const pbr_reoffence_row *row)
{
    if (!*row->offence_id) return row;
    for (const pbr_reoffence_row *other = row->of_offence; other; other = other->next_of_offence)
        if (proves(terms, other) && !ignoring(rows, terms, other)) return other;
    return row;
}

static bool is_after_transfer(const pbr_outcome *outcome, const pbr_reoffence_row *row)
{
    return outcome->rules->terms->transferred.treatment == PBR_STOP_COUNTING &&
           outcome->transferred != PBR_NO_DATE && row->committed >= outcome->transferred;
}

static pbr_reoffence_reason by_follow_up(const pbr_outcome *outcome, const pbr_reoffence_row *row)
{
    if (row->committed < outcome->start->date) return PBR_BEFORE_START;
    if (row->committed >= outcome->follow_up_end) return PBR_AFTER_FOLLOW_UP;
    return PBR_COUNTS;
}

static pbr_reoffence_reason by_proof(const pbr_outcome *outcome, const pbr_reoffence_row *row)
{
    if (row->proved < row->committed || row->proved >= outcome->proof_end)
        return PBR_PROVED_TOO_LATE;
    return PBR_COUNTS;
}

pbr_judgement pbr_judge_reoffence(const pbr_rows *rows, const pbr_outcome *outcome,
                                  const pbr_reoffence_row *row)
{
    const pbr_terms *terms = outcome->rules->terms;
    const pbr_provenance *reoffence = &terms->reoffence.from, *window = &terms->follow_up.from;
    if (!proves(terms, row)) return (pbr_judgement){PBR_NOT_PROVING, NULL, NULL, reoffence};
    const pbr_filter *ignored = ignoring(rows, terms, row);
    if (ignored) return (pbr_judgement){PBR_IGNORED, ignored, NULL, &ignored->from};
    pbr_reoffence_reason why = by_follow_up(outcome, row);
    if (why != PBR_COUNTS) return (pbr_judgement){why, NULL, NULL, window};
    const pbr_reoffence_row *first = first_proof(rows, terms, row);
    if (first != row) return (pbr_judgement){PBR_LATER_OUTCOME, NULL, first, reoffence};
    why = by_proof(outcome, row);
    if (why != PBR_COUNTS) return (pbr_judgement){why, NULL, NULL, window};
    if (is_after_transfer(outcome, row))
        return (pbr_judgement){PBR_AFTER_TRANSFER, NULL, NULL, &terms->transferred.from};
    return (pbr_judgement){PBR_COUNTS, NULL, NULL, reoffence};
}

/* The versions, as bits, whose rules take the row for a proof. */
static uint32_t versions_proving(const pbr_rows *rows, const pbr_reoffence_row *row)
{
    uint32_t versions = 0;
    for (size_t i = 0; i < rows->contract->rules_count; i++) {
        const pbr_terms *terms = rows->contract->rules[i].terms;
        if (proves(terms, row) && !ignoring(rows, terms, row)) versions |= 1u << i;
    }
    return versions;
}

/* What does not hang on a start is found once for every row: an offence may have very many rows,
 * and a person very many starts. */
static void find_proofs(pbr_outcomes *outcomes)
{
    const pbr_rows *rows = outcomes->rows;
    for (size_t i = 0; i < rows->reoffences_count; i++) {
        const pbr_reoffence_row *row = &rows->reoffences[i];
        if (!*row->offence_id) outcomes->proofs[i] = versions_proving(rows, row);
        if (row->of_offence != row) continue;
        uint32_t taken = 0;
        for (; row; row = row->next_of_offence) {
            uint32_t versions = versions_proving(rows, row);
            outcomes->proofs[row - rows->reoffences] = versions & ~taken;
            taken |= versions;
        }
    }
}

/* A row that counts for starts that see the person's rows through one window. */
struct proof {
    size_t row;
    int64_t repeats; /* of the rows up to this one */
};

/* What the latest starts of a kind of period, which follow one another, see through their window,
 * whenever they were transferred: one id may stand for very many starts, and rows. */
struct view {
    const char *person;
    const pbr_rules *rules;
    pbr_date start;
    struct proof *proofs; /* by day of the offence, as rows are */
    size_t count, room;
    size_t marked; /* of these, told as counted */
};

static bool sees_alike(const struct view *view, const pbr_outcome *outcome)
{
    return view->rules == outcome->rules && view->start == outcome->start->date &&
           strcmp(view->person, outcome->start->person) == 0;
}

static void look(struct view *view, const pbr_outcomes *outcomes, const pbr_outcome *outcome)
{
    const pbr_rows *rows = outcomes->rows;
    size_t first, count = pbr_rows_of_person(rows, outcome->start->person, &first);
    size_t version = (size_t)(outcome->rules - rows->contract->rules);
    int64_t repeats = 0;
    view->person = outcome->start->person;
    view->rules = outcome->rules;
    view->start = outcome->start->date;
    view->count = view->marked = 0;
    for (size_t i = first; i < first + count; i++) {
        const pbr_reoffence_row *row = &rows->reoffences[i];
        if (!(outcomes->proofs[i] >> version & 1)) continue;
        if (by_follow_up(outcome, row) != PBR_COUNTS || by_proof(outcome, row) != PBR_COUNTS)
            continue;
        repeats += row->repeats;
        view->proofs = pbr_grow(view->proofs, &view->room, view->count + 1, sizeof *view->proofs);
        view->proofs[view->count++] = (struct proof){i, repeats};
    }
}

/* How many of the view's rows count for this start: a transfer ends them. */
static size_t rows_before_transfer(const struct view *view, const pbr_rows *rows,
                                   const pbr_outcome *outcome)
{
    size_t low = 0, high = view->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (is_after_transfer(outcome, &rows->reoffences[view->proofs[middle].row]))
            high = middle;
        else
            low = middle + 1;
    }
    return low;
}

/* ---- one start, by itself ---- */

/* Semantics 7: each end is one addition of months to the start. */
static void set_window(pbr_outcome *outcome)
{
    const pbr_follow_up_terms *terms = &outcome->rules->terms->follow_up;
    pbr_date start = outcome->start->date;
    outcome->follow_up_end = pbr_date_add_months(start, (int)terms->months);
    outcome->proof_end = pbr_date_add_months(start, (int)(terms->months + terms->waiting_months));
}

static void set_transfer(pbr_outcome *outcome, const pbr_rows *rows)
{
    const char *column = outcome->rules->terms->transferred.column;
    pbr_date day;
    outcome->transferred = PBR_NO_DATE;
    if (!column) return;
    const char *cell = pbr_row_cell(&outcome->start->row, &rows->start_columns, column);
    if (pbr_date_parse(cell, strlen(cell), &day) && day >= outcome->start->date &&
        day < outcome->follow_up_end)
        outcome->transferred = day;
}

static void count_reoffences(pbr_outcome *outcome, pbr_outcomes *outcomes, struct view *view)
{
    const pbr_rows *rows = outcomes->rows;
    if (!sees_alike(view, outcome)) look(view, outcomes, outcome);
    size_t count = rows_before_transfer(view, rows, outcome);
    for (; view->marked < count; view->marked++)
        outcomes->counted[view->proofs[view->marked].row] = true;
    outcome->reoffences = (int64_t)count;
    outcome->first_offence = PBR_NO_DATE;
    if (!count) return;
    outcome->repeats = view->proofs[count - 1].repeats;
    outcome->first_offence = rows->reoffences[view->proofs[0].row].committed;
}

/* Semantics 6. The first counted offence says whether there was one before the transfer. */
static bool is_transferred_out(const pbr_outcome *outcome)
{
    pbr_transferred treatment = outcome->rules->terms->transferred.treatment;
    if (outcome->transferred == PBR_NO_DATE) return false;
    if (treatment == PBR_EXCLUDE) return true;
    return treatment == PBR_EXCLUDE_UNLESS_REOFFENDED &&
           (outcome->first_offence == PBR_NO_DATE ||
            outcome->first_offence >= outcome->transferred);
}

static void decide(pbr_outcome *outcome, const char *stage, const char *reason, const char *words,
                   const pbr_provenance *from, const pbr_filter *filter)
{
    outcome->stage = stage;
    outcome->reason = reason;
    outcome->words = words;
    outcome->from = from;
    outcome->filter = filter;
}

/* Where the start would end if it were the person's only one. */
static void decide_alone(pbr_outcome *outcome, const pbr_rows *rows)
{
    const pbr_terms *terms = outcome->rules->terms;
    const pbr_filter *filter = first_holding(terms->exclude, terms->exclude_count, rows, outcome);
    if (filter) {
        decide(outcome, pbr_stage_excluded, filter->id, filter->reason, &filter->from, filter);
        return;
    }
    if (is_transferred_out(outcome)) {
        decide(outcome, pbr_stage_excluded, "transferred",
               "passed to the public sector during follow-up", &terms->transferred.from, NULL);
        return;
    }
    filter = first_holding(terms->unmeasurable, terms->unmeasurable_count, rows, outcome);
    if (filter)
        decide(outcome, pbr_stage_unmeasurable, filter->id, filter->reason, &filter->from, filter);
    else
        decide(outcome, pbr_stage_counted, "counted", "in the denominator of the binary rate",
               &terms->cohort.from, NULL);
}

static void add_outcome(pbr_outcomes *outcomes, const pbr_start_row *start, size_t cohort,
                        pbr_date as_at, struct view *view)
{
    const pbr_rows *rows = outcomes->rows;
    pbr_outcome outcome = {.start = start, .cohort = cohort};
    outcome.measured = !pbr_is_sum_cohort(rows->contract, start->area, cohort, as_at);
    outcome.rules = pbr_contract_rules(rows->contract, start->area, cohort, as_at);
    if (!outcome.rules) return; /* nobody is under contract: measure reports it */
    set_window(&outcome);
    set_transfer(&outcome, rows);
    count_reoffences(&outcome, outcomes, view);
    decide_alone(&outcome, rows);
    outcomes->items =
        pbr_grow(outcomes->items, &outcomes->room, outcomes->count + 1, sizeof *outcomes->items);
    outcomes->items[outcomes->count++] = outcome;
}

/* ---- the starts of a person ---- */

/* Those starts of a person that are the first of their cohort and area, among the excluded or
 * among the others. Further ones are not looked at: a person may have very many. */
struct firsts {
    const pbr_outcome **items; /* in the order of starts */
    size_t count, room;
};

static void note_first(struct firsts *firsts, const pbr_outcome *outcome)
{
    for (size_t i = 0; i < firsts->count; i++) {
        const pbr_outcome *first = firsts->items[i];
        if (first->cohort == outcome->cohort && first->start->area == outcome->start->area &&
            (first->stage == pbr_stage_excluded) == (outcome->stage == pbr_stage_excluded))
            return;
    }
    firsts->items =
        pbr_grow(firsts->items, &firsts->room, firsts->count + 1, sizeof *firsts->items);
    firsts->items[firsts->count++] = outcome;
}

/* The earlier start that has used the person up, or NULL. One that is excluded has only where the
 * contract looks at the first start alone (semantics 3). */
static const pbr_start_row *earlier_start(const struct firsts *firsts, const pbr_outcome *outcome)
{
    const pbr_persons_terms *persons = &outcome->rules->terms->persons;
    bool exclusions_first = persons->deduplicate == PBR_AFTER_EXCLUSIONS;
    if (persons->count == PBR_EVERY_START) return NULL;
    if (exclusions_first && outcome->stage == pbr_stage_excluded) return NULL;
    for (size_t i = 0; i < firsts->count; i++) {
        const pbr_outcome *earlier = firsts->items[i];
        bool reaches =
            persons->within == PBR_WITHIN_SCHEME || earlier->start->area == outcome->start->area;
        bool counts = !exclusions_first || earlier->stage != pbr_stage_excluded;
        if (earlier->cohort == outcome->cohort && reaches && counts) return earlier->start;
    }
    return NULL;
}

/* All are found before any is decided: each is judged by what the earlier ones are by themselves.
 */
static void find_later_starts(pbr_outcome *outcomes, size_t count, struct firsts *firsts)
{
    firsts->count = 0;
    for (size_t i = 0; i < count; i++) {
        outcomes[i].stands = earlier_start(firsts, &outcomes[i]);
        note_first(firsts, &outcomes[i]);
    }
    for (size_t i = 0; i < count; i++)
        if (outcomes[i].stands)
            decide(&outcomes[i], pbr_stage_excluded, "later-start",
                   "a further start of a person in the period",
                   &outcomes[i].rules->terms->persons.from, NULL);
}

static void find_all_later_starts(pbr_outcomes *outcomes)
{
    struct firsts firsts = {0};
    for (size_t first = 0, end; first < outcomes->count; first = end) {
        const char *person = outcomes->items[first].start->person;
        for (end = first + 1; end < outcomes->count; end++)
            if (strcmp(outcomes->items[end].start->person, person) != 0) break;
        find_later_starts(&outcomes->items[first], end - first, &firsts);
    }
    free(firsts.items);
}

/* ---- periods ---- */

static bool is_sum_of_quarters(const pbr_terms *terms)
{
    return terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
}

/* Is a kind of period measured start by start? Quarters are also where a year adds them up. */
static bool is_measured(const pbr_contract *contract, pbr_period kind)
{
    bool measured = false;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        bool year = pbr_terms_has_period(terms, PBR_YEAR);
        if (kind == PBR_YEAR)
            measured |= year && !is_sum_of_quarters(terms);
        else
            measured |= pbr_terms_has_period(terms, kind) ||
                        (kind == PBR_QUARTER && year && is_sum_of_quarters(terms));
    }
    return measured;
}

bool pbr_is_sum_cohort(const pbr_contract *contract, size_t area, size_t cohort, pbr_date as_at)
{
    pbr_period kind = contract->cohorts[cohort].kind;
    const pbr_rules *rules = pbr_contract_rules(contract, area, cohort, as_at);
    if (!rules || !pbr_terms_has_period(rules->terms, kind)) return false;
    return kind == PBR_POOL || (kind == PBR_YEAR && is_sum_of_quarters(rules->terms));
}

bool pbr_is_sum_of(const pbr_contract *contract, const pbr_outcome *outcome, size_t whole,
                   pbr_date as_at)
{
    return pbr_contract_is_part(contract, outcome->cohort, whole) &&
           pbr_is_sum_cohort(contract, outcome->start->area, whole, as_at);
}

bool pbr_is_settled(const pbr_contract *contract, const pbr_outcome *outcome, const size_t *chosen,
                    size_t chosen_count, pbr_date as_at)
{
    bool settled = chosen == NULL;
    for (size_t i = 0; i < chosen_count && !settled; i++)
        settled =
            chosen[i] == outcome->cohort || pbr_is_sum_of(contract, outcome, chosen[i], as_at);
    return settled;
}

pbr_outcomes *pbr_outcomes_make(const pbr_rows *rows, pbr_date as_at)
{
    static const pbr_period kinds[] = {PBR_QUARTER, PBR_YEAR, PBR_NAMED};
    enum { KINDS = sizeof kinds / sizeof *kinds };
    bool measured[KINDS];
    struct view views[KINDS] = {0};
    pbr_outcomes *outcomes = pbr_alloc(1, sizeof *outcomes);
    outcomes->rows = rows;
    outcomes->counted = pbr_alloc(rows->reoffences_count + 1, sizeof *outcomes->counted);
    outcomes->proofs = pbr_alloc(rows->reoffences_count + 1, sizeof *outcomes->proofs);
    find_proofs(outcomes);
    for (size_t k = 0; k < KINDS; k++) measured[k] = is_measured(rows->contract, kinds[k]);
    for (size_t i = 0; i < rows->starts_count; i++)
        for (size_t k = 0; k < KINDS; k++) {
            const pbr_start_row *start = &rows->starts[i];
            if (!measured[k]) continue;
            size_t cohort = pbr_contract_cohort_on(rows->contract, kinds[k], start->date);
            if (cohort != PBR_NONE) add_outcome(outcomes, start, cohort, as_at, &views[k]);
        }
    for (size_t k = 0; k < KINDS; k++) free(views[k].proofs);
    find_all_later_starts(outcomes);
    return outcomes;
}

void pbr_outcomes_free(pbr_outcomes *outcomes)
{
    if (!outcomes) return;
    free(outcomes->items);
    free(outcomes->counted);
    free(outcomes->proofs);
    free(outcomes);
}
