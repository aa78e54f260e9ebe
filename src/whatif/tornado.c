/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/tornado.h"

#include "base/team.h"
#include "settle/used.h"
#include "whatif/fit.h"

#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 15, LOW = 0, HIGH = 1, MOVES = 2 };

/* A bar on the way: what is moved, and what came of each move. */
struct bar {
    pbr_selection selection;
    struct {
        char *value, *not_told; /* NULL: there is a figure */
        bool applied;           /* else the value cannot be */
        int64_t pence;
    } moved[MOVES];
};

struct maker {
    const pbr_settled *side;
    const pbr_scenario *scenario;
    pbr_tornado *tornado;
    char factors[MOVES][PBR_RATIO_TEXT];
    struct bar *bars;
    size_t count, room;
    atomic_size_t next;
    pbr_progress *progress;
    pbr_diag *diag;
};

/* --- what is moved --- */

static bool is_listed(const struct maker *m, const char *path)
{
    for (size_t i = 0; i < m->count; i++)
        if (strcmp(m->bars[i].selection.path, path) == 0) return true;
    return false;
}

static void add_bar(struct maker *m, const char *path, pbr_place place)
{
    pbr_selection selection;
    if (is_listed(m, path)) return;
    if (!pbr_select(m->side->settlement->contract, path, NULL, place, m->tornado->arena, &selection,
                    m->diag))
        return;
    m->bars = pbr_grow(m->bars, &m->room, m->count + 1, sizeof *m->bars);
    m->bars[m->count++].selection = selection;
}

/* Rows that say the same for many areas and years move together, under a path that a scenario may
 * name: a price's column, a column of a metric's baselines, a step table's column, a series. */
static const char *path_of(const pbr_number *n, pbr_arena *arena)
{
    if (strcmp(n->table, "baselines.csv") == 0)
        return pbr_arena_printf(arena, "baselines[*,*,%s,%s].%s", n->key, n->year, n->column);
    if (strcmp(n->table, "prices.csv") == 0)
        return pbr_arena_printf(arena, "prices[*].%s", n->column);
    if (strcmp(n->table, "steps.csv") == 0)
        return pbr_arena_printf(arena, "steps[%s].%s", n->key, n->column);
    return pbr_arena_printf(arena, "indices[%s].value", n->key);
}

static void add_numbers(struct maker *m)
{
    const pbr_settlement *s = m->side->settlement;
    pbr_contract *copy = pbr_contract_copy(s->contract);
    pbr_number *numbers;
    size_t count = pbr_contract_numbers(copy, copy->arena, &numbers);
    for (size_t i = 0; i < count; i++)
        if (pbr_used_number(s, &numbers[i]))
            add_bar(m, path_of(&numbers[i], m->tornado->arena), PBR_NOWHERE);
    pbr_contract_free(copy);
}

static void add_terms_of(struct maker *m, const pbr_rules *rules)
{
    mpq_t value;
    mpq_init(value);
    for (size_t i = 0; i < rules->list_count; i++) {
        const pbr_term *term = &rules->list[i];
        if (pbr_is_amount_term(term->path) &&
            pbr_decimal_parse(value, term->value, strlen(term->value), DECIMALS_MAX) &&
            pbr_used_term(m->side->settlement, rules, term->path))
            add_bar(m, term->path, PBR_NOWHERE);
    }
    mpq_clear(value);
}

static void add_all(struct maker *m)
{
    const pbr_settlement *s = m->side->settlement;
    const pbr_scenario_tornado *asked = m->scenario->tornado;
    for (unsigned i = 0; i < asked->terms_count; i++)
        add_bar(m, asked->terms[i], pbr_scenario_place(m->scenario, "tornado.terms"));
    if (asked->terms_count) return;
    for (size_t i = 0; i < s->contract->rules_count; i++)
        if (pbr_used_rules(s, &s->contract->rules[i])) add_terms_of(m, &s->contract->rules[i]);
    add_numbers(m);
}

/* --- one move --- */

/* Why there is no figure, as text of the arena; NULL: there is. */
static const char *settle(struct maker *m, struct bar *bar, int move, pbr_contract *copy)
{
    const char *why;
    pbr_settled side = *m->side;
    pbr_diag *diag = pbr_diag_new();
    side.arena = copy->arena;
    bool applied =
        pbr_selection_apply(&bar->selection, copy, PBR_TIMES, m->factors[move], PBR_NOWHERE, diag);
    bar->moved[move].applied = applied;
    why = applied ? pbr_misfit(copy, copy->arena) : pbr_first_error(diag, copy->arena);
    pbr_diag_free(diag);
    if (why) return why;
    pbr_settlement *s = pbr_settled_again(&side, copy, side.measures, &why);
    if (s) bar->moved[move].pence = s->due_pence;
    pbr_settlement_free(s);
    return why;
}

/* "x 0.9" of many values, or what the one has become. */
static char *words_of(const struct maker *m, const struct bar *bar, int move,
                      const pbr_contract *copy)
{
    bool one =
        bar->moved[move].applied && bar->selection.numbers_count + bar->selection.rules_count == 1;
    const char *text = one ? pbr_selection_text(&bar->selection, copy, copy->arena) : NULL;
    return one ? pbr_strdup(text) : pbr_sprintf("x %s", m->factors[move]);
}

