/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/svg.h"

#include "base/mem.h"
#include "report/html.h"
#include "report/svg_boxes.h"
#include "report/svg_ticks.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

enum {
    LINE_HEIGHT = 18, /* of texts */
    GAP = 8,
    EDGE = 2,       /* letters may stand out a little to the left of their place */
    ROW = 28,       /* height of a row of words beside its bar */
    ROW_ABOVE = 46, /* with the words above it */
    ROW_WORDS = 20, /* what they take of it */
    SWATCH = 24,
    MARK = 5, /* half the width of a mark */
    TICK_PIXELS = 40,
    RULES_MOST = 8
};

/* A label of a line across the plot, which is placed when all marks are known. */
struct rule {
    double place;
    bool upright;
    const char *label;
};

struct pbr_svg {
    FILE *out;
    const pbr_svg_plan *plan;
    pbr_svg_axis x, y;
    pbr_box plot, all;
    double row_height, row_words; /* of a y of words; row_words: the height of words above bars */
    pbr_boxes labels, marks;
    size_t rules_count;
    struct rule rules[RULES_MOST];
};

const char pbr_svg_style[] =
    "svg{display:block;max-width:100%;height:auto;overflow:visible}"
    "svg text{font:13px system-ui,sans-serif;fill:var(--ink);unicode-bidi:isolate}"
    "svg .t,svg .a{fill:var(--soft)}"
    "svg .g{stroke:var(--grid);stroke-width:1}"
    "svg .x{stroke:var(--soft);stroke-width:1}"
    "svg .r{stroke:var(--ink);stroke-width:1;stroke-dasharray:2 3}"
    "svg .e{fill:none}"
    "svg .l{fill:none;stroke-width:2;stroke-linejoin:round}"
    "svg .b{fill-opacity:.18;stroke-width:1}"
    "svg .q{stroke:var(--paper);stroke-width:1}"
    "svg .m{stroke:var(--paper);stroke-width:1}"
    "svg .o{fill:var(--paper);stroke-width:2}"
    "svg .h,svg .w{paint-order:stroke;stroke:var(--paper);stroke-width:3px}"
    "svg .l.s0,svg .o.s0,svg .b.s0{stroke:var(--s0)}svg .f.s0{fill:var(--s0)}"
    "svg .l.s1,svg .o.s1,svg .b.s1{stroke:var(--s1)}svg .f.s1{fill:var(--s1)}"
    "svg .l.s2,svg .o.s2,svg .b.s2{stroke:var(--s2)}svg .f.s2{fill:var(--s2)}"
    "svg .l.s3,svg .o.s3,svg .b.s3{stroke:var(--s3)}svg .f.s3{fill:var(--s3)}"
    "svg .l.s4,svg .o.s4,svg .b.s4{stroke:var(--s4)}svg .f.s4{fill:var(--s4)}"
    "svg .l.s5,svg .o.s5,svg .b.s5{stroke:var(--s5)}svg .f.s5{fill:var(--s5)}"
    "svg .l.s1,svg .b.s1{stroke-dasharray:8 4}"
    "svg .l.s2,svg .b.s2{stroke-dasharray:2 3}"
    "svg .l.s3,svg .b.s3{stroke-dasharray:10 3 2 3}"
    "svg .l.s4,svg .b.s4{stroke-dasharray:14 4}"
    "svg .l.s5,svg .b.s5{stroke-dasharray:5 2 2 2 2 2}";

/* --- writing --- */

/* Hundredths, by whole numbers. */
static void put_number(FILE *out, double value)
{
    long long parts = llround(value * 100), size = llabs(parts);
    fprintf(out, "%s%lld", parts < 0 ? "-" : "", size / 100);
    if (size % 100)
        fprintf(out, size % 10 ? ".%02lld" : ".%lld", size % 10 ? size % 100 : size % 100 / 10);
}

static void put_attribute(FILE *out, const char *name, double value)
{
    fprintf(out, " %s=\"", name);
    put_number(out, value);
    fputc('"', out);
}

static void put_place(FILE *out, double x, double y)
{
    put_number(out, x);
    fputc(' ', out);
    put_number(out, y);
}

