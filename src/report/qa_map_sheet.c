/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The model map: what flows from where to where, generated from the terms that were used. */
#include "contract/yaml.h"
#include "report/qa_sheets.h"
#include "report/words.h"

#include <string.h>

static const pbr_book_column MAP[] = {
    PBR_COLUMN("Terms", 14, LABEL),       PBR_COLUMN("From", 28, TEXT),
    PBR_COLUMN("What is done", 74, TEXT), PBR_COLUMN("To", 28, TEXT),
    PBR_COLUMN("Shown in", 28, TEXT),
};

struct map {
    pbr_text_table table;
    const pbr_rules *rules;
    pbr_arena *arena;
};

static void step(struct map *m, const char *from, const char *what, const char *to,
                 const char *shown)
{
    pbr_text_row(&m->table, m->rules ? m->rules->name : NULL, from, what, to, shown);
}

/* A term's value, or NULL where the rules do not state it. */
static const char *term(const struct map *m, const char *group, const char *id, const char *key)
{
    const char *path = pbr_arena_printf(m->arena, "%s.%s.%s", group, id, key);
    const pbr_term *found = pbr_term_find(m->rules->list, m->rules->list_count, path);
    return found ? found->value : NULL;
}

static const char *filter_words(const struct map *m, const pbr_filter *filters, unsigned count)
{
    pbr_list ids = {0};
    for (unsigned i = 0; i < count; i++) pbr_list_add_text(&ids, filters[i].id);
    const char *words = pbr_list_words(m->arena, &ids);
    pbr_list_free(&ids);
    return words;
}

static void map_measuring(struct map *m)
{
    const pbr_terms *terms = m->rules->terms;
    const pbr_term *treatment =
        pbr_term_find(m->rules->list, m->rules->list_count, "transferred.treatment");
    step(m, "cohort.csv",
         pbr_arena_printf(m->arena, "Leaves out, in this order: %s; transfers: %s",
                          filter_words(m, terms->exclude, terms->exclude_count),
                          treatment ? treatment->value : "keep"),
         "eligible starts", "attrition.csv");
    step(m, "eligible starts",
         pbr_arena_printf(m->arena, "Leaves out who cannot be measured: %s",
                          filter_words(m, terms->unmeasurable, terms->unmeasurable_count)),
         "measurable persons", "attrition.csv");
    step(m, "reoffences.csv, measurable persons",
         pbr_arena_printf(m->arena,
                          "Counts offences within %u months of the start, proved within %u more; "
                          "ignores: %s",
                          terms->follow_up.months, terms->follow_up.waiting_months,
                          filter_words(m, terms->reoffence.ignore, terms->reoffence.ignore_count)),
         "counts and sums by area and cohort", "metrics.csv, counts.csv");
}

static void map_metric(struct map *m, const pbr_line *line)
{
    const char *id = line->metric;
    const char *with = term(m, "metrics", id, "compare-with");
    const char *adjust = term(m, "metrics", id, "adjust");
    const char *table = term(m, "metrics", id, "baseline");
    step(m, "metrics.csv",
         pbr_arena_printf(m->arena, "Metric %s: %s; adjusted: %s; compared with %s %s", id,
                          term(m, "metrics", id, "kind"), adjust, with, table ? table : ""),
         "rate and baseline", "results.csv");
}

static const char *payoff_words(const struct map *m, const pbr_line *line, const char *side)
{
    const char *kind = term(m, "lines", line->id, pbr_arena_printf(m->arena, "%s.kind", side));
    const char *price = term(m, "lines", line->id, pbr_arena_printf(m->arena, "%s.price", side));
    if (!kind) return "nothing";
    return pbr_arena_printf(m->arena, "%s%s%s", kind, price ? " of " : "", price ? price : "");
}

static void map_outcome(struct map *m, const pbr_line *line)
{
    map_metric(m, line);
    step(m, "rate and baseline",
         pbr_arena_printf(m->arena, "Line %s: test %s", line->id,
                          term(m, "lines", line->id, "test.kind")),
         "better, neither or worse", "results.csv");
    step(m, "better, neither or worse",
         pbr_arena_printf(m->arena, "Line %s: better: %s; worse: %s%s%s", line->id,
                          payoff_words(m, line, "better"), payoff_words(m, line, "worse"),
                          line->gate ? "; hurdle: " : "", line->gate ? line->gate->line : ""),
         "computed amount", "payments.csv");
}

static void map_line(struct map *m, const pbr_line *line)
{
    static const char *const from[] = {
        [PBR_FEE] = "prices.csv",
        [PBR_VOLUME] = "volumes.csv, prices.csv",
        [PBR_CREDIT] = "service-levels.csv, prices.csv",
    };
    if (line->kind == PBR_OUTCOME)
        map_outcome(m, line);
    else
        step(m, from[line->kind],
             pbr_arena_printf(m->arena, "Line %s: %s by the month", line->id,
                              term(m, "lines", line->id, "kind")),
             "computed amount", "payments.csv");
}

static void map_money(struct map *m)
{
    const pbr_terms *terms = m->rules->terms;
    for (unsigned i = 0; i < terms->caps_count; i++)
        step(m, "computed amount",
             pbr_arena_printf(m->arena, "Cap %s, per %s: at most %s%s%s", terms->caps[i].id,
                              term(m, "caps", terms->caps[i].id, "per"), terms->caps[i].column,
                              terms->caps[i].minus ? " less " : "",
                              terms->caps[i].minus ? terms->caps[i].minus : ""),
             "amount after caps", "payments.csv");
}

static bool is_shown(const pbr_scope *scope, const pbr_line *line)
{
    for (size_t i = 0; i < scope->lines.count; i++)
        if (strcmp(scope->lines.at[i], line->id) == 0) return true;
    return false;
}

pbr_sheet pbr_qa_sheet_map(const pbr_qa_scope *q)
{
    const pbr_scope *scope = q->scope;
    struct map m = {.table = {.q = q}, .arena = scope->arena};
    for (size_t i = 0; i < scope->rules.count; i++) {
        m.rules = scope->rules.at[i];
        if (scope->results.count) map_measuring(&m);
        for (unsigned k = 0; k < m.rules->terms->lines_count; k++)
            if (is_shown(scope, &m.rules->terms->lines[k])) map_line(&m, &m.rules->terms->lines[k]);
        map_money(&m);
    }
    m.rules = NULL;
    step(&m, "amount after caps, decisions.csv",
         "Decisions are applied; amounts are split between "
         "payees",
         "payable amount", "payments.csv");
    step(&m, "payable amount, earlier settlements", "What was settled before is taken off",
         "amount due", "payments.csv, schedules/");
    step(&m, "amount due, other-lines.csv", "Negative totals are treated as the contract says",
         "amount to be paid", "balances.csv");
    return pbr_sheet_of_texts(&m.table, "Model map", "model_map", "Model map",
                              "Generated from the versions of the terms that were used, in the "
                              "order of the calculation.",
                              PBR_COLUMNS(MAP));
}
