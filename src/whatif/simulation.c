/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/simulation.h"

#include "base/team.h"
#include "whatif/model.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

const double pbr_quantiles[PBR_QUANTILES] = {0.01, 0.05, 0.25, 0.5, 0.75, 0.95, 0.99};

/* One row of the answer while replicates still come in. All are whole numbers, so that it does not
 * matter in which order parts are added. */
struct tally {
    int64_t verdicts[PBR_NO_RESULT + 1], terminated;
    pbr_spreading money;
};

/* Where the rows of one effect and baseline stand: total, payees, areas, lines. */
struct layout {
    size_t payees, areas, lines, count; /* first of each */
    size_t *area_row;                   /* by area of the contract; PBR_NONE: no lines */
};

struct work {
    const pbr_compiled *compiled;
    const pbr_model *model;
    const pbr_scenario_simulate *terms;
    struct layout layout;
    size_t treatments; /* of the baseline: 1 or 2 */
    atomic_size_t next_block;
    pbr_progress *progress;
};

struct thread {
    struct work *work;
    pbr_diag *diag;
    struct tally *tallies;    /* effects x treatments x rows */
    int64_t *drawn, *clamped; /* by effect */
    int64_t *sums;            /* of one replicate, by row before the lines */
    int64_t *parts;           /* of one claim, by payee */
};

/* --- one replicate --- */

static void add_claim(struct thread *t, const pbr_rerun *rerun, size_t index, size_t area)
{
    const struct layout *layout = &t->work->layout;
    const pbr_compiled_claim *claim = &t->work->compiled->claims[index];
    int64_t pence = rerun->capped[index];
    bool fits =
        pbr_pence_add(&t->sums[0], pence) && pbr_pence_add(&t->sums[layout->area_row[area]], pence);
    pbr_rerun_split(rerun, index, t->parts);
    for (size_t i = 0; i < claim->payees_count; i++)
        fits &= pbr_pence_add(&t->sums[layout->payees + claim->payees[i]], t->parts[i]);
    t->tallies[0].money.too_large |= !fits;
}

static void tally_lines(struct thread *t, const pbr_rerun *rerun, struct tally *rows)
{
    const pbr_compiled *compiled = t->work->compiled;
    const pbr_settlement *s = compiled->side->settlement;
    for (size_t i = 0; i < s->results_count; i++) {
        struct tally *row = &rows[t->work->layout.lines + i];
        size_t claim = compiled->tests[i].claim;
        row->verdicts[rerun->tests[i].verdict]++;
        row->terminated += rerun->tests[i].terminate;
        pbr_spreading_add(&row->money, claim == PBR_NONE ? 0 : rerun->capped[claim]);
        if (claim != PBR_NONE && rerun->capped[claim])
            add_claim(t, rerun, claim, s->results[i].area);
    }
}

static void tally(struct thread *t, const pbr_rerun *rerun, struct tally *rows)
{
    size_t sums = t->work->layout.lines;
    memset(t->sums, 0, sums * sizeof *t->sums);
    tally_lines(t, rerun, rows);
    for (size_t i = 0; i < sums; i++) pbr_spreading_add(&rows[i].money, t->sums[i]);
}

static void replicate(struct thread *t, size_t effect, const pbr_dice *dice,
                      pbr_model_work *model_work, pbr_rerun *rerun)
{
    const struct work *w = t->work;
    struct tally *rows = &t->tallies[effect * w->treatments * w->layout.count];
    pbr_model_draw(w->model, effect, dice, model_work, rerun);
    if (w->terms->baseline != PBR_BASELINE_SAMPLED) {
        rerun->sampled = false;
        pbr_rerun_settle(rerun);
        tally(t, rerun, rows);
        rows += w->layout.count;
    }
    if (w->terms->baseline == PBR_BASELINE_FIXED) return;
    rerun->sampled = true;
    pbr_model_draw_rows(w->model, dice, rerun);
    pbr_rerun_settle(rerun);
    tally(t, rerun, rows);
}

