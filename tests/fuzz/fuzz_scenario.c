/* SPDX-License-Identifier: GPL-3.0-or-later */
/* A scenario file of any bytes. Where it can be read, it is asked of the worked example: the
 * changes of either side are made and settled, small grids and simulations are run by one thread
 * and by three, which must come to the same. */
#include "settling.h"

#include "measure/measure.h"
#include "whatif/power.h"
#include "whatif/side.h"
#include "whatif/simulation.h"
#include "whatif/sweep.h"
#include "whatif/tornado.h"

enum { POINTS_MOST = 24, REPLICATES_MOST = 12, EFFECTS_MOST = 3, NAMED_MOST = 3 };

static fuzz_world world;
static pbr_measures *measures;
static pbr_settle_options options;
static pbr_settled base;
static fuzz_file file;

/* From the extracts, since a simulation draws from how many reoffences each reoffender had. */
static pbr_measures *measured(pbr_diag *diag)
{
    const char *cohort = "fixtures/worked/cohort.csv";
    const char *reoffences = "fixtures/worked/reoffences.csv";
    pbr_extracts extracts = {.cohort_files = &cohort,
                             .reoffence_files = &reoffences,
                             .cohort_files_count = 1,
                             .reoffence_files_count = 1,
                             .as_at = world.as_at};
    MUST(pbr_date_parse("2017-12-31", 10, &extracts.snapshot));
    pbr_measures *made = pbr_measure_extracts(world.contract, &extracts, diag);
    MUST(made);
    return made;
}

int LLVMFuzzerInitialize(int *count, char ***words)
{
    (void)count, (void)words;
    size_t *cohorts;
    pbr_diag *diag = pbr_diag_new();
    world = load_world("fixtures/worked/contract", "2018-01-31");
    measures = measured(diag);
    options.cohorts_count = cohorts_of(measures, world.contract, world.as_at, &cohorts);
    options.cohorts = cohorts;
    options.id = world.id;
    options.as_at = world.as_at;
    options.interim = true;
    base = (pbr_settled){.measures = measures, .options = &options, .arena = pbr_arena_new()};
    base.settlement = pbr_settlement_make(world.contract, measures, &options, diag);
    MUST(base.settlement && !pbr_diag_failed(diag));
    pbr_diag_free(diag);
    file = fuzz_file_new();
    return 0;
}

/* --- what is asked of a side --------------------------------------------------------------------
 */

static fuzz_text swept(const pbr_settled *side, const pbr_scenario *scenario, unsigned threads)
{
    fuzz_text text = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_sweep *sweep = pbr_sweep_make(side, scenario, POINTS_MOST, threads, NULL, diag);
    MUST((sweep == NULL) == pbr_diag_failed(diag));
    for (size_t i = 0; sweep && i < sweep->points_count; i++) {
        const pbr_point *point = &sweep->points[i];
        fuzz_printf(&text, "%s %ld\n", point->not_told ? point->not_told : "",
                    (long)point->totals.total_pence);
    }
    fuzz_add_said(&text, diag);
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_sweep_free(sweep);
    pbr_diag_free(diag);
    return text;
}

static fuzz_text simulated(const pbr_settled *side, const pbr_scenario *scenario, unsigned threads)
{
    fuzz_text text = {0};
    pbr_diag *diag = pbr_diag_new();
    pbr_simulation *made = pbr_simulation_make(side, scenario, threads, NULL, diag);
    MUST((made == NULL) == pbr_diag_failed(diag));
    for (size_t e = 0; made && e < made->effects_count; e++)
        for (size_t i = 0; i < made->effects[e].count; i++) {
            const pbr_simulated *row = &made->effects[e].rows[i];
            MUST(row->least_pence <= row->most_pence);
            MUST(row->paid + row->deducted <= made->replicates);
            fuzz_printf(&text, "%a %a %ld %ld\n", row->mean_pence, row->sd_pence,
                        (long)row->least_pence, (long)row->most_pence);
        }
    fuzz_add_said(&text, diag);
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_simulation_free(made);
    pbr_diag_free(diag);
    return text;
}