static void put_straight(const pbr_svg *svg, const char *class, double x1, double y1, double x2,
                         double y2)
{
    fprintf(svg->out, "<line class=\"%s\"", class);
    put_attribute(svg->out, "x1", x1);
    put_attribute(svg->out, "y1", y1);
    put_attribute(svg->out, "x2", x2);
    put_attribute(svg->out, "y2", y2);
    fputs("/>\n", svg->out);
}

static void put_rectangle(const pbr_svg *svg, const char *class, unsigned series, pbr_box box,
                          const char *tip)
{
    fprintf(svg->out, "<rect class=\"%s s%u\"", class, series % PBR_SVG_SERIES);
    put_attribute(svg->out, "x", box.left);
    put_attribute(svg->out, "y", box.top);
    put_attribute(svg->out, "width", box.right - box.left);
    put_attribute(svg->out, "height", box.bottom - box.top);
    fputc('>', svg->out);
    if (tip) {
        fputs("<title>", svg->out);
        pbr_html_text(svg->out, tip);
        fputs("</title>", svg->out);
    }
    fputs("</rect>\n", svg->out);
}

static void put_text_length(const pbr_svg *svg, const char *class, const char *anchor, double x,
                            double y, const char *text, size_t length)
{
    char *part = pbr_strndup(text, length);
    fprintf(svg->out, "<text class=\"%s\" text-anchor=\"%s\"", class, anchor);
    put_attribute(svg->out, "x", x);
    put_attribute(svg->out, "y", y);
    fputc('>', svg->out);
    pbr_html_text(svg->out, part);
    fputs("</text>\n", svg->out);
    free(part);
}

static void put_text(const pbr_svg *svg, const char *class, const char *anchor, double x, double y,
                     const char *text)
{
    put_text_length(svg, class, anchor, x, y, text, strlen(text));
}

/* --- texts in lines --- */

static double part_width(const char *text, size_t length)
{
    char *part = pbr_strndup(text, length);
    double width = pbr_text_width(part);
    free(part);
    return width;
}

/* Bytes of the first line, without the blank that ends it; a word is never cut. */
static size_t line_length(const char *text, double width)
{
    size_t fits = 0;
    for (size_t i = 1;; i++) {
        if (text[i] && text[i] != ' ') continue;
        if (fits && part_width(text, i) > width) return fits;
        fits = i;
        if (!text[i]) return fits;
    }
}

static unsigned lines_of(const char *text, double width)
{
    unsigned lines = 0;
    while (text && *text) {
        text += line_length(text, width);
        text += *text == ' ';
        lines++;
    }
    return lines;
}

static void put_lines(const pbr_svg *svg, const char *anchor, double x, double y, const char *text,
                      double width)
{
    while (text && *text) {
        size_t length = line_length(text, width);
        put_text_length(svg, "a", anchor, x, y, text, length);
        y += LINE_HEIGHT;
        text += length;
        text += *text == ' ';
    }
}

/* --- the legend --- */

static double key_width(const pbr_svg_key *key)
{
    return SWATCH + 6 + pbr_text_width(key->text) + 2 * GAP;
}

/* Where each entry stands; gives the height of all. */
static double key_place(const pbr_svg_plan *plan, size_t index, double *x, double *y)
{
    double at = 0, row = 0;
    for (size_t i = 0; i < plan->keys_count; i++) {
        double width = key_width(&plan->keys[i]);
        if (at > 0 && at + width > plan->width) {
            at = 0;
            row += LINE_HEIGHT + 2;
        }
        if (i == index) {
            *x = at;
            *y = row;
        }
        at += width;
    }
    return plan->keys_count ? row + LINE_HEIGHT + GAP : 0;
}

static void draw_mark(pbr_svg *svg, pbr_mark mark, unsigned series, double x, double y,
                      const char *tip);

static void put_swatch(pbr_svg *svg, const pbr_svg_key *key, double x, double y)
{
    unsigned series = key->series % PBR_SVG_SERIES;
    double middle = y + LINE_HEIGHT / 2.0;
    pbr_box box = {x, middle - 5, x + SWATCH, middle + 5};
    if (key->kind == PBR_KEY_MARK) {
        draw_mark(svg, key->mark, series, x + SWATCH / 2.0, middle, NULL);
    } else if (key->kind == PBR_KEY_LINE) {
        fprintf(svg->out, "<path class=\"l s%u\" d=\"M", series);
        put_place(svg->out, x, middle);
        fputs(" H", svg->out);
        put_number(svg->out, x + SWATCH);
        fputs("\"/>\n", svg->out);
    } else {
        put_rectangle(svg, key->kind == PBR_KEY_BAND ? "b f" : "q f", series, box, NULL);
    }
}

