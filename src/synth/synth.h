/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Synthetic but realistic extracts, for training, tests and benchmarks. Nobody in them exists.
 *
 * Every area has its size: the cases of its baseline rows, and about 9% more rows that are excluded
 * or further starts. Shares of reoffenders, scores and counts lie near the baselines; each area
 * does somewhat better or worse, as the seed deals it out. Every edge of the rules occurs: offences
 * on the first and last day and the days beside them, outcomes on the last day of the waiting
 * period and after it, each exclusion, outcomes that do not count, breaches, people in several
 * cohorts and areas. The numbers behind all this are in shape.c.
 *
 * Rows are written as they are made, by cohort, area and day; memory grows only with the people who
 * have a further start ahead of them. The same contract, options and seed give the same bytes. */
#ifndef PBR_SYNTH_SYNTH_H
#define PBR_SYNTH_SYNTH_H

#include "contract/contract.h"

enum { PBR_SYNTH_MOST_STARTS = 1000000000, PBR_SYNTH_SPARE_MONTHS = 6 };

typedef struct {
    const pbr_contract *contract;
    uint64_t seed; /* folded to the 32 bits that MT19937 takes */
    int64_t
        starts; /* rows of cohort.csv in all, shared out by size; 0: as the baselines' cases say */
    const size_t *cohorts; /* quarters, named cohorts, or years (which stand for their quarters) */
    size_t cohorts_count;  /* 0: every cohort of the scheme that is not a year */
    bool dirty;         /* add bad rows of every kind, and problems.csv that says where they are */
    const char *folder; /* must exist; files in it of the same names are replaced */
} pbr_synth_options;

typedef struct {
    int64_t starts, reoffences; /* sound rows, without those that `dirty` adds */
    int64_t persons;            /* with a start */
    int64_t dirty_rows;         /* rows of problems.csv */
} pbr_synth_counts;

/* Writes cohort.csv, reoffences.csv and, with dirty, problems.csv. False, with trouble in diag, if
 * that could not be done; the folder may then hold parts of files, which are the caller's to
 * remove. GSL's error handler must be off. */
bool pbr_synth(const pbr_synth_options *options, pbr_synth_counts *counts, pbr_diag *diag);

/* A safe snapshot date for such an extract: the last day of its last cohort + the contract's
 * longest follow-up and waiting + PBR_SYNTH_SPARE_MONTHS (24 months in all where those are 12 and
 * 6). Every cohort is ripe at it and no sound row is dated after it. PBR_NO_DATE if no cohort was
 * asked for. */
pbr_date pbr_synth_snapshot(const pbr_synth_options *options);

#endif
