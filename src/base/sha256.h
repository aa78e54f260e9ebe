/* SPDX-License-Identifier: GPL-3.0-or-later */
/* SHA-256 (FIPS 180-4) by OpenSSL's libcrypto, as lower-case hexadecimal. */
#ifndef PBR_BASE_SHA256_H
#define PBR_BASE_SHA256_H

#include <stdbool.h>
#include <stddef.h>

enum { PBR_SHA256_TEXT = 65 }; /* bytes of the hexadecimal digest and its NUL */

typedef struct pbr_sha256 pbr_sha256;

pbr_sha256 *pbr_sha256_new(void);
void pbr_sha256_add(pbr_sha256 *hash, const void *bytes, size_t length);
/* Writes the digest and frees hash. */
void pbr_sha256_end(pbr_sha256 *hash, char out[PBR_SHA256_TEXT]);

/* The digest of a whole file. False, with errno set, if it cannot be read. */
bool pbr_sha256_file(const char *path, char out[PBR_SHA256_TEXT]);

#endif
