/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/working.h"

#include "base/must.h"
#include "derive/functions.h"
#include "derive/spreadsheet.h"

#include <ctype.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>

struct maker {
    pbr_workings *all;
    pbr_diag *diag;
    size_t room;
};

static size_t figure_of(const char *field);

/* --- stages --- */

size_t pbr_working_stage(const pbr_working *working, const char *field)
{
    size_t i = 0;
    while (i < working->stages_count && strcmp(working->stages[i].field, field) != 0) i++;
    return i;
}

pbr_stage *pbr_stage_add(pbr_working *working, const char *field, const char *title, pbr_unit unit,
                         pbr_stage_origin origin, const char *key)
{
    working->stages = pbr_grow(working->stages, &working->stages_room, working->stages_count + 1,
                               sizeof *working->stages);
    pbr_stage *stage = &working->stages[working->stages_count++];
    *stage = (pbr_stage){
        .field = field,
        .title = title,
        .unit = unit,
        .origin = origin,
        .key = key,
        .figure = figure_of(field),
    };
    return stage;
}

pbr_stage *pbr_stage_formula(pbr_workings *all, pbr_working *working, const char *field,
                             const char *title, pbr_unit unit, const char *formula)
{
    pbr_stage *stage = pbr_stage_add(working, field, title, unit, PBR_STAGE_FORMULA, NULL);
    stage->formula = pbr_expr_parse(all->arena, formula);
    return stage;
}

void pbr_stage_cite(pbr_stage *stage, const char *path)
{
    size_t i = 0;
    while (i < PBR_CITES_MAX && stage->cites[i]) i++;
    if (i < PBR_CITES_MAX) stage->cites[i] = path;
}

const char *pbr_stage_path(pbr_workings *all, const pbr_working *working, const char *rest)
{
    return pbr_arena_printf(all->arena, "lines.%s.%s", working->line->id, rest);
}

const char *pbr_plain_name(pbr_arena *arena, const char *name)
{
    char *plain = pbr_arena_text(arena, name, strlen(name));
    for (char *at = plain; *at; at++)
        if (!isalnum((unsigned char)*at)) *at = '_';
    return plain;
}

/* --- values --- */

struct row_context {
    const pbr_workings *all;
    const pbr_working *working;
    const pbr_working_row *row;
};

static const pbr_value *look_up(const void *context, const pbr_expr *name)
{
    const struct row_context *c = context;
    size_t stages = c->working->stages_count;
    if (name->number >= stages) return c->all->constants[name->number - stages];
    return c->row->values[name->number];
}

/* A stage before the one that names it, or a constant. */
static size_t number_of(const void *context, const char *name)
{
    const pbr_working *working = context;
    size_t stage = pbr_working_stage(working, name), constant = pbr_constant_named(name);
    if (stage < working->stages_count) return stage;
    if (constant < pbr_constants_count) return working->stages_count + constant;
    pbr_internal_error("no stage is called \"%s\"", name);
}

static const pbr_value *yes_no(pbr_pool *pool, bool yes)
{
    return pbr_value_word(pool, yes ? "yes" : "no");
}

/* --- what the engine settled; NULL where it does not say --- */

#define OF_RESULT(name, known, value)                                                              \
    static const pbr_value *name(pbr_pool *pool, const pbr_working_row *row)                       \
    {                                                                                              \
        const pbr_result *r = row->result;                                                         \
        return r && (known) ? (value) : NULL;                                                      \
    }
#define OF_CLAIM(name, value)                                                                      \
    static const pbr_value *name(pbr_pool *pool, const pbr_working_row *row)                       \
    {                                                                                              \
        const pbr_claim *c = row->claim;                                                           \
        return c ? (value) : NULL;                                                                 \
    }

OF_RESULT(cases_of, r->has_rate, pbr_value_int(pool, r->cases))
OF_RESULT(rate_of, r->has_rate, pbr_value_exact(pool, r->rate))
OF_RESULT(adjustment_of, r->has_rate, pbr_value_exact(pool, r->adjustment))
OF_RESULT(adjusted_of, r->has_rate, pbr_value_exact(pool, r->adjusted))
OF_RESULT(baseline_of, r->baseline, pbr_value_exact(pool, r->baseline->rate))
OF_RESULT(change_of, r->has_limits, pbr_value_exact(pool, r->change))
OF_RESULT(lower_of, r->has_limits, pbr_value_exact(pool, r->lower))
OF_RESULT(upper_of, r->has_limits, pbr_value_exact(pool, r->upper))
OF_RESULT(verdict_of, true, pbr_value_word(pool, pbr_verdict_text(r->verdict)))
OF_RESULT(terminate_of, true, yes_no(pool, r->terminate))
OF_RESULT(hurdle_of, true, yes_no(pool, r->hurdle_met))
OF_RESULT(gated_of, true, yes_no(pool, r->gated))
OF_CLAIM(units_of, pbr_value_exact(pool, c->units))
OF_CLAIM(price_of, pbr_value_exact(pool, c->price))
OF_CLAIM(computed_of, pbr_value_int(pool, c->computed_pence))

