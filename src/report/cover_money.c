/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cover_money.h"

#include "report/links.h"
#include "report/sheets.h"

/* "Total due, all payees" on the cover of a whole settlement. */
static const char *item_name(const pbr_cover *cover, const char *item)
{
    if (cover->scope->payee) return item;
    return pbr_arena_printf(cover->scope->arena, "%s, all payees", item);
}

/* --- the sum --- */

static void add_parts(pbr_cover *cover, const pbr_money_sheets *sheets)
{
    const pbr_scope *scope = cover->scope;
    const pbr_balance_sums *sums = &scope->sums;
    size_t parts = 0;
    if (scope->payments.count && ++parts)
        pbr_cover_part(cover, "Payment lines", pbr_total_cell(scope, sheets->lines, PBR_HEADER_DUE),
                       sums->lines_pence);
    if (scope->others.count && ++parts)
        pbr_cover_part(cover, "Other money, not computed",
                       pbr_total_cell(scope, sheets->others, PBR_HEADER_DUE), sums->other_pence);
    if (sums->brought_forward_pence && ++parts)
        pbr_cover_part(cover, "Brought forward from earlier settlements", NULL,
                       sums->brought_forward_pence);
    pbr_cover_sum(cover, item_name(cover, "Total due"), parts, sums->total_pence);
}

static void add_use(pbr_cover *cover, const pbr_sheet *payees, const char *item, const char *header,
                    int64_t pence)
{
    const char *cell = payees ? pbr_total_cell(cover->scope, payees, header) : NULL;
    pbr_cover_part(cover, item_name(cover, item), cell, pence);
}

/* Told only where the total is not simply paid. */
static void add_uses(pbr_cover *cover, const pbr_sheet *payees)
{
    const pbr_balance_sums *sums = &cover->scope->sums;
    if (sums->pay_pence == sums->total_pence) return;
    add_use(cover, payees, "To be paid now", PBR_HEADER_PAY, sums->pay_pence);
    if (sums->invoice_pence)
        add_use(cover, payees, "To be invoiced", PBR_HEADER_INVOICE, sums->invoice_pence);
    if (sums->carried_pence)
        add_use(cover, payees, "Carried forward", PBR_HEADER_CARRIED, sums->carried_pence);
    if (sums->set_off_pence)
        add_use(cover, payees, "Set off", PBR_HEADER_SET_OFF, sums->set_off_pence);
}

void pbr_cover_money(pbr_cover *cover, const pbr_money_sheets *sheets)
{
    const pbr_scope *scope = cover->scope;
    if (pbr_scope_beyond_lines(scope))
        add_parts(cover, sheets);
    else if (scope->payments.count)
        pbr_cover_total(cover, item_name(cover, "Total due"),
                        pbr_total_cell(scope, sheets->lines, PBR_HEADER_DUE), scope->due_pence);
    add_uses(cover, sheets->payees);
}

/* --- the check --- */

static void check_lines(pbr_cover *cover, const pbr_money_sheets *sheets, const char *item)
{
    const pbr_sheet *all[] = {sheets->payees, sheets->summary, sheets->lines};
    const char *cells[PBR_COVER_CELLS_MAX];
    size_t count = 0;
    for (size_t i = 0; i < sizeof all / sizeof *all; i++)
        if (all[i]) cells[count++] = pbr_total_cell(cover->scope, all[i], PBR_HEADER_DUE);
    pbr_cover_figure(cover, item, cover->scope->due_pence, cells, count, false);
}

static void check_others(pbr_cover *cover, const pbr_money_sheets *sheets)
{
    const pbr_scope *scope = cover->scope;
    const char *cells[] = {pbr_total_cell(scope, sheets->others, PBR_HEADER_DUE), NULL};
    if (sheets->payees) cells[1] = pbr_total_cell(scope, sheets->payees, PBR_HEADER_OTHER);
    pbr_cover_figure(cover, "Other money, by the program", scope->sums.other_pence, cells,
                     sheets->payees ? 2 : 1, false);
}

static void check_total(pbr_cover *cover, const pbr_sheet *payees)
{
    const pbr_scope *scope = cover->scope;
    const char *cells[] = {payees ? pbr_total_cell(scope, payees, PBR_HEADER_TOTAL) : NULL};
    pbr_cover_figure(cover, "Total due, by the program", scope->sums.total_pence, cells,
                     payees ? 1 : 0, true);
}

void pbr_cover_money_check(pbr_cover *cover, const pbr_money_sheets *sheets)
{
    const pbr_scope *scope = cover->scope;
    bool beyond = pbr_scope_beyond_lines(scope);
    if (!beyond && !scope->payments.count && !scope->links->works_count) return;
    if (scope->payments.count)
        check_lines(cover, sheets,
                    beyond ? "Payment lines, by the program" : "Total due, by the program");
    if (scope->others.count) check_others(cover, sheets);
    if (beyond) check_total(cover, sheets->payees);
    pbr_cover_check(cover);
}
