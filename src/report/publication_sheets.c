/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/publication_sheets.h"

#include "report/payment_words.h"
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <stdlib.h>
#include <string.h>

/* --- cells --- */

static void int_cell(pbr_row *row, bool withheld, int64_t value)
{
    if (withheld)
        pbr_cell_text(row, PBR_WITHHELD);
    else
        pbr_cell_int(row, value);
}

static void money_cell(pbr_row *row, bool withheld, int64_t pence)
{
    if (withheld)
        pbr_cell_text(row, PBR_WITHHELD);
    else
        pbr_cell_money(row, pence);
}

static void ratio_cell(pbr_row *row, bool withheld, const char *none, bool has, const mpq_t value)
{
    if (withheld || !has)
        pbr_cell_text(row, withheld ? PBR_WITHHELD : none);
    else
        pbr_cell_ratio(row, value);
}

static void text_cell(pbr_row *row, bool withheld, const char *text)
{
    pbr_cell_text(row, withheld ? PBR_WITHHELD : pbr_or(text, PBR_NOT_APPLICABLE));
}

/* --- counts --- */

/* Headers stand in one line, or break before their marker, in the usual fonts. */
#define PUBLISHED_PLACE                                                                            \
    PBR_COLUMN(PBR_HEADER_AREA_CODE, 11, LABEL), PBR_COLUMN("Area", 30, TEXT),                     \
        PBR_COLUMN("Cohort", 16, TEXT)

static const pbr_book_column COUNTS[] = {
    PUBLISHED_PLACE,
    PBR_COLUMN("Starts [note 1]", 18, INTEGER),
    PBR_COLUMN("Eligible [note 1]", 20, INTEGER),
    PBR_COLUMN("Measured [note 1]", 20, INTEGER),
    PBR_COLUMN("Reoffenders [note 2]", 23, INTEGER),
    PBR_COLUMN("Reoffences [note 2]", 23, INTEGER),
};

static void fill_counts(pbr_row *row, const void *context, size_t index)
{
    const pbr_publication *p = context;
    const pbr_disclosure *d = p->disclosure;
    const pbr_measure *m = p->counts.at[index];
    size_t at = m->area * d->cohorts_count + m->cohort;
    pbr_cells_place(row, p->scope, m->area, m->cohort);
    int_cell(row, d->starts[at], m->starts);
    int_cell(row, d->eligible[at], m->eligible);
    int_cell(row, d->persons[at], m->measurable);
    int_cell(row, d->outcomes[at], m->reoffenders);
    int_cell(row, d->outcomes[at], m->reoffences);
}

/* --- results --- */

static const pbr_book_column RESULTS[] = {
    PUBLISHED_PLACE,
    PBR_COLUMN("Line", 28, TEXT),
    PBR_COLUMN("Unit of rates [note 3]", 16, TEXT),
    PBR_COLUMN("Rate [note 3]", 14, PERCENT),
    PBR_COLUMN("Adjusted rate [note 4]", 15, PERCENT),
    PBR_COLUMN("Baseline [note 5]", 12, PERCENT),
    PBR_COLUMN("Lower limit [note 6]", 14, PERCENT),
    PBR_COLUMN("Upper limit [note 6]", 14, PERCENT),
    PBR_COLUMN("Result [note 6]", 34, TEXT),
};

static bool is_tabled(const pbr_result *result)
{
    return result->metric->compare_with == PBR_WITH_BASELINE;
}

static void rate_cells(pbr_row *row, const pbr_result *result, bool withheld)
{
    bool tested = result->verdict != PBR_NO_RESULT;
    bool adjusts = result->metric->adjust != PBR_NO_ADJUSTMENT;
    const char *unadjusted = adjusts ? PBR_NOT_AVAILABLE : PBR_NOT_APPLICABLE;
    ratio_cell(row, withheld, PBR_NOT_AVAILABLE, result->has_rate, result->rate);
    ratio_cell(row, withheld && adjusts, unadjusted, result->has_rate && adjusts, result->adjusted);
    if (result->baseline)
        ratio_cell(row, withheld && !is_tabled(result), NULL, true, result->baseline->rate);
    else
        text_cell(row, withheld && !is_tabled(result), PBR_NOT_AVAILABLE);
    ratio_cell(row, withheld, PBR_NOT_AVAILABLE, tested, result->lower);
    ratio_cell(row, withheld, PBR_NOT_AVAILABLE, tested, result->upper);
}

