/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/dice.h"

#include <stdint.h>

enum { STREAMS = 3 };

/* One to one on 32 bits: the finalizer of MurmurHash3 (Appleby, 2011). */
static uint32_t mixed(uint32_t x)
{
    x = (x ^ x >> 16) * UINT32_C(0x85EBCA6B);
    x = (x ^ x >> 13) * UINT32_C(0xC2B2AE35);
    return x ^ x >> 16;
}

void pbr_dice_init(pbr_dice *dice)
{
    gsl_rng **const streams[STREAMS] = {&dice->persons, &dice->reoffences, &dice->baselines};
    for (int i = 0; i < STREAMS; i++) *streams[i] = gsl_rng_alloc(gsl_rng_mt19937);
}

void pbr_dice_free(pbr_dice *dice)
{
    gsl_rng_free(dice->persons);
    gsl_rng_free(dice->reoffences);
    gsl_rng_free(dice->baselines);
}

void pbr_dice_begin(pbr_dice *dice, unsigned seed, size_t block)
{
    uint32_t first = mixed(seed) + STREAMS * (uint32_t)block;
    gsl_rng_set(dice->persons, mixed(first));
    gsl_rng_set(dice->reoffences, mixed(first + 1));
    gsl_rng_set(dice->baselines, mixed(first + 2));
}
