/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/compiled.h"

#include "measure/years.h"
#include "settle/claim.h"
#include "settle/comparator.h"
#include "settle/test.h"

#include <stdlib.h>
#include <string.h>

struct making {
    pbr_compiled *compiled;
    const pbr_settled *side;
    const pbr_contract *contract;
};

static const pbr_rules *rules_of(const struct making *m, size_t area, size_t cohort)
{
    return pbr_contract_rules(m->contract, area, cohort, m->side->options->as_at);
}

/* --- cells --- */

static bool is_part(const struct making *m, const pbr_measure *part, const pbr_measure *whole)
{
    return part->area == whole->area && part->control == whole->control &&
           pbr_contract_is_part(m->contract, part->cohort, whole->cohort);
}

static size_t cell_of(struct making *m, const pbr_measure *measure);

/* The cells that a measure is the sum of, in the arena. */
static size_t parts_of(struct making *m, const pbr_measure *whole, size_t **parts)
{
    const pbr_measures *all = m->side->measures;
    size_t count = 0;
    *parts = pbr_arena_alloc(m->compiled->arena, all->measures_count * sizeof **parts);
    for (size_t i = 0; i < all->measures_count; i++)
        if (is_part(m, &all->measures[i], whole)) (*parts)[count++] = cell_of(m, &all->measures[i]);
    return count;
}

static size_t cell_of(struct making *m, const pbr_measure *measure)
{
    pbr_compiled *compiled = m->compiled;
    pbr_compiled_cell cell = {.measure = measure};
    for (size_t i = 0; i < compiled->cells_count; i++)
        if (compiled->cells[i].measure == measure) return i;
    if (measure->complete &&
        pbr_is_sum(m->contract, measure->area, measure->cohort, m->side->options->as_at))
        cell.parts_count = parts_of(m, measure, &cell.parts);
    compiled->cells = pbr_grow(compiled->cells, &compiled->cells_room, compiled->cells_count + 1,
                               sizeof *compiled->cells);
    compiled->cells[compiled->cells_count] = cell;
    return compiled->cells_count++;
}

static size_t comparator_of(struct making *m, const pbr_result *result)
{
    const pbr_metric *metric = result->metric;
    if (metric->compare_with == PBR_WITH_BASELINE) return PBR_NONE;
    bool control = metric->compare_with == PBR_WITH_CONTROL;
    size_t cohort = control ? result->cohort : pbr_contract_cohort(m->contract, metric->cohort);
    const pbr_measure *measure =
        cohort == PBR_NONE ? NULL
                           : pbr_measures_find(m->side->measures, result->area, cohort, control);
    return measure ? cell_of(m, measure) : PBR_NONE;
}

/* --- rows of baselines --- */

static size_t add_row(struct making *m, const pbr_baseline *baseline, const pbr_result *result);

/* Can the row be drawn from its own cases? */
static bool has_cases(const pbr_baseline *row, const pbr_metric *metric)
{
    return row && row->has_cases && row->cases > 0 && (metric->kind == PBR_RATE || row->has_sd);
}

/* The quarters of an annual row, if all four have rows with cases. */
static void add_quarters(struct making *m, pbr_compiled_row *row, const pbr_result *result)
{
    static const char *const quarters[] = {"Q1", "Q2", "Q3", "Q4"};
    const pbr_baseline *found[4];
    if (strcmp(row->baseline->cohort, "annual") != 0) return;
    for (unsigned q = 0; q < 4; q++) {
        found[q] = pbr_contract_baseline(m->contract, result->area, quarters[q], result->metric);
        if (!has_cases(found[q], result->metric)) return;
    }
    for (unsigned q = 0; q < 4; q++) row->parts[q] = add_row(m, found[q], result);
    row->parts_count = 4;
}

static size_t add_row(struct making *m, const pbr_baseline *baseline, const pbr_result *result)
{
    pbr_compiled *compiled = m->compiled;
    pbr_compiled_row row = {.baseline = baseline, .metric = result->metric, .rules = result->rules};
    for (size_t i = 0; i < compiled->rows_count; i++)
        if (compiled->rows[i].baseline == baseline) return i;
    add_quarters(m, &row, result);
    compiled->rows = pbr_grow(compiled->rows, &compiled->rows_room, compiled->rows_count + 1,
                              sizeof *compiled->rows);
    compiled->rows[compiled->rows_count] = row;
    return compiled->rows_count++;
}

