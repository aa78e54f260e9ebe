/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/offence_runs.h"

#include "base/mem.h"
#include "measure/persons.h"

#include <stdlib.h>
#include <string.h>

enum { BITS = 32 };

pbr_offence_runs *pbr_offence_runs_new(const pbr_population *population, size_t threads)
{
    pbr_offence_runs *runs = pbr_alloc(1, sizeof *runs);
    runs->population = population;
    runs->met = pbr_alloc(population->count / BITS + 1, sizeof *runs->met);
    runs->secret = pbr_secret_new();
    runs->fingerprints = pbr_alloc(threads, sizeof *runs->fingerprints);
    runs->threads = threads;
    for (size_t i = 0; i < threads; i++) pbr_fingerprints_begin(&runs->fingerprints[i]);
    return runs;
}

void pbr_offence_runs_free(pbr_offence_runs *runs)
{
    if (!runs) return;
    for (size_t i = 0; i < runs->threads; i++) pbr_fingerprints_end(&runs->fingerprints[i]);
    free(runs->fingerprints);
    free(runs->met);
    free(runs->rows);
    free(runs->ids.bytes);
    free(runs);
}

pbr_run_matcher pbr_run_matcher_of(pbr_offence_runs *runs, pbr_matcher *matcher, size_t thread)
{
    return (pbr_run_matcher){runs, matcher, &runs->fingerprints[thread]};
}

/* Is this the only run of the person's so far? */
static bool is_only(pbr_offence_runs *runs, uint32_t person)
{
    uint32_t bit = 1u << person % BITS;
    uint32_t known = atomic_fetch_or_explicit(&runs->met[person / BITS], bit, memory_order_relaxed);
    if (!(known & bit)) return true;
    runs->came_back = true;
    return false;
}

/* Offences of one person that are the same have the same one: alike in their id, or else in every
 * cell. */
static uint64_t fingerprint(const pbr_offence_runs *runs, uint64_t person, const pbr_offence *row,
                            const pbr_asides *ids)
{
    char unused[PBR_CODE_LETTERS + 1];
    uint64_t own;
    if (!pbr_offence_has_id(row))
        own =
            pbr_hash_word(runs->secret, row->key) ^ ((uint64_t)row->committed << 32 | row->proved);
    else if (pbr_code_is_packed(row->key))
        own = ~row->key;
    else {
        pbr_slice id = pbr_code_text(ids, row->key, unused);
        own = pbr_hash_bytes(runs->secret, id.text, id.length);
    }
    return pbr_hash_word(runs->secret, pbr_hash_word(runs->secret, own) ^ person);
}

static void match_run(const pbr_run_matcher *m, const pbr_offence_run *run, uint32_t person,
                      pbr_offence *rows, const pbr_asides *ids)
{
    pbr_offence_runs *runs = m->runs;
    bool has_one_start = pbr_person_end(runs->population, person) == person + 1u;
    if (!run->count || (has_one_start && !is_only(runs, person))) return;
    pbr_match(m->matcher, person, rows, run->count, ids, has_one_start);
    for (size_t i = 0; !has_one_start && i < run->count; i++)
        if (pbr_match_is_first(m->matcher, i))
            pbr_fingerprints_add(m->fingerprints, fingerprint(runs, run->person, &rows[i], ids));
}

/* Looks up the person of a run that comes some runs later. What it will touch was fetched while
 * those before it were matched. */
static void look_up(const pbr_population *population, const pbr_offence_rows *rows, size_t run)
{
    enum { PLACE_AHEAD = 16, STARTS_AHEAD = 8 };
    pbr_offence_run *runs = rows->runs;
    size_t count = rows->runs_count;
    if (run + PLACE_AHEAD < count)
        pbr_person_fetch_place(population, runs[run + PLACE_AHEAD].person);
    if (run + STARTS_AHEAD < count)
        pbr_person_fetch_starts(population, runs[run + STARTS_AHEAD].person);
    if (run >= count) return;
    runs[run].start = pbr_person_find(population, runs[run].person);
    if (runs[run].start != PBR_NO_PERSON) pbr_person_fetch_counts(population, runs[run].start);
}

int64_t pbr_offence_runs_match(const pbr_run_matcher *m, pbr_offence_rows *rows)
{
    enum { AHEAD = 8 };
    const pbr_offence_runs *runs = m->runs;
    int64_t unmatched = 0;
    for (size_t i = 0; i < AHEAD; i++) look_up(runs->population, rows, i);
    for (size_t i = 0; i + 1 < rows->runs_count && !runs->came_back; i++) {
        const pbr_offence_run *run = &rows->runs[i];
        look_up(runs->population, rows, i + AHEAD);
        if (i == 0) continue;
        if (run->start == PBR_NO_PERSON)
            unmatched += (int64_t)run->read;
        else if (run->count)
            match_run(m, run, run->start, &rows->rows[run->from], &rows->ids);
    }
    return unmatched;
}

/* --- between parts ------------------------------------------------------------------------------
 */

/* Adds a run of a part to the last one, which is empty or of the same person. */
static void go_on(pbr_offence_runs *runs, const pbr_offence_rows *rows, const pbr_offence_run *run)
{
    char unused[PBR_CODE_LETTERS + 1];
    pbr_offence_run *last = &runs->last;
    runs->rows =
        pbr_extend(runs->rows, &runs->rows_room, last->count + run->count, sizeof *runs->rows);
    for (size_t i = 0; i < run->count; i++) {
        pbr_offence row = rows->rows[run->from + i];
        if (!pbr_code_is_packed(row.key))
            row.key = pbr_code_keep(&runs->ids, pbr_code_text(&rows->ids, row.key, unused));
        runs->rows[last->count++] = row;
    }
    last->person = run->person;
    last->read += run->read;
}

static void match_last(const pbr_run_matcher *m)
{
    pbr_offence_runs *runs = m->runs;
    pbr_offence_run run = runs->last;
    runs->last = (pbr_offence_run){0};
    if (!run.read) return;
    uint32_t person = pbr_person_find(runs->population, run.person);
    if (person == PBR_NO_PERSON)
        runs->unmatched += (int64_t)run.read;
    else
        match_run(m, &run, person, runs->rows, &runs->ids);
    runs->ids.used = 0;
}

void pbr_offence_runs_take(const pbr_run_matcher *m, const pbr_offence_rows *rows,
                           int64_t unmatched)
{
    pbr_offence_runs *runs = m->runs;
    runs->unmatched += unmatched;
    if (!rows->runs_count) return;
    if (runs->last.read && runs->last.person != rows->runs->person) match_last(m);
    go_on(runs, rows, rows->runs);
    if (rows->runs_count == 1) return;
    match_last(m);
    go_on(runs, rows, &rows->runs[rows->runs_count - 1]);
}

bool pbr_offence_runs_end(const pbr_run_matcher *m)
{
    const pbr_offence_runs *runs = m->runs;
    match_last(m);
    return !runs->came_back && !pbr_fingerprints_meet(runs->fingerprints, runs->threads);
}
