/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts as inline SVG text: axes with round ticks, lines, bands, bars, marks and labels that do
 * not lie on each other. Colours and dashes come from the page's style (pbr_svg_style) by class, so
 * that a chart follows light, dark and print. Coordinates are printed in hundredths by whole-number
 * arithmetic: the same everywhere, whatever the locale. */
#ifndef PBR_REPORT_SVG_H
#define PBR_REPORT_SVG_H

#include <stdbool.h>
#include <stddef.h>
#include <stdio.h>

enum {
    PBR_SVG_WIDE = 720,   /* for a screen or paper; pixels, and units of the viewBox */
    PBR_SVG_NARROW = 340, /* for a phone */
    PBR_SVG_SERIES = 6,   /* ways to draw a line that can be told apart without colour */
    PBR_NUMBER_TEXT = 48
};

/* Shapes, so that colour is never alone. */
typedef enum {
    PBR_MARK_DOWN, /* a triangle that points down: fewer */
    PBR_MARK_RING,
    PBR_MARK_UP,
    PBR_MARK_CROSS,
    PBR_MARK_DISC,
    PBR_MARK_SQUARE
} pbr_mark;

typedef struct {
    double low, high;  /* the values to be shown; made wider to round ticks where widen is true */
    const char *title; /* what is counted, and in which unit */
    const char *prefix, *suffix; /* of a tick's number: "£", "m"; NULL: none */
    double unit;                 /* ticks are multiples of it: 1e6 for millions; 0: 1 */
    const char *const *words;    /* ticks are 0, 1 ... with these words; NULL: numbers */
    size_t words_count;
    bool widen, logarithmic; /* logarithmic: low is above 0 */
} pbr_svg_axis;

typedef enum { PBR_KEY_MARK, PBR_KEY_LINE, PBR_KEY_BAND, PBR_KEY_BAR } pbr_svg_key_kind;

/* An entry of the legend. */
typedef struct {
    pbr_svg_key_kind kind;
    unsigned series;
    pbr_mark mark;
    const char *text;
} pbr_svg_key;

typedef struct {
    const char *id;                  /* of the page; unique; letters, digits, hyphens */
    const char *title, *description; /* what the chart is, and what it shows, in words */
    unsigned width, height;          /* height: of the plot itself */
    pbr_svg_axis x, y;               /* a y of words has its first row at the top */
    const pbr_svg_key *keys;
    size_t keys_count;
} pbr_svg_plan;

typedef struct pbr_svg pbr_svg;

/* Writes everything but the data. The plan must outlive the chart; out stays the caller's. */
pbr_svg *pbr_svg_begin(FILE *out, const pbr_svg_plan *plan);
void pbr_svg_end(pbr_svg *svg);

/* Arrays of points; a NaN leaves a gap. Series are drawn as series % PBR_SVG_SERIES. */
void pbr_svg_line(pbr_svg *svg, unsigned series, const double *x, const double *y, size_t count);
void pbr_svg_band(pbr_svg *svg, unsigned series, const double *x, const double *low,
                  const double *high, size_t count);
/* tip: what a pointer that rests on it is told; NULL: nothing. */
void pbr_svg_mark(pbr_svg *svg, pbr_mark mark, unsigned series, double x, double y,
                  const char *tip);
/* From corner to corner. thickness: of a bar in a row of words, as a share of the row around y;
 * then y1 is not used. 0: y0 to y1. */
void pbr_svg_bar(pbr_svg *svg, unsigned series, double x0, double x1, double y0, double y1,
                 double thickness, const char *tip);
/* A line across the plot at a value of x or y, with a label where there is room for one; it must
 * outlive the chart. NULL: none. */
void pbr_svg_rule_x(pbr_svg *svg, double x, const char *label);
void pbr_svg_rule_y(pbr_svg *svg, double y, const char *label);
/* A label beside a point, on whichever side is free. False, and nothing drawn, if none is. Draw all
 * marks first: labels keep off what is there. */
bool pbr_svg_label(pbr_svg *svg, double x, double y, const char *text);

/* "-1,234.5" with so many decimals, halves away from zero; "not a number" and what does not fit in
 * 15 digits as words. */
char *pbr_number_text(char out[PBR_NUMBER_TEXT], double value, int decimals);
/* Picks the unit of a money axis from its ends: k, m or bn. prefix is the currency's symbol. */
void pbr_svg_money_axis(pbr_svg_axis *axis, const char *prefix);

/* The rules of a style sheet that charts need. */
extern const char pbr_svg_style[];

#endif
