/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/offence_rows.h"

#include "base/mem.h"
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

struct pbr_offence_file {
    pbr_offence_files *files;
    const pbr_contract *contract;
    const pbr_schema *schema;
    pbr_bound_filter **ignore; /* by version */
    bool *words;               /* columns that are alike in rows that are alike */
    bool alike;                /* what such rows prove is alike */
};

/* What is known of rows of a kind. */
struct kind {
    enum { NOT_YET, PROVE_EACH, KNOWN } proves;
    uint32_t versions;
    uint32_t number_plus_1; /* in the file's known words */
};

/* What one thread knows of a file. */
struct pbr_offence_reader {
    pbr_offence_file *file;
    pbr_row_kinds kinds;
    struct kind *known;
    size_t known_room;
    size_t *days; /* columns of dates that are in the file, behind pbrcalc's own */
    size_t days_count;
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

/* Days of an offence, from day zero. */
struct days {
    uint32_t committed, proved;
};

static bool read_days(const pbr_offence_file *file, pbr_table *table, struct days *days)
{
    pbr_date committed = 0, proved = 0, snapshot = file->files->snapshot;
    bool ok = pbr_extract_day(table, OFFENCE_DATE, snapshot, &committed);
    ok &= pbr_extract_day(table, OUTCOME_DATE, snapshot, &proved);
    if (!ok) return false;
    days->committed = (uint32_t)(committed + PBR_OFFENCE_DAY_ZERO);
    days->proved = (uint32_t)(proved + PBR_OFFENCE_DAY_ZERO);
    if (proved >= committed) return true;
    pbr_table_error(table, OUTCOME_DATE, "outcome-before-offence", "is before the offence",
                    "correct one of the two dates");
    return false;
}

static bool read_dates(const pbr_offence_reader *r, pbr_table *table)
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

/* Under which versions of the rules the row proves an offence. False, reported, for a bad outcome
 * or another bad word. */
static bool proving_versions(const pbr_offence_file *file, pbr_table *table, uint32_t *versions)
{
    const pbr_contract *contract = file->contract;
    pbr_slice cell;
    if (!pbr_table_text(table, OUTCOME, &cell)) return false;
    pbr_slice outcome = pbr_extract_code(contract, "outcome", cell);
    pbr_window none = {PBR_NO_DATE, PBR_NO_DATE, PBR_NO_DATE};
    *versions = 0;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_reoffence_terms *terms = &contract->rules[i].terms->reoffence;
        if (!is_outcome(terms, outcome)) continue;
        if (!pbr_filter_words_sound(file->ignore[i], terms->ignore_count, table)) return false;
        if (!pbr_filter_first(file->ignore[i], terms->ignore_count, table, &none))
            *versions |= 1u << i;
    }
    return *versions || outcome_is_sound(contract, table, outcome);
}

/* What is known of rows with these words; NULL if there are too many kinds of them. */
static struct kind *kind_of(pbr_offence_reader *r, const pbr_table *table)
{
    uint32_t number = pbr_row_kind(&r->kinds, table, 0);
    if (number == PBR_NO_ID) return NULL;
    r->known = pbr_grow(r->known, &r->known_room, number + 1u, sizeof *r->known);
    return &r->known[number];
}

static bool proves(pbr_offence_reader *r, pbr_table *table, struct kind *kind, uint32_t *versions)
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
static uint32_t number_words(pbr_offence_reader *r, const pbr_table *table, struct kind *kind)
{
    if (kind && kind->number_plus_1) return kind->number_plus_1 - 1;
    pbr_offence_files *files = r->file->files;
    pbr_slice key = pbr_row_kind_key(&r->kinds, table, 0);
    pthread_mutex_lock(&files->lock);
    uint32_t number = pbr_idmap_add(files->words, key.text, key.length);
    pthread_mutex_unlock(&files->lock);
    if (kind) kind->number_plus_1 = number + 1;
    return number;
}

