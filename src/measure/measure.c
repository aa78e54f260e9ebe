/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/measure.h"

#include "measure/counted.h"
#include "measure/ledger.h"
#include "measure/offence_reader.h"
#include "measure/population.h"
#include "measure/put_back.h"
#include "measure/start_reader.h"
#include "measure/survey.h"
#include "measure/years.h"

#include <stdlib.h>
#include <string.h>

static size_t threads_of(const pbr_extracts *extracts)
{
    return extracts->threads ? extracts->threads : 1;
}

static char *digest_of(const pbr_extracts *extracts, size_t file)
{
    return extracts->digests ? extracts->digests[file] : NULL;
}

static pbr_population *read_cohorts(const pbr_contract *contract, const pbr_extracts *extracts,
                                    pbr_diag *diag)
{
    pbr_population *population = pbr_population_new(contract, extracts->as_at);
    for (size_t i = 0; i < extracts->cohort_files_count; i++)
        pbr_starts_read(population, extracts->cohort_files[i], extracts->snapshot,
                        threads_of(extracts), digest_of(extracts, i), diag);
    pbr_population_order(population, threads_of(extracts), diag);
    return population;
}

static pbr_offence_counts read_offences(pbr_population *population, const pbr_extracts *extracts,
                                        pbr_diag *diag)
{
    size_t cohorts = extracts->cohort_files_count;
    pbr_offence_extracts files = {
        .paths = extracts->reoffence_files,
        .count = extracts->reoffence_files_count,
        .snapshot = extracts->snapshot,
        .threads = threads_of(extracts),
        .digests = extracts->digests ? extracts->digests + cohorts : NULL,
    };
    return pbr_offences_read(population, &files, diag);
}

static pbr_measures *tally(const pbr_population *population, const pbr_extracts *extracts,
                           bool distinct, pbr_diag *diag)
{
    pbr_measures *measures = pbr_measures_new();
    pbr_ledger_make(measures, population, distinct, threads_of(extracts));
    for (size_t i = 0; i < measures->measures_count; i++)
        measures->measures[i].snapshot = extracts->snapshot;
    pbr_years_add(measures, population->contract, extracts->as_at, diag);
    pbr_ripeness_mark(measures, population->contract, extracts->as_at);
    return measures;
}

static void put_back(pbr_measures *measures, pbr_population *population,
                     const pbr_extracts *extracts, pbr_diag *diag)
{
    size_t count = population->classes_count;
    pbr_class *judged = population->classes, *classes = pbr_alloc(count, sizeof *classes);
    measures->put_backs_count = pbr_put_backs_list(population->contract, &measures->put_backs);
    population->classes = classes;
    for (size_t i = 0; i < measures->put_backs_count; i++) {
        if (count) memcpy(classes, judged, count * sizeof *classes);
        pbr_put_back_judge(classes, count, population->kinds_count, population->contract,
                           &measures->put_backs[i]);
        measures->put_backs[i].measures = tally(population, extracts, false, diag);
    }
    population->classes = judged;
    free(classes);
}

static void set_counts(pbr_measures *measures, const pbr_population *population,
                       const pbr_offence_counts *offences)
{
    measures->counts.start_rows = population->rows;
    measures->counts.starts_outside = population->outside;
    measures->counts.persons = (int64_t)population->persons_count;
    measures->counts.reoffence_rows = offences->rows;
    measures->counts.reoffences_unmatched = offences->unmatched;
    measures->counts.reoffences_counted = offences->matched.counted;
    measures->counts.reoffences_repeated = offences->matched.repeats;
}

pbr_measures *pbr_measure_extracts(const pbr_contract *contract, const pbr_extracts *extracts,
                                   pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_measures *measures = NULL;
    pbr_population *population = read_cohorts(contract, extracts, diag);
    pbr_offence_counts offences = read_offences(population, extracts, diag);
    if (pbr_diag_count(diag, PBR_ERROR) == before) {
        measures = tally(population, extracts, false, diag);
        if (offences.matched.repeats)
            measures->without_repeats = tally(population, extracts, true, diag);
        if (extracts->counted) pbr_counted_take(extracts->counted, population);
        if (extracts->put_back) put_back(measures, population, extracts, diag);
        set_counts(measures, population, &offences);
        measures->cases = pbr_cases_new(contract);
        pbr_survey(measures->cases, population, measures, threads_of(extracts));
    }
    pbr_population_free(population);
    return measures;
}
