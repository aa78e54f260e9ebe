/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The chance that the contract's own test sees a fall, by size of the cohort. Size is the metric's
 * denominator: persons for a rate, reoffenders for a frequency. What a cohort is compared with is
 * taken as known. */
#ifndef PBR_WHATIF_DETECT_H
#define PBR_WHATIF_DETECT_H

#include "whatif/power.h"
#include "whatif/probe.h"

/* Of one result and fall. */
typedef struct {
    const pbr_result *of;
    pbr_power_how how;
    double fall;
    double chance; /* exact: that a person reoffends */
    pbr_probe probe;
    double sd;                        /* normal: of one case */
    double better_width, worse_width; /* normal: from the comparator to the limits, at one case
                                         where they shrink with the root of the size */
    bool shrinks;
} pbr_detector;

/* The result must have a rate and limits. NULL, or why the fall cannot be. Close it in any case. */
const char *pbr_detector_open(pbr_detector *detector, const pbr_result *of, double fall);
void pbr_detector_close(pbr_detector *detector);
/* Is power told for such a metric, and is there what it rests on? NULL, or why not. */
const char *pbr_detector_lacks(const pbr_result *result);

/* The chance of a verdict, better or worse, at a size. */
double pbr_detector_better(pbr_detector *detector, int64_t size);
double pbr_detector_worse(pbr_detector *detector, int64_t size);
/* The size that the normal approximation gives for a chance of better; 0: none. */
double pbr_detector_size_normal(const pbr_detector *detector, double wanted);
/* The smallest size from which the chance stays; the exact chance goes up like the teeth of a saw,
 * so that a smaller size may have it too. Beyond what is needed by a tenth the teeth are too small
 * to matter and sizes are not gone through. 0: not below a million. */
int64_t pbr_detector_size(pbr_detector *detector, double wanted);

#endif
