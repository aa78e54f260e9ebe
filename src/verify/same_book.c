/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "verify/same_book.h"

#include "input/stored_book.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* What of a cell is compared. */
enum aspect { VALUES, FORMULAS };

static const pbr_stored_sheet *sheet_named(const pbr_stored_book *book, const char *name)
{
    for (size_t i = 0; i < book->count; i++)
        if (strcmp(book->sheets[i].name, name) == 0) return &book->sheets[i];
    return NULL;
}

/* Spreadsheets keep 15 digits of a number when they save it. */
static bool same_number(const pbr_stored_cell *a, const pbr_stored_cell *b)
{
    enum { DIGITS = 15, TEXT = 32 };
    char *end_a, *end_b, left[TEXT], right[TEXT];
    if (!a->is_number || !b->is_number || !*a->value || !*b->value) return false;
    snprintf(left, TEXT, "%.*e", DIGITS - 1, strtod(a->value, &end_a));
    snprintf(right, TEXT, "%.*e", DIGITS - 1, strtod(b->value, &end_b));
    return !*end_a && !*end_b && strcmp(left, right) == 0;
}

static bool same_value(const pbr_stored_cell *a, const pbr_stored_cell *b,
                       pbr_file_differences *out)
{
    return same_number(a, b) || pbr_same_text(out, a->value, b->value);
}

/* A formula without text is shared with a cell before it, which has the text. */
static bool same_formula(const pbr_stored_cell *a, const pbr_stored_cell *b,
                         pbr_file_differences *out)
{
    if (!a->formula || !b->formula) return a->formula == b->formula;
    return !*a->formula || !*b->formula || pbr_same_text(out, a->formula, b->formula);
}

static const char *shown(const pbr_stored_cell *cell, enum aspect aspect, pbr_arena *arena)
{
    if (!cell) return NULL;
    if (aspect == VALUES) return *cell->value ? cell->value : NULL;
    return cell->formula ? pbr_arena_printf(arena, "=%s", cell->formula) : NULL;
}

static void differ(const char *sheet, const pbr_stored_cell *recorded, const pbr_stored_cell *now,
                   enum aspect aspect, pbr_file_differences *out)
{
    const pbr_stored_cell *there = recorded ? recorded : now;
    const char *stands = shown(recorded, aspect, out->arena);
    const char *expected = shown(now, aspect, out->arena);
    if (!stands && !expected) return;
    pbr_differ(out, stands, expected, "sheet \"%s\", cell %s", sheet,
               pbr_cell_name(there->row, there->column, out->arena));
}

static int by_place(const pbr_stored_cell *a, const pbr_stored_cell *b)
{
    if (a->row != b->row) return a->row < b->row ? -1 : 1;
    return (a->column > b->column) - (a->column < b->column);
}

/* A cell that only one of them has: what is missing is told once, among the values. */
static bool is_told_of(const pbr_stored_cell *lone, enum aspect aspect)
{
    return (aspect == VALUES) == (*lone->value != '\0');
}

static void compare_sheets(const pbr_stored_sheet *recorded, const pbr_stored_sheet *now,
                           enum aspect aspect, pbr_file_differences *out)
{
    size_t i = 0, k = 0;
    while (i < recorded->count || k < now->count) {
        const pbr_stored_cell *a = i < recorded->count ? &recorded->cells[i] : NULL;
        const pbr_stored_cell *b = k < now->count ? &now->cells[k] : NULL;
        int order = !a ? 1 : !b ? -1 : by_place(a, b);
        i += order <= 0;
        k += order >= 0;
        if (a && b && order == 0) {
            if (!(aspect == VALUES ? same_value(a, b, out) : same_formula(a, b, out)))
                differ(recorded->name, a, b, aspect, out);
        } else if (a && order < 0) {
            if (is_told_of(a, aspect)) differ(recorded->name, a, NULL, aspect, out);
        } else if (b) {
            if (is_told_of(b, aspect)) differ(recorded->name, NULL, b, aspect, out);
        }
    }
}

static void compare_books(const pbr_stored_book *recorded, const pbr_stored_book *now,
                          enum aspect aspect, pbr_file_differences *out)
{
    for (size_t i = 0; i < recorded->count; i++) {
        const pbr_stored_sheet *sheet = sheet_named(now, recorded->sheets[i].name);
        if (sheet) compare_sheets(&recorded->sheets[i], sheet, aspect, out);
    }
}

static void compare_names(const pbr_stored_book *recorded, const pbr_stored_book *now,
                          pbr_file_differences *out)
{
    for (size_t i = 0; i < recorded->count; i++)
        if (!sheet_named(now, recorded->sheets[i].name))
            pbr_differ(out, recorded->sheets[i].name, NULL, "sheet %zu", i + 1);
    for (size_t i = 0; i < now->count; i++)
        if (!sheet_named(recorded, now->sheets[i].name))
            pbr_differ(out, NULL, now->sheets[i].name, "sheet %zu", i + 1);
}

static bool is_whole(const pbr_stored_book *book, const char *whose, pbr_file_differences *out)
{
    if (!book->damaged) return true;
    pbr_differ(out, NULL, NULL, "%s cannot be read as a workbook: %s is damaged", whose,
               book->damaged);
    return false;
}

void pbr_same_book(const char *recorded, const char *now, pbr_file_differences *out)
{
    pbr_stored_book stands, expected;
    pbr_stored_book_read(&stands, recorded, out->arena);
    pbr_stored_book_read(&expected, now, out->arena);
    if (!is_whole(&stands, "it", out) || !is_whole(&expected, "the expected one", out)) return;
    compare_books(&stands, &expected, VALUES, out);
    compare_names(&stands, &expected, out);
    compare_books(&stands, &expected, FORMULAS, out);
}
