/* SPDX-License-Identifier: GPL-3.0-or-later */
/* An output folder that appears whole or not at all: it is built beside its place under a hidden
 * name and renamed when it is complete. While it is being built, signals that would end the program
 * wait, and leaving the program in any other way but SIGKILL removes it. What a killed run left is
 * removed by the next one that writes to the same place. */
#ifndef PBR_BASE_STAGED_H
#define PBR_BASE_STAGED_H

#include "base/diag.h"

typedef struct pbr_staged pbr_staged;

/* Begins a folder that will stand at path. An existing one is refused unless force is true, and
 * even then unless it is empty or holds `mark` (a file that only such folders have). Problems go to
 * diag and give NULL. One at a time. */
pbr_staged *pbr_staged_new(const char *path, const char *mark, bool force, pbr_diag *diag);

/* Begins a folder under parent that only this user can read and that never gets a place: it is to
 * be abandoned. */
pbr_staged *pbr_staged_scratch(const char *parent, pbr_diag *diag);

/* The path of a file inside the folder being built; owned by staged. A folder in name is made. */
const char *pbr_staged_path(pbr_staged *staged, const char *name);
/* Copies a file to that name. False, with errno, if it cannot. */
bool pbr_staged_copy(pbr_staged *staged, const char *from, const char *name);
const char *pbr_staged_folder(const pbr_staged *staged);

/* Puts the folder in its place and frees staged. False, reported and removed, if that fails. */
bool pbr_staged_commit(pbr_staged *staged, pbr_diag *diag);
/* Removes what was built and frees staged. */
void pbr_staged_abandon(pbr_staged *staged);

/* Checks early, before hours of work, what pbr_staged_new would refuse. */
bool pbr_staged_check(const char *path, const char *mark, bool force, pbr_diag *diag);

#endif
