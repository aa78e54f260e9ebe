/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/constants_sheet.h"

#include "base/must.h"
#include "derive/functions.h"
#include "report/sheet_parts.h"
#include "report/working_sheets.h"

#include <string.h>

#define QUOTED(words) "\"" words "\""

/* Beside the constants of formulas, those of the workbook. */
static const struct {
    const char *name, *title, *word, *use, *literal;
    double number;
} OWN[] = {
    {"pounds_places", "decimals of a pound", NULL, "sums of pounds are rounded to whole pence", "2",
     2},
    {"ok", "ok", PBR_WORD_OK, "the outcome of a check", QUOTED(PBR_WORD_OK), 0},
    {"differs", "differs", PBR_WORD_DIFFERS, "the outcome of a check", QUOTED(PBR_WORD_DIFFERS), 0},
    {"agree", "everything agrees", PBR_WORDS_AGREE, "the outcome of the master check",
     QUOTED(PBR_WORDS_AGREE), 0},
    {"disagree", "something differs", PBR_WORDS_DISAGREE, "the outcome of the master check",
     QUOTED(PBR_WORDS_DISAGREE), 0},
};
enum { OWN_COUNT = sizeof OWN / sizeof *OWN };

size_t pbr_constant_rows(void)
{
    return pbr_constants_count + OWN_COUNT;
}

size_t pbr_constant_row(const char *name)
{
    size_t row = pbr_constant_named(name);
    if (row < pbr_constants_count) return row;
    for (size_t i = 0; i < OWN_COUNT; i++)
        if (strcmp(OWN[i].name, name) == 0) return pbr_constants_count + i;
    pbr_internal_error("no constant is called \"%s\"", name);
}

const char *pbr_constant_literal(const char *name)
{
    size_t row = pbr_constant_row(name);
    if (row >= pbr_constants_count) return OWN[row - pbr_constants_count].literal;
    return pbr_constants[row].number;
}

size_t pbr_line_formula_row(const pbr_links *links, const pbr_working *working, size_t stage)
{
    for (size_t i = 0; i < links->line_formulas.count; i++) {
        const pbr_line_formula *formula = links->line_formulas.at[i];
        if (formula->work->working == working && formula->stage == stage)
            return pbr_constant_rows() + i;
    }
    return PBR_NONE;
}

static void fill_constant(pbr_row *row, const pbr_scope *scope, size_t index)
{
    const pbr_constant *constant = &pbr_constants[index];
    pbr_cell_text(row, constant->title);
    if (constant->number)
        pbr_cell_double(row, pbr_value_number(scope->workings->constants[index]));
    else
        pbr_cell_text(row, constant->word);
    pbr_cell_text(row, constant->use);
}

static void fill_own(pbr_row *row, size_t index)
{
    pbr_cell_text(row, OWN[index].title);
    if (OWN[index].word)
        pbr_cell_text(row, OWN[index].word);
    else
        pbr_cell_double(row, OWN[index].number);
    pbr_cell_text(row, OWN[index].use);
}

static void fill_formula(pbr_row *row, const pbr_scope *scope, const pbr_line_formula *formula)
{
    const pbr_work *work = formula->work;
    const pbr_stage *stage = &work->working->stages[formula->stage];
    pbr_cell_text(row, pbr_arena_printf(scope->arena, "%s (%s)", stage->title, stage->field));
    pbr_work_formula_cell(row, work, 0, formula->stage);
    pbr_cell_text(row, pbr_arena_printf(scope->arena, "line %s, rules %s", work->working->line->id,
                                        work->working->rules->name));
}

static void fill_constants(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    if (index < pbr_constants_count)
        fill_constant(row, scope, index);
    else if (index < pbr_constant_rows())
        fill_own(row, index - pbr_constants_count);
    else
        fill_formula(row, scope, scope->links->line_formulas.at[index - pbr_constant_rows()]);
}

static const pbr_book_column CONSTANTS[] = {
    PBR_COLUMN("Constant", 44, LABEL),
    PBR_COLUMN("Value", 24, VALUE),
    PBR_COLUMN("Used for", 62, TEXT),
};

pbr_sheet pbr_sheet_constants(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Constants", "constants", "Constants: numbers and words that formulas refer to",
        "No formula of this workbook has a number or a word inside it: each stands here once, or "
        "among the terms. Below them is what follows from the terms of a line alone.",
        PBR_COLUMNS(CONSTANTS), pbr_constant_rows() + scope->links->line_formulas.count,
        fill_constants);
    sheet.filter = sheet.landscape = false;
    return sheet;
}
