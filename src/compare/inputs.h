/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What differs between the inputs of two settlements: files by digest, rows by number. Rows may
 * hold personal identifiers, which stay inside. */
#ifndef PBR_COMPARE_INPUTS_H
#define PBR_COMPARE_INPUTS_H

#include "base/diag.h"

typedef struct {
    const char *name, *sha256; /* as recorded */
    const char *path;          /* where the file is now; NULL: not found */
} pbr_input_file;

typedef struct {
    const pbr_input_file *files;
    size_t count;
    const char *key; /* columns, by the names that the files have for them */
} pbr_input_side;

/* The files of one role. */
typedef struct {
    const char *role;
    pbr_input_side old, now;
    bool same;       /* the same files by digest, in whatever order */
    bool rows_known; /* all files were found and read */
    int64_t old_rows, new_rows, added, removed, changed;
} pbr_input_change;

/* Fills in what follows from role, old and now. Files that cannot be read leave the rows unknown.
 */
void pbr_inputs_compare(pbr_input_change *change);

/* The columns that tell the rows of a role apart, by pbrcalc's own names; NULL: not known. */
const char *pbr_input_key(const char *role);

#endif
