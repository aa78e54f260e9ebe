/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Matches one person's reoffences, all of which are there, to the person's starts (semantics 7 to
 * 9). */
#ifndef PBR_MEASURE_MATCHING_H
#define PBR_MEASURE_MATCHING_H

#include "measure/population.h"

/* A row that proves an offence under some version of the rules, in 24 bytes. */
enum { PBR_OFFENCE_DAY_BITS = 22, PBR_OFFENCE_PERSON_BITS = 12 };
typedef struct {
    uint64_t key;  /* the id's code, or PBR_OFFENCE_NUMBERED and a number that only rows alike in
                      their words have */
    uint32_t line; /* through all files */
    uint32_t versions; /* bit v: proves an offence under rules version v */
    uint64_t committed : PBR_OFFENCE_DAY_BITS,
                         proved : PBR_OFFENCE_DAY_BITS; /* days since day zero */
    uint64_t person : PBR_OFFENCE_PERSON_BITS;          /* among others; for who keeps the row */
} pbr_offence;

/* Between the codes that are packed and those of ids that stand aside. */
#define PBR_OFFENCE_NUMBERED ((uint64_t)1 << 62)
static inline bool pbr_offence_has_id(const pbr_offence *row)
{
    return (row->key & PBR_OFFENCE_NUMBERED) == 0;
}

/* Dates of four-digit years, counted from the 1st of March of the year 0. */
enum { PBR_OFFENCE_DAY_ZERO = PBR_DATE_ZERO, PBR_OFFENCE_DAYS = (1 << PBR_OFFENCE_DAY_BITS) - 1 };

static inline pbr_date pbr_offence_committed(const pbr_offence *row)
{
    return (pbr_date)row->committed - PBR_OFFENCE_DAY_ZERO;
}

static inline pbr_date pbr_offence_proved(const pbr_offence *row)
{
    return (pbr_date)row->proved - PBR_OFFENCE_DAY_ZERO;
}

/* One thread's. Several may match at once, also rows of one person. */
typedef struct pbr_matcher pbr_matcher;

pbr_matcher *pbr_matcher_new(pbr_population *population);
void pbr_matcher_free(pbr_matcher *matcher);
/* Counts the rows in the population, and may put them in another order. ids holds the offence ids
 * that are not packed. are_all: no other thread matches rows of this person. */
void pbr_match(pbr_matcher *matcher, uint32_t person, pbr_offence *rows, size_t count,
               const pbr_asides *ids, bool are_all);

/* Is a row of the latest match the first of its offence, and no repeat of another row? */
bool pbr_match_is_first(const pbr_matcher *matcher, size_t row);

/* What several matchers came to, once; their proofs are added to the population's. Offences of two
 * dates are told in the order of their lines, up to the last line. */
typedef struct {
    int64_t counted; /* offences that counted for at least one start */
    int64_t repeats; /* counted rows that repeat one in every cell, without an offence id */
} pbr_matched;
pbr_matched pbr_matched_by(pbr_matcher *const *matchers, size_t count, const pbr_lines *files,
                           uint32_t last_line, pbr_diag *diag);

#endif
