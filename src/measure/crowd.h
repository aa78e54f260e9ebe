/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Very many rows and starts of one person, as where one id stands for all of an export: looking at
 * every row for every start would take a day. Rows are put in order by day, and looked at once for
 * the starts of a day. */
#ifndef PBR_MEASURE_CROWD_H
#define PBR_MEASURE_CROWD_H

#include "measure/matching.h"

/* What is found of a row beside those of its person. */
typedef struct {
    uint32_t versions; /* under which it proves the offence, where no earlier row does */
    bool begins;       /* an offence that is counted once */
    bool repeats;      /* the row before it, in every cell */
    bool counted;
} pbr_row_finding;

/* What the rows come to for all starts that have this window and were transferred on this day: one
 * id may stand for very many starts and rows, as where an export has none. */
typedef struct {
    const pbr_window *window;                /* NULL: nothing is known */
    pbr_date transferred;                    /* PBR_NO_DATE: not inside follow-up */
    uint32_t counted, before, late, repeats; /* before: of those counted, before the transfer */
} pbr_match_outcome;

typedef struct pbr_crowd pbr_crowd;

/* Of rows and what is found of them, which must outlive it. */
pbr_crowd *pbr_crowd_new(const pbr_population *population, const pbr_offence *rows,
                         pbr_row_finding *findings, size_t count);
void pbr_crowd_free(pbr_crowd *crowd);
/* Counts the rows for starts that have the outcome's window and day of transfer, under the
 * ruling, and notes in their findings which count. Fast where starts come by their day.
 */
void pbr_crowd_count(pbr_crowd *crowd, const pbr_ruling *ruling, pbr_match_outcome *outcome);

#endif
