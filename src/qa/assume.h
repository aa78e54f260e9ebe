/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the makers of the assumptions log share. */
#ifndef PBR_QA_ASSUME_H
#define PBR_QA_ASSUME_H

#include "qa/qa.h"

/* The two moves of a number, and their words. */
#define PBR_MOVES ((const char *const[]){"x 1.01", "x 0.99"})

typedef struct {
    pbr_qa *qa;
    mpq_t factors[2]; /* as PBR_MOVES */
    pbr_assumption *items;
    size_t count, room;
} pbr_assumer;

/* Is a value of this status one that somebody assumed, rather than published? */
bool pbr_is_assumed(pbr_status status);
/* A new assumption, valid until the next is added. */
pbr_assumption *pbr_assumer_add(pbr_assumer *assumer, const char *file, const char *term,
                                pbr_status status);
/* A further trial of it; NULL where there are as many as there may be. */
pbr_trial *pbr_assumption_try(pbr_assumption *assumption, pbr_arena *arena, const char *change);

/* Numbers of tables: rows that say the same for many areas move together. */
void pbr_assume_tables(pbr_assumer *assumer);
void pbr_assume_agreements(pbr_assumer *assumer);

#endif
