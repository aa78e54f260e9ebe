/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The measures of one area and cohort: additive sufficient statistics. Two parts of a split
 * population add up field by field. Everything the settlement needs to know of persons is in here.
 */
#ifndef PBR_MEASURE_METRICS_H
#define PBR_MEASURE_METRICS_H

#include "contract/cases.h"

typedef struct {
    size_t area, cohort;        /* indexes into the contract */
    bool control;               /* of the control group, not of those treated */
    int64_t starts;             /* rows */
    int64_t eligible;           /* persons (starts where every start counts) */
    int64_t measurable;         /* the denominator of the binary rate */
    int64_t reoffenders;        /* measurable with at least one counted reoffence */
    int64_t reoffences;         /* counted, of the measurable */
    mpq_t reoffences_squared;   /* sum over reoffenders of their count squared */
    mpq_t ogrs_sum;             /* percent points, over the measurable */
    mpq_t ogrs_squares;         /* sum of squared scores (percent points squared) */
    mpq_t ogrs_sum_reoffenders; /* percent points, over reoffenders */
    mpq_t days, days_squared;   /* sum over the measurable, and of squares */
    mpq_t expected;             /* persons expected to have an event */
    mpq_t weight_squares;       /* sum of squared weights, where persons are weighted */
    bool has_ogrs_sum, has_ogrs_squares, has_ogrs_sum_reoffenders, has_squared;
    bool has_days, has_days_squared, has_expected, has_weight_squares;
    int64_t
        *histogram; /* [k]: reoffenders with k reoffences; NULL: not known; owned by the measures */
    size_t histogram_size;
    pbr_date snapshot; /* PBR_NO_DATE: not known */
    bool ripe;         /* at the snapshot; true where no snapshot is known */
    bool complete;     /* every quarter that a year is made of is in it */
    pbr_place place;   /* row of metrics.csv it came from; no file when measured */
} pbr_measure;

/* Where starts were lost between the extract and the denominator. Stages: "excluded" (before
 * eligible), "unmeasurable" (eligible but not measurable), "counted". */
typedef struct {
    size_t area, cohort;
    const char *stage, *reason,
        *title; /* reason: rule id, "later-start", "transferred" or "counted" */
    const char *clause;
    int64_t starts, reoffenders, reoffences;
    mpq_t ogrs_sum;
    size_t sequence; /* order of the ledger */
} pbr_attrition;

struct pbr_measures;

/* A rule that leaves starts out, as the attrition names it, and the measures as they would be if it
 * left nobody out. */
typedef struct {
    const char *stage, *reason;
    struct pbr_measures *measures;
} pbr_put_back;

typedef struct pbr_measures {
    pbr_measure *measures; /* by area, then cohort in the contract's order */
    size_t measures_count, measures_room;
    pbr_attrition *attrition; /* by area, cohort, then order of the ledger */
    size_t attrition_count, attrition_room;
    struct {
        int64_t start_rows, reoffence_rows, persons;
        int64_t starts_outside;       /* in no cohort of the scheme */
        int64_t reoffences_unmatched; /* person in no cohort row */
        int64_t reoffences_counted;   /* offences that counted for at least one start */
        int64_t reoffences_repeated;  /* counted rows that repeat another in every cell */
    } counts;
    struct pbr_measures *without_repeats; /* as if repeated rows were one; NULL: there are none */
    pbr_put_back *put_backs;              /* each rule put back by itself; NULL: not asked for */
    size_t put_backs_count;
    pbr_cases *cases; /* that all the starts together show; NULL: there were no extracts */
} pbr_measures;

pbr_measures *pbr_measures_new(void);
void pbr_measures_free(pbr_measures *measures);
/* A new zeroed row at the end; owned by measures, valid until the next add. */
pbr_measure *pbr_measures_add(pbr_measures *measures);
pbr_attrition *pbr_attrition_add(pbr_measures *measures);
/* Puts measures and attrition into their order. */
void pbr_measures_sort(pbr_measures *measures);
const pbr_measure *pbr_measures_find(const pbr_measures *measures, size_t area, size_t cohort,
                                     bool control);
/* Is a cohort among those chosen? All are if chosen is NULL. */
bool pbr_cohort_chosen(size_t cohort, const size_t *chosen, size_t count);
/* Makes room for k in a histogram and adds persons to it. */
void pbr_histogram_add(pbr_measure *measure, size_t k, int64_t persons);
/* A zeroed measure with every sum known, to add parts to; free its sums with pbr_measure_clear. */
void pbr_measure_init(pbr_measure *measure, size_t area, size_t cohort);
void pbr_measure_clear(pbr_measure *measure);
/* Field by field; area and cohort are the sum's own. */
void pbr_measure_sum(pbr_measure *sum, const pbr_measure *part);

#endif
