/* SPDX-License-Identifier: GPL-3.0-or-later */
/* The assumptions log: every term used that is illustrative or reconstructed, with what the total
 * due would be if it were another. Terms of the rules stand here, tables in assume_tables.c. */
#include "qa/assume.h"

#include "contract/consistency.h"
#include "contract/vary.h"
#include "contract/yaml.h"
#include "settle/used.h"

#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 15 };

/* --- what can be done with a term --- */

/* Keys that name or describe and decide nothing. */
static const char *const LABELS[] = {"id", "title", "reason", NULL};
/* A number of decimals, or none. */
static const char *const PLACES[] = {"round-thresholds", "round-rate", NULL};
/* Words that say what else a term needs: another one is another set of terms. */
static const char *const SHAPES[] = {"kind", "period", "compare-with", NULL};
/* Groups that are applied to persons and offences, not to counts. */
static const char *const MEASURED[] = {"cohort",      "persons",   "exclude",   "unmeasurable",
                                       "transferred", "follow-up", "reoffence", NULL};

/* Groups that move no total. */
static const struct {
    const char *group, *note;
} NOTES[] = {
    {"payee", "Decides who is paid, not how much in all."},
    {"due", "Decides when it is due, not how much."},
    {"negative-total", "Decides how a negative total is settled, not what is due."},
};

static bool is_among(const char *word, const char *const *list)
{
    while (*list && strcmp(*list, word) != 0) list++;
    return *list != NULL;
}

static const char *last_key(const char *path)
{
    const char *dot = strrchr(path, '.');
    return dot ? dot + 1 : path;
}

static const char *first_key(const char *path, pbr_arena *arena)
{
    return pbr_arena_text(arena, path, strcspn(path, "."));
}

static const char *note_of(const char *group)
{
    for (size_t i = 0; i < sizeof NOTES / sizeof *NOTES; i++)
        if (strcmp(NOTES[i].group, group) == 0) return NOTES[i].note;
    return NULL;
}

/* --- trials --- */

pbr_trial *pbr_assumption_try(pbr_assumption *assumption, pbr_arena *arena, const char *change)
{
    enum { ROOM = 16 }; /* more than the most words of a term */
    if (!assumption->trials) assumption->trials = pbr_arena_alloc(arena, ROOM * sizeof(pbr_trial));
    if (assumption->trials_count == ROOM) return NULL;
    pbr_trial *trial = &assumption->trials[assumption->trials_count++];
    trial->change = change;
    return trial;
}

/* The terms of the version must fit each other and the tables with the change too: settling relies
 * on a contract that was checked. */
static const char *misfit(const pbr_contract *copy, size_t rules, pbr_arena *arena)
{
    pbr_diag *diag = pbr_diag_new();
    pbr_check_rules(copy, &copy->rules[rules], diag);
    pbr_check_tables(copy, diag);
    const char *error = pbr_first_error(diag, arena);
    pbr_diag_free(diag);
    return error ? pbr_arena_printf(arena, "does not fit the other terms: %s", error) : NULL;
}

static void try_term(pbr_assumer *a, pbr_assumption *assumption, size_t rules, const char *change,
                     const char *text)
{
    const pbr_settled *settled = &a->qa->settled;
    pbr_trial *trial = pbr_assumption_try(assumption, settled->arena, change);
    if (!trial) return;
    pbr_contract *copy = pbr_contract_copy(settled->settlement->contract);
    if (!pbr_contract_set(copy, rules, assumption->term, text))
        trial->not_told = "cannot be this";
    else
        trial->not_told = misfit(copy, rules, settled->arena);
    if (!trial->not_told) pbr_trial_settle(trial, settled, copy, settled->measures);
    pbr_contract_free(copy);
}

