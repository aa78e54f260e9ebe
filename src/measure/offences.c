/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/offences.h"

#include "base/mem.h"
#include "measure/filter.h"
#include "measure/mapping.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#define NO_OFFENCE UINT32_MAX

enum { PERSON_ID, OFFENCE_DATE, OUTCOME_DATE, OUTCOME, OFFENCE_ID, OWN_COLUMNS };
static const pbr_column own_columns[OWN_COLUMNS] = {
    [PERSON_ID] = {.name = "person_id", .description = "as in cohort.csv", .example = "A1234BC"},
    [OFFENCE_DATE] = {.name = "offence_date",
                      .kind = PBR_DATE,
                      .description = "day the offence was committed",
                      .example = "2016-01-15"},
    [OUTCOME_DATE] = {.name = "outcome_date",
                      .kind = PBR_DATE,
                      .description = "day it was proved",
                      .example = "2016-03-02"},
    [OUTCOME] = {.name = "outcome",
                 .description = "how it ended; the rules list the outcomes that prove an offence",
                 .example = "conviction"},
    [OFFENCE_ID] = {.name = "offence_id",
                    .presence = PBR_OPTIONAL,
                    .description = "joins several outcomes of one offence of a person",
                    .example = "O000001"},
};

/* One reoffence of a known person. */
struct offence {
    uint64_t
        key; /* offset of its offence id in the texts, or a hash of the row where it has none */
    uint32_t next;     /* the person's next one, or NO_OFFENCE */
    uint32_t versions; /* bit v: proves an offence under rules version v */
    pbr_date committed, proved;
    uint32_t line;
    uint16_t file;
    bool has_id;
};

struct pbr_offences {
    pbr_population *population;
    struct offence *rows; /* that prove an offence under some version */
    size_t count, room;
    uint32_t *heads; /* first row of each person */
    char *texts;     /* offence ids, NUL-terminated */
    size_t texts_used, texts_room;
    const char **files;
    size_t files_count, files_room;
    pbr_offence_counts counts;
};

struct reader {
    pbr_offences *offences;
    pbr_table *table;
    const pbr_schema *schema;
    pbr_date snapshot;
    pbr_bound_filter **ignore; /* by version */
    uint16_t file;
};

pbr_offences *pbr_offences_new(pbr_population *population)
{
    pbr_offences *offences = pbr_alloc(1, sizeof *offences);
    offences->population = population;
    uint32_t persons = pbr_idmap_count(population->persons);
    offences->heads = pbr_alloc(persons, sizeof *offences->heads);
    for (uint32_t i = 0; i < persons; i++) offences->heads[i] = NO_OFFENCE;
    return offences;
}

void pbr_offences_free(pbr_offences *offences)
{
    if (!offences) return;
    free(offences->heads);
    free(offences->texts);
    free(offences->rows);
    free(offences->files);
    free(offences);
}

const pbr_schema *pbr_reoffences_schema(const pbr_contract *contract)
{
    size_t room = OWN_COLUMNS, count = OWN_COLUMNS;
    for (size_t i = 0; i < contract->rules_count; i++)
        room += contract->rules[i].terms->reoffence.ignore_count;
    pbr_column *columns = pbr_arena_alloc(contract->arena, room * sizeof *columns);
    memcpy(columns, own_columns, sizeof own_columns);
    for (size_t i = 0; i < contract->rules_count; i++)
        count = pbr_filter_columns(columns, count, contract->rules[i].terms->reoffence.ignore,
                                   contract->rules[i].terms->reoffence.ignore_count);
    pbr_schema *schema = pbr_arena_alloc(contract->arena, sizeof *schema);
    *schema = (pbr_schema){.name = "reoffences",
                           .file = "reoffences.csv",
                           .title = "Reoffences: a row an offence and outcome",
                           .columns = columns,
                           .count = count};
    return schema;
}

static bool read_days(struct reader *r, pbr_date *committed, pbr_date *proved)
{
    bool ok = pbr_extract_day(r->table, OFFENCE_DATE, r->snapshot, committed);
    ok &= pbr_extract_day(r->table, OUTCOME_DATE, r->snapshot, proved);
    if (!ok || *proved >= *committed) return ok;
    pbr_table_error(r->table, OUTCOME_DATE, "outcome-before-offence", "is before the offence",
                    "correct one of the two dates");
    return false;
}

static bool is_outcome(const pbr_reoffence_terms *terms, pbr_slice outcome)
{
    for (unsigned i = 0; i < terms->outcomes_count; i++)
        if (pbr_slice_is(outcome, terms->outcomes[i])) return true;
    return false;
}

/* An outcome that no version names proves nothing; one that is nearly a named one is a slip, which
 * would make the person pass for one who did not reoffend. */