/* --- blocks and threads --- */

static size_t blocks_of(const struct work *w)
{
    return (w->terms->replicates + (size_t)PBR_BLOCK - 1) / PBR_BLOCK;
}

static void draw_block(struct thread *t, size_t block, pbr_dice *dice, pbr_model_work *model_work,
                       pbr_rerun *rerun)
{
    const struct work *w = t->work;
    size_t left = w->terms->replicates - block * PBR_BLOCK;
    size_t count = left < PBR_BLOCK ? left : PBR_BLOCK;
    for (size_t effect = 0; effect < w->model->effects_count; effect++) {
        model_work->drawn = model_work->clamped = 0;
        pbr_dice_begin(dice, w->terms->seed, block);
        for (size_t i = 0; i < count; i++) replicate(t, effect, dice, model_work, rerun);
        t->drawn[effect] += model_work->drawn;
        t->clamped[effect] += model_work->clamped;
        if (w->progress) atomic_fetch_add(&w->progress->done, count);
    }
}

static void *run(void *argument)
{
    struct thread *t = argument;
    struct work *w = t->work;
    pbr_rerun *rerun = pbr_rerun_new(w->compiled, t->diag);
    pbr_model_work model_work;
    pbr_dice dice;
    size_t block, blocks = blocks_of(w);
    pbr_dice_init(&dice);
    pbr_model_work_init(&model_work, w->model);
    pbr_rerun_make_room(rerun, w->model->most);
    while ((block = atomic_fetch_add(&w->next_block, 1)) < blocks)
        if (!pbr_diag_failed(t->diag)) draw_block(t, block, &dice, &model_work, rerun);
    pbr_model_work_free(&model_work);
    pbr_dice_free(&dice);
    pbr_rerun_free(rerun);
    return NULL;
}

static size_t tallies_of(const struct work *w)
{
    return w->model->effects_count * w->treatments * w->layout.count;
}

static void begin(struct thread *t, struct work *w)
{
    *t = (struct thread){
        .work = w,
        .diag = pbr_diag_new(),
        .tallies = pbr_alloc(tallies_of(w), sizeof *t->tallies),
        .drawn = pbr_alloc(w->model->effects_count, sizeof *t->drawn),
        .clamped = pbr_alloc(w->model->effects_count, sizeof *t->clamped),
        .sums = pbr_alloc(w->layout.lines + 1, sizeof *t->sums),
        .parts = pbr_alloc(w->compiled->payees_count + 1, sizeof *t->parts),
    };
}

static void end(struct thread *t)
{
    pbr_diag_free(t->diag);
    free(t->tallies);
    free(t->drawn);
    free(t->clamped);
    free(t->sums);
    free(t->parts);
}

static void merge(struct thread *into, const struct thread *from)
{
    const struct work *w = into->work;
    for (size_t i = 0; i < tallies_of(w); i++) {
        struct tally *a = &into->tallies[i];
        const struct tally *b = &from->tallies[i];
        for (int v = PBR_BETTER; v <= PBR_NO_RESULT; v++) a->verdicts[v] += b->verdicts[v];
        a->terminated += b->terminated;
        pbr_spreading_merge(&a->money, &b->money);
    }
    for (size_t e = 0; e < w->model->effects_count; e++) {
        into->drawn[e] += from->drawn[e];
        into->clamped[e] += from->clamped[e];
    }
    into->tallies[0].money.too_large |= from->tallies[0].money.too_large;
}

/* --- the answer --- */