static void put_keys(pbr_svg *svg)
{
    for (size_t i = 0; i < svg->plan->keys_count; i++) {
        const pbr_svg_key *key = &svg->plan->keys[i];
        double x = 0, y = 0;
        key_place(svg->plan, i, &x, &y);
        put_swatch(svg, key, x, y);
        put_text(svg, "k", "start", x + SWATCH + 6, y + 13, key->text);
    }
}

/* --- the frame --- */

static double scale(const pbr_svg_axis *axis, double value, double from, double to)
{
    double low = axis->low, high = axis->high;
    if (axis->logarithmic) {
        low = log10(low);
        high = log10(high);
        value = log10(value);
    }
    double share = (value - low) / (high - low);
    return from + (to - from) * fmin(fmax(share, 0), 1);
}

static double place_x(const pbr_svg *svg, double x)
{
    return scale(&svg->x, x, svg->plot.left, svg->plot.right);
}

static double place_y(const pbr_svg *svg, double y)
{
    if (svg->y.words) return svg->plot.top + (y + 0.5) * svg->row_height + svg->row_words / 2;
    return scale(&svg->y, y, svg->plot.bottom, svg->plot.top);
}

/* Words stand beside their rows if nearly all of them leave the bars about half of the width; one
 * that does not is cut there. Else they stand above the bars. */
static double words_margin(pbr_svg *svg)
{
    double most = 0.46 * svg->plan->width, widest = 0;
    size_t longer = 0;
    for (size_t i = 0; i < svg->y.words_count; i++) {
        double width = pbr_text_width(svg->y.words[i]);
        longer += width > most;
        widest = fmax(widest, fmin(width, most));
    }
    bool beside = 5 * longer <= svg->y.words_count && svg->plan->width >= PBR_SVG_WIDE;
    svg->row_height = beside ? ROW : ROW_ABOVE;
    svg->row_words = beside ? 0 : ROW_WORDS;
    return beside ? widest + GAP : 2 * GAP;
}

static double plot_height(const pbr_svg *svg)
{
    return svg->y.words ? (double)svg->y.words_count * svg->row_height : svg->plan->height;
}

/* As many ticks as have room beside each other; their width depends on the step, so it is tried. */
static void set_x_ticks(pbr_svg *svg, pbr_ticks *ticks)
{
    pbr_svg_axis asked = svg->x;
    double width = svg->plot.right - svg->plot.left;
    for (size_t most = PBR_TICKS_MOST; most >= 3; most--) {
        svg->x = asked;
        pbr_ticks_set(ticks, &svg->x, most);
        if (ticks->count < 2) return;
        double nearest = width;
        for (size_t i = 1; i < ticks->count; i++)
            nearest =
                fmin(nearest, place_x(svg, ticks->values[i]) - place_x(svg, ticks->values[i - 1]));
        if (pbr_ticks_width(ticks) + 2 * GAP <= nearest) return;
    }
}

static void put_y_ticks(const pbr_svg *svg, const pbr_ticks *ticks)
{
    for (size_t i = 0; i < ticks->count; i++) {
        double y = place_y(svg, ticks->values[i]);
        put_straight(svg, "g", svg->plot.left, y, svg->plot.right, y);
        put_text(svg, "t", "end", svg->plot.left - GAP, y + 4, ticks->texts[i]);
    }
}

/* Cut at a character, with an ellipsis, where it is wider than there is room for. */
static void put_word(const pbr_svg *svg, const char *anchor, double x, double y, const char *word,
                     double room)
{
    size_t length = strlen(word);
    if (pbr_text_width(word) <= room + 1) {
        put_text(svg, "w", anchor, x, y, word);
        return;
    }
    while (length && (part_width(word, length) > room - PBR_FONT || (word[length] & 0xC0) == 0x80))
        length--;
    char *cut = pbr_sprintf("%.*s…", (int)length, word);
    put_text(svg, "w", anchor, x, y, cut);
    free(cut);
}