static bool outcome_is_sound(struct reader *r, pbr_slice outcome)
{
    const pbr_contract *contract = r->offences->population->contract;
    char remedy[120];
    const char *near = NULL;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        if (is_outcome(terms, outcome)) return true;
        if (!near)
            near = pbr_near_miss_in(outcome, (const char *const *)terms->outcomes,
                                    terms->outcomes_count);
    }
    if (!near) return true;
    snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    pbr_table_error(r->table, OUTCOME, "unknown-outcome", "is not known", remedy);
    return false;
}

/* Under which versions of the rules the row proves an offence. False, reported, for a bad outcome.
 */
static bool proving_versions(struct reader *r, uint32_t *versions)
{
    const pbr_contract *contract = r->offences->population->contract;
    pbr_slice cell;
    if (!pbr_table_text(r->table, OUTCOME, &cell)) return false;
    pbr_slice outcome = pbr_extract_code(contract, "outcome", cell);
    pbr_window none = {PBR_NO_DATE, PBR_NO_DATE, PBR_NO_DATE};
    *versions = 0;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        if (is_outcome(terms, outcome) &&
            !pbr_filter_first(r->ignore[i], terms->ignore_count, r->table, &none))
            *versions |= 1u << i;
    }
    return *versions || outcome_is_sound(r, outcome);
}

/* FNV-1a over the cells with a mark between them: equal rows give equal marks on every machine. */
static uint64_t mark_of(const pbr_table *table, size_t columns)
{
    uint64_t mark = 0xCBF29CE484222325u;
    for (size_t i = 0; i < columns; i++) {
        pbr_slice cell = pbr_table_cell(table, i);
        for (size_t k = 0; k < cell.length; k++)
            mark = (mark ^ (unsigned char)cell.text[k]) * 0x100000001B3u;
        mark = (mark ^ 0x1F) * 0x100000001B3u;
    }
    return mark;
}

static size_t keep_id(pbr_offences *offences, pbr_slice id)
{
    size_t at = offences->texts_used;
    offences->texts = pbr_grow(offences->texts, &offences->texts_room, at + id.length + 1, 1);
    memcpy(offences->texts + at, id.text, id.length);
    offences->texts[at + id.length] = '\0';
    offences->texts_used = at + id.length + 1;
    return at;
}

static void read_row(struct reader *r)
{
    pbr_offences *offences = r->offences;
    struct offence row = {.file = r->file, .line = (uint32_t)pbr_table_line(r->table)};
    pbr_slice person, id = pbr_table_cell(r->table, OFFENCE_ID);
    bool ok = pbr_extract_person(r->table, PERSON_ID, &person);
    ok &= read_days(r, &row.committed, &row.proved);
    ok &= pbr_extract_dates(r->table, r->schema, OWN_COLUMNS);
    ok &= proving_versions(r, &row.versions);
    if (!ok) return;
    uint32_t who = pbr_idmap_find(offences->population->persons, person.text, person.length);
    if (who == PBR_NO_ID) offences->counts.unmatched++;
    if (who == PBR_NO_ID || !row.versions) return;
    row.has_id = id.length > 0;
    row.key = row.has_id ? keep_id(offences, id) : mark_of(r->table, r->schema->count);
    row.next = offences->heads[who];
    offences->heads[who] = (uint32_t)offences->count;
    offences->rows =
        pbr_grow(offences->rows, &offences->room, offences->count + 1, sizeof *offences->rows);
    offences->rows[offences->count++] = row;
}

static pbr_bound_filter **bind_ignore(const pbr_contract *contract, const pbr_schema *schema)
{
    pbr_bound_filter **all = pbr_arena_alloc(contract->arena, contract->rules_count * sizeof *all);
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        all[i] = pbr_arena_alloc(contract->arena, (terms->ignore_count + 1) * sizeof **all);
        for (unsigned k = 0; k < terms->ignore_count; k++)
            pbr_filter_bind(&all[i][k], contract, &terms->ignore[k], schema);
    }
    return all;
}

void pbr_offences_read(pbr_offences *offences, const char *path, pbr_date snapshot,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    const pbr_contract *contract = offences->population->contract;
    const pbr_schema *schema = pbr_reoffences_schema(contract);
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_table *table = pbr_extract_open(path, schema, contract, diag);
    if (!table) return;
    offences->files = pbr_grow(offences->files, &offences->files_room, offences->files_count + 1,
                               sizeof *offences->files);
    offences->files[offences->files_count] = pbr_extract_name(path);
    struct reader r = {
        .offences = offences,
        .table = table,
        .schema = schema,
        .snapshot = snapshot,
        .ignore = bind_ignore(contract, schema),
        .file = (uint16_t)offences->files_count++,
    };
    while (pbr_table_next(table)) read_row(&r);
    offences->counts.rows += pbr_table_rows(table);
    if (!pbr_table_rows(table) && pbr_diag_count(diag, PBR_ERROR) == before)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    pbr_table_close(table, digest);
}

