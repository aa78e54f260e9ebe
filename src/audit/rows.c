/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/rows.h"

#include "input/table.h"
#include "measure/mapping.h"

#include <stdlib.h>
#include <string.h>

enum { PERSON_ID, CPA, START_DATE, START_TYPE, OGRS, GROUP, START_ID, START_COLUMNS };
static const pbr_column start_columns[START_COLUMNS] = {
    [PERSON_ID] = {.name = "person_id"},
    [CPA] = {.name = "cpa"},
    [START_DATE] = {.name = "start_date", .kind = PBR_DATE},
    [START_TYPE] = {.name = "start_type"},
    [OGRS] = {.name = "ogrs", .presence = PBR_BLANKABLE},
    [GROUP] = {.name = "group", .presence = PBR_OPTIONAL},
    [START_ID] = {.name = "start_id", .presence = PBR_OPTIONAL},
};

enum { OFFENCE_DATE = 1, OUTCOME_DATE, OUTCOME, OFFENCE_ID, REOFFENCE_COLUMNS };
static const pbr_column reoffence_columns[REOFFENCE_COLUMNS] = {
    [PERSON_ID] = {.name = "person_id"},
    [OFFENCE_DATE] = {.name = "offence_date", .kind = PBR_DATE},
    [OUTCOME_DATE] = {.name = "outcome_date", .kind = PBR_DATE},
    [OUTCOME] = {.name = "outcome"},
    [OFFENCE_ID] = {.name = "offence_id", .presence = PBR_OPTIONAL},
};

/* A schema under construction. */
struct columns {
    pbr_column *items;
    size_t count, room;
};

static void add_column(struct columns *columns, const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->items[i].name, name) == 0) return;
    columns->items =
        pbr_grow(columns->items, &columns->room, columns->count + 1, sizeof *columns->items);
    columns->items[columns->count++] = (pbr_column){.name = name, .presence = PBR_OPTIONAL};
}

static void add_filters(struct columns *columns, const pbr_filter *filters, unsigned count)
{
    for (unsigned i = 0; i < count; i++) add_column(columns, filters[i].column);
}

static void add_own(struct columns *columns, const pbr_column *own, size_t count)
{
    columns->items = pbr_grow(columns->items, &columns->room, count, sizeof *columns->items);
    memcpy(columns->items, own, count * sizeof *own);
    columns->count = count;
}

static void add_of_rules(struct columns *starts, struct columns *reoffences,
                         const pbr_contract *contract)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        add_filters(starts, terms->exclude, terms->exclude_count);
        add_filters(starts, terms->unmeasurable, terms->unmeasurable_count);
        if (terms->transferred.column) add_column(starts, terms->transferred.column);
        add_filters(reoffences, terms->reoffence.ignore, terms->reoffence.ignore_count);
    }
}

static pbr_row_columns names_of(const struct columns *columns, pbr_arena *arena)
{
    pbr_row_columns names = {pbr_arena_alloc(arena, columns->count * sizeof *names.names),
                             columns->count};
    for (size_t i = 0; i < columns->count; i++) names.names[i] = columns->items[i].name;
    return names;
}

/* One extract that is being read. */
struct reader {
    pbr_rows *rows;
    pbr_table *table;
    const char *file;
    size_t columns;
};

static pbr_extract_row copy_row(struct reader *r)
{
    size_t bytes = r->columns * sizeof(char *);
    for (size_t i = 0; i < r->columns; i++) bytes += pbr_table_cell(r->table, i).length + 1;
    const char **cells = pbr_arena_alloc(r->rows->arena, bytes);
    char *at = (char *)(cells + r->columns);
    for (size_t i = 0; i < r->columns; i++) {
        pbr_slice cell = pbr_table_cell(r->table, i);
        memcpy(at, cell.text, cell.length);
        cells[i] = at;
        at += cell.length + 1;
    }
    return (pbr_extract_row){cells, r->file, pbr_table_line(r->table)};
}

