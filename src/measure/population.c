/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/population.h"

#include "base/mem.h"
#include "base/must.h"
#include "measure/transfers.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Quarters are looked at also where only years are asked for, since a year may be their sum. */
static void choose_kinds(pbr_population *population)
{
    bool wanted[PBR_PERIODS] = {false};
    const pbr_contract *contract = population->contract;
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_terms *terms = contract->rules[i].terms;
        bool years = pbr_terms_has_period(terms, PBR_YEAR);
        bool sums = terms->cohort.year_members == PBR_SUM_OF_QUARTERS;
        wanted[PBR_QUARTER] |= pbr_terms_has_period(terms, PBR_QUARTER) || (years && sums);
        wanted[PBR_YEAR] |= years && !sums;
        wanted[PBR_NAMED] |= pbr_terms_has_period(terms, PBR_NAMED);
    }
    for (int kind = 0; kind < PBR_PERIODS; kind++)
        if (wanted[kind]) population->kinds[population->kinds_count++] = (pbr_period)kind;
}

static void set_days(pbr_population *population)
{
    const pbr_contract *contract = population->contract;
    if (!contract->cohorts_count) return;
    pbr_date first = contract->cohorts[0].from, last = contract->cohorts[0].to;
    for (size_t i = 1; i < contract->cohorts_count; i++) {
        const pbr_cohort *cohort = &contract->cohorts[i];
        if (cohort->from < first) first = cohort->from;
        if (cohort->to > last) last = cohort->to;
    }
    population->first_day = first;
    population->days = last - first;
}

pbr_population *pbr_population_new(const pbr_contract *contract, pbr_date as_at)
{
    pbr_population *population = pbr_alloc(1, sizeof *population);
    size_t cohorts = contract->cohorts_count;
    population->contract = contract;
    choose_kinds(population);
    set_days(population);
    population->secret = pbr_secret_new();
    population->ids = pbr_ids_new();
    population->labels = pbr_ids_new();
    pthread_mutex_init(&population->lock, NULL);
    population->types = pbr_idmap_new();
    population->classes_known = pbr_idmap_new();
    population->proofs = pbr_alloc(cohorts, sizeof *population->proofs);
    population->versions = pbr_alloc(contract->areas_count * cohorts, sizeof *population->versions);
    for (size_t area = 0; area < contract->areas_count; area++)
        for (size_t i = 0; i < cohorts; i++) {
            const pbr_rules *rules = pbr_contract_rules(contract, area, i, as_at);
            population->versions[area * cohorts + i] =
                (int16_t)(rules ? rules - contract->rules : -1);
        }
    return population;
}

void pbr_population_close(pbr_population *population)
{
    pbr_idmap_free(population->classes_known);
    population->classes_known = NULL;
}

/* What serves only to put the starts in order. */
void pbr_population_shed(pbr_population *population)
{
    for (size_t i = 0; i < population->harvests_count; i++) {
        pbr_gathered_free(population->harvests[i].starts);
        free(population->harvests[i].transfers);
    }
    free(population->harvests);
    population->harvests = NULL;
    population->harvests_count = population->harvests_room = 0;
    pbr_ids_free(population->labels);
    population->labels = NULL;
    free(population->files.files);
    population->files = (pbr_lines){0};
}

void pbr_population_free(pbr_population *population)
{
    if (!population) return;
    pbr_population_shed(population);
    pbr_ids_free(population->ids);
    pbr_idmap_free(population->types);
    pbr_idmap_free(population->classes_known);
    pthread_mutex_destroy(&population->lock);
    free(population->versions);
    free(population->proofs);
    free(population->starts);
    free(population->first);
    free(population->windows);
    free(population->classes);
    free(population->reoffences);
    free(population->repeats);
    free(population->transfers);
    free(population);
}

/* --- adding starts ------------------------------------------------------------------------------
 */

pbr_harvest *pbr_harvest_of(pbr_population *population, size_t thread)
{
    population->harvests = pbr_grow(population->harvests, &population->harvests_room, thread + 1,
                                    sizeof *population->harvests);
    for (; population->harvests_count <= thread; population->harvests_count++)
        population->harvests[population->harvests_count].starts = pbr_gathered_new();
    return &population->harvests[thread];
}

/* A start has so many bits for the number of its class. */
static void must_fit(const pbr_population *population)
{
    if (population->classes_count < 1u << PBR_CLASS_BITS) return;
    fputs("pbrcalc: starts differ in more ways than this program can number: nothing was written\n",
          stderr);
    exit(2);
}

uint32_t pbr_class_enter(pbr_population *population, const pbr_class *class, pbr_slice type)
{
    pbr_class known = *class;
    pthread_mutex_lock(&population->lock);
    known.type = (uint16_t)pbr_idmap_add(population->types, type.text, type.length);
    uint32_t number = pbr_idmap_add(population->classes_known, (const char *)&known, sizeof known);
    if (number == population->classes_count) {
        must_fit(population);
        population->classes =
            pbr_extend(population->classes, &population->classes_room,
                       population->classes_count + 1, sizeof *population->classes);
        population->classes[population->classes_count++] = known;
    }
    pthread_mutex_unlock(&population->lock);
    return number;
}

pbr_slice pbr_person_id(const pbr_population *population, size_t start,
                        char unpacked[PBR_CODE_LETTERS + 1])
{
    pbr_code code = pbr_unmix(population->secret, population->starts[start].person);
    return pbr_ids_text(population->ids, code, unpacked);
}

void pbr_windows_make(pbr_population *population)
{
    if (population->windows) return;
    const pbr_contract *contract = population->contract;
    size_t days = (size_t)population->days;
    population->windows = pbr_alloc(contract->rules_count * days, sizeof *population->windows);
    for (size_t version = 0; version < contract->rules_count; version++)
        for (size_t day = 0; day < days; day++)
            population->windows[version * days + day] = pbr_window_of(
                &contract->rules[version].terms->follow_up, population->first_day + (pbr_date)day);
}

size_t pbr_range_begin(const pbr_population *population, size_t range)
{
    size_t at = population->count * range / PBR_RANGES;
    return at ? pbr_person_end(population, at - 1) : 0;
}

uint32_t pbr_counted_before_transfer(const pbr_population *population, size_t start, size_t kind)
{
    const pbr_transfer *transfer = pbr_transfer_of(population, start, kind);
    pbr_must(transfer);
    return transfer->before;
}
