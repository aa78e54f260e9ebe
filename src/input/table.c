/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "input/table.h"

#include "base/mem.h"

#include <stdlib.h>

enum { COUNT_DIGITS = 15 };

struct pbr_table {
    pbr_table_row row; /* first: pbr_table_this */
    const pbr_schema *schema;
    const pbr_rename *renames;
    size_t renames_count;
    pbr_source *source;
    pbr_csv *csv;
    pbr_diag *diag;
    size_t header_count;
    int64_t rows;
    pbr_diag *held;        /* problems of the file, while there are parts */
    pbr_csv_count counted; /* in parts */
    bool given_up;
};

/* What the file calls a column of the schema. */
static const char *name_in_file(const pbr_table *table, size_t column)
{
    const char *name = table->schema->columns[column].name;
    for (size_t i = 0; i < table->renames_count; i++)
        if (strcmp(table->renames[i].column, name) == 0) return table->renames[i].from;
    return name;
}

static const char *name_at(const void *context, size_t index)
{
    return name_in_file(context, index);
}

static pbr_place header_place(const pbr_table *table, size_t cell)
{
    return pbr_csv_place(table->csv, cell);
}

static pbr_slice header_cell(const pbr_table *table, size_t cell)
{
    return pbr_csv_cell(&table->row.record, cell);
}

static size_t column_named(const pbr_table *table, pbr_slice name)
{
    for (size_t i = 0; i < table->schema->count; i++)
        if (pbr_slice_is(name, name_in_file(table, i))) return i;
    return PBR_ABSENT;
}

static void match_cell(pbr_table *table, size_t cell)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_slice name = header_cell(table, cell);
    size_t column = column_named(table, name);
    if (column == PBR_ABSENT) return;
    if (table->row.position[column] == PBR_ABSENT) {
        table->row.position[column] = cell;
        return;
    }
    pbr_error(table->diag, "repeated-column", header_place(table, cell),
              "column %s stands twice: remove or rename one", pbr_quote(quoted, name));
}

static bool is_repeated_extra(const pbr_table *table, size_t cell)
{
    pbr_slice name = header_cell(table, cell);
    for (size_t i = 0; i < cell; i++) {
        pbr_slice other = header_cell(table, i);
        if (other.length == name.length && memcmp(other.text, name.text, name.length) == 0)
            return true;
    }
    return false;
}

static bool has_known_column(const pbr_table *table)
{
    for (size_t i = 0; i < table->schema->count; i++)
        if (table->row.position[i] != PBR_ABSENT) return true;
    return false;
}

/* A column that the schema does not know: a slip if a missing one is near, else ignored. */
static void judge_extra(pbr_table *table, size_t cell)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_slice name = header_cell(table, cell);
    pbr_place place = header_place(table, cell);
    pbr_quote(quoted, name);
    const char *near = pbr_near_miss(name, table->schema->count, name_at, table);
    size_t meant = near ? column_named(table, pbr_slice_of(near)) : PBR_ABSENT;
    if (near && table->row.position[meant] == PBR_ABSENT) {
        pbr_error(table->diag, "unknown-column", place, "unknown column %s: did you mean \"%s\"?",
                  quoted, near);
        table->row.position[meant] = cell; /* so that it is not called missing as well */
    } else if (has_known_column(table) && is_repeated_extra(table, cell))
        pbr_error(table->diag, "repeated-column", place,
                  "column %s stands twice: remove or rename one", quoted);
    else
        pbr_note(table->diag, "ignored-column", place, "column %s is not used", quoted);
}

static void require_columns(pbr_table *table)
{
    for (size_t i = 0; i < table->schema->count; i++) {
        if (table->row.position[i] != PBR_ABSENT ||
            table->schema->columns[i].presence == PBR_OPTIONAL)
            continue;
        pbr_error(table->diag, "missing-column", header_place(table, 0),
                  "column \"%s\" is missing: %s", name_in_file(table, i),
                  table->schema->columns[i].description);
    }
}

static bool holds_persons(const pbr_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++)
        if (schema->columns[i].personal) return true;
    return false;
}

