/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How large a cohort must be before a fall is seen. */
#include "report/whatif_html_parts.h"

#include "report/sheet_parts.h"

#include "report/result_words.h"

#include <math.h>
#include <string.h>

/* The curves of one line: a fall each. */
struct curves {
    const pbr_power *power;
    const pbr_power_curve **at;
    size_t count;
};

/* "80%", "92.5%" */
static const char *wanted(const pbr_html *page, const pbr_power *power)
{
    double percent = power->wanted * 100;
    bool whole = fabs(percent - round(percent)) < 1e-9;
    return pbr_arena_printf(page->arena, "%s%%", pbr_html_number(page, percent, whole ? 0 : 1));
}

static double largest(const struct curves *c)
{
    double most = 0;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->at[i]->count; k++) most = fmax(most, (double)c->at[i]->sizes[k]);
    return most;
}

static double smallest(const struct curves *c)
{
    double least = INFINITY;
    for (size_t i = 0; i < c->count; i++)
        for (size_t k = 0; k < c->at[i]->count; k++)
            least = fmin(least, (double)c->at[i]->sizes[k]);
    return least;
}

static void draw_curve(const pbr_html *page, pbr_svg *svg, const pbr_power_curve *curve,
                       unsigned series)
{
    double *sizes = pbr_arena_alloc(page->arena, curve->count * sizeof *sizes);
    for (size_t i = 0; i < curve->count; i++) sizes[i] = (double)curve->sizes[i];
    pbr_svg_line(svg, series, sizes, curve->chances, curve->count);
}

/* The sizes that the areas' cohorts have: the chance at them is what there is to be had. */
static void draw_size(const pbr_html *page, pbr_svg *svg, const struct curves *c, bool year)
{
    const pbr_power_curve *first = c->at[0];
    int64_t size = year ? first->year : first->quarter;
    if (!size) return;
    pbr_svg_rule_x(svg, (double)size,
                   pbr_arena_printf(page->arena, "%s: %s", year ? "year" : "quarter",
                                    pbr_html_count(page, size)));
    for (size_t i = 0; i < c->count; i++) {
        double chance = year ? c->at[i]->year_chance : c->at[i]->quarter_chance;
        pbr_svg_mark(svg, year ? PBR_MARK_SQUARE : PBR_MARK_DISC, (unsigned)i, (double)size, chance,
                     pbr_arena_printf(page->arena, "fall of %s, %s of %s: %s", c->at[i]->fall,
                                      year ? "year" : "quarter", pbr_html_count(page, size),
                                      pbr_html_percent(page, chance)));
    }
}

static void draw(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct curves *c = data;
    pbr_svg_key keys[PBR_SVG_SERIES];
    for (size_t i = 0; i < c->count; i++)
        keys[i] = (pbr_svg_key){PBR_KEY_LINE, (unsigned)i, 0,
                                pbr_arena_printf(page->arena, "fall of %s", c->at[i]->fall)};
    plan->keys = keys;
    plan->keys_count = c->count;
    bool wide = smallest(c) > 0 && largest(c) / smallest(c) > 20;
    plan->x = (pbr_svg_axis){.low = wide ? smallest(c) : 0,
                             .high = largest(c),
                             .logarithmic = wide,
                             .title = "Size of the cohort"};
    plan->y = (pbr_svg_axis){
        .high = 1, .unit = 0.01, .suffix = "%", .widen = true, .title = "Chance of \"better\""};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    pbr_svg_rule_y(svg, c->power->wanted,
                   pbr_arena_printf(page->arena, "wanted: %s", wanted(page, c->power)));
    for (size_t i = 0; i < c->count; i++) draw_curve(page, svg, c->at[i], (unsigned)i);
    draw_size(page, svg, c, false);
    draw_size(page, svg, c, true);
    pbr_svg_end(svg);
}

static const char *chance_words(const pbr_html *page, const pbr_power_curve *curve)
{
    const char *words = pbr_arena_printf(page->arena, "Fall of %s:", curve->fall);
    if (curve->quarter)
        words = pbr_arena_printf(page->arena, "%s %s in a quarter of %s", words,
                                 pbr_html_percent(page, curve->quarter_chance),
                                 pbr_html_count(page, curve->quarter));
    if (curve->year)
        words = pbr_arena_printf(
            page->arena, "%s%s %s in a year of %s", words, curve->quarter ? "," : "",
            pbr_html_percent(page, curve->year_chance), pbr_html_count(page, curve->year));
    return words;
}

