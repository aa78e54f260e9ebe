/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "explain/value_words.h"

#include "derive/functions.h"
#include "explain/maker.h"
#include "report/payment_words.h"
#include "report/words.h"

#include <inttypes.h>
#include <string.h>

enum { PLACES = 10, POUND_PLACES = 2, RATIO_MOST = 60, SUM_LISTED = 4 };

static pbr_scope scope_of(pbr_explainer *e)
{
    return (pbr_scope){.contract = e->contract, .settlement = e->settlement, .arena = e->arena};
}

/* --- values --- */

/* Decimals without the noughts at their end, but at least so many. */
static const char *trimmed(pbr_explainer *e, const mpq_t value, size_t least)
{
    char text[PBR_RATIO_TEXT];
    pbr_ratio_text(text, value, PLACES);
    size_t length = strlen(text), point = strcspn(text, ".");
    while (length > point + 1 + least && text[length - 1] == '0') length--;
    if (text[length - 1] == '.') length--;
    return pbr_arena_text(e->arena, text, length);
}

static const char *decimal(pbr_explainer *e, const pbr_value *value, size_t least)
{
    mpq_t number;
    mpq_init(number);
    if (value->kind == PBR_VALUE_EXACT)
        mpq_set(number, value->exact);
    else
        mpq_set_d(number, value->real);
    const char *text = trimmed(e, number, least);
    mpq_clear(number);
    return text;
}

static bool is_whole(const mpq_t value)
{
    return mpz_cmp_ui(mpq_denref(value), 1) == 0;
}

/* With commas where the pence are whole, so that it is the amount itself. */
static const char *pounds(pbr_explainer *e, const pbr_value *value)
{
    mpq_t hundredfold;
    pbr_scope scope = scope_of(e);
    mpq_init(hundredfold);
    if (value->kind == PBR_VALUE_EXACT) {
        mpq_set_ui(hundredfold, 100, 1);
        mpq_mul(hundredfold, hundredfold, value->exact);
    }
    const char *whole = value->kind == PBR_VALUE_EXACT && is_whole(hundredfold)
                            ? pbr_money_words(&scope, pbr_ratio_floor(hundredfold))
                            : NULL;
    mpq_clear(hundredfold);
    if (whole) return whole;
    const char *text = decimal(e, value, POUND_PLACES);
    bool minus = *text == '-';
    return pbr_arena_printf(e->arena, "%s%s%s", minus ? "-" : "", pbr_currency_symbol(&scope),
                            text + minus);
}

static const char *pence(pbr_explainer *e, const pbr_value *value)
{
    pbr_scope scope = scope_of(e);
    if (value->kind != PBR_VALUE_EXACT || !is_whole(value->exact))
        return pbr_arena_printf(e->arena, "%s pence", decimal(e, value, 0));
    return pbr_money_words(&scope, pbr_ratio_floor(value->exact));
}

const char *pbr_value_words(pbr_explainer *e, const pbr_node *node)
{
    const pbr_value *value = node->value;
    if (value->kind == PBR_VALUE_NONE) return "blank";
    if (value->kind == PBR_VALUE_WORD) return value->word;
    switch (node->unit) {
    case PBR_UNIT_POUNDS:
        return pounds(e, value);
    case PBR_UNIT_PENCE:
        return pence(e, value);
    case PBR_UNIT_EXACT_PENCE:
        return pbr_arena_printf(e->arena, "%s pence", decimal(e, value, 0));
    case PBR_UNIT_PERCENT:
        return pbr_arena_printf(e->arena, "%s%%", decimal(e, value, 0));
    case PBR_UNIT_RATE:
        return pbr_arena_printf(e->arena, node->per ? "%s" : "%s%%", decimal(e, value, 0));
    default:
        return decimal(e, value, 0);
    }
}

const char *pbr_value_ratio(pbr_explainer *e, const pbr_node *node)
{
    mpq_t rounded;
    if (node->value->kind != PBR_VALUE_EXACT) return NULL;
    mpq_init(rounded);
    mpq_set(rounded, node->value->exact);
    pbr_ratio_round(rounded, PLACES, PBR_HALF_EVEN);
    bool same = mpq_equal(rounded, node->value->exact);
    mpq_clear(rounded);
    size_t digits = mpz_sizeinbase(mpq_numref(node->value->exact), 10) +
                    mpz_sizeinbase(mpq_denref(node->value->exact), 10);
    if (same || digits > RATIO_MOST) return NULL;
    char ratio[RATIO_MOST + 8];
    gmp_snprintf(ratio, sizeof ratio, "%Qd", node->value->exact);
    return pbr_arena_text(e->arena, ratio, strlen(ratio));
}

