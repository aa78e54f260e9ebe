/* SPDX-License-Identifier: GPL-3.0-or-later */
/* From a result to whole pence: the gate, units, price, amount, rounding (semantics 16 to 18). */
#include "derive/working.h"

#include <stdlib.h>
#include <string.h>

/* What one result is worth. */
struct payoff {
    const char *result; /* "better" */
    const pbr_payoff *terms;
    const char *price, *units; /* names of its steps */
    bool stopped;              /* by a gate that is not met */
};

struct maker {
    pbr_workings *all;
    pbr_working *w;
    const pbr_metric *metric;
    struct payoff payoffs[3];
    size_t count;
};

static const char *text(struct maker *m, const char *format, const char *part)
{
    return pbr_arena_printf(m->all->arena, format, part);
}

/* A name of the contract as a name in formulas: letters, digits and "_". */
static const char *plain(struct maker *m, const char *name)
{
    return pbr_plain_name(m->all->arena, name);
}

static pbr_stage *formula(struct maker *m, const char *field, const char *title, pbr_unit unit,
                          const char *of)
{
    return pbr_stage_formula(m->all, m->w, field, title, unit, of);
}

static bool is_worse(const struct payoff *p)
{
    return strcmp(p->result, "worse") == 0;
}

static void add_payoff(struct maker *m, const char *result, const pbr_payoff *terms)
{
    if (terms) m->payoffs[m->count++] = (struct payoff){.result = result, .terms = terms};
}

/* --- the gate (semantics 17) --- */

static bool is_stopped(const pbr_gate *gate, const struct payoff *p)
{
    bool deducts = is_worse(p) || p->terms->kind == PBR_REFUND;
    return gate->applies_to == PBR_GATE_BOTH ||
           (gate->applies_to == PBR_GATE_PAY ? !deducts : deducts);
}

static const char *result_name(pbr_verdict verdict)
{
    static const char *const NAMES[] = {[PBR_BETTER] = "better",
                                        [PBR_NEITHER] = "neither",
                                        [PBR_WORSE] = "worse",
                                        [PBR_NO_RESULT] = "no_result"};
    return NAMES[verdict];
}

static const char *hurdle_formula(struct maker *m, const pbr_gate *gate)
{
    const char *list = "";
    for (unsigned i = 0; i < gate->results_count; i++)
        list = pbr_arena_printf(m->all->arena, "%s%shurdle = %s", list, i ? ", " : "",
                                result_name(gate->results[i]));
    return text(m, "if(or(%s), yes, no)", list);
}

static void add_hurdle(struct maker *m, const pbr_gate *gate)
{
    if (gate->over == PBR_GATE_EVERY_MEMBER) {
        pbr_stage_add(m->w, "hurdle_met", "Hurdle met", PBR_UNIT_WORD, PBR_STAGE_ENGINE,
                      "hurdle_met")
            ->note = "of every member of the pool";
        return;
    }
    pbr_stage_add(m->w, "hurdle", "Result of the hurdle", PBR_UNIT_WORD, PBR_STAGE_RESULT,
                  gate->line);
    pbr_stage *step =
        formula(m, "hurdle_met", "Hurdle met", PBR_UNIT_WORD, hurdle_formula(m, gate));
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "gate.result"));
}

static void add_gate(struct maker *m)
{
    const pbr_gate *gate = m->w->line->gate;
    const char *list = "";
    for (size_t i = 0; gate && i < m->count; i++) {
        struct payoff *p = &m->payoffs[i];
        p->stopped = is_stopped(gate, p);
        if (!p->stopped) continue;
        list =
            pbr_arena_printf(m->all->arena, "%s%sresult = %s", list, *list ? ", " : "", p->result);
    }
    if (!*list) return;
    add_hurdle(m, gate);
    pbr_stage *step = formula(m, "gated", "Stopped by the hurdle", PBR_UNIT_WORD,
                              text(m, "if(and(hurdle_met = no, or(%s)), yes, no)", list));
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "gate.line"));
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, "gate.applies-to"));
}

/* --- prices --- */

static void need_price(struct maker *m, struct payoff *p)
{
    p->price = text(m, "price_%s", plain(m, p->terms->price));
    if (pbr_working_stage(m->w, p->price) == m->w->stages_count)
        pbr_stage_add(m->w, p->price, text(m, "Price: %s", p->terms->price), PBR_UNIT_POUNDS,
                      PBR_STAGE_PRICE, p->terms->price);
}

/* How many steps a table has. */
static size_t steps_of(struct maker *m, const char *table)
{
    size_t count = 0;
    const pbr_contract *contract = m->all->settlement->contract;
    for (size_t i = 0; i < contract->steps_count; i++)
        count += strcmp(contract->steps[i].table, table) == 0;
    return count;
}

