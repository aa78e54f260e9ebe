/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Every start of the extracts, judged row by row by the contract's rules and put in order by
 * person.
 *
 * Memory is counted in bytes a start. A start holds its person, day and score, and the number of
 * its class: what the rules say of it, which it has in common with many others. What few starts
 * have (a transfer, a repeated row) stands beside them in lists. Persons are in the order of words
 * that are drawn anew for each run: no output may follow it. */
#ifndef PBR_MEASURE_POPULATION_H
#define PBR_MEASURE_POPULATION_H

#include "base/hash.h"
#include "base/idmap.h"
#include "contract/contract.h"
#include "measure/gathered.h"
#include "measure/ids.h"
#include "measure/lines.h"
#include "measure/window.h"

#include <pthread.h>

#define PBR_NO_SCORE ((1u << PBR_SCORE_BITS) - 1)
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

/* A transfer inside follow-up. Until the starts are in order they have no numbers, but lines. */
typedef struct {
    uint32_t start, kind, line;
    pbr_date day;
    uint32_t before; /* reoffences counted that were committed before it */
} pbr_transfer;

/* What one thread has read. */
typedef struct {
    pbr_gathered *starts;
    pbr_transfer *transfers;
    size_t transfers_count, transfers_room;
} pbr_harvest;

/* A start as one kind of period sees it. */
typedef struct {
    pbr_ruling judged;
    uint32_t reoffences;      /* counted */
    uint32_t before_transfer; /* of these, committed before the person was transferred */
    uint32_t repeats;         /* of these, from rows that repeat an earlier row */
} pbr_view;

/* Reoffences inside the follow-up of a cohort's starts. */
typedef struct {
    int64_t in_time, late; /* proved before the waiting period was over, or only after it */
} pbr_proofs;

typedef struct pbr_population {
    const pbr_contract *contract;
    pbr_period kinds[PBR_KINDS]; /* the kinds of period that are looked at */
    size_t kinds_count;
    int16_t *versions;     /* rules of [area * cohorts + cohort]; -1: none in force */
    pbr_date first_day;    /* of any cohort */
    int32_t days;          /* from it to the last one */
    pbr_secret secret;     /* by which ids' codes are mixed */
    pbr_ids *ids, *labels; /* of persons, and of starts until they are in order */
    pthread_mutex_t lock;  /* of classes and types, while starts are read */
    pbr_class *classes;
    size_t classes_count, classes_room;
    pbr_idmap *classes_known, *types;
    pbr_harvest *harvests; /* by thread, until the starts are in order */
    size_t harvests_count, harvests_room;
    pbr_lines files;

    pbr_start *starts; /* by person, then date, start id, type and area */
    size_t count, persons_count;
    uint32_t *first; /* start of the persons whose words have these highest bits, or of the next */
    unsigned first_bits;
    pbr_window *windows;     /* of starts, [version * days + day] */
    uint32_t *reoffences;    /* counted, [start * kinds_count + kind]; NULL: none yet */
    uint32_t *repeats;       /* the same, once there is one */
    pbr_transfer *transfers; /* by start, then kind */
    size_t transfers_count, transfers_room;
    pbr_proofs *proofs;    /* by cohort */
    int64_t rows, outside; /* read; in no cohort of the scheme */
} pbr_population;

/* Which version is used where follows from as_at too (a version may follow the settlement date). */
pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at);
void pbr_population_free(pbr_population *population);

/* The harvest of a thread, to be asked for while there is but one; valid until another is. */
pbr_harvest *pbr_harvest_of(pbr_population *population, size_t thread);
/* The number of a class of starts of a type, which it need not know yet. */
uint32_t pbr_class_enter(pbr_population *population, const pbr_class *class, pbr_slice type);
/* Puts the starts in order and reports duplicates. Call once, after the last read. */
void pbr_population_order(pbr_population *population, size_t threads, pbr_diag *diag);
/* No further class comes. */
void pbr_population_close(pbr_population *population);
/* Frees what served to order them. */
void pbr_population_shed(pbr_population *population);
/* Works out the windows of starts on any day, if it was not done before. */
void pbr_windows_make(pbr_population *population);

/* The word of an id, which is kept if it must be. */
static inline uint64_t pbr_person_enter(pbr_population *population, const pbr_id *id)
{
    return pbr_mix(population->secret, pbr_ids_enter(population->ids, id));
}

/* The word of an id; one that no start has if it is not known. */
static inline uint64_t pbr_person_word(const pbr_population *population, const pbr_id *id)
{
    return pbr_mix(population->secret, pbr_ids_find(population->ids, id));
}

/* The id of a start's person, which may stand in `unpacked`. */
pbr_slice pbr_person_id(const pbr_population *population, size_t start,
                        char unpacked[PBR_CODE_LETTERS + 1]);

/* The first start behind those of a person, by any of them. */
static inline size_t pbr_person_end(const pbr_population *population, size_t start)
{
    uint64_t person = population->starts[start].person;
    while (++start < population->count && population->starts[start].person == person) continue;
    return start;
}

/* Ranges of starts that no person stands in two of: whichever thread comes next takes one. A range
 * ends where the next one begins. */
enum { PBR_RANGES = 64 };
size_t pbr_range_begin(const pbr_population *population, size_t range);

static inline pbr_date pbr_date_of(const pbr_population *population, size_t start)
{
    return population->first_day + (pbr_date)population->starts[start].day;
}

/* The window of a start under a version of the rules. */
static inline const pbr_window *pbr_window_at(const pbr_population *population, size_t version,
                                              size_t start)
{
    size_t day = population->starts[start].day;
    return &population->windows[version * (size_t)population->days + day];
}

static inline const pbr_class *pbr_class_of(const pbr_population *population, size_t start)
{
    return &population->classes[population->starts[start].class];
}

static inline const pbr_ruling *pbr_ruling_of(const pbr_population *population, size_t start,
                                              size_t kind)
{
    return &pbr_class_of(population, start)->kinds[kind];
}

/* Of the reoffences counted for a start that was transferred. */
uint32_t pbr_counted_before_transfer(const pbr_population *population, size_t start, size_t kind);

static inline pbr_view pbr_view_of(const pbr_population *population, size_t start, size_t kind)
{
    size_t at = start * population->kinds_count + kind;
    pbr_view view = {.judged = *pbr_ruling_of(population, start, kind)};
    if (population->reoffences) view.reoffences = population->reoffences[at];
    if (population->repeats) view.repeats = population->repeats[at];
    if (view.judged.transferred)
        view.before_transfer = pbr_counted_before_transfer(population, start, kind);
    return view;
}

#endif
