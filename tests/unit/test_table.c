/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "input/table.h"

enum { ID, DAY, SIZE, SCORE, COLOUR, AMOUNT, COLUMNS };
static const char *const colours[] = {"red", "green", NULL};
static const pbr_column columns[COLUMNS] = {
    [ID] = {.name = "id", .description = "who"},
    [DAY] = {.name = "day", .kind = PBR_DATE, .presence = PBR_BLANKABLE, .description = "when"},
    [SIZE] = {.name = "size", .kind = PBR_COUNT, .presence = PBR_BLANKABLE, .description = "how"},
    [SCORE] = {.name = "score",
               .kind = PBR_DECIMAL,
               .presence = PBR_OPTIONAL,
               .places = 2,
               .least = "0",
               .most = "100",
               .description = "how risky"},
    [COLOUR] = {.name = "colour", .presence = PBR_OPTIONAL, .words = colours, .description = "hue"},
    [AMOUNT] = {.name = "amount",
                .kind = PBR_PENCE,
                .presence = PBR_OPTIONAL,
                .description = "how much"},
};
static const pbr_schema schema = {.name = "things",
                                  .file = "things.csv",
                                  .title = "Things",
                                  .columns = columns,
                                  .count = COLUMNS};

struct opened {
    char *folder, *path;
    pbr_diag *diag;
    pbr_table *table;
};

static struct opened open_text(const char *text, const pbr_rename *renames, size_t renames_count)
{
    struct opened o = {.folder = new_folder(), .diag = pbr_diag_new()};
    o.path = write_in(o.folder, "things.csv", text);
    o.table = pbr_table_open(o.path, &schema, renames, renames_count, o.diag);
    return o;
}

static void close_all(struct opened *o)
{
    if (o->table) pbr_table_close(o->table, NULL);
    pbr_diag_free(o->diag);
    free(o->path);
    remove_folder(o->folder);
}

/* Opens a text whose one row is `cells` under a header with every column. */
static struct opened open_row(const char *cells)
{
    char *text = pbr_sprintf("id,day,size,score,colour,amount\n%s\n", cells);
    struct opened o = open_text(text, NULL, 0);
    free(text);
    assert_non_null(o.table);
    assert_true(pbr_table_next(o.table));
    return o;
}

static void headers_match_by_name_in_any_order(void **state)
{
    (void)state;
    struct opened o = open_text("\xEF\xBB\xBFsize,colour,id,day\n7,red,x,2016-02-29\n", NULL, 0);
    int64_t size;
    pbr_date day;
    pbr_slice text;
    assert_non_null(o.table);
    assert_true(pbr_table_has(o.table, COLOUR));
    assert_false(pbr_table_has(o.table, SCORE));
    assert_true(pbr_table_next(o.table));
    assert_true(pbr_table_text(o.table, ID, &text) && pbr_slice_is(text, "x"));
    assert_true(pbr_table_count(o.table, SIZE, &size));
    assert_int_equal(size, 7);
    assert_true(pbr_table_date(o.table, DAY, &day));
    assert_int_equal(day, pbr_date_make(2016, 2, 29));
    assert_int_equal(pbr_table_cell(o.table, SCORE).length, 0);
    assert_int_equal(pbr_table_place(o.table, ID).column, 7);
    assert_false(pbr_table_next(o.table));
    assert_int_equal(pbr_table_rows(o.table), 1);
    assert_no_errors(o.diag);
    close_all(&o);
}

