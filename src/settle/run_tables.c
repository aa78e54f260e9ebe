/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/run_tables.h"

#include "input/columns.h"
#include "input/table.h"

#include <stdlib.h>
#include <string.h>

#define COUNT_COLUMN(column, words, shown)                                                         \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .description = words, .example = shown                  \
    }

enum { VOLUME_CPA, VOLUME_MONTH, VOLUME_TYPE, VOLUME_BAND, VOLUME_STARTS };
static const pbr_column volume_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C02"),
    PBR_TEXT_COLUMN("month", "month of the starts", "2017-08"),
    PBR_TEXT_COLUMN("sentence_type", "as the rules' weights name it", "community-order"),
    PBR_TEXT_COLUMN("band", "band of requirement length, as the weights name it", "medium"),
    COUNT_COLUMN("starts", "starts of that kind", "120"),
};
const pbr_schema pbr_volumes_schema = {.name = "volumes",
                                       .file = "volumes.csv",
                                       .title = "Starts by month, sentence type and band",
                                       PBR_SCHEMA_COLUMNS(volume_columns),
                                       .key = "cpa,month,sentence_type,band"};

enum { LEVEL_CPA, LEVEL_MONTH, LEVEL_MEASURE, LEVEL_NUMERATOR, LEVEL_DENOMINATOR };
static const pbr_column level_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C02"),
    PBR_TEXT_COLUMN("month", "month measured", "2017-08"),
    PBR_TEXT_COLUMN("measure", "as the rules' credits name it", "plans-in-time"),
    COUNT_COLUMN("numerator", "cases that met the standard", "188"),
    COUNT_COLUMN("denominator", "cases in all", "200"),
};
const pbr_schema pbr_levels_schema = {.name = "service-levels",
                                      .file = "service-levels.csv",
                                      .title = "Service levels by month",
                                      PBR_SCHEMA_COLUMNS(level_columns),
                                      .key = "cpa,month,measure"};

enum {
    DECISION_CPA,
    DECISION_COHORT,
    DECISION_LINE,
    DECISION_PAYEE,
    DECISION_DISPOSITION,
    DECISION_AUTHORITY,
    DECISION_DATE,
    DECISION_REASON,
    DECISION_CHECK
};
static const char *const dispositions[] = {"apply", "waive",    "reinvest", "cancel",
                                           "hold",  "override", NULL};
#define OVERRIDE "override"
static const pbr_column decision_columns[] = {
    {.name = "cpa",
     .presence = PBR_BLANKABLE,
     .description = "code of the area; blank only of an override: all areas",
     .example = "C02"},
    {.name = "cohort",
     .presence = PBR_BLANKABLE,
     .description = "quarter, contract year, month or named cohort; blank only of an override: all",
     .example = "2017-08"},
    {.name = "line",
     .presence = PBR_BLANKABLE,
     .description = "line of the rules; blank of an override",
     .example = "plans"},
    {.name = "payee",
     .presence = PBR_OPTIONAL,
     .description = "needed where a line is split between payees",
     .example = "Seetec"},
    {.name = "disposition",
     .words = dispositions,
     .description = "what was decided",
     .example = "waive"},
    PBR_TEXT_COLUMN("authority", "who decided", "Head of Contract Management"),
    {.name = "date", .kind = PBR_DATE, .description = "when", .example = "2017-10-02"},
    PBR_TEXT_COLUMN("reason", "why", "data recalculated"),
    {.name = "check",
     .presence = PBR_OPTIONAL,
     .description = "of an override: the check that may stop nothing",
     .example = ""},
};
const pbr_schema pbr_decisions_schema = {.name = "decisions",
                                         .file = "decisions.csv",
                                         .title = "Decisions on computed lines",
                                         PBR_SCHEMA_COLUMNS(decision_columns),
                                         .key = "cpa,cohort,line,payee,check"};

enum {
    OTHER_ID,
    OTHER_PAYEE,
    OTHER_DESCRIPTION,
    OTHER_AMOUNT,
    OTHER_AUTHORITY,
    OTHER_DATE,
    OTHER_REASON
};
static const pbr_column other_columns[] = {
    PBR_TEXT_COLUMN("id", "tells other lines apart over all runs", "R-2017-03"),
    PBR_TEXT_COLUMN("payee", "who is paid, as in agreements.csv", "Seetec"),
    PBR_TEXT_COLUMN("description", "what it is", "Ruling on disputed starts"),
    {.name = "amount",
     .kind = PBR_SIGNED,
     .places = 2,
     .unit = "pounds",
     .description = "positive is owed to the payee",
     .example = "12500.00"},
    PBR_TEXT_COLUMN("authority", "who decided", "Adjudicator"),
    {.name = "date", .kind = PBR_DATE, .description = "when", .example = "2017-09-14"},
    PBR_TEXT_COLUMN("reason", "why", "settlement of dispute 12"),
};
const pbr_schema pbr_others_schema = {.name = "other-lines",
                                      .file = "other-lines.csv",
                                      .title = "Money that is not computed",
                                      PBR_SCHEMA_COLUMNS(other_columns),
                                      .key = "id"};

