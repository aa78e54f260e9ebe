/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "compare/difference.h"

#include "compare/figures.h"

#include <stdlib.h>
#include <string.h>

bool pbr_difference_any(const pbr_difference *difference)
{
    bool inputs = false;
    for (size_t i = 0; i < difference->inputs_count; i++) inputs |= !difference->inputs[i].same;
    return inputs || difference->figures->count || difference->terms->count ||
           difference->options_count ||
           strcmp(difference->old.program, difference->now.program) != 0;
}

const pbr_figure_change *pbr_difference_total(const pbr_difference *difference)
{
    return pbr_figure_changes_find(difference->figures, PBR_ALL_PAYEES "/total");
}

const char *pbr_difference_words(const pbr_difference *difference, pbr_cause cause,
                                 const char *area, const char *cohort, pbr_arena *arena)
{
    const char *words = "";
    for (size_t i = 0; i < difference->counts.count; i++) {
        const pbr_count_change *change = &difference->counts.items[i];
        if (change->cause != cause || strcmp(change->area, area) != 0 ||
            strcmp(change->cohort, cohort) != 0)
            continue;
        words = pbr_arena_printf(arena, "%s%s%s%s %s -> %s", words, *words ? "; " : "",
                                 change->control ? "control group: " : "", change->what,
                                 *change->old ? change->old : "none",
                                 *change->now ? change->now : "none");
    }
    return words;
}

static void set_size(mpq_t size, const pbr_figure_change *change, bool chained)
{
    mpq_set(size, change->change);
    if (chained) mpq_sub(size, size, change->parts[PBR_CAUSE_RUN]);
    mpq_abs(size, size);
}

static int compare_sizes(const void *left, const void *right, bool chained)
{
    const pbr_figure_change *a = *(const pbr_figure_change *const *)left;
    const pbr_figure_change *b = *(const pbr_figure_change *const *)right;
    mpq_t x, y;
    mpq_inits(x, y, NULL);
    set_size(x, a, chained);
    set_size(y, b, chained);
    int order = mpq_cmp(y, x);
    mpq_clears(x, y, NULL);
    return order ? order : strcmp(a->name, b->name);
}

static int by_size(const void *left, const void *right)
{
    return compare_sizes(left, right, false);
}

static int by_size_in_chain(const void *left, const void *right)
{
    return compare_sizes(left, right, true);
}

size_t pbr_difference_lines(const pbr_difference *difference, const pbr_figure_change ***lines,
                            pbr_arena *arena)
{
    const pbr_figure_changes *figures = difference->figures;
    size_t count = 0;
    *lines = pbr_arena_alloc(arena, (figures->count + 1) * sizeof **lines);
    for (size_t i = 0; i < figures->count; i++) {
        const pbr_figure_change *change = &figures->items[i];
        if (change->table == PBR_FIGURE_PAYMENTS && !change->share &&
            strcmp(change->field, "due_pence") == 0)
            (*lines)[count++] = change;
    }
    if (count)
        qsort(*lines, count, sizeof **lines, difference->chained ? by_size_in_chain : by_size);
    return count;
}
