/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/judge.h"

#include "measure/filter.h"
#include "measure/mapping.h"
#include "measure/start_columns.h"

#include <string.h>

enum { FILTERS_MAX = 100 }; /* of one version; a class holds their numbers in a byte */

/* One version's conditions, bound to the columns. */
struct bound_rules {
    pbr_bound_filter *exclude, *unmeasurable;
    size_t transferred_column;
    bool needs_score;
};

struct pbr_judge {
    const pbr_population *population;
    const pbr_schema *schema;
    struct bound_rules *rules;
    int16_t *cohorts; /* [kind * days + day]; -1: none */
};

static bool rule_names_blank_score(const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->unmeasurable_count; i++)
        if (strcmp(terms->unmeasurable[i].column, "ogrs") == 0 && terms->unmeasurable[i].blank)
            return true;
    return false;
}

static bool adjusts(const pbr_terms *terms)
{
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (terms->metrics[i].adjust == PBR_SCORE_DIFFERENCE) return true;
    return false;
}

static pbr_bound_filter *bind_all(const pbr_contract *contract, const pbr_schema *schema,
                                  const pbr_filter *filters, unsigned count)
{
    pbr_bound_filter *bound = pbr_arena_alloc(contract->arena, (count + 1) * sizeof *bound);
    for (unsigned i = 0; i < count; i++) pbr_filter_bind(&bound[i], contract, &filters[i], schema);
    return bound;
}

static struct bound_rules *bind_rules(const pbr_contract *contract, const pbr_schema *schema)
{
    struct bound_rules *all = pbr_arena_alloc(contract->arena, contract->rules_count * sizeof *all);
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        all[i] = (struct bound_rules){
            .exclude = bind_all(contract, schema, terms->exclude, terms->exclude_count),
            .unmeasurable =
                bind_all(contract, schema, terms->unmeasurable, terms->unmeasurable_count),
            .transferred_column = terms->transferred.column
                                      ? pbr_schema_column(schema, terms->transferred.column)
                                      : PBR_NONE,
            .needs_score = adjusts(terms) && !rule_names_blank_score(terms),
        };
    }
    return all;
}

static bool filters_fit(const pbr_contract *contract, pbr_diag *diag)
{
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        if (terms->exclude_count <= FILTERS_MAX && terms->unmeasurable_count <= FILTERS_MAX)
            continue;
        pbr_error(diag, "bad-contract", PBR_NOWHERE,
                  "rules \"%s\" have more than %d exclusions: merge some with `in`",
                  contract->rules[i].name, FILTERS_MAX);
        return false;
    }
    return true;
}

/* The day of a start is counted from the first one of any cohort, in a few bits. */
static bool days_fit(const pbr_population *population, pbr_diag *diag)
{
    enum { DAYS = 1 << PBR_DAY_BITS };
    if (population->days <= DAYS) return true;
    pbr_error(diag, "bad-contract", PBR_NOWHERE,
              "the cohorts lie up to %d days apart, and can be measured over %d: correct the days "
              "of named cohorts",
              (int)population->days, DAYS);
    return false;
}

/* Of several cohorts of a kind that hold a day the first one is meant. */
static int16_t *cohorts_by_day(const pbr_population *population)
{
    const pbr_contract *contract = population->contract;
    size_t days = (size_t)population->days, count = population->kinds_count * days;
    int16_t *cohorts = pbr_arena_alloc(contract->arena, count * sizeof *cohorts);
    for (size_t i = 0; i < count; i++) cohorts[i] = -1;
    for (size_t kind = 0; kind < population->kinds_count; kind++)
        for (size_t i = contract->cohorts_count; i-- > 0;) {
            const pbr_cohort *cohort = &contract->cohorts[i];
            if (cohort->kind != population->kinds[kind]) continue;
            int16_t *own = cohorts + kind * days;
            for (pbr_date day = cohort->from; day < cohort->to; day++)
                own[day - population->first_day] = (int16_t)i;
        }
    return cohorts;
}