static void try_decimal(pbr_assumer *a, pbr_assumption *assumption, size_t rules, const mpq_t value)
{
    char text[PBR_RATIO_TEXT];
    mpq_t moved;
    mpq_init(moved);
    for (int i = 0; i < 2; i++) {
        mpq_mul(moved, value, a->factors[i]);
        try_term(a, assumption, rules, PBR_MOVES[i], pbr_decimal_text(text, moved, DECIMALS_MAX));
    }
    mpq_clear(moved);
}

static void try_whole(pbr_assumer *a, pbr_assumption *assumption, size_t rules)
{
    unsigned long value = strtoul(assumption->value, NULL, 10);
    pbr_arena *arena = a->qa->settled.arena;
    try_term(a, assumption, rules, "1 more", pbr_arena_printf(arena, "%lu", value + 1));
    if (value) try_term(a, assumption, rules, "1 less", pbr_arena_printf(arena, "%lu", value - 1));
}

static void try_words(pbr_assumer *a, pbr_assumption *assumption, size_t rules,
                      const pbr_term_shape *shape)
{
    for (size_t i = 0; i < shape->words_count; i++)
        if (strcmp(shape->words[i], assumption->value) != 0)
            try_term(a, assumption, rules, shape->words[i], shape->words[i]);
}

/* The words that there are besides, without an effect. */
static void name_words(pbr_assumer *a, pbr_assumption *assumption, const pbr_term_shape *shape)
{
    for (size_t i = 0; i < shape->words_count; i++) {
        if (strcmp(shape->words[i], assumption->value) == 0) continue;
        pbr_trial *trial = pbr_assumption_try(assumption, a->qa->settled.arena, shape->words[i]);
        if (trial) trial->not_told = "not tried";
    }
}

/* --- one term --- */

static void take_word(pbr_assumer *a, pbr_assumption *assumption, size_t rules,
                      const pbr_term_shape *shape)
{
    if (shape->words_count < 2) {
        assumption->kind = PBR_ASSUMED_NAME;
        assumption->note = "The only word there is.";
    } else if (is_among(last_key(assumption->term), SHAPES)) {
        assumption->kind = PBR_ASSUMED_NAME;
        assumption->note = "Another word needs other terms beside it.";
        name_words(a, assumption, shape);
    } else {
        assumption->kind = PBR_ASSUMED_CHOICE;
        try_words(a, assumption, rules, shape);
    }
}

static void take_text(pbr_assumer *a, pbr_assumption *assumption, size_t rules)
{
    const char *key = last_key(assumption->term), *text = assumption->value;
    mpq_t value;
    mpq_init(value);
    bool number = pbr_decimal_parse(value, text, strlen(text), DECIMALS_MAX);
    bool amount = pbr_is_amount_term(key);
    assumption->kind =
        number && (amount || is_among(key, PLACES)) ? PBR_ASSUMED_NUMBER : PBR_ASSUMED_NAME;
    if (number && amount)
        try_decimal(a, assumption, rules, value);
    else if (number && is_among(key, PLACES))
        try_whole(a, assumption, rules);
    else if (amount || is_among(key, PLACES))
        assumption->note = "A number could stand here.";
    else
        assumption->note = "Names another term or table.";
    mpq_clear(value);
}

static void take_measured(pbr_assumer *a, pbr_assumption *assumption, size_t rules)
{
    pbr_term_shape shape;
    assumption->kind = PBR_ASSUMED_MEASURED;
    assumption->note = "Another value needs the extracts measured again.";
    if (pbr_term_shape_of(&a->qa->settled.settlement->contract->rules[rules], assumption->term,
                          a->qa->settled.arena, &shape))
        name_words(a, assumption, &shape);
}

