/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Arithmetic of whole pence that needs neither claims nor rules: the room under a cap, and the
 * shares of an amount. */
#ifndef PBR_SETTLE_PENCE_H
#define PBR_SETTLE_PENCE_H

#include "contract/terms.h"

#include <stddef.h>
#include <stdint.h>

/* What has been used of a cap's room; {0} at first. Sums of 63-bit amounts need more than 63 bits.
 */
typedef struct {
    __int128 used_pence;
} pbr_cap_room;

/* What an amount comes to under the cap (semantics 18, 19): a payment gets of the room what is
 * left; a deduction stays whole, and gives room back where headroom is net. */
int64_t pbr_cap_take(pbr_cap_room *room, int64_t limit_pence, pbr_headroom headroom,
                     int64_t wanted_pence);

/* Splits pence by days into parts, towards zero; what that leaves goes to the part named residue
 * (semantics 18). The days must come to more than 0. */
void pbr_pence_split(int64_t pence, const int64_t *days, size_t count, size_t residue,
                     int64_t *parts);

#endif
