/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Figures of results.csv: those that are steps of the line, and what is said beside them. */
#include "explain/maker.h"
#include "report/result_words.h"

#include <string.h>

static const pbr_result *result_of(pbr_explainer *e, const pbr_figure *figure)
{
    for (size_t i = 0; i < e->settlement->results_count; i++) {
        const pbr_result *r = &e->settlement->results[i];
        if (r->area == figure->area && r->cohort == figure->cohort &&
            strcmp(r->line->id, figure->line) == 0)
            return r;
    }
    return NULL;
}

/* Why a cell is blank; NULL where it is not. */
static const char *why_blank(const pbr_result *r, const char *field)
{
    static const char *const tested[] = {"lower", "upper", "change"};
    if (!r->has_rate && (!strcmp(field, "rate") || !strcmp(field, "adjusted_rate")))
        return r->why_no_result;
    if (!strcmp(field, "adjustment")) {
        if (r->metric->adjust == PBR_NO_ADJUSTMENT) return "The metric is not adjusted.";
        return r->has_rate ? NULL : r->why_no_result;
    }
    for (size_t i = 0; i < sizeof tested / sizeof *tested; i++)
        if (!strcmp(field, tested[i])) return r->why_no_result;
    return NULL;
}

static void cite(pbr_explainer *e, pbr_node *node, const pbr_result *r, const char *rest)
{
    const char *path = pbr_arena_printf(e->arena, "lines.%s.%s", r->line->id, rest);
    if (!node->cites) pbr_node_cite(e, node, r->rules, r->area, &path, 1);
}

/* The Monte Carlo error of a limit, which only the sampling itself can tell. */
static pbr_node *error(pbr_explainer *e, const char *place, const pbr_result *r, const char *field)
{
    double size = strcmp(field, "lower_error") == 0 ? r->lower_error : r->upper_error;
    pbr_node *node = pbr_node_word(e, place, field, "Monte Carlo error of the limit", NULL,
                                   size > 0 ? "Of the samples that the limits were drawn from."
                                            : "The limits are not drawn from samples.");
    node->kind = PBR_NODE_ENGINE;
    node->unit = PBR_UNIT_RATE;
    if (size > 0) node->value = pbr_value_real(e->workings->pool, size);
    cite(e, node, r, "test.kind");
    return node;
}

static const char *yes_no(bool answer)
{
    return answer ? "yes" : "no";
}

static pbr_node *interim(pbr_explainer *e, const char *place, const pbr_result *r)
{
    static const char *const paths[] = {"follow-up.months", "follow-up.waiting-months"};
    pbr_node *node =
        pbr_node_word(e, place, "interim", "Not ripe: reported without a price", yes_no(r->interim),
                      "A cohort is ripe when the follow-up and the waiting time of its last day "
                      "are over at the snapshot, and all its parts are there.");
    if (node->cites) return node;
    pbr_node_cite(e, node, r->rules, r->area, paths, 2);
    pbr_node_day(e, node, "last day", e->contract->cohorts[r->cohort].to - 1);
    pbr_node_day(e, node, "snapshot", r->measure->snapshot);
    return node;
}

/* A line without a hurdle, or that is not priced. */
static pbr_node *gated(pbr_explainer *e, const char *place, const pbr_result *r)
{
    const char *note = !r->line->gate ? "The line has no hurdle."
                       : r->interim   ? "The cohort is not ripe: nothing is priced."
                                      : "The hurdle stops no result of this line.";
    pbr_node *node =
        pbr_node_word(e, place, "gated", "Stopped by the hurdle", yes_no(r->gated), note);
    node->kind = PBR_NODE_ENGINE;
    pbr_node *hurdle =
        r->line->gate ? pbr_step_named(e, r->area, r->cohort, r->line->gate->line, "result") : NULL;
    if (hurdle) pbr_node_part_add(e, node, hurdle, true);
    return node;
}

static pbr_node *said(pbr_explainer *e, const char *place, const pbr_result *r, const char *field)
{
    pbr_scope words = {.contract = e->contract, .arena = e->arena};
    if (!strcmp(field, "interim")) return interim(e, place, r);
    if (!strcmp(field, "gated")) return gated(e, place, r);
    if (strstr(field, "_error")) return error(e, place, r, field);
    pbr_node *node;
    if (!strcmp(field, "metric")) {
        node = pbr_node_word(e, place, field, "Metric", r->metric->id, NULL);
        cite(e, node, r, "metric");
    } else if (!strcmp(field, "limits_around")) {
        node = pbr_node_word(e, place, field, "Limits stand around",
                             r->around_cohort ? "cohort" : "baseline", "The kind of test says so.");
        cite(e, node, r, "test.kind");
    } else if (!strcmp(field, "close_call")) {
        node = pbr_node_word(e, place, field, "Close call", yes_no(r->close_call),
                             "Does the baseline lie within two Monte Carlo errors of a limit?");
    } else if (!strcmp(field, "why")) {
        node = pbr_node_word(e, place, field, "Why there is no result", r->why_no_result,
                             pbr_result_words(&words, r));
        cite(e, node, r, "test.minimum-cohort");
    } else if (!strcmp(field, "terminate")) {
        node =
            pbr_node_word(e, place, field, "Worse than the termination point", yes_no(r->terminate),
                          "There is no termination point to compare with.");
    } else
        return NULL;
    return node;
}

pbr_node *pbr_result_figure(pbr_explainer *e, const pbr_figure *figure)
{
    const pbr_result *r = result_of(e, figure);
    const char *place = pbr_place_of(e, figure->area, figure->cohort, figure->line);
    const char *field = figure->field;
    pbr_node *step = NULL;
    if (!r) return pbr_step_named(e, figure->area, figure->cohort, figure->line, field);
    const char *blank = why_blank(r, field);
    if (!blank) step = pbr_step_named(e, figure->area, figure->cohort, figure->line, field);
    if (step) return step;
    if (blank || !strcmp(field, "terminate_at"))
        return pbr_node_word(e, place, field, "Blank", NULL,
                             blank ? blank : "There is no termination point.");
    return said(e, place, r, field);
}
