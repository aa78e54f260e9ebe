/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheets.h"

#include "report/notes.h"
#include "report/words.h"

#include <string.h>

#define BLANKS "A blank cell means not applicable or not known."
/* The columns that begin every row about an area and cohort. */
#define PLACE_COLUMNS                                                                              \
    {PBR_HEADER_AREA_CODE, 7, PBR_STYLE_LABEL, false}, {"Area", 21, PBR_STYLE_TEXT, false},        \
    {                                                                                              \
        "Cohort", 9, PBR_STYLE_TEXT, false                                                         \
    }
#define PROVENANCE_COLUMNS                                                                         \
    {"Clause", 30, PBR_STYLE_TEXT, false}, {"Source", 19, PBR_STYLE_TEXT, false},                  \
    {                                                                                              \
        "Status", 17, PBR_STYLE_TEXT, false                                                        \
    }

pbr_sheet pbr_sheet_plan(const pbr_scope *scope, const char *name, const char *table,
                         const char *title, const char *about, const pbr_column *columns,
                         size_t columns_count, size_t rows_count,
                         void (*fill)(pbr_row *, const void *, size_t))
{
    return (pbr_sheet){.name = name,
                       .table = table,
                       .title = title,
                       .about = about,
                       .source = pbr_source_words(scope),
                       .columns = columns,
                       .columns_count = columns_count,
                       .rows_count = rows_count,
                       .fill = fill,
                       .context = scope,
                       .filter = true,
                       .landscape = true};
}

static void area_cells(pbr_row *row, const pbr_scope *scope, size_t area)
{
    pbr_cell_text(row, scope->contract->areas[area].code);
    pbr_cell_text(row, scope->contract->areas[area].name);
}

void pbr_cells_place(pbr_row *row, const pbr_scope *scope, size_t area, size_t cohort)
{
    area_cells(row, scope, area);
    pbr_cell_text(row, scope->contract->cohorts[cohort].name);
}

static const char *line_title(const pbr_line *line)
{
    return line ? pbr_or(line->title, line->id) : NULL;
}

static void status_cell(pbr_row *row, pbr_status status)
{
    pbr_style style = status == PBR_ILLUSTRATIVE ? PBR_STYLE_MARK : PBR_STYLE_TEXT;
    pbr_cell_styled(row, style, pbr_status_words(status));
}

static void provenance_cells(pbr_row *row, const char *clause, const char *source,
                             pbr_status status)
{
    pbr_cell_text(row, clause);
    pbr_cell_text(row, source);
    status_cell(row, status);
}

/* --- payments --- */

#define PAYMENT_COLUMNS                                                                            \
    PLACE_COLUMNS, {"Line", 17, PBR_STYLE_TEXT, false}, {"Result", 18, PBR_STYLE_TEXT, false},     \
        {"Units", 11, PBR_STYLE_UNITS, false}, {"Unit", 10.5, PBR_STYLE_TEXT, false},              \
        {"Unit price (£)", 11, PBR_STYLE_MONEY, false},                                            \
        {"Computed (£)", 14.5, PBR_STYLE_MONEY, true},                                             \
        {"After caps (£)", 14.5, PBR_STYLE_MONEY, true},                                           \
        {"Payable (£)", 14.5, PBR_STYLE_MONEY, true},                                              \
        {"Previously settled (£)", 14.5, PBR_STYLE_MONEY, true},                                   \
        {PBR_HEADER_DUE, 14.5, PBR_STYLE_MONEY, true}, {"Due date", 11, PBR_STYLE_DATE, false},    \
        {"Reason", 15, PBR_STYLE_TEXT, false},                                                     \
    {                                                                                              \
        "Not for payment", 14, PBR_STYLE_MARK, false                                               \
    }

static const pbr_column SCHEDULE[] = {PAYMENT_COLUMNS};
static const pbr_column PAYMENTS[] = {PAYMENT_COLUMNS,
                                      {"Disposition", 11, PBR_STYLE_TEXT, false},
                                      {"Provider", 19, PBR_STYLE_TEXT, false},
                                      {"Payee", 19, PBR_STYLE_TEXT, false},
                                      {"Terms", 11, PBR_STYLE_TEXT, false}};

