/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/expr.h"

#include "base/must.h"
#include "derive/functions.h"

#include <ctype.h>
#include <string.h>

struct parser {
    pbr_arena *arena;
    const char *formula, *at;
};

static void refuse(const struct parser *p)
{
    pbr_internal_error("the formula \"%s\" cannot be read at \"%s\"", p->formula, p->at);
}

static void skip_blanks(struct parser *p)
{
    while (*p->at == ' ') p->at++;
}

static bool take(struct parser *p, const char *sign)
{
    skip_blanks(p);
    size_t length = strlen(sign);
    if (strncmp(p->at, sign, length) != 0) return false;
    p->at += length;
    return true;
}

static pbr_expr *make(struct parser *p, pbr_expr_kind kind)
{
    pbr_expr *expr = pbr_arena_alloc(p->arena, sizeof *expr);
    expr->kind = kind;
    return expr;
}

static pbr_expr *pair(struct parser *p, pbr_expr_kind kind, pbr_expr *left, pbr_expr *right)
{
    pbr_expr *expr = make(p, kind);
    expr->kids[0] = left;
    expr->kids[1] = right;
    expr->kids_count = 2;
    return expr;
}

static pbr_expr *read_formula(struct parser *p);

static void read_arguments(struct parser *p, pbr_expr *call)
{
    do {
        if (call->kids_count == call->function->most) refuse(p);
        call->kids[call->kids_count++] = read_formula(p);
    } while (take(p, ","));
    if (!take(p, ")") || call->kids_count < call->function->least) refuse(p);
}

static bool is_name(char c)
{
    return isalnum((unsigned char)c) || c == '_' || c == '.' || c == '@';
}

static pbr_expr *read_name(struct parser *p)
{
    const char *start = p->at;
    while (is_name(*p->at)) p->at++;
    pbr_slice name = {start, (size_t)(p->at - start)};
    if (!name.length) refuse(p);
    if (take(p, "(")) {
        pbr_expr *call = make(p, PBR_EXPR_CALL);
        call->function = pbr_function_named(name);
        if (!call->function) refuse(p);
        read_arguments(p, call);
        return call;
    }
    pbr_expr *expr = make(p, PBR_EXPR_NAME);
    expr->name = pbr_arena_text(p->arena, name.text, name.length);
    return expr;
}

static pbr_expr *read_factor(struct parser *p)
{
    if (take(p, "-")) {
        pbr_expr *negated = make(p, PBR_EXPR_NEGATE);
        negated->kids[0] = read_factor(p);
        negated->kids_count = 1;
        return negated;
    }
    if (take(p, "(")) {
        pbr_expr *inner = read_formula(p);
        if (!take(p, ")")) refuse(p);
        return inner;
    }
    skip_blanks(p);
    return read_name(p);
}

static pbr_expr *read_product(struct parser *p)
{
    pbr_expr *left = read_factor(p);
    for (;;) {
        if (take(p, "*"))
            left = pair(p, PBR_EXPR_MULTIPLY, left, read_factor(p));
        else if (take(p, "/"))
            left = pair(p, PBR_EXPR_DIVIDE, left, read_factor(p));
        else
            return left;
    }
}

static pbr_expr *read_sum(struct parser *p)
{
    pbr_expr *left = read_product(p);
    for (;;) {
        if (take(p, "+"))
            left = pair(p, PBR_EXPR_ADD, left, read_product(p));
        else if (take(p, "-"))
            left = pair(p, PBR_EXPR_SUBTRACT, left, read_product(p));
        else
            return left;
    }
}

/* Longer signs first: "<" begins "<=". */
static const struct {
    const char *sign, *words, *operation;
    pbr_expr_kind kind;
} COMPARISONS[] = {
    {"<=", "≤", "at-most", PBR_EXPR_AT_MOST}, {">=", "≥", "at-least", PBR_EXPR_AT_LEAST},
    {"<>", "≠", "unequal", PBR_EXPR_UNEQUAL}, {"<", "<", "less", PBR_EXPR_LESS},
    {">", ">", "more", PBR_EXPR_MORE},        {"=", "=", "equal", PBR_EXPR_EQUAL},
};
enum { COMPARISONS_COUNT = sizeof COMPARISONS / sizeof *COMPARISONS };

