/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A random sample of starts for an audit, with what to look up about each. */
#ifndef PBR_AUDIT_SAMPLE_H
#define PBR_AUDIT_SAMPLE_H

#include "audit/outcomes_csv.h"

extern const pbr_schema pbr_sample_schema;

enum { PBR_STRATA_KEYS = 8 }; /* most keys of a stratification */

typedef struct {
    size_t size;
    unsigned long seed;
    const char *keys[PBR_STRATA_KEYS]; /* of the strata: "cpa", "cohort", ... */
    size_t keys_count;
} pbr_sample_plan;

typedef struct {
    const pbr_entry *entry;
    const char *stratum; /* values of the keys, separated by "/"; "" without keys */
    uint64_t key;        /* drawn: the least keys of a stratum are its sample */
} pbr_sampled;

/* Reads "cpa,stage" into the plan. False, with the problem in diag, for an unknown key. */
bool pbr_sample_stratify(pbr_sample_plan *plan, const char *list, pbr_arena *arena, pbr_diag *diag);

/* Draws by the plan from entries in their stated order; by stratum, then key. Owned by the arena.
 * 0, with the problem in diag, if the plan asks for more entries than there are. */
size_t pbr_sample_draw(const pbr_sample_plan *plan, const pbr_entry *entries, size_t count,
                       const pbr_contract *contract, pbr_arena *arena, pbr_sampled **drawn,
                       pbr_diag *diag);

/* Person ids are shown under the key, if there is one. */
void pbr_sample_write(pbr_out *out, const pbr_sampled *drawn, size_t count, const pbr_rows *rows,
                      const pbr_id_key *key, pbr_arena *arena);

#endif