static void unit_cells(pbr_row *row, const pbr_payment *payment)
{
    const pbr_result *result = payment->result;
    pbr_cell_ratio_if(row, result, payment->units);
    pbr_cell_text(row, result ? pbr_payment_unit(result->metric->kind) : NULL);
    pbr_cell_ratio_if(row, result, payment->price);
}

static void money_cells(pbr_row *row, const pbr_payment *payment)
{
    pbr_cell_money(row, payment->computed_pence);
    pbr_cell_money(row, payment->capped_pence);
    pbr_cell_money(row, payment->payable_pence);
    pbr_cell_money(row, payment->previous_pence);
    pbr_cell_money(row, payment->due_pence);
}

static void fill_schedule(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_payment *payment = scope->payments.at[index];
    pbr_cells_place(row, scope, payment->area, payment->cohort);
    pbr_cell_text(row, line_title(payment->line));
    pbr_cell_text(row, payment->result ? pbr_result_words(scope, payment->result) : NULL);
    unit_cells(row, payment);
    money_cells(row, payment);
    pbr_cell_date(row, payment->due_date);
    pbr_cell_text(row, pbr_reason_words(scope, payment));
    pbr_cell_text(row, pbr_illustrative_parts(scope, payment));
}

static void fill_payments(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_payment *payment = scope->payments.at[index];
    fill_schedule(row, context, index);
    pbr_cell_text(row, payment->disposition);
    pbr_cell_text(row, payment->provider);
    pbr_cell_text(row, payment->payee);
    pbr_cell_text(row, payment->rules ? payment->rules->name : NULL);
}

#define PAYMENTS_ABOUT                                                                             \
    "Amounts are in pounds; a positive amount is owed to the payee, a negative one by the payee. " \
    "Units are reoffenders or reoffences fewer than the baseline. " BLANKS

pbr_sheet pbr_sheet_schedule(const pbr_scope *scope)
{
    const char *title = pbr_arena_printf(scope->arena, "Schedule of payments to %s", scope->payee);
    pbr_sheet sheet = pbr_sheet_plan(scope, "Schedule", "schedule_lines", title, PAYMENTS_ABOUT,
                                     PBR_COLUMNS(SCHEDULE), scope->payments.count, fill_schedule);
    sheet.warning = pbr_illustrative_warning(scope);
    sheet.total = true;
    return sheet;
}

pbr_sheet pbr_sheet_payments(const pbr_scope *scope)
{
    pbr_sheet sheet =
        pbr_sheet_plan(scope, "Payments", "payment_lines", "Payments: every line of every area",
                       PAYMENTS_ABOUT, PBR_COLUMNS(PAYMENTS), scope->payments.count, fill_payments);
    sheet.warning = pbr_illustrative_warning(scope);
    sheet.total = true;
    return sheet;
}

/* --- payees --- */

static const pbr_column PAYEES[] = {
    {"Payee", 34, PBR_STYLE_LABEL, false},
    {"Providers", 34, PBR_STYLE_TEXT, false},
    {"Lines", 8, PBR_STYLE_INTEGER, true},
    {"Computed (£)", 17, PBR_STYLE_MONEY, true},
    {"Payable (£)", 17, PBR_STYLE_MONEY, true},
    {"Previously settled (£)", 17, PBR_STYLE_MONEY, true},
    {PBR_HEADER_DUE, 17, PBR_STYLE_MONEY, true},
};

static void add_payment(pbr_row *row, pbr_payment *sum, const pbr_payment *payment)
{
    bool fits = pbr_pence_add(&sum->computed_pence, payment->computed_pence) &&
                pbr_pence_add(&sum->payable_pence, payment->payable_pence) &&
                pbr_pence_add(&sum->previous_pence, payment->previous_pence) &&
                pbr_pence_add(&sum->due_pence, payment->due_pence);
    if (!fits) pbr_row_fail(row, "a sum of money does not fit in 63 bits");
}

