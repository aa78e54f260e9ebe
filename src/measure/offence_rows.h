/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The rows of reoffences.csv, read part by part into those that prove an offence. */
#ifndef PBR_MEASURE_OFFENCE_ROWS_H
#define PBR_MEASURE_OFFENCE_ROWS_H

#include "input/parts.h"
#include "measure/matching.h"

/* The schema of reoffences.csv with the columns that the contract's rules name; owned by its arena.
 */
const pbr_schema *pbr_reoffences_schema(const pbr_contract *contract);

/* What all files and threads share. The words are those of rows without an offence id, which rows
 * alike have a number for. */
typedef struct {
    const pbr_population *population;
    pbr_date snapshot; /* a later date is a problem */
    pbr_idmap *words;
    pthread_mutex_t lock; /* of the words */
    pbr_lines lines;
} pbr_offence_files;

/* One file, opened, and what one thread knows of it. */
typedef struct pbr_offence_file pbr_offence_file;
typedef struct pbr_offence_reader pbr_offence_reader;

/* Rows of one person that stand together. */
typedef struct {
    uint64_t person;    /* word */
    size_t from, count; /* of those that prove something */
    size_t read;        /* rows in all */
    uint32_t start;     /* first of the person, once it was looked up; or PBR_NO_PERSON */
} pbr_offence_run;

/* The rows of a part. Begins as zeros. */
typedef struct {
    pbr_offence *rows;
    pbr_offence_run *runs;
    size_t count, runs_count, rows_room, runs_room;
    pbr_asides ids;     /* offence ids that are not packed */
    uint32_t last_line; /* 0: no row */
} pbr_offence_rows;

pbr_offence_file *pbr_offence_file_new(pbr_offence_files *files, const pbr_schema *schema);
pbr_offence_reader *pbr_offence_reader_new(pbr_offence_file *file, const pbr_table *table);
void pbr_offence_reader_free(pbr_offence_reader *reader);
/* Reads a part into rows; what they held is gone. */
void pbr_offence_rows_read(pbr_offence_reader *reader, pbr_offence_rows *rows, pbr_table *part);
void pbr_offence_rows_free(pbr_offence_rows *rows);

#endif
