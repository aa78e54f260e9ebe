/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets of the QA pack on what hangs on what: assumptions, splits, reoffences avoided, rules put
 * back, persons who would turn a result. */
#include "report/payment_words.h"
#include "report/qa_sheets.h"
#include "report/words.h"

#include <string.h>

const char *pbr_effect_words(const pbr_scope *scope, int64_t pence)
{
    return pbr_arena_printf(scope->arena, "%s%s", pence > 0 ? "+" : "",
                            pbr_money_words(scope, pence));
}

const char *pbr_verdicts_words(const pbr_scope *scope, size_t verdicts)
{
    if (!verdicts) return NULL;
    return pbr_arena_printf(scope->arena, "%zu result%s would be another verdict", verdicts,
                            verdicts == 1 ? "" : "s");
}

static void maybe_money(pbr_row *row, bool known, int64_t pence)
{
    if (known)
        pbr_cell_money(row, pence);
    else
        pbr_cell_blank(row);
}

static pbr_sheet plan(const pbr_qa_scope *q, const char *name, const char *table, const char *title,
                      const char *about, const pbr_book_column *columns, size_t columns_count,
                      size_t rows, void (*fill)(pbr_row *, const void *, size_t))
{
    pbr_sheet sheet =
        pbr_sheet_plan(q->scope, name, table, title, about, columns, columns_count, rows, fill);
    sheet.context = q;
    return sheet;
}

/* --- assumptions --- */

static const pbr_book_column ASSUMPTIONS[] = {
    PBR_COLUMN("No.", 5, LABEL),
    PBR_COLUMN("File", 15, TEXT),
    PBR_COLUMN("Term", 22, TEXT),
    PBR_COLUMN("Value", 12, TEXT),
    PBR_COLUMN("Rows", 6, INTEGER),
    PBR_COLUMN("Status", 12, TEXT),
    PBR_COLUMN("Clause", 17, TEXT),
    PBR_COLUMN("Source", 11, TEXT),
    PBR_COLUMN("Up: change in total due (£)", 14, MONEY),
    PBR_COLUMN("Down: change in total due (£)", 14, MONEY),
    PBR_COLUMN("Other values, and what else there is to say", 36, TEXT),
    PBR_COLUMN("Owner (to fill in)", 12, FILL),
    PBR_COLUMN("Date (to fill in)", 10, FILL),
    PBR_COLUMN("Signed off by (to fill in)", 12, FILL),
};

/* "half-up: +£0.01"; a word that was not tried stands alone. */
static const char *trial_words(const pbr_scope *scope, const pbr_trial *trial)
{
    if (trial->not_told && strcmp(trial->not_told, "not tried") == 0) return trial->change;
    if (trial->not_told)
        return pbr_arena_printf(scope->arena, "%s: %s", trial->change, trial->not_told);
    const char *verdicts = pbr_verdicts_words(scope, trial->verdicts);
    return pbr_arena_printf(scope->arena, "%s: %s%s%s%s", trial->change,
                            pbr_effect_words(scope, trial->effect_pence), verdicts ? " (" : "",
                            verdicts ? verdicts : "", verdicts ? ")" : "");
}

static bool is_up(const pbr_trial *trial)
{
    return strcmp(trial->change, "x 1.01") == 0 || strcmp(trial->change, "1 more") == 0;
}

static bool is_down(const pbr_trial *trial)
{
    return strcmp(trial->change, "x 0.99") == 0 || strcmp(trial->change, "1 less") == 0;
}

/* Of a move up or down the money has columns of its own. */
static const char *said_of(const pbr_scope *scope, const pbr_trial *trial)
{
    bool moved = is_up(trial) || is_down(trial);
    if (!moved || trial->not_told) return trial_words(scope, trial);
    const char *verdicts = pbr_verdicts_words(scope, trial->verdicts);
    if (!verdicts && trial->change[0] == 'x') return NULL;
    return pbr_arena_printf(scope->arena, "%s%s%s", trial->change, verdicts ? ": " : "",
                            verdicts ? verdicts : "");
}