static void fill_payees(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const char *payee = scope->settlement->payees[index];
    pbr_list providers = {0};
    pbr_payment sum = {.computed_pence = 0};
    int64_t lines = 0;
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (strcmp(payment->payee, payee) != 0) continue;
        pbr_list_add_text(&providers, payment->provider);
        add_payment(row, &sum, payment);
        lines++;
    }
    pbr_cell_text(row, payee);
    pbr_cell_text(row, pbr_list_words(scope->arena, &providers));
    pbr_cell_int(row, lines);
    pbr_cell_money(row, sum.computed_pence);
    pbr_cell_money(row, sum.payable_pence);
    pbr_cell_money(row, sum.previous_pence);
    pbr_cell_money(row, sum.due_pence);
    pbr_list_free(&providers);
}

pbr_sheet pbr_sheet_payees(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Payees", "payees", "Payees: what each is owed",
        "Amounts are in pounds; a negative amount is owed by the payee. Each payee has a schedule "
        "of its own.",
        PBR_COLUMNS(PAYEES), scope->settlement->payees_count, fill_payees);
    sheet.warning = pbr_illustrative_warning(scope);
    sheet.total = true;
    return sheet;
}

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

/* The sum due on a line, or on every line where line is NULL. False if there is no such payment. */
static bool sum_due(pbr_row *row, const pbr_scope *scope, size_t area, size_t cohort,
                    const char *line, int64_t *due)
{
    bool any = false;
    pbr_payment sum = {.due_pence = 0};
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (payment->area != area || payment->cohort != cohort) continue;
        if (line && (!payment->line || strcmp(payment->line->id, line) != 0)) continue;
        add_payment(row, &sum, payment);
        any = true;
    }
    *due = sum.due_pence;
    return any;
}

static void due_cell(pbr_row *row, const summary *table, size_t index, const char *line)
{
    int64_t due;
    if (sum_due(row, table->scope, table->areas[index], table->cohorts[index], line, &due))
        pbr_cell_money(row, due);
    else
        pbr_cell_blank(row);
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
        pbr_cell_text(row, result ? pbr_verdict_text(result->verdict) : NULL);
        due_cell(row, table, index, line);
    }
    due_cell(row, table, index, NULL);
}

static const pbr_column *summary_columns(const pbr_scope *scope, size_t *count)
{
    size_t lines = scope->lines.count;
    *count = PLACES + 2 * lines + 1;
    pbr_column *columns = pbr_arena_alloc(scope->arena, *count * sizeof *columns);
    memcpy(columns, SUMMARY_PLACE, sizeof SUMMARY_PLACE);
    for (size_t i = 0; i < lines; i++) {
        const char *line = scope->lines.at[i];
        columns[PLACES + 2 * i] = (pbr_column){pbr_arena_printf(scope->arena, "%s: result", line),
                                               11, PBR_STYLE_TEXT, false};
        columns[PLACES + 2 * i + 1] = (pbr_column){
            pbr_arena_printf(scope->arena, "%s: due (£)", line), 15, PBR_STYLE_MONEY, true};
    }
    columns[*count - 1] = (pbr_column){PBR_HEADER_DUE, 15, PBR_STYLE_MONEY, true};
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
        "For each line its result against the baseline and what is due, in pounds. " BLANKS,
        columns, columns_count, table->rows_count, fill_summary);
    sheet.context = table;
    sheet.warning = pbr_illustrative_warning(scope);
    sheet.total = true;
    return sheet;
}

/* --- results --- */

static const pbr_column RESULTS[] = {PLACE_COLUMNS,
                                     {"Line", 17, PBR_STYLE_TEXT, false},
                                     {"Unit of rates", 13, PBR_STYLE_TEXT, false},
                                     {"Cases", 8, PBR_STYLE_INTEGER, false},
                                     {"Rate", 10, PBR_STYLE_PERCENT, false},
                                     {"Case-mix adjustment", 11, PBR_STYLE_PERCENT, false},
                                     {PBR_HEADER_ADJUSTED, 10, PBR_STYLE_PERCENT, false},
                                     {PBR_HEADER_BASELINE, 10, PBR_STYLE_PERCENT, false},
                                     {PBR_HEADER_LOWER, 10, PBR_STYLE_PERCENT, false},
                                     {PBR_HEADER_UPPER, 10, PBR_STYLE_PERCENT, false},
                                     {"Termination point", 11, PBR_STYLE_PERCENT, false},
                                     {"Result", 19, PBR_STYLE_TEXT, false},
                                     {"Flags", 17, PBR_STYLE_MARK, false}};

