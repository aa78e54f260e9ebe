/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/qa_book.h"

#include "report/cover.h"
#include "report/payment_words.h"
#include "report/qa_sheets.h"
#include "report/words.h"

static pbr_sheet checks(const pbr_qa_scope *q)
{
    return pbr_sheet_checks(q->scope);
}

/* In order. A sheet without rows is left out. */
static pbr_sheet (*const SHEETS[])(const pbr_qa_scope *) = {
    pbr_qa_sheet_signatures,
    pbr_qa_sheet_assumptions,
    pbr_qa_sheet_splits,
    pbr_qa_sheet_avoided,
    pbr_qa_sheet_restorations,
    pbr_qa_sheet_restored,
    pbr_qa_sheet_turns,
    pbr_qa_sheet_data,
    pbr_qa_sheet_counts,
    pbr_qa_sheet_decisions,
    checks,
    pbr_qa_sheet_assurance,
    pbr_qa_sheet_limits,
    pbr_qa_sheet_changes,
    pbr_qa_sheet_map,
};
enum { SIGNATURES, ASSUMPTIONS, SPLITS };
enum { SHEETS_COUNT = sizeof SHEETS / sizeof *SHEETS };

static const char *split_words(const pbr_qa_scope *q)
{
    int64_t raw = 0, mix = 0;
    for (size_t i = 0; i < q->qa->splits_count; i++) {
        pbr_split_sums sums = pbr_split_sums_of(&q->qa->splits[i]);
        pbr_pence_add(&raw, sums.due_raw_pence);
        pbr_pence_add(&mix, sums.due_mix_pence);
    }
    if (!q->qa->unadjusted)
        return q->qa->unadjusted_why
                   ? pbr_arena_printf(q->scope->arena, "cannot be told: %s", q->qa->unadjusted_why)
                   : "No rate is adjusted: everything is raw change.";
    return pbr_arena_printf(q->scope->arena, "%s for raw change and %s for case mix.",
                            pbr_money_words(q->scope, raw), pbr_money_words(q->scope, mix));
}

static const char *assumption_words(const pbr_qa_scope *q)
{
    if (!q->qa->assumptions_count) return "Every term used is published or verified.";
    const pbr_assumption *first = &q->qa->assumptions[0];
    const pbr_trial *largest = pbr_assumption_largest(first);
    if (!largest) return pbr_arena_printf(q->scope->arena, "%zu terms.", q->qa->assumptions_count);
    return pbr_arena_printf(
        q->scope->arena,
        "%zu terms used are not published. The most hangs on %s: %s, and the total "
        "due changes by %s.",
        q->qa->assumptions_count, first->term, largest->change,
        pbr_effect_words(q->scope, largest->effect_pence));
}

static const char *restoration_words(const pbr_qa_scope *q)
{
    const char *words = NULL;
    for (size_t i = 0; i < q->qa->restorations_count; i++) {
        const pbr_restoration *rule = &q->qa->restorations[i];
        if (rule->trial.not_told || !rule->starts) continue;
        words = pbr_joined(q->scope, words,
                           pbr_arena_printf(q->scope->arena, "%s %s", rule->reason,
                                            pbr_effect_words(q->scope, rule->trial.effect_pence)));
    }
    return words ? words : "Nothing to put back, or no extracts were read.";
}

static void fill_cover(pbr_cover *cover, const pbr_qa_scope *q, const pbr_sheet *sheets)
{
    const pbr_scope *scope = q->scope;
    int64_t due = q->qa->settled.settlement->due_pence;
    bool split = sheets[SPLITS].rows_count > 0;
    const char *cell = split ? pbr_total_cell(scope, &sheets[SPLITS], PBR_HEADER_SPLIT_DUE) : NULL;
    pbr_cover_figure(cover, "Total due of all lines", due, &cell, split, false);
    pbr_cover_text(cover, "Paid for", split_words(q));
    pbr_cover_text(cover, "Assumptions", assumption_words(q));
    pbr_cover_text(cover, "Rules put back, one by one", restoration_words(q));
    pbr_cover_flags(cover);
    pbr_cover_text(cover, "Purpose",
                   "What those who commission, make, assure and approve the settlement need to "
                   "sign it: logs of assumptions, data and decisions, what hangs on them, what was "
                   "checked, and the limits of use.");
    pbr_cover_text(cover, "How to use it",
                   "Cells whose header says (to fill in) are open; all others are locked. The "
                   "amounts are those of settlement.xlsx.");
    pbr_cover_text(cover, "Commissioner", scope->contract->scheme->commissioner);
    pbr_cover_facts(cover);
    pbr_cover_text(cover, "Checks of data and terms", pbr_findings_words(scope));
    if (split) pbr_cover_check(cover);
    for (size_t i = 0; i < SHEETS_COUNT; i++)
        if (sheets[i].rows_count) pbr_cover_contents(cover, &sheets[i], 1);
}

static void add_sheets(pbr_book *book, const pbr_qa_scope *q)
{
    const pbr_scope *scope = q->scope;
    pbr_sheet sheets[SHEETS_COUNT];
    pbr_cover about = {.scope = scope};
    for (size_t i = 0; i < SHEETS_COUNT; i++) sheets[i] = SHEETS[i](q);
    fill_cover(&about, q, sheets);
    pbr_sheet front = pbr_cover_sheet(
        &about, "About",
        pbr_arena_printf(scope->arena, "Quality assurance: %s",
                         pbr_or(scope->contract->scheme->title, "contract")),
        pbr_arena_printf(scope->arena, "%s They are in %s. A positive amount is owed to the payee.",
                         pbr_vat_words(scope), pbr_currency_words(scope)));
    pbr_book_add(book, &front);
    for (size_t i = 0; i < SHEETS_COUNT; i++)
        if (sheets[i].rows_count) pbr_book_add(book, &sheets[i]);
    pbr_cover_free(&about);
}

bool pbr_qa_book(const char *path, const pbr_qa *qa, const pbr_run_facts *facts,
                 const pbr_qa_facts *inputs, pbr_diag *diag)
{
    pbr_scope *scope =
        pbr_scope_new(NULL, qa->settled.settlement, qa->settled.measures, facts, diag);
    if (!scope) return false;
    pbr_qa_scope q = {scope, qa, inputs};
    pbr_book_facts properties = pbr_properties(scope, "Quality assurance");
    pbr_book *book = pbr_book_new(path, &properties);
    add_sheets(book, &q);
    bool written = pbr_book_close(book, diag);
    pbr_scope_free(scope);
    return written;
}
