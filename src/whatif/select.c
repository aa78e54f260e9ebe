/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/select.h"

#include "base/text.h"
#include "contract/yaml.h"
#include "whatif/candidates.h"
#include "whatif/keys.h"

#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 15, WHOLE_MAX = 999999999 };

struct selector {
    const pbr_contract *contract;
    const char *path;
    pbr_place place;
    pbr_arena *arena;
    pbr_selection *out;
    pbr_diag *diag;
};

static bool refuse_path(const struct selector *s, const char *id, const char *message)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_error(s->diag, id, s->place, "%s %s", pbr_quote(quoted, pbr_slice_of(s->path)), message);
    return false;
}

static void take_provenance(pbr_selection *out, const char *clause, const char *source,
                            pbr_status status)
{
    clause = clause ? clause : "";
    source = source ? source : "";
    if (!out->clause) out->clause = clause;
    if (!out->source) out->source = source;
    if (strcmp(out->clause, clause) != 0) out->clause = "several";
    if (strcmp(out->source, source) != 0) out->source = "several";
    if (status > out->status) out->status = status;
}

/* --- terms of the rules --- */

static const pbr_term *term_of(const pbr_rules *rules, const char *path)
{
    return pbr_term_find(rules->list, rules->list_count, path);
}

static bool is_asked(const pbr_rules *rules, const char *name)
{
    return !name || strcmp(rules->name, name) == 0;
}

/* What stands under a part of a path, in the versions that are asked. */
static pbr_candidates words_under(const struct selector *s, const char *rules, pbr_slice group)
{
    pbr_candidates words = {.arena = s->arena};
    for (size_t r = 0; r < s->contract->rules_count; r++) {
        const pbr_rules *version = &s->contract->rules[r];
        if (!is_asked(version, rules)) continue;
        for (size_t i = 0; i < version->list_count; i++) {
            const char *path = version->list[i].path;
            if (group.length &&
                (strncmp(path, group.text, group.length) != 0 || path[group.length] != '.'))
                continue;
            const char *rest = path + group.length + (group.length > 0);
            pbr_candidates_add(&words, (pbr_slice){rest, strcspn(rest, ".")});
        }
    }
    return words;
}

/* The longest part of the path, up to a dot, under which there is something. */
static pbr_slice known_part(const struct selector *s, const char *rules)
{
    pbr_slice part = pbr_slice_of(s->path);
    while (part.length && !words_under(s, rules, part).count) {
        while (part.length && part.text[part.length - 1] != '.') part.length--;
        if (part.length) part.length--;
    }
    return part;
}

static bool no_term(const struct selector *s, const char *rules)
{
    pbr_slice known = known_part(s, rules);
    pbr_candidates words = words_under(s, rules, known);
    if (!known.length) pbr_add_tables(&words);
    const char *rest = s->path + known.length + (known.length > 0);
    if (known.length == strlen(s->path))
        return refuse_path(s, "unknown-term",
                           pbr_arena_printf(s->arena, "is a group of terms: name one of %s",
                                            pbr_candidates_text(&words)));
    pbr_slice word = {rest, strcspn(rest, known.length ? "." : ".[")};
    return refuse_path(
        s, "unknown-term",
        pbr_arena_printf(s->arena, "names no term: %s", pbr_candidates_near(&words, word)));
}

static bool unknown_rules(const struct selector *s, const char *rules)
{
    pbr_candidates names = {.arena = s->arena};
    for (size_t r = 0; r < s->contract->rules_count; r++)
        pbr_candidates_add(&names, pbr_slice_of(s->contract->rules[r].name));
    pbr_error(s->diag, "unknown-rules", s->place, "there are no rules of that name: %s",
              pbr_candidates_near(&names, pbr_slice_of(rules)));
    return false;
}

static bool rules_exist(const struct selector *s, const char *rules)
{
    for (size_t r = 0; r < s->contract->rules_count; r++)
        if (is_asked(&s->contract->rules[r], rules)) return true;
    return unknown_rules(s, rules);
}