static const struct {
    const char *field;
    const pbr_value *(*of)(pbr_pool *pool, const pbr_working_row *row);
} FIGURES[] = {
    {"cases", cases_of},
    {"rate", rate_of},
    {"adjustment", adjustment_of},
    {"adjusted_rate", adjusted_of},
    {"baseline", baseline_of},
    {"change", change_of},
    {"lower", lower_of},
    {"upper", upper_of},
    {"result", verdict_of},
    {"terminate", terminate_of},
    {"hurdle_met", hurdle_of},
    {"gated", gated_of},
    {"units", units_of},
    {"unit_price", price_of},
    {"computed_pence", computed_of},
};
enum { FIGURES_COUNT = sizeof FIGURES / sizeof *FIGURES };

static size_t figure_of(const char *field)
{
    size_t i = 0;
    while (i < FIGURES_COUNT && strcmp(FIGURES[i].field, field) != 0) i++;
    return i;
}

static const pbr_value *of_engine(const pbr_workings *all, const pbr_working *working,
                                  const pbr_working_row *row, const pbr_stage *stage)
{
    if (!working->line) return pbr_flow_of_engine(all, working, row, stage->field);
    return stage->figure < FIGURES_COUNT ? FIGURES[stage->figure].of(all->pool, row) : NULL;
}

static void differs(struct maker *m, const pbr_working *working, const pbr_working_row *row,
                    const char *field)
{
    const pbr_contract *contract = m->all->settlement->contract;
    pbr_error(m->diag, "derivation-differs", PBR_NOWHERE,
              "area %s, cohort %s, line %s: %s does not follow from the contract's terms as the "
              "workings state them: this is an error of the program; nothing was written",
              contract->areas[row->area].code, contract->cohorts[row->cohort].name,
              working->line ? working->line->id : row->claim->line->id, field);
}

/* Limits are statistics: the engine's last digit holds. Everything else must be the same. */
static const pbr_value *agreed(struct maker *m, const pbr_working *working,
                               const pbr_working_row *row, const pbr_stage *stage,
                               const pbr_value *value)
{
    const pbr_value *own = of_engine(m->all, working, row, stage);
    if (!own) return value;
    if (!pbr_value_same(value, own)) {
        bool no_result = row->result && row->result->verdict == PBR_NO_RESULT;
        bool limit = !strcmp(stage->field, "lower") || !strcmp(stage->field, "upper");
        bool near = limit && fabs(pbr_value_number(value) - pbr_value_number(own)) < 1e-9;
        if (!near && !no_result) differs(m, working, row, stage->field);
    }
    return own;
}

/* Stages that only a priced row has stay empty where nothing is priced. */
static void work_row(struct maker *m, pbr_working *working, pbr_working_row *row)
{
    struct row_context context = {m->all, working, row};
    row->values = pbr_arena_alloc(m->all->arena, (working->stages_count + 1) * sizeof *row->values);
    for (size_t i = 0; i < working->stages_count; i++) row->values[i] = pbr_value_none();
    for (size_t i = 0; i < working->stages_count; i++) {
        const pbr_stage *stage = &working->stages[i];
        if (i >= working->priced_from && !row->claim) continue;
        const pbr_value *value =
            stage->formula ? pbr_expr_value(stage->formula, m->all->pool, look_up, &context)
                           : pbr_ingredient(m->all, working, row, stage);
        row->values[i] = agreed(m, working, row, stage, value);
    }
    row->floating = pbr_spreadsheet_row(m->all, working, row);
}

static void plan_stages(struct maker *m, pbr_working *working)
{
    if (working->line->kind == PBR_OUTCOME)
        pbr_stages_outcome(m->all, working);
    else
        pbr_stages_month(m->all, working);
}

static void work_rows(struct maker *m, pbr_working *working)
{
    for (size_t i = 0; i < working->stages_count; i++)
        if (working->stages[i].formula)
            pbr_expr_resolve(working->stages[i].formula, number_of, working);
    for (size_t i = 0; i < working->rows_count; i++) work_row(m, working, &working->rows[i]);
}

/* --- which lines, which rows --- */

