/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Logs of the QA pack: sign-off, data, counts, decisions, what was checked, limits, changes. */
#include "report/payment_words.h"
#include "report/qa_sheets.h"
#include "report/words.h"

#include <string.h>

/* --- tables of texts --- */

void pbr_texts_add(pbr_text_table *table, pbr_texts row)
{
    pbr_texts *kept = pbr_arena_alloc(table->q->scope->arena, sizeof *kept);
    *kept = row;
    pbr_list_add(&table->rows, kept);
}

struct texts {
    const pbr_texts *const *rows;
    size_t columns;
};

static void fill_texts(pbr_row *row, const void *context, size_t index)
{
    const struct texts *texts = context;
    for (size_t i = 0; i < texts->columns; i++) pbr_cell_text(row, texts->rows[index]->cells[i]);
}

pbr_sheet pbr_sheet_of_texts(pbr_text_table *table, const char *name, const char *id,
                             const char *title, const char *about, const pbr_book_column *columns,
                             size_t columns_count)
{
    pbr_arena *arena = table->q->scope->arena;
    size_t count = table->rows.count;
    const pbr_texts **rows = pbr_arena_alloc(arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) rows[i] = table->rows.at[i];
    pbr_list_free(&table->rows);
    struct texts *texts = pbr_arena_alloc(arena, sizeof *texts);
    *texts = (struct texts){rows, columns_count};
    pbr_sheet sheet = pbr_sheet_plan(table->q->scope, name, id, title, about, columns,
                                     columns_count, count, fill_texts);
    sheet.context = texts;
    sheet.filter = false;
    return sheet;
}

/* --- sign-off --- */

static const pbr_book_column SIGNATURES[] = {
    PBR_COLUMN("Role", 16, LABEL),
    PBR_COLUMN("What the signature says", 50, TEXT),
    PBR_COLUMN("Name (to fill in)", 22, FILL),
    PBR_COLUMN("Organisation (to fill in)", 22, FILL),
    PBR_COLUMN("Evidence seen (to fill in)", 30, FILL),
    PBR_COLUMN("Date (to fill in)", 12, FILL),
    PBR_COLUMN("Signature (to fill in)", 24, FILL),
};

pbr_sheet pbr_qa_sheet_signatures(const pbr_qa_scope *q)
{
    pbr_text_table table = {.q = q};
    pbr_text_row(&table, "Commissioner",
                 "The settlement answers what the contract asks; the assumptions and limits are "
                 "known and accepted.");
    pbr_text_row(&table, "Analyst",
                 "The data and terms are those named in this pack; the run was made as recorded; "
                 "checks and warnings were looked into.");
    pbr_text_row(&table, "Assurer",
                 "Independent of the analyst: the checks named under Assurance were done or their "
                 "absence is accepted; findings are closed or recorded.");
    pbr_text_row(&table, "Approver",
                 "The assurance is in proportion to the money at stake; the settlement may be used "
                 "within its limits.");
    return pbr_sheet_of_texts(&table, "Sign-off", "sign_off", "Sign-off",
                              "Nobody has signed while a row is empty. Four roles, four persons; "
                              "the assurer must not be the analyst.",
                              PBR_COLUMNS(SIGNATURES));
}

/* --- data log --- */

static const pbr_book_column DATA[] = {
    PBR_COLUMN("File", 28, LABEL),
    PBR_COLUMN("Role", 14, TEXT),
    PBR_COLUMN("SHA-256", 68, TEXT),
    PBR_COLUMN("Data as at", 12, TEXT),
    PBR_COLUMN("Owner (to fill in)", 18, FILL),
    PBR_COLUMN("Received (to fill in)", 12, FILL),
    PBR_COLUMN("Checked by (to fill in)", 18, FILL),
};

pbr_sheet pbr_qa_sheet_data(const pbr_qa_scope *q)
{
    pbr_text_table table = {.q = q};
    const pbr_contract *contract = q->scope->contract;
    for (size_t i = 0; i < q->facts->inputs_count; i++) {
        const pbr_input_fact *input = &q->facts->inputs[i];
        bool extract = !strcmp(input->role, "cohort") || !strcmp(input->role, "reoffences");
        pbr_text_row(&table, input->name, input->role, input->sha256,
                     extract ? pbr_date_words(q->scope, q->scope->facts->snapshot) : NULL);
    }
    for (size_t i = 0; i < contract->files_count; i++)
        pbr_text_row(&table, contract->files[i].name, "contract", contract->files[i].sha256);
    return pbr_sheet_of_texts(&table, "Data", "data", "Data log: every input",
                              "The SHA-256 of an extract follows its bytes, also the order of its "
                              "rows; this is the one workbook that tells it. " PBR_BLANKS,
                              PBR_COLUMNS(DATA));
}

