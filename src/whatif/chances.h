/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How many reoffences a reoffender has: the chance of each number, tilted to another mean, and how
 * many of so many reoffenders have which. */
#ifndef PBR_WHATIF_CHANCES_H
#define PBR_WHATIF_CHANCES_H

#include "whatif/quick.h"

#include <gsl/gsl_rng.h>

/* Arrays belong to whoever made them. */
typedef struct {
    size_t size;
    int64_t *values; /* distinct */
    double *chances; /* none 0; they add up to 1 */
    double *given;   /* chance of values[i] among those who have none of the values before it */
} pbr_chances;

/* From the numbers of persons in a histogram. Memory is the arena's. */
void pbr_chances_of_histogram(pbr_chances *chances, const int64_t *histogram, size_t size,
                              pbr_arena *arena);
/* 1 + a negative binomial of that mean less 1 and size; size 0: 1 + Poisson. Numbers so rare that
 * nobody would have them are left out. */
void pbr_chances_of_negative_binomial(pbr_chances *chances, double mean, double size,
                                      pbr_arena *arena);

void pbr_chances_ends(const pbr_chances *chances, double *least, double *most);
double pbr_chances_mean(const pbr_chances *chances);
/* Can they be tilted to this mean? It must lie between the least and the most value. */
bool pbr_chances_reach(const pbr_chances *chances, double mean);
/* The theta with which chances weighted by e^(theta value) have this mean, which they must reach;
 * begin: where to begin looking, 0 if nothing is known. */
double pbr_chances_tilt(const pbr_chances *chances, double mean, double begin);
/* out gets the tilted chances and what follows; it must have room, and may share the values. */
void pbr_chances_apply(const pbr_chances *chances, double theta, pbr_chances *out);
/* Sorts by falling chance, which makes draws quick, and sets what is given. */
void pbr_chances_order(pbr_chances *chances);

/* Draws a number for each of drawn->reoffenders: one multinomial draw, as binomial draws of each
 * value in turn among those who are left (Davis, The computer generation of multinomial random
 * variates, 1993). Sets reoffences and squares; adds to the histogram, where there is one. */
void pbr_chances_draw(const pbr_chances *chances, const gsl_rng *rng, pbr_drawn *drawn);

#endif
