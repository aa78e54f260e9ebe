/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "base/hash.h"

#include <string.h>
#include <sys/random.h>

/* Where the system has no random bytes to give, the secret is none: then a file made for it would
 * be slow to read, and its figures the same. */
pbr_secret pbr_secret_new(void)
{
    pbr_secret secret = {0x9E3779B97F4A7C15u, 0xD6E8FEB86659FD93u};
    if (getrandom(&secret, sizeof secret, GRND_NONBLOCK) != sizeof secret)
        secret = (pbr_secret){0x9E3779B97F4A7C15u, 0xD6E8FEB86659FD93u};
    secret.step |= 1;
    return secret;
}

/* The number whose product with an odd one is 1, modulo 2^64. Newton's iteration doubles the bits
 * that are right; an odd number is its own inverse in the lowest three. */
static uint64_t inverse(uint64_t odd)
{
    uint64_t found = odd;
    for (int right = 3; right < 64; right *= 2) found *= 2 - odd * found;
    return found;
}

/* A shift by half the word, folded in, is undone by doing it again. */
uint64_t pbr_unmix(pbr_secret secret, uint64_t mixed)
{
    uint64_t word = mixed * inverse(secret.start | 1);
    word ^= word >> PBR_MIX_SHIFT;
    return word * inverse(secret.step) ^ secret.start;
}

uint64_t pbr_hash_bytes(pbr_secret secret, const char *bytes, size_t length)
{
    uint64_t state = secret.start ^ length, words[2];
    for (; length >= sizeof words; bytes += sizeof words, length -= sizeof words) {
        memcpy(words, bytes, sizeof words);
        state = pbr_fold(state ^ words[0], secret.step ^ words[1]);
    }
    memset(words, 0, sizeof words);
    memcpy(words, bytes, length);
    return pbr_hash_word(secret, pbr_fold(state ^ words[0], secret.step ^ words[1]));
}
