/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "sample_contract.h"

#include "contract/vocabulary.h"
#include "contract/yaml.h"
#include "input/yaml_file.h"

struct loaded {
    char *folder, *path;
    pbr_arena *arena;
    pbr_diag *diag;
    pbr_yaml yaml;
    bool ok;
};

static struct loaded load_bytes(const void *bytes, size_t length)
{
    struct loaded l = {
        .folder = new_folder(), .arena = pbr_arena_new(), .diag = pbr_diag_new(), .yaml = {0}};
    l.path = path_in(l.folder, "rules.yaml");
    write_bytes(l.path, bytes, length);
    l.ok = pbr_yaml_load(l.path, "rules/x.yaml", &pbr_rules_vocabulary, l.arena, &l.yaml, l.diag);
    assert_int_equal(l.ok, !pbr_diag_failed(l.diag));
    return l;
}

static struct loaded load(const char *text)
{
    return load_bytes(text, strlen(text));
}

static struct loaded load_with(const char *from, const char *to)
{
    char *text = replaced(sample_rules, from, to);
    struct loaded l = load(text);
    free(text);
    return l;
}

static void unload(struct loaded *l)
{
    pbr_arena_free(l->arena);
    pbr_diag_free(l->diag);
    free(l->path);
    remove_folder(l->folder);
}

static void the_record_is_filled(void **state)
{
    (void)state;
    struct loaded l = load(sample_rules);
    assert_no_errors(l.diag);
    const pbr_terms *terms = l.yaml.record;
    assert_string_equal(terms->title, "First version");
    assert_int_equal(terms->cohort.periods_count, 2);
    assert_int_equal(terms->cohort.periods[1], PBR_YEAR);
    assert_int_equal(terms->follow_up.months, 12);
    assert_int_equal(terms->lines_count, 3);
    assert_string_equal(terms->lines[2].test.level, "0.95");
    assert_int_equal(terms->lines[1].gate->results[0], PBR_BETTER);
    assert_null(terms->lines[0].gate);
    assert_int_equal(terms->caps[0].over_count, 3);
    assert_string_equal(terms->exclude[0].is, "NPS");
    unload(&l);
}

static const pbr_term *term(const struct loaded *l, const char *path)
{
    const pbr_term *found = pbr_term_find(l->yaml.list, l->yaml.list_count, path);
    assert_non_null(found);
    return found;
}

static void every_leaf_is_listed_with_its_place(void **state)
{
    (void)state;
    struct loaded l = load(sample_rules);
    assert_string_equal(term(&l, "title")->value, "First version");
    assert_int_equal(term(&l, "title")->line, 1);
    assert_int_equal(term(&l, "title")->column, 8);
    assert_string_equal(term(&l, "cohort.periods")->value, "quarter, year");
    assert_string_equal(term(&l, "lines.binary-year.test.level")->value, "0.95");
    assert_string_equal(term(&l, "lines.frequency.gate.result")->value, "better");
    assert_string_equal(term(&l, "exclude.nps.is")->value, "NPS");
    assert_string_equal(term(&l, "title")->file, "rules/x.yaml");
    assert_null(pbr_term_find(l.yaml.list, l.yaml.list_count, "clause"));
    assert_null(pbr_term_find(l.yaml.list, l.yaml.list_count, "lines.binary.gate.line"));
    for (size_t i = 1; i < l.yaml.list_count; i++)
        assert_true(l.yaml.list[i].line >= l.yaml.list[i - 1].line);
    unload(&l);
}

/* A part has its own clause, source and status where it states them and its group's where not. */
static void provenance_is_inherited(void **state)
{
    (void)state;
    struct loaded l = load_with("due: {days-after-settlement: 30}",
                                "due: {days-after-settlement: 30, status: published, clause: d}");
    assert_int_equal(term(&l, "due.days-after-settlement")->status, PBR_PUBLISHED);
    assert_string_equal(term(&l, "due.days-after-settlement")->clause, "d");
    assert_string_equal(term(&l, "due.days-after-settlement")->source, "sample");
    assert_int_equal(term(&l, "lines.binary.test.kind")->status, PBR_ILLUSTRATIVE);
    assert_string_equal(term(&l, "lines.binary.test.kind")->clause, "clause 1");
    unload(&l);
}

