/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/recorded_tables.h"

#include "input/table.h"
#include "report/tables.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- reading --- */

static bool read_table(pbr_recorded_table *out, const char *folder, const pbr_schema *schema,
                       pbr_arena *arena, pbr_diag *diag)
{
    size_t room = 0;
    const char **cells = NULL;
    const char *path = pbr_arena_printf(arena, "%s/%s", folder, schema->file);
    pbr_table *table = pbr_table_open(path, schema, NULL, 0, diag);
    *out = (pbr_recorded_table){.schema = schema};
    if (!table) return false;
    while (pbr_table_next(table)) {
        cells = pbr_grow(cells, &room, (out->rows + 1) * schema->count, sizeof *cells);
        for (size_t i = 0; i < schema->count; i++) {
            pbr_slice cell = pbr_table_cell(table, i);
            cells[out->rows * schema->count + i] = pbr_arena_text(arena, cell.text, cell.length);
        }
        out->rows++;
    }
    pbr_table_close(table, NULL);
    out->cells = pbr_arena_alloc(arena, (out->rows * schema->count + 1) * sizeof *cells);
    if (cells) memcpy(out->cells, cells, out->rows * schema->count * sizeof *cells);
    free(cells);
    return true;
}

static const char *cell_of(const pbr_recorded_table *table, size_t row, const char *column)
{
    return table->cells[row * table->schema->count + pbr_schema_column(table->schema, column)];
}

static const char *text_of(pbr_table *table, const char *column, pbr_arena *arena)
{
    pbr_slice cell = pbr_table_cell(table, pbr_schema_column(&pbr_attrition_schema, column));
    return pbr_arena_text(arena, cell.text, cell.length);
}

static bool read_ledger_row(pbr_table *table, pbr_attrition *row, const pbr_contract *contract,
                            pbr_arena *arena)
{
    const pbr_schema *schema = &pbr_attrition_schema;
    const char *area = text_of(table, "cpa", arena);
    *row = (pbr_attrition){.area = pbr_contract_area(contract, area, strlen(area)),
                           .cohort = pbr_contract_cohort(contract, text_of(table, "cohort", arena)),
                           .stage = text_of(table, "stage", arena),
                           .reason = text_of(table, "reason", arena),
                           .title = text_of(table, "title", arena),
                           .clause = text_of(table, "clause", arena)};
    mpq_init(row->ogrs_sum);
    return pbr_table_count(table, pbr_schema_column(schema, "starts"), &row->starts) &&
           pbr_table_count(table, pbr_schema_column(schema, "reoffenders"), &row->reoffenders) &&
           pbr_table_count(table, pbr_schema_column(schema, "reoffences"), &row->reoffences) &&
           pbr_table_decimal(table, pbr_schema_column(schema, "ogrs_sum"), row->ogrs_sum);
}

static bool read_ledger(pbr_recorded_tables *tables, const char *folder, pbr_arena *arena,
                        pbr_diag *diag)
{
    bool ok = true;
    size_t room = 0;
    const char *path = pbr_arena_printf(arena, "%s/%s", folder, pbr_attrition_schema.file);
    pbr_table *table = pbr_table_open(path, &pbr_attrition_schema, NULL, 0, diag);
    if (!table) return false;
    while (pbr_table_next(table)) {
        tables->ledger =
            pbr_grow(tables->ledger, &room, tables->ledger_count + 1, sizeof *tables->ledger);
        ok &= read_ledger_row(table, &tables->ledger[tables->ledger_count++],
                              tables->settlement->contract, arena);
    }
    pbr_table_close(table, NULL);
    return ok;
}

bool pbr_recorded_tables_read(pbr_recorded_tables *tables, const char *folder,
                              const pbr_settlement *settlement, pbr_arena *arena, pbr_diag *diag)
{
    *tables = (pbr_recorded_tables){.settlement = settlement};
    bool ok = read_table(&tables->payments, folder, &pbr_payments_schema, arena, diag);
    ok &= read_table(&tables->results, folder, &pbr_results_schema, arena, diag);
    ok &= read_table(&tables->balances, folder, &pbr_balances_schema, arena, diag);
    return read_ledger(tables, folder, arena, diag) && ok;
}

void pbr_recorded_tables_free(pbr_recorded_tables *tables)
{
    for (size_t i = 0; i < tables->ledger_count; i++) mpq_clear(tables->ledger[i].ogrs_sum);
    free(tables->ledger);
}

/* --- looking up --- */

struct key {
    const char *area, *cohort, *line, *payee; /* payee NULL: any */
};

