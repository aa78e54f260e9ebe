/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "contract/consistency.h"

#include "base/text.h"
#include "contract/yaml.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

struct checker {
    const pbr_contract *contract;
    const pbr_rules *rules;
    pbr_diag *diag;
};

static pbr_place place_at(const struct checker *c, const char *path)
{
    const pbr_term *term = pbr_term_find(c->rules->list, c->rules->list_count, path);
    const char *file = pbr_contract_path(c->contract, c->rules->file);
    return (pbr_place){file, term ? term->line : 0, term ? term->column : 0};
}

static pbr_place place_of(const struct checker *c, const char *group, const char *id,
                          const char *leaf)
{
    return place_at(c, pbr_arena_printf(c->contract->arena, "%s.%s.%s", group, id, leaf));
}

/* A filter has exactly one test, and its words make sense. */
static void check_filter(const struct checker *c, const char *group, const pbr_filter *filter)
{
    static const char *const anchors[] = {"start", "follow-up-end", "proof-end"};
    int tests = !!filter->is + !!filter->in + !!filter->blank + !!filter->before + !!filter->after;
    const char *anchor = filter->before ? filter->before : filter->after;
    pbr_date day;
    if (tests != 1)
        pbr_error(c->diag, "bad-filter", place_of(c, group, filter->id, "id"),
                  "filter \"%s\" has %d tests: give it one of is, in, blank, before, after",
                  filter->id, tests);
    if (filter->blank && strcmp(filter->blank, "yes") && strcmp(filter->blank, "no"))
        pbr_error(c->diag, "bad-filter", place_of(c, group, filter->id, "blank"),
                  "blank \"%s\" is not an answer: write \"yes\" or \"no\" in quotes",
                  filter->blank);
    if (!anchor || pbr_date_parse(anchor, strlen(anchor), &day)) return;
    bool of_start = strcmp(group, "reoffence.ignore") != 0; /* a reoffence meets several starts */
    for (int i = 0; i < 3 && of_start; i++)
        if (strcmp(anchor, anchors[i]) == 0) return;
    pbr_error(c->diag, "bad-filter",
              place_of(c, group, filter->id, filter->before ? "before" : "after"),
              "\"%s\" is no day: use %sa date YYYY-MM-DD", anchor,
              of_start ? "start, follow-up-end, proof-end or " : "");
}

static void check_filters(const struct checker *c, const char *group, const pbr_filter *filters,
                          unsigned count)
{
    for (unsigned i = 0; i < count; i++) {
        check_filter(c, group, &filters[i]);
        for (unsigned k = 0; k < i; k++)
            if (strcmp(filters[i].id, filters[k].id) == 0)
                pbr_error(c->diag, "repeated-id", place_of(c, group, filters[i].id, "id"),
                          "%s has two entries called \"%s\": rename one", group, filters[i].id);
    }
}

static bool is_decimals(const char *text)
{
    return strcmp(text, "none") == 0 ||
           (text[0] >= '0' && text[0] <= '9' && (text[1] == '\0' || strcmp(text, "10") == 0));
}

static void check_decimals(const struct checker *c, const pbr_line *line, const char *key,
                           const char *value)
{
    if (is_decimals(value)) return;
    pbr_error(c->diag, "bad-term",
              place_of(c, "lines", line->id, pbr_arena_printf(c->contract->arena, "test.%s", key)),
              "%s \"%s\" is not a number of decimals: write 0 to 10, or none", key, value);
}

/* Which terms a kind of test needs, and for which metric it is made. */
static const struct {
    pbr_test_kind kind;
    bool limits_computed, variance, sd;
    bool rate, mean; /* metrics it tests */
} test_needs[] = {
    {PBR_TEST_NONE, false, false, false, true, true},
    {PBR_TEST_GIVEN, false, false, false, true, true},
    {PBR_TEST_ONE_SAMPLE_Z, true, true, false, true, false},
    {PBR_TEST_TWO_SAMPLE_Z, true, true, false, true, false},
    {PBR_TEST_NORMAL_MEAN, true, false, true, false, true},
};

