/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From counts to a result: rate, adjustment, limits, verdict (semantics 10 to 14). */
#include "derive/working.h"

#include <string.h>

/* The counts that a metric divides, and its rate (semantics 10). */
static const struct {
    const char *cases, *counts[3], *formula;
} METRICS[] = {
    [PBR_RATE] = {"measurable", {"measurable", "reoffenders"}, "reoffenders * hundred / cases"},
    [PBR_EVENTS_PER_REOFFENDER] = {"reoffenders",
                                   {"reoffenders", "reoffences"},
                                   "reoffences / cases"},
    [PBR_EVENTS_PER_100] = {"measurable",
                            {"measurable", "reoffences"},
                            "reoffences * hundred / cases"},
    [PBR_DAYS_PER_PERSON] = {"measurable", {"measurable", "days"}, "days / cases"},
    [PBR_EXPECTED_RATIO] = {"measurable",
                            {"measurable", "reoffenders", "expected"},
                            "reoffenders / expected"},
};

static const struct {
    const char *column, *title;
} COUNT_TITLES[] = {
    {"measurable", "Measurable persons"},
    {"reoffenders", "Reoffenders"},
    {"reoffences", "Reoffences"},
    {"reoffences_squared", "Sum of squared reoffences"},
    {"ogrs_sum", "Score sum"},
    {"ogrs_squares", "Sum of squared scores"},
    {"ogrs_sum_reoffenders", "Score sum of reoffenders"},
    {"days", "Days"},
    {"expected", "Expected persons with an event"},
    {"weight_squares", "Sum of squared weights"},
};

static const char *title_of_count(const char *column)
{
    for (size_t i = 0; i < sizeof COUNT_TITLES / sizeof *COUNT_TITLES; i++)
        if (strcmp(COUNT_TITLES[i].column, column) == 0) return COUNT_TITLES[i].title;
    return column;
}

/* A count of the row, once however often it is asked for. */
void pbr_stages_need_count(pbr_working *w, const char *column)
{
    if (pbr_working_stage(w, column) == w->stages_count)
        pbr_stage_add(w, column, title_of_count(column),
                      strstr(column, "ogrs") ? PBR_UNIT_NUMBER : PBR_UNIT_COUNT, PBR_STAGE_COUNT,
                      column);
}

/* A count of the control group or earlier cohort that the metric is compared with. */
void pbr_stages_need_other(pbr_workings *all, pbr_working *w, const char *column)
{
    const char *field = pbr_arena_printf(all->arena, "other_%s", column);
    if (pbr_working_stage(w, field) < w->stages_count) return;
    const char *title =
        pbr_arena_printf(all->arena, "%s of what it is compared with", title_of_count(column));
    pbr_stage_add(w, field, title, PBR_UNIT_COUNT, PBR_STAGE_COUNT, column)->other = "other";
}

static void cite_metric(pbr_workings *all, pbr_stage *step, const pbr_metric *metric,
                        const char *term)
{
    pbr_stage_cite(step, pbr_arena_printf(all->arena, "metrics.%s.%s", metric->id, term));
}

static void add_rate(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    for (size_t i = 0; i < 3 && METRICS[metric->kind].counts[i]; i++)
        pbr_stages_need_count(w, METRICS[metric->kind].counts[i]);
    pbr_stage *cases =
        pbr_stage_formula(all, w, "cases", "Cases", PBR_UNIT_COUNT, METRICS[metric->kind].cases);
    cite_metric(all, cases, metric, "kind");
    pbr_stage *rate =
        pbr_stage_formula(all, w, "rate", "Rate", PBR_UNIT_RATE, METRICS[metric->kind].formula);
    cite_metric(all, rate, metric, "kind");
}

/* The same rate of the control group or earlier cohort. */
static void add_other_rate(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    static const char *const FORMULAS[] = {
        [PBR_RATE] = "other_reoffenders * hundred / other_measurable",
        [PBR_EVENTS_PER_REOFFENDER] = "other_reoffences / other_reoffenders",
        [PBR_EVENTS_PER_100] = "other_reoffences * hundred / other_measurable",
        [PBR_DAYS_PER_PERSON] = "other_days / other_measurable",
        [PBR_EXPECTED_RATIO] = "other_reoffenders / other_expected",
    };
    for (size_t i = 0; i < 3 && METRICS[metric->kind].counts[i]; i++)
        pbr_stages_need_other(all, w, METRICS[metric->kind].counts[i]);
    pbr_stage *step = pbr_stage_formula(all, w, "baseline", "Rate of what it is compared with",
                                        PBR_UNIT_RATE, FORMULAS[metric->kind]);
    cite_metric(all, step, metric, "compare-with");
}

