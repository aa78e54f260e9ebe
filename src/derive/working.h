/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Workings: each line of the contract as a table of stages, from counts to the computed amount, a
 * column a step and a row an area and cohort. The stages follow from the line's terms; their
 * formulas are text (expr.h), worked out here a second time, exactly, and compared with what the
 * engine settled. `explain` tells them as a tree, the workbook writes them as formulas. */
#ifndef PBR_DERIVE_WORKING_H
#define PBR_DERIVE_WORKING_H

#include "derive/expr.h"
#include "settle/claim.h"

/* Where the value of a stage comes from. */
typedef enum {
    PBR_STAGE_FORMULA,
    PBR_STAGE_COUNT,    /* a column of metrics.csv */
    PBR_STAGE_BASELINE, /* a column of baselines.csv */
    PBR_STAGE_PRICE,    /* a money column of prices.csv, of the cohort's contract year */
    PBR_STAGE_TERM,     /* a term of the rules, by path */
    PBR_STAGE_STEP,     /* a cell of steps.csv */
    PBR_STAGE_INDEX,    /* a value of indices.csv */
    PBR_STAGE_RESULT,   /* of another line for the same area and cohort */
    PBR_STAGE_VOLUME,   /* starts of volumes.csv under one weight, over the months of the span */
    PBR_STAGE_LEVEL,    /* a column of service-levels.csv */
    PBR_STAGE_FLOW,     /* of money on its way to the payee: flows.c */
    PBR_STAGE_ENGINE    /* what only the engine can tell; `note` says why */
} pbr_stage_origin;

typedef enum {
    PBR_UNIT_COUNT,
    PBR_UNIT_NUMBER,
    PBR_UNIT_PERCENT,
    PBR_UNIT_RATE, /* of the metric: percent, or events per person */
    PBR_UNIT_EVENTS,
    PBR_UNIT_POUNDS,
    PBR_UNIT_PENCE, /* whole */
    PBR_UNIT_EXACT_PENCE,
    PBR_UNIT_WORD
} pbr_unit;

enum { PBR_CITES_MAX = 4 };

typedef struct {
    const char *field; /* names the stage in formulas and figures: "adjusted_rate" */
    const char *title;
    pbr_unit unit;
    pbr_stage_origin origin;
    const char *key;   /* column, path or line, by origin */
    const char *other; /* a count: "group" or "cohort" it is compared with, else NULL; a baseline: a
                          cohort label other than the row's own, else NULL; a cell of steps.csv: the
                          number of its step */
    const char *note;
    pbr_expr *formula;                /* of PBR_STAGE_FORMULA; its names are numbered: a stage, or
                                         stages_count + a constant */
    const char *cites[PBR_CITES_MAX]; /* paths of the terms that say so; NULL: no more */
    bool per_line;                    /* the same in every row */
    size_t figure;                    /* the engine's own figure that it must come to, if any */
} pbr_stage;

/* What a spreadsheet makes of a stage. */
typedef enum {
    PBR_FLOATING_SAME,   /* its formula comes to the engine's value, or it is no formula */
    PBR_FLOATING_BLANK,  /* it rests on a blank cell */
    PBR_FLOATING_DIFFERS /* floating point does not give the engine's value: a tie, a limit hit */
} pbr_floating;

/* What the line came to in one area and cohort. */
typedef struct {
    size_t area, cohort;
    const pbr_result *result; /* NULL: a monthly line */
    const pbr_claim *claim;   /* NULL: not priced */
    size_t item;              /* of a flow: index of the cap step or payment */
    const pbr_value **values; /* one a stage; none where it does not apply */
    pbr_floating *floating;   /* one a stage */
} pbr_working_row;

typedef struct {
    const pbr_rules *rules; /* NULL, as the line: of a flow, which goes over all lines */
    const pbr_line *line;
    pbr_stage *stages;
    size_t stages_count, stages_room;
    size_t priced_from;    /* the first stage that only a priced row has */
    pbr_working_row *rows; /* by area, then cohort */
    size_t rows_count, rows_room;
} pbr_working;

typedef struct {
    const pbr_settlement *settlement;
    const pbr_measures *measures;
    const pbr_settle_options *options;
    pbr_working *workings; /* by rules, then line as they list them; only lines that are settled */
    size_t count;
    pbr_working net;                  /* a row a top-up that is net of other lines */
    pbr_working caps[PBR_CAP_LEVELS]; /* a row a line under a cap, room by room, in order */
    pbr_working payments;             /* a row a payment, as the settlement lists them */
    const pbr_value **constants;      /* as pbr_constants lists them */
    pbr_arena *arena;
    pbr_pool *pool;
} pbr_workings;

