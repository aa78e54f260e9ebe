/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which clauses of the signed paper the terms and tables of a contract cite. */
#ifndef PBR_CONTRACT_CITATIONS_H
#define PBR_CONTRACT_CITATIONS_H

#include "contract/contract.h"

typedef struct {
    const char *clause; /* as it is cited */
    size_t terms, rows; /* how many terms, and rows of tables, cite it */
    pbr_place first;
} pbr_citation;

/* Every clause cited, in the order in which they are met: scheme, rules, agreements, baselines,
 * prices, steps, indices. Gives their number; the array is owned by arena. */
size_t pbr_contract_citations(const pbr_contract *contract, pbr_arena *arena, pbr_citation **out);

/* The clause's citation, or NULL. */
const pbr_citation *pbr_citation_find(const pbr_citation *list, size_t count, const char *clause);

/* Does clauses.csv have the clause? */
bool pbr_contract_lists_clause(const pbr_contract *contract, const char *clause);

#endif
