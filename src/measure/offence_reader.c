/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/offence_reader.h"

#include "base/mem.h"
#include "input/parts.h"
#include "measure/filter.h"
#include "measure/mapping.h"
#include "measure/row_kinds.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PERSON_ID, OFFENCE_DATE, OUTCOME_DATE, OUTCOME, OFFENCE_ID, OWN_COLUMNS };
static const pbr_column own_columns[OWN_COLUMNS] = {
    [PERSON_ID] = {.name = "person_id",
                   .personal = true,
                   .description = "as in cohort.csv",
                   .example = "A1234BC"},
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
                    .personal = true,
                    .description = "joins several outcomes of one offence of a person",
                    .example = "O000001"},
};

/* What does not change from part to part, but for the words. */
struct file {
    pbr_offences *offences;
    const pbr_schema *schema;
    pbr_date snapshot;
    pbr_bound_filter **ignore; /* by version */
    bool *words;               /* columns that are alike in rows that are alike */
    bool alike;                /* what such rows prove is alike */
    pbr_idmap *known;          /* rows without an offence id by their words */
    pthread_mutex_t lock;      /* of known */
};

struct row {
    pbr_person_key person;
    pbr_offence offence;
};

/* What is known of rows of a kind. */
struct kind {
    enum { NOT_YET, PROVE_EACH, KNOWN } proves;
    uint32_t versions;
    uint32_t number_plus_1; /* in the file's known words */
};

/* One thread's. */
struct reader {
    struct file *file;
    pbr_row_kinds kinds;
    struct kind *known;
    size_t known_room;
    size_t *days; /* columns of dates that are in the file, behind pbrcalc's own */
    size_t days_count;

    /* of the latest part */
    pbr_asides asides;
    struct row *rows;
    uint32_t *persons; /* of each row */
    size_t count, rows_room, persons_room;
};

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

static bool read_days(const struct file *file, pbr_table *table, pbr_offence *row)
{
    bool ok = pbr_extract_day(table, OFFENCE_DATE, file->snapshot, &row->committed);
    ok &= pbr_extract_day(table, OUTCOME_DATE, file->snapshot, &row->proved);
    if (!ok || row->proved >= row->committed) return ok;
    pbr_table_error(table, OUTCOME_DATE, "outcome-before-offence", "is before the offence",
                    "correct one of the two dates");
    return false;
}

static bool read_dates(const struct reader *r, pbr_table *table)
{
    bool ok = true;
    pbr_date day;
    for (size_t i = 0; i < r->days_count; i++)
        if (pbr_table_cell(table, r->days[i]).length) ok &= pbr_table_date(table, r->days[i], &day);
    return ok;
}

static bool is_outcome(const pbr_reoffence_terms *terms, pbr_slice outcome)
{
    for (unsigned i = 0; i < terms->outcomes_count; i++)
        if (pbr_slice_is(outcome, terms->outcomes[i])) return true;
    return false;
}

/* An outcome that no version names proves nothing; one that is nearly a named one is a slip, which
 * would make the person pass for one who did not reoffend. */
static bool outcome_is_sound(const pbr_contract *contract, pbr_table *table, pbr_slice outcome)
{
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
    pbr_table_error(table, OUTCOME, "unknown-outcome", "is not known", remedy);
    return false;
}

/* Under which versions of the rules the row proves an offence. False, reported, for a bad outcome.
 */
static bool proving_versions(const struct file *file, pbr_table *table, uint32_t *versions)
{
    const pbr_contract *contract = file->offences->population->contract;
    pbr_slice cell;
    if (!pbr_table_text(table, OUTCOME, &cell)) return false;
    pbr_slice outcome = pbr_extract_code(contract, "outcome", cell);
    pbr_window none = {PBR_NO_DATE, PBR_NO_DATE, PBR_NO_DATE};
    *versions = 0;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        if (is_outcome(terms, outcome) &&
            !pbr_filter_first(file->ignore[i], terms->ignore_count, table, &none))
            *versions |= 1u << i;
    }
    return *versions || outcome_is_sound(contract, table, outcome);
}

