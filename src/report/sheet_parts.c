/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/sheet_parts.h"

#include "report/words.h"

pbr_sheet pbr_sheet_plan(const pbr_scope *scope, const char *name, const char *table,
                         const char *title, const char *about, const pbr_column *columns,
                         size_t columns_count, size_t rows_count,
                         void (*fill)(pbr_row *, const void *, size_t))
{
    return (pbr_sheet){.name = name,
                       .table = table,
                       .title = title,
                       .about = about,
                       .source = pbr_source_words(scope),
                       .columns = columns,
                       .columns_count = columns_count,
                       .rows_count = rows_count,
                       .fill = fill,
                       .context = scope,
                       .filter = true,
                       .landscape = true};
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
