/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/links.h"

#include "base/digits.h"
#include "report/constants_sheet.h"
#include "report/run_inputs.h"
#include "report/words.h"
#include "report/working_sheets.h"

#include <stdlib.h>
#include <string.h>

/* --- cells --- */

double pbr_cell_number(const pbr_value *value)
{
    return value->kind == PBR_VALUE_EXACT ? pbr_ratio_double(value->exact)
                                          : pbr_value_number(value);
}

const pbr_sheet *pbr_links_sheet(const pbr_links *links, const char *name)
{
    const pbr_list *sheets = &links->sheets;
    for (size_t i = 0; i < sheets->count; i++)
        if (strcmp(((const pbr_sheet *)sheets->at[i])->name, name) == 0) return sheets->at[i];
    return NULL;
}

/* `first` is the sheet's first row of data. */
static pbr_link link_in(const pbr_scope *scope, const pbr_sheet *sheet, uint32_t first,
                        size_t column)
{
    char cell[PBR_CELL_TEXT];
    pbr_sheet_cell(cell, sheet, first, column);
    *(strrchr(cell, '$') + 1) = '\0'; /* without the row */
    return (pbr_link){pbr_arena_printf(scope->arena, "%s", cell), first + 1};
}

static pbr_link find_link(const pbr_scope *scope, const char *name, const char *header)
{
    const pbr_sheet *sheet = pbr_links_sheet(scope->links, name);
    if (!sheet || !sheet->rows_count) return (pbr_link){0};
    size_t column = pbr_sheet_column(sheet, pbr_in_currency(scope, header));
    if (column == sheet->columns_count) return (pbr_link){0};
    return link_in(scope, sheet, pbr_sheet_span(sheet).first, column);
}

/* The same few columns are asked for in thousands of rows. What is not there yet may be placed
 * later, and is asked for again. */
pbr_link pbr_link_to(const pbr_scope *scope, const char *name, const char *header)
{
    struct pbr_known_links *known = scope->links->known;
    for (size_t i = 0; i < known->count; i++)
        if (!strcmp(known->items[i].header, header) && !strcmp(known->items[i].sheet, name))
            return known->items[i].link;
    pbr_known_link found = {name, header, find_link(scope, name, header)};
    if (!found.link.column) return found.link;
    known->items = pbr_grow(known->items, &known->room, known->count + 1, sizeof *known->items);
    known->items[known->count++] = found;
    return found.link;
}

const char *pbr_link_cell(const pbr_scope *scope, pbr_link link, size_t row)
{
    if (!link.column || row == PBR_NONE) return NULL;
    char number[PBR_DIGITS_TEXT];
    size_t digits = pbr_whole_digits(number, link.first + row), length = strlen(link.column);
    char *cell = pbr_arena_alloc(scope->arena, length + digits + 1);
    memcpy(cell, link.column, length);
    memcpy(cell + length, number, digits);
    return cell;
}

const char *pbr_link_range(const pbr_scope *scope, pbr_link link, size_t first, size_t count)
{
    if (!link.column || first == PBR_NONE || !count) return NULL;
    return pbr_arena_printf(scope->arena, "%s%zu:%s%zu", link.column, link.first + first,
                            strrchr(link.column, '!') + 1, link.first + first + count - 1);
}

/* --- rows --- */

static size_t find(const pbr_list *list, const void *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i] == item) return i;
    return PBR_NONE;
}

static size_t *no_rows(const pbr_scope *scope, size_t count)
{
    size_t *rows = pbr_arena_alloc(scope->arena, (count + 1) * sizeof *rows);
    for (size_t i = 0; i < count; i++) rows[i] = PBR_NONE;
    return rows;
}

static size_t price_slot(const pbr_contract *contract, const pbr_price *price, size_t column)
{
    return (size_t)(price - contract->prices) * contract->money_columns_count + column;
}

static void map_rows(pbr_links *links)
{
    const pbr_scope *scope = links->scope;
    const pbr_contract *contract = scope->contract;
    links->measure_rows = no_rows(scope, scope->measures->measures_count);
    links->baseline_rows = no_rows(scope, contract->baselines_count);
    links->price_rows = no_rows(scope, contract->prices_count * contract->money_columns_count);
    for (size_t i = 0; i < scope->measured.count; i++)
        links
            ->measure_rows[(const pbr_measure *)scope->measured.at[i] - scope->measures->measures] =
            i;
    for (size_t i = 0; i < scope->baselines.count; i++) {
        const pbr_baseline *row = scope->baselines.at[i];
        if (row->line) links->baseline_rows[row - contract->baselines] = i;
    }
    for (size_t i = 0; i < scope->prices.count; i++) {
        const pbr_price_used *used = scope->prices.at[i];
        links->price_rows[price_slot(contract, used->price, used->column)] = i;
    }
}

