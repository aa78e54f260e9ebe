/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Everything that is told of the difference between two settlements. */
#ifndef PBR_COMPARE_DIFFERENCE_H
#define PBR_COMPARE_DIFFERENCE_H

#include "compare/attribution.h"
#include "compare/counts.h"
#include "compare/inputs.h"
#include "compare/terms.h"

/* One of the two settlements. */
typedef struct {
    const char *folder, *id, *program; /* "0.1.0 (1a2b3c4d5e6f)" */
    pbr_date as_at;
    int64_t total_pence; /* due to all payees, as recorded */
} pbr_difference_side;

/* Something that the run was told. */
typedef struct {
    const char *option, *old, *now; /* "" where it was not told */
} pbr_option_change;

typedef struct {
    pbr_difference_side old, now;
    const char *title, *currency; /* of the scheme */
    bool chained;                 /* the new settlement was built on the old one */
    bool split; /* data rows and membership are told apart; else both stand under data rows */
    pbr_figure_changes *figures;
    pbr_term_changes *terms;
    pbr_input_change *inputs;
    pbr_option_change *options;
    pbr_count_changes counts;
    pbr_people people;  /* over all areas and cohorts, treated: both, changed, joined, left */
    const char **notes; /* sentences on how far the causes could be told apart */
    size_t inputs_count, options_count, notes_count;
    pbr_arena *arena; /* owns the texts and tables that are not lists of their own */
} pbr_difference;

/* Do the two differ in anything that is told? */
bool pbr_difference_any(const pbr_difference *difference);
/* The change of the total due to all payees; NULL where no stage changes it. */
const pbr_figure_change *pbr_difference_total(const pbr_difference *difference);

/* What a cause changed in the counts of an area and cohort, "reoffenders 402 -> 405; score sum ..."
 * or "". Owned by arena. */
const char *pbr_difference_words(const pbr_difference *difference, pbr_cause cause,
                                 const char *area, const char *cohort, pbr_arena *arena);

/* Changed lines by the size of the change of what is due, largest first; in a chain by what it is
 * apart from the run, since what the old settlement settled is taken off in the new. Gives their
 * number; owned by arena. */
size_t pbr_difference_lines(const pbr_difference *difference, const pbr_figure_change ***lines,
                            pbr_arena *arena);

#endif
