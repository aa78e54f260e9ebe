/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Why figures differ between two settlements: one thing after another is replaced, in a stated
 * order, and what each replacement changes is its part. The parts of a figure add up to its change
 * exactly. Another order would give other parts where two things act on each other. */
#ifndef PBR_COMPARE_ATTRIBUTION_H
#define PBR_COMPARE_ATTRIBUTION_H

#include "base/mem.h"
#include "base/ratio.h"

struct pbr_figures; /* compare/figures.h */

/* What is settled at each step. */
typedef enum {
    PBR_STAGE_OLD,       /* the old settlement as its folder records it */
    PBR_STAGE_OLD_AGAIN, /* the same, made by this program */
    PBR_STAGE_ROWS,      /* with the new data of those whom both count */
    PBR_STAGE_MEMBERS,   /* with all of the new data: also who is counted by them */
    PBR_STAGE_TERMS,     /* with the new contract */
    PBR_STAGE_NEW_AGAIN, /* with everything else of the new run: the new settlement, by this program
                          */
    PBR_STAGE_NEW,       /* the new settlement as its folder records it */
    PBR_STAGES
} pbr_attribution_stage;

typedef enum {
    PBR_CAUSE_DATA_ROWS,
    PBR_CAUSE_MEMBERSHIP,
    PBR_CAUSE_TERMS,
    PBR_CAUSE_RUN, /* date, cohorts, earlier settlements, decisions, other money */
    PBR_CAUSE_ENGINE,
    PBR_CAUSE_ROUNDING,
    PBR_CAUSES
} pbr_cause;

/* A figure that is not the same at every stage. */
typedef struct {
    const char *name;                 /* CPA/COHORT/LINE/FIELD */
    const char *field;                /* "due_pence" */
    bool money;                       /* whole pence, unlike its parts */
    const char *area, *cohort, *line; /* "" for a payee's figure */
    bool share;                       /* one payee's part of a line that is split */
    size_t table;                     /* PBR_FIGURE_RESULTS ... */
    const char *old, *now;            /* as recorded; NULL: one settlement has no such line */
    bool numeric;                     /* has parts; else only where it changed is known */
    mpq_t change, parts[PBR_CAUSES];  /* pence, or the column's unit */
    bool moved[PBR_CAUSES];           /* the figure changed at this cause */
} pbr_figure_change;

/* Borrows the figures. */
typedef struct {
    pbr_figure_change *items; /* by name, results before payments, in the order of their columns */
    size_t count, room;
    const pbr_figure_change **by_name; /* the same in byte order of their names */
    size_t figures;                    /* that either settlement has */
    size_t only_old, only_new;         /* lines of one settlement only */
    pbr_arena *arena;
} pbr_figure_changes;

/* The first two and the last two stages must be there; where another is NULL it could not be told,
 * and what it would have changed falls to the next stage's cause. Without the stage of rows the
 * data are one part, under data rows. */
pbr_figure_changes *pbr_attribute(const struct pbr_figures *const stages[PBR_STAGES]);
void pbr_figure_changes_free(pbr_figure_changes *changes);

/* The change of a figure by name, or NULL where it is the same at every stage. */
const pbr_figure_change *pbr_figure_changes_find(const pbr_figure_changes *changes,
                                                 const char *name);

/* "data_rows", as columns and JSON have it; "data rows", for people. */
const char *pbr_cause_key(pbr_cause cause);
const char *pbr_cause_words(pbr_cause cause);

#endif