static void rate_cells(pbr_row *row, const pbr_result *result)
{
    const pbr_baseline *baseline = result->baseline;
    bool tested = result->verdict != PBR_NO_RESULT;
    bool adjusts = result->metric->adjust != PBR_NO_ADJUSTMENT;
    pbr_cell_ratio_if(row, result->has_rate, result->rate);
    pbr_cell_ratio_if(row, result->has_rate && adjusts, result->adjustment);
    pbr_cell_ratio_if(row, result->has_rate, result->adjusted);
    if (baseline)
        pbr_cell_ratio(row, baseline->rate);
    else
        pbr_cell_blank(row);
    pbr_cell_ratio_if(row, tested, result->lower);
    pbr_cell_ratio_if(row, tested, result->upper);
    if (baseline && baseline->has_terminate)
        pbr_cell_ratio(row, baseline->terminate);
    else
        pbr_cell_blank(row);
}

static void fill_results(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_result *result = scope->results.at[index];
    pbr_cells_place(row, scope, result->area, result->cohort);
    pbr_cell_text(row, line_title(result->line));
    pbr_cell_text(row, pbr_rate_unit(result->metric->kind));
    pbr_cell_int(row, result->cases);
    rate_cells(row, result);
    pbr_cell_text(row, pbr_result_words(scope, result));
    pbr_cell_text(row, pbr_flag_words(scope, result));
}

pbr_sheet pbr_sheet_results(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Results", "results", "Results: each rate against its baseline and limits",
        "Rows stand by cohort, line and area. Binary rates are in percent and their adjustment in "
        "percentage points; frequency rates are reoffences per reoffender. Cases are the persons "
        "that the rate is taken over. " BLANKS,
        PBR_COLUMNS(RESULTS), scope->results.count, fill_results);
}

/* --- caps --- */

static const pbr_column CAPS[] = {
    {PBR_HEADER_AREA_CODE, 7, PBR_STYLE_LABEL, false},
    {"Area", 26, PBR_STYLE_TEXT, false},
    {"Cap", 12, PBR_STYLE_TEXT, false},
    {"Contract year", 11, PBR_STYLE_TEXT, false},
    {"Limit (£)", 17, PBR_STYLE_MONEY, false},
    {"Computed (£)", 17, PBR_STYLE_MONEY, false},
    {"Payable (£)", 17, PBR_STYLE_MONEY, false},
    {"Use", 22, PBR_STYLE_TEXT, false},
};

static void fill_caps(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_cap_use *use = scope->caps.at[index];
    area_cells(row, scope, use->area);
    pbr_cell_text(row, use->cap->id);
    pbr_cell_text(row, use->contract_year);
    pbr_cell_money(row, use->limit_pence);
    pbr_cell_money(row, use->computed_pence);
    pbr_cell_money(row, use->payable_pence);
    bool limited = use->payable_pence != use->computed_pence;
    pbr_cell_text(row, limited ? "limits what is payable" : "within the limit");
}

pbr_sheet pbr_sheet_caps(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Caps", "caps", "Caps: how far each limit is used",
        "Amounts are in pounds, over all cohorts of the contract year settled so far, in this "
        "settlement and earlier ones.",
        PBR_COLUMNS(CAPS), scope->caps.count, fill_caps);
}

/* --- attrition and measures --- */

static const pbr_column ATTRITION[] = {PLACE_COLUMNS,
                                       {"Stage", 13, PBR_STYLE_TEXT, false},
                                       {"Rule", 16, PBR_STYLE_TEXT, false},
                                       {"Reason", 34, PBR_STYLE_TEXT, false},
                                       {"Clause", 28, PBR_STYLE_TEXT, false},
                                       {"Starts", 10, PBR_STYLE_INTEGER, false},
                                       {"Reoffenders", 12, PBR_STYLE_INTEGER, false},
                                       {"Reoffences", 11, PBR_STYLE_INTEGER, false},
                                       {"Score sum", 15, PBR_STYLE_SCORE, false}};

