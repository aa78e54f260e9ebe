/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the flows of money point at: where an amount stood before, what is used up, what earlier
 * settlements paid. Amounts are in whole pence. */
#include "report/links.h"
#include "report/run_inputs.h"
#include "report/scope_workings.h"

#include <string.h>

static size_t claim_index(const pbr_scope *scope, const pbr_claim *claim)
{
    return (size_t)(claim - scope->settlement->claims->items);
}

static const char *cell_of(const pbr_work *work, size_t row, const char *field)
{
    return pbr_work_cell(work, row, pbr_working_stage(work->working, field));
}

/* --- following the claims --- */

static void place_lines(pbr_links *links)
{
    for (size_t i = 0; i < links->works_count; i++) {
        const pbr_work *work = &links->works[i];
        if (work->kind != PBR_WORK_LINE) continue;
        for (size_t k = 0; k < work->rows_count; k++)
            if (work->rows[k]->claim) {
                size_t claim = claim_index(links->scope, work->rows[k]->claim);
                links->claim_rows[claim] = (struct pbr_claim_row){work, k};
                links->computed[claim] = cell_of(work, k, "computed_pence");
            }
    }
}

const char *pbr_link_claim(const pbr_scope *scope, const pbr_claim *claim, const char *field)
{
    const struct pbr_claim_row *at = &scope->links->claim_rows[claim_index(scope, claim)];
    return at->work ? cell_of(at->work, at->row, field) : NULL;
}

static void place_adopted(pbr_links *links)
{
    pbr_link link = pbr_link_to(links->scope, "Lines settled before", "Computed (pence)");
    for (size_t i = 0; i < links->adopted.count; i++)
        links->computed[claim_index(links->scope, links->adopted.at[i])] =
            pbr_link_cell(links->scope, link, i);
}

/* Each flow takes the amount from where it stood last. */
static void follow(pbr_links *links, const pbr_working *working, const char *field)
{
    pbr_work *work = (pbr_work *)pbr_work_of(links->scope, working);
    if (!work) return;
    work->before =
        pbr_arena_alloc(links->scope->arena, (work->rows_count + 1) * sizeof *work->before);
    for (size_t i = 0; i < work->rows_count; i++) {
        const char **last = &links->last[claim_index(links->scope, work->rows[i]->claim)];
        work->before[i] = *last;
        *last = cell_of(work, i, field);
    }
}

void pbr_links_place_claims(pbr_links *links)
{
    const pbr_scope *scope = links->scope;
    size_t count = scope->settlement->claims->count, size = (count + 1) * sizeof *links->computed;
    links->computed = pbr_arena_alloc(scope->arena, size);
    links->last = pbr_arena_alloc(scope->arena, size);
    links->claim_rows = pbr_arena_alloc(scope->arena, (count + 1) * sizeof *links->claim_rows);
    place_lines(links);
    place_adopted(links);
    memcpy(links->last, links->computed, size);
    follow(links, &scope->workings->net, "net_pence");
    for (size_t level = 0; level < PBR_CAP_LEVELS; level++)
        follow(links, &scope->workings->caps[level], "after_pence");
}

/* --- caps --- */

static const pbr_cap_use *use_of(const pbr_work *work, size_t row)
{
    const pbr_settlement *s = work->scope->settlement;
    return &s->caps[s->cap_steps[work->rows[row]->item].use];
}

const char *pbr_link_cap(const pbr_scope *scope, const pbr_cap_use *use, const char *field)
{
    const pbr_work *work = pbr_work_of(scope, &scope->workings->caps[use->cap->per]);
    size_t first = 0, end;
    while (use_of(work, first) != use) first++;
    if (!strcmp(field, "limit_pence")) return cell_of(work, first, field);
    for (end = first + 1; end < work->rows_count && use_of(work, end) == use;) end++;
    const char *last = cell_of(work, end - 1, field);
    return pbr_arena_printf(scope->arena, "SUM(%s:%s)", cell_of(work, first, field),
                            strrchr(last, '!') + 1);
}

static const char *cap_price(const pbr_work *work, size_t row, const char *column)
{
    const pbr_cap_use *use = use_of(work, row);
    if (!column) return pbr_link_constant(work->scope, "zero");
    return pbr_link_price(work->scope, use->area, use->contract_year, column);
}

/* Of the same room, what the line above has used; nothing in a room's first line. */
static const char *used_before(const pbr_work *work, size_t row)
{
    char room[PBR_CELL_TEXT], used[PBR_CELL_TEXT];
    uint32_t at = pbr_sheet_span(&work->sheet).first + (uint32_t)row + 1; /* from 1 */
    size_t after = pbr_working_stage(work->working, "used_after_pence");
    pbr_column_name(room, PBR_ROOM_COLUMN);
    pbr_column_name(used, work->columns[after]);
    return pbr_arena_printf(work->scope->arena, "IF(%s%u=%s%u,%s%u,%s)", room, at, room, at - 1,
                            used, at - 1, pbr_link_constant(work->scope, "zero"));
}

