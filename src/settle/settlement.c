/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/settlement.h"

#include "measure/years.h"
#include "settle/claim.h"
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
    size_t results_room, payments_room;
};

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
    s->results = pbr_grow(s->results, &m->results_room, s->results_count + 1, sizeof *s->results);
    pbr_result *result = &s->results[s->results_count++];
    pbr_result_init(result);
    result->area = area;
    result->cohort = cohort;
    result->rules = rules;
    result->line = line;
    result->measure = measure;
    pbr_result_test(result, m->contract, m->diag);
}

static void test_cohort(struct maker *m, size_t area, size_t cohort)
{
    const pbr_rules *rules = pbr_contract_rules(m->contract, area, cohort, m->options->as_at);
    pbr_period kind = m->contract->cohorts[cohort].kind;
    if (!rules || !pbr_terms_has_period(rules->terms, kind)) return;
    const pbr_measure *measure = pbr_measures_find(m->measures, area, cohort);
    if (!is_usable(m, area, cohort, measure)) return;
    for (unsigned i = 0; i < rules->terms->lines_count; i++)
        if (rules->terms->lines[i].period == kind)
            add_result(m, area, cohort, rules, &rules->terms->lines[i], measure);
}

static const pbr_result *result_of(const pbr_settlement *s, const pbr_result *near,
                                   const char *line)
{
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        if (result->area == near->area && result->cohort == near->cohort &&
            strcmp(result->line->id, line) == 0)
            return result;
    }
    return NULL;
}

/* Semantics 17: the hurdle stops the payment, the deduction or both; no result never satisfies. */
static bool is_gated(const pbr_settlement *s, const pbr_result *result)
{
    const pbr_gate *gate = result->line->gate;
    bool pay = result->verdict == PBR_BETTER, deduct = result->verdict == PBR_WORSE;
    if (!gate || (!pay && !deduct)) return false;
    if ((gate->applies_to == PBR_GATE_PAY && deduct) ||
        (gate->applies_to == PBR_GATE_DEDUCT && pay))
        return false;
    const pbr_result *hurdle = result_of(s, result, gate->line);
    for (unsigned i = 0; hurdle && i < gate->results_count; i++)
        if (hurdle->verdict == gate->results[i]) return false;
    return true;
}

static void make_claims(struct maker *m, pbr_claims *claims)
{
    pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        pbr_result *result = &s->results[i];
        result->gated = is_gated(s, result);
        if (result->interim || (!result->line->better && !result->line->worse)) continue;
        pbr_claim *claim = pbr_claims_add(claims);
        claim->area = result->area;
        claim->cohort = result->cohort;
        claim->rules = result->rules;
        claim->line = result->line;
        claim->order = (unsigned)(result->line - result->rules->terms->lines);
        claim->result = result;
        pbr_claim_price(claim, m->contract, m->diag);
    }
}

static int by_figure(const void *left, const void *right)
{
    const pbr_payment *a = left, *b = right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    if (a->cohort != b->cohort) return a->cohort < b->cohort ? -1 : 1;
    if (a->line != b->line) return a->line < b->line ? -1 : 1;
    return strcmp(a->payee, b->payee);
}

/* A line that only earlier runs settled appears where a cap now changes it. */
static bool is_worth_a_row(const pbr_claim *claim)
{
    return claim->result || claim->capped_pence != claim->settled_pence;
}

static void pay_claims(struct maker *m, const pbr_claims *claims)
{
    pbr_settlement *s = m->settlement;
    for (size_t i = 0; i < claims->count; i++)
        if (is_worth_a_row(&claims->items[i]))
            pbr_claim_pay(&claims->items[i], s, m->options, &m->payments_room, m->diag);
    if (s->payments_count) qsort(s->payments, s->payments_count, sizeof *s->payments, by_figure);
}

static int by_bytes(const void *left, const void *right)
{
    return strcmp(*(const char *const *)left, *(const char *const *)right);
}

static void list_payees(pbr_settlement *s)
{
    s->payees = pbr_arena_alloc(s->arena, (s->payments_count + 1) * sizeof *s->payees);
    for (size_t i = 0; i < s->payments_count; i++) {
        size_t k = 0;
        while (k < s->payees_count && strcmp(s->payees[k], s->payments[i].payee) != 0) k++;
        if (k == s->payees_count) s->payees[s->payees_count++] = s->payments[i].payee;
    }
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

static pbr_settlement *new_settlement(const pbr_contract *contract,
                                      const pbr_settle_options *options)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_settlement *s = pbr_arena_alloc(arena, sizeof *s);
    s->arena = arena;
    s->contract = contract;
    s->id = pbr_arena_text(arena, options->id, strlen(options->id));
    s->as_at = options->as_at;
    return s;
}

pbr_settlement *pbr_settlement_make(const pbr_contract *contract, const pbr_measures *measures,
                                    const pbr_settle_options *options, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_settlement *s = new_settlement(contract, options);
    struct maker m = {contract, measures, options, diag, s, 0, 0};
    pbr_claims claims = {0};
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < options->cohorts_count; i++)
            test_cohort(&m, area, options->cohorts[i]);
    if (pbr_diag_count(diag, PBR_ERROR) == before) {
        make_claims(&m, &claims);
        pbr_claims_earlier(&claims, contract, options, diag);
        pbr_claims_cap(&claims, s, diag);
        pay_claims(&m, &claims);
        list_payees(s);
        add_totals(&m);
    }
    pbr_claims_free(&claims);
    if (pbr_diag_count(diag, PBR_ERROR) == before) return s;
    pbr_settlement_free(s);
    return NULL;
}

void pbr_settlement_free(pbr_settlement *settlement)
{
    if (!settlement) return;
    for (size_t i = 0; i < settlement->results_count; i++)
        pbr_result_clear(&settlement->results[i]);
    for (size_t i = 0; i < settlement->payments_count; i++)
        mpq_clears(settlement->payments[i].units, settlement->payments[i].price, NULL);
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
            result->baseline->source.status == PBR_ILLUSTRATIVE)
            return true;
    }
    for (size_t i = 0; i < settlement->contract->prices_count; i++)
        if (settlement->contract->prices[i].source.status == PBR_ILLUSTRATIVE) return true;
    return false;
}
