/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What may be published of counts of persons, by the terms that scheme.yaml states as publication.
 *
 * Cohorts of an area that overlap, or whose payments depend on each other, are judged together:
 * what is withheld for one of them is withheld for all, so that no sum or difference of what is
 * shown holds a withheld part alone. Reasons of the ledger are withheld together with a partner,
 * since starts, eligible and measurable say what the reasons add up to. docs/method.md has the rule
 * in words, and why it holds. */
#ifndef PBR_REPORT_DISCLOSURE_H
#define PBR_REPORT_DISCLOSURE_H

#include "measure/metrics.h"
#include "settle/settlement.h"

/* What is withheld. By [area * cohorts_count + cohort], but for reasons. */
typedef struct {
    size_t cohorts_count;
    bool *known;    /* is there a measure? without one an outcome is withheld too */
    bool *outcomes; /* reoffenders, reoffences, rates, limits, results, payments */
    bool *persons;  /* measurable, and with it all other counts */
    bool *eligible, *starts;
    bool *reasons; /* by the place of the row in the measures' attrition */
    pbr_arena *arena;
} pbr_disclosure;

/* Judges every area and cohort of the measures, settled or not, and of earlier runs, in order of
 * settlement. Free with pbr_disclosure_free. */
pbr_disclosure *pbr_disclosure_new(const pbr_contract *contract, const pbr_measures *measures,
                                   const pbr_earlier_run *runs, size_t runs_count);
void pbr_disclosure_free(pbr_disclosure *disclosure);

bool pbr_withholds_outcome(const pbr_disclosure *disclosure, size_t area, size_t cohort);
/* Fees, volumes and service credits rest on no count of persons here. */
bool pbr_withholds_payment(const pbr_disclosure *disclosure, const pbr_payment *payment);

#endif
