/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every number that shapes a synthetic extract. None comes from a person's record: they are chosen
 * so that the extract looks like the published totals (about 45% reoffend, about 4 reoffences
 * each). */
#ifndef PBR_SYNTH_SHAPE_H
#define PBR_SYNTH_SHAPE_H

enum { PBR_EFFECT_GROUPS = 3 };

typedef struct {
    struct {
        double rows_per_case; /* of a baseline: the excluded and later starts come on top */
        double cases, rate, frequency; /* where the contract's tables say nothing */
        double weekday[7];             /* starts by day of the week, Monday first */
    } size;
    struct { /* an area against its baseline, in standard errors of the baseline's rate */
        struct {
            double share, errors; /* of the areas; below nought is better */
        } groups[PBR_EFFECT_GROUPS];
        double by_quarter; /* further change with every quarter since the scheme's first */
    } effect;
    struct { /* mean score against the baseline's, as a fraction of 1 */
        double mean, sd;
    } drift;
    struct {
        double mean, sd; /* change in reoffences per reoffender, relative to the baseline */
        double size;     /* of the negative binomial: the smaller, the longer its tail */
    } frequency;
    struct {
        double precision; /* of the beta distribution of scores: a + b */
        double slope;     /* rise in the chance of reoffending from score 0 to score 100 */
        double wobble;    /* sd of a score's change between a person's starts, in points */
    } score;
    struct {
        double again;     /* chance of a further start after a start */
        double elsewhere; /* of those, in another area */
        double same_day;  /* of those, on the same day */
        double gap_days;  /* half the mean gap between two starts (gamma of shape 2) */
    } returns;
    struct {
        double nps, em_only, foreign, died, transferred, unmatched; /* shares; see shape.c */
        double died_later; /* of the dead, after the end of follow-up, which excludes nobody */
    } status;
    struct {
        double early;          /* share of offences drawn as the earlier of two days */
        double same_occasion;  /* share dealt with together with the one before */
        double lag_days;       /* mean days from offence to outcome */
        double second_outcome; /* share of offences with a second row under one offence_id */
        double strangers;      /* persons in no cohort, per start */
    } offence;
} pbr_shape;

extern const pbr_shape pbr_usual_shape;

#endif
