/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settling again with something changed, to see what it would have come to. */
#ifndef PBR_QA_TRIAL_H
#define PBR_QA_TRIAL_H

#include "settle/settlement.h"

/* What was settled, and from what. All borrowed; the arena owns the texts of trials. */
typedef struct {
    const pbr_settlement *settlement;
    const pbr_measures *measures;
    const pbr_settle_options *options;
    pbr_arena *arena;
} pbr_settled;

/* One thing changed and what came of it. */
typedef struct {
    const char *change;   /* in words: "x 1.01", "+1", "half-up" */
    const char *not_told; /* why no effect can be told; NULL: it is */
    int64_t effect_pence; /* on the total due */
    size_t verdicts;      /* results that are another verdict */
} pbr_trial;

/* Settles once more. NULL, and *why in words, where that cannot be done; free it with
 * pbr_settlement_free. */
pbr_settlement *pbr_settled_again(const pbr_settled *settled, const pbr_contract *contract,
                                  const pbr_measures *measures, const char **why);
/* Fills in what a trial with that contract or those measures came to. */
void pbr_trial_settle(pbr_trial *trial, const pbr_settled *settled, const pbr_contract *contract,
                      const pbr_measures *measures);
/* Fills in how another settlement differs. */
void pbr_trial_compare(pbr_trial *trial, const pbr_settled *settled, const pbr_settlement *again);
/* Results with another verdict; in one area and cohort, or PBR_NONE for all. Both settlements are
 * of the same cohorts. */
size_t pbr_verdicts_changed(const pbr_settlement *a, const pbr_settlement *b, size_t area,
                            size_t cohort);
/* The first error that was reported, as text of the arena; NULL: none. */
const char *pbr_first_error(const pbr_diag *diag, pbr_arena *arena);

#endif
