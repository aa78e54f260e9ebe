/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/scope.h"

#include "report/scope_prices.h"
#include "report/scope_workings.h"

#include <stdlib.h>
#include <string.h>

/* --- lists --- */

void pbr_list_add(pbr_list *list, const void *item)
{
    list->at = pbr_grow(list->at, &list->room, list->count + 1, sizeof *list->at);
    list->at[list->count++] = item;
}

void pbr_list_add_once(pbr_list *list, const void *item)
{
    for (size_t i = 0; i < list->count; i++)
        if (list->at[i] == item) return;
    pbr_list_add(list, item);
}

void pbr_list_add_text(pbr_list *list, const char *text)
{
    if (!text || !*text) return;
    for (size_t i = 0; i < list->count; i++)
        if (strcmp(list->at[i], text) == 0) return;
    pbr_list_add(list, text);
}

void pbr_list_free(pbr_list *list)
{
    free(list->at);
    *list = (pbr_list){0};
}

const char *pbr_list_words(pbr_arena *arena, const pbr_list *texts)
{
    const char *const *items = (const char *const *)texts->at;
    if (!texts->count) return "none";
    if (texts->count == 1) return items[0];
    const char *all_but_last = pbr_arena_join(arena, items, texts->count - 1, ", ");
    return pbr_arena_printf(arena, "%s and %s", all_but_last, items[texts->count - 1]);
}

/* --- what is covered --- */

static size_t cell(const pbr_scope *scope, size_t area, size_t cohort)
{
    return area * scope->contract->cohorts_count + cohort;
}

bool pbr_scope_covers(const pbr_scope *scope, size_t area, size_t cohort)
{
    return scope->covered[cell(scope, area, cohort)];
}

bool pbr_scope_shows(const pbr_scope *scope, size_t area, size_t cohort)
{
    return scope->shown[cell(scope, area, cohort)];
}

static bool is_own(const pbr_scope *scope, const char *payee)
{
    return !scope->payee || strcmp(scope->payee, payee) == 0;
}

static bool add_money(pbr_scope *scope, const pbr_payment *payment)
{
    return pbr_pence_add(&scope->due_pence, payment->due_pence) &&
           pbr_pence_add(&scope->computed_pence, payment->computed_pence) &&
           pbr_pence_add(&scope->payable_pence, payment->payable_pence) &&
           pbr_pence_add(&scope->previous_pence, payment->previous_pence);
}

static void cover_area(pbr_scope *scope, bool *areas, size_t area, size_t cohort)
{
    areas[area] = true;
    scope->covered[cell(scope, area, cohort)] = true;
}

static bool take_payments(pbr_scope *scope, bool *areas)
{
    const pbr_settlement *settlement = scope->settlement;
    for (size_t i = 0; i < settlement->payments_count; i++) {
        const pbr_payment *payment = &settlement->payments[i];
        if (!is_own(scope, payment->payee)) continue;
        pbr_list_add(&scope->payments, payment);
        pbr_list_add_text(&scope->providers, payment->provider);
        scope->has_months |= payment->line->kind != PBR_OUTCOME;
        cover_area(scope, areas, payment->area, payment->cohort);
        if (!add_money(scope, payment)) return false;
    }
    return true;
}

/* A payee sees the results it is paid on, and the interim ones of its areas, which nobody is paid
 * on. */
static void take_results(pbr_scope *scope, const bool *areas)
{
    const pbr_settlement *settlement = scope->settlement;
    for (size_t i = 0; i < settlement->results_count; i++) {
        const pbr_result *result = &settlement->results[i];
        size_t at = cell(scope, result->area, result->cohort);
        if (scope->payee && !scope->covered[at] && !(result->interim && areas[result->area]))
            continue;
        scope->covered[at] = true;
        pbr_list_add(&scope->results, result);
    }
}

static void take_places(pbr_scope *scope)
{
    const pbr_contract *contract = scope->contract;
    for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++)
        for (size_t area = 0; area < contract->areas_count; area++)
            if (pbr_scope_covers(scope, area, cohort))
                pbr_list_add_once(&scope->cohorts, &contract->cohorts[cohort]);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++)
            if (pbr_scope_covers(scope, area, cohort))
                pbr_list_add_once(&scope->areas, &contract->areas[area]);
}

/* --- what the results rest on --- */

static void take_attrition(pbr_scope *scope)
{
    for (size_t i = 0; i < scope->measures->attrition_count; i++) {
        const pbr_attrition *row = &scope->measures->attrition[i];
        if (pbr_scope_covers(scope, row->area, row->cohort)) pbr_list_add(&scope->attrition, row);
    }
}

/* A payee sees the caps over its own payments; the commissioner all of them, also where a restated
 * settlement has nothing to pay. */
static void take_caps(pbr_scope *scope, const bool *areas)
{
    for (size_t i = 0; i < scope->settlement->caps_count; i++)
        if (!scope->payee || areas[scope->settlement->caps[i].area])
            pbr_list_add(&scope->caps, &scope->settlement->caps[i]);
}