static void take_counted(pbr_assumer *a, pbr_assumption *assumption, size_t rules)
{
    pbr_term_shape shape;
    const pbr_settled *settled = &a->qa->settled;
    bool found = pbr_term_shape_of(&settled->settlement->contract->rules[rules], assumption->term,
                                   settled->arena, &shape);
    assumption->kind = PBR_ASSUMED_NUMBER;
    if (!found || shape.kind == PBR_TERM_LIST) {
        assumption->kind = PBR_ASSUMED_NAME;
        assumption->note = "Names other terms.";
    } else if (shape.kind == PBR_TERM_WORD)
        take_word(a, assumption, rules, &shape);
    else if (shape.kind == PBR_TERM_WHOLE)
        try_whole(a, assumption, rules);
    else
        take_text(a, assumption, rules);
    const char *note = note_of(first_key(assumption->term, settled->arena));
    if (note) assumption->note = note;
}

/* --- rules that leave persons or offences out: one assumption a rule --- */

static const char *test_words(const pbr_rules *rules, const char *prefix, pbr_arena *arena)
{
    static const char *const keys[] = {"is", "in", "blank", "before", "after"};
    const pbr_term *column =
        pbr_term_find(rules->list, rules->list_count, pbr_arena_printf(arena, "%s.column", prefix));
    const char *text = column ? column->value : "";
    for (size_t i = 0; i < sizeof keys / sizeof *keys; i++) {
        const pbr_term *term = pbr_term_find(rules->list, rules->list_count,
                                             pbr_arena_printf(arena, "%s.%s", prefix, keys[i]));
        if (term) text = pbr_arena_printf(arena, "%s %s %s", text, keys[i], term->value);
    }
    return text;
}

static const pbr_restoration *restoration_of(const pbr_qa *qa, const char *stage, const char *id)
{
    for (size_t i = 0; i < qa->restorations_count; i++)
        if (!strcmp(qa->restorations[i].stage, stage) && !strcmp(qa->restorations[i].reason, id))
            return &qa->restorations[i];
    return NULL;
}

static void take_rule(pbr_assumer *a, const pbr_rules *rules, const pbr_term *term)
{
    pbr_arena *arena = a->qa->settled.arena;
    const char *prefix =
        pbr_arena_text(arena, term->path, (size_t)(last_key(term->path) - term->path) - 1);
    bool excludes = strncmp(prefix, "exclude.", 8) == 0;
    pbr_assumption *assumption = pbr_assumer_add(a, rules->file, prefix, term->status);
    assumption->kind = PBR_ASSUMED_RULE;
    assumption->value = test_words(rules, prefix, arena);
    assumption->clause = term->clause;
    assumption->source = term->source;
    assumption->note = "Needs the extracts measured again.";
    if (strncmp(prefix, "reoffence.", 10) == 0) return;
    const pbr_restoration *restoration =
        restoration_of(a->qa, excludes ? "excluded" : "unmeasurable", last_key(prefix));
    if (!restoration) return;
    assumption->note = "Put back in every version that has it; see Put back.";
    pbr_trial *trial = pbr_assumption_try(assumption, arena, "put back");
    if (trial) *trial = restoration->trial;
}

static bool is_rule(const char *path)
{
    return !strncmp(path, "exclude.", 8) || !strncmp(path, "unmeasurable.", 13) ||
           !strncmp(path, "reoffence.ignore.", 17);
}

/* --- all terms --- */

static void take_term(pbr_assumer *a, size_t index, const pbr_term *term)
{
    const pbr_rules *rules = &a->qa->settled.settlement->contract->rules[index];
    const char *key = last_key(term->path);
    if (is_rule(term->path)) {
        if (strcmp(key, "column") == 0) take_rule(a, rules, term);
        return;
    }
    pbr_assumption *assumption = pbr_assumer_add(a, rules->file, term->path, term->status);
    assumption->value = term->value;
    assumption->clause = term->clause;
    assumption->source = term->source;
    bool measured = is_among(first_key(term->path, a->qa->settled.arena), MEASURED) ||
                    strcmp(term->path, "versions.rules-at") == 0;
    (measured ? take_measured : take_counted)(a, assumption, index);
}

