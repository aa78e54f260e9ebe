/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/note_lines.h"

#include "report/sheet_parts.h"
#include "report/words.h"

/* --- what lines pay --- */

/* What a payoff comes to, after "is" or "takes back". */
static const char *payoff_words(const pbr_scope *scope, const pbr_payoff *payoff)
{
    if (!payoff) return "not priced";
    switch (payoff->kind) {
    case PBR_PER_UNIT:
        return payoff->measured_from == PBR_FROM_BASELINE
                   ? "priced by the unit, measured from the baseline"
                   : "priced by the unit, measured from the limit";
    case PBR_FIXED:
        return "worth the whole price, all or nothing";
    case PBR_REFUND:
        return "a refund of the whole price";
    case PBR_STEPS:
        return pbr_arena_printf(scope->arena,
                                "worth the highest step of %s that the change "
                                "reaches",
                                payoff->table);
    case PBR_LINEAR:
        return pbr_arena_printf(scope->arena,
                                "worth a part of the price that grows from a change of %s to one "
                                "of %s",
                                payoff->least, payoff->full);
    case PBR_SLICES:
        return pbr_arena_printf(scope->arena,
                                "priced by the unit, each slice of the change at its share in %s",
                                payoff->table);
    case PBR_SHARE:
        return pbr_arena_printf(scope->arena, "worth %s percent of the price, at most %s",
                                payoff->share, payoff->most);
    }
    return "not priced";
}

static const char *outcome_words(const pbr_scope *scope, const pbr_line *line)
{
    const char *neither = line->neither
                              ? pbr_arena_printf(scope->arena, ", one that is neither is %s",
                                                 payoff_words(scope, line->neither))
                              : "";
    return pbr_arena_printf(scope->arena, "a better result is %s%s, a worse one is %s",
                            payoff_words(scope, line->better), neither,
                            payoff_words(scope, line->worse));
}

static const char *net_words(const pbr_scope *scope, const pbr_line *line)
{
    pbr_list titles = {0};
    for (unsigned i = 0; i < line->net_of_count; i++) {
        const pbr_line *other = pbr_scope_line(scope, line->net_of[i]);
        pbr_list_add_text(&titles, other ? pbr_line_title(other) : line->net_of[i]);
    }
    const char *words =
        titles.count ? pbr_arena_printf(scope->arena,
                                        " What %s pays for the same contract year is taken off "
                                        "a payment.",
                                        pbr_list_words(scope->arena, &titles))
                     : "";
    pbr_list_free(&titles);
    return words;
}

static const char *minimum_words(const pbr_scope *scope, const pbr_line *line)
{
    if (line->kind != PBR_OUTCOME || !line->test.minimum_cohort) return "";
    return pbr_arena_printf(scope->arena, " Below %u cases it has no result.",
                            line->test.minimum_cohort);
}

static const char *fee_words(const pbr_scope *scope, const pbr_line *line)
{
    return pbr_arena_printf(
        scope->arena,
        "a twelfth of the annual price each month%s%s; instalments are cut to the penny, and the "
        "%s one of the year takes what that leaves, so that they add up to the price",
        line->discount ? ", less a discount" : "", line->index ? ", indexed" : "",
        line->residue == PBR_RESIDUE_LAST ? "last" : "first");
}

static const char *volume_words(const pbr_scope *scope, const pbr_line *line)
{
    return pbr_arena_printf(
        scope->arena,
        "the year's weighted starts are compared with their band in its last month, and only what "
        "lies outside is adjusted for: the annual price times the marginal percentage times the "
        "weighted starts outside, over %s",
        line->divisor == PBR_OF_EDGE ? "the nearest end of the band" : "the predicted volume");
}

static const char *credit_words(const pbr_scope *scope, const pbr_line *line)
{
    return pbr_arena_printf(scope->arena,
                            "a part of the month's price is deducted where %s falls below a step "
                            "of the scale; the target is %s percent",
                            line->measure, line->target);
}

static const char *(*const WORDS[])(const pbr_scope *, const pbr_line *) = {
    [PBR_OUTCOME] = outcome_words,
    [PBR_FEE] = fee_words,
    [PBR_VOLUME] = volume_words,
    [PBR_CREDIT] = credit_words,
};

void pbr_note_lines(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        bool shown = false;
        for (size_t k = 0; k < scope->lines.count; k++)
            shown |= pbr_terms_line(rules->terms, scope->lines.at[k]) == line;
        if (!shown) continue;
        pbr_list_add_text(notes,
                          pbr_arena_printf(scope->arena, "\"%s\": %s.%s%s", pbr_line_title(line),
                                           WORDS[line->kind](scope, line), net_words(scope, line),
                                           minimum_words(scope, line)));
    }
}

/* --- what stops them --- */

static const char *results_list(const pbr_scope *scope, const pbr_gate *gate)
{
    const char *words = pbr_verdict_text(gate->results[0]);
    for (unsigned i = 1; i < gate->results_count; i++)
        words =
            pbr_arena_printf(scope->arena, "%s or %s", words, pbr_verdict_text(gate->results[i]));
    return words;
}

static const struct {
    const char *verb, *rest;
} GATE_SIDES[] = {
    [PBR_GATE_PAY] = {"is paid", "; its deductions do not depend on that"},
    [PBR_GATE_DEDUCT] = {"is deducted", "; its payments do not depend on that"},
    [PBR_GATE_BOTH] = {"is paid or deducted", ""},
};

void pbr_note_hurdles(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->lines_count; i++) {
        const pbr_line *line = &rules->terms->lines[i];
        const pbr_gate *gate = line->gate;
        if (!gate) continue;
        const pbr_line *other = pbr_terms_line(rules->terms, gate->line);
        bool every = gate->over == PBR_GATE_EVERY_MEMBER;
        pbr_list_add_text(
            notes,
            pbr_arena_printf(
                scope->arena, "Hurdle: \"%s\" %s only if the result of \"%s\" is %s%s%s.",
                pbr_line_title(line), GATE_SIDES[gate->applies_to].verb,
                other ? pbr_line_title(other) : gate->line, results_list(scope, gate),
                every ? " in every cohort of the pool" : "", GATE_SIDES[gate->applies_to].rest));
    }
}

/* --- what caps them --- */

static const char *const CAP_SPANS[] = {
    [PBR_CAP_LINE] = "each of its lines for one cohort comes",
    [PBR_CAP_COHORT] = "its lines for one cohort come",
    [PBR_CAP_YEAR] = "its lines for cohorts formed in one contract year come",
    [PBR_CAP_LIFE] = "its lines over the life of the contract come",
};

void pbr_note_caps(const pbr_scope *scope, const pbr_rules *rules, pbr_list *notes)
{
    for (unsigned i = 0; i < rules->terms->caps_count; i++) {
        const pbr_cap *cap = &rules->terms->caps[i];
        const char *headroom = cap->headroom == PBR_HEADROOM_NET ? "restore" : "do not restore";
        pbr_list_add_text(notes,
                          pbr_arena_printf(scope->arena,
                                           "Cap %s: in each area, %s to at most %s%s%s; deductions "
                                           "%s headroom.",
                                           cap->id, CAP_SPANS[cap->per], cap->column,
                                           cap->minus ? " less " : "", cap->minus ? cap->minus : "",
                                           headroom));
    }
}
