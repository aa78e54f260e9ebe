/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Charts: round ticks that hold the data, marks inside the picture, labels off each other. */
#include "support.h"

#include "report/svg_ticks.h"

#include <math.h>

/* --- numbers --- */

static const char *number(double value, int decimals)
{
    static char out[PBR_NUMBER_TEXT];
    return pbr_number_text(out, value, decimals);
}

static void numbers_are_grouped_and_rounded(void **state)
{
    (void)state;
    assert_string_equal(number(0, 0), "0");
    assert_string_equal(number(999, 0), "999");
    assert_string_equal(number(1000, 0), "1,000");
    assert_string_equal(number(-1234567.891, 2), "-1,234,567.89");
    assert_string_equal(number(0.5, 0), "1");
    assert_string_equal(number(-0.4, 0), "0"); /* no minus before nothing */
    assert_string_equal(number(-0.05, 2), "-0.05");
    assert_string_equal(number(99.995, 1), "100.0");
    assert_string_equal(number(NAN, 2), "not a number");
    assert_string_equal(number(INFINITY, 2), "out of range");
    assert_string_equal(number(-1e300, 0), "out of range");
}

/* --- ticks --- */

/* What a tick's text says, without separators. */
static double read_back(const char *text)
{
    char plain[64];
    size_t used = 0;
    for (; *text; text++)
        if (*text != ',') plain[used++] = *text;
    plain[used] = '\0';
    return strtod(plain, NULL);
}

static void assert_round_step(double step)
{
    double mantissa = step / pow(10, floor(log10(step) + 1e-9));
    assert_true(fabs(mantissa - 1) < 1e-6 || fabs(mantissa - 2) < 1e-6 ||
                fabs(mantissa - 5) < 1e-6);
}

static void check_ticks(double low, double high, size_t most, bool widen, double unit)
{
    pbr_svg_axis axis = {.low = low, .high = high, .widen = widen, .unit = unit};
    pbr_ticks ticks;
    pbr_ticks_set(&ticks, &axis, most);
    assert_true(ticks.count <= most);
    assert_true(axis.low <= low && axis.high >= high);
    assert_true(ticks.count >= (widen ? 2 : 1));
    double step = ticks.count > 1 ? ticks.values[1] - ticks.values[0] : 0;
    if (step > 0) assert_round_step(step / unit);
    for (size_t i = 0; i < ticks.count; i++) {
        assert_true(fabs(read_back(ticks.texts[i]) * unit - ticks.values[i]) <=
                    1e-9 * fmax(fabs(high), fabs(low)));
        assert_true(ticks.values[i] >= axis.low - step * 1e-6);
        assert_true(ticks.values[i] <= axis.high + step * 1e-6);
        if (i) assert_true(fabs(ticks.values[i] - ticks.values[i - 1] - step) < step * 1e-6);
    }
    if (!widen) return;
    assert_true(low - axis.low < step * (1 + 1e-6) && axis.high - high < step * (1 + 1e-6));
    assert_true(fabs(ticks.values[0] - axis.low) < step * 1e-6);
    assert_true(fabs(ticks.values[ticks.count - 1] - axis.high) < step * 1e-6);
}

static void ticks_are_round_and_hold_the_data(void **state)
{
    (void)state;
    uint64_t seed = 5;
    for (int i = 0; i < 5000; i++) {
        double size = pow(10, (double)between(&seed, -3, 9));
        double low = ((double)below(&seed, 2000000) / 1e6 - 1) * size;
        double high = low + ((double)below(&seed, 1000000) / 1e6 + 1e-3) * size;
        size_t most = (size_t)between(&seed, 3, PBR_TICKS_MOST);
        double unit = i % 3 == 0 ? 1000 : 1;
        if (high - low > 1e-5 * unit) check_ticks(low, high, most, i % 2, unit);
    }
}

static void a_range_without_width_still_has_an_axis(void **state)
{
    (void)state;
    static const double values[] = {0, 5, -1e6, 0.001};
    for (size_t i = 0; i < COUNT(values); i++) {
        pbr_svg_axis axis = {.low = values[i], .high = values[i], .widen = true};
        pbr_ticks ticks;
        pbr_ticks_set(&ticks, &axis, 6);
        assert_true(ticks.count >= 2 && axis.low < values[i] && axis.high > values[i]);
    }
    pbr_svg_axis nothing = {.low = INFINITY, .high = -INFINITY};
    pbr_ticks ticks;
    pbr_ticks_set(&ticks, &nothing, 6);
    assert_true(ticks.count >= 2);
}

