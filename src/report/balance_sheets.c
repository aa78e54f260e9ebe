/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of what is paid in all: payees and their balances, and money that is not computed. */
#include "report/links.h"
#include "report/payment_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <string.h>

/* --- payees --- */

static void add_payment(pbr_row *row, pbr_payment *sum, const pbr_payment *payment)
{
    bool fits = pbr_pence_add(&sum->computed_pence, payment->computed_pence) &&
                pbr_pence_add(&sum->payable_pence, payment->payable_pence) &&
                pbr_pence_add(&sum->previous_pence, payment->previous_pence) &&
                pbr_pence_add(&sum->due_pence, payment->due_pence);
    if (!fits) pbr_row_fail(row, "a sum of money does not fit in 63 bits");
}

/* What the payee's lines come to in a column of the sheet Payment workings, in pounds. */
static void sum_cell(pbr_row *row, const pbr_scope *scope, const char *field, int64_t pence)
{
    const char *payees = pbr_link_payments(scope, NULL), *amounts = pbr_link_payments(scope, field);
    if (!payees) {
        pbr_cell_money(row, pence);
        return;
    }
    pbr_cell_money_formula(row,
                           pbr_arena_printf(scope->arena, "=SUMIF(%s,A%u,%s)/%s", payees,
                                            (unsigned)pbr_row_number(row) + 1, amounts,
                                            pbr_link_constant(scope, "pence")),
                           pence);
}

static void payee_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_balance *balance = item;
    pbr_list providers = {0};
    pbr_payment sum = {.computed_pence = 0};
    int64_t lines = 0;
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (strcmp(payment->payee, balance->payee) != 0) continue;
        pbr_list_add_text(&providers, payment->provider);
        add_payment(row, &sum, payment);
        lines++;
    }
    pbr_cell_text(row, balance->payee);
    pbr_cell_text(row, providers.count ? pbr_list_words(scope->arena, &providers) : NULL);
    pbr_cell_int(row, lines);
    sum_cell(row, scope, "computed_pence", sum.computed_pence);
    sum_cell(row, scope, "payable_pence", sum.payable_pence);
    sum_cell(row, scope, "previous_pence", sum.previous_pence);
    sum_cell(row, scope, "due_pence", sum.due_pence);
    pbr_list_free(&providers);
}

static void other_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_list *others = &scope->others;
    pbr_link payees = pbr_link_to(scope, "Other money", "Payee");
    pbr_link amounts = pbr_link_to(scope, "Other money", PBR_HEADER_DUE);
    pbr_cell_money_formula(row,
                           pbr_arena_printf(scope->arena, "=ROUND(SUMIF(%s,A%u,%s),%s)",
                                            pbr_link_range(scope, payees, 0, others->count),
                                            (unsigned)pbr_row_number(row) + 1,
                                            pbr_link_range(scope, amounts, 0, others->count),
                                            pbr_link_constant(scope, "pounds_places")),
                           ((const pbr_balance *)item)->other_pence);
}

/* A column of this sheet, of the same row; NULL where the sheet does not have it. */
static const char *beside(pbr_row *row, const pbr_scope *scope, const char *header)
{
    return pbr_link_cell(scope, pbr_link_to(scope, "Payees", header),
                         pbr_row_number(row) + 1 - pbr_link_to(scope, "Payees", header).first);
}

static void brought_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_money(row, ((const pbr_balance *)item)->brought_forward_pence);
}

/* Lines, other money and what was brought forward. */
static const char *total_formula(pbr_row *row, const pbr_scope *scope)
{
    static const char *const PARTS[] = {PBR_HEADER_DUE, PBR_HEADER_OTHER, PBR_HEADER_BROUGHT};
    const char *parts = "";
    for (size_t i = 0; i < sizeof PARTS / sizeof *PARTS; i++) {
        const char *cell = beside(row, scope, PARTS[i]);
        if (cell) parts = pbr_arena_printf(scope->arena, "%s%s%s", parts, *parts ? "," : "", cell);
    }
    return pbr_arena_printf(scope->arena, "=ROUND(SUM(%s),%s)", parts,
                            pbr_link_constant(scope, "pounds_places"));
}

/* The total, as far as it is positive or negative; nothing where it does not go that way. */
static const char *use_formula(pbr_row *row, const pbr_scope *scope, const char *function,
                               bool goes)
{
    const char *zero = pbr_link_constant(scope, "zero");
    if (!goes) return pbr_arena_printf(scope->arena, "=%s", zero);
    return pbr_arena_printf(scope->arena, "=%s(%s,%s)", function,
                            beside(row, scope, PBR_HEADER_TOTAL), zero);
}

static void total_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_balance *balance = item;
    int64_t now = balance->pay_now_pence;
    (void)scope;
    pbr_cell_money_formula(row, total_formula(row, scope), balance->total_pence);
    pbr_cell_money_formula(row, use_formula(row, scope, "MAX", true), now > 0 ? now : 0);
}

/* Under the payee's terms a negative total goes one of three ways. */
static void negative_cell(pbr_row *row, const pbr_scope *scope, const pbr_balance *balance,
                          pbr_negative_total treatment, int64_t pence)
{
    pbr_cell_money_formula(row, use_formula(row, scope, "MIN", balance->treatment == treatment),
                           pence);
}

static void invoice_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    int64_t now = ((const pbr_balance *)item)->pay_now_pence;
    negative_cell(row, scope, item, PBR_INVOICE, now < 0 ? now : 0);
}