static const char *others_words(const pbr_scope *scope, const pbr_assumption *assumption)
{
    const char *words = NULL;
    for (size_t i = 0; i < assumption->trials_count; i++) {
        const char *said = said_of(scope, &assumption->trials[i]);
        if (said) words = pbr_joined(scope, words, said);
    }
    if (!assumption->note) return words;
    return words ? pbr_arena_printf(scope->arena, "%s. %s", words, assumption->note)
                 : assumption->note;
}

static void move_cell(pbr_row *row, const pbr_assumption *assumption,
                      bool (*is_move)(const pbr_trial *))
{
    const pbr_trial *found = NULL;
    for (size_t i = 0; i < assumption->trials_count; i++)
        if (is_move(&assumption->trials[i]) && !assumption->trials[i].not_told)
            found = &assumption->trials[i];
    maybe_money(row, found != NULL, found ? found->effect_pence : 0);
}

static void fill_assumptions(pbr_row *row, const void *context, size_t index)
{
    const pbr_qa_scope *q = context;
    const pbr_assumption *assumption = &q->qa->assumptions[index];
    pbr_cell_int(row, (int64_t)index + 1);
    pbr_cell_text(row, assumption->file);
    pbr_cell_text(row, assumption->term);
    pbr_cell_text(row, assumption->value);
    if (assumption->rows)
        pbr_cell_int(row, (int64_t)assumption->rows);
    else
        pbr_cell_blank(row);
    pbr_cell_text(row, pbr_status_text(assumption->status));
    pbr_cell_text(row, assumption->clause);
    pbr_cell_text(row, assumption->source);
    move_cell(row, assumption, is_up);
    move_cell(row, assumption, is_down);
    pbr_cell_text(row, others_words(q->scope, assumption));
    for (int i = 0; i < 3; i++) pbr_cell_blank(row);
}

pbr_sheet pbr_qa_sheet_assumptions(const pbr_qa_scope *q)
{
    return plan(
        q, "Assumptions", "assumptions",
        "Assumptions log: every illustrative or reconstructed term that was used",
        "Each was changed by itself and everything settled again, without another measurement: up "
        "is the value x 1.01 and down x 0.99, or one more and one less of a whole number; other "
        "words of a choice are named with the change in the total due. Rows of a table that say "
        "the same for many areas move together. The largest effect comes first. The last columns "
        "are left to be filled in. " PBR_BLANKS,
        PBR_COLUMNS(ASSUMPTIONS), q->qa->assumptions_count, fill_assumptions);
}

/* --- payments split --- */

static const pbr_book_column SPLITS[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 20, TEXT),
    PBR_COLUMN("Payee", 20, TEXT),
    PBR_COLUMN("Result as counted", 11, TEXT),
    PBR_COLUMN("Result adjusted", 11, TEXT),
    PBR_COLUMN("Computed: raw change (£)", 15, MONEY),
    PBR_COLUMN("Computed: case mix (£)", 15, MONEY),
    PBR_COLUMN("After caps: raw change (£)", 15, MONEY),
    PBR_COLUMN("After caps: case mix (£)", 15, MONEY),
    PBR_SUMMED("Due: raw change (£)", 15, MONEY),
    PBR_SUMMED("Due: case mix (£)", 15, MONEY),
    PBR_SUMMED(PBR_HEADER_SPLIT_DUE, 15, MONEY),
};

static const char *verdict_text(const pbr_payment *payment)
{
    return payment && payment->result ? pbr_verdict_text(payment->result->verdict) : NULL;
}

