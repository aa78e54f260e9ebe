/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/years.h"

#include <inttypes.h>
#include <string.h>

/* The rows of an area among measures, or attrition: those that were there and are in order, and
 * what was added for the area behind them all. */
struct rows {
    size_t from, to, added;
};

static size_t first_of(const struct rows *rows)
{
    return rows->from < rows->to ? rows->from : rows->added;
}

static size_t next_of(const struct rows *rows, size_t row)
{
    return row + 1 == rows->to ? rows->added : row + 1;
}

/* Of one area. */
struct area {
    size_t area;
    struct rows measures, attrition;
};

static size_t parts_in(const pbr_contract *contract, size_t whole)
{
    size_t count = 0;
    for (size_t i = 0; i < contract->cohorts_count; i++)
        count += pbr_contract_is_part(contract, i, whole);
    return count;
}

/* Sums the parts of the whole in an area and group; the snapshot is the oldest known of a part. */
static size_t sum_parts(pbr_measure *sum, const pbr_measures *measures, const struct rows *rows,
                        const pbr_contract *contract)
{
    size_t found = 0;
    for (size_t i = first_of(rows); i < measures->measures_count; i = next_of(rows, i)) {
        const pbr_measure *part = &measures->measures[i];
        if (part->control != sum->control ||
            !pbr_contract_is_part(contract, part->cohort, sum->cohort))
            continue;
        if (part->snapshot != PBR_NO_DATE &&
            (sum->snapshot == PBR_NO_DATE || part->snapshot < sum->snapshot))
            sum->snapshot = part->snapshot;
        pbr_measure_sum(sum, part);
        found++;
    }
    return found;
}

static bool agrees(const pbr_measure *a, const pbr_measure *b)
{
    return a->starts == b->starts && a->eligible == b->eligible && a->measurable == b->measurable &&
           a->reoffenders == b->reoffenders && a->reoffences == b->reoffences &&
           (!a->has_squared || !b->has_squared ||
            mpq_equal(a->reoffences_squared, b->reoffences_squared)) &&
           (!a->has_ogrs_sum || !b->has_ogrs_sum || mpq_equal(a->ogrs_sum, b->ogrs_sum));
}

static void compare_given(const pbr_measure *given, const pbr_measure *sum,
                          const pbr_contract *contract, pbr_diag *diag)
{
    if (agrees(given, sum)) return;
    pbr_error(diag, "year-disagrees", given->place,
              "area %s, cohort %s: the row is not the sum of its parts (%" PRId64
              " measurable and %" PRId64 " reoffenders against %" PRId64 " and %" PRId64
              "): correct it, or leave it out",
              contract->areas[given->area].code, contract->cohorts[given->cohort].name,
              given->measurable, given->reoffenders, sum->measurable, sum->reoffenders);
}

/* Looks among the rows of the whole, which were added from there on. */
static pbr_attrition *find_attrition(pbr_measures *measures, const pbr_attrition *part, size_t from)
{
    for (size_t i = from; i < measures->attrition_count; i++) {
        pbr_attrition *row = &measures->attrition[i];
        if (!strcmp(row->stage, part->stage) && !strcmp(row->reason, part->reason)) return row;
    }
    return NULL;
}

/* A new empty row for the year with the part's names. */
static pbr_attrition *add_attrition(pbr_measures *measures, const pbr_attrition *part,
                                    size_t cohort)
{
    pbr_attrition names = *part;
    pbr_attrition *row = pbr_attrition_add(measures);
    row->area = names.area;
    row->cohort = cohort;
    row->stage = names.stage;
    row->reason = names.reason;
    row->title = names.title;
    row->clause = names.clause;
    return row;
}

static void add_attrition_part(pbr_measures *measures, size_t part_index, size_t from,
                               size_t cohort)
{
    pbr_attrition *row = find_attrition(measures, &measures->attrition[part_index], from);
    if (!row) row = add_attrition(measures, &measures->attrition[part_index], cohort);
    const pbr_attrition *part = &measures->attrition[part_index];
    row->starts += part->starts;
    row->reoffenders += part->reoffenders;
    row->reoffences += part->reoffences;
    mpq_add(row->ogrs_sum, row->ogrs_sum, part->ogrs_sum);
}

static void sum_attrition(pbr_measures *measures, const struct rows *rows,
                          const pbr_contract *contract, size_t cohort)
{
    size_t count = measures->attrition_count;
    for (size_t i = first_of(rows); i < count; i = next_of(rows, i))
        if (pbr_contract_is_part(contract, measures->attrition[i].cohort, cohort))
            add_attrition_part(measures, i, count, cohort);
}