/* Opens a run if the row is not of the person of the row before it. */
static pbr_offence_run *run_of(pbr_offence_rows *rows, uint64_t person)
{
    pbr_offence_run *last = rows->runs_count ? &rows->runs[rows->runs_count - 1] : NULL;
    if (last && last->person == person) return last;
    rows->runs = pbr_extend(rows->runs, &rows->runs_room, rows->runs_count + 1, sizeof *rows->runs);
    last = &rows->runs[rows->runs_count++];
    *last = (pbr_offence_run){.person = person, .from = rows->count};
    return last;
}

/* The place of one more row of the person that proves something. */
static pbr_offence *add_row(pbr_offence_rows *rows, pbr_offence_run *run)
{
    run->count++;
    rows->rows = pbr_extend(rows->rows, &rows->rows_room, rows->count + 1, sizeof *rows->rows);
    return &rows->rows[rows->count++];
}

static void read_row(pbr_offence_reader *r, pbr_offence_rows *rows, pbr_table *table)
{
    const pbr_offence_files *files = r->file->files;
    pbr_id person;
    pbr_slice id = pbr_table_cell(table, OFFENCE_ID);
    struct days days = {0};
    uint32_t versions = 0, line = pbr_lines_number(&files->lines, pbr_table_line(table));
    rows->last_line = line;
    bool ok = pbr_extract_person(table, PERSON_ID, &person);
    ok &= read_days(r->file, table, &days);
    ok &= read_dates(r, table);
    struct kind *kind = kind_of(r, table);
    ok &= proves(r, table, kind, &versions);
    if (!ok) return;
    pbr_offence_run *run = run_of(rows, pbr_person_word(files->population, &person));
    run->read++;
    if (!versions) return;
    *add_row(rows, run) = (pbr_offence){
        .key = id.length ? pbr_code_keep(&rows->ids, id)
                         : PBR_OFFENCE_NUMBERED | number_words(r, table, kind),
        .line = line,
        .versions = versions,
        .committed = days.committed & PBR_OFFENCE_DAYS,
        .proved = days.proved & PBR_OFFENCE_DAYS,
    };
}

void pbr_offence_rows_read(pbr_offence_reader *reader, pbr_offence_rows *rows, pbr_table *part)
{
    rows->count = rows->runs_count = rows->ids.used = 0;
    rows->last_line = 0;
    while (pbr_table_next(part)) read_row(reader, rows, part);
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
static bool mark_words(const pbr_offence_file *file, bool *words)
{
    const pbr_contract *contract = file->contract;
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

pbr_offence_file *pbr_offence_file_new(pbr_offence_files *files, const pbr_schema *schema)
{
    const pbr_contract *contract = files->population->contract;
    pbr_offence_file *file = pbr_arena_alloc(contract->arena, sizeof *file);
    *file = (pbr_offence_file){
        .files = files,
        .contract = contract,
        .schema = schema,
        .ignore = bind_ignore(contract, schema),
        .words = pbr_arena_alloc(contract->arena, schema->count),
    };
    file->alike = mark_words(file, file->words);
    return file;
}

pbr_offence_reader *pbr_offence_reader_new(pbr_offence_file *file, const pbr_table *table)
{
    const pbr_schema *schema = file->schema;
    pbr_offence_reader *r = pbr_alloc_apart(1, sizeof *r);
    r->file = file;
    r->days = pbr_alloc(schema->count, sizeof *r->days);
    pbr_row_kinds_begin(&r->kinds, table, file->words, schema->count);
    for (size_t i = OWN_COLUMNS; i < schema->count; i++)
        if (schema->columns[i].kind == PBR_DATE && pbr_table_has(table, i))
            r->days[r->days_count++] = i;
    return r;
}

void pbr_offence_reader_free(pbr_offence_reader *r)
{
    pbr_row_kinds_end(&r->kinds);
    free(r->known);
    free(r->days);
    free(r);
}

void pbr_offence_rows_free(pbr_offence_rows *rows)
{
    free(rows->ids.bytes);
    free(rows->rows);
    free(rows->runs);
}
