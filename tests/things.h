/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A table of three columns, written down as it is read: row by row, or in parts of any size by any
 * number of threads, which must come to the same. For unit tests and fuzz targets. */
#ifndef TESTS_THINGS_H
#define TESTS_THINGS_H

#include "base/mem.h"
#include "input/parts.h"

#include <stdio.h>
#include <stdlib.h>

enum { THING_A, THING_B, THING_C, THING_COLUMNS };
static const pbr_column thing_columns[THING_COLUMNS] = {
    [THING_A] = {.name = "a", .presence = PBR_BLANKABLE, .description = "first"},
    [THING_B] = {.name = "b", .kind = PBR_DATE, .presence = PBR_BLANKABLE, .description = "second"},
    [THING_C] = {.name = "c", .presence = PBR_OPTIONAL, .description = "third"},
};
static const pbr_schema things = {.name = "things",
                                  .file = "things.csv",
                                  .title = "T",
                                  .columns = thing_columns,
                                  .count = THING_COLUMNS};

struct things_part {
    char *rows;
    size_t length;
};

/* A row with its line, its date, and the columns where its cells begin. */
static inline void things_write_row(FILE *out, pbr_table *table)
{
    pbr_date day = 0;
    bool ok = pbr_table_date(table, THING_B, &day);
    fprintf(out, "%ld %d", pbr_table_line(table), ok ? (int)day : 0);
    for (size_t i = 0; i < THING_COLUMNS; i++) {
        pbr_slice cell = pbr_table_cell(table, i);
        fprintf(out, " %ld[", pbr_table_place(table, i).column);
        if (cell.length) fwrite(cell.text, 1, cell.length, out);
        fputc(']', out);
    }
    fputc('\n', out);
}

static inline void things_read_part(void *reader, pbr_table *table, void *result)
{
    (void)reader;
    struct things_part *part = result;
    free(part->rows);
    FILE *out = open_memstream(&part->rows, &part->length);
    while (pbr_table_next(table)) things_write_row(out, table);
    fclose(out);
}

static inline void things_take_part(void *reader, void *result)
{
    const struct things_part *part = result;
    fwrite(part->rows, 1, part->length, *(FILE **)reader);
}

static inline void things_read_parts(FILE *out, pbr_table *table, size_t threads, size_t bytes)
{
    size_t count = pbr_parts_results(threads);
    FILE **readers = pbr_alloc(threads, sizeof(FILE *));
    struct things_part *results = pbr_alloc(count, sizeof *results);
    pbr_parts parts = {.readers = readers,
                       .results = results,
                       .threads = threads,
                       .reader_size = sizeof *readers,
                       .result_size = sizeof *results,
                       .part_bytes = bytes,
                       .read = things_read_part,
                       .take = things_take_part};
    for (size_t i = 0; i < threads; i++) readers[i] = out;
    pbr_parts_read(&parts, table);
    for (size_t i = 0; i < count; i++) free(results[i].rows);
    free(results);
    free(readers);
}

/* All rows of a file and their number. threads 0: row by row, without parts. */
static inline void things_read(FILE *out, const char *path, size_t threads, size_t bytes,
                               pbr_diag *diag)
{
    pbr_table *table = pbr_table_open(path, &things, NULL, 0, diag);
    if (!table) return;
    if (threads)
        things_read_parts(out, table, threads, bytes);
    else
        while (pbr_table_next(table)) things_write_row(out, table);
    fprintf(out, "%ld rows\n", (long)pbr_table_rows(table));
    pbr_table_close(table, NULL);
}

#endif