static void keep_sum(pbr_measures *measures, const pbr_measure *sum)
{
    pbr_measure *kept = pbr_measures_add(measures);
    pbr_measure_clear(kept);
    *kept = *sum;
}

static pbr_measure *given_whole(pbr_measures *measures, const struct rows *rows, size_t cohort,
                                bool control)
{
    for (size_t i = first_of(rows); i < measures->measures_count; i = next_of(rows, i)) {
        pbr_measure *m = &measures->measures[i];
        if (m->cohort == cohort && m->control == control) return m;
    }
    return NULL;
}

/* A whole that is given without all its parts is not complete: it is not priced (semantics 1). */
static void add_whole(pbr_measures *measures, const pbr_contract *contract, const struct area *area,
                      size_t cohort, bool control, pbr_diag *diag)
{
    pbr_measure sum;
    pbr_measure_init(&sum, area->area, cohort);
    sum.control = control;
    size_t found = sum_parts(&sum, measures, &area->measures, contract);
    pbr_measure *given = given_whole(measures, &area->measures, cohort, control);
    sum.complete = found == parts_in(contract, cohort);
    if (given) given->complete = sum.complete;
    if (given && sum.complete) compare_given(given, &sum, contract, diag);
    if (given || !found) {
        pbr_measure_clear(&sum);
        return;
    }
    keep_sum(measures, &sum);
    if (!control) sum_attrition(measures, &area->attrition, contract, cohort);
}

bool pbr_is_sum(const pbr_contract *contract, size_t area, size_t cohort, pbr_date as_at)
{
    const pbr_rules *rules = pbr_contract_rules(contract, area, cohort, as_at);
    pbr_period kind = contract->cohorts[cohort].kind;
    if (!rules || !pbr_terms_has_period(rules->terms, kind)) return false;
    return kind == PBR_POOL ||
           (kind == PBR_YEAR && rules->terms->cohort.year_members == PBR_SUM_OF_QUARTERS);
}

/* The next area's, behind those of the one before. */
static void find_rows(struct area *area, const pbr_measures *measures, size_t rows, size_t losses)
{
    struct rows *m = &area->measures, *a = &area->attrition;
    *m = (struct rows){m->to, m->to, measures->measures_count};
    *a = (struct rows){a->to, a->to, measures->attrition_count};
    while (m->to < rows && measures->measures[m->to].area == area->area) m->to++;
    while (a->to < losses && measures->attrition[a->to].area == area->area) a->to++;
}

void pbr_years_add(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at,
                   pbr_diag *diag)
{
    size_t rows = measures->measures_count, losses = measures->attrition_count;
    struct area area = {0};
    pbr_measures_sort(measures);
    for (; area.area < contract->areas_count; area.area++) {
        find_rows(&area, measures, rows, losses);
        for (size_t i = 0; i < contract->cohorts_count; i++) {
            if (!pbr_is_sum(contract, area.area, i, as_at)) continue;
            add_whole(measures, contract, &area, i, false, diag);
            add_whole(measures, contract, &area, i, true, diag);
        }
    }
    pbr_measures_sort(measures);
}

pbr_date pbr_ripe_on(const pbr_cohort *cohort, const pbr_follow_up_terms *terms)
{
    return pbr_date_add_months(cohort->to - 1, (int)(terms->months + terms->waiting_months));
}

/* Parts may be under other rules than their whole, with a longer window (semantics 1). */
static bool parts_are_ripe(const pbr_measures *measures, const pbr_contract *contract,
                           const pbr_measure *whole)
{
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *part = &measures->measures[i];
        if (part->area == whole->area && part->control == whole->control && !part->ripe &&
            pbr_contract_is_part(contract, part->cohort, whole->cohort))
            return false;
    }
    return true;
}

void pbr_ripeness_mark(pbr_measures *measures, const pbr_contract *contract, pbr_date as_at)
{
    for (size_t i = 0; i < measures->measures_count; i++) {
        pbr_measure *measure = &measures->measures[i];
        const pbr_rules *rules =
            pbr_contract_rules(contract, measure->area, measure->cohort, as_at);
        measure->ripe = measure->snapshot == PBR_NO_DATE || !rules ||
                        measure->snapshot >= pbr_ripe_on(&contract->cohorts[measure->cohort],
                                                         &rules->terms->follow_up);
    }
    for (size_t i = 0; i < measures->measures_count; i++) {
        pbr_measure *whole = &measures->measures[i];
        if (whole->ripe && pbr_is_sum(contract, whole->area, whole->cohort, as_at))
            whole->ripe = parts_are_ripe(measures, contract, whole);
    }
}
