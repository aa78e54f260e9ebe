/* SPDX-License-Identifier: GPL-3.0-or-later */
/* How often people reoffend, as chances: tilted to another mean, and drawn from. */
#include "simulation_support.h"

#include "whatif/chances.h"

static void test_tilts(void **state)
{
    (void)state;
    pbr_arena *arena = pbr_arena_new();
    int64_t histogram[COUNT(LIFE) + 1] = {0};
    pbr_chances life, out;
    for (size_t i = 0; i < COUNT(LIFE); i++) histogram[i + 1] = LIFE[i];
    pbr_chances_of_histogram(&life, histogram, COUNT(histogram), arena);
    pbr_chances_of_histogram(&out, histogram, COUNT(histogram), arena);
    for (double mean = 1.001; mean < 20; mean += 0.0437) {
        assert_true(pbr_chances_reach(&life, mean));
        pbr_chances_apply(&life, pbr_chances_tilt(&life, mean, 0), &out);
        assert_near(pbr_chances_mean(&out), mean, 1e-11);
        double rest = 1; /* what is given says the same as the chances */
        for (size_t i = 0; i < out.size; i++) {
            assert_near(rest * out.given[i], out.chances[i], 1e-12);
            rest *= 1 - out.given[i];
        }
    }
    assert_false(pbr_chances_reach(&life, 1));
    assert_false(pbr_chances_reach(&life, 20));
    pbr_arena_free(arena);
}

/* Drawn value by value, numbers are as often as their chances; sums and squares belong to them. */
static void test_draws_of_counts(void **state)
{
    (void)state;
    enum { ROUNDS = 4000, PERSONS = 37 };
    pbr_arena *arena = pbr_arena_new();
    pbr_chances chances;
    pbr_chances_of_negative_binomial(&chances, 2.5, 0.8, arena);
    assert_near(pbr_chances_mean(&chances), 2.5, 1e-12);
    gsl_rng *rng = gsl_rng_alloc(gsl_rng_mt19937);
    double mean = 0, squares = 0;
    for (int i = 0; i < ROUNDS; i++) {
        int64_t histogram[2000] = {0}, persons = 0, events = 0, second = 0;
        pbr_drawn drawn = {.reoffenders = PERSONS, .histogram = histogram};
        pbr_chances_draw(&chances, rng, &drawn);
        for (int64_t k = 0; k < 2000; k++) {
            persons += histogram[k];
            events += histogram[k] * k;
            second += histogram[k] * k * k;
        }
        assert_int_equal(persons, PERSONS);
        assert_int_equal(events, drawn.reoffences);
        assert_int_equal(second, drawn.squares);
        mean += (double)events / ROUNDS;
        squares += (double)events * (double)events / ROUNDS;
    }
    double variance = PERSONS * (1.5 + 1.5 * 1.5 / 0.8); /* of the negative binomial */
    assert_near(mean, PERSONS * 2.5, SURE * sqrt(variance / ROUNDS));
    assert_near(squares - mean * mean, variance, SURE * variance * sqrt(2.2 / ROUNDS));
    gsl_rng_free(rng);
    pbr_arena_free(arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_tilts),
        cmocka_unit_test(test_draws_of_counts),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
