/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/ratio.h"

#include <inttypes.h>

static void set(mpq_t out, const char *text)
{
    assert_true(pbr_decimal_parse(out, text, strlen(text), 20));
}

/* Worked by hand: each value to whole numbers by half-even, half-up and towards zero. */
static void ties_round_as_each_mode_says(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        long even, up, zero;
    } cases[] = {
        {"0", 0, 0, 0},         {"0.5", 0, 1, 0},        {"1.5", 2, 2, 1},
        {"2.5", 2, 3, 2},       {"3.5", 4, 4, 3},        {"-0.5", 0, -1, 0},
        {"-1.5", -2, -2, -1},   {"-2.5", -2, -3, -2},    {"-3.5", -4, -4, -3},
        {"0.4999", 0, 0, 0},    {"0.5001", 1, 1, 0},     {"-0.4999", 0, 0, 0},
        {"-0.5001", -1, -1, 0}, {"2.5001", 3, 3, 2},     {"-2.5001", -3, -3, -2},
        {"2.4999", 2, 2, 2},    {"-2.4999", -2, -2, -2}, {"7", 7, 7, 7},
        {"-7", -7, -7, -7},     {"0.9999", 1, 1, 0},     {"-0.9999", -1, -1, 0},
        {"10.5", 10, 11, 10},   {"11.5", 12, 12, 11},    {"-10.5", -10, -11, -10},
    };
    mpq_t value;
    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        const long wanted[3] = {cases[i].even, cases[i].up, cases[i].zero};
        for (int mode = PBR_HALF_EVEN; mode <= PBR_FLOOR; mode++) {
            set(value, cases[i].value);
            pbr_ratio_round(value, 0, (pbr_rounding)mode);
            assert_ratio(value, wanted[mode], 1);
        }
    }
    mpq_clear(value);
}

/* The same ties one and two places to the right: 1.005 is a tie here, as it is not in binary. */
static void ties_stand_at_every_place(void **state)
{
    (void)state;
    mpq_t value;
    mpq_init(value);
    set(value, "1.005");
    pbr_ratio_round(value, 2, PBR_HALF_EVEN);
    assert_ratio(value, 100, 100);
    set(value, "1.005");
    pbr_ratio_round(value, 2, PBR_HALF_UP);
    assert_ratio(value, 101, 100);
    set(value, "-1.015");
    pbr_ratio_round(value, 2, PBR_HALF_EVEN);
    assert_ratio(value, -102, 100);
    set(value, "-1.015");
    pbr_ratio_round(value, 2, PBR_FLOOR);
    assert_ratio(value, -101, 100);
    mpq_clear(value);
}

static void random_ratios_meet_integer_arithmetic(void **state)
{
    (void)state;
    enum { CASES = 100000 };
    uint64_t seed = 20150201;
    mpq_t value;
    mpq_init(value);
    for (int i = 0; i < CASES; i++) {
        int64_t numerator = between(&seed, -9999999, 9999999);
        int64_t denominator = below(&seed, 3) ? between(&seed, 1, 999) : 2 * between(&seed, 1, 50);
        int places = (int)below(&seed, 5);
        pbr_rounding mode = (pbr_rounding)below(&seed, 3);
        int64_t power = 1, pence;
        for (int k = 0; k < places; k++) power *= 10;
        pbr_ratio_set(value, numerator, denominator);
        assert_true(pbr_ratio_pence(&pence, value, mode));
        assert_int_equal(pence, rounded((__int128)numerator * 100, denominator, mode));
        pbr_ratio_round(value, places, mode);
        assert_ratio(value, rounded((__int128)numerator * power, denominator, mode),
                     (unsigned long)power);
    }
    mpq_clear(value);
}

