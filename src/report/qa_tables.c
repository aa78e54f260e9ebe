/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/qa_tables.h"

#include "input/columns.h"

#define COUNT_COLUMN(column, words)                                                                \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .description = words, .example = "12"                   \
    }
#define MAYBE_COUNT(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_COUNT, .presence = PBR_BLANKABLE, .description = words,        \
        .example = "1"                                                                             \
    }
#define MAYBE_PENCE(column, words)                                                                 \
    {                                                                                              \
        .name = column, .kind = PBR_PENCE, .presence = PBR_BLANKABLE, .description = words,        \
        .unit = "pence", .example = "1234567"                                                      \
    }

static const char *const kinds[] = {"number", "choice", "rule", "measured", "name", NULL};

static const pbr_column assumption_columns[] = {
    COUNT_COLUMN("number", "of the assumption, as in qa.xlsx: the largest effect first"),
    PBR_TEXT_COLUMN("file", "of the contract", "rules/2015-award.yaml"),
    PBR_TEXT_COLUMN("term", "path of the term, or the rows of a table that move together",
                    "lines.binary.test.level"),
    PBR_TEXT_COLUMN("value", "the value, or the range of the rows", "0.95"),
    MAYBE_COUNT("rows", "rows of a table"),
    {.name = "kind",
     .words = kinds,
     .description = "what was done with it, see below",
     .example = "number"},
    PBR_TEXT_COLUMN("status", "reconstructed or illustrative", "illustrative"),
    PBR_MAYBE_TEXT_COLUMN("clause", "clause of the contract", "schedule 9"),
    PBR_MAYBE_TEXT_COLUMN("source", "document it was taken from", "sample"),
    PBR_MAYBE_TEXT_COLUMN("change", "what was tried instead", "x 1.01"),
    MAYBE_PENCE("effect_pence", "what the total due would change by"),
    MAYBE_COUNT("verdicts", "results that would be another verdict"),
    PBR_MAYBE_TEXT_COLUMN("not_told", "why there is no effect", "not tried"),
    PBR_MAYBE_TEXT_COLUMN("note", "what else there is to say", ""),
};
const pbr_schema pbr_qa_assumptions_schema = {
    .name = "qa-assumptions",
    .file = "qa/assumptions.csv",
    .title = "Assumptions and what hangs on them",
    PBR_SCHEMA_COLUMNS(assumption_columns),
    .key = "number,change",
};

static const pbr_column exclusion_columns[] = {
    PBR_TEXT_COLUMN("stage", "excluded or unmeasurable", "excluded"),
    PBR_TEXT_COLUMN("reason", "id of the rule, or transferred", "nps"),
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    COUNT_COLUMN("starts", "rows that the rule left out"),
    COUNT_COLUMN("reoffenders", "of them, with a reoffence in their own window"),
    COUNT_COLUMN("reoffences", "their reoffences"),
    PBR_PENCE_COLUMN("due_pence", "total due of the area and cohort as settled"),
    MAYBE_PENCE("put_back_pence", "the same if the rule left nobody out"),
    MAYBE_PENCE("effect_pence", "the difference"),
    MAYBE_COUNT("verdicts", "results that would be another verdict"),
    PBR_MAYBE_TEXT_COLUMN("verdict_words", "which, from what to what", "binary: better to neither"),
    PBR_MAYBE_TEXT_COLUMN("not_told", "why there is no effect", ""),
};
const pbr_schema pbr_qa_exclusions_schema = {
    .name = "qa-exclusions",
    .file = "qa/exclusions.csv",
    .title = "Rules that leave persons out, put back",
    PBR_SCHEMA_COLUMNS(exclusion_columns),
    .key = "stage,reason,cpa,cohort",
};

