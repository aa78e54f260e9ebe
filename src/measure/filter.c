/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/filter.h"

#include "measure/mapping.h"

#include <stdio.h>
#include <strings.h>

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

/* --- words in another case --- */

static unsigned words_of(const pbr_filter *filter, char *const **words)
{
    *words = filter->is ? (char *const *)&filter->is : filter->in;
    return filter->is ? 1 : filter->in ? filter->in_count : 0;
}

/* Does a filter name the cell as it stands? */
static bool is_named(const pbr_bound_filter *filters, unsigned count, size_t column, pbr_slice cell)
{
    for (unsigned i = 0; i < count; i++) {
        char *const *words;
        unsigned words_count = words_of(filters[i].filter, &words);
        if (filters[i].column == column && is_in(cell, words, words_count)) return true;
    }
    return false;
}

static const char *in_other_case(const pbr_filter *filter, pbr_slice cell)
{
    enum { CASE = 'a' ^ 'A' };
    char *const *words;
    unsigned count = words_of(filter, &words);
    for (unsigned i = 0; i < count; i++) {
        if ((words[i][0] ^ cell.text[0]) & ~CASE) continue; /* as most do, at once */
        if (strlen(words[i]) == cell.length && strncasecmp(words[i], cell.text, cell.length) == 0)
            return words[i];
    }
    return NULL;
}

bool pbr_filter_words_sound(const pbr_bound_filter *filters, unsigned count, pbr_table *table)
{
    char remedy[160];
    for (unsigned i = 0; i < count; i++) {
        const char *column = filters[i].filter->column;
        pbr_slice cell = pbr_table_cell(table, filters[i].column);
        if (!cell.length) continue;
        cell = pbr_extract_code(filters[i].contract, column, cell);
        const char *word = in_other_case(filters[i].filter, cell);
        if (!word || is_named(filters, count, filters[i].column, cell)) continue;
        snprintf(remedy, sizeof remedy,
                 "the rules have \"%s\": write it so, or map it in scheme.yaml", word);
        pbr_table_error(table, filters[i].column, "other-case", "is in another case", remedy);
        return false;
    }
    return true;
}
