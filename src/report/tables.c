/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/tables.h"

#include "base/mem.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { RATE_PLACES = 10, UNITS_PLACES = 10, MONEY_PLACES = 2, SUM_PLACES = 12 };

#define COLUMNS(list) .columns = list, .count = sizeof(list) / sizeof(list)[0]
#define TEXT_COLUMN(column, words, shown)                                                          \
    {                                                                                              \
        .name = column, .description = words, .example = shown                                     \
    }
#define MAYBE_TEXT(column, words, shown)                                                           \
    {                                                                                              \
        .name = column, .presence = PBR_BLANKABLE, .description = words, .example = shown          \
    }
#define PENCE_COLUMN(column, words)                                                                \
    {                                                                                              \
        .name = column, .kind = PBR_PENCE, .description = words, .unit = "pence",                  \
        .example = "1234567"                                                                       \
    }
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
    TEXT_COLUMN("settlement", "id of the settlement", "2018-01-26-1a2b3c4d5e6f"),
    TEXT_COLUMN("provider", "who delivers", "Purple Futures"),
    TEXT_COLUMN("payee", "who is paid", "Purple Futures"),
    TEXT_COLUMN("cpa", "code of the area", "C05"),
    TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    TEXT_COLUMN("line", "line of the rules", "binary"),
    MAYBE_TEXT("result", "better, neither, worse or no-result", "better"),
    {.name = "units",
     .kind = PBR_SIGNED,
     .places = UNITS_PLACES,
     .description = "fewer reoffenders or reoffences; positive is better",
     .example = "20.5"},
    MAYBE_TEXT("unit", "what a unit is", "reoffenders"),
    {.name = "unit_price",
     .kind = PBR_SIGNED,
     .places = MONEY_PLACES,
     .unit = "pounds",
     .description = "price of a unit",
     .example = "4000.00"},
    PENCE_COLUMN("computed_pence", "units x price, rounded once"),
    PENCE_COLUMN("capped_pence", "after the caps"),
    PENCE_COLUMN("payable_pence", "after dispositions"),
    PENCE_COLUMN("previous_pence", "settled by earlier runs"),
    PENCE_COLUMN("due_pence", "payable less previous; positive is owed to the payee"),
    TEXT_COLUMN("disposition", "what was decided about the line", "apply"),
    TEXT_COLUMN("reason", "new, restated, gate or cap", "new"),
    {.name = "due_date",
     .kind = PBR_DATE,
     .description = "when it is due",
     .example = "2018-02-25"},
    TEXT_COLUMN("clause", "clause of the line", "schedule 9"),
    TEXT_COLUMN("rules", "version of the rules", "2015-award"),
};
const pbr_schema pbr_payments_schema = {.name = "payments",
                                        .file = "payments.csv",
                                        .title = "Payment lines",
                                        COLUMNS(payment_columns),
                                        .key = "cpa,cohort,line,payee"};

static const pbr_column result_columns[] = {
    TEXT_COLUMN("cpa", "code of the area", "C05"),
    TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    TEXT_COLUMN("line", "line of the rules whose test this is", "binary"),
    TEXT_COLUMN("metric", "metric of the rules", "binary"),
    COUNT_COLUMN("cases", "the metric's denominator: persons, or reoffenders"),
    RATE_COLUMN("rate", "as counted"),
    RATE_COLUMN("adjustment", "reference mean score less the cohort's, in points"),
    RATE_COLUMN("adjusted_rate", "rate with the adjustment: what is compared"),
    RATE_COLUMN("baseline", "the baseline rate"),
    RATE_COLUMN("lower", "below it is better"),
    RATE_COLUMN("upper", "above it is worse"),
    RATE_COLUMN("terminate_at", "above it the contract may end"),
    TEXT_COLUMN("result", "better, neither, worse or no-result", "better"),
    TEXT_COLUMN("terminate", "yes if the rate is above the termination point", "no"),
    TEXT_COLUMN("gated", "yes if the line's hurdle stopped it", "no"),
    TEXT_COLUMN("interim", "yes if the cohort is not ripe: not priced", "no"),
    MAYBE_TEXT("why", "why there is no result", ""),
    TEXT_COLUMN("clause", "clause of the test", "schedule 9"),
    TEXT_COLUMN("rules", "version of the rules", "2015-award"),
};
const pbr_schema pbr_results_schema = {.name = "results",
                                       .file = "results.csv",
                                       .title = "Rates, limits and results",
                                       COLUMNS(result_columns),
                                       .key = "cpa,cohort,line"};

