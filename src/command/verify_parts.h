/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The two halves of `verify`: what can be seen of a folder as it stands, and what is seen when its
 * settlement is made again. */
#ifndef PBR_COMMAND_VERIFY_PARTS_H
#define PBR_COMMAND_VERIFY_PARTS_H

#include "command/verification.h"

/* Notes outputs that are edited, missing or unreadable, files that do not belong there, inputs and
 * terms that changed or are not found. places: the folders of --inputs. */
void pbr_verify_standing(pbr_verification *v, pbr_recorded *recorded, const char *const *places,
                         size_t count);

/* Makes the settlement again in a folder under `parent`, which is removed, and compares every file.
 * Where a recorded input was not found and a changed one was, it takes that. Problems that keep it
 * from being made go to diag. */
void pbr_verify_again(pbr_verification *v, pbr_recorded *recorded, const char *parent,
                      pbr_diag *diag);

/* Compares one of the contract's files in two folders that hold contracts. */
void pbr_verify_terms(const char *recorded, const char *now, const char *file,
                      pbr_file_differences *out);

#endif
