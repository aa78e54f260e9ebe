/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/sweep.h"

#include "base/team.h"
#include "whatif/axis.h"
#include "whatif/fit.h"

#include <pthread.h>
#include <stdlib.h>
#include <string.h>

enum { PIECE = 16, CORNER_AXES_MAX = 8, GRID_EVER = 100000000 };

/* What all threads share. */
struct work {
    const pbr_settled *side;
    pbr_sweep *sweep;
    bool *sound; /* by combination of words: every value of the numbers fits them */
    atomic_size_t next;
    pbr_progress *progress;
    pthread_mutex_t texts; /* of the arena */
};

struct thread {
    struct work *work;
    pbr_contract *copy;
    pbr_settlement *settled; /* of the last point, whose memory the next one takes; may be NULL */
    pbr_dial *dials;         /* one an axis */
    pbr_arena *arena;        /* for words about one point */
    size_t fitting; /* the last combination of terms that was found to fit; PBR_NONE: none yet */
};

/* --- places in the grid --- */

static size_t value_at(const pbr_sweep *sweep, size_t point, size_t axis)
{
    for (size_t i = sweep->axes_count; --i > axis;) point /= sweep->axes[i].count;
    return point % sweep->axes[axis].count;
}

const char *pbr_sweep_value(const pbr_sweep *sweep, size_t point, size_t axis)
{
    return sweep->axes[axis].values[value_at(sweep, point, axis)];
}

static bool is_of_terms(const pbr_axis *axis)
{
    return axis->texts != NULL;
}

static bool is_of_words(const pbr_axis *axis)
{
    return axis->of_words;
}

/* The combination that a point has, of the values of some axes alone. */
static size_t combination_at(const pbr_sweep *sweep, size_t point, bool (*is_one)(const pbr_axis *))
{
    size_t combination = 0;
    for (size_t i = 0; i < sweep->axes_count; i++)
        if (is_one(&sweep->axes[i]))
            combination = combination * sweep->axes[i].count + value_at(sweep, point, i);
    return combination;
}

static size_t words_count(const pbr_sweep *sweep)
{
    size_t count = 1;
    for (size_t i = 0; i < sweep->axes_count; i++)
        if (sweep->axes[i].of_words) count *= sweep->axes[i].count;
    return count;
}

static void set_point(struct thread *t, size_t point)
{
    const pbr_sweep *sweep = t->work->sweep;
    for (size_t i = 0; i < sweep->axes_count; i++)
        pbr_dial_set(&t->dials[i], value_at(sweep, point, i));
}

/* --- does a point hold together --- */

/* Numbers of tables are bound by inequalities that are linear in them, and each is moved by one
 * axis alone, in proportion to its value: what fits at every corner of the grid fits inside. */
static bool set_corner(struct thread *t, size_t words, unsigned corner)
{
    const pbr_sweep *sweep = t->work->sweep;
    unsigned numbers = 0;
    for (size_t i = sweep->axes_count; i-- > 0;) {
        const pbr_axis *axis = &sweep->axes[i];
        if (axis->of_words) {
            pbr_dial_set(&t->dials[i], words % axis->count);
            words /= axis->count;
        } else
            pbr_dial_set(&t->dials[i], axis->ends[corner >> numbers++ & 1]);
    }
    return corner + 1 < 1u << numbers;
}

static bool is_sound(struct thread *t, size_t words)
{
    bool more = true;
    for (unsigned corner = 0; more; corner++) {
        more = set_corner(t, words, corner);
        if (pbr_misfit(t->copy, t->arena)) return false;
    }
    return true;
}

static size_t numbers_axes(const pbr_sweep *sweep)
{
    size_t count = 0;
    for (size_t i = 0; i < sweep->axes_count; i++) count += !sweep->axes[i].of_words;
    return count;
}

static void try_words(struct work *w, struct thread *t)
{
    if (numbers_axes(w->sweep) > CORNER_AXES_MAX) return;
    for (size_t i = 0; i < words_count(w->sweep); i++) w->sound[i] = is_sound(t, i);
}

static const char *misfit_of_axes(struct thread *t)
{
    const pbr_sweep *sweep = t->work->sweep;
    for (size_t i = 0; i < sweep->axes_count; i++) {
        const pbr_selection *selection = &sweep->axes[i].selection;
        if (sweep->axes[i].of_words || !selection->rules_count) continue;
        const char *why =
            pbr_misfit_of_rules(t->copy, selection->rules, selection->rules_count, t->arena);
        if (why) return why;
    }
    return NULL;
}

/* Numbers among the terms of rules are bound by more than inequalities, so that each combination is
 * checked by itself; one that no axis moves was checked at the corners. */
