/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement: what each area, cohort and line came to, and what is due to whom. A pure function
 * of the contract, the measures and the options; nothing here reads a file or a clock. */
#ifndef PBR_SETTLE_SETTLEMENT_H
#define PBR_SETTLE_SETTLEMENT_H

#include "measure/metrics.h"

/* A row of an earlier settlement's payments.csv. Rows of one line may be several: a payee each, and
 * a run each. */
typedef struct {
    size_t area, cohort, run; /* run: index into the options' runs */
    const char *line, *provider, *payee, *disposition;
    int64_t computed_pence, due_pence;
    bool adopted; /* that run did not compute the line itself: a cap or a decision changed it */
} pbr_earlier;

/* An earlier settlement as a whole. Runs are in order of settlement: by day, then by how many
 * settlements each was built on, then by id. */
typedef struct {
    const char *id;
    bool same_terms, same_program; /* as this run */
    pbr_measures *measures;        /* its metrics.csv; NULL: not known */
} pbr_earlier_run;

/* What a payee was left owing, and what was paid outside the mechanism, by earlier runs. */
typedef struct {
    const char *payee;
    int64_t carried_pence; /* what all runs together left owing; 0 or negative */
} pbr_carried;

typedef struct {
    const char *id;
    int64_t settled_pence; /* over all runs */
} pbr_earlier_other;

/* Starts of a month by sentence type and band of requirement length. */
typedef struct {
    pbr_place place;
    size_t area, month;
    const char *type, *band;
    int64_t starts;
} pbr_volume;

/* A service level of a month. */
typedef struct {
    pbr_place place;
    size_t area, month;
    const char *measure;
    int64_t numerator, denominator;
} pbr_level;

typedef enum { PBR_APPLY, PBR_WAIVE, PBR_REINVEST, PBR_CANCEL, PBR_HOLD } pbr_disposition;

/* What somebody with authority decided about a computed line. */
typedef struct {
    size_t area, cohort;
    const char *line, *payee; /* payee "": whoever is paid */
    pbr_disposition disposition;
    const char *authority, *reason;
    pbr_date date;
    pbr_place place;
} pbr_decision;

/* Money that is not computed: a ruling, extra funding. */
typedef struct {
    const char *id, *payee, *description, *authority, *reason;
    int64_t amount_pence, previous_pence, due_pence;
    pbr_date date;
    pbr_place place;
} pbr_other_line;

/* Everything of a run but contract and measures. All borrowed. */
typedef struct {
    const char *id; /* of the settlement: "2018-01-26-1a2b3c4d5e6f" */
    pbr_date as_at;
    const size_t *cohorts; /* to settle, in the contract's order */
    size_t cohorts_count;
    bool interim; /* unripe cohorts are reported and not priced */
    const pbr_earlier *earlier;
    const pbr_earlier_run *runs;
    const pbr_carried *carried;
    const pbr_earlier_other *earlier_others;
    size_t earlier_count, runs_count, carried_count, earlier_others_count;
    const pbr_volume *volumes;
    const pbr_level *levels;
    const pbr_decision *decisions;
    const pbr_other_line *others;
    size_t volumes_count, levels_count, decisions_count, others_count;
} pbr_settle_options;

/* One line tested against its baseline. */
typedef struct {
    size_t area, cohort;
    const pbr_rules *rules;
    const pbr_line *line;
    const pbr_metric *metric;
    const pbr_baseline
        *baseline; /* a tabled row, or one made from a control group or earlier cohort */
    const pbr_measure *measure;
    int64_t cases;        /* the metric's denominator */
    mpq_t rate, adjusted; /* percent, or events per reoffender */
    mpq_t adjustment;     /* reference mean - cohort mean, points; 0 if none */
    mpq_t lower, upper;   /* after round-thresholds */
    bool has_rate;        /* false: nobody to divide by */
    bool has_limits;      /* false: the test has nothing to rest on */
    bool hurdle_met;      /* of the line's gate; false where there is none */
    bool terminate;       /* worse than the termination point */
    bool gated;           /* the hurdle stopped its payment or deduction */
    bool interim;         /* not ripe: not priced */
    mpq_t change;         /* baseline - adjusted: units, or percent of the baseline */
    bool around_cohort;   /* the limits stand around the cohort's rate, not the baseline */
    double lower_error, upper_error; /* Monte Carlo errors of bootstrapped limits; 0: none */
    bool close_call;                 /* the verdict lies within two of those errors */
    pbr_verdict verdict;
    const char *why_no_result; /* NULL unless verdict is PBR_NO_RESULT */
} pbr_result;