/* The row of a key, or the number of rows. */
static size_t row_of(const pbr_recorded_table *table, const struct key *key)
{
    size_t row = 0;
    for (; row < table->rows; row++) {
        if (strcmp(cell_of(table, row, "cpa"), key->area) != 0) continue;
        if (strcmp(cell_of(table, row, "cohort"), key->cohort) != 0) continue;
        if (strcmp(cell_of(table, row, "line"), key->line) != 0) continue;
        if (!key->payee || strcmp(cell_of(table, row, "payee"), key->payee) == 0) break;
    }
    return row;
}

const char *pbr_recorded_payment_cell(const void *context, size_t payment, const char *column)
{
    const pbr_recorded_tables *tables = context;
    const pbr_settlement *s = tables->settlement;
    const pbr_payment *p = &s->payments[payment];
    struct key key = {s->contract->areas[p->area].code, s->contract->cohorts[p->cohort].name,
                      p->line->id, p->payee};
    size_t row = row_of(&tables->payments, &key);
    return row < tables->payments.rows ? cell_of(&tables->payments, row, column) : NULL;
}

static const char *balance_cell(const pbr_recorded_table *table, const pbr_figure *figure,
                                const pbr_column **column)
{
    const char *field = strcmp(figure->field, "total") == 0 ? "total_pence" : figure->field;
    *column = &table->schema->columns[pbr_schema_column(table->schema, field)];
    for (size_t row = 0; row < table->rows; row++)
        if (strcmp(cell_of(table, row, "payee"), figure->payee) == 0)
            return cell_of(table, row, field);
    return NULL;
}

/* A figure over the payees of a line that is split is no cell. */
static bool is_one_row(const pbr_recorded_table *payments, size_t row, const struct key *key)
{
    if (key->payee || row + 1 >= payments->rows) return true;
    return strcmp(cell_of(payments, row + 1, "cpa"), key->area) != 0 ||
           strcmp(cell_of(payments, row + 1, "cohort"), key->cohort) != 0 ||
           strcmp(cell_of(payments, row + 1, "line"), key->line) != 0;
}

static const char *line_cell(const pbr_recorded_tables *tables, const pbr_figure *figure,
                             const pbr_column **column)
{
    const pbr_contract *contract = tables->settlement->contract;
    const pbr_recorded_table *payments = &tables->payments, *results = &tables->results;
    struct key key = {contract->areas[figure->area].code, contract->cohorts[figure->cohort].name,
                      figure->line, figure->payee};
    size_t in_payments = pbr_schema_column(payments->schema, figure->field);
    size_t in_results = pbr_schema_column(results->schema, figure->field);
    size_t row = row_of(payments, &key);
    if (in_payments != (size_t)-1 && row < payments->rows && is_one_row(payments, row, &key)) {
        *column = &payments->schema->columns[in_payments];
        return cell_of(payments, row, figure->field);
    }
    if (in_results == (size_t)-1 || figure->payee) return NULL;
    row = row_of(results, &key);
    *column = &results->schema->columns[in_results];
    return row < results->rows ? cell_of(results, row, figure->field) : NULL;
}

/* --- comparing --- */

/* As tables.c writes it. */
static const char *as_cell(const pbr_node *node, const pbr_column *column, pbr_arena *arena)
{
    char text[PBR_RATIO_TEXT];
    const pbr_value *value = node->value;
    if (value->kind == PBR_VALUE_NONE) return "";
    if (value->kind == PBR_VALUE_WORD) return value->word;
    if (value->kind == PBR_VALUE_REAL) return pbr_arena_printf(arena, "%.9f", value->real);
    bool whole = column->kind == PBR_PENCE || column->kind == PBR_COUNT;
    pbr_ratio_text(text, value->exact, whole ? 0 : column->places);
    return pbr_arena_text(arena, text, strlen(text));
}

void pbr_recorded_compare(const pbr_recorded_tables *tables, pbr_told *told, pbr_arena *arena)
{
    const pbr_column *column = NULL;
    if (told->figure.step) return;
    told->cell = told->figure.of_balance ? balance_cell(&tables->balances, &told->figure, &column)
                                         : line_cell(tables, &told->figure, &column);
    if (!told->cell) return;
    /* An apostrophe stands before words that a spreadsheet could take for a formula. */
    const char *cell = told->cell, *own = as_cell(told->node, column, arena);
    told->differs = strcmp(cell, own) != 0 && !(*cell == '\'' && strcmp(cell + 1, own) == 0);
}