/* The cells of the table under names: size_1 and value_1 for its first step. */
static void need_steps(struct maker *m, const char *table, pbr_unit unit)
{
    size_t count = steps_of(m, table);
    const char *name = plain(m, table);
    if (pbr_working_stage(m->w, text(m, "%s_from_1", name)) < m->w->stages_count) return;
    for (size_t i = 1; i <= count; i++) {
        const char *number = pbr_arena_printf(m->all->arena, "%zu", i);
        pbr_stage *from = pbr_stage_add(
            m->w, pbr_arena_printf(m->all->arena, "%s_from_%zu", name, i),
            pbr_arena_printf(m->all->arena, "%s: from a change of, step %zu", table, i),
            PBR_UNIT_NUMBER, PBR_STAGE_STEP, table);
        from->other = number; /* now: the next stage may move this one */
        from->per_line = true;
        pbr_stage *value =
            pbr_stage_add(m->w, pbr_arena_printf(m->all->arena, "%s_value_%zu", name, i),
                          pbr_arena_printf(m->all->arena, "%s: value, step %zu", table, i), unit,
                          PBR_STAGE_STEP, table);
        value->other = number;
        value->per_line = true;
    }
}

/* The change in the direction of the result. */
static const char *need_size(struct maker *m, const struct payoff *p)
{
    const char *field = is_worse(p) ? "rise" : "fall";
    if (pbr_working_stage(m->w, field) == m->w->stages_count)
        formula(m, field, is_worse(p) ? "Size of the rise" : "Size of the fall", PBR_UNIT_NUMBER,
                is_worse(p) ? "max(-change, zero)" : "max(change, zero)");
    return field;
}

/* --- units by kind of payoff --- */

/* Events that one unit of the metric is in this cohort (semantics 16). */
static const char *scaled(struct maker *m, const char *units)
{
    switch (m->metric->kind) {
    case PBR_RATE:
    case PBR_EVENTS_PER_100:
        return text(m, "%s * cases / hundred", units);
    case PBR_EXPECTED_RATIO:
        return text(m, "%s * expected", units);
    default:
        return text(m, "%s * cases", units);
    }
}

static const char *per_unit(struct maker *m, struct payoff *p)
{
    static const char *const ROUNDINGS[] = {[PBR_HALF_EVEN] = "half_even(%s)",
                                            [PBR_HALF_UP] = "half_up(%s)",
                                            [PBR_FLOOR] = "floor(%s)"};
    const pbr_rounding_terms *rounding = &m->w->rules->terms->rounding;
    const char *from = p->terms->measured_from == PBR_FROM_BASELINE   ? "baseline"
                       : is_worse(p) || !strcmp(p->result, "neither") ? "upper"
                                                                      : "lower";
    need_price(m, p);
    const char *units = scaled(m, text(m, "(%s - adjusted_rate)", from));
    return rounding->units == PBR_UNITS_INTEGER ? text(m, ROUNDINGS[rounding->mode], units) : units;
}

static const char *fixed(struct maker *m, struct payoff *p)
{
    need_price(m, p);
    return "one";
}

static const char *refund(struct maker *m, struct payoff *p)
{
    need_price(m, p);
    return "-one";
}

/* A part of the price, in the direction of the result; of no price there is no part. */
static const char *part(struct maker *m, const struct payoff *p, const char *of)
{
    return pbr_arena_printf(m->all->arena, "if(%s = zero, zero, %s(%s))", p->price,
                            is_worse(p) ? "-" : "", of);
}

/* The highest step that the change reaches. */
static const char *steps(struct maker *m, struct payoff *p)
{
    const char *table = p->terms->table, *value = "zero", *size = need_size(m, p);
    need_steps(m, table, PBR_UNIT_POUNDS);
    const char *name = plain(m, table);
    for (size_t i = 1; i <= steps_of(m, table); i++)
        value = pbr_arena_printf(m->all->arena,
                                 "if(steady(%s - %s_from_%zu, rate_steady) >= zero, %s_value_%zu, "
                                 "%s)",
                                 size, name, i, name, i, value);
    p->price = text(m, "step_%s", p->result);
    formula(m, p->price, text(m, "Step reached (%s)", p->result), PBR_UNIT_POUNDS, value);
    return part(m, p, "one");
}

static const char *linear(struct maker *m, struct payoff *p)
{
    const char *size = need_size(m, p);
    need_price(m, p);
    const char *least = text(m, "%s_least", p->result), *full = text(m, "%s_full", p->result);
    pbr_stages_need_term(m->all, m->w, least, "Change at which payment begins", PBR_UNIT_NUMBER,
                         text(m, "%s.least", p->result));
    pbr_stages_need_term(m->all, m->w, full, "Change at which payment is whole", PBR_UNIT_NUMBER,
                         text(m, "%s.full", p->result));
    return part(m, p,
                pbr_arena_printf(m->all->arena, "min(max((%s - %s) / (%s - %s), zero), one)", size,
                                 least, full, least));
}