static void need(const struct checker *c, const pbr_line *line, const char *key, bool wanted)
{
    const char *path = pbr_arena_printf(c->contract->arena, "lines.%s.test.%s", line->id, key);
    bool stated = pbr_term_find(c->rules->list, c->rules->list_count, path) != NULL;
    pbr_place kind = place_of(c, "lines", line->id, "test.kind");
    if (wanted && !stated)
        pbr_error(c->diag, "missing-term", kind,
                  "%s: \"%s\" is left out: every choice is written out, also the usual one",
                  pbr_test_text(line->test.kind), key);
    if (!wanted && stated)
        pbr_error(c->diag, "idle-term", place_at(c, path),
                  "\"%s\" has no meaning for a test of kind %s: remove it", key,
                  pbr_test_text(line->test.kind));
}

static void check_level(const struct checker *c, const pbr_line *line)
{
    mpq_t level;
    mpq_init(level);
    const char *text = line->test.level;
    bool ok = text && pbr_decimal_parse(level, text, strlen(text), 10) && mpq_sgn(level) > 0 &&
              mpq_cmp_ui(level, 1, 1) < 0;
    mpq_clear(level);
    if (text && !ok)
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "test.level"),
                  "level \"%s\" is not between 0 and 1: write for example 0.95", text);
}

/* Below one half the quantile of one side is negative: the limits would cross. */
static void check_one_sided_level(const struct checker *c, const pbr_line *line)
{
    const char *text = line->test.level;
    if (!text || line->test.sides != 1 || strtod(text, NULL) >= 0.5) return;
    pbr_error(
        c->diag, "bad-term", place_of(c, "lines", line->id, "test.level"),
        "level \"%s\" with one side is below 0.5: state the confidence, for example 0.95, and "
        "not the chance of error",
        text);
}

static void check_variance(const struct checker *c, const pbr_line *line)
{
    bool one = line->test.kind == PBR_TEST_ONE_SAMPLE_Z;
    bool two = line->test.kind == PBR_TEST_TWO_SAMPLE_Z;
    if ((one && line->test.variance != PBR_BINOMIAL) ||
        (two && line->test.variance == PBR_BINOMIAL))
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "test.variance"),
                  "this variance does not go with %s: use %s", pbr_test_text(line->test.kind),
                  one ? "binomial" : "pooled or unpooled");
}

static void check_test(const struct checker *c, const pbr_line *line, const pbr_metric *metric)
{
    size_t i = 0;
    while (test_needs[i].kind != line->test.kind) i++;
    need(c, line, "level", test_needs[i].limits_computed);
    need(c, line, "sides", test_needs[i].limits_computed);
    need(c, line, "variance", test_needs[i].variance);
    need(c, line, "sd", test_needs[i].sd);
    check_level(c, line);
    check_one_sided_level(c, line);
    if (test_needs[i].variance) check_variance(c, line);
    check_decimals(c, line, "round-thresholds", line->test.round_thresholds);
    check_decimals(c, line, "round-rate", line->test.round_rate);
    if (test_needs[i].limits_computed && !strcmp(line->test.round_thresholds, "none"))
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "test.round-thresholds"),
                  "a computed limit needs round-thresholds: a number of decimals, so that every "
                  "machine compares with the same limit");
    if (test_needs[i].limits_computed && line->test.sides != 1 && line->test.sides != 2)
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "test.sides"),
                  "sides \"%u\" is neither 1 nor 2", line->test.sides);
    bool fits = !metric || (metric->kind == PBR_RATE ? test_needs[i].rate : test_needs[i].mean);
    if (!fits)
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "test.kind"),
                  "%s does not test the metric \"%s\": choose another kind",
                  pbr_test_text(line->test.kind), line->metric);
}

static const char *line_id(const void *terms, size_t index)
{
    return ((const pbr_terms *)terms)->lines[index].id;
}

static void unknown_line(const struct checker *c, pbr_place place, const char *id)
{
    const pbr_terms *terms = c->rules->terms;
    const char *near = pbr_near_miss(pbr_slice_of(id), terms->lines_count, line_id, terms);
    pbr_error(c->diag, "unknown-line", place, "no line is called \"%s\": %s%s%s", id,
              near ? "did you mean \"" : "name one of the lines of these rules", near ? near : "",
              near ? "\"?" : "");
}

/* Follows the gates from a line; more steps than there are lines is a circle. */
static bool gate_is_circular(const pbr_terms *terms, const pbr_line *line)
{
    for (unsigned steps = 0; line && line->gate; steps++) {
        if (steps > terms->lines_count) return true;
        line = pbr_terms_line(terms, line->gate->line);
    }
    return false;
}

