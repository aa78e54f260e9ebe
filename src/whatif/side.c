/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/side.h"

#include "compare/terms.h"
#include "contract/vary.h"
#include "whatif/baselines.h"
#include "whatif/candidates.h"
#include "whatif/fit.h"
#include "whatif/select.h"

#include <string.h>

struct changer {
    pbr_side *side;
    const pbr_scenario *scenario;
    const pbr_scenario_side *asked;
    const char *name; /* "base" or "instead" */
    pbr_arena *arena;
    pbr_diag *diag;
};

static pbr_place place_of(const struct changer *c, const char *list, unsigned number)
{
    return pbr_scenario_place(c->scenario, "%s.%s.%u", c->name, list, number);
}

static void note_change(struct changer *c, const pbr_selection *selection, const char *how)
{
    const char *term =
        *how ? pbr_arena_printf(c->arena, "%s (%s)", selection->path, how) : selection->path;
    c->side->changes[c->side->changes_count++] = (pbr_term_change){
        .file = selection->file,
        .term = term,
        .old = selection->was,
        .now = pbr_selection_text(selection, c->side->contract, c->arena),
        .clause = selection->clause,
        .source = selection->source,
        .status = pbr_status_text(selection->status),
    };
    if (selection->rules_count) c->side->counting |= pbr_term_is_of_counting(selection->path);
}

static void set_term(struct changer *c, const char *path, const char *rules, pbr_operation how,
                     const char *value, pbr_place place)
{
    pbr_selection selection;
    pbr_contract *copy = c->side->contract;
    if (!pbr_select(copy, path, rules, place, c->arena, &selection, c->diag)) return;
    if (pbr_selection_apply(&selection, copy, how, value, place, c->diag))
        note_change(c, &selection, "");
}

static void change_term(struct changer *c, const pbr_scenario_change *change, pbr_place place)
{
    pbr_operation how = change->set ? PBR_SET : change->times ? PBR_TIMES : PBR_PLUS;
    const char *value = change->set ? change->set : change->times ? change->times : change->plus;
    set_term(c, change->term, change->rules, how, value, place);
}

/* --- other baselines --- */

/* The baseline years of a metric, over all versions of the rules. */
static pbr_candidates years_of(const struct changer *c, const char *metric)
{
    const pbr_contract *contract = c->side->contract;
    pbr_candidates years = {.arena = c->arena};
    for (size_t i = 0; i < contract->rules_count; i++) {
        const pbr_metric *found = pbr_terms_metric(contract->rules[i].terms, metric);
        if (found && found->baseline) pbr_candidates_add(&years, pbr_slice_of(found->baseline));
    }
    return years;
}

static void unknown_metric(const struct changer *c, const char *metric, pbr_place place)
{
    const pbr_contract *contract = c->side->contract;
    pbr_candidates names = {.arena = c->arena};
    for (size_t i = 0; i < contract->rules_count; i++)
        for (unsigned k = 0; k < contract->rules[i].terms->metrics_count; k++)
            pbr_candidates_add(&names, pbr_slice_of(contract->rules[i].terms->metrics[k].id));
    pbr_error(c->diag, "unknown-metric", place,
              "there is no metric \"%s\" with tabled baselines: %s", metric,
              pbr_candidates_near(&names, pbr_slice_of(metric)));
}

static bool replace_rows(struct changer *c, const pbr_scenario_baselines *baselines,
                         const char *year, const pbr_settled *earlier, pbr_place place)
{
    pbr_contract *copy = c->side->contract;
    if (baselines->from == PBR_BASELINES_SETTLEMENT)
        return pbr_baselines_measured(copy, baselines->metric, year, earlier, place, c->diag);
    const char *text = baselines->weight ? baselines->weight : "1";
    mpq_t weight;
    mpq_init(weight);
    pbr_decimal_parse(weight, text, strlen(text), PBR_RATIO_TEXT);
    bool ok = pbr_baselines_shrink(copy, baselines->metric, year, weight, place, c->diag);
    mpq_clear(weight);
    return ok;
}

static const char *baselines_words(const struct changer *c, const pbr_scenario_baselines *b,
                                   const pbr_settled *earlier)
{
    if (b->from == PBR_BASELINES_POOLED) return "pooled";
    if (b->from == PBR_BASELINES_SHRUNK)
        return pbr_arena_printf(c->arena, "shrunk by %s", b->weight);
    return pbr_arena_printf(c->arena, "from settlement %s", earlier->settlement->id);
}

