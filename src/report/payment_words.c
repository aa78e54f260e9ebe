/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/payment_words.h"

#include "report/result_words.h"
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

/* --- why a line is what it is --- */

static bool has_reason(const pbr_payment *payment, const char *code)
{
    return payment->reason && strcmp(payment->reason, code) == 0;
}

/* What changed a line that was settled before, by the reason that the engine gives. */
static const struct {
    const char *code, *words;
} CHANGES[] = {
    {"cap", "settled before, changed by other lines under a cap"},
    {"data", "settled before, changed with the data"},
    {"ruling", "settled before, changed by a decision"},
    {"terms", "settled before, changed with the terms"},
    {"error", "settled before, changed because an error was put right"},
};

static const char *restated_words(const pbr_payment *payment)
{
    if (payment->due_pence == 0) return "settled before, unchanged";
    for (size_t i = 0; i < sizeof CHANGES / sizeof *CHANGES; i++)
        if (has_reason(payment, CHANGES[i].code)) return CHANGES[i].words;
    return "settled before, changed";
}

const char *pbr_reason_words(const pbr_scope *scope, const pbr_payment *payment)
{
    const char *words = payment->was_settled ? restated_words(payment) : "first settlement";
    bool limited = payment->capped_pence != payment->computed_pence;
    if (payment->result && payment->result->gated)
        words = pbr_joined(scope, words, "hurdle not met");
    return limited ? pbr_joined(scope, words, "limited by a cap") : words;
}

const char *pbr_payee_words(const pbr_scope *scope, const pbr_payment *payment)
{
    if (!payment->provider || strcmp(payment->provider, payment->payee) == 0) return payment->payee;
    return pbr_arena_printf(scope->arena, "%s, for the provider %s", payment->payee,
                            payment->provider);
}

/* --- units --- */

static const pbr_payoff *payoff_of(const pbr_payment *payment)
{
    const pbr_line *line = payment->line;
    pbr_verdict verdict = payment->result->verdict;
    return verdict == PBR_BETTER  ? line->better
           : verdict == PBR_WORSE ? line->worse
                                  : line->neither;
}

const char *pbr_unit_words(const pbr_payment *payment)
{
    static const char *const monthly[] = {[PBR_FEE] = "contract year",
                                          [PBR_VOLUME] = "weighted start",
                                          [PBR_CREDIT] = "price of a month"};
    if (payment->line->kind != PBR_OUTCOME) return monthly[payment->line->kind];
    if (!payment->result) return NULL;
    const pbr_payoff *payoff = payoff_of(payment);
    if (!payoff) return NULL;
    bool counted = payoff->kind == PBR_PER_UNIT || payoff->kind == PBR_SLICES;
    return counted ? pbr_payment_unit(payment->result->metric->kind) : "whole payment";
}

/* --- what was decided --- */

bool pbr_is_applied(const pbr_payment *payment)
{
    return !payment->disposition || strcmp(payment->disposition, "apply") == 0;
}

const char *pbr_disposition_words(const pbr_payment *payment)
{
    static const struct {
        const char *code, *words;
    } words[] = {{"apply", "applied"},
                 {"waive", "waived"},
                 {"reinvest", "reinvested"},
                 {"cancel", "cancelled"},
                 {"hold", "held"}};
    for (size_t i = 0; payment->disposition && i < sizeof words / sizeof *words; i++)
        if (strcmp(payment->disposition, words[i].code) == 0) return words[i].words;
    return payment->disposition;
}

static bool provider_failed(const pbr_scope *scope, const pbr_payment *payment)
{
    const pbr_contract *contract = scope->contract;
    for (size_t i = 0; i < contract->agreements_count; i++) {
        const pbr_agreement *row = &contract->agreements[i];
        if (row->area == payment->area && row->insolvent && strcmp(row->payee, payment->payee) == 0)
            return true;
    }
    return false;
}