static void fill_splits(pbr_row *row, const void *context, size_t index)
{
    const pbr_qa_scope *q = context;
    const pbr_split *split = &q->qa->splits[index];
    const pbr_payment *any = split->paid ? split->paid : split->unadjusted;
    pbr_split_sums sums = pbr_split_sums_of(split);
    bool both = split->paid && split->unadjusted;
    pbr_cells_place(row, q->scope, any->area, any->cohort);
    pbr_cell_text(row, pbr_line_title(any->line));
    pbr_cell_text(row, any->payee);
    pbr_cell_text(row, verdict_text(split->unadjusted));
    pbr_cell_text(row, verdict_text(split->paid));
    maybe_money(row, both, sums.computed_raw_pence);
    maybe_money(row, both, sums.computed_mix_pence);
    maybe_money(row, both, sums.capped_raw_pence);
    maybe_money(row, both, sums.capped_mix_pence);
    pbr_cell_money(row, sums.due_raw_pence);
    pbr_cell_money(row, sums.due_mix_pence);
    pbr_cell_money(row, split->paid ? split->paid->due_pence : 0);
}

pbr_sheet pbr_qa_sheet_splits(const pbr_qa_scope *q)
{
    pbr_sheet sheet = plan(
        q, "Splits", "splits", "Payments split into raw change and case mix",
        "Raw change is what would be paid if no rate were adjusted: everything is settled so "
        "first, through results, hurdles, prices, caps and decisions. Case mix is what the "
        "adjustment then changes, so both parts add up to the payment to the penny. A line whose "
        "own rate is not adjusted can have such a part through its hurdle or a cap. " PBR_BLANKS,
        PBR_COLUMNS(SPLITS), q->qa->splits_count, fill_splits);
    sheet.total = true;
    return sheet;
}

/* --- reoffences avoided --- */

static const pbr_book_column AVOIDED[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Metric", 11, TEXT),
    PBR_COLUMN("Measurable", 11, INTEGER),
    PBR_COLUMN("Reoffenders", 12, INTEGER),
    PBR_COLUMN("Reoffences", 11, INTEGER),
    PBR_COLUMN("Reoffences a person", 12, FREQUENCY),
    PBR_COLUMN("Baseline binary rate (%)", 12, PERCENT),
    PBR_COLUMN("Baseline frequency", 12, FREQUENCY),
    PBR_COLUMN("Reoffences expected", 14, UNITS),
    PBR_COLUMN("Avoided", 13, UNITS),
    PBR_COLUMN("Avoided by fewer reoffenders", 14, UNITS),
    PBR_COLUMN("Avoided by fewer reoffences of each", 14, UNITS),
};

static void cell_per_person(pbr_row *row, const pbr_measure *m)
{
    mpq_t rate;
    mpq_init(rate);
    if (m->measurable) pbr_ratio_set(rate, m->reoffences, m->measurable);
    pbr_cell_ratio_if(row, m->measurable > 0, rate);
    mpq_clear(rate);
}

static void fill_avoided(pbr_row *row, const void *context, size_t index)
{
    const pbr_qa_scope *q = context;
    const pbr_avoided *avoided = &q->qa->avoided[index];
    const pbr_measure *m = avoided->frequency->measure;
    pbr_cells_place(row, q->scope, avoided->frequency->area, avoided->frequency->cohort);
    pbr_cell_text(row, avoided->frequency->metric->id);
    pbr_cell_int(row, m->measurable);
    pbr_cell_int(row, m->reoffenders);
    pbr_cell_int(row, m->reoffences);
    cell_per_person(row, m);
    pbr_cell_ratio(row, avoided->binary->baseline->rate);
    pbr_cell_ratio(row, avoided->frequency->baseline->rate);
    pbr_cell_ratio(row, avoided->expected);
    pbr_cell_ratio(row, avoided->avoided);
    pbr_cell_ratio(row, avoided->fewer_reoffenders);
    pbr_cell_ratio(row, avoided->fewer_each);
}

pbr_sheet pbr_qa_sheet_avoided(const pbr_qa_scope *q)
{
    return plan(
        q, "Avoided", "avoided", "Reoffences avoided: fewer reoffenders, or fewer each",
        "Expected is measurable persons x the baseline's binary rate, not adjusted, x its "
        "frequency. What was avoided of them divides into fewer reoffenders (expected less actual, "
        "x the baseline frequency) and fewer reoffences of each who did (reoffenders x baseline "
        "frequency less actual). A frequency line pays the second part only, and that can worsen "
        "because the lightest reoffenders stopped. " PBR_BLANKS,
        PBR_COLUMNS(AVOIDED), q->qa->avoided_count, fill_avoided);
}