static pbr_expr *read_formula(struct parser *p)
{
    pbr_expr *left = read_sum(p);
    for (size_t i = 0; i < COMPARISONS_COUNT; i++)
        if (take(p, COMPARISONS[i].sign)) return pair(p, COMPARISONS[i].kind, left, read_sum(p));
    return left;
}

pbr_expr *pbr_expr_parse(pbr_arena *arena, const char *formula)
{
    struct parser p = {arena, formula, formula};
    pbr_expr *expr = read_formula(&p);
    skip_blanks(&p);
    if (*p.at) refuse(&p);
    return expr;
}

/* --- working out --- */

struct worker {
    pbr_pool *pool;
    pbr_expr_lookup *lookup;
    const void *context;
};

static const pbr_value *exact_pair(const struct worker *w, pbr_expr_kind kind, const pbr_value *a,
                                   const pbr_value *b)
{
    mpq_t result;
    if (kind == PBR_EXPR_DIVIDE && mpq_sgn(b->exact) == 0) return pbr_value_none();
    mpq_init(result);
    if (kind == PBR_EXPR_ADD) mpq_add(result, a->exact, b->exact);
    if (kind == PBR_EXPR_SUBTRACT) mpq_sub(result, a->exact, b->exact);
    if (kind == PBR_EXPR_MULTIPLY) mpq_mul(result, a->exact, b->exact);
    if (kind == PBR_EXPR_DIVIDE) mpq_div(result, a->exact, b->exact);
    const pbr_value *made = pbr_value_exact(w->pool, result);
    mpq_clear(result);
    return made;
}

static const pbr_value *real_pair(const struct worker *w, pbr_expr_kind kind, double a, double b)
{
    if (kind == PBR_EXPR_DIVIDE && b == 0) return pbr_value_none();
    double result = kind == PBR_EXPR_ADD        ? a + b
                    : kind == PBR_EXPR_SUBTRACT ? a - b
                    : kind == PBR_EXPR_MULTIPLY ? a * b
                                                : a / b;
    return pbr_value_real(w->pool, result);
}

static bool is_number(const pbr_value *value)
{
    return value->kind == PBR_VALUE_EXACT || value->kind == PBR_VALUE_REAL;
}

bool pbr_expr_holds(pbr_expr_kind kind, int order)
{
    switch (kind) {
    case PBR_EXPR_LESS:
        return order < 0;
    case PBR_EXPR_MORE:
        return order > 0;
    case PBR_EXPR_AT_MOST:
        return order <= 0;
    case PBR_EXPR_AT_LEAST:
        return order >= 0;
    case PBR_EXPR_EQUAL:
        return order == 0;
    default:
        return order != 0;
    }
}

static const pbr_value *comparison(const struct worker *w, pbr_expr_kind kind, const pbr_value *a,
                                   const pbr_value *b)
{
    int order;
    if (a->kind == PBR_VALUE_WORD && b->kind == PBR_VALUE_WORD)
        order = strcmp(a->word, b->word);
    else if (a->kind == PBR_VALUE_EXACT && b->kind == PBR_VALUE_EXACT)
        order = mpq_cmp(a->exact, b->exact);
    else {
        double x = pbr_value_number(a), y = pbr_value_number(b);
        order = (x > y) - (x < y);
    }
    return pbr_value_int(w->pool, pbr_expr_holds(kind, order));
}

static const pbr_value *work_out(const struct worker *w, const pbr_expr *expr);

static const pbr_value *call(const struct worker *w, const pbr_expr *expr)
{
    const pbr_value *values[PBR_EXPR_KIDS];
    for (size_t i = 0; i < expr->kids_count; i++) {
        values[i] = work_out(w, expr->kids[i]);
        if (values[i]->kind == PBR_VALUE_NONE && !expr->function->lazy) return values[i];
    }
    return expr->function->work(w->pool, values, expr->kids_count);
}

