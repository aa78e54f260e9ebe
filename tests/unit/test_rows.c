/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The cells of a sheet as they are written here, against libxlsxwriter's own. */
#include "support.h"

#include "report/parts.h"
#include "report/rows.h"

#include <math.h>

enum { FORMATS = 6, ROWS = 400, COLUMNS = 800 };

static const char *const WORDS[] = {"",  "a",      "R&D <b>\"now\"</b>", "\xC2\xA3 1.50", " blank ",
                                    "&", "a>b<c&", "two\nlines",         "plain"};

static lxw_format *pick_format(lxw_format **formats, uint64_t *seed)
{
    int64_t picked = below(seed, FORMATS + 1);
    return picked < FORMATS ? formats[picked] : NULL;
}

static double pick_number(uint64_t *seed)
{
    double pounds = (double)between(seed, -1000000000, 1000000000) / 100;
    return below(seed, 8) ? pounds : ldexp(pounds, (int)between(seed, -80, 80));
}

static void put_any(lxw_worksheet *sheet, lxw_row_t row, lxw_col_t column, lxw_format *format,
                    uint64_t *seed)
{
    const char *word = WORDS[below(seed, COUNT(WORDS))];
    double number = pick_number(seed);
    char *formula = pbr_sprintf("=SUM(A1:B%d)&\"%s\"", (int)row + 1, word);
    switch (below(seed, 5)) {
    case 0:
        worksheet_write_number(sheet, row, column, number, format);
        break;
    case 1:
        worksheet_write_string(sheet, row, column, word, format);
        break;
    case 2:
        worksheet_write_blank(sheet, row, column, format);
        break;
    case 3:
        worksheet_write_formula_num(sheet, row, column, formula, format, number);
        break;
    default:
        worksheet_write_formula_str(sheet, row, column, formula, format, word);
    }
    free(formula);
}

/* Rows with cells, with a height, with both, and none; columns of one to three letters. */
static void fill(lxw_worksheet *sheet, lxw_format **formats, uint64_t *seed)
{
    for (lxw_row_t row = 0; row < ROWS; row += (lxw_row_t)between(seed, 1, 1 + below(seed, 40))) {
        int64_t cells = below(seed, 12);
        for (int64_t i = 0; i < cells; i++)
            put_any(sheet, row, (lxw_col_t)below(seed, below(seed, 5) ? 30 : COLUMNS),
                    pick_format(formats, seed), seed);
        if (!below(seed, 3)) worksheet_set_row(sheet, row, (double)between(seed, 4, 300) / 4, NULL);
    }
    worksheet_freeze_panes(sheet, 3, 1);
    worksheet_set_column(sheet, 0, 3, 22, NULL);
}

/* What no workbook of the program has. */
typedef void oddity(lxw_workbook *book, lxw_worksheet *sheet);

static void add_boolean(lxw_workbook *book, lxw_worksheet *sheet)
{
    worksheet_write_boolean(sheet, 5, 5, 1, workbook_add_format(book));
}

static void add_array(lxw_workbook *book, lxw_worksheet *sheet)
{
    (void)book;
    worksheet_write_array_formula_num(sheet, 5, 5, 6, 5, "{=A1:A2}", NULL, 1);
}

static void add_comment(lxw_workbook *book, lxw_worksheet *sheet)
{
    (void)book;
    worksheet_write_number(sheet, 5, 5, 1, NULL);
    worksheet_write_comment(sheet, 5, 6, "its cell is blank, without a format");
}

static void hide_row(lxw_workbook *book, lxw_worksheet *sheet)
{
    (void)book;
    lxw_row_col_options options = {.hidden = 1};
    worksheet_set_row_opt(sheet, 7, 20, NULL, &options);
}

static void group_row(lxw_workbook *book, lxw_worksheet *sheet)
{
    (void)book;
    lxw_row_col_options options = {.level = 1, .collapsed = 1};
    worksheet_set_row_opt(sheet, 7, 20, NULL, &options);
}

static void format_row(lxw_workbook *book, lxw_worksheet *sheet)
{
    lxw_format *format = workbook_add_format(book);
    format_set_italic(format);
    worksheet_set_row(sheet, 7, 20, format);
}

static void format_column(lxw_workbook *book, lxw_worksheet *sheet)
{
    lxw_format *format = workbook_add_format(book);
    format_set_italic(format);
    worksheet_set_column(sheet, 1, 1, 20, format);
}

static void default_height(lxw_workbook *book, lxw_worksheet *sheet)
{
    (void)book;
    worksheet_set_default_row(sheet, 30, 0);
}

