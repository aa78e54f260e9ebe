/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The extracts as plain arrays of rows, read apart from measure's own reading, so that a slip in
 * one of the two is seen by the other. Every cell that the rules may ask for is kept as text. */
#ifndef PBR_AUDIT_ROWS_H
#define PBR_AUDIT_ROWS_H

#include "contract/contract.h"

/* A row as it stands: cells by the columns of its extract, "" where blank or absent. */
typedef struct {
    const char *const *cells;
    const char *file; /* its name, without its folder */
    long line;        /* from 1 */
} pbr_extract_row;

/* Words (area, type, outcome) are pbrcalc's own, whatever codes the extract has. */
typedef struct {
    pbr_extract_row row;
    const char *person, *type, *start_id;
    size_t area;
    bool control;
    pbr_date date;
    int64_t score; /* millionths of a percent point; -1: blank */
} pbr_start_row;

typedef struct pbr_reoffence_row {
    pbr_extract_row row;
    const char *person, *outcome, *offence_id;
    pbr_date committed, proved;
    /* Of the person's rows with this offence id, in their order: the first, and the next. */
    const struct pbr_reoffence_row *of_offence, *next_of_offence;
    bool repeats; /* without an offence id, an earlier row in every cell */
} pbr_reoffence_row;

/* The names of an extract's columns, pbrcalc's own first and then those that rules name. */
typedef struct {
    const char **names;
    size_t count;
} pbr_row_columns;

typedef struct {
    const pbr_contract *contract;
    pbr_row_columns start_columns, reoffence_columns;
    pbr_start_row *starts; /* by person, then date, start id, type, area */
    size_t starts_count, starts_room;
    pbr_reoffence_row *reoffences; /* by person, then offence date, outcome date, cells */
    size_t reoffences_count, reoffences_room;
    pbr_arena *arena; /* owns the text */
} pbr_rows;

typedef struct {
    const char *path, *name, *sha256; /* name: how rows call it; sha256: what it must be */
} pbr_row_file;

/* Reads the extracts; problems go to diag, also a file that is no longer what it was. Free the
 * result with pbr_rows_free also then, and before the contract. */
pbr_rows *pbr_rows_read(const pbr_contract *contract, const pbr_row_file *cohort_files,
                        size_t cohort_count, const pbr_row_file *reoffence_files,
                        size_t reoffence_count, pbr_diag *diag);
void pbr_rows_free(pbr_rows *rows);

/* The cell of a column by name; "" where the extract has no such column. */
const char *pbr_row_cell(const pbr_extract_row *row, const pbr_row_columns *columns,
                         const char *name);

/* The score in percent points, or "". */
const char *pbr_score_text(const pbr_start_row *start, char out[PBR_RATIO_TEXT]);

/* The reoffence rows of a person: how many, from *first on. */
size_t pbr_rows_of_person(const pbr_rows *rows, const char *person, size_t *first);

#endif
