/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/svg_ticks.h"

#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MOST = 9 };
static const double LARGEST = 1e15;

/* --- numbers --- */

static size_t group_digits(char *out, uint64_t whole)
{
    char digits[24];
    size_t count = (size_t)snprintf(digits, sizeof digits, "%" PRIu64, whole), used = 0;
    for (size_t i = 0; i < count; i++) {
        if (i && (count - i) % 3 == 0) out[used++] = ',';
        out[used++] = digits[i];
    }
    return used;
}

char *pbr_number_text(char out[PBR_NUMBER_TEXT], double value, int decimals)
{
    uint64_t scale = 1;
    for (int i = 0; i < decimals && i < DECIMALS_MOST; i++) scale *= 10;
    double size = fabs(value) * (double)scale;
    if (isnan(value) || size >= LARGEST) {
        snprintf(out, PBR_NUMBER_TEXT, "%s", isnan(value) ? "not a number" : "out of range");
        return out;
    }
    uint64_t parts = (uint64_t)llround(size), part = parts % scale;
    size_t used = 0;
    if (value < 0 && parts) out[used++] = '-';
    used += group_digits(out + used, parts / scale);
    if (scale > 1) out[used++] = '.';
    for (uint64_t place = scale / 10; place; place /= 10)
        out[used++] = (char)('0' + part / place % 10);
    out[used] = '\0';
    return out;
}

/* The sign goes before the currency: "-£2m"; nothing is no number of millions: "£0". */
static void tick_text(char *out, size_t room, const pbr_svg_axis *axis, double value, int decimals)
{
    char number[PBR_NUMBER_TEXT];
    pbr_number_text(number, value, decimals);
    bool negative = *number == '-', nothing = value == 0 && axis->prefix;
    if (nothing) strcpy(number, "0");
    snprintf(out, room, "%s%s%s%s", negative ? "-" : "", axis->prefix ? axis->prefix : "",
             number + negative, axis->suffix && !nothing ? axis->suffix : "");
}

void pbr_svg_money_axis(pbr_svg_axis *axis, const char *prefix)
{
    static const struct {
        double unit;
        const char *suffix;
    } units[] = {{1e9, "bn"}, {1e6, "m"}, {1e3, "k"}};
    double size = fmax(fabs(axis->low), fabs(axis->high));
    axis->prefix = prefix;
    for (size_t i = 0; i < sizeof units / sizeof *units; i++) {
        if (size < units[i].unit) continue;
        axis->unit = units[i].unit;
        axis->suffix = units[i].suffix;
        return;
    }
}

/* --- ticks --- */

/* mantissa * 10^exponent; a division by a power of ten is rounded once. */
struct step {
    int mantissa, exponent;
};

static double times_ten(double value, int exponent)
{
    double power = 1;
    for (int i = 0; i < abs(exponent); i++) power *= 10;
    return exponent < 0 ? value / power : value * power;
}

static double at_step(struct step step, double index)
{
    return times_ten(index * step.mantissa, step.exponent);
}

static struct step larger(struct step step)
{
    if (step.mantissa == 1) return (struct step){2, step.exponent};
    if (step.mantissa == 2) return (struct step){5, step.exponent};
    return (struct step){1, step.exponent + 1};
}

/* Ends that are a tick but for the last binary digits count as one. */
static double first_index(double low, struct step step)
{
    return ceil(low / at_step(step, 1) - 1e-9);
}

static double last_index(double high, struct step step)
{
    return floor(high / at_step(step, 1) + 1e-9);
}

static struct step step_for(double low, double high, size_t most, bool widen)
{
    struct step step = {1, (int)floor(log10(high - low)) - 3};
    for (;; step = larger(step)) {
        double first = widen ? last_index(low, step) : first_index(low, step);
        double last = widen ? first_index(high, step) : last_index(high, step);
        if (last - first + 1 <= (double)most) return step;
    }
}

static void add_tick(pbr_ticks *ticks, const pbr_svg_axis *axis, double in_units, double unit,
                     int decimals)
{
    if (ticks->count == PBR_TICKS_MOST) return;
    ticks->values[ticks->count] = in_units * unit;
    tick_text(ticks->texts[ticks->count++], sizeof *ticks->texts, axis, in_units, decimals);
}

static void linear_ticks(pbr_ticks *ticks, pbr_svg_axis *axis, size_t most)
{
    double unit = axis->unit > 0 ? axis->unit : 1;
    double low = axis->low / unit, high = axis->high / unit;
    struct step step = step_for(low, high, most, axis->widen);
    if (axis->widen) {
        low = at_step(step, last_index(low, step));
        high = at_step(step, first_index(high, step));
        axis->low = low * unit;
        axis->high = high * unit;
    }
    int decimals = step.exponent < 0 ? -step.exponent : 0;
    double first = first_index(low, step);
    int more = (int)(last_index(high, step) - first);
    for (int i = 0; i <= more; i++) add_tick(ticks, axis, at_step(step, first + i), unit, decimals);
}

static void logarithmic_ticks(pbr_ticks *ticks, const pbr_svg_axis *axis, size_t most)
{
    struct step step = {1, (int)floor(log10(axis->low)) - 1};
    double decades = log10(axis->high / axis->low);
    bool all = 3 * decades <= (double)most;
    for (; at_step(step, 1) <= axis->high * (1 + 1e-9); step = larger(step))
        if (at_step(step, 1) >= axis->low * (1 - 1e-9) && (all || step.mantissa == 1))
            add_tick(ticks, axis, at_step(step, 1), 1, step.exponent < 0 ? -step.exponent : 0);
}

/* One value, or none that can be shown, still has an axis. */
static void make_sound(pbr_svg_axis *axis)
{
    if (!isfinite(axis->low) || !isfinite(axis->high)) axis->low = axis->high = 0;
    if (axis->high - axis->low > fabs(axis->high) * 1e-9) return;
    double around = fmax(fabs(axis->high) * 0.1, axis->unit > 0 ? axis->unit : 1);
    axis->low -= axis->logarithmic ? axis->low / 2 : around;
    axis->high += around;
}

void pbr_ticks_set(pbr_ticks *ticks, pbr_svg_axis *axis, size_t most)
{
    ticks->count = 0;
    make_sound(axis);
    if (most > PBR_TICKS_MOST) most = PBR_TICKS_MOST;
    if (most < 3) most = 3;
    if (axis->logarithmic)
        logarithmic_ticks(ticks, axis, most);
    else
        linear_ticks(ticks, axis, most);
}

/* --- widths --- */

static double character_width(unsigned char c)
{
    if (c >= 0xE1) return 1.0; /* three or four bytes: most of them as wide as high */
    if (c >= 'A' && c <= 'Z') return 0.72;
    if (c == 'm' || c == 'w' || c == '%' || c == '@') return 0.95;
    if (strchr("ijlft.,:;'| -()[]/", c)) return 0.4;
    return 0.64;
}

double pbr_text_width(const char *text)
{
    double em = 0;
    for (const char *at = text; *at; at++)
        if (((unsigned char)*at & 0xC0) != 0x80) em += character_width((unsigned char)*at);
    return em * PBR_FONT;
}

double pbr_ticks_width(const pbr_ticks *ticks)
{
    double widest = 0;
    for (size_t i = 0; i < ticks->count; i++)
        widest = fmax(widest, pbr_text_width(ticks->texts[i]));
    return widest;
}