/* Text by printf of whole and fraction, from the integer above. */
static void random_texts_meet_integer_arithmetic(void **state)
{
    (void)state;
    enum { CASES = 20000, MILLION = 1000000 };
    uint64_t seed = 41;
    mpq_t value, back;
    mpq_inits(value, back, NULL);
    for (int i = 0; i < CASES; i++) {
        char text[PBR_RATIO_TEXT], wanted[64];
        int64_t numerator = between(&seed, -99999999, 99999999);
        int64_t denominator = between(&seed, 1, 9999);
        int64_t six = rounded((__int128)numerator * MILLION, denominator, PBR_HALF_EVEN);
        int64_t size = six < 0 ? -six : six;
        pbr_ratio_set(value, numerator, denominator);
        snprintf(wanted, sizeof wanted, "%s%" PRId64 ".%06" PRId64, six < 0 ? "-" : "",
                 size / MILLION, size % MILLION);
        assert_string_equal(pbr_ratio_text(text, value, 6), wanted);
        assert_true(pbr_decimal_parse(back, text, strlen(text), 6));
        pbr_ratio_round(value, 6, PBR_HALF_EVEN);
        assert_true(mpq_equal(back, value));
    }
    mpq_clears(value, back, NULL);
}

static void decimals_come_back_as_they_were(void **state)
{
    (void)state;
    enum { CASES = 20000 };
    uint64_t seed = 5;
    mpq_t value, back;
    mpq_inits(value, back, NULL);
    for (int i = 0; i < CASES; i++) {
        char text[PBR_RATIO_TEXT], again[PBR_RATIO_TEXT];
        int places = (int)below(&seed, 13);
        pbr_ratio_set(value, between(&seed, -INT64_C(4000000000000000), INT64_C(4000000000000000)),
                      1);
        for (int k = 0; k < places; k++) mpq_div_2exp(value, value, 1);
        pbr_ratio_round(value, 12, PBR_HALF_EVEN);
        pbr_decimal_text(text, value, 12);
        assert_true(pbr_decimal_parse(back, text, strlen(text), 12));
        assert_true(mpq_equal(back, value));
        assert_string_equal(pbr_decimal_text(again, back, 20), text);
        assert_true(!strchr(text, '.') || text[strlen(text) - 1] != '0');
    }
    mpq_clears(value, back, NULL);
}

static void texts_are_as_short_or_as_long_as_asked(void **state)
{
    (void)state;
    static const struct {
        const char *value;
        int places;
        const char *fixed, *shortest;
    } cases[] = {
        {"0", 0, "0", "0"},
        {"0", 3, "0.000", "0"},
        {"-0.4", 0, "0", "0"},
        {"-0.6", 0, "-1", "-1"},
        {"12.5", 2, "12.50", "12.5"},
        {"-0.05", 2, "-0.05", "-0.05"},
        {"100", 2, "100.00", "100"},
        {"0.001", 10, "0.0010000000", "0.001"},
        {"-12.125", 2, "-12.12", "-12.12"},
        {"999.995", 2, "1000.00", "1000"},
    };
    char text[PBR_RATIO_TEXT];
    mpq_t value;
    mpq_init(value);
    for (size_t i = 0; i < COUNT(cases); i++) {
        set(value, cases[i].value);
        assert_string_equal(pbr_ratio_text(text, value, cases[i].places), cases[i].fixed);
        assert_string_equal(pbr_decimal_text(text, value, cases[i].places), cases[i].shortest);
    }
    mpq_clear(value);
}

static void a_ratio_too_long_for_its_text_says_so(void **state)
{
    (void)state;
    char text[PBR_RATIO_TEXT];
    mpq_t value;
    mpq_init(value);
    mpz_ui_pow_ui(mpq_numref(value), 10, 200);
    assert_string_equal(pbr_ratio_text(text, value, 2), "out-of-range");
    assert_string_equal(pbr_decimal_text(text, value, 2), "out-of-range");
    mpz_ui_pow_ui(mpq_numref(value), 10, 88);
    assert_int_equal(strlen(pbr_ratio_text(text, value, 2)), 92);
    mpq_clear(value);
}

static void only_plain_decimals_are_read(void **state)
{
    (void)state;
    static const char *const bad[] = {
        "",          "-",
        ".",         "-.",
        ".5",        "5.",
        "-.5",       "1e3",
        "1,000",     "+1",
        " 1",        "1 ",
        "1.2.3",     "--1",
        "0x10",      "1.2345",
        "NaN",       "inf",
        "1_000",     "1-",
        "\302\2431", "1234567890123456789012345678901",
    };
    mpq_t value;
    mpq_init(value);
    mpq_set_si(value, 7, 3);
    for (size_t i = 0; i < COUNT(bad); i++)
        if (pbr_decimal_parse(value, bad[i], strlen(bad[i]), 3))
            fail_msg("\"%s\" was read", bad[i]);
    assert_ratio(value, 7, 3);
    assert_true(pbr_decimal_parse(value, "-0012.500xyz", 8, 3));
    assert_ratio(value, -25, 2);
    assert_true(pbr_decimal_parse(value, "-0", 2, 0));
    assert_ratio(value, 0, 1);
    assert_false(pbr_decimal_parse(value, "1.0", 3, 0));
    assert_true(pbr_decimal_parse(value, "123456789012345678901234567890", 30, 0));
    mpq_clear(value);
}

