/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The closed vocabulary of a scenario file: every key and word it may hold. */
#ifndef PBR_WHATIF_VOCABULARY_H
#define PBR_WHATIF_VOCABULARY_H

#include <cyaml/cyaml.h>

extern const cyaml_schema_value_t pbr_scenario_vocabulary; /* loads a pbr_scenario */

#endif