static void put_words(const pbr_svg *svg)
{
    bool above = svg->row_words > 0;
    for (size_t i = 0; i < svg->y.words_count; i++) {
        double top = svg->plot.top + (double)i * svg->row_height;
        if (above)
            put_word(svg, "start", EDGE, top + 14, svg->y.words[i], svg->plan->width - EDGE);
        else
            put_word(svg, "end", svg->plot.left - GAP, top + ROW / 2.0 + 4, svg->y.words[i],
                     svg->plot.left - GAP);
    }
}

static void put_x_ticks(const pbr_svg *svg, const pbr_ticks *ticks)
{
    for (size_t i = 0; i < ticks->count; i++) {
        double x = place_x(svg, ticks->values[i]);
        if (svg->y.words)
            put_straight(svg, "g", x, svg->plot.top, x, svg->plot.bottom);
        else
            put_straight(svg, "x", x, svg->plot.bottom, x, svg->plot.bottom + 4);
        put_text(svg, "t", "middle", x, svg->plot.bottom + LINE_HEIGHT, ticks->texts[i]);
    }
}

static void put_open(const pbr_svg *svg)
{
    const pbr_svg_plan *plan = svg->plan;
    fprintf(svg->out, "<svg id=\"%s\" viewBox=\"0 0 %u ", plan->id, plan->width);
    put_number(svg->out, svg->all.bottom);
    fprintf(svg->out, "\" width=\"%u\"", plan->width);
    put_attribute(svg->out, "height", svg->all.bottom);
    fprintf(svg->out, " role=\"img\" aria-labelledby=\"%s-t %s-d\">\n<title id=\"%s-t\">", plan->id,
            plan->id, plan->id);
    pbr_html_text(svg->out, plan->title);
    fprintf(svg->out, "</title>\n<desc id=\"%s-d\">", plan->id);
    pbr_html_text(svg->out, plan->description);
    fputs("</desc>\n", svg->out);
}

/* Where the plot lies in the picture: under legend and title, right of its ticks. */
static void lay_out(pbr_svg *svg, pbr_ticks *x, pbr_ticks *y)
{
    const pbr_svg_plan *plan = svg->plan;
    double none, width = plan->width;
    double top = key_place(plan, 0, &none, &none);
    top += lines_of(svg->y.title, width) * LINE_HEIGHT + (svg->y.title ? GAP : 0);
    double left;
    if (svg->y.words) {
        left = words_margin(svg);
    } else {
        pbr_ticks_set(y, &svg->y, plan->height / TICK_PIXELS + 1);
        left = pbr_ticks_width(y) + GAP + 2;
        top += y->count ? GAP / 2.0 : 0;
    }
    svg->plot = (pbr_box){left, top, width - 2 * GAP, top + plot_height(svg)};
    set_x_ticks(svg, x);
    double half = pbr_ticks_width(x) / 2 + EDGE; /* a tick's text stands out to either side */
    svg->plot.right = width - fmax(2 * GAP, half);
    svg->plot.left = fmax(left, half);
    double below = LINE_HEIGHT + GAP + lines_of(svg->x.title, width) * LINE_HEIGHT;
    svg->all = (pbr_box){0, 0, width, svg->plot.bottom + below};
}

pbr_svg *pbr_svg_begin(FILE *out, const pbr_svg_plan *plan)
{
    pbr_svg *svg = pbr_alloc(1, sizeof *svg);
    *svg = (pbr_svg){.out = out, .plan = plan, .x = plan->x, .y = plan->y};
    pbr_ticks x = {.count = 0}, y = {.count = 0};
    lay_out(svg, &x, &y);
    put_open(svg);
    put_keys(svg);
    double keys = key_place(plan, 0, &(double){0}, &(double){0});
    put_lines(svg, "start", EDGE, keys + 13, svg->y.title, plan->width);
    fprintf(out, "<rect class=\"e\"");
    put_attribute(out, "x", svg->plot.left);
    put_attribute(out, "y", svg->plot.top);
    put_attribute(out, "width", svg->plot.right - svg->plot.left);
    put_attribute(out, "height", svg->plot.bottom - svg->plot.top);
    fputs("/>\n", out);
    put_x_ticks(svg, &x);
    if (!svg->y.words) put_y_ticks(svg, &y);
    put_straight(svg, "x", svg->plot.left, svg->plot.bottom, svg->plot.right, svg->plot.bottom);
    put_lines(svg, "end", svg->plot.right, svg->plot.bottom + 2 * LINE_HEIGHT + 4, svg->x.title,
              plan->width);
    return svg;
}

