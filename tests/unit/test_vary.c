/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A changed copy of a contract: it says what was set, and the original says what it said. */
#include "sample_contract.h"

#include "contract/vary.h"
#include "contract/yaml.h"

#include <malloc.h>

static const char *value_of(const pbr_contract *contract, const char *path)
{
    const pbr_rules *rules = &contract->rules[0];
    const pbr_term *term = pbr_term_find(rules->list, rules->list_count, path);
    return term ? term->value : NULL;
}

static void test_text_word_and_number(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    assert_true(pbr_contract_set(copy, 0, "lines.binary-year.test.level", "0.9595"));
    assert_true(pbr_contract_set(copy, 0, "lines.frequency.gate.applies-to", "both"));
    assert_true(pbr_contract_set(copy, 0, "follow-up.months", "24"));
    assert_true(pbr_contract_set(copy, 0, "rounding.mode", "floor"));
    const pbr_terms *before = contract->rules[0].terms, *after = copy->rules[0].terms;
    assert_string_equal(after->lines[2].test.level, "0.9595");
    assert_string_equal(before->lines[2].test.level, "0.95");
    assert_int_equal(after->lines[1].gate->applies_to, PBR_GATE_BOTH);
    assert_int_equal(before->lines[1].gate->applies_to, PBR_GATE_PAY);
    assert_int_equal(after->follow_up.months, 24);
    assert_int_equal(before->follow_up.months, 12);
    assert_int_equal(after->rounding.mode, PBR_FLOOR);
    assert_int_equal(before->rounding.mode, PBR_HALF_EVEN);
    assert_string_equal(value_of(copy, "follow-up.months"), "24");
    assert_string_equal(value_of(contract, "follow-up.months"), "12");
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

static void test_lists(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    assert_true(pbr_contract_set(copy, 0, "lines.frequency.gate.result", "neither, better"));
    assert_true(pbr_contract_set(copy, 0, "cohort.start-types", "order"));
    const pbr_terms *before = contract->rules[0].terms, *after = copy->rules[0].terms;
    assert_int_equal(after->lines[1].gate->results_count, 2);
    assert_int_equal(after->lines[1].gate->results[0], PBR_NEITHER);
    assert_int_equal(after->lines[1].gate->results[1], PBR_BETTER);
    assert_int_equal(before->lines[1].gate->results_count, 1);
    assert_int_equal(after->cohort.start_types_count, 1);
    assert_string_equal(after->cohort.start_types[0], "order");
    assert_int_equal(before->cohort.start_types_count, 2);
    assert_string_equal(value_of(copy, "lines.frequency.gate.result"), "neither, better");
    assert_string_equal(value_of(contract, "lines.frequency.gate.result"), "better");
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

static void test_drop(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    const pbr_filter *dropped = pbr_contract_drop(copy, 0, "reoffence.ignore.breach");
    assert_non_null(dropped);
    assert_string_equal(dropped->reason, "breach");
    assert_null(pbr_contract_drop(copy, 0, "reoffence.ignore.breach"));
    assert_null(pbr_contract_drop(copy, 0, "exclude"));
    assert_null(pbr_contract_drop(copy, 0, "persons.nps"));
    assert_int_equal(copy->rules[0].terms->reoffence.ignore_count, 0);
    assert_int_equal(contract->rules[0].terms->reoffence.ignore_count, 1);
    assert_int_equal(copy->rules[0].terms->exclude_count, 1);
    assert_null(value_of(copy, "reoffence.ignore.breach.column"));
    assert_string_equal(value_of(contract, "reoffence.ignore.breach.column"), "breach");
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

static void test_refused(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    assert_false(pbr_contract_set(copy, 0, "lines.binary.test.levels", "0.9"));
    assert_false(pbr_contract_set(copy, 0, "lines.nobody.title", "x"));
    assert_false(pbr_contract_set(copy, 0, "lines.binary.test.level", "0.9")); /* not stated */
    assert_false(pbr_contract_set(copy, 0, "rounding.mode", "upwards"));
    assert_false(pbr_contract_set(copy, 0, "follow-up.months", "-1"));
    assert_false(pbr_contract_set(copy, 0, "follow-up.months", "12 months"));
    assert_false(pbr_contract_set(copy, 0, "cohort.start-types", ""));
    assert_false(pbr_contract_set(copy, 0, "cohort.start-types", "release,, order"));
    assert_false(pbr_contract_set(copy, 0, "lines.frequency.gate.result", "better, best"));
    assert_false(pbr_contract_set(copy, 0, "lines", "x"));
    assert_int_equal(copy->rules[0].terms->rounding.mode, PBR_HALF_EVEN);
    assert_string_equal(value_of(copy, "rounding.mode"), value_of(contract, "rounding.mode"));
    assert_int_equal(copy->rules[0].terms->follow_up.months, 12);
    assert_string_equal(value_of(copy, "follow-up.months"), "12");
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

/* Terms of two lines and of the version, set in turn: each keeps its place whatever else is set. */
static void test_handles(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    pbr_term_handle *level = pbr_contract_term(copy, 0, "lines.binary-year.test.level");
    pbr_term_handle *side = pbr_contract_term(copy, 0, "lines.frequency.gate.applies-to");
    assert_null(pbr_contract_term(copy, 0, "lines.binary-year.test.levels"));
    assert_true(pbr_term_set(level, "0.9"));
    assert_true(pbr_term_set(side, "both"));
    pbr_term_handle *months = pbr_contract_term(copy, 0, "follow-up.months");
    assert_true(pbr_contract_set(copy, 0, "lines.frequency.test.minimum-cohort", "7"));
    assert_true(pbr_term_set(level, "0.99999"));
    assert_true(pbr_term_set(level, "0.8"));
    assert_true(pbr_term_set(months, "24"));
    assert_false(pbr_term_set(side, "neither"));
    assert_false(pbr_term_set(months, "many"));
    const pbr_terms *after = copy->rules[0].terms;
    assert_string_equal(after->lines[2].test.level, "0.8");
    assert_string_equal(value_of(copy, "lines.binary-year.test.level"), "0.8");
    assert_int_equal(after->lines[1].gate->applies_to, PBR_GATE_BOTH);
    assert_string_equal(value_of(copy, "lines.frequency.gate.applies-to"), "both");
    assert_int_equal(after->lines[1].test.minimum_cohort, 7);
    assert_int_equal(after->follow_up.months, 24);
    assert_string_equal(value_of(copy, "follow-up.months"), "24");
    assert_string_equal(contract->rules[0].terms->lines[2].test.level, "0.95");
    assert_string_equal(value_of(contract, "lines.binary-year.test.level"), "0.95");
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

static size_t bytes_in_use(void)
{
    return mallinfo2().uordblks;
}

/* More settings than a copy of the terms each would leave room for in the arena's block. */
static void test_setting_again_takes_no_memory(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    pbr_term_handle *level = pbr_contract_term(copy, 0, "lines.binary-year.test.level");
    pbr_term_handle *months = pbr_contract_term(copy, 0, "follow-up.months");
    size_t before = bytes_in_use();
    for (int i = 0; i < 100000; i++) {
        assert_true(pbr_term_set(level, i % 2 ? "0.95" : "0.9"));
        assert_true(pbr_term_set(months, i % 2 ? "12" : "24"));
    }
    assert_int_equal(bytes_in_use(), before);
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

static void test_shapes(void **state)
{
    (void)state;
    pbr_term_shape shape;
    pbr_contract *contract = load_sample(NULL, 0);
    const pbr_rules *rules = &contract->rules[0];
    assert_true(pbr_term_shape_of(rules, "rounding.mode", contract->arena, &shape));
    assert_int_equal(shape.kind, PBR_TERM_WORD);
    assert_int_equal(shape.words_count, 3);
    assert_string_equal(shape.words[2], "floor");
    assert_true(pbr_term_shape_of(rules, "follow-up.months", contract->arena, &shape));
    assert_int_equal(shape.kind, PBR_TERM_WHOLE);
    assert_true(pbr_term_shape_of(rules, "cohort.periods", contract->arena, &shape));
    assert_int_equal(shape.kind, PBR_TERM_LIST);
    assert_true(pbr_term_shape_of(rules, "lines.binary-year.test.level", contract->arena, &shape));
    assert_int_equal(shape.kind, PBR_TERM_TEXT);
    assert_false(pbr_term_shape_of(rules, "rounding.modes", contract->arena, &shape));
    pbr_contract_free(contract);
}

/* Every term of every contract that is shipped can be found by its path, and set to what it says;
 * entries without an id are found by their number. */
static void set_every_term(const char *folder)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_contract *contract = pbr_contract_load(folder, diag);
    assert_non_null(contract);
    pbr_contract *copy = pbr_contract_copy(contract);
    for (size_t r = 0; r < contract->rules_count; r++)
        for (size_t i = 0; i < contract->rules[r].list_count; i++) {
            const pbr_term *term = &contract->rules[r].list[i];
            pbr_term_shape shape;
            if (!pbr_term_shape_of(&contract->rules[r], term->path, copy->arena, &shape))
                fail_msg("%s: %s is not found", folder, term->path);
            bool set = pbr_contract_set(copy, r, term->path, term->value);
            bool groups = shape.kind == PBR_TERM_LIST && strcmp(term->value, "none") == 0;
            if (set == groups) fail_msg("%s: %s is %sset", folder, term->path, set ? "" : "not ");
        }
    pbr_contract_free(copy);
    pbr_contract_free(contract);
    pbr_diag_free(diag);
}

static void test_every_term(void **state)
{
    (void)state;
    static const char *const folders[] = {"transforming-rehabilitation",
                                          "straw-man-2013",
                                          "hmp-peterborough",
                                          "hmp-doncaster",
                                          "custody-pathfinder",
                                          "local-justice-reinvestment",
                                          "rikers-able",
                                          "cms-hrrp"};
    for (size_t i = 0; i < COUNT(folders); i++) {
        char *folder = path_in("contracts", folders[i]);
        set_every_term(folder);
        free(folder);
    }
    set_every_term("fixtures/worked/contract");
}

static void test_numbers(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0), *copy = pbr_contract_copy(contract);
    pbr_number *numbers;
    size_t count = pbr_contract_numbers(copy, copy->arena, &numbers);
    mpq_t factor;
    mpq_init(factor);
    pbr_ratio_set(factor, 101, 100);
    for (size_t i = 0; i < count; i++) pbr_number_scale(&numbers[i], factor);
    /* per area: 5 binary rows of cases, rate and mean, 4 of them with three limits; 4 frequency
     * rows of cases, rate, sd and two limits; 2 prices of 5 columns */
    assert_int_equal(count, 3 * (5 * 3 + 4 * 3 + 4 * 5 + 2 * 5));
    assert_string_equal(numbers[0].table, "baselines.csv");
    assert_string_equal(numbers[0].column, "cases");
    assert_int_equal(contract->baselines[0].cases, 1000);
    assert_int_equal(copy->baselines[0].cases, 1010);
    assert_int_equal(mpq_cmp_ui(contract->baselines[0].rate, 50, 1), 0);
    assert_int_equal(mpq_cmp_ui(copy->baselines[0].rate, 101, 2), 0);
    assert_int_equal(mpq_cmp_ui(contract->prices[0].amounts[0], 4000, 1), 0);
    assert_int_equal(mpq_cmp_ui(copy->prices[0].amounts[0], 4040, 1), 0);
    /* counts are rounded: 500 x 1.01 = 505, and 505 x 1.003 = 506.515 */
    pbr_ratio_set(factor, 1003, 1000);
    pbr_number_scale(&numbers[15 + 12], factor);
    assert_int_equal(copy->baselines[5].cases, 507);
    mpq_clear(factor);
    pbr_contract_free(copy);
    pbr_contract_free(contract);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_text_word_and_number),
        cmocka_unit_test(test_lists),
        cmocka_unit_test(test_drop),
        cmocka_unit_test(test_refused),
        cmocka_unit_test(test_handles),
        cmocka_unit_test(test_setting_again_takes_no_memory),
        cmocka_unit_test(test_shapes),
        cmocka_unit_test(test_every_term),
        cmocka_unit_test(test_numbers),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
