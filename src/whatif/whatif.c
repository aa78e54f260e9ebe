/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/whatif.h"

#include "base/idmap.h"

#include <stdlib.h>
#include <string.h>

/* Lines and areas of two settlements, which may be of two contracts: met by code and name. */
struct comparer {
    pbr_whatif *whatif;
    pbr_arena *arena;
    pbr_idmap *lines; /* "AREA\tCOHORT\tLINE" -> index of a line */
    pbr_idmap *order; /* ids of lines as they are first met */
    size_t room;
};

static pbr_compared_line *line_of(struct comparer *c, const pbr_contract *contract, size_t area,
                                  size_t cohort, const char *line)
{
    pbr_whatif *w = c->whatif;
    const char *code = contract->areas[area].code, *name = contract->cohorts[cohort].name;
    const char *key = pbr_arena_printf(c->arena, "%s\t%s\t%s", code, name, line);
    uint32_t index = pbr_idmap_add(c->lines, key, strlen(key));
    pbr_idmap_add(c->order, line, strlen(line));
    if (index < w->lines_count) return &w->lines[index];
    w->lines = pbr_grow(w->lines, &c->room, w->lines_count + 1, sizeof *w->lines);
    w->lines[w->lines_count] = (pbr_compared_line){.area = code, .cohort = name, .line = line};
    return &w->lines[w->lines_count++];
}

static void add_settlement(struct comparer *c, const pbr_settlement *s, bool after)
{
    for (size_t i = 0; i < s->results_count; i++) {
        const pbr_result *result = &s->results[i];
        pbr_compared_line *line =
            line_of(c, s->contract, result->area, result->cohort, result->line->id);
        *(after ? &line->after : &line->before) = result;
    }
    for (size_t i = 0; i < s->payments_count; i++) {
        const pbr_payment *payment = &s->payments[i];
        pbr_compared_line *line =
            line_of(c, s->contract, payment->area, payment->cohort, payment->line->id);
        pbr_pence_add(after ? &line->after_pence : &line->before_pence, payment->due_pence);
    }
}

/* --- order: by area, cohort as the contract has them, line as the rules do --- */

static const pbr_cohort *cohort_of(const struct comparer *c, const char *name)
{
    const pbr_contract *contracts[] = {c->whatif->base.settlement->contract,
                                       c->whatif->asked.settlement->contract};
    for (size_t i = 0; i < 2; i++) {
        size_t cohort = pbr_contract_cohort(contracts[i], name);
        if (cohort != PBR_NONE) return &contracts[i]->cohorts[cohort];
    }
    return NULL; /* not reached: each line's cohort is of one of the two */
}

/* The contract's own order: by last day, then first day descending. */
static int compare_cohorts(const pbr_cohort *a, const pbr_cohort *b)
{
    if (a->to != b->to) return a->to < b->to ? -1 : 1;
    if (a->from != b->from) return a->from > b->from ? -1 : 1;
    return strcmp(a->name, b->name);
}

static int by_place(const void *left, const void *right, void *context)
{
    const pbr_compared_line *a = left, *b = right;
    const struct comparer *c = context;
    int areas = strcmp(a->area, b->area);
    if (areas) return areas;
    int cohorts = compare_cohorts(cohort_of(c, a->cohort), cohort_of(c, b->cohort));
    if (cohorts) return cohorts;
    uint32_t x = pbr_idmap_find(c->order, a->line, strlen(a->line));
    uint32_t y = pbr_idmap_find(c->order, b->line, strlen(b->line));
    return (x > y) - (x < y);
}

static void compare_lines(struct comparer *c)
{
    pbr_whatif *w = c->whatif;
    w->lines = NULL;
    w->lines_count = 0;
    add_settlement(c, w->base.settlement, false);
    add_settlement(c, w->asked.settlement, true);
    pbr_compared_line *kept = pbr_arena_alloc(c->arena, (w->lines_count + 1) * sizeof *kept);
    if (w->lines_count) memcpy(kept, w->lines, w->lines_count * sizeof *kept);
    free(w->lines);
    w->lines = kept;
    if (w->lines_count) qsort_r(kept, w->lines_count, sizeof *kept, by_place, c);
}

/* --- sums --- */

static void add_sum(pbr_whatif *w, pbr_simulated_of of, const char *name, int64_t before,
                    int64_t after)
{
    w->sums[w->sums_count++] = (pbr_compared_sum){of, name, before, after};
}

static int64_t paid_to(const pbr_settlement *s, const char *payee)
{
    int64_t sum = 0; /* a part of a total that fits */
    for (size_t i = 0; i < s->payments_count; i++)
        if (strcmp(s->payments[i].payee, payee) == 0) pbr_pence_add(&sum, s->payments[i].due_pence);
    return sum;
}

static void sum_payees(pbr_whatif *w, const pbr_payees *payees)
{
    for (size_t i = 0; i < payees->count; i++)
        add_sum(w, PBR_OF_PAYEE, payees->names[i], paid_to(w->base.settlement, payees->names[i]),
                paid_to(w->asked.settlement, payees->names[i]));
}

/* The lines are in the order of their areas. */
static void sum_areas(pbr_whatif *w)
{
    for (size_t i = 0; i < w->lines_count; i++) {
        const pbr_compared_line *line = &w->lines[i];
        if (!i || strcmp(line->area, w->lines[i - 1].area) != 0)
            add_sum(w, PBR_OF_AREA, line->area, 0, 0);
        pbr_compared_sum *sum = &w->sums[w->sums_count - 1];
        pbr_pence_add(&sum->before_pence, line->before_pence);
        pbr_pence_add(&sum->after_pence, line->after_pence);
    }
}

void pbr_whatif_compare(pbr_whatif *whatif, pbr_arena *arena)
{
    struct comparer c = {whatif, arena, pbr_idmap_new(), pbr_idmap_new(), 0};
    pbr_payees payees = {0};
    compare_lines(&c);
    pbr_payees_add(&payees, whatif->base.settlement);
    pbr_payees_add(&payees, whatif->asked.settlement);
    whatif->sums_count = 0;
    whatif->sums =
        pbr_arena_alloc(arena, (1 + payees.count + whatif->lines_count) * sizeof *whatif->sums);
    add_sum(whatif, PBR_OF_TOTAL, "", whatif->base.settlement->due_pence,
            whatif->asked.settlement->due_pence);
    sum_payees(whatif, &payees);
    sum_areas(whatif);
    pbr_payees_free(&payees);
    pbr_idmap_free(c.lines);
    pbr_idmap_free(c.order);
}
