/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of a settlement folder that figures are cells of, read back as text. */
#ifndef PBR_EXPLAIN_RECORDED_TABLES_H
#define PBR_EXPLAIN_RECORDED_TABLES_H

#include "explain/telling.h"
#include "input/schema.h"

typedef struct {
    const pbr_schema *schema;
    const char **cells; /* row by row, as the schema's columns stand */
    size_t rows;
} pbr_recorded_table;

typedef struct {
    pbr_recorded_table payments, results, balances;
    pbr_attrition *ledger;
    size_t ledger_count;
    const pbr_settlement *settlement;
} pbr_recorded_tables;

/* Reads them from the folder into the arena. Problems go to diag; false if there was any. */
bool pbr_recorded_tables_read(pbr_recorded_tables *tables, const char *folder,
                              const pbr_settlement *settlement, pbr_arena *arena, pbr_diag *diag);

void pbr_recorded_tables_free(pbr_recorded_tables *tables);

/* For pbr_explained: the context is the tables. */
const char *pbr_recorded_payment_cell(const void *context, size_t payment, const char *column);

/* Gives a figure its cell, and whether that is what its node comes to. */
void pbr_recorded_compare(const pbr_recorded_tables *tables, pbr_told *told, pbr_arena *arena);

#endif