/* --- tests --- */

static bool depends_on_reoffenders_alone(const pbr_result *result)
{
    pbr_metric_kind kind = result->metric->kind;
    return (kind == PBR_RATE || kind == PBR_EXPECTED_RATIO) &&
           result->metric->compare_with == PBR_WITH_BASELINE &&
           result->line->test.kind != PBR_TEST_BOOTSTRAP;
}

static size_t add_test(struct making *m, const pbr_result *result)
{
    pbr_compiled *compiled = m->compiled;
    pbr_compiled_test test = {.result = result, .row = PBR_NONE, .claim = PBR_NONE};
    test.cell = cell_of(m, result->measure);
    test.comparator = comparator_of(m, result);
    test.by_reoffenders = depends_on_reoffenders_alone(result);
    if (result->baseline && result->metric->compare_with == PBR_WITH_BASELINE)
        test.row = add_row(m, result->baseline, result);
    compiled->tests = pbr_grow(compiled->tests, &compiled->tests_room, compiled->tests_count + 1,
                               sizeof *compiled->tests);
    compiled->tests[compiled->tests_count] = test;
    return compiled->tests_count++;
}

size_t pbr_compiled_find(const pbr_compiled *compiled, size_t area, size_t cohort, const char *line)
{
    for (size_t i = 0; i < compiled->tests_count; i++) {
        const pbr_result *result = compiled->tests[i].result;
        if (result->area == area && result->cohort == cohort && !strcmp(result->line->id, line))
            return i;
    }
    return PBR_NONE;
}

/* A result of a cohort that this run does not settle: what stands in its way is nobody's trouble
 * here, it just cannot be told. */
static pbr_result *try_result(struct making *m, const pbr_measure *measure, const pbr_rules *rules,
                              const pbr_line *line)
{
    pbr_compiled *compiled = m->compiled;
    pbr_diag *diag = pbr_diag_new();
    pbr_result *result = pbr_arena_alloc(compiled->arena, sizeof *result);
    pbr_result_init(result);
    result->area = measure->area;
    result->cohort = measure->cohort;
    result->rules = rules;
    result->line = line;
    result->measure = measure;
    pbr_result_test(result, &compiled->made, m->side->measures, diag);
    pbr_diag_free(diag);
    return result;
}

/* As the engine judges a cohort for a gate: PBR_NONE where that has no result. */
static size_t test_of(struct making *m, size_t area, size_t cohort, const char *id)
{
    const pbr_rules *rules = rules_of(m, area, cohort);
    const pbr_line *line = rules ? pbr_terms_line(rules->terms, id) : NULL;
    const pbr_measure *measure = pbr_measures_find(m->side->measures, area, cohort, false);
    size_t known = pbr_compiled_find(m->compiled, area, cohort, id);
    if (known != PBR_NONE) return known;
    if (!line || line->kind != PBR_OUTCOME || !measure || !measure->ripe) return PBR_NONE;
    return add_test(m, try_result(m, measure, rules, line));
}

/* --- gates --- */

static void add_hurdle(struct making *m, size_t index, size_t cohort)
{
    const pbr_result *result = m->compiled->tests[index].result;
    size_t hurdle = test_of(m, result->area, cohort, result->line->gate->line);
    pbr_compiled_test *test = &m->compiled->tests[index];
    test->hurdles[test->hurdles_count++] = hurdle;
    if (hurdle != PBR_NONE) m->compiled->tests[hurdle].judged = true;
}

