/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/matching.h"

#include "base/mem.h"
#include "base/must.h"
#include "measure/crowd.h"
#include "measure/transfers.h"
#include "measure/window.h"

#include <stdlib.h>

/* A row that gives its offence another day than an earlier one. */
struct differing {
    uint32_t line, known; /* its own, and the other's */
    pbr_date committed;   /* by the other */
    char *id;
};

struct pbr_matcher {
    pbr_population *population;
    pbr_matched matched;
    bool are_all;              /* no other thread has rows of the person */
    pbr_crowd *crowd;          /* of the person; NULL: each row is looked at for each start */
    pbr_proofs *proofs;        /* by cohort */
    pbr_row_finding *findings; /* of the person's rows */
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
        (struct differing){row->line, first->line, pbr_offence_committed(first),
                           pbr_strdup(pbr_code_text(ids, row->key, unpacked).text)};
}

/* Semantics 8: an offence counts once, at the first outcome that proves it; which outcome that is
 * may differ between versions of the rules. Gives the number of its rows. */
static size_t find_offence(pbr_matcher *m, pbr_row_finding *findings, const pbr_offence *rows,
                           size_t count, const pbr_asides *ids)
{
    uint32_t taken = 0;
    size_t i = 0;
    for (; i < count && (i == 0 || compare_keys(ids, rows, &rows[i]) == 0); i++) {
        const pbr_offence *row = &rows[i];
        if (row->committed != rows->committed) note_differing(m, row, rows, ids);
        findings[i] = (pbr_row_finding){.versions = row->versions & ~taken, .begins = i == 0};
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
        m->findings[i] = (pbr_row_finding){.versions = rows[i].versions,
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
        m->findings[i] = (pbr_row_finding){.versions = rows[i].versions, .begins = true};
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

/* Those count that the window holds. Without branches, since no processor foresees which they are.
 */
static void count_rows(const pbr_matcher *m, const pbr_offence *rows, size_t count,
                       const pbr_ruling *ruling, pbr_match_outcome *outcome)
{
    const pbr_terms *terms = m->population->contract->rules[ruling->rules].terms;
    pbr_window window = *outcome->window;
    bool goes_on = !ruling->transferred || terms->transferred.treatment != PBR_STOP_COUNTING;
    pbr_match_outcome sum = *outcome;
    for (size_t i = 0; i < count; i++) {
        pbr_row_finding *finding = &m->findings[i];
        pbr_date committed = pbr_offence_committed(&rows[i]), proved = pbr_offence_proved(&rows[i]);
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

/* Counts the rows for a start as one kind of period sees it. What they came to for the start before
 * it is known. */
static void match_view(pbr_matcher *m, const pbr_offence *rows, size_t count, size_t start,
                       size_t kind, pbr_match_outcome *known)
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
        *known = (pbr_match_outcome){.window = window, .transferred = day};
        if (m->crowd)
            pbr_crowd_count(m->crowd, ruling, known);
        else
            count_rows(m, rows, count, ruling, known);
    }
    m->proofs[ruling->cohort].late += known->late;
    m->proofs[ruling->cohort].in_time += known->counted;
    if (known->counted) add(m, &population->reoffences[view], known->counted);
    if (known->before) add(m, &transfer->before, known->before);
    if (known->repeats) add_repeats(population, view, known->repeats);
}

static void match_views(pbr_matcher *m, const pbr_offence *rows, size_t count, size_t person,
                        size_t end)
{
    size_t kinds = m->population->kinds_count;
    pbr_match_outcome known[PBR_KINDS];
    for (size_t kind = 0; kind < kinds; kind++) known[kind].window = NULL;
    for (size_t start = person; start < end; start++)
        for (size_t kind = 0; kind < kinds; kind++)
            match_view(m, rows, count, start, kind, &known[kind]);
}

/* Do the person's starts and rows make so many pairs that looking at each would take long? */
static bool is_crowd(size_t starts, size_t rows)
{
    enum { LOOKS = 1 << 20 };
    return starts > 1 && rows > LOOKS / starts;
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
        m->crowd = pbr_crowd_new(m->population, rows, m->findings, count);
    match_views(m, rows, count, person, end);
    pbr_crowd_free(m->crowd);
    m->crowd = NULL;
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