/* --- data --- */

void pbr_svg_line(pbr_svg *svg, unsigned series, const double *x, const double *y, size_t count)
{
    bool on = false;
    fprintf(svg->out, "<path class=\"l s%u\" d=\"", series % PBR_SVG_SERIES);
    for (size_t i = 0; i < count; i++) {
        bool gap = isnan(x[i]) || isnan(y[i]);
        if (!gap) {
            fputc(on ? 'L' : 'M', svg->out);
            put_place(svg->out, place_x(svg, x[i]), place_y(svg, y[i]));
        }
        if (!gap && on)
            pbr_boxes_add_line(&svg->marks, place_x(svg, x[i - 1]), place_y(svg, y[i - 1]),
                               place_x(svg, x[i]), place_y(svg, y[i]));
        on = !gap;
    }
    fputs("\"/>\n", svg->out);
}

void pbr_svg_band(pbr_svg *svg, unsigned series, const double *x, const double *low,
                  const double *high, size_t count)
{
    fprintf(svg->out, "<path class=\"b f s%u\" d=\"", series % PBR_SVG_SERIES);
    for (size_t i = 0; i < count; i++) {
        fputc(i ? 'L' : 'M', svg->out);
        put_place(svg->out, place_x(svg, x[i]), place_y(svg, high[i]));
    }
    for (size_t i = count; i-- > 0;) {
        fputc('L', svg->out);
        put_place(svg->out, place_x(svg, x[i]), place_y(svg, low[i]));
    }
    fputs("Z\"/>\n", svg->out);
}

/* Outlines around the origin. */
static const char *const SHAPES[] = {
    [PBR_MARK_DOWN] = "m-5.5 -4.5h11l-5.5 10z",
    [PBR_MARK_RING] = "m-4 0a4 4 0 1 0 8 0a4 4 0 1 0 -8 0z",
    [PBR_MARK_UP] = "m-5.5 4.5h11l-5.5 -10z",
    [PBR_MARK_CROSS] = "m-4.5 -4.5l9 9m0 -9l-9 9",
    [PBR_MARK_DISC] = "m-4.5 0a4.5 4.5 0 1 0 9 0a4.5 4.5 0 1 0 -9 0z",
    [PBR_MARK_SQUARE] = "m-4.5 -4.5h9v9h-9z",
};

static void draw_mark(pbr_svg *svg, pbr_mark mark, unsigned series, double x, double y,
                      const char *tip)
{
    bool open = mark == PBR_MARK_RING || mark == PBR_MARK_CROSS;
    fprintf(svg->out, "<path class=\"%s s%u\" d=\"M", open ? "o" : "m f", series % PBR_SVG_SERIES);
    put_place(svg->out, x, y);
    fprintf(svg->out, "%s\">", SHAPES[mark]);
    if (tip) {
        fputs("<title>", svg->out);
        pbr_html_text(svg->out, tip);
        fputs("</title>", svg->out);
    }
    fputs("</path>\n", svg->out);
}

void pbr_svg_mark(pbr_svg *svg, pbr_mark mark, unsigned series, double x, double y, const char *tip)
{
    double px = place_x(svg, x), py = place_y(svg, y);
    draw_mark(svg, mark, series, px, py, tip);
    pbr_boxes_add(&svg->marks, (pbr_box){px - MARK, py - MARK, px + MARK, py + MARK});
}

void pbr_svg_bar(pbr_svg *svg, unsigned series, double x0, double x1, double y0, double y1,
                 double thickness, const char *tip)
{
    double left = place_x(svg, fmin(x0, x1)), right = place_x(svg, fmax(x0, x1));
    double top = place_y(svg, fmax(y0, y1)), bottom = place_y(svg, fmin(y0, y1));
    if (thickness > 0) {
        double half = thickness * (svg->row_height - svg->row_words) / 2;
        top = place_y(svg, y0) - half;
        bottom = place_y(svg, y0) + half;
    }
    put_rectangle(svg, "q f", series, (pbr_box){left, top, right, bottom}, tip);
}

