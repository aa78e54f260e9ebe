/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/start_reader.h"

#include "base/mem.h"
#include "input/parts.h"
#include "measure/judge.h"
#include "measure/mapping.h"
#include "measure/row_kinds.h"
#include "measure/spans.h"
#include "measure/start_columns.h"
#include "measure/transfers.h"

#include <stdlib.h>
#include <string.h>

/* A row that is read. */
struct row {
    pbr_date date;
    uint32_t score, line;
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
    bool alike;         /* rows alike in their deciding cells are judged alike */
    size_t taken;       /* starts of the parts that were taken over */
    uint32_t last_line; /* of these */
};

/* One thread's. */
struct reader {
    _Alignas(PBR_APART_BYTES) struct file *file;
    pbr_harvest *harvest;
    pbr_row_kinds kinds;
    size_t *days; /* columns of dates that are in the file, behind pbrcalc's own */
    size_t days_count;
    uint32_t *verdicts; /* [kind of row * spans + span] */
    size_t verdicts_room;
    pbr_day_spans day_spans;
};

/* What a part came to, besides its starts. */
struct result {
    _Alignas(PBR_APART_BYTES) size_t starts;
    uint32_t last_line; /* 0: no row */
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

static bool is_inside(const pbr_class *class)
{
    for (size_t k = 0; k < PBR_KINDS; k++)
        if (class->kinds[k].cohort >= 0) return true;
    return false;
}

/* Judges the row by itself; the verdict is its class, or why it has none. */
static uint32_t judge(struct reader *r, pbr_table *table, bool sound, const struct row *row)
{
    pbr_judged_row judged = {.date = row->date, .score = row->score};
    if (!pbr_judge_row(r->file->judge, table, sound, &judged)) return JUDGE_EACH;
    if (!is_inside(&judged.class)) return IN_NO_COHORT;
    pbr_transfers_add(r->harvest, &judged.class, row->line, judged.transferred);
    return pbr_class_enter(r->file->population, &judged.class, judged.type) + FIRST_CLASS;
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

static uint32_t verdict(struct reader *r, pbr_table *table, bool by_itself, const struct row *row)
{
    uint32_t *known = by_itself ? NULL : verdict_on(r, table, row);
    if (known && *known != NOT_YET && *known != JUDGE_EACH) return *known;
    uint32_t found = judge(r, table, true, row);
    if (known) *known = found;
    return found;
}

static void keep(struct reader *r, const pbr_table *table, const pbr_id *person, uint32_t class,
                 const struct row *row)
{
    enum { CLASSES = 1 << PBR_CLASS_BITS, DAYS = 1 << PBR_DAY_BITS };
    pbr_population *population = r->file->population;
    pbr_id label;
    pbr_id_set(&label, pbr_table_cell(table, PBR_START_LABEL));
    pbr_placed placed = {
        .start = {.person = pbr_person_enter(population, person),
                  .day = (uint32_t)(row->date - population->first_day) % DAYS,
                  .class = class % CLASSES,
                  .score = row->score & PBR_NO_SCORE},
        .label = pbr_ids_enter(population->labels, &label),
        .line = row->line,
    };
    pbr_gathered_add(r->harvest->starts, &placed);
}

static void read_row(struct reader *r, pbr_table *table, struct result *result)
{
    pbr_id person;
    struct row row = {.line = pbr_lines_number(&r->file->population->files, pbr_table_line(table))};
    bool by_itself = !r->file->alike;
    bool ok = pbr_extract_person(table, PBR_START_PERSON, &person);
    ok &= pbr_extract_day(table, PBR_START_DATE, r->file->snapshot, &row.date);
    ok &= read_score(r->file, table, &row.score);
    ok &= read_dates(r, table, &by_itself);
    uint32_t class = ok ? verdict(r, table, by_itself, &row) : judge(r, table, false, &row);
    result->outside += class == IN_NO_COHORT;
    if (ok && class >= FIRST_CLASS) keep(r, table, &person, class - FIRST_CLASS, &row);
    result->last_line = row.line;
}

static void read_part(void *reader, pbr_table *part, void *of_part)
{
    struct reader *r = reader;
    struct result *result = of_part;
    size_t before = r->harvest->starts->count;
    *result = (struct result){0};
    while (pbr_table_next(part)) read_row(r, part, result);
    result->starts = r->harvest->starts->count - before;
}

static void take_part(void *reader, void *of_part)
{
    struct file *file = ((struct reader *)reader)->file;
    const struct result *result = of_part;
    file->population->outside += result->outside;
    file->taken += result->starts;
    if (result->last_line > file->last_line) file->last_line = result->last_line;
}

static void begin_reader(struct reader *r, struct file *file, const pbr_table *table)
{
    const pbr_schema *schema = file->schema;
    *r = (struct reader){.file = file, .days = pbr_alloc(schema->count, sizeof *r->days)};
    pbr_row_kinds_begin(&r->kinds, table, file->decides, schema->count);
    for (size_t i = PBR_START_COLUMNS; i < schema->count; i++)
        if ((schema->columns[i].kind == PBR_DATE || file->dated[i]) && pbr_table_has(table, i))
            r->days[r->days_count++] = i;
}

static void end_reader(struct reader *r)
{
    pbr_row_kinds_end(&r->kinds);
    free(r->days);
    free(r->verdicts);
}

static size_t count_gathered(const pbr_population *population)
{
    size_t count = 0;
    for (size_t i = 0; i < population->harvests_count; i++)
        count += population->harvests[i].starts->count;
    return count;
}

/* What stands behind a place where the file could not be read further is not taken over, and so it
 * is not known, at whatever pace the threads went. */
static void cut(const struct file *file, size_t before, size_t threads)
{
    pbr_population *population = file->population;
    if (count_gathered(population) == before + file->taken) return;
    for (size_t i = 0; i < threads; i++)
        pbr_gathered_cut(population->harvests[i].starts, file->last_line);
}

static void read_table(struct file *file, pbr_table *table, size_t threads)
{
    pbr_population *population = file->population;
    struct reader *readers = pbr_alloc_apart(threads, sizeof *readers);
    struct result *results = pbr_alloc_apart(pbr_parts_results(threads), sizeof *results);
    size_t before = count_gathered(population);
    pbr_harvest_of(population, threads - 1);
    for (size_t i = 0; i < threads; i++) {
        begin_reader(&readers[i], file, table);
        readers[i].harvest = pbr_harvest_of(population, i);
    }
    pbr_parts parts = {.readers = readers,
                       .results = results,
                       .threads = threads,
                       .reader_size = sizeof *readers,
                       .result_size = sizeof *results,
                       .read = read_part,
                       .take = take_part};
    pbr_parts_read(&parts, table);
    for (size_t i = 0; i < threads; i++) end_reader(&readers[i]);
    cut(file, before, threads);
    free(results);
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