static void amounts_must_fit_in_63_bits(void **state)
{
    (void)state;
    int64_t pence = 7;
    mpq_t pounds;
    mpq_init(pounds);
    set(pounds, "92233720368547758.07");
    assert_true(pbr_ratio_pence(&pence, pounds, PBR_HALF_EVEN));
    assert_true(pence == INT64_MAX);
    set(pounds, "92233720368547758.074");
    assert_true(pbr_ratio_pence(&pence, pounds, PBR_HALF_EVEN));
    set(pounds, "92233720368547758.075");
    assert_false(pbr_ratio_pence(&pence, pounds, PBR_HALF_EVEN));
    assert_true(pence == INT64_MAX);
    set(pounds, "-92233720368547758.09");
    assert_false(pbr_ratio_pence(&pence, pounds, PBR_HALF_EVEN));
    mpq_clear(pounds);
}

static void sums_of_money_do_not_wrap(void **state)
{
    (void)state;
    int64_t sum = INT64_MAX - 1;
    assert_true(pbr_pence_add(&sum, 1));
    assert_false(pbr_pence_add(&sum, 1));
    assert_true(sum == INT64_MAX);
    sum = INT64_MIN + 1;
    assert_true(pbr_pence_add(&sum, -1));
    assert_false(pbr_pence_add(&sum, -1));
    assert_true(sum == INT64_MIN);
}

static void wide_numbers_and_whole_parts(void **state)
{
    (void)state;
    mpq_t value, wanted;
    mpq_inits(value, wanted, NULL);
    __int128 wide = (__int128)INT64_MAX * 1000003;
    pbr_ratio_set_wide(value, -wide);
    pbr_ratio_set(wanted, INT64_MAX, 1);
    mpz_mul_si(mpq_numref(wanted), mpq_numref(wanted), -1000003);
    assert_true(mpq_equal(value, wanted));
    pbr_ratio_set(value, -7, 2);
    assert_int_equal(pbr_ratio_floor(value), -3);
    pbr_ratio_set(value, 7, 2);
    assert_int_equal(pbr_ratio_floor(value), 3);
    pbr_ratio_set(value, INT64_MIN, 4);
    assert_true(pbr_ratio_floor(value) == INT64_MIN / 4);
    mpq_clears(value, wanted, NULL);
}

static void pounds_are_written_for_people(void **state)
{
    (void)state;
    static const struct {
        int64_t pence;
        const char *text;
    } cases[] = {
        {0, "0.00"},
        {5, "0.05"},
        {-5, "-0.05"},
        {99999, "999.99"},
        {100000, "1,000.00"},
        {-123456789, "-1,234,567.89"},
        {INT64_MAX, "92,233,720,368,547,758.07"},
        {INT64_MIN, "-92,233,720,368,547,758.08"},
    };
    char text[PBR_RATIO_TEXT];
    for (size_t i = 0; i < COUNT(cases); i++)
        assert_string_equal(pbr_pounds_text(text, cases[i].pence), cases[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(ties_round_as_each_mode_says),
        cmocka_unit_test(ties_stand_at_every_place),
        cmocka_unit_test(random_ratios_meet_integer_arithmetic),
        cmocka_unit_test(random_texts_meet_integer_arithmetic),
        cmocka_unit_test(decimals_come_back_as_they_were),
        cmocka_unit_test(texts_are_as_short_or_as_long_as_asked),
        cmocka_unit_test(a_ratio_too_long_for_its_text_says_so),
        cmocka_unit_test(only_plain_decimals_are_read),
        cmocka_unit_test(amounts_must_fit_in_63_bits),
        cmocka_unit_test(sums_of_money_do_not_wrap),
        cmocka_unit_test(wide_numbers_and_whole_parts),
        cmocka_unit_test(pounds_are_written_for_people),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
