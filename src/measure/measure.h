/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From extracts to measures. */
#ifndef PBR_MEASURE_MEASURE_H
#define PBR_MEASURE_MEASURE_H

#include "measure/metrics.h"

struct pbr_counted_list; /* measure/counted.h */

typedef struct {
    const char *const *cohort_files, *const *reoffence_files; /* paths, or "-" */
    size_t cohort_files_count, reoffence_files_count;
    pbr_date snapshot; /* of the extracts: a later date in them is a problem */
    pbr_date as_at;
    size_t threads; /* 0: one; no result depends on it */
    bool put_back;  /* also measure with each rule that leaves starts out put back */
    char (*digests)[PBR_SHA256_TEXT]; /* filled in: cohort files, then reoffence files; or NULL */
    struct pbr_counted_list *counted; /* filled in where it is wanted; else NULL */
} pbr_extracts;

/* Reads, matches and sorts. Problems go to diag; NULL if there was any error. What checks find goes
 * to the measures' cases. Free the result with pbr_measures_free before the contract. */
pbr_measures *pbr_measure_extracts(const pbr_contract *contract, const pbr_extracts *extracts,
                                   pbr_diag *diag);

#endif
