/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How far a long calculation is. The calculation counts; whoever shows it decides when. */
#ifndef PBR_WHATIF_PROGRESS_H
#define PBR_WHATIF_PROGRESS_H

#include <stdatomic.h>
#include <stddef.h>

typedef struct {
    const char *what; /* "sweep", "simulation" */
    atomic_size_t done;
    size_t total;
} pbr_progress;

#endif
