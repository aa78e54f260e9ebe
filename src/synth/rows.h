/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An extract being written, row by row: quick, because a large extract has millions of rows, and
 * plain, because no value made here needs quoting. */
#ifndef PBR_SYNTH_ROWS_H
#define PBR_SYNTH_ROWS_H

#include "base/date.h"
#include "base/diag.h"

enum { PBR_COHORT_COLUMNS = 12, PBR_REOFFENCE_COLUMNS = 9 };

extern const char *const pbr_cohort_columns[PBR_COHORT_COLUMNS];
extern const char *const pbr_reoffence_columns[PBR_REOFFENCE_COLUMNS];

typedef struct pbr_rows pbr_rows;

/* Opens folder/name and writes its header. Trouble goes to diag, and the answer is NULL. Close it
 * with pbr_rows_close. */
pbr_rows *pbr_rows_open(const char *folder, const char *name, const char *const *columns,
                        int columns_count, pbr_diag *diag);
/* Closes and frees; rows may be NULL. False, with trouble in diag, if anything was not written. */
bool pbr_rows_close(pbr_rows *rows, pbr_diag *diag);

/* One cell. Text is written as it is. */
void pbr_rows_text(pbr_rows *rows, const char *text);
void pbr_rows_number(pbr_rows *rows, char prefix, uint64_t number, int digits); /* S0000042 */
void pbr_rows_hundredths(pbr_rows *rows, unsigned hundredths); /* 4725 is 47.25, 4700 is 47 */
void pbr_rows_date(pbr_rows *rows, pbr_date date);             /* PBR_NO_DATE is an empty cell */
void pbr_rows_end(pbr_rows *rows);

/* The physical line of the row ended last; the header is line 1. */
int64_t pbr_rows_line(const pbr_rows *rows);

#endif
