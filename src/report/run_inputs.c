/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/run_inputs.h"

#include "report/sheet_parts.h"

#include <stdlib.h>
#include <string.h>

static int by_number(size_t a, size_t b)
{
    return a < b ? -1 : a > b;
}

const char *pbr_figure_label(const pbr_scope *scope, size_t area, size_t cohort, const char *line)
{
    return pbr_arena_printf(scope->arena, "%s/%s/%s", scope->contract->areas[area].code,
                            scope->contract->cohorts[cohort].name, line);
}

static void sort(pbr_list *list, int (*compare)(const void *, const void *))
{
    if (list->count) qsort(list->at, list->count, sizeof *list->at, compare);
}

/* --- volumes: those that are summed together stand together --- */

struct volume_key {
    size_t area;
    const char *year, *type, *band;
    const pbr_rules *rules;
};

static int compare_keys(const struct volume_key *a, const struct volume_key *b)
{
    int order = by_number(a->area, b->area);
    if (!order) order = strcmp(a->year, b->year);
    if (!order) order = strcmp(a->rules->name, b->rules->name);
    if (!order) order = strcmp(a->type, b->type);
    return order ? order : strcmp(a->band, b->band);
}

static struct volume_key key_of(const pbr_contract *contract, const pbr_volume_row *row)
{
    return (struct volume_key){row->volume->area,
                               contract->cohorts[row->volume->month].contract_year,
                               row->volume->type, row->volume->band, row->rules};
}

static int by_volume(const void *left, const void *right, void *contract)
{
    const pbr_volume_row *a = *(const pbr_volume_row *const *)left;
    const pbr_volume_row *b = *(const pbr_volume_row *const *)right;
    struct volume_key x = key_of(contract, a), y = key_of(contract, b);
    int order = compare_keys(&x, &y);
    return order ? order : by_number(a->volume->month, b->volume->month);
}

/* The months of each area that a weighted volume shown here may sum up; the caller's. */
static bool *summed_months(const pbr_links *links)
{
    const pbr_contract *contract = links->scope->contract;
    size_t width = contract->cohorts_count;
    bool *summed = pbr_alloc(contract->areas_count * width, sizeof *summed);
    for (size_t i = 0; i < links->works_count; i++) {
        const pbr_work *work = &links->works[i];
        if (work->kind != PBR_WORK_LINE || work->working->line->kind != PBR_VOLUME) continue;
        for (size_t k = 0; k < work->rows_count; k++)
            for (size_t month = 0; month < width; month++)
                summed[work->rows[k]->area * width + month] |=
                    strcmp(contract->cohorts[work->rows[k]->cohort].contract_year,
                           contract->cohorts[month].contract_year) == 0;
    }
    return summed;
}

static void take_volume(pbr_links *links, const pbr_volume *volume)
{
    const pbr_scope *scope = links->scope;
    const pbr_rules *rules =
        pbr_contract_rules(scope->contract, volume->area, volume->month, scope->settlement->as_at);
    if (!rules) return;
    pbr_volume_row *row = pbr_arena_alloc(scope->arena, sizeof *row);
    *row = (pbr_volume_row){volume, rules};
    pbr_list_add(&links->volumes, row);
}

static void take_volumes(pbr_links *links)
{
    const pbr_contract *contract = links->scope->contract;
    const pbr_settle_options *options = links->scope->workings->options;
    bool *summed = summed_months(links);
    for (size_t i = 0; i < options->volumes_count; i++) {
        const pbr_volume *volume = &options->volumes[i];
        if (summed[volume->area * contract->cohorts_count + volume->month])
            take_volume(links, volume);
    }
    free(summed);
    if (links->volumes.count)
        qsort_r(links->volumes.at, links->volumes.count, sizeof *links->volumes.at, by_volume,
                (void *)contract);
}

size_t pbr_volume_rows(const pbr_work *work, size_t row, const pbr_stage *stage, size_t *first)
{
    const pbr_list *list = &work->scope->links->volumes;
    const pbr_contract *contract = work->scope->contract;
    const pbr_working_row *at = work->rows[row];
    const pbr_weight *weight = pbr_ingredient_weight(work->working, stage);
    struct volume_key wanted = {at->area, contract->cohorts[at->cohort].contract_year, weight->type,
                                weight->band, work->working->rules};
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        struct volume_key key = key_of(contract, list->at[middle]);
        if (compare_keys(&key, &wanted) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    for (; high < list->count; high++) {
        struct volume_key key = key_of(contract, list->at[high]);
        if (compare_keys(&key, &wanted) != 0) break;
    }
    return high - low;
}

static void volume_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_volume_row *volume = item;
    pbr_cells_place(row, scope, volume->volume->area, volume->volume->month);
    pbr_cell_text(row, scope->contract->cohorts[volume->volume->month].contract_year);
    pbr_cell_text(row, volume->rules->name);
    pbr_cell_text(row, volume->volume->type);
    pbr_cell_text(row, volume->volume->band);
    pbr_cell_int(row, volume->volume->starts);
}