static void set_gate(struct making *m, size_t index)
{
    pbr_compiled_test *test = &m->compiled->tests[index];
    const pbr_gate *gate = test->result->line->gate;
    size_t cohorts = m->contract->cohorts_count, own = test->result->cohort;
    if (!gate) return;
    for (unsigned i = 0; i < gate->results_count; i++) test->opens[gate->results[i]] = true;
    pbr_result shut = *test->result;
    shut.hurdle_met = false;
    for (pbr_verdict v = PBR_BETTER; v <= PBR_NO_RESULT; v++) {
        shut.verdict = v;
        test->stopped[v] = pbr_result_is_gated(&shut);
    }
    test->hurdles = pbr_arena_alloc(m->compiled->arena, (cohorts + 1) * sizeof *test->hurdles);
    if (gate->over == PBR_GATE_SAME_COHORT) add_hurdle(m, index, own);
    for (size_t i = 0; gate->over == PBR_GATE_EVERY_MEMBER && i < cohorts; i++)
        if (pbr_contract_is_part(m->contract, i, own)) add_hurdle(m, index, i);
}

/* What each cell meets, also where this run does not settle it: the model of the draws asks. */
static void add_unsettled(struct making *m)
{
    for (size_t i = 0; i < m->compiled->cells_count; i++) {
        const pbr_measure *measure = m->compiled->cells[i].measure;
        const pbr_rules *rules = rules_of(m, measure->area, measure->cohort);
        pbr_period kind = m->contract->cohorts[measure->cohort].kind;
        if (m->compiled->cells[i].parts_count || measure->control || !rules) continue;
        for (unsigned k = 0; k < rules->terms->lines_count; k++)
            if (rules->terms->lines[k].period == kind)
                test_of(m, measure->area, measure->cohort, rules->terms->lines[k].id);
    }
}

static void add_tests(struct making *m)
{
    const pbr_settlement *s = m->side->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        size_t test = add_test(m, &s->results[i]);
        m->compiled->tests[test].judged = true;
    }
    for (size_t i = 0; i < s->results_count; i++) set_gate(m, i);
    add_unsettled(m);
}

static void see_what_is_wanted(pbr_compiled *compiled)
{
    for (size_t i = 0; i < compiled->tests_count; i++) {
        const pbr_result *result = compiled->tests[i].result;
        const pbr_test *test = &result->line->test;
        pbr_metric_kind kind = result->metric->kind;
        if (!compiled->tests[i].judged) continue;
        bool bootstrap = test->kind == PBR_TEST_BOOTSTRAP;
        compiled->wants_histogram |= bootstrap;
        compiled->wants_reoffences |=
            bootstrap || kind == PBR_EVENTS_PER_REOFFENDER || kind == PBR_EVENTS_PER_100;
        compiled->wants_squares |=
            test->kind == PBR_TEST_NORMAL_MEAN &&
            (test->sd == PBR_SD_COHORT || compiled->tests[i].comparator != PBR_NONE);
    }
}

/* --- claims --- */

static size_t *net_of(struct making *m, const pbr_claims *claims, const pbr_claim *top_up,
                      size_t *count)
{
    if (!top_up->line->net_of_count) return NULL;
    size_t *found = pbr_arena_alloc(m->compiled->arena, claims->count * sizeof *found);
    for (size_t i = 0; i < claims->count; i++)
        if (pbr_claim_is_net_of(top_up, &claims->items[i], m->contract)) found[(*count)++] = i;
    return found;
}

static void add_claims(struct making *m)
{
    const pbr_settlement *s = m->side->settlement;
    const pbr_claims *claims = s->claims;
    pbr_compiled *compiled = m->compiled;
    compiled->claims =
        pbr_arena_alloc(compiled->arena, (claims->count + 1) * sizeof *compiled->claims);
    compiled->claims_count = claims->count;
    for (size_t i = 0; i < claims->count; i++) {
        const pbr_claim *claim = &claims->items[i];
        pbr_compiled_claim *out = &compiled->claims[i];
        *out = (pbr_compiled_claim){.claim = claim, .test = PBR_NONE};
        out->net_of = net_of(m, claims, claim, &out->net_of_count);
        if (!claim->result) continue;
        out->test = (size_t)(claim->result - s->results);
        compiled->tests[out->test].claim = i;
    }
}

/* --- caps --- */

