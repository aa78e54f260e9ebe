/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "report/svg_boxes.h"

#include "base/mem.h"

#include <math.h>
#include <stdlib.h>

enum { STRIDE = 6 /* between the places at which a line is known to be */ };

void pbr_boxes_add(pbr_boxes *boxes, pbr_box box)
{
    boxes->items = pbr_grow(boxes->items, &boxes->room, boxes->count + 1, sizeof *boxes->items);
    boxes->items[boxes->count++] = box;
}

void pbr_boxes_add_line(pbr_boxes *boxes, double x0, double y0, double x1, double y1)
{
    int steps = (int)(hypot(x1 - x0, y1 - y0) / STRIDE) + 1;
    for (int i = 0; i <= steps; i++) {
        double x = x0 + (x1 - x0) * i / steps, y = y0 + (y1 - y0) * i / steps;
        pbr_boxes_add(boxes, (pbr_box){x - 1, y - 1, x + 1, y + 1});
    }
}

void pbr_boxes_free(pbr_boxes *boxes)
{
    free(boxes->items);
    *boxes = (pbr_boxes){0};
}

bool pbr_boxes_meet(const pbr_boxes *boxes, pbr_box box)
{
    for (size_t i = 0; i < boxes->count; i++) {
        const pbr_box *other = &boxes->items[i];
        if (box.left < other->right && other->left < box.right && box.top < other->bottom &&
            other->top < box.bottom)
            return true;
    }
    return false;
}

bool pbr_box_lies_in(pbr_box box, pbr_box whole)
{
    return box.left >= whole.left && box.right <= whole.right && box.top >= whole.top &&
           box.bottom <= whole.bottom;
}