static const char *recoded(const pbr_rows *rows, const char *column, const char *text)
{
    return pbr_extract_code(rows->contract, column, pbr_slice_of(text)).text;
}

/* Exactly, by GMP: measure cuts the digits itself. */
static bool score_of(struct reader *r, const char *text, int64_t *score)
{
    const pbr_extract_terms *extract = r->rows->contract->scheme->extract;
    const char *scale = extract && extract->score_scale ? extract->score_scale : "1";
    mpq_t value, factor;
    *score = -1;
    if (!*text) return true;
    mpq_inits(value, factor, NULL);
    bool ok = pbr_decimal_parse(value, text, strlen(text), 12) &&
              pbr_decimal_parse(factor, scale, strlen(scale), 6);
    mpq_mul(value, value, factor);
    mpq_set_ui(factor, 1000000, 1);
    mpq_mul(value, value, factor);
    ok = ok && mpz_cmp_ui(mpq_denref(value), 1) == 0 && mpz_fits_slong_p(mpq_numref(value));
    if (ok) *score = mpz_get_si(mpq_numref(value));
    mpq_clears(value, factor, NULL);
    if (!ok)
        pbr_table_error(r->table, OGRS, "bad-score", "is not a score",
                        "write a percentage from 0 to 100 with at most 6 decimals");
    return ok;
}

static void read_start(struct reader *r)
{
    pbr_rows *rows = r->rows;
    pbr_start_row start = {.row = copy_row(r)};
    const char *const *cells = start.row.cells;
    start.person = cells[PERSON_ID];
    start.type = recoded(rows, "start_type", cells[START_TYPE]);
    start.start_id = cells[START_ID];
    start.control = strcmp(cells[GROUP], "control") == 0;
    pbr_slice area = pbr_slice_of(recoded(rows, "cpa", cells[CPA]));
    bool ok = pbr_table_date(r->table, START_DATE, &start.date);
    ok &= pbr_extract_area(rows->contract, r->table, CPA, area, &start.area);
    ok &= score_of(r, cells[OGRS], &start.score);
    if (!ok) return;
    rows->starts =
        pbr_grow(rows->starts, &rows->starts_room, rows->starts_count + 1, sizeof *rows->starts);
    rows->starts[rows->starts_count++] = start;
}

static void read_reoffence(struct reader *r)
{
    pbr_rows *rows = r->rows;
    pbr_reoffence_row one = {.row = copy_row(r)};
    one.person = one.row.cells[PERSON_ID];
    one.outcome = recoded(rows, "outcome", one.row.cells[OUTCOME]);
    one.offence_id = one.row.cells[OFFENCE_ID];
    bool ok = pbr_table_date(r->table, OFFENCE_DATE, &one.committed);
    ok &= pbr_table_date(r->table, OUTCOME_DATE, &one.proved);
    if (!ok) return;
    rows->reoffences = pbr_grow(rows->reoffences, &rows->reoffences_room,
                                rows->reoffences_count + 1, sizeof *rows->reoffences);
    rows->reoffences[rows->reoffences_count++] = one;
}

static void read_file(pbr_rows *rows, const pbr_row_file *file, const struct columns *columns,
                      void (*read_row)(struct reader *), pbr_diag *diag)
{
    char sha256[PBR_SHA256_TEXT];
    pbr_schema schema = {.name = "extract", .columns = columns->items, .count = columns->count};
    struct reader r = {rows, pbr_extract_open(file->path, &schema, rows->contract, diag),
                       file->name, columns->count};
    if (!r.table) return;
    while (pbr_table_next(r.table)) read_row(&r);
    pbr_table_close(r.table, sha256);
    if (strcmp(sha256, file->sha256) != 0)
        pbr_error(diag, "input-changed", ((pbr_place){file->path, 0, 0}),
                  "the file changed while it was being used: run again");
}

