/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/schedule_book.h"

#include "report/constants_sheet.h"
#include "report/cover_money.h"
#include "report/payment_words.h"
#include "report/run_inputs.h"
#include "report/sheets.h"
#include "report/words.h"
#include "report/working_sheets.h"

#define IS_NOT                                                                                     \
    "It is not an invoice, and not an opinion on whether reoffending changed: it applies the "     \
    "contract's terms to counts. "

static pbr_sheet (*const SHEETS[])(const pbr_scope *) = {
    pbr_sheet_schedule,  pbr_sheet_others,    pbr_sheet_months,        pbr_sheet_caps,
    pbr_sheet_results,   pbr_sheet_terms,     pbr_sheet_baselines,     pbr_sheet_prices,
    pbr_sheet_steps,     pbr_sheet_indices,   pbr_sheet_measures,      pbr_sheet_volumes,
    pbr_sheet_levels,    pbr_sheet_earlier,   pbr_sheet_adopted,       pbr_sheet_sources,
    pbr_sheet_attrition, pbr_sheet_net_parts, pbr_sheet_recalculation, pbr_sheet_constants,
    pbr_sheet_notes,
};
enum { SHEETS_COUNT = sizeof SHEETS / sizeof *SHEETS, WORKINGS_BEFORE = 17 };

static void say_what_it_is(pbr_cover *cover)
{
    const pbr_scope *scope = cover->scope;
    pbr_cover_text(cover, "What this is",
                   scope->payments.count
                       ? "The payment schedule of one payee for the periods named below: each line "
                         "with its result, units, price and amount, and what they rest on."
                       : "What one payee is owed, or owes, beside payment lines: this settlement "
                         "has no line for it.");
    pbr_cover_text(cover, "What this is not",
                   scope->others.count
                       ? IS_NOT "Money that is not computed stands apart, on the sheet Other money."
                       : IS_NOT "Rulings and money outside the mechanism are not in it.");
}

static void fill_cover(pbr_cover *cover, const pbr_links *links)
{
    const pbr_scope *scope = cover->scope;
    const pbr_money_sheets money = {.lines = pbr_links_sheet(links, "Schedule"),
                                    .others = pbr_links_sheet(links, "Other money")};
    pbr_cover_money(cover, &money);
    pbr_cover_money_check(cover, &money);
    pbr_cover_mark(cover, "Negative total", pbr_negative_total_words(scope));
    if (scope->payments.count) pbr_cover_text(cover, "Due date", pbr_due_words(scope));
    pbr_cover_flags(cover);
    say_what_it_is(cover);
    pbr_cover_text(cover, "Payee", scope->payee);
    if (scope->providers.count) pbr_cover_text(cover, "Provider", pbr_provider_words(scope));
    pbr_cover_text(cover, "Commissioner", scope->contract->scheme->commissioner);
    pbr_cover_live(cover);
    pbr_cover_facts(cover);
    for (size_t i = 0; i < links->sheets.count; i++)
        pbr_cover_contents(cover, links->sheets.at[i], 1);
}

static void add_sheets(pbr_book *book, const pbr_scope *scope)
{
    const pbr_list *sheets = &scope->links->sheets;
    pbr_cover cover = {.scope = scope};
    fill_cover(&cover, scope->links);
    pbr_sheet front = pbr_cover_sheet(
        &cover, "Cover", pbr_arena_printf(scope->arena, "Payment schedule: %s", scope->payee),
        pbr_arena_printf(scope->arena, "%s They are in %s. A positive total is owed to the payee.",
                         pbr_vat_words(scope), pbr_currency_words(scope)));
    pbr_book_add(book, &front);
    for (size_t i = 0; i < sheets->count; i++) pbr_book_add(book, sheets->at[i]);
    pbr_cover_free(&cover);
}

bool pbr_schedule_book(const char *path, const char *payee, const pbr_workings *workings,
                       const pbr_run_facts *facts, pbr_diag *diag)
{
    pbr_scope *scope = pbr_scope_live(payee, workings, facts, diag);
    if (!scope) return false;
    pbr_links *links = pbr_links_new(scope);
    pbr_links_place(links, SHEETS, SHEETS_COUNT, WORKINGS_BEFORE);
    pbr_book_facts properties = pbr_properties(scope, "Payment schedule");
    pbr_book *book = pbr_book_new(path, &properties);
    pbr_book_round_totals(book, pbr_link_constant(scope, "pounds_places"));
    add_sheets(book, scope);
    bool written = pbr_book_close(book, diag);
    pbr_links_free(links);
    pbr_scope_free(scope);
    return written;
}
