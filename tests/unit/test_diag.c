/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

/* What pbr_diag_print writes, to be freed. */
static char *printed(const pbr_diag *diag, bool notes)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);
    assert_non_null(out);
    pbr_diag_print(diag, out, notes ? PBR_NOTE : PBR_WARNING);
    assert_int_equal(fclose(out), 0);
    return text;
}

static void assert_prints(const pbr_diag *diag, bool notes, const char *wanted)
{
    char *text = printed(diag, notes);
    assert_string_equal(text, wanted);
    free(text);
}

static pbr_place at(const char *file, long line, long column)
{
    return (pbr_place){file, line, column};
}

static void nothing_reported_prints_nothing(void **state)
{
    (void)state;
    const pbr_finding *all;
    pbr_diag *diag = pbr_diag_new();
    assert_prints(diag, true, "");
    assert_false(pbr_diag_failed(diag));
    assert_int_equal(pbr_diag_findings(diag, &all), 0);
    pbr_diag_free(diag);
    pbr_diag_free(NULL);
}

static void places_show_what_is_known(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, "e", PBR_NOWHERE, "no place");
    pbr_error(diag, "e", at("a.csv", 0, 0), "a file");
    pbr_error(diag, "e", at("a.csv", 7, 0), "a line");
    pbr_error(diag, "e", at("a.csv", 7, 3), "a column");
    assert_prints(diag, false,
                  "pbrcalc: no place\na.csv: a file\na.csv:7: a line\na.csv:7:3: a column\n"
                  "pbrcalc: 4 problems\n");
    pbr_diag_free(diag);
}

static void errors_stand_in_order_of_place(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, "late", at("b.csv", 2, 1), "five");
    pbr_error(diag, "zeta", at("a.csv", 10, 1), "four");
    pbr_error(diag, "alpha", at("a.csv", 9, 12), "three");
    pbr_error(diag, "zeta", at("a.csv", 9, 3), "two");
    pbr_error(diag, "alpha", at("a.csv", 9, 3), "one");
    assert_prints(diag, false,
                  "a.csv:9:3: one\na.csv:9:3: two\na.csv:9:12: three\na.csv:10:1: four\n"
                  "b.csv:2:1: five\npbrcalc: 5 problems\n");
    pbr_diag_free(diag);
}

