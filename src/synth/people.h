/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The people of an extract and their starts. */
#ifndef PBR_SYNTH_PEOPLE_H
#define PBR_SYNTH_PEOPLE_H

#include "synth/plan.h"
#include "synth/rows.h"

/* What must be remembered of a person between two starts. */
typedef struct {
    uint32_t number;
    pbr_date
        offended_until; /* offences before this day are written already; PBR_NO_DATE: none are */
    uint16_t score;     /* hundredths of a percent */
    bool reoffends, foreign, matched;
} pbr_person;

typedef struct {
    pbr_person person;
    const pbr_cell *cell;
    const char *type;
    pbr_date on, died_on, transferred_on;
    bool nps, em_only;
} pbr_start;

/* Numbers people 0, 1, 2 … as A1234BC, in an order that looks like none. */
typedef struct {
    int digits;
    uint64_t fronts; /* ways to write A1234 */
    uint64_t key;
} pbr_names;

enum { PBR_NAME_TEXT = 24 };

/* Names for the people of so many starts; more digits are used where four would be cramped. */
pbr_names pbr_names_for(int64_t starts, gsl_rng *rng);
char *pbr_name(const pbr_names *names, uint32_t number, char out[PBR_NAME_TEXT]);

/* Somebody new, whose score and chances are those of the cell. */
pbr_person pbr_person_make(gsl_rng *rng, const pbr_cell *cell, uint32_t number,
                           const pbr_shape *shape);
/* The same person at the next start: the score has moved a little. */
pbr_person pbr_person_later(gsl_rng *rng, pbr_person person, const pbr_shape *shape);

/* A start on a day; only somebody with no other start (`once`) dies, so that rows do not disagree.
 */
pbr_start pbr_start_make(gsl_rng *rng, const pbr_cell *cell, pbr_person person, pbr_date day,
                         bool once, const pbr_shape *shape);
void pbr_start_write(pbr_rows *rows, const pbr_names *names, const pbr_start *start,
                     uint64_t start_id);

/* Each draw is a statement of its own wherever these are called: C leaves the order of the values
 * of an initialiser open, and the same seed must give the same bytes with every compiler.
 *
 * A whole number from 0 to count - 1; 0 if count is 0 or less. */
int pbr_below(gsl_rng *rng, int count);
bool pbr_chance(gsl_rng *rng, double chance);
/* An index drawn by weights; the last weight also serves any index after it. */
size_t pbr_pick(gsl_rng *rng, const double *weights, size_t weights_count, size_t count);

#endif
