/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Funnel plots: how far each cohort lies from its baseline, by its size, with the limits that
 * chance alone sets. The smaller a cohort, the further it must be off before it counts. */
#include "report/whatif_html_parts.h"

#include "report/sheet_parts.h"

#include "report/result_words.h"
#include "settle/limits.h"
#include "settle/test.h"

#include <math.h>
#include <string.h>

enum { CURVE_POINTS = 60, LABELS_MOST = 24 };

struct funnel {
    const pbr_whatif_page *w;
    const pbr_line *line;
    const pbr_result **results;
    size_t count;
    bool curve;
    double sizes[CURVE_POINTS], below[CURVE_POINTS], above[CURVE_POINTS];
    double least, most, least_gap, most_gap; /* sizes; gaps of points and limits */
};

/* --- distances from the baseline --- */

static double gap(const pbr_result *result)
{
    return mpq_get_d(result->adjusted) - mpq_get_d(result->baseline->rate);
}

/* Where limits stand around the cohort's rate, the baseline must lie outside them: the same
 * distance, seen from the other side. */
static void limit_gaps(const pbr_result *result, double *below, double *above)
{
    double lower = mpq_get_d(result->lower), upper = mpq_get_d(result->upper);
    double around = mpq_get_d(result->around_cohort ? result->adjusted : result->baseline->rate);
    *below = result->around_cohort ? around - upper : lower - around;
    *above = result->around_cohort ? around - lower : upper - around;
}

/* --- the curve --- */

/* Does the width of the limits follow from the baseline and the size alone? */
static bool by_size(const pbr_test *test)
{
    switch (test->kind) {
    case PBR_TEST_ONE_SAMPLE_Z:
        return test->variance == PBR_BINOMIAL;
    case PBR_TEST_NORMAL_MEAN:
        return test->sd == PBR_SD_BASELINE;
    case PBR_TEST_TWO_SAMPLE_Z:
    case PBR_TEST_WILSON:
    case PBR_TEST_CLOPPER_PEARSON:
        return true;
    default:
        return false;
    }
}

/* The means of the baselines that the cohorts meet, weighted by size. */
static void mean_baseline(const struct funnel *f, pbr_baseline *mean)
{
    double cases = 0, rate = 0, sd = 0, tabled = 0;
    *mean = *f->results[0]->baseline;
    for (size_t i = 0; i < f->count; i++) {
        const pbr_baseline *baseline = f->results[i]->baseline;
        double n = (double)f->results[i]->cases;
        cases += n;
        rate += n * mpq_get_d(baseline->rate);
        sd += n * (baseline->has_sd ? mpq_get_d(baseline->sd) : 0);
        tabled += n * (double)baseline->cases;
    }
    mpq_inits(mean->rate, mean->sd, NULL);
    mpq_set_d(mean->rate, rate / cases);
    mpq_set_d(mean->sd, sd / cases);
    mean->cases = (int64_t)llround(tabled / cases);
}

static bool curve_point(struct funnel *f, pbr_result *made, size_t at)
{
    double share = (double)at / (CURVE_POINTS - 1); /* closer together where it is steep */
    made->cases = (int64_t)llround(f->least + (f->most - f->least) * share * share);
    f->sizes[at] = (double)made->cases;
    if (made->cases < 1 || !pbr_limits_set(made)) return false;
    limit_gaps(made, &f->below[at], &f->above[at]);
    return true;
}

/* With the very function that limits are made by. */
static void set_curve(struct funnel *f)
{
    pbr_result made;
    pbr_baseline mean;
    pbr_result_init(&made);
    mean_baseline(f, &mean);
    made.line = f->line;
    made.metric = f->results[0]->metric;
    made.measure = f->results[0]->measure;
    made.baseline = &mean;
    mpq_set(made.rate, mean.rate);
    mpq_set(made.adjusted, mean.rate);
    f->curve = by_size(&f->line->test);
    for (size_t i = 0; f->curve && i < CURVE_POINTS; i++) f->curve = curve_point(f, &made, i);
    mpq_clears(mean.rate, mean.sd, NULL);
    pbr_result_clear(&made);
}

/* --- drawing --- */

static void include(struct funnel *f, double value)
{
    f->least_gap = fmin(f->least_gap, value);
    f->most_gap = fmax(f->most_gap, value);
}

static void set_ranges(struct funnel *f)
{
    for (size_t i = 0; i < f->count; i++) {
        double below, above;
        limit_gaps(f->results[i], &below, &above);
        f->least = fmin(f->least, (double)f->results[i]->cases);
        f->most = fmax(f->most, (double)f->results[i]->cases);
        include(f, gap(f->results[i]));
        if (!by_size(&f->line->test)) {
            include(f, below);
            include(f, above);
        }
    }
    set_curve(f);
    for (size_t i = 0; f->curve && i < CURVE_POINTS; i++) {
        include(f, f->below[i]);
        include(f, f->above[i]);
    }
}

