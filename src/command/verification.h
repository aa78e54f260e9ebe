/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What `verify` found, and how it says it. */
#ifndef PBR_COMMAND_VERIFICATION_H
#define PBR_COMMAND_VERIFICATION_H

#include "command/command.h"
#include "command/recorded.h"
#include "verify/difference.h"

#define PBR_VERIFY_FORMAT "pbrcalc-verify-1"

typedef enum {
    PBR_OUTPUT_EDITED, /* not the file that the manifest records */
    PBR_OUTPUT_FORGED, /* the file that the manifest records, and not what the inputs give */
    PBR_OUTPUT_MISSING,
    PBR_FILE_EXTRA,
    PBR_INPUT_CHANGED,
    PBR_TERM_CHANGED,
    PBR_PROGRAM_DIFFERS,
    PBR_RESULT_DIFFERS, /* of changed inputs or terms, or of another program */
    PBR_NOT_FOUND       /* without it nothing can be told */
} pbr_verify_kind;

typedef struct {
    pbr_verify_kind kind;
    const char *file;           /* of the folder, or an input's name */
    const char *path;           /* where a changed file stands, if not in the folder; or NULL */
    const char *recorded, *now; /* digests; or NULL */
    const char *note;           /* or NULL */
    pbr_file_differences differences;
} pbr_verify_finding;

typedef enum { PBR_NOT_MADE, PBR_MADE_AGAIN, PBR_MADE_WITH_CHANGES } pbr_made;

/* Lists are owned by the caller of pbr_verification_add, all else by the arena. */
typedef struct {
    const pbr_recorded *recorded;
    pbr_arena *arena;
    pbr_made made;
    bool sealed;             /* the manifest's bytes are those that its seal was taken of */
    const char *other_build; /* who made it, where that is another program; NULL: this one */
    size_t compared, by_id;  /* files; those that differ by the settlement's id alone */
    pbr_verify_finding *list;
    size_t count, room;
} pbr_verification;

pbr_verify_finding *pbr_verification_add(pbr_verification *v, pbr_verify_kind kind,
                                         const char *file);
/* The finding about a file of the folder, or NULL. */
pbr_verify_finding *pbr_verification_find(const pbr_verification *v, const char *file);

pbr_exit pbr_verification_status(const pbr_verification *v);
void pbr_verification_print(const pbr_verification *v);
void pbr_verification_print_json(const pbr_verification *v);

#endif
