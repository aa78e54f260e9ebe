/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "synth/rows.h"

#include "base/mem.h"

#include <errno.h>
#include <stdlib.h>
#include <string.h>

enum { BUFFER_BYTES = 128 * 1024, CELL_BYTES = 256 };

struct pbr_rows {
    FILE *file;
    char *path;
    int failure; /* errno of the first failed write */
    int64_t line;
    size_t used;
    char buffer[BUFFER_BYTES];
};

const char *const pbr_cohort_columns[PBR_COHORT_COLUMNS] = {
    "person_id",  "cpa",     "start_date",       "start_type", "ogrs",           "start_id",
    "managed_by", "em_only", "foreign_national", "died_on",    "transferred_on", "pnc_matched",
};

const char *const pbr_reoffence_columns[PBR_REOFFENCE_COLUMNS] = {
    "person_id",  "offence_date", "outcome_date", "outcome",    "offence_code",
    "recordable", "breach",       "jurisdiction", "offence_id",
};

pbr_rows *pbr_rows_open(const char *folder, const char *name, const char *const *columns,
                        int columns_count, pbr_diag *diag)
{
    char *path = pbr_sprintf("%s/%s", folder, name);
    FILE *file = fopen(path, "wb");
    if (!file) {
        pbr_error(diag, "cannot-write", ((pbr_place){path, 0, 0}), "cannot write: %s",
                  strerror(errno));
        free(path);
        return NULL;
    }
    pbr_rows *rows = pbr_alloc(1, sizeof *rows);
    rows->file = file;
    rows->path = path;
    for (int i = 0; i < columns_count; i++) pbr_rows_text(rows, columns[i]);
    pbr_rows_end(rows);
    return rows;
}

static void remember(pbr_rows *rows, bool ok)
{
    if (!ok && !rows->failure) rows->failure = errno ? errno : EIO;
}

static void flush(pbr_rows *rows)
{
    remember(rows, fwrite(rows->buffer, 1, rows->used, rows->file) == rows->used);
    rows->used = 0;
}

bool pbr_rows_close(pbr_rows *rows, pbr_diag *diag)
{
    if (!rows) return true;
    flush(rows);
    remember(rows, fclose(rows->file) == 0);
    bool ok = !rows->failure;
    if (!ok)
        pbr_error(diag, "cannot-write", ((pbr_place){rows->path, 0, 0}), "cannot write: %s",
                  strerror(rows->failure));
    free(rows->path);
    free(rows);
    return ok;
}

/* Room for one cell of at most CELL_BYTES, its comma included; the writer adds to rows->used. */
static char *cell(pbr_rows *rows)
{
    if (BUFFER_BYTES - rows->used < CELL_BYTES) flush(rows);
    return rows->buffer + rows->used;
}

static void close_cell(pbr_rows *rows, char *end)
{
    *end++ = ',';
    rows->used = (size_t)(end - rows->buffer);
}

void pbr_rows_text(pbr_rows *rows, const char *text)
{
    size_t length = strnlen(text, CELL_BYTES - 1);
    char *out = cell(rows);
    memcpy(out, text, length);
    close_cell(rows, out + length);
}

/* The last `digits` decimal digits; returns the byte after them. */
static char *put_digits(char *out, uint64_t number, int digits)
{
    for (int i = digits - 1; i >= 0; i--, number /= 10) out[i] = (char)('0' + number % 10);
    return out + digits;
}

static int digits_of(uint64_t number)
{
    int digits = 1;
    while (number >= 10) {
        number /= 10;
        digits++;
    }
    return digits;
}

void pbr_rows_number(pbr_rows *rows, char prefix, uint64_t number, int digits)
{
    int needed = digits_of(number);
    char *out = cell(rows);
    *out++ = prefix;
    close_cell(rows, put_digits(out, number, needed > digits ? needed : digits));
}

void pbr_rows_hundredths(pbr_rows *rows, unsigned hundredths)
{
    unsigned whole = hundredths / 100, rest = hundredths % 100;
    char *out = put_digits(cell(rows), whole, digits_of(whole));
    if (rest) {
        *out++ = '.';
        out = rest % 10 ? put_digits(out, rest, 2) : put_digits(out, rest / 10, 1);
    }
    close_cell(rows, out);
}

void pbr_rows_date(pbr_rows *rows, pbr_date date)
{
    char *out = cell(rows);
    if (date != PBR_NO_DATE) {
        pbr_civil civil = pbr_date_civil(date);
        out = put_digits(out, (uint64_t)civil.year, 4);
        *out++ = '-';
        out = put_digits(out, (uint64_t)civil.month, 2);
        *out++ = '-';
        out = put_digits(out, (uint64_t)civil.day, 2);
    }
    close_cell(rows, out);
}

/* Turns the last cell's comma into the line end. A flush never comes between the two, because
 * cell() flushes before a cell is written. */
void pbr_rows_end(pbr_rows *rows)
{
    rows->buffer[rows->used - 1] = '\n';
    rows->line++;
}

int64_t pbr_rows_line(const pbr_rows *rows)
{
    return rows->line;
}
