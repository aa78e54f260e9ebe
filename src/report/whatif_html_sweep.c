/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What other values of terms would have paid: the sweep as lines or rows, and the tornado. */
#include "report/whatif_html_parts.h"

#include "report/whatif_words.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { POINTS_ROWS_MOST = 500, LINES_MOST = PBR_SVG_SERIES, MARKS_MOST = 40, BARS_MOST = 15 };

#define TABLE(title, list, many)                                                                   \
    {                                                                                              \
        .caption = (title), .columns = (list), .columns_count = sizeof(list) / sizeof *(list),     \
        .rows = (many)                                                                             \
    }

static double pounds(int64_t pence)
{
    return (double)pence / 100;
}

static pbr_svg_axis due_axis(const pbr_html *page, double low, double high)
{
    pbr_svg_axis axis = {.low = low, .high = high, .title = "Total due", .widen = true};
    pbr_svg_money_axis(&axis, page->symbol);
    return axis;
}

/* --- the sweep --- */

/* x: the axis that runs along the chart; other: its lines, or PBR_NONE. */
struct sweep {
    const pbr_whatif *whatif;
    const pbr_sweep *sweep; /* of it */
    size_t x, other;
    size_t *order;                   /* of the values along x, the least first */
    size_t lines[LINES_MOST], count; /* values of the other axis that are drawn */
    double low, high;                /* pounds */
};

/* What a word is not. The values of an axis are decimals as the scenario writes them. */
static bool number_of(const char *text, double *value)
{
    mpq_t exact;
    mpq_init(exact);
    bool ok = pbr_decimal_parse(exact, text, strlen(text), 30);
    if (ok && value) *value = pbr_ratio_double(exact);
    mpq_clear(exact);
    return ok;
}

static bool is_numeric(const pbr_axis *axis)
{
    for (size_t i = 0; i < axis->count; i++)
        if (!number_of(axis->values[i], NULL)) return false;
    return axis->count > 1;
}

static double value_at(const struct sweep *s, size_t at)
{
    double value = 0;
    number_of(s->sweep->axes[s->x].values[s->order[at]], &value);
    return value;
}

/* The point at a value along x, and one of the other axis. */
static const pbr_point *point_at(const struct sweep *s, size_t at, size_t line)
{
    const pbr_sweep *sweep = s->sweep;
    if (s->other == PBR_NONE) return &sweep->points[s->order[at]];
    size_t first = s->x == 0 ? s->order[at] : s->lines[line];
    size_t second = s->x == 0 ? s->lines[line] : s->order[at];
    return &sweep->points[first * sweep->axes[1].count + second];
}

static void sort_values(struct sweep *s)
{
    const pbr_axis *axis = &s->sweep->axes[s->x];
    for (size_t i = 0; i < axis->count; i++) s->order[i] = i;
    if (!is_numeric(axis)) return;
    for (size_t i = 1; i < axis->count; i++)
        for (size_t k = i; k > 0 && value_at(s, k) < value_at(s, k - 1); k--) {
            size_t moved = s->order[k];
            s->order[k] = s->order[k - 1];
            s->order[k - 1] = moved;
        }
}

/* As many values of the other axis as can be told apart, from its first to its last. */
static void choose_lines(struct sweep *s)
{
    s->count = 1;
    if (s->other == PBR_NONE) return;
    size_t all = s->sweep->axes[s->other].count;
    s->count = all < LINES_MOST ? all : LINES_MOST;
    for (size_t i = 0; i < s->count; i++)
        s->lines[i] = s->count > 1 ? i * (all - 1) / (s->count - 1) : 0;
}

/* False where there are too many axes for a chart, or words along both. */
static bool choose_axes(struct sweep *s, pbr_arena *arena)
{
    const pbr_sweep *sweep = s->sweep;
    if (sweep->axes_count == 0 || sweep->axes_count > 2) return false;
    s->x = sweep->axes_count == 2 && !is_numeric(&sweep->axes[0]) ? 1 : 0;
    s->other = sweep->axes_count == 2 ? 1 - s->x : PBR_NONE;
    if (sweep->axes_count == 2 && !is_numeric(&sweep->axes[s->x])) return false;
    s->order = pbr_arena_alloc(arena, sweep->axes[s->x].count * sizeof *s->order);
    sort_values(s);
    choose_lines(s);
    return true;
}

static void set_range(struct sweep *s)
{
    s->low = INFINITY;
    s->high = -INFINITY;
    for (size_t i = 0; i < s->sweep->axes[s->x].count; i++)
        for (size_t line = 0; line < s->count; line++) {
            const pbr_point *point = point_at(s, i, line);
            if (point->not_told) continue;
            s->low = fmin(s->low, pounds(point->totals.total_pence));
            s->high = fmax(s->high, pounds(point->totals.total_pence));
        }
}