static void tell_curves(pbr_whatif_page *w, const struct curves *c)
{
    pbr_html *page = &w->page;
    const pbr_line *line = c->at[0]->line;
    const char *words = pbr_arena_printf(
        page->arena,
        "Chance that the test of \"%s\" says better, by size of the cohort, a curve "
        "for each true fall.",
        pbr_line_title(line));
    for (size_t i = 0; i < c->count; i++)
        words = pbr_arena_printf(page->arena, "%s %s%s", words, chance_words(page, c->at[i]),
                                 c->at[i]->quarter || c->at[i]->year ? "." : " not settled.");
    const pbr_metric *metric = pbr_terms_metric(c->at[0]->rules->terms, line->metric);
    const char *caption = pbr_arena_printf(
        page->arena,
        "True falls below the baseline, in %s, at the mean of the baselines. Upright lines: the "
        "median size of the areas' cohorts of a quarter and of a year; where they cross a curve is "
        "the chance that such a cohort has.",
        metric->kind == PBR_RATE ? "percentage points" : pbr_rate_unit(metric->kind));
    pbr_html_chart(
        page,
        pbr_arena_printf(page->arena, "%s: chance of \"better\" by size", pbr_line_title(line)),
        words, caption, draw, c);
}

static void tell_lines(pbr_whatif_page *w)
{
    const pbr_power *power = w->whatif->power;
    struct curves c = {.power = power};
    c.at = pbr_arena_alloc(w->page.arena, (power->curves_count + 1) * sizeof *c.at);
    for (size_t i = 0; i < power->curves_count; i++) {
        const pbr_power_curve *curve = &power->curves[i];
        bool same = c.count && strcmp(c.at[0]->line->id, curve->line->id) == 0 &&
                    c.at[0]->rules == curve->rules && c.count < PBR_SVG_SERIES;
        if (c.count && !same) {
            tell_curves(w, &c);
            c.count = 0;
        }
        c.at[c.count++] = curve;
    }
    if (c.count) tell_curves(w, &c);
}

static void put_rows(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {{"Area", false},        {"Cohort", false},
                                              {"Line", false},        {"Fall", true},
                                              {"Cases", true},        {"Chance of better", true},
                                              {"of worse", true},     {"of a payment", true},
                                              {"Cases needed", true}, {"closed form", true}};
    pbr_html *page = &w->page;
    const pbr_power *power = w->whatif->power;
    pbr_html_table table = {
        .caption = pbr_arena_printf(page->arena, "Chances, and cases needed for a chance of %s",
                                    wanted(page, power)),
        .columns = columns,
        .columns_count = sizeof columns / sizeof *columns,
        .rows = power->rows_count};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < power->rows_count; i++) {
        const pbr_power_row *row = &power->rows[i];
        pbr_html_row(page, false);
        pbr_html_cell(page, pbr_whatif_area_code(w, row->result));
        pbr_html_cell(page, pbr_whatif_cohort(w, row->result));
        pbr_html_cell(page, pbr_line_title(row->result->line));
        pbr_html_cell(page, row->fall);
        pbr_html_cell(page, pbr_html_count(page, row->result->cases));
        pbr_html_cell(page, pbr_html_percent(page, row->chance));
        pbr_html_cell(page, pbr_html_percent(page, row->chance_worse));
        pbr_html_cell(page, pbr_html_percent(page, row->paid));
        pbr_html_cell(page, row->needed ? pbr_html_count(page, row->needed) : "none found");
        pbr_html_cell(
            page, row->needed_normal > 0 ? pbr_html_number(page, ceil(row->needed_normal), 0) : "");
    }
    pbr_html_table_end(page);
}

void pbr_whatif_tell_power(pbr_whatif_page *w)
{
    const pbr_power *power = w->whatif->power;
    if (!power) return;
    pbr_html_heading(&w->page, "power", "How large a cohort must be");
    tell_lines(w);
    put_rows(w);
    for (size_t i = 0; i < power->notes_count; i++) pbr_html_say(&w->page, power->notes[i]);
    pbr_html_section_end(&w->page);
}
