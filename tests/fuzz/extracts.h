/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Extracts measured by any bytes as one of the two files, under the contract that the first byte
 * names. What must hold: one thread and three say the same; there are measures or errors, never
 * both and never neither; the second opinion comes to the same figures; measures that are written
 * and read are what they were; the order of rows decides nothing. */
#ifndef TESTS_FUZZ_EXTRACTS_H
#define TESTS_FUZZ_EXTRACTS_H

#include "support.h"

#include "audit/cross_check.h"
#include "contract/load.h"
#include "measure/measure.h"
#include "measure/metrics_csv.h"
#include "report/tables.h"

/* Contracts with small extracts. */
static const struct {
    const char *contract, *extracts, *snapshot;
} places[] = {
    {"fixtures/worked/contract", "fixtures/worked", "2017-12-31"},
    {"tests/fuzz/worlds/world-2/contract", "tests/fuzz/worlds/world-2", "2017-06-30"},
    {"tests/fuzz/worlds/world-4/contract", "tests/fuzz/worlds/world-4", "2017-01-30"},
    {"tests/fuzz/worlds/world-9/contract", "tests/fuzz/worlds/world-9", "2019-06-30"},
    {"tests/fuzz/worlds/world-11/contract", "tests/fuzz/worlds/world-11", "2017-06-30"},
};

enum { COHORT, REOFFENCES, FILES };
static const char *const file_names[FILES] = {"cohort.csv", "reoffences.csv"};

static struct world {
    pbr_contract *contract;
    pbr_date snapshot, as_at;
    char paths[FILES][80];
} worlds[COUNT(places)];

static struct {
    fuzz_file file;
    const uint8_t *bytes;
    size_t length;
} changed;

static inline void change(const void *bytes, size_t length)
{
    changed.bytes = bytes;
    changed.length = length;
    fuzz_fill(&changed.file, bytes, length);
}

static inline pbr_date day_of(const char *text)
{
    pbr_date day = 0;
    MUST(pbr_date_parse(text, strlen(text), &day));
    return day;
}

static inline void load_worlds(void)
{
    for (size_t i = 0; i < COUNT(places); i++) {
        pbr_diag *diag = pbr_diag_new();
        worlds[i] = (struct world){.contract = pbr_contract_load(places[i].contract, diag),
                                   .snapshot = day_of(places[i].snapshot),
                                   .as_at = day_of("2019-07-31")};
        for (size_t k = 0; k < FILES; k++)
            snprintf(worlds[i].paths[k], sizeof worlds[i].paths[k], "%s/%s", places[i].extracts,
                     file_names[k]);
        MUST(worlds[i].contract && !pbr_diag_failed(diag));
        pbr_diag_free(diag);
    }
    changed.file = fuzz_file_new();
}

static inline fuzz_text written(const pbr_measures *measures, const pbr_contract *contract)
{
    fuzz_text text = {0};
    pbr_out *out = pbr_out_memory(&text.bytes, &text.used);
    pbr_metrics_write(out, measures, contract, NULL, 0);
    MUST(pbr_out_close(out));
    text.room = text.used + 1;
    return text;
}

static inline void add_attrition(fuzz_text *text, const pbr_measures *measures,
                                 const pbr_contract *contract)
{
    char *bytes;
    size_t length;
    pbr_out *out = pbr_out_memory(&bytes, &length);
    pbr_attrition_write(out, measures, contract, NULL, 0);
    MUST(pbr_out_close(out));
    fuzz_add(text, bytes, length);
    free(bytes);
}

/* What is found a second time, by rows that are sorted and scanned. */
static inline void cross_check(const struct world *w, const pbr_extracts *extracts,
                               const pbr_measures *measures)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_row_file cohort = {extracts->cohort_files[0], "cohort.csv", extracts->digests[0]};
    pbr_row_file reoffences = {extracts->reoffence_files[0], "reoffences.csv",
                               extracts->digests[1]};
    pbr_rows *rows = pbr_rows_read(w->contract, &cohort, 1, &reoffences, 1, diag);
    pbr_outcomes *outcomes = pbr_outcomes_make(rows, w->as_at);
    pbr_cross_check(outcomes, measures, w->as_at, diag);
    if (pbr_diag_failed(diag)) pbr_diag_print(diag, stderr, PBR_NOTE);
    MUST(!pbr_diag_failed(diag));
    pbr_outcomes_free(outcomes);
    pbr_rows_free(rows);
    pbr_diag_free(diag);
}