static void fill_results(pbr_row *row, const void *context, size_t index)
{
    const pbr_publication *p = context;
    const pbr_result *result = p->scope->results.at[index];
    bool withheld = pbr_withholds_outcome(p->disclosure, result->area, result->cohort);
    pbr_cells_place(row, p->scope, result->area, result->cohort);
    pbr_cell_text(row, pbr_line_title(result->line));
    pbr_cell_text(row, pbr_rate_unit(result->metric->kind));
    rate_cells(row, result, withheld);
    text_cell(row, withheld, pbr_result_words(p->scope, result));
}

/* --- attrition --- */

static const pbr_book_column ATTRITION[] = {
    PUBLISHED_PLACE,
    PBR_COLUMN("Stage [note 7]", 18, TEXT),
    PBR_COLUMN("Reason", 52, TEXT),
    PBR_COLUMN("Starts [note 7]", 18, INTEGER),
};

static void fill_attrition(pbr_row *row, const void *context, size_t index)
{
    const pbr_publication *p = context;
    const pbr_attrition *item = p->scope->attrition.at[index];
    pbr_cells_place(row, p->scope, item->area, item->cohort);
    pbr_cell_text(row, item->stage);
    pbr_cell_text(row, pbr_or(item->title, item->reason));
    int_cell(row, p->disclosure->reasons[item - p->scope->measures->attrition], item->starts);
}

/* --- payments --- */

static const pbr_book_column PAYMENTS[] = {
    PBR_COLUMN(PBR_HEADER_AREA_CODE, 11, LABEL),
    PBR_COLUMN("Area", 30, TEXT),
    PBR_COLUMN("Cohort or month", 18, TEXT),
    PBR_COLUMN("Line", 28, TEXT),
    PBR_COLUMN("Payee", 36, TEXT),
    PBR_COLUMN("Units [note 8]", 17, UNITS),
    PBR_COLUMN("Unit [note 8]", 16, TEXT),
    PBR_COLUMN("Price (£) [note 8]", 20, MONEY),
    PBR_COLUMN("Payable (£) [note 9]", 22, MONEY),
    PBR_COLUMN("Settled before (£) [note 10]", 19, MONEY),
    PBR_COLUMN("Due (£) [note 10]", 20, MONEY),
};

static void fill_payments(pbr_row *row, const void *context, size_t index)
{
    const pbr_publication *p = context;
    const pbr_payment *payment = p->scope->payments.at[index];
    bool withheld = pbr_withholds_payment(p->disclosure, payment);
    bool priced = mpq_sgn(payment->units) != 0 || mpq_sgn(payment->price) != 0;
    pbr_cells_place(row, p->scope, payment->area, payment->cohort);
    pbr_cell_text(row, pbr_line_title(payment->line));
    pbr_cell_text(row, payment->payee);
    ratio_cell(row, withheld, PBR_NOT_APPLICABLE, priced, payment->units);
    text_cell(row, withheld, priced ? pbr_unit_words(payment) : NULL);
    ratio_cell(row, withheld, PBR_NOT_APPLICABLE, priced, payment->price);
    money_cell(row, withheld, payment->payable_pence);
    money_cell(row, withheld, payment->previous_pence);
    money_cell(row, withheld, payment->due_pence);
}

/* --- payees --- */

static const pbr_book_column PAYEES[] = {
    PBR_COLUMN("Payee", 40, LABEL),
    PBR_COLUMN("Results (£) [note 10]", 25, MONEY),
    PBR_COLUMN("Fees, volumes and credits (£) [note 11]", 31, MONEY),
    PBR_COLUMN("Other money (£) [note 12]", 29, MONEY),
    PBR_COLUMN("Due (£) [note 10]", 22, MONEY),
};

static void fill_payees(pbr_row *row, const void *context, size_t index)
{
    const pbr_published_payee *item = ((const pbr_publication *)context)->payees.at[index];
    pbr_cell_text(row, pbr_or(item->payee, "All payees"));
    money_cell(row, item->withheld, item->results_pence);
    money_cell(row, false, item->monthly_pence);
    money_cell(row, false, item->other_pence);
    money_cell(row, item->withheld, item->due_pence);
}

/* --- notes --- */

