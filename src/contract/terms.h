/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One version of a contract's rules, as loaded from rules/NAME.yaml. Every choice that moves money
 * is a term here: none is a constant in code. The words of each term are in
 * docs/contract-language.md. Strings and arrays are owned by the pbr_rules that holds them. */
#ifndef PBR_CONTRACT_TERMS_H
#define PBR_CONTRACT_TERMS_H

#include "base/date.h"
#include "base/ratio.h"

#include <stdbool.h>
#include <stddef.h>

typedef enum {
    PBR_UNSTATED, /* only while loading: the group's status holds */
    PBR_PUBLISHED,
    PBR_VERIFIED,
    PBR_RECONSTRUCTED,
    PBR_ILLUSTRATIVE
} pbr_status;

/* Where a term comes from. A group of terms carries one; a part without its own has its group's. */
typedef struct {
    char *clause, *source;
    pbr_status status;
} pbr_provenance;

typedef enum { PBR_QUARTER, PBR_YEAR, PBR_NAMED, PBR_PERIODS } pbr_period;
typedef enum { PBR_SUM_OF_QUARTERS, PBR_DISTINCT_PERSONS } pbr_year_members;
typedef enum { PBR_FIRST_START, PBR_EVERY_START } pbr_persons_count;
typedef enum { PBR_WITHIN_AREA, PBR_WITHIN_SCHEME } pbr_within;
typedef enum { PBR_AFTER_EXCLUSIONS, PBR_BEFORE_EXCLUSIONS } pbr_deduplicate;
typedef enum { PBR_COHORT_START, PBR_COHORT_END, PBR_SETTLEMENT } pbr_version_day;
typedef enum {
    PBR_KEEP,
    PBR_EXCLUDE,
    PBR_EXCLUDE_UNLESS_REOFFENDED,
    PBR_STOP_COUNTING
} pbr_transferred;
typedef enum { PBR_FOLLOW_UP_START, PBR_FOLLOW_UP_END, PBR_PROOF_END } pbr_anchor;
typedef enum { PBR_RATE, PBR_EVENTS_PER_REOFFENDER } pbr_metric_kind;
typedef enum { PBR_NO_ADJUSTMENT, PBR_SCORE_DIFFERENCE } pbr_adjustment;
typedef enum { PBR_SAME_ROW, PBR_ANNUAL_ROW, PBR_POOLED_ROWS } pbr_reference;
typedef enum {
    PBR_TEST_NONE,
    PBR_TEST_GIVEN,
    PBR_TEST_ONE_SAMPLE_Z,
    PBR_TEST_TWO_SAMPLE_Z,
    PBR_TEST_NORMAL_MEAN
} pbr_test_kind;
typedef enum { PBR_BINOMIAL, PBR_POOLED, PBR_UNPOOLED } pbr_variance;
typedef enum { PBR_SD_BASELINE, PBR_SD_COHORT } pbr_sd;
typedef enum { PBR_BETTER, PBR_NEITHER, PBR_WORSE, PBR_NO_RESULT } pbr_verdict;
typedef enum { PBR_GATE_PAY, PBR_GATE_DEDUCT, PBR_GATE_BOTH } pbr_gate_side;
typedef enum { PBR_FROM_BASELINE, PBR_FROM_THRESHOLD } pbr_measured_from;
typedef enum { PBR_UNITS_EXACT, PBR_UNITS_INTEGER } pbr_units_rounding;
typedef enum { PBR_HEADROOM_NET, PBR_HEADROOM_GROSS } pbr_headroom;
typedef enum { PBR_AT_SETTLEMENT, PBR_AT_FORMATION, PBR_PRO_RATA_DAYS } pbr_payee_rule;
typedef enum { PBR_LAST_DAY, PBR_FIRST_DAY } pbr_formation_day;
typedef enum { PBR_LAST_PROVIDER, PBR_REFUSE } pbr_after_end;
typedef enum { PBR_INVOICE, PBR_CARRY_FORWARD, PBR_SET_OFF } pbr_negative_total;

/* A choice that has one word so far; the contract spells it out all the same. */
typedef enum { PBR_AS_STATED } pbr_stated;

/* A condition on one column of an extract; exactly one of the tests is present. */
typedef struct {
    char *id, *column, *reason;
    char *is;  /* equals this text */
    char **in; /* equals one of these */
    unsigned in_count;
    char *blank;          /* "yes" or "no" */
    char *before, *after; /* a date column against an anchor (start, follow-up-end, proof-end) or an
                             ISO date: strictly before; on or after */
    pbr_provenance from;
} pbr_filter;

