/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The summary: a row an area and cohort, two columns a tested line. The months of a contract year
 * are one row. */
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <string.h>

struct cell {
    const pbr_result *result;
    pbr_money_sum due;
};

struct summary {
    const pbr_scope *scope;
    struct place {
        size_t area, cohort; /* of the months of a year: the first of them here */
    } * rows;
    size_t rows_count;
    struct cell *cells;            /* by row, then line */
    bool *has_results, *has_money; /* by line */
};

static const pbr_book_column SUMMARY_PLACE[] = {PBR_AREA_COLUMNS, PBR_COLUMN("Cohort", 9, TEXT)};
enum { PLACES = sizeof SUMMARY_PLACE / sizeof *SUMMARY_PLACE };

static const pbr_cohort *cohort_at(const pbr_scope *scope, size_t cohort)
{
    return &scope->contract->cohorts[cohort];
}

static bool same_row(const pbr_scope *scope, const struct place *place, size_t area, size_t cohort)
{
    if (place->area != area) return false;
    if (place->cohort == cohort) return true;
    const pbr_cohort *a = cohort_at(scope, place->cohort), *b = cohort_at(scope, cohort);
    return a->kind == PBR_MONTH && b->kind == PBR_MONTH &&
           strcmp(a->contract_year, b->contract_year) == 0;
}

/* The row of an area and cohort; a new one at the end where there is none. Rows of an area come one
 * after the other, so only the last few are looked at. */
static size_t row_of(struct summary *table, size_t area, size_t cohort)
{
    for (size_t i = table->rows_count; i-- && table->rows[i].area == area;)
        if (same_row(table->scope, &table->rows[i], area, cohort)) return i;
    table->rows[table->rows_count] = (struct place){area, cohort};
    return table->rows_count++;
}

/* Cohorts first, then the years of months. */
static void make_rows(struct summary *table, size_t *index)
{
    const pbr_contract *contract = table->scope->contract;
    for (size_t area = 0; area < contract->areas_count; area++)
        for (int months = 0; months <= 1; months++)
            for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++) {
                bool month = contract->cohorts[cohort].kind == PBR_MONTH;
                if (month == (months == 1) && pbr_scope_covers(table->scope, area, cohort))
                    index[area * contract->cohorts_count + cohort] = row_of(table, area, cohort);
            }
}

static struct cell *cell_of(struct summary *table, const size_t *index, size_t area, size_t cohort,
                            const char *line)
{
    const pbr_scope *scope = table->scope;
    size_t row = index[area * scope->contract->cohorts_count + cohort];
    return &table->cells[row * scope->lines.count + pbr_line_number(scope, line)];
}

static void fill_cells(struct summary *table, const size_t *index)
{
    const pbr_scope *scope = table->scope;
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_result *result = scope->results.at[i];
        cell_of(table, index, result->area, result->cohort, result->line->id)->result = result;
        table->has_results[pbr_line_number(scope, result->line->id)] = true;
    }
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        pbr_money_add(
            &cell_of(table, index, payment->area, payment->cohort, payment->line->id)->due, scope,
            payment);
        table->has_money[pbr_line_number(scope, payment->line->id)] = true;
    }
}

static struct summary *make_summary(const pbr_scope *scope)
{
    size_t most = scope->contract->areas_count * scope->contract->cohorts_count + 1;
    size_t lines = scope->lines.count + 1;
    struct summary *table = pbr_arena_alloc(scope->arena, sizeof *table);
    size_t *index = pbr_arena_alloc(scope->arena, most * sizeof *index);
    table->scope = scope;
    table->rows = pbr_arena_alloc(scope->arena, most * sizeof *table->rows);
    table->has_results = pbr_arena_alloc(scope->arena, lines * sizeof *table->has_results);
    table->has_money = pbr_arena_alloc(scope->arena, lines * sizeof *table->has_money);
    make_rows(table, index);
    table->cells =
        pbr_arena_alloc(scope->arena, (table->rows_count + 1) * lines * sizeof *table->cells);
    fill_cells(table, index);
    return table;
}

static const char *short_words(const pbr_scope *scope, const pbr_result *result)
{
    const char *verdict = pbr_verdict_text(result->verdict), *flags = pbr_flag_words(scope, result);
    return flags ? pbr_arena_printf(scope->arena, "%s; %s", verdict, flags) : verdict;
}

static void place_cells(pbr_row *row, const pbr_scope *scope, const struct place *place)
{
    const pbr_cohort *cohort = cohort_at(scope, place->cohort);
    pbr_cells_area(row, scope, place->area);
    pbr_cell_text(row, cohort->kind == PBR_MONTH
                           ? pbr_arena_printf(scope->arena, "months of %s", cohort->contract_year)
                           : cohort->name);
}

