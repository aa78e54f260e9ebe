/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a result is worth: one function a kind of payoff. */
#include "report/term_sheet_parts.h"

#include <string.h>

struct paid {
    pbr_teller *t;
    const pbr_payoff *payoff;
    const pbr_metric *metric;
    pbr_verdict verdict;
    const char *unit; /* of a change */
};

/* Worse deducts for a rise; better and neither pay for a fall. */
static bool deducts(const struct paid *p)
{
    return p->verdict == PBR_WORSE;
}

static const char *verb(const struct paid *p)
{
    return deducts(p) ? "deducts" : "pays";
}

static const char *direction(const struct paid *p)
{
    return deducts(p) ? "rise" : "fall";
}

static const char *price_of(const struct paid *p)
{
    return pbr_words_column(p->t, p->payoff->price, PBR_OF_MONEY, false);
}

static const char *measured_from(const struct paid *p)
{
    if (p->payoff->measured_from == PBR_FROM_BASELINE) return pbr_words_comparison(p->t, p->metric);
    return p->verdict == PBR_BETTER ? "the lower limit" : "the upper limit";
}

static const char *per_unit(const struct paid *p)
{
    const char *unit = pbr_words_metric_unit(p->metric->kind), *price = price_of(p);
    if (p->verdict == PBR_NEITHER)
        return pbr_arena_printf(p->t->arena,
                                "pays %s for each %s fewer than at %s, and deducts as much for "
                                "each more",
                                price, unit, measured_from(p));
    return pbr_arena_printf(p->t->arena, "%s %s for each %s %s than at %s", verb(p), price, unit,
                            deducts(p) ? "more" : "fewer", measured_from(p));
}

static const char *fixed(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena, "pays the whole of %s", price_of(p));
}

static const char *refund(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena, "takes back the whole of %s", price_of(p));
}

static bool is_of_table(const struct paid *p, const pbr_step *step)
{
    return strcmp(step->table, p->payoff->table) == 0;
}

static const char *steps(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena,
                            "%s the amount of the highest step of table %s that the %s reaches, "
                            "and nothing below the first",
                            verb(p), p->payoff->table, direction(p));
}

static const char *linear(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena,
                            "%s a part of %s: nothing at a %s of %s %s or less, all of it from %s "
                            "%s on, in proportion between",
                            verb(p), price_of(p), direction(p), p->payoff->least, p->unit,
                            p->payoff->full, p->unit);
}

static const char *slices(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena,
                            "%s %s for each %s that each slice of the %s stands for, times the "
                            "slice's share in table %s",
                            verb(p), price_of(p), pbr_words_metric_unit(p->metric->kind),
                            direction(p), p->payoff->table);
}

static const char *share(const struct paid *p)
{
    return pbr_arena_printf(p->t->arena, "%s %s of %s, and at most %s percent of it", verb(p),
                            pbr_words_column(p->t, p->payoff->share, PBR_OF_PERCENT, false),
                            price_of(p), p->payoff->most);
}

static const char *(*const kinds[])(const struct paid *) = {
    [PBR_PER_UNIT] = per_unit, [PBR_FIXED] = fixed,   [PBR_REFUND] = refund, [PBR_STEPS] = steps,
    [PBR_LINEAR] = linear,     [PBR_SLICES] = slices, [PBR_SHARE] = share,
};

static void tell_steps(const struct paid *p)
{
    const pbr_contract *contract = p->t->contract;
    bool amounts = p->payoff->kind == PBR_STEPS;
    for (size_t i = 0; i < contract->steps_count; i++) {
        const pbr_step *step = &contract->steps[i];
        if (!is_of_table(p, step)) continue;
        pbr_tell(p->t, 2, "-", &step->source, "From a %s of %s %s on: %s%s.", direction(p),
                 pbr_words_decimal(p->t, step->at_least), p->unit,
                 amounts ? pbr_words_money(p->t, step->value)
                         : pbr_words_decimal(p->t, step->value),
                 amounts ? "" : " percent");
    }
}

static void tell_payoff(const struct paid *p)
{
    static const char *const results[] = {
        [PBR_BETTER] = "A better result",
        [PBR_NEITHER] = "A result that is neither",
        [PBR_WORSE] = "A worse result",
    };
    const pbr_payoff *payoff = p->payoff;
    pbr_tell(p->t, 1, "-", &payoff->from, "%s %s.", results[p->verdict], kinds[payoff->kind](p));
    if (payoff->table) tell_steps(p);
}

/* What stands for results without an amount. */
static void tell_nothing(pbr_teller *t, const pbr_line *line)
{
    pbr_text_set silent = {0};
    if (!line->better) pbr_text_set_add(t, &silent, "better");
    if (!line->neither) pbr_text_set_add(t, &silent, "neither");
    if (!line->worse) pbr_text_set_add(t, &silent, "worse");
    if (silent.count)
        pbr_tell(t, 1, "-", &line->from, "Nothing is paid or deducted for a result that is %s.",
                 pbr_words_join(t, silent.items, silent.count, "or"));
}

void pbr_tell_payoffs(pbr_teller *t, const pbr_line *line, const pbr_metric *metric)
{
    const struct {
        const pbr_payoff *payoff;
        pbr_verdict verdict;
    } sides[] = {
        {line->better, PBR_BETTER}, {line->neither, PBR_NEITHER}, {line->worse, PBR_WORSE}};
    for (size_t i = 0; i < PBR_LENGTH(sides); i++) {
        struct paid p = {t, sides[i].payoff, metric, sides[i].verdict,
                         pbr_words_change_unit(line, metric)};
        if (p.payoff) tell_payoff(&p);
    }
    tell_nothing(t, line);
}