static void take_rules(pbr_assumer *a, size_t index)
{
    const pbr_settlement *s = a->qa->settled.settlement;
    const pbr_rules *rules = &s->contract->rules[index];
    for (size_t i = 0; i < rules->list_count; i++) {
        const pbr_term *term = &rules->list[i];
        if (pbr_is_assumed(term->status) && !is_among(last_key(term->path), LABELS) &&
            pbr_used_term(s, rules, term->path))
            take_term(a, index, term);
    }
}

static void take_scheme(pbr_assumer *a)
{
    static const char *const described[] = {"title", "description", "commissioner", "contact",
                                            NULL};
    const pbr_contract *contract = a->qa->settled.settlement->contract;
    for (size_t i = 0; i < contract->scheme_terms_count; i++) {
        const pbr_term *term = &contract->scheme_terms[i];
        if (!pbr_is_assumed(term->status) || is_among(term->path, described) ||
            strncmp(term->path, "documents.", 10) == 0)
            continue;
        pbr_assumption *assumption = pbr_assumer_add(a, term->file, term->path, term->status);
        assumption->kind = PBR_ASSUMED_NAME;
        assumption->value = term->value;
        assumption->clause = term->clause;
        assumption->source = term->source;
        assumption->note = "Of the scheme as a whole; no other value was tried.";
    }
}

/* --- the log --- */

bool pbr_is_assumed(pbr_status status)
{
    return status == PBR_ILLUSTRATIVE || status == PBR_RECONSTRUCTED;
}

pbr_assumption *pbr_assumer_add(pbr_assumer *a, const char *file, const char *term,
                                pbr_status status)
{
    a->items = pbr_grow(a->items, &a->room, a->count + 1, sizeof *a->items);
    pbr_assumption *assumption = &a->items[a->count];
    assumption->file = file;
    assumption->term = term;
    assumption->status = status;
    assumption->sequence = a->count++;
    return assumption;
}

static uint64_t size_of(const pbr_trial *trial)
{
    int64_t effect = trial->effect_pence;
    return effect < 0 ? -(uint64_t)effect : (uint64_t)effect;
}

const pbr_trial *pbr_assumption_largest(const pbr_assumption *assumption)
{
    const pbr_trial *largest = NULL;
    for (size_t i = 0; i < assumption->trials_count; i++) {
        const pbr_trial *trial = &assumption->trials[i];
        if (!trial->not_told && (!largest || size_of(trial) > size_of(largest))) largest = trial;
    }
    return largest;
}

/* What moves the total most comes first, what moves nothing after it, then what was not tried. */
static int by_effect(const void *left, const void *right)
{
    const pbr_assumption *a = left, *b = right;
    const pbr_trial *x = pbr_assumption_largest(a), *y = pbr_assumption_largest(b);
    if (!x != !y) return x ? -1 : 1;
    if (x && size_of(x) != size_of(y)) return size_of(x) > size_of(y) ? -1 : 1;
    return a->sequence < b->sequence ? -1 : 1;
}

void pbr_qa_assume(pbr_qa *qa)
{
    pbr_assumer a = {.qa = qa};
    mpq_inits(a.factors[0], a.factors[1], NULL);
    pbr_ratio_set(a.factors[0], 101, 100);
    pbr_ratio_set(a.factors[1], 99, 100);
    take_scheme(&a);
    for (size_t i = 0; i < qa->settled.settlement->contract->rules_count; i++)
        if (pbr_used_rules(qa->settled.settlement, &qa->settled.settlement->contract->rules[i]))
            take_rules(&a, i);
    pbr_assume_agreements(&a);
    pbr_assume_tables(&a);
    if (a.count) qsort(a.items, a.count, sizeof *a.items, by_effect);
    qa->assumptions = pbr_arena_alloc(qa->settled.arena, (a.count + 1) * sizeof *a.items);
    if (a.count) memcpy(qa->assumptions, a.items, a.count * sizeof *a.items);
    qa->assumptions_count = a.count;
    free(a.items);
    mpq_clears(a.factors[0], a.factors[1], NULL);
}
