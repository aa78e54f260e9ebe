/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "whatif/axis.h"

#include "contract/yaml.h"

#include <stdlib.h>
#include <string.h>

enum { DECIMALS_MAX = 15 };

static bool parse(mpq_t out, const char *text)
{
    return pbr_decimal_parse(out, text, strlen(text), DECIMALS_MAX);
}

/* --- values as the scenario lists them --- */

struct range {
    mpq_t from, to, step;
};

static void range_clear(struct range *range)
{
    mpq_clears(range->from, range->to, range->step, NULL);
}

static bool range_read(struct range *range, const pbr_scenario_vary *vary, pbr_place place,
                       pbr_diag *diag)
{
    mpq_inits(range->from, range->to, range->step, NULL);
    bool decimals = parse(range->from, vary->from) && parse(range->to, vary->to) &&
                    parse(range->step, vary->step);
    bool empty = mpq_sgn(range->step) <= 0 || mpq_cmp(range->from, range->to) > 0;
    if (!decimals)
        pbr_error(diag, "bad-decimal", place,
                  "the range from \"%s\" to \"%s\" by \"%s\" is not of decimals: write digits "
                  "with a point",
                  vary->from, vary->to, vary->step);
    else if (empty)
        pbr_error(diag, "empty-range", place,
                  "the range from \"%s\" to \"%s\" by \"%s\" has no value: begin with the least, "
                  "and go up by more than 0",
                  vary->from, vary->to, vary->step);
    return decimals && !empty;
}

/* Also the last value where it is hit exactly. */
static size_t range_size(const struct range *range)
{
    mpq_t steps;
    mpz_t whole;
    mpq_init(steps);
    mpz_init(whole);
    mpq_sub(steps, range->to, range->from);
    mpq_div(steps, steps, range->step);
    mpz_fdiv_q(whole, mpq_numref(steps), mpq_denref(steps));
    size_t size = mpz_fits_slong_p(whole) ? mpz_get_ui(whole) + 1 : SIZE_MAX;
    mpz_clear(whole);
    mpq_clear(steps);
    return size;
}

static void range_values(pbr_axis *axis, const struct range *range, pbr_arena *arena)
{
    char text[PBR_RATIO_TEXT];
    mpq_t value;
    mpq_init(value);
    mpq_set(value, range->from);
    axis->values = pbr_arena_alloc(arena, axis->count * sizeof *axis->values);
    for (size_t i = 0; i < axis->count; i++) {
        pbr_decimal_text(text, value, DECIMALS_MAX);
        axis->values[i] = pbr_arena_text(arena, text, strlen(text));
        mpq_add(value, value, range->step);
    }
    mpq_clear(value);
}

static pbr_place place_of(const pbr_scenario *scenario, unsigned index)
{
    return pbr_scenario_place(scenario, "sweep.vary.%u", index + 1);
}

bool pbr_axis_read(pbr_axis *axis, size_t *count, size_t most, const pbr_scenario *scenario,
                   unsigned index, pbr_arena *arena, pbr_diag *diag)
{
    const pbr_scenario_vary *vary = &scenario->sweep->vary[index];
    *axis = (pbr_axis){.how = vary->how,
                       .values = (const char **)vary->values,
                       .count = vary->values_count,
                       .unchanged = PBR_NONE};
    *count = axis->count;
    if (axis->count) return true;
    struct range range;
    bool ok = range_read(&range, vary, place_of(scenario, index), diag);
    if (ok) *count = range_size(&range);
    axis->count = *count < most ? *count : most;
    if (ok) range_values(axis, &range, arena);
    range_clear(&range);
    return ok;
}

/* --- what they make of the terms --- */

struct trier {
    pbr_axis *axis;
    pbr_contract *copy;
    pbr_number *numbers; /* of the copy */
    mpq_t *originals;
    const char **was; /* of a term, by version */
    pbr_place place;
    pbr_arena *arena;
    pbr_diag *diag;
};