static void check_gate(const struct checker *c, const pbr_line *line)
{
    const pbr_line *other = pbr_terms_line(c->rules->terms, line->gate->line);
    pbr_place place = place_of(c, "lines", line->id, "gate.line");
    if (!other)
        unknown_line(c, place, line->gate->line);
    else if (other->period != line->period)
        pbr_error(c->diag, "bad-gate", place,
                  "the gate \"%s\" is on a %s line and this is a %s line: gate on the same period",
                  other->id, pbr_period_text(other->period), pbr_period_text(line->period));
    else if (gate_is_circular(c->rules->terms, line))
        pbr_error(c->diag, "bad-gate", place, "the gates of \"%s\" form a circle: break it",
                  line->id);
}

static void check_line(const struct checker *c, const pbr_line *line)
{
    const pbr_metric *metric = pbr_terms_metric(c->rules->terms, line->metric);
    if (!metric)
        pbr_error(c->diag, "unknown-metric", place_of(c, "lines", line->id, "metric"),
                  "no metric is called \"%s\": name one of the metrics of these rules",
                  line->metric);
    if (!pbr_terms_has_period(c->rules->terms, line->period))
        pbr_error(c->diag, "bad-term", place_of(c, "lines", line->id, "period"),
                  "cohort.periods does not list \"%s\": add it, or remove the line",
                  pbr_period_text(line->period));
    if (strpbrk(line->id, "/,\" "))
        pbr_error(c->diag, "bad-name", place_of(c, "lines", line->id, "id"),
                  "line id \"%s\" is part of figure names: use letters, digits and hyphens",
                  line->id);
    check_test(c, line, metric);
    if (line->gate) check_gate(c, line);
}

/* Semantics 15: a quarter line and a year line on one metric pay one effect twice. */
static void warn_priced_twice(const struct checker *c)
{
    const pbr_terms *terms = c->rules->terms;
    for (unsigned i = 0; i < terms->lines_count; i++)
        for (unsigned k = 0; k < i; k++) {
            const pbr_line *a = &terms->lines[k], *b = &terms->lines[i];
            if (strcmp(a->metric, b->metric) || (!a->better && !a->worse) ||
                (!b->better && !b->worse))
                continue;
            pbr_warn(
                c->diag, "priced-twice", place_of(c, "lines", b->id, "metric"),
                "lines \"%s\" and \"%s\" price the same persons by the same metric: one effect "
                "is paid twice",
                a->id, b->id);
        }
}

static void check_cap(const struct checker *c, const pbr_cap *cap)
{
    for (unsigned i = 0; i < cap->over_count; i++)
        if (!pbr_terms_line(c->rules->terms, cap->over[i]))
            unknown_line(c, place_of(c, "caps", cap->id, "over"), cap->over[i]);
}

/* Each line falls under one cap at most, so that the order of caps needs no rule. */
static void check_single_cap(const struct checker *c, const pbr_line *line)
{
    const pbr_terms *terms = c->rules->terms;
    unsigned holding = 0;
    for (unsigned i = 0; i < terms->caps_count; i++)
        for (unsigned k = 0; k < terms->caps[i].over_count; k++)
            holding += strcmp(terms->caps[i].over[k], line->id) == 0;
    if (holding > 1)
        pbr_error(c->diag, "bad-cap", place_of(c, "lines", line->id, "id"),
                  "line \"%s\" is named by caps %u times: name it once", line->id, holding);
}

static void check_metric(const struct checker *c, const pbr_metric *metric)
{
    const char *path = pbr_arena_printf(c->contract->arena, "metrics.%s.reference", metric->id);
    bool adjusted = metric->adjust == PBR_SCORE_DIFFERENCE;
    bool reference = pbr_term_find(c->rules->list, c->rules->list_count, path) != NULL;
    if (adjusted && (!reference || !metric->score))
        pbr_error(c->diag, "missing-term", place_of(c, "metrics", metric->id, "adjust"),
                  "score-difference: \"%s\" is left out: every choice is written out, also the "
                  "usual one",
                  reference ? "score" : "reference");
    if (!adjusted && reference)
        pbr_error(c->diag, "idle-term", place_at(c, path),
                  "\"reference\" has no meaning without an adjustment: remove it");
    if (adjusted && metric->kind != PBR_RATE)
        pbr_error(c->diag, "bad-term", place_of(c, "metrics", metric->id, "adjust"),
                  "score-difference is in percentage points: it adjusts a rate, not \"%s\"",
                  metric->id);
}