static void headers_that_do_not_fit(void **state)
{
    (void)state;
    static const struct {
        const char *text, *id;
    } cases[] = {
        {"", "empty-file"},
        {"\n\n \n", "empty-file"},
        {"id,day\n", "missing-column"},
        {"id,day,size,id\n", "repeated-column"},
        {"id,day,size,other,other\n", "repeated-column"},
        {"id,day,size,scores\n", "unknown-column"},
        {"id,day,size,Colour\n", "unknown-column"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct opened o = open_text(cases[i].text, NULL, 0);
        assert_null(o.table);
        assert_only_error(o.diag, cases[i].id);
        close_all(&o);
    }
}

/* A near miss of a missing column is told with what it is near to, and not also as missing. */
static void a_slip_in_a_header_is_explained(void **state)
{
    (void)state;
    struct opened o = open_text("id,dya,size\nx,,\n", NULL, 0);
    assert_null(o.table);
    assert_only_error(o.diag, "unknown-column");
    const struct pbr_problem *problem = &finding_of(o.diag, "unknown-column")->problems[0];
    assert_string_equal(problem->message, "unknown column \"dya\": did you mean \"day\"?");
    assert_int_equal(problem->line, 1);
    assert_int_equal(problem->column, 4);
    close_all(&o);
}

static void other_columns_are_ignored_in_one_note(void **state)
{
    (void)state;
    struct opened o = open_text("id,day,size,remarks,ward\nx,,,y,z\n", NULL, 0);
    assert_non_null(o.table);
    assert_int_equal(reported(o.diag, "ignored-column"), 2);
    assert_int_equal(pbr_diag_count(o.diag, PBR_WARNING), 0);
    assert_no_errors(o.diag);
    close_all(&o);
}

static void the_extract_may_use_its_own_names(void **state)
{
    (void)state;
    const pbr_rename renames[] = {{"id", "offender"}, {"day", "start"}};
    struct opened o = open_text("start,offender,size\n2016-01-01,x,\n", renames, 2);
    pbr_slice text;
    assert_non_null(o.table);
    assert_true(pbr_table_next(o.table));
    assert_true(pbr_table_text(o.table, ID, &text) && pbr_slice_is(text, "x"));
    close_all(&o);
    o = open_text("id,start,size\nx,,\n", renames, 2);
    assert_null(o.table);
    assert_int_equal(reported(o.diag, "missing-column"), 1);
    close_all(&o);
}

static void rows_must_have_as_many_cells_as_the_header(void **state)
{
    (void)state;
    struct opened o = open_text("id,day,size\nx,,\ny,\nz,,,\n\nw,,\n", NULL, 0);
    assert_true(pbr_table_next(o.table));
    assert_int_equal(pbr_table_line(o.table), 2);
    assert_true(pbr_table_next(o.table));
    assert_int_equal(pbr_table_line(o.table), 6);
    assert_false(pbr_table_next(o.table));
    assert_int_equal(pbr_table_rows(o.table), 4);
    assert_only_error(o.diag, "field-count");
    assert_int_equal(reported(o.diag, "field-count"), 2);
    assert_int_equal(finding_of(o.diag, "field-count")->problems[1].line, 4);
    close_all(&o);
}

static void counts(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "-1", "+1", "1.0", "1e3", "1 000", "x", "1000000000000000", "99999999999999999999"};
    int64_t size;
    struct opened o = open_row("x,,999999999999999,,,");
    assert_true(pbr_table_count(o.table, SIZE, &size));
    assert_true(size == 999999999999999);
    close_all(&o);
    for (size_t i = 0; i < COUNT(bad); i++) {
        char *cells = pbr_sprintf("x,,%s,,,", bad[i]);
        o = open_row(cells);
        assert_false(pbr_table_count(o.table, SIZE, &size));
        assert_only_error(o.diag, "bad-count");
        close_all(&o);
        free(cells);
    }
}

static void decimals(void **state)
{
    (void)state;
    static const struct {
        const char *cell, *id;
    } bad[] = {
        {"1.005", "bad-decimal"}, {"1e1", "bad-decimal"},    {"\"1,000\"", "bad-decimal"},
        {".5", "bad-decimal"},    {"-0.01", "out-of-range"}, {"100.01", "out-of-range"},
    };
    mpq_t value;
    mpq_init(value);
    struct opened o = open_row("x,,,100,,");
    assert_true(pbr_table_decimal(o.table, SCORE, value));
    assert_ratio(value, 100, 1);
    close_all(&o);
    for (size_t i = 0; i < COUNT(bad); i++) {
        char *cells = pbr_sprintf("x,,,%s,,", bad[i].cell);
        o = open_row(cells);
        assert_false(pbr_table_decimal(o.table, SCORE, value));
        assert_only_error(o.diag, bad[i].id);
        close_all(&o);
        free(cells);
    }
    mpq_clear(value);
}

static void amounts_in_pence(void **state)
{
    (void)state;
    static const char *const bad[] = {"-", "1.00", "+5", "1234567890123456789", "5-", "x"};
    int64_t pence;
    struct opened o = open_row("x,,,,,-999999999999999999");
    assert_true(pbr_table_pence(o.table, AMOUNT, &pence));
    assert_true(pence == -999999999999999999);
    close_all(&o);
    for (size_t i = 0; i < COUNT(bad); i++) {
        char *cells = pbr_sprintf("x,,,,,%s", bad[i]);
        o = open_row(cells);
        assert_false(pbr_table_pence(o.table, AMOUNT, &pence));
        assert_only_error(o.diag, "bad-pence");
        close_all(&o);
        free(cells);
    }
}

