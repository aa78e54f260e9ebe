/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "command/origin.h"

#include "compare/substitute.h"
#include "contract/load.h"
#include "report/manifest.h"

#include <stdio.h>
#include <string.h>

static const char *last_part(const char *path)
{
    const char *slash = strrchr(path, '/');
    return slash ? slash + 1 : path;
}

static void take(pbr_origin *origin, const pbr_settlement *settlement, const pbr_work *work,
                 const pbr_settle_options *options)
{
    origin->settled = (pbr_settled){settlement, work->measures, options, origin->arena};
}

/* What its data and terms were warned of is told where it is settled; here only what keeps it from
 * being used. */
static bool pass_errors(pbr_diag *own, pbr_diag *diag)
{
    bool failed = pbr_diag_failed(own);
    pbr_diag_pass_errors(own, diag);
    pbr_diag_free(own);
    return !failed;
}

bool pbr_origin_settlement(pbr_origin *origin, const char *folder, pbr_diag *diag)
{
    *origin = (pbr_origin){.arena = pbr_arena_new(), .replayed = true};
    pbr_diag *own = pbr_diag_new();
    pbr_replay_open(&origin->replay, folder, own);
    if (!pass_errors(own, diag)) return false;
    pbr_replay *r = &origin->replay;
    take(origin, r->settlement, &r->work, &r->options);
    origin->words = pbr_arena_printf(origin->arena, "settlement %s", r->settlement->id);
    return true;
}

static bool settle(pbr_origin *origin, pbr_diag *diag)
{
    pbr_work *work = &origin->work;
    origin->settlement =
        pbr_settlement_make(work->contract, work->measures, &origin->options, diag);
    take(origin, origin->settlement, work, &origin->options);
    return origin->settlement != NULL;
}

/* The measures read as `settle --metrics` would read them. */
static bool load(pbr_origin *origin, const pbr_arguments *arguments, const char *cohorts,
                 pbr_diag *diag)
{
    pbr_work *work = &origin->work;
    pbr_work_load(work, arguments, true, diag);
    if (work->measures) pbr_work_tables(work, arguments, diag);
    if (work->measures) pbr_work_choose_cohorts(work, cohorts, diag);
    if (pbr_diag_failed(diag)) return false;
    const char *id =
        pbr_settlement_id(work->contract, work->measures, work->as_at, NULL, 0, work->arena);
    origin->options = pbr_work_options(work, id, false);
    return settle(origin, diag);
}

bool pbr_origin_measures(pbr_origin *origin, const pbr_scenario_side *side, pbr_diag *diag)
{
    *origin = (pbr_origin){.arena = pbr_arena_new()};
    pbr_diag *own = pbr_diag_new();
    pbr_arguments *arguments = pbr_arguments_read(&pbr_settle_command, 0, NULL, own);
    pbr_arguments_add(arguments, "contract", side->contract);
    pbr_arguments_add(arguments, "metrics", side->metrics);
    pbr_arguments_add(arguments, "as-at", side->as_at);
    if (side->counts) pbr_arguments_add(arguments, "counts", side->counts);
    load(origin, arguments, side->cohorts, own);
    pbr_arguments_free(arguments);
    origin->words = pbr_arena_printf(origin->arena, "contract %s on %s", last_part(side->contract),
                                     last_part(side->metrics));
    return pass_errors(own, diag);
}

static bool choose_cohorts(pbr_origin *origin, const pbr_settled *base, const char *cohorts,
                           pbr_diag *diag)
{
    pbr_work *work = &origin->work;
    pbr_settle_options *options = &origin->options;
    *options =
        pbr_options_under(base->options, base->settlement->contract, work->contract, origin->arena);
    if (cohorts) {
        pbr_work_choose_cohorts(work, cohorts, diag);
        options->cohorts = work->cohorts;
        options->cohorts_count = work->cohorts_count;
    }
    if (!options->cohorts_count && !pbr_diag_failed(diag))
        pbr_error(
            diag, "unknown-cohort", ((pbr_place){work->contract->folder, 0, 0}),
            "the contract has none of the cohorts that are settled: name some with `cohorts`");
    return !pbr_diag_failed(diag);
}