static const pbr_book_column COUNTS[] = {
    PBR_COLUMN("Cohort", 12, LABEL),
    PBR_COLUMN("Step", 15, TEXT),
    PBR_COLUMN("Rule", 18, TEXT),
    PBR_COLUMN("What it is", 50, TEXT),
    PBR_COLUMN("Starts or rows", 12, INTEGER),
    PBR_COLUMN("Reoffenders", 12, INTEGER),
    PBR_COLUMN("Reoffences", 12, INTEGER),
};

struct count_row {
    const char *cohort, *step, *rule, *words;
    int64_t starts, reoffenders, reoffences;
    bool rows_only;
};

static void fill_counts(pbr_row *row, const void *context, size_t index)
{
    const struct count_row *item = &((const struct count_row *)context)[index];
    pbr_cell_text(row, item->cohort);
    pbr_cell_text(row, item->step);
    pbr_cell_text(row, item->rule);
    pbr_cell_text(row, item->words);
    pbr_cell_int(row, item->starts);
    if (item->rows_only) {
        pbr_cell_blank(row);
        pbr_cell_blank(row);
        return;
    }
    pbr_cell_int(row, item->reoffenders);
    pbr_cell_int(row, item->reoffences);
}

/* The row of this cohort, stage and reason, in the order in which they are first met. */
static struct count_row *row_of(struct count_row *rows, size_t first, size_t *count,
                                const char *cohort, const pbr_attrition *item)
{
    for (size_t i = first; i < *count; i++)
        if (!strcmp(rows[i].cohort, cohort) && !strcmp(rows[i].step, item->stage) &&
            !strcmp(rows[i].rule, item->reason))
            return &rows[i];
    struct count_row *row = &rows[(*count)++];
    *row = (struct count_row){
        .cohort = cohort, .step = item->stage, .rule = item->reason, .words = item->title};
    return row;
}

static size_t add_run_counts(struct count_row *rows, const pbr_measures *measures)
{
    const struct {
        const char *words;
        int64_t count;
    } items[] = {
        {"rows of starts read", measures->counts.start_rows},
        {"starts in no cohort of the scheme", measures->counts.starts_outside},
        {"persons", measures->counts.persons},
        {"rows of reoffences read", measures->counts.reoffence_rows},
        {"of persons who have no start", measures->counts.reoffences_unmatched},
        {"that count for a start", measures->counts.reoffences_counted},
        {"that repeat another in every cell, and count", measures->counts.reoffences_repeated},
    };
    enum { ITEMS = sizeof items / sizeof *items };
    for (size_t i = 0; measures->counts.start_rows && i < ITEMS; i++)
        rows[i] = (struct count_row){
            .step = "read", .words = items[i].words, .starts = items[i].count, .rows_only = true};
    return measures->counts.start_rows ? ITEMS : 0;
}

static size_t add_attrition(struct count_row *rows, size_t count, const pbr_scope *scope)
{
    size_t first = count;
    for (size_t c = 0; c < scope->cohorts.count; c++)
        for (size_t i = 0; i < scope->attrition.count; i++) {
            const pbr_attrition *item = scope->attrition.at[i];
            const pbr_cohort *cohort = scope->cohorts.at[c];
            if (&scope->contract->cohorts[item->cohort] != cohort) continue;
            struct count_row *row = row_of(rows, first, &count, cohort->name, item);
            row->starts += item->starts;
            row->reoffenders += item->reoffenders;
            row->reoffences += item->reoffences;
        }
    return count;
}

/* From a table of measures only those who count are known. */
static size_t add_measures(struct count_row *rows, size_t count, const pbr_scope *scope)
{
    for (size_t c = 0; c < scope->cohorts.count; c++) {
        const pbr_cohort *cohort = scope->cohorts.at[c];
        struct count_row row = {
            .cohort = cohort->name, .step = "counted", .rule = "counted", .words = "measurable"};
        for (size_t i = 0; i < scope->measures->measures_count; i++) {
            const pbr_measure *m = &scope->measures->measures[i];
            if (&scope->contract->cohorts[m->cohort] != cohort || m->control) continue;
            row.starts += m->measurable;
            row.reoffenders += m->reoffenders;
            row.reoffences += m->reoffences;
        }
        if (cohort->kind != PBR_MONTH) rows[count++] = row;
    }
    return count;
}

