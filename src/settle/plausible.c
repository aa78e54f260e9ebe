/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/plausible.h"

#include <inttypes.h>

struct survey {
    pbr_cases *cases;
    const pbr_contract *contract;
    const pbr_measures *measures;
    pbr_date as_at;
    const pbr_earlier_run *runs;
    size_t runs_count;
};

static const pbr_cohort *cohort_of(const struct survey *s, const pbr_measure *measure)
{
    return &s->contract->cohorts[measure->cohort];
}

static const char *area_of(const struct survey *s, const pbr_measure *measure)
{
    return s->contract->areas[measure->area].code;
}

/* --- the mean score --- */

/* The distance of the mean of n scores from a reference, in standard errors, squared: n d^2 / s^2,
 * where s^2 = (sum of squares - sum^2 / n) / (n - 1). False where all scores are alike. */
static bool distance_squared(const pbr_measure *m, const mpq_t reference, mpq_t out)
{
    mpq_t variance;
    mpq_init(variance);
    mpq_mul(variance, m->ogrs_sum, m->ogrs_sum);
    pbr_ratio_scale(variance, 1, m->measurable);
    mpq_sub(variance, m->ogrs_squares, variance);
    pbr_ratio_scale(variance, 1, m->measurable - 1);
    bool spread = mpq_sgn(variance) > 0;
    mpq_set(out, m->ogrs_sum);
    pbr_ratio_scale(out, 1, m->measurable);
    mpq_sub(out, out, reference);
    mpq_mul(out, out, out);
    pbr_ratio_scale(out, m->measurable, 1);
    if (spread) mpq_div(out, out, variance);
    mpq_clear(variance);
    return spread;
}

static bool is_far(const struct survey *s, const mpq_t squared)
{
    mpq_t threshold;
    mpq_init(threshold);
    pbr_contract_threshold(s->contract, PBR_CHECK_SCORE_MEAN, threshold);
    mpq_mul(threshold, threshold, threshold);
    bool far = mpq_cmp(squared, threshold) > 0;
    mpq_clear(threshold);
    return far;
}

/* The square root with one decimal, rounded down: for a message, nothing is decided by it. */
static void set_root(mpq_t value)
{
    pbr_ratio_scale(value, 100, 1);
    mpz_tdiv_q(mpq_numref(value), mpq_numref(value), mpq_denref(value));
    mpz_sqrt(mpq_numref(value), mpq_numref(value));
    mpz_set_ui(mpq_denref(value), 10);
    mpq_canonicalize(value);
}

static void tell_mean(const struct survey *s, const pbr_measure *m, const mpq_t reference,
                      mpq_t squared)
{
    char mean[PBR_RATIO_TEXT], wanted[PBR_RATIO_TEXT], errors[PBR_RATIO_TEXT];
    mpq_t ratio;
    mpq_init(ratio);
    mpq_set(ratio, m->ogrs_sum);
    pbr_ratio_scale(ratio, 1, m->measurable);
    set_root(squared);
    pbr_cases_add(
        s->cases, PBR_CHECK_SCORE_MEAN, m->area, m->cohort, 1,
        "area %s, cohort %s: the mean score of %" PRId64
        " persons is %s, %s standard errors from the baseline's %s: is it the same score?",
        area_of(s, m), cohort_of(s, m)->name, m->measurable, pbr_ratio_text(mean, ratio, 2),
        pbr_ratio_text(errors, squared, 1), pbr_ratio_text(wanted, reference, 2));
    mpq_clear(ratio);
}

/* The first metric of the area and cohort that is adjusted by a tabled mean. */
static bool reference_of(const struct survey *s, const pbr_rules *rules, const pbr_measure *m,
                         mpq_t reference)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        const pbr_metric *metric = line->metric && line->period == cohort_of(s, m)->kind
                                       ? pbr_terms_metric(rules->terms, line->metric)
                                       : NULL;
        if (metric && metric->adjust == PBR_SCORE_DIFFERENCE &&
            metric->compare_with == PBR_WITH_BASELINE &&
            pbr_contract_reference(s->contract, m->area, cohort_of(s, m), metric, reference))
            return true;
    }
    return false;
}

static void judge_mean(const struct survey *s, const pbr_rules *rules, const pbr_measure *m)
{
    mpq_t reference, squared;
    if (m->measurable < 2 || !m->has_ogrs_sum || !m->has_ogrs_squares) return;
    mpq_inits(reference, squared, NULL);
    if (reference_of(s, rules, m, reference)) {
        pbr_cases_looked(s->cases, PBR_CHECK_SCORE_MEAN, m->cohort, 1);
        if (distance_squared(m, reference, squared) && is_far(s, squared))
            tell_mean(s, m, reference, squared);
    }
    mpq_clears(reference, squared, NULL);
}

/* --- how many are counted --- */

/* Counts of persons scatter as Poisson's do at most: two of them differ by chance by less than
 * three times the root of their sum. */
static bool is_chance(int64_t a, int64_t b)
{
    enum { ERRORS = 3 };
    __int128 apart = (__int128)a - b;
    return apart * apart <= (__int128)ERRORS * ERRORS * ((__int128)a + b);
}

static void judge_size(const struct survey *s, const pbr_measure *m, int64_t last,
                       const char *where)
{
    int64_t apart = m->eligible > last ? m->eligible - last : last - m->eligible;
    pbr_cases_looked(s->cases, PBR_CHECK_COHORT_SIZE, m->cohort, 1);
    if (is_chance(m->eligible, last) ||
        !pbr_contract_share_above(s->contract, PBR_CHECK_COHORT_SIZE, apart, last))
        return;
    pbr_cases_add(s->cases, PBR_CHECK_COHORT_SIZE, m->area, m->cohort, 1,
                  "area %s, cohort %s: %" PRId64 " persons, where %s had %" PRId64
                  ": is a part of the extract missing, or in it twice?",
                  area_of(s, m), cohort_of(s, m)->name, m->eligible, where, last);
}

