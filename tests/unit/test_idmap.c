/* SPDX-License-Identifier: GPL-3.0-or-later */
#include "support.h"

#include "base/idmap.h"

static uint32_t add(pbr_idmap *map, const char *text)
{
    return pbr_idmap_add(map, text, strlen(text));
}

static void numbers_follow_arrival(void **state)
{
    (void)state;
    pbr_idmap *map = pbr_idmap_new();
    assert_int_equal(pbr_idmap_count(map), 0);
    assert_int_equal(pbr_idmap_find(map, "a", 1), PBR_NO_ID);
    assert_int_equal(add(map, "zebra"), 0);
    assert_int_equal(add(map, "ant"), 1);
    assert_int_equal(add(map, "zebra"), 0);
    assert_int_equal(add(map, ""), 2);
    assert_int_equal(add(map, "antelope"), 3);
    assert_int_equal(pbr_idmap_add(map, "antelope", 3), 1);
    assert_int_equal(pbr_idmap_find(map, "antelope", 7), PBR_NO_ID);
    assert_int_equal(pbr_idmap_find(map, "", 0), 2);
    assert_int_equal(pbr_idmap_count(map), 4);
    assert_string_equal(pbr_idmap_text(map, 1), "ant");
    assert_string_equal(pbr_idmap_text(map, 2), "");
    pbr_idmap_free(map);
    pbr_idmap_free(NULL);
}

/* Ids that differ only where a weak hash would not look: lengths, heads, middles and tails. */
static void name_of(uint32_t number, char out[64])
{
    static const char *const shapes[] = {"%08u", "A%07uBC", "%u", "person-with-a-long-name-%010u-x",
                                         "%07u0000000000000000"};
    snprintf(out, 64, shapes[number % COUNT(shapes)], number);
}

static void a_million_ids(void **state)
{
    (void)state;
    enum { MILLION = 1000000 };
    char name[64];
    pbr_idmap *map = pbr_idmap_new();
    for (uint32_t i = 0; i < MILLION; i++) {
        name_of(i, name);
        assert_int_equal(add(map, name), i);
    }
    assert_int_equal(pbr_idmap_count(map), MILLION);
    for (uint32_t i = 0; i < MILLION; i++) {
        name_of(i, name);
        assert_int_equal(pbr_idmap_find(map, name, strlen(name)), i);
        assert_string_equal(pbr_idmap_text(map, i), name);
    }
    for (uint32_t i = MILLION; i < MILLION + 100000; i++) {
        name_of(i, name);
        assert_int_equal(pbr_idmap_find(map, name, strlen(name)), PBR_NO_ID);
    }
    pbr_idmap_free(map);
}

/* Strings of eight bytes that agree in all their low bits, as little-endian words: whatever the
 * hash keeps of the low bits alone, these would fall on one slot and take quadratic time. */
static void equal_low_bits(void **state)
{
    (void)state;
    enum { IDS = 65536 };
    pbr_idmap *map = pbr_idmap_new();
    for (uint32_t i = 0; i < IDS; i++) {
        char name[8] = {'s', 'a', 'm', 'e'};
        for (int k = 0; k < 4; k++) name[4 + k] = (char)('A' + (i >> (4 * k) & 15));
        assert_int_equal(pbr_idmap_add(map, name, 8), i);
        assert_int_equal(pbr_idmap_find(map, name, 8), i);
    }
    assert_int_equal(pbr_idmap_count(map), IDS);
    pbr_idmap_free(map);
}

/* Doubling happens between two adds; whatever was given before must stay. */
static void growth_keeps_every_id(void **state)
{
    (void)state;
    char name[64];
    pbr_idmap *map = pbr_idmap_new();
    for (uint32_t i = 0; i < 3000; i++) {
        name_of(i, name);
        assert_int_equal(add(map, name), i);
        for (uint32_t k = 0; k <= i; k += 61) {
            name_of(k, name);
            assert_int_equal(add(map, name), k);
        }
    }
    assert_int_equal(pbr_idmap_count(map), 3000);
    pbr_idmap_free(map);
}

static void long_strings(void **state)
{
    (void)state;
    enum { LENGTH = 100000 };
    char *text = pbr_alloc(LENGTH, 1);
    memset(text, 'q', LENGTH);
    pbr_idmap *map = pbr_idmap_new();
    assert_int_equal(pbr_idmap_add(map, text, LENGTH), 0);
    assert_int_equal(pbr_idmap_add(map, text, LENGTH - 1), 1);
    text[LENGTH / 2] = 'r';
    assert_int_equal(pbr_idmap_add(map, text, LENGTH), 2);
    assert_int_equal(strlen(pbr_idmap_text(map, 0)), LENGTH);
    pbr_idmap_free(map);
    free(text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(numbers_follow_arrival), cmocka_unit_test(a_million_ids),
        cmocka_unit_test(equal_low_bits),         cmocka_unit_test(growth_keeps_every_id),
        cmocka_unit_test(long_strings),
    };
    return cmocka_run_group_tests(tests, NULL, NULL);
}
