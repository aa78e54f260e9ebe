/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of measures: results, attrition, counts. */
#include "report/sheet_parts.h"
#include "report/words.h"

/* --- results --- */

static const pbr_column RESULTS[] = {
    PLACE_COLUMNS,
    COLUMN("Line", 21, TEXT),
    COLUMN("Unit of rates", 13, TEXT),
    COLUMN("Cases", 8, INTEGER),
    COLUMN("Rate", 10, PERCENT),
    COLUMN("Case-mix adjustment", 11, PERCENT),
    COLUMN(PBR_HEADER_ADJUSTED, 10, PERCENT),
    COLUMN(PBR_HEADER_BASELINE, 10, PERCENT),
    COLUMN(PBR_HEADER_LOWER, 10, PERCENT),
    COLUMN(PBR_HEADER_UPPER, 10, PERCENT),
    COLUMN("Termination point", 11, PERCENT),
    COLUMN("Result", 19, TEXT),
    COLUMN("To note", 17, MARK),
};

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
    pbr_cell_text(row, pbr_line_title(result->line));
    pbr_cell_text(row, pbr_rate_unit(result->metric->kind));
    pbr_cell_int(row, result->cases);
    rate_cells(row, result);
    pbr_cell_text(row, pbr_result_words(scope, result));
    pbr_cell_text(row, pbr_flag_words(scope, result));
}

pbr_sheet pbr_sheet_results(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Results", "results", "Results: each rate against its baseline and limits",
        "Rows stand by cohort, line and area. Binary rates are in percent and their adjustment in "
        "percentage points; frequency rates are reoffences per reoffender. Cases are the persons "
        "that the rate is taken over. " BLANKS,
        PBR_COLUMNS(RESULTS), scope->results.count, fill_results);
    sheet.warning = pbr_warning(scope);
    return sheet;
}

/* --- attrition and measures --- */

static const pbr_column ATTRITION[] = {
    PLACE_COLUMNS,
    COLUMN("Stage", 13, TEXT),
    COLUMN("Rule", 16, TEXT),
    COLUMN("Reason", 44, TEXT),
    COLUMN("Clause", 31, TEXT),
    COLUMN("Starts", 9, INTEGER),
    COLUMN("Reoffenders", 12, INTEGER),
    COLUMN("Reoffences", 11, INTEGER),
    COLUMN("Score sum", 13, SCORE),
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

static const pbr_column MEASURES[] = {
    PLACE_COLUMNS,
    COLUMN("Starts", 10, INTEGER),
    COLUMN("Eligible", 10, INTEGER),
    COLUMN("Measurable", 11, INTEGER),
    COLUMN("Reoffenders", 12, INTEGER),
    COLUMN("Reoffences", 11, INTEGER),
    COLUMN("Sum of squared reoffences", 13, INTEGER),
    COLUMN("Score sum", 15, SCORE),
    COLUMN("Score sum of reoffenders", 15, SCORE),
    COLUMN("Sum of squared scores", 17, SCORE),
    COLUMN("Snapshot", 11, DATE),
    COLUMN("Ripe", 7, TEXT),
    COLUMN("Complete", 10, TEXT),
};

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
    pbr_cell_text(row, measure->complete ? "yes" : "no");
}

pbr_sheet pbr_sheet_measures(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Measures", "measures", "Measures: the counts and sums that results rest on",
        "Starts are rows; eligible, measurable and reoffenders are persons. Scores are in "
        "percentage points. Ripe: follow-up and waiting period were over at the snapshot. "
        "Complete: every "
        "quarter that a year is made of is in the data. Cohorts that this settlement does not "
        "settle "
        "are listed too. " BLANKS,
        PBR_COLUMNS(MEASURES), scope->measures->measures_count, fill_measures);
}