static const pbr_column split_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("line", "line of the rules", "binary"),
    PBR_TEXT_COLUMN("payee", "who is paid", "Purple Futures"),
    PBR_MAYBE_TEXT_COLUMN("result_raw", "result of the rate as counted", "neither"),
    PBR_MAYBE_TEXT_COLUMN("result", "result of the adjusted rate", "better"),
    MAYBE_PENCE("computed_raw_pence", "computed, if no rate were adjusted"),
    MAYBE_PENCE("computed_mix_pence", "what the adjustment changes in it"),
    MAYBE_PENCE("capped_raw_pence", "after the caps, if no rate were adjusted"),
    MAYBE_PENCE("capped_mix_pence", "what the adjustment changes in it"),
    PBR_PENCE_COLUMN("due_raw_pence", "due, if no rate were adjusted"),
    PBR_PENCE_COLUMN("due_mix_pence", "what the adjustment changes in it"),
};
const pbr_schema pbr_qa_splits_schema = {
    .name = "qa-splits",
    .file = "qa/splits.csv",
    .title = "Payments split into raw change and case mix",
    PBR_SCHEMA_COLUMNS(split_columns),
    .key = "cpa,cohort,line,payee",
};

static const pbr_column turn_columns[] = {
    PBR_TEXT_COLUMN("cpa", "code of the area", "C05"),
    PBR_TEXT_COLUMN("cohort", "quarter, contract year or named cohort", "2015Q4"),
    PBR_TEXT_COLUMN("line", "line of the rules", "binary"),
    PBR_TEXT_COLUMN("result", "as settled", "neither"),
    MAYBE_COUNT("leave_out", "reoffenders, if so many more were left out, those with the most "
                             "reoffences first"),
    PBR_MAYBE_TEXT_COLUMN("leave_out_result", "what the result would then be", "better"),
    MAYBE_COUNT("put_reoffenders_back",
                "of those whom rules left out, so many who reoffended, if they were put back"),
    PBR_MAYBE_TEXT_COLUMN("put_reoffenders_back_result", "what the result would then be", "worse"),
    MAYBE_COUNT(
        "put_others_back",
        "of those whom rules left out, so many who did not reoffend, if they were put back"),
    PBR_MAYBE_TEXT_COLUMN("put_others_back_result", "what the result would then be", "better"),
    PBR_MAYBE_TEXT_COLUMN("not_told", "why a way was not tried", "limits are resampled"),
};
const pbr_schema pbr_qa_turns_schema = {
    .name = "qa-turns",
    .file = "qa/turns.csv",
    .title = "How few persons would turn each result",
    PBR_SCHEMA_COLUMNS(turn_columns),
    .key = "cpa,cohort,line",
};

static void header(pbr_out *out, const pbr_schema *schema)
{
    for (size_t i = 0; i < schema->count; i++) pbr_out_text(out, schema->columns[i].name);
    pbr_out_end_row(out);
}

static void maybe_int(pbr_out *out, bool known, int64_t value)
{
    if (known)
        pbr_out_int(out, value);
    else
        pbr_out_text(out, NULL);
}

/* --- assumptions --- */

static void write_trial(pbr_out *out, const pbr_assumption *assumption, size_t number,
                        const pbr_trial *trial)
{
    bool told = trial && !trial->not_told;
    pbr_out_int(out, (int64_t)number);
    pbr_out_text(out, assumption->file);
    pbr_out_text(out, assumption->term);
    pbr_out_words(out, assumption->value);
    maybe_int(out, assumption->rows > 0, (int64_t)assumption->rows);
    pbr_out_text(out, pbr_assumed_text(assumption->kind));
    pbr_out_text(out, pbr_status_text(assumption->status));
    pbr_out_words(out, assumption->clause);
    pbr_out_words(out, assumption->source);
    pbr_out_words(out, trial ? trial->change : NULL);
    maybe_int(out, told, told ? trial->effect_pence : 0);
    maybe_int(out, told, told ? (int64_t)trial->verdicts : 0);
    pbr_out_words(out, trial ? trial->not_told : NULL);
    pbr_out_words(out, assumption->note);
    pbr_out_end_row(out);
}

void pbr_qa_assumptions_write(pbr_out *out, const pbr_qa *qa)
{
    header(out, &pbr_qa_assumptions_schema);
    for (size_t i = 0; i < qa->assumptions_count; i++) {
        const pbr_assumption *assumption = &qa->assumptions[i];
        for (size_t k = 0; k < assumption->trials_count; k++)
            write_trial(out, assumption, i + 1, &assumption->trials[k]);
        if (!assumption->trials_count) write_trial(out, assumption, i + 1, NULL);
    }
}