/* --- formulas --- */

struct writer {
    pbr_explainer *e;
    const pbr_node *node;
    const pbr_expr *expr;
    bool numbers;
    bool only_words; /* so far, no number was written */
};

static const pbr_expr *named(const pbr_expr *expr, const char *name)
{
    if (expr->kind == PBR_EXPR_NAME) return strcmp(expr->name, name) == 0 ? expr : NULL;
    const pbr_expr *found = NULL;
    for (size_t i = 0; !found && i < expr->kids_count; i++) found = named(expr->kids[i], name);
    return found;
}

static const char *constant_words(const char *name)
{
    const pbr_constant *constant = &pbr_constants[pbr_constant_named(name)];
    if (strcmp(name, "pence") == 0) return "100 pence";
    return constant->number ? constant->number : constant->word;
}

static const char *titled(const struct writer *w, const pbr_node *node)
{
    bool elsewhere = node->place && (!w->node->place || strcmp(node->place, w->node->place) != 0);
    return elsewhere ? pbr_arena_printf(w->e->arena, "%s of %s", node->title, node->place)
                     : node->title;
}

static const char *write_name(void *context, const char *name)
{
    struct writer *w = context;
    const pbr_expr *found = named(w->expr, name);
    if (!found || found->number >= w->node->of_count) {
        w->only_words &= !pbr_constants[pbr_constant_named(name)].number;
        return constant_words(name);
    }
    const pbr_node *node = w->node->of[found->number];
    w->only_words &= node->value->kind == PBR_VALUE_WORD;
    if (!w->numbers) return titled(w, node);
    const char *text = pbr_value_words(w->e, node);
    bool bracket = *text == '-' && w->expr->kind < PBR_EXPR_LESS && w->expr->kind != PBR_EXPR_NAME;
    return bracket ? pbr_arena_printf(w->e->arena, "(%s)", text) : text;
}

static const char *written(pbr_explainer *e, const pbr_node *node, const pbr_expr *expr,
                           bool numbers, bool *only_words)
{
    struct writer w = {e, node, expr, numbers, true};
    const char *text = pbr_expr_words(expr, e->arena, write_name, &w);
    if (only_words) *only_words = w.only_words;
    return text;
}

/* A branch that is only a word or nought is the value itself. */
static bool is_constant(const pbr_node *node, const pbr_expr *expr)
{
    return expr->kind == PBR_EXPR_NAME && expr->number >= node->of_count;
}

const char *pbr_formula_titles(pbr_explainer *e, const pbr_node *node)
{
    if (!node->taken || !node->of_count || is_constant(node, node->taken)) return NULL;
    if (node->adds_up && node->of_count > SUM_LISTED)
        return pbr_arena_printf(e->arena, "the sum of the %zu amounts below", node->of_count);
    return written(e, node, node->taken, false, NULL);
}

/* One name alone would only repeat the value. */
const char *pbr_formula_numbers(pbr_explainer *e, const pbr_node *node)
{
    if (!node->taken || node->taken->kind == PBR_EXPR_NAME) return NULL;
    if (node->adds_up && node->of_count > SUM_LISTED) return NULL;
    return written(e, node, node->taken, true, NULL);
}

const char *pbr_condition_titles(pbr_explainer *e, const pbr_node *node, size_t condition)
{
    return written(e, node, node->conditions[condition].expr, false, NULL);
}

const char *pbr_condition_numbers(pbr_explainer *e, const pbr_node *node, size_t condition)
{
    bool only_words;
    const char *text = written(e, node, node->conditions[condition].expr, true, &only_words);
    return only_words ? NULL : text;
}

/* --- figures --- */

const char *pbr_figure_words(pbr_explainer *e, const pbr_figure *figure)
{
    if (figure->of_balance)
        return pbr_arena_printf(e->arena, "payee %s; settlement %s", figure->payee,
                                e->settlement->id);
    const pbr_area *area = &e->contract->areas[figure->area];
    const pbr_cohort *cohort = &e->contract->cohorts[figure->cohort];
    const pbr_rules *rules =
        pbr_contract_rules(e->contract, figure->area, figure->cohort, e->settlement->as_at);
    const pbr_line *line = rules ? pbr_terms_line(rules->terms, figure->line) : NULL;
    return pbr_arena_printf(e->arena, "%s %s, %s %s, %s; settlement %s", area->code, area->name,
                            cohort->kind == PBR_MONTH ? "month" : "cohort", cohort->name,
                            line ? line->title : figure->line, e->settlement->id);
}