static pbr_working *working_for(struct maker *m, const pbr_rules *rules, const pbr_line *line)
{
    pbr_workings *all = m->all;
    for (size_t i = 0; i < all->count; i++)
        if (all->workings[i].rules == rules && all->workings[i].line == line)
            return &all->workings[i];
    all->workings = pbr_grow(all->workings, &m->room, all->count + 1, sizeof *all->workings);
    pbr_working *made = &all->workings[all->count++];
    *made = (pbr_working){.rules = rules, .line = line};
    return made;
}

pbr_working_row *pbr_working_add_row(pbr_working *working, size_t area, size_t cohort)
{
    working->rows = pbr_grow(working->rows, &working->rows_room, working->rows_count + 1,
                             sizeof *working->rows);
    pbr_working_row *row = &working->rows[working->rows_count++];
    row->area = area;
    row->cohort = cohort;
    return row;
}

/* Claims stand in the order of the results that they are of. */
static void add_rows(struct maker *m)
{
    const pbr_settlement *s = m->all->settlement;
    const pbr_claims *claims = s->claims;
    size_t next = 0;
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        pbr_working *working = working_for(m, result->rules, result->line);
        pbr_working_row *row = pbr_working_add_row(working, result->area, result->cohort);
        bool priced = next < claims->count && claims->items[next].result == result;
        row->result = result;
        row->claim = priced ? &claims->items[next++] : NULL;
    }
    for (; next < claims->count; next++) {
        const pbr_claim *claim = &claims->items[next];
        if (claim->adopted) continue;
        pbr_working *working = working_for(m, claim->rules, claim->line);
        pbr_working_add_row(working, claim->area, claim->cohort)->claim = claim;
    }
}

static int by_terms(const void *left, const void *right)
{
    const pbr_working *a = left, *b = right;
    if (a->rules != b->rules) return a->rules < b->rules ? -1 : 1;
    return a->line < b->line ? -1 : a->line > b->line;
}

static int by_place(const void *left, const void *right)
{
    const pbr_working_row *a = left, *b = right;
    if (a->area != b->area) return a->area < b->area ? -1 : 1;
    return a->cohort < b->cohort ? -1 : a->cohort > b->cohort;
}

static const pbr_value **constant_values(pbr_workings *all)
{
    const pbr_value **values = pbr_arena_alloc(all->arena, pbr_constants_count * sizeof *values);
    for (size_t i = 0; i < pbr_constants_count; i++) values[i] = pbr_constant_value(all->pool, i);
    return values;
}

/* A hurdle's result is looked up in another working: all rows stand before any is worked out. */
static void sort_all(pbr_workings *all)
{
    if (all->count) qsort(all->workings, all->count, sizeof *all->workings, by_terms);
    for (size_t i = 0; i < all->count; i++)
        qsort(all->workings[i].rows, all->workings[i].rows_count, sizeof *all->workings[i].rows,
              by_place);
}

pbr_workings *pbr_workings_make(const pbr_settlement *settlement, const pbr_measures *measures,
                                const pbr_settle_options *options, pbr_diag *diag)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_workings *all = pbr_arena_alloc(arena, sizeof *all);
    *all = (pbr_workings){.settlement = settlement,
                          .measures = measures,
                          .options = options,
                          .arena = arena,
                          .pool = pbr_pool_new()};
    struct maker m = {all, diag, 0};
    all->constants = constant_values(all);
    add_rows(&m);
    sort_all(all);
    for (size_t i = 0; i < all->count; i++) {
        plan_stages(&m, &all->workings[i]);
        work_rows(&m, &all->workings[i]);
    }
    pbr_flows_plan(all);
    work_rows(&m, &all->net);
    for (size_t i = 0; i < PBR_CAP_LEVELS; i++) work_rows(&m, &all->caps[i]);
    work_rows(&m, &all->payments);
    return all;
}

static void free_one(pbr_working *working)
{
    free(working->stages);
    free(working->rows);
}

void pbr_workings_free(pbr_workings *workings)
{
    if (!workings) return;
    for (size_t i = 0; i < workings->count; i++) free_one(&workings->workings[i]);
    for (size_t i = 0; i < PBR_CAP_LEVELS; i++) free_one(&workings->caps[i]);
    free_one(&workings->net);
    free_one(&workings->payments);
    free(workings->workings);
    pbr_pool_free(workings->pool);
    pbr_arena_free(workings->arena);
}

const pbr_working_row *pbr_workings_row(const pbr_workings *workings, size_t area, size_t cohort,
                                        const char *line, const pbr_working **working)
{
    pbr_working_row wanted = {.area = area, .cohort = cohort};
    for (size_t i = 0; i < workings->count; i++) {
        *working = &workings->workings[i];
        if (strcmp((*working)->line->id, line) != 0) continue;
        const pbr_working_row *row =
            bsearch(&wanted, (*working)->rows, (*working)->rows_count, sizeof wanted, by_place);
        if (row) return row;
    }
    return NULL;
}