static void *run(void *member)
{
    struct maker *m = *(struct maker **)member;
    size_t trials = MOVES * m->count, trial;
    while ((trial = atomic_fetch_add(&m->next, 1)) < trials) {
        struct bar *bar = &m->bars[trial / MOVES];
        int move = (int)(trial % MOVES);
        pbr_contract *copy = pbr_contract_copy(m->side->settlement->contract);
        const char *why = settle(m, bar, move, copy);
        bar->moved[move].value = words_of(m, bar, move, copy);
        bar->moved[move].not_told = why ? pbr_strdup(why) : NULL;
        pbr_contract_free(copy);
        if (m->progress) atomic_fetch_add(&m->progress->done, 1);
    }
    return NULL;
}

/* --- the answer --- */

/* Text of the arena in place of text of its own. */
static const char *take(pbr_arena *arena, char *text)
{
    const char *kept = text ? pbr_arena_text(arena, text, strlen(text)) : NULL;
    free(text);
    return kept;
}

static int64_t span_of(const struct maker *m, const struct bar *bar)
{
    int64_t least = m->tornado->unchanged_pence, most = least;
    for (int move = 0; move < MOVES; move++) {
        int64_t pence = bar->moved[move].pence;
        if (bar->moved[move].not_told) continue;
        least = pence < least ? pence : least;
        most = pence > most ? pence : most;
    }
    int64_t span = most;
    return pbr_pence_add(&span, -least) ? span : INT64_MAX;
}

static void tell(struct maker *m, struct bar *bar, pbr_tornado_bar *out)
{
    pbr_arena *arena = m->tornado->arena;
    *out = (pbr_tornado_bar){.term = bar->selection.path,
                             .file = bar->selection.file,
                             .was = bar->selection.was,
                             .low_pence = bar->moved[LOW].pence,
                             .high_pence = bar->moved[HIGH].pence,
                             .span_pence = span_of(m, bar)};
    out->low_value = take(arena, bar->moved[LOW].value);
    out->high_value = take(arena, bar->moved[HIGH].value);
    out->low_not_told = take(arena, bar->moved[LOW].not_told);
    out->high_not_told = take(arena, bar->moved[HIGH].not_told);
}

static int by_span(const void *left, const void *right)
{
    const pbr_tornado_bar *a = left, *b = right;
    if (a->span_pence != b->span_pence) return a->span_pence > b->span_pence ? -1 : 1;
    int file = strcmp(a->file, b->file);
    return file ? file : strcmp(a->term, b->term);
}

static void settle_all(struct maker *m, unsigned threads)
{
    struct maker *members[PBR_TEAM_MAX];
    for (unsigned i = 0; i < threads; i++) members[i] = m;
    if (m->progress) atomic_store(&m->progress->total, MOVES * m->count);
    pbr_team_run(run, members, sizeof *members, threads);
    pbr_tornado *tornado = m->tornado;
    tornado->bars = pbr_arena_alloc(tornado->arena, (m->count + 1) * sizeof *tornado->bars);
    tornado->count = m->count;
    for (size_t i = 0; i < m->count; i++) tell(m, &m->bars[i], &tornado->bars[i]);
    if (m->count) qsort(tornado->bars, m->count, sizeof *tornado->bars, by_span);
}

/* The scenario was read with `by` checked to be 0 to 100. */
static void set_factors(struct maker *m)
{
    const char *by = m->scenario->tornado->by;
    mpq_t part, factor;
    mpq_inits(part, factor, NULL);
    pbr_decimal_parse(part, by, strlen(by), DECIMALS_MAX);
    if (mpq_sgn(part) <= 0)
        pbr_error(m->diag, "out-of-range", pbr_scenario_place(m->scenario, "tornado.by"),
                  "tornado.by \"%s\" moves nothing: write a percentage above 0, such as 10", by);
    pbr_ratio_set(factor, 1, 100);
    mpq_mul(part, part, factor);
    mpq_set_ui(factor, 1, 1);
    mpq_sub(factor, factor, part);
    pbr_decimal_text(m->factors[LOW], factor, DECIMALS_MAX + 2);
    mpq_set_ui(factor, 1, 1);
    mpq_add(factor, factor, part);
    pbr_decimal_text(m->factors[HIGH], factor, DECIMALS_MAX + 2);
    mpq_clears(part, factor, NULL);
}

pbr_tornado *pbr_tornado_make(const pbr_settled *side, const pbr_scenario *scenario,
                              unsigned threads, pbr_progress *progress, pbr_diag *diag)
{
    int64_t before = pbr_diag_count(diag, PBR_ERROR);
    pbr_arena *arena = pbr_arena_new();
    pbr_tornado *tornado = pbr_arena_alloc(arena, sizeof *tornado);
    *tornado = (pbr_tornado){
        .arena = arena,
        .unchanged_pence = side->settlement->due_pence,
        .by = pbr_arena_text(arena, scenario->tornado->by, strlen(scenario->tornado->by))};
    struct maker m = {
        .side = side, .scenario = scenario, .tornado = tornado, .progress = progress, .diag = diag};
    set_factors(&m);
    add_all(&m);
    bool ok = pbr_diag_count(diag, PBR_ERROR) == before;
    if (ok) settle_all(&m, threads);
    free(m.bars);
    if (ok) return tornado;
    pbr_tornado_free(tornado);
    return NULL;
}

void pbr_tornado_free(pbr_tornado *tornado)
{
    if (tornado) pbr_arena_free(tornado->arena);
}
