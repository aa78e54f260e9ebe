/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Raw change and case mix. Order: first everything is settled with the rates as counted, through
 * verdicts, hurdles, prices, caps and decisions; what the adjustment changes on the way is its own
 * part. So both parts of a line add up to it to the penny, also where the adjustment only opens a
 * hurdle or takes the room under a cap. */
#include "contract/vary.h"
#include "qa/qa.h"

#include <stdlib.h>
#include <string.h>

/* Sets every metric of the versions to its rate as counted. False if none was adjusted. */
static bool stop_adjusting(pbr_contract *copy, pbr_arena *arena)
{
    bool any = false;
    for (size_t i = 0; i < copy->rules_count; i++)
        for (unsigned k = 0; k < copy->rules[i].terms->metrics_count; k++) {
            const pbr_metric *metric = &copy->rules[i].terms->metrics[k];
            if (metric->adjust == PBR_NO_ADJUSTMENT) continue;
            any |= pbr_contract_set(
                copy, i, pbr_arena_printf(arena, "metrics.%s.adjust", metric->id), "none");
        }
    return any;
}

static bool is_same(const pbr_payment *a, const pbr_payment *b)
{
    return a->area == b->area && a->cohort == b->cohort && !strcmp(a->line->id, b->line->id) &&
           !strcmp(a->rules->name, b->rules->name) && !strcmp(a->payee, b->payee);
}

static const pbr_payment *match(const pbr_settlement *s, const pbr_payment *payment)
{
    for (size_t i = 0; i < s->payments_count; i++)
        if (is_same(&s->payments[i], payment)) return &s->payments[i];
    return NULL;
}

static int by_size(size_t a, size_t b)
{
    return (a > b) - (a < b);
}

static size_t line_order(const pbr_payment *payment)
{
    return (size_t)(payment->line - payment->rules->terms->lines);
}

static int by_place(const void *left, const void *right)
{
    const pbr_split *x = left, *y = right;
    const pbr_payment *a = x->paid ? x->paid : x->unadjusted;
    const pbr_payment *b = y->paid ? y->paid : y->unadjusted;
    int order = by_size(a->area, b->area);
    if (!order) order = by_size(a->cohort, b->cohort);
    if (!order) order = strcmp(a->rules->name, b->rules->name);
    if (!order) order = by_size(line_order(a), line_order(b));
    return order ? order : strcmp(a->payee, b->payee);
}

static void pair(pbr_qa *qa)
{
    const pbr_settlement *paid = qa->settled.settlement, *raw = qa->unadjusted;
    qa->splits = pbr_arena_alloc(
        qa->settled.arena, (paid->payments_count + raw->payments_count + 1) * sizeof *qa->splits);
    for (size_t i = 0; i < paid->payments_count; i++)
        qa->splits[qa->splits_count++] =
            (pbr_split){&paid->payments[i], match(raw, &paid->payments[i])};
    for (size_t i = 0; i < raw->payments_count; i++)
        if (!match(paid, &raw->payments[i]))
            qa->splits[qa->splits_count++] = (pbr_split){NULL, &raw->payments[i]};
    if (qa->splits_count) qsort(qa->splits, qa->splits_count, sizeof *qa->splits, by_place);
}

void pbr_qa_split(pbr_qa *qa)
{
    qa->unadjusted_contract = pbr_contract_copy(qa->settled.settlement->contract);
    if (!stop_adjusting(qa->unadjusted_contract, qa->settled.arena)) return;
    qa->unadjusted = pbr_settled_again(&qa->settled, qa->unadjusted_contract, qa->settled.measures,
                                       &qa->unadjusted_why);
    if (qa->unadjusted) pair(qa);
}

pbr_split_sums pbr_split_sums_of(const pbr_split *split)
{
    const pbr_payment *paid = split->paid, *raw = split->unadjusted;
    pbr_split_sums sums = {.due_raw_pence = raw ? raw->due_pence : 0,
                           .due_mix_pence = paid ? paid->due_pence : 0};
    pbr_pence_add(&sums.due_mix_pence, -sums.due_raw_pence);
    if (!paid || !raw) return sums;
    sums.computed_raw_pence = raw->computed_pence;
    sums.computed_mix_pence = paid->computed_pence;
    sums.capped_raw_pence = raw->capped_pence;
    sums.capped_mix_pence = paid->capped_pence;
    pbr_pence_add(&sums.computed_mix_pence, -raw->computed_pence);
    pbr_pence_add(&sums.capped_mix_pence, -raw->capped_pence);
    return sums;
}

/* --- frequency lines --- */

static const pbr_result *binary_of(const pbr_settlement *s, const pbr_result *frequency)
{
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        if (result->area == frequency->area && result->cohort == frequency->cohort &&
            result->metric->kind == PBR_RATE && result->baseline)
            return result;
    }
    return NULL;
}

/* The metric's result in an area and cohort is told once, however many lines price it. */
static bool is_told(const pbr_qa *qa, const pbr_result *frequency)
{
    for (size_t i = 0; i < qa->avoided_count; i++) {
        const pbr_result *told = qa->avoided[i].frequency;
        if (told->area == frequency->area && told->cohort == frequency->cohort &&
            told->metric == frequency->metric)
            return true;
    }
    return false;
}

static void set_avoided(pbr_avoided *a)
{
    const pbr_measure *m = a->frequency->measure;
    mpq_srcptr f0 = a->frequency->baseline->rate;
    mpq_t count;
    mpq_inits(count, a->expected, a->avoided, a->fewer_reoffenders, a->fewer_each, NULL);
    pbr_ratio_set(a->expected, m->measurable, 100); /* p0 is a percentage */
    mpq_mul(a->expected, a->expected, a->binary->baseline->rate);
    pbr_ratio_set(count, m->reoffenders, 1);
    mpq_sub(a->fewer_reoffenders, a->expected, count);
    mpq_mul(a->fewer_reoffenders, a->fewer_reoffenders, f0);
    mpq_mul(a->expected, a->expected, f0);
    mpq_sub(a->fewer_each, f0, a->frequency->rate);
    mpq_mul(a->fewer_each, a->fewer_each, count);
    pbr_ratio_set(count, m->reoffences, 1);
    mpq_sub(a->avoided, a->expected, count);
    mpq_clear(count);
}

void pbr_qa_avoid(pbr_qa *qa)
{
    const pbr_settlement *s = qa->settled.settlement;
    qa->avoided = pbr_arena_alloc(qa->settled.arena, (s->results_count + 1) * sizeof *qa->avoided);
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        if (result->metric->kind != PBR_EVENTS_PER_REOFFENDER || !result->has_rate ||
            !result->baseline || is_told(qa, result))
            continue;
        pbr_avoided avoided = {.frequency = result, .binary = binary_of(s, result)};
        if (!avoided.binary) continue;
        set_avoided(&avoided);
        qa->avoided[qa->avoided_count++] = avoided;
    }
}