static const char *misfit_of_terms(struct thread *t, size_t point)
{
    size_t combination = combination_at(t->work->sweep, point, is_of_terms);
    if (combination == t->fitting) return NULL;
    const char *why = misfit_of_axes(t);
    if (!why) t->fitting = combination;
    return why;
}

static const char *misfit(struct thread *t, size_t point)
{
    bool sound = t->work->sound[combination_at(t->work->sweep, point, is_of_words)];
    return sound ? misfit_of_terms(t, point) : pbr_misfit(t->copy, t->arena);
}

/* --- settling --- */

static const char *settle(struct thread *t, pbr_totals *totals)
{
    const pbr_settled *side = t->work->side;
    pbr_diag *diag = pbr_diag_new();
    t->settled = pbr_settlement_remake(t->settled, t->copy, side->measures, side->options, diag);
    const char *why = t->settled ? NULL : pbr_first_error(diag, t->arena);
    pbr_diag_free(diag);
    if (t->settled && !pbr_totals_of(totals, t->settled, &t->work->sweep->payees))
        why = "a sum does not fit in 63 bits of pence";
    return why;
}

static void take_point(struct thread *t, size_t point)
{
    struct work *w = t->work;
    pbr_point *p = &w->sweep->points[point];
    set_point(t, point);
    const char *why = misfit(t, point);
    if (!why) why = settle(t, &p->totals);
    if (!why) return;
    pthread_mutex_lock(&w->texts);
    p->not_told = pbr_arena_text(w->sweep->arena, why, strlen(why));
    pthread_mutex_unlock(&w->texts);
}

static void *run(void *member)
{
    struct thread *t = member;
    struct work *w = t->work;
    size_t points = w->sweep->points_count, first;
    while ((first = atomic_fetch_add(&w->next, PIECE)) < points) {
        size_t end = first + PIECE < points ? first + PIECE : points;
        t->arena = pbr_arena_new();
        for (size_t i = first; i < end; i++) take_point(t, i);
        pbr_arena_free(t->arena);
        if (w->progress) atomic_fetch_add(&w->progress->done, end - first);
    }
    return NULL;
}

static void begin(struct thread *t, struct work *w)
{
    const pbr_sweep *sweep = w->sweep;
    *t = (struct thread){.work = w, .fitting = PBR_NONE};
    t->copy = pbr_contract_copy(w->side->settlement->contract);
    t->dials = pbr_alloc(sweep->axes_count, sizeof *t->dials);
    for (size_t i = 0; i < sweep->axes_count; i++)
        pbr_dial_init(&t->dials[i], &sweep->axes[i], t->copy);
}

static void end(struct thread *t)
{
    for (size_t i = 0; i < t->work->sweep->axes_count; i++) pbr_dial_clear(&t->dials[i]);
    free(t->dials);
    pbr_settlement_free(t->settled);
    pbr_contract_free(t->copy);
}

static void settle_all(struct work *w, size_t count)
{
    struct thread *threads = pbr_alloc(count, sizeof *threads);
    for (size_t i = 0; i < count; i++) begin(&threads[i], w);
    threads[0].arena = pbr_arena_new();
    try_words(w, &threads[0]);
    pbr_arena_free(threads[0].arena);
    pbr_team_run(run, threads, sizeof *threads, count);
    for (size_t i = 0; i < count; i++) end(&threads[i]);
    free(threads);
}

/* --- payees --- */

/* Whoever may be paid, under any terms: an agreement's payee, or that of an earlier settlement. */
static void list_payees(pbr_sweep *sweep, const pbr_settled *side)
{
    const pbr_contract *contract = side->settlement->contract;
    for (size_t i = 0; i < contract->agreements_count; i++)
        pbr_payees_add_name(&sweep->payees, contract->agreements[i].payee);
    for (size_t i = 0; i < side->options->earlier_count; i++)
        pbr_payees_add_name(&sweep->payees, side->options->earlier[i].payee);
    pbr_payees_add(&sweep->payees, side->settlement);
}

static bool is_paid_somewhere(const pbr_sweep *sweep, size_t payee)
{
    for (size_t i = 0; i < sweep->points_count; i++)
        if (sweep->points[i].totals.payee_pence[payee]) return true;
    return false;
}

static bool is_of(const pbr_settlement *s, const char *payee)
{
    for (size_t i = 0; i < s->payments_count; i++)
        if (strcmp(s->payments[i].payee, payee) == 0) return true;
    return false;
}

/* Those who are never paid are not told of. */
static void drop_payees(pbr_sweep *sweep, const pbr_settlement *s)
{
    size_t kept = 0;
    for (size_t k = 0; k < sweep->payees.count; k++) {
        const char *name = sweep->payees.names[k];
        if (!is_of(s, name) && !is_paid_somewhere(sweep, k)) continue;
        sweep->payees.names[kept] = name;
        for (size_t i = 0; i < sweep->points_count; i++) {
            int64_t *pence = sweep->points[i].totals.payee_pence;
            pence[kept] = pence[k];
        }
        kept++;
    }
    sweep->payees.count = kept;
}

