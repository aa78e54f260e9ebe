/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Puts the starts of a population in order: share by share, each with the bounds of its persons.
 * Words of persons are spread evenly, so that counting how many begin alike leaves a few to sort.
 */
#include "base/mem.h"
#include "base/team.h"
#include "measure/persons.h"
#include "measure/transfers.h"

#include <stdatomic.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

enum { FEW = 24 };

struct duplicate {
    uint32_t line, known; /* where it stands, and the same start before it */
};

/* What the threads share. */
struct ordering {
    pbr_population *population;
    size_t before[PBR_SHARES + 1]; /* starts of the shares before it */
    atomic_size_t next_share;
};

/* One thread's. */
struct hand {
    _Alignas(PBR_APART_BYTES) struct ordering *shared;
    pbr_population *population;
    pbr_placed *rows; /* of the share */
    size_t room, persons;
    struct duplicate *duplicates;
    size_t duplicates_count, duplicates_room;
};

/* --- order --------------------------------------------------------------------------------------
 */

static int by_number(uint64_t a, uint64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

/* Semantics 3: never by file order. Two starts alike in all of this but the area are ordered by the
 * area's code. */
static int compare_starts(const pbr_population *population, const pbr_placed *a,
                          const pbr_placed *b)
{
    if (a->start.day != b->start.day) return a->start.day < b->start.day ? -1 : 1;
    int labels = pbr_ids_compare(population->labels, a->label, b->label);
    if (labels) return labels;
    const pbr_class *one = &population->classes[a->start.class];
    const pbr_class *other = &population->classes[b->start.class];
    int types = strcmp(pbr_idmap_text(population->types, one->type),
                       pbr_idmap_text(population->types, other->type));
    return types ? types : by_number(one->area, other->area);
}

static int by_person(const void *left, const void *right, void *population)
{
    const pbr_placed *a = left, *b = right;
    if (a->start.person != b->start.person) return a->start.person < b->start.person ? -1 : 1;
    int order = compare_starts(population, a, b);
    return order ? order : by_number(a->line, b->line);
}

static void sort_rows(pbr_placed *rows, size_t count, pbr_population *population)
{
    if (count > FEW) {
        qsort_r(rows, count, sizeof *rows, by_person, population);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        if (by_person(&rows[i - 1], &rows[i], population) <= 0) continue;
        pbr_placed row = rows[i];
        size_t at = i;
        for (; at && by_person(&rows[at - 1], &row, population) > 0; at--) rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

/* --- one share ----------------------------------------------------------------------------------
 */

static size_t first_of(const pbr_population *population, uint64_t person)
{
    return person >> (64 - population->first_bits);
}

/* Where the starts of each place end, counted through the whole population. */
static void count_places(const struct hand *h, size_t share, size_t from, size_t to)
{
    const pbr_population *population = h->population;
    uint32_t *first = population->first;
    for (size_t i = 0; i < population->harvests_count; i++)
        for (const pbr_block *block = population->harvests[i].starts->shares[share]; block;
             block = block->next)
            for (size_t k = 0; k < block->count; k++)
                first[first_of(population, block->starts[k].person)]++;
    uint32_t end = (uint32_t)h->shared->before[share];
    for (size_t at = from; at < to; at++) first[at] = end += first[at];
}

static void place_block(const struct hand *h, const pbr_block *block, size_t before)
{
    const pbr_population *population = h->population;
    uint32_t line = block->first_line;
    for (size_t k = 0; k < block->count; k++) {
        pbr_start start = block->starts[k];
        line += block->steps[k];
        uint32_t at = --population->first[first_of(population, start.person)];
        h->rows[at - before] = (pbr_placed){start, block->labels[k], line};
    }
}

/* Moves the share's rows to their places, each of which is filled from its end, so that its end
 * becomes its beginning. */
static void place_rows(const struct hand *h, size_t share)
{
    const pbr_population *population = h->population;
    for (size_t i = 0; i < population->harvests_count; i++) {
        pbr_gathered *starts = population->harvests[i].starts;
        for (const pbr_block *block = starts->shares[share]; block; block = block->next)
            place_block(h, block, h->shared->before[share]);
        pbr_gathered_drop(starts, share);
    }
}

static void note_duplicate(struct hand *h, const pbr_placed *row)
{
    h->duplicates = pbr_extend(h->duplicates, &h->duplicates_room, h->duplicates_count + 1,
                               sizeof *h->duplicates);
    h->duplicates[h->duplicates_count++] = (struct duplicate){row->line, row[-1].line};
}

static bool is_transferred(const pbr_population *population, pbr_start start)
{
    const pbr_class *class = &population->classes[start.class];
    bool any = false;
    for (size_t kind = 0; kind < PBR_KINDS; kind++) any |= class->kinds[kind].transferred;
    return any;
}

static void keep_rows(struct hand *h, size_t share, size_t count)
{
    pbr_population *population = h->population;
    size_t before = h->shared->before[share];
    for (size_t i = 0; i < count; i++) {
        const pbr_placed *row = &h->rows[i];
        bool same = i && row->start.person == row[-1].start.person;
        if (same && compare_starts(population, row - 1, row) == 0) note_duplicate(h, row);
        h->persons += !same;
        if (population->transfers_count && is_transferred(population, row->start))
            pbr_transfers_number(population, row->line, (uint32_t)(before + i));
        population->starts[before + i] = row->start;
    }
}

static void order_share(struct hand *h, size_t share)
{
    const pbr_population *population = h->population;
    unsigned within = population->first_bits - PBR_SHARE_BITS;
    size_t from = share << within, to = (share + 1) << within;
    size_t before = h->shared->before[share], count = h->shared->before[share + 1] - before;
    h->rows = pbr_extend(h->rows, &h->room, count, sizeof *h->rows);
    count_places(h, share, from, to);
    place_rows(h, share);
    for (size_t at = from; at < to; at++) {
        size_t end = at + 1 < to ? population->first[at + 1] : before + count;
        size_t begin = population->first[at];
        if (end - begin > 1) sort_rows(h->rows + (begin - before), end - begin, h->population);
    }
    keep_rows(h, share, count);
}

static void *order_shares(void *member)
{
    struct hand *h = member;
    for (size_t share; (share = h->shared->next_share++) < PBR_SHARES;) order_share(h, share);
    free(h->rows);
    return NULL;
}

/* --- the population -----------------------------------------------------------------------------
 */

/* Starts are numbered in 32 bits, one of which numbers says that there is none. */
static void must_fit(size_t count)
{
    if (count < UINT32_MAX) return;
    fputs("pbrcalc: more starts than this program can number: nothing was written\n", stderr);
    exit(2);
}

static void count_shares(struct ordering *ordering)
{
    const pbr_population *population = ordering->population;
    for (size_t share = 0; share < PBR_SHARES; share++) {
        size_t count = 0;
        for (size_t i = 0; i < population->harvests_count; i++)
            count += pbr_gathered_in(population->harvests[i].starts, share);
        ordering->before[share + 1] = ordering->before[share] + count;
    }
    must_fit(ordering->before[PBR_SHARES]);
}

/* About three starts a place. */
static void make_room(pbr_population *population, size_t count)
{
    population->count = count;
    population->first_bits = PBR_SHARE_BITS;
    while ((size_t)4 << population->first_bits < count) population->first_bits++;
    size_t places = ((size_t)1 << population->first_bits) + 1;
    population->first = pbr_alloc(places, sizeof *population->first);
    pbr_mem_wide(population->first, places * sizeof *population->first);
    population->first[places - 1] = (uint32_t)count;
    size_t room = 0; /* behind the last one, too, starts are fetched ahead */
    population->starts =
        pbr_extend(NULL, &room, count + PBR_STARTS_FETCHED, sizeof *population->starts);
}

static int by_place(const void *left, const void *right)
{
    const struct duplicate *a = left, *b = right;
    return by_number(a->line, b->line);
}

static void report_duplicates(const pbr_population *population, const struct hand *hands,
                              size_t count, pbr_diag *diag)
{
    struct duplicate *all = NULL;
    size_t known = 0, room = 0;
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; k < hands[i].duplicates_count; k++) {
            all = pbr_extend(all, &room, known + 1, sizeof *all);
            all[known++] = hands[i].duplicates[k];
        }
    if (known) qsort(all, known, sizeof *all, by_place);
    for (size_t i = 0; i < known; i++) {
        pbr_place first = pbr_lines_place(&population->files, all[i].known);
        pbr_error(diag, "duplicate-start", pbr_lines_place(&population->files, all[i].line),
                  "the same person, area, date, type and start_id as %s:%ld: remove one, or tell "
                  "them apart by start_id",
                  first.file, first.line);
    }
    free(all);
}

void pbr_population_order(pbr_population *population, size_t threads, pbr_diag *diag)
{
    struct ordering ordering = {.population = population};
    pbr_population_close(population);
    struct hand *hands = pbr_alloc_apart(threads, sizeof *hands);
    count_shares(&ordering);
    make_room(population, ordering.before[PBR_SHARES]);
    pbr_transfers_join(population);
    for (size_t i = 0; i < threads; i++) {
        hands[i].shared = &ordering;
        hands[i].population = population;
    }
    pbr_team_run(order_shares, hands, sizeof *hands, threads);
    pbr_transfers_end(population);
    report_duplicates(population, hands, threads, diag);
    for (size_t i = 0; i < threads; i++) {
        population->persons_count += hands[i].persons;
        free(hands[i].duplicates);
    }
    free(hands);
    pbr_population_shed(population);
}
