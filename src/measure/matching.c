/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/matching.h"

#include "base/mem.h"
#include "base/must.h"
#include "measure/transfers.h"
#include "measure/window.h"

#include <stdlib.h>

/* What is found of a row beside those of its person. */
struct finding {
    uint32_t versions; /* under which it proves the offence, where no earlier row does */
    bool begins;       /* an offence that is counted once */
    bool repeats;      /* the row before it, in every cell */
    bool counted;
};

/* A row that gives its offence another day than an earlier one. */
struct differing {
    uint32_t line, known; /* its own, and the other's */
    pbr_date committed;   /* by the other */
    char *id;
};

struct pbr_matcher {
    pbr_population *population;
    pbr_matched matched;
    bool are_all;             /* no other thread has rows of the person */
    pbr_proofs *proofs;       /* by cohort */
    struct finding *findings; /* of the person's rows */
    size_t findings_room;
    struct differing *differing;
    size_t differing_count, differing_room;
};

pbr_matcher *pbr_matcher_new(pbr_population *population)
{
    pbr_matcher *m = pbr_alloc_apart(1, sizeof *m);
    m->population = population;
    m->proofs = pbr_alloc_apart(population->contract->cohorts_count, sizeof *m->proofs);
    return m;
}

void pbr_matcher_free(pbr_matcher *m)
{
    if (!m) return;
    for (size_t i = 0; i < m->differing_count; i++) free(m->differing[i].id);
    free(m->differing);
    free(m->findings);
    free(m->proofs);
    free(m);
}

static pbr_date committed_of(const pbr_offence *row)
{
    return (pbr_date)row->committed - PBR_OFFENCE_DAY_ZERO;
}

static pbr_date proved_of(const pbr_offence *row)
{
    return (pbr_date)row->proved - PBR_OFFENCE_DAY_ZERO;
}

/* --- order --------------------------------------------------------------------------------------
 */

