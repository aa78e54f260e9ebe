/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/people.h"

#include <gsl/gsl_randist.h>
#include <math.h>
#include <string.h>

enum { LETTERS = 26, LETTER_PAIRS = LETTERS * LETTERS, START_ID_DIGITS = 8, TOP_SCORE = 10000 };

static const char custody_release[] = "custody-release";

/* Releases, community orders, suspended sentence orders, as a contract lists them. */
static const double type_weights[] = {0.40, 0.35, 0.25};

int pbr_below(gsl_rng *rng, int count)
{
    return count > 0 ? (int)gsl_rng_uniform_int(rng, (unsigned long)count) : 0;
}

bool pbr_chance(gsl_rng *rng, double chance)
{
    return gsl_rng_uniform(rng) < chance;
}

size_t pbr_pick(gsl_rng *rng, const double *weights, size_t weights_count, size_t count)
{
    double sum = 0;
    for (size_t i = 0; i < count; i++) sum += weights[i < weights_count ? i : weights_count - 1];
    double left = gsl_rng_uniform(rng) * sum;
    for (size_t i = 0; i + 1 < count; i++) {
        left -= weights[i < weights_count ? i : weights_count - 1];
        if (left < 0) return i;
    }
    return count - 1;
}

pbr_names pbr_names_for(int64_t starts, gsl_rng *rng)
{
    pbr_names names = {.digits = 4, .fronts = (uint64_t)LETTERS * 10000};
    while (names.fronts * LETTER_PAIRS / 4 < (uint64_t)starts) {
        names.digits++;
        names.fronts *= 10;
    }
    names.key = gsl_rng_get(rng);
    return names;
}

/* The finisher of SplitMix64 (Steele, Lea and Flood 2014). */
static uint64_t scramble(uint64_t value)
{
    value = (value ^ value >> 30) * 0xbf58476d1ce4e5b9u;
    value = (value ^ value >> 27) * 0x94d049bb133111ebu;
    return value ^ value >> 31;
}

/* front is A1234, pair is BC. To add to one half what hangs on the other alone can be undone, so no
 * two numbers share a name. */
char *pbr_name(const pbr_names *names, uint32_t number, char out[PBR_NAME_TEXT])
{
    uint64_t pair = number % LETTER_PAIRS, front = number / LETTER_PAIRS;
    front = (front + scramble(pair + names->key)) % names->fronts;
    pair = (pair + scramble(front + names->key)) % LETTER_PAIRS;
    front = (front + scramble(pair ^ names->key)) % names->fronts;
    char *end = out + names->digits + 3;
    *end = '\0';
    *--end = (char)('A' + pair % LETTERS);
    *--end = (char)('A' + pair / LETTERS);
    for (int i = 0; i < names->digits; i++, front /= 10) *--end = (char)('0' + front % 10);
    *--end = (char)('A' + front);
    return out;
}

/* A straight line through (mean score, rate), as steep as asked or as stays within 0 and 1, has the
 * rate as its mean whatever the distribution of the scores. */
static double chance_of(const pbr_cell *cell, double score, double slope)
{
    slope = fmin(slope, fmin(cell->rate / cell->score, (1 - cell->rate) / (1 - cell->score)));
    return cell->rate + slope * (score - cell->score);
}

pbr_person pbr_person_make(gsl_rng *rng, const pbr_cell *cell, uint32_t number,
                           const pbr_shape *shape)
{
    double a = shape->score.precision * cell->score;
    double score = gsl_ran_beta(rng, a, shape->score.precision - a);
    pbr_person person = {.number = number, .offended_until = PBR_NO_DATE};
    person.score = (uint16_t)lround(score * TOP_SCORE);
    person.reoffends = pbr_chance(rng, chance_of(cell, score, shape->score.slope));
    person.foreign = pbr_chance(rng, shape->status.foreign);
    person.matched = !pbr_chance(rng, shape->status.unmatched);
    return person;
}

pbr_person pbr_person_later(gsl_rng *rng, pbr_person person, const pbr_shape *shape)
{
    long score = person.score + lround(gsl_ran_gaussian(rng, shape->score.wobble * 100));
    person.score = (uint16_t)(score < 0 ? 0 : score > TOP_SCORE ? TOP_SCORE : score);
    return person;
}

/* Any day of follow-up; for a few its last day, or (which excludes nobody) the day after it. */
static pbr_date death(gsl_rng *rng, const pbr_start *start, double later)
{
    pbr_date end = pbr_date_add_months(start->on, (int)start->cell->terms->follow_up.months);
    if (pbr_chance(rng, later)) return end - pbr_below(rng, 2);
    return start->on + pbr_below(rng, end - start->on);
}

static pbr_date transfer(gsl_rng *rng, const pbr_start *start)
{
    pbr_date end = pbr_date_add_months(start->on, (int)start->cell->terms->follow_up.months);
    return start->on + pbr_below(rng, end - start->on);
}

static const char *pick_type(gsl_rng *rng, const pbr_terms *terms)
{
    size_t count = sizeof type_weights / sizeof *type_weights;
    if (!terms->cohort.start_types_count) return custody_release;
    return terms->cohort
        .start_types[pbr_pick(rng, type_weights, count, terms->cohort.start_types_count)];
}

pbr_start pbr_start_make(gsl_rng *rng, const pbr_cell *cell, pbr_person person, pbr_date day,
                         bool once, const pbr_shape *shape)
{
    pbr_start start = {
        .person = person,
        .cell = cell,
        .on = day,
        .died_on = PBR_NO_DATE,
        .transferred_on = PBR_NO_DATE,
    };
    start.type = pick_type(rng, cell->terms);
    start.nps = pbr_chance(rng, shape->status.nps);
    bool order = strcmp(start.type, custody_release) != 0;
    start.em_only = order && pbr_chance(rng, shape->status.em_only);
    double risk = (double)person.score / TOP_SCORE;
    if (once && pbr_chance(rng, shape->status.died))
        start.died_on = death(rng, &start, shape->status.died_later);
    else if (!start.nps && pbr_chance(rng, shape->status.transferred * risk))
        start.transferred_on = transfer(rng, &start);
    return start;
}

static const char *yes_no(bool yes)
{
    return yes ? "yes" : "no";
}

void pbr_start_write(pbr_rows *rows, const pbr_names *names, const pbr_start *start,
                     uint64_t start_id)
{
    char name[PBR_NAME_TEXT];
    pbr_rows_text(rows, pbr_name(names, start->person.number, name));
    pbr_rows_text(rows, start->cell->area->code);
    pbr_rows_date(rows, start->on);
    pbr_rows_text(rows, start->type);
    pbr_rows_hundredths(rows, start->person.score);
    pbr_rows_number(rows, 'S', start_id, START_ID_DIGITS);
    pbr_rows_text(rows, start->nps ? "NPS" : "CRC");
    pbr_rows_text(rows, yes_no(start->em_only));
    pbr_rows_text(rows, yes_no(start->person.foreign));
    pbr_rows_date(rows, start->died_on);
    pbr_rows_date(rows, start->transferred_on);
    pbr_rows_text(rows, yes_no(start->person.matched));
    pbr_rows_end(rows);
}
