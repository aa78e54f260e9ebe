/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/near.h"

#include "base/mem.h"
#include "whatif/probe.h"

#include <inttypes.h>

/* --- what a few persons more or fewer would do --- */

struct search {
    pbr_probe probe;
    const pbr_result *result;
    int64_t most; /* persons */
};

static int rank(pbr_verdict verdict)
{
    return verdict == PBR_BETTER ? 1 : verdict == PBR_WORSE ? -1 : 0;
}

/* Whether the verdict as probed is another, for the better (sign 1) or for the worse (-1). */
static bool is_turned(const struct search *s, int sign)
{
    pbr_verdict now = s->probe.result.verdict;
    return now != PBR_NO_RESULT && sign * (rank(now) - rank(s->result->verdict)) > 0;
}

/* Those who reoffended most are left out first: so few as can be. */
static pbr_turn leave_out(struct search *s)
{
    for (int64_t k = 1; k <= s->most; k++) {
        if (!pbr_probe_leave_out(&s->probe, k)) break;
        if (is_turned(s, 1)) return (pbr_turn){k, s->probe.result.verdict};
    }
    return (pbr_turn){0};
}

static pbr_turn put_back(struct search *s, int64_t left_out, bool reoffended)
{
    const pbr_measure *m = s->result->measure;
    for (int64_t k = 1; k <= s->most && k <= left_out; k++) {
        pbr_probe_resize(&s->probe, m->measurable + k, m->reoffenders + (reoffended ? k : 0));
        if (is_turned(s, reoffended ? -1 : 1)) return (pbr_turn){k, s->probe.result.verdict};
    }
    return (pbr_turn){0};
}

/* Rules left them out: those who stand behind another start of theirs are counted there. */
static void count_left_out(const pbr_measures *measures, const pbr_result *r, int64_t *reoffenders,
                           int64_t *others)
{
    *reoffenders = *others = 0;
    for (size_t i = 0; i < measures->attrition_count; i++) {
        const pbr_attrition *row = &measures->attrition[i];
        if (row->area != r->area || row->cohort != r->cohort ||
            strcmp(row->stage, "counted") == 0 || strcmp(row->reason, "later-start") == 0)
            continue;
        *reoffenders += row->reoffenders;
        *others += row->starts - row->reoffenders;
    }
}

static bool is_judged(const pbr_result *result)
{
    pbr_metric_kind kind = result->metric->kind;
    return result->verdict != PBR_NO_RESULT && !result->interim &&
           result->line->test.kind != PBR_TEST_BOOTSTRAP &&
           (kind == PBR_RATE || kind == PBR_EVENTS_PER_REOFFENDER || kind == PBR_EVENTS_PER_100);
}

static const char *not_told(const pbr_result *result)
{
    pbr_metric_kind kind = result->metric->kind;
    if (result->verdict == PBR_NO_RESULT) return "no result";
    if (result->interim) return "not ripe";
    if (result->line->test.kind == PBR_TEST_BOOTSTRAP) return "limits are resampled";
    if (!is_judged(result)) return "days, or what was expected, are not known of each person";
    if (kind == PBR_EVENTS_PER_100)
        return "reoffences of those left out are not known of each: no reoffender was put back";
    return kind == PBR_RATE
               ? NULL
               : "reoffences of those left out are not known of each: nobody was put back";
}

static void search(pbr_near *near, const pbr_measures *measures, int64_t most)
{
    struct search s = {.result = near->result, .most = most};
    pbr_metric_kind kind = near->result->metric->kind;
    int64_t reoffenders, others;
    pbr_probe_open(&s.probe, near->result);
    near->turns[PBR_LEAVE_OUT] = leave_out(&s);
    pbr_probe_close(&s.probe);
    count_left_out(measures, near->result, &reoffenders, &others);
    pbr_probe_open(&s.probe, near->result);
    if (kind == PBR_RATE) near->turns[PBR_PUT_REOFFENDERS_BACK] = put_back(&s, reoffenders, true);
    if (kind != PBR_EVENTS_PER_REOFFENDER)
        near->turns[PBR_PUT_OTHERS_BACK] = put_back(&s, others, false);
    pbr_probe_close(&s.probe);
}

pbr_near *pbr_near_make(const pbr_settlement *settlement, const pbr_measures *measures,
                        int64_t most, pbr_arena *arena)
{
    pbr_near *rows = pbr_arena_alloc(arena, (settlement->results_count + 1) * sizeof *rows);
    for (size_t i = 0; i < settlement->results_count; i++) {
        rows[i].result = &settlement->results[i];
        rows[i].not_told = not_told(rows[i].result);
        if (is_judged(rows[i].result)) search(&rows[i], measures, most);
    }
    return rows;
}

/* --- as cases of a check --- */

static void add_case(pbr_cases *cases, const pbr_contract *contract, const pbr_near *near, int way)
{
    static const char *const words[PBR_TURNS] = {
        [PBR_LEAVE_OUT] = "reoffenders were left out",
        [PBR_PUT_REOFFENDERS_BACK] = "of those left out who reoffended were put back",
        [PBR_PUT_OTHERS_BACK] = "of those left out who did not reoffend were put back",
    };
    const pbr_result *r = near->result;
    const pbr_turn *turn = &near->turns[way];
    bool one = way == PBR_LEAVE_OUT && turn->persons == 1;
    if (!turn->persons) return;
    pbr_cases_add(cases, PBR_CHECK_NEAR_THRESHOLD, r->area, r->cohort, 1,
                  "area %s, cohort %s, line %s is %s and would be %s if %" PRId64
                  " more %s: look at who was left out and why",
                  contract->areas[r->area].code, contract->cohorts[r->cohort].name, r->line->id,
                  pbr_verdict_text(r->verdict), pbr_verdict_text(turn->verdict), turn->persons,
                  one ? "reoffender were left out" : words[way]);
}

static int64_t threshold_of(const pbr_contract *contract)
{
    mpq_t threshold;
    mpq_init(threshold);
    pbr_contract_threshold(contract, PBR_CHECK_NEAR_THRESHOLD, threshold);
    int64_t most = pbr_ratio_floor(threshold);
    mpq_clear(threshold);
    return most;
}

void pbr_near_thresholds(pbr_cases *cases, const pbr_settlement *settlement,
                         const pbr_measures *measures)
{
    const pbr_contract *contract = settlement->contract;
    pbr_arena *arena = pbr_arena_new();
    pbr_near *rows = pbr_near_make(settlement, measures, threshold_of(contract), arena);
    for (size_t i = 0; i < settlement->results_count; i++) {
        if (!is_judged(rows[i].result)) continue;
        pbr_cases_looked(cases, PBR_CHECK_NEAR_THRESHOLD, rows[i].result->cohort, 1);
        for (int way = 0; way < PBR_TURNS; way++) add_case(cases, contract, &rows[i], way);
    }
    pbr_arena_free(arena);
}