static void take_baseline(pbr_scope *scope, const pbr_baseline *row)
{
    pbr_list_add(&scope->baselines, row);
    scope->illustrative_baselines += row->source.status == PBR_ILLUSTRATIVE;
}

/* Rows made from a control group or an earlier cohort have no line in baselines.csv. */
static bool is_made(const pbr_baseline *row)
{
    return row->line == 0;
}

/* Lines of one metric are each compared with a row of their own that says the same. */
static bool is_listed(const pbr_scope *scope, const pbr_baseline *row)
{
    for (size_t i = 0; i < scope->baselines.count; i++) {
        const pbr_baseline *other = scope->baselines.at[i];
        if (is_made(other) && other->area == row->area && !strcmp(other->cohort, row->cohort) &&
            !strcmp(other->metric, row->metric))
            return true;
    }
    return false;
}

/* The tabled rows in their order, then those made from measures. */
static void take_baselines(pbr_scope *scope)
{
    const pbr_contract *contract = scope->contract;
    bool *used = pbr_alloc(contract->baselines_count, sizeof *used);
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_baseline *row = ((const pbr_result *)scope->results.at[i])->baseline;
        if (row && !is_made(row)) used[row - contract->baselines] = true;
    }
    pbr_scope_mark_baselines(scope, used);
    for (size_t i = 0; i < contract->baselines_count; i++)
        if (used[i]) take_baseline(scope, &contract->baselines[i]);
    for (size_t i = 0; i < scope->results.count; i++) {
        const pbr_baseline *row = ((const pbr_result *)scope->results.at[i])->baseline;
        if (row && is_made(row) && !is_listed(scope, row)) take_baseline(scope, row);
    }
    free(used);
}

static void take_rules(pbr_scope *scope)
{
    pbr_list used = {0};
    for (size_t i = 0; i < scope->results.count; i++)
        pbr_list_add_once(&used, ((const pbr_result *)scope->results.at[i])->rules);
    for (size_t i = 0; i < scope->payments.count; i++)
        pbr_list_add_once(&used, ((const pbr_payment *)scope->payments.at[i])->rules);
    pbr_scope_add_rules(scope, &used);
    for (size_t i = 0; i < scope->contract->rules_count; i++)
        for (size_t j = 0; j < used.count; j++)
            if (used.at[j] == &scope->contract->rules[i]) pbr_list_add(&scope->rules, used.at[j]);
    pbr_list_free(&used);
}

static bool has_line(const pbr_scope *scope, const pbr_line *line)
{
    for (size_t i = 0; i < scope->payments.count; i++)
        if (((const pbr_payment *)scope->payments.at[i])->line == line) return true;
    for (size_t i = 0; i < scope->results.count; i++)
        if (((const pbr_result *)scope->results.at[i])->line == line) return true;
    return false;
}

static void take_lines(pbr_scope *scope)
{
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_terms *terms = ((const pbr_rules *)scope->rules.at[i])->terms;
        for (unsigned k = 0; k < terms->lines_count; k++)
            if (has_line(scope, &terms->lines[k]))
                pbr_list_add_text(&scope->lines, terms->lines[k].id);
    }
}

const pbr_line *pbr_scope_line(const pbr_scope *scope, const char *id)
{
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_rules *rules = scope->rules.at[i];
        const pbr_line *line = pbr_terms_line(rules->terms, id);
        if (line) return line;
    }
    return NULL;
}

/* Not choices; the sheet of sources has them. */
#define DOCUMENTS "documents."
/* Terms that no amount rests on: one that is illustrative makes no payment so. */
#define PUBLICATION "publication."
#define CHECKS "checks."

static bool is_under(const pbr_term *term, const char *group)
{
    return strncmp(term->path, group, strlen(group)) == 0;
}

static void take_term_list(pbr_scope *scope, const pbr_term *terms, size_t count)
{
    for (size_t i = 0; i < count; i++) {
        if (is_under(&terms[i], DOCUMENTS)) continue;
        pbr_list_add(&scope->terms, &terms[i]);
        scope->illustrative_terms += terms[i].status == PBR_ILLUSTRATIVE &&
                                     !is_under(&terms[i], PUBLICATION) &&
                                     !is_under(&terms[i], CHECKS);
    }
}

static void take_terms(pbr_scope *scope)
{
    take_term_list(scope, scope->contract->scheme_terms, scope->contract->scheme_terms_count);
    for (size_t i = 0; i < scope->rules.count; i++) {
        const pbr_rules *rules = scope->rules.at[i];
        take_term_list(scope, rules->list, rules->list_count);
    }
}

/* --- order of results --- */

typedef struct {
    size_t cohort, line, area;
    const pbr_result *result;
} keyed_result;

static int compare_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static int compare_results(const void *left, const void *right)
{
    const keyed_result *a = left, *b = right;
    if (a->cohort != b->cohort) return compare_size(a->cohort, b->cohort);
    if (a->line != b->line) return compare_size(a->line, b->line);
    return compare_size(a->area, b->area);
}

static size_t line_index(const pbr_scope *scope, const char *id)
{
    size_t i = 0;
    while (i < scope->lines.count && strcmp(scope->lines.at[i], id) != 0) i++;
    return i;
}