static void check_periods(const struct checker *c)
{
    const pbr_follow_up_terms *follow_up = &c->rules->terms->follow_up;
    if (follow_up->months < 1 || follow_up->months > 120 || follow_up->waiting_months > 120)
        pbr_error(c->diag, "bad-term", place_at(c, "follow-up.months"),
                  "follow-up of %u and waiting of %u months: follow-up is 1 to 120, waiting at "
                  "most 120",
                  follow_up->months, follow_up->waiting_months);
}

static void check_transferred(const struct checker *c)
{
    const pbr_transferred_terms *transferred = &c->rules->terms->transferred;
    if (transferred->treatment != PBR_KEEP && !transferred->column)
        pbr_error(c->diag, "missing-term", place_at(c, "transferred.treatment"),
                  "transferred: \"column\" is left out: name the column that holds the date of "
                  "transfer");
}

static void check_unique_ids(const struct checker *c)
{
    const pbr_terms *terms = c->rules->terms;
    for (unsigned i = 0; i < terms->lines_count; i++)
        if (pbr_terms_line(terms, terms->lines[i].id) != &terms->lines[i])
            pbr_error(c->diag, "repeated-id", place_of(c, "lines", terms->lines[i].id, "id"),
                      "two lines are called \"%s\": rename one", terms->lines[i].id);
    for (unsigned i = 0; i < terms->metrics_count; i++)
        if (pbr_terms_metric(terms, terms->metrics[i].id) != &terms->metrics[i])
            pbr_error(c->diag, "repeated-id", place_of(c, "metrics", terms->metrics[i].id, "id"),
                      "two metrics are called \"%s\": rename one", terms->metrics[i].id);
    for (unsigned i = 0; i < terms->caps_count; i++)
        for (unsigned k = 0; k < i; k++)
            if (strcmp(terms->caps[i].id, terms->caps[k].id) == 0)
                pbr_error(c->diag, "repeated-id", place_of(c, "caps", terms->caps[i].id, "id"),
                          "two caps are called \"%s\": rename one", terms->caps[i].id);
}

static bool document_known(const pbr_scheme *scheme, const char *id)
{
    for (unsigned i = 0; i < scheme->documents_count; i++)
        if (strcmp(scheme->documents[i].id, id) == 0) return true;
    return false;
}

/* Every term has a clause, a source that scheme.yaml lists, and a status. */
static void check_provenance(const struct checker *c)
{
    for (size_t i = 0; i < c->rules->list_count; i++) {
        const pbr_term *term = &c->rules->list[i];
        pbr_place place = {pbr_contract_path(c->contract, c->rules->file), term->line,
                           term->column};
        if (!term->clause || !term->source || term->status == PBR_UNSTATED)
            pbr_error(c->diag, "no-provenance", place,
                      "%s has no clause, source or status: state them for it or its group",
                      term->path);
        else if (!document_known(c->contract->scheme, term->source))
            pbr_error(c->diag, "unknown-source", place,
                      "source \"%s\" of %s is no document of scheme.yaml: add it there",
                      term->source, term->path);
    }
}

void pbr_check_rules(const pbr_contract *contract, const pbr_rules *rules, pbr_diag *diag)
{
    struct checker c = {contract, rules, diag};
    const pbr_terms *terms = rules->terms;
    check_filters(&c, "exclude", terms->exclude, terms->exclude_count);
    check_filters(&c, "unmeasurable", terms->unmeasurable, terms->unmeasurable_count);
    check_filters(&c, "reoffence.ignore", terms->reoffence.ignore, terms->reoffence.ignore_count);
    check_periods(&c);
    check_transferred(&c);
    check_unique_ids(&c);
    for (unsigned i = 0; i < terms->metrics_count; i++) check_metric(&c, &terms->metrics[i]);
    for (unsigned i = 0; i < terms->lines_count; i++) check_line(&c, &terms->lines[i]);
    for (unsigned i = 0; i < terms->lines_count; i++) check_single_cap(&c, &terms->lines[i]);
    for (unsigned i = 0; i < terms->caps_count; i++) check_cap(&c, &terms->caps[i]);
    warn_priced_twice(&c);
    check_provenance(&c);
}