/* --- labels --- */

/* Draws it with its left end at x and its baseline at y if nothing is there. */
static bool label_at(pbr_svg *svg, double x, double y, const char *text, bool over_marks)
{
    pbr_box box = {x, y - 11, x + pbr_text_width(text), y + 3};
    if (!pbr_box_lies_in(box, svg->plot) || pbr_boxes_meet(&svg->labels, box)) return false;
    if (!over_marks && pbr_boxes_meet(&svg->marks, box)) return false;
    put_text(svg, "h", "start", x, y, text);
    pbr_boxes_add(&svg->labels, box);
    return true;
}

static void label_rules(pbr_svg *svg);

bool pbr_svg_label(pbr_svg *svg, double x, double y, const char *text)
{
    label_rules(svg);
    double px = place_x(svg, x), py = place_y(svg, y), width = pbr_text_width(text);
    const struct {
        double x, y;
    } places[] = {
        {px + MARK + 3, py + 4},
        {px - MARK - 3 - width, py + 4},
        {px - width / 2, py - MARK - 5},
        {px - width / 2, py + MARK + 13},
    };
    for (size_t i = 0; i < sizeof places / sizeof *places; i++)
        if (label_at(svg, places[i].x, places[i].y, text, false)) return true;
    return false;
}

/* --- rules --- */

static void keep_rule(pbr_svg *svg, double place, bool upright, const char *label)
{
    if (label && svg->rules_count < RULES_MOST)
        svg->rules[svg->rules_count++] = (struct rule){place, upright, label};
}

void pbr_svg_rule_x(pbr_svg *svg, double x, const char *label)
{
    double at = place_x(svg, x);
    put_straight(svg, "r", at, svg->plot.top, at, svg->plot.bottom);
    keep_rule(svg, at, true, label);
}

void pbr_svg_rule_y(pbr_svg *svg, double y, const char *label)
{
    double at = place_y(svg, y);
    put_straight(svg, "r", svg->plot.left, at, svg->plot.right, at);
    keep_rule(svg, at, false, label);
}

/* From the top down, on either side of the line. */
static bool label_upright(pbr_svg *svg, const struct rule *rule, bool over_marks)
{
    double right = rule->place + 4, left = rule->place - 4 - pbr_text_width(rule->label);
    double first = svg->plot.top + 12;
    int lines = (int)ceil((svg->plot.bottom - first) / LINE_HEIGHT);
    for (int i = 0; i < lines; i++)
        if (label_at(svg, right, first + i * LINE_HEIGHT, rule->label, over_marks) ||
            label_at(svg, left, first + i * LINE_HEIGHT, rule->label, over_marks))
            return true;
    return false;
}

/* From the right, above the line or below it. */
static bool label_level(pbr_svg *svg, const struct rule *rule, bool over_marks)
{
    enum { STEP = 20 };
    double first = svg->plot.right - pbr_text_width(rule->label) - 2;
    int places = (int)ceil((first - svg->plot.left) / STEP);
    for (int i = 0; i < places; i++)
        if (label_at(svg, first - i * STEP, rule->place - 5, rule->label, over_marks) ||
            label_at(svg, first - i * STEP, rule->place + 14, rule->label, over_marks))
            return true;
    return false;
}

/* Once, before the points' labels: these say what the chart is about. */
static void label_rules(pbr_svg *svg)
{
    for (size_t i = 0; i < svg->rules_count; i++) {
        const struct rule *rule = &svg->rules[i];
        bool (*label)(pbr_svg *, const struct rule *, bool) =
            rule->upright ? label_upright : label_level;
        if (!label(svg, rule, false)) label(svg, rule, true);
    }
    svg->rules_count = 0;
}

void pbr_svg_end(pbr_svg *svg)
{
    if (svg->y.words) put_words(svg); /* over what crosses them */
    label_rules(svg);
    fputs("</svg>\n", svg->out);
    pbr_boxes_free(&svg->labels);
    pbr_boxes_free(&svg->marks);
    free(svg);
}
