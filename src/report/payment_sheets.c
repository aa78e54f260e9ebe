/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of money that is computed: lines, and caps over them. */
#include "report/links.h"
#include "report/payment_words.h"
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

/* --- payments --- */

static void place_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    pbr_cells_place(row, scope, payment->area, payment->cohort);
}

static void line_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_text(row, pbr_line_title(((const pbr_payment *)item)->line));
}

static void result_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    pbr_cell_text(row, payment->result ? pbr_result_words(scope, payment->result) : NULL);
}

/* Where the result brings neither payment nor deduction there are no units and no price: a price of
 * nought would look like a term. */
static void unit_cell(pbr_row *row, const pbr_scope *scope, const pbr_payment *payment,
                      pbr_style style, const char *field, const mpq_t value)
{
    const pbr_claim *claim = &scope->settlement->claims->items[payment->claim];
    const char *cell = pbr_link_claim(scope, claim, field);
    if (cell)
        pbr_cell_formula(row, style, pbr_arena_printf(scope->arena, "=%s", cell),
                         pbr_ratio_double(value));
    else
        pbr_cell_ratio(row, value);
}

static void unit_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    if (mpq_sgn(payment->units) == 0 && mpq_sgn(payment->price) == 0) {
        for (int i = 0; i < 3; i++) pbr_cell_blank(row);
        return;
    }
    unit_cell(row, scope, payment, PBR_STYLE_UNITS, "units", payment->units);
    pbr_cell_text(row, pbr_unit_words(payment));
    unit_cell(row, scope, payment, PBR_STYLE_MONEY, "unit_price", payment->price);
}

static void money_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    const struct {
        const char *field;
        int64_t pence;
    } amounts[] = {{"computed_pence", payment->computed_pence},
                   {"capped_pence", payment->capped_pence},
                   {"payable_pence", payment->payable_pence},
                   {"previous_pence", payment->previous_pence},
                   {"due_pence", payment->due_pence}};
    for (size_t i = 0; i < sizeof amounts / sizeof *amounts; i++)
        pbr_cell_money_formula(
            row, pbr_link_pounds(scope, pbr_link_payment(scope, payment, amounts[i].field)),
            amounts[i].pence);
}

static void due_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_date(row, ((const pbr_payment *)item)->due_date);
}

static void reason_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    pbr_cell_text(row, pbr_reason_words(scope, item));
}

static void decision_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    const pbr_decision *decision = payment->decision;
    pbr_cell_text(row, pbr_disposition_words(payment));
    pbr_cell_text(row, decision ? decision->authority : NULL);
    pbr_cell_date(row, decision ? decision->date : PBR_NO_DATE);
    pbr_cell_text(row, pbr_decision_words(scope, payment));
}

static void illustrative_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    pbr_cell_text(row, pbr_illustrative_parts(scope, item));
}

static void payee_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    pbr_cell_text(row, pbr_payee_words(scope, item));
    pbr_cell_text(row, ((const pbr_payment *)item)->rules->name);
}

static bool has_results(const pbr_scope *scope)
{
    return scope->results.count > 0;
}

static bool has_decisions(const pbr_scope *scope)
{
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (payment->decision || !pbr_is_applied(payment)) return true;
    }
    return false;
}

static bool is_illustrative(const pbr_scope *scope)
{
    return pbr_scope_illustrative(scope);
}

static bool for_everybody(const pbr_scope *scope)
{
    return !scope->payee;
}

static const pbr_part PAYMENTS[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, place_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Cohort", 8, TEXT), pbr_needs_no_month, NULL},
    {PBR_COLUMN("Cohort or month", 8, TEXT), pbr_needs_month, NULL},
    {PBR_COLUMN("Line", 15, TEXT), NULL, line_cell},
    {PBR_COLUMN("Result", 17, TEXT), has_results, result_cell},
    {PBR_COLUMN("Units", 10.5, UNITS), NULL, unit_cells},
    {PBR_COLUMN("Unit", 10, TEXT), NULL, NULL},
    {PBR_COLUMN("Price (£)", 14.5, MONEY), NULL, NULL},
    {PBR_SUMMED("Computed (£)", 14.5, MONEY), NULL, money_cells},
    {PBR_SUMMED("After caps (£)", 14.5, MONEY), NULL, NULL},
    {PBR_SUMMED("Payable (£)", 14.5, MONEY), NULL, NULL},
    {PBR_SUMMED("Previously settled (£)", 14.5, MONEY), NULL, NULL},
    {PBR_SUMMED(PBR_HEADER_DUE, 14.5, MONEY), NULL, NULL},
    {PBR_COLUMN("Due date", 10.5, DATE), NULL, due_cell},
    {PBR_COLUMN("Reason", 16, TEXT), NULL, reason_cell},
    {PBR_COLUMN("Decision", 11, TEXT), has_decisions, decision_cells},
    {PBR_COLUMN("Decided by", 17, TEXT), has_decisions, NULL},
    {PBR_COLUMN("Decided on", 10.5, DATE), has_decisions, NULL},
    {PBR_COLUMN("Reason of the decision", 20, TEXT), has_decisions, NULL},
    {PBR_COLUMN("Illustrative: not for payment", 14.5, MARK), is_illustrative, illustrative_cell},
    {PBR_COLUMN("Payee", 20, TEXT), for_everybody, payee_cells},
    {PBR_COLUMN("Terms", 10, TEXT), for_everybody, NULL},
};

