/* SPDX-License-Identifier: GPL-3.0-or-later */
/* Amounts in bins: nothing is lost, order does not matter, quantiles are as near as a bin is wide.
 */
#include "support.h"

#include "whatif/spread.h"

#include <math.h>

enum { AMOUNTS = 3000, ROUNDS = 60 };

static int64_t any_amount(uint64_t *random, int kind)
{
    if (kind == 0) return between(random, -3, 3);
    if (kind == 1) return below(random, 3) ? 0 : between(random, -5000000, 90000000);
    if (kind == 2) return between(random, 1000000000, 1000000400);
    if (kind == 3) return -between(random, 0, INT64_C(1) << (int)between(random, 1, 40));
    return between(random, -INT64_C(4000000000000), INT64_C(4000000000000));
}

static int by_size(const void *left, const void *right)
{
    int64_t a = *(const int64_t *)left, b = *(const int64_t *)right;
    return a < b ? -1 : a > b;
}

static void check_bins(const pbr_spreading *s, const int64_t *sorted)
{
    int64_t bins[PBR_SPREAD_TOLD], width, seen = 0;
    pbr_spread spread;
    pbr_spreading_tell(s, bins, &spread);
    width = spread.width_pence;
    assert_true(spread.count >= 1 && spread.count <= PBR_SPREAD_TOLD);
    assert_true(width == 1 || sorted[AMOUNTS - 1] / (width / 2) - sorted[0] / (width / 2) >=
                                  PBR_SPREAD_TOLD - 2); /* no wider than it takes */
    assert_true(s->shift == 0 || sorted[AMOUNTS - 1] / (INT64_C(1) << (s->shift - 1)) -
                                         sorted[0] / (INT64_C(1) << (s->shift - 1)) >=
                                     PBR_SPREAD_BINS - 2);
    for (size_t b = 0; b < spread.count; b++) {
        int64_t low = (spread.first + (int64_t)b) * width, held = 0;
        for (int i = 0; i < AMOUNTS; i++) held += sorted[i] >= low && sorted[i] - low < width;
        assert_int_equal(spread.bins[b], held);
        seen += held;
    }
    assert_int_equal(seen, AMOUNTS);
}

static void check_figures(const pbr_spreading *s, const int64_t *sorted)
{
    long double sum = 0, squares = 0, above = 0;
    for (int i = 0; i < AMOUNTS; i++) sum += (long double)sorted[i];
    for (int i = 0; i < AMOUNTS; i++) above += sorted[i] > 0 ? (long double)sorted[i] : 0;
    long double mean = sum / AMOUNTS;
    for (int i = 0; i < AMOUNTS; i++) squares += (sorted[i] - mean) * (sorted[i] - mean);
    long double sd = sqrtl(squares / (AMOUNTS - 1));
    assert_true(fabsl(pbr_spreading_mean(s) - mean) <= 1e-12L * (fabsl(mean) + sd));
    assert_true(fabsl(pbr_spreading_mean_above(s) - above / AMOUNTS) <= 1e-12L * above);
    assert_true(fabsl(pbr_spreading_sd(s) - sd) <= 1e-12L * sd);
    assert_int_equal(s->least, sorted[0]);
    assert_int_equal(s->most, sorted[AMOUNTS - 1]);
    for (int q = 1; q < 100; q++) {
        int64_t true_one = sorted[(q * AMOUNTS + 99) / 100 - 1];
        double told = pbr_spreading_quantile(s, q / 100.0);
        assert_true(told <= (double)true_one);
        assert_true((double)true_one - told < ldexp(1, (int)s->shift));
    }
}

static void check_round(uint64_t *random, int kind)
{
    static int64_t amounts[AMOUNTS];
    pbr_spreading whole = {0}, parts[3] = {{0}}, merged = {0};
    for (int i = 0; i < AMOUNTS; i++) {
        amounts[i] = any_amount(random, kind);
        pbr_spreading_add(&whole, amounts[i]);
        pbr_spreading_add(&parts[below(random, 3)], amounts[i]);
    }
    for (int i = 2; i >= 0; i--) pbr_spreading_merge(&merged, &parts[i]);
    assert_memory_equal(&merged, &whole, sizeof whole);
    qsort(amounts, AMOUNTS, sizeof *amounts, by_size);
    pbr_spreading backwards = {0};
    for (int i = AMOUNTS; i-- > 0;) pbr_spreading_add(&backwards, amounts[i]);
    assert_memory_equal(&backwards, &whole, sizeof whole);
    check_bins(&whole, amounts);
    check_figures(&whole, amounts);
}

static void test_amounts_of_any_size(void **state)
{
    (void)state;
    uint64_t random = 5;
    for (int i = 0; i < ROUNDS; i++) check_round(&random, i % 5);
}

static void test_ends_of_63_bits(void **state)
{
    (void)state;
    pbr_spreading s = {0};
    pbr_spreading_add(&s, INT64_MAX);
    pbr_spreading_add(&s, INT64_MIN);
    pbr_spreading_add(&s, 0);
    assert_false(s.too_large);
    assert_true(pbr_spreading_quantile(&s, 0.5) <= 0);
    for (int i = 0; i < 4; i++) pbr_spreading_add(&s, INT64_MIN);
    assert_true(s.too_large); /* squares beyond 127 bits are told, not wrapped */
}

static void test_one_amount(void **state)
{
    (void)state;
    pbr_spreading s = {0};
    for (int i = 0; i < 10; i++) pbr_spreading_add(&s, -12345);
    assert_true(pbr_spreading_mean(&s) == -12345);
    assert_true(pbr_spreading_sd(&s) == 0);
    assert_true(pbr_spreading_quantile(&s, 0.01) == -12345);
    assert_int_equal(s.deducted, 10);
    assert_int_equal(s.paid, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_amounts_of_any_size),
        cmocka_unit_test(test_ends_of_63_bits),
        cmocka_unit_test(test_one_amount),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
