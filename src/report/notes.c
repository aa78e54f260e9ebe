/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/notes.h"

#include "report/words.h"

static const char *const READING[] = {
    "A positive amount is owed to the payee; a negative amount is owed by the payee.",
    "Rates, limits and units are held unrounded in their cells and shown with four decimals. Money "
    "is "
    "rounded once, to the penny, and adds up to the penny.",
    "A binary rate is the percentage of measurable persons with a proven reoffence. A frequency "
    "rate "
    "is the number of proven reoffences for each person who reoffended.",
    "The adjusted rate is the rate plus the case-mix adjustment: the mean risk score of the "
    "baseline "
    "cohort less that of this cohort, in percentage points. A line without adjustment shows none.",
    "A rate below the lower limit is better, one above the upper limit is worse, and one equal to "
    "a "
    "limit or between them is neither: nothing is paid or deducted for it. A rate above the "
    "termination point is named beside the result.",
    "Binary units are cases times (baseline less adjusted rate), divided by 100. Frequency units "
    "are "
    "reoffenders times (baseline less rate). Negative units are reoffenders or reoffences more "
    "than "
    "the baseline.",
    "Computed amount: units times unit price, rounded once. Then the caps are applied, then "
    "decisions, "
    "and what earlier settlements settled is taken off; the amount due is what is left.",
};

static const char *results_list(const pbr_scope *scope, const pbr_gate *gate)
{
    pbr_list words = {0};
    for (unsigned i = 0; i < gate->results_count; i++)
        pbr_list_add_text(&words, pbr_verdict_text(gate->results[i]));
    const char *text = pbr_list_words(scope->arena, &words);
    pbr_list_free(&words);
    return text;
}

static const char *measured_words(const pbr_payoff *payoff)
{
    if (!payoff) return "not priced";
    return payoff->measured_from == PBR_FROM_BASELINE ? "measured from the baseline"
                                                      : "measured from the limit";
}

static void note_lines(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        pbr_list_add_text(
            notes,
            pbr_arena_printf(scope->arena, "\"%s\": a better result is %s, a worse one is %s.",
                             pbr_or(line->title, line->id), measured_words(line->better),
                             measured_words(line->worse)));
    }
}

static const struct {
    const char *verb, *rest;
} GATE_SIDES[] = {
    [PBR_GATE_PAY] = {"is paid", "; its deductions do not depend on that"},
    [PBR_GATE_DEDUCT] = {"is deducted", "; its payments do not depend on that"},
    [PBR_GATE_BOTH] = {"is paid or deducted", ""},
};

static void note_hurdles(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        const pbr_gate *gate = line->gate;
        if (!gate) continue;
        const pbr_line *other = pbr_terms_line(rules->terms, gate->line);
        pbr_list_add_text(
            notes, pbr_arena_printf(
                       scope->arena, "Hurdle: \"%s\" %s only if the result of \"%s\" is %s%s.",
                       pbr_or(line->title, line->id), GATE_SIDES[gate->applies_to].verb,
                       pbr_or(other ? other->title : NULL, gate->line), results_list(scope, gate),
                       GATE_SIDES[gate->applies_to].rest));
    }
}

static void note_caps(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->caps_count; i++) {
        const pbr_cap *cap = &rules->terms->caps[i];
        const char *headroom = cap->headroom == PBR_HEADROOM_NET ? "restore" : "do not restore";
        pbr_list_add_text(
            notes, pbr_arena_printf(scope->arena,
                                    "Cap %s: in each area, the lines for cohorts formed in one "
                                    "contract year come to at most %s%s%s; deductions %s headroom.",
                                    cap->id, cap->column, cap->minus ? " less " : "",
                                    cap->minus ? cap->minus : "", headroom));
    }
}

static const char *const ROUNDING[] = {
    [PBR_HALF_EVEN] = "to the nearest penny, half a penny to the even one",
    [PBR_HALF_UP] = "to the nearest penny, half a penny away from zero",
    [PBR_FLOOR] = "to the penny towards zero",
};

static void note_rounding(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    bool whole = rules->terms->rounding.units == PBR_UNITS_INTEGER;
    pbr_list_add_text(notes,
                      pbr_arena_printf(scope->arena,
                                       "Rounding: each line's amount is rounded once, %s; "
                                       "units are %s.",
                                       ROUNDING[rules->terms->rounding.mode],
                                       whole ? "rounded to whole numbers first" : "not rounded"));
}

static const char *const PAYEES[] = {
    [PBR_AT_SETTLEMENT] = "The payee is the one whose agreement is in force when the settlement is "
                          "made.",
    [PBR_AT_FORMATION] = "The payee is the one whose agreement was in force when the cohort was "
                         "formed.",
    [PBR_PRO_RATA_DAYS] =
        "Payees share a line by the days of the cohort's formation on which their "
        "agreements were in force.",
};

static void note_payee(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    (void)scope;
    pbr_list_add_text(notes, PAYEES[rules->terms->payee.rule]);
}

static void note_year(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    (void)scope;
    if (!pbr_terms_has_period(rules->terms, PBR_YEAR)) return;
    bool sum = rules->terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
    pbr_list_add_text(
        notes, sum ? "An annual cohort is the sum of its quarters. A person who starts in two "
                     "quarters counts twice, so its observations are not independent, and a test "
                     "that takes them for independent is somewhat too ready to find a difference."
                   : "An annual cohort counts each person once in the year, so it is smaller than "
                     "the sum of its quarters.");
}

/* What the terms choose, in the order in which it is applied. */
static void (*const MAKERS[])(const pbr_scope *, const pbr_rules *, pbr_list *) = {
    note_lines, note_hurdles, note_rounding, note_caps, note_payee, note_year,
};

static void note_run(const pbr_scope *scope, pbr_list *notes)
{
    if (pbr_interim_words(scope))
        pbr_list_add_text(notes,
                          "Interim results are of cohorts whose follow-up or waiting period "
                          "was not over at the snapshot. They will change and are not priced.");
    if (pbr_scope_illustrative(scope)) pbr_list_add_text(notes, pbr_terms_status(scope));
    pbr_list_add_text(notes, pbr_vat_words(scope));
    pbr_list_add_text(notes,
                      "The sheets are protected against slips, without a password. Nothing is "
                      "hidden, and there are no macros.");
}

void pbr_notes(const pbr_scope *scope, pbr_list *notes)
{
    for (size_t i = 0; i < sizeof READING / sizeof *READING; i++)
        pbr_list_add_text(notes, READING[i]);
    for (size_t maker = 0; maker < sizeof MAKERS / sizeof *MAKERS; maker++)
        for (size_t i = 0; i < scope->rules.count; i++)
            MAKERS[maker](scope, scope->rules.at[i], notes);
    note_run(scope, notes);
}
