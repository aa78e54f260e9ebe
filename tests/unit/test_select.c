/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Paths of a scenario: what they name, what is near where they name nothing, and what a change
 * makes of it. */
#include "sample_contract.h"

#include "contract/yaml.h"
#include "whatif/select.h"

struct tried {
    pbr_contract *contract, *copy;
    pbr_arena *arena;
    pbr_diag *diag;
    pbr_selection selection;
};

static const pbr_place here = {"scenario.yaml", 3, 5};

static struct tried try_path(const char *path, const char *rules)
{
    struct tried t = {
        .contract = load_sample(NULL, 0), .arena = pbr_arena_new(), .diag = pbr_diag_new()};
    bool found = pbr_select(t.contract, path, rules, here, t.arena, &t.selection, t.diag);
    assert_int_equal(found, !pbr_diag_failed(t.diag));
    t.copy = pbr_contract_copy(t.contract);
    return t;
}

static void done(struct tried *t)
{
    pbr_contract_free(t->copy);
    pbr_contract_free(t->contract);
    pbr_arena_free(t->arena);
    pbr_diag_free(t->diag);
}

static void counts(const char *path, size_t rules, size_t numbers, const char *was)
{
    struct tried t = try_path(path, NULL);
    assert_no_errors(t.diag);
    assert_int_equal(t.selection.rules_count, rules);
    assert_int_equal(t.selection.numbers_count, numbers);
    assert_string_equal(t.selection.was, was);
    assert_string_equal(t.selection.source, "sample");
    assert_int_equal(t.selection.status, PBR_ILLUSTRATIVE);
    done(&t);
}

static void paths_name_terms_and_numbers(void **state)
{
    (void)state;
    counts("lines.binary-year.test.level", 1, 0, "0.95");
    counts("rules.lines.binary-year.test.level", 1, 0, "0.95");
    counts("rounding.mode", 1, 0, "half-even");
    counts("prices[A2,2015/16].binary_price", 0, 1, "4000");
    counts("prices[A2].binary_price", 0, 2, "4000 to 4100");
    counts("prices[*, 2016/17].binary_price", 0, 3, "4100");
    counts("prices.binary_price", 0, 6, "4000 to 4100");
    counts("baselines[*,Q4,binary].rate", 0, 3, "50");
    counts("baselines[A1,*,binary,2011].cases", 0, 5, "1000 to 10000");
    counts("baselines[A1,Q4,frequency].sd", 0, 1, "2");
}

static void refuse(const char *path, const char *rules, const char *id, const char *message)
{
    struct tried t = try_path(path, rules);
    assert_only_error(t.diag, id);
    const struct pbr_problem *problem = &finding_of(t.diag, id)->problems[0];
    assert_int_equal(problem->line, here.line);
    if (!strstr(problem->message, message))
        fail_msg("\"%s\" does not say \"%s\"", problem->message, message);
    done(&t);
}

static void near_names_are_suggested(void **state)
{
    (void)state;
    const char *none = "unknown-term";
    refuse("lines.binary-year.test.levle", NULL, none, "did you mean \"level\"?");
    refuse("lines.binry.test.level", NULL, none, "did you mean \"binary\"?");
    refuse("lnies.binary.test.level", NULL, none, "did you mean \"lines\"?");
    refuse("lines.binary-year.test.xyzzy", NULL, none, "use kind, level");
    refuse("lines.binary-year.test", NULL, none, "is a group of terms: name one of kind, level");
    refuse("lines.binary-year.test.level.x", NULL, none, "names no term");
    refuse("price[A1].binary_price", NULL, none, "did you mean \"prices\"?");
    refuse("prices[A1].binary_prise", NULL, none, "did you mean \"binary_price\"?");
    refuse("prices[A1,2015/17].binary_price", NULL, none, "did you mean \"2015/16\"?");
    refuse("prices[A9].binary_price", NULL, none, "names no area of prices.csv");
    refuse("prices[A1]", NULL, none, "names no column");
    refuse("prices[A1.binary_price", NULL, none, "no closing bracket");
    refuse("prices[A1,2015/16,x].binary_price", NULL, none, "too many keys");
    refuse("prices[,2015/16].binary_price", NULL, none, "a blank key");
    refuse("baselines[A1,Q4,binary].sd", NULL, none, "no row of baselines.csv");
    refuse("steps[s].value", NULL, none, "the contract has no steps.csv");
    refuse("rounding.mode", "frist", "unknown-rules", "did you mean \"first\"?");
    refuse("prices.binary_price", "first", "bad-scenario", "leave out `rules`");
    refuse("lines.binary.id", NULL, "wrong-kind", "is the name of an entry");
    refuse("", NULL, none, "");
}

