/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file as written: a question asked of a settlement, in a closed vocabulary. What its
 * words mean is in docs/scenarios.md. Records, strings and arrays are owned by the arena that the
 * file was read with; a string that was not given is NULL. */
#ifndef PBR_WHATIF_SCENARIO_H
#define PBR_WHATIF_SCENARIO_H

#include "base/diag.h"
#include "base/mem.h"
#include "contract/contract.h"

/* How a term is changed; a word or name can only be set. */
typedef enum { PBR_SET, PBR_TIMES, PBR_PLUS } pbr_operation;

/* One change of a term or of numbers of tables, by path: "lines.binary.test.level",
 * "prices[*].binary_price", "baselines[C02,Q4,binary].rate". Exactly one of set, times, plus. */
typedef struct {
    char *term;
    char *rules; /* of a term: the version; NULL: every version that states it */
    char *set, *times, *plus;
} pbr_scenario_change;

typedef enum {
    PBR_BASELINES_YEAR,      /* the rows of another baseline year */
    PBR_BASELINES_POOLED,    /* one rate for all areas: the mean weighted by cases */
    PBR_BASELINES_SHRUNK,    /* each row moved towards that mean by a weight */
    PBR_BASELINES_SETTLEMENT /* the measures of an earlier settlement */
} pbr_baselines_from;

/* Other baselines for a metric. */
typedef struct {
    char *metric;
    pbr_baselines_from from;
    char *year;       /* year */
    char *weight;     /* shrunk: 0 leaves a row as it is, 1 makes it the mean */
    char *settlement; /* settlement: its folder */
} pbr_scenario_baselines;

/* One side of the comparison. The second side begins as the first, with its changes. */
typedef struct {
    char *settlement; /* a settlement folder; or else contract and metrics (and counts) */
    char *contract, *metrics, *counts, *cohorts, *as_at;
    char **inputs; /* folders in which the extracts of the settlement are looked for */
    unsigned inputs_count;
    pbr_scenario_change *change;
    unsigned change_count;
    pbr_scenario_baselines *baselines;
    unsigned baselines_count;
    char **drop; /* rules that leave persons out, by path: "exclude.em-only" */
    unsigned drop_count;
} pbr_scenario_side;

/* A term that takes several values: a list, or from, to and step. */
typedef struct {
    char *term, *rules;
    pbr_operation how;
    char **values;
    unsigned values_count;
    char *from, *to, *step;
} pbr_scenario_vary;

typedef struct {
    pbr_scenario_vary *vary;
    unsigned vary_count;
} pbr_scenario_sweep;

typedef struct {
    char *by;     /* percent that each number is moved by, either way */
    char **terms; /* paths; none: every number that the settlement rests on */
    unsigned terms_count;
} pbr_scenario_tornado;

typedef enum { PBR_SIMULATE_PARAMETRIC, PBR_SIMULATE_BOOTSTRAP } pbr_simulate_method;
typedef enum { PBR_COUNTS_RESAMPLED, PBR_COUNTS_NEGATIVE_BINOMIAL } pbr_simulate_counts;
typedef enum { PBR_BASELINE_FIXED, PBR_BASELINE_SAMPLED, PBR_BASELINE_BOTH } pbr_simulate_baseline;

/* An effect to simulate: the true fall from the baseline. Falls are in the metrics' own units:
 * percentage points of persons who reoffend, reoffences per reoffender. With a standard deviation
 * the fall is drawn anew in each replicate, one for all areas, from a normal distribution. */
typedef struct {
    char *name;
    char *rate_fall, *rate_sd;
    char *frequency_fall, *frequency_sd;
} pbr_scenario_effect;

typedef struct {
    unsigned replicates, seed;
    pbr_simulate_method method;
    pbr_simulate_counts counts;
    pbr_simulate_baseline baseline;
    pbr_scenario_effect *effects; /* none: no effect alone */
    unsigned effects_count;
} pbr_scenario_simulate;

typedef struct {
    char *chance; /* that is wanted, "0.8" */
    char **rate_falls, **frequency_falls;
    unsigned rate_falls_count, frequency_falls_count;
} pbr_scenario_power;

typedef struct {
    char *title, *author, *question;
    pbr_scenario_side base;
    pbr_scenario_side *instead; /* NULL: the base by itself */
    pbr_scenario_sweep *sweep;
    pbr_scenario_tornado *tornado;
    char *break_even; /* "yes" or "no" */
    pbr_scenario_simulate *simulate;
    pbr_scenario_power *power;
    /* where it was read from, for messages */
    const char *path;
    const pbr_term *list;
    size_t list_count;
    char sha256[PBR_SHA256_TEXT]; /* of the file */
} pbr_scenario;

/* Reads a scenario file. NULL, with every problem in diag, if there was any. */
pbr_scenario *pbr_scenario_read(const char *path, pbr_arena *arena, pbr_diag *diag);
/* The place of a value, "instead.change.2.term", or of the first in a group, "instead.change.2"; of
 * the file where nothing of it is stated. */
pbr_place pbr_scenario_place(const pbr_scenario *scenario, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
