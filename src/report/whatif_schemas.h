/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the columns of a scenario's tables are. */
#ifndef PBR_REPORT_WHATIF_SCHEMAS_H
#define PBR_REPORT_WHATIF_SCHEMAS_H

#include "input/schema.h"

enum { PBR_WHATIF_TABLES = 11 };

extern const pbr_schema pbr_whatif_term_schema, pbr_whatif_line_schema, pbr_whatif_sum_schema,
    pbr_whatif_sweep_schema, pbr_whatif_sweep_sum_schema, pbr_whatif_tornado_schema,
    pbr_whatif_break_even_schema, pbr_whatif_simulation_schema, pbr_whatif_distribution_schema,
    pbr_whatif_power_schema, pbr_whatif_curve_schema;
/* All of them, in the order in which they are told. */
extern const pbr_schema *const pbr_whatif_schemas[PBR_WHATIF_TABLES];

#endif
