/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Sheets about the run: notes, checks, inputs. */
#include "report/notes.h"
#include "report/sheet_parts.h"
#include "report/words.h"

#include <string.h>

static const pbr_book_column NOTES[] = {
    PBR_COLUMN("Note", 7, LABEL),
    PBR_COLUMN("What it says", 94, TEXT),
};

static void fill_notes(pbr_row *row, const void *context, size_t index)
{
    const pbr_list *notes = context;
    pbr_cell_int(row, (int64_t)index + 1);
    pbr_cell_text(row, notes->at[index]);
}

pbr_sheet pbr_sheet_notes(const pbr_scope *scope)
{
    pbr_list found = {0};
    pbr_notes(scope, &found);
    pbr_list *notes = pbr_arena_alloc(scope->arena, sizeof *notes);
    notes->at = pbr_arena_alloc(scope->arena, found.count * sizeof *found.at);
    notes->count = found.count;
    memcpy(notes->at, found.at, found.count * sizeof *found.at);
    pbr_list_free(&found);
    pbr_sheet sheet = pbr_sheet_plan(scope, "Notes", "notes", "Notes",
                                     "How to read this workbook, and what its terms choose.",
                                     PBR_COLUMNS(NOTES), notes->count, fill_notes);
    sheet.context = notes;
    sheet.filter = sheet.landscape = false;
    return sheet;
}

static const pbr_book_column CHECKS[] = {
    PBR_COLUMN("Check", 26, LABEL),   PBR_COLUMN("Severity", 10, TEXT),
    PBR_COLUMN("Count", 11, INTEGER), PBR_COLUMN("Share (%)", 10, SHARE),
    PBR_COLUMN("Example", 74, TEXT),
};

/* The file's own name: where it stood differs from machine to machine. */
static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static const char *example_words(const pbr_scope *scope, const pbr_finding *finding)
{
    if (!finding->kept) return NULL;
    const struct pbr_problem *problem = &finding->problems[0];
    if (!problem->file) return problem->message;
    const char *file = base_name(problem->file);
    if (!problem->line) return pbr_arena_printf(scope->arena, "%s: %s", file, problem->message);
    return pbr_arena_printf(scope->arena, "%s:%ld: %s", file, problem->line, problem->message);
}

static void share_cell(pbr_row *row, const pbr_finding *finding)
{
    mpq_t share;
    if (finding->total <= 0) {
        pbr_cell_blank(row);
        return;
    }
    mpq_init(share);
    pbr_ratio_set(share, finding->count, finding->total);
    mpz_mul_ui(mpq_numref(share), mpq_numref(share), 100);
    mpq_canonicalize(share);
    pbr_cell_ratio(row, share);
    mpq_clear(share);
}

static void fill_checks(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_finding *finding = &scope->facts->findings[index];
    pbr_cell_text(row, finding->id);
    pbr_cell_text(row, pbr_severity_text(finding->severity));
    pbr_cell_int(row, finding->count);
    share_cell(row, finding);
    pbr_cell_text(row, example_words(scope, finding));
}

pbr_sheet pbr_sheet_checks(const pbr_scope *scope)
{
    return pbr_sheet_plan(
        scope, "Checks", "checks", "Checks of the data and the terms",
        "Count is how often it was found; share is of the rows or cases that could "
        "have shown it. One example of each. " PBR_BLANKS,
        PBR_COLUMNS(CHECKS), scope->facts->findings_count, fill_checks);
}

static const pbr_book_column INPUTS[] = {
    PBR_COLUMN("File", 40, LABEL),
    PBR_COLUMN("Role", 14, TEXT),
    PBR_COLUMN("SHA-256", 68, TEXT),
};

static bool is_of_contract(const pbr_input_fact *input)
{
    return strcmp(input->role, "contract") == 0;
}

static size_t contract_files(const pbr_scope *scope)
{
    size_t count = 0;
    for (size_t i = 0; i < scope->facts->inputs_count; i++)
        count += is_of_contract(&scope->facts->inputs[i]);
    return count;
}

static void fill_inputs(pbr_row *row, const void *context, size_t index)
{
    const pbr_scope *scope = context;
    const pbr_input_fact *input = scope->facts->inputs;
    while (!is_of_contract(input) || index--) input++;
    pbr_cell_text(row, input->name);
    pbr_cell_text(row, input->role);
    pbr_cell_text(row, input->sha256);
}

pbr_sheet pbr_sheet_inputs(const pbr_scope *scope)
{
    pbr_sheet sheet = pbr_sheet_plan(
        scope, "Inputs", "inputs", "Inputs: the contract files this settlement was made from",
        "The SHA-256 of a file changes with any change to it. Other inputs and theirs are listed "
        "in "
        "manifest.json: how the extracts are split into files, and the order of their rows, leave "
        "this workbook as it is.",
        PBR_COLUMNS(INPUTS), contract_files(scope), fill_inputs);
    sheet.filter = false;
    return sheet;
}
