/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/settlement_book.h"

#include "report/chart.h"
#include "report/cover.h"
#include "report/sheets.h"
#include "report/words.h"

#include <stdlib.h>

/* In order; the charts come after the results. A sheet without rows is left out. */
static pbr_sheet (*const SHEETS[])(const pbr_scope *) = {
    pbr_sheet_payees,    pbr_sheet_summary, pbr_sheet_payments, pbr_sheet_caps,
    pbr_sheet_results,   pbr_sheet_checks,  pbr_sheet_notes,    pbr_sheet_terms,
    pbr_sheet_baselines, pbr_sheet_prices,  pbr_sheet_sources,  pbr_sheet_attrition,
    pbr_sheet_measures,  pbr_sheet_inputs,
};
enum { PAYEES, SUMMARY, PAYMENTS, CAPS, RESULTS, BEFORE_CHARTS };
enum { SHEETS_COUNT = sizeof SHEETS / sizeof *SHEETS };

static const char PURPOSE[] =
    "What each area and line of the contract came to, what is due to whom, and everything those "
    "figures rest on.";
static const char GUIDE[] =
    "Begin with what is due to each payee and the summary by area. Payments has every line, "
    "Results every test. Terms, Baselines and Prices say where each value comes from. Checks names "
    "what was found in the data and should be read before anything is paid.";
static const char GUIDE_UNPRICED[] =
    "Begin with the summary by area; Results has every test. Terms and Baselines say where each "
    "value comes from. Checks, where there is that sheet, names what was found in the data.";
static const char LIMITS[] =
    "The workbook applies the contract's terms to counts. It does not say why reoffending changed. "
    "Rulings and money outside the mechanism are not in it. Its figures hold for this data, these "
    "terms and this version of the program.";

static void add_money(pbr_cover *cover, const pbr_sheet *sheets, pbr_list *totals)
{
    const pbr_scope *scope = cover->scope;
    if (!scope->payments.count) {
        pbr_cover_text(cover, "Total due, all payees",
                       "Nothing is priced: no line that is settled here has both a price and a "
                       "cohort that is ripe. The workbook states results only.");
        return;
    }
    for (size_t i = PAYEES; i <= PAYMENTS; i++)
        pbr_list_add(totals, pbr_total_cell(scope, &sheets[i], PBR_HEADER_DUE));
    pbr_cover_total(cover, "Total due, all payees", totals->at[PAYEES], scope->due_pence);
}

static void fill_about(pbr_cover *cover, const pbr_sheet *sheets, pbr_list *totals)
{
    const pbr_scope *scope = cover->scope;
    add_money(cover, sheets, totals);
    pbr_cover_text(cover, "Purpose", PURPOSE);
    pbr_cover_text(cover, "How to use it", scope->payments.count ? GUIDE : GUIDE_UNPRICED);
    pbr_cover_text(cover, "Limits", LIMITS);
    pbr_cover_text(cover, "Commissioner", scope->contract->scheme->commissioner);
    pbr_cover_facts(cover);
    pbr_cover_text(cover, "Checks of data and terms", pbr_findings_words(scope));
    if (totals->count)
        pbr_cover_check(cover, "Total due, by the program", scope->due_pence, totals);
}

static void list_contents(pbr_cover *cover, const pbr_sheet *sheets, const pbr_chart *charts,
                          size_t charts_count)
{
    for (size_t i = 0; i < SHEETS_COUNT; i++) {
        for (size_t j = 0; j < charts_count && i == BEFORE_CHARTS; j++)
            pbr_cover_contents(cover, &charts[j].sheet, 1);
        if (sheets[i].rows_count) pbr_cover_contents(cover, &sheets[i], 1);
    }
}

static void add_in_order(pbr_book *book, const pbr_scope *scope, const pbr_sheet *front,
                         const pbr_sheet *sheets, const pbr_chart *charts, size_t charts_count)
{
    pbr_book_add(book, front);
    for (size_t i = 0; i < SHEETS_COUNT; i++) {
        for (size_t j = 0; j < charts_count && i == BEFORE_CHARTS; j++)
            pbr_chart_add(book, scope, &charts[j], &sheets[RESULTS]);
        if (sheets[i].rows_count) pbr_book_add(book, &sheets[i]);
    }
}

static void add_sheets(pbr_book *book, const pbr_scope *scope)
{
    pbr_sheet sheets[SHEETS_COUNT];
    pbr_cover about = {.scope = scope};
    pbr_list totals = {0};
    const pbr_chart *charts;
    for (size_t i = 0; i < SHEETS_COUNT; i++) sheets[i] = SHEETS[i](scope);
    size_t charts_count = pbr_charts(scope, &charts);
    fill_about(&about, sheets, &totals);
    list_contents(&about, sheets, charts, charts_count);
    pbr_sheet front =
        pbr_cover_sheet(&about, "About",
                        pbr_arena_printf(scope->arena, "Settlement: %s",
                                         pbr_or(scope->contract->scheme->title, "contract")),
                        pbr_arena_printf(scope->arena,
                                         "%s They are in pounds. A positive amount is owed to the "
                                         "payee.",
                                         pbr_vat_words(scope)));
    add_in_order(book, scope, &front, sheets, charts, charts_count);
    pbr_cover_free(&about);
    pbr_list_free(&totals);
}

bool pbr_settlement_book(const char *path, const pbr_settlement *settlement,
                         const pbr_measures *measures, const pbr_run_facts *facts, pbr_diag *diag)
{
    pbr_scope *scope = pbr_scope_new(NULL, settlement, measures, facts, diag);
    if (!scope) return false;
    pbr_book_facts properties = pbr_properties(scope, "Settlement");
    pbr_book *book = pbr_book_new(path, &properties);
    add_sheets(book, scope);
    bool written = pbr_book_close(book, diag);
    pbr_scope_free(scope);
    return written;
}
