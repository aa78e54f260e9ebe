/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/consistency.h"

#include "contract/check_extract.h"
#include "contract/checker.h"
#include "contract/checks.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { LEAST_COUNT_MAX = 1000 }; /* persons; more would hide whole schemes by a slip */
enum { DUE_DAYS_MAX = 3650 };    /* ten years; more would leave the calendar */

/* A filter has exactly one test, and its words make sense. */
static void check_filter(const pbr_checker *c, const char *group, const pbr_filter *filter)
{
    static const char *const anchors[] = {"start", "follow-up-end", "proof-end"};
    int tests = !!filter->is + !!filter->in + !!filter->blank + !!filter->before + !!filter->after;
    const char *anchor = filter->before ? filter->before : filter->after;
    pbr_date day;
    if (tests != 1)
        pbr_error(c->diag, "bad-filter", pbr_checker_place_of(c, group, filter->id, "id"),
                  "filter \"%s\" has %d tests: give it one of is, in, blank, before, after",
                  filter->id, tests);
    if (filter->blank && strcmp(filter->blank, "yes") != 0 && strcmp(filter->blank, "no") != 0)
        pbr_error(c->diag, "bad-filter", pbr_checker_place_of(c, group, filter->id, "blank"),
                  "blank \"%s\" is not an answer: write \"yes\" or \"no\" in quotes",
                  filter->blank);
    if (!anchor || pbr_date_parse(anchor, strlen(anchor), &day)) return;
    bool of_start = strcmp(group, "reoffence.ignore") != 0; /* a reoffence meets several starts */
    for (int i = 0; i < 3 && of_start; i++)
        if (strcmp(anchor, anchors[i]) == 0) return;
    pbr_error(c->diag, "bad-filter",
              pbr_checker_place_of(c, group, filter->id, filter->before ? "before" : "after"),
              "\"%s\" is no day: use %sa date YYYY-MM-DD", anchor,
              of_start ? "start, follow-up-end, proof-end or " : "");
}

static void check_filters(const pbr_checker *c, const char *group, const pbr_filter *filters,
                          unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        check_filter(c, group, &filters[i]);
        for (unsigned k = 0; k < i; k++)
            if (strcmp(filters[i].id, filters[k].id) == 0)
                pbr_error(c->diag, "repeated-id",
                          pbr_checker_place_of(c, group, filters[i].id, "id"),
                          "%s has two entries called \"%s\": rename one", group, filters[i].id);
    }
}

static void check_cap(const pbr_checker *c, const pbr_cap *cap)
{
    for (unsigned i = 0; i < cap->over_count; i++)
        if (!pbr_terms_line(c->rules->terms, cap->over[i]))
            pbr_checker_unknown_line(c, pbr_checker_place_of(c, "caps", cap->id, "over"),
                                     cap->over[i]);
}

static const char *const level_words[] = {"line", "cohort", "year-of-formation", "life"};

/* Each line falls under one cap of a level at most, so that the order of levels is order enough. */
static void check_single_cap(const pbr_checker *c, const pbr_line *line)
{
    const pbr_terms *terms = c->rules->terms;
    unsigned holding[PBR_CAP_LEVELS] = {0};
    for (unsigned i = 0; i < terms->caps_count; i++)
        for (unsigned k = 0; k < terms->caps[i].over_count; k++)
            holding[terms->caps[i].per] += strcmp(terms->caps[i].over[k], line->id) == 0;
    for (int level = 0; level < PBR_CAP_LEVELS; level++)
        if (holding[level] > 1)
            pbr_error(c->diag, "bad-cap", pbr_checker_place_of(c, "lines", line->id, "id"),
                      "line \"%s\" is named by caps per %s %u times: name it once", line->id,
                      level_words[level], holding[level]);
}

/* What a metric is compared with, and what that needs. */
static void check_comparator(const pbr_checker *c, const pbr_metric *metric)
{
    static const pbr_key_rule keys[] = {{"baseline", 1u << PBR_WITH_BASELINE, 0},
                                        {"cohort", 1u << PBR_WITH_COHORT, 0}};
    static const char *const words[] = {"compare-with: baseline", "compare-with: control",
                                        "compare-with: cohort"};
    const char *group = pbr_arena_printf(c->contract->arena, "metrics.%s", metric->id);
    pbr_checker_keys(c, group, metric->compare_with, words[metric->compare_with], keys, 2);
}

static void check_metric(const pbr_checker *c, const pbr_metric *metric)
{
    const char *path = pbr_arena_printf(c->contract->arena, "metrics.%s.reference", metric->id);
    bool adjusted = metric->adjust == PBR_SCORE_DIFFERENCE;
    bool reference = pbr_checker_states(c, path);
    check_comparator(c, metric);
    if (adjusted && (!reference || !metric->score))
        pbr_error(c->diag, "missing-term", pbr_checker_place_of(c, "metrics", metric->id, "adjust"),
                  "score-difference: \"%s\" is left out: every choice is written out, also the "
                  "usual one",
                  reference ? "score" : "reference");
    if (!adjusted && reference)
        pbr_error(c->diag, "idle-term", pbr_checker_place(c, path),
                  "\"reference\" has no meaning without an adjustment: remove it");
    if (adjusted && metric->kind != PBR_RATE)
        pbr_error(c->diag, "bad-term", pbr_checker_place_of(c, "metrics", metric->id, "adjust"),
                  "score-difference is in percentage points: it adjusts a rate, not \"%s\"",
                  metric->id);
}

