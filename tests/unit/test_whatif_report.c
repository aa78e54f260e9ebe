/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is written of a scenario: the digits of simulated figures, tables and JSON that say the
 * same, hostile names, distances that nothing reaches, ranges of a distribution, and a workbook
 * that is the same twice. */
#include "settle_support.h"

#include "base/zip.h"
#include "report/whatif_book.h"
#include "report/whatif_json.h"
#include "report/whatif_tables.h"

#include <jansson.h>
#include <math.h>

#define HOSTILE "=cmd|'/C calc'!A0, \"<b>\""

/* --- digits --- */

static char *written(bool json, double value)
{
    char *text;
    size_t length;
    static const char *const names[] = {"value"};
    FILE *memory = open_memstream(&text, &length);
    pbr_tidy rows = {.csv = json ? NULL : pbr_out_stream(memory), .json = json ? memory : NULL};
    pbr_tidy_begin(&rows, names, 1);
    pbr_tidy_double(&rows, value);
    pbr_tidy_end_row(&rows);
    pbr_tidy_end(&rows);
    if (rows.csv) assert_true(pbr_out_close(rows.csv));
    fclose(memory);
    return text;
}

static void check_digits(double value, const char *csv, const char *json)
{
    char *cell = pbr_sprintf("value\n%s\n", csv),
         *member = pbr_sprintf("[\n{\"value\": %s}\n]", json);
    char *as_csv = written(false, value), *as_json = written(true, value);
    assert_string_equal(as_csv, cell);
    assert_string_equal(as_json, member);
    free(as_json);
    free(as_csv);
    free(member);
    free(cell);
}

static void simulated_figures_have_nine_digits(void **state)
{
    (void)state;
    check_digits(0, "0", "0");
    check_digits(-0.0, "0", "0");
    check_digits(0.025, "0.025", "0.025");
    check_digits(2.0 / 3, "0.666666667", "0.666666667");
    check_digits(123456.789012, "123456.789", "123456.789");
    check_digits(-5101484192.37, "-5101484190", "-5101484190");
    check_digits(99999999.96, "100000000", "100000000");
    check_digits(9.999999999, "10", "10");
    check_digits(1.23456789e-10, "0.000000000123457", "0.000000000123457");
    check_digits(1e-16, "0", "0");
    check_digits(NAN, "", "null");
    check_digits(INFINITY, "", "null");
}

/* --- a scenario made by hand --- */

/* Area A1 better, A2 neither, A3 worse; base and second side are two settlements of the same. */
struct told {
    struct world w;
    pbr_arena *arena;
    pbr_settle_options options;
    size_t cohort;
    pbr_settlement *settlement;
    pbr_scenario scenario;
    pbr_scenario_side instead;
    pbr_whatif whatif;
    pbr_term_change change;
    pbr_break_evens evens;
    pbr_simulation simulation;
    pbr_simulated_effect effects[2];
    pbr_simulated rows[2];
    int64_t bins[2][4];
    pbr_scenario_effect effect;
    char *folder;
};

static void settle_it(struct told *t)
{
    t->cohort = Q4;
    t->options = (pbr_settle_options){
        .id = "2018-01-26-0123456789ab", .cohorts = &t->cohort, .cohorts_count = 1};
    assert_true(pbr_date_parse("2018-01-26", 10, &t->options.as_at));
    count_plain(&t->w, 0, Q4, 1000, 400);
    count_plain(&t->w, 1, Q4, 1000, 500);
    count_plain(&t->w, 2, Q4, 1000, 600);
    t->settlement = pbr_settlement_make(t->w.contract, t->w.measures, &t->options, t->w.diag);
    assert_no_errors(t->w.diag);
}

static void add_distances(struct told *t)
{
    t->evens.count = t->settlement->results_count;
    t->evens.rows = pbr_arena_alloc(t->arena, t->evens.count * sizeof *t->evens.rows);
    for (size_t i = 0; i < t->evens.count; i++)
        t->evens.rows[i] = (pbr_break_even){.result = &t->settlement->results[i],
                                            .unit = "reoffenders",
                                            .events = 400,
                                            .fewer_for_better = 7,
                                            .more_for_worse = 35,
                                            .more_for_terminate = PBR_NEVER};
    t->whatif.break_evens = &t->evens;
}

/* Two effects, whose bins are 4 and 8 pence wide: 3, 5 ... of eight replicates each. */
static void add_simulation(struct told *t)
{
    static const int64_t counts[2][4] = {{3, 0, 0, 5}, {1, 1, 2, 4}};
    memcpy(t->bins, counts, sizeof counts);
    t->effect = (pbr_scenario_effect){.name = "=a fall", .rate_fall = "2"};
    for (int i = 0; i < 2; i++) {
        int64_t width = i ? 8 : 4;
        t->rows[i] = (pbr_simulated){.of = PBR_OF_TOTAL,
                                     .area = PBR_NONE,
                                     .mean_pence = 1.0 / 3,
                                     .paid = 5,
                                     .spread = {width, -1, t->bins[i], 4}};
        t->effects[i] = (pbr_simulated_effect){.effect = i ? &t->effect : NULL,
                                               .baseline = PBR_BASELINE_FIXED,
                                               .rows = &t->rows[i],
                                               .count = 1};
    }
    t->simulation =
        (pbr_simulation){.replicates = 8, .seed = 1, .effects = t->effects, .effects_count = 2};
    t->whatif.simulation = &t->simulation;
}

