/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rows are shared out to buckets by their persons as they are read, so that each bucket's rows,
 * once all are there, are put in order and counted in memory that is near. */
#include "measure/offences.h"

#include "base/mem.h"
#include "base/team.h"
#include "measure/window.h"

#include <pthread.h>
#include <stdatomic.h>
#include <stdlib.h>

enum { PERSON_BITS = 12, DATE_BITS = 22, BLOCK_BYTES = 4096 };
enum { BUCKET_PERSONS = 1 << PERSON_BITS, DATE_MASK = (1 << DATE_BITS) - 1 };
#define DAY_ZERO 719468 /* days from 0000-03-01, before any date, to 1970-01-01 */

/* A row in 24 bytes: dates are of four-digit years, and the person is one of its bucket's. */
struct row {
    uint64_t key;
    uint32_t line, versions;
    uint64_t person : PERSON_BITS, committed : DATE_BITS, proved : DATE_BITS, has_id : 1;
};

struct block {
    struct block *next;
    size_t count;
    struct row rows[];
};

/* Blocks are taken from the system many at a time. */
struct pbr_offence_slab {
    struct pbr_offence_slab *next;
    size_t used, count;
    _Alignas(16) char bytes[];
};

struct pbr_offence_bucket {
    struct block *blocks;
    size_t count;
    pbr_diag *found; /* NULL: nothing */
};

static const size_t BLOCK_ROWS = (BLOCK_BYTES - sizeof(struct block)) / sizeof(struct row);

pbr_offences *pbr_offences_new(pbr_population *population)
{
    pbr_offences *offences = pbr_alloc(1, sizeof *offences);
    offences->population = population;
    offences->words = pbr_idmap_new();
    offences->buckets_count = population->count / BUCKET_PERSONS + 1;
    offences->buckets = pbr_alloc(offences->buckets_count, sizeof *offences->buckets);
    size_t views = population->count * population->kinds_count;
    population->reoffences = pbr_alloc(views, sizeof *population->reoffences);
    pbr_mem_wide(population->reoffences, views * sizeof *population->reoffences);
    return offences;
}

void pbr_offences_free(pbr_offences *offences)
{
    if (!offences) return;
    for (struct pbr_offence_slab *slab = offences->slabs, *next; slab; slab = next) {
        next = slab->next;
        free(slab);
    }
    free(offences->buckets);
    free(offences->ids.bytes);
    pbr_idmap_free(offences->words);
    free(offences->files.files);
    free(offences);
}

static struct block *new_block(pbr_offences *offences)
{
    struct pbr_offence_slab *slab = offences->slabs;
    if (!slab || slab->used == slab->count) {
        size_t count = 8 * offences->buckets_count; /* some for each, in the long run */
        slab = pbr_extend(NULL, &(size_t){0}, sizeof *slab + count * BLOCK_BYTES, 1);
        *slab = (struct pbr_offence_slab){offences->slabs, 0, count};
        offences->slabs = slab;
    }
    return (struct block *)(void *)(slab->bytes + slab->used++ * BLOCK_BYTES);
}

void pbr_offences_add(pbr_offences *offences, uint32_t person, const pbr_offence *row)
{
    struct pbr_offence_bucket *bucket = &offences->buckets[person / BUCKET_PERSONS];
    if (!bucket->blocks || bucket->blocks->count == BLOCK_ROWS) {
        struct block *block = new_block(offences);
        block->next = bucket->blocks;
        block->count = 0;
        bucket->blocks = block;
    }
    bucket->count++;
    bucket->blocks->rows[bucket->blocks->count++] = (struct row){
        .key = row->key,
        .line = row->line,
        .versions = row->versions,
        .person = person % BUCKET_PERSONS,
        .committed = (unsigned)(row->committed + DAY_ZERO) & DATE_MASK,
        .proved = (unsigned)(row->proved + DAY_ZERO) & DATE_MASK,
        .has_id = row->has_id,
    };
}

static pbr_date committed_of(const struct row *row)
{
    return (pbr_date)row->committed - DAY_ZERO;
}

static pbr_date proved_of(const struct row *row)
{
    return (pbr_date)row->proved - DAY_ZERO;
}

/* --- counting -----------------------------------------------------------------------------------
 */

enum { WINDOWS_KEPT = 2048 };

/* What the threads share. */
struct finish {
    pbr_offences *offences;
    const pbr_diag *diag; /* whose readers may see values, or not */
    atomic_size_t next_bucket;
    atomic_int_fast64_t counted, repeats;
    pthread_mutex_t lock; /* of the population's repeats, made when there is one */
};

