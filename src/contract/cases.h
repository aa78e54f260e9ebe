/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of data have found, before anybody asks how severe it is; and who overrides it.
 * Cases are gathered where the data are, and told once it is known which cohorts are settled. */
#ifndef PBR_CONTRACT_CASES_H
#define PBR_CONTRACT_CASES_H

#include "contract/checks.h"

typedef struct {
    pbr_check check;
    size_t area, cohort; /* PBR_NONE: it is of all of them */
    int64_t count;       /* of what the check counts: persons, rows, or 1 */
    const char *message;
} pbr_case;

typedef struct {
    pbr_case *items;
    size_t count, room;
    size_t cohorts;                 /* of the contract */
    int64_t *looked_at[PBR_CHECKS]; /* by cohort, then of all: what could have shown it */
    pbr_arena *arena;
} pbr_cases;

/* Somebody with authority lets a check that blocks pass. */
typedef struct {
    pbr_check check;
    size_t area, cohort; /* PBR_NONE: any */
    const char *authority, *reason;
    pbr_date date;
    pbr_place place;
    int64_t passed; /* cases that it let pass */
} pbr_override;

/* Which cases are told, and what becomes of those that block. */
typedef struct {
    const pbr_contract *contract;
    const size_t *cohorts; /* only what is of these, or part of one of them; NULL: of any */
    size_t cohorts_count;
    bool holds; /* a case that blocks and that nobody overrides is an error */
    pbr_override *overrides;
    size_t overrides_count;
} pbr_readiness;

pbr_cases *pbr_cases_new(const pbr_contract *contract);
void pbr_cases_free(pbr_cases *cases);
/* So many more that could have shown it, in a cohort or, PBR_NONE, in all. */
void pbr_cases_looked(pbr_cases *cases, pbr_check check, size_t cohort, int64_t count);
/* A case. The message begins in lower case and says what to look at. */
void pbr_cases_add(pbr_cases *cases, pbr_check check, size_t area, size_t cohort, int64_t count,
                   const char *format, ...) __attribute__((format(printf, 6, 7)));

/* Reports each under its id, as severe as the contract says, in the order of their addition. */
void pbr_cases_report(const pbr_cases *cases, const pbr_readiness *asked, pbr_diag *diag);
/* Reports overrides that let nothing pass, once all cases are told. */
void pbr_readiness_close(const pbr_readiness *asked, pbr_diag *diag);

/* "all areas, cohort 2015Q4"; owned by the arena. */
const char *pbr_override_scope(const pbr_override *override, const pbr_contract *contract,
                               pbr_arena *arena);

#endif
