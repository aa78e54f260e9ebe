/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/settlement.h"

#include "measure/years.h"
#include "settle/claim.h"
#include "settle/comparator.h"
#include "settle/dispositions.h"
#include "settle/test.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    const pbr_contract *contract;
    const pbr_measures *measures;
    const pbr_settle_options *options;
    pbr_diag *diag;
    pbr_settlement *settlement;
    size_t *first_results; /* of each area and cohort; another's where it has none */
};

static size_t *first_result(const struct maker *m, size_t area, size_t cohort)
{
    return &m->first_results[area * m->contract->cohorts_count + cohort];
}

/* Only a measure with a snapshot and rules can be unripe. */
static void report_unripe(const struct maker *m, size_t area, size_t cohort,
                          const pbr_measure *measure)
{
    char ripe[PBR_DATE_TEXT], snapshot[PBR_DATE_TEXT];
    const pbr_cohort *period = &m->contract->cohorts[cohort];
    const pbr_rules *rules = pbr_contract_rules(m->contract, area, cohort, m->options->as_at);
    pbr_date_text(pbr_ripe_on(period, &rules->terms->follow_up), ripe);
    pbr_error(m->diag, "not-ripe", measure->place,
              "area %s: cohort %s is ripe on %s and the snapshot is of %s: wait, or use --interim "
              "to report it without a price",
              m->contract->areas[area].code, period->name, ripe,
              pbr_date_text(measure->snapshot, snapshot));
}

static bool is_usable(const struct maker *m, size_t area, size_t cohort, const pbr_measure *measure)
{
    const char *code = m->contract->areas[area].code;
    const char *name = m->contract->cohorts[cohort].name;
    if (!measure) {
        pbr_error(m->diag, "missing-cohort", PBR_NOWHERE,
                  "area %s has no starts in cohort %s: is an extract missing?", code, name);
        return false;
    }
    if (m->options->interim || (measure->ripe && measure->complete)) return true;
    if (!measure->complete)
        pbr_error(m->diag, "missing-cohort", measure->place,
                  "area %s: cohort %s lacks one of its quarters: is an extract missing?", code,
                  name);
    if (!measure->ripe) report_unripe(m, area, cohort, measure);
    return false;
}

static void add_result(struct maker *m, size_t area, size_t cohort, const pbr_rules *rules,
                       const pbr_line *line, const pbr_measure *measure)
{
    pbr_settlement *s = m->settlement;
    s->results = pbr_grow(s->results, &s->results_room, s->results_count + 1, sizeof *s->results);
    pbr_result *result = &s->results[s->results_count++];
    if (s->results_count > s->results_ready) {
        pbr_result_init(result);
        s->results_ready = s->results_count;
    }
    result->area = area;
    result->cohort = cohort;
    result->rules = rules;
    result->line = line;
    result->measure = measure;
    pbr_result_test(result, s, m->measures, m->diag);
}

static void test_cohort(struct maker *m, size_t area, size_t cohort)
{
    const pbr_rules *rules = pbr_contract_rules(m->contract, area, cohort, m->options->as_at);
    pbr_period kind = m->contract->cohorts[cohort].kind;
    if (!rules || kind == PBR_MONTH || !pbr_terms_has_period(rules->terms, kind)) return;
    const pbr_measure *measure = pbr_measures_find(m->measures, area, cohort, false);
    if (!is_usable(m, area, cohort, measure)) return;
    *first_result(m, area, cohort) = m->settlement->results_count;
    for (unsigned i = 0; i < rules->terms->lines_count; i++)
        if (rules->terms->lines[i].period == kind)
            add_result(m, area, cohort, rules, &rules->terms->lines[i], measure);
}

static const pbr_result *result_of(const struct maker *m, size_t area, size_t cohort,
                                   const char *line)
{
    const pbr_settlement *s = m->settlement;
    for (size_t i = *first_result(m, area, cohort); i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        if (result->area != area || result->cohort != cohort) break;
        if (strcmp(result->line->id, line) == 0) return result;
    }
    return NULL;
}

/* The verdict of a line in a cohort, also where that cohort is not settled in this run. */
static pbr_verdict verdict_of(struct maker *m, size_t area, size_t cohort, const char *id)
{
    const pbr_result *known = result_of(m, area, cohort, id);
    if (known) return known->verdict;
    const pbr_rules *rules = pbr_contract_rules(m->contract, area, cohort, m->options->as_at);
    const pbr_line *line = rules ? pbr_terms_line(rules->terms, id) : NULL;
    const pbr_measure *measure = pbr_measures_find(m->measures, area, cohort, false);
    if (!line || !measure || !measure->ripe) return PBR_NO_RESULT;
    pbr_result result;
    pbr_result_init(&result);
    result.area = area;
    result.cohort = cohort;
    result.rules = rules;
    result.line = line;
    result.measure = measure;
    pbr_result_test(&result, m->settlement, m->measures, m->diag);
    pbr_verdict verdict = result.verdict;
    pbr_result_clear(&result);
    return verdict;
}

