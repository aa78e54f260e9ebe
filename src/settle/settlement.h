/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement: what each area, cohort and line came to, and what is due to whom. A pure function
 * of the contract, the measures and the options; nothing here reads a file or a clock. */
#ifndef PBR_SETTLE_SETTLEMENT_H
#define PBR_SETTLE_SETTLEMENT_H

#include "measure/metrics.h"

/* A row of an earlier settlement's payments.csv. Rows of one line may be several: a payee each, and
 * a run each. */
typedef struct {
    size_t area, cohort;
    const char *line, *provider, *payee,
        *settlement; /* settlement ids begin with the as-at date, so
                        that byte order is order of settlement */
    int64_t computed_pence, due_pence;
} pbr_earlier;

typedef struct {
    const char *id; /* of the settlement: "2018-01-26-1a2b3c4d5e6f" */
    pbr_date as_at;
    const size_t *cohorts; /* to settle, in the contract's order */
    size_t cohorts_count;
    const pbr_earlier *earlier;
    size_t earlier_count;
    bool interim; /* unripe cohorts are reported and not priced */
} pbr_settle_options;

/* One line tested against its baseline. */
typedef struct {
    size_t area, cohort;
    const pbr_rules *rules;
    const pbr_line *line;
    const pbr_metric *metric;
    const pbr_baseline *baseline;
    const pbr_measure *measure;
    int64_t cases;        /* the metric's denominator */
    mpq_t rate, adjusted; /* percent, or events per reoffender */
    mpq_t adjustment;     /* reference mean - cohort mean, points; 0 if none */
    mpq_t lower, upper;   /* after round-thresholds */
    bool has_rate;        /* false: nobody to divide by */
    bool terminate;       /* worse than the termination point */
    bool gated;           /* the hurdle stopped its payment or deduction */
    bool interim;         /* not ripe: not priced */
    pbr_verdict verdict;
    const char *why_no_result; /* NULL unless verdict is PBR_NO_RESULT */
} pbr_result;

/* One payment line for one payee. Positive is owed to the payee. */
typedef struct {
    size_t area, cohort;
    const pbr_result *result; /* NULL for a difference on a line not settled in this run */
    const pbr_rules *rules;
    const pbr_line *line;
    const char *provider, *payee;
    mpq_t units, price;      /* price in pounds */
    int64_t computed_pence;  /* this payee's share of the rounded amount */
    int64_t capped_pence;    /* after the caps */
    int64_t payable_pence;   /* after dispositions */
    int64_t previous_pence;  /* settled by earlier runs */
    int64_t due_pence;       /* payable - previous */
    const char *disposition; /* "apply" */
    const char *reason;      /* why it is what it is: "new", "cap", "restated" … */
    pbr_date due_date;
} pbr_payment;

/* How a cap over one area and contract year was used. */
typedef struct {
    size_t area;
    const pbr_cap *cap;
    const char *contract_year;
    int64_t limit_pence, computed_pence, payable_pence;
} pbr_cap_use;

typedef struct {
    const pbr_contract *contract;
    const char *id;
    pbr_date as_at;
    pbr_result *results; /* by area, cohort, line as the rules list them */
    size_t results_count;
    pbr_payment *payments; /* in the same order, then payee */
    size_t payments_count;
    pbr_cap_use *caps;
    size_t caps_count;
    const char **payees; /* distinct, in byte order */
    size_t payees_count;
    int64_t computed_pence, payable_pence, due_pence; /* totals */
    pbr_arena *arena;
} pbr_settlement;

/* Tests and prices. Problems (a baseline or price that is missing, an overflow) go to diag; NULL if
 * there was any error. The contract and measures must outlive the settlement. */
pbr_settlement *pbr_settlement_make(const pbr_contract *contract, const pbr_measures *measures,
                                    const pbr_settle_options *options, pbr_diag *diag);
void pbr_settlement_free(pbr_settlement *settlement);

int64_t pbr_settlement_due_to(const pbr_settlement *settlement, const char *payee);
bool pbr_settlement_illustrative(
    const pbr_settlement *settlement); /* rests on illustrative terms? */

#endif