static int by_size(int64_t a, int64_t b)
{
    return (a > b) - (a < b);
}

/* Semantics 3: by date, start id, type; where those are one, by area. */
static int by_person_and_start(const void *left, const void *right)
{
    const pbr_start_row *a = left, *b = right;
    int order = strcmp(a->person, b->person);
    if (!order) order = by_size(a->date, b->date);
    if (!order) order = strcmp(a->start_id, b->start_id);
    if (!order) order = strcmp(a->type, b->type);
    if (!order) order = by_size((int64_t)a->area, (int64_t)b->area);
    return order;
}

/* Rows that agree in all of this are one and the same to a reader, but for their lines. */
static int by_person_and_offence(const void *left, const void *right)
{
    const pbr_reoffence_row *a = left, *b = right;
    int order = strcmp(a->person, b->person);
    if (!order) order = by_size(a->committed, b->committed);
    if (!order) order = by_size(a->proved, b->proved);
    if (!order) order = strcmp(a->offence_id, b->offence_id);
    if (!order) order = strcmp(a->outcome, b->outcome);
    if (!order) order = strcmp(a->row.file, b->row.file);
    return order ? order : by_size(a->row.line, b->row.line);
}

static void sort_rows(pbr_rows *rows)
{
    if (rows->starts_count)
        qsort(rows->starts, rows->starts_count, sizeof *rows->starts, by_person_and_start);
    if (rows->reoffences_count)
        qsort(rows->reoffences, rows->reoffences_count, sizeof *rows->reoffences,
              by_person_and_offence);
}

/* Rows of one offence, in the order in which they stand. */
static int by_offence_and_place(const void *left, const void *right)
{
    const pbr_reoffence_row *a = *(pbr_reoffence_row *const *)left;
    const pbr_reoffence_row *b = *(pbr_reoffence_row *const *)right;
    int order = strcmp(a->person, b->person);
    if (!order) order = strcmp(a->offence_id, b->offence_id);
    return order ? order : (a > b) - (a < b);
}

static bool are_of_one_offence(const pbr_reoffence_row *a, const pbr_reoffence_row *b)
{
    return strcmp(a->person, b->person) == 0 && strcmp(a->offence_id, b->offence_id) == 0;
}

/* A person may have very many rows: those of an offence are not looked for among all of them. */
static void join_offences(pbr_rows *rows)
{
    size_t count = 0;
    pbr_reoffence_row **each = pbr_alloc(rows->reoffences_count, sizeof *each);
    for (size_t i = 0; i < rows->reoffences_count; i++)
        if (*rows->reoffences[i].offence_id) each[count++] = &rows->reoffences[i];
    if (count) qsort(each, count, sizeof *each, by_offence_and_place);
    for (size_t i = 0; i < count; i++) {
        bool goes_on = i && are_of_one_offence(each[i - 1], each[i]);
        each[i]->of_offence = goes_on ? each[i - 1]->of_offence : each[i];
        if (goes_on) each[i - 1]->next_of_offence = each[i];
    }
    free(each);
}

/* By cells, and then in the order in which they stand. */
static int by_cells_and_place(const void *left, const void *right, void *columns)
{
    const pbr_reoffence_row *a = *(pbr_reoffence_row *const *)left;
    const pbr_reoffence_row *b = *(pbr_reoffence_row *const *)right;
    for (size_t i = 0; i < *(const size_t *)columns; i++) {
        int order = strcmp(a->row.cells[i], b->row.cells[i]);
        if (order) return order;
    }
    return (a > b) - (a < b);
}

static bool has_same_cells(const pbr_extract_row *a, const pbr_extract_row *b, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(a->cells[i], b->cells[i]) != 0) return false;
    return true;
}

