/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/figures.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { PARTS_OF_A_PENNY = 100 };

pbr_figures *pbr_figures_new(const pbr_schema *const schemas[PBR_FIGURE_TABLES])
{
    pbr_figures *figures = pbr_alloc(1, sizeof *figures);
    figures->arena = pbr_arena_new();
    for (size_t i = 0; i < PBR_FIGURE_TABLES; i++) figures->tables[i].schema = schemas[i];
    return figures;
}

void pbr_figures_free(pbr_figures *figures)
{
    if (!figures) return;
    for (size_t i = 0; i < PBR_FIGURE_TABLES; i++) free(figures->tables[i].rows);
    pbr_arena_free(figures->arena);
    free(figures);
}

static const char **new_cells(pbr_figures *figures, const pbr_schema *schema)
{
    return pbr_arena_alloc(figures->arena, schema->count * sizeof(const char *));
}

static pbr_figure_row *add_row(pbr_figure_table *table, const char *name, const char *const *cells)
{
    table->rows = pbr_grow(table->rows, &table->room, table->count + 1, sizeof *table->rows);
    pbr_figure_row *row = &table->rows[table->count++];
    *row = (pbr_figure_row){.name = name, .cells = cells};
    return row;
}

static const char *const *cells_of(pbr_figures *figures, const pbr_schema *schema,
                                   const pbr_keyed *rows, const pbr_keyed_row *row)
{
    const char **cells = new_cells(figures, schema);
    for (size_t i = 0; i < schema->count; i++)
        cells[i] = pbr_keyed_cell(rows, row, schema->columns[i].name);
    return cells;
}

static int64_t pence_of(const char *text)
{
    return strtoll(text, NULL, 10);
}

/* Money is added up; what the rows agree in stands; what they differ in is left blank. */
static const char *const *sum_cells(pbr_figures *figures, const pbr_schema *schema,
                                    const char *const *const *parts, size_t count)
{
    const char **cells = new_cells(figures, schema);
    for (size_t i = 0; i < schema->count; i++) {
        int64_t sum = 0;
        bool same = true;
        for (size_t k = 0; k < count; k++) {
            pbr_pence_add(&sum, pence_of(parts[k][i])); /* the settlement checked that it fits */
            same &= strcmp(parts[k][i], parts[0][i]) == 0;
        }
        cells[i] = same && count ? parts[0][i] : "";
        if (schema->columns[i].kind == PBR_PENCE)
            cells[i] = pbr_arena_printf(figures->arena, "%" PRId64, sum);
    }
    return cells;
}

/* The rows of one line: one payee, or a sum and its parts. */
static void add_payment(pbr_figures *figures, const pbr_keyed *rows, size_t first, size_t end)
{
    pbr_figure_table *table = &figures->tables[PBR_FIGURE_PAYMENTS];
    const char *const **parts = pbr_arena_alloc(figures->arena, (end - first) * sizeof *parts);
    size_t payee = pbr_schema_column(table->schema, "payee");
    const char *line = pbr_arena_printf(figures->arena, "%s", rows->items[first].key);
    for (size_t i = first; i < end; i++)
        parts[i - first] = cells_of(figures, table->schema, rows, &rows->items[i]);
    if (end - first == 1) {
        add_row(table, line, parts[0])->payee = parts[0][payee];
        return;
    }
    add_row(table, line, sum_cells(figures, table->schema, parts, end - first));
    for (size_t i = 0; i < end - first; i++) {
        const char *name = pbr_arena_printf(figures->arena, "%s/%s", line, parts[i][payee]);
        pbr_figure_row *row = add_row(table, name, parts[i]);
        row->payee = parts[i][payee];
        row->share = true;
    }
}

static void add_payments(pbr_figures *figures, const pbr_keyed *rows)
{
    for (size_t i = 0, end; i < rows->count; i = end) {
        for (end = i + 1;
             end < rows->count && strcmp(rows->items[end].key, rows->items[i].key) == 0;)
            end++;
        add_payment(figures, rows, i, end);
    }
}

static void add_plain(pbr_figures *figures, pbr_figure_table *table, const pbr_keyed *rows)
{
    for (size_t i = 0; i < rows->count; i++)
        add_row(table, rows->items[i].key, cells_of(figures, table->schema, rows, &rows->items[i]));
}

static void add_all_payees(pbr_figures *figures)
{
    pbr_figure_table *table = &figures->tables[PBR_FIGURE_BALANCES];
    const char *const **parts = pbr_arena_alloc(figures->arena, (table->count + 1) * sizeof *parts);
    for (size_t i = 0; i < table->count; i++) parts[i] = table->rows[i].cells;
    const char *const *cells = sum_cells(figures, table->schema, parts, table->count);
    add_row(table, PBR_ALL_PAYEES, cells);
}

static int by_name(const void *left, const void *right)
{
    return strcmp(((const pbr_figure_row *)left)->name, ((const pbr_figure_row *)right)->name);
}

