/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Payment as a function of the effect, with its band, and how the total is spread over the draws.
 */
#include "report/whatif_html_effects.h"

#include "report/whatif_words.h"

#include <math.h>
#include <stdlib.h>

enum { BARS = 48, SPREADS_MOST = 8 };

const pbr_simulated *pbr_whatif_total(const pbr_simulated_effect *effect)
{
    return &effect->rows[0];
}

/* The same effect under the other treatment of the baseline; NULL: not simulated. */
static const pbr_simulated_effect *sampled_of(const pbr_simulation *sim,
                                              const pbr_simulated_effect *fixed)
{
    for (size_t i = 0; i < sim->effects_count; i++)
        if (sim->effects[i].effect == fixed->effect && &sim->effects[i] != fixed &&
            sim->effects[i].baseline == PBR_BASELINE_SAMPLED)
            return &sim->effects[i];
    return NULL;
}

/* The first of each effect: with the fixed baseline if that was simulated. */
static size_t first_effects(const pbr_simulation *sim, const pbr_simulated_effect **first)
{
    size_t count = 0;
    for (size_t i = 0; i < sim->effects_count; i++)
        if (i == 0 || sim->effects[i].effect != sim->effects[i - 1].effect)
            first[count++] = &sim->effects[i];
    return count;
}

/* --- payment by effect --- */

struct by_effect {
    const pbr_simulation *sim;
    const pbr_simulated_effect **first; /* by fall where that is an axis */
    const char **names;
    double *falls;
    size_t count;
    const char *unit; /* of the fall; NULL: effects are names, not numbers */
    double low, high; /* of the percentiles, in pounds */
};

static double fall_of(const pbr_simulated_effect *effect, bool rate)
{
    const pbr_scenario_effect *e = effect->effect;
    const char *text = !e ? NULL : rate ? e->rate_fall : e->frequency_fall;
    return text ? strtod(text, NULL) : 0;
}

static bool is_drawn(const pbr_simulated_effect *effect)
{
    return effect->effect && (effect->effect->rate_sd || effect->effect->frequency_sd);
}

/* Is the effect a number: one fall that differs each time, the other the same throughout? */
static bool is_number(const struct by_effect *b, bool rate)
{
    for (size_t i = 0; i < b->count; i++) {
        if (is_drawn(b->first[i])) return false;
        if (fall_of(b->first[i], !rate) != fall_of(b->first[0], !rate)) return false;
        for (size_t k = 0; k < i; k++)
            if (fall_of(b->first[i], rate) == fall_of(b->first[k], rate)) return false;
    }
    return b->count > 1;
}

static void sort_by_fall(struct by_effect *b)
{
    for (size_t i = 1; i < b->count; i++)
        for (size_t k = i; k > 0 && b->falls[k] < b->falls[k - 1]; k--) {
            const pbr_simulated_effect *effect = b->first[k];
            double fall = b->falls[k];
            b->first[k] = b->first[k - 1];
            b->falls[k] = b->falls[k - 1];
            b->first[k - 1] = effect;
            b->falls[k - 1] = fall;
        }
}

static void set_axis(struct by_effect *b)
{
    bool rate = is_number(b, true);
    if (!rate && !is_number(b, false)) return;
    b->unit = rate ? "percentage points of persons who reoffend" : "reoffences per reoffender";
    for (size_t i = 0; i < b->count; i++) b->falls[i] = fall_of(b->first[i], rate);
    sort_by_fall(b);
}

static struct by_effect by_effect(pbr_arena *arena, const pbr_simulation *sim)
{
    struct by_effect b = {.sim = sim, .low = 0, .high = 0};
    b.first = pbr_arena_alloc(arena, sim->effects_count * sizeof *b.first);
    b.names = pbr_arena_alloc(arena, sim->effects_count * sizeof *b.names);
    b.falls = pbr_arena_alloc(arena, sim->effects_count * sizeof *b.falls);
    b.count = first_effects(sim, b.first);
    set_axis(&b);
    for (size_t i = 0; i < b.count; i++) b.names[i] = pbr_effect_name(b.first[i]->effect);
    for (size_t i = 0; i < sim->effects_count; i++) {
        b.low = fmin(b.low, pbr_whatif_total(&sim->effects[i])->quantile_pence[PBR_P5] / 100);
        b.high = fmax(b.high, pbr_whatif_total(&sim->effects[i])->quantile_pence[PBR_P95] / 100);
    }
    return b;
}

