/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extracts mostly stand by person. Such a file is matched as it is read, and hardly anything of it
 * is kept. If it turns out that an offence may have come back whose rows were matched before, the
 * file is read again from its beginning, with every row kept until the last one was read. */
#include "measure/offence_reader.h"

#include "base/mem.h"
#include "measure/mapping.h"
#include "measure/offence_rows.h"
#include "measure/offence_runs.h"
#include "measure/offences.h"
#include "measure/persons.h"

#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

/* One reading of all the files. */
struct reading {
    pbr_population *population;
    const pbr_offence_extracts *extracts;
    pbr_offence_files files;
    pbr_matcher **matchers; /* by thread */
    pbr_offence_runs *runs; /* one of the two ways */
    pbr_offences *kept;
    uint32_t last_line; /* of what was taken over */
    pbr_offence_counts counts;
};

/* One thread's. */
struct reader {
    _Alignas(PBR_APART_BYTES) struct reading *reading;
    pbr_run_matcher matcher; /* if rows are matched at once */
    pbr_offence_reader *rows;
};

/* What a part came to. */
struct result {
    _Alignas(PBR_APART_BYTES) pbr_offence_rows rows;
    int64_t unmatched; /* rows of it */
};

/* --- at once ------------------------------------------------------------------------------------
 */

static void match_part(void *reader, pbr_table *part, void *of_part)
{
    struct reader *r = reader;
    struct result *result = of_part;
    pbr_offence_rows_read(r->rows, &result->rows, part);
    result->unmatched = pbr_offence_runs_match(&r->matcher, &result->rows);
}

static void take_matched(void *reader, void *of_part)
{
    struct reader *r = reader;
    const struct result *result = of_part;
    if (result->rows.last_line) r->reading->last_line = result->rows.last_line;
    pbr_offence_runs_take(&r->matcher, &result->rows, result->unmatched);
}

/* --- kept ---------------------------------------------------------------------------------------
 */

/* Looks the persons up; what a run will touch was fetched while those before it were looked up. */
static void find_part(void *reader, pbr_table *part, void *of_part)
{
    enum { PLACE_AHEAD = 24, STARTS_AHEAD = 12 };
    struct reader *r = reader;
    pbr_offence_rows *rows = &((struct result *)of_part)->rows;
    const pbr_population *population = r->reading->population;
    pbr_offence_rows_read(r->rows, rows, part);
    size_t count = rows->runs_count;
    pbr_offence_run *runs = rows->runs;
    for (size_t i = 0; i < count; i++) {
        if (i + PLACE_AHEAD < count)
            pbr_person_fetch_place(population, runs[i + PLACE_AHEAD].person);
        if (i + STARTS_AHEAD < count)
            pbr_person_fetch_starts(population, runs[i + STARTS_AHEAD].person);
        runs[i].start = pbr_person_find(population, runs[i].person);
    }
}

static void take_kept(void *reader, void *of_part)
{
    struct reading *reading = ((struct reader *)reader)->reading;
    const pbr_offence_rows *rows = &((struct result *)of_part)->rows;
    if (rows->last_line) reading->last_line = rows->last_line;
    for (size_t i = 0; i < rows->runs_count; i++) {
        const pbr_offence_run *run = &rows->runs[i];
        if (run->start == PBR_NO_PERSON) {
            reading->counts.unmatched += (int64_t)run->read;
            continue;
        }
        for (size_t k = run->from; k < run->from + run->count; k++)
            pbr_offences_add(reading->kept, run->start, &rows->rows[k], &rows->ids);
    }
}

/* --- reading ------------------------------------------------------------------------------------
 */

static void read_table(struct reading *reading, pbr_offence_file *file, pbr_table *table)
{
    size_t threads = reading->extracts->threads, results_count = pbr_parts_results(threads);
    struct reader *readers = pbr_alloc_apart(threads, sizeof *readers);
    struct result *results = pbr_alloc_apart(results_count, sizeof *results);
    for (size_t i = 0; i < threads; i++) {
        readers[i].reading = reading;
        if (reading->runs)
            readers[i].matcher = pbr_run_matcher_of(reading->runs, reading->matchers[i], i);
        readers[i].rows = pbr_offence_reader_new(file, table);
    }
    pbr_parts parts = {.readers = readers,
                       .results = results,
                       .threads = threads,
                       .reader_size = sizeof *readers,
                       .result_size = sizeof *results,
                       .part_bytes = reading->extracts->part_bytes,
                       .read = find_part,
                       .take = take_kept};
    if (reading->runs) {
        parts.read = match_part;
        parts.take = take_matched;
        parts.enough = &reading->runs->came_back;
    }
    pbr_parts_read(&parts, table);
    for (size_t i = 0; i < threads; i++) pbr_offence_reader_free(readers[i].rows);
    for (size_t i = 0; i < results_count; i++) pbr_offence_rows_free(&results[i].rows);
    free(results);
    free(readers);
}

static bool is_over(const struct reading *reading)
{
    return reading->runs && reading->runs->came_back;
}

