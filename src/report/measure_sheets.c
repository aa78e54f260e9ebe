/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of measures: results, attrition, counts. */
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

/* --- results --- */

static void place_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    pbr_cells_place(row, scope, result->area, result->cohort);
    pbr_cell_text(row, pbr_line_title(result->line));
    pbr_cell_text(row, pbr_rate_unit(result->metric->kind));
}

static void compared_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    pbr_cell_text(row, pbr_compared_words(scope, item));
}

static void rate_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    (void)scope;
    pbr_cell_int(row, result->cases);
    pbr_cell_ratio_if(row, result->has_rate, result->rate);
}

static void adjustment_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    bool adjusts = result->metric->adjust != PBR_NO_ADJUSTMENT;
    (void)scope;
    pbr_cell_ratio_if(row, result->has_rate && adjusts, result->adjustment);
}

/* Limits are shown where there is a verdict: nothing was compared otherwise. */
static void limit_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    bool tested = result->verdict != PBR_NO_RESULT;
    (void)scope;
    pbr_cell_ratio_if(row, result->has_rate, result->adjusted);
    if (result->baseline)
        pbr_cell_ratio(row, result->baseline->rate);
    else
        pbr_cell_blank(row);
    pbr_cell_ratio_if(row, tested, result->lower);
    pbr_cell_ratio_if(row, tested, result->upper);
}

static void around_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    bool limits = result->verdict != PBR_NO_RESULT && pbr_result_has_limits(result);
    (void)scope;
    pbr_cell_text(row, !limits ? NULL : result->around_cohort ? "adjusted rate" : "baseline");
}

static void error_cell(pbr_row *row, double error)
{
    if (error > 0)
        pbr_cell_double(row, error);
    else
        pbr_cell_blank(row);
}

static void error_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    (void)scope;
    error_cell(row, result->lower_error);
    error_cell(row, result->upper_error);
}

static void change_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_result *result = item;
    (void)scope;
    pbr_cell_ratio_if(row, result->verdict != PBR_NO_RESULT, result->change);
    pbr_cell_text(row, pbr_change_unit(result->line, result->metric));
}

static void termination_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_baseline *baseline = ((const pbr_result *)item)->baseline;
    (void)scope;
    if (baseline && baseline->has_terminate)
        pbr_cell_ratio(row, baseline->terminate);
    else
        pbr_cell_blank(row);
}

static void verdict_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    pbr_cell_text(row, pbr_result_words(scope, item));
    pbr_cell_text(row, pbr_flag_words(scope, item));
}

/* Does any result have what a column shows? */
static bool any_result(const pbr_scope *scope, bool (*has)(const pbr_result *))
{
    for (size_t i = 0; i < scope->results.count; i++)
        if (has(scope->results.at[i])) return true;
    return false;
}

static bool adjusts(const pbr_result *result)
{
    return result->metric->adjust != PBR_NO_ADJUSTMENT;
}

static bool has_error(const pbr_result *result)
{
    return result->lower_error > 0 || result->upper_error > 0;
}

static bool is_around_cohort(const pbr_result *result)
{
    return result->around_cohort;
}

static bool has_terminate(const pbr_result *result)
{
    return result->baseline && result->baseline->has_terminate;
}

static bool needs_adjustment(const pbr_scope *scope)
{
    return any_result(scope, adjusts);
}

static bool needs_errors(const pbr_scope *scope)
{
    return any_result(scope, has_error);
}

static bool needs_around(const pbr_scope *scope)
{
    return any_result(scope, is_around_cohort);
}

static bool needs_termination(const pbr_scope *scope)
{
    return any_result(scope, has_terminate);
}

