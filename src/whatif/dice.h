/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Random numbers of one block of replicates: MT19937 (Matsumoto and Nishimura, 1998), three streams
 * that depend on seed and block alone, so that it does not matter which thread draws a block. */
#ifndef PBR_WHATIF_DICE_H
#define PBR_WHATIF_DICE_H

#include <gsl/gsl_rng.h>
#include <stddef.h>

/* Apart from each other, so that the same persons reoffend whether or not baselines are drawn, and
 * so that effects meet the same chance. */
typedef struct {
    gsl_rng *persons, *reoffences, *baselines;
} pbr_dice;

void pbr_dice_init(pbr_dice *dice);
void pbr_dice_free(pbr_dice *dice);
/* Sets the streams to the beginning of a block. No two blocks of a seed begin alike. */
void pbr_dice_begin(pbr_dice *dice, unsigned seed, size_t block);

#endif
