/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include "base/mem.h"
#include "input/columns.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RATE_PLACES = 10, UNITS_PLACES = 10, MONEY_PLACES = 2, SUM_PLACES = 12 };

#define RATE_COLUMN(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_SIGNED, .presence = PBR_BLANKABLE, .places = RATE_PLACES,      \
        .description = words, .unit = "percent, or reoffences per reoffender",                     \
        .example = "45.1234567890"                                                                 \
    }
#define COUNT_COLUMN(column, words)                                                                \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .description = words, .example = "1250"                 \
    }

static const pbr_column payment_columns[] = {
    PBR_TEXT_COLUMN("settlement", "id of the settlement", "2018-01-26-1a2b3c4d5e6f"),
    PBR_TEXT_COLUMN("provider", "who delivers", "Purple Futures"),
    PBR_TEXT_COLUMN("payee", "who is paid", "Purple Futures"),
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("line", "line of the rules", "binary"),
    PBR_MAYBE_TEXT_COLUMN("result", "better, neither, worse or no-result", "better"),
    {.name = "units",
     .kind = PBR_SIGNED,
     .places = UNITS_PLACES,
     .description = "fewer reoffenders or reoffences; positive is better",
     .example = "20.5"},
    PBR_MAYBE_TEXT_COLUMN("unit", "what a unit is", "reoffenders"),
    {.name = "unit_price",
     .kind = PBR_SIGNED,
     .places = MONEY_PLACES,
     .unit = "pounds",
     .description = "price of a unit",
     .example = "4000.00"},
    PBR_PENCE_COLUMN("computed_pence", "units x price, rounded once"),
    PBR_PENCE_COLUMN("capped_pence", "after what it is net of, and the caps"),
    PBR_PENCE_COLUMN("payable_pence", "after dispositions"),
    PBR_PENCE_COLUMN("previous_pence", "settled by earlier runs"),
    PBR_PENCE_COLUMN("due_pence", "payable less previous; positive is owed to the payee"),
    PBR_TEXT_COLUMN("disposition", "what was decided about the line", "apply"),
    PBR_TEXT_COLUMN("reason", "new, gate, cap, data, ruling, terms or error", "new"),
    {.name = "due_date",
     .kind = PBR_DATE,
     .description = "when it is due",
     .example = "2018-02-25"},
    PBR_TEXT_COLUMN("clause", "clause of the line", "schedule 9"),
    PBR_TEXT_COLUMN("rules", "version of the rules", "2015-award"),
    {.name = "authority",
     .presence = PBR_OPTIONAL,
     .description = "who decided on the line",
     .example = "Head of Contract Management"},
    {.name = "decided_on",
     .kind = PBR_DATE,
     .presence = PBR_OPTIONAL,
     .description = "when",
     .example = "2017-10-02"},
    {.name = "decision_reason",
     .presence = PBR_OPTIONAL,
     .description = "why",
     .example = "data recalculated"},
};
const pbr_schema pbr_payments_schema = {.name = "payments",
                                        .file = "payments.csv",
                                        .title = "Payment lines",
                                        PBR_SCHEMA_COLUMNS(payment_columns),
                                        .key = "cpa,cohort,line,payee"};

static const pbr_column result_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("line", "line of the rules whose test this is", "binary"),
    PBR_TEXT_COLUMN("metric", "metric of the rules", "binary"),
    COUNT_COLUMN("cases", "the metric's denominator: persons, or reoffenders"),
    RATE_COLUMN("rate", "as counted"),
    RATE_COLUMN("adjustment", "reference mean score less the cohort's, in points"),
    RATE_COLUMN("adjusted_rate", "rate with the adjustment: what is compared"),
    RATE_COLUMN("baseline", "the baseline rate"),
    RATE_COLUMN("lower", "below it is better"),
    RATE_COLUMN("upper", "above it is worse"),
    RATE_COLUMN("change", "baseline less adjusted rate, in units or percent of the baseline"),
    {.name = "lower_error",
     .kind = PBR_DECIMAL,
     .presence = PBR_BLANKABLE,
     .places = 12,
     .description = "Monte Carlo error of a bootstrapped lower limit",
     .example = "0.012"},
    {.name = "upper_error",
     .kind = PBR_DECIMAL,
     .presence = PBR_BLANKABLE,
     .places = 12,
     .description = "the same of the upper limit",
     .example = "0.013"},
    PBR_TEXT_COLUMN("limits_around", "baseline or cohort: where the limits stand", "baseline"),
    PBR_TEXT_COLUMN("close_call", "yes if the baseline lies within two such errors of a limit",
                    "no"),
    RATE_COLUMN("terminate_at", "above it the contract may end"),
    PBR_TEXT_COLUMN("result", "better, neither, worse or no-result", "better"),
    PBR_TEXT_COLUMN("terminate", "yes if the rate is above the termination point", "no"),
    PBR_TEXT_COLUMN("gated", "yes if the line's hurdle stopped it", "no"),
    PBR_TEXT_COLUMN("interim", "yes if the cohort is not ripe: not priced", "no"),
    PBR_MAYBE_TEXT_COLUMN("why", "why there is no result", ""),
    PBR_TEXT_COLUMN("clause", "clause of the test", "schedule 9"),
    PBR_TEXT_COLUMN("rules", "version of the rules", "2015-award"),
};
const pbr_schema pbr_results_schema = {.name = "results",
                                       .file = "results.csv",
                                       .title = "Rates, limits and results",
                                       PBR_SCHEMA_COLUMNS(result_columns),
                                       .key = "cpa,cohort,line"};