static const pbr_part RESULTS[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, place_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Cohort", 8, TEXT), NULL, NULL},
    {PBR_COLUMN("Line", 21, TEXT), NULL, NULL},
    {PBR_COLUMN("Unit of rates", 13, TEXT), NULL, NULL},
    {PBR_COLUMN("Compared with", 12, TEXT), NULL, compared_cell},
    {PBR_COLUMN("Cases", 8, INTEGER), NULL, rate_cells},
    {PBR_COLUMN("Rate", 10, PERCENT), NULL, NULL},
    {PBR_COLUMN("Case-mix adjustment", 11, PERCENT), needs_adjustment, adjustment_cell},
    {PBR_COLUMN(PBR_HEADER_ADJUSTED, 10, PERCENT), NULL, limit_cells},
    {PBR_COLUMN(PBR_HEADER_BASELINE, 10, PERCENT), NULL, NULL},
    {PBR_COLUMN(PBR_HEADER_LOWER, 10, PERCENT), NULL, NULL},
    {PBR_COLUMN(PBR_HEADER_UPPER, 10, PERCENT), NULL, NULL},
    {PBR_COLUMN("Limits stand around", 10, TEXT), needs_around, around_cell},
    {PBR_COLUMN("Monte Carlo error, lower", 11, PERCENT), needs_errors, error_cells},
    {PBR_COLUMN("Monte Carlo error, upper", 11, PERCENT), needs_errors, NULL},
    {PBR_COLUMN("Change (a fall is positive)", 14, PERCENT), NULL, change_cells},
    {PBR_COLUMN("Unit of the change", 13, TEXT), NULL, NULL},
    {PBR_COLUMN("Termination point", 11, PERCENT), needs_termination, termination_cell},
    {PBR_COLUMN("Result", 19, TEXT), NULL, verdict_cells},
    {PBR_COLUMN("To note", 17, MARK), NULL, NULL},
};

pbr_sheet pbr_sheet_results(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_of_parts(
        scope, "Results", "results",
        "Results: each rate against what it is compared with, and its limits",
        "Rows stand by cohort, line and area. Rates, limits and baselines are in the unit of rates "
        "of their row, the adjustment in percentage points. Cases are the persons that the rate is "
        "taken over. A control group or an earlier cohort stands in the column Baseline. These are "
        "the program's own figures: they stay as they are where an input is changed. " PBR_BLANKS,
        PBR_COLUMNS(RESULTS), &scope->results);
    sheet.warning = pbr_warning(scope);
    return sheet;
}

/* --- attrition and measures --- */

static const pbr_book_column ATTRITION[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Stage", 13, TEXT),
    PBR_COLUMN("Rule", 16, TEXT),
    PBR_COLUMN("Reason", 44, TEXT),
    PBR_COLUMN("Clause", 31, TEXT),
    PBR_COLUMN("Starts", 9, INTEGER),
    PBR_COLUMN("Reoffenders", 12, INTEGER),
    PBR_COLUMN("Reoffences", 11, INTEGER),
    PBR_COLUMN("Score sum", 13, SCORE),
};

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

static void count_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    pbr_cells_place(row, scope, measure->area, measure->cohort);
}

static void group_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_text(row, ((const pbr_measure *)item)->control ? "control" : "treated");
}

static void sum_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    (void)scope;
    pbr_cell_int(row, measure->starts);
    pbr_cell_int(row, measure->eligible);
    pbr_cell_int(row, measure->measurable);
    pbr_cell_int(row, measure->reoffenders);
    pbr_cell_int(row, measure->reoffences);
    pbr_cell_ratio_if(row, measure->has_squared, measure->reoffences_squared);
    pbr_cell_ratio_if(row, measure->has_ogrs_sum, measure->ogrs_sum);
    pbr_cell_ratio_if(row, measure->has_ogrs_sum_reoffenders, measure->ogrs_sum_reoffenders);
    pbr_cell_ratio_if(row, measure->has_ogrs_squares, measure->ogrs_squares);
}

static void days_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    (void)scope;
    pbr_cell_ratio_if(row, measure->has_days, measure->days);
    pbr_cell_ratio_if(row, measure->has_days_squared, measure->days_squared);
}

