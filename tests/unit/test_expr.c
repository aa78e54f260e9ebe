/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Formulas told as text: worked out, written as cells, told in words. */
#include "support.h"

#include "derive/functions.h"

#include <math.h>

struct named {
    const char *name, *number, *word;
};

static const struct named NAMES[] = {
    {"persons", "785", NULL}, {"events", "402", NULL}, {"price", "12.50", NULL},
    {"debt", "-250", NULL},   {"none", NULL, NULL},    {"verdict", NULL, "better"},
    {"tie", "2.5", NULL},     {"level", "0.95", NULL}, {"places", "2", NULL},
};

struct desk {
    pbr_arena *arena;
    pbr_pool *pool;
};

static const pbr_value *look_up(const void *context, const pbr_expr *name)
{
    const struct desk *desk = context;
    mpq_t number;
    for (size_t i = 0; i < COUNT(NAMES); i++) {
        if (strcmp(NAMES[i].name, name->name) != 0) continue;
        if (!NAMES[i].number) return pbr_value_word(desk->pool, NAMES[i].word);
        mpq_init(number);
        assert_true(pbr_decimal_parse(number, NAMES[i].number, strlen(NAMES[i].number), 10));
        const pbr_value *value = pbr_value_exact(desk->pool, number);
        mpq_clear(number);
        return value;
    }
    size_t constant = pbr_constant_named(name->name);
    assert_true(constant < pbr_constants_count);
    return pbr_constant_value(desk->pool, constant);
}

static const char *as_name(void *context, const char *name)
{
    (void)context;
    return name;
}

static struct desk open_desk(void)
{
    return (struct desk){pbr_arena_new(), pbr_pool_new()};
}

static void close_desk(struct desk *desk)
{
    pbr_pool_free(desk->pool);
    pbr_arena_free(desk->arena);
}

/* Exact answers, worked by hand. */
static void formulas_are_worked_out_exactly(void **state)
{
    (void)state;
    static const struct {
        const char *formula;
        long top, bottom;
    } cases[] = {
        {"events * hundred / persons", 40200, 785},
        {"events - persons - debt", -133, 1},
        {"events - (persons - debt)", -633, 1},
        {"persons / two / two", 785, 4},
        {"persons / (two / two)", 785, 1},
        {"one + two * hundred", 201, 1},
        {"-debt * two", 500, 1},
        {"one - -debt", -249, 1},
        {"min(persons, events) + max(persons, debt)", 1187, 1},
        {"if(verdict = better, one, two)", 1, 1},
        {"if(verdict <> better, one, two)", 2, 1},
        {"if(events < persons, price, none)", 25, 2},
        {"if(and(events < persons, debt >= zero), one, two)", 2, 1},
        {"if(or(events < persons, debt >= zero), one, two)", 1, 1},
        {"half_even(tie)", 2, 1},
        {"half_up(tie)", 3, 1},
        {"floor(-tie)", -2, 1},
        {"round(one / four - two / hundred / two, places)", 24, 100},
        {"steady(tie, places)", 5, 2},
        {"sum(one, two, four)", 7, 1},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk desk = open_desk();
        const pbr_expr *expr = pbr_expr_parse(desk.arena, cases[i].formula);
        const pbr_value *value = pbr_expr_value(expr, desk.pool, look_up, &desk);
        assert_int_equal(value->kind, PBR_VALUE_EXACT);
        if (mpq_cmp_si(value->exact, cases[i].top, (unsigned long)cases[i].bottom) != 0)
            fail_msg("%s", cases[i].formula);
        close_desk(&desk);
    }
}

/* The 97.5% point of the standard normal; the median of a symmetric beta. */
static void statistics_are_floating_point(void **state)
{
    (void)state;
    static const struct {
        const char *formula;
        double value;
    } cases[] = {
        {"normsinv(one - (one - level) / two)", 1.959963984540054},
        {"betainv(half, two, two)", 0.5},
        {"sqrt(four + half * half)", 2.0615528128088303},
        {"sqrt(debt)", 0},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk desk = open_desk();
        const pbr_value *value =
            pbr_expr_value(pbr_expr_parse(desk.arena, cases[i].formula), desk.pool, look_up, &desk);
        assert_int_equal(value->kind, PBR_VALUE_REAL);
        assert_true(fabs(value->real - cases[i].value) < 1e-12);
        close_desk(&desk);
    }
}

/* What rests on nothing is nothing; what is not looked at does not matter. */
static void none_goes_through(void **state)
{
    (void)state;
    static const char *const formulas[] = {"none + one", "one / zero", "max(none, one)",
                                           "if(one < zero, one, none)", "verdict * two"};
    for (size_t i = 0; i < COUNT(formulas); i++) {
        struct desk desk = open_desk();
        const pbr_value *value =
            pbr_expr_value(pbr_expr_parse(desk.arena, formulas[i]), desk.pool, look_up, &desk);
        assert_int_equal(value->kind, PBR_VALUE_NONE);
        close_desk(&desk);
    }
}

static void formulas_are_written_as_cells_and_words(void **state)
{
    (void)state;
    static const struct {
        const char *formula, *cells, *words;
    } cases[] = {
        {"events * hundred / persons", "events*hundred/persons", "events × hundred ÷ persons"},
        {"events - (persons - debt)", "events-(persons-debt)", "events − (persons − debt)"},
        {"(events + persons) * two", "(events+persons)*two", "(events + persons) × two"},
        {"events / (persons * two)", "events/(persons*two)", "events ÷ (persons × two)"},
        {"-(events - persons)", "-(events-persons)", "−(events − persons)"},
        {"if(events <= persons, one, zero)", "IF(events<=persons,one,zero)",
         "if events ≤ persons then one, otherwise zero"},
        {"half_up(tie)", "ROUND(tie,zero)", "tie rounded to whole pence, halves away from zero"},
        {"max(events, persons)", "MAX(events,persons)", "the larger of events and persons"},
        {"max(events - one, zero)", "MAX(events-one,zero)",
         "the larger of (events − one) and zero"},
        {"sqrt(events / persons) * two", "SQRT(MAX(events/persons,zero))*two",
         "(the square root of (events ÷ persons)) × two"},
    };
    for (size_t i = 0; i < COUNT(cases); i++) {
        struct desk desk = open_desk();
        const pbr_expr *expr = pbr_expr_parse(desk.arena, cases[i].formula);
        assert_string_equal(pbr_expr_cells(expr, desk.arena, as_name, NULL), cases[i].cells);
        assert_string_equal(pbr_expr_words(expr, desk.arena, as_name, NULL), cases[i].words);
        close_desk(&desk);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(formulas_are_worked_out_exactly),
        cmocka_unit_test(statistics_are_floating_point),
        cmocka_unit_test(none_goes_through),
        cmocka_unit_test(formulas_are_written_as_cells_and_words),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
