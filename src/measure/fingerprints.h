/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers of 64 bits, spread evenly, of which it is asked whether any two are equal. Kept by
 * several threads, each for itself. */
#ifndef PBR_MEASURE_FINGERPRINTS_H
#define PBR_MEASURE_FINGERPRINTS_H

#include "base/blocks.h"

#include <stdint.h>

enum { PBR_FINGERPRINT_SHARES = 64 };

typedef struct {
    struct pbr_fingerprint_block *shares[PBR_FINGERPRINT_SHARES]; /* by the highest bits */
    pbr_blocks memory;
} pbr_fingerprints;

void pbr_fingerprints_begin(pbr_fingerprints *fingerprints);
void pbr_fingerprints_end(pbr_fingerprints *fingerprints);
void pbr_fingerprints_add(pbr_fingerprints *fingerprints, uint64_t number);
/* Are any two equal, of all the threads'? */
bool pbr_fingerprints_meet(const pbr_fingerprints *each, size_t count);

#endif