/* --- the parts of a contract --- */

const char *pbr_link_constant(const pbr_scope *scope, const char *name)
{
    if (!scope->links) return pbr_constant_literal(name);
    return scope->links->constants[pbr_constant_row(name)];
}

const char *pbr_link_term(const pbr_scope *scope, const pbr_rules *rules, const char *path)
{
    const pbr_term *term = pbr_ingredient_term(rules, path);
    size_t row = term ? find(&scope->terms, term) : PBR_NONE;
    return pbr_link_cell(scope, pbr_link_to(scope, "Terms", "Value"), row);
}

static const char *count_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    const pbr_measure *measure = pbr_ingredient_measure(scope->workings, work->rows[row], stage);
    if (!measure) return NULL;
    return pbr_link_cell(scope, work->links[stage - work->working->stages],
                         scope->links->measure_rows[measure - scope->measures->measures]);
}

static const char *baseline_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    const pbr_baseline *found = pbr_ingredient_baseline(scope->workings, work->rows[row], stage);
    if (!found || !found->line) return NULL;
    return pbr_link_cell(scope, work->links[stage - work->working->stages],
                         scope->links->baseline_rows[found - scope->contract->baselines]);
}

static const char *price_cell(const pbr_scope *scope, pbr_link link, size_t area, const char *year,
                              const char *column)
{
    const pbr_contract *contract = scope->contract;
    const pbr_price *price = pbr_contract_price(contract, area, year);
    size_t number = column ? pbr_contract_money_column(contract, column) : PBR_NONE;
    if (!price || number >= contract->money_columns_count) return NULL;
    return pbr_link_cell(scope, link,
                         scope->links->price_rows[price_slot(contract, price, number)]);
}

const char *pbr_link_price(const pbr_scope *scope, size_t area, const char *year,
                           const char *column)
{
    return price_cell(scope, pbr_link_to(scope, "Prices", "Value"), area, year, column);
}

static const char *own_price_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    const pbr_working_row *at = work->rows[row];
    return price_cell(scope, work->links[stage - work->working->stages], at->area,
                      scope->contract->cohorts[at->cohort].contract_year, stage->key);
}

static const char *term_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    (void)row;
    return pbr_link_term(work->scope, work->working->rules, stage->key);
}

static const char *step_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    const pbr_step *step = pbr_ingredient_step(scope->workings, stage);
    (void)row;
    return pbr_link_cell(scope, work->links[stage - work->working->stages],
                         step ? find(&scope->steps, step) : PBR_NONE);
}

static const char *index_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_scope *scope = work->scope;
    const pbr_index *index =
        pbr_ingredient_index(scope->workings, work->working, work->rows[row], stage);
    return pbr_link_cell(scope, work->links[stage - work->working->stages],
                         index ? find(&scope->indices, index) : PBR_NONE);
}

/* --- what other lines and the run gave --- */

static const char *result_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    const pbr_working *working;
    const pbr_working_row *at = work->rows[row];
    const pbr_working_row *other =
        pbr_workings_row(work->scope->workings, at->area, at->cohort, stage->key, &working);
    const pbr_work *of = other ? pbr_work_of(work->scope, working) : NULL;
    return of ? pbr_work_cell(of, pbr_work_row(of, other), pbr_working_stage(working, "result"))
              : NULL;
}

static const char *volume_cells(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    size_t first, count = pbr_volume_rows(work, row, stage, &first);
    const char *range =
        pbr_link_range(work->scope, work->links[stage - work->working->stages], first, count);
    if (!range) return pbr_link_constant(work->scope, "zero");
    return pbr_arena_printf(work->scope->arena, "SUM(%s)", range);
}

static const char *level_cell(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    return pbr_link_cell(work->scope, work->links[stage - work->working->stages],
                         pbr_level_row(work, row));
}

const char *pbr_link_ingredient(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    static const char *(*const ORIGINS[])(const pbr_work *, size_t, const pbr_stage *) = {
        [PBR_STAGE_COUNT] = count_cell,     [PBR_STAGE_BASELINE] = baseline_cell,
        [PBR_STAGE_PRICE] = own_price_cell, [PBR_STAGE_TERM] = term_cell,
        [PBR_STAGE_STEP] = step_cell,       [PBR_STAGE_INDEX] = index_cell,
        [PBR_STAGE_RESULT] = result_cell,   [PBR_STAGE_VOLUME] = volume_cells,
        [PBR_STAGE_LEVEL] = level_cell,     [PBR_STAGE_FLOW] = pbr_link_flow,
        [PBR_STAGE_ENGINE] = NULL,
    };
    return ORIGINS[stage->origin] ? ORIGINS[stage->origin](work, row, stage) : NULL;
}

