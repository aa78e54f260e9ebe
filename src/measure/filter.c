/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/filter.h"

#include "measure/mapping.h"

size_t pbr_filter_columns(pbr_column *columns, size_t count, const pbr_filter *filters,
                          unsigned filters_count)
{
    for (unsigned i = 0; i < filters_count; i++) {
        pbr_schema known = {.columns = columns, .count = count};
        if (pbr_schema_column(&known, filters[i].column) != (size_t)-1) continue;
        columns[count++] = (pbr_column){
            .name = filters[i].column,
            .kind = filters[i].before || filters[i].after ? PBR_DATE : PBR_TEXT,
            .presence = PBR_BLANKABLE,
            .description = filters[i].reason,
        };
    }
    return count;
}

void pbr_filter_bind(pbr_bound_filter *bound, const pbr_contract *contract,
                     const pbr_filter *filter, const pbr_schema *schema)
{
    const char *anchor = filter->before ? filter->before : filter->after;
    *bound = (pbr_bound_filter){contract, filter, pbr_schema_column(schema, filter->column),
                                PBR_DAY_LITERAL, PBR_NO_DATE};
    if (!anchor) return;
    if (strcmp(anchor, "start") == 0)
        bound->anchor = PBR_DAY_START;
    else if (strcmp(anchor, "follow-up-end") == 0)
        bound->anchor = PBR_DAY_FOLLOW_UP_END;
    else if (strcmp(anchor, "proof-end") == 0)
        bound->anchor = PBR_DAY_PROOF_END;
    else
        pbr_date_parse(anchor, strlen(anchor), &bound->day);
}

static pbr_date anchor_day(const pbr_bound_filter *bound, const pbr_window *window)
{
    switch (bound->anchor) {
    case PBR_DAY_START:
        return window->start;
    case PBR_DAY_FOLLOW_UP_END:
        return window->follow_up_end;
    case PBR_DAY_PROOF_END:
        return window->proof_end;
    default:
        return bound->day;
    }
}

static bool is_in(pbr_slice cell, char *const *words, unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        if (pbr_slice_is(cell, words[i])) return true;
    return false;
}

static bool holds(const pbr_bound_filter *bound, pbr_table *table, const pbr_window *window)
{
    const pbr_filter *filter = bound->filter;
    pbr_slice cell = pbr_table_cell(table, bound->column);
    pbr_date day;
    if (filter->blank) return (cell.length == 0) == (filter->blank[0] == 'y');
    if (!cell.length) return false;
    cell = pbr_extract_code(bound->contract, filter->column, cell);
    if (filter->is) return pbr_slice_is(cell, filter->is);
    if (filter->in) return is_in(cell, filter->in, filter->in_count);
    if (!pbr_table_date(table, bound->column, &day)) return false;
    pbr_date limit = anchor_day(bound, window);
    return filter->before ? day < limit : day >= limit;
}

unsigned pbr_filter_first(const pbr_bound_filter *filters, unsigned count, pbr_table *table,
                          const pbr_window *window)
{
    for (unsigned i = 0; i < count; i++)
        if (holds(&filters[i], table, window)) return i + 1;
    return 0;
}
