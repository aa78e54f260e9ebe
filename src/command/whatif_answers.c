/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What a scenario asked of one side, for people: the extremes of each; the files have the rest. */
#include "command/whatif_parts.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { NEAREST_SHOWN = 5 };

/* --- break-even --- */

static int64_t to_better(const pbr_break_even *row)
{
    return row->fewer_for_better;
}

static int64_t to_worse(const pbr_break_even *row)
{
    return row->more_for_worse;
}

/* Units are plurals that end in s. */
static void print_distance(const pbr_printer *p, const pbr_break_even *row, int64_t distance)
{
    int letters = (int)strlen(row->unit) - (distance == 1);
    fprintf(p->out, "    %s: %" PRId64 " %.*s\n", pbr_printer_place(p, row->result), distance,
            letters, row->unit);
}

/* The rows that are nearest to a limit without being beyond it, in the order of rows. */
static void print_nearest(const pbr_printer *p, const char *title,
                          int64_t (*distance)(const pbr_break_even *))
{
    const pbr_break_evens *all = p->whatif->break_evens;
    int64_t beyond = 0;
    size_t shown = 0;
    fprintf(p->out, "  %s\n", title);
    while (shown < NEAREST_SHOWN) {
        int64_t next = PBR_NEVER;
        for (size_t i = 0; i < all->count; i++) {
            int64_t d = distance(&all->rows[i]);
            if (d > beyond && d < next) next = d;
        }
        if (next == PBR_NEVER) break;
        for (size_t i = 0; i < all->count && shown < NEAREST_SHOWN; i++)
            if (distance(&all->rows[i]) == next) {
                print_distance(p, &all->rows[i], next);
                shown++;
            }
        beyond = next;
    }
    if (!shown) fputs("    none\n", p->out);
}

void pbr_print_break_even(const pbr_printer *p)
{
    if (!p->whatif->break_evens) return;
    fputs("\nbreak-even\n", p->out);
    print_nearest(p, "nearest to better, by how many fewer", to_better);
    print_nearest(p, "nearest to worse, by how many more", to_worse);
}

/* --- simulation --- */

static const char *rounded(const pbr_printer *p, double pence)
{
    return pbr_printer_money(p, (int64_t)(pence < 0 ? pence - 0.5 : pence + 0.5));
}

static double share(int64_t part, int64_t whole)
{
    enum { PERCENT = 100 };
    return (double)PERCENT * (double)part / (double)whole;
}

static void print_effect(const pbr_printer *p, const pbr_simulated_effect *effect)
{
    enum { P5 = 1, P95 = 5 }; /* of pbr_quantiles */
    const pbr_simulated *total = &effect->rows[0];
    fprintf(p->out, "%-22s %-8s %16s %16s %16s %6.1f%%\n",
            effect->effect ? effect->effect->name : "none",
            effect->baseline == PBR_BASELINE_FIXED ? "fixed" : "sampled",
            rounded(p, total->mean_pence), rounded(p, total->quantile_pence[P5]),
            rounded(p, total->quantile_pence[P95]),
            share(total->paid, p->whatif->simulation->replicates));
}

/* Over the areas, of one line and cohort under one effect. */
static void print_line_chances(const pbr_printer *p, const pbr_simulated_effect *effect,
                               size_t first)
{
    const pbr_simulated *row = &effect->rows[first];
    int64_t better = 0, worse = 0, paid = 0, drawn = 0; /* drawn: lines in replicates */
    for (size_t i = first; i < effect->count; i++) {
        const pbr_simulated *other = &effect->rows[i];
        if (other->of != PBR_OF_LINE || other->result->cohort != row->result->cohort ||
            strcmp(other->result->line->id, row->result->line->id) != 0)
            continue;
        better += other->verdicts[PBR_BETTER];
        worse += other->verdicts[PBR_WORSE];
        paid += other->paid;
        drawn += p->whatif->simulation->replicates;
    }
    const pbr_contract *contract = p->whatif->asked.settlement->contract;
    fprintf(p->out, "  %-10s %-16s %9.2f%% %9.2f%% %9.2f%%\n",
            contract->cohorts[row->result->cohort].name, row->result->line->id,
            share(better, drawn), share(worse, drawn), share(paid, drawn));
}

