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

enum { PBR_TERM_DECIMALS = 10 }; /* of a number among the terms, at most */

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

typedef enum {
    PBR_QUARTER,
    PBR_YEAR,
    PBR_NAMED,
    PBR_POOL,  /* several named cohorts together */
    PBR_MONTH, /* of fees, volumes and service levels */
    PBR_PERIODS
} pbr_period;
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
typedef enum {
    PBR_RATE,                  /* persons with an event, percent of persons */
    PBR_EVENTS_PER_REOFFENDER, /* events per person with an event */
    PBR_EVENTS_PER_100,        /* events per 100 persons */
    PBR_DAYS_PER_PERSON,       /* days (of custody, say) per person */
    PBR_EXPECTED_RATIO         /* persons with an event over those expected */
} pbr_metric_kind;
typedef enum { PBR_WITH_BASELINE, PBR_WITH_CONTROL, PBR_WITH_COHORT } pbr_comparator;
typedef enum { PBR_CHANGE_UNITS, PBR_CHANGE_RELATIVE } pbr_change;
typedef enum { PBR_NO_ADJUSTMENT, PBR_SCORE_DIFFERENCE } pbr_adjustment;
typedef enum { PBR_SAME_ROW, PBR_ANNUAL_ROW, PBR_POOLED_ROWS } pbr_reference;
typedef enum {
    PBR_TEST_NONE,
    PBR_TEST_GIVEN,
    PBR_TEST_ONE_SAMPLE_Z,
    PBR_TEST_TWO_SAMPLE_Z,
    PBR_TEST_NORMAL_MEAN,
    PBR_TEST_WILSON,
    PBR_TEST_CLOPPER_PEARSON,
    PBR_TEST_BOOTSTRAP,
    PBR_TEST_CHANGE
} pbr_test_kind;
typedef enum { PBR_BINOMIAL, PBR_RESIDUAL, PBR_POOLED, PBR_UNPOOLED } pbr_variance;
typedef enum { PBR_AROUND_BASELINE, PBR_AROUND_COHORT } pbr_around;
typedef enum { PBR_SD_BASELINE, PBR_SD_COHORT } pbr_sd;
typedef enum { PBR_BETTER, PBR_NEITHER, PBR_WORSE, PBR_NO_RESULT } pbr_verdict;
typedef enum { PBR_GATE_PAY, PBR_GATE_DEDUCT, PBR_GATE_BOTH } pbr_gate_side;
typedef enum { PBR_GATE_SAME_COHORT, PBR_GATE_EVERY_MEMBER } pbr_gate_over;
typedef enum {
    PBR_OUTCOME, /* a tested metric */
    PBR_FEE,     /* an annual price in monthly instalments */
    PBR_VOLUME,  /* reconciliation of an annual volume with its band */
    PBR_CREDIT   /* a deduction for a missed service level */
} pbr_line_kind;
typedef enum {
    PBR_PER_UNIT, /* units x price */
    PBR_FIXED,    /* the price, all or nothing */
    PBR_REFUND,   /* the price, taken back */
    PBR_STEPS,    /* the amount of the highest step that the change reaches */
    PBR_LINEAR,   /* the price in proportion to the change between two points */
    PBR_SLICES,   /* a share of each slice of the change, in units x price */
    PBR_SHARE     /* a percentage of the price, with a most */
} pbr_payoff_kind;
typedef enum { PBR_OF_PREDICTED, PBR_OF_EDGE } pbr_volume_divisor;
typedef enum { PBR_RESIDUE_FIRST, PBR_RESIDUE_LAST } pbr_residue;
typedef enum { PBR_FROM_BASELINE, PBR_FROM_THRESHOLD } pbr_measured_from;
typedef enum { PBR_UNITS_EXACT, PBR_UNITS_INTEGER } pbr_units_rounding;
typedef enum { PBR_HEADROOM_NET, PBR_HEADROOM_GROSS } pbr_headroom;
typedef enum {
    PBR_CAP_LINE,
    PBR_CAP_COHORT,
    PBR_CAP_YEAR,
    PBR_CAP_LIFE,
    PBR_CAP_LEVELS
} pbr_cap_level;
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
    pbr_comparator compare_with;
    char *baseline; /* with a baseline: the `year` of its rows in baselines.csv */
    char *cohort;   /* with an earlier cohort: its name */
    pbr_adjustment adjust;
    pbr_reference reference; /* which row the reference score mean is read from */
    char *score;             /* name and horizon of the score */
    pbr_provenance from;
} pbr_metric;