struct reader {
    pbr_table *table;
    const pbr_contract *contract;
    pbr_arena *arena;
    const char *path;
    pbr_diag *diag;
};

static bool area_cell(struct reader *r, size_t column, size_t *area)
{
    pbr_slice cell;
    if (!pbr_table_text(r->table, column, &cell)) return false;
    *area = pbr_contract_area(r->contract, cell.text, cell.length);
    if (*area != PBR_NONE) return true;
    pbr_table_error(r->table, column, "unknown-area", "is no area of the contract",
                    "correct it, or add it to areas.csv");
    return false;
}

static bool cohort_cell(struct reader *r, size_t column, bool month, size_t *cohort)
{
    pbr_slice cell;
    if (!pbr_table_text(r->table, column, &cell)) return false;
    *cohort = pbr_contract_cohort(r->contract, pbr_arena_text(r->arena, cell.text, cell.length));
    bool known = *cohort != PBR_NONE;
    if (known && (!month || r->contract->cohorts[*cohort].kind == PBR_MONTH)) return true;
    pbr_table_error(r->table, column, "unknown-cohort",
                    month ? "is no month of the scheme" : "is no cohort of the contract",
                    "write a month as 2017-08, a quarter as 2015Q4, a year as 2015/16");
    return false;
}

/* A cell that may be blank in other rows; whatever reads it refuses a blank one. */
static void report_blank(struct reader *r, size_t column)
{
    if (!pbr_table_cell(r->table, column).length)
        pbr_table_error(r->table, column, "blank-cell", "is blank",
                        "only an override may leave it so");
}

static bool must_be_blank(struct reader *r, size_t column, const char *cause, const char *remedy)
{
    if (!pbr_table_cell(r->table, column).length) return true;
    pbr_table_error(r->table, column, "unmatched-decision", cause, remedy);
    return false;
}

static bool words_cell(struct reader *r, size_t column, const char **out)
{
    pbr_slice cell;
    *out = "";
    if (!pbr_table_text(r->table, column, &cell)) return false;
    *out = pbr_arena_text(r->arena, cell.text, cell.length);
    return true;
}

static pbr_place row_place(const struct reader *r)
{
    return (pbr_place){r->path, pbr_table_line(r->table), 1};
}

static bool open_table(struct reader *r, const pbr_schema *schema)
{
    r->table = pbr_table_open(r->path, schema, NULL, 0, r->diag);
    return r->table != NULL;
}

/* Rows grow on the heap and move to the arena when they are whole. */
static size_t moved(struct reader *r, void *rows, size_t count, size_t size, void **out)
{
    void *kept = pbr_arena_alloc(r->arena, (count + 1) * size);
    if (count) memcpy(kept, rows, count * size);
    free(rows);
    *out = kept;
    return count;
}

/* The last of a table's rows. */
static size_t keep(struct reader *r, void *rows, size_t count, size_t size, void **out,
                   char *digest)
{
    pbr_table_close(r->table, digest);
    return moved(r, rows, count, size, out);
}

/* Of two rows, by what they are for. */
typedef int (*row_order)(const void *left, const void *right);

static int by_key_and_row(const void *left, const void *right, void *context)
{
    const char *a = *(const char *const *)left, *b = *(const char *const *)right;
    int order = (*(row_order *)context)(a, b);
    return order ? order : (a > b) - (a < b);
}

/* Of two rows for the same it is not known which holds, wherever in the file they stand. A row
 * begins with its place. */
static void refuse_repeated(const struct reader *r, const void *rows, size_t count, size_t size,
                            row_order key, const char *what)
{
    const pbr_place **sorted = pbr_alloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++)
        sorted[i] = (const pbr_place *)((const char *)rows + i * size);
    if (count) qsort_r(sorted, count, sizeof *sorted, by_key_and_row, &key);
    for (size_t i = 1; i < count; i++)
        if (key(sorted[i - 1], sorted[i]) == 0)
            pbr_error(r->diag, "repeated-row", *sorted[i],
                      "the row on line %ld is for the same %s: remove one", sorted[i - 1]->line,
                      what);
    free(sorted);
}