/* One thread's. Windows are worked out once for a day and version, mostly. */
struct counter {
    struct finish *shared;
    pbr_offences *offences;
    struct pbr_offence_bucket *bucket;
    struct row *rows; /* of the bucket, by person */
    size_t room;
    uint32_t ends[BUCKET_PERSONS]; /* of each person's rows */
    int64_t counted, repeats;
    struct {
        pbr_window window;
        unsigned version_plus_1;
    } windows[WINDOWS_KEPT];
};

static const pbr_window *window_of(struct counter *c, unsigned version, pbr_date start)
{
    const pbr_rules *rules = c->offences->population->contract->rules;
    size_t at = ((size_t)start * 4 + version) % WINDOWS_KEPT;
    if (c->windows[at].version_plus_1 != version + 1 || c->windows[at].window.start != start) {
        c->windows[at].version_plus_1 = version + 1;
        c->windows[at].window = pbr_window_of(&rules[version].terms->follow_up, start);
    }
    return &c->windows[at].window;
}

static void count_repeat(struct counter *c, size_t at)
{
    pbr_population *population = c->offences->population;
    pthread_mutex_lock(&c->shared->lock);
    if (!population->repeats)
        population->repeats =
            pbr_alloc(population->count * population->kinds_count, sizeof *population->repeats);
    pthread_mutex_unlock(&c->shared->lock);
    population->repeats[at]++;
}

/* Counts a row for a start as one kind of period sees it, if its window holds the row. */
static bool count_view(struct counter *c, const struct row *row, uint32_t versions, bool repeat,
                       uint32_t start, size_t kind)
{
    pbr_population *population = c->offences->population;
    const pbr_ruling *view = pbr_ruling_of(population, start, kind);
    if (view->cohort < 0 || !(versions >> view->rules & 1)) return false;
    const pbr_window *window = window_of(c, view->rules, population->starts[start].date);
    if (!pbr_window_holds(window, committed_of(row), proved_of(row))) return false;
    if (view->transferred) {
        const pbr_terms *terms = population->contract->rules[view->rules].terms;
        pbr_transfer *transfer = pbr_transfer_of(population, start, kind);
        bool before = committed_of(row) < transfer->day;
        if (!before && terms->transferred.treatment == PBR_STOP_COUNTING) return false;
        transfer->before += before;
    }
    population->reoffences[start * population->kinds_count + kind]++;
    if (repeat) count_repeat(c, start * population->kinds_count + kind);
    return true;
}

/* Counts a row for every start of the person whose window holds it. */
static bool count_row(struct counter *c, uint32_t person, const struct row *row, uint32_t versions,
                      bool repeat)
{
    const pbr_population *population = c->offences->population;
    bool counted = false;
    for (uint32_t at = pbr_person_head_of(population, person); at != PBR_NO_START;
         at = population->starts[at].next)
        for (size_t k = 0; k < population->kinds_count; k++)
            counted |= count_view(c, row, versions, repeat, at, k);
    return counted;
}

/* --- one person's rows --------------------------------------------------------------------------
 */