static void check_periods(const pbr_checker *c)
{
    const pbr_follow_up_terms *follow_up = &c->rules->terms->follow_up;
    if (follow_up->months < 1 || follow_up->months > 120 || follow_up->waiting_months > 120)
        pbr_error(c->diag, "bad-term", pbr_checker_place(c, "follow-up.months"),
                  "follow-up of %u and waiting of %u months: follow-up is 1 to 120, waiting at "
                  "most 120",
                  follow_up->months, follow_up->waiting_months);
}

static void check_transferred(const pbr_checker *c)
{
    const pbr_transferred_terms *transferred = &c->rules->terms->transferred;
    if (transferred->treatment != PBR_KEEP && !transferred->column)
        pbr_error(c->diag, "missing-term", pbr_checker_place(c, "transferred.treatment"),
                  "transferred: \"column\" is left out: name the column that holds the date of "
                  "transfer");
}

static void check_due(const pbr_checker *c)
{
    unsigned days = c->rules->terms->due.days_after_settlement;
    if (days > DUE_DAYS_MAX)
        pbr_error(c->diag, "bad-term", pbr_checker_place(c, "due.days-after-settlement"),
                  "days-after-settlement \"%u\" is more than %d", days, DUE_DAYS_MAX);
}

static void check_unique_ids(const pbr_checker *c)
{
    const pbr_terms *terms = c->rules->terms;
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (pbr_terms_metric(terms, terms->metrics[i].id) != &terms->metrics[i])
            pbr_error(c->diag, "repeated-id",
                      pbr_checker_place_of(c, "metrics", terms->metrics[i].id, "id"),
                      "two metrics are called \"%s\": rename one", terms->metrics[i].id);
    for (unsigned i = 0; i < terms->caps_count; i++)
        for (unsigned k = 0; k < i; k++)
            if (strcmp(terms->caps[i].id, terms->caps[k].id) == 0)
                pbr_error(c->diag, "repeated-id",
                          pbr_checker_place_of(c, "caps", terms->caps[i].id, "id"),
                          "two caps are called \"%s\": rename one", terms->caps[i].id);
}

static bool document_known(const pbr_scheme *scheme, const char *id)
{
    for (unsigned i = 0; i < scheme->documents_count; i++)
        if (strcmp(scheme->documents[i].id, id) == 0) return true;
    return false;
}

/* Every term has a clause, a source that scheme.yaml lists, and a status. */
static void check_provenance(const pbr_contract *contract, const pbr_term *list, size_t count,
                             pbr_diag *diag)
{
    for (size_t i = 0; i < count; i++) {
        const pbr_term *term = &list[i];
        bool stated = term->clause && term->source && term->status != PBR_UNSTATED;
        if (stated && document_known(contract->scheme, term->source)) continue;
        pbr_place place = {pbr_contract_path(contract, term->file), term->line, term->column};
        if (!stated)
            pbr_error(diag, "no-provenance", place,
                      "%s has no clause, source or status: state them for it or its group",
                      term->path);
        else
            pbr_error(diag, "unknown-source", place,
                      "source \"%s\" of %s is no document of scheme.yaml: add it there",
                      term->source, term->path);
    }
}

void pbr_check_rules(const pbr_contract *contract, const pbr_rules *rules, pbr_diag *diag)
{
    pbr_checker c = {contract, rules, diag};
    const pbr_terms *terms = rules->terms;
    check_filters(&c, "exclude", terms->exclude, terms->exclude_count);
    check_filters(&c, "unmeasurable", terms->unmeasurable, terms->unmeasurable_count);
    check_filters(&c, "reoffence.ignore", terms->reoffence.ignore, terms->reoffence.ignore_count);
    check_periods(&c);
    check_transferred(&c);
    check_due(&c);
    check_unique_ids(&c);
    pbr_check_between_lines(&c);
    for (unsigned i = 0; i < terms->metrics_count; i++) check_metric(&c, &terms->metrics[i]);
    for (unsigned i = 0; i < terms->lines_count; i++) pbr_check_line(&c, &terms->lines[i]);
    for (unsigned i = 0; i < terms->lines_count; i++) check_single_cap(&c, &terms->lines[i]);
    for (unsigned i = 0; i < terms->caps_count; i++) check_cap(&c, &terms->caps[i]);
    check_provenance(contract, rules->list, rules->list_count, diag);
}

/* Workbooks take the code for a word only where it is capitals. */
static void check_currency(const pbr_contract *contract, pbr_diag *diag)
{
    const char *code = contract->scheme->currency;
    if (strlen(code) != 3 || strspn(code, "ABCDEFGHIJKLMNOPQRSTUVWXYZ") != 3)
        pbr_error(diag, "bad-term", pbr_contract_scheme_place(contract, "currency"),
                  "currency \"%s\" is not three capital letters: write for example GBP", code);
}

void pbr_check_scheme(const pbr_contract *contract, pbr_diag *diag)
{
    unsigned value = contract->scheme->publication.least;
    if (value < 1 || value > LEAST_COUNT_MAX)
        pbr_error(
            diag, "bad-term", pbr_contract_scheme_place(contract, "publication.least"),
            "counts below %u are to be withheld: the least count that is published is 1 to %d",
            value, LEAST_COUNT_MAX);
    check_currency(contract, diag);
    pbr_check_extract(contract, diag);
    pbr_check_settings(contract, diag);
    check_provenance(contract, contract->scheme_terms, contract->scheme_terms_count, diag);
}
