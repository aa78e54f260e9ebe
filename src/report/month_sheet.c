/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Monthly lines: a row an area, contract year and line, a column a month. */
#include "report/sheet_parts.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

enum { MONTHS = 12 };

struct month_row {
    size_t area, cohort, number; /* cohort: its first month here; number: of the line */
    const char *year;
    const pbr_line *line;
    pbr_money_sum months[MONTHS];
    int64_t all_pence;
    bool too_large;
};

struct table {
    const pbr_scope *scope;
    struct month_row *rows;
    size_t rows_count;
    int first; /* month in which a contract year begins, from 1 */
};

static const struct {
    const char *name, *header;
} NAMES[MONTHS] = {
    {"january", "January (£)"}, {"february", "February (£)"}, {"march", "March (£)"},
    {"april", "April (£)"},     {"may", "May (£)"},           {"june", "June (£)"},
    {"july", "July (£)"},       {"august", "August (£)"},     {"september", "September (£)"},
    {"october", "October (£)"}, {"november", "November (£)"}, {"december", "December (£)"},
};

static int first_month(const pbr_scope *scope)
{
    const char *starts = pbr_or(scope->contract->scheme->year_starts, "");
    for (int i = 0; i < MONTHS; i++)
        if (strcmp(NAMES[i].name, starts) == 0) return i + 1;
    return 1;
}

static bool same_row(const struct month_row *row, const pbr_payment *payment, const char *year)
{
    return row->area == payment->area && strcmp(row->year, year) == 0 &&
           strcmp(row->line->id, payment->line->id) == 0;
}

/* Payments come by area and time, so a row that exists is near the end. */
static struct month_row *row_of(struct table *table, const pbr_payment *payment)
{
    const char *year = table->scope->contract->cohorts[payment->cohort].contract_year;
    for (size_t i = table->rows_count; i-- && table->rows[i].area == payment->area;)
        if (same_row(&table->rows[i], payment, year)) return &table->rows[i];
    struct month_row *row = &table->rows[table->rows_count++];
    *row = (struct month_row){.area = payment->area,
                              .cohort = payment->cohort,
                              .number = pbr_line_number(table->scope, payment->line->id),
                              .year = year,
                              .line = payment->line};
    return row;
}

static int compare_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

/* By area, year, and line as the rules list them. */
static int compare_rows(const void *left, const void *right)
{
    const struct month_row *a = left, *b = right;
    if (a->area != b->area) return compare_size(a->area, b->area);
    if (strcmp(a->year, b->year) != 0) return compare_size(a->cohort, b->cohort);
    return compare_size(a->number, b->number);
}

static struct table *make_table(const pbr_scope *scope)
{
    struct table *table = pbr_arena_alloc(scope->arena, sizeof *table);
    size_t most = 0;
    for (size_t i = 0; i < scope->payments.count; i++)
        most += ((const pbr_payment *)scope->payments.at[i])->line->kind != PBR_OUTCOME;
    *table = (struct table){.scope = scope, .first = first_month(scope)};
    table->rows = pbr_arena_alloc(scope->arena, (most + 1) * sizeof *table->rows);
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (payment->line->kind == PBR_OUTCOME) continue;
        struct month_row *row = row_of(table, payment);
        pbr_civil day = pbr_date_civil(scope->contract->cohorts[payment->cohort].from);
        pbr_money_add(&row->months[(day.month - table->first + MONTHS) % MONTHS], scope, payment);
        row->too_large |= !pbr_pence_add(&row->all_pence, payment->due_pence);
    }
    if (table->rows_count) qsort(table->rows, table->rows_count, sizeof *table->rows, compare_rows);
    return table;
}

static const pbr_book_column PLACE[] = {PBR_AREA_COLUMNS, PBR_COLUMN("Contract year", 9, TEXT),
                                        PBR_COLUMN("Line", 30, TEXT)};
enum { PLACES = sizeof PLACE / sizeof *PLACE };

/* "E7:P7" */
static const char *own_months(const pbr_scope *scope, uint32_t row)
{
    char first[PBR_CELL_TEXT], last[PBR_CELL_TEXT];
    pbr_column_name(first, PLACES);
    pbr_column_name(last, PLACES + MONTHS - 1);
    return pbr_arena_printf(scope->arena, "%s%u:%s%u", first, (unsigned)row + 1, last,
                            (unsigned)row + 1);
}

static void fill_months(pbr_row *row, const void *context, size_t index)
{
    const struct table *table = context;
    const struct month_row *item = &table->rows[index];
    pbr_cells_area(row, table->scope, item->area);
    pbr_cell_text(row, item->year);
    pbr_cell_text(row, pbr_line_title(item->line));
    for (int i = 0; i < MONTHS; i++) pbr_cell_money_sum(row, table->scope, &item->months[i]);
    if (item->too_large) pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    pbr_cell_row_sum(row, table->scope, own_months(table->scope, pbr_row_number(row)),
                     item->all_pence);
}

static const pbr_book_column *make_columns(const struct table *table)
{
    pbr_book_column *columns =
        pbr_arena_alloc(table->scope->arena, (PLACES + MONTHS + 1) * sizeof *columns);
    memcpy(columns, PLACE, sizeof PLACE);
    for (int i = 0; i < MONTHS; i++) {
        const char *header = NAMES[(table->first - 1 + i) % MONTHS].header;
        columns[PLACES + i] = (pbr_book_column)PBR_SUMMED(header, 13.5, MONEY);
    }
    columns[PLACES + MONTHS] = (pbr_book_column)PBR_SUMMED(PBR_HEADER_DUE, 15, MONEY);
    return columns;
}

pbr_sheet pbr_sheet_months(const pbr_scope *scope)
{
    const struct table *table = make_table(scope);
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Months", "months", "Months: what is due on each monthly line",
        "Amounts due: a row for each area, contract year and line, a column for each "
        "month of that year. A negative amount is owed by the payee. " PBR_BLANKS,
        make_columns(table), PLACES + MONTHS + 1, table->rows_count, fill_months);
    sheet.context = table;
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}
