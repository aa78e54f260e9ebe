/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The tables of one run beside its extracts: volumes, service levels, decisions, other money. */
#ifndef PBR_SETTLE_RUN_TABLES_H
#define PBR_SETTLE_RUN_TABLES_H

#include "input/schema.h"
#include "settle/settlement.h"

extern const pbr_schema pbr_volumes_schema, pbr_levels_schema, pbr_decisions_schema,
    pbr_others_schema;

/* Each reads a table into rows that the arena owns and gives their number. Problems go to diag.
 * digest may be NULL. path must outlive the rows, whose places name it. */
size_t pbr_volumes_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                        pbr_volume **rows, char digest[PBR_SHA256_TEXT], pbr_diag *diag);
size_t pbr_levels_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                       pbr_level **rows, char digest[PBR_SHA256_TEXT], pbr_diag *diag);
/* Decisions are of two kinds, in one table. */
typedef struct {
    pbr_decision *decisions;
    pbr_override *overrides;
    size_t count, overrides_count;
} pbr_decided;
void pbr_decisions_read(const char *path, const pbr_contract *contract, pbr_arena *arena,
                        pbr_decided *rows, char digest[PBR_SHA256_TEXT], pbr_diag *diag);
size_t pbr_others_read(const char *path, pbr_arena *arena, pbr_other_line **rows,
                       char digest[PBR_SHA256_TEXT], pbr_diag *diag);

#endif