static void same_by_threads(fuzz_text (*ask)(const pbr_settled *, const pbr_scenario *, unsigned),
                            const pbr_settled *side, const pbr_scenario *scenario)
{
    fuzz_text one = ask(side, scenario, 1), three = ask(side, scenario, 3);
    fuzz_same(&one, &three);
    free(one.bytes);
    free(three.bytes);
}

static void move_named(const pbr_settled *side, const pbr_scenario *scenario)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_tornado *tornado = pbr_tornado_make(side, scenario, 1, NULL, diag);
    MUST((tornado == NULL) == pbr_diag_failed(diag));
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_tornado_free(tornado);
    pbr_diag_free(diag);
}

static void ask_power(const pbr_settled *side, const pbr_scenario *scenario)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_power *power = pbr_power_make(side, scenario, diag);
    MUST((power == NULL) == pbr_diag_failed(diag));
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_power_free(power);
    pbr_diag_free(diag);
}

static void ask(const pbr_settled *side, const pbr_scenario *s)
{
    if (s->sweep) same_by_threads(swept, side, s);
    if (s->simulate && s->simulate->replicates <= REPLICATES_MOST &&
        s->simulate->effects_count <= EFFECTS_MOST)
        same_by_threads(simulated, side, s);
    if (s->tornado && s->tornado->terms_count && s->tornado->terms_count <= NAMED_MOST)
        move_named(side, s);
    if (s->power) ask_power(side, s);
}

/* --- the sides ----------------------------------------------------------------------------------
 */

static bool takes_from_others(const pbr_scenario_side *side)
{
    for (unsigned i = 0; side && i < side->baselines_count; i++)
        if (side->baselines[i].settlement) return true;
    return false;
}

/* False if there is no such settlement; measures are not taken again. */
static bool settle_side(pbr_side *side, const pbr_settled *from, const pbr_scenario *scenario,
                        bool instead, pbr_arena *arena)
{
    const pbr_settled **none = pbr_arena_alloc(arena, 1024 * sizeof *none);
    pbr_diag *diag = pbr_diag_new();
    bool ok = pbr_side_change(side, from, scenario, instead, none, arena, diag);
    MUST(ok == !pbr_diag_failed(diag));
    if (ok && !side->counting) {
        ok = pbr_side_settle(side, from, measures, diag);
        MUST(ok == !pbr_diag_failed(diag));
        if (ok && side->own) check_sums(side->own);
    }
    ok &= !side->counting;
    fuzz_check_messages(diag, NULL, NULL, 0);
    pbr_diag_free(diag);
    return ok;
}

static void compare(const pbr_scenario *scenario, pbr_arena *arena)
{
    pbr_side first = {0}, second = {0};
    if (takes_from_others(&scenario->base) || takes_from_others(scenario->instead)) return;
    bool ok = settle_side(&first, &base, scenario, false, arena);
    if (ok && scenario->instead) ok = settle_side(&second, &first.settled, scenario, true, arena);
    if (ok) ask(scenario->instead ? &second.settled : &first.settled, scenario);
    pbr_side_free(&second);
    pbr_side_free(&first);
}

int LLVMFuzzerTestOneInput(const uint8_t *bytes, size_t length)
{
    pbr_arena *arena = pbr_arena_new();
    pbr_diag *diag = pbr_diag_new();
    fuzz_fill(&file, bytes, length);
    pbr_scenario *scenario = pbr_scenario_read(file.path, arena, diag);
    MUST((scenario == NULL) == pbr_diag_failed(diag));
    fuzz_check_messages(diag, file.path, bytes, length);
    if (scenario) compare(scenario, arena);
    pbr_arena_empty(base.arena);
    pbr_diag_free(diag);
    pbr_arena_free(arena);
    return 0;
}
