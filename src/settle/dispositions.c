/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/dispositions.h"

#include <stdlib.h>
#include <string.h>

static const char *const words[] = {
    [PBR_APPLY] = "apply",   [PBR_WAIVE] = "waive", [PBR_REINVEST] = "reinvest",
    [PBR_CANCEL] = "cancel", [PBR_HOLD] = "hold",
};

const char *pbr_disposition_text(pbr_disposition disposition)
{
    return words[disposition];
}

static bool matches(const pbr_decision *decision, const pbr_payment *payment)
{
    return payment->area == decision->area && payment->cohort == decision->cohort &&
           strcmp(payment->line->id, decision->line) == 0 &&
           (!*decision->payee || strcmp(payment->payee, decision->payee) == 0);
}

/* A decision that is not yet taken decides nothing. */
static bool is_taken(const pbr_decision *decision, const pbr_settlement *s, pbr_diag *diag)
{
    char day[PBR_DATE_TEXT];
    if (decision->date <= s->as_at) return true;
    pbr_error(diag, "after-as-at", decision->place,
              "the decision is of %s, after --as-at: correct its date, or settle later",
              pbr_date_text(decision->date, day));
    return false;
}

static void apply(const pbr_decision *decision, pbr_settlement *s, pbr_diag *diag)
{
    pbr_payment *found = NULL;
    size_t count = 0;
    if (!is_taken(decision, s, diag)) return;
    for (size_t i = 0; i < s->payments_count; i++) {
        if (!matches(decision, &s->payments[i])) continue;
        found = &s->payments[i];
        count++;
    }
    if (count != 1) {
        pbr_error(
            diag, "unmatched-decision", decision->place,
            "the decision on area %s, cohort %s, line %s matches %zu lines of this settlement: "
            "%s",
            s->contract->areas[decision->area].code, s->contract->cohorts[decision->cohort].name,
            decision->line, count, count ? "name the payee" : "correct it, or settle that cohort");
        return;
    }
    if (found->decision) {
        pbr_error(diag, "unmatched-decision", decision->place,
                  "the decision on line %ld is about the same line: remove one",
                  found->decision->place.line);
        return;
    }
    if (strcmp(found->disposition, words[decision->disposition]) != 0 && found->was_settled)
        found->reason = "ruling";
    found->decision = decision;
    found->disposition = words[decision->disposition];
}

static void line_too_large(const pbr_settlement *s, const pbr_payment *payment, pbr_diag *diag)
{
    pbr_error(
        diag, "amount-too-large", PBR_NOWHERE,
        "area %s, cohort %s, line %s: the difference from earlier settlements does not fit in "
        "63 bits of pence: check the prices",
        s->contract->areas[payment->area].code, s->contract->cohorts[payment->cohort].name,
        payment->line->id);
}

void pbr_dispositions_apply(pbr_settlement *s, const pbr_settle_options *options, pbr_diag *diag)
{
    for (size_t i = 0; i < options->decisions_count; i++) apply(&options->decisions[i], s, diag);
    for (size_t i = 0; i < s->payments_count; i++) {
        pbr_payment *payment = &s->payments[i];
        bool applies = strcmp(payment->disposition, words[PBR_APPLY]) == 0;
        payment->payable_pence = applies ? payment->capped_pence : 0;
        if (__builtin_sub_overflow(payment->payable_pence, payment->previous_pence,
                                   &payment->due_pence))
            line_too_large(s, payment, diag);
    }
}

static int by_id(const void *left, const void *right)
{
    return strcmp(((const pbr_other_line *)left)->id, ((const pbr_other_line *)right)->id);
}

static int64_t settled_before(const pbr_settle_options *options, const char *id)
{
    for (size_t i = 0; i < options->earlier_others_count; i++)
        if (strcmp(options->earlier_others[i].id, id) == 0)
            return options->earlier_others[i].settled_pence;
    return 0;
}

void pbr_others_take(pbr_settlement *s, const pbr_settle_options *options, pbr_diag *diag)
{
    s->others = pbr_arena_alloc(s->arena, (options->others_count + 1) * sizeof *s->others);
    if (options->others_count)
        memcpy(s->others, options->others, options->others_count * sizeof *s->others);
    s->others_count = options->others_count;
    if (s->others_count) qsort(s->others, s->others_count, sizeof *s->others, by_id);
    for (size_t i = 0; i < s->others_count; i++) {
        pbr_other_line *line = &s->others[i];
        line->previous_pence = settled_before(options, line->id);
        if (__builtin_sub_overflow(line->amount_pence, line->previous_pence, &line->due_pence) ||
            !pbr_pence_add(&s->others_pence, line->due_pence))
            pbr_error(diag, "amount-too-large", line->place,
                      "the total of other lines does not fit in 63 bits of pence: check the "
                      "amounts");
        if (i && strcmp(line->id, line[-1].id) == 0)
            pbr_error(diag, "repeated-id", line->place,
                      "the other line on line %ld has the id \"%s\" too: rename one",
                      line[-1].place.line, line->id);
    }
}

/* The lines of the payee; the treatment is that of the version that the last of them was settled
 * under. False if the sum does not fit. */
static bool add_lines(pbr_balance *balance, const pbr_settlement *s)
{
    bool fits = true;
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *payment = &s->payments[i];
        if (strcmp(payment->payee, balance->payee) != 0) continue;
        balance->treatment = payment->rules->terms->negative_total.treatment;
        fits &= pbr_pence_add(&balance->lines_pence, payment->due_pence);
    }
    return fits;
}

/* False if a sum does not fit. */
static bool add_up(pbr_balance *balance, const pbr_settlement *s, const pbr_settle_options *options)
{
    bool fits = add_lines(balance, s);
    for (size_t i = 0; i < s->others_count; i++)
        if (strcmp(s->others[i].payee, balance->payee) == 0)
            fits &= pbr_pence_add(&balance->other_pence, s->others[i].due_pence);
    for (size_t i = 0; i < options->carried_count; i++)
        if (strcmp(options->carried[i].payee, balance->payee) == 0)
            balance->brought_forward_pence = options->carried[i].carried_pence;
    fits &= pbr_pence_add(&balance->total_pence, balance->brought_forward_pence);
    fits &= pbr_pence_add(&balance->total_pence, balance->lines_pence);
    return pbr_pence_add(&balance->total_pence, balance->other_pence) && fits;
}

static void close_balance(pbr_balance *balance)
{
    int64_t total = balance->total_pence;
    int64_t short_by = total < 0 ? total : 0;
    balance->pay_now_pence = balance->treatment == PBR_INVOICE ? total : total - short_by;
    if (balance->treatment == PBR_CARRY_FORWARD) balance->carried_pence = short_by;
    if (balance->treatment == PBR_SET_OFF) balance->set_off_pence = short_by;
}

void pbr_balances_make(pbr_settlement *s, const pbr_settle_options *options, pbr_diag *diag)
{
    const pbr_rules *last = &s->contract->rules[s->contract->rules_count - 1];
    s->balances = pbr_arena_alloc(s->arena, (s->payees_count + 1) * sizeof *s->balances);
    for (size_t k = 0; k < s->payees_count; k++) {
        pbr_balance *balance = &s->balances[k];
        balance->payee = s->payees[k];
        balance->treatment = last->terms->negative_total.treatment;
        if (!add_up(balance, s, options))
            pbr_error(diag, "amount-too-large", PBR_NOWHERE,
                      "the total of payee %s does not fit in 63 bits of pence: check the prices",
                      balance->payee);
        close_balance(balance);
    }
}