static const pbr_part VOLUMES[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, volume_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Month", 9, TEXT), NULL, NULL},
    {PBR_COLUMN("Contract year", 10, TEXT), NULL, NULL},
    {PBR_COLUMN("Terms", 16, TEXT), NULL, NULL},
    {PBR_COLUMN("Sentence type", 26, TEXT), NULL, NULL},
    {PBR_COLUMN("Band", 20, TEXT), NULL, NULL},
    {PBR_INPUT("Starts", 10, INTEGER), NULL, NULL},
};

pbr_sheet pbr_sheet_volumes(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(scope, "Volumes", "volumes",
                              "Volumes: starts that weighted annual volumes are made of",
                              "As given to this settlement (volumes.csv). Rows that are summed "
                              "together stand together.",
                              PBR_COLUMNS(VOLUMES), &scope->links->volumes);
}

/* --- service levels --- */

static int compare_level(const pbr_level *level, size_t area, size_t month, const char *measure)
{
    int order = by_number(level->area, area);
    if (!order) order = by_number(level->month, month);
    return order ? order : strcmp(level->measure, measure);
}

static int by_level(const void *left, const void *right)
{
    const pbr_level *a = *(const pbr_level *const *)left, *b = *(const pbr_level *const *)right;
    return compare_level(a, b->area, b->month, b->measure);
}

static void take_levels(pbr_links *links)
{
    const pbr_settle_options *options = links->scope->workings->options;
    for (size_t i = 0; i < options->levels_count; i++)
        if (pbr_scope_shows(links->scope, options->levels[i].area, options->levels[i].month))
            pbr_list_add(&links->levels, &options->levels[i]);
    sort(&links->levels, by_level);
}

size_t pbr_level_row(const pbr_work *work, size_t row)
{
    const pbr_list *list = &work->scope->links->levels;
    const pbr_working_row *at = work->rows[row];
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        int order =
            compare_level(list->at[middle], at->area, at->cohort, work->working->line->measure);
        if (order == 0) return middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return PBR_NONE;
}

static void level_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_level *level = item;
    pbr_cells_place(row, scope, level->area, level->month);
    pbr_cell_text(row, level->measure);
    pbr_cell_int(row, level->numerator);
    pbr_cell_int(row, level->denominator);
}

static const pbr_part LEVELS[] = {
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, LABEL), NULL, level_cells},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Month", 9, TEXT), NULL, NULL},
    {PBR_COLUMN("Measure", 30, TEXT), NULL, NULL},
    {PBR_INPUT("Met", 10, INTEGER), NULL, NULL},
    {PBR_INPUT("Of", 10, INTEGER), NULL, NULL},
};

pbr_sheet pbr_sheet_levels(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(scope, "Service levels", "service_levels",
                              "Service levels of each month",
                              "As given to this settlement (service-levels.csv).",
                              PBR_COLUMNS(LEVELS), &scope->links->levels);
}

/* --- earlier settlements --- */

static const pbr_work *payments_of(const pbr_links *links)
{
    return pbr_work_of(links->scope, &links->scope->workings->payments);
}

static void take_earlier(pbr_links *links)
{
    const pbr_scope *scope = links->scope;
    const pbr_settlement *s = scope->settlement;
    const pbr_work *work = payments_of(links);
    for (size_t i = 0; work && i < work->rows_count; i++) {
        const pbr_payment *payment = &s->payments[work->rows[i]->item];
        const pbr_claim *claim = &s->claims->items[payment->claim];
        for (size_t k = 0; k < claim->earlier_count; k++) {
            const pbr_earlier *earlier = s->claims->history[claim->first_earlier + k];
            if (!pbr_flow_takes(s, payment, earlier)) continue;
            pbr_earlier_row *row = pbr_arena_alloc(scope->arena, sizeof *row);
            *row = (pbr_earlier_row){payment, earlier};
            pbr_list_add(&links->earlier, row);
        }
    }
}

size_t pbr_earlier_rows(const pbr_links *links, const pbr_payment *payment, size_t *first)
{
    const pbr_list *list = &links->earlier;
    size_t low = 0, high = list->count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (((const pbr_earlier_row *)list->at[middle])->payment < payment)
            low = middle + 1;
        else
            high = middle;
    }
    *first = low;
    while (high < list->count && ((const pbr_earlier_row *)list->at[high])->payment == payment)
        high++;
    return high - low;
}

static void earlier_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_earlier *earlier = ((const pbr_earlier_row *)item)->earlier;
    pbr_cell_text(row, pbr_figure_label(scope, earlier->area, earlier->cohort, earlier->line));
    pbr_cell_text(row, scope->workings->options->runs[earlier->run].id);
    pbr_cell_text(row, earlier->payee);
    pbr_cell_int(row, earlier->due_pence);
}

static const pbr_part EARLIER[] = {
    {PBR_COLUMN("Figure", 30, LABEL), NULL, earlier_cells},
    {PBR_COLUMN("Settlement", 28, TEXT), NULL, NULL},
    {PBR_COLUMN("Payee", 30, TEXT), NULL, NULL},
    {PBR_INPUT("Settled (pence)", 17, PENCE), NULL, NULL},
};