/* Counts a row for every start of the person whose window holds it. */
static bool count_row(pbr_offences *offences, uint32_t person, const struct offence *row,
                      uint32_t versions, bool repeat)
{
    pbr_population *population = offences->population;
    const pbr_rules *rules = population->contract->rules;
    bool counted = false;
    for (uint32_t at = population->heads[person]; at != PBR_NO_START;
         at = population->starts[at].next)
        for (size_t k = 0; k < population->kinds_count; k++) {
            pbr_view *view = pbr_view_of(population, at, k);
            if (view->cohort < 0 || !(versions >> view->rules & 1)) continue;
            const pbr_terms *terms = rules[view->rules].terms;
            pbr_window window = pbr_window_of(&terms->follow_up, population->starts[at].date);
            if (!pbr_window_holds(&window, row->committed, row->proved)) continue;
            bool before = view->transferred != PBR_NO_DATE && row->committed < view->transferred;
            bool after = view->transferred != PBR_NO_DATE && !before;
            if (after && terms->transferred.treatment == PBR_STOP_COUNTING) continue;
            view->reoffences++;
            view->before_transfer += before;
            view->repeats += repeat;
            counted = true;
        }
    return counted;
}

/* One person's rows, put in order. */
struct person_rows {
    pbr_offences *offences;
    uint32_t person;
    const struct offence **rows;
    size_t count, room;
};

static int compare_u64(uint64_t a, uint64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

static int compare_keys(const pbr_offences *offences, const struct offence *a,
                        const struct offence *b)
{
    if (a->has_id != b->has_id) return a->has_id ? 1 : -1;
    return a->has_id ? strcmp(offences->texts + a->key, offences->texts + b->key)
                     : compare_u64(a->key, b->key);
}

/* Rows of one offence stand together, the earliest outcome first, and so do rows that are alike. */
static int by_offence(const void *left, const void *right, void *offences)
{
    const struct offence *a = *(const struct offence *const *)left;
    const struct offence *b = *(const struct offence *const *)right;
    int keys = compare_keys(offences, a, b);
    if (keys) return keys;
    if (a->proved != b->proved) return a->proved < b->proved ? -1 : 1;
    if (a->committed != b->committed) return a->committed < b->committed ? -1 : 1;
    if (a->file != b->file) return a->file < b->file ? -1 : 1;
    return compare_u64(a->line, b->line);
}

static void report_two_dates(const pbr_offences *offences, const struct offence *row,
                             const struct offence *first, pbr_diag *diag)
{
    char committed[PBR_DATE_TEXT];
    pbr_error(diag, "offence-dates-differ",
              ((pbr_place){offences->files[row->file], (long)row->line, 1}),
              "offence \"%s\" was committed on %s at %s:%" PRIu32
              " and on another day here: correct one of the two",
              offences->texts + row->key, pbr_date_text(first->committed, committed),
              offences->files[first->file], first->line);
}

/* Semantics 8: an offence counts once, at the first outcome that proves it; which outcome that is
 * may differ between versions of the rules. */
static size_t finish_offence(struct person_rows *p, size_t from, pbr_diag *diag)
{
    const struct offence *first = p->rows[from];
    uint32_t taken = 0;
    bool counted = false;
    size_t i = from;
    for (; i < p->count && compare_keys(p->offences, first, p->rows[i]) == 0; i++) {
        const struct offence *row = p->rows[i];
        if (row->committed != first->committed) report_two_dates(p->offences, row, first, diag);
        counted |= count_row(p->offences, p->person, row, row->versions & ~taken, false);
        taken |= row->versions;
    }
    p->offences->counts.counted += counted;
    return i;
}

/* Without ids identical rows all count; how many there are is told. */
static size_t finish_plain(struct person_rows *p, size_t at)
{
    const struct offence *row = p->rows[at];
    bool repeat = at && !p->rows[at - 1]->has_id && p->rows[at - 1]->key == row->key;
    bool counted = count_row(p->offences, p->person, row, row->versions, repeat);
    p->offences->counts.counted += counted;
    p->offences->counts.repeats += counted && repeat;
    return at + 1;
}

static void finish_person(struct person_rows *p, pbr_diag *diag)
{
    const struct offence *rows = p->offences->rows;
    p->count = 0;
    for (uint32_t at = p->offences->heads[p->person]; at != NO_OFFENCE; at = rows[at].next) {
        p->rows = pbr_grow(p->rows, &p->room, p->count + 1, sizeof *p->rows);
        p->rows[p->count++] = &rows[at];
    }
    if (p->count > 1) qsort_r(p->rows, p->count, sizeof *p->rows, by_offence, p->offences);
    for (size_t i = 0; i < p->count;)
        i = p->rows[i]->has_id ? finish_offence(p, i, diag) : finish_plain(p, i);
}

pbr_offence_counts pbr_offences_finish(pbr_offences *offences, pbr_diag *diag)
{
    struct person_rows p = {.offences = offences};
    uint32_t persons = pbr_idmap_count(offences->population->persons);
    for (; p.person < persons; p.person++) finish_person(&p, diag);
    free(p.rows);
    return offences->counts;
}
