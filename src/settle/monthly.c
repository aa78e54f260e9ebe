/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Lines that are paid by the month: fees in instalments, reconciliation of volumes, service
 * credits. Their annual price is that of the contract year; where terms change inside a year, each
 * version has the months on whose first day it is in force, and as many twelfths of its annual
 * price. */
#include "settle/claim.h"

#include <string.h>

enum { MONTHS_MAX = 12 };

/* The months of a contract year in which one version of the rules is in force in an area. */
struct span {
    size_t months[MONTHS_MAX];
    size_t count;
    const pbr_rules *rules;
};

struct monthly {
    pbr_claims *claims;
    const pbr_contract *contract;
    const pbr_settle_options *options;
    size_t area, month;
    const char *year;
    struct span span;
    const pbr_line *line;
    pbr_diag *diag;
};

static struct span span_of(const pbr_contract *contract, size_t area, size_t month, pbr_date as_at)
{
    const char *year = contract->cohorts[month].contract_year;
    struct span span = {.rules = pbr_contract_rules(contract, area, month, as_at)};
    for (size_t i = 0; i < contract->cohorts_count && span.count < MONTHS_MAX; i++)
        if (contract->cohorts[i].kind == PBR_MONTH &&
            strcmp(contract->cohorts[i].contract_year, year) == 0 &&
            pbr_contract_rules(contract, area, i, as_at) == span.rules)
            span.months[span.count++] = i;
    return span;
}

static bool set_amount(const struct monthly *m, const char *column, mpq_t out)
{
    mpq_srcptr amount = pbr_contract_amount(m->contract, m->area, m->year, column);
    if (amount) {
        mpq_set(out, amount);
        return true;
    }
    pbr_error(m->diag, "missing-price", PBR_NOWHERE,
              "area %s has no \"%s\" for contract year %s, which line \"%s\" needs: add it to "
              "prices.csv",
              m->contract->areas[m->area].code, column, m->year, m->line->id);
    return false;
}

static const pbr_index *index_value(const struct monthly *m, const char *year)
{
    for (size_t i = 0; i < m->contract->indices_count; i++)
        if (!strcmp(m->contract->indices[i].series, m->line->index) &&
            !strcmp(m->contract->indices[i].contract_year, year))
            return &m->contract->indices[i];
    pbr_error(m->diag, "missing-index", PBR_NOWHERE,
              "series \"%s\" has no value for contract year %s, which line \"%s\" needs: add it to "
              "indices.csv",
              m->line->index, year, m->line->id);
    return NULL;
}

/* price x (1 - discount / 100) x index / index in the base year */
static bool annual_price(const struct monthly *m, mpq_t price)
{
    if (!set_amount(m, m->line->price, price)) return false;
    mpq_t factor;
    mpq_init(factor);
    bool ok = true;
    if (m->line->discount && (ok = set_amount(m, m->line->discount, factor))) {
        mpq_t hundred;
        mpq_init(hundred);
        mpq_set_ui(hundred, 100, 1);
        mpq_sub(factor, hundred, factor);
        mpq_div(factor, factor, hundred);
        mpq_mul(price, price, factor);
        mpq_clear(hundred);
    }
    if (ok && m->line->index) {
        const pbr_index *now = index_value(m, m->year);
        const pbr_index *base = index_value(m, m->line->index_base);
        if ((ok = now && base)) {
            mpq_mul(price, price, now->value);
            mpq_div(price, price, base->value);
        }
    }
    mpq_clear(factor);
    return ok;
}

static void set_twelfths(mpq_t out, size_t months)
{
    pbr_ratio_set(out, (int64_t)months, 12);
}

static pbr_claim *add_claim(struct monthly *m)
{
    return pbr_claims_add_line(m->claims, m->area, m->month, m->span.rules, m->line);
}

