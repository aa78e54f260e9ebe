/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/metrics.h"

#include "base/mem.h"

#include <stdlib.h>

pbr_measures *pbr_measures_new(void)
{
    return pbr_alloc(1, sizeof(pbr_measures));
}

static void clear_measure(pbr_measure *measure)
{
    mpq_clears(measure->reoffences_squared, measure->ogrs_sum, measure->ogrs_squares,
               measure->ogrs_sum_reoffenders, NULL);
}

void pbr_measures_free(pbr_measures *measures)
{
    if (!measures) return;
    for (size_t i = 0; i < measures->measures_count; i++) clear_measure(&measures->measures[i]);
    for (size_t i = 0; i < measures->attrition_count; i++)
        mpq_clear(measures->attrition[i].ogrs_sum);
    pbr_measures_free(measures->without_repeats);
    free(measures->measures);
    free(measures->attrition);
    free(measures);
}

pbr_measure *pbr_measures_add(pbr_measures *measures)
{
    measures->measures = pbr_grow(measures->measures, &measures->measures_room,
                                  measures->measures_count + 1, sizeof *measures->measures);
    pbr_measure *measure = &measures->measures[measures->measures_count++];
    *measure = (pbr_measure){.snapshot = PBR_NO_DATE, .ripe = true, .complete = true};
    mpq_inits(measure->reoffences_squared, measure->ogrs_sum, measure->ogrs_squares,
              measure->ogrs_sum_reoffenders, NULL);
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

static int by_place(size_t area_a, size_t cohort_a, size_t area_b, size_t cohort_b)
{
    if (area_a != area_b) return area_a < area_b ? -1 : 1;
    return cohort_a == cohort_b ? 0 : cohort_a < cohort_b ? -1 : 1;
}

static int compare_measures(const void *left, const void *right)
{
    const pbr_measure *a = left, *b = right;
    return by_place(a->area, a->cohort, b->area, b->cohort);
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

const pbr_measure *pbr_measures_find(const pbr_measures *measures, size_t area, size_t cohort)
{
    for (size_t i = 0; i < measures->measures_count; i++)
        if (measures->measures[i].area == area && measures->measures[i].cohort == cohort)
            return &measures->measures[i];
    return NULL;
}

static void add_known(mpq_t sum, bool *has_sum, const mpq_t part, bool has_part)
{
    *has_sum = *has_sum && has_part;
    mpq_add(sum, sum, part);
}

void pbr_measure_sum(pbr_measure *sum, const pbr_measure *part)
{
    sum->starts += part->starts;
    sum->eligible += part->eligible;
    sum->measurable += part->measurable;
    sum->reoffenders += part->reoffenders;
    sum->reoffences += part->reoffences;
    add_known(sum->reoffences_squared, &sum->has_squared, part->reoffences_squared,
              part->has_squared);
    add_known(sum->ogrs_sum, &sum->has_ogrs_sum, part->ogrs_sum, part->has_ogrs_sum);
    add_known(sum->ogrs_squares, &sum->has_ogrs_squares, part->ogrs_squares,
              part->has_ogrs_squares);
    add_known(sum->ogrs_sum_reoffenders, &sum->has_ogrs_sum_reoffenders, part->ogrs_sum_reoffenders,
              part->has_ogrs_sum_reoffenders);
}
