/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Bytes of an input: a file, standard input ("-") or a gzip file (known by its first two bytes).
 * The SHA-256 of the bytes as stored is taken in the same pass. */
#ifndef PBR_INPUT_SOURCE_H
#define PBR_INPUT_SOURCE_H

#include "base/diag.h"
#include "base/sha256.h"

#include <sys/types.h>

/* How much is read at a time: small enough to stay in a processor's own cache while it is used.
 * Builds for fuzzing read a few bytes, so that small files too are read in many pieces. */
#ifndef PBR_READ_BYTES
#define PBR_READ_BYTES (64 * 1024)
#endif

typedef struct pbr_source pbr_source;

/* Opens path; a problem goes to diag and gives NULL. Not a regular file, pipe or device: refused.
 */
pbr_source *pbr_source_open(const char *path, pbr_diag *diag);
/* A source of bytes in memory, which are copied; name is what messages call it. */
pbr_source *pbr_source_of(const char *name, const void *bytes, size_t length, pbr_diag *diag);
/* Fills bytes with up to size bytes; 0 at the end or after a problem, which goes to diag. */
size_t pbr_source_read(pbr_source *source, void *bytes, size_t size);
/* The name for messages: the path, or "standard input". Owned by source. */
const char *pbr_source_name(const pbr_source *source);
/* The digest is not wanted. */
void pbr_source_unhashed(pbr_source *source);
/* From here on problems go to another diag. */
void pbr_source_report_to(pbr_source *source, pbr_diag *diag);
/* Reads what is left (so that the digest is the whole file's), writes the digest and frees source.
 * No digest: empty. */
void pbr_source_close(pbr_source *source, char digest[PBR_SHA256_TEXT]);

#endif
