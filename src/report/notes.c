/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/notes.h"

#include "report/note_lines.h"
#include "report/result_words.h"
#include "report/words.h"

static const char *const READING[] = {
    "A positive amount is owed to the payee; a negative amount is owed by the payee.",
    "Rates, limits and units are held unrounded in their cells and shown with four decimals. Money "
    "is rounded once, to the penny, and adds up to the penny.",
};

static const char *const READING_RESULTS[] = {
    "The adjusted rate is the rate plus the case-mix adjustment: the mean risk score of the "
    "baseline cohort less that of this cohort, in percentage points. A line without adjustment "
    "shows none.",
    "A rate below the lower limit is better, one above the upper limit is worse, and one equal to "
    "a limit or between them is neither. A rate above the termination point is named beside the "
    "result and on the front sheet.",
    "The change is the baseline less the adjusted rate, so that a fall is positive.",
};

static const char ORDER[] =
    "Computed amount: units times price, rounded once. Then the caps are applied in the order "
    "line, cohort, year of formation, life of the contract; then decisions; then the line is split "
    "between payees, and what earlier settlements settled is taken off. The amount due is what is "
    "left.";

/* What a rate of each kind is, and what its units are. */
static const char *const METRICS[] = {
    [PBR_RATE] = "A binary rate is the percentage of measurable persons with a proven reoffence. "
                 "Its units are cases times (baseline less adjusted rate), divided by 100: "
                 "reoffenders fewer than the baseline, or more where negative.",
    [PBR_EVENTS_PER_REOFFENDER] =
        "A frequency rate is the number of proven reoffences for each person who reoffended. Its "
        "units are reoffenders times (baseline less rate): reoffences fewer than the baseline, or "
        "more where negative.",
    [PBR_EVENTS_PER_100] =
        "A rate of events per 100 persons counts every event of every measurable person. Its units "
        "are persons times (baseline less rate), divided by 100.",
    [PBR_DAYS_PER_PERSON] = "Days per person are the sum of days over the measurable persons. "
                            "Their units are persons times (baseline less rate).",
    [PBR_EXPECTED_RATIO] = "Observed over expected is the number of persons with an event over the "
                           "number that was expected; its units are the expected number times "
                           "(baseline less ratio).",
};

static const char *const ROUNDING[] = {
    [PBR_HALF_EVEN] = "to the nearest penny, half a penny to the even one",
    [PBR_HALF_UP] = "to the nearest penny, half a penny away from zero",
    [PBR_FLOOR] = "to the penny towards zero",
};

static const char *const PAYEES[] = {
    [PBR_AT_SETTLEMENT] = "The payee is the one whose agreement is in force when the settlement is "
                          "made.",
    [PBR_AT_FORMATION] = "The payee is the one whose agreement was in force when the cohort was "
                         "formed.",
    [PBR_PRO_RATA_DAYS] =
        "Payees share a line by the days of the cohort's formation on which their "
        "agreements were in force.",
};

static const char *const NEGATIVE_TOTALS[] = {
    [PBR_INVOICE] = "A payee whose total is negative is invoiced for it.",
    [PBR_CARRY_FORWARD] =
        ("A negative total is carried forward: nothing is paid now, and the next settlement "
         "brings it forward as a part of the payee's total."),
    [PBR_SET_OFF] = "A negative total is set off against other sums owed to the payee.",
};

static bool has_metric(const pbr_scope *scope, pbr_metric_kind kind)
{
    for (size_t i = 0; i < scope->results.count; i++)
        if (((const pbr_result *)scope->results.at[i])->metric->kind == kind) return true;
    return false;
}

static void note_reading(const pbr_scope *scope, pbr_list *notes)
{
    for (size_t i = 0; i < sizeof READING / sizeof *READING; i++)
        pbr_list_add_text(notes, READING[i]);
    for (size_t kind = 0; kind < sizeof METRICS / sizeof *METRICS; kind++)
        if (has_metric(scope, (pbr_metric_kind)kind)) pbr_list_add_text(notes, METRICS[kind]);
    for (size_t i = 0; scope->results.count && i < sizeof READING_RESULTS / sizeof *READING_RESULTS;
         i++)
        pbr_list_add_text(notes, READING_RESULTS[i]);
    pbr_list_add_text(notes, ORDER);
}

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

static void note_payee(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    (void)scope;
    pbr_list_add_text(notes, PAYEES[rules->terms->payee.rule]);
    pbr_list_add_text(notes, NEGATIVE_TOTALS[rules->terms->negative_total.treatment]);
}

static void note_year(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    (void)scope;
    if (!scope->results.count || !pbr_terms_has_period(rules->terms, PBR_YEAR)) return;
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
    pbr_note_lines, pbr_note_hurdles, note_rounding, pbr_note_caps, note_payee, note_year,
};

static bool fails(const pbr_scope *scope)
{
    for (size_t i = 0; i < scope->contract->agreements_count; i++)
        if (scope->contract->agreements[i].insolvent) return true;
    return false;
}

static void note_run(const pbr_scope *scope, pbr_list *notes)
{
    if (scope->others.count)
        pbr_list_add_text(notes, "Other money (rulings, extra funding) is not computed from counts "
                                 "and terms. It has its own sheet and its own subtotal, and no "
                                 "cap or hurdle applies to it.");
    if (fails(scope))
        pbr_list_add_text(notes, "Where an agreement ended because its provider was insolvent, "
                                 "that provider's lines are held until somebody with authority "
                                 "decides on them.");
    if (pbr_interim_words(scope))
        pbr_list_add_text(notes,
                          "Interim results are of cohorts whose follow-up or waiting period "
                          "was not over at the snapshot. They will change and are not priced.");
    if (pbr_scope_illustrative(scope)) pbr_list_add_text(notes, pbr_terms_status(scope));
    pbr_list_add_text(notes, pbr_vat_words(scope));
    pbr_list_add_text(notes,
                      "The sheets are protected against slips, without a password. Nothing is "
                      "hidden, and there are no macros. Charts are of the latest cohorts where "
                      "there are many.");
}

void pbr_notes(const pbr_scope *scope, pbr_list *notes)
{
    note_reading(scope, notes);
    for (size_t maker = 0; maker < sizeof MAKERS / sizeof *MAKERS; maker++)
        for (size_t i = 0; i < scope->rules.count; i++)
            MAKERS[maker](scope, scope->rules.at[i], notes);
    note_run(scope, notes);
}
