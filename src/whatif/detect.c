/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/detect.h"

#include "settle/limits.h"
#include "settle/test.h"

#include <gsl/gsl_cdf.h>
#include <gsl/gsl_poly.h>
#include <gsl/gsl_randist.h>
#include <math.h>
#include <stdlib.h>

enum { SIZE_MAX_TRIED = 1000000, SMALL_SIZE = 50 };

/* --- exact: sums of the binomial distribution over the counts that the engine calls so --- */

void pbr_verdict_chances(const pbr_result *result, double p, double chances[PBR_NO_RESULT + 1])
{
    pbr_probe probe;
    int64_t n = result->measure->measurable;
    for (int i = 0; i <= PBR_NO_RESULT; i++) chances[i] = 0;
    pbr_probe_open(&probe, result);
    for (int64_t count = 0; count <= n; count++) {
        pbr_probe_resize(&probe, n, count);
        chances[probe.result.verdict] += gsl_ran_binomial_pdf((unsigned)count, p, (unsigned)n);
    }
    pbr_probe_close(&probe);
}

static bool is(pbr_detector *d, int64_t size, int64_t count, pbr_verdict verdict)
{
    pbr_probe_resize(&d->probe, size, count);
    return d->probe.result.verdict == verdict;
}

/* Between a count that has the verdict and one that has not, by halves: the last that has it. */
static int64_t last_that_is(pbr_detector *d, int64_t size, int64_t yes, int64_t no,
                            pbr_verdict verdict)
{
    while (yes - no > 1 || no - yes > 1) {
        int64_t low = yes < no ? yes : no, high = yes < no ? no : yes;
        int64_t middle = low + (high - low) / 2;
        if (is(d, size, middle, verdict))
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

/* The largest count that is better; -1: none is. */
static int64_t most_better(pbr_detector *d, int64_t size)
{
    return last_that_is(d, size, -1, size + 1, PBR_BETTER);
}

/* The smallest count that is worse; size + 1: none is. */
static int64_t least_worse(pbr_detector *d, int64_t size)
{
    return last_that_is(d, size, size + 1, -1, PBR_WORSE);
}

/* The same where that of a size larger by one is known. */
static int64_t next_better(pbr_detector *d, int64_t size, int64_t count)
{
    if (count > size) count = size;
    while (count >= 0 && !is(d, size, count, PBR_BETTER)) count--;
    while (count < size && is(d, size, count + 1, PBR_BETTER)) count++;
    return count;
}

/* At most so many events of a binomial distribution. */
static double at_most(int64_t count, double p, int64_t size)
{
    return count < 0 ? 0 : gsl_cdf_binomial_P((unsigned)count, p, (unsigned)size);
}

static double at_least(int64_t count, double p, int64_t size)
{
    if (count > size) return 0;
    return count < 1 ? 1 : gsl_cdf_binomial_Q((unsigned)count - 1, p, (unsigned)size);
}

/* --- normal --- */

static double width_at(const pbr_detector *d, double width, double size)
{
    return d->shrinks ? width / sqrt(size) : width;
}

/* The mean of so many cases is below the limit, its expectation lying the fall below what it is
 * compared with. */
static double normal_better(const pbr_detector *d, double size)
{
    double distance = d->fall - width_at(d, d->better_width, size);
    return gsl_cdf_ugaussian_P(distance * sqrt(size) / d->sd);
}

static double normal_worse(const pbr_detector *d, double size)
{
    double distance = d->fall + width_at(d, d->worse_width, size);
    return gsl_cdf_ugaussian_Q(distance * sqrt(size) / d->sd);
}

static bool is_too_small(const pbr_detector *d, int64_t size)
{
    return size < (int64_t)d->of->line->test.minimum_cohort;
}

double pbr_detector_better(pbr_detector *d, int64_t size)
{
    if (size < 1 || is_too_small(d, size)) return 0;
    if (d->how == PBR_POWER_NORMAL) return normal_better(d, (double)size);
    return at_most(most_better(d, size), d->chance, size);
}

double pbr_detector_worse(pbr_detector *d, int64_t size)
{
    if (size < 1 || is_too_small(d, size)) return 0;
    if (d->how == PBR_POWER_NORMAL) return normal_worse(d, (double)size);
    return at_least(least_worse(d, size), d->chance, size);
}

/* --- what it rests on --- */

/* The cohort's own spread is nearest to how its counts would vary again. */
static double sd_of(const pbr_result *r)
{
    const pbr_measure *m = r->measure;
    if (m->has_squared && r->cases > 1)
        return pbr_sample_sd((double)r->cases, (double)m->reoffences,
                             mpq_get_d(m->reoffences_squared));
    return r->baseline->has_sd ? mpq_get_d(r->baseline->sd) : 0;
}

const char *pbr_detector_lacks(const pbr_result *r)
{
    if (r->metric->kind != PBR_RATE && r->metric->kind != PBR_EVENTS_PER_REOFFENDER)
        return "power is told of rates, and of reoffences of each reoffender";
    if (!r->has_rate || !r->has_limits) return "it has no limits";
    if (r->metric->kind == PBR_EVENTS_PER_REOFFENDER && !(sd_of(r) > 0))
        return "neither the cohort nor what it is compared with has a standard deviation";
    return NULL;
}

static void set_normal(pbr_detector *d)
{
    const pbr_result *r = d->of;
    double centre = mpq_get_d(r->around_cohort ? r->adjusted : r->baseline->rate);
    double below = centre - mpq_get_d(r->lower), above = mpq_get_d(r->upper) - centre;
    /* a baseline above all limits around the cohort means that the cohort is better */
    d->better_width = r->around_cohort ? above : below;
    d->worse_width = r->around_cohort ? below : above;
    d->shrinks =
        r->line->test.kind == PBR_TEST_NORMAL_MEAN || r->line->test.kind == PBR_TEST_BOOTSTRAP;
    if (d->shrinks) d->better_width *= sqrt((double)r->cases);
    if (d->shrinks) d->worse_width *= sqrt((double)r->cases);
    d->sd = sd_of(r);
}

const char *pbr_detector_open(pbr_detector *d, const pbr_result *of, double fall)
{
    double expected = mpq_get_d(of->baseline->rate) - fall;
    *d = (pbr_detector){.of = of, .fall = fall};
    pbr_probe_open(&d->probe, of);
    if (of->metric->kind == PBR_EVENTS_PER_REOFFENDER) {
        d->how = PBR_POWER_NORMAL;
        set_normal(d);
        return expected < 1 ? "a reoffender has at least one reoffence" : NULL;
    }
    d->how = PBR_POWER_EXACT;
    d->chance = (expected - mpq_get_d(of->adjustment)) / 100;
    if (d->chance < 0) return "fewer than nobody would reoffend";
    return d->chance > 1 ? "more than everybody would reoffend" : NULL;
}

void pbr_detector_close(pbr_detector *d)
{
    pbr_probe_close(&d->probe);
}

/* --- sizes --- */

/* The half width of a rate's test is the root of fixed + each / n, as fractions. */
struct width {
    double fixed, each;
};

static struct width width_of(const pbr_detector *d)
{
    const pbr_result *r = d->of;
    const pbr_test *test = &r->line->test;
    double z = pbr_z(strtod(test->level, NULL), test->sides);
    double p0 = mpq_get_d(r->baseline->rate) / 100, p1 = p0 - d->fall / 100;
    double own = (mpq_get_d(r->baseline->rate) - mpq_get_d(r->lower)) / 100;
    double before = p0 * (1 - p0) * z * z, after = p1 * (1 - p1) * z * z;
    if (test->kind == PBR_TEST_ONE_SAMPLE_Z && test->variance == PBR_RESIDUAL)
        return (struct width){0, own * own * (double)r->cases};
    if (test->kind != PBR_TEST_TWO_SAMPLE_Z) return (struct width){0, before};
    return (struct width){before / (double)r->baseline->cases,
                          test->variance == PBR_POOLED ? before : after};
}

/* n where fall - root(fixed + each/n) is as many standard errors as the chance asks for. With
 * s = 1 / root(n), without `fixed`, that is s = fall / (z_a sd0 + z_b sd1): Fleiss, Statistical
 * Methods for Rates and Proportions, ch. 4; else (fall - z sd s)^2 = fixed + each s^2. */
static double size_of(double fall, double z, double sd, struct width width)
{
    double roots[2] = {0, 0}, s = 0;
    int count = 0;
    if (width.fixed > 0)
        count = gsl_poly_solve_quadratic(z * z * sd * sd - width.each, -2 * fall * z * sd,
                                         fall * fall - width.fixed, &roots[0], &roots[1]);
    else
        s = fall / (sqrt(width.each) + z * sd);
    for (int i = count - 1; i >= 0; i--)
        if (roots[i] > 0 && fall - z * sd * roots[i] >= 0) s = roots[i];
    return s > 0 ? 1 / (s * s) : 0;
}

static bool is_computed(const pbr_test *test)
{
    return test->kind == PBR_TEST_ONE_SAMPLE_Z || test->kind == PBR_TEST_TWO_SAMPLE_Z ||
           test->kind == PBR_TEST_WILSON || test->kind == PBR_TEST_CLOPPER_PEARSON;
}

double pbr_detector_size_normal(const pbr_detector *d, double wanted)
{
    double z = gsl_cdf_ugaussian_Pinv(wanted), sd = d->sd, fall = d->fall;
    struct width width = {0, d->better_width * d->better_width};
    if (d->how == PBR_POWER_NORMAL && d->shrinks) return size_of(fall, z, sd, width);
    if (d->how == PBR_POWER_NORMAL)
        return size_of(fall - d->better_width, z, sd, (struct width){0, 0});
    sd = sqrt(d->chance * (1 - d->chance));
    fall /= 100;
    if (is_computed(&d->of->line->test)) return size_of(fall, z, sd, width_of(d));
    double limit = (mpq_get_d(d->of->baseline->rate) - mpq_get_d(d->of->lower)) / 100;
    return size_of(fall - limit, z, sd, (struct width){0, 0});
}

static bool has_it(pbr_detector *d, int64_t size, double wanted)
{
    return pbr_detector_better(d, size) >= wanted;
}

/* Between a size that has not the chance and one that has; between other teeth there may be more
 * such places. */
static int64_t crossing(pbr_detector *d, double wanted, int64_t yes)
{
    int64_t no = 0;
    while (yes - no > 1) {
        int64_t middle = no + (yes - no) / 2;
        if (has_it(d, middle, wanted))
            yes = middle;
        else
            no = middle;
    }
    return yes;
}

/* The first size below `from` that has it not, plus one. */
static int64_t last_tooth(pbr_detector *d, double wanted, int64_t from)
{
    int64_t size = from, count = d->how == PBR_POWER_EXACT ? most_better(d, from) : 0;
    for (; size > 1; size--) {
        bool enough;
        if (d->how == PBR_POWER_EXACT) {
            count = next_better(d, size - 1, count);
            enough = !is_too_small(d, size - 1) && at_most(count, d->chance, size - 1) >= wanted;
        } else
            enough = has_it(d, size - 1, wanted);
        if (!enough) break;
    }
    return size;
}

int64_t pbr_detector_size(pbr_detector *d, double wanted)
{
    double about = 2 * pbr_detector_size_normal(d, wanted) + SMALL_SIZE;
    int64_t top = about > SMALL_SIZE && about < SIZE_MAX_TRIED ? (int64_t)about : SIZE_MAX_TRIED;
    if (!has_it(d, top, wanted)) top = SIZE_MAX_TRIED;
    if (!has_it(d, top, wanted)) return 0;
    int64_t size = crossing(d, wanted, top);
    int64_t from = size + size / 10 + SMALL_SIZE;
    return last_tooth(d, wanted, from < top ? from : top);
}
