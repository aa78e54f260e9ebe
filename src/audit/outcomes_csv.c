/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/outcomes_csv.h"

#include "measure/metrics.h"

#include <stdlib.h>
#include <string.h>

static const pbr_column outcome_columns[] = {PBR_OUTCOME_COLUMNS};
const pbr_schema pbr_outcomes_schema = {
    .name = "outcomes",
    .file = "outcomes.csv",
    .title = "What became of each start, in each cohort",
    .columns = outcome_columns,
    .count = sizeof outcome_columns / sizeof *outcome_columns,
    .key = "person_id,cpa,cohort,start_date,start_type,start_id",
};

/* A list under construction. */
struct list {
    pbr_entry *items;
    size_t count, room;
};

static void add_entry(struct list *list, const pbr_outcome *outcome, size_t cohort,
                      const char *person)
{
    list->items = pbr_grow(list->items, &list->room, list->count + 1, sizeof *list->items);
    list->items[list->count++] = (pbr_entry){outcome, cohort, person};
}

static int by_number(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_place_and_person(const void *left, const void *right)
{
    const pbr_entry *a = left, *b = right;
    const pbr_start_row *start = a->outcome->start, *other = b->outcome->start;
    int order = by_number(start->area, other->area);
    if (!order) order = by_number(a->cohort, b->cohort);
    if (!order) order = (int)start->control - (int)other->control;
    if (!order) order = strcmp(a->person, b->person);
    if (!order) order = (start->date > other->date) - (start->date < other->date);
    if (!order) order = strcmp(start->start_id, other->start_id);
    return order ? order : strcmp(start->type, other->type);
}

/* One entry for each cohort chosen that the outcome is in. */
static void add_with_sums(struct list *list, const pbr_entries_wanted *w,
                          const pbr_outcome *outcome, const char *person)
{
    const pbr_contract *contract = w->outcomes->rows->contract;
    for (size_t i = 0; i < contract->cohorts_count; i++)
        if (pbr_cohort_chosen(i, w->chosen, w->chosen_count) &&
            (i == outcome->cohort || pbr_is_sum_of(contract, outcome, i, w->as_at)))
            add_entry(list, outcome, i, person);
}

size_t pbr_entries_list(const pbr_entries_wanted *wanted, pbr_arena *arena, pbr_entry **entries)
{
    const pbr_contract *contract = wanted->outcomes->rows->contract;
    struct list list = {0};
    for (size_t i = 0; i < wanted->outcomes->count; i++) {
        const pbr_outcome *outcome = &wanted->outcomes->items[i];
        if (!outcome->measured ||
            !pbr_is_settled(contract, outcome, wanted->chosen, wanted->chosen_count, wanted->as_at))
            continue;
        const char *person = pbr_shown_id(wanted->key, outcome->start->person, arena);
        if (wanted->sums)
            add_with_sums(&list, wanted, outcome, person);
        else
            add_entry(&list, outcome, outcome->cohort, person);
    }
    if (list.count) qsort(list.items, list.count, sizeof *list.items, by_place_and_person);
    *entries = pbr_arena_alloc(arena, (list.count + 1) * sizeof **entries);
    if (list.count) memcpy(*entries, list.items, list.count * sizeof *list.items);
    free(list.items);
    return list.count;
}

void pbr_entry_cells(pbr_out *out, const pbr_entry *entry, const pbr_contract *contract)
{
    const pbr_outcome *outcome = entry->outcome;
    const pbr_start_row *start = outcome->start;
    char score[PBR_RATIO_TEXT];
    pbr_out_words(out, entry->person);
    pbr_out_text(out, contract->areas[start->area].code);
    pbr_out_text(out, contract->cohorts[entry->cohort].name);
    pbr_out_text(out, contract->cohorts[outcome->cohort].name);
    pbr_out_text(out, start->control ? "control" : "treated");
    pbr_out_date(out, start->date);
    pbr_out_text(out, start->type);
    pbr_out_words(out, start->start_id);
    pbr_out_date(out, outcome->follow_up_end - 1);
    pbr_out_date(out, outcome->proof_end - 1);
    pbr_out_date(out, outcome->transferred);
    pbr_out_text(out, pbr_score_text(start, score));
    pbr_out_text(out, outcome->stage);
    pbr_out_text(out, outcome->reason);
    pbr_out_words(out, outcome->from->clause);
    pbr_out_text(out, outcome->rules->name);
    pbr_out_int(out, outcome->reoffences);
    pbr_out_date(out, outcome->first_offence);
}

void pbr_outcomes_write(pbr_out *out, const pbr_entry *entries, size_t count,
                        const pbr_contract *contract)
{
    for (size_t i = 0; i < pbr_outcomes_schema.count; i++)
        pbr_out_text(out, pbr_outcomes_schema.columns[i].name);
    pbr_out_end_row(out);
    for (size_t i = 0; i < count; i++) {
        pbr_entry_cells(out, &entries[i], contract);
        pbr_out_end_row(out);
    }
}