/* Where the header is left out, the first line is a person's, also where other marks than commas
 * part its cells. What else it may be, a page of the web or a title, is told as it stands. */
static bool is_of_a_person(const pbr_table *table)
{
    pbr_slice cell = header_cell(table, 0);
    const char *name = name_in_file(table, 0);
    bool parted = table->row.record.count > 1;
    for (size_t i = 0; i < cell.length; i++) parted |= strchr("\t;|", cell.text[i]) != NULL;
    return parted && holds_persons(table->schema) &&
           !memmem(cell.text, cell.length, name, strlen(name));
}

static void refuse_header(pbr_table *table)
{
    char quoted[PBR_QUOTE_TEXT];
    if (is_of_a_person(table))
        pbr_personal(table->diag, quoted, header_cell(table, 0));
    else
        pbr_quote(quoted, header_cell(table, 0));
    pbr_error(table->diag, "missing-column", header_place(table, 0),
              "the first line has none of the columns (%s, ...) but %s: begin with a header, and "
              "part the cells by commas",
              name_in_file(table, 0), quoted);
}

/* A header that cannot be read is the only problem told: what follows it means nothing. */
static bool match_header(pbr_table *table)
{
    int64_t before = pbr_diag_count(table->diag, PBR_ERROR);
    bool found = pbr_csv_next(table->csv, &table->row.record);
    if (pbr_diag_count(table->diag, PBR_ERROR) != before) return false;
    if (!found) {
        pbr_error(table->diag, "empty-file", ((pbr_place){pbr_source_name(table->source), 0, 0}),
                  "the file is empty: it needs a header line with the column names");
        return false;
    }
    table->header_count = table->row.record.count;
    for (size_t i = 0; i < table->schema->count; i++) table->row.position[i] = PBR_ABSENT;
    for (size_t i = 0; i < table->row.record.count; i++) match_cell(table, i);
    for (size_t i = 0; i < table->row.record.count; i++)
        if (column_named(table, header_cell(table, i)) == PBR_ABSENT) judge_extra(table, i);
    if (has_known_column(table))
        require_columns(table);
    else
        refuse_header(table);
    return pbr_diag_count(table->diag, PBR_ERROR) == before;
}

pbr_table *pbr_table_open(const char *path, const pbr_schema *schema, const pbr_rename *renames,
                          size_t renames_count, pbr_diag *diag)
{
    pbr_source *source = pbr_source_open(path, diag);
    if (!source) return NULL;
    pbr_table *table = pbr_alloc(1, sizeof *table);
    *table = (pbr_table){
        .schema = schema,
        .renames = renames,
        .renames_count = renames_count,
        .source = source,
        .csv = pbr_csv_new(source, diag),
        .diag = diag,
        .row.position = pbr_alloc(schema->count, sizeof(size_t)),
    };
    if (match_header(table)) return table;
    pbr_table_close(table, NULL);
    return NULL;
}

void pbr_table_unhashed(pbr_table *table)
{
    pbr_source_unhashed(table->source);
}

void pbr_table_close(pbr_table *table, char digest[PBR_SHA256_TEXT])
{
    char unwanted[PBR_SHA256_TEXT];
    /* The rest of a file that is no table may be endless. */
    if (!digest || pbr_csv_stopped(table->csv)) pbr_source_unhashed(table->source);
    pbr_csv_free(table->csv);
    pbr_source_close(table->source, digest ? digest : unwanted);
    free(table->row.position);
    free(table);
}

void pbr_table_begin_parts(pbr_table *table)
{
    table->held = pbr_diag_new_like(table->diag);
    table->counted = pbr_csv_counted(table->csv);
    pbr_csv_report_to(table->csv, table->held);
}

void pbr_table_end_parts(pbr_table *table)
{
    if (table->given_up) pbr_csv_give_up(table->csv);
    pbr_csv_report_to(table->csv, table->diag);
    pbr_diag_append(table->diag, table->held);
    pbr_diag_free(table->held);
    table->held = NULL;
}

pbr_diag *pbr_table_diag(const pbr_table *table)
{
    return pbr_diag_new_like(table->diag);
}

