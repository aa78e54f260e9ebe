/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A YAML file of the contract. libcyaml fills the records; it stops at the first error and keeps no
 * places, so the same vocabulary is first walked over libyaml's tree, which finds every problem
 * with its place and lists every term for explanations. */
#ifndef PBR_CONTRACT_YAML_H
#define PBR_CONTRACT_YAML_H

#include "contract/contract.h"

#include <cyaml/cyaml.h>

typedef struct {
    void *record;         /* what the vocabulary loads; owned by the arena */
    const pbr_term *list; /* every leaf in file order; a list of words is one leaf */
    size_t list_count;
    char sha256[PBR_SHA256_TEXT];
} pbr_yaml;

/* Reads path (named `name` in terms and messages) by the vocabulary. False, with every problem in
 * diag, if there was any. */
bool pbr_yaml_load(const char *path, const char *name, const cyaml_schema_value_t *vocabulary,
                   pbr_arena *arena, pbr_yaml *out, pbr_diag *diag);

/* The leaf with this path, e.g. "lines.binary.test.level"; NULL if there is none. */
const pbr_term *pbr_term_find(const pbr_term *list, size_t count, const char *path);

#endif
