/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "settle/used.h"

#include <string.h>

/* --- lines --- */

/* Each line that was tested or paid, with its rules and where. False ends the walk. */
typedef bool (*visit)(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                      size_t cohort);

static bool walk(const pbr_settlement *s, visit each, void *context)
{
    for (size_t i = 0; i < s->results_count; i++)
        if (!each(context, s->results[i].rules, s->results[i].line, s->results[i].area,
                  s->results[i].cohort))
            return false;
    for (size_t i = 0; i < s->payments_count; i++)
        if (!each(context, s->payments[i].rules, s->payments[i].line, s->payments[i].area,
                  s->payments[i].cohort))
            return false;
    return true;
}

static bool other_rules(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                        size_t cohort)
{
    (void)line, (void)area, (void)cohort;
    return rules != context;
}

bool pbr_used_rules(const pbr_settlement *settlement, const pbr_rules *rules)
{
    return !walk(settlement, other_rules, (void *)rules);
}

/* --- terms --- */

struct part {
    const pbr_rules *rules;
    const char *id;
    size_t length;
};

static bool is_id(const struct part *part, const char *id)
{
    return id && strlen(id) == part->length && memcmp(id, part->id, part->length) == 0;
}

static bool other_line(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                       size_t cohort)
{
    const struct part *part = context;
    (void)area, (void)cohort;
    return rules != part->rules || !is_id(part, line->id);
}

static bool other_metric(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                         size_t cohort)
{
    const struct part *part = context;
    (void)area, (void)cohort;
    return rules != part->rules || !is_id(part, line->metric);
}

static bool other_cap(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                      size_t cohort)
{
    const struct part *part = context;
    (void)area, (void)cohort;
    if (rules != part->rules) return true;
    for (pbr_cap_level level = 0; level < PBR_CAP_LEVELS; level++) {
        const pbr_cap *cap = pbr_terms_cap(rules->terms, line->id, level);
        if (cap && is_id(part, cap->id)) return false;
    }
    return true;
}

bool pbr_used_term(const pbr_settlement *settlement, const pbr_rules *rules, const char *path)
{
    static const struct {
        const char *group;
        visit other;
    } groups[] = {{"lines.", other_line}, {"metrics.", other_metric}, {"caps.", other_cap}};
    for (size_t i = 0; i < sizeof groups / sizeof *groups; i++) {
        size_t length = strlen(groups[i].group);
        if (strncmp(path, groups[i].group, length) != 0) continue;
        struct part part = {rules, path + length, strcspn(path + length, ".")};
        return !walk(settlement, groups[i].other, &part);
    }
    return true;
}

bool pbr_is_amount_term(const char *path)
{
    static const char *const keys[] = {"level", "better-at", "worse-at", "least", "full",
                                       "most",  "weight",    "target",   "below", "deduct"};
    const char *dot = strrchr(path, '.'), *key = dot ? dot + 1 : path;
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++)
        if (strcmp(keys[i], key) == 0) return true;
    return false;
}

/* --- tables --- */

struct wanted {
    const pbr_settlement *settlement;
    const pbr_number *number;
};

static bool names(const char *column, const char *name)
{
    return column && strcmp(column, name) == 0;
}

static bool payoff_names(const pbr_payoff *payoff, const char *name)
{
    return payoff && (names(payoff->price, name) || names(payoff->share, name));
}

static bool line_names(const pbr_line *line, const char *name)
{
    const char *const columns[] = {line->price,     line->discount,  line->band_low,
                                   line->band_high, line->predicted, line->marginal};
    for (size_t i = 0; i < sizeof columns / sizeof *columns; i++)
        if (names(columns[i], name)) return true;
    return payoff_names(line->better, name) || payoff_names(line->neither, name) ||
           payoff_names(line->worse, name);
}

static bool caps_name(const pbr_terms *terms, const pbr_line *line, const char *name, bool life)
{
    for (pbr_cap_level level = 0; level < PBR_CAP_LEVELS; level++) {
        const pbr_cap *cap = pbr_terms_cap(terms, line->id, level);
        if (cap && (level == PBR_CAP_LIFE) == life &&
            (names(cap->column, name) || names(cap->minus, name)))
            return true;
    }
    return false;
}

static bool other_price(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                        size_t cohort)
{
    const struct wanted *w = context;
    const pbr_number *n = w->number;
    bool life = strcmp(n->year, "life") == 0;
    if (area != n->area) return true;
    if (life) return !caps_name(rules->terms, line, n->column, true);
    return strcmp(w->settlement->contract->cohorts[cohort].contract_year, n->year) != 0 ||
           !(line_names(line, n->column) || caps_name(rules->terms, line, n->column, false));
}

/* Which cohort's row gives the reference mean of a metric. */
static bool is_reference(const pbr_metric *metric, const char *cohort)
{
    if (metric->adjust == PBR_NO_ADJUSTMENT) return false;
    return (metric->reference == PBR_ANNUAL_ROW && strcmp(cohort, "annual") == 0) ||
           (metric->reference == PBR_POOLED_ROWS && cohort[0] == 'Q');
}

static bool other_baseline(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                           size_t cohort)
{
    const struct wanted *w = context;
    const pbr_number *n = w->number;
    const pbr_metric *metric = line->metric ? pbr_terms_metric(rules->terms, line->metric) : NULL;
    if (area != n->area || !metric || metric->compare_with != PBR_WITH_BASELINE ||
        !names(metric->id, n->key) || !names(metric->baseline, n->year))
        return true;
    return strcmp(w->settlement->contract->cohorts[cohort].baseline, n->cohort) != 0 &&
           !is_reference(metric, n->cohort);
}

static bool table_names(const pbr_payoff *payoff, const char *table)
{
    return payoff && names(payoff->table, table);
}

static bool other_step(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                       size_t cohort)
{
    const char *table = ((const struct wanted *)context)->number->key;
    (void)rules, (void)area, (void)cohort;
    return !table_names(line->better, table) && !table_names(line->neither, table) &&
           !table_names(line->worse, table);
}

static bool other_index(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                        size_t cohort)
{
    const struct wanted *w = context;
    (void)rules, (void)area;
    return !names(line->index, w->number->key) ||
           (!names(line->index_base, w->number->year) &&
            strcmp(w->settlement->contract->cohorts[cohort].contract_year, w->number->year) != 0);
}

bool pbr_used_number(const pbr_settlement *settlement, const pbr_number *number)
{
    static const struct {
        const char *table;
        visit other;
    } tables[] = {{"baselines.csv", other_baseline},
                  {"prices.csv", other_price},
                  {"steps.csv", other_step},
                  {"indices.csv", other_index}};
    struct wanted wanted = {settlement, number};
    for (size_t i = 0; i < sizeof tables / sizeof *tables; i++)
        if (strcmp(tables[i].table, number->table) == 0)
            return !walk(settlement, tables[i].other, &wanted);
    return false;
}

static bool other_area(void *context, const pbr_rules *rules, const pbr_line *line, size_t area,
                       size_t cohort)
{
    (void)rules, (void)line, (void)cohort;
    return area != *(const size_t *)context;
}

bool pbr_used_agreement(const pbr_settlement *settlement, const pbr_agreement *agreement)
{
    size_t area = agreement->area;
    return agreement->from <= settlement->as_at && !walk(settlement, other_area, &area);
}
