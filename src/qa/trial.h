/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settling again with something changed, to see what it would have come to. */
#ifndef PBR_QA_TRIAL_H
#define PBR_QA_TRIAL_H

#include "settle/again.h"

/* One thing changed and what came of it. */
typedef struct {
    const char *change;   /* in words: "x 1.01", "+1", "half-up" */
    const char *not_told; /* why no effect can be told; NULL: it is */
    int64_t effect_pence; /* on the total due */
    size_t verdicts;      /* results that are another verdict */
} pbr_trial;

/* Fills in what a trial with that contract or those measures came to. */
void pbr_trial_settle(pbr_trial *trial, const pbr_settled *settled, const pbr_contract *contract,
                      const pbr_measures *measures);
/* Fills in how another settlement differs. */
void pbr_trial_compare(pbr_trial *trial, const pbr_settled *settled, const pbr_settlement *again);

#endif