typedef struct {
    pbr_test_kind kind;
    char *level;    /* confidence, a decimal such as 0.95; kinds that compute limits */
    unsigned sides; /* 2, or 1 */
    pbr_variance
        variance;         /* one-sample-z: binomial or residual; two-sample-z: pooled or unpooled */
    pbr_around around;    /* wilson, clopper-pearson: where the interval stands */
    pbr_sd sd;            /* normal-mean */
    unsigned replicates;  /* bootstrap */
    unsigned seed;        /* bootstrap */
    pbr_stated generator; /* bootstrap: mt19937 */
    pbr_stated quantile;  /* bootstrap: linear between order statistics */
    char *better_at;      /* change: a fall of at least this much is better, or "none" */
    char *worse_at;       /* change: a rise of at least this much is worse, or "none" */
    char *round_thresholds;  /* decimals of the published unit, or "none" */
    char *round_rate;        /* the same for the rate before it is compared */
    unsigned minimum_cohort; /* fewer cases than this: no result */
    pbr_provenance from;
} pbr_test;

/* What being better, neither or worse is worth. */
typedef struct {
    pbr_payoff_kind kind;
    pbr_measured_from measured_from; /* per-unit */
    char *price;                     /* a column of prices.csv; all but steps */
    char *table;                     /* steps, slices: a table of steps.csv */
    char *least, *full;              /* linear: the change at which payment begins and is whole */
    char *share, *most;              /* share: a column of prices.csv in percent, and its limit */
    pbr_provenance from;
} pbr_payoff;

typedef struct {
    char *line;
    pbr_verdict *results;
    unsigned results_count;
    pbr_gate_side applies_to;
    pbr_gate_over over; /* the same cohort, or every member of a pool */
    pbr_provenance from;
} pbr_gate;

/* How many weighted starts one start of a sentence type and band of requirement length counts for.
 */
typedef struct {
    char *type, *band, *weight;
} pbr_weight;

/* Performance below this percentage costs this percentage of the month's price. */
typedef struct {
    char *below, *deduct;
} pbr_credit_step;

typedef struct {
    char *id, *title;
    pbr_line_kind kind;
    pbr_period period;

    /* outcome */
    char *metric;
    pbr_change change; /* in which unit the change is stated */
    pbr_test test;
    pbr_payoff *better, *neither, *worse; /* NULL: nothing is paid or deducted */
    pbr_gate *gate;                       /* NULL: no hurdle */
    char **net_of; /* lines whose amounts are taken off a payment, not below 0 */
    unsigned net_of_count;

    /* fee, volume, credit: months */
    char *price;         /* annual, a column of prices.csv */
    pbr_residue residue; /* fee: which instalment takes what flooring leaves */
    char *discount;      /* fee: a column of prices.csv in percent; may be NULL */
    char *index;         /* fee: a series of indices.csv; may be NULL */
    char *index_base;    /* fee: the contract year in which the index is 1 */
    pbr_weight *weights;
    unsigned weights_count;
    char *band_low, *band_high, *predicted, *marginal; /* volume: columns of prices.csv */
    pbr_volume_divisor divisor;
    char *measure, *target; /* credit: a measure of service-levels.csv, its target in percent */
    pbr_credit_step *scale;
    unsigned scale_count;
    pbr_provenance from;
} pbr_line;

/* A most: limit = column - minus, per area, for a line, a cohort, the cohorts formed in a contract
 * year, or the life of the contract (the row of prices.csv whose contract_year is "life"). */
typedef struct {
    char *id;
    char **over; /* line ids */
    unsigned over_count;
    pbr_cap_level per;
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
