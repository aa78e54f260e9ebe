/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_contract.h"

#include "measure/filter.h"

static pbr_window window_of(const char *start, unsigned months, unsigned waiting)
{
    pbr_follow_up_terms terms = {.months = months, .waiting_months = waiting};
    return pbr_window_of(&terms, day(start));
}

static void the_window_is_one_addition_to_the_start(void **state)
{
    (void)state;
    static const struct {
        const char *start, *follow_up_end, *proof_end;
    } cases[] = {
        {"2015-10-01", "2016-10-01", "2017-04-01"}, {"2015-12-31", "2016-12-31", "2017-06-30"},
        {"2016-02-29", "2017-02-28", "2017-08-29"}, {"2015-08-31", "2016-08-31", "2017-02-28"},
        {"2014-08-31", "2015-08-31", "2016-02-29"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pbr_window window = window_of(cases[i].start, 12, 6);
        assert_int_equal(window.start, day(cases[i].start));
        assert_int_equal(window.follow_up_end, day(cases[i].follow_up_end));
        assert_int_equal(window.proof_end, day(cases[i].proof_end));
    }
}

/* Start 2015-10-01: follow-up to 2016-09-30, proof to 2017-03-31, each day included. */
static void the_window_holds_its_first_and_last_days(void **state)
{
    (void)state;
    static const struct {
        const char *offence, *outcome;
        bool held;
    } cases[] = {
        {"2015-09-30", "2015-11-01", false}, {"2015-10-01", "2015-10-01", true},
        {"2016-09-30", "2016-09-30", true},  {"2016-10-01", "2016-11-01", false},
        {"2016-09-30", "2017-03-31", true},  {"2016-09-30", "2017-04-01", false},
        {"2015-10-01", "2017-03-31", true},  {"2016-05-02", "2016-05-01", false},
        {"2015-09-30", "2017-04-01", false},
    };
    pbr_window window = window_of("2015-10-01", 12, 6);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(pbr_window_holds(&window, day(cases[i].offence), day(cases[i].outcome)),
                         cases[i].held);
}

/* Late is what the waiting period alone keeps out. */
static void a_proof_after_the_waiting_period_is_late(void **state)
{
    (void)state;
    static const struct {
        const char *offence, *outcome;
        bool late;
    } cases[] = {
        {"2016-09-30", "2017-03-31", false}, {"2016-09-30", "2017-04-01", true},
        {"2015-10-01", "2017-04-01", true},  {"2015-09-30", "2017-04-01", false},
        {"2016-10-01", "2017-04-01", false}, {"2016-05-01", "2018-01-01", true},
    };
    pbr_window window = window_of("2015-10-01", 12, 6);
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_int_equal(pbr_window_is_late(&window, day(cases[i].offence), day(cases[i].outcome)),
                         cases[i].late);
}

/* Without a waiting time the proof must fall inside follow-up too. */
static void no_waiting_time(void **state)
{
    (void)state;
    pbr_window window = window_of("2016-02-29", 12, 0);
    assert_true(pbr_window_holds(&window, day("2017-02-27"), day("2017-02-27")));
    assert_false(pbr_window_holds(&window, day("2017-02-27"), day("2017-02-28")));
}

/* Asks one filter about rows whose column `x` holds each of the cells. */
static void assert_holds(pbr_filter filter, const char *const *cells, const bool *wanted,
                         size_t count)
{
    char *text = pbr_strdup("id,x\n"), *folder = new_folder();
    pbr_column columns[2] = {{.name = "id", .description = "who"}};
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_window window = window_of("2015-10-01", 12, 6);
    pbr_bound_filter bound;
    filter.id = filter.reason = filter.column = (char *)"x";
    pbr_schema schema = {.columns = columns};
    schema.count = pbr_filter_columns(columns, 1, &filter, 1);
    assert_int_equal(schema.count, 2);
    assert_int_equal(pbr_filter_columns(columns, 2, &filter, 1), 2);
    assert_int_equal(columns[1].kind, filter.before || filter.after ? PBR_DATE : PBR_TEXT);
    for (size_t i = 0; i < count; i++) {
        char *more = pbr_sprintf("%sp%zu,%s\n", text, i, cells[i]);
        free(text);
        text = more;
    }
    char *path = write_in(folder, "x.csv", text);
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    pbr_filter_bind(&bound, contract, &filter, &schema);
    for (size_t i = 0; i < count; i++) {
        assert_true(pbr_table_next(table));
        if (pbr_filter_first(&bound, 1, table, &window) != wanted[i])
            fail_msg("cell \"%s\" is judged wrongly", cells[i]);
    }
    pbr_table_close(table, NULL);
    assert_no_errors(diag);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    free(path);
    free(text);
    remove_folder(folder);
}

#define HOLDS(filter, cells, ...)                                                                  \
    assert_holds(filter, cells, (const bool[]){__VA_ARGS__}, COUNT(cells))

static void words_are_compared_whole(void **state)
{
    (void)state;
    static const char *const cells[] = {"NPS", "nps", "NP", "NPSS", "", "\" NPS\"", " NPS ", "CRC"};
    char *in[] = {(char *)"CRC", (char *)"NPS"};
    HOLDS(((pbr_filter){.is = (char *)"NPS"}), cells, 1, 0, 0, 0, 0, 0, 1, 0);
    HOLDS(((pbr_filter){.in = in, .in_count = 2}), cells, 1, 0, 0, 0, 0, 0, 1, 1);
}

static void blanks(void **state)
{
    (void)state;
    static const char *const cells[] = {"", "  ", "\"\"", "x", "\" \""};
    HOLDS(((pbr_filter){.blank = (char *)"yes"}), cells, 1, 1, 1, 0, 0);
    HOLDS(((pbr_filter){.blank = (char *)"no"}), cells, 0, 0, 0, 1, 1);
}

/* Strictly before; on or after; a blank date is neither. */
static void days_are_compared_with_anchors(void **state)
{
    (void)state;
    static const char *const cells[] = {"",           "2015-09-30", "2015-10-01", "2016-09-30",
                                        "2016-10-01", "2017-03-31", "2017-04-01"};
    HOLDS(((pbr_filter){.before = (char *)"start"}), cells, 0, 1, 0, 0, 0, 0, 0);
    HOLDS(((pbr_filter){.after = (char *)"start"}), cells, 0, 0, 1, 1, 1, 1, 1);
    HOLDS(((pbr_filter){.before = (char *)"follow-up-end"}), cells, 0, 1, 1, 1, 0, 0, 0);
    HOLDS(((pbr_filter){.after = (char *)"follow-up-end"}), cells, 0, 0, 0, 0, 1, 1, 1);
    HOLDS(((pbr_filter){.before = (char *)"proof-end"}), cells, 0, 1, 1, 1, 1, 1, 0);
    HOLDS(((pbr_filter){.after = (char *)"proof-end"}), cells, 0, 0, 0, 0, 0, 0, 1);
    HOLDS(((pbr_filter){.before = (char *)"2016-09-30"}), cells, 0, 1, 1, 0, 0, 0, 0);
    HOLDS(((pbr_filter){.after = (char *)"2016-09-30"}), cells, 0, 0, 0, 1, 1, 1, 1);
}

/* The first filter that holds names the bucket. */
static void filters_are_tried_in_order(void **state)
{
    (void)state;
    char *folder = new_folder();
    char *path = write_in(folder, "x.csv", "a,b\nyes,yes\nno,yes\nyes,no\nno,no\nbad,yes\n");
    pbr_filter filters[2] = {
        {.id = (char *)"one", .column = (char *)"a", .is = (char *)"yes"},
        {.id = (char *)"two", .column = (char *)"b", .is = (char *)"yes"},
    };
    static const unsigned wanted[] = {1, 2, 1, 0, 2};
    pbr_column columns[2];
    pbr_bound_filter bound[2];
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_window window = window_of("2015-10-01", 12, 6);
    pbr_schema schema = {.columns = columns, .count = pbr_filter_columns(columns, 0, filters, 2)};
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    for (int i = 0; i < 2; i++) pbr_filter_bind(&bound[i], contract, &filters[i], &schema);
    for (size_t i = 0; i < COUNT(wanted); i++) {
        assert_true(pbr_table_next(table));
        assert_int_equal(pbr_filter_first(bound, 2, table, &window), wanted[i]);
        assert_int_equal(pbr_filter_first(bound, 0, table, &window), 0);
    }
    pbr_table_close(table, NULL);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    free(path);
    remove_folder(folder);
}

static void a_cell_that_is_no_date_is_reported(void **state)
{
    (void)state;
    char *folder = new_folder(), *path = write_in(folder, "x.csv", "died_on\n31/12/2015\n");
    pbr_filter filter = {
        .id = (char *)"died", .column = (char *)"died_on", .before = (char *)"follow-up-end"};
    pbr_column columns[1];
    pbr_bound_filter bound;
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_window window = window_of("2015-10-01", 12, 6);
    pbr_schema schema = {.columns = columns, .count = pbr_filter_columns(columns, 0, &filter, 1)};
    pbr_table *table = pbr_table_open(path, &schema, NULL, 0, diag);
    pbr_filter_bind(&bound, contract, &filter, &schema);
    assert_true(pbr_table_next(table));
    assert_int_equal(pbr_filter_first(&bound, 1, table, &window), 0);
    assert_only_error(diag, "bad-date");
    pbr_table_close(table, NULL);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
    free(path);
    remove_folder(folder);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_window_is_one_addition_to_the_start),
        cmocka_unit_test(the_window_holds_its_first_and_last_days),
        cmocka_unit_test(a_proof_after_the_waiting_period_is_late),
        cmocka_unit_test(no_waiting_time),
        cmocka_unit_test(words_are_compared_whole),
        cmocka_unit_test(blanks),
        cmocka_unit_test(days_are_compared_with_anchors),
        cmocka_unit_test(filters_are_tried_in_order),
        cmocka_unit_test(a_cell_that_is_no_date_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
