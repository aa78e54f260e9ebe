/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What those who assure a settlement ask of it: how much hangs on each assumption, what is paid for
 * change and what for case mix, and what each rule that leaves persons out is worth. Pure: made
 * from the contract, the measures and the options by settling again, and changes none of them. */
#ifndef PBR_QA_QA_H
#define PBR_QA_QA_H

#include "qa/trial.h"

typedef enum {
    PBR_ASSUMED_NUMBER,   /* moved by 1% either way, or by one where it is a whole number */
    PBR_ASSUMED_CHOICE,   /* each other word tried */
    PBR_ASSUMED_RULE,     /* leaves persons or offences out; put back where that was measured */
    PBR_ASSUMED_MEASURED, /* another value would have to be measured from the extracts */
    PBR_ASSUMED_NAME      /* points to another term, or cannot be changed by itself */
} pbr_assumed;

/* A term, or the rows of a table that say the same for many areas, which is not published. */
typedef struct {
    pbr_assumed kind;
    const char *file, *term, *value; /* value of a table: its range */
    const char *clause, *source;     /* "several" where rows differ */
    pbr_status status;               /* reconstructed or illustrative */
    size_t rows;                     /* of a table; 0: a term of the rules */
    pbr_trial *trials;
    size_t trials_count;
    const char *note; /* NULL: nothing to add */
    size_t sequence;  /* in the contract */
} pbr_assumption;

/* A payment line with and without the case-mix adjustment. */
typedef struct {
    const pbr_payment *paid;       /* NULL: unchanged since an earlier settlement */
    const pbr_payment *unadjusted; /* the same line if no rate were adjusted; or NULL */
} pbr_split;

/* The parts of a split. What both settlements tell is known of each stage; of what is due always.
 */
typedef struct {
    int64_t computed_raw_pence, computed_mix_pence, capped_raw_pence, capped_mix_pence;
    int64_t due_raw_pence, due_mix_pence;
} pbr_split_sums;

/* Semantics 16: N p0 f0 - O = (N p0 - R) f0 + R (f0 - f). Reoffences avoided, by fewer reoffenders
 * and by fewer reoffences of each. */
typedef struct {
    const pbr_result *frequency, *binary; /* the binary result of the same area and cohort: p0 */
    mpq_t expected, avoided, fewer_reoffenders, fewer_each;
} pbr_avoided;

/* A rule put back, in one area and cohort. */
typedef struct {
    const pbr_attrition *left_out; /* NULL: it left nobody out here; a cap moves the money */
    size_t area, cohort;
    int64_t due_pence, put_back_pence; /* total due of the area and cohort as settled; without */
    size_t verdicts;                   /* results that would be another verdict */
    const char *verdict_words;         /* "binary: better to neither"; NULL: none */
    const char *not_told;
} pbr_restored;

/* A rule put back, in all. */
typedef struct {
    const char *stage, *reason, *title, *clause;
    int64_t starts, reoffenders, reoffences; /* left out of what is settled */
    pbr_trial trial;
    pbr_restored *rows; /* by area, then cohort */
    size_t rows_count;
} pbr_restoration;

typedef struct {
    pbr_settled settled;
    pbr_assumption *assumptions; /* the largest effect first */
    size_t assumptions_count;
    pbr_contract *unadjusted_contract;
    pbr_settlement *unadjusted; /* NULL: nothing is adjusted, or it cannot be told */
    const char *unadjusted_why; /* why it cannot be told */
    pbr_split *splits;          /* by area, cohort, line, payee; none where nothing is adjusted */
    size_t splits_count;
    pbr_avoided *avoided;
    size_t avoided_count;
    pbr_restoration *restorations;
    size_t restorations_count;
    pbr_trial unchanged; /* settled again with nothing changed: the control of every trial */
} pbr_qa;

/* Everything must outlive the result, which the caller frees with pbr_qa_free. */
pbr_qa *pbr_qa_make(const pbr_settlement *settlement, const pbr_measures *measures,
                    const pbr_settle_options *options);
void pbr_qa_free(pbr_qa *qa);

/* Parts that both settlements do not tell are 0. */
pbr_split_sums pbr_split_sums_of(const pbr_split *split);

const char *pbr_assumed_text(pbr_assumed kind);
/* The trial that moves the total most either way; NULL where none is told. */
const pbr_trial *pbr_assumption_largest(const pbr_assumption *assumption);

/* Parts of pbr_qa_make, in its order. */
void pbr_qa_restore(pbr_qa *qa);
void pbr_qa_split(pbr_qa *qa);
void pbr_qa_avoid(pbr_qa *qa);
void pbr_qa_assume(pbr_qa *qa);

#endif
