/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Hashes for tables in memory. Each table draws a secret of its own, so that nobody can write a
 * file whose ids all meet in one place; what is computed never depends on it. */
#ifndef PBR_BASE_HASH_H
#define PBR_BASE_HASH_H

#include <stddef.h>
#include <stdint.h>

typedef struct {
    uint64_t start, step; /* step is odd */
} pbr_secret;

pbr_secret pbr_secret_new(void);

/* Both halves of the product of two words, folded into one. */
static inline uint64_t pbr_fold(uint64_t a, uint64_t b)
{
    unsigned __int128 product = (unsigned __int128)a * b;
    return (uint64_t)product ^ (uint64_t)(product >> 64);
}

static inline uint64_t pbr_hash_word(pbr_secret secret, uint64_t word)
{
    return pbr_fold(pbr_fold(word ^ secret.start, secret.step) ^ secret.start, 0xA0761D6478BD642Fu);
}

/* Another word for each word, and each word for another: no two meet, and each can be had back. The
 * upper bits of a product with a random odd number are a universal hash, so that words chosen
 * without the secret lie spread over the whole range. */
enum { PBR_MIX_SHIFT = 32 };
static inline uint64_t pbr_mix(pbr_secret secret, uint64_t word)
{
    word = (word ^ secret.start) * secret.step;
    return (word ^ word >> PBR_MIX_SHIFT) * (secret.start | 1);
}
/* The word that was mixed. */
uint64_t pbr_unmix(pbr_secret secret, uint64_t mixed);

uint64_t pbr_hash_bytes(pbr_secret secret, const char *bytes, size_t length);

#endif