static const char *with_cell(const pbr_scope *scope, const char *cells, size_t column, uint32_t row)
{
    char name[PBR_CELL_TEXT];
    return pbr_arena_printf(scope->arena, "%s%s%s%u", cells, *cells ? "," : "",
                            pbr_column_name(name, column), (unsigned)row + 1);
}

static bool has_money(const struct summary *table, size_t index)
{
    for (size_t i = 0; i < table->scope->lines.count; i++)
        if (table->cells[index * table->scope->lines.count + i].due.any) return true;
    return false;
}

static void fill_summary(pbr_row *row, const void *context, size_t index)
{
    const struct summary *table = context;
    const pbr_scope *scope = table->scope;
    int64_t all = 0;
    size_t column = PLACES;
    const char *cells = "";
    place_cells(row, scope, &table->rows[index]);
    for (size_t i = 0; i < scope->lines.count; i++) {
        const struct cell *cell = &table->cells[index * scope->lines.count + i];
        if (table->has_results[i])
            pbr_cell_text(row, cell->result ? short_words(scope, cell->result) : NULL);
        column += table->has_results[i];
        if (!table->has_money[i]) continue;
        pbr_cell_money_sum(row, scope, &cell->due);
        if (!pbr_pence_add(&all, cell->due.pence))
            pbr_row_fail(row, "a sum of money does not fit in 63 bits");
        cells = with_cell(scope, cells, column++, pbr_row_number(row));
    }
    if (*cells && has_money(table, index))
        pbr_cell_row_sum(row, scope, cells, all);
    else
        pbr_cell_blank(row);
}

/* The line's title, as on the other sheets. */
static const char *title_of(const pbr_scope *scope, const char *id)
{
    const pbr_line *line = pbr_scope_line(scope, id);
    return line ? pbr_line_title(line) : id;
}

/* Its id where two lines have one title: the headers of a table must differ. */
static const char *header_of(const pbr_scope *scope, const char *line)
{
    const char *title = title_of(scope, line);
    size_t same = 0;
    for (size_t i = 0; i < scope->lines.count; i++)
        same += strcmp(title_of(scope, scope->lines.at[i]), title) == 0;
    return same > 1 ? line : title;
}

static pbr_book_column line_column(const pbr_scope *scope, const char *line, const char *what,
                                   double width, pbr_style style)
{
    const char *header = pbr_arena_printf(scope->arena, "%s: %s", header_of(scope, line), what);
    return (pbr_book_column){header, width, style, style == PBR_STYLE_MONEY, false};
}

static const pbr_book_column *summary_columns(const struct summary *table, size_t *count)
{
    const pbr_scope *scope = table->scope;
    pbr_book_column *columns =
        pbr_arena_alloc(scope->arena, (PLACES + 2 * scope->lines.count + 1) * sizeof *columns);
    memcpy(columns, SUMMARY_PLACE, sizeof SUMMARY_PLACE);
    if (scope->has_months)
        columns[PLACES - 1] = (pbr_book_column)PBR_COLUMN("Cohort or months", 18, TEXT);
    *count = PLACES;
    for (size_t i = 0; i < scope->lines.count; i++) {
        const char *line = scope->lines.at[i];
        if (table->has_results[i])
            columns[(*count)++] = line_column(scope, line, "result", 13, PBR_STYLE_TEXT);
        if (table->has_money[i])
            columns[(*count)++] = line_column(scope, line, "due (£)", 16, PBR_STYLE_MONEY);
    }
    columns[(*count)++] = (pbr_book_column)PBR_SUMMED(PBR_HEADER_DUE, 16, MONEY);
    return columns;
}

pbr_sheet pbr_sheet_summary(const pbr_scope *scope)
{
    size_t columns_count;
    const struct summary *table = make_summary(scope);
    const pbr_book_column *columns = summary_columns(table, &columns_count);
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Summary by area", "summary_by_area",
        scope->has_months ? "Summary by area, cohort and year of months"
                          : "Summary by area and cohort",
        pbr_arena_printf(scope->arena, "%s%s" PBR_BLANKS,
                         scope->results.count
                             ? "For each tested line its result and what is due. A line "
                               "of a quarter has no result for a year, nor the other way round. "
                             : "What is due on each line. ",
                         scope->has_months ? "The months of a contract year stand together in one "
                                             "row; month by month they are on the sheet Months. "
                                           : ""),
        columns, columns_count, table->rows_count, fill_summary);
    sheet.context = table;
    sheet.warning = pbr_warning(scope);
    sheet.total = scope->payments.count > 0;
    return sheet;
}