static void add_baseline(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    if (metric->compare_with != PBR_WITH_BASELINE) {
        add_other_rate(all, w, metric);
        return;
    }
    pbr_stage *step =
        pbr_stage_add(w, "baseline", "Baseline", PBR_UNIT_RATE, PBR_STAGE_BASELINE, "rate");
    cite_metric(all, step, metric, "baseline");
}

/* Mean scores of the four quarters, weighted by their persons. */
static void add_pooled_reference(pbr_workings *all, pbr_working *w)
{
    static const char *const QUARTERS[] = {"Q1", "Q2", "Q3", "Q4"};
    for (size_t i = 0; i < 4; i++) {
        const char *quarter = QUARTERS[i];
        pbr_stage_add(w, pbr_arena_printf(all->arena, "cases_%s", quarter),
                      pbr_arena_printf(all->arena, "Baseline cases, %s", quarter), PBR_UNIT_COUNT,
                      PBR_STAGE_BASELINE, "cases")
            ->other = quarter;
        pbr_stage_add(w, pbr_arena_printf(all->arena, "mean_%s", quarter),
                      pbr_arena_printf(all->arena, "Baseline mean score, %s", quarter),
                      PBR_UNIT_PERCENT, PBR_STAGE_BASELINE, "ogrs_mean")
            ->other = quarter;
    }
    pbr_stage_formula(all, w, "reference_mean", "Mean score of the baseline, pooled",
                      PBR_UNIT_PERCENT,
                      "(cases_Q1 * mean_Q1 + cases_Q2 * mean_Q2 + cases_Q3 * mean_Q3 + cases_Q4 * "
                      "mean_Q4) / (cases_Q1 + cases_Q2 + cases_Q3 + cases_Q4)");
}

static void add_reference(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    if (metric->compare_with != PBR_WITH_BASELINE) {
        pbr_stages_need_other(all, w, "measurable");
        pbr_stages_need_other(all, w, "ogrs_sum");
        pbr_stage_formula(all, w, "reference_mean", "Mean score of what it is compared with",
                          PBR_UNIT_PERCENT, "other_ogrs_sum / other_measurable");
    } else if (metric->reference == PBR_POOLED_ROWS)
        add_pooled_reference(all, w);
    else
        pbr_stage_add(w, "reference_mean", "Mean score of the baseline", PBR_UNIT_PERCENT,
                      PBR_STAGE_BASELINE, "ogrs_mean")
            ->other = metric->reference == PBR_ANNUAL_ROW ? "annual" : NULL;
}

/* Semantics 11. */
static void add_adjustment(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    pbr_stage *step;
    if (metric->adjust == PBR_NO_ADJUSTMENT) {
        step = pbr_stage_formula(all, w, "adjusted_rate", "Adjusted rate", PBR_UNIT_RATE, "rate");
        cite_metric(all, step, metric, "adjust");
        return;
    }
    pbr_stages_need_count(w, "measurable");
    pbr_stages_need_count(w, "ogrs_sum");
    add_reference(all, w, metric);
    step = pbr_stage_formula(all, w, "cohort_mean", "Mean score of the cohort", PBR_UNIT_PERCENT,
                             "ogrs_sum / measurable");
    cite_metric(all, step, metric, "score");
    step = pbr_stage_formula(all, w, "adjustment", "Adjustment", PBR_UNIT_PERCENT,
                             "reference_mean - cohort_mean");
    cite_metric(all, step, metric, "adjust");
    cite_metric(all, step, metric, "reference");
    step = pbr_stage_formula(all, w, "adjusted_rate", "Adjusted rate", PBR_UNIT_RATE,
                             "rate + adjustment");
    cite_metric(all, step, metric, "adjust");
}

static void add_change(pbr_workings *all, pbr_working *w)
{
    bool relative = w->line->change == PBR_CHANGE_RELATIVE;
    pbr_stage *step = pbr_stage_formula(
        all, w, "change", relative ? "Change, percent of the baseline" : "Change, in units",
        relative ? PBR_UNIT_PERCENT : PBR_UNIT_RATE,
        relative ? "(baseline - adjusted_rate) / baseline * hundred" : "baseline - adjusted_rate");
    pbr_stage_cite(step, pbr_stage_path(all, w, "change"));
}

