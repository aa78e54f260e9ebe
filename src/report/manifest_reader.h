/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json of a settlement folder, read. */
#ifndef PBR_REPORT_MANIFEST_READER_H
#define PBR_REPORT_MANIFEST_READER_H

#include "report/manifest.h"

#define PBR_MANIFEST_NAME "manifest.json"
#define PBR_ROLE_TERMS "contract" /* of an input that is one of the contract's files */

/* Everything belongs to the arena that it was read with. */
typedef struct {
    const char *id, *title; /* of the settlement; of its scheme */
    const char *program_version, *commit;
    bool local_changes;
    pbr_date as_at, snapshot;       /* PBR_NO_DATE: none */
    const char **libraries;         /* "GSL 2.7.1" */
    const pbr_option_fact *options; /* after defaults; a list has one entry a value */
    const pbr_input_fact *inputs;   /* extracts and tables of the run */
    const pbr_input_fact *terms;    /* the contract's files: name is the path inside its folder */
    const pbr_output_fact *outputs;
    const char **previous; /* ids of the settlements it was built on */
    size_t libraries_count, options_count, inputs_count, terms_count, outputs_count, previous_count;
} pbr_manifest;

/* Reads the manifest of a settlement folder. False, with the problem in diag, if it cannot be used:
 * it is missing, not whole, or of another format. */
bool pbr_manifest_load(pbr_manifest *manifest, const char *folder, pbr_arena *arena,
                       pbr_diag *diag);

/* Are the manifest's bytes those that its seal was taken of? A seal is no signature: whoever
 * changes the manifest knowing of it can seal it anew. */
bool pbr_manifest_is_sealed(const char *folder);

/* The value of an option, or NULL; the first of a list. */
const char *pbr_manifest_option(const pbr_manifest *manifest, const char *name);
/* All values of an option, with a joint between them; "" if it was not given. */
const char *pbr_manifest_values(const pbr_manifest *manifest, const char *name, const char *joint,
                                pbr_arena *arena);
/* Does the manifest record a file of the folder by this name? */
bool pbr_manifest_has_output(const pbr_manifest *manifest, const char *name);
bool pbr_manifest_same_terms(const pbr_manifest *manifest, const pbr_contract *contract);

/* Is a file of the folder the one that its manifest records? False, with the problem in diag, if
 * not. */
bool pbr_manifest_vouches(const pbr_manifest *manifest, const char *folder, const char *file,
                          pbr_diag *diag);

#endif
