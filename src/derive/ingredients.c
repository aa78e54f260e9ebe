/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What goes into the formulas: counts, terms, baselines, prices, and what other lines came to. */
#include "derive/working.h"

#include <stdlib.h>
#include <string.h>

struct source {
    pbr_workings *all;
    const pbr_working *working;
    const pbr_working_row *row;
    const pbr_stage *step;
};

static const pbr_contract *contract_of(const struct source *s)
{
    return s->all->settlement->contract;
}

static const pbr_cohort *cohort_of(const struct source *s)
{
    return &contract_of(s)->cohorts[s->row->cohort];
}

static const pbr_value *number(const struct source *s, bool known, const mpq_t value)
{
    return known ? pbr_value_exact(s->all->pool, value) : pbr_value_none();
}

static const pbr_value *whole(const struct source *s, int64_t value)
{
    return pbr_value_int(s->all->pool, value);
}

/* --- counts --- */

/* The control group or the earlier cohort that the row is compared with. */
static const pbr_measure *other_measure(const struct source *s)
{
    const pbr_metric *metric = s->row->result->metric;
    if (metric->compare_with == PBR_WITH_CONTROL)
        return pbr_measures_find(s->all->measures, s->row->area, s->row->cohort, true);
    size_t cohort = pbr_contract_cohort(contract_of(s), metric->cohort);
    return pbr_measures_find(s->all->measures, s->row->area, cohort, false);
}

static const pbr_value *count(const struct source *s)
{
    const pbr_measure *m = s->step->other ? other_measure(s) : s->row->result->measure;
    const char *key = s->step->key;
    if (!m) return pbr_value_none();
    const struct {
        const char *key;
        int64_t value;
    } wholes[] = {{"starts", m->starts},
                  {"eligible", m->eligible},
                  {"measurable", m->measurable},
                  {"reoffenders", m->reoffenders},
                  {"reoffences", m->reoffences}};
    const struct {
        const char *key;
        bool known;
        const mpq_t *value;
    } sums[] = {{"reoffences_squared", m->has_squared, &m->reoffences_squared},
                {"ogrs_sum", m->has_ogrs_sum, &m->ogrs_sum},
                {"ogrs_squares", m->has_ogrs_squares, &m->ogrs_squares},
                {"ogrs_sum_reoffenders", m->has_ogrs_sum_reoffenders, &m->ogrs_sum_reoffenders},
                {"days", m->has_days, &m->days},
                {"expected", m->has_expected, &m->expected}};
    for (size_t i = 0; i < sizeof wholes / sizeof *wholes; i++)
        if (strcmp(wholes[i].key, key) == 0) return whole(s, wholes[i].value);
    for (size_t i = 0; i < sizeof sums / sizeof *sums; i++)
        if (strcmp(sums[i].key, key) == 0) return number(s, sums[i].known, *sums[i].value);
    return pbr_value_none();
}

/* --- what the contract tables --- */

const pbr_baseline *pbr_ingredient_baseline(const pbr_workings *all, const pbr_working_row *row,
                                            const pbr_stage *step)
{
    if (!row->result->baseline || !step->other) return row->result->baseline;
    return pbr_contract_baseline(all->settlement->contract, row->area, step->other,
                                 row->result->metric);
}

static const pbr_value *baseline(const struct source *s)
{
    const pbr_baseline *row = pbr_ingredient_baseline(s->all, s->row, s->step);
    const char *key = s->step->key;
    if (!row) return pbr_value_none();
    if (strcmp(key, "cases") == 0) return row->has_cases ? whole(s, row->cases) : pbr_value_none();
    const struct {
        const char *key;
        bool known;
        const mpq_t *value;
    } cells[] = {{"rate", true, &row->rate},
                 {"sd", row->has_sd, &row->sd},
                 {"ogrs_mean", row->has_ogrs_mean, &row->ogrs_mean},
                 {"lower", row->has_lower, &row->lower},
                 {"upper", row->has_upper, &row->upper},
                 {"terminate", row->has_terminate, &row->terminate}};
    for (size_t i = 0; i < sizeof cells / sizeof *cells; i++)
        if (strcmp(cells[i].key, key) == 0) return number(s, cells[i].known, *cells[i].value);
    return pbr_value_none();
}

static const pbr_value *price(const struct source *s)
{
    const pbr_contract *contract = contract_of(s);
    const pbr_price *row = pbr_contract_price(contract, s->row->area, cohort_of(s)->contract_year);
    size_t column = pbr_contract_money_column(contract, s->step->key);
    if (!row || column >= contract->money_columns_count) return pbr_value_none();
    return number(s, true, row->amounts[column]);
}

const pbr_term *pbr_ingredient_term(const pbr_rules *rules, const char *path)
{
    for (size_t i = 0; i < rules->list_count; i++)
        if (strcmp(rules->list[i].path, path) == 0) return &rules->list[i];
    return NULL;
}

static const pbr_value *term(const struct source *s)
{
    mpq_t value;
    const pbr_term *found = pbr_ingredient_term(s->working->rules, s->step->key);
    if (!found) return pbr_value_none();
    mpq_init(value);
    bool is_number = pbr_decimal_parse(value, found->value, strlen(found->value), 10);
    const pbr_value *made = is_number ? pbr_value_exact(s->all->pool, value)
                                      : pbr_value_word(s->all->pool, found->value);
    mpq_clear(value);
    return made;
}