static bool is_named(const pbr_gate *gate, pbr_verdict verdict)
{
    for (unsigned i = 0; i < gate->results_count; i++)
        if (gate->results[i] == verdict) return true;
    return false;
}

/* Is the hurdle met, in the same cohort or in every member of the pool? */
static bool is_met(struct maker *m, const pbr_result *result)
{
    const pbr_gate *gate = result->line->gate;
    if (gate->over == PBR_GATE_SAME_COHORT)
        return is_named(gate, verdict_of(m, result->area, result->cohort, gate->line));
    for (size_t i = 0; i < m->contract->cohorts_count; i++)
        if (pbr_contract_is_part(m->contract, i, result->cohort) &&
            !is_named(gate, verdict_of(m, result->area, i, gate->line)))
            return false;
    return true;
}

static const pbr_payoff *payoff_for(const pbr_line *line, pbr_verdict verdict)
{
    return verdict == PBR_BETTER    ? line->better
           : verdict == PBR_WORSE   ? line->worse
           : verdict == PBR_NEITHER ? line->neither
                                    : NULL;
}

bool pbr_result_is_gated(const pbr_result *result)
{
    const pbr_gate *gate = result->line->gate;
    const pbr_payoff *payoff = payoff_for(result->line, result->verdict);
    if (!gate || !payoff) return false;
    bool deducts = result->verdict == PBR_WORSE || payoff->kind == PBR_REFUND;
    if ((gate->applies_to == PBR_GATE_PAY && deducts) ||
        (gate->applies_to == PBR_GATE_DEDUCT && !deducts))
        return false;
    return !result->hurdle_met;
}

static bool is_priced(const pbr_line *line)
{
    return line->better || line->neither || line->worse;
}

static void make_claims(struct maker *m, pbr_claims *claims)
{
    pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        pbr_result *result = &s->results[i];
        result->hurdle_met = result->line->gate && is_met(m, result);
        result->gated = pbr_result_is_gated(result);
        if (result->interim || !is_priced(result->line)) continue;
        pbr_claim *claim =
            pbr_claims_add_line(claims, result->area, result->cohort, result->rules, result->line);
        claim->result = result;
        pbr_claim_price(claim, m->contract, m->diag);
    }
    for (size_t area = 0; area < m->contract->areas_count; area++)
        for (size_t i = 0; i < m->options->cohorts_count; i++)
            if (m->contract->cohorts[m->options->cohorts[i]].kind == PBR_MONTH)
                pbr_claims_month(claims, m->contract, area, m->options->cohorts[i], m->options,
                                 m->diag);
}

static int by_figure(const void *left, const void *right)
{
    const pbr_payment *a = left, *b = right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return strcmp(a->payee, b->payee);
}

static bool is_same_line(const pbr_payment *a, const pbr_payment *b)
{
    return a->area == b->area && a->cohort == b->cohort && a->line == b->line;
}

static bool is_unchanged(const pbr_payment *payment)
{
    return payment->was_settled && !payment->recomputed && !payment->due_pence &&
           !payment->decision;
}

/* Only net differences are told of lines that were settled before (semantics 18), and what came to
 * another amount behind a cap or a decision. The payees of one line stay together: a later run
 * reads from the rows of one run what the line came to. */
static void drop_unchanged(pbr_settlement *s)
{
    size_t kept = 0, end;
    for (size_t i = 0; i < s->payments_count; i = end) {
        bool unchanged = true;
        for (end = i; end < s->payments_count && is_same_line(&s->payments[i], &s->payments[end]);
             end++)
            unchanged &= is_unchanged(&s->payments[end]);
        for (size_t k = i; k < end && !unchanged; k++) s->payments[kept++] = s->payments[k];
    }
    s->payments_count = kept;
}

static void pay_claims(struct maker *m, const pbr_claims *claims)
{
    pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < claims->count; i++)
        pbr_claim_pay(&claims->items[i], claims, s, m->options, m->measures, m->diag);
    pbr_dispositions_apply(s, m->options, m->diag);
    drop_unchanged(s);
    if (s->payments_count) qsort(s->payments, s->payments_count, sizeof *s->payments, by_figure);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void list_payee(pbr_settlement *s, const char *payee)
{
    for (size_t k = 0; k < s->payees_count; k++)
        if (strcmp(s->payees[k], payee) == 0) return;
    s->payees[s->payees_count++] = payee;
}

/* Whoever has a line, other money or a balance brought forward. */
static void list_payees(pbr_settlement *s, const pbr_settle_options *options)
{
    size_t most = s->payments_count + s->others_count + options->carried_count;
    s->payees = pbr_arena_alloc(s->arena, (most + 1) * sizeof *s->payees);
    for (size_t i = 0; i < s->payments_count; i++) list_payee(s, s->payments[i].payee);
    for (size_t i = 0; i < s->others_count; i++) list_payee(s, s->others[i].payee);
    for (size_t i = 0; i < options->carried_count; i++)
        if (options->carried[i].carried_pence) list_payee(s, options->carried[i].payee);
    if (s->payees_count) qsort(s->payees, s->payees_count, sizeof *s->payees, by_bytes);
}

