/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/population.h"

#include "base/mem.h"
#include "base/must.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Quarters are looked at also where only years are asked for, since a year may be their sum. */
static void choose_kinds(pbr_population *population)
{
    bool wanted[PBR_PERIODS] = {false};
    const pbr_contract *contract = population->contract;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        bool years = pbr_terms_has_period(terms, PBR_YEAR);
        bool sums = terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
        wanted[PBR_QUARTER] |= pbr_terms_has_period(terms, PBR_QUARTER) || (years && sums);
        wanted[PBR_YEAR] |= years && !sums;
        wanted[PBR_NAMED] |= pbr_terms_has_period(terms, PBR_NAMED);
    }
    for (int kind = 0; kind < PBR_PERIODS; kind++)
        if (wanted[kind]) population->kinds[population->kinds_count++] = (pbr_period)kind;
}

pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at)
{
    pbr_population *population = pbr_alloc(1, sizeof *population);
    size_t cohorts = contract->cohorts_count;
    population->contract = contract;
    choose_kinds(population);
    population->persons = pbr_persons_new();
    population->types = pbr_idmap_new();
    population->classes_known = pbr_idmap_new();
    population->versions = pbr_alloc(contract->areas_count * cohorts, sizeof *population->versions);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < cohorts; i++) {
            const pbr_rules *rules = pbr_contract_rules(contract, area, i, as_at);
            population->versions[area * cohorts + i] =
                (int16_t)(rules ? rules - contract->rules : -1);
        }
    return population;
}

/* What serves only to put the starts in order. */
static void free_places(pbr_population *population)
{
    free(population->lines);
    free(population->labels);
    free(population->long_labels.bytes);
    free(population->files.files);
    population->lines = NULL;
    population->labels = NULL;
    population->long_labels = (pbr_asides){0};
    population->files = (pbr_lines){0};
}

void pbr_population_free(pbr_population *population)
{
    if (!population) return;
    free_places(population);
    pbr_persons_free(population->persons);
    pbr_idmap_free(population->types);
    pbr_idmap_free(population->classes_known);
    free(population->versions);
    free(population->starts);
    free(population->ids.bytes);
    free(population->classes);
    free(population->reoffences);
    free(population->repeats);
    free(population->transfers);
    free(population->heads);
    free(population);
}

/* --- adding starts ------------------------------------------------------------------------------
 */

uint32_t pbr_class_enter(pbr_population *population, const pbr_class *class)
{
    uint32_t number = pbr_idmap_add(population->classes_known, (const char *)class, sizeof *class);
    if (number < population->classes_count) return number;
    population->classes = pbr_extend(population->classes, &population->classes_room,
                                     population->classes_count + 1, sizeof *population->classes);
    population->classes[population->classes_count++] = *class;
    return number;
}

static void keep_label(pbr_population *population, pbr_code label)
{
    size_t count = population->count;
    if (!population->labels && !label) return;
    bool first = !population->labels;
    population->labels = pbr_extend(population->labels, &population->labels_room, count + 1,
                                    sizeof *population->labels);
    if (first && count) memset(population->labels, 0, count * sizeof *population->labels);
    population->labels[count] = label;
}

/* Numbers of starts fit in 32 bits, one of which says that there is none. */
static void must_fit(const pbr_population *population)
{
    if (population->count < PBR_NO_START - 1) return;
    fputs("pbrcalc: more starts than this program can number: nothing was written\n", stderr);
    exit(2);
}

void pbr_population_add(pbr_population *population, pbr_start start, uint32_t person, uint32_t line,
                        pbr_code label)
{
    size_t count = population->count;
    must_fit(population);
    start.next = PBR_NO_START;
    if (person != count) {
        start.next = population->starts[person].next;
        population->starts[person].next = (uint32_t)count;
    }
    keep_label(population, label);
    population->lines = pbr_extend(population->lines, &population->lines_room, count + 1,
                                   sizeof *population->lines);
    population->lines[count] = line;
    population->starts = pbr_extend(population->starts, &population->starts_room, count + 1,
                                    sizeof *population->starts);
    population->starts[population->count++] = start;
}

void pbr_transfers_add(pbr_population *population, const pbr_class *class,
                       const pbr_date days[PBR_KINDS])
{
    for (uint32_t kind = 0; kind < PBR_KINDS; kind++) {
        if (!class->kinds[kind].transferred) continue;
        population->transfers =
            pbr_grow(population->transfers, &population->transfers_room,
                     population->transfers_count + 1, sizeof *population->transfers);
        population->transfers[population->transfers_count++] =
            (pbr_transfer){(uint32_t)population->count, kind, days[kind], 0};
    }
}

/* --- order --------------------------------------------------------------------------------------
 */

static pbr_code label_of(const pbr_population *population, uint32_t start)
{
    return population->labels ? population->labels[start] : 0;
}

