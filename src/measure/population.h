/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every start of the extracts, judged row by row by the contract's rules and gathered by person.
 *
 * Memory is counted in bytes a start. A start holds its person's id as a code, its day and score,
 * and the number of its class: what the rules say of it, which it has in common with many others.
 * What few starts have (a transfer, a repeated row) stands beside them in lists. */
#ifndef PBR_MEASURE_POPULATION_H
#define PBR_MEASURE_POPULATION_H

#include "base/code.h"
#include "base/idmap.h"
#include "contract/contract.h"
#include "measure/lines.h"
#include "measure/persons.h"

#define PBR_NO_START UINT32_MAX
#define PBR_NO_SCORE 0xFFFFFFFu
enum { PBR_SCORE_PLACES = 6 }; /* scores are held as millionths of a percent point */

/* What the rules say of a start in one kind of period: a quarter, a year of distinct persons, a
 * named cohort. */
typedef struct {
    int16_t cohort;        /* -1: outside every cohort of the kind */
    uint8_t rules;         /* version */
    uint8_t excluded;      /* number of the first exclusion that holds, 0 none */
    uint8_t unmeasurable;  /* the same for what cannot be measured */
    uint8_t excluded_next; /* the next that would hold, were it not for the first; 0 none */
    uint8_t unmeasurable_next;
    bool transferred; /* inside follow-up, on the day that pbr_transfer_of tells */
} pbr_ruling;

enum { PBR_KINDS = 3 }; /* of periods that starts are looked at by */

/* What many starts have in common. No byte of it is left undefined. */
typedef struct {
    pbr_ruling kinds[PBR_KINDS];
    uint16_t area;
    uint16_t type; /* index into population.types */
    bool control;
    uint8_t unused[3];
} pbr_class;

/* A person is known by the number of the first start of theirs that was read. */
typedef struct {
    pbr_code person; /* the id */
    pbr_date date;
    uint32_t score : 28; /* or PBR_NO_SCORE */
    uint32_t is_person : 1;
    uint32_t is_not_head : 1; /* of a person: another start comes first in their order */
    uint32_t class;
    uint32_t next; /* the person's next start, or PBR_NO_START */
} pbr_start;

/* A transfer inside follow-up. */
typedef struct {
    uint32_t start, kind;
    pbr_date day;
    uint32_t before; /* reoffences counted that were committed before it */
} pbr_transfer;

/* The first start in the order of a person whose first one read is another. */
typedef struct {
    uint32_t person, head;
} pbr_person_head;

/* A start as one kind of period sees it. */
typedef struct {
    pbr_ruling judged;
    uint32_t reoffences;      /* counted */
    uint32_t before_transfer; /* of these, committed before the person was transferred */
    uint32_t repeats;         /* of these, from rows that repeat an earlier row */
} pbr_view;

typedef struct pbr_population {
    const pbr_contract *contract;
    pbr_period kinds[PBR_KINDS]; /* the kinds of period that are looked at */
    size_t kinds_count;
    int16_t *versions; /* rules of [area * cohorts + cohort]; -1: none in force */
    pbr_start *starts;
    size_t count, starts_room;
    pbr_persons *persons;
    pbr_asides ids; /* persons' ids that are not packed */
    pbr_class *classes;
    size_t classes_count, classes_room;
    pbr_idmap *classes_known, *types;
    uint32_t *reoffences;    /* counted, [start * kinds_count + kind]; NULL: none yet */
    uint32_t *repeats;       /* the same, once there is one */
    pbr_transfer *transfers; /* by start, then kind */
    size_t transfers_count, transfers_room;
    pbr_person_head *heads; /* by person */
    size_t heads_count, heads_room;
    int64_t rows, outside; /* read; in no cohort of the scheme */

    /* until the starts are put in order */
    uint32_t *lines;  /* of each start, counted through all the files */
    pbr_code *labels; /* start ids; NULL: none has one */
    pbr_asides long_labels;
    size_t lines_room, labels_room;
    pbr_lines files;
} pbr_population;

/* Which version is used where follows from as_at too (a version may follow the settlement date). */
pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at);
void pbr_population_free(pbr_population *population);

/* Adding starts, in the order of the files: the number of a class; what transfers the next start
 * has, by its class; the next start itself, its line through all files and its id. person is its
 * own number if it is the first of a new person, as pbr_person_enter says. */
uint32_t pbr_class_enter(pbr_population *population, const pbr_class *class);
void pbr_transfers_add(pbr_population *population, const pbr_class *class,
                       const pbr_date days[PBR_KINDS]);
void pbr_population_add(pbr_population *population, pbr_start start, uint32_t person, uint32_t line,
                        pbr_code label);

/* Orders each person's starts (date, start id, type, area) and reports duplicates. Call once, after
 * the last read. */
void pbr_population_order(pbr_population *population, pbr_diag *diag);

/* The first person from a start on, or the count of starts. */
size_t pbr_person_from(const pbr_population *population, size_t start);
/* The first start in the person's order; each names the next. */
uint32_t pbr_person_head_of(const pbr_population *population, uint32_t person);
/* The transfer of a start that has one. */
pbr_transfer *pbr_transfer_of(const pbr_population *population, size_t start, size_t kind);
pbr_view pbr_view_of(const pbr_population *population, size_t start, size_t kind);

static inline const pbr_class *pbr_class_of(const pbr_population *population, size_t start)
{
    return &population->classes[population->starts[start].class];
}

static inline const pbr_ruling *pbr_ruling_of(const pbr_population *population, size_t start,
                                              size_t kind)
{
    return &pbr_class_of(population, start)->kinds[kind];
}

#endif