static void mark_repeats_among(pbr_rows *rows, size_t first, size_t count)
{
    size_t columns = rows->reoffence_columns.count;
    pbr_reoffence_row **each = pbr_alloc(count, sizeof *each);
    for (size_t i = 0; i < count; i++) each[i] = &rows->reoffences[first + i];
    qsort_r(each, count, sizeof *each, by_cells_and_place, &columns);
    for (size_t i = 1; i < count; i++)
        each[i]->repeats =
            !*each[i]->offence_id && has_same_cells(&each[i - 1]->row, &each[i]->row, columns);
    free(each);
}

static bool are_of_same_days(const pbr_reoffence_row *a, const pbr_reoffence_row *b)
{
    return a->committed == b->committed && a->proved == b->proved &&
           strcmp(a->person, b->person) == 0;
}

/* Rows that are alike stand among the person's of the same two dates, of which there may be very
 * many. */
static void mark_repeats(pbr_rows *rows)
{
    const pbr_reoffence_row *all = rows->reoffences;
    for (size_t first = 0, end; first < rows->reoffences_count; first = end) {
        for (end = first + 1; end < rows->reoffences_count; end++)
            if (!are_of_same_days(&all[first], &all[end])) break;
        if (end - first > 1) mark_repeats_among(rows, first, end - first);
    }
}

pbr_rows *pbr_rows_read(const pbr_contract *contract, const pbr_row_file *cohort_files,
                        size_t cohort_count, const pbr_row_file *reoffence_files,
                        size_t reoffence_count, pbr_diag *diag)
{
    pbr_rows *rows = pbr_alloc(1, sizeof *rows);
    struct columns starts = {0}, reoffences = {0};
    pbr_diag *found = pbr_diag_new();
    rows->contract = contract;
    rows->arena = pbr_arena_new();
    add_own(&starts, start_columns, START_COLUMNS);
    add_own(&reoffences, reoffence_columns, REOFFENCE_COLUMNS);
    add_of_rules(&starts, &reoffences, contract);
    rows->start_columns = names_of(&starts, rows->arena);
    rows->reoffence_columns = names_of(&reoffences, rows->arena);
    for (size_t i = 0; i < cohort_count; i++)
        read_file(rows, &cohort_files[i], &starts, read_start, found);
    for (size_t i = 0; i < reoffence_count; i++)
        read_file(rows, &reoffence_files[i], &reoffences, read_reoffence, found);
    sort_rows(rows);
    join_offences(rows);
    mark_repeats(rows);
    pbr_diag_pass_errors(found, diag); /* the rest was said when they were first read */
    pbr_diag_free(found);
    free(starts.items);
    free(reoffences.items);
    return rows;
}

void pbr_rows_free(pbr_rows *rows)
{
    if (!rows) return;
    free(rows->starts);
    free(rows->reoffences);
    pbr_arena_free(rows->arena);
    free(rows);
}

const char *pbr_row_cell(const pbr_extract_row *row, const pbr_row_columns *columns,
                         const char *name)
{
    for (size_t i = 0; i < columns->count; i++)
        if (strcmp(columns->names[i], name) == 0) return row->cells[i];
    return "";
}

/* The first reoffence row whose person is not before this one. */
static size_t first_not_before(const pbr_rows *rows, const char *person)
{
    size_t low = 0, high = rows->reoffences_count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (strcmp(rows->reoffences[middle].person, person) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

size_t pbr_rows_of_person(const pbr_rows *rows, const char *person, size_t *first)
{
    size_t end = *first = first_not_before(rows, person);
    while (end < rows->reoffences_count && strcmp(rows->reoffences[end].person, person) == 0) end++;
    return end - *first;
}

const char *pbr_score_text(const pbr_start_row *start, char out[PBR_RATIO_TEXT])
{
    enum { SCORE_PLACES = 6 };
    mpq_t score;
    if (start->score < 0) return "";
    mpq_init(score);
    pbr_ratio_set(score, start->score, 1000000);
    pbr_decimal_text(out, score, SCORE_PLACES);
    mpq_clear(score);
    return out;
}
