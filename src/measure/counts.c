/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/counts.h"

#include "input/table.h"

#include <inttypes.h>

enum { CPA, COHORT, GROUP, REOFFENCES, PERSONS, COLUMNS };
enum { MOST_REOFFENCES = 10000 };

static const char *const groups[] = {"treated", "control", NULL};
static const pbr_column columns[COLUMNS] = {
    [CPA] = {.name = "cpa", .description = "code of the area", .example = "C02"},
    [COHORT] = {.name = "cohort",
                .description = "2015Q4, 2015/16 or a named cohort",
                .example = "2015Q4"},
    [GROUP] = {.name = "group",
               .presence = PBR_OPTIONAL,
               .words = groups,
               .description = "treated or control; blank is treated",
               .example = "treated"},
    [REOFFENCES] = {.name = "reoffences",
                    .kind = PBR_COUNT,
                    .description = "reoffences of a person, from 1",
                    .example = "3"},
    [PERSONS] = {.name = "persons",
                 .kind = PBR_COUNT,
                 .description = "reoffenders with so many",
                 .example = "88"},
};
const pbr_schema pbr_counts_schema = {.name = "counts",
                                      .file = "counts.csv",
                                      .title = "Distribution of reoffences",
                                      .columns = columns,
                                      .count = COLUMNS,
                                      .key = "cpa,cohort,group,reoffences"};

static pbr_measure *measure_of(pbr_table *table, const pbr_contract *contract,
                               pbr_measures *measures)
{
    pbr_slice cpa, cohort;
    if (!pbr_table_text(table, CPA, &cpa) || !pbr_table_text(table, COHORT, &cohort)) return NULL;
    bool control = pbr_slice_is(pbr_table_cell(table, GROUP), "control");
    size_t area = pbr_contract_area(contract, cpa.text, cpa.length);
    for (size_t i = 0; i < measures->measures_count; i++) {
        pbr_measure *m = &measures->measures[i];
        if (m->area == area && m->control == control &&
            pbr_slice_is(cohort, contract->cohorts[m->cohort].name))
            return m;
    }
    pbr_table_error(table, COHORT, "unknown-cohort", "is not measured in this area",
                    "give counts for rows of the measures only");
    return NULL;
}

static void read_row(pbr_table *table, const pbr_contract *contract, pbr_measures *measures)
{
    int64_t k, persons;
    pbr_measure *m = measure_of(table, contract, measures);
    bool ok = pbr_table_count(table, REOFFENCES, &k);
    ok &= pbr_table_count(table, PERSONS, &persons);
    if (!ok || !m) return;
    if (k < 1 || k > MOST_REOFFENCES)
        pbr_table_error(table, REOFFENCES, "out-of-range", "is out of range",
                        "at least 1, at most 10000");
    else
        pbr_histogram_add(m, (size_t)k, persons);
}

/* Sums of the distribution are the counts of the measure. */
static void check_sums(const pbr_measures *measures, const pbr_contract *contract, const char *path,
                       pbr_diag *diag)
{
    for (size_t i = 0; i < measures->measures_count; i++) {
        const pbr_measure *m = &measures->measures[i];
        int64_t persons = 0, events = 0, part;
        for (size_t k = 0; k < m->histogram_size; k++) {
            persons += m->histogram[k];
            /* what does not fit is more than any measure has */
            if (__builtin_mul_overflow((int64_t)k, m->histogram[k], &part) ||
                __builtin_add_overflow(events, part, &events)) {
                events = INT64_MAX;
                break;
            }
        }
        if (!m->histogram || (persons == m->reoffenders && events == m->reoffences)) continue;
        pbr_error(diag, "impossible-count", ((pbr_place){path, 0, 0}),
                  "area %s, cohort %s: %" PRId64 " reoffenders with %" PRId64
                  " reoffences, where the measures have %" PRId64 " with %" PRId64
                  ": take both from one run",
                  contract->areas[m->area].code, contract->cohorts[m->cohort].name, persons, events,
                  m->reoffenders, m->reoffences);
    }
}

void pbr_counts_read(const char *path, const pbr_contract *contract, pbr_measures *measures,
                     char digest[PBR_SHA256_TEXT], pbr_diag *diag)
{
    pbr_table *table = pbr_table_open(path, &pbr_counts_schema, NULL, 0, diag);
    if (!table) return;
    while (pbr_table_next(table)) read_row(table, contract, measures);
    pbr_table_close(table, digest);
    check_sums(measures, contract, path, diag);
}

static void write_measure(pbr_out *out, const pbr_measure *m, const pbr_contract *contract)
{
    for (size_t k = 0; k < m->histogram_size; k++) {
        if (!m->histogram[k]) continue;
        pbr_out_text(out, contract->areas[m->area].code);
        pbr_out_text(out, contract->cohorts[m->cohort].name);
        pbr_out_text(out, m->control ? "control" : "treated");
        pbr_out_int(out, (int64_t)k);
        pbr_out_int(out, m->histogram[k]);
        pbr_out_end_row(out);
    }
}

void pbr_counts_write(pbr_out *out, const pbr_measures *measures, const pbr_contract *contract,
                      const size_t *chosen, size_t chosen_count)
{
    for (size_t i = 0; i < COLUMNS; i++) pbr_out_text(out, columns[i].name);
    pbr_out_end_row(out);
    for (size_t i = 0; i < measures->measures_count; i++)
        if (pbr_cohort_chosen(measures->measures[i].cohort, chosen, chosen_count))
            write_measure(out, &measures->measures[i], contract);
}
