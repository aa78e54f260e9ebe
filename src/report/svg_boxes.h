/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What already stands in a chart, so that labels keep off it. In the chart's pixels; y grows
 * downwards. */
#ifndef PBR_REPORT_SVG_BOXES_H
#define PBR_REPORT_SVG_BOXES_H

#include <stdbool.h>
#include <stddef.h>

typedef struct {
    double left, top, right, bottom;
} pbr_box;

/* All zero is empty; free with pbr_boxes_free. */
typedef struct {
    pbr_box *items;
    size_t count, room;
} pbr_boxes;

void pbr_boxes_add(pbr_boxes *boxes, pbr_box box);
/* As small boxes along a line, which one around a slanting line would be far too large for. */
void pbr_boxes_add_line(pbr_boxes *boxes, double x0, double y0, double x1, double y1);
void pbr_boxes_free(pbr_boxes *boxes);

/* Does it share more than an edge with one of them? */
bool pbr_boxes_meet(const pbr_boxes *boxes, pbr_box box);
bool pbr_box_lies_in(pbr_box box, pbr_box whole);

#endif
