/* SPDX-License-Identifier: GPL-3.0-or-later */
/* manifest.json: what a settlement was made from and what it consists of, so that it can be checked
 * and made again elsewhere. */
#ifndef PBR_REPORT_MANIFEST_H
#define PBR_REPORT_MANIFEST_H

#include "report/facts.h"
#include "settle/settlement.h"

#define PBR_MANIFEST_FORMAT "pbrcalc-manifest-1"

/* The last key is the SHA-256 of the bytes before it: `body` SEAL digest `"` END newline. */
#define PBR_MANIFEST_SEAL ",\n  \"seal\": \""
#define PBR_MANIFEST_END "\n}"

typedef struct {
    const char *name, *value; /* an option after defaults; lists have one entry a value */
} pbr_option_fact;

typedef struct {
    const char *name; /* path inside the folder */
    char sha256[PBR_SHA256_TEXT];
} pbr_output_fact;

/* Writes the manifest. False, with errno set, if it was not written whole. */
bool pbr_manifest_write(const char *path, const pbr_settlement *settlement,
                        const pbr_measures *measures, const pbr_run_facts *facts,
                        const pbr_option_fact *options, size_t options_count,
                        const pbr_output_fact *outputs, size_t outputs_count);

/* The id of a settlement: its date and a digest of the program's version, the terms, the options
 * and what was measured; row and file order do not matter. Owned by the arena. */
const char *pbr_settlement_id(const pbr_contract *contract, const pbr_measures *measures,
                              pbr_date as_at, const pbr_option_fact *options, size_t options_count,
                              pbr_arena *arena);

/* Versions of what the program is built with, as text "name version"; ends with NULL. */
const char *const *pbr_library_versions(void);

#endif
