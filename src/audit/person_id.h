/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How a person is called in what is written about persons: by the extract's id, or by its
 * HMAC-SHA256 (RFC 2104) under a key that stays with the auditor. */
#ifndef PBR_AUDIT_PERSON_ID_H
#define PBR_AUDIT_PERSON_ID_H

#include "base/diag.h"
#include "base/mem.h"

typedef struct pbr_id_key pbr_id_key;

enum { PBR_HASHED_ID_DIGITS = 32 }; /* hexadecimal: half of the 256 bits */

/* The bytes of a file, all of them, as a key. NULL, with the problem in diag, if it cannot be read
 * or has fewer than 16 bytes or more than 4096. */
pbr_id_key *pbr_id_key_read(const char *path, pbr_diag *diag);
void pbr_id_key_free(pbr_id_key *key);

/* The id to show: the person's own without a key. Owned by the arena, or the argument itself. */
const char *pbr_shown_id(const pbr_id_key *key, const char *person, pbr_arena *arena);

#endif