static lxw_workbook *new_book(const char *path, uint64_t seed, oddity *odd)
{
    lxw_workbook *book = workbook_new(path);
    lxw_doc_properties properties = {.created = 1};
    workbook_set_properties(book, &properties);
    lxw_format *formats[FORMATS];
    for (int i = 0; i < FORMATS; i++) {
        formats[i] = workbook_add_format(book);
        format_set_font_size(formats[i], 8 + i % 4); /* two are like two others */
    }
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Sheet");
    fill(sheet, formats, &seed);
    if (odd) odd(book, sheet);
    return book;
}

static lxw_worksheet *sheet_in(lxw_workbook *book)
{
    return STAILQ_FIRST(book->worksheets);
}

/* What the library writes for the cells. */
static char *librarys_rows(lxw_worksheet *sheet)
{
    char *text;
    size_t length;
    sheet->file = open_memstream(&text, &length);
    lxw_worksheet_assemble_xml_file(sheet);
    fclose(sheet->file);
    char *end = strstr(text, "</sheetData>"), *begin = strstr(text, "<sheetData>");
    assert_non_null(begin);
    assert_non_null(end);
    *end = '\0';
    char *rows = pbr_strdup(begin + strlen("<sheetData>"));
    free(text);
    return rows;
}

static void rows_are_the_librarys(void **state)
{
    (void)state;
    for (uint64_t seed = 0; seed < 40; seed++) {
        lxw_workbook *book = new_book("/nowhere", seed, NULL);
        lxw_workbook *twin = new_book("/nowhere", seed, NULL);
        pbr_bytes rows = {0};
        assert_true(pbr_rows_put(&rows, sheet_in(book)));
        pbr_bytes_put(&rows, "", 1);
        char *wanted = librarys_rows(sheet_in(twin));
        assert_string_equal(rows.items, wanted);
        free(wanted);
        free(rows.items);
        lxw_workbook_free(book);
        lxw_workbook_free(twin);
    }
}

static void what_is_not_known_is_said(void **state)
{
    (void)state;
    static oddity *const odd[] = {add_boolean, add_array,  add_comment,   hide_row,
                                  group_row,   format_row, format_column, default_height};
    for (size_t i = 0; i < COUNT(odd); i++) {
        lxw_workbook *book = new_book("/nowhere", 1, odd[i]);
        pbr_bytes rows = {0};
        assert_false(pbr_rows_put(&rows, sheet_in(book)));
        free(rows.items);
        lxw_workbook_free(book);
    }
}

/* --- whole workbooks --- */

/* Beside the sheet one without cells, and one with a table and a chart of the first's cells. */
static lxw_workbook *larger_book(const char *path)
{
    lxw_workbook *book = new_book(path, 5, NULL);
    workbook_add_worksheet(book, "None");
    lxw_worksheet *sheet = workbook_add_worksheet(book, "Chart");
    worksheet_add_table(sheet, 2, 2, 8, 5, NULL);
    lxw_chart *chart = workbook_add_chart(book, LXW_CHART_LINE);
    chart_add_series(chart, NULL, "=Sheet!$A$1:$A$30");
    worksheet_insert_chart(sheet, 10, 2, chart);
    return book;
}

static char *bytes_of(const char *path, size_t *length)
{
    FILE *file = fopen(path, "rb");
    assert_non_null(file);
    pbr_bytes bytes = {0};
    enum { PIECE = 4096 };
    for (size_t got = 1; got; bytes.count += got)
        got = fread(pbr_bytes_room(&bytes, PIECE), 1, PIECE, file);
    fclose(file);
    *length = bytes.count;
    return bytes.items;
}

static void workbooks_are_the_librarys(void **state)
{
    (void)state;
    char *folder = new_folder(), *path = pbr_sprintf("%s/book.xlsx", folder);
    size_t length, wanted_length;
    assert_int_equal(workbook_close(larger_book(path)), LXW_NO_ERROR);
    char *wanted = bytes_of(path, &wanted_length);
    assert_int_equal(pbr_parts_close(larger_book(path)), LXW_NO_ERROR);
    char *bytes = bytes_of(path, &length);
    assert_int_equal(length, wanted_length);
    assert_memory_equal(bytes, wanted, length);
    free(bytes);
    free(wanted);
    free(path);
    remove_folder(folder);
}

/* What was hidden from the library is freed with the workbook all the same. */
static void a_workbook_that_cannot_be_written(void **state)
{
    (void)state;
    assert_int_not_equal(pbr_parts_close(larger_book("/dev/full")), LXW_NO_ERROR);
    assert_int_not_equal(pbr_parts_close(larger_book("/nowhere/book.xlsx")), LXW_NO_ERROR);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rows_are_the_librarys),
        cmocka_unit_test(what_is_not_known_is_said),
        cmocka_unit_test(workbooks_are_the_librarys),
        cmocka_unit_test(a_workbook_that_cannot_be_written),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