/* Other terms call an entry by its id. */
static bool can_change(const struct selector *s)
{
    const char *key = strrchr(s->path, '.');
    if (key && strcmp(key, ".id") == 0)
        return refuse_path(s, "wrong-kind",
                           "is the name of an entry, which a scenario cannot change");
    return true;
}

/* Every value that versions have, "0.95" or "0.9 or 0.95". */
static const char *terms_text(const pbr_selection *selection, const pbr_contract *contract,
                              pbr_arena *arena)
{
    pbr_candidates values = {.arena = arena};
    for (size_t i = 0; i < selection->rules_count; i++) {
        const pbr_term *term = term_of(&contract->rules[selection->rules[i]], selection->path);
        pbr_candidates_add(&values, pbr_slice_of(term->value));
    }
    const char *text = values.items[0];
    for (size_t i = 1; i < values.count; i++)
        text = pbr_arena_printf(arena, "%s or %s", text, values.items[i]);
    return text;
}

static bool select_term(const struct selector *s, const char *rules)
{
    pbr_selection *out = s->out;
    const pbr_contract *contract = s->contract;
    if (!rules_exist(s, rules)) return false;
    out->rules = pbr_arena_alloc(s->arena, contract->rules_count * sizeof *out->rules);
    for (size_t r = 0; r < contract->rules_count; r++) {
        const pbr_rules *version = &contract->rules[r];
        const pbr_term *term = is_asked(version, rules) ? term_of(version, s->path) : NULL;
        if (!term || !pbr_term_shape_of(version, s->path, s->arena, &out->shape)) continue;
        out->file = out->rules_count ? "rules/*.yaml" : version->file;
        out->rules[out->rules_count++] = r;
        take_provenance(out, term->clause, term->source, term->status);
    }
    return out->rules_count ? can_change(s) : no_term(s, rules);
}

/* --- numbers of tables --- */

/* Only read: the numbers of a contract that is const stay as they are. */
static size_t numbers_of(const pbr_contract *contract, pbr_arena *arena, pbr_number **numbers)
{
    return pbr_contract_numbers((pbr_contract *)contract, arena, numbers);
}

static bool select_numbers(const struct selector *s)
{
    pbr_selection *out = s->out;
    pbr_keys keys;
    pbr_number *numbers;
    const char *problem = pbr_keys_parse(&keys, s->path, s->arena);
    if (problem) return refuse_path(s, "unknown-term", problem);
    size_t count = numbers_of(s->contract, s->arena, &numbers);
    out->file = keys.file;
    out->shape.kind = PBR_TERM_TEXT;
    out->numbers = pbr_arena_alloc(s->arena, (count + 1) * sizeof *out->numbers);
    for (size_t i = 0; i < count; i++) {
        if (!pbr_keys_match(&keys, s->contract, &numbers[i])) continue;
        out->numbers[out->numbers_count++] = i;
        const pbr_provenance *from = numbers[i].from;
        take_provenance(out, from->clause, from->source, from->status);
    }
    if (out->numbers_count) return true;
    return refuse_path(s, "unknown-term",
                       pbr_keys_why_none(&keys, s->contract, numbers, count, s->arena));
}

static const char *numbers_text(const pbr_selection *selection, const pbr_contract *contract,
                                pbr_arena *arena)
{
    pbr_number *numbers;
    size_t count = numbers_of(contract, arena, &numbers);
    bool *chosen = pbr_alloc(count + 1, sizeof *chosen);
    for (size_t i = 0; i < selection->numbers_count; i++) chosen[selection->numbers[i]] = true;
    const char *text = pbr_numbers_text(numbers, count, chosen, arena);
    free(chosen);
    return text;
}

const char *pbr_selection_text(const pbr_selection *selection, const pbr_contract *contract,
                               pbr_arena *arena)
{
    return selection->rules_count ? terms_text(selection, contract, arena)
                                  : numbers_text(selection, contract, arena);
}