const pbr_judge *pbr_judge_new(pbr_population *population, pbr_diag *diag)
{
    const pbr_contract *contract = population->contract;
    if (!filters_fit(contract, diag) || !days_fit(population, diag)) return NULL;
    pbr_windows_make(population);
    pbr_judge *judge = pbr_arena_alloc(contract->arena, sizeof *judge);
    judge->population = population;
    judge->schema = pbr_cohort_schema(contract);
    judge->rules = bind_rules(contract, judge->schema);
    judge->cohorts = cohorts_by_day(population);
    return judge;
}

static bool is_own(size_t column)
{
    return column == PBR_START_PERSON || column == PBR_START_DATE || column == PBR_START_LABEL;
}

/* False if what the filter says differs between rows whose cells are alike. */
static bool note_filter(const pbr_judge *judge, const pbr_filter *filter, bool *decides,
                        bool *dated)
{
    size_t column = pbr_schema_column(judge->schema, filter->column);
    bool by_day = filter->before || filter->after;
    if (is_own(column) || (column < PBR_START_COLUMNS && by_day)) return false;
    if (column == PBR_START_SCORE) return filter->blank != NULL;
    *(by_day ? &dated[column] : &decides[column]) = true;
    return true;
}

bool pbr_judge_columns(const pbr_judge *judge, bool *decides, bool *dated)
{
    const pbr_contract *contract = judge->population->contract;
    bool alike = true;
    decides[PBR_START_AREA] = decides[PBR_START_TYPE] = decides[PBR_START_GROUP] = true;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        for (unsigned k = 0; k < terms->exclude_count; k++)
            alike &= note_filter(judge, &terms->exclude[k], decides, dated);
        for (unsigned k = 0; k < terms->unmeasurable_count; k++)
            alike &= note_filter(judge, &terms->unmeasurable[k], decides, dated);
        size_t transferred = judge->rules[i].transferred_column;
        if (transferred == PBR_NONE) continue;
        alike &= transferred >= PBR_START_COLUMNS;
        dated[transferred] = true;
    }
    return alike;
}

static bool read_area(const pbr_contract *contract, pbr_table *table, uint16_t *area)
{
    size_t found;
    pbr_slice code = pbr_extract_code(contract, "cpa", pbr_table_cell(table, PBR_START_AREA));
    if (!pbr_extract_area(contract, table, PBR_START_AREA, code, &found)) return false;
    *area = (uint16_t)found;
    return true;
}

static bool read_group(pbr_table *table, bool *control)
{
    pbr_slice cell = pbr_table_cell(table, PBR_START_GROUP);
    *control = pbr_slice_is(cell, "control");
    return !cell.length || pbr_table_text(table, PBR_START_GROUP, &cell);
}

static bool type_is_known(pbr_table *table, const pbr_terms *terms, pbr_slice type)
{
    for (unsigned i = 0; i < terms->cohort.start_types_count; i++)
        if (pbr_slice_is(type, terms->cohort.start_types[i])) return true;
    const char *near = pbr_near_miss_in(type, (const char *const *)terms->cohort.start_types,
                                        terms->cohort.start_types_count);
    char remedy[512] = "use ";
    size_t used = strlen(remedy);
    if (near) snprintf(remedy, sizeof remedy, "did you mean \"%s\"?", near);
    for (unsigned i = 0; !near && i < terms->cohort.start_types_count && used < sizeof remedy; i++)
        used += (size_t)snprintf(remedy + used, sizeof remedy - used, "%s%s", i ? ", " : "",
                                 terms->cohort.start_types[i]);
    pbr_table_error(table, PBR_START_TYPE, "unknown-start-type", "is not known", remedy);
    return false;
}

static pbr_date transfer_day(pbr_table *table, const struct bound_rules *rules,
                             const pbr_window *window)
{
    pbr_date day;
    if (rules->transferred_column == PBR_NONE ||
        !pbr_table_date(table, rules->transferred_column, &day))
        return PBR_NO_DATE;
    return day >= window->start && day < window->follow_up_end ? day : PBR_NO_DATE;
}

static bool no_rules(const pbr_contract *contract, pbr_table *table, size_t cohort)
{
    char remedy[160];
    snprintf(remedy, sizeof remedy,
             "no agreement is in force for it on the day that cohort %s "
             "takes its rules from",
             contract->cohorts[cohort].name);
    pbr_table_error(table, PBR_START_AREA, "no-agreement", "is not under contract", remedy);
    return false;
}