/* --- exclusions --- */

static void write_restored(pbr_out *out, const pbr_contract *contract,
                           const pbr_restoration *restoration, const pbr_restored *row)
{
    bool told = !row->not_told;
    const pbr_attrition *left_out = row->left_out;
    pbr_out_text(out, restoration->stage);
    pbr_out_text(out, restoration->reason);
    pbr_out_text(out, contract->areas[row->area].code);
    pbr_out_text(out, contract->cohorts[row->cohort].name);
    pbr_out_int(out, left_out ? left_out->starts : 0);
    pbr_out_int(out, left_out ? left_out->reoffenders : 0);
    pbr_out_int(out, left_out ? left_out->reoffences : 0);
    pbr_out_int(out, row->due_pence);
    maybe_int(out, told, row->put_back_pence);
    maybe_int(out, told, row->put_back_pence - row->due_pence);
    maybe_int(out, told, (int64_t)row->verdicts);
    pbr_out_text(out, row->verdict_words);
    pbr_out_words(out, row->not_told);
    pbr_out_end_row(out);
}

void pbr_qa_exclusions_write(pbr_out *out, const pbr_qa *qa)
{
    header(out, &pbr_qa_exclusions_schema);
    for (size_t i = 0; i < qa->restorations_count; i++)
        for (size_t k = 0; k < qa->restorations[i].rows_count; k++)
            write_restored(out, qa->settled.settlement->contract, &qa->restorations[i],
                           &qa->restorations[i].rows[k]);
}

/* --- splits --- */

static const char *result_text(const pbr_payment *payment)
{
    return payment && payment->result ? pbr_verdict_text(payment->result->verdict) : NULL;
}

static void write_split(pbr_out *out, const pbr_contract *contract, const pbr_split *split)
{
    const pbr_payment *paid = split->paid, *raw = split->unadjusted, *any = paid ? paid : raw;
    bool both = paid && raw;
    pbr_split_sums sums = pbr_split_sums_of(split);
    pbr_out_text(out, contract->areas[any->area].code);
    pbr_out_text(out, contract->cohorts[any->cohort].name);
    pbr_out_text(out, any->line->id);
    pbr_out_text(out, any->payee);
    pbr_out_text(out, result_text(raw));
    pbr_out_text(out, result_text(paid));
    maybe_int(out, both, sums.computed_raw_pence);
    maybe_int(out, both, sums.computed_mix_pence);
    maybe_int(out, both, sums.capped_raw_pence);
    maybe_int(out, both, sums.capped_mix_pence);
    pbr_out_int(out, sums.due_raw_pence);
    pbr_out_int(out, sums.due_mix_pence);
    pbr_out_end_row(out);
}

void pbr_qa_splits_write(pbr_out *out, const pbr_qa *qa)
{
    header(out, &pbr_qa_splits_schema);
    for (size_t i = 0; i < qa->splits_count; i++)
        write_split(out, qa->settled.settlement->contract, &qa->splits[i]);
}

/* --- turns --- */

static void write_near(pbr_out *out, const pbr_contract *contract, const pbr_near *near)
{
    const pbr_result *r = near->result;
    pbr_out_text(out, contract->areas[r->area].code);
    pbr_out_text(out, contract->cohorts[r->cohort].name);
    pbr_out_text(out, r->line->id);
    pbr_out_text(out, pbr_verdict_text(r->verdict));
    for (int way = 0; way < PBR_TURNS; way++) {
        const pbr_turn *turn = &near->turns[way];
        maybe_int(out, turn->persons > 0, turn->persons);
        pbr_out_text(out, turn->persons ? pbr_verdict_text(turn->verdict) : NULL);
    }
    pbr_out_text(out, near->not_told);
    pbr_out_end_row(out);
}

void pbr_qa_turns_write(pbr_out *out, const pbr_contract *contract, const pbr_near *nears,
                        size_t count)
{
    header(out, &pbr_qa_turns_schema);
    for (size_t i = 0; i < count; i++) write_near(out, contract, &nears[i]);
}
