/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/sha256.h"

#include "base/mem.h"

#include <errno.h>
#include <openssl/evp.h>
#include <stdio.h>
#include <stdlib.h>
#include <sys/stat.h>

enum { DIGEST_BYTES = 32, CHUNK_BYTES = 64 * 1024 };

struct pbr_sha256 {
    EVP_MD_CTX *context;
};

static _Noreturn void unusable(void)
{
    fputs("pbrcalc: libcrypto cannot compute SHA-256 here: nothing was written\n", stderr);
    exit(2);
}

pbr_sha256 *pbr_sha256_new(void)
{
    pbr_sha256 *hash = pbr_alloc(1, sizeof *hash);
    hash->context = EVP_MD_CTX_new();
    if (!hash->context || EVP_DigestInit_ex(hash->context, EVP_sha256(), NULL) != 1) unusable();
    return hash;
}

void pbr_sha256_add(pbr_sha256 *hash, const void *bytes, size_t length)
{
    if (EVP_DigestUpdate(hash->context, bytes, length) != 1) unusable();
}

void pbr_sha256_end(pbr_sha256 *hash, char out[PBR_SHA256_TEXT])
{
    unsigned char digest[DIGEST_BYTES];
    if (EVP_DigestFinal_ex(hash->context, digest, NULL) != 1) unusable();
    for (size_t i = 0; i < DIGEST_BYTES; i++) snprintf(out + 2 * i, 3, "%02x", digest[i]);
    EVP_MD_CTX_free(hash->context);
    free(hash);
}

/* A pipe without a writer, or a device without an end, would keep the program for ever. */
static FILE *open_plain(const char *path)
{
    struct stat facts;
    if (stat(path, &facts) != 0) return NULL;
    if (S_ISREG(facts.st_mode)) return fopen(path, "rb");
    errno = S_ISDIR(facts.st_mode) ? EISDIR : ENOTSUP;
    return NULL;
}

bool pbr_sha256_file(const char *path, char out[PBR_SHA256_TEXT])
{
    FILE *file = open_plain(path);
    if (!file) return false;
    static char chunk[CHUNK_BYTES];
    pbr_sha256 *hash = pbr_sha256_new();
    for (size_t got; (got = fread(chunk, 1, sizeof chunk, file)) > 0;)
        pbr_sha256_add(hash, chunk, got);
    pbr_sha256_end(hash, out);
    bool ok = !ferror(file);
    return fclose(file) == 0 && ok;
}