bool pbr_select(const pbr_contract *contract, const char *path, const char *rules, pbr_place place,
                pbr_arena *arena, pbr_selection *out, pbr_diag *diag)
{
    static const char group[] = "rules.";
    if (strncmp(path, group, strlen(group)) == 0) path += strlen(group);
    *out = (pbr_selection){.path = path};
    struct selector s = {contract, path, place, arena, out, diag};
    bool table = pbr_names_table(path);
    if (table && rules)
        return refuse_path(&s, "bad-scenario",
                           "names numbers of a table, which all rules share: leave out `rules`");
    if (!(table ? select_numbers(&s) : select_term(&s, rules))) return false;
    out->was = pbr_selection_text(out, contract, arena);
    return true;
}

/* --- changing --- */

struct change {
    const pbr_selection *selection;
    pbr_contract *copy;
    pbr_operation how;
    const char *text; /* as written */
    mpq_ptr value;    /* NULL: it is no decimal */
    pbr_place place;
    pbr_diag *diag;
};

static bool wrong_kind(const struct change *c, const char *why)
{
    char quoted[PBR_QUOTE_TEXT];
    pbr_error(c->diag, "wrong-kind", c->place, "%s cannot become %s%s: %s", c->selection->path,
              c->how == PBR_TIMES  ? "times "
              : c->how == PBR_PLUS ? "plus "
                                   : "",
              pbr_quote(quoted, pbr_slice_of(c->text)), why);
    return false;
}

void pbr_operate(pbr_operation how, mpq_t value, const mpq_t operand)
{
    if (how == PBR_SET) mpq_set(value, operand);
    if (how == PBR_TIMES) mpq_mul(value, value, operand);
    if (how == PBR_PLUS) mpq_add(value, value, operand);
}

static bool is_decimal(mpq_t out, const char *text)
{
    return pbr_decimal_parse(out, text, strlen(text), DECIMALS_MAX);
}

static pbr_candidates words_of(const struct change *c)
{
    const pbr_term_shape *shape = &c->selection->shape;
    pbr_candidates words = {.arena = c->copy->arena};
    for (size_t i = 0; i < shape->words_count; i++)
        pbr_candidates_add(&words, pbr_slice_of(shape->words[i]));
    return words;
}

static bool set_word(const struct change *c, size_t rules)
{
    pbr_candidates words = words_of(c);
    if (c->how != PBR_SET) return wrong_kind(c, "it is a word, which can only be `set`");
    if (pbr_contract_set(c->copy, rules, c->selection->path, c->text)) return true;
    return wrong_kind(c, pbr_candidates_near(&words, pbr_slice_of(c->text)));
}

/* The first entry that is none of the words, for a message. */
static pbr_slice wrong_entry(const pbr_term_shape *shape, const char *text)
{
    pbr_slice entry = {text, strcspn(text, ",")};
    for (;;) {
        bool known = false;
        for (size_t i = 0; i < shape->words_count; i++)
            known |= pbr_slice_is(entry, shape->words[i]);
        const char *rest = entry.text + entry.length;
        if (!known || !*rest) return entry;
        rest += 1 + strspn(rest + 1, " ");
        entry = (pbr_slice){rest, strcspn(rest, ",")};
    }
}

static bool set_list(const struct change *c, size_t rules)
{
    pbr_candidates words = words_of(c);
    if (c->how != PBR_SET) return wrong_kind(c, "it is a list, which can only be `set`");
    if (pbr_contract_set(c->copy, rules, c->selection->path, c->text)) return true;
    if (words.count)
        return wrong_kind(c,
                          pbr_candidates_near(&words, wrong_entry(&c->selection->shape, c->text)));
    return wrong_kind(c, "it is a list: write names with commas between them");
}

static bool set_text(const struct change *c, size_t rules, const char *text)
{
    return pbr_contract_set(c->copy, rules, c->selection->path, text) ||
           wrong_kind(c, "the term does not take it");
}

