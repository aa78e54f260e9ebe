/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The part of a path that names rows and a column of a table: "baselines[C02,Q4,binary].rate". */
#ifndef PBR_WHATIF_KEYS_H
#define PBR_WHATIF_KEYS_H

#include "contract/vary.h"
#include "whatif/candidates.h"

enum { PBR_KEYS_MAX = 4 };

typedef struct {
    const char *file, *column;      /* "baselines.csv", "rate" */
    size_t table;                   /* of the tables that paths know */
    const char *keys[PBR_KEYS_MAX]; /* NULL: any */
} pbr_keys;

/* Does the path begin with the name of a table? */
bool pbr_names_table(const char *path);
void pbr_add_tables(pbr_candidates *words);
/* Reads the path of a table. NULL, or what is wrong with it. */
const char *pbr_keys_parse(pbr_keys *keys, const char *path, pbr_arena *arena);
bool pbr_keys_match(const pbr_keys *keys, const pbr_contract *contract, const pbr_number *number);
/* Why no number matches, and what comes near. */
const char *pbr_keys_why_none(const pbr_keys *keys, const pbr_contract *contract,
                              const pbr_number *numbers, size_t count, pbr_arena *arena);
/* Why a number of a table cannot have this value; NULL: it can. */
const char *pbr_number_problem(const pbr_number *number, const mpq_t value);

#endif