/* What is known of rows with these words; NULL if there are too many kinds of them. */
static struct kind *kind_of(struct reader *r, const pbr_table *table)
{
    uint32_t number = pbr_row_kind(&r->kinds, table, 0);
    if (number == PBR_NO_ID) return NULL;
    r->known = pbr_grow(r->known, &r->known_room, number + 1u, sizeof *r->known);
    return &r->known[number];
}

static bool proves(struct reader *r, pbr_table *table, struct kind *kind, uint32_t *versions)
{
    if (kind && kind->proves == KNOWN) {
        *versions = kind->versions;
        return true;
    }
    bool ok = proving_versions(r->file, table, versions);
    if (!kind || !r->file->alike) return ok;
    kind->proves = ok ? KNOWN : PROVE_EACH;
    kind->versions = *versions;
    return ok;
}

/* A number that only rows with the latest row's words have. */
static uint32_t number_words(struct reader *r, const pbr_table *table, struct kind *kind)
{
    if (kind && kind->number_plus_1) return kind->number_plus_1 - 1;
    pbr_slice key = pbr_row_kind_key(&r->kinds, table, 0);
    pthread_mutex_lock(&r->file->lock);
    uint32_t number = pbr_idmap_add(r->file->known, key.text, key.length);
    pthread_mutex_unlock(&r->file->lock);
    if (kind) kind->number_plus_1 = number + 1;
    return number;
}

static void read_row(struct reader *r, pbr_table *table)
{
    pbr_slice person, id = pbr_table_cell(table, OFFENCE_ID);
    struct row row = {.offence.line = (uint32_t)pbr_table_line(table)};
    pbr_offence *offence = &row.offence;
    bool ok = pbr_extract_person(table, PERSON_ID, &person);
    ok &= read_days(r->file, table, offence);
    ok &= read_dates(r, table);
    struct kind *kind = kind_of(r, table);
    ok &= proves(r, table, kind, &offence->versions);
    if (!ok) return;
    offence->has_id = id.length > 0;
    if (offence->versions)
        offence->key =
            offence->has_id ? pbr_code_keep(&r->asides, id) : number_words(r, table, kind);
    row.person = pbr_person_key_of(r->file->offences->population->persons, person, &r->asides);
    r->rows = pbr_extend(r->rows, &r->rows_room, r->count + 1, sizeof *r->rows);
    r->rows[r->count++] = row;
}

/* Is the row of the person of the row before it? Many extracts stand by person. */
static bool is_as_before(const struct reader *r, size_t row)
{
    return row && r->rows[row].person.code == r->rows[row - 1].person.code;
}

/* Looks the persons up; what a row will touch was fetched while those before it were looked up. */
static void find_persons(struct reader *r)
{
    enum { SLOTS_AHEAD = 24, STARTS_AHEAD = 12 };
    const pbr_population *population = r->file->offences->population;
    r->persons = pbr_extend(r->persons, &r->persons_room, r->count, sizeof *r->persons);
    for (size_t i = 0; i < r->count; i++) {
        if (i + SLOTS_AHEAD < r->count && !is_as_before(r, i + SLOTS_AHEAD))
            pbr_person_fetch_slot(population->persons, &r->rows[i + SLOTS_AHEAD].person);
        if (i + STARTS_AHEAD < r->count && !is_as_before(r, i + STARTS_AHEAD))
            pbr_person_fetch_start(population, &r->rows[i + STARTS_AHEAD].person);
        r->persons[i] = is_as_before(r, i)
                            ? r->persons[i - 1]
                            : pbr_person_find(population, &r->rows[i].person, &r->asides);
    }
}

static void read_part(void *reader, pbr_table *part)
{
    struct reader *r = reader;
    r->count = r->asides.used = 0;
    while (pbr_table_next(part)) read_row(r, part);
    find_persons(r);
}