static const pbr_column attrition_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("stage", "excluded, unmeasurable or counted", "excluded"),
    PBR_TEXT_COLUMN("reason", "id of the rule, transferred, later-start or counted", "nps"),
    COUNT_COLUMN("starts", "rows that ended here"),
    COUNT_COLUMN("reoffenders", "of them, with a reoffence in their own window"),
    COUNT_COLUMN("reoffences", "their reoffences"),
    {.name = "ogrs_sum",
     .kind = PBR_DECIMAL,
     .places = SUM_PLACES,
     .description = "sum of their scores, in percent points",
     .example = "5120.25"},
    PBR_TEXT_COLUMN("title", "the reason in words", "managed by the National Probation Service"),
    PBR_TEXT_COLUMN("clause", "clause of the rule", "payment mechanism"),
};
const pbr_schema pbr_attrition_schema = {.name = "attrition",
                                         .file = "attrition.csv",
                                         .title =
                                             "From starts to measurable: every row in one bucket",
                                         PBR_SCHEMA_COLUMNS(attrition_columns),
                                         .key = "cpa,cohort,stage,reason"};

static const pbr_column check_columns[] = {
    PBR_TEXT_COLUMN("id", "id of the check", "reoffence-without-start"),
    PBR_TEXT_COLUMN("severity", "error, block, warning or note", "note"),
    COUNT_COLUMN("count", "cases found"),
    PBR_MAYBE_TEXT_COLUMN("share", "cases in all that were looked at, as a decimal", "0.010234"),
    PBR_MAYBE_TEXT_COLUMN("message", "the first case in words", ""),
    PBR_MAYBE_TEXT_COLUMN("examples", "places of the first cases", "cohort.csv:12:3"),
};
const pbr_schema pbr_checks_schema = {.name = "checks",
                                      .file = "checks.csv",
                                      .title = "Checks of data and terms",
                                      PBR_SCHEMA_COLUMNS(check_columns),
                                      .key = "id"};

static void header(pbr_out *out, const pbr_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++) pbr_out_text(out, schema->columns[i].name);
    pbr_out_end_row(out);
}

/* The payoff of the line's verdict; where there is none, the first that the line has. */
static const pbr_payoff *payoff_of(const pbr_payment *payment)
{
    const pbr_line *line = payment->line;
    const pbr_payoff *const by_verdict[] = {
        [PBR_BETTER] = line->better, [PBR_NEITHER] = line->neither, [PBR_WORSE] = line->worse};
    pbr_verdict verdict = payment->result ? payment->result->verdict : PBR_NO_RESULT;
    if (verdict != PBR_NO_RESULT && by_verdict[verdict]) return by_verdict[verdict];
    return line->better ? line->better : line->neither ? line->neither : line->worse;
}

/* What a unit is: events of the metric, a whole payment, or a part of a month's price. */
static const char *unit_of(const pbr_payment *payment)
{
    static const char *const events[] = {
        [PBR_RATE] = "reoffenders",       [PBR_EVENTS_PER_REOFFENDER] = "reoffences",
        [PBR_EVENTS_PER_100] = "events",  [PBR_DAYS_PER_PERSON] = "days",
        [PBR_EXPECTED_RATIO] = "persons",
    };
    static const char *const monthly[] = {
        [PBR_FEE] = "years", [PBR_VOLUME] = "weighted starts", [PBR_CREDIT] = "months' prices"};
    const pbr_line *line = payment->line;
    if (line->kind != PBR_OUTCOME) return monthly[line->kind];
    const pbr_payoff *payoff = payoff_of(payment);
    bool counted = payoff && (payoff->kind == PBR_PER_UNIT || payoff->kind == PBR_SLICES);
    if (!counted) return "payments";
    return events[pbr_terms_metric(payment->rules->terms, line->metric)->kind];
}