/* One payment line for one payee. Positive is owed to the payee. */
typedef struct {
    size_t area, cohort;
    size_t claim;             /* index of what the line came to before it was split */
    const pbr_result *result; /* NULL for a difference on a line not settled in this run */
    const pbr_rules *rules;
    const pbr_line *line;
    const char *provider, *payee;
    int64_t days, of_days;        /* its share of the line; 1 of 1 where it is not split by days */
    bool takes_residue;           /* what the other shares' floors leave */
    mpq_srcptr units, price;      /* of the whole line, which its claim holds; price in pounds */
    int64_t computed_pence;       /* this payee's share of the rounded amount */
    int64_t capped_pence;         /* after the caps */
    int64_t payable_pence;        /* after dispositions */
    int64_t previous_pence;       /* settled by earlier runs */
    int64_t due_pence;            /* payable - previous */
    const char *disposition;      /* apply, waive, reinvest, cancel or hold */
    const pbr_decision *decision; /* that says so; NULL: none */
    bool was_settled;             /* by an earlier run */
    bool recomputed;              /* the line came to another computed amount then */
    const char *reason;           /* why it is what it is: "new", "cap", "restated" … */
    pbr_date due_date;
} pbr_payment;

/* How a cap over one area and contract year was used. */
typedef struct {
    size_t area;
    const pbr_cap *cap;
    const char *contract_year; /* "life" for a cap over the life of the contract */
    const char *cohort, *line; /* of a cap over a cohort or a line; else NULL */
    int64_t limit_pence, computed_pence, payable_pence;
} pbr_cap_use;

/* One line under one cap, in the order in which the cap's room is used up. */
typedef struct {
    size_t claim, use; /* indexes of the claim and of the pbr_cap_use */
    int64_t before_pence, after_pence;
} pbr_cap_step;

/* What a payee is paid in all (negative-total). */
typedef struct {
    const char *payee;
    int64_t brought_forward_pence; /* owed to the commissioner by earlier runs; 0 or negative */
    int64_t lines_pence, other_pence, total_pence;
    int64_t pay_now_pence; /* negative: the payee is invoiced */
    int64_t carried_pence; /* forward to the next settlement; 0 or negative */
    int64_t set_off_pence; /* against other sums due to the payee; 0 or negative */
    pbr_negative_total treatment;
} pbr_balance;

/* A row to compare with that was made from measures. */
struct pbr_made {
    struct pbr_made *next;
    pbr_baseline row;
};

typedef struct {
    const pbr_contract *contract;
    const char *id;
    pbr_date as_at;
    struct pbr_made *made;
    pbr_result *results; /* by area, cohort, line as the rules list them */
    size_t results_count, results_room, results_ready; /* ready: whose numbers have been set up */
    pbr_payment *payments;                             /* in the same order, then payee */
    size_t payments_count, payments_room;
    pbr_cap_use *caps;
    size_t caps_count;
    pbr_cap_step *cap_steps; /* by level, room, and order in the room */
    size_t cap_steps_count;
    struct pbr_claims *claims; /* what each line came to; see claim.h */
    pbr_other_line *others;    /* by id */
    size_t others_count;
    pbr_balance *balances; /* by payee */
    const char **payees;   /* distinct, in byte order */
    size_t payees_count;
    int64_t computed_pence, payable_pence, due_pence; /* totals of the lines */
    int64_t others_pence;                             /* total of the money not computed */
    pbr_arena *arena;
} pbr_settlement;

/* Tests and prices. Problems (a baseline or price that is missing, an overflow) go to diag; NULL if
 * there was any error. The contract and measures must outlive the settlement. */
pbr_settlement *pbr_settlement_make(const pbr_contract *contract, const pbr_measures *measures,
                                    const pbr_settle_options *options, pbr_diag *diag);
/* The same in the memory of an old settlement, which is used up in any case (NULL: none): for those
 * who settle many times over. */
pbr_settlement *pbr_settlement_remake(pbr_settlement *old, const pbr_contract *contract,
                                      const pbr_measures *measures,
                                      const pbr_settle_options *options, pbr_diag *diag);
void pbr_settlement_free(pbr_settlement *settlement);

const char *pbr_disposition_text(pbr_disposition disposition);

int64_t pbr_settlement_due_to(const pbr_settlement *settlement, const char *payee);
bool pbr_settlement_illustrative(
    const pbr_settlement *settlement); /* rests on illustrative terms? */

#endif
