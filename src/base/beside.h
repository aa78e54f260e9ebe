/* SPDX-License-Identifier: GPL-3.0-or-later */
/* One output file that appears whole or not at all: it is written beside its place under a hidden
 * name, .FILE.partial, and renamed when it is complete. A killed run may leave the hidden file,
 * which the next one to the same place writes over. */
#ifndef PBR_BASE_BESIDE_H
#define PBR_BASE_BESIDE_H

#include "base/diag.h"
#include "base/mem.h"

typedef struct {
    const char *file; /* as named */
    const char *path; /* where to write it until it is complete */
} pbr_beside;

/* Owned by arena, but for file, which the caller keeps. */
pbr_beside pbr_beside_begin(const char *file, pbr_arena *arena);

/* Puts what was written in its place, or removes it (keep is false, or it cannot be put there).
 * False, with the problem in diag, if it was to be kept and cannot be. */
bool pbr_beside_end(const pbr_beside *beside, bool keep, pbr_diag *diag);

/* Reports, by errno, that the file cannot be written; returns false. */
bool pbr_beside_refuse(const pbr_beside *beside, pbr_diag *diag);

/* Would a file of this path, which need not be there yet, stand in the folder or below it? */
bool pbr_lies_in(const char *file, const char *folder);

#endif
