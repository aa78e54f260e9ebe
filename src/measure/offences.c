/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/offences.h"

#include "base/mem.h"
#include "measure/filter.h"
#include "measure/mapping.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

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
    uint64_t mark; /* hash of the row, for rows without an offence id */
    uint32_t person;
    uint32_t id; /* number of its offence id, or PBR_NO_ID */
    pbr_date committed, proved;
    uint32_t versions; /* bit v: proves an offence under rules version v */
    uint32_t line;
    uint16_t file;
};

struct pbr_offences {
    pbr_population *population;
    pbr_idmap *ids;
    struct offence *rows; /* that prove an offence under some version */
    size_t count, room;
    const char **files;
    size_t files_count, files_room;
    pbr_offence_counts counts;
};

struct reader {
    pbr_offences *offences;
    pbr_table *table;
    pbr_date snapshot;
    pbr_bound_filter **ignore; /* by version */
    uint16_t file;
};

pbr_offences *pbr_offences_new(pbr_population *population)
{
    pbr_offences *offences = pbr_alloc(1, sizeof *offences);
    offences->population = population;
    offences->ids = pbr_idmap_new();
    return offences;
}

void pbr_offences_free(pbr_offences *offences)
{
    if (!offences) return;
    pbr_idmap_free(offences->ids);
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

static bool read_day(struct reader *r, size_t column, pbr_date *day)
{
    if (!pbr_table_date(r->table, column, day)) return false;
    if (*day <= r->snapshot) return true;
    pbr_table_error(r->table, column, "after-snapshot", "is after the snapshot",
                    "correct the date, or give the extract's own --snapshot");
    return false;
}

static bool read_days(struct reader *r, pbr_date *committed, pbr_date *proved)
{
    bool ok = read_day(r, OFFENCE_DATE, committed);
    ok &= read_day(r, OUTCOME_DATE, proved);
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

/* Under which versions of the rules the row proves an offence. */
static uint32_t proving_versions(struct reader *r)
{
    const pbr_contract *contract = r->offences->population->contract;
    pbr_slice cell = pbr_table_cell(r->table, OUTCOME);
    pbr_slice outcome = pbr_extract_code(contract, "outcome", cell);
    pbr_window none = {PBR_NO_DATE, PBR_NO_DATE, PBR_NO_DATE};
    uint32_t versions = 0;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        if (is_outcome(terms, outcome) &&
            !pbr_filter_first(r->ignore[i], terms->ignore_count, r->table, &none))
            versions |= 1u << i;
    }
    return versions;
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

static void read_row(struct reader *r, size_t columns)
{
    pbr_offences *offences = r->offences;
    struct offence row = {
        .id = PBR_NO_ID, .file = r->file, .line = (uint32_t)pbr_table_line(r->table)};
    pbr_slice person, id = pbr_table_cell(r->table, OFFENCE_ID);
    bool ok = pbr_table_text(r->table, PERSON_ID, &person);
    pbr_slice outcome;
    ok &= pbr_table_text(r->table, OUTCOME, &outcome);
    ok &= read_days(r, &row.committed, &row.proved);
    row.versions = proving_versions(r);
    if (!ok) return;
    row.person = pbr_idmap_find(offences->population->persons, person.text, person.length);
    if (row.person == PBR_NO_ID) offences->counts.unmatched++;
    if (row.person == PBR_NO_ID || !row.versions) return;
    if (id.length)
        row.id = pbr_idmap_add(offences->ids, id.text, id.length);
    else
        row.mark = mark_of(r->table, columns);
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
            pbr_filter_bind(&all[i][k], &terms->ignore[k], schema);
    }
    return all;
}

void pbr_offences_read(pbr_offences *offences, const char *path, pbr_date snapshot,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    const pbr_contract *contract = offences->population->contract;
    const pbr_schema *schema = pbr_reoffences_schema(contract);
    pbr_table *table = pbr_extract_open(path, schema, contract, diag);
    if (!table) return;
    offences->files = pbr_grow(offences->files, &offences->files_room, offences->files_count + 1,
                               sizeof *offences->files);
    offences->files[offences->files_count] = path;
    struct reader r = {offences, table, snapshot, bind_ignore(contract, schema),
                       (uint16_t)offences->files_count++};
    while (pbr_table_next(table)) read_row(&r, schema->count);
    offences->counts.rows += pbr_table_rows(table);
    pbr_table_close(table, digest);
}

/* Counts a row for every start of the person whose window holds it. */
static bool count_row(pbr_offences *offences, const struct offence *row, uint32_t versions,
                      bool repeat)
{
    pbr_population *population = offences->population;
    const pbr_rules *rules = population->contract->rules;
    bool counted = false;
    for (uint32_t at = population->heads[row->person]; at != PBR_NO_START;
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

static int compare_u64(uint64_t a, uint64_t b)
{
    return a == b ? 0 : a < b ? -1 : 1;
}

/* Rows of one offence stand together, the earliest outcome first; rows without an id stand by mark.
 */
static int by_offence(const void *left, const void *right)
{
    const struct offence *a = left, *b = right;
    if (a->person != b->person) return compare_u64(a->person, b->person);
    if (a->id != b->id) return compare_u64(a->id, b->id);
    if (a->proved != b->proved) return a->proved < b->proved ? -1 : 1;
    if (a->mark != b->mark) return compare_u64(a->mark, b->mark);
    if (a->committed != b->committed) return a->committed < b->committed ? -1 : 1;
    if (a->file != b->file) return a->file < b->file ? -1 : 1;
    return compare_u64(a->line, b->line);
}

static bool same_offence(const struct offence *a, const struct offence *b)
{
    return a->person == b->person && a->id == b->id && a->id != PBR_NO_ID;
}

static void report_two_dates(const pbr_offences *offences, const struct offence *row,
                             const struct offence *first, pbr_diag *diag)
{
    char committed[PBR_DATE_TEXT];
    pbr_error(diag, "offence-dates-differ",
              ((pbr_place){offences->files[row->file], (long)row->line, 1}),
              "offence \"%s\" was committed on %s at %s:%" PRIu32
              " and on another day here: correct one of the two",
              pbr_idmap_text(offences->ids, row->id), pbr_date_text(first->committed, committed),
              offences->files[first->file], first->line);
}

/* Semantics 8: an offence counts once, at the first outcome that proves it; which outcome that is
 * may differ between versions of the rules. */
static size_t finish_offence(pbr_offences *offences, size_t from, pbr_diag *diag)
{
    const struct offence *first = &offences->rows[from];
    uint32_t taken = 0;
    size_t i = from;
    for (; i < offences->count && (i == from || same_offence(first, &offences->rows[i])); i++) {
        const struct offence *row = &offences->rows[i];
        if (row->committed != first->committed) report_two_dates(offences, row, first, diag);
        offences->counts.counted += count_row(offences, row, row->versions & ~taken, false);
        taken |= row->versions;
    }
    return i;
}

/* Without ids identical rows all count; how many there are is told. */
static size_t finish_plain(pbr_offences *offences, size_t at)
{
    const struct offence *row = &offences->rows[at], *before = at ? row - 1 : NULL;
    bool repeat = before && before->person == row->person && before->id == PBR_NO_ID &&
                  before->mark == row->mark && before->proved == row->proved;
    bool counted = count_row(offences, row, row->versions, repeat);
    offences->counts.counted += counted;
    offences->counts.repeats += counted && repeat;
    return at + 1;
}

pbr_offence_counts pbr_offences_finish(pbr_offences *offences, pbr_diag *diag)
{
    if (offences->count) qsort(offences->rows, offences->count, sizeof *offences->rows, by_offence);
    for (size_t i = 0; i < offences->count;)
        i = offences->rows[i].id == PBR_NO_ID ? finish_plain(offences, i)
                                              : finish_offence(offences, i, diag);
    return offences->counts;
}