static const char *about_payments(const pbr_scope *scope)
{
    return pbr_arena_printf(
        scope->arena,
        "%s They are in %s; a positive amount is owed to the payee, a negative one by the "
        "payee. %s%sThe amount due is what is payable less what was settled before. " PBR_BLANKS,
        pbr_vat_words(scope), pbr_currency_words(scope),
        scope->results.count
            ? "Units of a tested line are events fewer than the baseline, or one whole payment; a "
              "result that brings neither payment nor deduction has none. "
            : "",
        scope->has_months
            ? "The price of a fee or a volume is that of the contract year, and units are the part "
              "of it or the weighted starts outside the band; the price of a service credit is "
              "that of the month, and units are the part of it that is deducted. "
            : "");
}

static pbr_sheet payments_sheet(const pbr_scope *scope, const char *name, const char *table,
                                const char *title)
{
    pbr_sheet sheet = pbr_sheet_of_parts(scope, name, table, title, about_payments(scope),
                                         PBR_COLUMNS(PAYMENTS), &scope->payments);
    sheet.warning = pbr_warning(scope);
    sheet.total = true;
    return sheet;
}

pbr_sheet pbr_sheet_schedule(const pbr_scope *scope)
{
    return payments_sheet(
        scope, "Schedule", "schedule_lines",
        pbr_arena_printf(scope->arena, "Schedule of payments to %s", scope->payee));
}

pbr_sheet pbr_sheet_payments(const pbr_scope *scope)
{
    return payments_sheet(scope, "Payments", "payment_lines", "Payments: every line of every area");
}

/* --- caps --- */

static const char *const LEVELS[] = {
    [PBR_CAP_LINE] = "line",
    [PBR_CAP_COHORT] = "cohort",
    [PBR_CAP_YEAR] = "year of formation",
    [PBR_CAP_LIFE] = "life of the contract",
};

static void cap_place_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_cap_use *use = item;
    pbr_cells_area(row, scope, use->area);
    pbr_cell_text(row, use->cap->id);
    pbr_cell_text(row, LEVELS[use->cap->per]);
    pbr_cell_text(row, use->cap->per == PBR_CAP_LIFE ? NULL : use->contract_year);
}

static void cap_cohort_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    (void)scope;
    pbr_cell_text(row, ((const pbr_cap_use *)item)->cohort);
}

static void cap_line_cell(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const char *id = ((const pbr_cap_use *)item)->line;
    const pbr_line *line = id ? pbr_scope_line(scope, id) : NULL;
    pbr_cell_text(row, line ? pbr_line_title(line) : id);
}

/* What is left is known only where deductions give headroom back. */
static void left_cell(pbr_row *row, const pbr_cap_use *use, const char *formula)
{
    int64_t left = use->limit_pence;
    if (use->cap->headroom != PBR_HEADROOM_NET) {
        pbr_cell_blank(row);
        return;
    }
    if (!pbr_pence_add(&left, -use->payable_pence))
        pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    pbr_cell_money_formula(row, formula, left);
}

static void cap_money_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_cap_use *use = item;
    const char *limit = pbr_link_cap(scope, use, "limit_pence"),
               *after = pbr_link_cap(scope, use, "after_pence");
    pbr_cell_money_formula(row, pbr_link_pounds(scope, limit), use->limit_pence);
    pbr_cell_money_formula(row, pbr_link_pounds(scope, pbr_link_cap(scope, use, "before_pence")),
                           use->computed_pence);
    pbr_cell_money_formula(row, pbr_link_pounds(scope, after), use->payable_pence);
    left_cell(row, use,
              pbr_link_pounds(scope, pbr_arena_printf(scope->arena, "(%s-%s)", limit, after)));
    bool limited = use->payable_pence != use->computed_pence;
    pbr_cell_text(row, limited ? "limits what is payable" : "within the limit");
}

static bool names_cohort(const pbr_scope *scope)
{
    for (size_t i = 0; i < scope->caps.count; i++)
        if (((const pbr_cap_use *)scope->caps.at[i])->cohort) return true;
    return false;
}

static bool names_line(const pbr_scope *scope)
{
    for (size_t i = 0; i < scope->caps.count; i++)
        if (((const pbr_cap_use *)scope->caps.at[i])->line) return true;
    return false;
}

static const pbr_part CAPS[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, cap_place_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Cap", 14, TEXT), NULL, NULL},
    {PBR_COLUMN("Level", 14, TEXT), NULL, NULL},
    {PBR_COLUMN("Contract year", 11, TEXT), NULL, NULL},
    {PBR_COLUMN("Cohort", 9, TEXT), names_cohort, cap_cohort_cell},
    {PBR_COLUMN("Line", 20, TEXT), names_line, cap_line_cell},
    {PBR_COLUMN("Limit (£)", 17, MONEY), NULL, cap_money_cells},
    {PBR_COLUMN("Before this cap (£)", 17, MONEY), NULL, NULL},
    {PBR_COLUMN("After this cap (£)", 17, MONEY), NULL, NULL},
    {PBR_COLUMN("Left under the limit (£)", 17, MONEY), NULL, NULL},
    {PBR_COLUMN("Use", 22, TEXT), NULL, NULL},
};

pbr_sheet pbr_sheet_caps(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_of_parts(
        scope, "Caps", "caps", "Caps: how far each limit is used",
        "Caps are applied in this order: line, cohort, year of formation, life of the contract; "
        "each takes what the one before it left. Amounts are of the area as a whole: "
        "all payees, and every cohort under the cap, whether settled now or before. " PBR_BLANKS,
        PBR_COLUMNS(CAPS), &scope->caps);
    sheet.warning = pbr_warning(scope);
    return sheet;
}