pbr_sheet pbr_sheet_earlier(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(scope, "Earlier settlements", "earlier_settlements",
                              "Earlier settlements: what they settled on the lines of this one",
                              "Whole pence; a row a line, payee and settlement. Rows that one "
                              "payment takes into account stand together.",
                              PBR_COLUMNS(EARLIER), &scope->links->earlier);
}

/* --- lines that only earlier settlements have --- */

static void take_adopted(pbr_links *links)
{
    const pbr_claims *claims = links->scope->settlement->claims;
    for (size_t i = 0; i < claims->count; i++)
        if (claims->items[i].adopted &&
            pbr_scope_shows(links->scope, claims->items[i].area, claims->items[i].cohort))
            pbr_list_add(&links->adopted, &claims->items[i]);
}

static void adopted_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_claim *claim = item;
    pbr_cell_text(row, pbr_figure_label(scope, claim->area, claim->cohort, claim->line->id));
    pbr_cells_place(row, scope, claim->area, claim->cohort);
    pbr_cell_text(row, pbr_line_title(claim->line));
    pbr_cell_int(row, claim->computed_pence);
}

static const pbr_part ADOPTED[] = {
    {PBR_COLUMN("Figure", 30, LABEL), NULL, adopted_cells},
    {PBR_COLUMN(PBR_HEADER_AREA_CODE, 6, TEXT), NULL, NULL},
    {PBR_COLUMN("Area", 18.5, TEXT), NULL, NULL},
    {PBR_COLUMN("Cohort", 9, TEXT), NULL, NULL},
    {PBR_COLUMN("Line", 24, TEXT), NULL, NULL},
    {PBR_INPUT("Computed (pence)", 17, PENCE), NULL, NULL},
};

pbr_sheet pbr_sheet_adopted(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(scope, "Lines settled before", "lines_settled_before",
                              "Lines that this settlement does not compute",
                              "They were settled before and stand under the same caps. Whole "
                              "pence, as the latest earlier settlement computed them.",
                              PBR_COLUMNS(ADOPTED), &scope->links->adopted);
}

/* --- what top-ups are net of --- */

static void take_net_parts(pbr_links *links)
{
    const pbr_scope *scope = links->scope;
    const pbr_claims *claims = scope->settlement->claims;
    const pbr_work *work = pbr_work_of(scope, &scope->workings->net);
    for (size_t i = 0; work && i < work->rows_count; i++)
        for (size_t k = 0; k < claims->count; k++) {
            const pbr_claim *top_up = work->rows[i]->claim, *part = &claims->items[k];
            if (!pbr_claim_is_net_of(top_up, part, scope->contract)) continue;
            pbr_net_part *row = pbr_arena_alloc(scope->arena, sizeof *row);
            *row = (pbr_net_part){top_up, part};
            pbr_list_add(&links->net_parts, row);
        }
}

size_t pbr_net_part_rows(const pbr_links *links, const pbr_claim *top_up, size_t *first)
{
    const pbr_list *list = &links->net_parts;
    size_t count = 0;
    *first = 0;
    while (*first < list->count && ((const pbr_net_part *)list->at[*first])->top_up != top_up)
        ++*first;
    while (*first + count < list->count &&
           ((const pbr_net_part *)list->at[*first + count])->top_up == top_up)
        count++;
    return count;
}

static void net_part_cells(pbr_row *row, const pbr_scope *scope, const void *item)
{
    const pbr_net_part *pair = item;
    const pbr_claim *top_up = pair->top_up, *part = pair->part;
    const char *cell = scope->links->computed[part - scope->settlement->claims->items];
    pbr_cell_text(row, pbr_figure_label(scope, top_up->area, top_up->cohort, top_up->line->id));
    pbr_cell_text(row, pbr_figure_label(scope, part->area, part->cohort, part->line->id));
    if (cell)
        pbr_cell_formula(row, PBR_STYLE_PENCE, pbr_arena_printf(scope->arena, "=%s", cell),
                         (double)part->computed_pence);
    else
        pbr_cell_given(row, PBR_STYLE_PENCE, (double)part->computed_pence);
}

static const pbr_part NET_PARTS[] = {
    {PBR_COLUMN("Top-up", 30, LABEL), NULL, net_part_cells},
    {PBR_COLUMN("Net of", 30, TEXT), NULL, NULL},
    {PBR_COLUMN("Computed (pence)", 17, PENCE), NULL, NULL},
};

pbr_sheet pbr_sheet_net_parts(const pbr_scope *scope)
{
    return pbr_sheet_of_parts(scope, "Net of", "net_of", "What each top-up is net of",
                              "Whole pence. A top-up pays only what is more than these lines.",
                              PBR_COLUMNS(NET_PARTS), &scope->links->net_parts);
}

void pbr_run_inputs_take(pbr_links *links)
{
    take_volumes(links);
    take_levels(links);
    take_earlier(links);
    take_adopted(links);
    take_net_parts(links);
}
