/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/probe.h"

#include "settle/comparator.h"
#include "settle/test.h"

enum { NUMBERS = 6 };

static void numbers_of(pbr_result *result, mpq_ptr out[NUMBERS])
{
    mpq_ptr const all[NUMBERS] = {result->rate,  result->adjusted, result->adjustment,
                                  result->lower, result->upper,    result->change};
    for (int i = 0; i < NUMBERS; i++) out[i] = all[i];
}

void pbr_probe_open(pbr_probe *probe, const pbr_result *of)
{
    pbr_result shared = *of; /* its numbers are still those of the settlement */
    mpq_ptr own[NUMBERS], from[NUMBERS];
    *probe = (pbr_probe){.of = of, .result = *of};
    numbers_of(&probe->result, own);
    numbers_of(&shared, from);
    for (int i = 0; i < NUMBERS; i++) {
        mpq_init(own[i]);
        mpq_set(own[i], from[i]);
    }
    pbr_measure_init(&probe->measure, of->area, of->cohort);
    pbr_measure_sum(&probe->measure, of->measure);
    probe->result.measure = &probe->measure;
}

void pbr_probe_close(pbr_probe *probe)
{
    pbr_result_clear(&probe->result);
    pbr_measure_clear(&probe->measure);
}

const char *pbr_probe_unit(const pbr_result *result)
{
    switch (result->metric->kind) {
    case PBR_EVENTS_PER_REOFFENDER:
    case PBR_EVENTS_PER_100:
        return "reoffences";
    case PBR_DAYS_PER_PERSON:
        return "days";
    default:
        return "reoffenders";
    }
}

int64_t pbr_probe_events(const pbr_result *result)
{
    const pbr_measure *m = result->measure;
    switch (result->metric->kind) {
    case PBR_EVENTS_PER_REOFFENDER:
    case PBR_EVENTS_PER_100:
        return m->reoffences;
    case PBR_DAYS_PER_PERSON:
        return pbr_ratio_floor(m->days);
    default:
        return m->reoffenders;
    }
}

/* Reoffences over R reoffenders go from O to O'. The sum of squares less O squared over R, on which
 * their variance rests, is then the same. */
static void move_squares(pbr_measure *m, const pbr_measure *of)
{
    if (!of->has_squared || !m->reoffenders) return;
    mpz_t old, now;
    mpz_init_set_si(old, of->reoffences);
    mpz_init_set_si(now, m->reoffences);
    mpz_mul(old, old, old);
    mpz_mul(now, now, now);
    mpz_sub(mpq_numref(m->reoffences_squared), now, old);
    mpz_set_si(mpq_denref(m->reoffences_squared), m->reoffenders);
    mpq_canonicalize(m->reoffences_squared);
    mpq_add(m->reoffences_squared, m->reoffences_squared, of->reoffences_squared);
    mpz_clears(old, now, NULL);
}

static void move_events(pbr_probe *probe, int64_t more)
{
    pbr_measure *m = &probe->measure;
    const pbr_measure *of = probe->of->measure;
    switch (probe->of->metric->kind) {
    case PBR_EVENTS_PER_REOFFENDER:
    case PBR_EVENTS_PER_100:
        m->reoffences = of->reoffences + more;
        move_squares(m, of);
        break;
    case PBR_DAYS_PER_PERSON:
        pbr_ratio_set(m->days, more, 1);
        mpq_add(m->days, m->days, of->days);
        break;
    default:
        m->reoffenders = of->reoffenders + more;
    }
}

static void set_rate(pbr_probe *probe)
{
    const char *missing;
    pbr_result *r = &probe->result;
    r->has_rate = pbr_metric_rate(r->metric, r->measure, r->rate, &r->cases, &missing);
    mpq_add(r->adjusted, r->rate, r->adjustment);
}

/* Where everybody has as much more, every resampled mean is as much higher, and so are the limits:
 * there is no need to draw them again. */
static void move_limits(pbr_probe *probe)
{
    pbr_result *r = &probe->result;
    mpq_t more;
    mpq_init(more);
    mpq_sub(more, r->adjusted, probe->of->adjusted);
    mpq_add(r->lower, probe->of->lower, more);
    mpq_add(r->upper, probe->of->upper, more);
    mpq_clear(more);
}

void pbr_probe_move(pbr_probe *probe, int64_t more)
{
    move_events(probe, more);
    set_rate(probe);
    if (probe->result.line->test.kind != PBR_TEST_BOOTSTRAP) {
        pbr_result_judge(&probe->result);
        return;
    }
    move_limits(probe);
    pbr_result_compare(&probe->result);
}

static void scale_sum(mpq_t sum, const mpq_t of, const mpq_t factor, bool known)
{
    if (known) mpq_mul(sum, of, factor);
}

void pbr_probe_resize(pbr_probe *probe, int64_t persons, int64_t reoffenders)
{
    pbr_measure *m = &probe->measure;
    const pbr_measure *of = probe->of->measure;
    if (m->measurable != persons) {
        mpq_t factor;
        mpq_init(factor);
        pbr_ratio_set(factor, persons, of->measurable);
        scale_sum(m->ogrs_sum, of->ogrs_sum, factor, of->has_ogrs_sum);
        scale_sum(m->ogrs_squares, of->ogrs_squares, factor, of->has_ogrs_squares);
        scale_sum(m->ogrs_sum_reoffenders, of->ogrs_sum_reoffenders, factor,
                  of->has_ogrs_sum_reoffenders);
        mpq_clear(factor);
    }
    m->measurable = persons;
    m->reoffenders = reoffenders;
    set_rate(probe);
    pbr_result_judge(&probe->result);
}

/* Takes so many out of the top of the histogram. False if it is not known. */
static bool take_most(pbr_measure *m, const pbr_measure *of, int64_t reoffenders)
{
    int64_t left = reoffenders;
    mpq_t squares;
    mpq_init(squares);
    for (size_t k = of->histogram ? of->histogram_size : 0; k-- > 1 && left;) {
        int64_t taken = of->histogram[k] < left ? of->histogram[k] : left;
        left -= taken;
        m->reoffences -= taken * (int64_t)k;
        pbr_ratio_set(squares, (int64_t)(k * k), 1);
        pbr_ratio_scale(squares, taken, 1);
        if (m->has_squared) mpq_sub(m->reoffences_squared, m->reoffences_squared, squares);
    }
    mpq_clear(squares);
    return !left;
}

bool pbr_probe_leave_out(pbr_probe *probe, int64_t reoffenders)
{
    pbr_measure *m = &probe->measure;
    const pbr_measure *of = probe->of->measure;
    if (reoffenders >= of->reoffenders) return false;
    if (probe->of->metric->kind != PBR_RATE) {
        m->reoffences = of->reoffences;
        mpq_set(m->reoffences_squared, of->reoffences_squared);
        if (!take_most(m, of, reoffenders)) return false;
    }
    pbr_probe_resize(probe, of->measurable - reoffenders, of->reoffenders - reoffenders);
    return true;
}

/* Limits that stand still, or that move up with the rate: those of Wilson and of Clopper and
 * Pearson invert tests in which more events are always more, and a resampled mean moves with its
 * data. A width that is computed from the count may shrink faster than the rate grows. */
bool pbr_probe_is_monotone(const pbr_result *result)
{
    const pbr_test *test = &result->line->test;
    bool residual = test->kind == PBR_TEST_ONE_SAMPLE_Z && test->variance == PBR_RESIDUAL;
    return test->kind != PBR_TEST_TWO_SAMPLE_Z && !residual;
}
