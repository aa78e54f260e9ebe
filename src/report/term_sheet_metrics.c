/* SPDX-License-Identifier: GPL-3.0-or-later */
/* What is measured, and what it is compared with. */
#include "report/term_sheet_parts.h"

#include <string.h>

static const char *const kind_words[] = {
    [PBR_RATE] = "measurable persons with a reoffence, in percent of measurable persons",
    [PBR_EVENTS_PER_REOFFENDER] = "reoffences per reoffender",
    [PBR_EVENTS_PER_100] = "events per 100 measurable persons",
    [PBR_DAYS_PER_PERSON] = "days per measurable person",
    [PBR_EXPECTED_RATIO] = "persons with an event over the number expected",
};

static const char *adjustment_words(pbr_teller *t, const pbr_metric *metric)
{
    static const char *const references[] = {
        [PBR_SAME_ROW] = "the baseline row that the cohort meets",
        [PBR_ANNUAL_ROW] = "the area's annual baseline row",
        [PBR_POOLED_ROWS] = "the area's four quarterly baseline rows, weighted by cases",
    };
    if (metric->adjust == PBR_NO_ADJUSTMENT) return "It is not adjusted for case mix.";
    return pbr_arena_printf(t->arena,
                            "It is adjusted for case mix: the mean score of %s less that of the "
                            "cohort is added (score: %s).",
                            metric->compare_with == PBR_WITH_BASELINE
                                ? references[metric->reference]
                                : pbr_words_comparison(t, metric),
                            metric->score);
}

/* The rows of baselines.csv that a metric may meet. */
struct rows {
    size_t count, limits, terminations;
    const mpq_t *least, *most;
    pbr_text_set from;
};

static struct rows rows_of(pbr_teller *t, const pbr_metric *metric)
{
    struct rows rows = {0};
    for (size_t i = 0; i < t->contract->baselines_count; i++) {
        const pbr_baseline *row = &t->contract->baselines[i];
        if (strcmp(row->metric, metric->id) != 0 || strcmp(row->year, metric->baseline) != 0)
            continue;
        rows.count++;
        rows.limits += row->has_lower && row->has_upper;
        rows.terminations += row->has_terminate;
        if (!rows.least || mpq_cmp(row->rate, *rows.least) < 0) rows.least = &row->rate;
        if (!rows.most || mpq_cmp(row->rate, *rows.most) > 0) rows.most = &row->rate;
        pbr_text_set_add_from(t, &rows.from, &row->source);
    }
    return rows;
}

static void tell_baselines(pbr_teller *t, const pbr_metric *metric)
{
    if (metric->compare_with != PBR_WITH_BASELINE) return;
    struct rows rows = rows_of(t, metric);
    if (!rows.count) return;
    pbr_tell_from(t, 1, "-", pbr_words_from(t, &rows.from),
                  "Its baseline of %s has %zu row%s, from %s to %s; %zu of them table%s limits, "
                  "and %zu a termination point, above which the contract may end.",
                  metric->baseline, rows.count, pbr_words_plural(rows.count),
                  pbr_words_decimal(t, *rows.least), pbr_words_decimal(t, *rows.most), rows.limits,
                  rows.limits == 1 ? "s" : "", rows.terminations);
}

static void tell_metric(pbr_teller *t, const pbr_metric *metric)
{
    pbr_tell(t, 0, "-", &metric->from, "%s: %s, compared with %s. %s", metric->id,
             kind_words[metric->kind], pbr_words_comparison(t, metric),
             adjustment_words(t, metric));
    tell_baselines(t, metric);
}

void pbr_tell_metrics(pbr_teller *t)
{
    const pbr_terms *terms = t->rules->terms;
    pbr_tell_heading(t, PBR_HEADING_PART, "What is measured");
    for (unsigned i = 0; i < terms->metrics_count; i++) tell_metric(t, &terms->metrics[i]);
}