pbr_sheet pbr_qa_sheet_counts(const pbr_qa_scope *q)
{
    enum { RUN_ROWS = 8 };
    const pbr_scope *scope = q->scope;
    size_t room = RUN_ROWS + scope->attrition.count + scope->cohorts.count, count;
    struct count_row *rows = pbr_arena_alloc(scope->arena, room * sizeof *rows);
    count = add_run_counts(rows, scope->measures);
    count = scope->attrition.count ? add_attrition(rows, count, scope)
                                   : add_measures(rows, count, scope);
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Counts", "counts", "Data log: counts at each step",
        "Rows read, then for each cohort that is settled where its starts ended, all areas "
        "together. The program stops if the starts do not add up to the rows. " PBR_BLANKS,
        PBR_COLUMNS(COUNTS), count, fill_counts);
    sheet.context = rows;
    return sheet;
}

/* --- decisions log --- */

static const pbr_book_column DECISIONS[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line or check", 20, TEXT),
    PBR_COLUMN("Payee", 20, TEXT),
    PBR_COLUMN("Decision", 12, TEXT),
    PBR_COLUMN("Decided by", 20, TEXT),
    PBR_COLUMN("Decided on", 11, DATE),
    PBR_COLUMN("Reason", 34, TEXT),
    PBR_SUMMED("After caps (£)", 15, MONEY),
    PBR_SUMMED("Payable (£)", 15, MONEY),
    PBR_SUMMED("Effect (£)", 15, MONEY),
};

static void fill_decision(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_payment *payment = item;
    const pbr_decision *decision = payment->decision;
    int64_t effect = payment->payable_pence;
    if (!pbr_pence_add(&effect, -payment->capped_pence))
        pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    pbr_cells_place(row, scope, payment->area, payment->cohort);
    pbr_cell_text(row, pbr_line_title(payment->line));
    pbr_cell_text(row, payment->payee);
    pbr_cell_text(row, pbr_disposition_words(payment));
    pbr_cell_text(row, decision ? decision->authority : NULL);
    pbr_cell_date(row, decision ? decision->date : PBR_NO_DATE);
    pbr_cell_text(row, pbr_decision_words(scope, payment));
    pbr_cell_money(row, payment->capped_pence);
    pbr_cell_money(row, payment->payable_pence);
    pbr_cell_money(row, effect);
}

static void fill_override(pbr_row *row, const pbr_scope *scope, const pbr_override *override)
{
    enum { MONEY_COLUMNS = 3 };
    const pbr_contract *contract = scope->contract;
    if (override->area != PBR_NONE)
        pbr_cells_area(row, scope, override->area);
    else {
        pbr_cell_text(row, "all");
        pbr_cell_text(row, "all areas");
    }
    pbr_cell_text(row,
                  override->cohort != PBR_NONE ? contract->cohorts[override->cohort].name : "all");
    pbr_cell_text(row, pbr_settable_checks[override->check].id);
    pbr_cell_blank(row);
    pbr_cell_text(row, "overridden");
    pbr_cell_text(row, override->authority);
    pbr_cell_date(row, override->date);
    pbr_cell_text(row, override->reason);
    for (int i = 0; i < MONEY_COLUMNS; i++) pbr_cell_blank(row);
}

struct decided {
    const pbr_scope *scope;
    const pbr_payment **items;
    size_t count; /* overrides stand behind them */
};

static void fill_decisions(pbr_row *row, const void *context, size_t index)
{
    const struct decided *decided = context;
    const pbr_override *overrides = decided->scope->facts->overrides;
    if (index < decided->count)
        fill_decision(row, decided->scope, decided->items[index]);
    else
        fill_override(row, decided->scope, &overrides[index - decided->count]);
}

pbr_sheet pbr_qa_sheet_decisions(const pbr_qa_scope *q)
{
    const pbr_scope *scope = q->scope;
    struct decided *decided = pbr_arena_alloc(scope->arena, sizeof *decided);
    decided->scope = scope;
    decided->items =
        pbr_arena_alloc(scope->arena, (scope->payments.count + 1) * sizeof *decided->items);
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (payment->decision || !pbr_is_applied(payment))
            decided->items[decided->count++] = payment;
    }
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Decisions", "decisions",
        "Decisions log: decisions on computed lines, and checks overridden",
        "The effect is what the decision changes in what is payable; a check that is overridden "
        "lets "
        "the settlement be made at all. Money that is not computed stands on the sheet Other money "
        "of "
        "settlement.xlsx. " PBR_BLANKS,
        PBR_COLUMNS(DECISIONS), decided->count + scope->facts->overrides_count, fill_decisions);
    sheet.context = decided;
    sheet.total = decided->count > 0;
    return sheet;
}

