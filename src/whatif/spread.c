/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/spread.h"

#include "base/ratio.h"

#include <math.h>
#include <string.h>

static const double RANK_DOUBT = 1e-6; /* a hundredth of a hundred is one, not a little more */

/* Towards minus infinity, also of negative amounts. */
static int64_t bin_of(int64_t pence, unsigned shift)
{
    return pence < 0 ? ~(~pence >> shift) : pence >> shift;
}

static int64_t *at(pbr_spreading *s, int64_t bin)
{
    return &s->bins[(uint64_t)bin % PBR_SPREAD_BINS];
}

static int64_t held(const pbr_spreading *s, int64_t bin)
{
    return s->bins[(uint64_t)bin % PBR_SPREAD_BINS];
}

/* Bins twice as wide. */
static void widen(pbr_spreading *s)
{
    pbr_spreading before = *s;
    memset(s->bins, 0, sizeof s->bins);
    s->shift++;
    s->low = bin_of(before.low, 1);
    s->high = bin_of(before.high, 1);
    for (uint64_t i = 0; i <= (uint64_t)before.high - (uint64_t)before.low; i++)
        *at(s, bin_of(before.low + (int64_t)i, 1)) += held(&before, before.low + (int64_t)i);
}

static bool fits(int64_t low, int64_t high)
{
    return (uint64_t)high - (uint64_t)low < PBR_SPREAD_BINS;
}

/* Amounts of the bin of that width which begins at these pence. */
static void put(pbr_spreading *s, int64_t pence, int64_t amounts)
{
    int64_t bin = bin_of(pence, s->shift);
    if (!s->any) s->low = s->high = bin;
    s->any = true;
    while (!fits(bin < s->low ? bin : s->low, bin > s->high ? bin : s->high)) {
        widen(s);
        bin = bin_of(bin, 1);
    }
    if (bin < s->low) s->low = bin;
    if (bin > s->high) s->high = bin;
    *at(s, bin) += amounts;
}

static void add_wide(pbr_spreading *s, __int128 *sum, __int128 part)
{
    s->too_large |= __builtin_add_overflow(*sum, part, sum);
}

void pbr_spreading_add(pbr_spreading *s, int64_t pence)
{
    if (!s->any || pence < s->least) s->least = pence;
    if (!s->any || pence > s->most) s->most = pence;
    put(s, pence, 1);
    s->amounts++;
    s->paid += pence > 0;
    s->deducted += pence < 0;
    add_wide(s, &s->sum, pence);
    add_wide(s, &s->above, pence > 0 ? pence : 0);
    add_wide(s, &s->squares, (__int128)pence * pence);
}

void pbr_spreading_merge(pbr_spreading *s, const pbr_spreading *other)
{
    if (!other->any) return;
    if (!s->any || other->least < s->least) s->least = other->least;
    if (!s->any || other->most > s->most) s->most = other->most;
    while (s->any && s->shift < other->shift) widen(s);
    if (!s->any) s->shift = other->shift;
    for (uint64_t i = 0; i <= (uint64_t)other->high - (uint64_t)other->low; i++) {
        int64_t bin = other->low + (int64_t)i;
        if (held(other, bin)) put(s, bin * (INT64_C(1) << other->shift), held(other, bin));
    }
    s->amounts += other->amounts;
    s->paid += other->paid;
    s->deducted += other->deducted;
    s->too_large |= other->too_large;
    add_wide(s, &s->sum, other->sum);
    add_wide(s, &s->above, other->above);
    add_wide(s, &s->squares, other->squares);
}

static double mean_of(__int128 sum, int64_t amounts)
{
    mpq_t mean, share;
    mpq_inits(mean, share, NULL);
    pbr_ratio_set_wide(mean, sum);
    pbr_ratio_set(share, 1, amounts);
    mpq_mul(mean, mean, share);
    double result = pbr_ratio_double(mean);
    mpq_clears(mean, share, NULL);
    return result;
}

double pbr_spreading_mean(const pbr_spreading *s)
{
    return mean_of(s->sum, s->amounts);
}

double pbr_spreading_mean_above(const pbr_spreading *s)
{
    return mean_of(s->above, s->amounts);
}

/* (n S2 - S1 S1) / (n (n - 1)), which nothing cancels out of since it is exact. */
double pbr_spreading_sd(const pbr_spreading *s)
{
    if (s->amounts < 2) return 0;
    mpq_t sum, squares, n;
    mpq_inits(sum, squares, n, NULL);
    pbr_ratio_set_wide(sum, s->sum);
    mpq_mul(sum, sum, sum);
    pbr_ratio_set_wide(squares, s->squares);
    pbr_ratio_set(n, s->amounts, 1);
    mpq_mul(squares, squares, n);
    mpq_sub(squares, squares, sum);
    mpq_div(squares, squares, n);
    pbr_ratio_set(n, 1, s->amounts - 1);
    mpq_mul(squares, squares, n);
    double sd = sqrt(pbr_ratio_double(squares));
    mpq_clears(sum, squares, n, NULL);
    return sd;
}

double pbr_spreading_quantile(const pbr_spreading *s, double q)
{
    int64_t below = 0, bin = s->low;
    int64_t rank = (int64_t)ceil(q * (double)s->amounts - RANK_DOUBT);
    while (bin < s->high && (below += held(s, bin)) < rank) bin++;
    double edge = ldexp((double)bin, (int)s->shift);
    return fmin(fmax(edge, (double)s->least), (double)s->most);
}

void pbr_spreading_tell(const pbr_spreading *s, int64_t *bins, pbr_spread *spread)
{
    unsigned wider = 0;
    while (bin_of(s->high, wider) - bin_of(s->low, wider) >= PBR_SPREAD_TOLD) wider++;
    *spread = (pbr_spread){.width_pence = INT64_C(1) << (s->shift + wider),
                           .first = bin_of(s->low, wider),
                           .bins = bins};
    if (!s->any) return;
    spread->count = (size_t)(bin_of(s->high, wider) - spread->first) + 1;
    memset(bins, 0, spread->count * sizeof *bins);
    for (uint64_t i = 0; i <= (uint64_t)s->high - (uint64_t)s->low; i++) {
        int64_t bin = s->low + (int64_t)i;
        bins[bin_of(bin, wider) - spread->first] += held(s, bin);
    }
}