static int by_number(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int by_kind_of_start(const void *left, const void *right)
{
    const pbr_volume *a = left, *b = right;
    int order = by_number(a->area, b->area);
    if (!order) order = by_number(a->month, b->month);
    if (!order) order = strcmp(a->type, b->type);
    return order ? order : strcmp(a->band, b->band);
}

static int by_measure(const void *left, const void *right)
{
    const pbr_level *a = left, *b = right;
    int order = by_number(a->area, b->area);
    if (!order) order = by_number(a->month, b->month);
    return order ? order : strcmp(a->measure, b->measure);
}

size_t pbr_volumes_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                        pbr_volume **out, char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    struct reader r = {NULL, contract, arena, path, diag};
    pbr_volume *rows = NULL;
    size_t count = 0, room = 0;
    if (!open_table(&r, &pbr_volumes_schema)) return 0;
    while (pbr_table_next(r.table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_volume *row = &rows[count];
        *row = (pbr_volume){.place = row_place(&r)};
        bool ok = area_cell(&r, VOLUME_CPA, &row->area);
        ok &= cohort_cell(&r, VOLUME_MONTH, true, &row->month);
        ok &= words_cell(&r, VOLUME_TYPE, &row->type);
        ok &= words_cell(&r, VOLUME_BAND, &row->band);
        ok &= pbr_table_count(r.table, VOLUME_STARTS, &row->starts);
        count += ok;
    }
    refuse_repeated(&r, rows, count, sizeof *rows, by_kind_of_start, "area, month, type and band");
    return keep(&r, rows, count, sizeof *rows, (void **)out, digest);
}

size_t pbr_levels_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                       pbr_level **out, char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    struct reader r = {NULL, contract, arena, path, diag};
    pbr_level *rows = NULL;
    size_t count = 0, room = 0;
    if (!open_table(&r, &pbr_levels_schema)) return 0;
    while (pbr_table_next(r.table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_level *row = &rows[count];
        *row = (pbr_level){.place = row_place(&r)};
        bool ok = area_cell(&r, LEVEL_CPA, &row->area);
        ok &= cohort_cell(&r, LEVEL_MONTH, true, &row->month);
        ok &= words_cell(&r, LEVEL_MEASURE, &row->measure);
        ok &= pbr_table_count(r.table, LEVEL_NUMERATOR, &row->numerator);
        ok &= pbr_table_count(r.table, LEVEL_DENOMINATOR, &row->denominator);
        if (ok && row->numerator > row->denominator)
            pbr_table_error(r.table, LEVEL_NUMERATOR, "impossible-count",
                            "is more than the denominator", "check the row against its source");
        count += ok;
    }
    refuse_repeated(&r, rows, count, sizeof *rows, by_measure, "area, month and measure");
    return keep(&r, rows, count, sizeof *rows, (void **)out, digest);
}

static pbr_disposition disposition_of(pbr_slice word)
{
    for (int i = 0; dispositions[i]; i++)
        if (pbr_slice_is(word, dispositions[i])) return (pbr_disposition)i;
    return PBR_APPLY;
}

/* A row that decides on a line names one; a row that overrides a check names that. */
static bool decision_cells(struct reader *r, pbr_decision *row)
{
    pbr_slice payee = pbr_table_cell(r->table, DECISION_PAYEE);
    for (size_t column = DECISION_CPA; column <= DECISION_LINE; column++) report_blank(r, column);
    bool ok = area_cell(r, DECISION_CPA, &row->area);
    ok &= cohort_cell(r, DECISION_COHORT, false, &row->cohort);
    ok &= words_cell(r, DECISION_LINE, &row->line);
    ok &= must_be_blank(r, DECISION_CHECK, "names a check, and this row decides on a line",
                        "write override, or leave the check blank");
    row->payee = pbr_arena_text(r->arena, payee.text, payee.length);
    return ok;
}

static bool check_cell(struct reader *r, pbr_check *check)
{
    char remedy[160] = "docs/checks.md lists those that can be; what else stops a settlement is "
                       "corrected";
    pbr_slice cell = pbr_table_cell(r->table, DECISION_CHECK);
    const char *near = pbr_check_near(cell);
    *check = pbr_check_of(cell);
    if (*check != PBR_CHECKS) return true;
    if (near) snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    pbr_table_error(r->table, DECISION_CHECK, "not-overridable",
                    "is no check that can be overridden", remedy);
    return false;
}

/* Blank is all of them. */
static bool override_cells(struct reader *r, pbr_override *row)
{
    static const char cause[] = "stands beside a check", remedy[] = "an override is of no line";
    row->area = row->cohort = PBR_NONE;
    bool ok = check_cell(r, &row->check);
    if (pbr_table_cell(r->table, DECISION_CPA).length) ok &= area_cell(r, DECISION_CPA, &row->area);
    if (pbr_table_cell(r->table, DECISION_COHORT).length)
        ok &= cohort_cell(r, DECISION_COHORT, false, &row->cohort);
    ok &= must_be_blank(r, DECISION_LINE, cause, remedy);
    ok &= must_be_blank(r, DECISION_PAYEE, cause, remedy);
    return ok;
}

static bool authority_cells(struct reader *r, const char **authority, pbr_date *date,
                            const char **reason)
{
    bool ok = words_cell(r, DECISION_AUTHORITY, authority);
    ok &= pbr_table_date(r->table, DECISION_DATE, date);
    return words_cell(r, DECISION_REASON, reason) && ok;
}

static bool read_decision(struct reader *r, pbr_slice word, pbr_decision *row)
{
    *row = (pbr_decision){.place = row_place(r), .disposition = disposition_of(word)};
    bool ok = decision_cells(r, row);
    return authority_cells(r, &row->authority, &row->date, &row->reason) && ok;
}

static bool read_override(struct reader *r, pbr_override *row)
{
    *row = (pbr_override){.place = row_place(r)};
    bool ok = override_cells(r, row);
    return authority_cells(r, &row->authority, &row->date, &row->reason) && ok;
}

void pbr_decisions_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                        pbr_decided *out, char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    struct reader r = {NULL, contract, arena, path, diag};
    pbr_decision *rows = NULL;
    pbr_override *overrides = NULL;
    size_t count = 0, room = 0, overrides_count = 0, overrides_room = 0;
    *out = (pbr_decided){0};
    if (!open_table(&r, &pbr_decisions_schema)) return;
    while (pbr_table_next(r.table)) {
        pbr_slice word;
        bool known = pbr_table_text(r.table, DECISION_DISPOSITION, &word);
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        overrides = pbr_grow(overrides, &overrides_room, overrides_count + 1, sizeof *overrides);
        if (pbr_slice_is(word, OVERRIDE))
            overrides_count += read_override(&r, &overrides[overrides_count]);
        else
            count += read_decision(&r, word, &rows[count]) && known;
    }
    out->overrides_count =
        moved(&r, overrides, overrides_count, sizeof *overrides, (void **)&out->overrides);
    out->count = keep(&r, rows, count, sizeof *rows, (void **)&out->decisions, digest);
}