pbr_table *pbr_table_part(const pbr_table *table, pbr_diag *diag)
{
    pbr_table *part = pbr_alloc_apart(1, sizeof *part);
    *part = *table;
    part->diag = diag;
    part->csv = pbr_csv_part(table->csv, diag);
    return part;
}

void pbr_table_part_free(pbr_table *part)
{
    if (!part) return;
    pbr_csv_free(part->csv);
    free(part);
}

bool pbr_table_take(pbr_table *table, pbr_table *part, size_t bytes)
{
    part->rows = 0;
    return pbr_csv_take(table->csv, part->csv, bytes);
}

void pbr_table_part_found(pbr_table *part, pbr_table_found *found)
{
    pbr_diag_append(found->problems, part->diag);
    found->rows = part->rows;
    found->counted = pbr_csv_counted(part->csv);
    found->stopped = pbr_csv_stopped(part->csv);
}

bool pbr_table_join(pbr_table *table, pbr_table_found *found)
{
    pbr_diag_append(table->diag, found->problems);
    table->rows += found->rows;
    table->given_up = !pbr_csv_count_part(table->csv, found->counted, &table->counted, table->diag);
    return !table->given_up && !found->stopped;
}

static __attribute__((noinline)) void refuse_count(pbr_table *table)
{
    pbr_error(table->diag, "field-count", pbr_csv_place(table->csv, 0),
              "the row has %zu cells and the header %zu: add or remove commas, or quote a cell "
              "that holds one",
              table->row.record.count, table->header_count);
    pbr_csv_refuse(table->csv);
}

bool pbr_table_next(pbr_table *table)
{
    while (pbr_csv_next(table->csv, &table->row.record)) {
        table->rows++;
        if (table->row.record.count == table->header_count) return true;
        refuse_count(table);
    }
    return false;
}

int64_t pbr_table_rows(const pbr_table *table)
{
    return table->rows;
}

long pbr_table_lines(const pbr_table *table)
{
    return pbr_csv_lines(table->csv);
}

pbr_place pbr_table_place(const pbr_table *table, size_t column)
{
    size_t at = table->row.position[column];
    return pbr_csv_place(table->csv, at == PBR_ABSENT ? 0 : at);
}

/* Whether what should tell the person does not look like it: the cells of the row may have moved,
 * and the id stand in any other column. */
static bool may_have_moved(const pbr_table *table)
{
    const pbr_schema *schema = table->schema;
    for (size_t i = 0; i < schema->count; i++)
        if (schema->columns[i].personal && schema->columns[i].presence == PBR_REQUIRED &&
            !pbr_is_like_id(pbr_table_cell(table, i)))
            return true;
    return false;
}

static bool is_private(const pbr_table *table, const pbr_column *spec, pbr_slice cell)
{
    return spec->personal || (pbr_is_like_id(cell) && may_have_moved(table));
}

void pbr_table_error(pbr_table *table, size_t column, const char *id, const char *cause,
                     const char *remedy)
{
    char quoted[PBR_QUOTE_TEXT];
    const pbr_column *spec = &table->schema->columns[column];
    pbr_slice cell = pbr_table_cell(table, column);
    if (is_private(table, spec, cell))
        pbr_personal(table->diag, quoted, cell);
    else
        pbr_quote(quoted, cell);
    pbr_error(table->diag, id, pbr_table_place(table, column), "%s %s %s: %s", spec->name, quoted,
              cause, remedy);
}

static bool filled(pbr_table *table, size_t column, const char *blank_id)
{
    if (pbr_table_cell(table, column).length) return true;
    if (table->schema->columns[column].presence == PBR_REQUIRED)
        pbr_table_error(table, column, blank_id, "is blank", "every row needs one");
    return false;
}

static bool in_words(const char *const *words, pbr_slice value)
{
    for (; *words; words++)
        if (pbr_slice_is(value, *words)) return true;
    return false;
}

