/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement in the memory of another is what it is in memory of its own, over random contracts
 * whose settlements differ in size; and so it is beside others on other threads. PBR_CASES says how
 * many. */
#include "mechanism_world.h"

#include "settle/claim.h"

#include <pthread.h>

enum { CASES = 4000, THREADS = 3, EARLIER_MAX = 512 };

static int64_t cases_wanted(void)
{
    const char *text = getenv("PBR_CASES");
    return text ? atoll(text) : CASES;
}

static bool same_result(const pbr_result *a, const pbr_result *b)
{
    return a->area == b->area && a->cohort == b->cohort && a->line == b->line &&
           a->metric == b->metric && a->cases == b->cases && a->verdict == b->verdict &&
           mpq_equal(a->rate, b->rate) && mpq_equal(a->adjusted, b->adjusted) &&
           mpq_equal(a->adjustment, b->adjustment) && mpq_equal(a->lower, b->lower) &&
           mpq_equal(a->upper, b->upper) && mpq_equal(a->change, b->change) &&
           a->has_rate == b->has_rate && a->has_limits == b->has_limits &&
           a->hurdle_met == b->hurdle_met && a->terminate == b->terminate && a->gated == b->gated &&
           a->interim == b->interim && a->around_cohort == b->around_cohort &&
           a->why_no_result == b->why_no_result;
}

static bool same_claim(const pbr_claim *a, const pbr_claim *b)
{
    return a->area == b->area && a->cohort == b->cohort && a->line == b->line &&
           a->adopted == b->adopted && mpq_equal(a->units, b->units) &&
           mpq_equal(a->price, b->price) && a->computed_pence == b->computed_pence &&
           a->capped_pence == b->capped_pence && a->net_pence == b->net_pence &&
           a->settled_pence == b->settled_pence && a->was_settled == b->was_settled &&
           a->earlier_count == b->earlier_count;
}

static bool same_payment(const pbr_payment *a, const pbr_payment *b)
{
    return a->claim == b->claim && a->line == b->line && a->payee == b->payee &&
           a->days == b->days && a->of_days == b->of_days && a->takes_residue == b->takes_residue &&
           mpq_equal(a->units, b->units) && mpq_equal(a->price, b->price) &&
           a->computed_pence == b->computed_pence && a->capped_pence == b->capped_pence &&
           a->payable_pence == b->payable_pence && a->previous_pence == b->previous_pence &&
           a->due_pence == b->due_pence && a->was_settled == b->was_settled &&
           a->recomputed == b->recomputed && a->decision == b->decision &&
           strcmp(a->reason, b->reason) == 0 && strcmp(a->disposition, b->disposition) == 0;
}

static bool same_cap(const pbr_cap_use *a, const pbr_cap_use *b)
{
    return a->area == b->area && a->cap == b->cap && a->cohort == b->cohort && a->line == b->line &&
           a->limit_pence == b->limit_pence && a->computed_pence == b->computed_pence &&
           a->payable_pence == b->payable_pence;
}

static bool same_balance(const pbr_balance *a, const pbr_balance *b)
{
    return strcmp(a->payee, b->payee) == 0 && a->total_pence == b->total_pence &&
           a->pay_now_pence == b->pay_now_pence && a->treatment == b->treatment;
}

/* Are the rows of two settlements as many, and alike one by one? */
#define SAME_ROWS(name, rows, count, same)                                                         \
    static bool name(const pbr_settlement *a, const pbr_settlement *b)                             \
    {                                                                                              \
        if (a->count != b->count) return false;                                                    \
        for (size_t i = 0; i < a->count; i++)                                                      \
            if (!same(&a->rows[i], &b->rows[i])) return false;                                     \
        return true;                                                                               \
    }

SAME_ROWS(same_results, results, results_count, same_result)
SAME_ROWS(same_claims, claims->items, claims->count, same_claim)
SAME_ROWS(same_payments, payments, payments_count, same_payment)
SAME_ROWS(same_caps, caps, caps_count, same_cap)
SAME_ROWS(same_balances, balances, payees_count, same_balance)

static bool same(const pbr_settlement *a, const pbr_settlement *b)
{
    if (!a || !b) return a == b;
    return same_results(a, b) && same_claims(a, b) && same_payments(a, b) && same_caps(a, b) &&
           same_balances(a, b) && strcmp(a->id, b->id) == 0 && a->as_at == b->as_at &&
           a->cap_steps_count == b->cap_steps_count && a->others_count == b->others_count &&
           a->computed_pence == b->computed_pence && a->payable_pence == b->payable_pence &&
           a->due_pence == b->due_pence;
}

