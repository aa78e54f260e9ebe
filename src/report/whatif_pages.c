/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What the sheets of whatif.xlsx share. */
#include "report/version.h"
#include "report/whatif_sheets.h"
#include "report/words.h"

#include <math.h>
#include <string.h>

enum { NAME_BYTES = 31, DECIMALS = 15, HEX_SHOWN = 12 };

static const char *source_of(const pbr_whatif_pages *pages)
{
    return pbr_arena_printf(
        pages->scope->arena, "Source: scenario %.*s (SHA-256) of settlement %s, by pbrcalc %s.",
        HEX_SHOWN, pages->whatif->sha256, pages->whatif->base.settlement->id, PBR_VERSION);
}

/* Sheet names are short and lack some characters. */
static const char *sheet_name(const pbr_whatif_pages *pages, const char *wish)
{
    char *name = pbr_arena_printf(pages->scope->arena, "%s", wish);
    for (char *at = name; *at; at++)
        if (strchr("[]:*?/\\'", *at)) *at = '-';
    if (strlen(name) <= NAME_BYTES) return name;
    size_t end = NAME_BYTES;
    while (((unsigned char)name[end] & 0xC0) == 0x80) end--;
    name[end] = '\0';
    return name;
}

static pbr_book_page *next_page(pbr_whatif_pages *pages)
{
    static pbr_book_page beyond; /* is never shown */
    return pages->count < PBR_PAGES_MAX ? &pages->pages[pages->count++] : &beyond;
}

pbr_sheet *pbr_pages_table(pbr_whatif_pages *pages, const char *name, const char *table,
                           const char *title, const char *about, const pbr_book_column *columns,
                           size_t columns_count, size_t rows_count,
                           void (*fill)(pbr_row *, const void *, size_t), const void *context)
{
    pbr_book_page *page = next_page(pages);
    page->sheet = pbr_sheet_plan(pages->scope, sheet_name(pages, name), table, title, about,
                                 columns, columns_count, rows_count, fill);
    page->sheet.context = context;
    page->sheet.source = source_of(pages);
    page->sheet.warning = "What if: not for payment.";
    return &page->sheet;
}

void pbr_pages_chart(pbr_whatif_pages *pages, const char *name, const char *title,
                     const char *about, const pbr_drawing *drawing)
{
    pbr_drawing *kept = pbr_arena_alloc(pages->scope->arena, sizeof *kept);
    *kept = *drawing;
    const char *wish = pbr_arena_printf(pages->scope->arena, "Chart %s", name);
    size_t at = pages->count;
    pbr_pages_table(pages, wish, NULL, title, about, NULL, 0, 0, NULL, pages);
    if (at < PBR_PAGES_MAX) pages->pages[at].drawing = kept;
}

/* --- cells --- */

void pbr_cell_change(pbr_row *row, const pbr_whatif_pages *pages, size_t column, int64_t pence)
{
    char before[PBR_CELL_TEXT], after[PBR_CELL_TEXT];
    unsigned at = pbr_row_number(row) + 1;
    pbr_column_name(before, column - 2);
    pbr_column_name(after, column - 1);
    pbr_cell_money_formula(
        row, pbr_arena_printf(pages->scope->arena, "=ROUND(%s%u-%s%u,2)", after, at, before, at),
        pence);
}

void pbr_cell_money_if(pbr_row *row, bool told, int64_t pence)
{
    if (told)
        pbr_cell_money(row, pence);
    else
        pbr_cell_blank(row);
}

void pbr_cell_pounds(pbr_row *row, double pence)
{
    if (isfinite(pence))
        pbr_cell_double(row, pence / 100);
    else
        pbr_cell_blank(row);
}

void pbr_cell_as_written(pbr_row *row, const char *text)
{
    mpq_t value;
    mpq_init(value);
    if (text && pbr_decimal_parse(value, text, strlen(text), DECIMALS))
        pbr_cell_ratio(row, value);
    else
        pbr_cell_text(row, text);
    mpq_clear(value);
}

const pbr_contract *pbr_pages_contract(const pbr_whatif_pages *pages)
{
    return pages->whatif->asked.settlement->contract;
}

void pbr_cells_result(pbr_row *row, const pbr_whatif_pages *pages, const pbr_result *result)
{
    const pbr_contract *contract = pbr_pages_contract(pages);
    pbr_cell_text(row, contract->areas[result->area].code);
    pbr_cell_text(row, contract->areas[result->area].name);
    pbr_cell_text(row, contract->cohorts[result->cohort].name);
    pbr_cell_text(row, pbr_line_title(result->line));
}

/* --- axes of money --- */

static const struct {
    double least_pence; /* from this on */
    const char *words, *format;
} SCALES[] = {
    {2e8, " million", "#,##0.0,,"},
    {2e5, " thousand", "#,##0,"},
    {0, "", "#,##0"},
};

pbr_money_axis pbr_money_axis_of(const pbr_whatif_pages *pages, const char *what, double pence)
{
    size_t i = 0;
    while (fabs(pence) < SCALES[i].least_pence) i++;
    return (pbr_money_axis){SCALES[i].format,
                            pbr_arena_printf(pages->scope->arena, "%s, %s%s", what,
                                             pbr_currency_symbol(pages->scope), SCALES[i].words)};
}