/* Each change alone, and the id and place it must be reported under. */
static void what_is_wrong_is_reported_with_its_place(void **state)
{
    (void)state;
    static const struct {
        const char *from, *to, *id;
        long line, column;
    } cases[] = {
        {"year-members:", "year-memberz:", "unknown-key", 4, 3},
        {"  year-members: sum-of-quarters\n", "", "missing-term", 3, 3},
        {"title: First version\n", "title: First version\ntitle: Again\n", "repeated-key", 2, 1},
        {"sum-of-quarters", "sum-of-quarter", "unknown-word", 4, 17},
        {"sum-of-quarters", "surprise", "unknown-word", 4, 17},
        {"sum-of-quarters", "[sum-of-quarters]", "wrong-shape", 4, 17},
        {"[quarter, year]", "quarter", "wrong-shape", 3, 12},
        {"[quarter, year]", "[quarter, [year]]", "wrong-shape", 3, 22},
        {"[quarter, year]", "[]", "empty-list", 3, 12},
        {"[quarter, year]", "[quarter, yaer]", "unknown-word", 3, 22},
        {"title: First version", "title: \"\"", "blank-term", 1, 8},
        {"months: 12", "months: twelve", "bad-number", 12, 21},
        {"months: 12", "months: -12", "bad-number", 12, 21},
        {"months: 12", "months: 12.5", "bad-number", 12, 21},
        {"months: 12", "months: 9999999999", "bad-number", 12, 21},
        {"id: nps, column: managed_by", "id: &a nps, column: *a", "yaml-alias", 8, 10},
        {"title: First version", "title: [unclosed", "bad-yaml", 2, 7},
        {"title: First version", "\ttitle: tabs", "bad-yaml", 1, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct loaded l = load_with(cases[i].from, cases[i].to);
        const pbr_finding *finding = finding_of(l.diag, cases[i].id);
        if (!finding || finding->problems[0].line != cases[i].line ||
            finding->problems[0].column != cases[i].column) {
            pbr_diag_print(l.diag, stderr, PBR_WARNING);
            fail_msg("case %zu: no %s at %ld:%ld", i, cases[i].id, cases[i].line, cases[i].column);
        }
        unload(&l);
    }
}

static void all_problems_are_found_in_one_go(void **state)
{
    (void)state;
    char *one = replaced(sample_rules, "sum-of-quarters", "surprise");
    char *two = replaced(one, "months: 12", "months: x");
    char *three = replaced(two, "headroom: net", "headrom: net");
    struct loaded l = load(three);
    assert_int_equal(reported(l.diag, "unknown-word"), 1);
    assert_int_equal(reported(l.diag, "bad-number"), 1);
    assert_int_equal(reported(l.diag, "unknown-key"), 1);
    assert_int_equal(pbr_diag_count(l.diag, PBR_ERROR), 3);
    assert_non_null(strstr(finding_of(l.diag, "unknown-key")->problems[0].message,
                           "did you mean \"headroom\"?"));
    unload(&l);
    free(one);
    free(two);
    free(three);
}

static void files_that_are_no_rules(void **state)
{
    (void)state;
    static const char *const texts[] = {
        "",          "\n\n",      "# only words\n",   "just text\n",  "- a",
        "{}",        "[]",        "%YAML 9.9\n---\n", "? [a]\n: b\n", "\xFF\xFE\x00",
        "a: b: c\n", "---\n---\n"};
    for (size_t i = 0; i < COUNT(texts); i++) {
        struct loaded l = load(texts[i]);
        assert_false(l.ok);
        unload(&l);
    }
}

/* What follows a second "---" would silently not hold. */
static void one_document_a_file(void **state)
{
    (void)state;
    char *text = pbr_sprintf("%s---\ntitle: Second version\n", sample_rules);
    struct loaded l = load(text);
    assert_only_error(l.diag, "bad-yaml");
    unload(&l);
    free(text);
    text = pbr_sprintf("---\n%s...\n", sample_rules);
    l = load(text);
    assert_no_errors(l.diag);
    unload(&l);
    free(text);
}

static void a_file_has_a_greatest_size(void **state)
{
    (void)state;
    enum { MEBIBYTE = 1024 * 1024 };
    char *text = pbr_alloc(MEBIBYTE + 1, 1);
    size_t length = strlen(sample_rules);
    memcpy(text, sample_rules, length);
    memset(text + length, '\n', MEBIBYTE + 1 - length);
    struct loaded l = load_bytes(text, MEBIBYTE);
    assert_no_errors(l.diag);
    unload(&l);
    l = load_bytes(text, MEBIBYTE + 1);
    assert_only_error(l.diag, "bad-yaml");
    unload(&l);
    free(text);
}

/* Keys and values; here a list and what is in it. */
static void a_file_has_a_greatest_number_of_values(void **state)
{
    (void)state;
    enum { MOST = 20000 };
    for (size_t over = 0; over < 2; over++) {
        size_t items = MOST - 1 + over, length = 2 * items + 1;
        char *text = pbr_alloc(length, 1);
        pbr_diag *diag = pbr_diag_new();
        yaml_document_t document;
        text[0] = '[';
        for (size_t i = 0; i < items; i++) memcpy(text + 1 + 2 * i, "1,", 2);
        text[length - 1] = ']';
        bool read = pbr_yaml_parse("rules.yaml", text, length, &document, diag);
        assert_int_equal(read, !over);
        if (read) yaml_document_delete(&document);
        if (over) assert_only_error(diag, "bad-yaml");
        pbr_diag_free(diag);
        free(text);
    }
}

static void deep_nesting_is_refused(void **state)
{
    (void)state;
    enum { DEPTH = 10000 };
    char *text = pbr_alloc(DEPTH + 8, 1);
    memcpy(text, "title: ", 7);
    memset(text + 7, '[', DEPTH);
    struct loaded l = load(text);
    assert_only_error(l.diag, "bad-yaml");
    unload(&l);
    free(text);
}

/* One byte of a good file changed, cut or doubled: always a record or a report, never a crash. */
static void damaged_files_never_crash(void **state)
{
    (void)state;
    enum { FILES = 3000 };
    static const char bytes[] = "\0\n\t {}[]:-#&*!|>'\"%@`,?\xFF\xC3\r0a";
    uint64_t seed = 61;
    size_t length = strlen(sample_rules);
    char *text = pbr_alloc(length + 2, 1);
    for (int i = 0; i < FILES; i++) {
        size_t at = (size_t)below(&seed, (int64_t)length), size = length;
        memcpy(text, sample_rules, length + 1);
        int64_t how = below(&seed, 4);
        if (how == 0) size = at;
        if (how == 1) memmove(text + at + 1, text + at, length - at), size++;
        if (how >= 1) text[at] = bytes[below(&seed, sizeof bytes - 1)];
        struct loaded l = load_bytes(text, size);
        unload(&l);
    }
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(the_record_is_filled),
        cmocka_unit_test(every_leaf_is_listed_with_its_place),
        cmocka_unit_test(provenance_is_inherited),
        cmocka_unit_test(what_is_wrong_is_reported_with_its_place),
        cmocka_unit_test(all_problems_are_found_in_one_go),
        cmocka_unit_test(files_that_are_no_rules),
        cmocka_unit_test(one_document_a_file),
        cmocka_unit_test(a_file_has_a_greatest_size),
        cmocka_unit_test(a_file_has_a_greatest_number_of_values),
        cmocka_unit_test(deep_nesting_is_refused),
        cmocka_unit_test(damaged_files_never_crash),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