static int compare_u64(uint64_t a, uint64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

static int compare_keys(const pbr_offences *offences, const struct row *a, const struct row *b)
{
    if (a->has_id != b->has_id) return a->has_id ? 1 : -1;
    return a->has_id ? pbr_code_compare(&offences->ids, a->key, b->key)
                     : compare_u64(a->key, b->key);
}

/* Rows of one offence stand together, the earliest outcome first, and so do rows that are alike. */
static int by_offence(const void *left, const void *right, void *offences)
{
    const struct row *a = left, *b = right;
    int keys = compare_keys(offences, a, b);
    if (keys) return keys;
    if (a->proved != b->proved) return a->proved < b->proved ? -1 : 1;
    if (a->committed != b->committed) return a->committed < b->committed ? -1 : 1;
    return compare_u64(a->line, b->line);
}

/* A person has few rows, as a rule; a library's sort costs more than it saves there. */
static void sort_rows(struct row *rows, size_t count, pbr_offences *offences)
{
    enum { FEW = 12 };
    if (count > FEW) {
        qsort_r(rows, count, sizeof *rows, by_offence, offences);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        struct row row = rows[i];
        size_t at = i;
        for (; at && by_offence(&rows[at - 1], &row, offences) > 0; at--) rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

static void report_two_dates(struct counter *c, const struct row *row, const struct row *first)
{
    char committed[PBR_DATE_TEXT], unpacked[PBR_CODE_LETTERS + 1], id[PBR_QUOTE_TEXT];
    pbr_offences *offences = c->offences;
    pbr_place known = pbr_lines_place(&offences->files, first->line);
    if (!c->bucket->found) c->bucket->found = pbr_diag_new_like(c->shared->diag);
    pbr_error(c->bucket->found, "offence-dates-differ",
              pbr_lines_place(&offences->files, row->line),
              "offence %s was committed on %s at %s:%ld and on another day here: correct one of "
              "the two",
              pbr_personal(c->bucket->found, id, pbr_code_text(&offences->ids, row->key, unpacked)),
              pbr_date_text(committed_of(first), committed), known.file, known.line);
}

/* Semantics 8: an offence counts once, at the first outcome that proves it; which outcome that is
 * may differ between versions of the rules. */
static size_t finish_offence(struct counter *c, uint32_t person, const struct row *rows,
                             size_t count)
{
    uint32_t taken = 0;
    bool counted = false;
    size_t i = 0;
    for (; i < count && compare_keys(c->offences, rows, &rows[i]) == 0; i++) {
        const struct row *row = &rows[i];
        if (row->committed != rows->committed) report_two_dates(c, row, rows);
        counted |= count_row(c, person, row, row->versions & ~taken, false);
        taken |= row->versions;
    }
    c->counted += counted;
    return i;
}

static bool is_repeat(const struct row *row, const struct row *before)
{
    return !before->has_id && before->key == row->key && before->committed == row->committed &&
           before->proved == row->proved;
}

/* Without ids identical rows all count; how many there are is told. */
static void finish_plain(struct counter *c, uint32_t person, const struct row *rows, size_t at)
{
    bool repeat = at && is_repeat(&rows[at], &rows[at - 1]);
    bool counted = count_row(c, person, &rows[at], rows[at].versions, repeat);
    c->counted += counted;
    c->repeats += counted && repeat;
}

static void finish_person(struct counter *c, uint32_t person, struct row *rows, size_t count)
{
    sort_rows(rows, count, c->offences);
    for (size_t i = 0; i < count;) {
        if (rows[i].has_id) {
            i += finish_offence(c, person, rows + i, count - i);
            continue;
        }
        finish_plain(c, person, rows, i);
        i++;
    }
}

/* --- one bucket's -------------------------------------------------------------------------------
 */

/* Puts the bucket's rows in the order of their persons; ends[p] is then where p's end. */
static void gather(struct counter *c)
{
    c->rows = pbr_extend(c->rows, &c->room, c->bucket->count, sizeof *c->rows);
    memset(c->ends, 0, sizeof c->ends);
    for (const struct block *block = c->bucket->blocks; block; block = block->next)
        for (size_t i = 0; i < block->count; i++) c->ends[block->rows[i].person]++;
    uint32_t before = 0;
    for (size_t i = 0; i < BUCKET_PERSONS; i++) {
        uint32_t own = c->ends[i];
        c->ends[i] = before;
        before += own;
    }
    for (const struct block *block = c->bucket->blocks; block; block = block->next)
        for (size_t i = 0; i < block->count; i++)
            c->rows[c->ends[block->rows[i].person]++] = block->rows[i];
}

static void finish_bucket(struct counter *c, size_t number)
{
    c->bucket = &c->offences->buckets[number];
    gather(c);
    for (size_t i = 0, from = 0; i < BUCKET_PERSONS; from = c->ends[i++])
        if (c->ends[i] > from)
            finish_person(c, (uint32_t)(number * BUCKET_PERSONS + i), c->rows + from,
                          c->ends[i] - from);
}

static void *finish_buckets(void *member)
{
    struct counter *c = member;
    struct finish *finish = c->shared;
    for (size_t i; (i = finish->next_bucket++) < finish->offences->buckets_count;)
        if (finish->offences->buckets[i].count) finish_bucket(c, i);
    finish->counted += c->counted;
    finish->repeats += c->repeats;
    free(c->rows);
    return NULL;
}

pbr_offence_counts pbr_offences_finish(pbr_offences *offences, size_t threads, pbr_diag *diag)
{
    struct finish finish = {.offences = offences, .diag = diag, .lock = PTHREAD_MUTEX_INITIALIZER};
    struct counter *counters = pbr_alloc(threads, sizeof *counters);
    for (size_t i = 0; i < threads; i++) {
        counters[i].shared = &finish;
        counters[i].offences = offences;
    }
    pbr_team_run(finish_buckets, counters, sizeof *counters, threads);
    free(counters);
    for (size_t i = 0; i < offences->buckets_count; i++) {
        pbr_diag *found = offences->buckets[i].found;
        if (found) pbr_diag_append(diag, found);
        pbr_diag_free(found);
    }
    offences->counts.counted = finish.counted;
    offences->counts.repeats = finish.repeats;
    return offences->counts;
}
