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

pbr_judgement pbr_judge_reoffence(const pbr_rows *rows, const pbr_outcome *outcome,
                                  const pbr_reoffence_row *row)
{
    const pbr_terms *terms = outcome->rules->terms;
    const pbr_provenance *reoffence = &terms->reoffence.from, *window = &terms->follow_up.from;
    if (!proves(terms, row)) return (pbr_judgement){PBR_NOT_PROVING, NULL, NULL, reoffence};
    const pbr_filter *ignored = ignoring(rows, terms, row);
    if (ignored) return (pbr_judgement){PBR_IGNORED, ignored, NULL, &ignored->from};
    if (row->committed < outcome->start->date)
        return (pbr_judgement){PBR_BEFORE_START, NULL, NULL, window};
    if (row->committed >= outcome->follow_up_end)
        return (pbr_judgement){PBR_AFTER_FOLLOW_UP, NULL, NULL, window};
    const pbr_reoffence_row *first = first_proof(rows, terms, row);
    if (first != row) return (pbr_judgement){PBR_LATER_OUTCOME, NULL, first, reoffence};
    if (row->proved < row->committed || row->proved >= outcome->proof_end)
        return (pbr_judgement){PBR_PROVED_TOO_LATE, NULL, NULL, window};
    if (is_after_transfer(outcome, row))
        return (pbr_judgement){PBR_AFTER_TRANSFER, NULL, NULL, &terms->transferred.from};
    return (pbr_judgement){PBR_COUNTS, NULL, NULL, reoffence};
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

static void count_reoffences(pbr_outcome *outcome, const pbr_rows *rows, bool *counted)
{
    size_t first, count = pbr_rows_of_person(rows, outcome->start->person, &first);
    outcome->first_offence = PBR_NO_DATE;
    for (size_t i = first; i < first + count; i++) {
        if (pbr_judge_reoffence(rows, outcome, &rows->reoffences[i]).reason != PBR_COUNTS) continue;
        if (!outcome->reoffences++) outcome->first_offence = rows->reoffences[i].committed;
        outcome->repeats += pbr_row_repeats(rows, i);
        counted[i] = true;
    }
}

/* One id may stand for very many starts, and rows: those that see the rows alike follow one
 * another. */
static bool sees_alike(const pbr_outcome *before, const pbr_outcome *outcome)
{
    return before->rules == outcome->rules && before->start->date == outcome->start->date &&
           before->transferred == outcome->transferred &&
           strcmp(before->start->person, outcome->start->person) == 0;
}

static void count_as_before(pbr_outcome *outcome, const pbr_outcome *before)
{
    outcome->reoffences = before->reoffences;
    outcome->repeats = before->repeats;
    outcome->first_offence = before->first_offence;
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

/* latest: the number of the latest outcome of the kind of period, and 1; 0: none yet. */
static void add_outcome(pbr_outcomes *outcomes, const pbr_start_row *start, size_t cohort,
                        pbr_date as_at, size_t *latest)
{
    const pbr_rows *rows = outcomes->rows;
    pbr_outcome outcome = {.start = start, .cohort = cohort};
    outcome.measured = !pbr_is_sum_cohort(rows->contract, start->area, cohort, as_at);
    outcome.rules = pbr_contract_rules(rows->contract, start->area, cohort, as_at);
    if (!outcome.rules) return; /* nobody is under contract: measure reports it */
    set_window(&outcome);
    set_transfer(&outcome, rows);
    const pbr_outcome *before = *latest ? &outcomes->items[*latest - 1] : NULL;
    if (before && sees_alike(before, &outcome))
        count_as_before(&outcome, before);
    else
        count_reoffences(&outcome, rows, outcomes->counted);
    decide_alone(&outcome, rows);
    outcomes->items =
        pbr_grow(outcomes->items, &outcomes->room, outcomes->count + 1, sizeof *outcomes->items);
    outcomes->items[outcomes->count++] = outcome;
    *latest = outcomes->count;
}

/* ---- the starts of a person ---- */

/* The earlier start that has used the person up, or NULL. One that is excluded has only where the
 * contract looks at the first start alone (semantics 3). outcomes[0..index) are the earlier ones.
 */
static const pbr_start_row *earlier_start(const pbr_outcome *outcomes, size_t index)
{
    const pbr_outcome *outcome = &outcomes[index];
    const pbr_persons_terms *persons = &outcome->rules->terms->persons;
    bool exclusions_first = persons->deduplicate == PBR_AFTER_EXCLUSIONS;
    if (persons->count == PBR_EVERY_START) return NULL;
    if (exclusions_first && outcome->stage == pbr_stage_excluded) return NULL;
    for (size_t i = 0; i < index; i++) {
        const pbr_outcome *earlier = &outcomes[i];
        bool reaches =
            persons->within == PBR_WITHIN_SCHEME || earlier->start->area == outcome->start->area;
        bool counts = !exclusions_first || earlier->stage != pbr_stage_excluded;
        if (earlier->cohort == outcome->cohort && reaches && counts) return earlier->start;
    }
    return NULL;
}

/* From the last to the first, so that each is judged by what the earlier ones are by themselves. */
static void find_later_starts(pbr_outcome *outcomes, size_t count)
{
    for (size_t i = count; i-- > 0;) {
        outcomes[i].stands = earlier_start(outcomes, i);
        if (outcomes[i].stands)
            decide(&outcomes[i], pbr_stage_excluded, "later-start",
                   "a further start of a person in the period",
                   &outcomes[i].rules->terms->persons.from, NULL);
    }
}

static void find_all_later_starts(pbr_outcomes *outcomes)
{
    for (size_t first = 0, end; first < outcomes->count; first = end) {
        const char *person = outcomes->items[first].start->person;
        for (end = first + 1; end < outcomes->count; end++)
            if (strcmp(outcomes->items[end].start->person, person) != 0) break;
        find_later_starts(&outcomes->items[first], end - first);
    }
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
    size_t latest[KINDS] = {0};
    pbr_outcomes *outcomes = pbr_alloc(1, sizeof *outcomes);
    outcomes->rows = rows;
    outcomes->counted = pbr_alloc(rows->reoffences_count + 1, sizeof *outcomes->counted);
    for (size_t k = 0; k < KINDS; k++) measured[k] = is_measured(rows->contract, kinds[k]);
    for (size_t i = 0; i < rows->starts_count; i++)
        for (size_t k = 0; k < KINDS; k++) {
            const pbr_start_row *start = &rows->starts[i];
            if (!measured[k]) continue;
            size_t cohort = pbr_contract_cohort_on(rows->contract, kinds[k], start->date);
            if (cohort != PBR_NONE) add_outcome(outcomes, start, cohort, as_at, &latest[k]);
        }
    find_all_later_starts(outcomes);
    return outcomes;
}

void pbr_outcomes_free(pbr_outcomes *outcomes)
{
    if (!outcomes) return;
    free(outcomes->items);
    free(outcomes->counted);
    free(outcomes);
}