static const pbr_value *work_out(const struct worker *w, const pbr_expr *expr)
{
    if (expr->kind == PBR_EXPR_NAME) return w->lookup(w->context, expr);
    if (expr->kind == PBR_EXPR_CALL) return call(w, expr);
    const pbr_value *a = work_out(w, expr->kids[0]);
    const pbr_value *b = expr->kids_count > 1 ? work_out(w, expr->kids[1]) : a;
    if (expr->kind == PBR_EXPR_NEGATE) {
        b = a;
        a = pbr_value_int(w->pool, 0);
    }
    if (a->kind == PBR_VALUE_NONE || b->kind == PBR_VALUE_NONE) return pbr_value_none();
    pbr_expr_kind kind = expr->kind == PBR_EXPR_NEGATE ? PBR_EXPR_SUBTRACT : expr->kind;
    if (kind >= PBR_EXPR_LESS) return comparison(w, kind, a, b);
    if (!is_number(a) || !is_number(b)) return pbr_value_none();
    if (a->kind == PBR_VALUE_EXACT && b->kind == PBR_VALUE_EXACT) return exact_pair(w, kind, a, b);
    return real_pair(w, kind, pbr_value_number(a), pbr_value_number(b));
}

const pbr_value *pbr_expr_value(const pbr_expr *expr, pbr_pool *pool, pbr_expr_lookup *lookup,
                                const void *context)
{
    struct worker worker = {pool, lookup, context};
    return work_out(&worker, expr);
}

/* --- writing --- */

struct scribe {
    pbr_arena *arena;
    pbr_expr_writer *write;
    void *context;
    bool cells; /* a spreadsheet's formula, rather than words */
};

/* How tightly an operator binds: what is looser inside gets brackets. */
static int tightness(const pbr_expr *expr)
{
    switch (expr->kind) {
    case PBR_EXPR_NAME:
    case PBR_EXPR_CALL:
        return 4;
    case PBR_EXPR_NEGATE:
        return 3;
    case PBR_EXPR_MULTIPLY:
    case PBR_EXPR_DIVIDE:
        return 2;
    case PBR_EXPR_ADD:
    case PBR_EXPR_SUBTRACT:
        return 1;
    default:
        return 0;
    }
}

static const struct {
    const char *cells, *words, *operation;
} OPERATORS[] = {
    [PBR_EXPR_NEGATE] = {"-", "−", "negate"},       [PBR_EXPR_ADD] = {"+", " + ", "add"},
    [PBR_EXPR_SUBTRACT] = {"-", " − ", "subtract"}, [PBR_EXPR_MULTIPLY] = {"*", " × ", "multiply"},
    [PBR_EXPR_DIVIDE] = {"/", " ÷ ", "divide"},
};

static const char *write_out(struct scribe *s, const pbr_expr *expr);

/* The right side of "-" and "/" needs brackets also where it binds as tightly; words need them
 * around a function, whose end they do not show. */
static const char *write_side(struct scribe *s, const pbr_expr *side, int outer, bool right)
{
    const char *text = write_out(s, side);
    int inner = tightness(side);
    bool open_ended = !s->cells && side->kind == PBR_EXPR_CALL;
    bool bracket = inner < outer || (right && inner == outer) || open_ended;
    return bracket ? pbr_arena_printf(s->arena, "(%s)", text) : text;
}

static const char *write_comparison(struct scribe *s, const pbr_expr *expr)
{
    size_t i = 0;
    while (COMPARISONS[i].kind != expr->kind) i++;
    return pbr_arena_printf(s->arena, s->cells ? "%s%s%s" : "%s %s %s", write_out(s, expr->kids[0]),
                            s->cells ? COMPARISONS[i].sign : COMPARISONS[i].words,
                            write_out(s, expr->kids[1]));
}

/* In words nothing but brackets says where an argument ends. */
static const char *write_argument(struct scribe *s, const pbr_expr *argument)
{
    const char *text = write_out(s, argument);
    bool bracket = !s->cells && argument->kind != PBR_EXPR_NAME && argument->kind < PBR_EXPR_LESS;
    return bracket ? pbr_arena_printf(s->arena, "(%s)", text) : text;
}