/* Instalments are floored; a named one takes the residue, so that they sum to the price. */
static void add_fee(struct monthly *m)
{
    mpq_t price, part;
    mpq_inits(price, part, NULL);
    if (annual_price(m, price)) {
        int64_t total = 0, instalment = 0;
        pbr_claim *claim = add_claim(m);
        set_twelfths(part, m->span.count);
        mpq_mul(part, part, price);
        bool fits = pbr_ratio_pence(&total, part, m->span.rules->terms->rounding.mode);
        set_twelfths(part, 1);
        mpq_mul(part, part, price);
        fits &= pbr_ratio_pence(&instalment, part, PBR_FLOOR);
        size_t last = m->line->residue == PBR_RESIDUE_LAST ? m->span.count - 1 : 0;
        bool takes_residue = m->span.months[last] == m->month;
        int64_t others = fits ? instalment * (int64_t)(m->span.count - 1) : 0;
        claim->computed_pence = takes_residue ? total - others : instalment;
        claim->capped_pence = claim->computed_pence;
        mpq_set(claim->price, price);
        set_twelfths(claim->units, 1);
        if (!fits)
            pbr_error(m->diag, "amount-too-large", PBR_NOWHERE,
                      "area %s, line %s: the annual price does not fit in 63 bits of pence",
                      m->contract->areas[m->area].code, m->line->id);
    }
    mpq_clears(price, part, NULL);
}

static const pbr_weight *weight_of(const pbr_line *line, const pbr_volume *volume)
{
    for (unsigned i = 0; i < line->weights_count; i++)
        if (!strcmp(line->weights[i].type, volume->type) &&
            !strcmp(line->weights[i].band, volume->band))
            return &line->weights[i];
    return NULL;
}

static void add_weighted(const struct monthly *m, const pbr_volume *volume, mpq_t sum)
{
    const pbr_weight *weight = weight_of(m->line, volume);
    if (!weight) {
        pbr_error(m->diag, "unknown-weight", volume->place,
                  "sentence type \"%s\", band \"%s\" has no weight in line \"%s\": correct it, or "
                  "add it to the rules",
                  volume->type, volume->band, m->line->id);
        return;
    }
    mpq_t part, starts;
    mpq_inits(part, starts, NULL);
    pbr_decimal_parse(part, weight->weight, strlen(weight->weight), PBR_TERM_DECIMALS);
    pbr_ratio_set(starts, volume->starts, 1);
    mpq_mul(part, part, starts);
    mpq_add(sum, sum, part);
    mpq_clears(part, starts, NULL);
}

/* Where a month stands in the span; its count if it is in none of its months. */
static size_t place_in(const struct span *span, size_t month)
{
    size_t k = 0;
    while (k < span->count && span->months[k] != month) k++;
    return k;
}

/* The weighted starts of the span; false, reported, where a month is missing. */
static bool weighted_volume(const struct monthly *m, mpq_t sum)
{
    bool whole = true, found[MONTHS_MAX] = {false};
    for (size_t i = 0; i < m->options->volumes_count; i++) {
        const pbr_volume *volume = &m->options->volumes[i];
        size_t k = volume->area == m->area ? place_in(&m->span, volume->month) : m->span.count;
        if (k == m->span.count) continue;
        add_weighted(m, volume, sum);
        found[k] = true;
    }
    for (size_t k = 0; k < m->span.count; k++) {
        if (!found[k])
            pbr_error(m->diag, "missing-volume", PBR_NOWHERE,
                      "area %s has no volumes for %s, which line \"%s\" needs: add the month to "
                      "--volumes",
                      m->contract->areas[m->area].code,
                      m->contract->cohorts[m->span.months[k]].name, m->line->id);
        whole &= found[k];
    }
    return whole;
}

/* How far the volume lies outside the band; 0 inside. edge is the nearest end of the band. */
static void outside_band(const mpq_t actual, const mpq_t low, const mpq_t high, mpq_t units,
                         mpq_t edge)
{
    bool above = mpq_cmp(actual, high) > 0, below = mpq_cmp(actual, low) < 0;
    mpq_set(edge, below ? low : high);
    if (above || below)
        mpq_sub(units, actual, edge);
    else
        mpq_set_ui(units, 0, 1);
}

/* Semantics 21: annual price x marginal % x (actual - nearest edge) / (predicted or edge); the band
 * and the prediction of a short span are as many twelfths, which cancel against those of the price.
 */