static void fill_attrition(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_attrition *item = scope->attrition.at[index];
    pbr_cells_place(row, scope, item->area, item->cohort);
    pbr_cell_text(row, item->stage);
    pbr_cell_text(row, item->reason);
    pbr_cell_text(row, item->title);
    pbr_cell_text(row, item->clause);
    pbr_cell_int(row, item->starts);
    pbr_cell_int(row, item->reoffenders);
    pbr_cell_int(row, item->reoffences);
    pbr_cell_ratio(row, item->ogrs_sum);
}

pbr_sheet pbr_sheet_attrition(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Attrition", "attrition", "Attrition: where each start ended",
        "Each start of an area and cohort ends in exactly one row; the outcomes of those left out "
        "stand beside them. Score sums are in percentage points.",
        PBR_COLUMNS(ATTRITION), scope->attrition.count, fill_attrition);
}

static const pbr_column MEASURES[] = {PLACE_COLUMNS,
                                      {"Starts", 10, PBR_STYLE_INTEGER, false},
                                      {"Eligible", 10, PBR_STYLE_INTEGER, false},
                                      {"Measurable", 11, PBR_STYLE_INTEGER, false},
                                      {"Reoffenders", 12, PBR_STYLE_INTEGER, false},
                                      {"Reoffences", 11, PBR_STYLE_INTEGER, false},
                                      {"Sum of squared reoffences", 13, PBR_STYLE_INTEGER, false},
                                      {"Score sum", 15, PBR_STYLE_SCORE, false},
                                      {"Score sum of reoffenders", 15, PBR_STYLE_SCORE, false},
                                      {"Sum of squared scores", 17, PBR_STYLE_SCORE, false},
                                      {"Snapshot", 11, PBR_STYLE_DATE, false},
                                      {"Ripe", 7, PBR_STYLE_TEXT, false}};

static void fill_measures(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_measure *measure = &scope->measures->measures[index];
    pbr_cells_place(row, scope, measure->area, measure->cohort);
    pbr_cell_int(row, measure->starts);
    pbr_cell_int(row, measure->eligible);
    pbr_cell_int(row, measure->measurable);
    pbr_cell_int(row, measure->reoffenders);
    pbr_cell_int(row, measure->reoffences);
    pbr_cell_ratio_if(row, measure->has_squared, measure->reoffences_squared);
    pbr_cell_ratio_if(row, measure->has_ogrs_sum, measure->ogrs_sum);
    pbr_cell_ratio_if(row, measure->has_ogrs_sum_reoffenders, measure->ogrs_sum_reoffenders);
    pbr_cell_ratio_if(row, measure->has_ogrs_squares, measure->ogrs_squares);
    pbr_cell_date(row, measure->snapshot);
    pbr_cell_text(row, measure->ripe ? "yes" : "no");
}

pbr_sheet pbr_sheet_measures(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Measures", "measures", "Measures: the counts and sums that results rest on",
        "Starts are rows; eligible, measurable and reoffenders are persons. Scores are in "
        "percentage points. Cohorts that this settlement does not settle are listed too. " BLANKS,
        PBR_COLUMNS(MEASURES), scope->measures->measures_count, fill_measures);
}

/* --- what the contract says --- */

static const pbr_column TERMS[] = {{"File", 23, PBR_STYLE_TEXT, false},
                                   {"Term", 34, PBR_STYLE_LABEL, false},
                                   {"Value", 32, PBR_STYLE_TEXT, false},
                                   PROVENANCE_COLUMNS};

static void fill_terms(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_term *term = scope->terms.at[index];
    pbr_cell_text(row, term->file);
    pbr_cell_text(row, term->path);
    pbr_cell_text(row, term->value);
    provenance_cells(row, term->clause, term->source, term->status);
}

pbr_sheet pbr_sheet_terms(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Terms", "terms", "Terms used: every choice that this settlement follows",
        "The scheme, and each version of the rules that applies to a result shown here. A term "
        "that "
        "is illustrative is a value made up for a sample and must not be paid on.",
        PBR_COLUMNS(TERMS), scope->terms.count, fill_terms);
}

