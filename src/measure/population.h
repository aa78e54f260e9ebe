/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every start of the extracts, judged row by row by the contract's rules and gathered by person. */
#ifndef PBR_MEASURE_POPULATION_H
#define PBR_MEASURE_POPULATION_H

#include "base/idmap.h"
#include "contract/contract.h"
#include "input/schema.h"

#define PBR_NO_START UINT32_MAX
#define PBR_NO_SCORE UINT32_MAX
enum { PBR_SCORE_PLACES = 6 }; /* scores are held as millionths of a percent point */

/* A start as one kind of period sees it: a quarter, a year of distinct persons, a named cohort. */
typedef struct {
    uint32_t reoffences;      /* counted */
    uint32_t before_transfer; /* of these, committed before the person was transferred */
    uint32_t repeats;         /* of these, from rows that repeat an earlier row */
    pbr_date transferred;     /* if inside follow-up, else PBR_NO_DATE */
    int16_t cohort;           /* -1: outside every cohort of the kind */
    uint8_t rules;            /* version */
    uint8_t excluded;         /* number of the first exclusion that holds, 0 none */
    uint8_t unmeasurable;     /* the same for what cannot be measured */
    uint8_t excluded_next;    /* the next that would hold, were it not for the first; 0 none */
    uint8_t unmeasurable_next;
} pbr_view;

typedef struct {
    uint32_t person;
    uint32_t next; /* the person's next start, or PBR_NO_START */
    uint32_t score;
    uint32_t start_id; /* offset of its text in population.texts; 0: none */
    pbr_date date;
    uint16_t area;
    uint16_t type; /* index into population.types */
    uint32_t line;
    uint16_t file;
    bool control;
} pbr_start;

typedef struct {
    const pbr_contract *contract;
    pbr_period kinds[PBR_PERIODS]; /* the kinds of period that are looked at */
    size_t kinds_count;
    int16_t *versions; /* rules of [area * cohorts + cohort]; -1: none in force */
    pbr_start *starts;
    pbr_view *views; /* [start * kinds_count + kind] */
    size_t count, starts_room, views_room;
    pbr_idmap *persons;
    uint32_t *heads; /* first start of each person */
    size_t heads_room;
    pbr_idmap *types;
    char *texts; /* start ids, NUL-terminated; offset 0 is the empty one */
    size_t texts_used, texts_room;
    const char **files;
    size_t files_count, files_room;
    int64_t rows, outside; /* read; in no cohort of the scheme */
} pbr_population;

/* Which version is used where follows from as_at too (a version may follow the settlement date). */
pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at);
void pbr_population_free(pbr_population *population);

/* Reads one cohort extract. Rows dated after the snapshot are problems. digest may be NULL. */
void pbr_population_read(pbr_population *population, const char *path, pbr_date snapshot,
                         char digest[PBR_SHA256_TEXT], pbr_diag *diag);

/* Orders each person's starts (date, start id, type, area) and reports duplicates. Call once, after
 * the last read. */
void pbr_population_order(pbr_population *population, pbr_diag *diag);

/* The schema of cohort.csv with the columns that the contract's rules name; owned by its arena. */
const pbr_schema *pbr_cohort_schema(const pbr_contract *contract);

static inline pbr_view *pbr_view_of(const pbr_population *population, size_t start, size_t kind)
{
    return &population->views[start * population->kinds_count + kind];
}

#endif