/* Most important last: notes where asked for, then warnings, what blocks, errors. */
static void severities_stand_apart(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, "a-bad", at("a.csv", 1, 1), "wrong");
    pbr_warn(diag, "b-odd", at("a.csv", 5, 1), "odd");
    pbr_note(diag, "c-said", PBR_NOWHERE, "said");
    pbr_report(diag, PBR_BLOCKING, "a-stop", PBR_NOWHERE, "stop");
    assert_prints(diag, true,
                  "pbrcalc: note: said\na.csv:5:1: warning: odd\npbrcalc: block: stop\n"
                  "a.csv:1:1: wrong\n");
    assert_prints(diag, false, "a.csv:5:1: warning: odd\npbrcalc: block: stop\na.csv:1:1: wrong\n");
    for (int severity = PBR_NOTE; severity <= PBR_ERROR; severity++)
        assert_int_equal(pbr_diag_count(diag, (pbr_severity)severity), 1);
    assert_true(pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

static void warnings_are_grouped_and_counted(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    for (long i = 1; i <= 250; i++) pbr_warn(diag, "odd", at("a.csv", i, 1), "row %ld is odd", i);
    pbr_report_total(diag, "odd", 1000);
    pbr_report_total(diag, "never-reported", 1000);
    const pbr_finding *finding = finding_of(diag, "odd");
    assert_int_equal(finding->count, 250);
    assert_int_equal(finding->total, 1000);
    assert_int_equal(finding->kept, PBR_EXAMPLES);
    assert_int_equal(finding->problems[2].line, 3);
    assert_null(finding_of(diag, "never-reported"));
    assert_prints(diag, false, "a.csv:1:1: warning: row 1 is odd (and 249 more like it)\n");
    assert_false(pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

/* A hundred problems are shown and the rest counted, whichever checks they come from. */
static void errors_have_a_limit(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    for (long i = 0; i < 150; i++) pbr_error(diag, "one", at("a.csv", 2 * i + 1, 1), "odd line");
    for (long i = 0; i < 60; i++) pbr_error(diag, "two", at("a.csv", 2 * i + 2, 1), "even line");
    assert_int_equal(finding_of(diag, "one")->kept, PBR_PROBLEMS_SHOWN);
    assert_int_equal(pbr_diag_count(diag, PBR_ERROR), 210);
    char *text = printed(diag, false);
    const char *begin = "a.csv:1:1: odd line\na.csv:2:1: even line\na.csv:3:1: odd line\n";
    assert_memory_equal(text, begin, strlen(begin));
    assert_non_null(strstr(text, "pbrcalc: 210 problems, the first 100 shown\n"));
    size_t lines = 0;
    for (const char *c = text; *c; c++) lines += *c == '\n';
    assert_int_equal(lines, PBR_PROBLEMS_SHOWN + 1);
    free(text);
    pbr_diag_free(diag);
}

static void one_finding_can_stand_for_many_cases(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_report_count(diag, PBR_WARNING, "repeats", 40, 8000, "%d rows repeat another", 40);
    assert_int_equal(finding_of(diag, "repeats")->count, 40);
    assert_int_equal(finding_of(diag, "repeats")->total, 8000);
    assert_int_equal(pbr_diag_count(diag, PBR_WARNING), 1);
    assert_prints(diag, false, "pbrcalc: warning: 40 rows repeat another\n");
    pbr_diag_free(diag);
}

static void findings_are_in_order_of_id(void **state)
{
    (void)state;
    enum { IDS = 300 };
    uint64_t seed = 3;
    char id[24];
    const pbr_finding *all;
    pbr_diag *diag = pbr_diag_new();
    for (int i = 0; i < 4 * IDS; i++) {
        snprintf(id, sizeof id, "id-%03d", (int)below(&seed, IDS));
        pbr_note(diag, id, PBR_NOWHERE, "x");
    }
    size_t count = pbr_diag_findings(diag, &all);
    int64_t sum = 0;
    for (size_t i = 0; i < count; i++) {
        if (i) assert_true(strcmp(all[i - 1].id, all[i].id) < 0);
        sum += all[i].count;
    }
    assert_int_equal(sum, 4 * IDS);
    pbr_diag_free(diag);
}

/* The caller's file name and message may change after the report. */
static void what_is_reported_is_copied(void **state)
{
    (void)state;
    char file[] = "a.csv", id[] = "bad", *text = pbr_strdup("long ago");
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, id, at(file, 1, 1), "%s", text);
    memset(file, '#', sizeof file - 1);
    memset(id, '#', sizeof id - 1);
    free(text);
    assert_prints(diag, false, "a.csv:1:1: long ago\n");
    assert_int_equal(reported(diag, "bad"), 1);
    pbr_diag_free(diag);
}

static void the_gravest_severity_of_an_id_holds(void **state)
{
    (void)state;
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, "mixed", PBR_NOWHERE, "grave");
    pbr_note(diag, "mixed", PBR_NOWHERE, "slight");
    assert_int_equal(finding_of(diag, "mixed")->severity, PBR_ERROR);
    assert_true(pbr_diag_failed(diag));
    pbr_diag_free(diag);
}

static void long_messages_are_whole(void **state)
{
    (void)state;
    enum { LENGTH = 50000 };
    char *text = pbr_alloc(LENGTH + 1, 1);
    memset(text, 'm', LENGTH);
    pbr_diag *diag = pbr_diag_new();
    pbr_error(diag, "long", PBR_NOWHERE, "%s", text);
    assert_int_equal(strlen(finding_of(diag, "long")->problems[0].message), LENGTH);
    pbr_diag_free(diag);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(nothing_reported_prints_nothing),
        cmocka_unit_test(places_show_what_is_known),
        cmocka_unit_test(errors_stand_in_order_of_place),
        cmocka_unit_test(severities_stand_apart),
        cmocka_unit_test(warnings_are_grouped_and_counted),
        cmocka_unit_test(errors_have_a_limit),
        cmocka_unit_test(one_finding_can_stand_for_many_cases),
        cmocka_unit_test(findings_are_in_order_of_id),
        cmocka_unit_test(what_is_reported_is_copied),
        cmocka_unit_test(the_gravest_severity_of_an_id_holds),
        cmocka_unit_test(long_messages_are_whole),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