static void words_are_a_closed_list(void **state)
{
    (void)state;
    pbr_slice text;
    struct opened o = open_row("x,,,,gren,");
    assert_false(pbr_table_text(o.table, COLOUR, &text));
    assert_string_equal(finding_of(o.diag, "unknown-word")->problems[0].message,
                        "colour \"gren\" is not known: did you mean \"green\"?");
    close_all(&o);
    o = open_row("x,,,,purple,");
    assert_false(pbr_table_text(o.table, COLOUR, &text));
    assert_non_null(strstr(finding_of(o.diag, "unknown-word")->problems[0].message, "red, green"));
    close_all(&o);
}

/* A required cell that is blank is an error; one that may be blank is only not there. */
static void blank_cells(void **state)
{
    (void)state;
    pbr_slice text;
    pbr_date day;
    int64_t size;
    struct opened o = open_row(" ,,,,,");
    assert_false(pbr_table_date(o.table, DAY, &day));
    assert_false(pbr_table_count(o.table, SIZE, &size));
    assert_false(pbr_diag_failed(o.diag));
    assert_false(pbr_table_text(o.table, ID, &text));
    assert_only_error(o.diag, "blank-cell");
    close_all(&o);
}

static void dates_tell_their_place(void **state)
{
    (void)state;
    pbr_date day;
    struct opened o = open_row("x,29/02/2016,,,,");
    assert_false(pbr_table_date(o.table, DAY, &day));
    const struct pbr_problem *problem = &finding_of(o.diag, "bad-date")->problems[0];
    assert_string_equal(problem->file, o.path);
    assert_int_equal(problem->line, 2);
    assert_int_equal(problem->column, 3);
    assert_string_equal(problem->message, "day \"29/02/2016\" is not a date: write a day that "
                                          "exists as YYYY-MM-DD");
    close_all(&o);
}

/* Closing early still takes the digest of the whole file. */
static void the_digest_is_of_the_whole_file(void **state)
{
    (void)state;
    enum { ROWS = 50000 };
    char *text = pbr_alloc(ROWS + 2, 16), digest[PBR_SHA256_TEXT], wanted[PBR_SHA256_TEXT];
    size_t length = (size_t)sprintf(text, "id,day,size\n");
    for (int i = 0; i < ROWS; i++) length += (size_t)sprintf(text + length, "x%d,,%d\n", i, i);
    struct opened o = open_text(text, NULL, 0);
    assert_true(pbr_table_next(o.table));
    pbr_table_close(o.table, digest);
    o.table = NULL;
    assert_true(pbr_sha256_file(o.path, wanted));
    assert_string_equal(digest, wanted);
    close_all(&o);
    free(text);
}

static void files_that_cannot_be_read(void **state)
{
    (void)state;
    char *folder = new_folder(), *missing = path_in(folder, "missing.csv");
    const char *const paths[] = {missing, folder};
    for (size_t i = 0; i < COUNT(paths); i++) {
        pbr_diag *diag = pbr_diag_new();
        assert_null(pbr_table_open(paths[i], &schema, NULL, 0, diag));
        assert_only_error(diag, "unreadable-file");
        pbr_diag_free(diag);
    }
    free(missing);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(headers_match_by_name_in_any_order),
        cmocka_unit_test(headers_that_do_not_fit),
        cmocka_unit_test(a_slip_in_a_header_is_explained),
        cmocka_unit_test(other_columns_are_ignored_in_one_note),
        cmocka_unit_test(the_extract_may_use_its_own_names),
        cmocka_unit_test(rows_must_have_as_many_cells_as_the_header),
        cmocka_unit_test(counts),
        cmocka_unit_test(decimals),
        cmocka_unit_test(amounts_in_pence),
        cmocka_unit_test(words_are_a_closed_list),
        cmocka_unit_test(blank_cells),
        cmocka_unit_test(dates_tell_their_place),
        cmocka_unit_test(the_digest_is_of_the_whole_file),
        cmocka_unit_test(files_that_cannot_be_read),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