/* Semantics 3: never by file order. Two starts alike in all of this but the area are ordered by the
 * area's code. */
static int compare_starts(const pbr_population *population, uint32_t a, uint32_t b)
{
    pbr_date days[] = {population->starts[a].date, population->starts[b].date};
    if (days[0] != days[1]) return days[0] < days[1] ? -1 : 1;
    int labels = pbr_code_compare(&population->long_labels, label_of(population, a),
                                  label_of(population, b));
    if (labels) return labels;
    const pbr_class *one = pbr_class_of(population, a), *other = pbr_class_of(population, b);
    int types = strcmp(pbr_idmap_text(population->types, one->type),
                       pbr_idmap_text(population->types, other->type));
    if (types) return types;
    return one->area == other->area ? 0 : one->area < other->area ? -1 : 1;
}

static void report_duplicate(const pbr_population *population, uint32_t a, uint32_t b,
                             pbr_diag *diag)
{
    uint32_t first = a < b ? a : b, second = a < b ? b : a;
    pbr_place known = pbr_lines_place(&population->files, population->lines[first]);
    pbr_error(diag, "duplicate-start",
              pbr_lines_place(&population->files, population->lines[second]),
              "the same person, area, date, type and start_id as %s:%ld: remove one, or tell them "
              "apart by start_id",
              known.file, known.line);
}

/* Insertion sort of a linked list: a person has few starts. */
static uint32_t ordered_insert(pbr_population *population, uint32_t head, uint32_t start,
                               pbr_diag *diag)
{
    pbr_start *starts = population->starts;
    uint32_t *link = &head;
    while (*link != PBR_NO_START) {
        int order = compare_starts(population, *link, start);
        if (order == 0) report_duplicate(population, *link, start, diag);
        if (order >= 0) break;
        link = &starts[*link].next;
    }
    starts[start].next = *link;
    *link = start;
    return head;
}

/* Of those read later the last stands first in the list, and the first one before them all. */
static void order_person(pbr_population *population, uint32_t person, pbr_diag *diag)
{
    pbr_start *starts = population->starts;
    uint32_t head = PBR_NO_START, next;
    for (uint32_t at = starts[person].next; at != PBR_NO_START; at = next) {
        next = starts[at].next;
        head = ordered_insert(population, head, at, diag);
    }
    head = ordered_insert(population, head, person, diag);
    if (head == person) return;
    starts[person].is_not_head = true;
    population->heads = pbr_grow(population->heads, &population->heads_room,
                                 population->heads_count + 1, sizeof *population->heads);
    population->heads[population->heads_count++] = (pbr_person_head){person, head};
}

void pbr_population_order(pbr_population *population, pbr_diag *diag)
{
    for (size_t i = pbr_person_from(population, 0); i < population->count;
         i = pbr_person_from(population, i + 1))
        if (population->starts[i].next != PBR_NO_START) order_person(population, (uint32_t)i, diag);
    free_places(population);
}

size_t pbr_person_from(const pbr_population *population, size_t start)
{
    while (start < population->count && !population->starts[start].is_person) start++;
    return start;
}

static int by_person(const void *left, const void *right)
{
    const pbr_person_head *a = left, *b = right;
    return a->person == b->person ? 0 : a->person < b->person ? -1 : 1;
}

uint32_t pbr_person_head_of(const pbr_population *population, uint32_t person)
{
    if (!population->starts[person].is_not_head) return person;
    pbr_person_head wanted = {.person = person};
    const pbr_person_head *found =
        bsearch(&wanted, population->heads, population->heads_count, sizeof wanted, by_person);
    pbr_must(found);
    return found->head;
}

/* --- views --------------------------------------------------------------------------------------
 */

static int by_start_and_kind(const void *left, const void *right)
{
    const pbr_transfer *a = left, *b = right;
    if (a->start != b->start) return a->start < b->start ? -1 : 1;
    return a->kind == b->kind ? 0 : a->kind < b->kind ? -1 : 1;
}

pbr_transfer *pbr_transfer_of(const pbr_population *population, size_t start, size_t kind)
{
    pbr_transfer wanted = {.start = (uint32_t)start, .kind = (uint32_t)kind};
    return bsearch(&wanted, population->transfers, population->transfers_count, sizeof wanted,
                   by_start_and_kind);
}

pbr_view pbr_view_of(const pbr_population *population, size_t start, size_t kind)
{
    size_t at = start * population->kinds_count + kind;
    pbr_view view = {.judged = *pbr_ruling_of(population, start, kind)};
    if (population->reoffences) view.reoffences = population->reoffences[at];
    if (population->repeats) view.repeats = population->repeats[at];
    if (!view.judged.transferred) return view;
    const pbr_transfer *transfer = pbr_transfer_of(population, start, kind);
    pbr_must(transfer);
    view.before_transfer = transfer->before;
    return view;
}
