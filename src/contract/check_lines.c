/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Do the terms of a line fit its kind, its test, its payoffs and each other? */
#include "contract/checker.h"

#include <string.h>

#define BIT(kind) (1u << (kind))
#define COUNT(list) (sizeof(list) / sizeof(list)[0])

enum {
    MONTHLY = BIT(PBR_FEE) | BIT(PBR_VOLUME) | BIT(PBR_CREDIT),
    COMPUTED = BIT(PBR_TEST_ONE_SAMPLE_Z) | BIT(PBR_TEST_TWO_SAMPLE_Z) | BIT(PBR_TEST_NORMAL_MEAN) |
               BIT(PBR_TEST_WILSON) | BIT(PBR_TEST_CLOPPER_PEARSON) | BIT(PBR_TEST_BOOTSTRAP),
    OF_RATE = BIT(PBR_TEST_ONE_SAMPLE_Z) | BIT(PBR_TEST_TWO_SAMPLE_Z) | BIT(PBR_TEST_WILSON) |
              BIT(PBR_TEST_CLOPPER_PEARSON),
    OF_MEAN = BIT(PBR_TEST_NORMAL_MEAN) | BIT(PBR_TEST_BOOTSTRAP),
};

static const pbr_key_rule line_keys[] = {
    {"metric", BIT(PBR_OUTCOME), 0},
    {"change", BIT(PBR_OUTCOME), 0},
    {"test", BIT(PBR_OUTCOME), 0},
    {"gate", 0, BIT(PBR_OUTCOME)},
    {"better", 0, BIT(PBR_OUTCOME)},
    {"neither", 0, BIT(PBR_OUTCOME)},
    {"worse", 0, BIT(PBR_OUTCOME)},
    {"net-of", 0, BIT(PBR_OUTCOME)},
    {"price", MONTHLY, 0},
    {"residue", BIT(PBR_FEE), 0},
    {"discount", 0, MONTHLY},
    {"index", 0, MONTHLY},
    {"index-base", 0, MONTHLY},
    {"weights", BIT(PBR_VOLUME), 0},
    {"band-low", BIT(PBR_VOLUME), 0},
    {"band-high", BIT(PBR_VOLUME), 0},
    {"predicted", BIT(PBR_VOLUME), 0},
    {"marginal", BIT(PBR_VOLUME), 0},
    {"divisor", BIT(PBR_VOLUME), 0},
    {"measure", BIT(PBR_CREDIT), 0},
    {"target", BIT(PBR_CREDIT), 0},
    {"scale", BIT(PBR_CREDIT), 0},
};

static const pbr_key_rule test_keys[] = {
    {"level", COMPUTED, 0},
    {"sides", COMPUTED, 0},
    {"variance", BIT(PBR_TEST_ONE_SAMPLE_Z) | BIT(PBR_TEST_TWO_SAMPLE_Z), 0},
    {"around", BIT(PBR_TEST_WILSON) | BIT(PBR_TEST_CLOPPER_PEARSON), 0},
    {"sd", BIT(PBR_TEST_NORMAL_MEAN), 0},
    {"replicates", BIT(PBR_TEST_BOOTSTRAP), 0},
    {"seed", BIT(PBR_TEST_BOOTSTRAP), 0},
    {"generator", BIT(PBR_TEST_BOOTSTRAP), 0},
    {"quantile", BIT(PBR_TEST_BOOTSTRAP), 0},
    {"better-at", BIT(PBR_TEST_CHANGE), 0},
    {"worse-at", BIT(PBR_TEST_CHANGE), 0},
};

static const pbr_key_rule payoff_keys[] = {
    {"from", BIT(PBR_PER_UNIT), 0},
    {"price", ~BIT(PBR_STEPS), 0},
    {"table", BIT(PBR_STEPS) | BIT(PBR_SLICES), 0},
    {"least", BIT(PBR_LINEAR), 0},
    {"full", BIT(PBR_LINEAR), 0},
    {"share", BIT(PBR_SHARE), 0},
    {"most", BIT(PBR_SHARE), 0},
};