const char *pbr_decision_words(const pbr_scope *scope, const pbr_payment *payment)
{
    if (payment->decision) return payment->decision->reason;
    if (pbr_is_applied(payment)) return NULL;
    bool held = strcmp(payment->disposition, "hold") == 0;
    if (held && provider_failed(scope, payment))
        return "the provider is insolvent: held until a decision";
    return "as decided for an earlier settlement";
}

const char *pbr_money_words(const pbr_scope *scope, int64_t pence)
{
    uint64_t size = pence < 0 ? -(uint64_t)pence : (uint64_t)pence, pounds = size / 100;
    const char *digits = pbr_arena_printf(scope->arena, "%03" PRIu64, pounds % 1000);
    for (pounds /= 1000; pounds; pounds /= 1000)
        digits = pbr_arena_printf(scope->arena, "%03" PRIu64 ",%s", pounds % 1000, digits);
    while (digits[0] == '0' && digits[1]) digits++;
    return pbr_arena_printf(scope->arena, "%s%s%s.%02" PRIu64, pence < 0 ? "-" : "",
                            pbr_currency_symbol(scope), digits, size % 100);
}

/* "2 lines are waived (-£120.00 after caps)"; NULL where none is. */
static const char *count_decided(const pbr_scope *scope, const char *disposition)
{
    size_t count = 0;
    int64_t pence = 0;
    const char *words = NULL;
    for (size_t i = 0; i < scope->payments.count; i++) {
        const pbr_payment *payment = scope->payments.at[i];
        if (!payment->disposition || strcmp(payment->disposition, disposition) != 0) continue;
        words = pbr_disposition_words(payment);
        pbr_pence_add(&pence, payment->capped_pence);
        count++;
    }
    if (!count) return NULL;
    return pbr_arena_printf(scope->arena, "%zu line%s %s (%s after caps)", count,
                            count == 1 ? " is" : "s are", words, pbr_money_words(scope, pence));
}

const char *pbr_decided_words(const pbr_scope *scope)
{
    static const char *const codes[] = {"waive", "reinvest", "cancel", "hold"};
    const char *words = NULL;
    for (size_t i = 0; i < sizeof codes / sizeof *codes; i++) {
        const char *some = count_decided(scope, codes[i]);
        if (some) words = pbr_joined(scope, words, some);
    }
    if (!words) return NULL;
    return pbr_arena_printf(scope->arena,
                            "%s. The computed amounts stay beside the decisions; nothing is "
                            "payable on these lines.",
                            words);
}

const char *pbr_restated_words(const pbr_scope *scope)
{
    size_t before = 0, count = scope->payments.count;
    for (size_t i = 0; i < count; i++)
        before += ((const pbr_payment *)scope->payments.at[i])->was_settled;
    if (!before) return NULL;
    return pbr_arena_printf(scope->arena,
                            "%zu of %zu lines %s settled before. What is due there is the "
                            "difference between what is payable now and what was settled.",
                            before, count, before == 1 ? "was" : "were");
}

/* --- how far a line may be relied on --- */

static bool is_illustrative(const pbr_provenance *from)
{
    return from->status == PBR_ILLUSTRATIVE;
}

static bool payoff_illustrative(const pbr_payoff *payoff)
{
    return payoff && is_illustrative(&payoff->from);
}

static bool line_illustrative(const pbr_line *line)
{
    bool tested = line->kind == PBR_OUTCOME && is_illustrative(&line->test.from);
    return tested || is_illustrative(&line->from) || payoff_illustrative(line->better) ||
           payoff_illustrative(line->neither) || payoff_illustrative(line->worse);
}

static bool names_table(const pbr_payoff *payoff, const char *table)
{
    return payoff && payoff->table && strcmp(payoff->table, table) == 0;
}