static const char *point_tip(const pbr_html *page, const struct sweep *s, size_t at, size_t line)
{
    const char *other = s->other == PBR_NONE
                            ? ""
                            : pbr_arena_printf(page->arena, ", %s",
                                               s->sweep->axes[s->other].values[s->lines[line]]);
    return pbr_arena_printf(page->arena, "%s%s: %s", s->sweep->axes[s->x].values[s->order[at]],
                            other, pbr_html_money(page, point_at(s, at, line)->totals.total_pence));
}

static const pbr_mark LINE_MARKS[LINES_MOST] = {PBR_MARK_DISC, PBR_MARK_SQUARE, PBR_MARK_UP,
                                                PBR_MARK_DOWN, PBR_MARK_RING,   PBR_MARK_CROSS};

static void draw_line(const pbr_html *page, pbr_svg *svg, const struct sweep *s, size_t line)
{
    size_t count = s->sweep->axes[s->x].count;
    double *x = pbr_arena_alloc(page->arena, count * sizeof *x);
    double *y = pbr_arena_alloc(page->arena, count * sizeof *y);
    for (size_t i = 0; i < count; i++) {
        const pbr_point *point = point_at(s, i, line);
        x[i] = value_at(s, i);
        y[i] = point->not_told ? NAN : pounds(point->totals.total_pence);
    }
    pbr_svg_line(svg, (unsigned)line, x, y, count);
    for (size_t i = 0; i < count && count <= MARKS_MOST; i++)
        if (!isnan(y[i]))
            pbr_svg_mark(svg, LINE_MARKS[line], (unsigned)line, x[i], y[i],
                         point_tip(page, s, i, line));
}

static void draw_unchanged(pbr_svg *svg, const struct sweep *s)
{
    size_t at = s->sweep->unchanged;
    if (at == PBR_NONE) return;
    pbr_svg_rule_y(svg, pounds(s->sweep->points[at].totals.total_pence), "as it is");
}

/* "level 0.95": the last part of its path and a value. */
static pbr_svg_key line_key(const pbr_html *page, const struct sweep *s, size_t line)
{
    const pbr_axis *other = &s->sweep->axes[s->other];
    const char *dot = strrchr(other->selection.path, '.');
    const char *text = pbr_arena_printf(page->arena, "%s %s", dot ? dot + 1 : other->selection.path,
                                        other->values[s->lines[line]]);
    return (pbr_svg_key){PBR_KEY_LINE, (unsigned)line, 0, text};
}

static void draw_sweep(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct sweep *s = data;
    const pbr_axis *axis = &s->sweep->axes[s->x];
    pbr_svg_key keys[LINES_MOST];
    for (size_t i = 0; i < s->count && s->other != PBR_NONE; i++) keys[i] = line_key(page, s, i);
    plan->keys = keys;
    plan->keys_count = s->other == PBR_NONE ? 0 : s->count;
    plan->x = (pbr_svg_axis){.low = value_at(s, 0),
                             .high = value_at(s, axis->count - 1),
                             .title = pbr_axis_name(s->whatif, s->x, page->arena)};
    plan->y = due_axis(page, s->low, s->high);
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    draw_unchanged(svg, s);
    for (size_t line = 0; line < s->count; line++) draw_line(page, svg, s, line);
    pbr_svg_end(svg);
}

/* Words have no order along a line: each has a row. */
static void draw_words(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct sweep *s = data;
    const pbr_axis *axis = &s->sweep->axes[s->x];
    plan->x = due_axis(page, fmin(0, s->low), fmax(0, s->high));
    plan->y = (pbr_svg_axis){.words = axis->values, .words_count = axis->count};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    for (size_t i = 0; i < axis->count; i++)
        if (!s->sweep->points[i].not_told)
            pbr_svg_bar(svg, 0, 0, pounds(s->sweep->points[i].totals.total_pence), (double)i, 0,
                        0.6, point_tip(page, s, i, 0));
    pbr_svg_end(svg);
}

static const char *lines_caption(const pbr_html *page, const struct sweep *s)
{
    if (s->other == PBR_NONE) return NULL;
    const pbr_axis *other = &s->sweep->axes[s->other];
    return pbr_arena_printf(page->arena, "A line for each value of %s%s.",
                            pbr_axis_name(s->whatif, s->other, page->arena),
                            s->count < other->count ? " (some of them; all are in the table)" : "");
}

