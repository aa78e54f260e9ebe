/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How few persons left out, or put back, would turn a verdict. Who chooses whom to leave out could
 * choose the verdict there: somebody should look at who was left out. */
#ifndef PBR_WHATIF_NEAR_H
#define PBR_WHATIF_NEAR_H

#include "contract/cases.h"
#include "settle/settlement.h"

/* Ways to turn a verdict: for the better, reoffenders are left out, those with the most reoffences
 * first, or others whom rules left out are put back; for the worse, reoffenders are put back. */
enum { PBR_LEAVE_OUT, PBR_PUT_REOFFENDERS_BACK, PBR_PUT_OTHERS_BACK, PBR_TURNS };

typedef struct {
    int64_t persons; /* the fewest that turn it; 0: not so many as were tried */
    pbr_verdict verdict;
} pbr_turn;

typedef struct {
    const pbr_result *result;
    pbr_turn turns[PBR_TURNS];
    const char *not_told; /* why no way, or one of them, was tried; NULL: all were */
} pbr_near;

/* As many as the QA pack tries. */
enum { PBR_TURN_PERSONS_MOST = 100 };

/* The results, in their order, with what no more than `most` persons would turn them to, all else
 * the same. Limits that are resampled are not judged: they would have to be drawn again for each
 * person. The rows belong to the arena. */
pbr_near *pbr_near_make(const pbr_settlement *settlement, const pbr_measures *measures,
                        int64_t most, pbr_arena *arena);

/* Adds a case for each verdict that no more persons would turn than the check's threshold. */
void pbr_near_thresholds(pbr_cases *cases, const pbr_settlement *settlement,
                         const pbr_measures *measures);

#endif