/* --- rules put back --- */

static const pbr_book_column RESTORATIONS[] = {
    PBR_COLUMN("Rule", 17, LABEL),
    PBR_COLUMN("What it leaves out", 34, TEXT),
    PBR_COLUMN("Stage", 14, TEXT),
    PBR_COLUMN("Clause", 26, TEXT),
    PBR_COLUMN("Starts left out", 10, INTEGER),
    PBR_COLUMN("Reoffenders", 12, INTEGER),
    PBR_COLUMN("Reoffences", 11, INTEGER),
    PBR_COLUMN("Put back: change in total due (£)", 17, MONEY),
    PBR_COLUMN("Results with another verdict", 12, INTEGER),
    PBR_COLUMN("What cannot be told", 34, TEXT),
};

static void fill_restorations(pbr_row *row, const void *context, size_t index)
{
    const pbr_qa_scope *q = context;
    const pbr_restoration *restoration = &q->qa->restorations[index];
    bool told = !restoration->trial.not_told;
    pbr_cell_text(row, restoration->reason);
    pbr_cell_text(row, restoration->title);
    pbr_cell_text(row, restoration->stage);
    pbr_cell_text(row, restoration->clause);
    pbr_cell_int(row, restoration->starts);
    pbr_cell_int(row, restoration->reoffenders);
    pbr_cell_int(row, restoration->reoffences);
    maybe_money(row, told, restoration->trial.effect_pence);
    if (told)
        pbr_cell_int(row, (int64_t)restoration->trial.verdicts);
    else
        pbr_cell_blank(row);
    pbr_cell_text(row, restoration->trial.not_told);
}

pbr_sheet pbr_qa_sheet_restorations(const pbr_qa_scope *q)
{
    return plan(
        q, "Put back", "put_back",
        "What would be paid if each rule that leaves persons out were "
        "put back",
        "One rule at a time is taken to leave nobody out; the persons themselves are looked at "
        "again, so one whom another rule leaves out stays out and nobody counts twice. Then "
        "everything is settled again. Effects of single rules do not add up. Where a year is the "
        "sum of its quarters, a start stands in the counts of both. " PBR_BLANKS,
        PBR_COLUMNS(RESTORATIONS), q->qa->restorations_count, fill_restorations);
}

static const pbr_book_column RESTORED[] = {
    PBR_COLUMN("Rule", 15, LABEL),
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Starts left out", 10, INTEGER),
    PBR_COLUMN("Reoffenders", 12, INTEGER),
    PBR_COLUMN("Reoffences", 11, INTEGER),
    PBR_COLUMN("Score sum", 13, SCORE),
    PBR_COLUMN("Due as settled (£)", 15, MONEY),
    PBR_COLUMN("Due if put back (£)", 15, MONEY),
    PBR_COLUMN("Change (£)", 15, MONEY),
    PBR_COLUMN("Verdicts that change", 30, TEXT),
    PBR_COLUMN("What cannot be told", 22, TEXT),
};

struct restored_list {
    const pbr_qa_scope *q;
    struct {
        const pbr_restoration *rule;
        const pbr_restored *row;
    } * items;
    size_t count;
};

static void fill_restored(pbr_row *row, const void *context, size_t index)
{
    const struct restored_list *list = context;
    const pbr_restored *item = list->items[index].row;
    const pbr_attrition *left_out = item->left_out;
    bool told = !item->not_told;
    pbr_cell_text(row, list->items[index].rule->reason);
    pbr_cells_place(row, list->q->scope, item->area, item->cohort);
    pbr_cell_int(row, left_out ? left_out->starts : 0);
    pbr_cell_int(row, left_out ? left_out->reoffenders : 0);
    pbr_cell_int(row, left_out ? left_out->reoffences : 0);
    if (left_out)
        pbr_cell_ratio(row, left_out->ogrs_sum);
    else
        pbr_cell_blank(row);
    pbr_cell_money(row, item->due_pence);
    maybe_money(row, told, item->put_back_pence);
    maybe_money(row, told, item->put_back_pence - item->due_pence);
    pbr_cell_text(row, item->verdict_words);
    pbr_cell_text(row, item->not_told);
}

