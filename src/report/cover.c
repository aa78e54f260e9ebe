/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/cover.h"

#include "report/constants_sheet.h"
#include "report/payment_words.h"
#include "report/result_words.h"
#include "report/sheet_parts.h"
#include "report/words.h"
#include "report/working_sheets.h"

enum { CELLS_MAX = PBR_COVER_CELLS_MAX };

typedef enum { TEXT, MARK, TOTAL, PART, SUM, FIGURE, CHECK, LINK } cover_kind;

typedef struct {
    cover_kind kind;
    const char *item, *text; /* text: the detail, the cell of a total, or the sheet of a link */
    int64_t pence;
    size_t parts;                 /* of a sum: how many rows above it are summed */
    const char *cells[CELLS_MAX]; /* of a figure: cells of other sheets that must equal it */
    size_t cells_count;
    bool is_total; /* of a figure: the large sum of the cover must equal it */
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

void pbr_cover_part(pbr_cover *cover, const char *item, const char *cell, int64_t pence)
{
    add_row(cover,
            (cover_row){.kind = cell ? PART : FIGURE, .item = item, .text = cell, .pence = pence});
}

void pbr_cover_sum(pbr_cover *cover, const char *item, size_t parts, int64_t pence)
{
    add_row(cover, (cover_row){.kind = SUM, .item = item, .parts = parts, .pence = pence});
}

void pbr_cover_mark(pbr_cover *cover, const char *item, const char *detail)
{
    if (detail) add_row(cover, (cover_row){.kind = MARK, .item = item, .text = detail});
}

void pbr_cover_flags(pbr_cover *cover)
{
    const pbr_scope *scope = cover->scope;
    pbr_cover_mark(cover, "Termination points", pbr_termination_words(scope));
    pbr_cover_mark(cover, "Close calls", pbr_close_call_words(scope));
    pbr_cover_mark(cover, "Decisions", pbr_decided_words(scope));
    pbr_cover_mark(cover, "Restatement", pbr_restated_words(scope));
    pbr_cover_mark(cover, "Checks overridden", pbr_overridden_words(scope));
}

void pbr_cover_figure(pbr_cover *cover, const char *item, int64_t pence, const char *const *cells,
                      size_t cells_count, bool is_total)
{
    cover_row row = {.kind = FIGURE,
                     .item = item,
                     .pence = pence,
                     .cells_count = cells_count,
                     .is_total = is_total};
    for (size_t i = 0; i < cells_count && i < CELLS_MAX; i++) row.cells[i] = cells[i];
    add_row(cover, row);
}

void pbr_cover_check(pbr_cover *cover)
{
    add_row(cover, (cover_row){.kind = CHECK, .item = "Master check"});
}

void pbr_cover_contents(pbr_cover *cover, const pbr_sheet *sheets, size_t count)
{
    for (size_t i = 0; i < count; i++)
        add_row(cover, (cover_row){.kind = LINK, .item = sheets[i].name, .text = sheets[i].title});
}

void pbr_cover_live(pbr_cover *cover)
{
    const pbr_scope *scope = cover->scope;
    size_t given = pbr_works_given(scope), blank = pbr_works_blank(scope);
    if (!scope->links->works_count) return;
    pbr_cover_text(
        cover, "Recalculation",
        "Every amount is a formula, back to the counts, prices and terms. Cells that may "
        "be changed to see what follows are in italics on yellow and not locked; the "
        "master check then says that something differs from what was settled. A changed "
        "copy is not a settlement.");
    if (given + blank)
        pbr_cover_mark(cover, "Cells without a formula",
                       pbr_arena_printf(
                           scope->arena,
                           "%zu because the floating point of spreadsheets does not come to the "
                           "exact figure, %zu because they rest on a blank cell: there the program "
                           "gives its own, underlined on grey. The sheet Recalculation says where.",
                           given, blank));
}

void pbr_cover_facts(pbr_cover *cover)
{
    const pbr_scope *scope = cover->scope;
    const pbr_scheme *scheme = scope->contract->scheme;
    pbr_cover_text(cover, "Contract", scheme->title);
    pbr_cover_text(cover, "What the contract is", scheme->description);
    if (scope->areas.count) pbr_cover_text(cover, "Areas", pbr_area_words(scope));
    if (scope->cohorts.count)
        pbr_cover_text(cover,
                       scope->has_months ? "Period: cohorts and months settled"
                                         : "Period: cohorts settled",
                       pbr_cohort_words(scope));
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

static const char *add_test(const pbr_scope *scope, const char *tests, const char *cell,
                            size_t figure_row)
{
    return pbr_arena_printf(scope->arena, "%s%sROUND(%s-B%zu,%s)=%s", tests, *tests ? "," : "",
                            cell, figure_row, pbr_link_constant(scope, "pounds_places"),
                            pbr_link_constant(scope, "zero"));
}

/* Does every sheet of workings come to the program's figures? */
static const char *add_recalculation(const pbr_scope *scope, const char *tests)
{
    if (!scope->links) return tests;
    const char *range = pbr_link_range(scope, pbr_link_to(scope, "Recalculation", "Check"), 0,
                                       scope->links->works_count);
    if (!range) return tests;
    return pbr_arena_printf(scope->arena, "%s%sCOUNTIF(%s,%s)=ROWS(%s)", tests, *tests ? "," : "",
                            range, pbr_link_constant(scope, "ok"), range);
}

/* =IF(AND(ROUND(cell-figure,places)=zero,...),agree,disagree): the figures are in the cells of this
 * column. Differences are rounded because programs differ in the last bit of a rounded sum of
 * pounds. first is the number, from 1, of the cover's first row. */
static const char *check_formula(const pbr_cover *cover, size_t first)
{
    const pbr_scope *scope = cover->scope;
    const char *tests = "", *total = NULL;
    for (size_t i = 0; i < cover->rows.count; i++) {
        const cover_row *row = cover->rows.at[i];
        if (row->kind == SUM) total = pbr_arena_printf(scope->arena, "B%zu", first + i);
        for (size_t k = 0; k < row->cells_count; k++)
            tests = add_test(scope, tests, row->cells[k], first + i);
        if (row->is_total && total) tests = add_test(scope, tests, total, first + i);
    }
    return pbr_arena_printf(scope->arena, "=IF(AND(%s),%s,%s)", add_recalculation(scope, tests),
                            pbr_link_constant(scope, "agree"),
                            pbr_link_constant(scope, "disagree"));
}

/* =SUM of the rows above, which hold pounds. */
static const char *sum_formula(const pbr_scope *scope, size_t parts, uint32_t row)
{
    return pbr_arena_printf(scope->arena, "=ROUND(SUM(B%u:B%u),%s)",
                            (unsigned)(row + 1 - (uint32_t)parts), (unsigned)row,
                            pbr_link_constant(scope, "pounds_places"));
}

static void fill_formula(pbr_row *row, const pbr_scope *scope, const cover_row *item)
{
    pbr_style style = item->kind == PART ? PBR_STYLE_FIGURE : PBR_STYLE_TOTAL;
    const char *formula = item->kind == SUM ? sum_formula(scope, item->parts, pbr_row_number(row))
                                            : pbr_arena_printf(scope->arena, "=%s", item->text);
    pbr_cell_formula(row, style, formula, (double)item->pence / 100);
}

static void fill_detail(pbr_row *row, const pbr_cover *cover, size_t index)
{
    const cover_row *item = cover->rows.at[index];
    switch (item->kind) {
    case TEXT:
    case LINK:
        pbr_cell_styled(row, PBR_STYLE_TEXT, item->text);
        break;
    case MARK:
        pbr_cell_styled(row, PBR_STYLE_MARK, item->text);
        break;
    case CHECK:
        pbr_cell_formula_text(row, PBR_STYLE_CHECK,
                              check_formula(cover, pbr_row_number(row) + 1 - index),
                              PBR_WORDS_AGREE);
        break;
    case FIGURE:
        pbr_cell_money_styled(row, PBR_STYLE_FIGURE, item->pence);
        break;
    case TOTAL:
    case PART:
    case SUM:
        fill_formula(row, cover->scope, item);
        break;
    }
}

static void fill_cover(pbr_row *row, const void *context, size_t index)
{
    const pbr_cover *cover = context;
    const cover_row *item = cover->rows.at[index];
    if (item->kind == LINK)
        pbr_cell_link(row, item->item, item->item);
    else
        pbr_cell_styled(row, PBR_STYLE_LABEL, item->item);
    fill_detail(row, cover, index);
}

static const pbr_book_column COVER[] = {PBR_COLUMN("Item", 27, LABEL),
                                        PBR_COLUMN("Detail", 76, TEXT)};

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
    size_t column = pbr_sheet_column(sheet, pbr_in_currency(scope, header));
    pbr_sheet_cell(cell, sheet, pbr_sheet_span(sheet).total, column);
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
        .currency = pbr_currency_symbol(scope),
        .date = facts->as_at,
    };
}