typedef struct {
    char *id;
    pbr_metric_kind kind;
    char *baseline; /* the `year` of the baselines.csv rows it is compared with */
    pbr_adjustment adjust;
    pbr_reference reference; /* which row the reference score mean is read from */
    char *score;             /* name and horizon of the score */
    pbr_provenance from;
} pbr_metric;

typedef struct {
    pbr_test_kind kind;
    char *level;             /* confidence, a decimal such as 0.95; kinds that compute limits */
    unsigned sides;          /* 2, or 1 */
    pbr_variance variance;   /* one-sample-z: binomial; two-sample-z: pooled or unpooled */
    pbr_sd sd;               /* normal-mean */
    char *round_thresholds;  /* decimals of the published unit, or "none" */
    char *round_rate;        /* the same for the rate before it is compared */
    unsigned minimum_cohort; /* fewer cases than this: no result */
    pbr_provenance from;
} pbr_test;

/* What one unit of being better or worse is worth. */
typedef struct {
    pbr_measured_from measured_from;
    char *price; /* a money column of prices.csv */
    pbr_provenance from;
} pbr_payoff;

typedef struct {
    char *line;
    pbr_verdict *results;
    unsigned results_count;
    pbr_gate_side applies_to;
    pbr_provenance from;
} pbr_gate;

typedef struct {
    char *id, *title, *metric;
    pbr_period period;
    pbr_test test;
    pbr_payoff *better, *worse; /* NULL: nothing is paid or deducted */
    pbr_gate *gate;             /* NULL: no hurdle */
    pbr_provenance from;
} pbr_line;

/* A pot over the cohorts formed in a contract year: limit = column - minus, per area. */
typedef struct {
    char *id;
    char **over; /* line ids */
    unsigned over_count;
    pbr_stated per;       /* year of formation */
    char *column, *minus; /* money columns of prices.csv; minus may be NULL */
    pbr_headroom headroom;
    pbr_provenance from;
} pbr_cap;

typedef struct {
    pbr_period *periods;
    unsigned periods_count;
    pbr_year_members year_members;
    char **start_types;
    unsigned start_types_count;
    pbr_provenance from;
} pbr_cohort_terms;

typedef struct {
    pbr_persons_count count;
    pbr_within within;
    pbr_deduplicate deduplicate;
    pbr_provenance from;
} pbr_persons_terms;

typedef struct {
    char *column; /* NULL when the treatment is keep and the extract has no such column */
    pbr_transferred treatment;
    pbr_provenance from;
} pbr_transferred_terms;

typedef struct {
    unsigned months, waiting_months;
    pbr_stated month_end, last_day;
    pbr_provenance from;
} pbr_follow_up_terms;

typedef struct {
    char **outcomes;
    unsigned outcomes_count;
    pbr_stated same_offence;
    pbr_filter *ignore;
    unsigned ignore_count;
    pbr_provenance from;
} pbr_reoffence_terms;

typedef struct {
    pbr_stated amount;
    pbr_rounding mode;
    pbr_units_rounding units;
    pbr_provenance from;
} pbr_rounding_terms;

typedef struct {
    pbr_version_day rules_at;
    pbr_stated prices_at;
    pbr_provenance from;
} pbr_versions_terms;

typedef struct {
    pbr_payee_rule rule;
    pbr_formation_day formation_day;
    pbr_after_end after_end;
    pbr_provenance from;
} pbr_payee_terms;

typedef struct {
    unsigned days_after_settlement;
    pbr_provenance from;
} pbr_due_terms;

typedef struct {
    pbr_negative_total treatment;
    pbr_provenance from;
} pbr_negative_terms;

typedef struct {
    char *title;
    pbr_cohort_terms cohort;
    pbr_persons_terms persons;
    pbr_filter *exclude, *unmeasurable; /* tried in order; the first that holds names the bucket */
    unsigned exclude_count, unmeasurable_count;
    pbr_transferred_terms transferred;
    pbr_follow_up_terms follow_up;
    pbr_reoffence_terms reoffence;
    pbr_metric *metrics;
    unsigned metrics_count;
    pbr_line *lines;
    unsigned lines_count;
    pbr_cap *caps;
    unsigned caps_count;
    pbr_rounding_terms rounding;
    pbr_versions_terms versions;
    pbr_payee_terms payee;
    pbr_due_terms due;
    pbr_negative_terms negative_total;
    pbr_provenance from; /* of the version as a whole */
} pbr_terms;

#endif