/* The columns that move, as they are before; those without a number are left out. */
static size_t select_columns(const struct changer *c, const char *metric, const char *year,
                             pbr_place place, pbr_selection out[2])
{
    static const char *const columns[] = {"rate", "ogrs_mean"};
    size_t count = 0;
    pbr_diag *unused = pbr_diag_new();
    for (size_t i = 0; i < 2; i++) {
        const char *path =
            pbr_arena_printf(c->arena, "baselines[*,*,%s,%s].%s", metric, year, columns[i]);
        count += pbr_select(c->side->contract, path, NULL, place, c->arena, &out[count], unused);
    }
    pbr_diag_free(unused);
    return count;
}

/* A year without a row would be missing for each area and cohort. */
static bool has_rows(const struct changer *c, const pbr_scenario_baselines *baselines,
                     pbr_place place)
{
    const pbr_contract *contract = c->side->contract;
    pbr_candidates years = {.arena = c->arena};
    for (size_t i = 0; i < contract->baselines_count; i++) {
        const pbr_baseline *row = &contract->baselines[i];
        if (strcmp(row->metric, baselines->metric) != 0) continue;
        if (strcmp(row->year, baselines->year) == 0) return true;
        pbr_candidates_add(&years, pbr_slice_of(row->year));
    }
    pbr_error(c->diag, "missing-baseline", place,
              "baselines.csv has no rows of metric %s for the year \"%s\": %s", baselines->metric,
              baselines->year, pbr_candidates_near(&years, pbr_slice_of(baselines->year)));
    return false;
}

static void change_baselines(struct changer *c, const pbr_scenario_baselines *baselines,
                             const pbr_settled *earlier, pbr_place place)
{
    pbr_selection columns[2];
    pbr_candidates years = years_of(c, baselines->metric);
    if (!years.count) {
        unknown_metric(c, baselines->metric, place);
        return;
    }
    if (baselines->from == PBR_BASELINES_YEAR) {
        if (has_rows(c, baselines, place))
            set_term(c, pbr_arena_printf(c->arena, "metrics.%s.baseline", baselines->metric), NULL,
                     PBR_SET, baselines->year, place);
        return;
    }
    for (size_t i = 0; i < years.count; i++) {
        size_t count = select_columns(c, baselines->metric, years.items[i], place, columns);
        if (!replace_rows(c, baselines, years.items[i], earlier, place)) continue;
        for (size_t k = 0; k < count; k++)
            note_change(c, &columns[k], baselines_words(c, baselines, earlier));
    }
}

/* --- rules that leave persons or offences out --- */

static void add_filters(pbr_candidates *names, const char *group, const pbr_filter *filters,
                        unsigned count)
{
    for (unsigned i = 0; i < count; i++)
        pbr_candidates_add(
            names, pbr_slice_of(pbr_arena_printf(names->arena, "%s.%s", group, filters[i].id)));
}

static void unknown_filter(const struct changer *c, const char *path, pbr_place place)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_candidates names = {.arena = c->arena};
    for (size_t i = 0; i < c->side->contract->rules_count; i++) {
        const pbr_terms *terms = c->side->contract->rules[i].terms;
        add_filters(&names, "exclude", terms->exclude, terms->exclude_count);
        add_filters(&names, "unmeasurable", terms->unmeasurable, terms->unmeasurable_count);
        add_filters(&names, "reoffence.ignore", terms->reoffence.ignore,
                    terms->reoffence.ignore_count);
    }
    pbr_error(
        c->diag, "unknown-term", place, "%s names no rule that leaves persons or offences out: %s",
        pbr_quote(quoted, pbr_slice_of(path)), pbr_candidates_near(&names, pbr_slice_of(path)));
}

static void drop_filter(struct changer *c, const char *path, pbr_place place)
{
    pbr_contract *copy = c->side->contract;
    const pbr_filter *dropped = NULL;
    const char *file = "rules/*.yaml";
    size_t versions = 0;
    for (size_t i = 0; i < copy->rules_count; i++) {
        const pbr_filter *found = pbr_contract_drop(copy, i, path);
        if (!found) continue;
        dropped = found;
        file = versions++ ? "rules/*.yaml" : copy->rules[i].file;
    }
    if (!dropped) {
        unknown_filter(c, path, place);
        return;
    }
    c->side->counting = true;
    c->side->changes[c->side->changes_count++] = (pbr_term_change){
        .file = file,
        .term = path,
        .old = dropped->reason,
        .clause = dropped->from.clause,
        .source = dropped->from.source,
        .status = pbr_status_text(dropped->from.status),
    };
}

