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
static const pbr_measure *other_measure(const pbr_workings *all, const pbr_working_row *row)
{
    const pbr_metric *metric = row->result->metric;
    if (metric->compare_with == PBR_WITH_CONTROL)
        return pbr_measures_find(all->measures, row->area, row->cohort, true);
    size_t cohort = pbr_contract_cohort(all->settlement->contract, metric->cohort);
    return pbr_measures_find(all->measures, row->area, cohort, false);
}

const pbr_measure *pbr_ingredient_measure(const pbr_workings *all, const pbr_working_row *row,
                                          const pbr_stage *stage)
{
    return stage->other ? other_measure(all, row) : row->result->measure;
}

static const pbr_value *count(const struct source *s)
{
    const pbr_measure *m = pbr_ingredient_measure(s->all, s->row, s->step);
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
    bool is_number =
        pbr_decimal_parse(value, found->value, strlen(found->value), PBR_TERM_DECIMALS);
    const pbr_value *made = is_number ? pbr_value_exact(s->all->pool, value)
                                      : pbr_value_word(s->all->pool, found->value);
    mpq_clear(value);
    return made;
}

/* The table's step with the number, counted from 1. */
const pbr_step *pbr_ingredient_step(const pbr_workings *all, const pbr_stage *stage)
{
    long wanted = strtol(stage->other, NULL, 10), seen = 0;
    const pbr_contract *contract = all->settlement->contract;
    for (size_t i = 0; i < contract->steps_count; i++)
        if (strcmp(contract->steps[i].table, stage->key) == 0 && ++seen == wanted)
            return &contract->steps[i];
    return NULL;
}

bool pbr_ingredient_step_from(const pbr_stage *stage)
{
    return strstr(stage->field, "_from_") != NULL;
}

static const pbr_value *table_step(const struct source *s)
{
    const pbr_step *row = pbr_ingredient_step(s->all, s->step);
    if (!row) return pbr_value_none();
    return number(s, true, pbr_ingredient_step_from(s->step) ? row->at_least : row->value);
}

const pbr_index *pbr_ingredient_index(const pbr_workings *all, const pbr_working *working,
                                      const pbr_working_row *row, const pbr_stage *stage)
{
    const pbr_contract *contract = all->settlement->contract;
    const char *year = strcmp(stage->key, "now") == 0 ? contract->cohorts[row->cohort].contract_year
                                                      : working->line->index_base;
    for (size_t i = 0; i < contract->indices_count; i++)
        if (strcmp(contract->indices[i].series, working->line->index) == 0 &&
            strcmp(contract->indices[i].contract_year, year) == 0)
            return &contract->indices[i];
    return NULL;
}

static const pbr_value *index_value(const struct source *s)
{
    const pbr_index *index = pbr_ingredient_index(s->all, s->working, s->row, s->step);
    return index ? number(s, true, index->value) : pbr_value_none();
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

const pbr_weight *pbr_ingredient_weight(const pbr_working *working, const pbr_stage *stage)
{
    return &working->line->weights[strtol(stage->key, NULL, 10) - 1];
}

static const pbr_value *volume(const struct source *s)
{
    const pbr_weight *weight = pbr_ingredient_weight(s->working, s->step);
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

const pbr_level *pbr_ingredient_level(const pbr_workings *all, const pbr_working *working,
                                      const pbr_working_row *row)
{
    const pbr_settle_options *options = all->options;
    for (size_t i = 0; i < options->levels_count; i++) {
        const pbr_level *level = &options->levels[i];
        if (level->area == row->area && level->month == row->cohort &&
            strcmp(level->measure, working->line->measure) == 0)
            return level;
    }
    return NULL;
}

static const pbr_value *level(const struct source *s)
{
    const pbr_level *row = pbr_ingredient_level(s->all, s->working, s->row);
    if (!row) return pbr_value_none();
    return whole(s, strcmp(s->step->key, "numerator") == 0 ? row->numerator : row->denominator);
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