static void becomes(const char *path, pbr_operation how, const char *value, const char *text)
{
    struct tried t = try_path(path, NULL);
    assert_true(pbr_selection_apply(&t.selection, t.copy, how, value, here, t.diag));
    assert_no_errors(t.diag);
    assert_string_equal(pbr_selection_text(&t.selection, t.copy, t.arena), text);
    assert_string_equal(pbr_selection_text(&t.selection, t.contract, t.arena), t.selection.was);
    done(&t);
}

static void changes_are_exact(void **state)
{
    (void)state;
    becomes("lines.binary-year.test.level", PBR_SET, "0.90", "0.90");
    becomes("lines.binary-year.test.level", PBR_TIMES, "1.1", "1.045");
    becomes("lines.binary-year.test.level", PBR_PLUS, "-0.05", "0.9");
    becomes("lines.binary-year.test.round-thresholds", PBR_SET, "none", "none");
    becomes("rounding.mode", PBR_SET, "floor", "floor");
    becomes("lines.frequency.gate.result", PBR_SET, "better, neither", "better, neither");
    becomes("caps.pot.over", PBR_SET, "binary", "binary");
    becomes("follow-up.months", PBR_SET, "24", "24");
    becomes("follow-up.months", PBR_TIMES, "1.125", "14"); /* 13.5, half to even */
    becomes("prices.binary_price", PBR_TIMES, "1.1", "4400 to 4510");
    becomes("prices[A1,2015/16].binary_price", PBR_SET, "0.125", "0.125");
    becomes("baselines[A1,Q4,binary].rate", PBR_PLUS, "0.5", "50.5");
    becomes("baselines[A1,Q4,binary].cases", PBR_TIMES, "1.0005", "1000"); /* 1000.5 */
    becomes("baselines[A1,*,binary].cases", PBR_SET, "77", "77");
}

static void cannot(const char *path, pbr_operation how, const char *value, const char *message)
{
    struct tried t = try_path(path, NULL);
    assert_false(pbr_selection_apply(&t.selection, t.copy, how, value, here, t.diag));
    assert_only_error(t.diag, "wrong-kind");
    const struct pbr_problem *problem = &finding_of(t.diag, "wrong-kind")->problems[0];
    if (!strstr(problem->message, message))
        fail_msg("\"%s\" does not say \"%s\"", problem->message, message);
    done(&t);
}

static void values_of_the_wrong_kind(void **state)
{
    (void)state;
    cannot("rounding.mode", PBR_SET, "flor", "did you mean \"floor\"?");
    cannot("rounding.mode", PBR_SET, "upwards", "use half-even, half-up, floor");
    cannot("rounding.mode", PBR_TIMES, "2", "can only be `set`");
    cannot("lines.frequency.gate.result", PBR_SET, "better, nether", "did you mean \"neither\"?");
    cannot("lines.frequency.gate.result", PBR_PLUS, "1", "can only be `set`");
    cannot("caps.pot.over", PBR_SET, "", "write names with commas");
    cannot("follow-up.months", PBR_SET, "a year", "write digits");
    cannot("follow-up.months", PBR_SET, "12.5", "write digits");
    cannot("follow-up.months", PBR_PLUS, "-13", "from 0");
    cannot("lines.binary-year.test.level", PBR_SET, "high", "write digits with a point");
    cannot("lines.binary-year.test.level", PBR_TIMES, "twice", "write digits with a point");
    cannot("lines.binary-year.test.round-rate", PBR_TIMES, "2", "it is no number");
    cannot("lines.binary.title", PBR_PLUS, "2", "it is no number");
    cannot("prices[A1].binary_price", PBR_SET, "much", "write digits");
    cannot("prices[A1].binary_price", PBR_PLUS, "-4100", "below 0");
    cannot("baselines[A1,Q4,binary].cases", PBR_SET, "1.5", "write a whole number");
    cannot("baselines[A1,Q4,binary].ogrs_mean", PBR_SET, "101", "at most 100");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(paths_name_terms_and_numbers),
        cmocka_unit_test(near_names_are_suggested),
        cmocka_unit_test(changes_are_exact),
        cmocka_unit_test(values_of_the_wrong_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
