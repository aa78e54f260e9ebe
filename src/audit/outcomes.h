/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The second opinion: what became of every start and every reoffence, found by sorting and
 * scanning rows. Written from semantics 1 to 10 and the contract language alone; it shares no rule
 * with measure. */
#ifndef PBR_AUDIT_OUTCOMES_H
#define PBR_AUDIT_OUTCOMES_H

#include "audit/rows.h"

/* Whether a reoffence row counts for a start, and if not, the first reason why. */
typedef enum {
    PBR_COUNTS,
    PBR_NOT_PROVING,      /* its outcome proves no offence under the rules */
    PBR_IGNORED,          /* a filter of reoffence.ignore holds */
    PBR_BEFORE_START,     /* committed before the start */
    PBR_AFTER_FOLLOW_UP,  /* committed after follow-up */
    PBR_LATER_OUTCOME,    /* an earlier outcome of the same offence stands for it */
    PBR_PROVED_TOO_LATE,  /* proved after the waiting period, or before it was committed */
    PBR_AFTER_TRANSFER,   /* committed when the person had been transferred */
    PBR_REOFFENCE_REASONS /* how many there are */
} pbr_reoffence_reason;

typedef struct {
    pbr_reoffence_reason reason;
    const pbr_filter *ignored;      /* PBR_IGNORED: the filter */
    const pbr_reoffence_row *first; /* PBR_LATER_OUTCOME: the row that stands for this one */
    const pbr_provenance *from;     /* of the term that decides */
} pbr_judgement;

/* What became of a start in one period: the stage and reason of attrition.csv. */
typedef struct {
    const pbr_start_row *start;
    const pbr_rules *rules;
    size_t cohort;               /* a quarter, a year, a named cohort */
    bool measured;               /* false: a year that is the sum of its quarters in this area; the
                                    start only stands for later ones in other areas */
    pbr_date follow_up_end;      /* first day after follow-up */
    pbr_date proof_end;          /* first day on which a proof is too late */
    pbr_date transferred;        /* if during follow-up; else PBR_NO_DATE */
    const char *stage;           /* excluded, unmeasurable or counted */
    const char *reason;          /* id of the filter, transferred, later-start or counted */
    const char *words;           /* the reason in words */
    const pbr_filter *filter;    /* that decided; NULL: none did */
    const pbr_provenance *from;  /* of the term that decided */
    const pbr_start_row *stands; /* later-start: the earlier start that stands for this one */
    int64_t reoffences;          /* that count in its own window, also where it is left out */
    int64_t repeats;             /* of these, from rows that repeat an earlier one in every cell */
    pbr_date first_offence;      /* of these; PBR_NO_DATE: none */
} pbr_outcome;

typedef struct {
    const pbr_rows *rows;
    pbr_outcome *items; /* by start as in rows, then cohort */
    size_t count, room;
    bool *counted;    /* by reoffence row: does it count for any start? */
    uint32_t *proofs; /* by reoffence row: bit v: under rules version v it proves its offence, and
                         no earlier outcome does */
} pbr_outcomes;

extern const char *const pbr_stage_excluded, *const pbr_stage_unmeasurable,
                                                 *const pbr_stage_counted;

/* An outcome for every start and every kind of period that the contract's rules measure. as_at
 * matters only for versions that follow the settlement date. Free before rows. */
pbr_outcomes *pbr_outcomes_make(const pbr_rows *rows, pbr_date as_at);
void pbr_outcomes_free(pbr_outcomes *outcomes);

/* Does this reoffence row, of the same person, count for the start? */
pbr_judgement pbr_judge_reoffence(const pbr_rows *rows, const pbr_outcome *outcome,
                                  const pbr_reoffence_row *row);

/* Is a cohort, for an area, the sum of others: a year of quarters, a pool? */
bool pbr_is_sum_cohort(const pbr_contract *contract, size_t area, size_t cohort, pbr_date as_at);
/* Is a cohort a sum that takes in the one of this outcome? */
bool pbr_is_sum_of(const pbr_contract *contract, const pbr_outcome *outcome, size_t whole,
                   pbr_date as_at);
/* Is the outcome's cohort among those chosen (all are if chosen is NULL), by itself or as a part of
 * a sum that is? */
bool pbr_is_settled(const pbr_contract *contract, const pbr_outcome *outcome, const size_t *chosen,
                    size_t chosen_count, pbr_date as_at);

#endif
