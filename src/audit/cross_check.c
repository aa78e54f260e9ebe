/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "audit/cross_check.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

enum { GROUPS = 2, SCORE_PLACES = 6 };

/* A row of attrition. */
struct loss {
    const char *stage, *reason;
    int64_t starts, reoffenders, reoffences, score;
};

/* One area, cohort and group. Scores are in millionths of percent points. */
struct sums {
    int64_t starts, eligible, measurable, reoffenders, reoffences;
    __int128 squares, score, score_squares, score_reoffenders;
    bool score_missing;
    int64_t *histogram; /* [k]: measurable with k reoffences, from 1 */
    size_t histogram_room;
    struct loss *losses;
    size_t losses_count, losses_room;
    int64_t told; /* starts in the rows of attrition */
};

struct comparison {
    const pbr_outcomes *outcomes;
    const pbr_contract *contract;
    const pbr_measures *measures;
    pbr_date as_at;
    bool distinct;     /* as if rows that repeat one another were one */
    struct sums *sums; /* [(area * cohorts + cohort) * GROUPS + control] */
    pbr_diag *diag;
    int64_t figures;
};

static struct sums *sums_of(const struct comparison *c, size_t area, size_t cohort, bool control)
{
    return &c->sums[(area * c->contract->cohorts_count + cohort) * GROUPS + control];
}

/* ---- adding up ---- */

static struct loss *loss_of(struct sums *sums, const char *stage, const char *reason)
{
    for (size_t i = 0; i < sums->losses_count; i++)
        if (strcmp(sums->losses[i].stage, stage) == 0 &&
            strcmp(sums->losses[i].reason, reason) == 0)
            return &sums->losses[i];
    sums->losses =
        pbr_grow(sums->losses, &sums->losses_room, sums->losses_count + 1, sizeof *sums->losses);
    struct loss *loss = &sums->losses[sums->losses_count++];
    *loss = (struct loss){.stage = stage, .reason = reason};
    return loss;
}

static void add_to_histogram(struct sums *sums, size_t k, int64_t persons)
{
    sums->histogram =
        pbr_grow(sums->histogram, &sums->histogram_room, k + 1, sizeof *sums->histogram);
    sums->histogram[k] += persons;
}

static void add_measurable(struct sums *sums, const pbr_outcome *outcome, int64_t reoffences)
{
    int64_t score = outcome->start->score;
    sums->score_missing |= score < 0;
    if (score < 0) score = 0;
    sums->measurable++;
    sums->reoffences += reoffences;
    sums->squares += (__int128)reoffences * reoffences;
    sums->score += score;
    sums->score_squares += (__int128)score * score;
    if (!reoffences) return;
    sums->reoffenders++;
    sums->score_reoffenders += score;
    add_to_histogram(sums, (size_t)reoffences, 1);
}

static void add_outcome(struct sums *sums, const pbr_outcome *outcome, bool distinct)
{
    int64_t reoffences = outcome->reoffences - (distinct ? outcome->repeats : 0);
    struct loss *loss = loss_of(sums, outcome->stage, outcome->reason);
    sums->starts++;
    sums->eligible += outcome->stage != pbr_stage_excluded;
    loss->starts++;
    loss->reoffenders += reoffences > 0;
    loss->reoffences += reoffences;
    if (outcome->start->score > 0) loss->score += outcome->start->score;
    if (outcome->stage == pbr_stage_counted) add_measurable(sums, outcome, reoffences);
}

static void add_part(struct sums *sums, const struct sums *part)
{
    sums->starts += part->starts;
    sums->eligible += part->eligible;
    sums->measurable += part->measurable;
    sums->reoffenders += part->reoffenders;
    sums->reoffences += part->reoffences;
    sums->squares += part->squares;
    sums->score += part->score;
    sums->score_squares += part->score_squares;
    sums->score_reoffenders += part->score_reoffenders;
    sums->score_missing |= part->score_missing;
    for (size_t k = 0; k < part->histogram_room; k++)
        if (part->histogram[k]) add_to_histogram(sums, k, part->histogram[k]);
    for (size_t i = 0; i < part->losses_count; i++) {
        struct loss *loss = loss_of(sums, part->losses[i].stage, part->losses[i].reason);
        loss->starts += part->losses[i].starts;
        loss->reoffenders += part->losses[i].reoffenders;
        loss->reoffences += part->losses[i].reoffences;
        loss->score += part->losses[i].score;
    }
}

