/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Numbers as text against printf's. */
#include "support.h"

#include "base/digits.h"

#include <inttypes.h>
#include <math.h>

static void check_double(double value)
{
    char wanted[PBR_DIGITS_TEXT], text[PBR_DIGITS_TEXT + 1];
    int length = snprintf(wanted, sizeof wanted, "%.16G", value);
    text[pbr_double_digits(text, value)] = '\0';
    assert_string_equal(text, wanted);
    assert_int_equal(strlen(text), length);
}

static void check_both_signs(double value)
{
    check_double(value);
    check_double(-value);
}

static void doubles_are_written_as_printf_does(void **state)
{
    (void)state;
    static const double odd[] = {
        0,      0.1,  9.95,    9.995,     0.5,     2.5e-4,       4194304.5, 1e-4,
        9.9e-5, 1e15, 1e16,    123456.78, 5e-324,  1e308,        1e100,     INFINITY,
        NAN,    1e14, 1.0 / 3, 2e15 / 3,  0x1p-13, 0x1p52 + 0.5, 0x1.8p-13, 1099511627776.125};
    for (size_t i = 0; i < COUNT(odd); i++) check_both_signs(odd[i]);
}

/* A double beside a power of ten has one digit more or less than its neighbour. */
static void powers_of_ten_and_their_neighbours(void **state)
{
    (void)state;
    for (int power = -6; power <= 17; power++) {
        double above = pow(10, power), under = above;
        for (int step = 0; step < 20; step++) {
            check_both_signs(above);
            check_both_signs(under);
            above = nextafter(above, INFINITY);
            under = nextafter(under, 0);
        }
    }
}

static void any_doubles(void **state)
{
    (void)state;
    uint64_t seed = 16;
    for (int round = 0; round < 100000; round++) {
        uint64_t bits = next_random(&seed);
        double value;
        memcpy(&value, &bits, sizeof value);
        check_double(value);
        check_double((double)(int64_t)(bits >> below(&seed, 64)) / 100);
        check_double((double)(bits >> 20) / (double)between(&seed, 1, 1000000));
        check_double(ldexp((double)(bits >> 11), -(int)below(&seed, 70))); /* with ties */
        check_double((double)below(&seed, 100000) / 1e4);
        check_double(ldexp((double)below(&seed, 2000), -12));
    }
}

static void whole_numbers(void **state)
{
    (void)state;
    char wanted[PBR_DIGITS_TEXT], text[PBR_DIGITS_TEXT + 1];
    uint64_t value = 1, near[] = {0, UINT64_MAX};
    for (int power = 0; power < 20; power++, value *= 10)
        for (uint64_t k = 0; k < 4; k++) {
            uint64_t number = k < 2 ? near[k] : value - (k == 3);
            snprintf(wanted, sizeof wanted, "%" PRIu64, number);
            text[pbr_whole_digits(text, number)] = '\0';
            assert_string_equal(text, wanted);
        }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(doubles_are_written_as_printf_does),
                                       cmocka_unit_test(powers_of_ten_and_their_neighbours),
                                       cmocka_unit_test(any_doubles),
                                       cmocka_unit_test(whole_numbers)};
    return cmocka_run_group_tests(tests, NULL, NULL);
}
