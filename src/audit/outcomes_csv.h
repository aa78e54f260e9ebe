/* SPDX-License-Identifier: GPL-3.0-or-later */
/* outcomes.csv: a row a start and period, counted or left out, so that its sums are metrics.csv and
 * attrition.csv. */
#ifndef PBR_AUDIT_OUTCOMES_CSV_H
#define PBR_AUDIT_OUTCOMES_CSV_H

#include "audit/outcomes.h"
#include "audit/person_id.h"
#include "base/out.h"
#include "input/schema.h"

extern const pbr_schema pbr_outcomes_schema;

/* The columns that outcomes.csv and an audit sample have in common. */
#define PBR_OUTCOME_COLUMNS                                                                        \
    {.name = "person_id", .description = "as in cohort.csv, or hashed", .example = "A1234BC"},     \
        {.name = "cpa", .description = "code of the area", .example = "C05"},                      \
        {.name = "cohort",                                                                         \
         .description = "quarter, contract year or named cohort",                                  \
         .example = "2015Q4"},                                                                     \
        {.name = "measured_in",                                                                    \
         .description = "the cohort that judges the start: a part, where the cohort is a sum",     \
         .example = "2015Q4"},                                                                     \
        {.name = "group", .description = "treated or control", .example = "treated"},              \
        {.name = "start_date",                                                                     \
         .kind = PBR_DATE,                                                                         \
         .description = "first day of follow-up",                                                  \
         .example = "2015-10-05"},                                                                 \
        {.name = "start_type",                                                                     \
         .description = "a start type of the rules",                                               \
         .example = "community-order"},                                                            \
        {.name = "start_id",                                                                       \
         .presence = PBR_BLANKABLE,                                                                \
         .description = "as in cohort.csv",                                                        \
         .example = "S000001"},                                                                    \
        {.name = "follow_up_last",                                                                 \
         .kind = PBR_DATE,                                                                         \
         .description = "last day of follow-up",                                                   \
         .example = "2016-10-05"},                                                                 \
        {.name = "proof_last",                                                                     \
         .kind = PBR_DATE,                                                                         \
         .description = "last day on which a proof is in time",                                    \
         .example = "2017-04-05"},                                                                 \
        {.name = "transferred_on",                                                                 \
         .kind = PBR_DATE,                                                                         \
         .presence = PBR_BLANKABLE,                                                                \
         .description = "day of transfer, if during follow-up",                                    \
         .example = "2016-03-01"},                                                                 \
        {.name = "ogrs",                                                                           \
         .kind = PBR_DECIMAL,                                                                      \
         .presence = PBR_BLANKABLE,                                                                \
         .unit = "percent",                                                                        \
         .description = "reconviction score",                                                      \
         .example = "47.25"},                                                                      \
        {.name = "stage",                                                                          \
         .description = "excluded, unmeasurable or counted",                                       \
         .example = "excluded"},                                                                   \
        {.name = "reason",                                                                         \
         .description = "id of the rule, transferred, later-start or counted",                     \
         .example = "nps"},                                                                        \
        {.name = "clause", .description = "clause of the rule", .example = "Schedule 9"},          \
        {.name = "rules", .description = "version of the rules", .example = "2015-award"},         \
        {.name = "reoffences",                                                                     \
         .kind = PBR_COUNT,                                                                        \
         .description = "that count in the start's own window, also where it is left out",         \
         .example = "2"},                                                                          \
    {                                                                                              \
        .name = "first_offence", .kind = PBR_DATE, .presence = PBR_BLANKABLE,                      \
        .description = "day of the first of these", .example = "2015-12-01"                        \
    }

/* A start in a cohort, which may be the sum of the one that it was measured in. */
typedef struct {
    const pbr_outcome *outcome;
    size_t cohort;
    const char *person; /* as it is shown */
} pbr_entry;

/* Which entries a list is made of. */
typedef struct {
    const pbr_outcomes *outcomes;
    const size_t *chosen; /* cohorts; NULL: all */
    size_t chosen_count;
    bool sums; /* an entry for each cohort chosen, sums too; else one entry an outcome, under the
                  cohort that measured it */
    pbr_date as_at;
    const pbr_id_key *key; /* persons are shown under it; NULL: as they are */
} pbr_entries_wanted;

/* By area, cohort, group, shown person, start date, start id and type. Owned by the arena. */
size_t pbr_entries_list(const pbr_entries_wanted *wanted, pbr_arena *arena, pbr_entry **list);

/* The cells of the common columns. */
void pbr_entry_cells(pbr_out *out, const pbr_entry *entry, const pbr_contract *contract);

void pbr_outcomes_write(pbr_out *out, const pbr_entry *entries, size_t count,
                        const pbr_contract *contract);

#endif