static bool pounds_cell(struct reader *r, size_t column, int64_t *pence)
{
    mpq_t pounds;
    mpq_init(pounds);
    bool known = pbr_table_decimal(r->table, column, pounds);
    bool fits = known && pbr_ratio_pence(pence, pounds, PBR_HALF_EVEN);
    mpq_clear(pounds);
    if (known && !fits)
        pbr_table_error(r->table, column, "amount-too-large", "does not fit in 63 bits of pence",
                        "check the amount");
    return fits;
}

/* A payee names a schedule file and stands in workbooks. */
static bool payee_cell(struct reader *r, size_t column, const char **out)
{
    if (!words_cell(r, column, out)) return false;
    bool safe =
        !strchr("=+-@.", (*out)[0]) && !strpbrk(*out, "/\\:*?\"<>|\n") && strlen(*out) <= 100;
    if (!safe)
        pbr_table_error(r->table, column, "bad-name", "cannot name a file",
                        "write the payee as in agreements.csv");
    return safe;
}

/* An id must come back from a spreadsheet as it went. */
static bool id_cell(struct reader *r, size_t column, const char **out)
{
    if (!words_cell(r, column, out)) return false;
    if (!strchr("=+-@", (*out)[0])) return true;
    pbr_table_error(r->table, column, "bad-name", "could be read as a formula",
                    "begin it with a letter or digit");
    return false;
}

size_t pbr_others_read(const char *path, pbr_arena *arena, pbr_other_line **out,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    struct reader r = {NULL, NULL, arena, path, diag};
    pbr_other_line *rows = NULL;
    size_t count = 0, room = 0;
    if (!open_table(&r, &pbr_others_schema)) return 0;
    while (pbr_table_next(r.table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_other_line *row = &rows[count];
        *row = (pbr_other_line){.place = row_place(&r)};
        bool ok = id_cell(&r, OTHER_ID, &row->id);
        ok &= payee_cell(&r, OTHER_PAYEE, &row->payee);
        ok &= words_cell(&r, OTHER_DESCRIPTION, &row->description);
        ok &= pounds_cell(&r, OTHER_AMOUNT, &row->amount_pence);
        ok &= words_cell(&r, OTHER_AUTHORITY, &row->authority);
        ok &= pbr_table_date(r.table, OTHER_DATE, &row->date);
        ok &= words_cell(&r, OTHER_REASON, &row->reason);
        count += ok;
    }
    return keep(&r, rows, count, sizeof *rows, (void **)out, digest);
}
