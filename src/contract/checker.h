/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the checks of rules share: places of terms, and which keys a kind needs. */
#ifndef PBR_CONTRACT_CHECKER_H
#define PBR_CONTRACT_CHECKER_H

#include "contract/contract.h"

typedef struct {
    const pbr_contract *contract;
    const pbr_rules *rules;
    pbr_diag *diag;
} pbr_checker;

/* Where a term stands, by its path or by the parts of it. */
pbr_place pbr_checker_place(const pbr_checker *c, const char *path);
pbr_place pbr_checker_place_of(const pbr_checker *c, const char *group, const char *id,
                               const char *leaf);
/* Is the term, or any term of the group, written out? */
bool pbr_checker_states(const pbr_checker *c, const char *path);

/* Which kinds (bit 1 << kind) need a key of their group, and which may have it besides. */
typedef struct {
    const char *key;
    unsigned needed, allowed;
} pbr_key_rule;

/* Reports keys that a group's kind needs and lacks, or has and does not know. */
void pbr_checker_keys(const pbr_checker *c, const char *group, unsigned kind, const char *word,
                      const pbr_key_rule *rules, size_t count);

/* Reports a line id that no line has. */
void pbr_checker_unknown_line(const pbr_checker *c, pbr_place place, const char *id);

/* The checks of one line; those between lines. */
void pbr_check_line(const pbr_checker *c, const pbr_line *line);
void pbr_check_between_lines(const pbr_checker *c);

#endif