static const pbr_column BASELINES[] = {{PBR_HEADER_AREA_CODE, 7, PBR_STYLE_LABEL, false},
                                       {"Area", 21, PBR_STYLE_TEXT, false},
                                       {"Cohort", 9, PBR_STYLE_TEXT, false},
                                       {"Metric", 11, PBR_STYLE_TEXT, false},
                                       {"Year", 9, PBR_STYLE_TEXT, false},
                                       {"Cases", 8, PBR_STYLE_INTEGER, false},
                                       {PBR_HEADER_BASELINE, 10, PBR_STYLE_PERCENT, false},
                                       {"Standard deviation", 10, PBR_STYLE_PERCENT, false},
                                       {"Mean score", 10, PBR_STYLE_PERCENT, false},
                                       {PBR_HEADER_LOWER, 10, PBR_STYLE_PERCENT, false},
                                       {PBR_HEADER_UPPER, 10, PBR_STYLE_PERCENT, false},
                                       {"Termination point", 11, PBR_STYLE_PERCENT, false},
                                       PROVENANCE_COLUMNS};

static void fill_baselines(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_baseline *baseline = scope->baselines.at[index];
    area_cells(row, scope, baseline->area);
    pbr_cell_text(row, baseline->cohort);
    pbr_cell_text(row, baseline->metric);
    pbr_cell_text(row, baseline->year);
    if (baseline->has_cases)
        pbr_cell_int(row, baseline->cases);
    else
        pbr_cell_blank(row);
    pbr_cell_ratio(row, baseline->rate);
    pbr_cell_ratio_if(row, baseline->has_sd, baseline->sd);
    pbr_cell_ratio_if(row, baseline->has_ogrs_mean, baseline->ogrs_mean);
    pbr_cell_ratio_if(row, baseline->has_lower, baseline->lower);
    pbr_cell_ratio_if(row, baseline->has_upper, baseline->upper);
    pbr_cell_ratio_if(row, baseline->has_terminate, baseline->terminate);
    provenance_cells(row, baseline->source.clause, baseline->source.source,
                     baseline->source.status);
}

pbr_sheet pbr_sheet_baselines(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Baselines", "baselines", "Baselines used",
        "Binary baselines are in percent, frequency baselines in reoffences per reoffender, mean "
        "scores in percent. Limits stand here only where the contract tables them. " BLANKS,
        PBR_COLUMNS(BASELINES), scope->baselines.count, fill_baselines);
}

static const pbr_column PRICES[] = {{PBR_HEADER_AREA_CODE, 7, PBR_STYLE_LABEL, false},
                                    {"Area", 24, PBR_STYLE_TEXT, false},
                                    {"Contract year", 10, PBR_STYLE_TEXT, false},
                                    {"Price or amount", 26, PBR_STYLE_TEXT, false},
                                    {"Value (£)", 17, PBR_STYLE_MONEY, false},
                                    PROVENANCE_COLUMNS};

static void fill_prices(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_price_used *used = scope->prices.at[index];
    const pbr_price *price = used->price;
    area_cells(row, scope, price->area);
    pbr_cell_text(row, price->contract_year);
    pbr_cell_text(row, scope->contract->money_columns[used->column]);
    pbr_cell_ratio(row, price->amounts[used->column]);
    provenance_cells(row, price->source.clause, price->source.source, price->source.status);
}

pbr_sheet pbr_sheet_prices(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Prices", "prices", "Prices and amounts used",
        "In pounds, for the contract years of the cohorts shown here: unit prices "
        "of the lines, and the amounts that caps are made of.",
        PBR_COLUMNS(PRICES), scope->prices.count, fill_prices);
}

static const pbr_column SOURCES[] = {{"Source", 22, PBR_STYLE_LABEL, false},
                                     {"Title", 60, PBR_STYLE_TEXT, false},
                                     {"Where it is", 40, PBR_STYLE_TEXT, false}};

static void fill_sources(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_document *document = &scope->contract->scheme->documents[index];
    pbr_cell_text(row, document->id);
    pbr_cell_text(row, document->title);
    pbr_cell_text(row, document->where);
}

pbr_sheet pbr_sheet_sources(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Sources", "sources", "Sources of the terms",
        "The documents that the terms, baselines and prices name as their source.",
        PBR_COLUMNS(SOURCES), scope->contract->scheme->documents_count, fill_sources);
    sheet.filter = false;
    return sheet;
}

/* --- notes, checks, inputs --- */

