/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A CSV file read by a schema: the header is matched by name in any order, cells are read as what
 * the schema says they are, and every problem is reported with its place, value and remedy. */
#ifndef PBR_INPUT_TABLE_H
#define PBR_INPUT_TABLE_H

#include "base/month.h"
#include "base/ratio.h"
#include "input/csv.h"
#include "input/schema.h"

/* The extract's own name for a column of the schema. */
typedef struct {
    const char *column, *from;
} pbr_rename;

typedef struct pbr_table pbr_table;

/* Opens path and matches its header. Problems go to diag; NULL if the file or header is unusable.
 * Schema and renames are borrowed until the table is closed. */
pbr_table *pbr_table_open(const char *path, const pbr_schema *schema, const pbr_rename *renames,
                          size_t renames_count, pbr_diag *diag);
/* The file's digest is not wanted. */
void pbr_table_unhashed(pbr_table *table);
/* Closes and frees; writes the file's digest if one is wanted. */
void pbr_table_close(pbr_table *table, char digest[PBR_SHA256_TEXT]);

/* Parts: rows that follow, which another thread may read. A part is a table of its own with its own
 * diag, which knows the header; pbr_table_part_free frees it, before the table. While there are
 * parts, what goes wrong in reading the file itself is held back until pbr_table_end_parts. */
void pbr_table_begin_parts(pbr_table *table);
void pbr_table_end_parts(pbr_table *table);
/* A new diag for a part. */
pbr_diag *pbr_table_diag(const pbr_table *table);
pbr_table *pbr_table_part(const pbr_table *table, pbr_diag *diag);
void pbr_table_part_free(pbr_table *part);
/* Moves rows of about so many bytes to the part, which must be used up. False at the end. */
bool pbr_table_take(pbr_table *table, pbr_table *part, size_t bytes);
/* What reading a part has found besides its rows. */
typedef struct {
    pbr_diag *problems; /* the holder's */
    int64_t rows;
    pbr_csv_count counted;
    bool stopped; /* it met a place behind which nothing can be read */
} pbr_table_found;
/* Moves what a part has found to where it waits for its turn. */
void pbr_table_part_found(pbr_table *part, pbr_table_found *found);
/* Adds it to the table. False if nothing behind the part can be read. */
bool pbr_table_join(pbr_table *table, pbr_table_found *found);

/* Steps to the next row with the right number of cells. False at the end. */
bool pbr_table_next(pbr_table *table);
int64_t pbr_table_rows(const pbr_table *table); /* read so far */
long pbr_table_lines(const pbr_table *table);   /* physical lines read so far */

/* What a table begins with, laid open so that cells are looked at without a call. */
typedef struct {
    pbr_csv_record record; /* this row */
    size_t *position;      /* of each column of the schema in the file, or PBR_ABSENT */
    pbr_month months[PBR_MONTHS];
} pbr_table_row;

#define PBR_ABSENT ((size_t)-1)

static inline const pbr_table_row *pbr_table_this(const pbr_table *table)
{
    return (const pbr_table_row *)(const void *)table;
}

static inline size_t pbr_table_position(const pbr_table *table, size_t column)
{
    return pbr_table_this(table)->position[column];
}

static inline bool pbr_table_has(const pbr_table *table, size_t column)
{
    return pbr_table_position(table, column) != PBR_ABSENT;
}

/* Empty if the column is absent. */
static inline pbr_slice pbr_table_cell(const pbr_table *table, size_t column)
{
    const pbr_table_row *row = pbr_table_this(table);
    size_t at = row->position[column];
    return at == PBR_ABSENT ? (pbr_slice){"", 0} : pbr_csv_cell(&row->record, at);
}

static inline long pbr_table_line(const pbr_table *table) /* physical line of this row */
{
    return pbr_table_this(table)->record.line;
}

pbr_place pbr_table_place(const pbr_table *table, size_t column);

/* Typed cells. Each reports what is wrong and gives false; a blank cell of a column that may be
 * blank gives false without a report, so ask pbr_table_cell().length to tell the two apart. */
bool pbr_table_text(pbr_table *table, size_t column, pbr_slice *out);
void pbr_table_odd_date(pbr_table *table, size_t column); /* reports a cell that is no date */
static inline bool pbr_table_date(pbr_table *table, size_t column, pbr_date *out)
{
    pbr_slice cell = pbr_table_cell(table, column);
    pbr_month *months = ((pbr_table_row *)(void *)table)->months;
    if (pbr_month_parse(months, cell.text, cell.length, out)) return true;
    pbr_table_odd_date(table, column);
    return false;
}
bool pbr_table_count(pbr_table *table, size_t column, int64_t *out);
bool pbr_table_decimal(pbr_table *table, size_t column, mpq_t out);
bool pbr_table_pence(pbr_table *table, size_t column, int64_t *out); /* of either sign */

/* Reports a problem with a cell: cause, the quoted value, and what to do. */
void pbr_table_error(pbr_table *table, size_t column, const char *id, const char *cause,
                     const char *remedy);

#endif