static bool steps_illustrative(const pbr_scope *scope, const pbr_line *line)
{
    for (size_t i = 0; i < scope->steps.count; i++) {
        const pbr_step *step = scope->steps.at[i];
        if (is_illustrative(&step->source) &&
            (names_table(line->better, step->table) || names_table(line->neither, step->table) ||
             names_table(line->worse, step->table)))
            return true;
    }
    return false;
}

static bool index_illustrative(const pbr_scope *scope, const pbr_line *line)
{
    for (size_t i = 0; line->index && i < scope->indices.count; i++) {
        const pbr_index *index = scope->indices.at[i];
        if (is_illustrative(&index->source) && strcmp(index->series, line->index) == 0) return true;
    }
    return false;
}

const char *pbr_illustrative_parts(const pbr_scope *scope, const pbr_payment *payment)
{
    const pbr_contract *contract = scope->contract;
    const pbr_cohort *cohort = &contract->cohorts[payment->cohort];
    const pbr_price *price = pbr_contract_price(contract, payment->area, cohort->contract_year);
    const pbr_baseline *baseline = payment->result ? payment->result->baseline : NULL;
    pbr_list parts = {0};
    if (price && is_illustrative(&price->source)) pbr_list_add_text(&parts, "price");
    if (baseline && is_illustrative(&baseline->source)) pbr_list_add_text(&parts, "baseline");
    if (steps_illustrative(scope, payment->line)) pbr_list_add_text(&parts, "steps");
    if (index_illustrative(scope, payment->line)) pbr_list_add_text(&parts, "index");
    if (line_illustrative(payment->line)) pbr_list_add_text(&parts, "terms");
    const char *words = parts.count ? pbr_list_words(scope->arena, &parts) : NULL;
    pbr_list_free(&parts);
    return words;
}

/* --- what is paid when --- */

/* After "The total is negative: " or "The totals of A and B are negative: ". */
static const char *const NEGATIVE_TOTALS[] = {
    [PBR_INVOICE] = "the payee is invoiced for it",
    [PBR_CARRY_FORWARD] = "nothing is paid now, and it is carried forward to later settlements",
    [PBR_SET_OFF] = "the amount is set off against other sums owed to the payee",
};

const char *pbr_negative_total_words(const pbr_scope *scope)
{
    pbr_list payees = {0}, treatments = {0};
    for (size_t i = 0; i < scope->balances.count; i++) {
        const pbr_balance *balance = scope->balances.at[i];
        if (balance->total_pence >= 0) continue;
        pbr_list_add_text(&payees, balance->payee);
        pbr_list_add_text(&treatments, NEGATIVE_TOTALS[balance->treatment]);
    }
    const char *whose =
        scope->payee || !payees.count
            ? "The total is"
            : pbr_arena_printf(scope->arena, "The total%s of %s %s", payees.count == 1 ? "" : "s",
                               pbr_list_words(scope->arena, &payees),
                               payees.count == 1 ? "is" : "are");
    const char *words = payees.count ? pbr_arena_printf(scope->arena, "%s negative: %s.", whose,
                                                        pbr_list_words(scope->arena, &treatments))
                                     : NULL;
    pbr_list_free(&payees);
    pbr_list_free(&treatments);
    return words;
}

const char *pbr_due_words(const pbr_scope *scope)
{
    pbr_date first = PBR_NO_DATE, last = PBR_NO_DATE;
    for (size_t i = 0; i < scope->payments.count; i++) {
        pbr_date date = ((const pbr_payment *)scope->payments.at[i])->due_date;
        if (date == PBR_NO_DATE) continue;
        if (first == PBR_NO_DATE || date < first) first = date;
        if (last == PBR_NO_DATE || date > last) last = date;
    }
    if (scope->sums.pay_pence <= 0)
        return pbr_arena_printf(scope->arena, "%s; nothing is to be paid to the payee",
                                pbr_date_words(scope, last));
    if (first == last) return pbr_date_words(scope, first);
    return pbr_arena_printf(scope->arena, "from %s to %s, line by line",
                            pbr_date_words(scope, first), pbr_date_words(scope, last));
}