/* A term of the line as a number under a short name. */
void pbr_stages_need_term(pbr_workings *all, pbr_working *w, const char *field, const char *title,
                          pbr_unit unit, const char *path)
{
    if (pbr_working_stage(w, field) < w->stages_count) return;
    pbr_stage *step =
        pbr_stage_add(w, field, title, unit, PBR_STAGE_TERM, pbr_stage_path(all, w, path));
    step->per_line = true;
}

static bool is_stated(const char *text)
{
    return text && strcmp(text, "none") != 0;
}

/* The rate as it is compared: rounded only if the contract says (semantics 13). */
static void add_compared(pbr_workings *all, pbr_working *w)
{
    bool of_change = w->line->test.kind == PBR_TEST_CHANGE;
    const char *value = of_change ? "change" : "adjusted_rate";
    const char *title = of_change ? "Change as compared" : "Rate as compared";
    bool rounds = is_stated(w->line->test.round_rate);
    if (rounds)
        pbr_stages_need_term(all, w, "rate_places", "Decimals of the rate", PBR_UNIT_COUNT,
                             "test.round-rate");
    pbr_stage *step = pbr_stage_formula(
        all, w, "compared", title, of_change ? PBR_UNIT_PERCENT : PBR_UNIT_RATE,
        rounds ? pbr_arena_printf(all->arena, "round(%s, rate_places)", value) : value);
    pbr_stage_cite(step, pbr_stage_path(all, w, "test.round-rate"));
}

/* Which of two conditions makes the cohort better, and which worse. */
static const char *verdict_formula(pbr_workings *all, const pbr_working *w)
{
    const pbr_test *test = &w->line->test;
    bool around_cohort =
        test->kind == PBR_TEST_BOOTSTRAP ||
        ((test->kind == PBR_TEST_WILSON || test->kind == PBR_TEST_CLOPPER_PEARSON) &&
         test->around == PBR_AROUND_COHORT);
    const char *better = around_cohort ? "steady(baseline - upper, rate_steady) > zero"
                                       : "steady(compared - lower, rate_steady) < zero";
    const char *worse = around_cohort ? "steady(baseline - lower, rate_steady) < zero"
                                      : "steady(compared - upper, rate_steady) > zero";
    if (test->kind == PBR_TEST_CHANGE) {
        better = is_stated(test->better_at) ? "steady(compared - better_at, rate_steady) >= zero"
                                            : "one < zero";
        worse = is_stated(test->worse_at) ? "steady(-compared - worse_at, rate_steady) >= zero"
                                          : "one < zero";
    }
    return pbr_arena_printf(all->arena, "if(%s, better, if(%s, worse, neither))", better, worse);
}

static void add_result(pbr_workings *all, pbr_working *w)
{
    const char *verdict = verdict_formula(all, w);
    if (w->line->test.minimum_cohort > 1) {
        pbr_stages_need_term(all, w, "minimum_cohort", "Minimum cohort", PBR_UNIT_COUNT,
                             "test.minimum-cohort");
        verdict =
            pbr_arena_printf(all->arena, "if(cases < minimum_cohort, no_result, %s)", verdict);
    }
    pbr_stage *step = pbr_stage_formula(all, w, "result", "Result", PBR_UNIT_WORD, verdict);
    pbr_stage_cite(step, pbr_stage_path(all, w, "test.kind"));
}

static void add_termination(pbr_workings *all, pbr_working *w, const pbr_metric *metric)
{
    if (metric->compare_with != PBR_WITH_BASELINE) return;
    const char *rate = w->line->test.kind != PBR_TEST_CHANGE ? "compared"
                       : is_stated(w->line->test.round_rate) ? "round(adjusted_rate, rate_places)"
                                                             : "adjusted_rate";
    pbr_stage_add(w, "terminate_at", "Termination point", PBR_UNIT_RATE, PBR_STAGE_BASELINE,
                  "terminate");
    pbr_stage_formula(all, w, "terminate", "Worse than the termination point", PBR_UNIT_WORD,
                      pbr_arena_printf(all->arena,
                                       "if(result = no_result, no, if(steady(%s - terminate_at, "
                                       "rate_steady) > zero, yes, no))",
                                       rate));
}

void pbr_stages_outcome(pbr_workings *all, pbr_working *w)
{
    const pbr_metric *metric = pbr_terms_metric(w->rules->terms, w->line->metric);
    add_rate(all, w, metric);
    add_adjustment(all, w, metric);
    add_baseline(all, w, metric);
    add_change(all, w);
    pbr_stages_limits(all, w, metric);
    add_compared(all, w);
    add_result(all, w);
    add_termination(all, w, metric);
    w->priced_from = w->stages_count;
    pbr_stages_payoffs(all, w, metric);
}
