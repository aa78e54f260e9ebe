/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The limits that a rate must pass (semantics 12). The formulas are those of settle/limits.c, where
 * their sources stand. */
#include "derive/working.h"

#include <string.h>

struct maker {
    pbr_workings *all;
    pbr_working *w;
    const pbr_metric *metric;
    const char *lower, *upper; /* formulas of the limits before they are rounded */
};

static pbr_stage *formula(struct maker *m, const char *field, const char *title, pbr_unit unit,
                          const char *text)
{
    return pbr_stage_formula(m->all, m->w, field, title, unit, text);
}

/* The quantile that goes with the level and the sides. */
static void need_z(struct maker *m)
{
    pbr_stages_need_term(m->all, m->w, "level", "Level of confidence", PBR_UNIT_NUMBER,
                         "test.level");
    pbr_stages_need_term(m->all, m->w, "sides", "Sides", PBR_UNIT_COUNT, "test.sides");
    pbr_stage *z = formula(m, "z", "Normal quantile", PBR_UNIT_NUMBER,
                           "normsinv(one - (one - level) / sides)");
    z->per_line = true;
    pbr_stage_cite(z, pbr_stage_path(m->all, m->w, "test.level"));
    pbr_stage_cite(z, pbr_stage_path(m->all, m->w, "test.sides"));
}

static void around_baseline(struct maker *m, const char *title, const char *half_width)
{
    formula(m, "half_width", title, PBR_UNIT_RATE, half_width);
    m->lower = "baseline - half_width";
    m->upper = "baseline + half_width";
}

static void no_limits(struct maker *m)
{
    m->lower = m->upper = "baseline";
}

static void given_limits(struct maker *m)
{
    pbr_stage_add(m->w, "given_lower", "Lower limit as tabled", PBR_UNIT_RATE, PBR_STAGE_BASELINE,
                  "lower");
    pbr_stage_add(m->w, "given_upper", "Upper limit as tabled", PBR_UNIT_RATE, PBR_STAGE_BASELINE,
                  "upper");
    m->lower = "given_lower";
    m->upper = "given_upper";
}

static const char *changed_rate(struct maker *m, const char *field, const char *title,
                                const char *value, const char *path, const char *sign)
{
    if (!value || strcmp(value, "none") == 0) return "baseline";
    pbr_stages_need_term(m->all, m->w, field, title, PBR_UNIT_NUMBER, path);
    if (m->w->line->change != PBR_CHANGE_RELATIVE)
        return pbr_arena_printf(m->all->arena, "baseline %s %s", sign, field);
    return pbr_arena_printf(m->all->arena, "baseline %s baseline * %s / hundred", sign, field);
}

static void changed_limits(struct maker *m)
{
    const pbr_test *test = &m->w->line->test;
    m->lower = changed_rate(m, "better_at", "Better from a fall of", test->better_at,
                            "test.better-at", "-");
    m->upper =
        changed_rate(m, "worse_at", "Worse from a rise of", test->worse_at, "test.worse-at", "+");
}

static void residual_limits(struct maker *m)
{
    static const char *const COUNTS[] = {"measurable", "reoffenders", "ogrs_sum",
                                         "ogrs_sum_reoffenders", "ogrs_squares"};
    for (size_t i = 0; i < sizeof COUNTS / sizeof *COUNTS; i++)
        pbr_stages_need_count(m->w, COUNTS[i]);
    formula(m, "residual_mean", "Mean residual", PBR_UNIT_NUMBER,
            "(reoffenders - ogrs_sum / hundred) / measurable");
    formula(m, "residual_variance", "Residual variance", PBR_UNIT_NUMBER,
            "(reoffenders - two * ogrs_sum_reoffenders / hundred + ogrs_squares / (hundred * "
            "hundred)) / measurable - residual_mean * residual_mean");
    around_baseline(m, "Half width (residual)",
                    "z * sqrt(residual_variance / measurable) * hundred");
}

static void one_sample_limits(struct maker *m)
{
    need_z(m);
    if (m->w->line->test.variance == PBR_RESIDUAL) {
        residual_limits(m);
        return;
    }
    formula(m, "baseline_share", "Baseline as a fraction", PBR_UNIT_NUMBER, "baseline / hundred");
    around_baseline(m, "Half width (one sample)",
                    "z * sqrt(baseline_share * (one - baseline_share) / cases) * hundred");
}

/* The number of cases that the baseline rests on; of a weighted group what it is worth (Kish). */
static void need_baseline_cases(struct maker *m)
{
    if (m->metric->compare_with == PBR_WITH_BASELINE)
        pbr_stage_add(m->w, "baseline_cases", "Baseline cases", PBR_UNIT_COUNT, PBR_STAGE_BASELINE,
                      "cases");
    else
        pbr_stage_add(m->w, "baseline_cases", "Cases of what it is compared with", PBR_UNIT_COUNT,
                      PBR_STAGE_ENGINE, "baseline_cases")
            ->note = "counted; of a weighted group what its persons are worth";
}

static void two_sample_limits(struct maker *m)
{
    need_z(m);
    need_baseline_cases(m);
    formula(m, "baseline_share", "Baseline as a fraction", PBR_UNIT_NUMBER, "baseline / hundred");
    formula(m, "cohort_share", "Adjusted rate as a fraction", PBR_UNIT_NUMBER,
            "adjusted_rate / hundred");
    if (m->w->line->test.variance == PBR_POOLED) {
        formula(m, "pooled_share", "Both as one sample", PBR_UNIT_NUMBER,
                "(baseline_share * baseline_cases + cohort_share * cases) / (baseline_cases + "
                "cases)");
        formula(m, "spread", "Variance of the difference", PBR_UNIT_NUMBER,
                "pooled_share * (one - pooled_share) * (one / baseline_cases + one / cases)");
    } else
        formula(m, "spread", "Variance of the difference", PBR_UNIT_NUMBER,
                "baseline_share * (one - baseline_share) / baseline_cases + cohort_share * (one - "
                "cohort_share) / cases");
    around_baseline(m, "Half width (two samples)", "z * sqrt(spread) * hundred");
}

