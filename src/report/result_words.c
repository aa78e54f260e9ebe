/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/result_words.h"

#include "report/words.h"

#include <string.h>

enum { LISTED_MOST = 12 }; /* results that a sentence on the cover names; then it counts */

/* --- units --- */

const char *pbr_rate_unit(pbr_metric_kind kind)
{
    static const char *const units[] = {
        [PBR_RATE] = "percent",
        [PBR_EVENTS_PER_REOFFENDER] = "reoffences per reoffender",
        [PBR_EVENTS_PER_100] = "events per 100 persons",
        [PBR_DAYS_PER_PERSON] = "days per person",
        [PBR_EXPECTED_RATIO] = "observed over expected",
    };
    return units[kind];
}

const char *pbr_payment_unit(pbr_metric_kind kind)
{
    static const char *const units[] = {
        [PBR_RATE] = "reoffender",       [PBR_EVENTS_PER_REOFFENDER] = "reoffence",
        [PBR_EVENTS_PER_100] = "event",  [PBR_DAYS_PER_PERSON] = "day",
        [PBR_EXPECTED_RATIO] = "person",
    };
    return units[kind];
}

const char *pbr_change_unit(const pbr_line *line, const pbr_metric *metric)
{
    if (line->change == PBR_CHANGE_RELATIVE) return "percent of the baseline";
    return metric->kind == PBR_RATE ? "percentage points" : pbr_rate_unit(metric->kind);
}

/* --- one result --- */

bool pbr_result_has_limits(const pbr_result *result)
{
    pbr_test_kind kind = result->line->test.kind;
    return kind != PBR_TEST_NONE && kind != PBR_TEST_CHANGE;
}

/* Where a change is tested: "Better: a fall of 10 percent of the baseline or more". */
static const char *change_words(const pbr_scope *scope, const pbr_result *result)
{
    const pbr_test *test = &result->line->test;
    const char *unit = pbr_change_unit(result->line, result->metric);
    if (result->verdict == PBR_NEITHER) return "Neither: the change does not reach what is asked";
    bool better = result->verdict == PBR_BETTER;
    return pbr_arena_printf(scope->arena, "%s of %s %s or more",
                            better ? "Better: a fall" : "Worse: a rise",
                            better ? test->better_at : test->worse_at, unit);
}

/* How each verdict came about: from limits around the baseline, around the cohort, or none. */
static const char *const VERDICTS[][3] = {
    [PBR_BETTER] = {"Better: rate below the lower limit",
                    "Better: baseline above the limits around the rate",
                    "Better: rate below the baseline"},
    [PBR_NEITHER] = {"Neither: rate within the limits",
                     "Neither: baseline within the limits around the rate",
                     "Neither: rate equal to the baseline"},
    [PBR_WORSE] = {"Worse: rate above the upper limit",
                   "Worse: baseline below the limits around the rate",
                   "Worse: rate above the baseline"},
};

const char *pbr_result_words(const pbr_scope *scope, const pbr_result *result)
{
    if (result->verdict == PBR_NO_RESULT)
        return pbr_arena_printf(scope->arena, "No result: %s",
                                pbr_or(result->why_no_result, "not stated"));
    if (result->line->test.kind == PBR_TEST_CHANGE) return change_words(scope, result);
    int manner = !pbr_result_has_limits(result) ? 2 : result->around_cohort ? 1 : 0;
    return VERDICTS[result->verdict][manner];
}

const char *pbr_flag_words(const pbr_scope *scope, const pbr_result *result)
{
    const char *words = NULL;
    if (result->terminate) words = "above the termination point";
    if (result->gated) words = pbr_joined(scope, words, "hurdle not met");
    if (result->close_call)
        words = pbr_joined(scope, words, "close call: within two Monte Carlo errors of a limit");
    if (result->interim) words = pbr_joined(scope, words, "interim: cohort not ripe, not priced");
    return words;
}

const char *pbr_compared_words(const pbr_scope *scope, const pbr_result *result)
{
    const pbr_metric *metric = result->metric;
    if (metric->compare_with == PBR_WITH_CONTROL) return "control group";
    if (metric->compare_with == PBR_WITH_COHORT)
        return pbr_arena_printf(scope->arena, "cohort %s", metric->cohort);
    return pbr_arena_printf(scope->arena, "baseline %s", pbr_or(metric->baseline, ""));
}

/* --- all of them --- */

static bool is_terminate(const pbr_result *result)
{
    return result->terminate;
}

static bool is_close(const pbr_result *result)
{
    return result->close_call;
}

/* "C08, 2015Q4, Binary, quarterly cohort" */
static const char *place_words(const pbr_scope *scope, const pbr_result *result)
{
    return pbr_arena_printf(scope->arena, "%s, %s, %s", scope->contract->areas[result->area].code,
                            scope->contract->cohorts[result->cohort].name, result->line->title);
}

static const char *named(const pbr_scope *scope, bool (*applies)(const pbr_result *))
{
    const char *words = NULL;
    size_t count = 0;
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_result *result = scope->results.at[i];
        if (applies(result) && count++ < LISTED_MOST)
            words = pbr_joined(scope, words, place_words(scope, result));
    }
    if (count <= LISTED_MOST) return words;
    return pbr_arena_printf(scope->arena, "%s; and %zu more, on the sheet Results", words,
                            count - LISTED_MOST);
}

const char *pbr_termination_words(const pbr_scope *scope)
{
    const char *places = named(scope, is_terminate);
    if (!places) return NULL;
    return pbr_arena_printf(scope->arena, "Termination point reached: %s.", places);
}

const char *pbr_close_call_words(const pbr_scope *scope)
{
    const char *places = named(scope, is_close);
    if (!places) return NULL;
    return pbr_arena_printf(scope->arena,
                            "These verdicts lie within two Monte Carlo errors of a limit, so "
                            "another seed might turn them: %s.",
                            places);
}

const char *pbr_interim_words(const pbr_scope *scope)
{
    size_t interim = 0, count = scope->results.count;
    for (size_t i = 0; i < count; i++)
        interim += ((const pbr_result *)scope->results.at[i])->interim;
    if (!interim) return NULL;
    return pbr_arena_printf(
        scope->arena, "Interim: %zu of %zu results %s of cohorts that are not ripe and not priced.",
        interim, count, interim == 1 ? "is" : "are");
}
