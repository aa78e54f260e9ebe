/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the tables of a contract have in common: opening, names, areas, provenance, keeping rows. */
#ifndef PBR_CONTRACT_CELLS_H
#define PBR_CONTRACT_CELLS_H

#include "contract/contract.h"
#include "input/columns.h"
#include "input/table.h"

extern const char *const pbr_status_list[];

#define PBR_PROVENANCE_COLUMNS                                                                     \
    {.name = "clause", .description = "clause of the contract", .example = "schedule 9"},          \
        {.name = "source", .description = "document it was taken from", .example = "sample"},      \
    {                                                                                              \
        .name = "status", .words = pbr_status_list, .description = "how sure the value is",        \
        .example = "illustrative"                                                                  \
    }

pbr_table *pbr_open_table(pbr_contract *contract, const pbr_schema *schema, pbr_diag *diag);
/* Closes the table and records the file with its digest. */
void pbr_close_table(pbr_contract *contract, pbr_table *table, const pbr_schema *schema);

/* A cell as text of the arena; refused where a spreadsheet could read it as a formula. */
bool pbr_name_cell(pbr_table *table, size_t column, pbr_arena *arena, const char **out);
bool pbr_area_cell(const pbr_contract *contract, pbr_table *table, size_t column, size_t *area);
/* The clause, source and status that stand in this column and the two after it. */
pbr_provenance pbr_provenance_cells(pbr_table *table, size_t clause, pbr_arena *arena);

/* Moves rows that grew on the heap to the contract's arena. */
void *pbr_keep_rows(pbr_contract *contract, void *rows, size_t count, size_t size);

#endif
