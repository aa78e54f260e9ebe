/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Who counts: the starts behind the measures, so that two measurings can be told apart person by
 * person. Holds personal identifiers; nothing of it is ever printed. */
#ifndef PBR_MEASURE_COUNTED_H
#define PBR_MEASURE_COUNTED_H

#include "measure/population.h"

typedef struct {
    const char *person;
    size_t area, cohort; /* of a period that is measured itself, not a sum of others */
    bool control;
    uint32_t order; /* of the person's starts, as the ledger takes them */
    uint32_t score; /* millionths of a percent point, or PBR_NO_SCORE */
    uint32_t reoffences;
} pbr_counted;

typedef struct pbr_counted_list {
    pbr_counted *items; /* by area, cohort, group, person, order */
    size_t count, room;
    pbr_arena *arena;
} pbr_counted_list;

pbr_counted_list *pbr_counted_new(void);
void pbr_counted_free(pbr_counted_list *list);
/* Takes down every start that counts, once all reoffences are matched. */
void pbr_counted_take(pbr_counted_list *list, const pbr_population *population);

/* By area, cohort, group and person, whatever the order of the person's starts. */
int pbr_counted_compare(const pbr_counted *a, const pbr_counted *b);

#endif
