/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is paid: each line in the order of the rules. */
#include "report/term_sheet_parts.h"

static void tell_gate(pbr_teller *t, const pbr_gate *gate)
{
    static const char *const sides[] = {
        [PBR_GATE_PAY] = "a payment is made only if",
        [PBR_GATE_DEDUCT] = "a deduction is made only if",
        [PBR_GATE_BOTH] = "a payment or a deduction is made only if",
    };
    static const char *const others[] = {
        [PBR_GATE_PAY] = " Deductions do not depend on it.",
        [PBR_GATE_DEDUCT] = " Payments do not depend on it.",
        [PBR_GATE_BOTH] = "",
    };
    static const char *const overs[] = {
        [PBR_GATE_SAME_COHORT] = "for the same cohort",
        [PBR_GATE_EVERY_MEMBER] = "for every cohort of the pool",
    };
    pbr_text_set results = {0};
    for (unsigned i = 0; i < gate->results_count; i++)
        pbr_text_set_add(t, &results, pbr_verdict_text(gate->results[i]));
    pbr_tell(t, 1, "-", &gate->from, "Hurdle: %s the result of line %s %s is %s.%s",
             sides[gate->applies_to], gate->line, overs[gate->over],
             pbr_words_join(t, results.items, results.count, "or"), others[gate->applies_to]);
}

static void tell_net(pbr_teller *t, const pbr_line *line)
{
    if (!line->net_of_count) return;
    pbr_tell(t, 1, "-", &line->from,
             "From a payment is taken what line%s %s came to in the same area and contract year; "
             "it does not fall below nothing.",
             pbr_words_plural(line->net_of_count),
             pbr_words_join(t, (const char *const *)line->net_of, line->net_of_count, "and"));
}

static void tell_outcome(pbr_teller *t, size_t number, const pbr_line *line)
{
    const pbr_metric *metric = pbr_terms_metric(t->rules->terms, line->metric);
    pbr_tell(t, 0, pbr_mark_number(t, number), &line->from,
             "%s (line %s): tests %s for each %s; changes are in %s.", line->title, line->id,
             line->metric, pbr_words_cohorts(line->period), pbr_words_change_unit(line, metric));
    pbr_tell_test(t, line, metric);
    pbr_tell_payoffs(t, line, metric);
    if (line->gate) tell_gate(t, line->gate);
    tell_net(t, line);
}

void pbr_tell_lines(pbr_teller *t)
{
    static const char *const kinds[] = {[PBR_FEE] = "a fee",
                                        [PBR_VOLUME] = "a reconciliation of volumes",
                                        [PBR_CREDIT] = "a credit"};
    const pbr_terms *terms = t->rules->terms;
    pbr_tell_heading(t, PBR_HEADING_PART, "What is paid");
    for (unsigned i = 0; i < terms->lines_count; i++) {
        const pbr_line *line = &terms->lines[i];
        if (line->kind == PBR_OUTCOME) {
            tell_outcome(t, i + 1, line);
            continue;
        }
        pbr_tell(t, 0, pbr_mark_number(t, i + 1), &line->from, "%s (line %s): %s, by the %s.",
                 line->title, line->id, kinds[line->kind], pbr_words_cohorts(line->period));
        pbr_tell_monthly(t, line);
    }
}