/* Starts may still come into a cohort that is not over; a year that lacks a quarter was never
 * settled, and says nothing of how many persons it has. */
static bool is_formed(const struct survey *s, const pbr_measure *m)
{
    return m->complete && !m->control &&
           (m->snapshot == PBR_NO_DATE || cohort_of(s, m)->to <= m->snapshot);
}

/* The first and the last year of a scheme may be cut short. */
static bool is_as_long(const pbr_cohort *a, const pbr_cohort *b)
{
    pbr_date one = a->to - a->from, other = b->to - b->from;
    return 10 * one <= 11 * other && 10 * other <= 11 * one;
}

/* Of the same area and kind and about as long, the one that ended last before this one began. */
static const pbr_measure *cohort_before(const struct survey *s, const pbr_measures *among,
                                        const pbr_measure *m)
{
    const pbr_measure *last = NULL;
    const pbr_cohort *cohort = cohort_of(s, m);
    for (size_t i = 0; i < among->measures_count; i++) {
        const pbr_measure *other = &among->measures[i];
        const pbr_cohort *its = cohort_of(s, other);
        if (other->area != m->area || its->kind != cohort->kind || its->to > cohort->from ||
            !is_as_long(its, cohort) || !is_formed(s, other))
            continue;
        if (!last || cohort_of(s, last)->to < its->to) last = other;
    }
    return last;
}

static void judge_against_last(const struct survey *s, const pbr_measure *m)
{
    const pbr_measure *last = cohort_before(s, s->measures, m);
    for (size_t i = s->runs_count; !last && i-- > 0;)
        if (s->runs[i].measures) last = cohort_before(s, s->runs[i].measures, m);
    if (last) judge_size(s, m, last->eligible, cohort_of(s, last)->name);
}

static void judge_against_runs(const struct survey *s, const pbr_measure *m)
{
    for (size_t i = s->runs_count; i-- > 0;) {
        const pbr_measures *measures = s->runs[i].measures;
        const pbr_measure *then =
            measures ? pbr_measures_find(measures, m->area, m->cohort, false) : NULL;
        if (!then || !is_formed(s, then)) continue;
        judge_size(s, m, then->eligible,
                   pbr_arena_printf(s->cases->arena, "settlement %s", s->runs[i].id));
        return;
    }
}

/* --- what they did --- */

/* Does anything that is settled of the cohort count reoffences? */
static bool counts_reoffences(const struct survey *s, const pbr_rules *rules, const pbr_measure *m)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        const pbr_metric *metric =
            line->metric ? pbr_terms_metric(rules->terms, line->metric) : NULL;
        if (metric && line->period == cohort_of(s, m)->kind && metric->kind != PBR_DAYS_PER_PERSON)
            return true;
    }
    return false;
}

static void judge_share(const struct survey *s, const pbr_rules *rules, const pbr_measure *m)
{
    if (!m->ripe || !counts_reoffences(s, rules, m) ||
        !pbr_contract_count_above(s->contract, PBR_CHECK_REOFFENDER_SHARE, m->measurable))
        return;
    pbr_cases_looked(s->cases, PBR_CHECK_REOFFENDER_SHARE, m->cohort, 1);
    if (m->reoffenders && m->reoffenders != m->measurable) return;
    pbr_cases_add(
        s->cases, PBR_CHECK_REOFFENDER_SHARE, m->area, m->cohort, 1,
        "area %s, cohort %s%s: %s of %" PRId64
        " measurable persons reoffended: do the ids of the two extracts match, and is the "
        "extract of reoffences whole?",
        area_of(s, m), cohort_of(s, m)->name, m->control ? ", control group" : "",
        m->reoffenders ? "every one" : "none", m->measurable);
}

static void judge_reoffences(const struct survey *s, const pbr_measure *m)
{
    int64_t count = 0;
    size_t most = 0;
    if (!m->histogram) return;
    pbr_cases_looked(s->cases, PBR_CHECK_MANY_REOFFENCES, m->cohort, m->reoffenders);
    for (size_t k = m->histogram_size; k-- > 0;) {
        if (!m->histogram[k]) continue;
        if (!pbr_contract_count_above(s->contract, PBR_CHECK_MANY_REOFFENCES, (int64_t)k)) break;
        if (!most) most = k;
        count += m->histogram[k];
    }
    if (count)
        pbr_cases_add(s->cases, PBR_CHECK_MANY_REOFFENCES, m->area, m->cohort, count,
                      "area %s, cohort %s: %" PRId64 " person%s up to %zu reoffences counted: does "
                      "one id stand for many, or a row for one offence many times?",
                      area_of(s, m), cohort_of(s, m)->name, count, count == 1 ? " has" : "s have",
                      most);
}

void pbr_plausible(pbr_cases *cases, const pbr_contract *contract, const pbr_measures *measures,
                   pbr_date as_at, const pbr_earlier_run *runs, size_t count)
{
    struct survey s = {cases, contract, measures, as_at, runs, count};
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *m = &measures->measures[i];
        const pbr_rules *rules = pbr_contract_rules(contract, m->area, m->cohort, as_at);
        if (!rules || !m->complete) continue;
        if (!m->control) judge_mean(&s, rules, m);
        if (is_formed(&s, m)) {
            judge_against_last(&s, m);
            judge_against_runs(&s, m);
        }
        judge_share(&s, rules, m);
        judge_reoffences(&s, m);
    }
}