static bool is_settled(const pbr_origin *origin, size_t area)
{
    const pbr_settle_options *options = &origin->options;
    for (size_t i = 0; i < options->cohorts_count; i++)
        if (pbr_contract_rules(origin->work.contract, area, options->cohorts[i], options->as_at))
            return true;
    return false;
}

/* The measures are the base's: an area that it has not has none, and no extract would help. */
static bool has_its_areas(const pbr_origin *origin, const pbr_settled *base, pbr_diag *diag)
{
    char more[60] = "";
    size_t strange = 0, first = 0;
    const pbr_contract *its = origin->work.contract, *bases = base->settlement->contract;
    for (size_t i = its->areas_count; i-- > 0;) {
        const char *code = its->areas[i].code;
        if (pbr_contract_area(bases, code, strlen(code)) != PBR_NONE || !is_settled(origin, i))
            continue;
        strange++;
        first = i;
    }
    if (!strange) return true;
    if (strange > 1) snprintf(more, sizeof more, " (and %zu more)", strange - 1);
    pbr_error(diag, "unknown-area", ((pbr_place){pbr_contract_path(its, "areas.csv"), 0, 0}),
              "area %s%s is none of the base's, which has %s to %s: there is nothing to settle it "
              "on; name a contract of the same areas",
              its->areas[first].code, more, bases->areas[0].code,
              bases->areas[bases->areas_count - 1].code);
    return false;
}

static bool load_contract(pbr_origin *origin, const pbr_settled *base, const char *folder,
                          const char *cohorts, pbr_diag *diag)
{
    pbr_work *work = &origin->work;
    *work = (pbr_work){.arena = pbr_arena_new(), .as_at = base->options->as_at};
    work->contract = pbr_contract_load(folder, diag);
    if (!work->contract) return false;
    pbr_measured measured = {base->settlement->contract, base->measures};
    work->measures = pbr_measures_layered(work->contract, work->as_at, &measured, 1, diag);
    return choose_cohorts(origin, base, cohorts, diag) && has_its_areas(origin, base, diag) &&
           settle(origin, diag);
}

bool pbr_origin_contract(pbr_origin *origin, const pbr_settled *base, const char *folder,
                         const char *cohorts, pbr_diag *diag)
{
    *origin = (pbr_origin){.arena = pbr_arena_new()};
    pbr_diag *own = pbr_diag_new();
    load_contract(origin, base, folder, cohorts, own);
    origin->words =
        pbr_arena_printf(origin->arena, "contract %s on the same measures", last_part(folder));
    return pass_errors(own, diag);
}

void pbr_origin_close(pbr_origin *origin)
{
    if (!origin->arena) return;
    pbr_settlement_free(origin->settlement);
    if (origin->replayed)
        pbr_replay_close(&origin->replay);
    else if (origin->work.arena)
        pbr_work_free(&origin->work);
    pbr_arena_free(origin->arena);
}

pbr_measures *pbr_origin_measure(pbr_origin *origin, const pbr_contract *contract,
                                 const char *const *places, size_t count, pbr_place place,
                                 pbr_diag *diag)
{
    pbr_replay *r = &origin->replay;
    const char *from = origin->replayed ? pbr_manifest_option(&r->recorded.manifest, "from") : NULL;
    if (!from || strcmp(from, "extracts") != 0) {
        pbr_error(diag, "no-extracts", place,
                  "%s: who counts can be asked otherwise only where there are extracts, and it was "
                  "made from a table of measures",
                  origin->words);
        return NULL;
    }
    pbr_recorded_find(&r->recorded, places, count, r->arena);
    if (!pbr_recorded_has_extracts(&r->recorded, diag)) return NULL;
    pbr_diag *own = pbr_diag_new();
    pbr_extracts extracts = pbr_replay_extracts(r, r->work.as_at, r->arena);
    pbr_measures *measures = pbr_measure_extracts(contract, &extracts, own);
    pass_errors(own, diag);
    return measures;
}