/* Half to even where what comes out is not whole, as counts of tables are. */
static bool set_whole(const struct change *c, size_t rules, mpq_t value)
{
    char text[PBR_RATIO_TEXT];
    if (!c->value) return wrong_kind(c, "it is a whole number: write digits");
    pbr_operate(c->how, value, c->value);
    bool whole = mpz_cmp_ui(mpq_denref(value), 1) == 0;
    if (c->how == PBR_SET && !whole) return wrong_kind(c, "it is a whole number: write digits");
    pbr_ratio_round(value, 0, PBR_HALF_EVEN);
    if (mpq_sgn(value) < 0 || mpq_cmp_ui(value, WHOLE_MAX, 1) > 0)
        return wrong_kind(c, "it is a whole number from 0 to 999999999");
    return set_text(c, rules, pbr_ratio_text(text, value, 0));
}

/* A decimal stays one, or becomes "none" where the rules know that word; a name stays a name. */
static bool set_free(const struct change *c, size_t rules, mpq_t value, bool was_decimal)
{
    char text[PBR_RATIO_TEXT];
    bool none = strcmp(c->text, "none") == 0;
    if (c->how == PBR_SET && was_decimal && !c->value && !none)
        return wrong_kind(c, "it is a number: write digits with a point");
    if (c->how == PBR_SET) return set_text(c, rules, c->text);
    if (!was_decimal) return wrong_kind(c, "it is no number, and can only be `set`");
    pbr_operate(c->how, value, c->value);
    return set_text(c, rules, pbr_decimal_text(text, value, DECIMALS_MAX));
}

/* A baseline's year is a name, also where it looks like a number. */
static bool is_year(const char *path)
{
    const char *key = strrchr(path, '.');
    return key && strcmp(key, ".baseline") == 0;
}

static bool apply_to_term(const struct change *c, size_t rules)
{
    mpq_t value;
    const char *was = term_of(&c->copy->rules[rules], c->selection->path)->value;
    pbr_term_kind kind = c->selection->shape.kind;
    mpq_init(value);
    bool decimal = is_decimal(value, was) && !is_year(c->selection->path);
    bool ok = kind == PBR_TERM_WORD    ? set_word(c, rules)
              : kind == PBR_TERM_LIST  ? set_list(c, rules)
              : kind == PBR_TERM_WHOLE ? set_whole(c, rules, value)
                                       : set_free(c, rules, value, decimal);
    mpq_clear(value);
    return ok;
}

static bool apply_to_number(const struct change *c, const pbr_number *number)
{
    mpq_t value;
    mpq_init(value);
    pbr_number_get(number, value);
    pbr_operate(c->how, value, c->value);
    const char *problem = pbr_number_problem(number, value);
    bool part = number->count && c->how == PBR_SET && mpz_cmp_ui(mpq_denref(value), 1) != 0;
    if (part) problem = "it is a count: write a whole number";
    if (problem)
        wrong_kind(c, problem);
    else
        pbr_number_set(number, value);
    mpq_clear(value);
    return !problem;
}

static bool apply_to_numbers(const struct change *c)
{
    pbr_number *numbers;
    pbr_arena *arena = pbr_arena_new();
    bool ok = c->value || wrong_kind(c, "it is a number: write digits with a point");
    if (ok) pbr_contract_numbers(c->copy, arena, &numbers);
    for (size_t i = 0; ok && i < c->selection->numbers_count; i++)
        ok = apply_to_number(c, &numbers[c->selection->numbers[i]]);
    pbr_arena_free(arena);
    return ok;
}

bool pbr_selection_apply(const pbr_selection *selection, pbr_contract *copy, pbr_operation how,
                         const char *text, pbr_place place, pbr_diag *diag)
{
    mpq_t value;
    mpq_init(value);
    bool ok = true, decimal = is_decimal(value, text);
    struct change c = {selection, copy, how, text, decimal ? value : NULL, place, diag};
    if (how != PBR_SET && !decimal)
        ok = wrong_kind(&c, "write digits with a point");
    else if (selection->numbers_count)
        ok = apply_to_numbers(&c);
    for (size_t i = 0; ok && i < selection->rules_count; i++)
        ok = apply_to_term(&c, selection->rules[i]);
    mpq_clear(value);
    return ok;
}