/* --- the grid --- */

static bool too_large(const pbr_scenario *scenario, size_t count, size_t most, pbr_diag *diag)
{
    pbr_error(diag, "grid-too-large", pbr_scenario_place(scenario, "sweep"),
              "the grid has %s%zu points, and more than %zu are not settled unasked: shorten a "
              "range, or add --yes-really",
              count == SIZE_MAX ? "at least " : "", count, most);
    return false;
}

static bool read_axes(pbr_sweep *sweep, const pbr_scenario *scenario, size_t most, pbr_diag *diag)
{
    size_t count;
    bool ok = true;
    sweep->points_count = 1;
    for (unsigned i = 0; i < sweep->axes_count; i++) {
        ok &= pbr_axis_read(&sweep->axes[i], &count, most, scenario, i, sweep->arena, diag);
        if (ok && __builtin_mul_overflow(sweep->points_count, count, &sweep->points_count))
            sweep->points_count = SIZE_MAX;
    }
    if (!ok) return false;
    return sweep->points_count <= most || too_large(scenario, sweep->points_count, most, diag);
}

static bool axes_are_apart(const pbr_sweep *sweep, const pbr_scenario *scenario, pbr_diag *diag)
{
    bool ok = true;
    for (unsigned i = 0; i < sweep->axes_count; i++)
        for (unsigned k = 0; k < i; k++) {
            if (!pbr_axes_meet(&sweep->axes[i], &sweep->axes[k])) continue;
            pbr_error(diag, "varied-twice", pbr_scenario_place(scenario, "sweep.vary.%u", i + 1),
                      "\"%s\" has terms in common with \"%s\": vary each once",
                      sweep->axes[i].selection.path, sweep->axes[k].selection.path);
            ok = false;
        }
    return ok;
}

static bool try_axes(pbr_sweep *sweep, const pbr_contract *contract, const pbr_scenario *scenario,
                     pbr_diag *diag)
{
    bool ok = true;
    pbr_contract *copy = pbr_contract_copy(contract);
    for (unsigned i = 0; i < sweep->axes_count; i++)
        ok &= pbr_axis_try(&sweep->axes[i], copy, scenario, i, sweep->arena, diag);
    pbr_contract_free(copy);
    return ok && axes_are_apart(sweep, scenario, diag);
}

static size_t unchanged_point(const pbr_sweep *sweep)
{
    size_t point = 0;
    for (size_t i = 0; i < sweep->axes_count; i++) {
        if (sweep->axes[i].unchanged == PBR_NONE) return PBR_NONE;
        point = point * sweep->axes[i].count + sweep->axes[i].unchanged;
    }
    return point;
}

static void settle_grid(pbr_sweep *sweep, const pbr_settled *side, unsigned threads,
                        pbr_progress *progress)
{
    struct work w = {.side = side, .sweep = sweep, .progress = progress};
    size_t areas = side->settlement->contract->areas_count;
    sweep->unchanged = unchanged_point(sweep);
    list_payees(sweep, side);
    sweep->points = pbr_alloc(sweep->points_count, sizeof *sweep->points);
    for (size_t i = 0; i < sweep->points_count; i++)
        pbr_totals_init(&sweep->points[i].totals, areas, sweep->payees.count, sweep->arena);
    if (progress) atomic_store(&progress->total, sweep->points_count);
    w.sound = pbr_alloc(words_count(sweep), sizeof *w.sound);
    pthread_mutex_init(&w.texts, NULL);
    settle_all(&w, threads);
    pthread_mutex_destroy(&w.texts);
    free(w.sound);
    drop_payees(sweep, side->settlement);
}

pbr_sweep *pbr_sweep_make(const pbr_settled *side, const pbr_scenario *scenario, size_t most,
                          unsigned threads, pbr_progress *progress, pbr_diag *diag)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_sweep *sweep = pbr_arena_alloc(arena, sizeof *sweep);
    sweep->arena = arena;
    sweep->axes_count = scenario->sweep->vary_count;
    sweep->axes = pbr_arena_alloc(arena, (sweep->axes_count + 1) * sizeof *sweep->axes);
    if (read_axes(sweep, scenario, most ? most : GRID_EVER, diag) &&
        try_axes(sweep, side->settlement->contract, scenario, diag)) {
        settle_grid(sweep, side, threads, progress);
        return sweep;
    }
    pbr_sweep_free(sweep);
    return NULL;
}

void pbr_sweep_free(pbr_sweep *sweep)
{
    if (!sweep) return;
    free(sweep->points);
    pbr_payees_free(&sweep->payees);
    pbr_arena_free(sweep->arena);
}