/* --- workings --- */

const pbr_work *pbr_work_of(const pbr_scope *scope, const pbr_working *working)
{
    for (size_t i = 0; i < scope->links->works_count; i++)
        if (scope->links->works[i].working == working) return &scope->links->works[i];
    return NULL;
}

static int by_row(const void *left, const void *right)
{
    const pbr_working_row *a = *(const pbr_working_row *const *)left;
    const pbr_working_row *b = *(const pbr_working_row *const *)right;
    return a < b ? -1 : a > b;
}

size_t pbr_work_row(const pbr_work *work, const pbr_working_row *row)
{
    const pbr_working_row **found =
        bsearch(&row, work->rows, work->rows_count, sizeof *work->rows, by_row);
    return found ? (size_t)(found - work->rows) : PBR_NONE;
}

const char *pbr_work_cell(const pbr_work *work, size_t row, size_t stage)
{
    if (row == PBR_NONE || stage >= work->working->stages_count) return NULL;
    return pbr_link_cell(work->scope, work->own[stage], row);
}

const char *pbr_link_pounds(const pbr_scope *scope, const char *cell)
{
    return pbr_arena_printf(scope->arena, "=%s/%s", cell, pbr_link_constant(scope, "pence"));
}

const char *pbr_link_payment(const pbr_scope *scope, const pbr_payment *payment, const char *field)
{
    const pbr_work *work = pbr_work_of(scope, &scope->workings->payments);
    size_t row = scope->links->payment_rows[payment - scope->settlement->payments];
    return work ? pbr_work_cell(work, row, pbr_working_stage(work->working, field)) : NULL;
}

const char *pbr_link_payments(const pbr_scope *scope, const char *field)
{
    const pbr_work *work = pbr_work_of(scope, &scope->workings->payments);
    if (!work) return NULL;
    pbr_link link = field ? work->own[pbr_working_stage(work->working, field)]
                          : pbr_link_to(scope, work->sheet.name, "Payee");
    return pbr_link_range(scope, link, 0, work->rows_count);
}

/* --- the whole --- */

pbr_links *pbr_links_new(pbr_scope *scope)
{
    pbr_links *links = pbr_alloc(1, sizeof *links);
    links->scope = scope;
    links->known = pbr_arena_alloc(scope->arena, sizeof *links->known);
    scope->links = links;
    map_rows(links);
    pbr_works_plan(links);
    pbr_run_inputs_take(links);
    return links;
}

static void place_constants(pbr_links *links)
{
    size_t count = pbr_constant_rows();
    pbr_link link = pbr_link_to(links->scope, "Constants", "Value");
    links->constants = pbr_arena_alloc(links->scope->arena, count * sizeof *links->constants);
    for (size_t i = 0; i < count; i++) links->constants[i] = pbr_link_cell(links->scope, link, i);
}

static void place_work(pbr_work *work)
{
    size_t count = work->working->stages_count;
    uint32_t first = pbr_sheet_span(&work->sheet).first;
    work->own = pbr_arena_alloc(work->scope->arena, (count + 1) * sizeof *work->own);
    for (size_t i = 0; i < count; i++)
        if (work->columns[i] != PBR_NONE)
            work->own[i] = link_in(work->scope, &work->sheet, first, work->columns[i]);
}

static void list_sheets(pbr_links *links, pbr_sheet (*const *makers)(const pbr_scope *),
                        size_t count, size_t works_at)
{
    pbr_sheet *planned = pbr_arena_alloc(links->scope->arena, count * sizeof *planned);
    for (size_t i = 0; i < count; i++) {
        for (size_t k = 0; k < links->works_count && i == works_at; k++)
            pbr_list_add(&links->sheets, &links->works[k].sheet);
        planned[i] = makers[i](links->scope);
        if (planned[i].rows_count) pbr_list_add(&links->sheets, &planned[i]);
    }
}

void pbr_links_place(pbr_links *links, pbr_sheet (*const *makers)(const pbr_scope *), size_t count,
                     size_t works_at)
{
    list_sheets(links, makers, count, works_at);
    place_constants(links);
    for (size_t i = 0; i < links->works_count; i++) place_work(&links->works[i]);
    pbr_links_place_claims(links);
    pbr_works_place(links);
}

void pbr_links_free(pbr_links *links)
{
    pbr_list *lists[] = {&links->volumes,   &links->levels,        &links->earlier, &links->adopted,
                         &links->net_parts, &links->line_formulas, &links->sheets};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) pbr_list_free(lists[i]);
    free(links->known->items);
    free(links);
}
