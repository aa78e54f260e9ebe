/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/start_reader.h"

#include "base/mem.h"
#include "input/parts.h"
#include "measure/judge.h"
#include "measure/mapping.h"
#include "measure/row_kinds.h"
#include "measure/spans.h"
#include "measure/start_columns.h"

#include <stdlib.h>
#include <string.h>

#define NO_TRANSFER UINT32_MAX

/* A row that is read and judged. Codes and numbers are the reader's own. */
struct row {
    pbr_person_key person;
    pbr_code label;
    pbr_date date;
    uint32_t score, class, line;
    uint32_t transfer; /* index of the transfers of its kinds of period, or NO_TRANSFER */
};

/* What is known of rows alike in their deciding cells, on days alike. */
enum { NOT_YET, IN_NO_COHORT, JUDGE_EACH, FIRST_CLASS };

/* What does not change from part to part. */
struct file {
    pbr_population *population;
    const pbr_judge *judge;
    const pbr_schema *schema;
    pbr_spans *spans;
    pbr_date snapshot;
    bool *decides, *dated;
    bool alike; /* rows alike in their deciding cells are judged alike */
};

/* One thread's. */
struct reader {
    const struct file *file;
    pbr_row_kinds kinds;
    size_t *days; /* columns of dates that are in the file, behind pbrcalc's own */
    size_t days_count;
    uint32_t *verdicts; /* [kind of row * spans + span] */
    size_t verdicts_room;
    pbr_day_spans day_spans;
    pbr_idmap *types, *classes_known;
    uint32_t *global; /* number of each class in the population, plus 1; 0: not yet there */
    size_t global_room;

    /* of the latest part */
    pbr_asides asides;
    struct row *rows;
    size_t count, rows_room;
    pbr_date (*transfers)[PBR_KINDS];
    size_t transfers_count, transfers_room;
    int64_t outside;
};

static bool read_score(const struct file *file, pbr_table *table, uint32_t *score)
{
    *score = PBR_NO_SCORE;
    if (!pbr_table_cell(table, PBR_START_SCORE).length) return true;
    return pbr_extract_score(file->population->contract, table, PBR_START_SCORE, score);
}

/* Dates that rules compare with are sound in every row; is one filled in? */
static bool read_dates(struct reader *r, pbr_table *table, bool *filled)
{
    bool ok = true;
    pbr_date day;
    for (size_t i = 0; i < r->days_count; i++) {
        size_t column = r->days[i];
        if (!pbr_table_cell(table, column).length) continue;
        if (r->file->schema->columns[column].kind == PBR_DATE)
            ok &= pbr_table_date(table, column, &day);
        *filled |= r->file->dated[column];
    }
    return ok;
}

static uint32_t number_class(struct reader *r, pbr_judged *judged)
{
    judged->class.type = (uint16_t)pbr_idmap_add(r->types, judged->type.text, judged->type.length);
    return pbr_idmap_add(r->classes_known, (const char *)&judged->class, sizeof judged->class);
}

static bool is_inside(const pbr_class *class)
{
    for (size_t k = 0; k < PBR_KINDS; k++)
        if (class->kinds[k].cohort >= 0) return true;
    return false;
}

/* The transfers of a row that has any. */
static uint32_t keep_transfers(struct reader *r, const pbr_judged *judged)
{
    bool any = false;
    for (size_t k = 0; k < PBR_KINDS; k++) any |= judged->class.kinds[k].transferred;
    if (!any) return NO_TRANSFER;
    r->transfers =
        pbr_extend(r->transfers, &r->transfers_room, r->transfers_count + 1, sizeof *r->transfers);
    memcpy(r->transfers[r->transfers_count], judged->transferred, sizeof judged->transferred);
    return (uint32_t)r->transfers_count++;
}

/* Judges the row by itself; the verdict is its class, or why it has none. */
static uint32_t judge(struct reader *r, pbr_table *table, bool sound, struct row *row)
{
    pbr_judged judged = {.date = row->date, .score = row->score};
    if (!pbr_judge_row(r->file->judge, table, sound, &judged)) return JUDGE_EACH;
    if (!is_inside(&judged.class)) return IN_NO_COHORT;
    row->transfer = keep_transfers(r, &judged);
    return number_class(r, &judged) + FIRST_CLASS;
}

/* The place for the verdict on rows like this one; NULL if there are too many kinds of them. */
static uint32_t *verdict_on(struct reader *r, const pbr_table *table, const struct row *row)
{
    size_t spans = pbr_spans_count(r->file->spans);
    uint32_t kind = pbr_row_kind(&r->kinds, table, row->score == PBR_NO_SCORE);
    if (kind == PBR_NO_ID) return NULL;
    r->verdicts = pbr_grow(r->verdicts, &r->verdicts_room, (kind + 1) * spans, sizeof *r->verdicts);
    return &r->verdicts[kind * spans + pbr_span_of(r->file->spans, &r->day_spans, row->date)];
}

static uint32_t verdict(struct reader *r, pbr_table *table, bool by_itself, struct row *row)
{
    uint32_t *known = by_itself ? NULL : verdict_on(r, table, row);
    if (known && *known != NOT_YET && *known != JUDGE_EACH) return *known;
    uint32_t found = judge(r, table, true, row);
    if (known) *known = found;
    return found;
}

