/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a long calculation is. The calculation counts, on its threads; whoever shows it, on
 * another, decides when. */
#ifndef PBR_WHATIF_PROGRESS_H
#define PBR_WHATIF_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct {
    const char *what;          /* "sweep", "simulation" */
    atomic_size_t done, total; /* total 0: not known yet */
} pbr_progress;

#endif