/* What a settlement's folder would hand to a later run, two lines of three having come to a little
 * less. */
static size_t remember(pbr_earlier *rows, const pbr_settlement *s)
{
    size_t count = s->payments_count < EARLIER_MAX ? s->payments_count : EARLIER_MAX;
    for (size_t i = 0; i < count; i++) {
        const pbr_payment *p = &s->payments[i];
        rows[i] = (pbr_earlier){.area = p->area,
                                .cohort = p->cohort,
                                .line = p->line->id,
                                .provider = p->provider,
                                .payee = p->payee,
                                .disposition = p->disposition,
                                .computed_pence = p->computed_pence - (int64_t)(i % 3),
                                .due_pence = p->due_pence - (int64_t)(i % 3)};
    }
    return count;
}

/* The settlement made both ways; false where they differ. *reused is what was made before. */
static bool both(const struct world *w, const pbr_settle_options *options, pbr_settlement **fresh,
                 pbr_settlement **reused)
{
    pbr_diag *diag = pbr_diag_new();
    *fresh = pbr_settlement_make(&w->contract, w->measures, options, diag);
    *reused = pbr_settlement_remake(*reused, &w->contract, w->measures, options, diag);
    pbr_diag_free(diag);
    return same(*fresh, *reused);
}

/* Holds the line of the first payment. */
static pbr_decision decision_on(const pbr_settlement *s)
{
    const pbr_payment *p = &s->payments[0];
    return (pbr_decision){.area = p->area,
                          .cohort = p->cohort,
                          .line = p->line->id,
                          .payee = p->payee,
                          .disposition = PBR_HOLD,
                          .authority = "head",
                          .reason = "agreed",
                          .date = s->as_at};
}

/* A world settled, and settled again after that; now and then with a decision, or with no prices.
 */
static bool is_same_in_old_memory(uint64_t seed, pbr_settlement **reused)
{
    struct world *w = new_world(seed, false);
    pbr_earlier rows[EARLIER_MAX];
    pbr_earlier_run run = {.id = w->options.id, .same_terms = true, .same_program = true};
    pbr_settlement *first, *second;
    size_t prices = w->contract.prices_count;
    if (seed % 16 == 0) {
        w->contract.prices_count = 0;
        pbr_contract_index(&w->contract);
    }
    bool holds = both(w, &w->options, &first, reused);
    if (first) {
        pbr_settle_options later = w->options;
        later.id = "2018-04-26-bbbbbbbbbbbb";
        later.as_at += 90;
        later.earlier = rows;
        later.earlier_count = remember(rows, first);
        later.runs = &run;
        later.runs_count = 1;
        pbr_decision decision = first->payments_count ? decision_on(first) : (pbr_decision){0};
        later.decisions = &decision;
        later.decisions_count = seed % 4 == 0 && first->payments_count;
        holds &= both(w, &later, &second, reused);
        pbr_settlement_free(second);
    }
    pbr_settlement_free(first);
    w->contract.prices_count = prices;
    free_world(w);
    return holds;
}

struct share {
    uint64_t first;
    int64_t count;
    uint64_t failed; /* a seed, or 0 */
};

static void *try_share(void *argument)
{
    struct share *share = argument;
    pbr_settlement *reused = NULL;
    for (int64_t i = 0; i < share->count && !share->failed; i++) {
        uint64_t seed = share->first + (uint64_t)i;
        if (!is_same_in_old_memory(seed, &reused)) share->failed = seed;
    }
    pbr_settlement_free(reused);
    return NULL;
}

static void in_old_memory_and_on_threads(void **state)
{
    (void)state;
    struct share shares[THREADS];
    pthread_t ids[THREADS];
    int64_t count = cases_wanted() / THREADS + 1;
    for (int i = 0; i < THREADS; i++) {
        shares[i] = (struct share){.first = 1 + (uint64_t)(i * count), .count = count};
        assert_int_equal(pthread_create(&ids[i], NULL, try_share, &shares[i]), 0);
    }
    for (int i = 0; i < THREADS; i++) pthread_join(ids[i], NULL);
    for (int i = 0; i < THREADS; i++)
        if (shares[i].failed)
            fail_msg("seed %llu: another settlement", (unsigned long long)shares[i].failed);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(in_old_memory_and_on_threads)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