static void take_row(struct reader *r, const pbr_offence *read, uint32_t person)
{
    char unused[PBR_CODE_LETTERS + 1];
    pbr_offences *offences = r->file->offences;
    pbr_offence row = *read;
    row.line = pbr_lines_number(&offences->files, read->line);
    if (row.has_id && !pbr_code_is_packed(row.key))
        row.key = pbr_code_keep(&offences->ids, pbr_code_text(&r->asides, row.key, unused));
    pbr_offences_add(offences, person, &row);
}

static void take_part(void *reader)
{
    struct reader *r = reader;
    for (size_t i = 0; i < r->count; i++)
        if (r->persons[i] == PBR_NO_PERSON)
            r->file->offences->counts.unmatched++;
        else if (r->rows[i].offence.versions)
            take_row(r, &r->rows[i].offence, r->persons[i]);
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

/* Words are the outcome and what rules name; false if a rule looks at what is each row's own. */
static bool mark_words(const struct file *file, bool *words)
{
    const pbr_contract *contract = file->offences->population->contract;
    bool alike = true;
    words[OUTCOME] = true;
    for (size_t i = OWN_COLUMNS; i < file->schema->count; i++) words[i] = true;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        for (unsigned k = 0; k < terms->ignore_count; k++)
            alike &= words[pbr_schema_column(file->schema, terms->ignore[k].column)];
    }
    return alike;
}

static void begin_reader(struct reader *r, struct file *file, const pbr_table *table)
{
    const pbr_schema *schema = file->schema;
    *r = (struct reader){.file = file, .days = pbr_alloc(schema->count, sizeof *r->days)};
    pbr_row_kinds_begin(&r->kinds, table, file->words, schema->count);
    for (size_t i = OWN_COLUMNS; i < schema->count; i++)
        if (schema->columns[i].kind == PBR_DATE && pbr_table_has(table, i))
            r->days[r->days_count++] = i;
}

static void end_reader(struct reader *r)
{
    pbr_row_kinds_end(&r->kinds);
    free(r->known);
    free(r->days);
    free(r->asides.bytes);
    free(r->rows);
    free(r->persons);
}

static void read_table(struct file *file, pbr_table *table, size_t threads)
{
    struct reader *readers = pbr_alloc(threads, sizeof *readers);
    void **each = pbr_alloc(threads, sizeof *each);
    for (size_t i = 0; i < threads; i++) {
        begin_reader(&readers[i], file, table);
        each[i] = &readers[i];
    }
    pbr_parts parts = {
        .readers = each, .readers_count = threads, .read = read_part, .take = take_part};
    pbr_parts_read(&parts, table);
    for (size_t i = 0; i < threads; i++) end_reader(&readers[i]);
    free(each);
    free(readers);
}

void pbr_offences_read(pbr_offences *offences, const char *path, pbr_date snapshot, size_t threads,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    const pbr_contract *contract = offences->population->contract;
    struct file file = {.offences = offences,
                        .schema = pbr_reoffences_schema(contract),
                        .snapshot = snapshot,
                        .known = offences->words,
                        .lock = PTHREAD_MUTEX_INITIALIZER};
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_table *table = pbr_extract_open(path, file.schema, contract, diag);
    if (!table) return;
    if (!digest) pbr_table_unhashed(table);
    file.ignore = bind_ignore(contract, file.schema);
    file.words = pbr_arena_alloc(contract->arena, file.schema->count);
    file.alike = mark_words(&file, file.words);
    pbr_lines_begin(&offences->files, pbr_extract_name(path));
    read_table(&file, table, threads);
    pbr_lines_end(&offences->files, pbr_table_lines(table));
    offences->counts.rows += pbr_table_rows(table);
    if (!pbr_table_rows(table) && pbr_diag_count(diag, PBR_ERROR) == before)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    pbr_table_close(table, digest);
}