static const char *gives_back(const pbr_work *work, size_t row)
{
    const pbr_scope *scope = work->scope;
    const pbr_cap *cap = use_of(work, row)->cap;
    const pbr_rules *rules = pbr_scope_rules_of_cap(scope, cap);
    const char *term =
        pbr_link_term(scope, rules, pbr_arena_printf(scope->arena, "caps.%s.headroom", cap->id));
    if (!term) return NULL;
    return pbr_arena_printf(scope->arena, "IF(%s=%s,%s,%s)", term, pbr_link_constant(scope, "net"),
                            pbr_link_constant(scope, "yes"), pbr_link_constant(scope, "no"));
}

static const char *cap_link(const pbr_work *work, size_t row, const char *key)
{
    const pbr_cap *cap = use_of(work, row)->cap;
    if (!strcmp(key, "before_pence")) return work->before[row];
    if (!strcmp(key, "cap_amount")) return cap_price(work, row, cap->column);
    if (!strcmp(key, "cap_minus")) return cap_price(work, row, cap->minus);
    if (!strcmp(key, "used_before_pence")) return used_before(work, row);
    return gives_back(work, row);
}

/* --- top-ups --- */

static const char *sum_of(const pbr_scope *scope, const char *sheet, const char *header,
                          size_t first, size_t count)
{
    const char *range = pbr_link_range(scope, pbr_link_to(scope, sheet, header), first, count);
    if (!range) return pbr_link_constant(scope, "zero");
    return pbr_arena_printf(scope->arena, "SUM(%s)", range);
}

static const char *net_link(const pbr_work *work, size_t row, const char *key)
{
    if (!strcmp(key, "line_pence")) return work->before[row];
    size_t first, count = pbr_net_part_rows(work->scope->links, work->rows[row]->claim, &first);
    return sum_of(work->scope, "Net of", "Computed (pence)", first, count);
}

/* --- payments --- */

static const pbr_payment *payment_of(const pbr_work *work, size_t row)
{
    return &work->scope->settlement->payments[work->rows[row]->item];
}

/* The shares of one claim stand together. */
static size_t shares_of(const pbr_work *work, size_t row, size_t *first)
{
    size_t end = row + 1;
    const pbr_claim *claim = work->rows[row]->claim;
    for (*first = row; *first && work->rows[*first - 1]->claim == claim;) --*first;
    while (end < work->rows_count && work->rows[end]->claim == claim) end++;
    return end - *first;
}

static const char *residue(const pbr_work *work, size_t row, const char *total, const char *share)
{
    const pbr_scope *scope = work->scope;
    if (!payment_of(work, row)->takes_residue) return pbr_link_constant(scope, "zero");
    size_t first, count = shares_of(work, row, &first);
    const char *amount = strrchr(cell_of(work, row, total), '!') + 1;
    const char *shares = cell_of(work, first, share),
               *last = cell_of(work, first + count - 1, share);
    return pbr_arena_printf(scope->arena, "%s-SUM(%s:%s)", amount, strrchr(shares, '!') + 1,
                            strrchr(last, '!') + 1);
}

static const char *previous(const pbr_work *work, size_t row)
{
    size_t first, count = pbr_earlier_rows(work->scope->links, payment_of(work, row), &first);
    return sum_of(work->scope, "Earlier settlements", "Settled (pence)", first, count);
}

static const char *payment_link(const pbr_work *work, size_t row, const char *key)
{
    const pbr_links *links = work->scope->links;
    size_t claim = payment_of(work, row)->claim;
    if (!strcmp(key, "line_computed_pence")) return links->computed[claim];
    if (!strcmp(key, "line_pence")) return links->last[claim];
    if (!strcmp(key, "computed_residue"))
        return residue(work, row, "line_computed_pence", "computed_share");
    if (!strcmp(key, "residue_pence")) return residue(work, row, "line_pence", "share_pence");
    return strcmp(key, "previous_pence") == 0 ? previous(work, row) : NULL;
}

const char *pbr_link_flow(const pbr_work *work, size_t row, const pbr_stage *stage)
{
    if (work->kind == PBR_WORK_NET) return net_link(work, row, stage->key);
    return work->kind == PBR_WORK_CAPS ? cap_link(work, row, stage->key)
                                       : payment_link(work, row, stage->key);
}