static void tell_chart(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    struct sweep s = {.whatif = w->whatif, .sweep = w->whatif->sweep};
    if (!choose_axes(&s, page->arena)) return;
    set_range(&s);
    bool words = !is_numeric(&s.sweep->axes[s.x]);
    const char *title =
        pbr_arena_printf(page->arena, "Total due by %s", pbr_axis_name(s.whatif, s.x, page->arena));
    const char *description =
        pbr_arena_printf(page->arena, "Total due at %zu values of %s: from %s to %s.",
                         s.sweep->axes[s.x].count, pbr_axis_name(s.whatif, s.x, page->arena),
                         pbr_html_pounds(page, s.low * 100), pbr_html_pounds(page, s.high * 100));
    pbr_html_chart(page, title, description, lines_caption(page, &s),
                   words ? draw_words : draw_sweep, &s);
}

static void point_cells(pbr_whatif_page *w, size_t index)
{
    pbr_html *page = &w->page;
    const pbr_sweep *sweep = w->whatif->sweep;
    const pbr_point *point = &sweep->points[index];
    const pbr_totals *o = &point->totals;
    int64_t before = w->whatif->asked.settlement->due_pence;
    for (size_t axis = 0; axis < sweep->axes_count; axis++)
        pbr_html_cell(page, pbr_sweep_value(sweep, index, axis));
    pbr_html_cell(page, point->not_told ? "" : pbr_html_money(page, o->total_pence));
    pbr_html_cell(page, point->not_told ? "" : pbr_html_difference(page, o->total_pence - before));
    for (size_t v = 0; v < PBR_NO_RESULT; v++)
        pbr_html_cell(page, point->not_told ? "" : pbr_html_count(page, (int64_t)o->verdicts[v]));
    const char *as_is = index == sweep->unchanged ? "as it is" : "";
    pbr_html_cell(page, point->not_told ? point->not_told : as_is);
}

static void put_points(pbr_whatif_page *w)
{
    static const pbr_html_column rest[] = {{"Total due", true}, {"Difference", true},
                                           {"Better", true},    {"Neither", true},
                                           {"Worse", true},     {"Note", false}};
    pbr_html *page = &w->page;
    const pbr_sweep *sweep = w->whatif->sweep;
    size_t axes = sweep->axes_count, columns_count = axes + sizeof rest / sizeof *rest;
    pbr_html_column *columns = pbr_arena_alloc(page->arena, columns_count * sizeof *columns);
    for (size_t i = 0; i < axes; i++)
        columns[i] = (pbr_html_column){pbr_axis_name(w->whatif, i, page->arena),
                                       is_numeric(&sweep->axes[i])};
    memcpy(columns + axes, rest, sizeof rest);
    size_t rows = sweep->points_count < POINTS_ROWS_MOST ? sweep->points_count : POINTS_ROWS_MOST;
    pbr_html_table table = {.caption = "Every combination",
                            .columns = columns,
                            .columns_count = columns_count,
                            .rows = rows};
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < rows; i++) {
        pbr_html_row(page, false);
        point_cells(w, i);
    }
    pbr_html_table_end(page);
    if (rows < sweep->points_count)
        pbr_html_say(page, pbr_arena_printf(page->arena,
                                            "The first %zu of %zu combinations; all are in "
                                            "sweep.csv, by area and provider in sweep-sums.csv.",
                                            rows, sweep->points_count));
}

void pbr_whatif_tell_sweep(pbr_whatif_page *w)
{
    if (!w->whatif->sweep) return;
    pbr_html_heading(&w->page, "sweep", "Other values of terms");
    tell_chart(w);
    put_points(w);
    pbr_html_section_end(&w->page);
}

/* --- the tornado --- */

struct tornado {
    const pbr_tornado *tornado;
    size_t count;
    const char **names;
    double low, high;
    const char *lower, *higher; /* of the legend */
};

static struct tornado tornado_of(const pbr_html *page, const pbr_tornado *all)
{
    struct tornado t = {.tornado = all, .low = pounds(all->unchanged_pence)};
    t.count = all->count < BARS_MOST ? all->count : BARS_MOST;
    t.high = t.low;
    t.names = pbr_arena_alloc(page->arena, (t.count + 1) * sizeof *t.names);
    t.lower = pbr_arena_printf(page->arena, "%s%% lower", all->by);
    t.higher = pbr_arena_printf(page->arena, "%s%% higher", all->by);
    for (size_t i = 0; i < t.count; i++) {
        const pbr_tornado_bar *bar = &all->bars[i];
        t.names[i] = bar->term;
        if (!bar->low_not_told) t.low = fmin(t.low, pounds(bar->low_pence));
        if (!bar->low_not_told) t.high = fmax(t.high, pounds(bar->low_pence));
        if (!bar->high_not_told) t.low = fmin(t.low, pounds(bar->high_pence));
        if (!bar->high_not_told) t.high = fmax(t.high, pounds(bar->high_pence));
    }
    return t;
}