static const char *text_of(const struct trier *t, size_t version)
{
    const pbr_rules *rules = &t->copy->rules[t->axis->selection.rules[version]];
    return pbr_term_find(rules->list, rules->list_count, t->axis->selection.path)->value;
}

static bool same_value(const char *a, const char *b)
{
    mpq_t x, y;
    if (strcmp(a, b) == 0) return true;
    mpq_inits(x, y, NULL);
    bool same = parse(x, a) && parse(y, b) && mpq_equal(x, y);
    mpq_clears(x, y, NULL);
    return same;
}

/* Notes what the terms have become, puts them back, and says whether they are as they were. */
static bool take_terms(struct trier *t, size_t value)
{
    pbr_axis *axis = t->axis;
    bool same = true;
    for (size_t i = 0; i < axis->selection.rules_count; i++) {
        const char *text = text_of(t, i);
        axis->texts[value * axis->selection.rules_count + i] =
            pbr_arena_text(t->arena, text, strlen(text));
        same &= same_value(text, t->was[i]);
        pbr_contract_set(t->copy, axis->selection.rules[i], axis->selection.path, t->was[i]);
    }
    return same;
}

static bool take_numbers(struct trier *t)
{
    bool same = true;
    mpq_t now;
    mpq_init(now);
    for (size_t i = 0; i < t->axis->selection.numbers_count; i++) {
        const pbr_number *number = &t->numbers[t->axis->selection.numbers[i]];
        pbr_number_get(number, now);
        same &= mpq_equal(now, t->originals[i]) != 0;
        pbr_number_set(number, t->originals[i]);
    }
    mpq_clear(now);
    return same;
}

static bool try_value(struct trier *t, size_t value)
{
    pbr_axis *axis = t->axis;
    bool ok = pbr_selection_apply(&axis->selection, t->copy, axis->how, axis->values[value],
                                  t->place, t->diag);
    bool same = axis->texts ? take_terms(t, value) : take_numbers(t);
    if (ok && same && axis->unchanged == PBR_NONE) axis->unchanged = value;
    return ok;
}

/* A term is a number where it is one in each version, whatever the value ("none" may be one). */
static bool is_of_words(const pbr_axis *axis)
{
    mpq_t number;
    mpq_init(number);
    bool numbers = axis->selection.shape.kind != PBR_TERM_WORD;
    for (size_t i = 0; axis->texts && i < axis->count * axis->selection.rules_count; i++)
        numbers = numbers && parse(number, axis->texts[i]);
    mpq_clear(number);
    return !numbers;
}

static void find_ends(pbr_axis *axis)
{
    mpq_t value, end[2];
    mpq_inits(value, end[0], end[1], NULL);
    for (size_t i = 0; i < axis->count && parse(value, axis->values[i]); i++)
        for (int high = 0; high < 2; high++) {
            int side = mpq_cmp(value, end[high]);
            if (i && (high ? side <= 0 : side >= 0)) continue;
            mpq_set(end[high], value);
            axis->ends[high] = i;
        }
    mpq_clears(value, end[0], end[1], NULL);
}

static void prepare(struct trier *t)
{
    const pbr_selection *selection = &t->axis->selection;
    size_t versions = selection->rules_count, numbers = selection->numbers_count;
    t->was = pbr_arena_alloc(t->arena, (versions + 1) * sizeof *t->was);
    for (size_t i = 0; i < versions; i++)
        t->was[i] = pbr_arena_text(t->arena, text_of(t, i), strlen(text_of(t, i)));
    if (versions)
        t->axis->texts =
            pbr_arena_alloc(t->arena, t->axis->count * versions * sizeof *t->axis->texts);
    pbr_contract_numbers(t->copy, t->copy->arena, &t->numbers);
    t->originals = pbr_alloc(numbers + 1, sizeof *t->originals);
    for (size_t i = 0; i < numbers; i++) {
        mpq_init(t->originals[i]);
        pbr_number_get(&t->numbers[selection->numbers[i]], t->originals[i]);
    }
}