/* Works every line out again. What is given must outlive the workings. A figure that comes out
 * otherwise than the engine's goes to diag ("derivation-differs"): nothing of the settlement may be
 * written then. Never NULL. */
pbr_workings *pbr_workings_make(const pbr_settlement *settlement, const pbr_measures *measures,
                                const pbr_settle_options *options, pbr_diag *diag);
void pbr_workings_free(pbr_workings *workings);

/* Index of a stage by its field, or stages_count. */
size_t pbr_working_stage(const pbr_working *working, const char *field);
/* The working and row of a line, or NULL. */
const pbr_working_row *pbr_workings_row(const pbr_workings *workings, size_t area, size_t cohort,
                                        const char *line, const pbr_working **working);

/* For the makers of stages: each adds one at the end. Texts must outlive the working. */
pbr_stage *pbr_stage_add(pbr_working *working, const char *field, const char *title, pbr_unit unit,
                         pbr_stage_origin origin, const char *key);
pbr_stage *pbr_stage_formula(pbr_workings *all, pbr_working *working, const char *field,
                             const char *title, pbr_unit unit, const char *formula);
void pbr_stage_cite(pbr_stage *stage, const char *path);
/* A name of the contract as a name in formulas: letters, digits and "_". */
const char *pbr_plain_name(pbr_arena *arena, const char *name);
/* "lines.binary.test.level" */
const char *pbr_stage_path(pbr_workings *all, const pbr_working *working, const char *rest);

/* The stages of a line's kind (stages_*.c). */
void pbr_stages_outcome(pbr_workings *all, pbr_working *working);
void pbr_stages_limits(pbr_workings *all, pbr_working *working, const pbr_metric *metric);
void pbr_stages_payoffs(pbr_workings *all, pbr_working *working, const pbr_metric *metric);
void pbr_stages_month(pbr_workings *all, pbr_working *working);

/* A count of the row, and a term of the line under a short name; each once however often it is
 * asked for. */
void pbr_stages_need_count(pbr_working *working, const char *column);
void pbr_stages_need_other(pbr_workings *all, pbr_working *working, const char *column);
void pbr_stages_need_term(pbr_workings *all, pbr_working *working, const char *field,
                          const char *title, pbr_unit unit, const char *path);

/* The row of baselines.csv that a stage reads (or one made from measures); NULL: none. */
const pbr_baseline *pbr_ingredient_baseline(const pbr_workings *all, const pbr_working_row *row,
                                            const pbr_stage *stage);
/* What else ingredients are read from; NULL where there is none. */
const pbr_measure *pbr_ingredient_measure(const pbr_workings *all, const pbr_working_row *row,
                                          const pbr_stage *stage);
const pbr_step *pbr_ingredient_step(const pbr_workings *all, const pbr_stage *stage);
bool pbr_ingredient_step_from(const pbr_stage *stage); /* its change, rather than its value? */
const pbr_index *pbr_ingredient_index(const pbr_workings *all, const pbr_working *working,
                                      const pbr_working_row *row, const pbr_stage *stage);
const pbr_weight *pbr_ingredient_weight(const pbr_working *working, const pbr_stage *stage);
const pbr_level *pbr_ingredient_level(const pbr_workings *all, const pbr_working *working,
                                      const pbr_working_row *row);
/* A term of the rules by its path, or NULL. */
const pbr_term *pbr_ingredient_term(const pbr_rules *rules, const char *path);
/* The stages and rows of the flows, from the computed amount to what is due (flows.c). */
void pbr_flows_plan(pbr_workings *all);
const pbr_value *pbr_flow_ingredient(const pbr_workings *all, const pbr_working *working,
                                     const pbr_working_row *row, const pbr_stage *stage);
/* What the engine came to for a stage of a flow; NULL where it does not say. */
const pbr_value *pbr_flow_of_engine(const pbr_workings *all, const pbr_working *working,
                                    const pbr_working_row *row, const char *field);
/* Does this run's payment take what an earlier settlement paid in this row? Its own payee's rows;
 * the share that takes the residue has those of payees that no longer have a share. */
bool pbr_flow_takes(const pbr_settlement *settlement, const pbr_payment *payment,
                    const pbr_earlier *earlier);
pbr_working_row *pbr_working_add_row(pbr_working *working, size_t area, size_t cohort);

/* The value of a stage that is not a formula (ingredients.c). */
const pbr_value *pbr_ingredient(pbr_workings *all, const pbr_working *working,
                                const pbr_working_row *row, const pbr_stage *stage);

#endif
