/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/near.h"

#include "whatif/probe.h"

#include <inttypes.h>

struct search {
    pbr_probe probe;
    pbr_cases *cases;
    const pbr_contract *contract;
    const pbr_result *result;
    int64_t most; /* persons */
};

static int rank(pbr_verdict verdict)
{
    return verdict == PBR_BETTER ? 1 : verdict == PBR_WORSE ? -1 : 0;
}

static bool is_higher(const struct search *s, pbr_verdict verdict)
{
    return verdict != PBR_NO_RESULT && rank(verdict) > rank(s->result->verdict);
}

static bool is_lower(const struct search *s, pbr_verdict verdict)
{
    return verdict != PBR_NO_RESULT && rank(verdict) < rank(s->result->verdict);
}

static void add(const struct search *s, int64_t persons, const char *who)
{
    const pbr_result *r = s->result;
    pbr_cases_add(s->cases, PBR_CHECK_NEAR_THRESHOLD, r->area, r->cohort, 1,
                  "area %s, cohort %s, line %s is %s and would be %s if %" PRId64
                  " more %s: look at who was left out and why",
                  s->contract->areas[r->area].code, s->contract->cohorts[r->cohort].name,
                  r->line->id, pbr_verdict_text(r->verdict),
                  pbr_verdict_text(s->probe.result.verdict), persons, who);
}

/* Those who reoffended most are left out first: so few as can be. */
static void search_left_out(struct search *s)
{
    for (int64_t k = 1; k <= s->most; k++) {
        if (!pbr_probe_leave_out(&s->probe, k)) return;
        if (!is_higher(s, s->probe.result.verdict)) continue;
        add(s, k, k == 1 ? "reoffender were left out" : "reoffenders were left out");
        return;
    }
}

static void search_put_back(struct search *s, int64_t left_out, bool reoffended)
{
    const pbr_measure *m = s->result->measure;
    for (int64_t k = 1; k <= s->most && k <= left_out; k++) {
        pbr_probe_resize(&s->probe, m->measurable + k, m->reoffenders + (reoffended ? k : 0));
        pbr_verdict verdict = s->probe.result.verdict;
        if (reoffended ? !is_lower(s, verdict) : !is_higher(s, verdict)) continue;
        add(s, k,
            reoffended ? "of those left out who reoffended were put back"
                       : "of those left out who did not reoffend were put back");
        return;
    }
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
           (kind == PBR_RATE || kind == PBR_EVENTS_PER_REOFFENDER);
}

static void search(struct search *s, const pbr_measures *measures)
{
    int64_t reoffenders, others;
    pbr_probe_open(&s->probe, s->result);
    search_left_out(s);
    pbr_probe_close(&s->probe);
    if (s->result->metric->kind != PBR_RATE) return;
    count_left_out(measures, s->result, &reoffenders, &others);
    pbr_probe_open(&s->probe, s->result);
    search_put_back(s, reoffenders, true);
    search_put_back(s, others, false);
    pbr_probe_close(&s->probe);
}

void pbr_near_thresholds(pbr_cases *cases, const pbr_settlement *settlement,
                         const pbr_measures *measures)
{
    mpq_t threshold;
    mpq_init(threshold);
    pbr_contract_threshold(settlement->contract, PBR_CHECK_NEAR_THRESHOLD, threshold);
    for (size_t i = 0; i < settlement->results_count; i++) {
        struct search s = {.cases = cases,
                           .contract = settlement->contract,
                           .result = &settlement->results[i],
                           .most = pbr_ratio_floor(threshold)};
        if (!is_judged(s.result)) continue;
        pbr_cases_looked(cases, PBR_CHECK_NEAR_THRESHOLD, s.result->cohort, 1);
        search(&s, measures);
    }
    mpq_clear(threshold);
}
