/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/settlement_book.h"

#include "report/chart.h"
#include "report/constants_sheet.h"
#include "report/cover_money.h"
#include "report/payment_words.h"
#include "report/run_inputs.h"
#include "report/sheets.h"
#include "report/words.h"
#include "report/working_sheets.h"

#include <stdlib.h>
#include <string.h>

/* In order: what is due, how it was found, what it rests on. The charts come after the results. A
 * sheet without rows is left out. */
static pbr_sheet (*const SHEETS[])(const pbr_scope *) = {
    pbr_sheet_payees,  pbr_sheet_summary,   pbr_sheet_months,        pbr_sheet_payments,
    pbr_sheet_others,  pbr_sheet_caps,      pbr_sheet_results,       pbr_sheet_checks,
    pbr_sheet_notes,   pbr_sheet_net_parts, pbr_sheet_recalculation, pbr_sheet_measures,
    pbr_sheet_volumes, pbr_sheet_levels,    pbr_sheet_earlier,       pbr_sheet_adopted,
    pbr_sheet_terms,   pbr_sheet_baselines, pbr_sheet_prices,        pbr_sheet_steps,
    pbr_sheet_indices, pbr_sheet_constants, pbr_sheet_sources,       pbr_sheet_attrition,
    pbr_sheet_inputs,
};
enum { SHEETS_COUNT = sizeof SHEETS / sizeof *SHEETS, WORKINGS_BEFORE = 9 };
static const char RESULTS[] = "Results";

static const char PURPOSE[] =
    "What each area and line of the contract came to, what is due to whom, and everything those "
    "figures rest on.";
static const char GUIDE[] =
    "Begin with what is due to each payee and the summary by area. Payments has every line, "
    "Results every test. Terms, Baselines and Prices say where each value comes from. Checks names "
    "what was found in the data and should be read before anything is paid. A sheet that has "
    "nothing to show is left out.";
static const char GUIDE_UNPRICED[] =
    "Begin with the summary by area; Results has every test. Terms and Baselines say where each "
    "value comes from. Checks, where there is that sheet, names what was found in the data.";
#define LIMITS                                                                                     \
    "The workbook applies the contract's terms to counts. It does not say why reoffending "        \
    "changed. Its figures hold for this data, these terms and this version of the program. "

static pbr_money_sheets money_sheets(const pbr_links *links)
{
    return (pbr_money_sheets){.payees = pbr_links_sheet(links, "Payees"),
                              .summary = pbr_links_sheet(links, "Summary by area"),
                              .lines = pbr_links_sheet(links, "Payments"),
                              .others = pbr_links_sheet(links, "Other money")};
}

static void add_money(pbr_cover *cover, const pbr_links *links)
{
    const pbr_money_sheets money = money_sheets(links);
    if (cover->scope->payments.count || pbr_scope_beyond_lines(cover->scope)) {
        pbr_cover_money(cover, &money);
        return;
    }
    pbr_cover_text(cover, "Total due, all payees",
                   "Nothing is priced: no line that is settled here has both a price and a cohort "
                   "that is ripe. The workbook states results only.");
}

static void fill_about(pbr_cover *cover, const pbr_links *links)
{
    const pbr_scope *scope = cover->scope;
    const pbr_money_sheets money = money_sheets(links);
    add_money(cover, links);
    pbr_cover_money_check(cover, &money);
    pbr_cover_mark(cover, "Negative totals", pbr_negative_total_words(scope));
    pbr_cover_flags(cover);
    pbr_cover_text(cover, "Purpose", PURPOSE);
    pbr_cover_text(cover, "How to use it", scope->payments.count ? GUIDE : GUIDE_UNPRICED);
    pbr_cover_text(cover, "Limits",
                   scope->others.count
                       ? LIMITS "Money that is not computed stands apart, on the sheet Other money."
                       : LIMITS "Rulings and money outside the mechanism are not in it.");
    pbr_cover_live(cover);
    pbr_cover_text(cover, "Commissioner", scope->contract->scheme->commissioner);
    pbr_cover_facts(cover);
    pbr_cover_text(cover, "Checks of data and terms", pbr_findings_words(scope));
}

struct charts {
    const pbr_chart *items;
    size_t count;
};

static bool come_after(const pbr_sheet *sheet)
{
    return strcmp(sheet->name, RESULTS) == 0;
}

static void list_contents(pbr_cover *cover, const pbr_links *links, const struct charts *charts)
{
    for (size_t i = 0; i < links->sheets.count; i++) {
        const pbr_sheet *sheet = links->sheets.at[i];
        pbr_cover_contents(cover, sheet, 1);
        for (size_t j = 0; j < charts->count && come_after(sheet); j++)
            pbr_cover_contents(cover, &charts->items[j].sheet, 1);
    }
}

static void add_in_order(pbr_book *book, const pbr_links *links, const pbr_sheet *front,
                         const struct charts *charts)
{
    pbr_book_add(book, front);
    for (size_t i = 0; i < links->sheets.count; i++) {
        const pbr_sheet *sheet = links->sheets.at[i];
        pbr_book_add(book, sheet);
        for (size_t j = 0; j < charts->count && come_after(sheet); j++)
            pbr_chart_add(book, links->scope, &charts->items[j], sheet);
    }
}

static void add_sheets(pbr_book *book, const pbr_scope *scope)
{
    const pbr_links *links = scope->links;
    pbr_cover about = {.scope = scope};
    struct charts charts;
    charts.count = pbr_charts(scope, &charts.items);
    fill_about(&about, links);
    list_contents(&about, links, &charts);
    pbr_sheet front =
        pbr_cover_sheet(&about, "About",
                        pbr_arena_printf(scope->arena, "Settlement: %s",
                                         pbr_or(scope->contract->scheme->title, "contract")),
                        pbr_arena_printf(scope->arena,
                                         "%s They are in %s. A positive amount is owed to the "
                                         "payee.",
                                         pbr_vat_words(scope), pbr_currency_words(scope)));
    add_in_order(book, links, &front, &charts);
    pbr_cover_free(&about);
}

bool pbr_settlement_book(const char *path, const pbr_workings *workings, const pbr_run_facts *facts,
                         pbr_diag *diag)
{
    pbr_scope *scope = pbr_scope_live(NULL, workings, facts, diag);
    if (!scope) return false;
    pbr_links *links = pbr_links_new(scope);
    pbr_links_place(links, SHEETS, SHEETS_COUNT, WORKINGS_BEFORE);
    pbr_book_facts properties = pbr_properties(scope, "Settlement");
    pbr_book *book = pbr_book_new(path, &properties);
    pbr_book_round_totals(book, pbr_link_constant(scope, "pounds_places"));
    add_sheets(book, scope);
    bool written = pbr_book_close(book, diag);
    pbr_links_free(links);
    pbr_scope_free(scope);
    return written;
}
