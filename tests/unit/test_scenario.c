/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Scenario files as read: what their words become, and what is refused where. */
#include "support.h"

#include "whatif/scenario.h"

struct read {
    char *folder, *path;
    pbr_arena *arena;
    pbr_diag *diag;
    pbr_scenario *scenario;
};

static struct read read_scenario(const char *text)
{
    struct read r = {.folder = new_folder(), .arena = pbr_arena_new(), .diag = pbr_diag_new()};
    r.path = write_in(r.folder, "scenario.yaml", text);
    r.scenario = pbr_scenario_read(r.path, r.arena, r.diag);
    assert_int_equal(r.scenario == NULL, pbr_diag_failed(r.diag));
    return r;
}

static void done(struct read *r)
{
    pbr_arena_free(r->arena);
    pbr_diag_free(r->diag);
    free(r->path);
    remove_folder(r->folder);
}

#define HEAD "title: T\nauthor: A\nbase: {settlement: s}\n"

static void every_word_is_read(void **state)
{
    (void)state;
    struct read r = read_scenario(
        "title: T\nauthor: A\nquestion: Q?\n"
        "base: {settlement: s, inputs: [a, b]}\n"
        "instead:\n"
        "  change:\n"
        "    - {term: lines.binary.test.level, rules: first, set: \"0.90\"}\n"
        "    - {term: \"prices[*].binary_price\", times: \"1.1\"}\n"
        "  baselines:\n"
        "    - {metric: frequency, from: shrunk, weight: \"0.5\"}\n"
        "    - {metric: binary, from: settlement, settlement: t}\n"
        "  drop: [exclude.nps]\n"
        "sweep: {vary: [{term: a, values: [\"1\", \"2\"]}, {term: b, how: times, from: \"0\", to: "
        "\"1\", step: \"0.1\"}]}\n"
        "tornado: {by: \"10\"}\n"
        "break-even: \"yes\"\n"
        "simulate: {replicates: 1000, seed: 7, method: bootstrap, counts: negative-binomial, "
        "baseline: both, effects: [{name: e, rate-fall: \"2\", rate-sd: \"0.5\"}]}\n"
        "power: {chance: \"0.8\", rate-falls: [\"1\", \"2\"]}\n");
    assert_no_errors(r.diag);
    const pbr_scenario *s = r.scenario;
    assert_string_equal(s->question, "Q?");
    assert_int_equal(s->base.inputs_count, 2);
    assert_string_equal(s->instead->change[0].rules, "first");
    assert_string_equal(s->instead->change[1].times, "1.1");
    assert_null(s->instead->change[1].set);
    assert_int_equal(s->instead->baselines[0].from, PBR_BASELINES_SHRUNK);
    assert_string_equal(s->instead->baselines[1].settlement, "t");
    assert_string_equal(s->instead->drop[0], "exclude.nps");
    assert_int_equal(s->sweep->vary[0].how, PBR_SET);
    assert_int_equal(s->sweep->vary[0].values_count, 2);
    assert_int_equal(s->sweep->vary[1].how, PBR_TIMES);
    assert_string_equal(s->tornado->by, "10");
    assert_int_equal(s->simulate->replicates, 1000);
    assert_int_equal(s->simulate->method, PBR_SIMULATE_BOOTSTRAP);
    assert_int_equal(s->simulate->counts, PBR_COUNTS_NEGATIVE_BINOMIAL);
    assert_int_equal(s->simulate->baseline, PBR_BASELINE_BOTH);
    assert_string_equal(s->simulate->effects[0].rate_sd, "0.5");
    assert_int_equal(s->power->rate_falls_count, 2);
    assert_int_equal(pbr_scenario_place(s, "instead.change.%d.times", 2).line, 8);
    assert_int_equal(pbr_scenario_place(s, "instead.change.%d", 2).line, 8);
    assert_int_equal(pbr_scenario_place(s, "instead.change.%d", 20).line, 0);
    done(&r);
}

static void refuse(const char *id, const char *text)
{
    struct read r = read_scenario(text);
    assert_only_error(r.diag, id);
    done(&r);
}

static void keys_that_do_not_go_together(void **state)
{
    (void)state;
    refuse("bad-scenario", "title: T\nauthor: A\nbase: {contract: c, metrics: m}\n");
    refuse("bad-scenario", "title: T\nauthor: A\nbase: {settlement: s, metrics: m}\n");
    refuse("bad-scenario", HEAD "instead: {settlement: s, contract: c}\n");
    refuse("bad-scenario", HEAD "instead: {metrics: m}\n");
    refuse("bad-scenario", HEAD "instead: {cohorts: 2015Q4}\n");
    refuse("bad-scenario", HEAD "instead: {change: [{term: a}]}\n");
    refuse("bad-scenario", HEAD "instead: {change: [{term: a, set: b, times: \"2\"}]}\n");
    refuse("bad-scenario", HEAD "instead: {baselines: [{metric: m, from: year}]}\n");
    refuse("bad-scenario",
           HEAD "instead: {baselines: [{metric: m, from: pooled, weight: \"1\"}]}\n");
    refuse("bad-scenario", HEAD "sweep: {vary: [{term: a, values: [\"1\"], from: \"1\"}]}\n");
    refuse("bad-scenario", HEAD "sweep: {vary: [{term: a, from: \"1\", to: \"2\"}]}\n");
    refuse("bad-scenario", HEAD "power: {chance: \"0.8\"}\n");
    refuse("bad-scenario", HEAD "break-even: maybe\n");
}

static void values_of_the_wrong_kind(void **state)
{
    (void)state;
    refuse("bad-decimal", HEAD "instead: {change: [{term: a, times: twice}]}\n");
    refuse("bad-decimal", HEAD "tornado: {by: 10%}\n");
    refuse("bad-decimal", HEAD "power: {chance: \"0.8\", rate-falls: [\"1\", two]}\n");
    refuse("out-of-range", HEAD "power: {chance: \"1.1\", rate-falls: [\"1\"]}\n");
    refuse("out-of-range", HEAD "power: {chance: \"0.8\", rate-falls: [\"-1\"]}\n");
    refuse("out-of-range",
           HEAD "instead: {baselines: [{metric: m, from: shrunk, weight: \"1.5\"}]}\n");
    refuse("out-of-range", HEAD "simulate: {replicates: 0, seed: 1, method: parametric, counts: "
                                "resampled, baseline: fixed}\n");
    refuse("unknown-key", HEAD "instaed: {}\n");
    refuse("unknown-word", HEAD "instead: {baselines: [{metric: m, from: shrunken}]}\n");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(every_word_is_read),
        cmocka_unit_test(keys_that_do_not_go_together),
        cmocka_unit_test(values_of_the_wrong_kind),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
