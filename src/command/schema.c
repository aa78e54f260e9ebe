/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/schema.h"

#include "audit/outcomes_csv.h"
#include "audit/sample.h"
#include "command/arguments.h"
#include "contract/lists.h"
#include "contract/load.h"
#include "contract/tables.h"
#include "measure/counts.h"
#include "measure/metrics_csv.h"
#include "measure/offence_rows.h"
#include "measure/start_columns.h"
#include "report/difference_tables.h"
#include "report/qa_tables.h"
#include "report/tables.h"
#include "report/whatif_schemas.h"
#include "settle/run_tables.h"

#include <jansson.h>
#include <stdlib.h>
#include <string.h>

static const pbr_option options[] = {
    {"contract", "DIR", false, "add the columns that this contract's rules name"},
    {0},
};

enum { SCHEMAS_MAX = 64 };

static const char *type_of(const pbr_column *column)
{
    static const char *const types[] = {"string", "date", "integer", "number", "number", "integer"};
    return types[column->kind];
}

static json_t *constraints_json(const pbr_column *column)
{
    json_t *constraints = json_object();
    if (column->presence == PBR_REQUIRED) json_object_set_new(constraints, "required", json_true());
    if (column->least)
        json_object_set_new(constraints, "minimum", json_real(strtod(column->least, NULL)));
    else if (column->kind == PBR_COUNT)
        json_object_set_new(constraints, "minimum", json_integer(0));
    if (column->most)
        json_object_set_new(constraints, "maximum", json_real(strtod(column->most, NULL)));
    if (!column->words) return constraints;
    json_t *words = json_array();
    for (const char *const *word = column->words; *word; word++)
        json_array_append_new(words, json_string(*word));
    json_object_set_new(constraints, "enum", words);
    return constraints;
}

static json_t *field_json(const pbr_column *column)
{
    json_t *field = json_pack("{s:s, s:s, s:s*, s:s*, s:s*}", "name", column->name, "type",
                              type_of(column), "description", column->description, "unit",
                              column->unit, "example", column->example);
    json_object_set_new(field, "constraints", constraints_json(column));
    return field;
}

static json_t *key_json(const char *key)
{
    json_t *list = json_array();
    for (const char *at = key; at && *at;) {
        size_t length = strcspn(at, ",");
        json_array_append_new(list, json_stringn(at, length));
        at += length + (at[length] == ',');
    }
    return list;
}

static void print_schema(const pbr_schema *schema)
{
    json_t *fields = json_array();
    for (size_t i = 0; i < schema->count; i++)
        json_array_append_new(fields, field_json(&schema->columns[i]));
    json_t *root =
        json_pack("{s:s, s:s, s:s, s:o, s:[s]}", "name", schema->name, "path", schema->file,
                  "title", schema->title, "fields", fields, "missingValues", "");
    if (schema->key) json_object_set_new(root, "primaryKey", key_json(schema->key));
    json_dumpf(root, stdout, JSON_INDENT(2));
    putchar('\n');
    json_decref(root);
}

static size_t list_schemas(pbr_contract *contract, const pbr_schema *list[SCHEMAS_MAX])
{
    const pbr_schema *all[] = {
        pbr_cohort_schema(contract), pbr_reoffences_schema(contract),
        &pbr_metrics_schema,         &pbr_areas_schema,
        &pbr_agreements_schema,      &pbr_baselines_schema,
        pbr_prices_schema(contract), &pbr_cohorts_schema,
        &pbr_payments_schema,        &pbr_counts_schema,
        &pbr_steps_schema,           &pbr_indices_schema,
        &pbr_clauses_schema,         &pbr_volumes_schema,
        &pbr_levels_schema,          &pbr_decisions_schema,
        &pbr_others_schema,          &pbr_balances_schema,
        &pbr_other_schema,           &pbr_results_schema,
        &pbr_attrition_schema,       &pbr_checks_schema,
        &pbr_earlier_schema,         &pbr_outcomes_schema,
        &pbr_sample_schema,          &pbr_qa_assumptions_schema,
        &pbr_qa_exclusions_schema,   &pbr_qa_splits_schema,
        &pbr_qa_turns_schema,        &pbr_difference_schema,
    };
    enum { COUNT = sizeof all / sizeof *all };
    _Static_assert((int)COUNT + (int)PBR_WHATIF_TABLES <= (int)SCHEMAS_MAX, "room for every table");
    memcpy(list, all, sizeof all);
    for (size_t i = 0; i < PBR_WHATIF_TABLES; i++) list[COUNT + i] = pbr_whatif_schemas[i];
    return COUNT + PBR_WHATIF_TABLES;
}

const char *pbr_schema_key(const char *file)
{
    const pbr_schema *list[SCHEMAS_MAX];
    pbr_contract none = {.arena = pbr_arena_new()};
    size_t count = list_schemas(&none, list), i = 0;
    while (i < count && strcmp(list[i]->file, file) != 0) i++;
    const char *key = i < count ? list[i]->key : NULL;
    pbr_arena_free(none.arena);
    return key;
}

static pbr_exit print_named(const pbr_schema *const *list, size_t count, const char *name,
                            pbr_diag *diag)
{
    const char *names[SCHEMAS_MAX];
    for (size_t i = 0; i < count; i++) {
        names[i] = list[i]->name;
        if (strcmp(name, list[i]->name) != 0 && strcmp(name, list[i]->file) != 0) continue;
        print_schema(list[i]);
        return PBR_EXIT_OK;
    }
    const char *near = pbr_near_miss_in(pbr_slice_of(name), names, count);
    pbr_error(diag, "usage", PBR_NOWHERE, "no table is called \"%s\"%s%s%s", name,
              near ? ": did you mean \"" : ": see pbrcalc schema", near ? near : "",
              near ? "\"?" : "");
    return PBR_EXIT_NOT_DONE;
}

static pbr_exit run(const pbr_arguments *arguments, pbr_diag *diag)
{
    const char *const *names;
    const pbr_schema *list[SCHEMAS_MAX];
    size_t count = pbr_arguments_operands(arguments, &names);
    const char *folder = pbr_arguments_value(arguments, "contract");
    pbr_arena *arena = folder ? NULL : pbr_arena_new();
    pbr_contract none = {.arena = arena};
    pbr_contract *contract = folder ? pbr_contract_load(folder, diag) : &none;
    if (!contract) return PBR_EXIT_NOT_DONE;
    size_t schemas = list_schemas(contract, list);
    pbr_exit status = PBR_EXIT_OK;
    for (size_t i = 0; i < schemas && !count; i++)
        printf("%-12s %-16s %s\n", list[i]->name, list[i]->file, list[i]->title);
    for (size_t i = 0; i < count && status == PBR_EXIT_OK; i++)
        status = print_named(list, schemas, names[i], diag);
    if (folder) pbr_contract_free(contract);
    pbr_arena_free(arena);
    return status;
}

const pbr_command pbr_schema_command = {
    .name = "schema",
    .summary = "print the Table Schema (JSON) of a CSV that is read or written",
    .examples = "  pbrcalc schema\n  pbrcalc schema cohort "
                "--contract contracts/transforming-rehabilitation\n",
    .usage = "  pbrcalc schema [NAME] [--contract DIR]\n",
    .options = options,
    .operands = "[NAME]",
    .run = run,
};