/* A share of each slice of the change, in percent. */
static const char *slices(struct maker *m, struct payoff *p)
{
    const char *table = p->terms->table, *sum = "", *size = need_size(m, p);
    size_t count = steps_of(m, table);
    need_price(m, p);
    need_steps(m, table, PBR_UNIT_PERCENT);
    const char *name = plain(m, table);
    for (size_t i = 1; i <= count; i++) {
        const char *reached =
            i == count ? size
                       : pbr_arena_printf(m->all->arena, "min(%s, %s_from_%zu)", size, name, i + 1);
        sum = pbr_arena_printf(m->all->arena, "%s%smax(%s - %s_from_%zu, zero) * %s_value_%zu", sum,
                               *sum ? " + " : "", reached, name, i, name, i);
    }
    const char *units = scaled(m, text(m, "(%s) / hundred", sum));
    if (m->w->line->change == PBR_CHANGE_RELATIVE)
        units = text(m, "%s / hundred * baseline", units);
    return is_worse(p) ? text(m, "-(%s)", units) : units;
}

static const char *share(struct maker *m, struct payoff *p)
{
    need_price(m, p);
    const char *column = text(m, "share_%s", plain(m, p->terms->share));
    const char *most = text(m, "%s_most", p->result);
    if (pbr_working_stage(m->w, column) == m->w->stages_count)
        pbr_stage_add(m->w, column, text(m, "Share: %s", p->terms->share), PBR_UNIT_PERCENT,
                      PBR_STAGE_PRICE, p->terms->share);
    pbr_stages_need_term(m->all, m->w, most, "Share at most", PBR_UNIT_PERCENT,
                         text(m, "%s.most", p->result));
    return part(m, p, pbr_arena_printf(m->all->arena, "min(%s, %s) / hundred", column, most));
}

static const char *(*const KINDS[])(struct maker *, struct payoff *) = {
    [PBR_PER_UNIT] = per_unit, [PBR_FIXED] = fixed,   [PBR_REFUND] = refund, [PBR_STEPS] = steps,
    [PBR_LINEAR] = linear,     [PBR_SLICES] = slices, [PBR_SHARE] = share,
};

static void add_units(struct maker *m, struct payoff *p)
{
    const char *units = KINDS[p->terms->kind](m, p);
    p->units = text(m, "units_%s", p->result);
    pbr_stage *step =
        formula(m, p->units, text(m, "Units if %s", p->result), PBR_UNIT_EVENTS, units);
    pbr_stage_cite(step, pbr_stage_path(m->all, m->w, text(m, "%s.kind", p->result)));
    if (p->terms->kind == PBR_PER_UNIT)
        pbr_stage_cite(step, pbr_stage_path(m->all, m->w, text(m, "%s.from", p->result)));
}

/* Of the payoffs, what belongs to the result in force; nothing under no result. */
static const char *by_result(struct maker *m, bool prices)
{
    const char *chain = "zero";
    for (size_t i = m->count; i-- > 0;)
        chain = pbr_arena_printf(m->all->arena, "if(result = %s, %s, %s)", m->payoffs[i].result,
                                 prices ? m->payoffs[i].price : m->payoffs[i].units, chain);
    return chain;
}

static void add_amount(struct maker *m)
{
    static const char *const ROUNDINGS[] = {
        [PBR_HALF_EVEN] = "half_even(steady(amount_pence, pence_steady))",
        [PBR_HALF_UP] = "half_up(steady(amount_pence, pence_steady))",
        [PBR_FLOOR] = "floor(steady(amount_pence, pence_steady))"};
    bool gated = pbr_working_stage(m->w, "gated") < m->w->stages_count;
    formula(m, "units", "Units", PBR_UNIT_EVENTS, by_result(m, false));
    formula(m, "unit_price", "Price of a unit", PBR_UNIT_POUNDS, by_result(m, true));
    formula(m, "amount_pence", "Amount before rounding", PBR_UNIT_EXACT_PENCE,
            gated ? "if(gated = yes, zero, units * unit_price * pence)"
                  : "units * unit_price * pence");
    pbr_stage *step = formula(m, "computed_pence", "Computed", PBR_UNIT_PENCE,
                              ROUNDINGS[m->w->rules->terms->rounding.mode]);
    pbr_stage_cite(step, "rounding.mode");
}

void pbr_stages_payoffs(pbr_workings *all, pbr_working *working, const pbr_metric *metric)
{
    struct maker m = {.all = all, .w = working, .metric = metric};
    add_payoff(&m, "better", working->line->better);
    add_payoff(&m, "neither", working->line->neither);
    add_payoff(&m, "worse", working->line->worse);
    if (!m.count) return;
    add_gate(&m);
    for (size_t i = 0; i < m.count; i++) add_units(&m, &m.payoffs[i]);
    add_amount(&m);
}