static const struct {
    pbr_mark mark;
    unsigned series;
    const char *words;
} VERDICTS[] = {
    [PBR_BETTER] = {PBR_MARK_DOWN, 2, "better"},
    [PBR_NEITHER] = {PBR_MARK_RING, 5, "neither"},
    [PBR_WORSE] = {PBR_MARK_UP, 1, "worse"},
};

/* What the denominator counts. */
static const char *cases_of(const struct funnel *f)
{
    bool reoffenders = f->results[0]->metric->kind == PBR_EVENTS_PER_REOFFENDER;
    return reoffenders ? "reoffenders" : "persons";
}

/* Of a difference. */
static const char *unit_of(const struct funnel *f)
{
    pbr_metric_kind kind = f->results[0]->metric->kind;
    return kind == PBR_RATE ? "percentage points" : pbr_rate_unit(kind);
}

static const char *tip(const pbr_html *page, const struct funnel *f, const pbr_result *result)
{
    const char *area = pbr_whatif_area_code(f->w, result);
    return pbr_arena_printf(page->arena, "%s %s, %s: %s %s, %s %s from the baseline, %s", area,
                            pbr_whatif_area(f->w, area), pbr_whatif_cohort(f->w, result),
                            pbr_html_count(page, result->cases), cases_of(f),
                            pbr_html_number(page, gap(result), 2), unit_of(f),
                            VERDICTS[result->verdict].words);
}

/* Each cohort's own limits, where no curve stands for them. */
static void draw_own_limits(pbr_svg *svg, const struct funnel *f)
{
    for (size_t i = 0; i < f->count; i++) {
        double below, above, half = f->most / 80, x = (double)f->results[i]->cases;
        limit_gaps(f->results[i], &below, &above);
        double across[] = {x - half, x + half}, low[] = {below, below}, high[] = {above, above};
        pbr_svg_line(svg, 0, across, low, 2);
        pbr_svg_line(svg, 0, across, high, 2);
    }
}

static void draw_points(const pbr_html *page, pbr_svg *svg, const struct funnel *f)
{
    size_t named = 0;
    for (size_t i = 0; i < f->count; i++) {
        const pbr_result *result = f->results[i];
        pbr_svg_mark(svg, VERDICTS[result->verdict].mark, VERDICTS[result->verdict].series,
                     (double)result->cases, gap(result), tip(page, f, result));
    }
    for (size_t i = 0; i < f->count && named < LABELS_MOST; i++)
        if (f->results[i]->verdict != PBR_NEITHER)
            named += pbr_svg_label(svg, (double)f->results[i]->cases, gap(f->results[i]),
                                   pbr_whatif_area_code(f->w, f->results[i]));
}

static void draw(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct funnel *f = data;
    const pbr_svg_key keys[] = {
        {PBR_KEY_MARK, VERDICTS[PBR_BETTER].series, PBR_MARK_DOWN, "better"},
        {PBR_KEY_MARK, VERDICTS[PBR_NEITHER].series, PBR_MARK_RING, "neither"},
        {PBR_KEY_MARK, VERDICTS[PBR_WORSE].series, PBR_MARK_UP, "worse"},
        {PBR_KEY_LINE, 0, PBR_MARK_DISC, f->curve ? "limits" : "each cohort's own limits"},
    };
    plan->keys = keys;
    plan->keys_count = sizeof keys / sizeof *keys;
    plan->x = (pbr_svg_axis){
        .high = f->most * 1.05,
        .title = pbr_arena_printf(page->arena, "Size of the cohort (%s)", cases_of(f))};
    plan->y = (pbr_svg_axis){
        .low = f->least_gap,
        .high = f->most_gap,
        .widen = true,
        .title = pbr_arena_printf(page->arena, "Adjusted rate less baseline (%s)", unit_of(f))};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    if (f->curve) {
        pbr_svg_line(svg, 0, f->sizes, f->below, CURVE_POINTS);
        pbr_svg_line(svg, 0, f->sizes, f->above, CURVE_POINTS);
    } else {
        draw_own_limits(svg, f);
    }
    pbr_svg_rule_y(svg, 0, "at the baseline");
    draw_points(page, svg, f);
    pbr_svg_end(svg);
}

/* --- telling --- */

static size_t verdicts(const struct funnel *f, pbr_verdict verdict)
{
    size_t count = 0;
    for (size_t i = 0; i < f->count; i++) count += f->results[i]->verdict == verdict;
    return count;
}

