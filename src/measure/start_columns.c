/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/start_columns.h"

#include "measure/filter.h"

#include <string.h>

static const char *const groups[] = {"treated", "control", NULL};
static const pbr_column own_columns[PBR_START_COLUMNS] = {
    [PBR_START_PERSON] = {.name = "person_id",
                          .personal = true,
                          .description =
                              "pseudonymous id, 1 to 64 printable characters (bytes of UTF-8)",
                          .example = "A1234BC"},
    [PBR_START_AREA] = {.name = "cpa", .description = "code of the area", .example = "C02"},
    [PBR_START_DATE] = {.name = "start_date",
                        .kind = PBR_DATE,
                        .description = "release from custody, or start of the order",
                        .example = "2015-10-05"},
    [PBR_START_TYPE] = {.name = "start_type",
                        .description = "a start type of the rules",
                        .example = "community-order"},
    [PBR_START_SCORE] = {.name = "ogrs",
                         .kind = PBR_DECIMAL,
                         .presence = PBR_BLANKABLE,
                         .least = "0",
                         .most = "100",
                         .places = 6,
                         .unit = "percent",
                         .description =
                             "reconviction score; may be blank where the contract does not adjust",
                         .example = "47.25"},
    [PBR_START_GROUP] = {.name = "group",
                         .presence = PBR_OPTIONAL,
                         .words = groups,
                         .description = "treated or control; blank is treated",
                         .example = "treated"},
    [PBR_START_LABEL] = {.name = "start_id",
                         .presence = PBR_OPTIONAL,
                         .personal = true,
                         .description = "tells starts of one person, day and type apart",
                         .example = "S000001"},
};

const pbr_schema *pbr_cohort_schema(const pbr_contract *contract)
{
    size_t room = PBR_START_COLUMNS + 1;
    for (size_t i = 0; i < contract->rules_count; i++)
        room += contract->rules[i].terms->exclude_count +
                contract->rules[i].terms->unmeasurable_count + 1;
    pbr_column *columns = pbr_arena_alloc(contract->arena, room * sizeof *columns);
    memcpy(columns, own_columns, sizeof own_columns);
    size_t count = PBR_START_COLUMNS;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        pbr_filter transfer = {.column = terms->transferred.column,
                               .before = terms->title,
                               .reason = "day of transfer to the public sector"};
        count = pbr_filter_columns(columns, count, terms->exclude, terms->exclude_count);
        count = pbr_filter_columns(columns, count, terms->unmeasurable, terms->unmeasurable_count);
        count = pbr_filter_columns(columns, count, &transfer, transfer.column ? 1 : 0);
    }
    pbr_schema *schema = pbr_arena_alloc(contract->arena, sizeof *schema);
    *schema = (pbr_schema){.name = "cohort",
                           .file = "cohort.csv",
                           .title = "Starts: a row a release or order",
                           .columns = columns,
                           .count = count,
                           .key = "person_id,cpa,start_date,start_type,start_id"};
    return schema;
}
