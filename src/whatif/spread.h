/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How amounts are spread, in memory that does not grow with them: counts in bins whose width is the
 * least power of two pence with which all amounts fit. The width follows from the least and the
 * most alone, so amounts may come in any order and parts may be merged in any order. */
#ifndef PBR_WHATIF_SPREAD_H
#define PBR_WHATIF_SPREAD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Powers of two: bins while amounts come in, and the most that are told, which is what a chart
 * shows.
 */
enum { PBR_SPREAD_BINS = 2048, PBR_SPREAD_TOLD = 128 };

/* Amounts in bins of equal width, as they are told. */
typedef struct {
    int64_t width_pence, first; /* first: index of bins[0]; a bin holds [i, i + 1) * width */
    int64_t *bins;
    size_t count;
} pbr_spread;

/* The same while amounts still come in: a ring of bins; all zero is empty. */
typedef struct {
    bool any;
    unsigned shift;                  /* a bin is 2^shift pence wide */
    int64_t low, high;               /* indexes of the first and last bin that hold any */
    int64_t bins[PBR_SPREAD_BINS];   /* bin i at i modulo their number */
    int64_t least, most;             /* amounts */
    int64_t paid, deducted, amounts; /* above 0, below 0, in all */
    __int128 sum, squares, above;    /* above: the sum of those above 0 */
    bool too_large;                  /* a sum did not fit: it is not to be used */
} pbr_spreading;

void pbr_spreading_add(pbr_spreading *spreading, int64_t pence);
void pbr_spreading_merge(pbr_spreading *spreading, const pbr_spreading *other);

/* Exact sums, rounded once. sd: divisor one less than the amounts; 0 for a single one. */
double pbr_spreading_mean(const pbr_spreading *spreading);
/* The part of the mean that amounts above 0 make; those below 0 make the rest. */
double pbr_spreading_mean_above(const pbr_spreading *spreading);
double pbr_spreading_sd(const pbr_spreading *spreading);
/* The lower edge of the bin of the least amount that is not exceeded by less than a share q of
 * all: it lies at most a bin's width below it. Not outside the amounts themselves. */
double pbr_spreading_quantile(const pbr_spreading *spreading, double q);
/* Bins in their order, wide enough that there are at most PBR_SPREAD_TOLD; bins has room for as
 * many and stays the caller's. */
void pbr_spreading_tell(const pbr_spreading *spreading, int64_t *bins, pbr_spread *spread);

#endif