static int by_number(uint64_t a, uint64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

/* Numbered rows stand between ids that are packed and those that are not. */
static inline int compare_keys(const pbr_asides *ids, const pbr_offence *a, const pbr_offence *b)
{
    if (a->key == b->key) return 0;
    if (pbr_code_is_packed(a->key & b->key)) return a->key < b->key ? -1 : 1;
    return pbr_code_compare_texts(ids, a->key, b->key);
}

/* Rows of one offence stand together, the earliest outcome first, and so do rows that are alike. */
static __attribute__((noinline)) int by_offence(const void *left, const void *right, void *ids)
{
    const pbr_offence *a = left, *b = right;
    int keys = compare_keys(ids, a, b);
    if (keys) return keys;
    if (a->proved != b->proved) return a->proved < b->proved ? -1 : 1;
    if (a->committed != b->committed) return a->committed < b->committed ? -1 : 1;
    return by_number(a->line, b->line);
}

/* Mostly told by the keys alone. */
static inline bool stands_behind(const pbr_offence *a, const pbr_offence *b, const pbr_asides *ids)
{
    int keys = compare_keys(ids, a, b);
    return keys ? keys > 0 : by_offence(a, b, (void *)ids) > 0;
}

/* A person has few rows, as a rule; a library's sort costs more than it saves there. */
static void sort_rows(pbr_offence *rows, size_t count, const pbr_asides *ids)
{
    enum { FEW = 40 };
    if (count > FEW) {
        qsort_r(rows, count, sizeof *rows, by_offence, (void *)ids);
        return;
    }
    for (size_t i = 1; i < count; i++) {
        pbr_offence row = rows[i];
        size_t at = i;
        for (; at && stands_behind(&rows[at - 1], &row, ids); at--) rows[at] = rows[at - 1];
        rows[at] = row;
    }
}

/* Is each of the rows an offence of its own? False where that is not seen at a glance: of persons
 * with many rows, and of ids that stand aside. */
static bool are_distinct(const pbr_offence *rows, size_t count)
{
    enum { FEW = 16 };
    if (count > FEW) return false;
    bool alike = false;
    pbr_code any = 0;
    for (size_t i = 0; i < count; i++) {
        any |= rows[i].key;
        for (size_t k = 0; k < i; k++) alike |= rows[i].key == rows[k].key;
    }
    return !alike && pbr_code_is_packed(any);
}

/* --- offences -----------------------------------------------------------------------------------
 */

static void note_differing(pbr_matcher *m, const pbr_offence *row, const pbr_offence *first,
                           const pbr_asides *ids)
{
    char unpacked[PBR_CODE_LETTERS + 1];
    m->differing =
        pbr_extend(m->differing, &m->differing_room, m->differing_count + 1, sizeof *m->differing);
    m->differing[m->differing_count++] =
        (struct differing){row->line, first->line, committed_of(first),
                           pbr_strdup(pbr_code_text(ids, row->key, unpacked).text)};
}

/* Semantics 8: an offence counts once, at the first outcome that proves it; which outcome that is
 * may differ between versions of the rules. Gives the number of its rows. */
static size_t find_offence(pbr_matcher *m, struct finding *findings, const pbr_offence *rows,
                           size_t count, const pbr_asides *ids)
{
    uint32_t taken = 0;
    size_t i = 0;
    for (; i < count && (i == 0 || compare_keys(ids, rows, &rows[i]) == 0); i++) {
        const pbr_offence *row = &rows[i];
        if (row->committed != rows->committed) note_differing(m, row, rows, ids);
        findings[i] = (struct finding){.versions = row->versions & ~taken, .begins = i == 0};
        taken |= row->versions;
    }
    return i;
}

static bool is_repeat(const pbr_offence *row, const pbr_offence *before)
{
    return !pbr_offence_has_id(before) && before->key == row->key &&
           before->committed == row->committed && before->proved == row->proved;
}

/* Without ids identical rows all count; how many there are is told. */
static void find_among(pbr_matcher *m, const pbr_offence *rows, size_t count, const pbr_asides *ids)
{
    for (size_t i = 0; i < count;) {
        if (pbr_offence_has_id(&rows[i])) {
            i += find_offence(m, m->findings + i, rows + i, count - i, ids);
            continue;
        }
        m->findings[i] = (struct finding){.versions = rows[i].versions,
                                          .begins = true,
                                          .repeats = i && is_repeat(&rows[i], &rows[i - 1])};
        i++;
    }
}

static void find_offences(pbr_matcher *m, pbr_offence *rows, size_t count, const pbr_asides *ids)
{
    m->findings = pbr_extend(m->findings, &m->findings_room, count, sizeof *m->findings);
    if (!are_distinct(rows, count)) {
        sort_rows(rows, count, ids);
        find_among(m, rows, count, ids);
        return;
    }
    for (size_t i = 0; i < count; i++)
        m->findings[i] = (struct finding){.versions = rows[i].versions, .begins = true};
}

/* --- starts -------------------------------------------------------------------------------------
 */

static void add_repeats(pbr_population *population, size_t view, uint32_t more)
{
    pthread_mutex_lock(&population->lock);
    if (!population->repeats)
        population->repeats =
            pbr_alloc(population->count * population->kinds_count, sizeof *population->repeats);
    population->repeats[view] += more;
    pthread_mutex_unlock(&population->lock);
}

/* Another thread may be at other rows of the person. */
static void add(const pbr_matcher *m, uint32_t *count, uint32_t more)
{
    if (m->are_all)
        *count += more;
    else
        __atomic_fetch_add(count, more, __ATOMIC_RELAXED);
}

/* What the rows come to for all starts that have this window and were transferred on this day: one
 * id may stand for very many starts and rows, as where an export has none. */
struct outcome {
    const pbr_window *window;                /* NULL: nothing is known */
    pbr_date transferred;                    /* PBR_NO_DATE: not inside follow-up */
    uint32_t counted, before, late, repeats; /* before: of those counted, before the transfer */
};

/* Those count that the window holds. Without branches, since no processor foresees which they are.
 */
static void count_rows(const pbr_matcher *m, const pbr_offence *rows, size_t count,
                       const pbr_ruling *ruling, struct outcome *outcome)
{
    const pbr_terms *terms = m->population->contract->rules[ruling->rules].terms;
    pbr_window window = *outcome->window;
    bool goes_on = !ruling->transferred || terms->transferred.treatment != PBR_STOP_COUNTING;
    struct outcome sum = *outcome;
    for (size_t i = 0; i < count; i++) {
        struct finding *finding = &m->findings[i];
        pbr_date committed = committed_of(&rows[i]), proved = proved_of(&rows[i]);
        bool proves = finding->versions >> ruling->rules & 1;
        bool before = committed < sum.transferred; /* never, where there is no transfer */
        bool counts = proves & pbr_window_holds(&window, committed, proved) & (before | goes_on);
        sum.late += proves & pbr_window_is_late(&window, committed, proved);
        sum.counted += counts;
        sum.before += counts & before;
        sum.repeats += counts & finding->repeats;
        finding->counted |= counts;
    }
    *outcome = sum;
}

static void add_outcome(pbr_matcher *m, const pbr_ruling *ruling, pbr_transfer *transfer,
                        size_t view, const struct outcome *outcome)
{
    pbr_population *population = m->population;
    m->proofs[ruling->cohort].late += outcome->late;
    m->proofs[ruling->cohort].in_time += outcome->counted;
    if (outcome->counted) add(m, &population->reoffences[view], outcome->counted);
    if (outcome->before) add(m, &transfer->before, outcome->before);
    if (outcome->repeats) add_repeats(population, view, outcome->repeats);
}

/* Counts the rows for a start as one kind of period sees it. What they came to for the start before
 * it is known. */
static void match_view(pbr_matcher *m, const pbr_offence *rows, size_t count, size_t start,
                       size_t kind, struct outcome *known)
{
    pbr_population *population = m->population;
    const pbr_ruling *ruling = pbr_ruling_of(population, start, kind);
    if (ruling->cohort < 0) return;
    const pbr_window *window = pbr_window_at(population, ruling->rules, start);
    pbr_transfer *transfer = ruling->transferred ? pbr_transfer_of(population, start, kind) : NULL;
    pbr_must(!ruling->transferred || transfer);
    pbr_date day = transfer ? transfer->day : PBR_NO_DATE;
    size_t view = start * population->kinds_count + kind;
    if (known->window != window || known->transferred != day) {
        *known = (struct outcome){.window = window, .transferred = day};
        count_rows(m, rows, count, ruling, known);
    }
    add_outcome(m, ruling, transfer, view, known);
}

static void match_each(pbr_matcher *m, const pbr_offence *rows, size_t count, size_t person,
                       size_t end)
{
    size_t kinds = m->population->kinds_count;
    struct outcome known[PBR_KINDS];
    for (size_t kind = 0; kind < kinds; kind++) known[kind].window = NULL;
    for (size_t start = person; start < end; start++)
        for (size_t kind = 0; kind < kinds; kind++)
            match_view(m, rows, count, start, kind, &known[kind]);
}

/* --- very many starts and rows of one person ----------------------------------------------------
 */

/* A row that counts through a window. */
struct through {
    uint32_t row, repeats; /* repeats: of those up to it */
};

/* What a person's starts of one day see under a version of the rules. */
struct seen {
    const pbr_window *window; /* NULL: nothing is known */
    struct through *rows;     /* by the day of their offence */
    size_t count, room, marked;
    uint32_t late;
};

/* Where one id stands for very many of both, as where an export has none, looking at every row for
 * every start would never end: rows are put in order by day, and looked at once for each window. */
struct crowd {
    pbr_matcher *m;
    const pbr_offence *rows;
    size_t count, versions;
    uint32_t *order;   /* the rows by the day of their offence */
    struct seen *seen; /* [kind * versions + version] */
};

static bool is_crowd(size_t starts, size_t rows)
{
    enum { LOOKS = 1 << 20 };
    return starts > 1 && rows > LOOKS / starts;
}

static int by_day(const void *left, const void *right, void *rows)
{
    uint32_t a = *(const uint32_t *)left, b = *(const uint32_t *)right;
    const pbr_offence *all = rows;
    int order = by_number(all[a].committed, all[b].committed);
    return order ? order : by_number(a, b);
}

static void crowd_begin(struct crowd *crowd)
{
    const pbr_population *population = crowd->m->population;
    crowd->versions = population->contract->rules_count;
    crowd->seen = pbr_alloc(population->kinds_count * crowd->versions, sizeof *crowd->seen);
    crowd->order = pbr_alloc(crowd->count, sizeof *crowd->order);
    for (size_t i = 0; i < crowd->count; i++) crowd->order[i] = (uint32_t)i;
    qsort_r(crowd->order, crowd->count, sizeof *crowd->order, by_day, (void *)crowd->rows);
}

static void crowd_end(struct crowd *crowd)
{
    size_t count = crowd->m->population->kinds_count * crowd->versions;
    for (size_t i = 0; i < count; i++) free(crowd->seen[i].rows);
    free(crowd->seen);
    free(crowd->order);
}

/* The first place in the order of a row that was not committed before the day. */
static size_t first_from(const struct crowd *crowd, pbr_date day)
{
    size_t low = 0, high = crowd->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (committed_of(&crowd->rows[crowd->order[middle]]) < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void look_through(const struct crowd *crowd, struct seen *seen, const pbr_window *window,
                         size_t version)
{
    uint32_t repeats = 0;
    seen->window = window;
    seen->count = seen->marked = seen->late = 0;
    for (size_t i = first_from(crowd, window->start); i < crowd->count; i++) {
        uint32_t row = crowd->order[i];
        const struct finding *finding = &crowd->m->findings[row];
        pbr_date committed = committed_of(&crowd->rows[row]), proved = proved_of(&crowd->rows[row]);
        if (!pbr_window_follows(window, committed)) break;
        if (!(finding->versions >> version & 1)) continue;
        seen->late += pbr_window_is_late(window, committed, proved);
        if (!pbr_window_holds(window, committed, proved)) continue;
        repeats += finding->repeats;
        seen->rows = pbr_extend(seen->rows, &seen->room, seen->count + 1, sizeof *seen->rows);
        seen->rows[seen->count++] = (struct through){row, repeats};
    }
}

/* How many of those seen were committed before the day. */
static size_t seen_before(const struct crowd *crowd, const struct seen *seen, pbr_date day)
{
    size_t low = 0, high = seen->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (committed_of(&crowd->rows[seen->rows[middle].row]) < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static struct outcome outcome_of(const struct crowd *crowd, struct seen *seen,
                                 const pbr_ruling *ruling, pbr_date transferred)
{
    const pbr_terms *terms = crowd->m->population->contract->rules[ruling->rules].terms;
    bool stops = ruling->transferred && terms->transferred.treatment == PBR_STOP_COUNTING;
    size_t before = ruling->transferred ? seen_before(crowd, seen, transferred) : 0;
    size_t counted = stops ? before : seen->count;
    for (; seen->marked < counted; seen->marked++)
        crowd->m->findings[seen->rows[seen->marked].row].counted = true;
    return (struct outcome){.counted = (uint32_t)counted,
                            .before = (uint32_t)before,
                            .late = seen->late,
                            .repeats = counted ? seen->rows[counted - 1].repeats : 0};
}

static void match_in_crowd(const struct crowd *crowd, size_t start, size_t kind)
{
    const pbr_population *population = crowd->m->population;
    const pbr_ruling *ruling = pbr_ruling_of(population, start, kind);
    if (ruling->cohort < 0) return;
    const pbr_window *window = pbr_window_at(population, ruling->rules, start);
    pbr_transfer *transfer = ruling->transferred ? pbr_transfer_of(population, start, kind) : NULL;
    pbr_must(!ruling->transferred || transfer);
    struct seen *seen = &crowd->seen[kind * crowd->versions + ruling->rules];
    if (seen->window != window) look_through(crowd, seen, window, ruling->rules);
    struct outcome outcome =
        outcome_of(crowd, seen, ruling, transfer ? transfer->day : PBR_NO_DATE);
    add_outcome(crowd->m, ruling, transfer, start * population->kinds_count + kind, &outcome);
}

static void match_crowd(pbr_matcher *m, const pbr_offence *rows, size_t count, size_t person,
                        size_t end)
{
    struct crowd crowd = {.m = m, .rows = rows, .count = count};
    crowd_begin(&crowd);
    for (size_t start = person; start < end; start++)
        for (size_t kind = 0; kind < m->population->kinds_count; kind++)
            match_in_crowd(&crowd, start, kind);
    crowd_end(&crowd);
}

static void add_up(pbr_matcher *m, size_t count)
{
    for (size_t i = 0; i < count;) {
        bool counted = false;
        m->matched.repeats += m->findings[i].counted && m->findings[i].repeats;
        do counted |= m->findings[i].counted;
        while (++i < count && !m->findings[i].begins);
        m->matched.counted += counted;
    }
}

void pbr_match(pbr_matcher *m, uint32_t person, pbr_offence *rows, size_t count,
               const pbr_asides *ids, bool are_all)
{
    size_t end = pbr_person_end(m->population, person);
    m->are_all = are_all;
    find_offences(m, rows, count, ids);
    if (is_crowd(end - person, count))
        match_crowd(m, rows, count, person, end);
    else
        match_each(m, rows, count, person, end);
    add_up(m, count);
}

bool pbr_match_is_first(const pbr_matcher *m, size_t row)
{
    return m->findings[row].begins && !m->findings[row].repeats;
}

/* --- the end ------------------------------------------------------------------------------------
 */

static int by_line(const void *left, const void *right)
{
    const struct differing *a = left, *b = right;
    return by_number(a->line, b->line);
}

static void report_differing(const struct differing *row, const pbr_lines *files, pbr_diag *diag)
{
    char committed[PBR_DATE_TEXT], id[PBR_QUOTE_TEXT];
    pbr_place known = pbr_lines_place(files, row->known);
    pbr_error(diag, "offence-dates-differ", pbr_lines_place(files, row->line),
              "offence %s was committed on %s at %s:%ld and on another day here: correct one of "
              "the two",
              pbr_personal(diag, id, pbr_slice_of(row->id)),
              pbr_date_text(row->committed, committed), known.file, known.line);
}

static void add_proofs(const pbr_matcher *m)
{
    pbr_population *population = m->population;
    for (size_t i = 0; i < population->contract->cohorts_count; i++) {
        population->proofs[i].in_time += m->proofs[i].in_time;
        population->proofs[i].late += m->proofs[i].late;
    }
}

pbr_matched pbr_matched_by(pbr_matcher *const *matchers, size_t count, const pbr_lines *files,
                           uint32_t last_line, pbr_diag *diag)
{
    pbr_matched all = {0};
    struct differing *differing = NULL;
    size_t known = 0, room = 0;
    for (size_t i = 0; i < count; i++) {
        const pbr_matcher *m = matchers[i];
        all.counted += m->matched.counted;
        all.repeats += m->matched.repeats;
        add_proofs(m);
        for (size_t k = 0; k < m->differing_count; k++) {
            if (m->differing[k].line > last_line) continue;
            differing = pbr_extend(differing, &room, known + 1, sizeof *differing);
            differing[known++] = m->differing[k];
        }
    }
    if (known) qsort(differing, known, sizeof *differing, by_line);
    for (size_t i = 0; i < known; i++) report_differing(&differing[i], files, diag);
    free(differing);
    return all;
}
