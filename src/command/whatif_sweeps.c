/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What many settlements came to, for people: of a large grid the ends; the files have the rest. */
#include "command/whatif_parts.h"

enum { POINTS_SHOWN = 24, BARS_SHOWN = 10 };

/* --- sweep --- */

static void print_point(const pbr_printer *p, size_t point)
{
    const pbr_sweep *sweep = p->whatif->sweep;
    const pbr_point *at = &sweep->points[point];
    fputs("  ", p->out);
    for (size_t i = 0; i < sweep->axes_count; i++)
        fprintf(p->out, "%-16s ", pbr_sweep_value(sweep, point, i));
    if (at->not_told)
        fprintf(p->out, "not told: %s", at->not_told);
    else
        fprintf(p->out, "%18s %6zu better %6zu worse", pbr_printer_money(p, at->totals.total_pence),
                at->totals.verdicts[PBR_BETTER], at->totals.verdicts[PBR_WORSE]);
    fputs(point == sweep->unchanged ? "  (as it is)\n" : "\n", p->out);
}

/* The first point with the least total, or the most; PBR_NONE: no point is told. */
static size_t extreme(const pbr_sweep *sweep, bool most)
{
    size_t found = PBR_NONE;
    for (size_t i = 0; i < sweep->points_count; i++) {
        if (sweep->points[i].not_told) continue;
        int64_t pence = sweep->points[i].totals.total_pence;
        int64_t best = found == PBR_NONE ? 0 : sweep->points[found].totals.total_pence;
        if (found == PBR_NONE || (most ? pence > best : pence < best)) found = i;
    }
    return found;
}

static void print_ends(const pbr_printer *p)
{
    const pbr_sweep *sweep = p->whatif->sweep;
    const size_t ends[] = {extreme(sweep, false), sweep->unchanged, extreme(sweep, true)};
    fprintf(p->out, "  the least%s and the most of %zu points\n",
            sweep->unchanged == PBR_NONE ? "" : ", what it is now", sweep->points_count);
    for (size_t i = 0; i < sizeof ends / sizeof *ends; i++)
        if (ends[i] != PBR_NONE) print_point(p, ends[i]);
}

void pbr_print_sweep(const pbr_printer *p)
{
    const pbr_sweep *sweep = p->whatif->sweep;
    static const char *const how[] = {[PBR_SET] = "", [PBR_TIMES] = "times ", [PBR_PLUS] = "plus "};
    if (!sweep) return;
    fputs("\nsweep: total due\n", p->out);
    for (size_t i = 0; i < sweep->axes_count; i++)
        fprintf(p->out, "  %s%s, now %s\n", how[sweep->axes[i].how], sweep->axes[i].selection.path,
                sweep->axes[i].selection.was);
    if (sweep->points_count > POINTS_SHOWN && !p->all) {
        print_ends(p);
        return;
    }
    for (size_t i = 0; i < sweep->points_count; i++) print_point(p, i);
}

/* --- tornado --- */

static const char *total_words(const pbr_printer *p, int64_t pence, const char *not_told)
{
    return not_told ? "not told" : pbr_printer_money(p, pence);
}

void pbr_print_tornado(const pbr_printer *p)
{
    const pbr_tornado *tornado = p->whatif->tornado;
    if (!tornado) return;
    fprintf(p->out, "\ntornado: total due where a term is %s%% less, or more; now %s\n",
            tornado->by, pbr_printer_money(p, tornado->unchanged_pence));
    for (size_t i = 0; i < tornado->count && (i < BARS_SHOWN || p->all); i++) {
        const pbr_tornado_bar *bar = &tornado->bars[i];
        fprintf(p->out, "  %-44s %18s %18s\n", bar->term,
                total_words(p, bar->low_pence, bar->low_not_told),
                total_words(p, bar->high_pence, bar->high_not_told));
    }
}
