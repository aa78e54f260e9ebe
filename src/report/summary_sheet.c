/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The summary: a row an area and cohort, two columns a line. */
#include "report/sheet_parts.h"
#include "report/words.h"

#include <string.h>

/* --- summary: a row an area and cohort, two columns a line --- */

typedef struct {
    const pbr_scope *scope;
    size_t *areas, *cohorts;
    size_t rows_count;
} summary;

static const pbr_column SUMMARY_PLACE[] = {PLACE_COLUMNS};
enum { PLACES = sizeof SUMMARY_PLACE / sizeof *SUMMARY_PLACE };

static const pbr_result *find_result(const pbr_scope *scope, size_t area, size_t cohort,
                                     const char *line)
{
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_result *result = scope->results.at[i];
        if (result->area == area && result->cohort == cohort && strcmp(result->line->id, line) == 0)
            return result;
    }
    return NULL;
}

/* The sum due on a line, or on every line where line is NULL; blank if there is no such payment. */
static void due_cell(pbr_row *row, const summary *table, size_t index, const char *line)
{
    bool any = false, fits = true;
    int64_t due = 0;
    for (size_t i = 0; i < table->scope->payments.count; i++) {
        const pbr_payment *payment = table->scope->payments.at[i];
        if (payment->area != table->areas[index] || payment->cohort != table->cohorts[index])
            continue;
        if (line && (!payment->line || strcmp(payment->line->id, line) != 0)) continue;
        fits = fits && pbr_pence_add(&due, payment->due_pence);
        any = true;
    }
    if (!fits) pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    if (any)
        pbr_cell_money(row, due);
    else
        pbr_cell_blank(row);
}

static const char *short_words(const pbr_scope *scope, const pbr_result *result)
{
    const char *verdict = pbr_verdict_text(result->verdict), *flags = pbr_flag_words(scope, result);
    return flags ? pbr_arena_printf(scope->arena, "%s; %s", verdict, flags) : verdict;
}

static void fill_summary(pbr_row *row, const void *context, size_t index)
{
    const summary *table = context;
    const pbr_scope *scope = table->scope;
    size_t area = table->areas[index], cohort = table->cohorts[index];
    pbr_cells_place(row, scope, area, cohort);
    for (size_t i = 0; i < scope->lines.count; i++) {
        const char *line = scope->lines.at[i];
        const pbr_result *result = find_result(scope, area, cohort, line);
        pbr_cell_text(row, result ? short_words(scope, result) : NULL);
        due_cell(row, table, index, line);
    }
    due_cell(row, table, index, NULL);
}

/* The line's title, as on the other sheets. */
static const char *title_of(const pbr_scope *scope, const char *line)
{
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_rules *rules = scope->rules.at[i];
        const pbr_line *found = pbr_terms_line(rules->terms, line);
        if (found) return pbr_line_title(found);
    }
    return line;
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

static pbr_column line_column(const pbr_scope *scope, const char *line, const char *what,
                              double width, pbr_style style)
{
    const char *header = pbr_arena_printf(scope->arena, "%s: %s", header_of(scope, line), what);
    return (pbr_column){header, width, style, style == PBR_STYLE_MONEY};
}

static const pbr_column *summary_columns(const pbr_scope *scope, size_t *count)
{
    size_t lines = scope->lines.count;
    *count = PLACES + 2 * lines + 1;
    pbr_column *columns = pbr_arena_alloc(scope->arena, *count * sizeof *columns);
    memcpy(columns, SUMMARY_PLACE, sizeof SUMMARY_PLACE);
    for (size_t i = 0; i < lines; i++) {
        const char *line = scope->lines.at[i];
        pbr_column *pair = &columns[PLACES + 2 * i];
        pair[0] = line_column(scope, line, "result", 13, PBR_STYLE_TEXT);
        pair[1] = line_column(scope, line, "due (£)", 15, PBR_STYLE_MONEY);
    }
    columns[*count - 1] = (pbr_column)SUMMED(PBR_HEADER_DUE, 15, MONEY);
    return columns;
}

static summary *summary_rows(const pbr_scope *scope)
{
    const pbr_contract *contract = scope->contract;
    size_t most = contract->areas_count * contract->cohorts_count;
    summary *table = pbr_arena_alloc(scope->arena, sizeof *table);
    table->scope = scope;
    table->areas = pbr_arena_alloc(scope->arena, most * sizeof *table->areas);
    table->cohorts = pbr_arena_alloc(scope->arena, most * sizeof *table->cohorts);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++) {
            if (!pbr_scope_covers(scope, area, cohort)) continue;
            table->areas[table->rows_count] = area;
            table->cohorts[table->rows_count++] = cohort;
        }
    return table;
}

pbr_sheet pbr_sheet_summary(const pbr_scope *scope)
{
    size_t columns_count;
    const pbr_column *columns = summary_columns(scope, &columns_count);
    const summary *table = summary_rows(scope);
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Summary by area", "summary_by_area", "Summary by area and cohort",
        "For each line its result against the baseline and what is due, in pounds. A line of a "
        "quarter has no result for a year, nor the other way round. " BLANKS,
        columns, columns_count, table->rows_count, fill_summary);
    sheet.context = table;
    sheet.warning = pbr_warning(scope);
    sheet.total = scope->payments.count > 0;
    return sheet;
}
