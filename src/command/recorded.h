/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A settlement folder as its manifest records it, and where what it was made from is now. */
#ifndef PBR_COMMAND_RECORDED_H
#define PBR_COMMAND_RECORDED_H

#include "command/arguments.h"
#include "report/manifest_reader.h"

typedef struct {
    const pbr_input_fact *fact; /* role, name and digest as recorded */
    const char *path;           /* of a file with that digest; NULL: none was found */
    const char *changed; /* of a file with that name and another digest; NULL: none was seen */
} pbr_recorded_input;

/* Everything belongs to the arena it was read with. */
typedef struct {
    const char *folder;
    pbr_manifest manifest;
    pbr_recorded_input *inputs; /* extracts and tables, as the manifest lists them */
    pbr_recorded_input *terms;  /* the contract's files */
    const char *contract;       /* a folder that holds these; NULL: none was found */
    const char **previous;      /* where each settlement is that it was built on; NULL: not found */
} pbr_recorded;

/* Reads DIR/manifest.json. False, with the problem in diag, where it cannot be used. */
bool pbr_recorded_read(pbr_recorded *recorded, const char *folder, pbr_arena *arena,
                       pbr_diag *diag);

/* Looks for inputs and terms by digest and for earlier settlements by id: in the folder's own
 * inputs/, then under each place, folders within folders, in byte order of path; earlier
 * settlements also beside the folder. Links are not followed. */
void pbr_recorded_find(pbr_recorded *recorded, const char *const *places, size_t count,
                       pbr_arena *arena);

/* Reports every input, term and earlier settlement that was not found, and where a changed file of
 * its name is. True if all were found. */
bool pbr_recorded_complete(const pbr_recorded *recorded, pbr_diag *diag);

/* Reports every extract and term that was not found: what it takes to measure again. True if all
 * were found. */
bool pbr_recorded_has_extracts(const pbr_recorded *recorded, pbr_diag *diag);

/* The options that `settle` was given that name no file. Free with pbr_arguments_free. */
pbr_arguments *pbr_recorded_options(const pbr_recorded *recorded, pbr_arena *arena, pbr_diag *diag);
/* The arguments that `settle` was given, with today's paths, less --out. Free with
 * pbr_arguments_free. */
pbr_arguments *pbr_recorded_arguments(const pbr_recorded *recorded, pbr_arena *arena,
                                      pbr_diag *diag);

#endif