static void order_results(pbr_scope *scope)
{
    size_t count = scope->results.count;
    keyed_result *keyed = pbr_alloc(count, sizeof *keyed);
    for (size_t i = 0; i < count; i++) {
        const pbr_result *result = scope->results.at[i];
        keyed[i] = (keyed_result){result->cohort, line_index(scope, result->line->id), result->area,
                                  result};
    }
    qsort(keyed, count, sizeof *keyed, compare_results);
    for (size_t i = 0; i < count; i++) scope->results.at[i] = keyed[i].result;
    free(keyed);
}

/* --- money beside the lines --- */

static bool add_balance(pbr_balance_sums *sums, const pbr_balance *balance)
{
    int64_t now = balance->pay_now_pence;
    return pbr_pence_add(&sums->brought_forward_pence, balance->brought_forward_pence) &&
           pbr_pence_add(&sums->lines_pence, balance->lines_pence) &&
           pbr_pence_add(&sums->other_pence, balance->other_pence) &&
           pbr_pence_add(&sums->total_pence, balance->total_pence) &&
           pbr_pence_add(now > 0 ? &sums->pay_pence : &sums->invoice_pence, now) &&
           pbr_pence_add(&sums->carried_pence, balance->carried_pence) &&
           pbr_pence_add(&sums->set_off_pence, balance->set_off_pence);
}

static bool take_balances(pbr_scope *scope)
{
    const pbr_settlement *settlement = scope->settlement;
    bool fits = true;
    for (size_t i = 0; i < settlement->others_count; i++)
        if (is_own(scope, settlement->others[i].payee))
            pbr_list_add(&scope->others, &settlement->others[i]);
    for (size_t i = 0; i < settlement->payees_count && fits; i++) {
        if (!is_own(scope, settlement->balances[i].payee)) continue;
        pbr_list_add(&scope->balances, &settlement->balances[i]);
        fits = add_balance(&scope->sums, &settlement->balances[i]);
    }
    return fits;
}

bool pbr_scope_beyond_lines(const pbr_scope *scope)
{
    return scope->others.count || scope->sums.brought_forward_pence;
}

/* --- the whole --- */

static bool take_all(pbr_scope *scope)
{
    bool *areas = pbr_alloc(scope->contract->areas_count, sizeof *areas);
    bool fits = take_payments(scope, areas);
    take_results(scope, areas);
    take_caps(scope, areas);
    pbr_scope_show(scope, areas);
    free(areas);
    take_places(scope);
    take_attrition(scope);
    take_baselines(scope);
    take_rules(scope);
    take_lines(scope);
    order_results(scope);
    take_terms(scope);
    pbr_scope_take_prices(scope);
    pbr_scope_take_measures(scope);
    return fits && take_balances(scope);
}

static pbr_scope *make(const char *payee, const pbr_workings *workings,
                       const pbr_settlement *settlement, const pbr_measures *measures,
                       const pbr_run_facts *facts, pbr_diag *diag)
{
    pbr_scope *scope = pbr_alloc(1, sizeof *scope);
    const pbr_contract *contract = settlement->contract;
    size_t cells = contract->areas_count * contract->cohorts_count;
    scope->workings = workings;
    scope->settlement = settlement;
    scope->contract = contract;
    scope->measures = measures;
    scope->facts = facts;
    scope->payee = payee;
    scope->arena = pbr_arena_new();
    scope->covered = pbr_alloc(cells, sizeof *scope->covered);
    scope->shown = pbr_alloc(cells, sizeof *scope->shown);
    if (take_all(scope)) return scope;
    pbr_error(diag, "money-overflow", PBR_NOWHERE,
              "the sum of the payments does not fit in 63 bits");
    pbr_scope_free(scope);
    return NULL;
}

pbr_scope *pbr_scope_new(const char *payee, const pbr_settlement *settlement,
                         const pbr_measures *measures, const pbr_run_facts *facts, pbr_diag *diag)
{
    return make(payee, NULL, settlement, measures, facts, diag);
}

pbr_scope *pbr_scope_live(const char *payee, const pbr_workings *workings,
                          const pbr_run_facts *facts, pbr_diag *diag)
{
    return make(payee, workings, workings->settlement, workings->measures, facts, diag);
}

void pbr_scope_free(pbr_scope *scope)
{
    if (!scope) return;
    pbr_list *lists[] = {&scope->payments,  &scope->results, &scope->attrition, &scope->caps,
                         &scope->baselines, &scope->terms,   &scope->rules,     &scope->prices,
                         &scope->areas,     &scope->cohorts, &scope->lines,     &scope->providers,
                         &scope->steps,     &scope->indices, &scope->others,    &scope->balances,
                         &scope->measured};
    for (size_t i = 0; i < sizeof lists / sizeof *lists; i++) pbr_list_free(lists[i]);
    free(scope->covered);
    free(scope->shown);
    pbr_arena_free(scope->arena);
    free(scope);
}

bool pbr_scope_illustrative(const pbr_scope *scope)
{
    return scope->illustrative_terms || scope->illustrative_baselines ||
           scope->illustrative_prices || scope->illustrative_rows;
}
