/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed vocabulary of rules/NAME.yaml and scheme.yaml: every key and word they may hold. */
#ifndef PBR_CONTRACT_VOCABULARY_H
#define PBR_CONTRACT_VOCABULARY_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t pbr_rules_vocabulary;  /* loads a pbr_terms */
extern const cyaml_schema_value_t pbr_scheme_vocabulary; /* loads a pbr_scheme */

#endif