/* In the order in which headers name them, from 1. */
static const char *const NOTES[] = {
    "Starts are rows of the extract: a release from custody, or the beginning of an order. "
    "Eligible "
    "are those left after exclusions, each person once unless the contract counts every start. "
    "Measured are the eligible for whom an outcome can be known: what rates are taken over.",
    "Reoffenders are persons measured who have at least one proven reoffence in follow-up. "
    "Reoffences are all of theirs.",
    "The unit of rates holds for the rate, the adjusted rate, the baseline and the limits of its "
    "row. They are held unrounded and shown to four decimals.",
    "The adjusted rate is the rate plus the mean score of the baseline cohort less the mean score "
    "of this one: a cohort of higher risk is expected to reoffend more.",
    "The baseline is what the rate is compared with: a figure tabled in the contract, or the rate "
    "of a control group or of an earlier cohort.",
    "The result follows from the limits and, where a line is adjusted, from the adjusted rate. A "
    "rate equal to a limit is neither better nor worse.",
    "Each start ends in one row: excluded, unmeasurable or counted. A start is excluded or "
    "unmeasurable for the first reason that holds. The outcomes of those left out are not "
    "published.",
    "Units times price is the amount before caps. A result that brings neither payment nor "
    "deduction has no units, no unit and no price.",
    "Payable is the amount after caps and after decisions by the commissioner. A positive amount "
    "is "
    "owed to the payee, a negative one by the payee.",
    "Due is what is payable less what was settled before. Results is the sum of what is due on "
    "tested lines.",
    "Fees, volumes and credits are monthly lines. They rest on prices, on volumes for a whole year "
    "and on service levels, not on who reoffended, and are not withheld.",
    "Other money is not computed by the contract: rulings, extra funding. What earlier settlements "
    "carried forward is not in this table.",
};

static const pbr_book_column NOTES_COLUMNS[] = {PBR_COLUMN("Note", 12, LABEL),
                                                PBR_COLUMN("Text", 100, TEXT)};

static void fill_notes(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    pbr_cell_text(row, pbr_arena_printf(scope->arena, "[note %zu]", index + 1));
    pbr_cell_text(row, NOTES[index]);
}

pbr_sheet pbr_published_notes(const pbr_scope *scope)
{
    pbr_sheet sheet =
        pbr_sheet_plan(scope, "Notes", "notes", "Notes",
                       "This worksheet contains one table. It has no blank cells.",
                       PBR_COLUMNS(NOTES_COLUMNS), sizeof NOTES / sizeof *NOTES, fill_notes);
    sheet.house = PBR_HOUSE_PUBLICATION;
    sheet.filter = false;
    return sheet;
}

/* --- the tables --- */

static pbr_sheet table_sheet(const pbr_publication *p, const char *name, const char *table,
                             const char *title, const char *more, const pbr_book_column *columns,
                             size_t columns_count, size_t rows_count,
                             void (*fill)(pbr_row *, const void *, size_t))
{
    const pbr_scope *scope = p->scope;
    const char *warning = pbr_warning(scope);
    const char *about = pbr_arena_printf(
        scope->arena,
        "This worksheet contains one table. Its headers point to notes, which are in the worksheet "
        "called Notes.\n"
        "No cell is blank. " PBR_WITHHELD " is confidential, " PBR_NOT_AVAILABLE
        " is not available, " PBR_NOT_APPLICABLE " is not applicable; the Cover says more.%s%s%s%s",
        more ? "\n" : "", more ? more : "", warning ? "\n" : "", warning ? warning : "");
    pbr_sheet sheet =
        pbr_sheet_plan(scope, name, table, title, about, columns, columns_count, rows_count, fill);
    sheet.context = p;
    sheet.house = PBR_HOUSE_PUBLICATION;
    sheet.filter = false;
    return sheet;
}

void pbr_published_tables(const pbr_publication *p, pbr_sheet out[PBR_PUBLISHED_TABLES])
{
    const pbr_scope *scope = p->scope;
    const char *money = pbr_arena_printf(scope->arena, "%s They are in %s.", pbr_vat_words(scope),
                                         pbr_currency_words(scope));
    out[0] = table_sheet(p, "Counts", "counts", "Counts of starts and persons by area and cohort",
                         NULL, PBR_COLUMNS(COUNTS), p->counts.count, fill_counts);
    out[1] = table_sheet(p, "Results", "results", "Results by area, cohort and line", NULL,
                         PBR_COLUMNS(RESULTS), scope->results.count, fill_results);
    out[2] = table_sheet(p, "Attrition", "attrition", "Where starts ended, by area and cohort",
                         NULL, PBR_COLUMNS(ATTRITION), scope->attrition.count, fill_attrition);
    out[3] = table_sheet(p, "Payments", "payments", "Payments by area, cohort and line", money,
                         PBR_COLUMNS(PAYMENTS), scope->payments.count, fill_payments);
    out[4] = table_sheet(p, "Payees", "payees", "Amounts due by payee", money, PBR_COLUMNS(PAYEES),
                         p->payees.count, fill_payees);
}