static const char *const line_words[] = {"an outcome line", "a fee", "a volume line", "a credit"};
static const char *const payoff_words[] = {"per-unit", "fixed",  "refund", "steps",
                                           "linear",   "slices", "share"};

static pbr_place place_of(const pbr_checker *c, const pbr_line *line, const char *leaf)
{
    return pbr_checker_place_of(c, "lines", line->id, leaf);
}

static bool is_decimals(const char *text)
{
    return strcmp(text, "none") == 0 ||
           (text[0] >= '0' && text[0] <= '9' && (text[1] == '\0' || strcmp(text, "10") == 0));
}

static void check_decimals(const pbr_checker *c, const pbr_line *line, const char *leaf,
                           const char *value)
{
    if (!is_decimals(value))
        pbr_error(c->diag, "bad-term", place_of(c, line, leaf),
                  "%s \"%s\" is not a number of decimals: write 0 to 10, or none", leaf, value);
}

/* A decimal from least to most; most NULL: no limit. */
static bool is_between(const char *text, const char *least, const char *most)
{
    mpq_t value, limit;
    mpq_inits(value, limit, NULL);
    bool ok = pbr_decimal_parse(value, text, strlen(text), PBR_TERM_DECIMALS) &&
              pbr_decimal_parse(limit, least, strlen(least), PBR_TERM_DECIMALS) &&
              mpq_cmp(value, limit) >= 0;
    if (ok && most)
        ok = pbr_decimal_parse(limit, most, strlen(most), PBR_TERM_DECIMALS) &&
             mpq_cmp(value, limit) <= 0;
    mpq_clears(value, limit, NULL);
    return ok;
}

static void check_decimal(const pbr_checker *c, const pbr_line *line, const char *leaf,
                          const char *value, const char *least, const char *most)
{
    if (value && !is_between(value, least, most))
        pbr_error(c->diag, "bad-term", place_of(c, line, leaf),
                  "%s \"%s\" is not a decimal of at least %s%s%s", leaf, value, least,
                  most ? " and at most " : "", most ? most : "");
}

/* Below one half the quantile of one side is negative: the limits would cross. */
static void check_one_sided_level(const pbr_checker *c, const pbr_line *line)
{
    const char *text = line->test.level;
    if (!text || line->test.sides != 1 || is_between(text, "0.5", "1")) return;
    pbr_error(
        c->diag, "bad-term", place_of(c, line, "test.level"),
        "level \"%s\" with one side is below 0.5: state the confidence, for example 0.95, and "
        "not the chance of error",
        text);
}

static void check_variance(const pbr_checker *c, const pbr_line *line, const pbr_metric *metric)
{
    bool one = line->test.kind == PBR_TEST_ONE_SAMPLE_Z;
    bool two = line->test.kind == PBR_TEST_TWO_SAMPLE_Z;
    bool of_one = line->test.variance == PBR_BINOMIAL || line->test.variance == PBR_RESIDUAL;
    if ((one && !of_one) || (two && of_one))
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.variance"),
                  "this variance does not go with %s: use %s", pbr_test_text(line->test.kind),
                  one ? "binomial or residual" : "pooled or unpooled");
    if (one && line->test.variance == PBR_RESIDUAL && metric && metric->adjust == PBR_NO_ADJUSTMENT)
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.variance"),
                  "the residual variance is of an adjusted rate: \"%s\" is not adjusted, use "
                  "binomial",
                  line->metric);
}

static void check_change_limit(const pbr_checker *c, const pbr_line *line, const char *leaf,
                               const char *value)
{
    if (value && strcmp(value, "none") != 0) check_decimal(c, line, leaf, value, "0", NULL);
}