static void tell(const struct tally *tally, pbr_simulated *out, pbr_arena *arena)
{
    const pbr_spreading *money = &tally->money;
    memcpy(out->verdicts, tally->verdicts, sizeof out->verdicts);
    out->terminated = tally->terminated;
    out->paid = money->paid;
    out->deducted = money->deducted;
    out->least_pence = money->least;
    out->most_pence = money->most;
    out->mean_pence = pbr_spreading_mean(money);
    out->paid_pence = pbr_spreading_mean_above(money);
    out->deducted_pence = out->mean_pence - out->paid_pence;
    out->sd_pence = pbr_spreading_sd(money);
    out->error_pence = out->sd_pence / sqrt((double)money->amounts);
    for (int q = 0; q < PBR_QUANTILES; q++)
        out->quantile_pence[q] = pbr_spreading_quantile(money, pbr_quantiles[q]);
    pbr_spreading_tell(money, pbr_arena_alloc(arena, PBR_SPREAD_TOLD * sizeof(int64_t)),
                       &out->spread);
}

static void name_rows(const struct work *w, pbr_simulated *rows)
{
    const pbr_settlement *s = w->compiled->side->settlement;
    const struct layout *layout = &w->layout;
    for (size_t i = 0; i < layout->count; i++)
        rows[i] = (pbr_simulated){.of = PBR_OF_TOTAL, .area = PBR_NONE, .payee = PBR_NONE};
    for (size_t i = layout->payees; i < layout->areas; i++) {
        rows[i].of = PBR_OF_PAYEE;
        rows[i].payee = i - layout->payees;
    }
    for (size_t area = 0; area < s->contract->areas_count; area++) {
        if (layout->area_row[area] == PBR_NONE) continue;
        rows[layout->area_row[area]].of = PBR_OF_AREA;
        rows[layout->area_row[area]].area = area;
    }
    for (size_t i = 0; i < s->results_count; i++) {
        pbr_simulated *row = &rows[layout->lines + i];
        row->of = PBR_OF_LINE;
        row->area = s->results[i].area;
        row->result = &s->results[i];
    }
}

static void tell_effect(const struct work *w, const struct tally *tallies, size_t index,
                        pbr_simulation *out)
{
    bool sampled = w->terms->baseline == PBR_BASELINE_SAMPLED || index % w->treatments == 1;
    pbr_simulated_effect *effect = &out->effects[index];
    *effect = (pbr_simulated_effect){
        .effect = w->model->effects[index / w->treatments].effect,
        .baseline = sampled ? PBR_BASELINE_SAMPLED : PBR_BASELINE_FIXED,
        .rows = pbr_arena_alloc(out->arena, w->layout.count * sizeof *effect->rows),
        .count = w->layout.count,
    };
    name_rows(w, effect->rows);
    for (size_t i = 0; i < w->layout.count; i++)
        tell(&tallies[index * w->layout.count + i], &effect->rows[i], out->arena);
}

static void note_clamped(const struct work *w, pbr_model *model, const struct thread *t)
{
    for (size_t e = 0; e < model->effects_count; e++)
        if (t->clamped[e])
            pbr_model_note(model,
                           "effect \"%s\": %.3g%% of its draws led to a chance or mean that cannot "
                           "be, and were put back to the edge",
                           w->model->effects[e].effect->name,
                           100 * (double)t->clamped[e] / (double)t->drawn[e]);
}

static bool is_too_large(const struct work *w, const struct thread *t)
{
    for (size_t i = 0; i < tallies_of(w); i++)
        if (t->tallies[i].money.too_large) return true;
    return false;
}

static void tell_all(const struct work *w, pbr_model *model, const struct thread *t,
                     pbr_simulation *out)
{
    out->replicates = w->terms->replicates;
    out->seed = w->terms->seed;
    out->method = w->terms->method;
    out->counts = w->terms->counts;
    out->effects_count = model->effects_count * w->treatments;
    out->effects = pbr_arena_alloc(out->arena, out->effects_count * sizeof *out->effects);
    for (size_t i = 0; i < out->effects_count; i++) tell_effect(w, t->tallies, i, out);
    out->payees.count = w->compiled->payees_count;
    out->payees.names = pbr_arena_alloc(out->arena, (out->payees.count + 1) * sizeof(char *));
    memcpy(out->payees.names, w->compiled->payees, out->payees.count * sizeof(char *));
    note_clamped(w, model, t);
    out->notes_count = model->notes_count;
    out->notes = pbr_arena_alloc(out->arena, (out->notes_count + 1) * sizeof *out->notes);
    for (size_t i = 0; i < out->notes_count; i++) out->notes[i] = model->notes[i];
}