static const pbr_column NOTES[] = {{"Note", 7, PBR_STYLE_INTEGER, false},
                                   {"What it says", 100, PBR_STYLE_TEXT, false}};

static void fill_notes(pbr_row *row, const void *context, size_t index)
{
    const pbr_list *notes = context;
    pbr_cell_int(row, (int64_t)index + 1);
    pbr_cell_text(row, notes->at[index]);
}

pbr_sheet pbr_sheet_notes(const pbr_scope *scope)
{
    pbr_list found = {0};
    pbr_notes(scope, &found);
    pbr_list *notes = pbr_arena_alloc(scope->arena, sizeof *notes);
    notes->at = pbr_arena_alloc(scope->arena, found.count * sizeof *found.at);
    notes->count = found.count;
    memcpy(notes->at, found.at, found.count * sizeof *found.at);
    pbr_list_free(&found);
    pbr_sheet sheet = pbr_sheet_plan(scope, "Notes", "notes", "Notes",
                                     "How to read this workbook, and what its terms choose.",
                                     PBR_COLUMNS(NOTES), notes->count, fill_notes);
    sheet.context = notes;
    sheet.filter = sheet.landscape = false;
    return sheet;
}

static const pbr_column CHECKS[] = {{"Check", 26, PBR_STYLE_LABEL, false},
                                    {"Severity", 10, PBR_STYLE_TEXT, false},
                                    {"Count", 11, PBR_STYLE_INTEGER, false},
                                    {"Share (%)", 10, PBR_STYLE_SHARE, false},
                                    {"Example", 74, PBR_STYLE_TEXT, false}};

static const char *const SEVERITIES[] = {
    [PBR_NOTE] = "note", [PBR_WARNING] = "warning", [PBR_ERROR] = "error"};

static const char *example_words(const pbr_scope *scope, const pbr_finding *finding)
{
    if (!finding->kept) return NULL;
    const struct pbr_problem *problem = &finding->problems[0];
    if (!problem->file) return problem->message;
    if (!problem->line)
        return pbr_arena_printf(scope->arena, "%s: %s", problem->file, problem->message);
    return pbr_arena_printf(scope->arena, "%s:%ld: %s", problem->file, problem->line,
                            problem->message);
}

static void share_cell(pbr_row *row, const pbr_finding *finding)
{
    mpq_t share;
    if (finding->total <= 0) {
        pbr_cell_blank(row);
        return;
    }
    mpq_init(share);
    pbr_ratio_set(share, finding->count, finding->total);
    mpz_mul_ui(mpq_numref(share), mpq_numref(share), 100);
    mpq_canonicalize(share);
    pbr_cell_ratio(row, share);
    mpq_clear(share);
}

static void fill_checks(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_finding *finding = &scope->facts->findings[index];
    pbr_cell_text(row, finding->id);
    pbr_cell_text(row, SEVERITIES[finding->severity]);
    pbr_cell_int(row, finding->count);
    share_cell(row, finding);
    pbr_cell_text(row, example_words(scope, finding));
}

pbr_sheet pbr_sheet_checks(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Checks", "checks", "Checks of the data and the terms",
        "Count is how often it was found; share is of the rows or cases that could "
        "have shown it. One example of each. " BLANKS,
        PBR_COLUMNS(CHECKS), scope->facts->findings_count, fill_checks);
}

static const pbr_column INPUTS[] = {{"File", 50, PBR_STYLE_LABEL, false},
                                    {"Role", 14, PBR_STYLE_TEXT, false},
                                    {"SHA-256", 68, PBR_STYLE_TEXT, false}};

static void fill_inputs(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_input_fact *input = &scope->facts->inputs[index];
    pbr_cell_text(row, input->name);
    pbr_cell_text(row, input->role);
    pbr_cell_text(row, input->sha256);
}

pbr_sheet pbr_sheet_inputs(const pbr_scope *scope)
{
    pbr_sheet sheet =
        pbr_sheet_plan(scope, "Inputs", "inputs", "Inputs: the files this settlement was made from",
                       "The SHA-256 of a file changes with any change to it.", PBR_COLUMNS(INPUTS),
                       scope->facts->inputs_count, fill_inputs);
    sheet.filter = false;
    return sheet;
}
