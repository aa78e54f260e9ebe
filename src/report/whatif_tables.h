/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is told of a scenario as tables: CSV files of its folder, and lists of its JSON. */
#ifndef PBR_REPORT_WHATIF_TABLES_H
#define PBR_REPORT_WHATIF_TABLES_H

#include "base/staged.h"
#include "report/tidy.h"
#include "report/whatif_schemas.h"
#include "whatif/whatif.h"

typedef struct {
    const char *key; /* of the list in whatif.json */
    const pbr_schema *schema;
    bool (*has)(const pbr_whatif *whatif); /* was it asked for? NULL: always told */
    void (*write)(pbr_tidy *rows, const pbr_whatif *whatif);
} pbr_whatif_table;

extern const pbr_whatif_table pbr_whatif_tables[PBR_WHATIF_TABLES];

/* Writes those that the scenario asked for into the folder. False, reported, if one of them could
 * not be written. */
bool pbr_whatif_write_csv(pbr_staged *staged, const pbr_whatif *whatif, pbr_diag *diag);

#endif