static const char *mean_tip(const pbr_html *page, const pbr_simulated_effect *effect)
{
    const pbr_simulated *t = pbr_whatif_total(effect);
    return pbr_arena_printf(page->arena, "%s, baseline %s: mean %s, 5%% to 95%% %s to %s",
                            pbr_effect_name(effect->effect), pbr_baseline_text(effect->baseline),
                            pbr_html_pounds(page, t->mean_pence),
                            pbr_html_pounds(page, t->quantile_pence[PBR_P5]),
                            pbr_html_pounds(page, t->quantile_pence[PBR_P95]));
}

/* Mean, and band from the 5th to the 95th percentile, along the falls. */
static void draw_curve(const pbr_html *page, pbr_svg *svg, const struct by_effect *b, bool sampled)
{
    double *columns = pbr_arena_alloc(page->arena, 3 * b->count * sizeof *columns);
    double *mean = columns, *low = columns + b->count, *high = columns + 2 * b->count;
    unsigned series = sampled ? 1 : 0;
    for (size_t i = 0; i < b->count; i++) {
        const pbr_simulated_effect *e = sampled ? sampled_of(b->sim, b->first[i]) : b->first[i];
        if (!e) return;
        mean[i] = pbr_whatif_total(e)->mean_pence / 100;
        low[i] = pbr_whatif_total(e)->quantile_pence[PBR_P5] / 100;
        high[i] = pbr_whatif_total(e)->quantile_pence[PBR_P95] / 100;
    }
    pbr_svg_band(svg, series, b->falls, low, high, b->count);
    pbr_svg_line(svg, series, b->falls, mean, b->count);
    for (size_t i = 0; i < b->count; i++)
        pbr_svg_mark(svg, sampled ? PBR_MARK_SQUARE : PBR_MARK_DISC, series, b->falls[i], mean[i],
                     mean_tip(page, sampled ? sampled_of(b->sim, b->first[i]) : b->first[i]));
}

static void draw_row(const pbr_html *page, pbr_svg *svg, const pbr_simulated_effect *effect,
                     double y)
{
    const pbr_simulated *t = pbr_whatif_total(effect);
    unsigned series = effect->baseline == PBR_BASELINE_SAMPLED ? 1 : 0;
    double low[] = {t->quantile_pence[PBR_P5] / 100, t->quantile_pence[PBR_P95] / 100},
           at[] = {y, y};
    pbr_svg_line(svg, series, low, at, 2);
    pbr_svg_bar(svg, series, t->quantile_pence[PBR_P25] / 100, t->quantile_pence[PBR_P75] / 100, y,
                y, 0.2, NULL);
    pbr_svg_mark(svg, series ? PBR_MARK_SQUARE : PBR_MARK_DISC, series, t->mean_pence / 100, y,
                 mean_tip(page, effect));
}

static void draw_rows(const pbr_html *page, pbr_svg *svg, const struct by_effect *b)
{
    for (size_t i = 0; i < b->count; i++) {
        const pbr_simulated_effect *sampled = sampled_of(b->sim, b->first[i]);
        draw_row(page, svg, b->first[i], (double)i - (sampled ? 0.2 : 0));
        if (sampled) draw_row(page, svg, sampled, (double)i + 0.2);
    }
}

static pbr_svg_axis money_axis(const pbr_html *page, double low, double high, const char *title)
{
    pbr_svg_axis axis = {.low = low, .high = high, .title = title, .widen = true};
    pbr_svg_money_axis(&axis, page->symbol);
    return axis;
}

