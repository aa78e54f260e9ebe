/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "derive/spreadsheet.h"

#include "base/must.h"
#include "derive/functions.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* How far floating point may stand from the exact value: rates by the last digits that matter to
 * nobody; amounts before rounding by far less than the decimals that are kept of a penny. */
static const double RATE_TOLERANCE = 1e-12, UNITS_TOLERANCE = 1e-9, PENCE_TOLERANCE = 1e-5;

/* A cell as a spreadsheet has it. */
struct cell {
    pbr_value_kind kind; /* none: blank; never exact */
    double number;
    const char *word;
};

struct sheet {
    const pbr_workings *all;
    size_t stages_count;
    const struct cell *cells; /* of the row */
    int lean;
};

static const struct cell BLANK = {.kind = PBR_VALUE_NONE};

static struct cell cell_of(const pbr_value *value)
{
    if (value->kind == PBR_VALUE_EXACT)
        return (struct cell){PBR_VALUE_REAL, pbr_ratio_double(value->exact), NULL};
    return (struct cell){value->kind, value->real, value->word};
}

static struct cell number_cell(double number)
{
    return (struct cell){PBR_VALUE_REAL, number, NULL};
}

static struct cell work_out(const struct sheet *s, const pbr_expr *expr);

static struct cell call(const struct sheet *s, const pbr_expr *expr)
{
    double numbers[PBR_EXPR_KIDS];
    if (expr->function->lazy) {
        struct cell truth = work_out(s, expr->kids[0]);
        if (truth.kind != PBR_VALUE_REAL) return BLANK;
        return work_out(s, expr->kids[truth.number != 0 ? 1 : 2]);
    }
    for (size_t i = 0; i < expr->kids_count; i++) {
        struct cell argument = work_out(s, expr->kids[i]);
        if (argument.kind != PBR_VALUE_REAL) return BLANK;
        numbers[i] = argument.number;
    }
    return number_cell(expr->function->floating(numbers, expr->kids_count, s->lean));
}

static int word_order(struct cell a, struct cell b)
{
    pbr_must(a.word && b.word);
    return strcmp(a.word, b.word);
}

static struct cell comparison(pbr_expr_kind kind, struct cell a, struct cell b)
{
    int order =
        a.kind == PBR_VALUE_WORD ? word_order(a, b) : (a.number > b.number) - (a.number < b.number);
    return number_cell(pbr_expr_holds(kind, order));
}

static struct cell arithmetic(pbr_expr_kind kind, double a, double b)
{
    switch (kind) {
    case PBR_EXPR_ADD:
        return number_cell(a + b);
    case PBR_EXPR_SUBTRACT:
        return number_cell(a - b);
    case PBR_EXPR_MULTIPLY:
        return number_cell(a * b);
    default:
        return b == 0 ? BLANK : number_cell(a / b);
    }
}

static struct cell work_out(const struct sheet *s, const pbr_expr *expr)
{
    if (expr->kind == PBR_EXPR_NAME)
        return expr->number < s->stages_count
                   ? s->cells[expr->number]
                   : cell_of(s->all->constants[expr->number - s->stages_count]);
    if (expr->kind == PBR_EXPR_CALL) return call(s, expr);
    struct cell a = work_out(s, expr->kids[0]);
    if (expr->kind == PBR_EXPR_NEGATE)
        return a.kind == PBR_VALUE_REAL ? number_cell(-a.number) : BLANK;
    struct cell b = work_out(s, expr->kids[1]);
    if (a.kind == PBR_VALUE_NONE || a.kind != b.kind) return BLANK;
    if (expr->kind >= PBR_EXPR_LESS) return comparison(expr->kind, a, b);
    return a.kind == PBR_VALUE_REAL ? arithmetic(expr->kind, a.number, b.number) : BLANK;
}

static double tolerance(pbr_unit unit, double number)
{
    switch (unit) {
    case PBR_UNIT_PENCE:
    case PBR_UNIT_COUNT:
        return 0;
    case PBR_UNIT_EXACT_PENCE:
        return PENCE_TOLERANCE;
    case PBR_UNIT_EVENTS:
        return UNITS_TOLERANCE * fmax(1, fabs(number));
    default:
        return RATE_TOLERANCE * fmax(1, fabs(number));
    }
}

static bool same(struct cell worked, struct cell wanted, pbr_unit unit)
{
    if (worked.kind != wanted.kind) return false;
    if (worked.kind == PBR_VALUE_WORD) return word_order(worked, wanted) == 0;
    return fabs(worked.number - wanted.number) <= tolerance(unit, wanted.number);
}

/* A tie may go either way: the formula holds only where that does not matter. */
static pbr_floating judge(struct sheet *s, const pbr_stage *stage, struct cell wanted,
                          struct cell *worked)
{
    for (s->lean = -1; s->lean <= 1; s->lean++) {
        struct cell found = work_out(s, stage->formula);
        if (found.kind == PBR_VALUE_NONE) return PBR_FLOATING_BLANK;
        if (!same(found, wanted, stage->unit)) return PBR_FLOATING_DIFFERS;
        if (s->lean == 0) *worked = found;
    }
    return PBR_FLOATING_SAME;
}

/* What is not recalculated stands in its cell as the engine has it. */
pbr_floating *pbr_spreadsheet_row(const pbr_workings *all, const pbr_working *working,
                                  const pbr_working_row *row)
{
    size_t count = working->stages_count;
    struct cell *cells = pbr_alloc(count + 1, sizeof *cells);
    struct sheet sheet = {.all = all, .stages_count = count, .cells = cells};
    pbr_floating *found = pbr_arena_alloc(all->arena, (count + 1) * sizeof *found);
    for (size_t i = 0; i < count; i++) {
        const pbr_stage *stage = &working->stages[i];
        struct cell own = cell_of(row->values[i]);
        cells[i] = own;
        if (stage->formula) found[i] = judge(&sheet, stage, own, &cells[i]);
        if (found[i] != PBR_FLOATING_SAME) cells[i] = own;
    }
    free(cells);
    return found;
}