static void money_ticks_have_sign_currency_and_unit(void **state)
{
    (void)state;
    pbr_svg_axis axis = {.low = -2100000, .high = 3900000, .widen = true};
    pbr_svg_money_axis(&axis, "£");
    pbr_ticks ticks;
    pbr_ticks_set(&ticks, &axis, 8);
    assert_int_equal(ticks.count, 8);
    assert_string_equal(ticks.texts[0], "-£3m");
    assert_string_equal(ticks.texts[3], "£0");
    assert_string_equal(ticks.texts[7], "£4m");
    axis = (pbr_svg_axis){.low = 0, .high = 1400000, .widen = true};
    pbr_svg_money_axis(&axis, "£");
    pbr_ticks_set(&ticks, &axis, 4);
    assert_string_equal(ticks.texts[0], "£0"); /* not "£0.0m" */
    assert_string_equal(ticks.texts[1], "£0.5m");
    axis = (pbr_svg_axis){.low = 0, .high = 950, .widen = true};
    pbr_svg_money_axis(&axis, "$");
    pbr_ticks_set(&ticks, &axis, 6);
    assert_string_equal(ticks.texts[1], "$200");
}

static void logarithmic_ticks_are_ones_twos_and_fives(void **state)
{
    (void)state;
    pbr_svg_axis axis = {.low = 50, .high = 20000, .logarithmic = true};
    pbr_ticks ticks;
    static const char *const all[] = {"50",    "100",   "200",    "500",   "1,000",
                                      "2,000", "5,000", "10,000", "20,000"};
    pbr_ticks_set(&ticks, &axis, 12);
    assert_int_equal(ticks.count, COUNT(all));
    for (size_t i = 0; i < COUNT(all); i++) assert_string_equal(ticks.texts[i], all[i]);
    pbr_ticks_set(&ticks, &axis, 4);
    assert_int_equal(ticks.count, 3);
    assert_string_equal(ticks.texts[0], "100");
}

/* --- pictures --- */

static char *picture;
static size_t picture_length;

static FILE *begin(void)
{
    free(picture);
    picture = NULL;
    return open_memstream(&picture, &picture_length);
}

static size_t occurrences(const char *word)
{
    size_t count = 0;
    for (const char *at = picture; (at = strstr(at, word)); at++) count++;
    return count;
}

static double attribute(const char *from, const char *name)
{
    const char *at = strstr(from, name);
    assert_non_null(at);
    return strtod(at + strlen(name), NULL);
}

struct box {
    double left, top, right, bottom;
};

/* Labels as they were written, with the width that the chart reckons with. */
static size_t labels(struct box *boxes, size_t room)
{
    size_t count = 0;
    for (const char *at = picture; (at = strstr(at, "<text class=\"h\"")); at++) {
        char text[64] = "";
        sscanf(strchr(at, '>') + 1, "%63[^<]", text);
        double x = attribute(at, " x=\""), y = attribute(at, " y=\"");
        assert_true(count < room);
        boxes[count++] = (struct box){x, y - 11, x + pbr_text_width(text), y + 3};
    }
    return count;
}

static pbr_svg_plan plan_of(unsigned width)
{
    return (pbr_svg_plan){.id = "c",
                          .title = "a <b> chart",
                          .description = "what \"it\" shows",
                          .width = width,
                          .height = 300,
                          .x = {.low = 0, .high = 5000, .title = "Size"},
                          .y = {.low = -7, .high = 3, .widen = true, .title = "Difference"}};
}

static void draw_cloud(unsigned width, uint64_t seed)
{
    pbr_svg_plan plan = plan_of(width);
    FILE *out = begin();
    pbr_svg *svg = pbr_svg_begin(out, &plan);
    pbr_svg_rule_y(svg, 0, "at the baseline");
    pbr_svg_rule_x(svg, 2500, "middle");
    double x[200], y[200];
    for (int i = 0; i < 200; i++) {
        x[i] = (double)below(&seed, 5001);
        y[i] = (double)below(&seed, 10001) / 1000 - 7;
        pbr_svg_mark(svg, (pbr_mark)(i % 6), (unsigned)i, x[i], y[i], "a & b");
    }
    for (int i = 0; i < 200; i++) pbr_svg_label(svg, x[i], y[i], "C10");
    pbr_svg_end(svg);
    fclose(out);
}

static void labels_lie_inside_and_off_each_other(void **state)
{
    (void)state;
    for (uint64_t seed = 1; seed <= 20; seed++) {
        unsigned width = seed % 2 ? PBR_SVG_WIDE : PBR_SVG_NARROW;
        struct box boxes[256];
        draw_cloud(width, seed);
        size_t count = labels(boxes, COUNT(boxes));
        assert_true(count > 10);
        assert_non_null(strstr(picture, ">at the baseline</text>"));
        for (size_t i = 0; i < count; i++) {
            assert_true(boxes[i].left >= 0 && boxes[i].right <= width && boxes[i].top >= 0);
            for (size_t k = 0; k < i; k++)
                assert_true(boxes[i].left >= boxes[k].right - 0.02 ||
                            boxes[k].left >= boxes[i].right - 0.02 ||
                            boxes[i].top >= boxes[k].bottom || boxes[k].top >= boxes[i].bottom);
        }
    }
}

static void the_same_chart_has_the_same_bytes(void **state)
{
    (void)state;
    draw_cloud(PBR_SVG_WIDE, 7);
    char *first = pbr_strdup(picture);
    draw_cloud(PBR_SVG_WIDE, 7);
    assert_string_equal(first, picture);
    assert_int_equal(occurrences("<title>a &amp; b</title>"), 200);
    assert_non_null(strstr(picture, "role=\"img\" aria-labelledby=\"c-t c-d\""));
    assert_non_null(strstr(picture, "<title id=\"c-t\">a &lt;b&gt; chart</title>"));
    assert_non_null(strstr(picture, "<desc id=\"c-d\">what &quot;it&quot; shows</desc>"));
    free(first);
}

