/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet_parts.h"

#include "report/links.h"
#include "report/words.h"

#include <string.h>

static const pbr_book_column *in_currency(const pbr_scope *scope, const pbr_book_column *columns,
                                          size_t columns_count)
{
    pbr_book_column *copy = pbr_arena_alloc(scope->arena, (columns_count + 1) * sizeof *copy);
    for (size_t i = 0; i < columns_count; i++) {
        copy[i] = columns[i];
        copy[i].header = pbr_in_currency(scope, columns[i].header);
    }
    return copy;
}

pbr_sheet pbr_sheet_plan(const pbr_scope *scope, const char *name, const char *table,
                         const char *title, const char *about, const pbr_book_column *columns,
                         size_t columns_count, size_t rows_count,
                         void (*fill)(pbr_row *, const void *, size_t))
{
    return (pbr_sheet){.name = name,
                       .table = table,
                       .title = title,
                       .about = about,
                       .source = pbr_source_words(scope),
                       .columns = in_currency(scope, columns, columns_count),
                       .columns_count = columns_count,
                       .rows_count = rows_count,
                       .fill = fill,
                       .context = scope,
                       .filter = true,
                       .landscape = true};
}

struct parts {
    const pbr_scope *scope;
    const pbr_list *items;
    const pbr_part **at; /* those that fill cells */
    size_t count;
};

static void fill_parts(pbr_row *row, const void *context, size_t index)
{
    const struct parts *parts = context;
    for (size_t i = 0; i < parts->count; i++)
        parts->at[i]->fill(row, parts->scope, parts->items->at[index]);
}

pbr_sheet pbr_sheet_of_parts(const pbr_scope *scope, const char *name, const char *table,
                             const char *title, const char *about, const pbr_part *parts,
                             size_t parts_count, const pbr_list *items)
{
    struct parts *chosen = pbr_arena_alloc(scope->arena, sizeof *chosen);
    pbr_book_column *columns = pbr_arena_alloc(scope->arena, parts_count * sizeof *columns);
    size_t count = 0;
    *chosen = (struct parts){.scope = scope, .items = items};
    chosen->at = pbr_arena_alloc(scope->arena, parts_count * sizeof *chosen->at);
    for (size_t i = 0; i < parts_count; i++) {
        if (parts[i].needed && !parts[i].needed(scope)) continue;
        columns[count++] = parts[i].column;
        if (parts[i].fill) chosen->at[chosen->count++] = &parts[i];
    }
    pbr_sheet sheet =
        pbr_sheet_plan(scope, name, table, title, about, columns, count, items->count, fill_parts);
    sheet.context = chosen;
    return sheet;
}

struct pbr_money_part {
    const pbr_payment *payment;
    struct pbr_money_part *next;
};

void pbr_money_add(pbr_money_sum *sum, const pbr_scope *scope, const pbr_payment *payment)
{
    struct pbr_money_part *part = pbr_arena_alloc(scope->arena, sizeof *part);
    part->payment = payment;
    if (!sum->any) sum->end = &sum->parts;
    *sum->end = part;
    sum->end = &part->next;
    sum->any = true;
    sum->too_large |= !pbr_pence_add(&sum->pence, payment->due_pence);
}

static const char *sum_of_cells(const pbr_scope *scope, const pbr_money_sum *sum)
{
    const char *cells = "";
    if (!sum->parts->next) return pbr_link_payment(scope, sum->parts->payment, "due_pence");
    for (const struct pbr_money_part *part = sum->parts; part; part = part->next)
        cells = pbr_arena_printf(scope->arena, "%s%s%s", cells, *cells ? "," : "",
                                 pbr_link_payment(scope, part->payment, "due_pence"));
    return pbr_arena_printf(scope->arena, "SUM(%s)", cells);
}

void pbr_cell_money_sum(pbr_row *row, const pbr_scope *scope, const pbr_money_sum *sum)
{
    if (sum->too_large) pbr_row_fail(row, "a sum of money does not fit in 63 bits");
    if (sum->any)
        pbr_cell_money_formula(row, pbr_link_pounds(scope, sum_of_cells(scope, sum)), sum->pence);
    else
        pbr_cell_blank(row);
}

void pbr_cell_row_sum(pbr_row *row, const pbr_scope *scope, const char *cells, int64_t pence)
{
    pbr_cell_money_formula(row,
                           pbr_arena_printf(scope->arena, "=ROUND(SUM(%s),%s)", cells,
                                            pbr_link_constant(scope, "pounds_places")),
                           pence);
}

size_t pbr_line_number(const pbr_scope *scope, const char *id)
{
    size_t i = 0;
    while (i < scope->lines.count && strcmp(scope->lines.at[i], id) != 0) i++;
    return i;
}

bool pbr_needs_month(const pbr_scope *scope)
{
    return scope->has_months;
}

bool pbr_needs_no_month(const pbr_scope *scope)
{
    return !scope->has_months;
}

void pbr_cells_area(pbr_row *row, const pbr_scope *scope, size_t area)
{
    pbr_cell_text(row, scope->contract->areas[area].code);
    pbr_cell_text(row, scope->contract->areas[area].name);
}

void pbr_cells_place(pbr_row *row, const pbr_scope *scope, size_t area, size_t cohort)
{
    pbr_cells_area(row, scope, area);
    pbr_cell_text(row, scope->contract->cohorts[cohort].name);
}

const char *pbr_line_title(const pbr_line *line)
{
    return line ? pbr_or(line->title, line->id) : NULL;
}
