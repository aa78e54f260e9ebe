/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is drawn for each cohort and each baseline, and with what chance: docs/simulation.md in
 * code. Chances of reoffending and mean numbers of reoffences follow from the baselines that the
 * cohorts meet, or from what was counted, and from the effect. */
#ifndef PBR_WHATIF_MODEL_H
#define PBR_WHATIF_MODEL_H

#include "whatif/chances.h"
#include "whatif/dice.h"
#include "whatif/rerun.h"
#include "whatif/scenario.h"

/* A cohort of an area, under no effect. */
typedef struct {
    size_t cell;
    unsigned persons; /* drawn; fewer than measured where persons are weighted */
    double weight;    /* persons measured for each that is drawn; 1 without weights */
    bool falls;       /* the effect acts on it: not on control groups */
    pbr_chances own;  /* how many reoffences its reoffenders have; size 0: not asked for */
    double size;      /* negative binomial: of a reoffender; 0: Poisson */
} pbr_model_cell;

/* The same under an effect. */
typedef struct {
    double chance, mean; /* of reoffending; reoffences of a reoffender */
    pbr_chances chances;
} pbr_model_chance;

typedef struct {
    const pbr_scenario_effect *effect; /* NULL: none */
    double rate_sd, frequency_sd;      /* points; reoffences */
    pbr_model_chance *cells;           /* of the model's cells */
} pbr_model_effect;

typedef struct {
    const pbr_compiled *compiled;
    const pbr_scenario_simulate *terms;
    pbr_model_cell *cells;
    size_t cells_count;
    size_t *drawn_rows; /* rows of the compiled settlement that are drawn themselves, in order */
    size_t *moved_rows; /* and those that move with their quarters */
    size_t drawn_rows_count, moved_rows_count;
    pbr_model_effect *effects;
    size_t effects_count;
    int64_t most;  /* reoffences that a reoffender can be drawn with; 0: as measured */
    bool as_table; /* counts are drawn value by value; false: as one sum, or not at all */
    const char **notes;
    size_t notes_count, notes_room;
    pbr_arena *arena;
} pbr_model;

/* NULL, reported at the places of the scenario, where something cannot be drawn. All is the
 * arena's but notes, which pbr_model_free frees. */
pbr_model *pbr_model_make(const pbr_compiled *compiled, const pbr_scenario *scenario,
                          pbr_arena *arena, pbr_diag *diag);
void pbr_model_free(pbr_model *model);
/* Adds a sentence unless it is there. */
void pbr_model_note(pbr_model *model, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Where a drawn effect led out of what can be: how often a value was put back to the edge. */
typedef struct {
    int64_t drawn, clamped;
    pbr_chances chances; /* room for those of one replicate */
} pbr_model_work;

void pbr_model_work_init(pbr_model_work *work, const pbr_model *model);
void pbr_model_work_free(pbr_model_work *work);

/* The largest mean number of reoffences with which a cell can be drawn. */
double pbr_model_mean_most(const pbr_model_cell *cell);

/* Draws every cell under an effect; every baseline. */
void pbr_model_draw(const pbr_model *model, size_t effect, const pbr_dice *dice,
                    pbr_model_work *work, pbr_rerun *rerun);
void pbr_model_draw_rows(const pbr_model *model, const pbr_dice *dice, pbr_rerun *rerun);

#endif