static void carried_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    negative_cell(row, scope, item, PBR_CARRY_FORWARD, ((const pbr_balance *)item)->carried_pence);
}

static void set_off_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    negative_cell(row, scope, item, PBR_SET_OFF, ((const pbr_balance *)item)->set_off_pence);
}

static bool has_others(const pbr_scope *scope)
{
    return scope->others.count > 0;
}

static bool has_brought(const pbr_scope *scope)
{
    return scope->sums.brought_forward_pence != 0;
}

static bool has_invoice(const pbr_scope *scope)
{
    return scope->sums.invoice_pence != 0;
}

static bool has_carried(const pbr_scope *scope)
{
    return scope->sums.carried_pence != 0;
}

static bool has_set_off(const pbr_scope *scope)
{
    return scope->sums.set_off_pence != 0;
}

/* Beside the lines' amount due, a total is told only where it can differ from it. */
static bool has_totals(const pbr_scope *scope)
{
    return pbr_scope_beyond_lines(scope) || scope->sums.pay_pence != scope->sums.total_pence;
}

static const pbr_part PAYEES[] = {
    {PBR_COLUMN("Payee", 30, LABEL), NULL, payee_cells},
    {PBR_COLUMN("Providers", 30, TEXT), NULL, NULL},
    {PBR_SUMMED("Lines", 8, INTEGER), NULL, NULL},
    {PBR_SUMMED("Computed (£)", 17, MONEY), NULL, NULL},
    {PBR_SUMMED("Payable (£)", 17, MONEY), NULL, NULL},
    {PBR_SUMMED("Previously settled (£)", 17, MONEY), NULL, NULL},
    {PBR_SUMMED(PBR_HEADER_DUE, 17, MONEY), NULL, NULL},
    {PBR_SUMMED(PBR_HEADER_OTHER, 17, MONEY), has_others, other_cell},
    {{PBR_HEADER_BROUGHT, 17, PBR_STYLE_MONEY, true, true}, has_brought, brought_cell},
    {PBR_SUMMED(PBR_HEADER_TOTAL, 17, MONEY), has_totals, total_cells},
    {PBR_SUMMED(PBR_HEADER_PAY, 17, MONEY), has_totals, NULL},
    {PBR_SUMMED(PBR_HEADER_INVOICE, 17, MONEY), has_invoice, invoice_cell},
    {PBR_SUMMED(PBR_HEADER_CARRIED, 17, MONEY), has_carried, carried_cell},
    {PBR_SUMMED(PBR_HEADER_SET_OFF, 17, MONEY), has_set_off, set_off_cell},
};

pbr_sheet pbr_sheet_payees(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_of_parts(
        scope, "Payees", "payees", "Payees: what each is owed",
        pbr_arena_printf(
            scope->arena,
            "%s They are in %s; a negative amount is owed by the payee. %sEach payee has a "
            "schedule of its own.",
            pbr_vat_words(scope), pbr_currency_words(scope),
            has_totals(scope)
                ? "The total due is the amount due on payment lines, other money and what was "
                  "brought forward; it is paid now, invoiced, carried forward or set off. "
                : ""),
        PBR_COLUMNS(PAYEES), &scope->balances);
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}

/* --- other money --- */

static void other_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_other_line *other = item;
    unsigned at = (unsigned)pbr_row_number(row) + 1;
    pbr_cell_text(row, other->id);
    pbr_cell_text(row, other->description);
    pbr_cell_money(row, other->amount_pence);
    pbr_cell_money(row, other->previous_pence);
    pbr_cell_money_formula(row,
                           pbr_arena_printf(scope->arena, "=ROUND(C%u-D%u,%s)", at, at,
                                            pbr_link_constant(scope, "pounds_places")),
                           other->due_pence);
    pbr_cell_text(row, other->authority);
    pbr_cell_date(row, other->date);
    pbr_cell_text(row, other->reason);
}

static void other_payee_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_text(row, ((const pbr_other_line *)item)->payee);
}

static bool for_everybody(const pbr_scope *scope)
{
    return !scope->payee;
}

static const pbr_part OTHERS[] = {
    {PBR_COLUMN("Reference", 16, LABEL), NULL, other_cells},
    {PBR_COLUMN("What it is", 36, TEXT), NULL, NULL},
    {{"Amount (£)", 17, PBR_STYLE_MONEY, true, true}, NULL, NULL},
    {{"Previously settled (£)", 17, PBR_STYLE_MONEY, true, true}, NULL, NULL},
    {PBR_SUMMED(PBR_HEADER_DUE, 17, MONEY), NULL, NULL},
    {PBR_COLUMN("Decided by", 24, TEXT), NULL, NULL},
    {PBR_COLUMN("Decided on", 11, DATE), NULL, NULL},
    {PBR_COLUMN("Reason of the decision", 36, TEXT), NULL, NULL},
    {PBR_COLUMN("Payee", 24, TEXT), for_everybody, other_payee_cell},
};

pbr_sheet pbr_sheet_others(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_of_parts(
        scope, "Other money", "other_money", "Other money: not computed",
        pbr_arena_printf(scope->arena,
                         "Rulings, extra funding and the like, as they were decided; no result "
                         "stands behind them, and they are in no other sum of lines. %s The "
                         "amount due is the amount less what was settled before.",
                         pbr_vat_words(scope)),
        PBR_COLUMNS(OTHERS), &scope->others);
    sheet.total = true;
    return sheet;
}