/* --- what was checked --- */

static const pbr_book_column ASSURANCE[] = {
    PBR_COLUMN("Activity", 30, LABEL),          PBR_COLUMN("What it shows", 52, TEXT),
    PBR_COLUMN("Result in this run", 34, TEXT), PBR_COLUMN("Done by (to fill in)", 18, FILL),
    PBR_COLUMN("Date (to fill in)", 11, FILL),  PBR_COLUMN("Evidence (to fill in)", 24, FILL),
};

static const char *agree(bool ok)
{
    return ok ? "agrees" : "DIFFERS";
}

static bool splits_add_up(const pbr_qa *qa)
{
    int64_t sum = 0;
    for (size_t i = 0; i < qa->splits_count; i++) {
        pbr_split_sums sums = pbr_split_sums_of(&qa->splits[i]);
        pbr_pence_add(&sum, sums.due_raw_pence);
        pbr_pence_add(&sum, sums.due_mix_pence);
    }
    return sum == qa->settled.settlement->due_pence;
}

static bool restorations_add_up(const pbr_qa *qa)
{
    for (size_t i = 0; i < qa->restorations_count; i++) {
        const pbr_restoration *rule = &qa->restorations[i];
        int64_t sum = 0;
        for (size_t k = 0; k < rule->rows_count && !rule->trial.not_told; k++)
            pbr_pence_add(&sum, rule->rows[k].put_back_pence - rule->rows[k].due_pence);
        if (!rule->trial.not_told && sum != rule->trial.effect_pence) return false;
    }
    return true;
}

static bool lines_add_up(const pbr_settlement *s)
{
    int64_t sum = 0;
    for (size_t i = 0; i < s->payees_count; i++)
        pbr_pence_add(&sum, pbr_settlement_due_to(s, s->payees[i]));
    return sum == s->due_pence;
}

static void add_own_checks(pbr_text_table *table)
{
    const pbr_qa *qa = table->q->qa;
    const pbr_settlement *s = qa->settled.settlement;
    pbr_text_row(table, "Lines add up", "The amounts due to all payees are the total due.",
                 agree(lines_add_up(s)));
    pbr_text_row(
        table, "Settled again",
        "Settling again with nothing changed comes to the same: the control of every "
        "figure under Assumptions.",
        agree(!qa->unchanged.not_told && !qa->unchanged.effect_pence && !qa->unchanged.verdicts));
    pbr_text_row(table, "Raw change and case mix add up",
                 "Both parts of all lines together are the total due.",
                 qa->unadjusted       ? agree(splits_add_up(qa))
                 : qa->unadjusted_why ? qa->unadjusted_why
                                      : "no rate is adjusted");
    pbr_text_row(table, "Rules put back add up",
                 "The changes by area and cohort are the change in total, rule by rule.",
                 qa->restorations_count ? agree(restorations_add_up(qa))
                                        : "no extracts were read, or no rule leaves persons out");
    pbr_text_row(table, "Every start is accounted for",
                 "The starts of each cohort end in one bucket each; the program stops if one is "
                 "lost or counted twice.",
                 s->results_count && qa->settled.measures->counts.start_rows
                     ? "agrees"
                     : "no extracts were read");
}

pbr_sheet pbr_qa_sheet_assurance(const pbr_qa_scope *q)
{
    pbr_text_table table = {.q = q};
    add_own_checks(&table);
    pbr_text_row(&table, "Second opinion on the counts",
                 "Measures recomputed by another path of the program (--cross-check).",
                 q->facts->cross_checked ? "run; every count agrees" : "not run");
    pbr_text_row(&table, "Findings in data and terms",
                 "Every warning and note of the sheet Checks was looked into.",
                 pbr_findings_words(q->scope));
    pbr_text_row(&table, "Made again elsewhere",
                 "Another person made the settlement again from the recorded inputs and found "
                 "the same bytes.",
                 "to be done");
    pbr_text_row(&table, "Reconciliation with published figures",
                 "Counts and rates were compared with the published reoffending tables of the "
                 "same period.",
                 "to be done");
    pbr_text_row(&table, "Independent model",
                 "A sample was worked out by a calculation that shares no code with the program.",
                 "to be done");
    pbr_text_row(&table, "Persons sampled",
                 "Starts and reoffences drawn at random were followed back to their records.",
                 "to be done");
    pbr_text_row(&table, "Terms against the signed contract",
                 "Each term was read against its clause by two persons.", "to be done");
    return pbr_sheet_of_texts(&table, "Assurance", "assurance",
                              "Assurance: verification, validation and reconciliation",
                              "The first rows are what the program checked of itself in this run; "
                              "those to be done are for people. How the program itself was tested "
                              "is told in its README.",
                              PBR_COLUMNS(ASSURANCE));
}

