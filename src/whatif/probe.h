/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A result as it would be with other counts, all else the same: the comparator, the mean score and
 * so the adjustment, the scores of those who reoffended. The engine itself judges it. */
#ifndef PBR_WHATIF_PROBE_H
#define PBR_WHATIF_PROBE_H

#include "settle/settlement.h"

typedef struct {
    const pbr_result *of; /* has a rate */
    pbr_measure measure;
    pbr_result result; /* of that measure, judged */
} pbr_probe;

/* Begins as the result is. Close it with pbr_probe_close. */
void pbr_probe_open(pbr_probe *probe, const pbr_result *of);
void pbr_probe_close(pbr_probe *probe);

/* What the metric counts: "reoffenders", "reoffences" (reoffenders staying as they are) or "days";
 * and how many there are. */
const char *pbr_probe_unit(const pbr_result *result);
int64_t pbr_probe_events(const pbr_result *result);
/* Judges with so many events more than there are, or fewer. Of reoffences, each reoffender has as
 * much more as any other, so that their spread stays as it is. */
void pbr_probe_move(pbr_probe *probe, int64_t more);
/* Judges a rate, or events per 100 persons, with other persons and reoffenders; the sums of scores
 * grow with the persons, and events stay as they are. */
void pbr_probe_resize(pbr_probe *probe, int64_t persons, int64_t reoffenders);

/* Judges a rate, or events per reoffender or 100 persons, without so many reoffenders: those with
 * the most reoffences. False, and nothing judged, if there are no more of them, or it is not known
 * how many reoffences each has. */
bool pbr_probe_leave_out(pbr_probe *probe, int64_t reoffenders);

/* Can more events never turn a verdict for the better? Not known of limits whose width itself rests
 * on the count. */
bool pbr_probe_is_monotone(const pbr_result *result);

#endif
