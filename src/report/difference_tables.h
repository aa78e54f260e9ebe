/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The difference between two settlements as a CSV table and as JSON. */
#ifndef PBR_REPORT_DIFFERENCE_TABLES_H
#define PBR_REPORT_DIFFERENCE_TABLES_H

#include "base/out.h"
#include "compare/difference.h"
#include "input/schema.h"

#define PBR_DIFFERENCE_FORMAT "pbrcalc-diff-1"

extern const pbr_schema pbr_difference_schema;

/* A row a figure that differs. */
void pbr_difference_csv(pbr_out *out, const pbr_difference *difference);
/* Everything that is told, with a format version. */
void pbr_difference_json(FILE *out, const pbr_difference *difference);

#endif