static const struct restored_list *all_restored(const pbr_qa_scope *q)
{
    struct restored_list *list = pbr_arena_alloc(q->scope->arena, sizeof *list);
    size_t room = 0;
    for (size_t i = 0; i < q->qa->restorations_count; i++)
        room += q->qa->restorations[i].rows_count;
    list->q = q;
    list->items = pbr_arena_alloc(q->scope->arena, (room + 1) * sizeof *list->items);
    for (size_t i = 0; i < q->qa->restorations_count; i++)
        for (size_t k = 0; k < q->qa->restorations[i].rows_count; k++) {
            list->items[list->count].rule = &q->qa->restorations[i];
            list->items[list->count++].row = &q->qa->restorations[i].rows[k];
        }
    return list;
}

pbr_sheet pbr_qa_sheet_restored(const pbr_qa_scope *q)
{
    const struct restored_list *list = all_restored(q);
    pbr_sheet sheet =
        plan(q, "Put back by area", "put_back_by_area", "Rules put back, by area and cohort",
             "The changes of one rule add up to its change on the sheet Put back. A "
             "row without starts is a cohort that shares a cap with another. " PBR_BLANKS,
             PBR_COLUMNS(RESTORED), list->count, fill_restored);
    sheet.context = list;
    return sheet;
}

/* --- how few persons would turn a result --- */

static const pbr_book_column TURNS[] = {
    PBR_PLACE_COLUMNS,
    PBR_COLUMN("Line", 22, TEXT),
    PBR_COLUMN("Result", 9, TEXT),
    PBR_COLUMN("Reoffenders more left out", 12, INTEGER),
    PBR_COLUMN("Result then", 9, TEXT),
    PBR_COLUMN("Reoffenders put back", 12, INTEGER),
    PBR_COLUMN("Result with them", 9, TEXT),
    PBR_COLUMN("Others put back", 12, INTEGER),
    PBR_COLUMN("Result with those", 9, TEXT),
    PBR_COLUMN("Not told", 34, TEXT),
};

static void turn_cells(pbr_row *row, const pbr_turn *turn)
{
    if (turn->persons)
        pbr_cell_int(row, turn->persons);
    else
        pbr_cell_blank(row);
    pbr_cell_text(row, turn->persons ? pbr_verdict_text(turn->verdict) : NULL);
}

static void fill_turns(pbr_row *row, const void *context, size_t index)
{
    const pbr_qa_scope *q = context;
    const pbr_near *near = &q->facts->nears[index];
    pbr_cells_place(row, q->scope, near->result->area, near->result->cohort);
    pbr_cell_text(row, pbr_line_title(near->result->line));
    pbr_cell_text(row, pbr_verdict_text(near->result->verdict));
    for (int way = 0; way < PBR_TURNS; way++) turn_cells(row, &near->turns[way]);
    pbr_cell_text(row, near->not_told);
}

pbr_sheet pbr_qa_sheet_turns(const pbr_qa_scope *q)
{
    const char *about = pbr_arena_printf(
        q->scope->arena,
        "Whoever chooses whom to leave out could choose the result where few persons turn it. All "
        "else stays as it is, the adjustment too. Up to %d persons were tried, and of those put "
        "back "
        "no more than rules left out. " PBR_BLANKS,
        PBR_TURN_PERSONS_MOST);
    return plan(q, "Turns", "turns", "How few persons would turn each result", about,
                PBR_COLUMNS(TURNS), q->qa->settled.settlement->results_count, fill_turns);
}
