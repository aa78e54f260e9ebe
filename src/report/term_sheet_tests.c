/* SPDX-License-Identifier: GPL-3.0-or-later */
/* When a line is better, neither or worse: one function a kind of test. */
#include "report/term_sheet_parts.h"

#include <string.h>

struct tested {
    pbr_teller *t;
    const pbr_line *line;
    const pbr_test *test;
    const char *comparison, *unit; /* "the baseline of 2011"; of a change */
};

static const char *confidence_words(const struct tested *s)
{
    return pbr_arena_printf(
        s->t->arena, "at confidence %s on %u side%s", s->test->level, s->test->sides,
        s->test->sides == 1 ? ", which has all of the error" : "s, which share the error");
}

static const char *around_words(const struct tested *s, const char *error)
{
    return pbr_arena_printf(s->t->arena,
                            "Better is a rate below %s by more than its allowance, worse one above "
                            "it by more. The allowance is a normal quantile, %s, times %s.",
                            s->comparison, confidence_words(s), error);
}

static const char *test_none(const struct tested *s)
{
    return pbr_arena_printf(s->t->arena,
                            "Any rate below %s is better and any above it worse: there is no test "
                            "of chance.",
                            s->comparison);
}

static const char *test_given(const struct tested *s)
{
    (void)s;
    return "Better is a rate below the lower limit of baselines.csv, worse one above the upper "
           "limit.";
}

static const char *test_one_sample(const struct tested *s)
{
    bool residual = s->test->variance == PBR_RESIDUAL;
    return around_words(s, residual ? "the standard error of the cohort's outcomes about their "
                                      "scores (residual variance)"
                                    : "the standard error of a proportion as large as the "
                                      "baseline's in so many persons as the cohort has (binomial "
                                      "variance)");
}

static const char *test_two_sample(const struct tested *s)
{
    bool pooled = s->test->variance == PBR_POOLED;
    return around_words(s, pooled ? "the standard error of the difference of two proportions, both "
                                    "samples sharing one variance (pooled)"
                                  : "the standard error of the difference of two proportions, each "
                                    "sample with its own variance (unpooled)");
}

static const char *test_normal_mean(const struct tested *s)
{
    bool cohort = s->test->sd == PBR_SD_COHORT;
    return around_words(s, cohort ? "the cohort's own standard deviation over the root of its "
                                    "reoffenders"
                                  : "the standard deviation of baselines.csv over the root of the "
                                    "cohort's reoffenders");
}

static const char *interval_words(const struct tested *s, const char *name)
{
    if (s->test->around == PBR_AROUND_BASELINE)
        return pbr_arena_printf(s->t->arena,
                                "Better is a rate below the %s interval around %s, worse one above "
                                "it, %s.",
                                name, s->comparison, confidence_words(s));
    return pbr_arena_printf(s->t->arena,
                            "Better is a cohort whose %s interval lies wholly below %s, worse one "
                            "whose interval lies wholly above it, %s.",
                            name, s->comparison, confidence_words(s));
}

static const char *test_wilson(const struct tested *s)
{
    return interval_words(s, "Wilson");
}

static const char *test_clopper_pearson(const struct tested *s)
{
    return interval_words(s, "Clopper-Pearson (exact binomial)");
}

static const char *test_bootstrap(const struct tested *s)
{
    return pbr_arena_printf(
        s->t->arena,
        "Better is a cohort whose bootstrap interval lies wholly below %s, worse one whose "
        "interval lies wholly above it, %s: %u replicates, generator mt19937 with seed %u, linear "
        "quantiles.",
        s->comparison, confidence_words(s), s->test->replicates, s->test->seed);
}

static const char *change_words(const struct tested *s, const char *verdict, const char *direction,
                                const char *least)
{
    if (strcmp(least, "none") == 0)
        return pbr_arena_printf(s->t->arena, "No %s makes a result %s.", direction, verdict);
    return pbr_arena_printf(s->t->arena, "A %s from %s of at least %s %s is %s.", direction,
                            s->comparison, least, s->unit, verdict);
}

static const char *test_change(const struct tested *s)
{
    return pbr_arena_printf(s->t->arena, "%s %s",
                            change_words(s, "better", "fall", s->test->better_at),
                            change_words(s, "worse", "rise", s->test->worse_at));
}

static const char *(*const tests[])(const struct tested *) = {
    [PBR_TEST_NONE] = test_none,
    [PBR_TEST_GIVEN] = test_given,
    [PBR_TEST_ONE_SAMPLE_Z] = test_one_sample,
    [PBR_TEST_TWO_SAMPLE_Z] = test_two_sample,
    [PBR_TEST_NORMAL_MEAN] = test_normal_mean,
    [PBR_TEST_WILSON] = test_wilson,
    [PBR_TEST_CLOPPER_PEARSON] = test_clopper_pearson,
    [PBR_TEST_BOOTSTRAP] = test_bootstrap,
    [PBR_TEST_CHANGE] = test_change,
};

static const char *rounded_words(pbr_teller *t, const char *what, const char *decimals)
{
    if (strcmp(decimals, "none") == 0) return pbr_arena_printf(t->arena, "%s exact", what);
    return pbr_arena_printf(t->arena, "%s rounded %s", what, pbr_words_decimals(t, decimals));
}

static void tell_rounding(const struct tested *s)
{
    bool of_change = s->test->kind == PBR_TEST_CHANGE;
    pbr_tell(s->t, 1, "-", &s->test->from, "For the comparison %s, and %s.%s",
             rounded_words(s->t, "limits are", s->test->round_thresholds),
             rounded_words(s->t, of_change ? "the change is" : "the rate is", s->test->round_rate),
             of_change ? "" : " A rate equal to a limit is neither.");
}

static void tell_minimum(const struct tested *s)
{
    if (s->test->minimum_cohort)
        pbr_tell(s->t, 1, "-", &s->test->from, "A cohort of fewer than %u cases has no result.",
                 s->test->minimum_cohort);
    else
        pbr_tell(s->t, 1, "-", &s->test->from,
                 "There is no least size: a cohort of more than 0 cases has a result.");
}

void pbr_tell_test(pbr_teller *t, const pbr_line *line, const pbr_metric *metric)
{
    struct tested s = {t, line, &line->test, pbr_words_comparison(t, metric),
                       pbr_words_change_unit(line, metric)};
    pbr_tell(t, 1, "-", &line->test.from, "%s", tests[line->test.kind](&s));
    tell_rounding(&s);
    tell_minimum(&s);
}