static void check_replicates(const pbr_checker *c, const pbr_line *line)
{
    unsigned replicates = line->test.replicates;
    if (line->test.kind == PBR_TEST_BOOTSTRAP && (replicates < 100 || replicates > 1000000))
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.replicates"),
                  "replicates \"%u\" is not from 100 to 1000000", replicates);
}

/* A test of a proportion does not suit a mean, nor the other way about. */
static void check_fit(const pbr_checker *c, const pbr_line *line, const pbr_metric *metric)
{
    unsigned kind = BIT(line->test.kind);
    if (!metric) return;
    bool rate = metric->kind == PBR_RATE, mean = metric->kind == PBR_EVENTS_PER_REOFFENDER;
    if ((kind & OF_RATE && !rate) || (kind & OF_MEAN && !mean))
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.kind"),
                  "%s does not test the metric \"%s\": choose another kind",
                  pbr_test_text(line->test.kind), line->metric);
}

static void check_test(const pbr_checker *c, const pbr_line *line, const pbr_metric *metric)
{
    const pbr_test *test = &line->test;
    bool computed = COMPUTED & BIT(test->kind);
    const char *group = pbr_arena_printf(c->contract->arena, "lines.%s.test", line->id);
    pbr_checker_keys(c, group, test->kind, pbr_test_text(test->kind), test_keys, COUNT(test_keys));
    if (test->level && (!is_between(test->level, "0", "1") || is_between(test->level, "0", "0") ||
                        is_between(test->level, "1", "1")))
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.level"),
                  "level \"%s\" is not between 0 and 1: write for example 0.95", test->level);
    check_one_sided_level(c, line);
    check_variance(c, line, metric);
    check_decimals(c, line, "test.round-thresholds", test->round_thresholds);
    check_decimals(c, line, "test.round-rate", test->round_rate);
    if (computed && !strcmp(test->round_thresholds, "none"))
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.round-thresholds"),
                  "a computed limit needs round-thresholds: a number of decimals, so that every "
                  "machine compares with the same limit");
    if (computed && test->sides != 1 && test->sides != 2)
        pbr_error(c->diag, "bad-term", place_of(c, line, "test.sides"),
                  "sides \"%u\" is neither 1 nor 2", test->sides);
    check_change_limit(c, line, "test.better-at", test->better_at);
    check_change_limit(c, line, "test.worse-at", test->worse_at);
    check_replicates(c, line);
    check_fit(c, line, metric);
}

static bool table_is_known(const pbr_contract *contract, const char *table)
{
    for (size_t i = 0; i < contract->steps_count; i++)
        if (strcmp(contract->steps[i].table, table) == 0) return true;
    return false;
}