/* --- limits --- */

static const pbr_book_column LIMITS[] = {
    PBR_COLUMN("Concerns", 16, LABEL),
    PBR_COLUMN("What the figures can and cannot be used for", 78, TEXT),
    PBR_COLUMN("Holds until", 40, TEXT),
    PBR_COLUMN("Sunset date (to fill in)", 14, FILL),
    PBR_COLUMN("Set by (to fill in)", 18, FILL),
};

/* The first day on which an agreement used ends, after the settlement. */
static pbr_date terms_end(const pbr_scope *scope)
{
    pbr_date end = PBR_NO_DATE;
    for (size_t i = 0; i < scope->contract->agreements_count; i++) {
        const pbr_agreement *row = &scope->contract->agreements[i];
        if (row->to == PBR_NO_DATE || row->from > scope->facts->as_at ||
            row->to <= scope->facts->as_at)
            continue;
        if (end == PBR_NO_DATE || row->to < end) end = row->to;
    }
    return end;
}

static const char *terms_until(const pbr_scope *scope)
{
    pbr_date end = terms_end(scope);
    if (end == PBR_NO_DATE) return "no agreement in force has an end ahead of it";
    return pbr_arena_printf(scope->arena, "an agreement in force ends on %s",
                            pbr_date_words(scope, end));
}

pbr_sheet pbr_qa_sheet_limits(const pbr_qa_scope *q)
{
    const pbr_scope *scope = q->scope;
    pbr_text_table table = {.q = q};
    pbr_text_row(&table, "Use",
                 "To pay or deduct under this contract for the cohorts and months named on the "
                 "front sheet, and for nothing else.",
                 "a later settlement restates them");
    pbr_text_row(&table, "Not for",
                 "Saying why reoffending changed, or what a provider did: the contract's terms are "
                 "applied to counts, and a test tells chance from change at its level only.",
                 "always");
    pbr_text_row(&table, "Data",
                 pbr_arena_printf(scope->arena,
                                  "Offences proved and recorded by %s. What was recorded or "
                                  "corrected later is not in it.",
                                  pbr_date_words(scope, scope->facts->snapshot)),
                 "a later extract of the same cohorts exists");
    pbr_text_row(&table, "Terms and prices", pbr_terms_status(scope), terms_until(scope));
    pbr_text_row(&table, "Baselines",
                 "A tabled baseline is itself an estimate of another time. One-sample tests treat "
                 "it as known, and call more cohorts better or worse by chance than their level "
                 "says.",
                 "the baseline is set anew");
    pbr_text_row(&table, "Sensitivity",
                 "Effects under Assumptions are of one change at a time, each priced on the "
                 "counts as measured: they do not say how likely a change is, and do not add up.",
                 "the terms or counts change");
    return pbr_sheet_of_texts(&table, "Limits", "limits", "Limits of use",
                              "Conditions under which the figures hold, and a date after which "
                              "data and parameters must be looked at again. The date is for those "
                              "who sign.",
                              PBR_COLUMNS(LIMITS));
}

/* --- changes since the last settlement --- */

static const pbr_book_column CHANGES[] = {
    PBR_COLUMN("Earlier settlement", 30, LABEL),
    PBR_COLUMN("Terms", 40, TEXT),
    PBR_COLUMN("Version of the program", 24, TEXT),
    PBR_COLUMN("What to do", 60, TEXT),
};

pbr_sheet pbr_qa_sheet_changes(const pbr_qa_scope *q)
{
    pbr_text_table table = {.q = q};
    const pbr_settle_options *options = q->qa->settled.options;
    for (size_t i = options->runs_count; i-- > 0;) {
        const pbr_earlier_run *run = &options->runs[i];
        pbr_text_row(&table, run->id,
                     run->same_terms ? "the same files" : "a file of the contract differs",
                     run->same_program ? "the same" : "another",
                     run->same_terms && run->same_program
                         ? "Nothing but the data can have changed."
                         : "pbrcalc diff tells each change and what it moves.");
    }
    return pbr_sheet_of_texts(&table, "Changes", "changes", "Changes since earlier settlements",
                              "The settlements that this one was built on, the latest first: "
                              "whether terms and program are the same.",
                              PBR_COLUMNS(CHANGES));
}
