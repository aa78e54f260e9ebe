/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/chances.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

enum { TILT_STEPS = 200 };
static const double TILT_ENOUGH = 1e-13; /* of the mean */
static const double RARE = 1e-20; /* of all that is more frequent: far below what a draw can meet */

/* --- making --- */

static void make_room(pbr_chances *chances, size_t size, pbr_arena *arena)
{
    *chances = (pbr_chances){
        .values = pbr_arena_alloc(arena, (size + 1) * sizeof *chances->values),
        .chances = pbr_arena_alloc(arena, (size + 1) * sizeof *chances->chances),
        .given = pbr_arena_alloc(arena, (size + 1) * sizeof *chances->given),
    };
}

static void add_value(pbr_chances *chances, int64_t value, double weight)
{
    chances->values[chances->size] = value;
    chances->chances[chances->size++] = weight;
}

static void make_whole(pbr_chances *chances)
{
    double sum = 0;
    for (size_t i = 0; i < chances->size; i++) sum += chances->chances[i];
    for (size_t i = 0; i < chances->size; i++) chances->chances[i] /= sum;
}

void pbr_chances_of_histogram(pbr_chances *chances, const int64_t *histogram, size_t size,
                              pbr_arena *arena)
{
    make_room(chances, size, arena);
    for (size_t k = 0; k < size; k++)
        if (histogram[k] > 0) add_value(chances, (int64_t)k, (double)histogram[k]);
    make_whole(chances);
    pbr_chances_order(chances);
}

static double further_chance(int64_t k, double mean, double size)
{
    if (size == 0) return gsl_ran_poisson_pdf((unsigned)k, mean);
    return gsl_ran_negative_binomial_pdf((unsigned)k, size / (size + mean), size);
}

/* How many values have a chance worth a place: beyond the mean they only become rarer. */
static int64_t values_worth(double mean, double size)
{
    int64_t k = 0;
    double sum = 0, chance;
    do {
        chance = further_chance(k++, mean, size);
        sum += chance;
    } while ((double)k <= mean || chance > RARE * sum);
    return k;
}

void pbr_chances_of_negative_binomial(pbr_chances *chances, double mean, double size,
                                      pbr_arena *arena)
{
    double further = mean - 1;
    int64_t count = further > 0 ? values_worth(further, size) : 1;
    make_room(chances, (size_t)count, arena);
    for (int64_t k = 0; k < count; k++) {
        double chance = further > 0 ? further_chance(k, further, size) : 1;
        if (chance > 0) add_value(chances, k + 1, chance);
    }
    make_whole(chances);
    pbr_chances_order(chances);
}

/* --- tilting --- */

double pbr_chances_mean(const pbr_chances *chances)
{
    double mean = 0;
    for (size_t i = 0; i < chances->size; i++)
        mean += chances->chances[i] * (double)chances->values[i];
    return mean;
}

void pbr_chances_ends(const pbr_chances *chances, double *least, double *most)
{
    int64_t low = INT64_MAX, high = INT64_MIN;
    for (size_t i = 0; i < chances->size; i++) {
        if (chances->values[i] < low) low = chances->values[i];
        if (chances->values[i] > high) high = chances->values[i];
    }
    *least = (double)low;
    *most = (double)high;
}

bool pbr_chances_reach(const pbr_chances *chances, double mean)
{
    if (!chances->size) return false;
    double least, most;
    pbr_chances_ends(chances, &least, &most);
    return least == most ? mean == least : mean > least && mean < most;
}

/* Mean and variance under a tilt. Exponents are taken from the end that weighs most, so that none
 * overflows. */
static void moments(const pbr_chances *chances, double theta, double end, double *mean,
                    double *variance)
{
    double sum = 0, first = 0, second = 0;
    for (size_t i = 0; i < chances->size; i++) {
        double from_end = (double)chances->values[i] - end;
        double weight = chances->chances[i] * exp(theta * from_end);
        sum += weight;
        first += weight * from_end;
        second += weight * from_end * from_end;
    }
    *mean = end + first / sum;
    *variance = second / sum - first / sum * (first / sum);
}

static double between(double low, double high)
{
    if (isinf(low)) return high - 1 - fabs(high);
    if (isinf(high)) return low + 1 + fabs(low);
    return low + (high - low) / 2;
}

/* The mean rises with theta, and its derivative is the variance: Newton's steps, kept between what
 * is known to be too low and too high. */
double pbr_chances_tilt(const pbr_chances *chances, double mean, double begin)
{
    double low = -INFINITY, high = INFINITY, theta = begin, now, variance;
    double least, most;
    pbr_chances_ends(chances, &least, &most);
    if (least == most) return 0;
    for (int i = 0; i < TILT_STEPS; i++) {
        moments(chances, theta, theta > 0 ? most : least, &now, &variance);
        if (fabs(now - mean) <= TILT_ENOUGH * fabs(mean)) break;
        if (now < mean)
            low = theta;
        else
            high = theta;
        theta += (mean - now) / variance;
        if (!(theta > low && theta < high)) theta = between(low, high);
    }
    return theta;
}

static void set_given(pbr_chances *chances)
{
    double rest = 0;
    for (size_t i = chances->size; i-- > 0;) {
        rest += chances->chances[i];
        chances->given[i] = rest > 0 ? chances->chances[i] / rest : 1;
    }
}

void pbr_chances_apply(const pbr_chances *chances, double theta, pbr_chances *out)
{
    double least, most;
    pbr_chances_ends(chances, &least, &most);
    double end = theta > 0 ? most : least;
    for (size_t i = 0; i < chances->size; i++) {
        out->values[i] = chances->values[i];
        out->chances[i] = chances->chances[i] * exp(theta * ((double)chances->values[i] - end));
    }
    out->size = chances->size;
    make_whole(out);
    set_given(out);
}

struct pair {
    int64_t value;
    double chance;
};

static int by_chance(const void *left, const void *right)
{
    const struct pair *a = left, *b = right;
    if (a->chance != b->chance) return a->chance > b->chance ? -1 : 1;
    return a->value < b->value ? -1 : a->value > b->value;
}

void pbr_chances_order(pbr_chances *chances)
{
    struct pair *pairs = pbr_alloc(chances->size + 1, sizeof *pairs);
    for (size_t i = 0; i < chances->size; i++)
        pairs[i] = (struct pair){chances->values[i], chances->chances[i]};
    qsort(pairs, chances->size, sizeof *pairs, by_chance);
    for (size_t i = 0; i < chances->size; i++) {
        chances->values[i] = pairs[i].value;
        chances->chances[i] = pairs[i].chance;
    }
    free(pairs);
    set_given(chances);
}

/* --- drawing --- */

void pbr_chances_draw(const pbr_chances *chances, const gsl_rng *rng, pbr_drawn *drawn)
{
    int64_t left = drawn->reoffenders;
    drawn->reoffences = drawn->squares = 0;
    for (size_t i = 0; left && i < chances->size; i++) {
        bool last = i + 1 == chances->size;
        int64_t value = chances->values[i];
        int64_t some =
            last ? left : (int64_t)gsl_ran_binomial(rng, chances->given[i], (unsigned)left);
        left -= some;
        drawn->reoffences += some * value;
        drawn->squares += some * value * value;
        if (drawn->histogram) drawn->histogram[value] += some;
    }
}