/* From the total as it is to what it becomes, with a mark at its end that tells which way. */
static void draw_half(const pbr_html *page, pbr_svg *svg, const struct tornado *t, size_t row,
                      bool high)
{
    const pbr_tornado_bar *bar = &t->tornado->bars[row];
    int64_t pence = high ? bar->high_pence : bar->low_pence;
    if (high ? bar->high_not_told : bar->low_not_told) return;
    double y = (double)row + (high ? 0.18 : -0.18);
    const char *tip = pbr_arena_printf(page->arena, "%s %s: %s", bar->term,
                                       high ? t->higher : t->lower, pbr_html_money(page, pence));
    pbr_svg_bar(svg, high ? 0 : 1, pounds(t->tornado->unchanged_pence), pounds(pence), y, 0, 0.32,
                tip);
    pbr_svg_mark(svg, high ? PBR_MARK_UP : PBR_MARK_DOWN, high ? 0 : 1, pounds(pence), y, tip);
}

static void draw_tornado(const pbr_html *page, const void *data, pbr_svg_plan *plan)
{
    const struct tornado *t = data;
    const pbr_svg_key keys[] = {
        {PBR_KEY_MARK, 1, PBR_MARK_DOWN, t->lower},
        {PBR_KEY_MARK, 0, PBR_MARK_UP, t->higher},
    };
    plan->keys = keys;
    plan->keys_count = sizeof keys / sizeof *keys;
    plan->x = due_axis(page, t->low, t->high);
    plan->y = (pbr_svg_axis){.words = t->names, .words_count = t->count};
    pbr_svg *svg = pbr_svg_begin(page->out, plan);
    pbr_svg_rule_x(svg, pounds(t->tornado->unchanged_pence), NULL);
    for (size_t i = 0; i < t->count; i++) {
        draw_half(page, svg, t, i, false);
        draw_half(page, svg, t, i, true);
    }
    pbr_svg_end(svg);
}

static void bar_side(pbr_html *page, const char *value, const char *not_told, int64_t pence)
{
    pbr_html_cell(page, value);
    pbr_html_cell(page, not_told ? "none" : pbr_html_money(page, pence));
}

static void put_bars(pbr_whatif_page *w)
{
    static const pbr_html_column columns[] = {
        {"Term", false},     {"File", false},     {"Now", false},
        {"Lower", false},    {"Total due", true}, {"Higher", false},
        {"Total due", true}, {"Span", true},      {"Why none", false}};
    pbr_html *page = &w->page;
    const pbr_tornado *tornado = w->whatif->tornado;
    pbr_html_table table =
        TABLE(pbr_arena_printf(page->arena, "Each number moved by %s%% by itself", tornado->by),
              columns, tornado->count);
    pbr_html_table_begin(page, &table);
    for (size_t i = 0; i < tornado->count; i++) {
        const pbr_tornado_bar *bar = &tornado->bars[i];
        pbr_html_row(page, false);
        pbr_html_cell(page, bar->term);
        pbr_html_cell(page, bar->file);
        pbr_html_cell(page, bar->was);
        bar_side(page, bar->low_value, bar->low_not_told, bar->low_pence);
        bar_side(page, bar->high_value, bar->high_not_told, bar->high_pence);
        pbr_html_cell(page, pbr_html_money(page, bar->span_pence));
        pbr_html_cell(page, bar->low_not_told ? bar->low_not_told : bar->high_not_told);
    }
    pbr_html_table_end(page);
}

void pbr_whatif_tell_tornado(pbr_whatif_page *w)
{
    pbr_html *page = &w->page;
    const pbr_tornado *all = w->whatif->tornado;
    if (!all) return;
    struct tornado t = tornado_of(page, all);
    pbr_html_heading(page, "tornado", "Which term matters most");
    if (t.count) {
        const char *description = pbr_arena_printf(
            page->arena,
            "Bars from the total as it is, %s, to the total with each number moved by %s%% either "
            "way, the widest first. \"%s\" matters most: it moves the total over %s.",
            pbr_html_money(page, all->unchanged_pence), all->by, all->bars[0].term,
            pbr_html_money(page, all->bars[0].span_pence));
        pbr_html_chart(
            page,
            pbr_arena_printf(page->arena, "Total due with each number moved by %s%%", all->by),
            description, all->count > t.count ? "The widest bars; all are in the table." : NULL,
            draw_tornado, &t);
    }
    put_bars(w);
    pbr_html_section_end(page);
}
