/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Settlements of measures and tables of any bytes. What must hold of one: every figure comes out
 * again by its formula; what is computed, payable and due adds up by line, payee and in all; no
 * line is paid beyond its cap; and it is the same when it is made in the memory of another. */
#ifndef TESTS_FUZZ_SETTLING_H
#define TESTS_FUZZ_SETTLING_H

#include "support.h"

#include "contract/load.h"
#include "derive/working.h"
#include "measure/metrics_csv.h"
#include "report/tables.h"

typedef struct {
    pbr_contract *contract;
    pbr_date as_at;
    char id[32];
} fuzz_world;

static inline fuzz_world load_world(const char *folder, const char *as_at)
{
    pbr_diag *diag = pbr_diag_new();
    fuzz_world world = {.contract = pbr_contract_load(folder, diag)};
    MUST(world.contract && !pbr_diag_failed(diag));
    MUST(pbr_date_parse(as_at, strlen(as_at), &world.as_at));
    snprintf(world.id, sizeof world.id, "%s-000000000000", as_at);
    pbr_diag_free(diag);
    return world;
}

static inline bool has_measures(const pbr_measures *measures, size_t cohort)
{
    for (size_t i = 0; i < measures->measures_count; i++)
        if (measures->measures[i].cohort == cohort) return true;
    return false;
}

/* The cohorts that the measures are of and the months of a year, in the contract's order. */
static inline size_t cohorts_of(const pbr_measures *measures, const pbr_contract *contract,
                                pbr_date as_at, size_t **cohorts)
{
    enum { MONTHS = 12 };
    size_t count = 0, months = 0;
    *cohorts = pbr_alloc(contract->cohorts_count + 1, sizeof **cohorts);
    for (size_t c = 0; c < contract->cohorts_count; c++) {
        const pbr_cohort *cohort = &contract->cohorts[c];
        bool month = cohort->kind == PBR_MONTH && cohort->to <= as_at && months < MONTHS;
        months += month;
        if (month || has_measures(measures, c)) (*cohorts)[count++] = c;
    }
    return count;
}

static inline fuzz_text in_rows(const pbr_settlement *s)
{
    fuzz_text text = {0};
    pbr_out *out = pbr_out_memory(&text.bytes, &text.used);
    pbr_results_write(out, s);
    pbr_payments_write(out, s);
    pbr_balances_write(out, s);
    pbr_other_write(out, s);
    MUST(pbr_out_close(out));
    return text;
}

/* Each claim's shares, and each payee's, come to the whole. */
static inline void check_sums(const pbr_settlement *s)
{
    int64_t computed = 0, payable = 0, due = 0, to_payees = 0, others = 0;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *p = &s->payments[i];
        MUST(p->due_pence == p->payable_pence - p->previous_pence);
        computed += p->computed_pence;
        payable += p->payable_pence;
        due += p->due_pence;
    }
    MUST(computed == s->computed_pence && payable == s->payable_pence && due == s->due_pence);
    for (size_t i = 0; i < s->payees_count; i++) {
        const pbr_balance *b = &s->balances[i];
        MUST(b->total_pence == b->brought_forward_pence + b->lines_pence + b->other_pence);
        MUST(b->total_pence == b->pay_now_pence + b->carried_pence + b->set_off_pence);
        MUST(pbr_settlement_due_to(s, b->payee) == b->lines_pence);
        to_payees += b->lines_pence;
    }
    MUST(to_payees == s->due_pence);
    for (size_t i = 0; i < s->others_count; i++) others += s->others[i].due_pence;
    MUST(others == s->others_pence);
}

static inline void check_claims(const pbr_settlement *s)
{
    for (size_t i = 0; i < s->claims->count; i++) {
        const pbr_claim *claim = &s->claims->items[i];
        int64_t computed = 0, capped = 0;
        size_t shares = 0;
        for (size_t k = 0; k < s->payments_count; k++) {
            if (s->payments[k].claim != i) continue;
            computed += s->payments[k].computed_pence;
            capped += s->payments[k].capped_pence;
            shares++;
        }
        MUST(!shares || (computed == claim->computed_pence && capped == claim->capped_pence));
    }
}

static inline void check_twice(pbr_settlement *s, const fuzz_world *w, const pbr_measures *measures,
                               const pbr_settle_options *options)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_workings *workings = pbr_workings_make(s, measures, options, diag);
    if (pbr_diag_failed(diag)) pbr_diag_print(diag, stderr, PBR_NOTE);
    MUST(!pbr_diag_failed(diag));
    pbr_workings_free(workings);
    fuzz_text one = in_rows(s);
    s = pbr_settlement_remake(s, w->contract, measures, options, diag);
    MUST(s && !pbr_diag_failed(diag));
    fuzz_text other = in_rows(s);
    fuzz_same(&one, &other);
    free(one.bytes);
    free(other.bytes);
    pbr_settlement_free(s);
    pbr_diag_free(diag);
}

/* Settles by the options, whose id and date are set here. */
static inline void settle_and_check(const fuzz_world *w, const pbr_measures *measures,
                                    pbr_settle_options options)
{
    pbr_diag *diag = pbr_diag_new();
    options.id = w->id;
    options.as_at = w->as_at;
    pbr_settlement *s = pbr_settlement_make(w->contract, measures, &options, diag);
    MUST((s == NULL) == pbr_diag_failed(diag));
    fuzz_check_messages(diag, NULL, NULL, 0);
    if (s) {
        check_sums(s);
        check_claims(s);
        check_twice(s, w, measures, &options);
    }
    pbr_diag_free(diag);
}

#endif