static void put_table(pbr_whatif_page *w, const struct funnel *f)
{
    static const pbr_html_column columns[] = {
        {"Area", false},         {"Cohort", false},     {"Cases", true},
        {"Adjusted rate", true}, {"Baseline", true},    {"Difference", true},
        {"Lower limit", true},   {"Upper limit", true}, {"Verdict", false},
    };
    pbr_html *page = &w->page;
    const char *unit = pbr_rate_unit(f->results[0]->metric->kind);
    pbr_html_table table = {.caption = pbr_arena_printf(page->arena, "%s: rates and limits (%s)",
                                                        pbr_line_title(f->line), unit),
                            .columns = columns,
                            .columns_count = sizeof columns / sizeof *columns,
                            .rows = f->count};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < f->count; i++) {
        const pbr_result *result = f->results[i];
        pbr_html_row(page, false);
        pbr_html_cell(page, pbr_whatif_area_code(w, result));
        pbr_html_cell(page, pbr_whatif_cohort(w, result));
        pbr_html_cell(page, pbr_html_count(page, result->cases));
        pbr_html_cell(page, pbr_html_number(page, mpq_get_d(result->adjusted), 4));
        pbr_html_cell(page, pbr_html_number(page, mpq_get_d(result->baseline->rate), 4));
        pbr_html_cell(page, pbr_html_number(page, gap(result), 4));
        pbr_html_cell(page, pbr_html_number(page, mpq_get_d(result->lower), 4));
        pbr_html_cell(page, pbr_html_number(page, mpq_get_d(result->upper), 4));
        pbr_html_cell(page, pbr_verdict_title(result));
    }
    pbr_html_table_end(page);
}

static const char *limits_caption(const struct funnel *f)
{
    if (!f->curve)
        return "The short dashes are each cohort's own limits. Codes name the areas outside them, "
               "where there is room.";
    return "The curves are the limits at the mean baseline of these cohorts, by size; each verdict "
           "rests on the cohort's own baseline, in the table. Codes name the areas outside their "
           "limits, where there is room.";
}

static void tell(pbr_whatif_page *w, struct funnel *f)
{
    pbr_html *page = &w->page;
    set_ranges(f);
    const char *description = pbr_arena_printf(
        page->arena,
        "Funnel plot of %zu cohorts of %s to %s %s. Against limits that close in as cohorts "
        "grow, %zu are better than their baseline, %zu neither and %zu worse. Differences run "
        "from %s to %s.",
        f->count, pbr_html_number(page, f->least, 0), pbr_html_number(page, f->most, 0),
        cases_of(f), verdicts(f, PBR_BETTER), verdicts(f, PBR_NEITHER), verdicts(f, PBR_WORSE),
        pbr_html_number(page, f->least_gap, 2), pbr_html_number(page, f->most_gap, 2));
    pbr_html_chart(page,
                   pbr_arena_printf(page->arena, "%s: distance from the baseline by size",
                                    pbr_line_title(f->line)),
                   description, limits_caption(f), draw, f);
    put_table(w, f);
}

static bool shown(const pbr_result *result)
{
    return result->has_limits && result->has_rate && result->verdict != PBR_NO_RESULT &&
           pbr_result_has_limits(result);
}

/* A line of several versions of the rules is one line. */
static void gather(struct funnel *f, const pbr_settlement *s, const pbr_line *line)
{
    for (size_t i = 0; i < s->results_count; i++)
        if (shown(&s->results[i]) && strcmp(s->results[i].line->id, line->id) == 0)
            f->results[f->count++] = &s->results[i];
}

static bool is_first(const pbr_settlement *s, size_t index)
{
    for (size_t i = 0; i < index; i++)
        if (shown(&s->results[i]) &&
            strcmp(s->results[i].line->id, s->results[index].line->id) == 0)
            return false;
    return shown(&s->results[index]);
}

bool pbr_whatif_has_funnels(const pbr_whatif_page *w)
{
    const pbr_settlement *s = w->whatif->asked.settlement;
    for (size_t i = 0; i < s->results_count; i++)
        if (shown(&s->results[i])) return true;
    return false;
}

void pbr_whatif_tell_funnels(pbr_whatif_page *w)
{
    const pbr_settlement *s = w->whatif->asked.settlement;
    if (!pbr_whatif_has_funnels(w)) return;
    pbr_html_heading(&w->page, "funnel", "Rates against limits");
    for (size_t i = 0; i < s->results_count; i++) {
        if (!is_first(s, i)) continue;
        struct funnel f = {
            .w = w,
            .line = s->results[i].line,
            .least = INFINITY,
            .results = pbr_arena_alloc(w->page.arena, s->results_count * sizeof(pbr_result *))};
        gather(&f, s, f.line);
        tell(w, &f);
    }
    pbr_html_section_end(&w->page);
}
