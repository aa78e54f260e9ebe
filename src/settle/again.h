/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement with what it was made from, so that it can be asked other questions. */
#ifndef PBR_SETTLE_AGAIN_H
#define PBR_SETTLE_AGAIN_H

#include "settle/settlement.h"

/* What was settled, and from what. All borrowed; the arena owns what is told of it. */
typedef struct {
    const pbr_settlement *settlement;
    const pbr_measures *measures;
    const pbr_settle_options *options;
    pbr_arena *arena;
} pbr_settled;

/* Settles once more, with another contract or other measures. NULL, and *why in words (owned by the
 * arena), where that cannot be done; free it with pbr_settlement_free. */
pbr_settlement *pbr_settled_again(const pbr_settled *settled, const pbr_contract *contract,
                                  const pbr_measures *measures, const char **why);
/* The first error that was reported, as text of the arena; NULL: none. */
const char *pbr_first_error(const pbr_diag *diag, pbr_arena *arena);
/* Results with another verdict; in one area and cohort, or PBR_NONE for all. Both settlements are
 * of the same cohorts. */
size_t pbr_verdicts_changed(const pbr_settlement *a, const pbr_settlement *b, size_t area,
                            size_t cohort);

#endif
