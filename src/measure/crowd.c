/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "measure/crowd.h"

#include "base/mem.h"

#include <stdlib.h>

/* A row, among others by the day of their offence. */
struct placed {
    uint32_t row, repeats; /* repeats: of those that count up to it */
};

/* What a person's starts of one day see under a version of the rules. */
struct seen {
    const pbr_window *window; /* NULL: nothing is known */
    struct placed *rows;      /* that count */
    size_t count, room, marked;
    uint32_t late;
};

struct pbr_crowd {
    const pbr_population *population;
    const pbr_offence *rows;
    pbr_row_finding *findings;
    size_t count;
    struct placed *order; /* all rows */
    struct seen *seen;    /* [kind * versions + version] */
};

static int by_day(const void *left, const void *right, void *rows)
{
    uint32_t a = ((const struct placed *)left)->row, b = ((const struct placed *)right)->row;
    const pbr_offence *all = rows;
    if (all[a].committed != all[b].committed) return all[a].committed < all[b].committed ? -1 : 1;
    return a == b ? 0 : a < b ? -1 : 1;
}

pbr_crowd *pbr_crowd_new(const pbr_population *population, const pbr_offence *rows,
                         pbr_row_finding *findings, size_t count)
{
    pbr_crowd *crowd = pbr_alloc(1, sizeof *crowd);
    *crowd =
        (pbr_crowd){.population = population, .rows = rows, .findings = findings, .count = count};
    crowd->seen = pbr_alloc(population->contract->rules_count, sizeof *crowd->seen);
    crowd->order = pbr_alloc(count, sizeof *crowd->order);
    for (size_t i = 0; i < count; i++) crowd->order[i].row = (uint32_t)i;
    qsort_r(crowd->order, count, sizeof *crowd->order, by_day, (void *)rows);
    return crowd;
}

void pbr_crowd_free(pbr_crowd *crowd)
{
    if (!crowd) return;
    for (size_t i = 0; i < crowd->population->contract->rules_count; i++) free(crowd->seen[i].rows);
    free(crowd->seen);
    free(crowd->order);
    free(crowd);
}

/* How many of the rows were committed before the day. */
static size_t count_before(const pbr_crowd *crowd, const struct placed *rows, size_t count,
                           pbr_date day)
{
    size_t low = 0, high = count;
    while (low < high) {
        size_t middle = low + (high - low) / 2;
        if (pbr_offence_committed(&crowd->rows[rows[middle].row]) < day)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

static void look_through(const pbr_crowd *crowd, struct seen *seen, const pbr_window *window,
                         size_t version)
{
    uint32_t repeats = 0;
    seen->window = window;
    seen->count = seen->marked = seen->late = 0;
    size_t first = count_before(crowd, crowd->order, crowd->count, window->start);
    for (size_t i = first; i < crowd->count; i++) {
        uint32_t row = crowd->order[i].row;
        const pbr_row_finding *finding = &crowd->findings[row];
        pbr_date committed = pbr_offence_committed(&crowd->rows[row]);
        pbr_date proved = pbr_offence_proved(&crowd->rows[row]);
        if (!pbr_window_follows(window, committed)) break;
        if (!(finding->versions >> version & 1)) continue;
        seen->late += pbr_window_is_late(window, committed, proved);
        if (!pbr_window_holds(window, committed, proved)) continue;
        repeats += finding->repeats;
        seen->rows = pbr_extend(seen->rows, &seen->room, seen->count + 1, sizeof *seen->rows);
        seen->rows[seen->count++] = (struct placed){row, repeats};
    }
}

void pbr_crowd_count(pbr_crowd *crowd, const pbr_ruling *ruling, pbr_match_outcome *outcome)
{
    const pbr_terms *terms = crowd->population->contract->rules[ruling->rules].terms;
    struct seen *seen = &crowd->seen[ruling->rules];
    if (seen->window != outcome->window) look_through(crowd, seen, outcome->window, ruling->rules);
    bool stops = ruling->transferred && terms->transferred.treatment == PBR_STOP_COUNTING;
    size_t before = 0;
    if (ruling->transferred)
        before = count_before(crowd, seen->rows, seen->count, outcome->transferred);
    size_t counted = stops ? before : seen->count;
    for (; seen->marked < counted; seen->marked++)
        crowd->findings[seen->rows[seen->marked].row].counted = true;
    outcome->counted = (uint32_t)counted;
    outcome->before = (uint32_t)before;
    outcome->late = seen->late;
    outcome->repeats = counted ? seen->rows[counted - 1].repeats : 0;
}
