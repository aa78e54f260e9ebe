/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/person_id.h"

#include <errno.h>
#include <openssl/crypto.h>
#include <openssl/evp.h>
#include <openssl/hmac.h>
#include <stdlib.h>
#include <string.h>

enum { KEY_BYTES_LEAST = 16, KEY_BYTES_MOST = 4096 };

struct pbr_id_key {
    size_t length;
    unsigned char bytes[KEY_BYTES_MOST + 1];
};

pbr_id_key *pbr_id_key_read(const char *path, pbr_diag *diag)
{
    pbr_place place = {path, 0, 0};
    FILE *file = fopen(path, "rb");
    pbr_id_key *key = pbr_alloc(1, sizeof *key);
    if (file) key->length = fread(key->bytes, 1, sizeof key->bytes, file);
    bool read = file && !ferror(file);
    if (!read)
        pbr_error(diag, "unreadable-file", place, "cannot be read: %s", strerror(errno));
    else if (key->length < KEY_BYTES_LEAST || key->length > KEY_BYTES_MOST)
        pbr_error(diag, "bad-key", place,
                  "a key has %d to %d bytes: make one with `head -c 32 /dev/urandom > FILE`",
                  KEY_BYTES_LEAST, KEY_BYTES_MOST);
    if (file) fclose(file);
    if (read && key->length >= KEY_BYTES_LEAST && key->length <= KEY_BYTES_MOST) return key;
    pbr_id_key_free(key);
    return NULL;
}

void pbr_id_key_free(pbr_id_key *key)
{
    if (key) OPENSSL_cleanse(key, sizeof *key);
    free(key);
}

const char *pbr_shown_id(const pbr_id_key *key, const char *person, pbr_arena *arena)
{
    static const char digits[] = "0123456789abcdef";
    unsigned char hash[EVP_MAX_MD_SIZE];
    char text[PBR_HASHED_ID_DIGITS];
    if (!key) return person;
    if (!HMAC(EVP_sha256(), key->bytes, (int)key->length, (const unsigned char *)person,
              strlen(person), hash, NULL)) {
        fputs("pbrcalc: libcrypto cannot compute HMAC-SHA256: nothing was written\n", stderr);
        exit(2); /* an id must never be shown in clear because hashing failed */
    }
    for (size_t i = 0; i < sizeof text; i++)
        text[i] = digits[i % 2 ? hash[i / 2] & 15 : hash[i / 2] >> 4];
    return pbr_arena_text(arena, text, sizeof text);
}
