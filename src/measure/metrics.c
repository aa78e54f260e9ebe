/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/metrics.h"

#include "base/mem.h"

#include <stddef.h>
#include <stdlib.h>

pbr_measures *pbr_measures_new(void)
{
    return pbr_alloc(1, sizeof(pbr_measures));
}

/* The sums of a measure and whether each is known, as a table, so that they are treated alike. */
static const struct {
    size_t sum, known;
} sums[] = {
    {offsetof(pbr_measure, reoffences_squared), offsetof(pbr_measure, has_squared)},
    {offsetof(pbr_measure, ogrs_sum), offsetof(pbr_measure, has_ogrs_sum)},
    {offsetof(pbr_measure, ogrs_squares), offsetof(pbr_measure, has_ogrs_squares)},
    {offsetof(pbr_measure, ogrs_sum_reoffenders), offsetof(pbr_measure, has_ogrs_sum_reoffenders)},
    {offsetof(pbr_measure, days), offsetof(pbr_measure, has_days)},
    {offsetof(pbr_measure, days_squared), offsetof(pbr_measure, has_days_squared)},
    {offsetof(pbr_measure, expected), offsetof(pbr_measure, has_expected)},
    {offsetof(pbr_measure, weight_squares), offsetof(pbr_measure, has_weight_squares)},
};
enum { SUMS = sizeof sums / sizeof *sums };

static mpq_t *sum_at(const pbr_measure *measure, size_t i)
{
    return (mpq_t *)((char *)measure + sums[i].sum);
}

static bool *known_at(const pbr_measure *measure, size_t i)
{
    return (bool *)((char *)measure + sums[i].known);
}

void pbr_measure_init(pbr_measure *measure, size_t area, size_t cohort)
{
    *measure = (pbr_measure){
        .area = area, .cohort = cohort, .snapshot = PBR_NO_DATE, .ripe = true, .complete = true};
    for (size_t i = 0; i < SUMS; i++) {
        mpq_init(*sum_at(measure, i));
        *known_at(measure, i) = true;
    }
}

void pbr_measure_clear(pbr_measure *measure)
{
    for (size_t i = 0; i < SUMS; i++) mpq_clear(*sum_at(measure, i));
    free(measure->histogram);
}

void pbr_histogram_add(pbr_measure *measure, size_t k, int64_t persons)
{
    measure->histogram =
        pbr_grow(measure->histogram, &measure->histogram_size, k + 1, sizeof(int64_t));
    measure->histogram[k] += persons;
}

void pbr_measures_free(pbr_measures *measures)
{
    if (!measures) return;
    for (size_t i = 0; i < measures->measures_count; i++) pbr_measure_clear(&measures->measures[i]);
    for (size_t i = 0; i < measures->attrition_count; i++)
        mpq_clear(measures->attrition[i].ogrs_sum);
    pbr_measures_free(measures->without_repeats);
    pbr_cases_free(measures->cases);
    for (size_t i = 0; i < measures->put_backs_count; i++)
        pbr_measures_free(measures->put_backs[i].measures);
    free(measures->put_backs);
    free(measures->measures);
    free(measures->attrition);
    free(measures);
}

pbr_measure *pbr_measures_add(pbr_measures *measures)
{
    measures->measures = pbr_grow(measures->measures, &measures->measures_room,
                                  measures->measures_count + 1, sizeof *measures->measures);
    pbr_measure *measure = &measures->measures[measures->measures_count++];
    pbr_measure_init(measure, 0, 0);
    for (size_t i = 0; i < SUMS; i++) *known_at(measure, i) = false;
    return measure;
}

pbr_attrition *pbr_attrition_add(pbr_measures *measures)
{
    measures->attrition = pbr_grow(measures->attrition, &measures->attrition_room,
                                   measures->attrition_count + 1, sizeof *measures->attrition);
    pbr_attrition *row = &measures->attrition[measures->attrition_count++];
    *row = (pbr_attrition){.sequence = measures->attrition_count};
    mpq_init(row->ogrs_sum);
    return row;
}

bool pbr_cohort_chosen(size_t cohort, const size_t *chosen, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (chosen[i] == cohort) return true;
    return chosen == NULL;
}

static int by_place(size_t area_a, size_t cohort_a, size_t area_b, size_t cohort_b)
{
    if (area_a != area_b) return area_a < area_b ? -1 : 1;
    return cohort_a == cohort_b ? 0 : cohort_a < cohort_b ? -1 : 1;
}

static int compare_measures(const void *left, const void *right)
{
    const pbr_measure *a = left, *b = right;
    int place = by_place(a->area, a->cohort, b->area, b->cohort);
    return place ? place : a->control - b->control;
}

static int compare_attrition(const void *left, const void *right)
{
    const pbr_attrition *a = left, *b = right;
    int place = by_place(a->area, a->cohort, b->area, b->cohort);
    if (place) return place;
    return a->sequence < b->sequence ? -1 : 1;
}

void pbr_measures_sort(pbr_measures *measures)
{
    if (measures->measures_count)
        qsort(measures->measures, measures->measures_count, sizeof *measures->measures,
              compare_measures);
    if (measures->attrition_count)
        qsort(measures->attrition, measures->attrition_count, sizeof *measures->attrition,
              compare_attrition);
}

const pbr_measure *pbr_measures_find(const pbr_measures *measures, size_t area, size_t cohort,
                                     bool control)
{
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *measure = &measures->measures[i];
        if (measure->area == area && measure->cohort == cohort && measure->control == control)
            return measure;
    }
    return NULL;
}

static void sum_histogram(pbr_measure *sum, const pbr_measure *part)
{
    for (size_t k = 0; k < part->histogram_size; k++)
        if (part->histogram[k]) pbr_histogram_add(sum, k, part->histogram[k]);
}

void pbr_measure_sum(pbr_measure *sum, const pbr_measure *part)
{
    sum->starts += part->starts;
    sum->eligible += part->eligible;
    sum->measurable += part->measurable;
    sum->reoffenders += part->reoffenders;
    sum->reoffences += part->reoffences;
    for (size_t i = 0; i < SUMS; i++) {
        *known_at(sum, i) = *known_at(sum, i) && *known_at(part, i);
        mpq_add(*sum_at(sum, i), *sum_at(sum, i), *sum_at(part, i));
    }
    sum_histogram(sum, part);
}