/* --- the whole --- */

static void lay_out(struct layout *layout, const pbr_compiled *compiled, pbr_arena *arena)
{
    const pbr_settlement *s = compiled->side->settlement;
    size_t areas = s->contract->areas_count;
    layout->payees = 1;
    layout->areas = layout->lines = 1 + compiled->payees_count;
    layout->area_row = pbr_arena_alloc(arena, (areas + 1) * sizeof *layout->area_row);
    for (size_t i = 0; i < areas; i++) layout->area_row[i] = PBR_NONE;
    for (size_t i = 0; i < s->results_count; i++)
        if (layout->area_row[s->results[i].area] == PBR_NONE)
            layout->area_row[s->results[i].area] = layout->lines++;
    layout->count = layout->lines + s->results_count;
}

static bool simulate(struct work *w, pbr_model *model, size_t count, pbr_simulation *out,
                     pbr_diag *diag)
{
    struct thread *threads = pbr_alloc(count, sizeof *threads);
    for (size_t i = 0; i < count; i++) begin(&threads[i], w);
    pbr_team_run(run, threads, sizeof *threads, count);
    for (size_t i = 1; i < count; i++) merge(&threads[0], &threads[i]);
    for (size_t i = 0; i < count; i++) pbr_diag_pass_errors(threads[i].diag, diag);
    bool ok = true;
    for (size_t i = 0; i < count; i++) ok &= !pbr_diag_failed(threads[i].diag);
    if (ok && is_too_large(w, &threads[0])) {
        pbr_error(diag, "amount-too-large", PBR_NOWHERE,
                  "a sum of the simulated payments does not fit: check the prices");
        ok = false;
    }
    if (ok) tell_all(w, model, &threads[0], out);
    for (size_t i = 0; i < count; i++) end(&threads[i]);
    free(threads);
    return ok;
}

static size_t threads_for(const struct work *w, unsigned wanted)
{
    size_t count = wanted ? wanted : 1, blocks = blocks_of(w);
    if (count > blocks) count = blocks;
    return count > PBR_TEAM_MAX ? PBR_TEAM_MAX : count;
}

pbr_simulation *pbr_simulation_make(const pbr_settled *side, const pbr_scenario *scenario,
                                    unsigned threads, pbr_progress *progress, pbr_diag *diag)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_simulation *out = pbr_arena_alloc(arena, sizeof *out);
    out->arena = arena;
    pbr_compiled *compiled = pbr_compiled_make(side, diag);
    pbr_model *model = compiled ? pbr_model_make(compiled, scenario, arena, diag) : NULL;
    bool ok = false;
    if (model) {
        struct work w = {.compiled = compiled,
                         .model = model,
                         .terms = scenario->simulate,
                         .treatments = scenario->simulate->baseline == PBR_BASELINE_BOTH ? 2 : 1,
                         .progress = progress};
        lay_out(&w.layout, compiled, arena);
        if (progress)
            atomic_store(&progress->total, model->effects_count * (size_t)w.terms->replicates);
        ok = simulate(&w, model, threads_for(&w, threads), out, diag);
    }
    pbr_model_free(model);
    pbr_compiled_free(compiled);
    if (ok) return out;
    pbr_simulation_free(out);
    return NULL;
}

void pbr_simulation_free(pbr_simulation *simulation)
{
    if (simulation) pbr_arena_free(simulation->arena);
}