bool pbr_figures_read(pbr_figures *figures, size_t table, pbr_source *source, pbr_diag *diag)
{
    pbr_keyed rows = {0};
    pbr_figure_table *to = &figures->tables[table];
    const char *key = table == PBR_FIGURE_BALANCES ? "payee" : "cpa,cohort,line";
    bool read = pbr_keyed_read(&rows, source, key, figures->arena, diag);
    pbr_keyed_sort(&rows);
    if (table == PBR_FIGURE_PAYMENTS)
        add_payments(figures, &rows);
    else
        add_plain(figures, to, &rows);
    if (table == PBR_FIGURE_BALANCES) add_all_payees(figures);
    if (to->count) qsort(to->rows, to->count, sizeof *to->rows, by_name);
    pbr_keyed_free(&rows);
    return read;
}

const pbr_figure_row *pbr_figures_row(const pbr_figure_table *table, const char *name)
{
    pbr_figure_row wanted = {.name = name};
    if (!table->count) return NULL;
    return bsearch(&wanted, table->rows, table->count, sizeof wanted, by_name);
}

/* --- what rounding added --- */

/* Hundredths of a penny by which the rounded amount exceeds units x price; 0 where that is not what
 * was rounded: a hurdle stopped it, or a month takes a residue. */
static int64_t rounding_of(const pbr_payment *payment)
{
    mpq_t exact, step;
    mpq_inits(exact, step, NULL);
    mpq_mul(exact, payment->units, payment->price);
    pbr_ratio_set(step, 100, 1);
    mpq_mul(exact, exact, step);
    pbr_ratio_set(step, payment->computed_pence, 1);
    mpq_sub(exact, step, exact);
    pbr_ratio_round(exact, PBR_PART_PLACES, PBR_HALF_EVEN);
    pbr_ratio_set(step, PARTS_OF_A_PENNY, 1);
    mpq_mul(exact, exact, step);
    bool small =
        mpq_cmp_si(exact, PARTS_OF_A_PENNY, 1) < 0 && mpq_cmp_si(exact, -PARTS_OF_A_PENNY, 1) > 0;
    int64_t rounding = small ? pbr_ratio_floor(exact) : 0;
    mpq_clears(exact, step, NULL);
    return rounding;
}

static bool same_cell(const pbr_figure_table *table, const pbr_figure_row *row, const char *a,
                      const char *b)
{
    return strcmp(row->cells[pbr_schema_column(table->schema, a)],
                  row->cells[pbr_schema_column(table->schema, b)]) == 0;
}

int64_t pbr_figure_rounding(const pbr_figure_table *table, const pbr_figure_row *row, size_t column)
{
    /* A sum or balance is as exact as what it is made of, while nothing limits that. */
    static const struct {
        const char *column, *same_as;
    } carries[] = {
        {"computed_pence", "computed_pence"}, {"capped_pence", "computed_pence"},
        {"payable_pence", "computed_pence"},  {"due_pence", "computed_pence"},
        {"lines_pence", "lines_pence"},       {"total_pence", "total_pence"},
        {"pay_now_pence", "total_pence"},
    };
    if (!row || !row->rounding) return 0;
    const char *name = table->schema->columns[column].name;
    for (size_t i = 0; i < sizeof carries / sizeof *carries; i++) {
        if (strcmp(carries[i].column, name) != 0) continue;
        bool due = strcmp(name, "due_pence") == 0;
        return same_cell(table, row, due ? "payable_pence" : name, carries[i].same_as)
                   ? row->rounding
                   : 0;
    }
    return 0;
}

static pbr_figure_row *find(pbr_figure_table *table, const char *name)
{
    pbr_figure_row wanted = {.name = name};
    if (!table->count) return NULL;
    return bsearch(&wanted, table->rows, table->count, sizeof wanted, by_name);
}

void pbr_figures_round(pbr_figures *figures, const pbr_settlement *settlement)
{
    pbr_figure_table *payments = &figures->tables[PBR_FIGURE_PAYMENTS];
    pbr_figure_table *balances = &figures->tables[PBR_FIGURE_BALANCES];
    size_t due = pbr_schema_column(payments->schema, "due_pence");
    pbr_figure_row *all = find(balances, PBR_ALL_PAYEES);
    for (size_t i = 0; i < settlement->payments_count; i++) {
        const pbr_payment *payment = &settlement->payments[i];
        const char *name = pbr_arena_printf(
            figures->arena, "%s/%s/%s", settlement->contract->areas[payment->area].code,
            settlement->contract->cohorts[payment->cohort].name, payment->line->id);
        pbr_figure_row *row = find(payments, name);
        if (!row || !row->payee) continue; /* a share of an amount is not units x price */
        row->rounding = rounding_of(payment);
        int64_t rounding = pbr_figure_rounding(payments, row, due);
        pbr_figure_row *balance = find(balances, payment->payee);
        if (balance) balance->rounding += rounding;
        if (all) all->rounding += rounding;
    }
}