static void write_payment(pbr_out *out, const pbr_payment *p, const pbr_settlement *s)
{
    pbr_out_text(out, s->id);
    pbr_out_text(out, p->provider);
    pbr_out_text(out, p->payee);
    pbr_out_text(out, s->contract->areas[p->area].code);
    pbr_out_text(out, s->contract->cohorts[p->cohort].name);
    pbr_out_text(out, p->line->id);
    pbr_out_text(out, p->result ? pbr_verdict_text(p->result->verdict) : NULL);
    pbr_out_ratio(out, p->units, UNITS_PLACES);
    pbr_out_text(out, unit_of(p));
    pbr_out_ratio(out, p->price, MONEY_PLACES);
    pbr_out_int(out, p->computed_pence);
    pbr_out_int(out, p->capped_pence);
    pbr_out_int(out, p->payable_pence);
    pbr_out_int(out, p->previous_pence);
    pbr_out_int(out, p->due_pence);
    pbr_out_text(out, p->disposition);
    pbr_out_text(out, p->reason);
    pbr_out_date(out, p->due_date);
    pbr_out_words(out, p->line->from.clause);
    pbr_out_text(out, p->rules->name);
    pbr_out_words(out, p->decision ? p->decision->authority : NULL);
    pbr_out_date(out, p->decision ? p->decision->date : PBR_NO_DATE);
    pbr_out_words(out, p->decision ? p->decision->reason : NULL);
    pbr_out_end_row(out);
}

void pbr_payments_write(pbr_out *out, const pbr_settlement *settlement)
{
    header(out, &pbr_payments_schema);
    for (size_t i = 0; i < settlement->payments_count; i++)
        write_payment(out, &settlement->payments[i], settlement);
}

static void maybe_rate(pbr_out *out, const mpq_t rate, bool known)
{
    if (known)
        pbr_out_ratio(out, rate, RATE_PLACES);
    else
        pbr_out_text(out, NULL);
}

static const char *yes_no(bool answer)
{
    return answer ? "yes" : "no";
}

/* Simulated figures have nine digits, since mathematical libraries may differ between processors.
 */
static void write_error(pbr_out *out, double error)
{
    char text[32];
    snprintf(text, sizeof text, "%.9f", error);
    pbr_out_text(out, error > 0 ? text : NULL);
}

static void write_result(pbr_out *out, const pbr_result *r, const pbr_contract *contract)
{
    bool tested = r->has_rate && !r->why_no_result;
    pbr_out_text(out, contract->areas[r->area].code);
    pbr_out_text(out, contract->cohorts[r->cohort].name);
    pbr_out_text(out, r->line->id);
    pbr_out_text(out, r->metric->id);
    pbr_out_int(out, r->cases);
    maybe_rate(out, r->rate, r->has_rate);
    maybe_rate(out, r->adjustment, r->has_rate && r->metric->adjust != PBR_NO_ADJUSTMENT);
    maybe_rate(out, r->adjusted, r->has_rate);
    maybe_rate(out, r->baseline->rate, true);
    maybe_rate(out, r->lower, tested);
    maybe_rate(out, r->upper, tested);
    maybe_rate(out, r->change, tested);
    write_error(out, r->lower_error);
    write_error(out, r->upper_error);
    pbr_out_text(out, r->around_cohort ? "cohort" : "baseline");
    pbr_out_text(out, yes_no(r->close_call));
    maybe_rate(out, r->baseline->terminate, r->baseline->has_terminate);
    pbr_out_text(out, pbr_verdict_text(r->verdict));
    pbr_out_text(out, yes_no(r->terminate));
    pbr_out_text(out, yes_no(r->gated));
    pbr_out_text(out, yes_no(r->interim));
    pbr_out_text(out, r->why_no_result);
    pbr_out_words(out, r->line->test.from.clause);
    pbr_out_text(out, r->rules->name);
    pbr_out_end_row(out);
}

void pbr_results_write(pbr_out *out, const pbr_settlement *settlement)
{
    header(out, &pbr_results_schema);
    for (size_t i = 0; i < settlement->results_count; i++)
        write_result(out, &settlement->results[i], settlement->contract);
}

