/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of money: lines, payees, caps. */
#include "report/sheet_parts.h"
#include "report/words.h"

#include <string.h>

/* --- payments --- */

#define PAYMENT_COLUMNS                                                                            \
    PLACE_COLUMNS, COLUMN("Line", 15, TEXT), COLUMN("Result", 17, TEXT),                           \
        COLUMN("Units", 10.5, UNITS), COLUMN("Unit", 10, TEXT),                                    \
        COLUMN("Unit price (£)", 10.5, MONEY), SUMMED("Computed (£)", 14.5, MONEY),                \
        SUMMED("After caps (£)", 14.5, MONEY), SUMMED("Payable (£)", 14.5, MONEY),                 \
        SUMMED("Previously settled (£)", 14.5, MONEY), SUMMED(PBR_HEADER_DUE, 14.5, MONEY),        \
        COLUMN("Due date", 10.5, DATE), COLUMN("Reason", 15, TEXT),                                \
        COLUMN("Illustrative: not for payment", 14.5, MARK)

static const pbr_column SCHEDULE[] = {PAYMENT_COLUMNS};
static const pbr_column PAYMENTS[] = {
    PAYMENT_COLUMNS,
    COLUMN("Payee", 20, TEXT),
    COLUMN("Terms", 10, TEXT),
};

/* Where the result brings neither payment nor deduction there are no units and no price: a price of
 * nought would look like a term. */
static void unit_cells(pbr_row *row, const pbr_payment *payment)
{
    const pbr_result *result = payment->result;
    bool priced = result && (mpq_sgn(payment->units) != 0 || mpq_sgn(payment->price) != 0);
    pbr_cell_ratio_if(row, priced, payment->units);
    pbr_cell_text(row, result ? pbr_payment_unit(result->metric->kind) : NULL);
    pbr_cell_ratio_if(row, priced, payment->price);
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
    pbr_cell_text(row, pbr_line_title(payment->line));
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
    pbr_cell_text(row, pbr_payee_words(scope, payment));
    pbr_cell_text(row, payment->rules ? payment->rules->name : NULL);
}

static const char *about_payments(const pbr_scope *scope)
{
    return pbr_arena_printf(
        scope->arena,
        "%s They are in pounds; a positive amount is owed to the payee, a negative one by the "
        "payee. Units are reoffenders or reoffences fewer than the baseline; a result that is "
        "neither better nor worse has none. " BLANKS,
        pbr_vat_words(scope));
}

pbr_sheet pbr_sheet_schedule(const pbr_scope *scope)
{
    const char *title = pbr_arena_printf(scope->arena, "Schedule of payments to %s", scope->payee);
    pbr_sheet sheet =
        pbr_sheet_plan(scope, "Schedule", "schedule_lines", title, about_payments(scope),
                       PBR_COLUMNS(SCHEDULE), scope->payments.count, fill_schedule);
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}

pbr_sheet pbr_sheet_payments(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(scope, "Payments", "payment_lines",
                                     "Payments: every line of every area", about_payments(scope),
                                     PBR_COLUMNS(PAYMENTS), scope->payments.count, fill_payments);
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}

/* --- payees --- */

static const pbr_column PAYEES[] = {
    COLUMN("Payee", 34, LABEL),        COLUMN("Providers", 34, TEXT),
    SUMMED("Lines", 8, INTEGER),       SUMMED("Computed (£)", 17, MONEY),
    SUMMED("Payable (£)", 17, MONEY),  SUMMED("Previously settled (£)", 17, MONEY),
    SUMMED(PBR_HEADER_DUE, 17, MONEY),
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
        pbr_arena_printf(scope->arena,
                         "%s They are in pounds; a negative amount is owed by the payee. Each "
                         "payee has a schedule of its own.",
                         pbr_vat_words(scope)),
        PBR_COLUMNS(PAYEES), scope->settlement->payees_count, fill_payees);
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}

/* --- caps --- */

static const pbr_column CAPS[] = {
    AREA_COLUMNS,
    COLUMN("Cap", 12, TEXT),
    COLUMN("Contract year", 11, TEXT),
    COLUMN("Limit (£)", 17, MONEY),
    COLUMN("Computed (£)", 17, MONEY),
    COLUMN("Payable (£)", 17, MONEY),
    COLUMN("Left under the limit (£)", 17, MONEY),
    COLUMN("Use", 22, TEXT),
};

/* Known only where deductions give headroom back. */
static void left_cell(pbr_row *row, const pbr_cap_use *use)
{
    int64_t left = use->limit_pence;
    if (use->cap->headroom != PBR_HEADROOM_NET) {
        pbr_cell_blank(row);
        return;
    }
    if (!pbr_pence_add(&left, -use->payable_pence))
        pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    pbr_cell_money(row, left);
}

static void fill_caps(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_cap_use *use = scope->caps.at[index];
    pbr_cells_area(row, scope, use->area);
    pbr_cell_text(row, use->cap->id);
    pbr_cell_text(row, use->contract_year);
    pbr_cell_money(row, use->limit_pence);
    pbr_cell_money(row, use->computed_pence);
    pbr_cell_money(row, use->payable_pence);
    left_cell(row, use);
    bool limited = use->payable_pence != use->computed_pence;
    pbr_cell_text(row, limited ? "limits what is payable" : "within the limit");
}

pbr_sheet pbr_sheet_caps(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Caps", "caps", "Caps: how far each limit is used",
        "Amounts are in pounds, of each area and contract year as a whole: all payees and all "
        "cohorts settled so far, in this settlement and earlier ones. " BLANKS,
        PBR_COLUMNS(CAPS), scope->caps.count, fill_caps);
    sheet.warning = pbr_warning(scope);
    return sheet;
}