static void add_parts(const struct comparison *c, size_t area, size_t whole)
{
    for (size_t part = 0; part < c->contract->cohorts_count; part++)
        for (int control = 0; control < GROUPS; control++)
            if (pbr_contract_is_part(c->contract, part, whole))
                add_part(sums_of(c, area, whole, control), sums_of(c, area, part, control));
}

static void add_all(const struct comparison *c)
{
    for (size_t i = 0; i < c->outcomes->count; i++) {
        const pbr_outcome *outcome = &c->outcomes->items[i];
        const pbr_start_row *start = outcome->start;
        if (outcome->measured)
            add_outcome(sums_of(c, start->area, outcome->cohort, start->control), outcome,
                        c->distinct);
    }
    for (size_t area = 0; area < c->contract->areas_count; area++)
        for (size_t cohort = 0; cohort < c->contract->cohorts_count; cohort++)
            if (pbr_is_sum_cohort(c->contract, area, cohort, c->as_at)) add_parts(c, area, cohort);
}

/* ---- comparing ---- */

static void report(struct comparison *c, size_t area, size_t cohort, bool control,
                   const char *column, const char *first, const char *second)
{
    pbr_error(c->diag, "cross-check", PBR_NOWHERE,
              "area %s, cohort %s%s: %s is %s as measured and %s by the second calculation: one of "
              "the two is wrong, and nothing was written; report it with these inputs",
              c->contract->areas[area].code, c->contract->cohorts[cohort].name,
              control ? ", control group" : "", column, first, second);
}

/* The place whose figures are being compared. */
struct place {
    size_t area, cohort;
    bool control;
};

static void compare_count(struct comparison *c, const struct place *at, const char *column,
                          int64_t first, int64_t second)
{
    char one[32], other[32];
    c->figures++;
    if (first == second) return;
    snprintf(one, sizeof one, "%" PRId64, first);
    snprintf(other, sizeof other, "%" PRId64, second);
    report(c, at->area, at->cohort, at->control, column, one, other);
}

/* second is in units of 10^-places. */
static void compare_sum(struct comparison *c, const struct place *at, const char *column,
                        const mpq_t first, __int128 second, unsigned places)
{
    char one[PBR_RATIO_TEXT], other[PBR_RATIO_TEXT];
    mpq_t value;
    mpq_init(value);
    pbr_ratio_set_wide(value, second);
    mpz_ui_pow_ui(mpq_denref(value), 10, places);
    mpq_canonicalize(value);
    c->figures++;
    if (!mpq_equal(first, value))
        report(c, at->area, at->cohort, at->control, column,
               pbr_decimal_text(one, first, (int)places),
               pbr_decimal_text(other, value, (int)places));
    mpq_clear(value);
}

static void compare_histogram(struct comparison *c, const struct place *at,
                              const pbr_measure *measure, const struct sums *sums)
{
    char column[64];
    size_t most = measure->histogram_size > sums->histogram_room ? measure->histogram_size
                                                                 : sums->histogram_room;
    for (size_t k = 1; k < most; k++) {
        snprintf(column, sizeof column, "persons with %zu reoffences", k);
        compare_count(c, at, column, k < measure->histogram_size ? measure->histogram[k] : 0,
                      k < sums->histogram_room ? sums->histogram[k] : 0);
    }
}

/* Scores are known for all who count, or their sums are not given. */
static void compare_scores(struct comparison *c, const struct place *at, const pbr_measure *measure,
                           const struct sums *sums)
{
    compare_count(c, at, "whether ogrs_sum is known", measure->has_ogrs_sum, !sums->score_missing);
    if (!measure->has_ogrs_sum || sums->score_missing) return;
    compare_sum(c, at, "ogrs_sum", measure->ogrs_sum, sums->score, SCORE_PLACES);
    compare_sum(c, at, "ogrs_squares", measure->ogrs_squares, sums->score_squares,
                2 * SCORE_PLACES);
    compare_sum(c, at, "ogrs_sum_reoffenders", measure->ogrs_sum_reoffenders,
                sums->score_reoffenders, SCORE_PLACES);
}