static void mean_limits(struct maker *m)
{
    need_z(m);
    if (m->w->line->test.sd == PBR_SD_COHORT) {
        pbr_stages_need_count(m->w, "reoffences_squared");
        pbr_stages_need_count(m->w, "reoffences");
        formula(m, "sd", "Standard deviation of the cohort", PBR_UNIT_NUMBER,
                "sqrt((reoffences_squared - reoffences * reoffences / cases) / (cases - one))");
    } else if (m->metric->compare_with == PBR_WITH_BASELINE)
        pbr_stage_add(m->w, "sd", "Standard deviation of the baseline", PBR_UNIT_NUMBER,
                      PBR_STAGE_BASELINE, "sd");
    else {
        pbr_stages_need_other(m->all, m->w, "reoffenders");
        pbr_stages_need_other(m->all, m->w, "reoffences");
        pbr_stages_need_other(m->all, m->w, "reoffences_squared");
        formula(m, "sd", "Standard deviation of what it is compared with", PBR_UNIT_NUMBER,
                "sqrt((other_reoffences_squared - other_reoffences * other_reoffences / "
                "other_reoffenders) / (other_reoffenders - one))");
    }
    around_baseline(m, "Half width (mean)", "z * sd / sqrt(cases)");
}

/* The proportion that the interval stands around, kept between 0 and 1. */
static void need_share(struct maker *m)
{
    bool cohort = m->w->line->test.around == PBR_AROUND_COHORT;
    formula(m, "share", cohort ? "Adjusted rate as a fraction" : "Baseline as a fraction",
            PBR_UNIT_NUMBER,
            cohort ? "min(max(adjusted_rate / hundred, zero), one)"
                   : "min(max(baseline / hundred, zero), one)");
}

static void wilson_limits(struct maker *m)
{
    need_z(m);
    need_share(m);
    formula(m, "shrink", "Wilson: divisor", PBR_UNIT_NUMBER, "one + z * z / cases");
    formula(m, "centre", "Wilson: centre", PBR_UNIT_NUMBER,
            "(share + z * z / (two * cases)) / shrink");
    formula(m, "half_width", "Wilson: half width", PBR_UNIT_NUMBER,
            "z * sqrt(share * (one - share) / cases + z * z / (four * cases * cases)) / shrink");
    m->lower = "(centre - half_width) * hundred";
    m->upper = "(centre + half_width) * hundred";
}

static void clopper_pearson_limits(struct maker *m)
{
    need_z(m);
    need_share(m);
    formula(m, "tail", "Tail", PBR_UNIT_NUMBER, "(one - level) / sides")->per_line = true;
    formula(m, "events", "Events", PBR_UNIT_NUMBER, "cases * share");
    m->lower = "if(events <= zero, zero, betainv(tail, events, cases - events + one)) * hundred";
    m->upper =
        "if(events >= cases, one, betainv(one - tail, events + one, cases - events)) * hundred";
}

static void resampled_limits(struct maker *m)
{
    static const char NOTE[] = "resampled from the cohort's distribution in counts.csv by the "
                               "seed of the terms: no formula gives it";
    pbr_stage *lower = pbr_stage_add(m->w, "resampled_lower", "Lower limit, resampled",
                                     PBR_UNIT_RATE, PBR_STAGE_ENGINE, "lower");
    pbr_stage *upper = pbr_stage_add(m->w, "resampled_upper", "Upper limit, resampled",
                                     PBR_UNIT_RATE, PBR_STAGE_ENGINE, "upper");
    lower->note = upper->note = NOTE;
    m->lower = "resampled_lower";
    m->upper = "resampled_upper";
}

static void add_limit(struct maker *m, const char *field, const char *title, const char *text)
{
    bool rounds = strcmp(m->w->line->test.round_thresholds, "none") != 0;
    if (rounds) {
        pbr_stages_need_term(m->all, m->w, "limit_places", "Decimals of the limits", PBR_UNIT_COUNT,
                             "test.round-thresholds");
        text = pbr_arena_printf(m->all->arena, "round(%s, limit_places)", text);
    }
    pbr_stage *step = formula(m, field, title, PBR_UNIT_RATE, text);
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "test.kind"));
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "test.round-thresholds"));
}

void pbr_stages_limits(pbr_workings *all, pbr_working *working, const pbr_metric *metric)
{
    static void (*const KINDS[])(struct maker *) = {
        [PBR_TEST_NONE] = no_limits,
        [PBR_TEST_GIVEN] = given_limits,
        [PBR_TEST_ONE_SAMPLE_Z] = one_sample_limits,
        [PBR_TEST_TWO_SAMPLE_Z] = two_sample_limits,
        [PBR_TEST_NORMAL_MEAN] = mean_limits,
        [PBR_TEST_WILSON] = wilson_limits,
        [PBR_TEST_CLOPPER_PEARSON] = clopper_pearson_limits,
        [PBR_TEST_BOOTSTRAP] = resampled_limits,
        [PBR_TEST_CHANGE] = changed_limits,
    };
    struct maker m = {.all = all, .w = working, .metric = metric};
    KINDS[working->line->test.kind](&m);
    add_limit(&m, "lower", "Lower limit", m.lower);
    add_limit(&m, "upper", "Upper limit", m.upper);
}