static const pbr_column attrition_columns[] = {
    TEXT_COLUMN("cpa", "code of the area", "C05"),
    TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    TEXT_COLUMN("stage", "excluded, unmeasurable or counted", "excluded"),
    TEXT_COLUMN("reason", "id of the rule, transferred, later-start or counted", "nps"),
    COUNT_COLUMN("starts", "rows that ended here"),
    COUNT_COLUMN("reoffenders", "of them, with a reoffence in their own window"),
    COUNT_COLUMN("reoffences", "their reoffences"),
    {.name = "ogrs_sum",
     .kind = PBR_DECIMAL,
     .places = SUM_PLACES,
     .description = "sum of their scores, in percent points",
     .example = "5120.25"},
    TEXT_COLUMN("title", "the reason in words", "managed by the National Probation Service"),
    TEXT_COLUMN("clause", "clause of the rule", "payment mechanism"),
};
const pbr_schema pbr_attrition_schema = {.name = "attrition",
                                         .file = "attrition.csv",
                                         .title =
                                             "From starts to measurable: every row in one bucket",
                                         COLUMNS(attrition_columns),
                                         .key = "cpa,cohort,stage,reason"};

static const pbr_column check_columns[] = {
    TEXT_COLUMN("id", "id of the check", "reoffence-without-start"),
    TEXT_COLUMN("severity", "error, warning or note", "note"),
    COUNT_COLUMN("count", "cases found"),
    MAYBE_TEXT("share", "cases in all that were looked at, as a decimal", "0.010234"),
    MAYBE_TEXT("message", "the first case in words", ""),
    MAYBE_TEXT("examples", "places of the first cases", "cohort.csv:12:3"),
};
const pbr_schema pbr_checks_schema = {.name = "checks",
                                      .file = "checks.csv",
                                      .title = "Checks of data and terms",
                                      COLUMNS(check_columns),
                                      .key = "id"};

static void header(pbr_out *out, const pbr_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++) pbr_out_text(out, schema->columns[i].name);
    pbr_out_end_row(out);
}

static const char *unit_of(const pbr_payment *payment)
{
    const pbr_metric *metric = pbr_terms_metric(payment->rules->terms, payment->line->metric);
    return metric->kind == PBR_RATE ? "reoffenders" : "reoffences";
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
    pbr_out_text(out, p->line->from.clause);
    pbr_out_text(out, p->rules->name);
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
    maybe_rate(out, r->baseline->terminate, r->baseline->has_terminate);
    pbr_out_text(out, pbr_verdict_text(r->verdict));
    pbr_out_text(out, yes_no(r->terminate));
    pbr_out_text(out, yes_no(r->gated));
    pbr_out_text(out, yes_no(r->interim));
    pbr_out_text(out, r->why_no_result);
    pbr_out_text(out, r->line->test.from.clause);
    pbr_out_text(out, r->rules->name);
    pbr_out_end_row(out);
}

void pbr_results_write(pbr_out *out, const pbr_settlement *settlement)
{
    header(out, &pbr_results_schema);
    for (size_t i = 0; i < settlement->results_count; i++)
        write_result(out, &settlement->results[i], settlement->contract);
}

static bool is_chosen(size_t cohort, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chosen[i] == cohort) return true;
    return chosen == NULL;
}

void pbr_attrition_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                         const size_t *chosen, size_t chosen_count)
{
    header(out, &pbr_attrition_schema);
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (!is_chosen(row->cohort, chosen, chosen_count)) continue;
        pbr_out_text(out, contract->areas[row->area].code);
        pbr_out_text(out, contract->cohorts[row->cohort].name);
        pbr_out_text(out, row->stage);
        pbr_out_text(out, row->reason);
        pbr_out_int(out, row->starts);
        pbr_out_int(out, row->reoffenders);
        pbr_out_int(out, row->reoffences);
        pbr_out_decimal(out, row->ogrs_sum, SUM_PLACES);
        pbr_out_text(out, row->title);
        pbr_out_text(out, row->clause);
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

void pbr_checks_write(pbr_out *out, const pbr_diag *diag)
{
    static const char *const severities[] = {"note", "warning", "error"};
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(diag, &findings);
    header(out, &pbr_checks_schema);
    for (size_t i = 0; i < count; i++) {
        pbr_out_text(out, findings[i].id);
        pbr_out_text(out, severities[findings[i].severity]);
        pbr_out_int(out, findings[i].count);
        write_share(out, &findings[i]);
        pbr_out_text(out, findings[i].kept ? findings[i].problems[0].message : NULL);
        write_examples(out, &findings[i]);
        pbr_out_end_row(out);
    }
}