static inline void read_back(const struct world *w, const pbr_measures *measures)
{
    static fuzz_file file;
    if (!file.descriptor) file = fuzz_file_new();
    fuzz_text text = written(measures, w->contract);
    pbr_diag *diag = pbr_diag_new();
    fuzz_fill(&file, text.bytes, text.used);
    pbr_measures *again =
        pbr_metrics_read(file.path, w->contract, PBR_NO_DATE, w->as_at, NULL, diag);
    if (!again) pbr_diag_print(diag, stderr, PBR_NOTE);
    MUST(again);
    fuzz_text other = written(again, w->contract);
    fuzz_same(&text, &other);
    pbr_measures_free(again);
    pbr_diag_free(diag);
    free(text.bytes);
    free(other.bytes);
}

/* All that can be seen of a measuring: figures, where they are of interest, and messages. */
struct measured {
    bool ok;
    fuzz_text figures, said;
};

static inline struct measured measure(const struct world *w, const char *const *paths,
                                      size_t threads, bool second)
{
    struct measured seen = {0};
    char digests[FILES][PBR_SHA256_TEXT];
    pbr_diag *diag = pbr_diag_new();
    pbr_extracts extracts = {.cohort_files = &paths[COHORT],
                             .reoffence_files = &paths[REOFFENCES],
                             .cohort_files_count = 1,
                             .reoffence_files_count = 1,
                             .snapshot = w->snapshot,
                             .as_at = w->as_at,
                             .threads = threads,
                             .put_back = true,
                             .digests = digests};
    pbr_measures *measures = pbr_measure_extracts(w->contract, &extracts, diag);
    seen.ok = measures != NULL;
    MUST(seen.ok == !pbr_diag_failed(diag));
    if (measures) {
        seen.figures = written(measures, w->contract);
        add_attrition(&seen.figures, measures, w->contract);
        if (second) cross_check(w, &extracts, measures);
        if (second && measures->measures_count) read_back(w, measures);
    }
    fuzz_check_messages(diag, changed.file.path, changed.bytes, changed.length);
    fuzz_add_said(&seen.said, diag);
    pbr_measures_free(measures);
    pbr_diag_free(diag);
    return seen;
}

static inline void forget(struct measured *seen)
{
    free(seen->figures.bytes);
    free(seen->said.bytes);
}

/* The same rows from the last to the first, where each is a line. */
static inline fuzz_text turned(const uint8_t *bytes, size_t length)
{
    fuzz_text text = {0};
    const uint8_t *header = length ? memchr(bytes, '\n', length) : NULL;
    if (!header || memchr(bytes, '"', length)) return text;
    size_t head = (size_t)(header - bytes) + 1, end = length;
    fuzz_add(&text, bytes, head);
    while (end > head) {
        size_t from = end - 1;
        while (from > head && bytes[from - 1] != '\n') from--;
        fuzz_add(&text, bytes + from, end - from);
        if (bytes[end - 1] != '\n') fuzz_add(&text, "\n", 1);
        end = from;
    }
    return text;
}

static inline void same_turned(const struct world *w, const char *const *paths,
                               const struct measured *one, const uint8_t *bytes, size_t length)
{
    fuzz_text text = turned(bytes, length);
    if (!text.used) return;
    change(text.bytes, text.used);
    struct measured other = measure(w, paths, 1, false);
    MUST(other.ok);
    fuzz_same(&one->figures, &other.figures);
    forget(&other);
    free(text.bytes);
}

static inline void check_extracts(size_t file, const uint8_t *bytes, size_t length)
{
    if (!length) return;
    const struct world *w = &worlds[bytes[0] % COUNT(worlds)];
    const char *paths[FILES] = {w->paths[COHORT], w->paths[REOFFENCES]};
    paths[file] = changed.file.path;
    change(bytes + 1, length - 1);
    struct measured one = measure(w, paths, 1, true), three = measure(w, paths, 3, false);
    MUST(one.ok == three.ok);
    fuzz_same(&one.figures, &three.figures);
    fuzz_same(&one.said, &three.said);
    if (one.ok) same_turned(w, paths, &one, bytes + 1, length - 1);
    forget(&one);
    forget(&three);
}

#endif