void pbr_attrition_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                         const size_t *chosen, size_t chosen_count)
{
    header(out, &pbr_attrition_schema);
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (!pbr_cohort_chosen(row->cohort, chosen, chosen_count)) continue;
        pbr_out_text(out, contract->areas[row->area].code);
        pbr_out_text(out, contract->cohorts[row->cohort].name);
        pbr_out_text(out, row->stage);
        pbr_out_text(out, row->reason);
        pbr_out_int(out, row->starts);
        pbr_out_int(out, row->reoffenders);
        pbr_out_int(out, row->reoffences);
        pbr_out_decimal(out, row->ogrs_sum, SUM_PLACES);
        pbr_out_words(out, row->title);
        pbr_out_words(out, row->clause);
        pbr_out_end_row(out);
    }
}

static void write_share(pbr_out *out, const pbr_finding *finding)
{
    mpq_t share;
    mpq_init(share);
    if (finding->total) pbr_ratio_set(share, finding->count, finding->total);
    if (finding->total)
        pbr_out_ratio(out, share, 6);
    else
        pbr_out_text(out, NULL);
    mpq_clear(share);
}

/* The file's own name: where it stood differs from machine to machine. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static char *place_text(const struct pbr_problem *problem)
{
    const char *name = base_name(problem->file);
    if (!problem->line) return pbr_strdup(name);
    if (!problem->column) return pbr_sprintf("%s:%ld", name, problem->line);
    return pbr_sprintf("%s:%ld:%ld", name, problem->line, problem->column);
}

static void write_examples(pbr_out *out, const pbr_finding *finding)
{
    char *list = pbr_strdup("");
    for (size_t i = 0; i < finding->kept && i < PBR_EXAMPLES; i++) {
        const struct pbr_problem *problem = &finding->problems[i];
        if (!problem->file) continue;
        char *place = place_text(problem);
        char *longer = pbr_sprintf("%s%s%s", list, *list ? " " : "", place);
        free(place);
        free(list);
        list = longer;
    }
    pbr_out_text(out, list);
    free(list);
}

static const pbr_column balance_columns[] = {
    PBR_TEXT_COLUMN("settlement", "id of the settlement", "2018-01-26-1a2b3c4d5e6f"),
    PBR_TEXT_COLUMN("payee", "who is paid", "Purple Futures"),
    PBR_PENCE_COLUMN("brought_forward_pence",
                     "carried forward by the settlement before; 0 or negative"),
    PBR_PENCE_COLUMN("lines_pence", "sum of the payment lines"),
    PBR_PENCE_COLUMN("other_pence", "sum of the money that is not computed"),
    PBR_PENCE_COLUMN("total_pence", "sum of the three"),
    PBR_TEXT_COLUMN("treatment", "of a negative total: invoice, carry-forward or set-off",
                    "carry-forward"),
    PBR_PENCE_COLUMN("pay_now_pence", "to be paid; negative: to be invoiced to the payee"),
    PBR_PENCE_COLUMN("carried_forward_pence", "to the next settlement; 0 or negative"),
    PBR_PENCE_COLUMN("set_off_pence", "against other sums due to the payee; 0 or negative"),
};
const pbr_schema pbr_balances_schema = {.name = "balances",
                                        .file = "balances.csv",
                                        .title = "What each payee is paid in all",
                                        PBR_SCHEMA_COLUMNS(balance_columns),
                                        .key = "payee"};

void pbr_balances_write(pbr_out *out, const pbr_settlement *settlement)
{
    static const char *const treatments[] = {[PBR_INVOICE] = "invoice",
                                             [PBR_CARRY_FORWARD] = "carry-forward",
                                             [PBR_SET_OFF] = "set-off"};
    header(out, &pbr_balances_schema);
    for (size_t i = 0; i < settlement->payees_count; i++) {
        const pbr_balance *balance = &settlement->balances[i];
        pbr_out_text(out, settlement->id);
        pbr_out_text(out, balance->payee);
        pbr_out_int(out, balance->brought_forward_pence);
        pbr_out_int(out, balance->lines_pence);
        pbr_out_int(out, balance->other_pence);
        pbr_out_int(out, balance->total_pence);
        pbr_out_text(out, treatments[balance->treatment]);
        pbr_out_int(out, balance->pay_now_pence);
        pbr_out_int(out, balance->carried_pence);
        pbr_out_int(out, balance->set_off_pence);
        pbr_out_end_row(out);
    }
}

static const char *const YES_NO[] = {"no", "yes", NULL};

static const pbr_column earlier_columns[] = {
    PBR_TEXT_COLUMN("settlement", "id of the earlier settlement", "2018-01-26-1a2b3c4d5e6f"),
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year, month or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("line", "line of the rules", "binary"),
    PBR_TEXT_COLUMN("provider", "who delivers", "Purple Futures"),
    PBR_TEXT_COLUMN("payee", "who is paid", "Purple Futures"),
    PBR_TEXT_COLUMN("disposition", "apply, waive, reinvest, cancel or hold", "apply"),
    PBR_PENCE_COLUMN("computed_pence", "what it computed"),
    PBR_PENCE_COLUMN("due_pence", "what it settled"),
    {.name = "adopted",
     .words = YES_NO,
     .description = "it did not compute the line: a cap or a decision changed it",
     .example = "no"},
};
const pbr_schema pbr_earlier_schema = {.name = "earlier",
                                       .file = "earlier.csv",
                                       .title = "What earlier settlements had settled",
                                       PBR_SCHEMA_COLUMNS(earlier_columns),
                                       .key = "settlement,cpa,cohort,line,payee"};

static int by_line_and_run(const void *left, const void *right)
{
    const pbr_earlier *a = *(const pbr_earlier *const *)left;
    const pbr_earlier *b = *(const pbr_earlier *const *)right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
    int lines = strcmp(a->line, b->line);
    if (lines) return lines;
    if (a->run != b->run) return a->run < b->run ? -1 : 1;
    return strcmp(a->payee, b->payee);
}

void pbr_earlier_write(pbr_out *out, const pbr_earlier *rows, size_t count,
                       const pbr_earlier_run *runs, const pbr_contract *contract)
{
    const pbr_earlier **sorted = pbr_alloc(count, sizeof *sorted);
    for (size_t i = 0; i < count; i++) sorted[i] = &rows[i];
    if (count) qsort(sorted, count, sizeof *sorted, by_line_and_run);
    header(out, &pbr_earlier_schema);
    for (size_t i = 0; i < count; i++) {
        const pbr_earlier *row = sorted[i];
        pbr_out_text(out, runs[row->run].id);
        pbr_out_text(out, contract->areas[row->area].code);
        pbr_out_text(out, contract->cohorts[row->cohort].name);
        pbr_out_text(out, row->line);
        pbr_out_text(out, row->provider);
        pbr_out_text(out, row->payee);
        pbr_out_text(out, row->disposition);
        pbr_out_int(out, row->computed_pence);
        pbr_out_int(out, row->due_pence);
        pbr_out_text(out, YES_NO[row->adopted]);
        pbr_out_end_row(out);
    }
    free(sorted);
}

static const pbr_column other_columns[] = {
    PBR_TEXT_COLUMN("settlement", "id of the settlement", "2018-01-26-1a2b3c4d5e6f"),
    PBR_TEXT_COLUMN("id", "of the other line", "R-2017-03"),
    PBR_TEXT_COLUMN("payee", "who is paid", "Seetec"),
    PBR_TEXT_COLUMN("description", "what it is", "Ruling on disputed starts"),
    PBR_PENCE_COLUMN("amount_pence", "as decided"),
    PBR_PENCE_COLUMN("previous_pence", "settled by earlier runs"),
    PBR_PENCE_COLUMN("due_pence", "amount less previous"),
    PBR_TEXT_COLUMN("authority", "who decided", "Adjudicator"),
    {.name = "date", .kind = PBR_DATE, .description = "when", .example = "2017-09-14"},
    PBR_TEXT_COLUMN("reason", "why", "settlement of dispute 12"),
};
const pbr_schema pbr_other_schema = {.name = "other",
                                     .file = "other.csv",
                                     .title = "Money that is not computed",
                                     PBR_SCHEMA_COLUMNS(other_columns),
                                     .key = "id"};

void pbr_other_write(pbr_out *out, const pbr_settlement *settlement)
{
    header(out, &pbr_other_schema);
    for (size_t i = 0; i < settlement->others_count; i++) {
        const pbr_other_line *line = &settlement->others[i];
        pbr_out_text(out, settlement->id);
        pbr_out_text(out, line->id);
        pbr_out_text(out, line->payee);
        pbr_out_words(out, line->description);
        pbr_out_int(out, line->amount_pence);
        pbr_out_int(out, line->previous_pence);
        pbr_out_int(out, line->due_pence);
        pbr_out_words(out, line->authority);
        pbr_out_date(out, line->date);
        pbr_out_words(out, line->reason);
        pbr_out_end_row(out);
    }
}

void pbr_checks_write(pbr_out *out, const pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    header(out, &pbr_checks_schema);
    for (size_t i = 0; i < count; i++) {
        pbr_out_text(out, findings[i].id);
        pbr_out_text(out, pbr_severity_text(findings[i].severity));
        pbr_out_int(out, findings[i].count);
        write_share(out, &findings[i]);
        pbr_out_words(out, findings[i].kept ? findings[i].problems[0].message : NULL);
        write_examples(out, &findings[i]);
        pbr_out_end_row(out);
    }
}
