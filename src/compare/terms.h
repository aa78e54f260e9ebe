/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between two contracts, term by term and row by row. */
#ifndef PBR_COMPARE_TERMS_H
#define PBR_COMPARE_TERMS_H

#include "contract/contract.h"

typedef struct {
    const char *file;      /* "rules/2015-award.yaml", "prices.csv" */
    const char *term;      /* "lines.binary.test.level", "C02/2015/16 binary_price" */
    const char *old, *now; /* NULL: the contract does not have it */
    const char *clause, *source, *status; /* of what is in force now, else of what was; or "" */
} pbr_term_change;

typedef struct {
    pbr_term_change *items; /* by file, then in the order of the terms or of the table's key */
    size_t count, room;
    bool counting; /* a term that says who counts or which offences do has changed */
    pbr_arena *arena;
} pbr_term_changes;

/* Does a term, by its path, say who counts or which offences do? */
bool pbr_term_is_of_counting(const char *path);
/* Both contracts must outlive the result. Problems (a table that cannot be read any more) go to
 * diag. */
pbr_term_changes *pbr_terms_compare(const pbr_contract *old, const pbr_contract *now,
                                    pbr_diag *diag);
void pbr_term_changes_free(pbr_term_changes *changes);

#endif