static void check_payoff(const pbr_checker *c, const pbr_line *line, const char *side,
                         const pbr_payoff *payoff)
{
    if (!payoff) return;
    const char *group = pbr_arena_printf(c->contract->arena, "lines.%s.%s", line->id, side);
    pbr_checker_keys(c, group, payoff->kind, payoff_words[payoff->kind], payoff_keys,
                     COUNT(payoff_keys));
    pbr_place place = pbr_checker_place(c, pbr_arena_printf(c->contract->arena, "%s.kind", group));
    bool around_cohort =
        line->test.around == PBR_AROUND_COHORT || line->test.kind == PBR_TEST_BOOTSTRAP;
    if (payoff->kind == PBR_PER_UNIT && payoff->measured_from == PBR_FROM_THRESHOLD &&
        (around_cohort || line->test.kind == PBR_TEST_CHANGE))
        pbr_error(c->diag, "bad-term", place,
                  "units from the threshold need limits around the baseline: measure them from the "
                  "baseline, or choose another test");
    if (payoff->table && !table_is_known(c->contract, payoff->table))
        pbr_error(c->diag, "unknown-table", place,
                  "steps.csv has no table \"%s\": add its rows, or correct the name",
                  payoff->table);
    if (payoff->least && payoff->full &&
        (!is_between(payoff->least, "0", NULL) || !is_between(payoff->full, payoff->least, NULL) ||
         is_between(payoff->full, "0", payoff->least)))
        pbr_error(c->diag, "bad-term", place,
                  "least \"%s\" and full \"%s\" are not decimals from 0 in rising order",
                  payoff->least, payoff->full);
    if (payoff->most && !is_between(payoff->most, "0", NULL))
        pbr_error(c->diag, "bad-term", place, "most \"%s\" is not a percentage", payoff->most);
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

static void check_gate(const pbr_checker *c, const pbr_line *line)
{
    const pbr_line *other = pbr_terms_line(c->rules->terms, line->gate->line);
    pbr_place place = place_of(c, line, "gate.line");
    bool members = line->gate->over == PBR_GATE_EVERY_MEMBER;
    if (!other)
        pbr_checker_unknown_line(c, place, line->gate->line);
    else if (other->kind != PBR_OUTCOME)
        pbr_error(c->diag, "bad-gate", place, "the gate \"%s\" has no result: gate on an outcome",
                  other->id);
    else if (!members && other->period != line->period)
        pbr_error(c->diag, "bad-gate", place,
                  "the gate \"%s\" is on a %s line and this is a %s line: gate on the same period",
                  other->id, pbr_period_text(other->period), pbr_period_text(line->period));
    else if (members && (line->period != PBR_POOL || other->period != PBR_NAMED))
        pbr_error(c->diag, "bad-gate", place,
                  "every-member is for a pool line that waits for a line of its named cohorts");
    else if (gate_is_circular(c->rules->terms, line))
        pbr_error(c->diag, "bad-gate", place, "the gates of \"%s\" form a circle: break it",
                  line->id);
}

/* A line that is net of itself would never pay. */
static void check_net_of(const pbr_checker *c, const pbr_line *line)
{
    for (unsigned i = 0; i < line->net_of_count; i++)
        if (!pbr_terms_line(c->rules->terms, line->net_of[i]))
            pbr_checker_unknown_line(c, place_of(c, line, "net-of"), line->net_of[i]);
        else if (strcmp(line->net_of[i], line->id) == 0)
            pbr_error(c->diag, "bad-term", place_of(c, line, "net-of"),
                      "line \"%s\" is net of itself: name the lines that it tops up", line->id);
}

static void check_outcome(const pbr_checker *c, const pbr_line *line)
{
    const pbr_metric *metric =
        line->metric ? pbr_terms_metric(c->rules->terms, line->metric) : NULL;
    if (line->period == PBR_MONTH)
        pbr_error(c->diag, "bad-term", place_of(c, line, "period"),
                  "an outcome line has no months: write another of cohort.periods");
    if (line->metric && !metric)
        pbr_error(c->diag, "unknown-metric", place_of(c, line, "metric"),
                  "no metric is called \"%s\": name one of the metrics of these rules",
                  line->metric);
    if (pbr_checker_states(c, pbr_arena_printf(c->contract->arena, "lines.%s.test", line->id)))
        check_test(c, line, metric);
    check_payoff(c, line, "better", line->better);
    check_payoff(c, line, "neither", line->neither);
    check_payoff(c, line, "worse", line->worse);
    if (line->gate) check_gate(c, line);
    check_net_of(c, line);
}

static void check_weights(const pbr_checker *c, const pbr_line *line)
{
    for (unsigned i = 0; i < line->weights_count; i++) {
        const pbr_weight *a = &line->weights[i];
        const char *leaf = pbr_arena_printf(c->contract->arena, "weights.%u.weight", i + 1);
        check_decimal(c, line, leaf, a->weight, "0", NULL);
        for (unsigned k = 0; k < i; k++)
            if (!strcmp(a->type, line->weights[k].type) && !strcmp(a->band, line->weights[k].band))
                pbr_error(c->diag, "repeated-id", place_of(c, line, leaf),
                          "type \"%s\", band \"%s\" has two weights: remove one", a->type, a->band);
    }
}

/* Each step of the scale is at most the target and deducts more than the step above it. */
static void check_scale(const pbr_checker *c, const pbr_line *line)
{
    for (unsigned i = 0; i < line->scale_count; i++) {
        const pbr_credit_step *step = &line->scale[i];
        const char *below = pbr_arena_printf(c->contract->arena, "scale.%u.below", i + 1);
        const char *deduct = pbr_arena_printf(c->contract->arena, "scale.%u.deduct", i + 1);
        check_decimal(c, line, below, step->below, "0",
                      i ? line->scale[i - 1].below : line->target);
        check_decimal(c, line, deduct, step->deduct, i ? line->scale[i - 1].deduct : "0", "100");
    }
}

static void check_monthly(const pbr_checker *c, const pbr_line *line)
{
    if (line->period != PBR_MONTH)
        pbr_error(c->diag, "bad-term", place_of(c, line, "period"),
                  "%s is paid by the month: write month", line_words[line->kind]);
    if ((line->index == NULL) != (line->index_base == NULL))
        pbr_error(c->diag, "missing-term", place_of(c, line, "kind"),
                  "index and index-base go together: state both, or neither");
    check_decimal(c, line, "target", line->target, "0", "100");
    check_weights(c, line);
    check_scale(c, line);
}

void pbr_check_line(const pbr_checker *c, const pbr_line *line)
{
    const char *group = pbr_arena_printf(c->contract->arena, "lines.%s", line->id);
    pbr_checker_keys(c, group, line->kind, line_words[line->kind], line_keys, COUNT(line_keys));
    if (!pbr_terms_has_period(c->rules->terms, line->period))
        pbr_error(c->diag, "bad-term", place_of(c, line, "period"),
                  "cohort.periods does not list \"%s\": add it, or remove the line",
                  pbr_period_text(line->period));
    if (strpbrk(line->id, "/,\" "))
        pbr_error(c->diag, "bad-name", place_of(c, line, "id"),
                  "line id \"%s\" is part of figure names: use letters, digits and hyphens",
                  line->id);
    if (line->kind == PBR_OUTCOME)
        check_outcome(c, line);
    else
        check_monthly(c, line);
}

static bool is_priced(const pbr_line *line)
{
    return line->better || line->neither || line->worse;
}

/* Does the line pay only beyond the other, or only where the other did not? */
static bool is_apart(const pbr_line *line, const char *other)
{
    if (line->gate && strcmp(line->gate->line, other) == 0) return true;
    for (unsigned i = 0; i < line->net_of_count; i++)
        if (strcmp(line->net_of[i], other) == 0) return true;
    return false;
}

/* Semantics 15: a quarter line and a year line on one metric pay one effect twice. */
static void warn_priced_twice(const pbr_checker *c, const pbr_line *a, const pbr_line *b)
{
    if (!a->metric || !b->metric || strcmp(a->metric, b->metric) != 0 || !is_priced(a) ||
        !is_priced(b) || is_apart(a, b->id) || is_apart(b, a->id))
        return;
    pbr_warn(
        c->diag, "priced-twice", place_of(c, b, "metric"),
        "lines \"%s\" and \"%s\" price the same persons by the same metric: one effect is paid "
        "twice",
        a->id, b->id);
}

void pbr_check_between_lines(const pbr_checker *c)
{
    const pbr_terms *terms = c->rules->terms;
    for (unsigned i = 0; i < terms->lines_count; i++) {
        const pbr_line *line = &terms->lines[i];
        if (pbr_terms_line(terms, line->id) != line)
            pbr_error(c->diag, "repeated-id", place_of(c, line, "id"),
                      "two lines are called \"%s\": rename one", line->id);
        for (unsigned k = 0; k < i; k++) warn_priced_twice(c, &terms->lines[k], line);
    }
}