static void read_row(struct reader *r, pbr_table *table)
{
    pbr_slice person;
    struct row row = {.transfer = NO_TRANSFER, .line = (uint32_t)pbr_table_line(table)};
    bool by_itself = !r->file->alike;
    bool ok = pbr_extract_person(table, PBR_START_PERSON, &person);
    ok &= pbr_extract_day(table, PBR_START_DATE, r->file->snapshot, &row.date);
    ok &= read_score(r->file, table, &row.score);
    ok &= read_dates(r, table, &by_itself);
    uint32_t class = ok ? verdict(r, table, by_itself, &row) : judge(r, table, false, &row);
    r->outside += class == IN_NO_COHORT;
    if (!ok || class < FIRST_CLASS) return;
    row.class = class - FIRST_CLASS;
    row.person = pbr_person_key_of(r->file->population->persons, person, &r->asides);
    row.label = pbr_code_keep(&r->asides, pbr_table_cell(table, PBR_START_LABEL));
    r->rows = pbr_extend(r->rows, &r->rows_room, r->count + 1, sizeof *r->rows);
    r->rows[r->count++] = row;
}

static void read_part(void *reader, pbr_table *part)
{
    struct reader *r = reader;
    r->count = r->transfers_count = r->asides.used = 0;
    r->outside = 0;
    while (pbr_table_next(part)) read_row(r, part);
}

/* The population's number of one of the reader's classes. */
static uint32_t global_class(struct reader *r, pbr_population *population, uint32_t class)
{
    r->global = pbr_grow(r->global, &r->global_room, class + 1, sizeof *r->global);
    if (r->global[class]) return r->global[class] - 1;
    pbr_class known;
    memcpy(&known, pbr_idmap_text(r->classes_known, class), sizeof known);
    const char *type = pbr_idmap_text(r->types, known.type);
    known.type = (uint16_t)pbr_idmap_add(population->types, type, strlen(type));
    uint32_t number = pbr_class_enter(population, &known);
    r->global[class] = number + 1;
    return number;
}

static pbr_code kept(const pbr_asides *from, pbr_code code, pbr_asides *asides)
{
    char unused[PBR_CODE_LETTERS + 1];
    if (pbr_code_is_packed(code)) return code;
    return pbr_code_keep(asides, pbr_code_text(from, code, unused));
}

static void take_row(struct reader *r, const struct row *row)
{
    pbr_population *population = r->file->population;
    uint32_t person = pbr_person_enter(population, &row->person, &r->asides);
    bool is_new = person == population->count;
    uint32_t line = pbr_lines_number(&population->files, row->line);
    pbr_start start = {
        .person = is_new ? kept(&r->asides, row->person.code, &population->ids)
                         : population->starts[person].person,
        .date = row->date,
        .score = row->score & PBR_NO_SCORE,
        .class = global_class(r, population, row->class),
        .is_person = is_new,
    };
    if (row->transfer != NO_TRANSFER)
        pbr_transfers_add(population, &population->classes[start.class],
                          r->transfers[row->transfer]);
    pbr_code label = kept(&r->asides, row->label, &population->long_labels);
    pbr_population_add(population, start, person, line, label);
}

static void take_part(void *reader)
{
    enum { AHEAD = 16 };
    struct reader *r = reader;
    pbr_population *population = r->file->population;
    for (size_t i = 0; i < r->count; i++) {
        if (i + AHEAD < r->count)
            pbr_person_fetch_slot(population->persons, &r->rows[i + AHEAD].person);
        take_row(r, &r->rows[i]);
    }
    population->outside += r->outside;
}

static void begin_reader(struct reader *r, const struct file *file, const pbr_table *table)
{
    const pbr_schema *schema = file->schema;
    *r = (struct reader){.file = file,
                         .types = pbr_idmap_new(),
                         .classes_known = pbr_idmap_new(),
                         .days = pbr_alloc(schema->count, sizeof *r->days)};
    pbr_row_kinds_begin(&r->kinds, table, file->decides, schema->count);
    for (size_t i = PBR_START_COLUMNS; i < schema->count; i++)
        if ((schema->columns[i].kind == PBR_DATE || file->dated[i]) && pbr_table_has(table, i))
            r->days[r->days_count++] = i;
}

static void end_reader(struct reader *r)
{
    pbr_row_kinds_end(&r->kinds);
    pbr_idmap_free(r->types);
    pbr_idmap_free(r->classes_known);
    free(r->days);
    free(r->verdicts);
    free(r->global);
    free(r->asides.bytes);
    free(r->rows);
    free(r->transfers);
}

static void read_table(const struct file *file, pbr_table *table, size_t threads)
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

void pbr_starts_read(pbr_population *population, const char *path, pbr_date snapshot,
                     size_t threads, char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    const pbr_contract *contract = population->contract;
    struct file file = {.population = population, .snapshot = snapshot};
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    if (!(file.judge = pbr_judge_new(population, diag))) return;
    file.schema = pbr_cohort_schema(contract);
    file.decides = pbr_arena_alloc(contract->arena, file.schema->count);
    file.dated = pbr_arena_alloc(contract->arena, file.schema->count);
    file.alike = pbr_judge_columns(file.judge, file.decides, file.dated);
    pbr_table *table = pbr_extract_open(path, file.schema, contract, diag);
    if (!table) return;
    if (!digest) pbr_table_unhashed(table);
    file.spans = pbr_spans_new(contract);
    pbr_lines_begin(&population->files, pbr_extract_name(path));
    read_table(&file, table, threads);
    pbr_lines_end(&population->files, pbr_table_lines(table));
    pbr_spans_free(file.spans);
    population->rows += pbr_table_rows(table);
    if (!pbr_table_rows(table) && pbr_diag_count(diag, PBR_ERROR) == before)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    pbr_table_close(table, digest);
}