static void add_totals(struct maker *m)
{
    pbr_settlement *s = m->settlement;
    bool ok = true;
    for (size_t i = 0; i < s->payments_count && ok; i++) {
        ok = pbr_pence_add(&s->computed_pence, s->payments[i].computed_pence) &&
             pbr_pence_add(&s->payable_pence, s->payments[i].payable_pence) &&
             pbr_pence_add(&s->due_pence, s->payments[i].due_pence);
    }
    if (!ok)
        pbr_error(m->diag, "amount-too-large", PBR_NOWHERE,
                  "the total does not fit in 63 bits of pence: check the prices");
}

static pbr_settlement *empty_settlement(void)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_settlement *s = pbr_arena_alloc(arena, sizeof *s);
    s->arena = arena;
    s->claims = pbr_alloc(1, sizeof *s->claims);
    return s;
}

/* Keeps the arrays, the numbers in them and a block of the arena. */
static pbr_settlement *emptied(pbr_settlement *old)
{
    for (size_t i = 0; i < old->results_count; i++) pbr_result_empty(&old->results[i]);
    pbr_claims_empty(old->claims);
    pbr_comparators_free(old);
    pbr_settlement kept = {
        .results = old->results,
        .results_room = old->results_room,
        .results_ready = old->results_ready,
        .payments = old->payments,
        .payments_room = old->payments_room,
        .claims = old->claims,
        .arena = old->arena,
    };
    pbr_arena_empty(kept.arena);
    pbr_settlement *s = pbr_arena_alloc(kept.arena, sizeof *s);
    *s = kept;
    return s;
}

static pbr_settlement *begin(pbr_settlement *old, const pbr_contract *contract,
                             const pbr_settle_options *options)
{
    pbr_settlement *s = old ? emptied(old) : empty_settlement();
    s->contract = contract;
    s->id = pbr_arena_text(s->arena, options->id, strlen(options->id));
    s->as_at = options->as_at;
    return s;
}

pbr_settlement *pbr_settlement_make(const pbr_contract *contract, const pbr_measures *measures,
                                    const pbr_settle_options *options, pbr_diag *diag)
{
    return pbr_settlement_remake(NULL, contract, measures, options, diag);
}

pbr_settlement *pbr_settlement_remake(pbr_settlement *old, const pbr_contract *contract,
                                      const pbr_measures *measures,
                                      const pbr_settle_options *options, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_settlement *s = begin(old, contract, options);
    struct maker m = {contract, measures, options, diag, s, NULL};
    m.first_results = pbr_arena_alloc(s->arena, contract->areas_count * contract->cohorts_count *
                                                    sizeof *m.first_results);
    pbr_claims *claims = s->claims;
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < options->cohorts_count; i++)
            test_cohort(&m, area, options->cohorts[i]);
    if (pbr_diag_count(diag, PBR_ERROR) == before) {
        make_claims(&m, claims);
        pbr_claims_earlier(claims, contract, options, diag);
        pbr_claims_net(claims, contract);
        pbr_claims_cap(claims, s, diag);
        pay_claims(&m, claims);
        pbr_others_take(s, options, diag);
        list_payees(s, options);
        add_totals(&m);
        pbr_balances_make(s, options, diag);
    }
    if (pbr_diag_count(diag, PBR_ERROR) == before) return s;
    pbr_settlement_free(s);
    return NULL;
}

void pbr_settlement_free(pbr_settlement *settlement)
{
    if (!settlement) return;
    for (size_t i = 0; i < settlement->results_ready; i++)
        pbr_result_clear(&settlement->results[i]);
    pbr_comparators_free(settlement);
    pbr_claims_free(settlement->claims);
    free(settlement->claims);
    free(settlement->results);
    free(settlement->payments);
    pbr_arena_free(settlement->arena);
}

int64_t pbr_settlement_due_to(const pbr_settlement *settlement, const char *payee)
{
    int64_t sum = 0;
    for (size_t i = 0; i < settlement->payments_count; i++)
        if (strcmp(settlement->payments[i].payee, payee) == 0)
            sum += settlement->payments[i].due_pence;
    return sum;
}

static bool rules_are_illustrative(const pbr_rules *rules)
{
    for (size_t i = 0; i < rules->list_count; i++)
        if (rules->list[i].status == PBR_ILLUSTRATIVE) return true;
    return false;
}

bool pbr_settlement_illustrative(const pbr_settlement *settlement)
{
    for (size_t i = 0; i < settlement->results_count; i++) {
        const pbr_result *result = &settlement->results[i];
        if (rules_are_illustrative(result->rules) ||
            (result->baseline && result->baseline->source.status == PBR_ILLUSTRATIVE))
            return true;
    }
    for (size_t i = 0; i < settlement->contract->prices_count; i++)
        if (settlement->contract->prices[i].source.status == PBR_ILLUSTRATIVE) return true;
    return false;
}
