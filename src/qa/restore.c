/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Rules that leave persons out, put back one by one. Each is measured with the persons themselves
 * when the extracts are read (measure/put_back.h) and settled here. */
#include "qa/qa.h"

#include <string.h>

struct restorer {
    pbr_qa *qa;
    const pbr_put_back *rule;
    pbr_settlement *again; /* NULL: it cannot be told */
    pbr_restoration *out;
};

static bool is_settled(const struct restorer *r, size_t cohort)
{
    const pbr_settle_options *options = r->qa->settled.options;
    return pbr_cohort_chosen(cohort, options->cohorts, options->cohorts_count);
}

static bool is_of_rule(const pbr_attrition *row, const pbr_put_back *rule)
{
    return strcmp(row->stage, rule->stage) == 0 && strcmp(row->reason, rule->reason) == 0;
}

static const pbr_attrition *left_out(const struct restorer *r, size_t area, size_t cohort)
{
    const pbr_measures *measures = r->qa->settled.measures;
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (row->area == area && row->cohort == cohort && is_of_rule(row, r->rule)) return row;
    }
    return NULL;
}

static int64_t due_in(const pbr_settlement *s, size_t area, size_t cohort)
{
    int64_t sum = 0; /* a part of a total that fits */
    for (size_t i = 0; i < s->payments_count; i++)
        if (s->payments[i].area == area && s->payments[i].cohort == cohort)
            pbr_pence_add(&sum, s->payments[i].due_pence);
    return sum;
}

/* "binary: better to neither; …" */
static const char *verdict_words(const struct restorer *r, size_t area, size_t cohort)
{
    const pbr_settlement *before = r->qa->settled.settlement;
    const char *text = NULL;
    for (size_t i = 0; i < before->results_count && i < r->again->results_count; i++) {
        const pbr_result *a = &before->results[i], *b = &r->again->results[i];
        if (a->area != area || a->cohort != cohort || a->verdict == b->verdict) continue;
        text = pbr_arena_printf(r->qa->settled.arena, "%s%s%s: %s to %s", text ? text : "",
                                text ? "; " : "", a->line->id, pbr_verdict_text(a->verdict),
                                pbr_verdict_text(b->verdict));
    }
    return text;
}

static void add_row(struct restorer *r, size_t area, size_t cohort)
{
    const pbr_attrition *row = is_settled(r, cohort) ? left_out(r, area, cohort) : NULL;
    pbr_restored found = {.left_out = row && row->starts ? row : NULL,
                          .area = area,
                          .cohort = cohort,
                          .due_pence = due_in(r->qa->settled.settlement, area, cohort)};
    if (r->again) {
        found.put_back_pence = due_in(r->again, area, cohort);
        found.verdicts = pbr_verdicts_changed(r->qa->settled.settlement, r->again, area, cohort);
        found.verdict_words = verdict_words(r, area, cohort);
    }
    found.not_told = r->out->trial.not_told;
    bool moves = r->again && found.put_back_pence != found.due_pence;
    if (found.left_out || moves) r->out->rows[r->out->rows_count++] = found;
    if (!found.left_out) return;
    r->out->starts += row->starts;
    r->out->reoffenders += row->reoffenders;
    r->out->reoffences += row->reoffences;
}

static void settle(struct restorer *r)
{
    const pbr_settled *settled = &r->qa->settled;
    r->again = pbr_settled_again(settled, settled->settlement->contract, r->rule->measures,
                                 &r->out->trial.not_told);
    if (r->again) pbr_trial_compare(&r->out->trial, settled, r->again);
}

static const pbr_attrition *first_of(const struct restorer *r)
{
    const pbr_measures *measures = r->qa->settled.measures;
    for (size_t i = 0; i < measures->attrition_count; i++)
        if (is_of_rule(&measures->attrition[i], r->rule) &&
            is_settled(r, measures->attrition[i].cohort))
            return &measures->attrition[i];
    return NULL;
}

static void restore(struct restorer *r)
{
    const pbr_contract *contract = r->qa->settled.settlement->contract;
    pbr_arena *arena = r->qa->settled.arena;
    const pbr_attrition *names = first_of(r);
    if (!names) return; /* no version that is settled here has the rule */
    r->out = &r->qa->restorations[r->qa->restorations_count++];
    r->out->stage = names->stage;
    r->out->reason = names->reason;
    r->out->title = names->title;
    r->out->clause = names->clause;
    r->out->trial.change = "put back";
    r->out->rows = pbr_arena_alloc(arena, contract->areas_count * contract->cohorts_count *
                                              sizeof *r->out->rows);
    settle(r);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t cohort = 0; cohort < contract->cohorts_count; cohort++)
            add_row(r, area, cohort);
    pbr_settlement_free(r->again);
}

void pbr_qa_restore(pbr_qa *qa)
{
    const pbr_measures *measures = qa->settled.measures;
    qa->restorations = pbr_arena_alloc(qa->settled.arena,
                                       (measures->put_backs_count + 1) * sizeof *qa->restorations);
    for (size_t i = 0; i < measures->put_backs_count; i++) {
        struct restorer r = {.qa = qa, .rule = &measures->put_backs[i]};
        restore(&r);
    }
}
