/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Which cells of a row decide what the rules say of it, so that rows alike in them are judged once;
 * and how many ways of differing can be numbered. */
#include "sample_contract.h"

#include "measure/judge.h"
#include "measure/start_columns.h"

#include <sys/mman.h>
#include <sys/wait.h>

struct columns {
    bool alike, *decides, *dated;
    const pbr_schema *schema;
};

static struct columns columns_of(pbr_contract *contract, pbr_population *population)
{
    pbr_diag *diag = pbr_diag_new();
    const pbr_judge *judge = pbr_judge_new(population, diag);
    assert_no_errors(diag);
    pbr_diag_free(diag);
    struct columns c = {.schema = pbr_cohort_schema(contract)};
    c.decides = pbr_arena_alloc(contract->arena, c.schema->count);
    c.dated = pbr_arena_alloc(contract->arena, c.schema->count);
    c.alike = pbr_judge_columns(judge, c.decides, c.dated);
    return c;
}

/* Area, type and group always; what a rule names by its cell; what it compares with days. */
static void rules_name_what_decides(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_population *population = pbr_population_new(contract, day("2018-02-01"));
    struct columns c = columns_of(contract, population);
    assert_true(c.alike);
    for (size_t i = 0; i < c.schema->count; i++) {
        const char *name = c.schema->columns[i].name;
        bool decides = i == PBR_START_AREA || i == PBR_START_TYPE || i == PBR_START_GROUP ||
                       strcmp(name, "managed_by") == 0;
        assert_int_equal(c.decides[i], decides);
        assert_int_equal(c.dated[i], strcmp(name, "transferred_on") == 0);
    }
    pbr_population_free(population);
    pbr_contract_free(contract);
}

/* A rule that looks at what each row has of its own leaves nothing to tell once. */
static void rules_on_what_is_each_rows_own(void **state)
{
    (void)state;
    static const struct {
        const char *column, *is, *blank, *before;
        bool alike;
    } cases[] = {
        {"managed_by", "NPS", NULL, NULL, true},
        {"person_id", "P1", NULL, NULL, false},
        {"start_id", "S1", NULL, NULL, false},
        {"start_date", NULL, NULL, "2015-11-01", false},
        {"start_type", NULL, NULL, "2015-11-01", false},
        {"start_type", "order", NULL, NULL, true},
        {"ogrs", NULL, "yes", NULL, true},
        {"ogrs", "50", NULL, NULL, false},
        {"transferred_on", NULL, NULL, "2015-11-01", true},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        pbr_contract *contract = load_sample(NULL, 0);
        pbr_filter *filter = &contract->rules[0].terms->exclude[0];
        filter->column = (char *)(uintptr_t)cases[i].column;
        filter->is = (char *)(uintptr_t)cases[i].is;
        filter->blank = (char *)(uintptr_t)cases[i].blank;
        filter->before = (char *)(uintptr_t)cases[i].before;
        pbr_population *population = pbr_population_new(contract, day("2018-02-01"));
        if (columns_of(contract, population).alike != cases[i].alike) fail_msg("case %zu", i);
        pbr_population_free(population);
        pbr_contract_free(contract);
    }
}

/* Where no metric is adjusted by score nobody needs one, and no further metric is looked for. */
static void scores_are_needed_by_no_metric(void **state)
{
    (void)state;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_terms *terms = contract->rules[0].terms;
    for (unsigned i = 0; i < terms->metrics_count; i++)
        terms->metrics[i].adjust = PBR_NO_ADJUSTMENT;
    pbr_population *population = pbr_population_new(contract, day("2018-02-01"));
    assert_true(columns_of(contract, population).alike);
    pbr_population_free(population);
    pbr_contract_free(contract);
}

/* Enters classes until the process is ended; *known is how many had a number. */
_Noreturn static void enter_classes(pbr_population *population, volatile uint32_t *known)
{
    pbr_class class = {0};
    for (uint32_t i = 0; i < UINT32_MAX; i++, ++*known) {
        memcpy(&class.kinds, &i, sizeof i);
        if (pbr_class_enter(population, &class, pbr_slice_of("order")) != i) _exit(1);
    }
    _exit(0);
}

/* A start has room for the number of one of them. */
static void classes_that_can_be_numbered(void **state)
{
    (void)state;
    int status;
    pbr_contract *contract = load_sample(NULL, 0);
    pbr_population *population = pbr_population_new(contract, day("2018-02-01"));
    volatile uint32_t *known =
        mmap(NULL, sizeof *known, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);
    pid_t child = fork();
    assert_true(child >= 0);
    if (child == 0) enter_classes(population, known);
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status) && WEXITSTATUS(status) == 2);
    assert_int_equal(*known, 1u << PBR_CLASS_BITS);
    assert_int_equal(munmap((void *)(uintptr_t)known, sizeof *known), 0);
    pbr_population_free(population);
    pbr_contract_free(contract);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(rules_name_what_decides),
        cmocka_unit_test(rules_on_what_is_each_rows_own),
        cmocka_unit_test(scores_are_needed_by_no_metric),
        cmocka_unit_test(classes_that_can_be_numbered),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