static void read_file(struct reading *reading, const char *path, char digest[PBR_SHA256_TEXT],
                      pbr_diag *diag)
{
    const pbr_contract *contract = reading->population->contract;
    const pbr_schema *schema = pbr_reoffences_schema(contract);
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_table *table = pbr_extract_open(path, schema, contract, diag);
    if (!table) return;
    if (!digest) pbr_table_unhashed(table);
    pbr_lines_begin(&reading->files.lines, pbr_extract_name(path));
    read_table(reading, pbr_offence_file_new(&reading->files, schema), table);
    pbr_lines_end(&reading->files.lines, pbr_table_lines(table));
    reading->counts.rows += pbr_table_rows(table);
    if (!pbr_table_rows(table) && pbr_diag_count(diag, PBR_ERROR) == before)
        pbr_error(diag, "empty-file", ((pbr_place){pbr_extract_name(path), 0, 0}),
                  "the file holds a header and no rows");
    pbr_table_close(table, is_over(reading) ? NULL : digest);
}

static void clear_counts(pbr_population *population)
{
    size_t views = population->count * population->kinds_count;
    free(population->reoffences);
    free(population->repeats);
    population->reoffences = pbr_alloc(views, sizeof *population->reoffences);
    population->repeats = NULL;
    pbr_mem_wide(population->reoffences, views * sizeof *population->reoffences);
    for (size_t i = 0; i < population->transfers_count; i++) population->transfers[i].before = 0;
}

static void begin(struct reading *reading, pbr_population *population,
                  const pbr_offence_extracts *extracts)
{
    clear_counts(population);
    *reading = (struct reading){
        .population = population,
        .extracts = extracts,
        .files = {.population = population,
                  .snapshot = extracts->snapshot,
                  .words = pbr_idmap_new(),
                  .lock = PTHREAD_MUTEX_INITIALIZER},
        .matchers = pbr_alloc(extracts->threads, sizeof(pbr_matcher *)),
    };
    for (size_t i = 0; i < extracts->threads; i++)
        reading->matchers[i] = pbr_matcher_new(population);
}

static void end(struct reading *reading)
{
    for (size_t i = 0; i < reading->extracts->threads; i++) pbr_matcher_free(reading->matchers[i]);
    free(reading->matchers);
    pbr_idmap_free(reading->files.words);
    free(reading->files.lines.files);
    pbr_offence_runs_free(reading->runs);
    pbr_offences_free(reading->kept);
}

static void read_files(struct reading *reading, pbr_diag *diag)
{
    const pbr_offence_extracts *extracts = reading->extracts;
    for (size_t i = 0; i < extracts->count; i++)
        read_file(reading, extracts->paths[i], extracts->digests ? extracts->digests[i] : NULL,
                  diag);
}

static pbr_offence_counts counts_of(struct reading *reading, pbr_diag *diag)
{
    reading->counts.matched = pbr_matched_by(reading->matchers, reading->extracts->threads,
                                             &reading->files.lines, reading->last_line, diag);
    return reading->counts;
}

static bool can_be_read_again(const char *path)
{
    struct stat found;
    return strcmp(path, "-") != 0 && stat(path, &found) == 0 && S_ISREG(found.st_mode);
}

/* Its problems are told only if it is not read again. */
bool pbr_offences_read_at_once(pbr_population *population, const pbr_offence_extracts *extracts,
                               pbr_offence_counts *counts, pbr_diag *diag)
{
    if (extracts->count != 1 || !can_be_read_again(extracts->paths[0])) return false;
    struct reading reading;
    pbr_diag *found = pbr_diag_new_like(diag);
    begin(&reading, population, extracts);
    reading.runs = pbr_offence_runs_new(population, extracts->threads);
    read_files(&reading, found);
    pbr_run_matcher last = pbr_run_matcher_of(reading.runs, reading.matchers[0], 0);
    bool done = pbr_offence_runs_end(&last);
    if (done) {
        reading.counts.unmatched = reading.runs->unmatched;
        *counts = counts_of(&reading, found);
        pbr_diag_append(diag, found);
    }
    pbr_diag_free(found);
    end(&reading);
    return done;
}

pbr_offence_counts pbr_offences_read_and_keep(pbr_population *population,
                                              const pbr_offence_extracts *extracts, pbr_diag *diag)
{
    struct reading reading;
    begin(&reading, population, extracts);
    reading.kept = pbr_offences_new(population);
    read_files(&reading, diag);
    pbr_offences_match(reading.kept, reading.matchers, extracts->threads);
    pbr_offence_counts counts = counts_of(&reading, diag);
    end(&reading);
    return counts;
}

pbr_offence_counts pbr_offences_read(pbr_population *population,
                                     const pbr_offence_extracts *extracts, pbr_diag *diag)
{
    pbr_offence_counts counts;
    if (pbr_offences_read_at_once(population, extracts, &counts, diag)) return counts;
    return pbr_offences_read_and_keep(population, extracts, diag);
}