bool pbr_axis_try(pbr_axis *axis, pbr_contract *copy, const pbr_scenario *scenario, unsigned index,
                  pbr_arena *arena, pbr_diag *diag)
{
    const pbr_scenario_vary *vary = &scenario->sweep->vary[index];
    bool ok = true;
    struct trier t = {.axis = axis,
                      .copy = copy,
                      .place = place_of(scenario, index),
                      .arena = arena,
                      .diag = diag};
    if (!pbr_select(copy, vary->term, vary->rules, t.place, arena, &axis->selection, diag))
        return false;
    prepare(&t);
    for (size_t i = 0; i < axis->count; i++) ok &= try_value(&t, i);
    axis->of_words = ok && is_of_words(axis);
    find_ends(axis);
    for (size_t i = 0; i < axis->selection.numbers_count; i++) mpq_clear(t.originals[i]);
    free(t.originals);
    return ok;
}

static bool share_one(const size_t *a, size_t a_count, const size_t *b, size_t b_count)
{
    for (size_t i = 0; i < a_count; i++)
        for (size_t k = 0; k < b_count; k++)
            if (a[i] == b[k]) return true;
    return false;
}

bool pbr_axes_meet(const pbr_axis *a, const pbr_axis *b)
{
    const pbr_selection *x = &a->selection, *y = &b->selection;
    return share_one(x->numbers, x->numbers_count, y->numbers, y->numbers_count) ||
           (strcmp(x->path, y->path) == 0 &&
            share_one(x->rules, x->rules_count, y->rules, y->rules_count));
}

/* --- an axis in a copy --- */

void pbr_dial_init(pbr_dial *dial, const pbr_axis *axis, pbr_contract *copy)
{
    const pbr_selection *selection = &axis->selection;
    pbr_number *all;
    *dial = (pbr_dial){.axis = axis, .value = PBR_NONE};
    dial->terms = pbr_arena_alloc(copy->arena, (selection->rules_count + 1) * sizeof *dial->terms);
    for (size_t i = 0; i < selection->rules_count; i++)
        dial->terms[i] = pbr_contract_term(copy, selection->rules[i], selection->path);
    pbr_contract_numbers(copy, copy->arena, &all);
    dial->numbers =
        pbr_arena_alloc(copy->arena, (selection->numbers_count + 1) * sizeof *dial->numbers);
    dial->originals = pbr_alloc(selection->numbers_count + 1, sizeof *dial->originals);
    for (size_t i = 0; i < selection->numbers_count; i++) {
        dial->numbers[i] = all[selection->numbers[i]];
        mpq_init(dial->originals[i]);
        pbr_number_get(&dial->numbers[i], dial->originals[i]);
    }
}

void pbr_dial_clear(pbr_dial *dial)
{
    for (size_t i = 0; i < dial->axis->selection.numbers_count; i++) mpq_clear(dial->originals[i]);
    free(dial->originals);
}

static void set_numbers(pbr_dial *dial, const char *text)
{
    mpq_t operand, value;
    mpq_inits(operand, value, NULL);
    parse(operand, text);
    for (size_t i = 0; i < dial->axis->selection.numbers_count; i++) {
        mpq_set(value, dial->originals[i]);
        pbr_operate(dial->axis->how, value, operand);
        pbr_number_set(&dial->numbers[i], value);
    }
    mpq_clears(operand, value, NULL);
}

void pbr_dial_set(pbr_dial *dial, size_t value)
{
    const pbr_axis *axis = dial->axis;
    size_t versions = axis->selection.rules_count;
    if (dial->value == value) return;
    dial->value = value;
    for (size_t i = 0; i < versions; i++)
        pbr_term_set(dial->terms[i], axis->texts[value * versions + i]);
    if (!versions) set_numbers(dial, axis->values[value]);
}