/* The number of the first filter behind that number which holds for the row, or 0. */
static uint8_t filter_after(pbr_table *table, const pbr_bound_filter *filters, unsigned count,
                            unsigned after, const pbr_window *window)
{
    unsigned found = pbr_filter_first(filters + after, count - after, table, window);
    return (uint8_t)(found ? found + after : 0);
}

static void apply_filters(const struct bound_rules *rules, const pbr_terms *terms, pbr_table *table,
                          const pbr_window *window, pbr_ruling *judged)
{
    unsigned excludes = terms->exclude_count, unmeasurables = terms->unmeasurable_count;
    judged->excluded = filter_after(table, rules->exclude, excludes, 0, window);
    judged->unmeasurable = filter_after(table, rules->unmeasurable, unmeasurables, 0, window);
    if (judged->excluded)
        judged->excluded_next =
            filter_after(table, rules->exclude, excludes, judged->excluded, window);
    if (judged->unmeasurable)
        judged->unmeasurable_next =
            filter_after(table, rules->unmeasurable, unmeasurables, judged->unmeasurable, window);
}

static bool words_are_sound(const struct bound_rules *rules, const pbr_terms *terms,
                            pbr_table *table)
{
    return pbr_filter_words_sound(rules->exclude, terms->exclude_count, table) &&
           pbr_filter_words_sound(rules->unmeasurable, terms->unmeasurable_count, table);
}

/* How one kind of period sees the row, whose day is one of the cohorts'. */
static bool judge_kind(const pbr_judge *judge, pbr_table *table, pbr_judged_row *row, size_t kind)
{
    const pbr_population *population = judge->population;
    const pbr_contract *contract = population->contract;
    pbr_ruling *judged = &row->class.kinds[kind];
    size_t days = (size_t)population->days, day = (size_t)(row->date - population->first_day);
    int16_t cohort = judge->cohorts[kind * days + day];
    if (cohort < 0) return true;
    size_t place = row->class.area * contract->cohorts_count + (size_t)cohort;
    int version = population->versions[place];
    if (version < 0) return no_rules(contract, table, (size_t)cohort);
    const pbr_terms *terms = contract->rules[version].terms;
    const struct bound_rules *rules = &judge->rules[version];
    const pbr_window *window = &population->windows[(size_t)version * days + day];
    judged->cohort = cohort;
    judged->rules = (uint8_t)version;
    row->transferred[kind] = transfer_day(table, rules, window);
    judged->transferred = row->transferred[kind] != PBR_NO_DATE;
    if (!words_are_sound(rules, terms, table)) return false;
    apply_filters(rules, terms, table, window, judged);
    if (rules->needs_score && row->score == PBR_NO_SCORE) {
        pbr_table_error(table, PBR_START_SCORE, "missing-score", "is blank",
                        "the contract adjusts by score: give one, or name the case in an "
                        "`unmeasurable` rule");
        return false;
    }
    return type_is_known(table, terms, row->type);
}

/* Could a cohort hold the day? */
static bool is_in_days(const pbr_population *population, pbr_date day)
{
    return day >= population->first_day && day - population->first_day < population->days;
}

bool pbr_judge_row(const pbr_judge *judge, pbr_table *table, bool sound, pbr_judged_row *row)
{
    const pbr_contract *contract = judge->population->contract;
    memset(&row->class, 0, sizeof row->class);
    bool ok = read_area(contract, table, &row->class.area);
    ok &= read_group(table, &row->class.control);
    row->type = pbr_extract_code(contract, "start_type", pbr_table_cell(table, PBR_START_TYPE));
    for (size_t k = 0; k < PBR_KINDS; k++) row->class.kinds[k].cohort = -1;
    if (!ok || !sound) return false;
    size_t kinds = is_in_days(judge->population, row->date) ? judge->population->kinds_count : 0;
    for (size_t k = 0; ok && k < kinds; k++) ok = judge_kind(judge, table, row, k);
    return ok;
}