static void begin_told(struct told *t)
{
    *t = (struct told){.w = new_world(), .arena = pbr_arena_new(), .folder = new_folder()};
    settle_it(t);
    t->scenario = (pbr_scenario){.title = HOSTILE, .author = "@A", .instead = &t->instead};
    t->change = (pbr_term_change){.file = "prices.csv",
                                  .term = "prices[*].binary_price",
                                  .old = "4000",
                                  .now = HOSTILE,
                                  .clause = "",
                                  .source = "",
                                  .status = "illustrative"};
    t->whatif = (pbr_whatif){.scenario = &t->scenario,
                             .base = {t->settlement, t->w.measures, &t->options, t->arena},
                             .base_words = "settlement 1",
                             .asked_words = "the same",
                             .changes = &t->change,
                             .changes_count = 1};
    t->whatif.asked = t->whatif.base;
    snprintf(t->whatif.sha256, sizeof t->whatif.sha256, "%064d", 7);
    pbr_whatif_compare(&t->whatif, t->arena);
    add_distances(t);
    add_simulation(t);
}

static void end_told(struct told *t)
{
    remove_folder(t->folder);
    pbr_settlement_free(t->settlement);
    pbr_arena_free(t->arena);
    end_world(&t->w);
}

static char *write_folder(struct told *t, const char *name)
{
    char *path = path_in(t->folder, name);
    pbr_staged *staged = pbr_staged_new(path, "whatif.json", false, t->w.diag);
    assert_non_null(staged);
    assert_true(pbr_whatif_write_csv(staged, &t->whatif, t->w.diag));
    assert_true(pbr_whatif_write_json(staged, &t->whatif, t->w.diag));
    assert_true(pbr_whatif_write_book(staged, &t->whatif, t->w.diag));
    assert_true(pbr_staged_commit(staged, t->w.diag));
    assert_no_errors(t->w.diag);
    return path;
}

static char *read_in(const char *folder, const char *name)
{
    char *path = path_in(folder, name), *text = read_text(path);
    free(path);
    return text;
}

/* --- tables --- */

/* The cell of a row (from 1) and column (from 0) of a table without quoted cells. */
static char *cell_of(const char *text, size_t row, size_t column)
{
    for (; row; row--) text = strchr(text, '\n') + 1;
    for (; column; column--) text += strcspn(text, ",\n") + 1;
    return pbr_strndup(text, strcspn(text, ",\n"));
}

static size_t lines_of(const char *text)
{
    size_t count = 0;
    for (; *text; text++) count += *text == '\n';
    return count;
}

static void check_cell(const char *text, size_t row, size_t column, const char *wanted)
{
    char *cell = cell_of(text, row, column);
    assert_string_equal(cell, wanted);
    free(cell);
}

static void only_what_was_asked_is_written(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out");
    static const struct {
        const char *name;
        bool there;
    } files[] = {{"terms.csv", true},      {"lines.csv", true},        {"sums.csv", true},
                 {"sweep.csv", false},     {"sweep-sums.csv", false},  {"tornado.csv", false},
                 {"break-even.csv", true}, {"simulation.csv", true},   {"distribution.csv", true},
                 {"power.csv", false},     {"power-curve.csv", false}, {"whatif.xlsx", true}};
    for (size_t i = 0; i < COUNT(files); i++) {
        char *path = path_in(folder, files[i].name);
        if (exists(path) != files[i].there) fail_msg("%s", files[i].name);
        free(path);
    }
    free(folder);
    end_told(&t);
}

static void what_nothing_reaches_is_blank(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out"), *text = read_in(folder, "break-even.csv");
    assert_int_equal(lines_of(text), t.settlement->results_count + 1);
    check_cell(text, 1, 6, "7");
    check_cell(text, 1, 8, "35");
    check_cell(text, 1, 9, "");
    free(text);
    free(folder);
    end_told(&t);
}

static void a_bin_begins_where_its_index_says(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out"), *text = read_in(folder, "distribution.csv");
    assert_int_equal(lines_of(text), 1 + 2 + 4); /* empty bins have no row */
    check_cell(text, 1, 4, "-4");
    check_cell(text, 1, 5, "0");
    check_cell(text, 1, 6, "3");
    check_cell(text, 2, 4, "8");
    check_cell(text, 2, 6, "5");
    check_cell(text, 3, 0, "'=a fall");
    check_cell(text, 3, 4, "-8");
    free(text);
    free(folder);
    end_told(&t);
}

