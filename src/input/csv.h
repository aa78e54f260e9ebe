/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Records of a CSV file (RFC 4180, comma, UTF-8 with or without BOM, LF or CRLF). libcsv in strict
 * mode defines the dialect; a record on one line without quotes is cut here directly, to the same
 * cells. Blanks around an unquoted cell are not part of it; blank lines are not records. */
#ifndef PBR_INPUT_CSV_H
#define PBR_INPUT_CSV_H

#include "base/text.h"
#include "input/source.h"

#include <stdint.h>

enum { PBR_CSV_RECORD_BYTES = 1024 * 1024, PBR_CSV_CELLS = 4096 }; /* limits of one record */

/* So many bytes may be read from where a cell begins, also past its end. */
enum { PBR_CSV_SPARE_BYTES = 64 };

/* Valid until the next call. A cell begins one behind the end before it, the first one's included:
 * ends[-1] is there. */
typedef struct {
    const char *text;
    const uint32_t *ends; /* of the cells, in the text */
    size_t count;
    long line;   /* physical line on which the record begins, from 1 */
    bool loose;  /* the cells may have blanks around them that are no part of them */
    bool quoted; /* some of the cells were in quotes: the text holds their values */
} pbr_csv_record;

static inline pbr_slice pbr_csv_trimmed(const char *from, const char *to)
{
    while (to > from && (pbr_is_blank(to[-1]) || to[-1] == '\r')) to--;
    while (from < to && pbr_is_blank(*from)) from++;
    return (pbr_slice){from, (size_t)(to - from)};
}

static inline pbr_slice pbr_csv_cell(const pbr_csv_record *record, size_t cell)
{
    const uint32_t *end = record->ends + cell;
    const char *from = record->text + (uint32_t)(end[-1] + 1), *to = record->text + *end;
    return record->loose ? pbr_csv_trimmed(from, to) : (pbr_slice){from, (size_t)(to - from)};
}

typedef struct pbr_csv pbr_csv;

/* Reads from source, which stays the caller's to close. */
pbr_csv *pbr_csv_new(pbr_source *source, pbr_diag *diag);
void pbr_csv_free(pbr_csv *csv);
/* The next record. A malformed one is reported and passed over. False at the end, and where the
 * file is given up: once PBR_CSV_MALFORMED records are malformed and no more are sound, it is no
 * table, and it may have no end. */
enum { PBR_CSV_MALFORMED = 10000 };
bool pbr_csv_next(pbr_csv *csv, pbr_csv_record *record);
/* The latest record is malformed as well, for a reason that its reader has reported. */
void pbr_csv_refuse(pbr_csv *csv);
/* Where a cell of the latest record stands. */
pbr_place pbr_csv_place(const pbr_csv *csv, size_t cell);

/* Parts: whole records that follow, which another thread may read. A part reads on its own, has its
 * own diag, and is freed with pbr_csv_free; it needs the source for its name. */
pbr_csv *pbr_csv_part(const pbr_csv *csv, pbr_diag *diag);
/* Moves records of about so many bytes from csv to the part, which must be used up. False at the
 * end.
 */
bool pbr_csv_take(pbr_csv *csv, pbr_csv *part, size_t bytes);
/* Records read, by the reader itself, or of a part since it was filled; and the physical line up to
 * which they were. */
typedef struct {
    int64_t sound, malformed;
    long line;
} pbr_csv_count;
pbr_csv_count pbr_csv_counted(const pbr_csv *csv);
/* Adds those of a part of the reader's. False, reported, if the file is given up. */
bool pbr_csv_count_part(const pbr_csv *csv, pbr_csv_count part, pbr_csv_count *all, pbr_diag *diag);
void pbr_csv_give_up(pbr_csv *csv); /* nothing more is read of it */
/* From here on problems of the reader and its source go to another diag. */
void pbr_csv_report_to(pbr_csv *csv, pbr_diag *diag);
/* Did a problem end the reading? What follows in the file is then not read. */
bool pbr_csv_stopped(const pbr_csv *csv);

long pbr_csv_lines(const pbr_csv *csv); /* physical lines read so far, parts with them */
/* True if the file held no byte at all (besides a BOM). */
bool pbr_csv_was_empty(const pbr_csv *csv);

#endif