static void refuse_word(pbr_table *table, size_t column, pbr_slice value)
{
    char remedy[512] = "expected ";
    const char *const *words = table->schema->columns[column].words;
    size_t count = 0, used = strlen(remedy);
    while (words[count]) count++;
    const char *near = pbr_near_miss_in(value, words, count);
    if (near) snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    for (size_t i = 0; !near && i < count && used < sizeof remedy; i++)
        used +=
            (size_t)snprintf(remedy + used, sizeof remedy - used, "%s%s", i ? ", " : "", words[i]);
    pbr_table_error(table, column, "unknown-word", "is not known", remedy);
}

bool pbr_table_text(pbr_table *table, size_t column, pbr_slice *out)
{
    const pbr_column *spec = &table->schema->columns[column];
    *out = pbr_table_cell(table, column);
    if (!filled(table, column, "blank-cell")) return false;
    if (!spec->words || in_words(spec->words, *out)) return true;
    refuse_word(table, column, *out);
    return false;
}

void pbr_table_odd_date(pbr_table *table, size_t column)
{
    if (filled(table, column, "blank-date"))
        pbr_table_error(table, column, "bad-date", "is not a date",
                        "write a day that exists as YYYY-MM-DD");
}

bool pbr_table_count(pbr_table *table, size_t column, int64_t *out)
{
    pbr_slice cell = pbr_table_cell(table, column);
    if (!filled(table, column, "blank-cell")) return false;
    int64_t value = 0;
    size_t i = 0;
    for (; i < cell.length && cell.text[i] >= '0' && cell.text[i] <= '9'; i++)
        if (i < COUNT_DIGITS) value = value * 10 + (cell.text[i] - '0');
    *out = value;
    if (i == cell.length && i <= COUNT_DIGITS) return true;
    pbr_table_error(table, column, "bad-count", "is not a count",
                    "write a whole number of at most 15 digits, without separators");
    return false;
}

static bool within(const pbr_column *spec, const mpq_t value)
{
    bool inside = true;
    mpq_t limit;
    mpq_init(limit);
    if (spec->least && pbr_decimal_parse(limit, spec->least, strlen(spec->least), 10))
        inside = mpq_cmp(value, limit) >= 0;
    if (inside && spec->most && pbr_decimal_parse(limit, spec->most, strlen(spec->most), 10))
        inside = mpq_cmp(value, limit) <= 0;
    mpq_clear(limit);
    return inside;
}

bool pbr_table_decimal(pbr_table *table, size_t column, mpq_t out)
{
    const pbr_column *spec = &table->schema->columns[column];
    pbr_slice cell = pbr_table_cell(table, column);
    char remedy[160];
    if (!filled(table, column, "blank-cell")) return false;
    if (!pbr_decimal_parse(out, cell.text, cell.length, spec->places)) {
        snprintf(remedy, sizeof remedy,
                 "write digits with a point and at most %d decimals, without separators or signs "
                 "of currency",
                 spec->places);
        pbr_table_error(table, column, "bad-decimal", "is not a decimal number", remedy);
        return false;
    }
    if (within(spec, out)) return true;
    snprintf(remedy, sizeof remedy, "%s%s%s%s", spec->least ? "at least " : "",
             spec->least ? spec->least : "", spec->least && spec->most ? ", at most " : "",
             spec->most ? spec->most : "");
    pbr_table_error(table, column, "out-of-range", "is out of range", remedy);
    return false;
}

bool pbr_table_pence(pbr_table *table, size_t column, int64_t *out)
{
    enum { PENCE_DIGITS = 18 };
    pbr_slice cell = pbr_table_cell(table, column);
    if (!filled(table, column, "blank-cell")) return false;
    bool negative = cell.text[0] == '-';
    size_t i = negative, most = PENCE_DIGITS + i;
    int64_t value = 0;
    for (; i < cell.length && i < most && cell.text[i] >= '0' && cell.text[i] <= '9'; i++)
        value = value * 10 + (cell.text[i] - '0');
    *out = negative ? -value : value;
    if (i == cell.length && i > negative) return true;
    pbr_table_error(table, column, "bad-pence", "is not an amount in pence",
                    "write whole pence, with a minus sign if it is negative");
    return false;
}