static const char *write_list(struct scribe *s, const pbr_expr *call_of)
{
    const char *list = "";
    for (size_t i = 0; i < call_of->kids_count; i++) {
        const char *comma = i == 0                        ? ""
                            : s->cells                    ? ","
                            : i + 1 < call_of->kids_count ? ", "
                                                          : " and ";
        list =
            pbr_arena_printf(s->arena, "%s%s%s", list, comma, write_argument(s, call_of->kids[i]));
    }
    return list;
}

/* Fills the pattern of a function: $1, $* and {constant}. */
static const char *write_call(struct scribe *s, const pbr_expr *expr)
{
    const char *text = "";
    const char *at = s->cells ? expr->function->cells : expr->function->words;
    while (*at) {
        size_t plain = strcspn(at, "${");
        text = pbr_arena_printf(s->arena, "%s%.*s", text, (int)plain, at);
        at += plain;
        if (!*at) break;
        const char *part;
        if (*at == '{') {
            size_t length = strcspn(at, "}") - 1;
            part = s->write(s->context, pbr_arena_text(s->arena, at + 1, length));
            at += length + 2;
        } else {
            size_t index = (size_t)(at[1] - '1');
            part = at[1] == '*' ? write_list(s, expr) : write_argument(s, expr->kids[index]);
            at += 2;
        }
        text = pbr_arena_printf(s->arena, "%s%s", text, part);
    }
    return text;
}

static const char *write_out(struct scribe *s, const pbr_expr *expr)
{
    if (expr->kind == PBR_EXPR_NAME) return s->write(s->context, expr->name);
    if (expr->kind == PBR_EXPR_CALL) return write_call(s, expr);
    if (expr->kind >= PBR_EXPR_LESS) return write_comparison(s, expr);
    int outer = tightness(expr);
    const char *sign = s->cells ? OPERATORS[expr->kind].cells : OPERATORS[expr->kind].words;
    if (expr->kind == PBR_EXPR_NEGATE)
        return pbr_arena_printf(s->arena, "%s%s", sign, write_side(s, expr->kids[0], outer, true));
    bool swaps = expr->kind == PBR_EXPR_ADD || expr->kind == PBR_EXPR_MULTIPLY;
    return pbr_arena_printf(s->arena, "%s%s%s", write_side(s, expr->kids[0], outer, false), sign,
                            write_side(s, expr->kids[1], outer, !swaps));
}

const char *pbr_expr_cells(const pbr_expr *expr, pbr_arena *arena, pbr_expr_writer *write,
                           void *context)
{
    struct scribe scribe = {arena, write, context, true};
    return write_out(&scribe, expr);
}

const char *pbr_expr_words(const pbr_expr *expr, pbr_arena *arena, pbr_expr_writer *write,
                           void *context)
{
    struct scribe scribe = {arena, write, context, false};
    return write_out(&scribe, expr);
}

void pbr_expr_resolve(pbr_expr *expr, size_t (*number)(const void *context, const char *name),
                      const void *context)
{
    if (expr->kind == PBR_EXPR_NAME) expr->number = number(context, expr->name);
    for (size_t i = 0; i < expr->kids_count; i++) pbr_expr_resolve(expr->kids[i], number, context);
}

void pbr_expr_names(const pbr_expr *expr, void (*visit)(void *context, const pbr_expr *name),
                    void *context)
{
    if (expr->kind == PBR_EXPR_NAME) visit(context, expr);
    for (size_t i = 0; i < expr->kids_count; i++) pbr_expr_names(expr->kids[i], visit, context);
}

const char *pbr_expr_operation(const pbr_expr *expr)
{
    if (expr->kind == PBR_EXPR_NAME) return "name";
    if (expr->kind == PBR_EXPR_CALL) return expr->function->name;
    for (size_t i = 0; i < COMPARISONS_COUNT; i++)
        if (COMPARISONS[i].kind == expr->kind) return COMPARISONS[i].operation;
    return OPERATORS[expr->kind].operation;
}