static void add_rooms(struct making *m)
{
    const pbr_settlement *s = m->side->settlement;
    pbr_compiled *compiled = m->compiled;
    compiled->rooms_count = s->caps_count;
    compiled->rooms =
        pbr_arena_alloc(compiled->arena, (s->caps_count + 1) * sizeof *compiled->rooms);
    size_t *claims = pbr_arena_alloc(compiled->arena, (s->cap_steps_count + 1) * sizeof *claims);
    for (size_t i = 0; i < s->cap_steps_count; i++) {
        const pbr_cap_step *step = &s->cap_steps[i];
        pbr_compiled_room *room = &compiled->rooms[step->use];
        claims[i] = step->claim;
        if (!room->claims) room->claims = &claims[i];
        room->count++;
        room->limit_pence = s->caps[step->use].limit_pence;
        room->headroom = s->caps[step->use].cap->headroom;
    }
}

/* --- who is paid --- */

static size_t payee_of(const pbr_compiled *compiled, const char *name)
{
    size_t i = 0;
    while (strcmp(compiled->payees[i], name) != 0) i++;
    return i;
}

static bool is_of(const pbr_payment *payment, const pbr_claim *claim)
{
    return payment->area == claim->area && payment->cohort == claim->cohort &&
           payment->line == claim->line;
}

static void share_claim(struct making *m, pbr_compiled_claim *claim, const pbr_settlement *fresh)
{
    size_t bytes = (fresh->payees_count + 1) * sizeof(int64_t);
    claim->payees = pbr_arena_alloc(m->compiled->arena, bytes);
    claim->days = pbr_arena_alloc(m->compiled->arena, bytes);
    for (size_t i = 0; i < fresh->payments_count; i++) {
        const pbr_payment *payment = &fresh->payments[i];
        if (!is_of(payment, claim->claim)) continue;
        if (payment->takes_residue) claim->residue = claim->payees_count;
        claim->days[claim->payees_count] = payment->days;
        claim->payees[claim->payees_count++] = payee_of(m->compiled, payment->payee);
    }
}

/* As if nothing had been settled or decided before, so that every line has its payees. */
static bool share_claims(struct making *m, pbr_diag *diag)
{
    pbr_settle_options options = *m->side->options;
    options.earlier_count = options.runs_count = options.carried_count = 0;
    options.earlier_others_count = options.decisions_count = options.others_count = 0;
    pbr_settlement *fresh = pbr_settlement_make(m->contract, m->side->measures, &options, diag);
    if (!fresh) return false;
    pbr_compiled *compiled = m->compiled;
    compiled->payees =
        pbr_arena_alloc(compiled->arena, (fresh->payees_count + 1) * sizeof *compiled->payees);
    compiled->payees_count = fresh->payees_count;
    for (size_t i = 0; i < fresh->payees_count; i++) compiled->payees[i] = fresh->payees[i];
    for (size_t i = 0; i < compiled->claims_count; i++)
        if (compiled->claims[i].test != PBR_NONE) share_claim(m, &compiled->claims[i], fresh);
    pbr_settlement_free(fresh);
    return true;
}

/* --- the whole --- */

pbr_compiled *pbr_compiled_make(const pbr_settled *side, pbr_diag *diag)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_compiled *compiled = pbr_arena_alloc(arena, sizeof *compiled);
    compiled->arena = arena;
    compiled->side = side;
    compiled->made = (pbr_settlement){
        .contract = side->settlement->contract, .as_at = side->options->as_at, .arena = arena};
    struct making m = {compiled, side, side->settlement->contract};
    add_tests(&m);
    add_claims(&m);
    add_rooms(&m);
    see_what_is_wanted(compiled);
    for (size_t i = 0; i < compiled->tests_count; i++)
        if (compiled->tests[i].row != PBR_NONE)
            pbr_quick_make(&compiled->tests[i].quick, compiled->tests[i].result, m.contract,
                           compiled->tests[i].claim != PBR_NONE);
    if (share_claims(&m, diag)) return compiled;
    pbr_compiled_free(compiled);
    return NULL;
}

void pbr_compiled_free(pbr_compiled *compiled)
{
    if (!compiled) return;
    size_t own = compiled->side->settlement->results_count;
    for (size_t i = own; i < compiled->tests_count; i++)
        pbr_result_clear((pbr_result *)compiled->tests[i].result);
    pbr_comparators_free(&compiled->made);
    free(compiled->cells);
    free(compiled->rows);
    free(compiled->tests);
    pbr_arena_free(compiled->arena);
}