/* A cell of the table's step with the number, counted from 1. */
static const pbr_value *table_step(const struct source *s)
{
    long wanted = strtol(s->step->other, NULL, 10), seen = 0;
    const pbr_contract *contract = contract_of(s);
    for (size_t i = 0; i < contract->steps_count; i++) {
        const pbr_step *row = &contract->steps[i];
        if (strcmp(row->table, s->step->key) != 0 || ++seen != wanted) continue;
        return number(s, true, strstr(s->step->field, "_from_") ? row->at_least : row->value);
    }
    return pbr_value_none();
}

static const pbr_value *index_value(const struct source *s)
{
    const pbr_contract *contract = contract_of(s);
    const char *year = strcmp(s->step->key, "now") == 0 ? cohort_of(s)->contract_year
                                                        : s->working->line->index_base;
    for (size_t i = 0; i < contract->indices_count; i++)
        if (strcmp(contract->indices[i].series, s->working->line->index) == 0 &&
            strcmp(contract->indices[i].contract_year, year) == 0)
            return number(s, true, contract->indices[i].value);
    return pbr_value_none();
}

/* --- what the run gave --- */

static const pbr_value *other_result(const struct source *s)
{
    const pbr_working *working;
    const pbr_working_row *row =
        pbr_workings_row(s->all, s->row->area, s->row->cohort, s->step->key, &working);
    if (!row) return pbr_value_none();
    return pbr_value_word(s->all->pool, pbr_verdict_text(row->result->verdict));
}

static bool in_span(const struct source *s, size_t month)
{
    const pbr_contract *contract = contract_of(s);
    return contract->cohorts[month].kind == PBR_MONTH &&
           strcmp(contract->cohorts[month].contract_year, cohort_of(s)->contract_year) == 0 &&
           pbr_contract_rules(contract, s->row->area, month, s->all->settlement->as_at) ==
               s->working->rules;
}

static const pbr_value *volume(const struct source *s)
{
    const pbr_weight *weight = &s->working->line->weights[strtol(s->step->key, NULL, 10) - 1];
    const pbr_settle_options *options = s->all->options;
    int64_t starts = 0;
    for (size_t i = 0; i < options->volumes_count; i++) {
        const pbr_volume *row = &options->volumes[i];
        if (row->area == s->row->area && !strcmp(row->type, weight->type) &&
            !strcmp(row->band, weight->band) && in_span(s, row->month))
            starts += row->starts;
    }
    return whole(s, starts);
}

static const pbr_value *level(const struct source *s)
{
    const pbr_settle_options *options = s->all->options;
    for (size_t i = 0; i < options->levels_count; i++) {
        const pbr_level *row = &options->levels[i];
        if (row->area == s->row->area && row->month == s->row->cohort &&
            strcmp(row->measure, s->working->line->measure) == 0)
            return whole(s, strcmp(s->step->key, "numerator") == 0 ? row->numerator
                                                                   : row->denominator);
    }
    return pbr_value_none();
}

/* The months of the contract year under this version; and its first or last one. */
static const pbr_value *span(const struct source *s)
{
    size_t months = 0, first = PBR_NONE, last = PBR_NONE;
    for (size_t i = 0; i < contract_of(s)->cohorts_count; i++) {
        if (!in_span(s, i)) continue;
        if (first == PBR_NONE) first = i;
        last = i;
        months++;
    }
    if (strcmp(s->step->key, "span_months") == 0) return whole(s, (int64_t)months);
    size_t named = s->working->line->residue == PBR_RESIDUE_LAST ? last : first;
    return pbr_value_word(s->all->pool, named == s->row->cohort ? "yes" : "no");
}

static const pbr_value *hurdle_met(const struct source *s)
{
    const pbr_result *result = s->row->result;
    return pbr_value_word(s->all->pool, result->hurdle_met ? "yes" : "no");
}

static const pbr_value *engine(const struct source *s)
{
    const char *key = s->step->key;
    const pbr_result *result = s->row->result;
    if (!strcmp(key, "span_months") || !strcmp(key, "takes_residue")) return span(s);
    if (!strcmp(key, "hurdle_met")) return hurdle_met(s);
    if (!result->baseline) return pbr_value_none();
    if (!strcmp(key, "baseline_cases")) return whole(s, result->baseline->cases);
    if (!result->has_limits) return pbr_value_none();
    return number(s, true, strcmp(key, "lower") == 0 ? result->lower : result->upper);
}

const pbr_value *pbr_ingredient(pbr_workings *all, const pbr_working *working,
                                const pbr_working_row *row, const pbr_stage *stage)
{
    static const pbr_value *(*const ORIGINS[])(const struct source *) = {
        [PBR_STAGE_COUNT] = count,         [PBR_STAGE_BASELINE] = baseline,
        [PBR_STAGE_PRICE] = price,         [PBR_STAGE_TERM] = term,
        [PBR_STAGE_STEP] = table_step,     [PBR_STAGE_INDEX] = index_value,
        [PBR_STAGE_RESULT] = other_result, [PBR_STAGE_VOLUME] = volume,
        [PBR_STAGE_LEVEL] = level,         [PBR_STAGE_ENGINE] = engine,
    };
    if (stage->origin == PBR_STAGE_FLOW) return pbr_flow_ingredient(all, working, row, stage);
    struct source source = {all, working, row, stage};
    return ORIGINS[stage->origin](&source);
}