static bool is_first_line(const pbr_simulated_effect *effect, size_t index)
{
    const pbr_simulated *row = &effect->rows[index];
    for (size_t i = 0; i < index; i++) {
        const pbr_simulated *other = &effect->rows[i];
        if (other->of == PBR_OF_LINE && other->result->cohort == row->result->cohort &&
            strcmp(other->result->line->id, row->result->line->id) == 0)
            return false;
    }
    return true;
}

static void print_chances(const pbr_printer *p, const pbr_simulated_effect *effect)
{
    fprintf(p->out, "\nchances, effect %s, baseline %s, mean over areas\n",
            effect->effect ? effect->effect->name : "none",
            effect->baseline == PBR_BASELINE_FIXED ? "fixed" : "sampled");
    fprintf(p->out, "  %-10s %-16s %10s %10s %10s\n", "cohort", "line", "better", "worse", "paid");
    for (size_t i = 0; i < effect->count; i++)
        if (effect->rows[i].of == PBR_OF_LINE && is_first_line(effect, i))
            print_line_chances(p, effect, i);
}

void pbr_print_simulation(const pbr_printer *p)
{
    const pbr_simulation *s = p->whatif->simulation;
    if (!s) return;
    fprintf(p->out, "\nsimulation: payable in %u replicates, seed %u\n", s->replicates, s->seed);
    fprintf(p->out, "%-22s %-8s %16s %16s %16s %7s\n", "effect", "baseline", "mean", "5%", "95%",
            "paid");
    for (size_t i = 0; i < s->effects_count; i++) print_effect(p, &s->effects[i]);
    for (size_t i = 0; i < s->notes_count; i++) fprintf(p->out, "note: %s\n", s->notes[i]);
    for (size_t i = 0; i < s->effects_count; i++)
        if (i == 0 || p->all) print_chances(p, &s->effects[i]);
}

/* --- power --- */

static int by_size(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return (a > b) - (a < b);
}

/* The size that half of the areas need at most, of one line and fall; 0: half find none. */
static int64_t median_needed(const pbr_printer *p, const pbr_power_curve *curve)
{
    const pbr_power *power = p->whatif->power;
    size_t count = 0;
    int64_t *sizes = pbr_arena_alloc(p->arena, (power->rows_count + 1) * sizeof *sizes);
    for (size_t i = 0; i < power->rows_count; i++) {
        const pbr_power_row *row = &power->rows[i];
        if (row->result->line != curve->line || strcmp(row->fall, curve->fall) != 0) continue;
        sizes[count++] = row->needed ? row->needed : INT64_MAX;
    }
    if (!count) return 0;
    qsort(sizes, count, sizeof *sizes, by_size);
    int64_t median = sizes[(count - 1) / 2];
    return median == INT64_MAX ? 0 : median;
}

static const char *size_words(const pbr_printer *p, int64_t size)
{
    return size ? pbr_arena_printf(p->arena, "%" PRId64, size) : "none";
}

static const char *chance_words(const pbr_printer *p, int64_t size, double chance)
{
    return size ? pbr_arena_printf(p->arena, "%.3f (%" PRId64 ")", chance, size) : "-";
}

void pbr_print_power(const pbr_printer *p)
{
    const pbr_power *power = p->whatif->power;
    if (!power) return;
    fprintf(p->out, "\npower: the chance that a fall is seen, and the size that gives it %g\n",
            power->wanted);
    fprintf(p->out, "%-22s %-16s %8s %16s %16s %14s\n", "rules", "line", "fall", "at a quarter's",
            "at a year's", "median needed");
    for (size_t i = 0; i < power->curves_count; i++) {
        const pbr_power_curve *curve = &power->curves[i];
        fprintf(p->out, "%-22s %-16s %8s %16s %16s %14s\n", curve->rules->name, curve->line->id,
                curve->fall, chance_words(p, curve->quarter, curve->quarter_chance),
                chance_words(p, curve->year, curve->year_chance),
                size_words(p, median_needed(p, curve)));
    }
    for (size_t i = 0; i < power->notes_count; i++) fprintf(p->out, "note: %s\n", power->notes[i]);
}