/* Semantics 2, and 1: what is a sum is ripe when all its parts are too. */
static bool is_ripe(const struct comparison *c, const pbr_measure *measure, size_t cohort)
{
    const pbr_rules *rules = pbr_contract_rules(c->contract, measure->area, cohort, c->as_at);
    const pbr_follow_up_terms *window = &rules->terms->follow_up;
    pbr_date last_day = c->contract->cohorts[cohort].to - 1;
    if (measure->snapshot <
        pbr_date_add_months(last_day, (int)(window->months + window->waiting_months)))
        return false;
    if (!pbr_is_sum_cohort(c->contract, measure->area, cohort, c->as_at)) return true;
    for (size_t part = 0; part < c->contract->cohorts_count; part++)
        if (pbr_contract_is_part(c->contract, part, cohort) &&
            sums_of(c, measure->area, part, measure->control)->starts && !is_ripe(c, measure, part))
            return false;
    return true;
}

static void compare_measure(struct comparison *c, const pbr_measure *measure)
{
    const struct place at = {measure->area, measure->cohort, measure->control};
    const struct sums *sums = sums_of(c, at.area, at.cohort, at.control);
    compare_count(c, &at, "whether it is ripe", measure->ripe, is_ripe(c, measure, at.cohort));
    compare_count(c, &at, "starts", measure->starts, sums->starts);
    compare_count(c, &at, "eligible", measure->eligible, sums->eligible);
    compare_count(c, &at, "measurable", measure->measurable, sums->measurable);
    compare_count(c, &at, "reoffenders", measure->reoffenders, sums->reoffenders);
    compare_count(c, &at, "reoffences", measure->reoffences, sums->reoffences);
    compare_sum(c, &at, "reoffences_squared", measure->reoffences_squared, sums->squares, 0);
    compare_scores(c, &at, measure, sums);
    compare_histogram(c, &at, measure, sums);
}

static void compare_attrition(struct comparison *c, const pbr_attrition *row)
{
    const struct place at = {row->area, row->cohort, false};
    struct sums *sums = sums_of(c, at.area, at.cohort, false);
    struct loss *loss = loss_of(sums, row->stage, row->reason);
    char column[120];
    const char *names[] = {"starts", "reoffenders", "reoffences"};
    const int64_t first[] = {row->starts, row->reoffenders, row->reoffences};
    const int64_t second[] = {loss->starts, loss->reoffenders, loss->reoffences};
    sums->told += row->starts;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(column, sizeof column, "%s of %s \"%s\"", names[i], row->stage, row->reason);
        compare_count(c, &at, column, first[i], second[i]);
    }
    snprintf(column, sizeof column, "ogrs_sum of %s \"%s\"", row->stage, row->reason);
    compare_sum(c, &at, column, row->ogrs_sum, loss->score, SCORE_PLACES);
}

/* What the second calculation has and the measures have no row for. */
static void compare_absent(struct comparison *c, size_t area, size_t cohort, bool control)
{
    const struct place at = {area, cohort, control};
    const struct sums *sums = sums_of(c, area, cohort, control);
    if (!pbr_measures_find(c->measures, area, cohort, control))
        compare_count(c, &at, "starts", 0, sums->starts);
    if (control) return; /* attrition is of those treated */
    compare_count(c, &at, "starts over all of attrition", sums->told, sums->starts);
}

/* ---- counts of the run ---- */

static void compare_run(struct comparison *c, const char *what, int64_t first, int64_t second)
{
    c->figures++;
    if (first != second)
        pbr_error(c->diag, "cross-check", PBR_NOWHERE,
                  "%s: %" PRId64 " as measured and %" PRId64 " by the second calculation: one of "
                  "the two is wrong, and nothing was written; report it with these inputs",
                  what, first, second);
}

static bool is_same_person(const char *a, const char *b)
{
    return a && b && strcmp(a, b) == 0;
}

/* Does an earlier row that counts stand for the same offence? Versions of the rules may differ in
 * which outcome of an offence is the first that proves it. */
