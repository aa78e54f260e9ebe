/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Where the ticks of an axis stand, and how wide a text is about. */
#ifndef PBR_REPORT_SVG_TICKS_H
#define PBR_REPORT_SVG_TICKS_H

#include "report/svg.h"

enum { PBR_TICKS_MOST = 16, PBR_FONT = 13 };

typedef struct {
    double values[PBR_TICKS_MOST];
    char texts[PBR_TICKS_MOST][PBR_NUMBER_TEXT + 16];
    size_t count;
} pbr_ticks;

/* At most `most` round numbers in [low, high], with a step of 1, 2 or 5 times a power of ten of the
 * axis's unit; of a logarithmic axis 1, 2 and 5 times powers of ten, or those powers alone. Where
 * the axis is to be made wider, low and high become ticks. */
void pbr_ticks_set(pbr_ticks *ticks, pbr_svg_axis *axis, size_t most);

/* No font is known where a page is written, so this is on the wide side: DejaVu Sans, about the
 * widest of the usual ones. */
double pbr_text_width(const char *text);
double pbr_ticks_width(const pbr_ticks *ticks); /* of the widest */

#endif