static void draw_effects(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct by_effect *b = data;
    bool number = b->unit != NULL, both = sampled_of(b->sim, b->first[0]) != NULL;
    bool first_sampled = b->first[0]->baseline == PBR_BASELINE_SAMPLED;
    pbr_svg_key_kind band = number ? PBR_KEY_BAND : PBR_KEY_LINE;
    const pbr_svg_key keys[] = {
        {PBR_KEY_MARK, 0, PBR_MARK_DISC, "mean, baseline fixed"},
        {band, 0, 0, "5% to 95%"},
        {PBR_KEY_MARK, 1, PBR_MARK_SQUARE, "mean, baseline sampled"},
        {band, 1, 0, "5% to 95%"},
    };
    plan->keys = keys + (first_sampled ? 2 : 0);
    plan->keys_count = both ? 4 : 2;
    pbr_svg_axis money = money_axis(page, b->low, b->high, "Total payable in a draw");
    plan->x = number
                  ? (pbr_svg_axis){.low = b->falls[0],
                                   .high = b->falls[b->count - 1],
                                   .title = pbr_arena_printf(
                                       page->arena, "True fall below the baseline (%s)", b->unit)}
                  : money;
    plan->y = number ? money : (pbr_svg_axis){.words = b->names, .words_count = b->count};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    if (!number) {
        pbr_svg_rule_x(svg, 0, NULL);
        draw_rows(page, svg, b);
    } else {
        pbr_svg_rule_y(svg, 0, NULL);
        draw_curve(page, svg, b, first_sampled);
        if (both) draw_curve(page, svg, b, true);
    }
    pbr_svg_end(svg);
}

void pbr_whatif_tell_effects(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    struct by_effect b = by_effect(page->arena, w->whatif->simulation);
    const pbr_simulated *least = pbr_whatif_total(b.first[0]),
                        *most = pbr_whatif_total(b.first[b.count - 1]);
    const char *words = pbr_arena_printf(
        page->arena,
        "Total payable for %zu effects. Under \"%s\" nine draws in ten lie between %s and %s, with "
        "a mean of %s; under \"%s\" between %s and %s, with a mean of %s.",
        b.count, pbr_effect_name(b.first[0]->effect),
        pbr_html_pounds(page, least->quantile_pence[PBR_P5]),
        pbr_html_pounds(page, least->quantile_pence[PBR_P95]),
        pbr_html_pounds(page, least->mean_pence), pbr_effect_name(b.first[b.count - 1]->effect),
        pbr_html_pounds(page, most->quantile_pence[PBR_P5]),
        pbr_html_pounds(page, most->quantile_pence[PBR_P95]),
        pbr_html_pounds(page, most->mean_pence));
    pbr_html_chart(page, "Total payment by effect", words,
                   b.unit ? "Mean, and the band that holds nine draws in ten."
                          : "Mean; thick: the middle half of draws; thin: nine draws in ten.",
                   draw_effects, &b);
}

/* --- the total's distribution --- */

struct spread {
    const pbr_simulated_effect *effect, *sampled;
    double low, high;      /* pounds, of all effects */
    double width, tallest; /* of a bar, in pounds; of all bars, a share */
};

static double share_of_bar(const pbr_spread *spread, double width, double from)
{
    double all = 0, held = 0;
    for (size_t i = 0; i < spread->count; i++) {
        double at = (double)(spread->first + (int64_t)i) * (double)spread->width_pence / 100;
        all += (double)spread->bins[i];
        if (at >= from && at < from + width) held += (double)spread->bins[i];
    }
    return all > 0 ? held / all : 0;
}

static size_t bars_of(const struct spread *s)
{
    return (size_t)llround((s->high - s->low) / s->width);
}

static double bar_from(const struct spread *s, size_t bar)
{
    return s->low + (double)bar * s->width;
}

static void widen(struct spread *all, const pbr_simulated *total)
{
    const pbr_spread *s = &total->spread;
    double width = (double)s->width_pence / 100;
    all->low = fmin(all->low, (double)s->first * width);
    all->high = fmax(all->high, (double)(s->first + (int64_t)s->count) * width);
    all->width = fmax(all->width, width);
}

/* Bars of one width for all effects: the widest bin, doubled until there are few enough. Bins are
 * powers of two, so a bar holds whole ones. */
static struct spread all_spreads(const pbr_simulation *sim)
{
    struct spread all = {.low = INFINITY, .high = -INFINITY};
    for (size_t i = 0; i < sim->effects_count; i++) widen(&all, pbr_whatif_total(&sim->effects[i]));
    while ((all.high - all.low) / all.width > BARS) all.width *= 2;
    all.low = floor(all.low / all.width) * all.width;
    all.high = ceil(all.high / all.width) * all.width;
    for (size_t i = 0; i < sim->effects_count; i++)
        for (size_t bar = 0; bar < bars_of(&all); bar++)
            all.tallest =
                fmax(all.tallest, share_of_bar(&pbr_whatif_total(&sim->effects[i])->spread,
                                               all.width, bar_from(&all, bar)));
    return all;
}

