/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How few persons left out, or put back, would turn a verdict. Who chooses whom to leave out could
 * choose the verdict there: somebody should look at who was left out. */
#ifndef PBR_WHATIF_NEAR_H
#define PBR_WHATIF_NEAR_H

#include "contract/cases.h"
#include "settle/settlement.h"

/* Adds a case for each verdict that no more persons would turn than the check's threshold. Limits
 * that are resampled are not judged: they would have to be drawn again for each person. */
void pbr_near_thresholds(pbr_cases *cases, const pbr_settlement *settlement,
                         const pbr_measures *measures);

#endif