static void expected_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    (void)scope;
    pbr_cell_ratio_if(row, measure->has_expected, measure->expected);
}

static void weight_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    (void)scope;
    pbr_cell_ratio_if(row, measure->has_weight_squares, measure->weight_squares);
}

static void state_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_measure *measure = item;
    (void)scope;
    pbr_cell_date(row, measure->snapshot);
    pbr_cell_text(row, measure->ripe ? "yes" : "no");
    pbr_cell_text(row, measure->complete ? "yes" : "no");
}

static bool any_measure(const pbr_scope *scope, bool (*has)(const pbr_measure *))
{
    for (size_t i = 0; i < scope->measured.count; i++)
        if (has(scope->measured.at[i])) return true;
    return false;
}

static bool is_control(const pbr_measure *measure)
{
    return measure->control;
}

static bool has_days(const pbr_measure *measure)
{
    return measure->has_days && mpq_sgn(measure->days) != 0;
}

static bool has_expected(const pbr_measure *measure)
{
    return measure->has_expected && mpq_sgn(measure->expected) != 0;
}

static bool has_weights(const pbr_measure *measure)
{
    return measure->has_weight_squares && mpq_sgn(measure->weight_squares) != 0;
}

static bool needs_group(const pbr_scope *scope)
{
    return any_measure(scope, is_control);
}

static bool needs_days(const pbr_scope *scope)
{
    return any_measure(scope, has_days);
}

static bool needs_expected(const pbr_scope *scope)
{
    return any_measure(scope, has_expected);
}

static bool needs_weights(const pbr_scope *scope)
{
    return any_measure(scope, has_weights);
}

static const pbr_part MEASURES[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, count_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Cohort", 8, TEXT), NULL, NULL},
    {PBR_COLUMN("Group", 9, TEXT), needs_group, group_cell},
    {PBR_INPUT("Starts", 10, INTEGER), NULL, sum_cells},
    {PBR_INPUT("Eligible", 10, INTEGER), NULL, NULL},
    {PBR_INPUT("Measurable", 11, INTEGER), NULL, NULL},
    {PBR_INPUT("Reoffenders", 12, INTEGER), NULL, NULL},
    {PBR_INPUT("Reoffences", 11, INTEGER), NULL, NULL},
    {PBR_INPUT("Sum of squared reoffences", 13, INTEGER), NULL, NULL},
    {PBR_INPUT("Score sum", 15, SCORE), NULL, NULL},
    {PBR_INPUT("Score sum of reoffenders", 15, SCORE), NULL, NULL},
    {PBR_INPUT("Sum of squared scores", 17, SCORE), NULL, NULL},
    {PBR_INPUT("Days", 13, SCORE), needs_days, days_cells},
    {PBR_INPUT("Sum of squared days", 15, SCORE), needs_days, NULL},
    {PBR_INPUT("Expected persons with an event", 13, SCORE), needs_expected, expected_cell},
    {PBR_INPUT("Sum of squared weights", 13, SCORE), needs_weights, weight_cell},
    {PBR_COLUMN("Snapshot", 11, DATE), NULL, state_cells},
    {PBR_COLUMN("Ripe", 7, TEXT), NULL, NULL},
    {PBR_COLUMN("Complete", 10, TEXT), NULL, NULL},
};

pbr_sheet pbr_sheet_measures(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(
        scope, "Measures", "measures", "Measures: the counts and sums that results rest on",
        "Starts are rows; eligible, measurable and reoffenders are persons. Scores are in "
        "percentage points. Ripe: follow-up and waiting period were over at the snapshot. "
        "Complete: every quarter that a year is made of is in the data. Cohorts that this "
        "settlement does not settle are listed too. " PBR_BLANKS,
        PBR_COLUMNS(MEASURES), &scope->measured);
}
