/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What settle, measure and check do alike: load the contract, read the data, choose the cohorts. */
#ifndef PBR_COMMAND_WORK_H
#define PBR_COMMAND_WORK_H

#include "command/arguments.h"
#include "measure/measure.h"
#include "report/manifest_reader.h"
#include "settle/settlement.h"

typedef struct {
    pbr_contract *contract;
    pbr_measures *measures;
    pbr_date as_at, snapshot; /* PBR_NO_DATE: not given */
    size_t *cohorts;          /* chosen, in the contract's order */
    size_t cohorts_count;
    pbr_input_fact *inputs; /* with digests, by role, then name, then digest */
    size_t inputs_count;
    const char **input_paths; /* in the same order */
    pbr_earlier *earlier;
    pbr_earlier_run *runs; /* in order of settlement */
    pbr_carried *carried;
    pbr_earlier_other *earlier_others;
    size_t earlier_count, runs_count, carried_count, earlier_others_count;
    pbr_volume *volumes;
    pbr_level *levels;
    pbr_decision *decisions;
    pbr_override *overrides;
    pbr_other_line *others;
    size_t volumes_count, levels_count, decisions_count, overrides_count, others_count;
    pbr_arena *arena;
} pbr_work;

/* The options of data that settle and check share, for their tables. */
#define PBR_DATA_OPTIONS                                                                           \
    {"contract", "DIR", false, "the contract's folder"},                                           \
        {"cohort", "FILE", true, "extracts of starts; - is standard input, .gz is unpacked"},      \
        {"reoffences", "FILE", true, "extracts of reoffences"},                                    \
        {"metrics", "FILE", false, "a table of measures, instead of extracts"},                    \
        {"as-at", "DATE", false, "the date the settlement is made; the clock is never read"},      \
    {                                                                                              \
        "snapshot", "DATE", false, "the date of the extracts"                                      \
    }

/* Loads the contract and reads the data that the arguments name; cohorts too if asked. The digests
 * of extracts are taken where they are wanted: it costs time. Problems go to diag; what could be
 * read is in work. Free it in any case. */
void pbr_work_load(pbr_work *work, const pbr_arguments *arguments, bool digests, pbr_diag *diag);
void pbr_work_choose_cohorts(pbr_work *work, const char *list, pbr_diag *diag);
/* Reads the run's own tables: --volumes, --service-levels, --decisions, --other-lines, --counts. */
void pbr_work_tables(pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag);
/* Reads the settlement folders given as --previous. */
void pbr_work_previous(pbr_work *work, const pbr_arguments *arguments, pbr_diag *diag);
/* Reads what a settlement's own folder records of earlier ones. */
void pbr_work_earlier(pbr_work *work, const char *folder, const pbr_manifest *manifest,
                      pbr_diag *diag);
/* What is settled, of work that is complete. */
pbr_settle_options pbr_work_options(const pbr_work *work, const char *id, bool interim);
void pbr_work_free(pbr_work *work);

/* Is this the role of an input, which is the option that names it? */
bool pbr_is_input(const char *role);
/* Is an input of this role what the measures were made from, rather than a table of the run? */
bool pbr_is_measured(const char *role);

#endif