/* y from -7 to 3 is made -8 to 4 wide, so that -2 lies in the middle; x is as it is. */
static void points_stand_where_their_values_say(void **state)
{
    (void)state;
    pbr_svg_plan plan = plan_of(PBR_SVG_WIDE);
    FILE *out = begin();
    pbr_svg *svg = pbr_svg_begin(out, &plan);
    double x[] = {0, 2500, 5000}, y[] = {-8, -2, 4};
    pbr_svg_line(svg, 8, x, y, 3);
    pbr_svg_end(svg);
    fclose(out);
    const char *frame = strstr(picture, "<rect class=\"e\"");
    double left = attribute(frame, " x=\""), top = attribute(frame, " y=\"");
    double width = attribute(frame, " width=\""), height = attribute(frame, " height=\"");
    double at[6];
    const char *line = strstr(picture, "<path class=\"l s2\" d=\"");
    assert_non_null(line);
    assert_int_equal(sscanf(strstr(line, "d=\"M") + 4, "%lf %lfL%lf %lfL%lf %lf", at, at + 1,
                            at + 2, at + 3, at + 4, at + 5),
                     6);
    assert_true(fabs(height - 300) < 0.01);
    assert_true(fabs(at[0] - left) < 0.02 && fabs(at[1] - (top + height)) < 0.02);
    assert_true(fabs(at[2] - (left + width / 2)) < 0.02 && fabs(at[3] - (top + height / 2)) < 0.02);
    assert_true(fabs(at[4] - (left + width)) < 0.02 && fabs(at[5] - top) < 0.02);
}

static void what_is_not_known_leaves_a_gap(void **state)
{
    (void)state;
    pbr_svg_plan plan = plan_of(PBR_SVG_NARROW);
    FILE *out = begin();
    pbr_svg *svg = pbr_svg_begin(out, &plan);
    double x[] = {0, 1000, 2000, 3000, 4000}, y[] = {1, 2, NAN, 2, 1};
    pbr_svg_line(svg, 0, x, y, 5);
    pbr_svg_end(svg);
    fclose(out);
    const char *path = strstr(picture, "<path class=\"l s0\" d=\"");
    const char *end = strchr(path, '>');
    size_t moves = 0, lines = 0;
    for (const char *at = path + 10; at < end; at++) {
        moves += *at == 'M';
        lines += *at == 'L';
    }
    assert_int_equal(moves, 2);
    assert_int_equal(lines, 2);
    assert_null(strstr(picture, "nan"));
}

/* Beside the rows on a wide picture, above the bars on a narrow one; a long one is cut. */
static void rows_of_words_are_named(void **state)
{
    (void)state;
    static const char *words[] = {"one",
                                  "two",
                                  "three",
                                  "four",
                                  "five",
                                  "six",
                                  "seven",
                                  "eight",
                                  "nine",
                                  "a name that is far too long to stand beside "
                                  "the bars of a chart, whatever its width"};
    for (int narrow = 0; narrow < 2; narrow++) {
        pbr_svg_plan plan = {.id = "r",
                             .title = "t",
                             .description = "d",
                             .width = narrow ? PBR_SVG_NARROW : PBR_SVG_WIDE,
                             .x = {.low = 0, .high = 10},
                             .y = {.words = words, .words_count = COUNT(words)}};
        FILE *out = begin();
        pbr_svg *svg = pbr_svg_begin(out, &plan);
        for (size_t i = 0; i < COUNT(words); i++)
            pbr_svg_bar(svg, 0, 0, (double)i, (double)i, 0, 0.5, NULL);
        pbr_svg_end(svg);
        fclose(out);
        assert_int_equal(occurrences("<text class=\"w\""), COUNT(words));
        assert_int_equal(occurrences("…</text>"), 1);
        assert_non_null(strstr(picture, narrow ? "text-anchor=\"start\" x=\"2\"" : ">one</text>"));
        assert_int_equal(occurrences("<rect class=\"q f s0\""), COUNT(words));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_are_grouped_and_rounded),
        cmocka_unit_test(ticks_are_round_and_hold_the_data),
        cmocka_unit_test(a_range_without_width_still_has_an_axis),
        cmocka_unit_test(money_ticks_have_sign_currency_and_unit),
        cmocka_unit_test(logarithmic_ticks_are_ones_twos_and_fives),
        cmocka_unit_test(labels_lie_inside_and_off_each_other),
        cmocka_unit_test(the_same_chart_has_the_same_bytes),
        cmocka_unit_test(points_stand_where_their_values_say),
        cmocka_unit_test(what_is_not_known_leaves_a_gap),
        cmocka_unit_test(rows_of_words_are_named),
    };
    int failed = cmocka_run_group_tests(tests, NULL, NULL);
    free(picture);
    return failed;
}
