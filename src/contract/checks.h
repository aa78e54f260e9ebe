/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The checks of data that a contract may set: how severe each is, and from where on it speaks. All
 * other checks are of what makes figures impossible or terms unclear, and cannot be set. */
#ifndef PBR_CONTRACT_CHECKS_H
#define PBR_CONTRACT_CHECKS_H

#include "contract/contract.h"

typedef enum {
    PBR_CHECK_COHORT_SIZE,
    PBR_CHECK_COPIED_DATES,
    PBR_CHECK_COPIED_SCORES,
    PBR_CHECK_LATE,
    PBR_CHECK_MANY_REOFFENCES,
    PBR_CHECK_MANY_STARTS,
    PBR_CHECK_NEAR_THRESHOLD,
    PBR_CHECK_TWO_AREAS,
    PBR_CHECK_WITHOUT_START,
    PBR_CHECK_REOFFENDER_SHARE,
    PBR_CHECK_REPEATED,
    PBR_CHECK_SCORE_MEAN,
    PBR_CHECK_OUTSIDE,
    PBR_CHECKS
} pbr_check;

/* What holds of a check unless the contract says otherwise. */
typedef struct {
    const char *id;
    pbr_check_level level;
    const char *threshold, *least, *most, *unit; /* decimals; it speaks above the threshold */
} pbr_check_rule;

extern const pbr_check_rule pbr_settable_checks[PBR_CHECKS];

/* The check of an id, or PBR_CHECKS. */
pbr_check pbr_check_of(pbr_slice id);
/* An id that is near to one that there is not, or NULL. */
const char *pbr_check_near(pbr_slice id);

pbr_check_level pbr_contract_check_level(const pbr_contract *contract, pbr_check check);
void pbr_contract_threshold(const pbr_contract *contract, pbr_check check, mpq_t out);
/* Is part / whole, in percent, above the check's threshold? Not of nothing. */
bool pbr_contract_share_above(const pbr_contract *contract, pbr_check check, int64_t part,
                              int64_t whole);
/* Is a count above the check's threshold? */
bool pbr_contract_count_above(const pbr_contract *contract, pbr_check check, int64_t count);

/* The words of the levels, as the contract spells them. */
const char *pbr_check_level_text(pbr_check_level level);

/* Reports settings of the scheme that cannot be. */
void pbr_check_settings(const pbr_contract *contract, pbr_diag *diag);

#endif
