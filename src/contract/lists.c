/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/lists.h"

#include "contract/cells.h"

#include <stdlib.h>
#include <string.h>

enum { VALUE_PLACES = 10 };

enum { STEP_TABLE, STEP_AT_LEAST, STEP_VALUE, STEP_CLAUSE };
static const pbr_column step_columns[] = {
    {.name = "table", .description = "name by which a payoff asks for it", .example = "savings"},
    {.name = "at_least",
     .kind = PBR_DECIMAL,
     .places = VALUE_PLACES,
     .description = "from this change on",
     .unit = "percent, or units of the metric",
     .example = "10"},
    {.name = "value",
     .kind = PBR_DECIMAL,
     .places = VALUE_PLACES,
     .description = "amount of the step, or share of the slice",
     .unit = "pounds, or percent",
     .example = "4800000"},
    PBR_PROVENANCE_COLUMNS,
};
const pbr_schema pbr_steps_schema = {.name = "steps",
                                     .file = "steps.csv",
                                     .title = "Step tables of payoffs",
                                     PBR_SCHEMA_COLUMNS(step_columns),
                                     .key = "table,at_least"};

enum { INDEX_SERIES, INDEX_YEAR, INDEX_VALUE, INDEX_CLAUSE };
static const pbr_column index_columns[] = {
    {.name = "series", .description = "name by which a fee asks for it", .example = "cpi"},
    {.name = "contract_year", .description = "contract year", .example = "2016/17"},
    {.name = "value",
     .kind = PBR_DECIMAL,
     .places = VALUE_PLACES,
     .least = "0",
     .description = "value of the index",
     .example = "101.4"},
    PBR_PROVENANCE_COLUMNS,
};
const pbr_schema pbr_indices_schema = {.name = "indices",
                                       .file = "indices.csv",
                                       .title = "Index series",
                                       PBR_SCHEMA_COLUMNS(index_columns),
                                       .key = "series,contract_year"};

static const pbr_column clause_columns[] = {
    {.name = "clause", .description = "as terms cite it", .example = "schedule 9"},
    {.name = "title", .description = "what it is about", .example = "Payment mechanism"},
};
const pbr_schema pbr_clauses_schema = {.name = "clauses",
                                       .file = "clauses.csv",
                                       .title = "Clauses of the signed contract",
                                       PBR_SCHEMA_COLUMNS(clause_columns),
                                       .key = "clause"};

static pbr_table *open_if_there(pbr_contract *contract, const pbr_schema *schema, pbr_diag *diag)
{
    if (pbr_contract_lacks(contract, schema->file)) return NULL;
    return pbr_open_table(contract, schema, diag);
}

static int by_table_and_step(const void *left, const void *right)
{
    const pbr_step *a = left, *b = right;
    int tables = strcmp(a->table, b->table);
    return tables ? tables : mpq_cmp(a->at_least, b->at_least);
}

static void report_repeated_steps(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 1; i < contract->steps_count; i++)
        if (by_table_and_step(&contract->steps[i - 1], &contract->steps[i]) == 0)
            pbr_error(
                diag, "repeated-row",
                ((pbr_place){pbr_contract_path(contract, "steps.csv"), contract->steps[i].line, 1}),
                "the step on line %ld is the same: remove one", contract->steps[i - 1].line);
}

void pbr_steps_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = open_if_there(contract, &pbr_steps_schema, diag);
    pbr_step *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_step *row = &rows[count++];
        row->line = pbr_table_line(table);
        mpq_inits(row->at_least, row->value, NULL);
        pbr_name_cell(table, STEP_TABLE, contract->arena, &row->table);
        pbr_table_decimal(table, STEP_AT_LEAST, row->at_least);
        pbr_table_decimal(table, STEP_VALUE, row->value);
        row->source = pbr_provenance_cells(table, STEP_CLAUSE, contract->arena);
    }
    pbr_close_table(contract, table, &pbr_steps_schema);
    contract->steps = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->steps_count = count;
    if (count) qsort(contract->steps, count, sizeof *contract->steps, by_table_and_step);
    report_repeated_steps(contract, diag);
}

void pbr_indices_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = open_if_there(contract, &pbr_indices_schema, diag);
    pbr_index *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_index *row = &rows[count++];
        row->line = pbr_table_line(table);
        mpq_init(row->value);
        pbr_name_cell(table, INDEX_SERIES, contract->arena, &row->series);
        pbr_name_cell(table, INDEX_YEAR, contract->arena, &row->contract_year);
        if (pbr_table_decimal(table, INDEX_VALUE, row->value) && mpq_sgn(row->value) == 0)
            pbr_table_error(table, INDEX_VALUE, "out-of-range", "is zero", "an index is above 0");
        row->source = pbr_provenance_cells(table, INDEX_CLAUSE, contract->arena);
    }
    pbr_close_table(contract, table, &pbr_indices_schema);
    contract->indices = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->indices_count = count;
}

void pbr_clauses_read(pbr_contract *contract, pbr_diag *diag)
{
    pbr_table *table = open_if_there(contract, &pbr_clauses_schema, diag);
    pbr_clause *rows = NULL;
    size_t count = 0, room = 0;
    if (!table) return;
    while (pbr_table_next(table)) {
        rows = pbr_grow(rows, &room, count + 1, sizeof *rows);
        pbr_clause *row = &rows[count++];
        row->line = pbr_table_line(table);
        pbr_name_cell(table, 0, contract->arena, &row->clause);
        pbr_name_cell(table, 1, contract->arena, &row->title);
    }
    pbr_close_table(contract, table, &pbr_clauses_schema);
    contract->clauses = pbr_keep_rows(contract, rows, count, sizeof *rows);
    contract->clauses_count = count;
}