static bool is_counted_before(const pbr_outcomes *outcomes, size_t row)
{
    const pbr_reoffence_row *all = outcomes->rows->reoffences;
    for (const pbr_reoffence_row *other = all[row].of_offence; other && other != &all[row];
         other = other->next_of_offence)
        if (outcomes->counted[other - all]) return true;
    return false;
}

static int64_t repeats_counted(const pbr_outcomes *outcomes)
{
    int64_t count = 0;
    for (size_t i = 0; i < outcomes->rows->reoffences_count; i++)
        count += outcomes->counted[i] && outcomes->rows->reoffences[i].repeats;
    return count;
}

static int64_t offences_counted(const pbr_outcomes *outcomes)
{
    int64_t count = 0;
    for (size_t i = 0; i < outcomes->rows->reoffences_count; i++)
        count += outcomes->counted[i] && !is_counted_before(outcomes, i);
    return count;
}

static void compare_counts(struct comparison *c)
{
    const pbr_outcomes *outcomes = c->outcomes;
    const pbr_rows *rows = outcomes->rows;
    const pbr_start_row *start = NULL;
    int64_t inside = 0, persons = 0, matched = 0;
    for (size_t i = 0; i < outcomes->count; i++) {
        size_t first;
        bool same = is_same_person(start ? start->person : NULL, outcomes->items[i].start->person);
        inside += outcomes->items[i].start != start;
        start = outcomes->items[i].start;
        persons += !same;
        if (!same) matched += (int64_t)pbr_rows_of_person(rows, start->person, &first);
    }
    int64_t starts = (int64_t)rows->starts_count, reoffences = (int64_t)rows->reoffences_count;
    compare_run(c, "rows of starts", c->measures->counts.start_rows, starts);
    compare_run(c, "starts outside the scheme", c->measures->counts.starts_outside,
                starts - inside);
    compare_run(c, "persons", c->measures->counts.persons, persons);
    compare_run(c, "rows of reoffences", c->measures->counts.reoffence_rows, reoffences);
    compare_run(c, "reoffences without a start", c->measures->counts.reoffences_unmatched,
                reoffences - matched);
    compare_run(c, "reoffences that count", c->measures->counts.reoffences_counted,
                offences_counted(outcomes));
    compare_run(c, "reoffences that repeat another", c->measures->counts.reoffences_repeated,
                repeats_counted(outcomes));
}

static void free_sums(struct comparison *c, size_t cells)
{
    for (size_t i = 0; i < cells; i++) {
        free(c->sums[i].histogram);
        free(c->sums[i].losses);
    }
    free(c->sums);
}

/* The measures as they are, or as if repeated rows were one. */
static int64_t compare_all(const pbr_outcomes *outcomes, const pbr_measures *measures,
                           pbr_date as_at, bool distinct, pbr_diag *diag)
{
    const pbr_contract *contract = outcomes->rows->contract;
    size_t cells = contract->areas_count * contract->cohorts_count * GROUPS;
    struct comparison c = {.outcomes = outcomes,
                           .contract = contract,
                           .measures = measures,
                           .as_at = as_at,
                           .distinct = distinct,
                           .sums = pbr_alloc(cells, sizeof *c.sums),
                           .diag = diag};
    add_all(&c);
    for (size_t i = 0; i < measures->measures_count; i++)
        compare_measure(&c, &measures->measures[i]);
    for (size_t i = 0; i < measures->attrition_count; i++)
        compare_attrition(&c, &measures->attrition[i]);
    for (size_t i = 0; i < cells; i++)
        compare_absent(&c, i / GROUPS / contract->cohorts_count,
                       i / GROUPS % contract->cohorts_count, i % GROUPS);
    if (!distinct) compare_counts(&c);
    free_sums(&c, cells);
    return c.figures;
}

int64_t pbr_cross_check(const pbr_outcomes *outcomes, const pbr_measures *measures, pbr_date as_at,
                        pbr_diag *diag)
{
    int64_t figures = compare_all(outcomes, measures, as_at, false, diag);
    if (measures->without_repeats)
        figures += compare_all(outcomes, measures->without_repeats, as_at, true, diag);
    return figures;
}