/* --- does it hold together --- */

static const char *file_in(const pbr_contract *contract, const char *path)
{
    size_t length = strlen(contract->folder);
    bool inside = strncmp(path, contract->folder, length) == 0 && path[length] == '/';
    return inside ? path + length + 1 : path;
}

/* What is found is told where the scenario asked for it. */
static void pass_errors(const pbr_contract *contract, pbr_place place, const pbr_diag *found,
                        const char *what, pbr_diag *diag)
{
    const pbr_finding *findings;
    size_t count = pbr_diag_findings(found, &findings);
    for (size_t i = 0; i < count; i++)
        for (size_t k = 0; findings[i].severity == PBR_ERROR && k < findings[i].kept; k++) {
            const struct pbr_problem *problem = &findings[i].problems[k];
            const char *file = problem->file ? file_in(contract, problem->file) : "";
            char line[32] = "";
            if (problem->line) snprintf(line, sizeof line, ", line %ld", problem->line);
            pbr_error(diag, "bad-term", place, "with these changes %s: %s%s%s%s", what, file, line,
                      *file ? ": " : "", problem->message);
        }
}

static void check_fit(struct changer *c)
{
    pbr_diag *found = pbr_diag_new();
    pbr_check_fit(c->side->contract, found);
    pass_errors(c->side->contract, c->side->place, found, "the terms do not fit each other",
                c->diag);
    pbr_diag_free(found);
}

/* Baselines first, so that a change by path holds of the new ones. */
static void change_all(struct changer *c, const pbr_settled *const *earlier)
{
    const pbr_scenario_side *asked = c->asked;
    pbr_place drop = pbr_scenario_place(c->scenario, "%s.drop", c->name);
    for (unsigned i = 0; i < asked->baselines_count; i++)
        change_baselines(c, &asked->baselines[i], earlier[i], place_of(c, "baselines", i + 1));
    for (unsigned i = 0; i < asked->change_count; i++)
        change_term(c, &asked->change[i], place_of(c, "change", i + 1));
    for (unsigned i = 0; i < asked->drop_count; i++) drop_filter(c, asked->drop[i], drop);
}

bool pbr_side_change(pbr_side *side, const pbr_settled *base, const pbr_scenario *scenario,
                     bool instead, const pbr_settled *const *earlier, pbr_arena *arena,
                     pbr_diag *diag)
{
    const pbr_scenario_side *asked = instead ? scenario->instead : &scenario->base;
    struct changer c = {side, scenario, asked, instead ? "instead" : "base", arena, diag};
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    *side = (pbr_side){.settled = *base, .place = pbr_scenario_place(scenario, "%s", c.name)};
    if (!asked || !(asked->change_count + asked->baselines_count + asked->drop_count)) return true;
    side->contract = pbr_contract_copy(base->settlement->contract);
    size_t columns = 2 * side->contract->rules_count; /* of each of a metric's baseline years */
    side->changes = pbr_arena_alloc(
        arena, (asked->change_count + asked->drop_count + asked->baselines_count * columns) *
                   sizeof *side->changes);
    change_all(&c, earlier);
    if (pbr_diag_count(diag, PBR_ERROR) == before) check_fit(&c);
    return pbr_diag_count(diag, PBR_ERROR) == before;
}

bool pbr_side_settle(pbr_side *side, const pbr_settled *base, const pbr_measures *measures,
                     pbr_diag *diag)
{
    const pbr_contract *contract = side->contract ? side->contract : base->settlement->contract;
    if (!side->contract && measures == base->measures) return true;
    pbr_diag *found = pbr_diag_new();
    side->own = pbr_settlement_make(contract, measures, base->options, found);
    pass_errors(contract, side->place, found, "it cannot be settled", diag);
    pbr_diag_free(found);
    side->settled.settlement = side->own;
    side->settled.measures = measures;
    return side->own != NULL;
}

void pbr_side_free(pbr_side *side)
{
    pbr_settlement_free(side->own);
    pbr_measures_free(side->measures);
    if (side->contract) pbr_contract_free(side->contract);
    *side = (pbr_side){0};
}