/* The outline of the bars: up and down at each edge. */
static void draw_outline(const pbr_html *page, pbr_svg *svg, const struct spread *s)
{
    size_t bars = bars_of(s), used = 0;
    double *x = pbr_arena_alloc(page->arena, 2 * bars * sizeof *x);
    double *y = pbr_arena_alloc(page->arena, 2 * bars * sizeof *y);
    for (size_t i = 0; i < bars; i++) {
        double from = bar_from(s, i);
        double share = share_of_bar(&pbr_whatif_total(s->sampled)->spread, s->width, from);
        x[used] = from;
        y[used++] = share;
        x[used] = from + s->width;
        y[used++] = share;
    }
    pbr_svg_line(svg, 1, x, y, used);
}

static void draw_bars(const pbr_html *page, pbr_svg *svg, const struct spread *s)
{
    for (size_t i = 0; i < bars_of(s); i++) {
        double from = bar_from(s, i);
        double share = share_of_bar(&pbr_whatif_total(s->effect)->spread, s->width, from);
        if (share > 0)
            pbr_svg_bar(svg, 0, from, from + s->width, 0, share, 0,
                        pbr_arena_printf(page->arena, "%s to %s: %s of draws",
                                         pbr_html_pounds(page, from * 100),
                                         pbr_html_pounds(page, (from + s->width) * 100),
                                         pbr_html_percent(page, share)));
    }
}

static void draw_spread(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct spread *s = data;
    const pbr_svg_key keys[] = {
        {PBR_KEY_BAR, 0, 0,
         s->effect->baseline == PBR_BASELINE_SAMPLED ? "baseline sampled" : "baseline fixed"},
        {PBR_KEY_LINE, 1, 0, "baseline sampled"},
    };
    plan->keys = keys;
    plan->keys_count = s->sampled ? 2 : 1;
    plan->height = plan->height * 3 / 5;
    plan->x = money_axis(page, s->low, s->high, "Total payable in a draw");
    plan->x.widen = false;
    plan->y = (pbr_svg_axis){
        .high = s->tallest, .widen = true, .unit = 0.01, .suffix = "%", .title = "Share of draws"};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    draw_bars(page, svg, s);
    if (s->sampled) draw_outline(page, svg, s);
    if (s->low < 0 && s->high > 0) pbr_svg_rule_x(svg, 0, NULL);
    pbr_svg_rule_x(svg, pbr_whatif_total(s->effect)->mean_pence / 100, "mean");
    pbr_svg_end(svg);
}

static void tell_spread(pbr_whatif_page *w, const struct spread *s)
{
    pbr_html *page = &w->page;
    const pbr_simulated *t = pbr_whatif_total(s->effect);
    const char *words = pbr_arena_printf(
        page->arena,
        "How the total payable is spread over the draws under \"%s\": from %s to %s, half of them "
        "below %s; the mean is %s.",
        pbr_effect_name(s->effect->effect), pbr_html_money(page, t->least_pence),
        pbr_html_money(page, t->most_pence), pbr_html_pounds(page, t->quantile_pence[PBR_P50]),
        pbr_html_pounds(page, t->mean_pence));
    pbr_html_chart(page,
                   pbr_arena_printf(page->arena, "Distribution of the total: %s",
                                    pbr_effect_name(s->effect->effect)),
                   words, NULL, draw_spread, s);
}

void pbr_whatif_tell_spreads(pbr_whatif_page *w)
{
    const pbr_simulation *sim = w->whatif->simulation;
    struct spread all = all_spreads(sim);
    const pbr_simulated_effect **first =
        pbr_arena_alloc(w->page.arena, sim->effects_count * sizeof *first);
    size_t count = first_effects(sim, first);
    for (size_t i = 0; i < count && i < SPREADS_MOST; i++) {
        struct spread s = all;
        s.effect = first[i];
        s.sampled = sampled_of(sim, first[i]);
        tell_spread(w, &s);
    }
    if (count > SPREADS_MOST)
        pbr_html_say(&w->page, "The distributions of further effects are in distribution.csv.");
}
