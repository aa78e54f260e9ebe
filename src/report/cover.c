/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cover.h"

#include "report/sheet_parts.h"
#include "report/words.h"

typedef enum { TEXT, TOTAL, FIGURE, CHECK, LINK } cover_kind;

typedef struct {
    cover_kind kind;
    const char *item, *text; /* text: the detail, the cell of a total, or the sheet of a link */
    int64_t pence;
    const pbr_list *cells; /* of a check, which stands right under its figure */
} cover_row;

static void add_row(pbr_cover *cover, cover_row row)
{
    cover_row *kept = pbr_arena_alloc(cover->scope->arena, sizeof *kept);
    *kept = row;
    pbr_list_add(&cover->rows, kept);
}

void pbr_cover_text(pbr_cover *cover, const char *item, const char *detail)
{
    add_row(cover, (cover_row){.kind = TEXT, .item = item, .text = pbr_or(detail, "not stated")});
}

void pbr_cover_total(pbr_cover *cover, const char *item, const char *cell, int64_t pence)
{
    add_row(cover, (cover_row){.kind = TOTAL, .item = item, .text = cell, .pence = pence});
}

void pbr_cover_check(pbr_cover *cover, const char *item, int64_t pence, const pbr_list *cells)
{
    add_row(cover, (cover_row){.kind = FIGURE, .item = item, .pence = pence});
    add_row(cover, (cover_row){.kind = CHECK, .item = "Master check of totals", .cells = cells});
}

void pbr_cover_contents(pbr_cover *cover, const pbr_sheet *sheets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_row(cover, (cover_row){.kind = LINK, .item = sheets[i].name, .text = sheets[i].title});
}

void pbr_cover_facts(pbr_cover *cover)
{
    const pbr_scope *scope = cover->scope;
    const pbr_scheme *scheme = scope->contract->scheme;
    pbr_cover_text(cover, "Contract", scheme->title);
    pbr_cover_text(cover, "What the contract is", scheme->description);
    pbr_cover_text(cover, "Areas", pbr_area_words(scope));
    pbr_cover_text(cover, "Period: cohorts settled", pbr_cohort_words(scope));
    pbr_cover_text(cover, "Settlement made as at", pbr_date_words(scope, scope->facts->as_at));
    pbr_cover_text(cover, "Data as at (snapshot)", pbr_date_words(scope, scope->facts->snapshot));
    pbr_cover_text(cover, "Settlement id", scope->facts->settlement_id);
    pbr_cover_text(cover, "Made by",
                   pbr_arena_printf(scope->arena, "pbrcalc %s",
                                    pbr_or(scope->facts->program_version, "(no version)")));
    pbr_cover_text(cover, "Status of the terms", pbr_terms_status(scope));
    if (pbr_interim_words(scope))
        pbr_cover_text(cover, "Interim results",
                       pbr_arena_printf(scope->arena,
                                        "%s Their follow-up or waiting period was not over at the "
                                        "snapshot, so they will change.",
                                        pbr_interim_words(scope)));
    pbr_cover_text(cover, "VAT", pbr_vat_words(scope));
    pbr_cover_text(cover, "Contact", scheme->contact);
}

/* =IF(AND(ROUND(cell-figure,2)=0,...),"...","..."): the figure is in the cell above this one. The
 * difference is rounded because programs differ in the last bit of a rounded sum of pounds. */
static const char *check_formula(const pbr_scope *scope, const pbr_list *cells, uint32_t row)
{
    const char *tests = "";
    for (size_t i = 0; i < cells->count; i++)
        tests = pbr_arena_printf(scope->arena, "%s%sROUND(%s-B%u,2)=0", tests, i ? "," : "",
                                 (const char *)cells->at[i], (unsigned)row);
    return pbr_arena_printf(scope->arena, "=IF(AND(%s),\"all totals agree\",\"TOTALS DIFFER\")",
                            tests);
}

static void fill_text(pbr_row *row, const cover_row *item)
{
    pbr_cell_styled(row, PBR_STYLE_LABEL, item->item);
    pbr_cell_styled(row, PBR_STYLE_TEXT, item->text);
}

static void fill_cover(pbr_row *row, const void *context, size_t index)
{
    const pbr_cover *cover = context;
    const cover_row *item = cover->rows.at[index];
    if (item->kind == TEXT) {
        fill_text(row, item);
        return;
    }
    if (item->kind == LINK) {
        pbr_cell_link(row, item->item, item->item);
        pbr_cell_styled(row, PBR_STYLE_TEXT, item->text);
        return;
    }
    pbr_cell_styled(row, PBR_STYLE_LABEL, item->item);
    double pounds = (double)item->pence / 100;
    if (item->kind == CHECK)
        pbr_cell_formula_text(row, PBR_STYLE_CHECK,
                              check_formula(cover->scope, item->cells, pbr_row_number(row)),
                              "all totals agree");
    else if (item->kind == TOTAL)
        pbr_cell_formula(row, PBR_STYLE_TOTAL,
                         pbr_arena_printf(cover->scope->arena, "=%s", item->text), pounds);
    else
        pbr_cell_money_styled(row, PBR_STYLE_FIGURE, item->pence);
}

static const pbr_column COVER[] = {COLUMN("Item", 27, LABEL), COLUMN("Detail", 76, TEXT)};

pbr_sheet pbr_cover_sheet(const pbr_cover *cover, const char *name, const char *title,
                          const char *about)
{
    pbr_sheet sheet = pbr_sheet_plan(cover->scope, name, "cover", title, about, PBR_COLUMNS(COVER),
                                     cover->rows.count, fill_cover);
    sheet.context = cover;
    sheet.warning = pbr_warning(cover->scope);
    sheet.filter = sheet.landscape = false;
    return sheet;
}

void pbr_cover_free(pbr_cover *cover)
{
    pbr_list_free(&cover->rows);
}

const char *pbr_total_cell(const pbr_scope *scope, const pbr_sheet *sheet, const char *header)
{
    char cell[PBR_CELL_TEXT];
    pbr_sheet_cell(cell, sheet, pbr_sheet_span(sheet).total, pbr_sheet_column(sheet, header));
    return pbr_arena_printf(scope->arena, "%s", cell);
}

pbr_book_facts pbr_properties(const pbr_scope *scope, const char *kind)
{
    const pbr_run_facts *facts = scope->facts;
    const char *contract = pbr_or(scope->contract->scheme->title, "contract");
    return (pbr_book_facts){
        .title = pbr_arena_printf(scope->arena, "%s: %s", kind, pbr_or(scope->payee, contract)),
        .subject = pbr_arena_printf(scope->arena, "%s, settlement %s", contract,
                                    pbr_or(facts->settlement_id, "without an id")),
        .author = pbr_arena_printf(scope->arena, "pbrcalc %s",
                                   pbr_or(facts->program_version, "(no version)")),
        .status = pbr_document_status(scope),
        .footer = pbr_footer_words(scope),
        .temp_folder = facts->temp_folder,
        .date = facts->as_at,
    };
}