/* --- what they hold --- */

static bool add_payment(pbr_published_payee *sum, const pbr_publication *p,
                        const pbr_payment *payment)
{
    bool tested = payment->line->kind == PBR_OUTCOME;
    sum->withheld |= pbr_withholds_payment(p->disclosure, payment);
    return pbr_pence_add(tested ? &sum->results_pence : &sum->monthly_pence, payment->due_pence) &&
           pbr_pence_add(&sum->due_pence, payment->due_pence);
}

static bool add_other(pbr_published_payee *sum, const pbr_other_line *other)
{
    return pbr_pence_add(&sum->other_pence, other->due_pence) &&
           pbr_pence_add(&sum->due_pence, other->due_pence);
}

/* A sum that holds a withheld part is withheld too: money is exact to the penny, and one sum of
 * whole persons at known prices can have a single solution, however many parts it has. */
static bool add_payee(pbr_publication *p, const char *payee)
{
    const pbr_scope *scope = p->scope;
    pbr_published_payee *sum = pbr_arena_alloc(scope->arena, sizeof *sum);
    bool fits = true;
    sum->payee = payee;
    pbr_list_add(&p->payees, sum);
    for (size_t i = 0; i < scope->payments.count && fits; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (!payee || strcmp(payment->payee, payee) == 0) fits = add_payment(sum, p, payment);
    }
    for (size_t i = 0; i < scope->others.count && fits; i++) {
        const pbr_other_line *other = scope->others.at[i];
        if (!payee || strcmp(other->payee, payee) == 0) fits = add_other(sum, other);
    }
    return fits;
}

static bool add_payees(pbr_publication *p)
{
    const pbr_scope *scope = p->scope;
    bool fits = true;
    for (size_t i = 0; i < scope->settlement->payees_count && fits; i++)
        fits = add_payee(p, scope->settlement->payees[i]);
    return fits && (!p->payees.count || add_payee(p, NULL));
}

static void add_counts(pbr_publication *p)
{
    const pbr_measures *measures = p->scope->measures;
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *m = &measures->measures[i];
        if (!m->control && pbr_scope_covers(p->scope, m->area, m->cohort))
            pbr_list_add(&p->counts, m);
    }
}

pbr_publication *pbr_publication_new(const pbr_scope *scope, const pbr_disclosure *disclosure,
                                     pbr_diag *diag)
{
    pbr_publication *p = pbr_alloc(1, sizeof *p);
    p->scope = scope;
    p->disclosure = disclosure;
    add_counts(p);
    if (add_payees(p)) return p;
    pbr_error(diag, "money-overflow", PBR_NOWHERE,
              "the sum of the payments does not fit in 63 bits");
    pbr_publication_free(p);
    return NULL;
}

void pbr_publication_free(pbr_publication *publication)
{
    if (!publication) return;
    pbr_list_free(&publication->counts);
    pbr_list_free(&publication->payees);
    free(publication);
}

const char *pbr_withheld_words(const pbr_publication *p)
{
    const pbr_disclosure *d = p->disclosure;
    size_t outcomes = 0, reasons = 0;
    for (size_t i = 0; i < p->counts.count; i++) {
        const pbr_measure *m = p->counts.at[i];
        outcomes += d->outcomes[m->area * d->cohorts_count + m->cohort];
    }
    for (size_t i = 0; i < p->scope->attrition.count; i++) {
        const pbr_attrition *row = p->scope->attrition.at[i];
        reasons += d->reasons[row - p->scope->measures->attrition];
    }
    return pbr_arena_printf(p->scope->arena,
                            "Outcomes are withheld for %zu of %zu cohorts of areas, and %zu of %zu "
                            "rows of the table of attrition.",
                            outcomes, p->counts.count, reasons, p->scope->attrition.count);
}