/* Every member of the JSON is the cell of its column, as the CSV spells it. */
static void json_and_csv_say_the_same(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out"), *json = read_in(folder, "whatif.json");
    json_t *root = json_loads(json, 0, NULL);
    assert_non_null(root);
    assert_string_equal(json_string_value(json_object_get(root, "format")), PBR_WHATIF_FORMAT);
    assert_string_equal(json_string_value(json_object_get(root, "title")), HOSTILE);
    json_t *sums = json_object_get(root, "sums");
    assert_int_equal(json_array_size(sums), t.whatif.sums_count);
    int64_t areas = 0;
    for (size_t i = 0; i < t.whatif.sums_count; i++) {
        json_t *row = json_array_get(sums, i);
        int64_t due = json_integer_value(json_object_get(row, "instead_due_pence"));
        assert_int_equal(due, t.whatif.sums[i].after_pence);
        if (t.whatif.sums[i].of == PBR_OF_AREA) areas += due;
    }
    assert_int_equal(areas, t.settlement->due_pence);
    json_t *even = json_array_get(json_object_get(root, "break_even"), 0);
    assert_true(json_is_null(json_object_get(even, "more_for_terminate")));
    assert_null(json_object_get(root, "sweep"));
    json_decref(root);
    free(json);
    free(folder);
    end_told(&t);
}

/* --- the workbook --- */

static char *all_parts(const char *folder)
{
    char *path = path_in(folder, "whatif.xlsx"), *all;
    size_t length;
    pbr_zip *zip = pbr_zip_open(path);
    FILE *memory = open_memstream(&all, &length);
    assert_non_null(zip);
    for (size_t i = 0; i < pbr_zip_count(zip); i++) {
        char *bytes = pbr_zip_read(zip, i, &length);
        fputs(bytes, memory);
        free(bytes);
    }
    fclose(memory);
    pbr_zip_close(zip);
    free(path);
    return all;
}

/* The stored values of all cells, one after the other. */
static char *values_of(const char *xml)
{
    char *values, *text = pbr_strdup(xml);
    size_t length;
    FILE *memory = open_memstream(&values, &length);
    for (char *at = strstr(text, "<v>"); at; at = strstr(at + 1, "<v>"))
        fprintf(memory, "%.*s ", (int)strcspn(at + 3, "<"), at + 3);
    fclose(memory);
    free(text);
    return values;
}

/* Bins of 8 pence take those of 4 whole: from -8, 0, 8 and 16 pence, shares of either effect. */
static void a_distribution_has_common_bins(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out"), *all = all_parts(folder), *values = values_of(all);
    assert_non_null(strstr(values, " -0.08 0 0.375 0.125 0 0.08 0 0.125 0.08 0.16 0.625 0.25 "
                                   "0.16 0.24 0 0.5 "));
    free(values);
    free(all);
    free(folder);
    end_told(&t);
}

static void a_workbook_takes_no_text_for_a_formula(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *folder = write_folder(&t, "out"), *all = all_parts(folder);
    assert_non_null(strstr(all, "Effect 2: =a fall, baseline fixed"));
    assert_non_null(strstr(all, "What if: not for payment."));
    assert_null(strstr(all, "<f>cmd"));
    assert_null(strstr(all, "<c:f>a fall"));
    assert_non_null(strstr(all, "never"));
    free(all);
    free(folder);
    end_told(&t);
}

static void the_same_twice_is_the_same_bytes(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *one = write_folder(&t, "one"), *two = write_folder(&t, "two");
    static const char *const names[] = {"whatif.xlsx", "whatif.json", "simulation.csv"};
    for (size_t i = 0; i < COUNT(names); i++) {
        char a[PBR_SHA256_TEXT], b[PBR_SHA256_TEXT];
        char *first = path_in(one, names[i]), *second = path_in(two, names[i]);
        assert_true(pbr_sha256_file(first, a) && pbr_sha256_file(second, b));
        assert_string_equal(a, b);
        free(second);
        free(first);
    }
    free(two);
    free(one);
    end_told(&t);
}

static void what_cannot_be_written_is_reported(void **state)
{
    (void)state;
    struct told t;
    begin_told(&t);
    char *path = path_in(t.folder, "out");
    pbr_staged *staged = pbr_staged_new(path, "whatif.json", false, t.w.diag);
    char *taken = pbr_strdup(pbr_staged_path(staged, "lines.csv"));
    assert_int_equal(mkdir(taken, 0700), 0);
    assert_false(pbr_whatif_write_csv(staged, &t.whatif, t.w.diag));
    assert_only_error(t.w.diag, "unwritable-file");
    assert_int_equal(rmdir(taken), 0);
    pbr_staged_abandon(staged);
    free(taken);
    free(path);
    end_told(&t);
}

int main(void)
{
    pbr_mem_install();
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(simulated_figures_have_nine_digits),
        cmocka_unit_test(only_what_was_asked_is_written),
        cmocka_unit_test(what_nothing_reaches_is_blank),
        cmocka_unit_test(a_bin_begins_where_its_index_says),
        cmocka_unit_test(json_and_csv_say_the_same),
        cmocka_unit_test(a_distribution_has_common_bins),
        cmocka_unit_test(a_workbook_takes_no_text_for_a_formula),
        cmocka_unit_test(the_same_twice_is_the_same_bytes),
        cmocka_unit_test(what_cannot_be_written_is_reported),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