static void add_volume(struct monthly *m)
{
    mpq_t price, actual, low, high, predicted, edge, marginal, part;
    if (m->month != m->span.months[m->span.count - 1]) return;
    mpq_inits(price, actual, low, high, predicted, edge, marginal, part, NULL);
    bool ok = annual_price(m, price) && set_amount(m, m->line->band_low, low) &&
              set_amount(m, m->line->band_high, high) &&
              set_amount(m, m->line->predicted, predicted) &&
              set_amount(m, m->line->marginal, marginal) && weighted_volume(m, actual);
    if (ok) {
        pbr_claim *claim = add_claim(m);
        set_twelfths(part, m->span.count);
        mpq_mul(low, low, part);
        mpq_mul(high, high, part);
        mpq_mul(predicted, predicted, part);
        outside_band(actual, low, high, claim->units, edge);
        mpq_set(claim->price, price);
        mpq_mul(price, price, part);
        mpq_mul(price, price, marginal);
        mpq_mul(price, price, claim->units);
        mpq_set_ui(part, 100, 1);
        mpq_div(price, price, part);
        bool of_edge = m->line->divisor == PBR_OF_EDGE;
        if (mpq_sgn(claim->units)) mpq_div(price, price, of_edge ? edge : predicted);
        pbr_claim_set_amount(claim, price, m->contract, m->diag);
    }
    mpq_clears(price, actual, low, high, predicted, edge, marginal, part, NULL);
}

static const pbr_level *level_of(const struct monthly *m)
{
    for (size_t i = 0; i < m->options->levels_count; i++) {
        const pbr_level *level = &m->options->levels[i];
        if (level->area == m->area && level->month == m->month &&
            strcmp(level->measure, m->line->measure) == 0)
            return level;
    }
    pbr_error(m->diag, "missing-level", PBR_NOWHERE,
              "area %s has no \"%s\" for %s, which line \"%s\" needs: add it to --service-levels",
              m->contract->areas[m->area].code, m->line->measure,
              m->contract->cohorts[m->month].name, m->line->id);
    return NULL;
}

/* What is deducted, in percent: by the deepest step of the scale that the performance falls below.
 * No step is above the one before it. */
static void deduction(const pbr_line *line, const pbr_level *level, mpq_t percent)
{
    mpq_t performance, below;
    mpq_inits(performance, below, NULL);
    if (level->denominator) pbr_ratio_set(performance, level->numerator * 100, level->denominator);
    for (unsigned i = 0; level->denominator && i < line->scale_count; i++) {
        const pbr_credit_step *step = &line->scale[i];
        pbr_decimal_parse(below, step->below, strlen(step->below), PBR_TERM_DECIMALS);
        if (mpq_cmp(performance, below) >= 0) break;
        pbr_decimal_parse(percent, step->deduct, strlen(step->deduct), PBR_TERM_DECIMALS);
    }
    mpq_clears(performance, below, NULL);
}

/* A percentage of a twelfth of the annual price. */
static void add_credit(struct monthly *m)
{
    const pbr_level *level = level_of(m);
    mpq_t price, percent, part;
    if (!level) return;
    mpq_inits(price, percent, part, NULL);
    if (annual_price(m, price)) {
        pbr_claim *claim = add_claim(m);
        deduction(m->line, level, percent);
        set_twelfths(part, 1);
        mpq_mul(price, price, part);
        mpq_set(claim->price, price);
        pbr_ratio_set(part, -1, 100);
        mpq_mul(claim->units, percent, part);
        mpq_mul(price, price, claim->units);
        pbr_claim_set_amount(claim, price, m->contract, m->diag);
    }
    mpq_clears(price, percent, part, NULL);
}

void pbr_claims_month(pbr_claims *claims, const pbr_contract *contract, size_t area, size_t month,
                      const pbr_settle_options *options, pbr_diag *diag)
{
    static void (*const kinds[])(struct monthly *) = {
        [PBR_FEE] = add_fee, [PBR_VOLUME] = add_volume, [PBR_CREDIT] = add_credit};
    struct monthly m = {.claims = claims,
                        .contract = contract,
                        .options = options,
                        .area = area,
                        .month = month,
                        .year = contract->cohorts[month].contract_year,
                        .span = span_of(contract, area, month, options->as_at),
                        .diag = diag};
    if (!m.span.rules) return;
    for (unsigned i = 0; i < m.span.rules->terms->lines_count; i++) {
        m.line = &m.span.rules->terms->lines[i];
        if (m.line->period == PBR_MONTH) kinds[m.line->kind](&m);
    }
}
